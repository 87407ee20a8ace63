"""Rules of a whole contract that need no expression language: its head, closed lists of words, codes and references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pbr.language.currencies import CURRENCIES
from pbr.problem import Place, Problem
from pbr.terms.checks import check_problems
from pbr.terms.dated import dated_problems
from pbr.terms.forms import date_problem, form_problems, twice
from pbr.terms.layouts import layout_problems
from pbr.terms.models import Example, Scalar, Then
from pbr.terms.names import ALL_FROM_ONE_FILE, name_problems
from pbr.terms.payments import FormModel
from pbr.terms.shape import has_later, is_one_of
from pbr.terms.source import Source
from pbr.terms.views import child, day, entries, every_map, leaf, maps, scalars
from pbr.terms.vocabulary import model_at, nearest

_LANGUAGE: Final = "1"
_CONTRACT_ID: Final = re.compile(r"[a-z0-9-]+")
_MARKS: Final = ("S", "D", "M")
STEP_WORDS: Final = ("cap", "floor", "mix", "deduct", "net", "round")
_APPROVERS: Final = re.compile(r"[1-9][0-9]?", re.ASCII)
_WHOLE: Final = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
LEAST_THRESHOLD: Final = 7  # of the usual rule (NHS England's for Hospital Episode Statistics): a contract may protect more, never less
LEAST_BASE: Final = 5
ASSESSOR_WORDS: Final = ("may be one of them", "may not approve")
_GRADES: Final = ("provider", "commissioner", "independent")


def rule_problems(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    """Every problem of the rules, in no order. Reads the tree as it is: a misshapen part was reported by its shape."""
    yield from _head(tree, source)
    yield from _term(tree, source)
    yield from _approval(tree, source)
    yield from _publish(tree, source)
    yield from name_problems(tree, source)
    yield from form_problems(tree, source)
    yield from dated_problems(tree, source)
    yield from _words(tree, source)
    yield from _codes(tree, source)
    yield from check_problems(tree, source)
    yield from layout_problems(tree, source)
    yield from _layout(tree, source)
    yield from _statement(tree, source)
    yield from _examples(tree, source)


def _head(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    language = leaf(tree, "pbr")
    if language is not None and language.text != _LANGUAGE:
        says = f"found language version {language.text[:40]!r}; this program reads version 1"
        yield source.problem("PBR140", says, "write `pbr: 1`", language.place)
    identity = leaf(tree, "contract")
    if identity is not None and not _CONTRACT_ID.fullmatch(identity.text):
        says = f"found {identity.text[:40]!r}; the id of a contract has small letters, digits and hyphens only"
        yield source.problem("PBR141", says, "for example `hmp-doncaster`", identity.place)
    texts = [(key, leaf(tree, key)) for key in ("title", "version")]
    texts += [(f"parties.{key}", leaf(child(tree, "parties"), key)) for key in ("commissioner", "provider")]
    for key, text in texts:
        if text is not None and not text.text.strip():
            yield source.problem("PBR141", f"`{key}` is an empty text", "write what it is", text.place)
    yield from _currency(leaf(tree, "currency"), source)
    for block, noun in (("data", "table"), ("payments", "payment")):
        if isinstance(child(tree, block), dict) and not tree[block]:
            says = f"`{block}` is empty; a contract has at least one {noun}"
            yield source.problem("PBR130", says, "", source.place(block))


def _term(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    written = [leaf(child(tree, "term"), key) for key in ("from", "to")]
    days = [day(text.text) if text is not None else None for text in written]
    for text, found in zip(written, days, strict=True):
        if text is not None and found is None:
            yield date_problem(text.text, text.place, source)
    first, last = days
    if first is not None and last is not None and first > last and written[1] is not None:
        says = f"the term ends on {last}, before it begins on {first}"
        yield source.problem("PBR143", says, "`from` is the first day of the term and `to` its last", written[1].place)


def _approval(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    approval = child(tree, "approval")
    number = leaf(approval, "approvers")
    if number is not None and not _APPROVERS.fullmatch(number.text):
        says = f"`approvers`: found {number.text[:40]!r}; expected a whole number from 1 to 99"
        hint = "it is how many people must sign before a statement counts as approved; leave it out where it is one"
        yield source.problem("PBR180", says, hint, number.place)
    yield from _word(leaf(approval, "assessor"), "assessor", ASSESSOR_WORDS, source)


def _publish(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    """A rule that protects people less than the usual one is refused: a contract is signed by those whom its figures flatter or shame, and not by the people in them."""
    publish = child(tree, "publish")
    threshold, base = leaf(publish, "threshold"), leaf(publish, "base")
    for text, key, least, what in (
        (threshold, "threshold", LEAST_THRESHOLD, "numbers of people from 1 to it are not shown"),
        (base, "base", LEAST_BASE, "other numbers of people are shown to its nearest multiple"),
    ):
        if text is not None and (not _WHOLE.fullmatch(text.text) or int(text.text) < least):
            says = f"`{key}`: found {text.text[:40]!r}; expected a whole number from {least} to 9999"
            yield source.problem(
                "PBR181", says, f"{what}; a contract may protect people more than the usual rule ({least}), and not less", text.place
            )
    if base is not None and _WHOLE.fullmatch(base.text):
        shown = 1 + (int(threshold.text) if threshold is not None and _WHOLE.fullmatch(threshold.text) else LEAST_THRESHOLD)
        if 2 * shown < int(base.text):
            says = f"`base`: found {base.text}, which would show {shown} people as 0"
            yield source.problem("PBR181", says, f"a base of at most {2 * shown}, or a higher threshold", base.place)
    tables = tuple(name for name, _ in maps(tree, "data"))
    for text in (
        (one for one in child(publish, "people") or () if isinstance(one, Scalar)) if isinstance(child(publish, "people"), list) else ()
    ):
        if text.text not in tables:
            says = f"`people`: found {text.text[:40]!r}, which is no table of this contract"
            yield source.problem("PBR152", says, f"tables: {', '.join(tables)}" if tables else "", text.place)


def _word(word: Scalar | None, key: str, allowed: tuple[str, ...], source: Source) -> Iterator[Problem]:
    if word is not None and word.text not in allowed:
        yield source.problem("PBR142", f"`{key}`: {is_one_of(word.text, allowed)}", "", word.place)


def _currency(word: Scalar | None, source: Source) -> Iterator[Problem]:
    """Of the many currencies only the nearest and a few are named."""
    if word is not None and word.text not in CURRENCIES:
        near = nearest(word.text, tuple(CURRENCIES))
        guess = f" (did you mean `{near}`?)" if near else ""
        says = f"`currency`: found {word.text[:40]!r}; expected the code of a currency, such as `GBP`, `USD` or `EUR`{guess}"
        hint = "the table of currencies of docs/language.md has them all; those with thousandths are not among them"
        yield source.problem("PBR142", says, hint, word.place)


def _words(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    """Keys whose value is one word of a short list. What has parameters is read as a phrase, elsewhere."""
    # In a layout, and in the values of an example, `mark` may be a column's own name.
    items = {key: value for key, value in tree.items() if key not in ("examples", "layout")}
    for item in every_map(items):
        yield from _word(leaf(item, "mark"), "mark", _MARKS, source)
    for _, example in entries(tree, "examples"):
        yield from _word(leaf(example, "mark"), "mark", _MARKS, source)
    for _, table in maps(tree, "data"):
        yield from _word(leaf(table, "supplied_by"), "supplied_by", _GRADES, source)
        yield from _word(leaf(table, "register"), "register", ("yes", "no"), source)
        for _, column in maps(table, "columns"):
            yield from _word(leaf(column, "identifies"), "identifies", ("person", "organisation", "event"), source)
            yield from _word(leaf(column, "round_on_reading"), "round_on_reading", ("half up", "refuse"), source)
            yield from _word(leaf(column, "take"), "take", ("date part",), source)
    for block in ("outcomes", "payments"):
        for _, item in maps(tree, block):
            for key in ("decided_by", "rests_on"):
                yield from _word(leaf(child(item, "evidence"), key), key, _GRADES, source)
    for block in ("facts", "measures"):
        for _, item in maps(tree, block):
            yield from _word(leaf(item, "better"), "better", ("lower", "higher"), source)
    for name, payment in maps(tree, "payments"):
        yield from _word(leaf(payment, "may_be"), "may_be", ("negative",), source)
        yield from _word(leaf(payment, "if_empty"), "if_empty", ("hold", "nothing", "as missed"), source)
        for key, inner in payment.items():
            model = model_at(("payments", name, key))
            for word, allowed in model.WORDS.items() if model is not None and issubclass(model, FormModel) else ():
                yield from _word(leaf(inner, word), word, allowed, source)


def _codes(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    """Exclusions: codes of their own within their list. Those of checks are read with the checks."""
    for _, cohort in maps(tree, "cohorts"):
        codes = [(code.text, code.place) for _, exclusion in entries(cohort, "exclude") if (code := leaf(exclusion, "code"))]
        yield from twice(codes, "code", source)


def _layout(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    tables = child(tree, "data")
    layout = child(tree, "layout")
    for name in layout if isinstance(layout, dict) and isinstance(tables, dict) else ():
        if name not in tables and name != ALL_FROM_ONE_FILE:
            yield _nothing_called(name, "table", [*tables, ALL_FROM_ONE_FILE], source.place("layout", name), source)


def _nothing_called(word: str, noun: str, known: list[str], place: Place, source: Source) -> Problem:
    near = nearest(word, known)
    guess = f"; did you mean `{near}`?" if near else ""
    return source.problem("PBR152", f"there is no {noun} `{word[:40]}`{guess}", f"there are: {', '.join(known[:40])}", place)


def _statement(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    payments = child(tree, "payments")
    steps = [step for _, step in entries(child(tree, "statement"), "then")]
    named = [name.text for step in steps if (name := leaf(step, "name"))] + [
        word for word in STEP_WORDS if any(word in step for step in steps)
    ]
    for step in steps:
        if has_later(step, Then):
            continue
        yield from _word(leaf(step, "last_line"), "last_line", ("in part", "not at all"), source)
        yield from _word(leaf(step, "of"), "of", ("all paid after this step", "all achieved"), source)
        yield from _word(leaf(step, "net"), "net", ("nothing below zero",), source)
        yield from _word(leaf(step, "for"), "for", ("life",), source)
        for key in ("over", "from", "mix"):
            over = scalars(step, key)
            yield from twice([(word.text, word.place) for word in over], "payment", source)
            for word in over:
                if isinstance(payments, dict) and word.text not in payments and word.text not in named:
                    yield _nothing_called(word.text, "payment", list(payments), word.place, source)


def _examples(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    examples = list(entries(tree, "examples"))
    yield from twice([(name.text, name.place) for _, example in examples if (name := leaf(example, "name"))], "example", source)
    for position, example in examples:
        if has_later(example, Example):
            continue
        place = source.place("examples", position)
        if "expect_maximum" in example and not {"rows", "given", "expect", "expect_held"} & set(example):
            continue  # it starts from nothing: `pbr check` proves it
        if "rows" not in example and "given" not in example:
            yield source.problem("PBR151", "this example has neither `rows` nor `given`", "say what it starts from", place)
        if "expect" not in example and "expect_held" not in example:
            hint = "say what comes out under `expect` or `expect_held`"
            yield source.problem("PBR151", "this example expects nothing, so it shows nothing", hint, place)
