"""Parameters, payments and rows: that each has exactly one of its forms, and has it whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pbr.problem import Place, Problem
from pbr.terms.models import Parameter, Payment
from pbr.terms.payments import FORMS
from pbr.terms.shape import has_later, is_one_of
from pbr.terms.source import Path, Source
from pbr.terms.views import child, day, entries, leaf, maps, scalars
from pbr.terms.vocabulary import later_of, listed

_PARAMETER_FORMS: Final = (
    "`value`; or `values`, with `dated_by` where they have days; or `by` with `columns` and `rows` (or `versions`, with `dated_by`); "
    "or `coefficients` with `columns` and `rows`"
)


def form_problems(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    """PBR147, PBR148, PBR149 and PBR153 for parameters, payments, and the rows of worked examples."""
    for name, parameter in maps(tree, "parameters"):
        yield from _parameter(parameter, ("parameters", name), source)
    for name, payment in maps(tree, "payments"):
        yield from _payment(payment, ("payments", name), source)
    for position, example in entries(tree, "examples"):
        for table, rows in (child(example, "rows") or {}).items() if isinstance(child(example, "rows"), dict) else ():
            if isinstance(rows, list):
                yield from _example_rows(rows, ("examples", position, "rows", table), source)


def _parameter(parameter: dict[str, Any], path: Path, source: Source) -> Iterator[Problem]:
    if has_later(parameter, Parameter):
        return
    place = source.place(*path)
    if "coefficients" in parameter:
        yield from _coefficients(parameter, path, source)
        return
    rows = "versions" if "versions" in parameter and "rows" not in parameter else "rows"
    keyed = [key for key in ("by", "columns", "rows", "versions") if key in parameter]
    dated = [key for key in ("values", "dated_by") if key in parameter and not (key == "dated_by" and "versions" in parameter)]
    forms = [*(["value"] if "value" in parameter else []), *dated[:1], *keyed[:1]]
    if not forms:
        yield source.problem("PBR147", f"the parameter `{path[-1]}` has no value", f"give it one of: {_PARAMETER_FORMS}", place)
    elif len(forms) > 1:
        says = f"the parameter `{path[-1]}` has {listed(forms)} at once".replace(" or ", " and ")
        yield source.problem("PBR147", says, f"give it exactly one of: {_PARAMETER_FORMS}", place)
    elif dated and "values" not in parameter:
        yield source.problem("PBR147", f"the parameter `{path[-1]}` has `dated_by` without `values`", "give its dated values", place)
    elif "rows" in keyed and "versions" in keyed:
        says = f"the parameter `{path[-1]}` has `rows` and `versions` at once"
        yield source.problem("PBR147", says, "a card has `rows`; one that changes has `versions`, each with its `from` and `rows`", place)
    elif keyed and len(keyed) < 3:
        lacking = [key for key in ("by", "columns", rows) if key not in keyed]
        says = f"the parameter `{path[-1]}` has {listed(keyed)} without {listed(lacking)}".replace(" or ", " and ")
        yield source.problem("PBR147", says, "a keyed parameter has `by`, `columns` and `rows`", place)
    yield from _days(parameter, path, source)
    if keyed:
        yield from _rows(parameter, path, source)
        if child(parameter, "versions") == []:
            yield source.problem("PBR147", "`versions` is an empty list", "give at least one version", source.place(*path, "versions"))
        for position, version in entries(parameter, "versions"):
            yield from _rows(
                {"columns": child(parameter, "columns"), "rows": child(version, "rows")}, (*path, "versions", position), source, again=True
            )
        keys, columns = scalars(parameter, "by"), scalars(parameter, "columns")
        if keys and columns and len(columns) <= len(keys):
            says = f"the columns are {len(columns)} and the keys {len(keys)}: no column is left for a value"
            yield source.problem(
                "PBR149", says, "the first columns are the keys in the order of `by`, then come the values", columns[0].place
            )


def _coefficients(parameter: dict[str, Any], path: Path, source: Source) -> Iterator[Problem]:
    extra = [key for key in ("value", "values", "dated_by") if key in parameter]
    lacking = [key for key in ("columns", "rows") if key not in parameter]
    if extra or lacking:
        says = f"the parameter `{path[-1]}` with `coefficients` has {_all(extra) + ' too' if extra else 'no ' + listed(lacking)}"
        hint = "write `coefficients: FAMILY`, `columns: [FAMILY, coefficient]` and a row for each column of the family; with `by`, a column for each code"
        yield source.problem("PBR147", says, hint, source.place(*path))
    yield from _rows(parameter, path, source)


def _days(parameter: dict[str, Any], path: Path, source: Source) -> Iterator[Problem]:
    """Each dated value begins on a day of its own."""
    seen: dict[str, int] = {}
    values = child(parameter, "values")
    if isinstance(values, list) and not values:
        yield source.problem("PBR147", "`values` is an empty list", "give at least one dated value", source.place(*path, "values"))
    for _, value in entries(parameter, "values"):
        begins = leaf(value, "from")
        if begins is None:
            continue
        if day(begins.text) is None:
            yield date_problem(begins.text, begins.place, source)
        elif begins.text in seen:
            says = f"two values begin on {begins.text}; the first is in line {seen[begins.text]}"
            yield source.problem("PBR153", says, "keep one of them", begins.place)
        else:
            seen[begins.text] = begins.place.line


def date_problem(text: str, place: Place, source: Source) -> Problem:
    hint = "write year, month and day with four, two and two digits: 2011-10-01"
    return source.problem("PBR143", f"found {text[:40]!r}; expected a date of the calendar", hint, place)


def _payment(payment: dict[str, Any], path: Path, source: Source) -> Iterator[Problem]:
    if has_later(payment, Payment):
        return
    kind = leaf(payment, "kind")
    if kind is not None and kind.text in later_of(Payment):
        says = f"not yet supported by this version: `kind: {kind.text}` in a payment"
        yield source.problem("PBR132", says, "this version cannot settle a contract that says this", kind.place)
        return
    if kind is not None and kind.text != "tariff":
        hint = f"for another form leave `kind` out and write {listed(form.word for form in FORMS.values() if form.word != 'kind')}"
        yield source.problem("PBR142", f"`kind`: {is_one_of(kind.text, ['tariff'])}", hint, kind.place)
        return
    place, name = source.place(*path), path[-1]
    forms = [form for form in FORMS.values() if form.word in payment]
    written = [f"`{form.written}`" + (f" (with {_all(form.needs)})" if form.needs else "") for form in FORMS.values()]
    choice = f"write exactly one of: {', '.join(written)}"
    if len(forms) > 1:
        says = f"the payment `{name}` has {_all(form.word for form in forms)} at once, and each is a form of its own"
        yield source.problem("PBR148", says, choice, place)
        return
    strays = [(owner, [key for key in owner.needs if key in payment]) for owner in FORMS.values() if owner not in forms]
    stray = next(((owner, keys) for owner, keys in strays if keys), None)
    if forms:
        lacking = [key for key in forms[0].needs if key not in payment]
        if lacking:
            says = f"the payment `{name}` with `{forms[0].written}` has no {listed(lacking)}"
            yield source.problem("PBR148", says, f"`{forms[0].written}` needs {_all(forms[0].needs)}", place)
        elif stray:
            owner, keys = stray
            says = f"the payment `{name}` has `{forms[0].word}`, and {_all(keys)} too"
            hint = f"only `{owner.written}` has {_all(owner.needs)}; {choice}"
            yield source.problem("PBR148", says, hint, source.place(*path, keys[0]))
    elif stray:
        says = f"the payment `{name}` has `{stray[1][0]}` and does not say what kind it is"
        yield source.problem("PBR148", says, f"write `{stray[0].written}`", place)
    else:
        yield source.problem("PBR148", f"the payment `{name}` does not say what it pays", choice, place)
    yield from _lists(payment, path, source)
    if isinstance(child(payment, "card"), dict):
        yield from _card(payment["card"], (*path, "card"), source)


def _lists(payment: dict[str, Any], path: Path, source: Source) -> Iterator[Problem]:
    """A ladder has rungs, a choice has cases, and alternatives end with what holds otherwise."""
    for key, inner in (("ladder", "rungs"), ("choose", "cases")):
        if key in payment and child(child(payment, key), inner) in ([], {}):
            yield source.problem("PBR148", f"`{inner}` is empty", "write at least one", source.place(*path, key, inner))
    alternatives = child(payment, "one_of")
    for position, branch in enumerate(alternatives) if isinstance(alternatives, list) else ():
        last = position == len(alternatives) - 1
        if not isinstance(branch, dict):
            continue
        place = source.place(*path, "one_of", position)
        if last and set(branch) != {"otherwise"}:
            yield source.problem(
                "PBR148", "the last alternative does not say what holds where none is met", "end with `- {otherwise: £0.00}`", place
            )
        elif not last and ("otherwise" in branch or not {"name", "when", "pays"} <= set(branch)):
            hint = "write `{name: ..., when: ..., pays: ...}`; only the last is `{otherwise: ...}`"
            yield source.problem(
                "PBR148",
                "an alternative has a name, says when it is met and what it pays, and nothing stands after `otherwise`",
                hint,
                place,
            )
    if alternatives == []:
        yield source.problem("PBR148", "`one_of` is empty", "write the alternatives, and `otherwise` last", source.place(*path, "one_of"))


def _all(words: Iterable[str]) -> str:
    return listed(words).replace(" or ", " and ")


def _card(card: dict[str, Any], path: Path, source: Source) -> Iterator[Problem]:
    columns = scalars(card, "columns")
    for needed in ("code", "price"):
        if columns and needed not in [column.text for column in columns]:
            says = f"the card has no column `{needed}`"
            yield source.problem("PBR148", says, "a card has at least the columns `code` and `price`", source.place(*path, "columns"))
    yield from _rows(card, path, source)


def _rows(node: dict[str, Any], path: Path, source: Source, *, again: bool = False) -> Iterator[Problem]:
    """Every row of a card or keyed parameter has one cell for each column, and no column stands twice."""
    columns, rows = child(node, "columns"), child(node, "rows")
    if isinstance(columns, list) and not again:
        yield from twice([(column.text, column.place) for column in scalars(node, "columns")], "column", source)
    if isinstance(columns, list) and isinstance(rows, list):
        for position, row in enumerate(rows):
            if isinstance(row, list):
                yield from _cells(row, len(columns), (*path, "rows", position), source)


def _example_rows(rows: list[Any], path: Path, source: Source) -> Iterator[Problem]:
    """The first list names the columns; every other one has a cell for each."""
    if not rows:
        says = f"the rows of `{path[-1]}` begin with the list of their columns, and there is none"
        yield source.problem("PBR149", says, "write the columns, then the rows", source.place(*path))
        return
    header = rows[0] if isinstance(rows[0], list) else []
    yield from twice([(column.text, column.place) for column in scalars({"header": header}, "header")], "column", source)
    for position, row in enumerate(rows[1:], start=1):
        if isinstance(row, list) and isinstance(rows[0], list):
            yield from _cells(row, len(header), (*path, position), source)


def _cells(row: list[Any], columns: int, path: Path, source: Source) -> Iterator[Problem]:
    if len(row) != columns:
        says = f"this row has {len(row)} cell{'' if len(row) == 1 else 's'}; there are {columns} columns"
        yield source.problem("PBR149", says, "write one cell for each column; quote a cell that holds a comma", source.value_place(*path))


def twice(words: Iterable[tuple[str, Place]], noun: str, source: Source) -> Iterator[Problem]:
    """PBR153 for each word of a list that stood in it before."""
    seen: dict[str, int] = {}
    for word, place in words:
        if word in seen:
            says = f"the {noun} `{word[:40]}` stands twice; the first is in line {seen[word]}"
            yield source.problem("PBR153", says, "keep one of them, or give it a name of its own", place)
        else:
            seen[word] = place.line
