"""Data tables of a contract: column types, blanks, keys and links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from pbr.language.phrases import LinkPhrase, parse_link, parse_refused_over
from pbr.language.types import NONE, NOT_YET, UNKNOWN, Type
from pbr.plan import shapes
from pbr.plan.between_rows import charged_once, row_rules
from pbr.plan.blanks import blank_text
from pbr.plan.completeness import cover, totals
from pbr.plan.leaves import Problems
from pbr.plan.naming import World
from pbr.plan.node import Shape
from pbr.plan.parameters import value_of
from pbr.plan.plan import Column, Link, Table
from pbr.plan.quantities import price_base, price_type
from pbr.plan.spelling import closest
from pbr.plan.trouble import Mistake, Silent
from pbr.plan.writing import writing
from pbr.terms import models

T = TypeVar("T")
TYPES = {
    "whole number": "whole", "number": "number", "percent": "percent", "points": "points", "percentage points": "points", "money": "money",
    "date": "date", "days": "days", "months": "months", "minutes": "minutes", "yes or no": "truth", "code": "code", "codes": "codes",
    "identifier": "identifier", "text": "text",
}  # fmt: skip
DECIMAL = ("number", "percent", "points", "price")  # their columns say how many decimals they have
# The bounds of a column that declares none (language page, "widths"): the largest absolute value in base units.
DEFAULT_TOP = {
    "whole": 10**9,
    "number": 10**6,
    "percent": 10**4,
    "points": 10**4,
    "money": 10**13,
    "price": 10**10,
    "days": 10**6,
    "months": 10**5,
    "minutes": 10**10,
}
ABSENCES = {"refused": (), "unknown": (UNKNOWN,), "none": (NONE,), "not yet": (NOT_YET,)}


def define_tables(world: World, problems: Problems, contract: models.Contract) -> None:
    """Read ``data`` into ``world.tables``, parents first. Problems are collected; a table that fails is left out."""
    links: dict[str, tuple[LinkPhrase | None, LinkPhrase | None]] = {}
    for name, model in contract.data.items():
        try:
            parent = problems.read(model.belongs_to, parse_link) if model.belongs_to is not None else None
            matched = problems.read(model.matched_to, parse_link) if model.matched_to is not None else None
            links[name] = (parent, matched)
        except Silent:
            continue
    waiting = dict(links)
    while waiting:
        ready = [n for n, pair in waiting.items() if all(p is None or p.table not in waiting for p in pair)]
        if not ready:
            name = next(iter(waiting))
            problems.add(
                "PBR360",
                f"The tables {', '.join(waiting)} belong to each other in a circle.",
                "One of them must stand alone.",
                problems.source.place("data", name),
            )
            return
        for name in ready:
            parent, matched = waiting.pop(name)
            try:
                world.tables[name] = _table(world, problems, contract, name, contract.data[name], parent, matched)
            except Silent:
                continue
    for name in list(world.tables):
        world.tables[name] = _judged(world, problems, world.tables[name], contract.data[name])


def _judged(world: World, problems: Problems, table: Table, model: models.Table) -> Table:
    """The table with what is judged between its rows, and against other tables: all of them are known by now."""
    limit = _or(None, lambda: problems.read(model.refused_over, parse_refused_over) if model.refused_over is not None else None)
    clause = model.clause.text if model.clause is not None else ""
    return replace(
        table,
        once=_or((), lambda: charged_once(problems, table, model.charged_once_per) if model.charged_once_per else ()),
        rules=row_rules(problems, table, model.checks),
        cover=_or(None, lambda: cover(world, problems, table, model.must_cover, clause) if model.must_cover is not None else None),
        control_totals=totals(problems, table, model.control_totals or {}),
        refused_over="" if limit is None else f"{limit.numerator}/{limit.denominator}",
    )


def _or(otherwise: T, work: Callable[[], T]) -> T:
    """What ``work`` gives, or ``otherwise`` where it has reported what is wrong."""
    try:
        return work()
    except Silent:
        return otherwise


def _table(
    world: World, problems: Problems, contract: models.Contract, name: str, model: models.Table, parent: LinkPhrase | None, matched: LinkPhrase | None
) -> Table:  # fmt: skip
    columns: dict[str, Column] = {}
    parent_link = _link(world, problems, "children", name, parent, model.belongs_to, columns)
    matched_link = _link(world, problems, "matched", name, matched, model.matched_to, columns)
    if parent_link is not None and matched_link is not None and parent_link.table == matched_link.table:
        assert model.matched_to is not None
        with problems.about(model.matched_to):
            raise Mistake(
                "PBR884",
                f"{name} belongs to {parent_link.table} and is matched to it as well: `over {name}` from there could mean either.",
                f"Take one of the two away. To read both, give another table with the same rows, and let that one be matched to {parent_link.table}.",
            )
    failed = False
    for column_name, column_model in model.columns.items():
        try:
            declared = _column(world, problems, contract, column_name, column_model)
        except Silent:
            failed = True
            continue
        linked = columns.get(column_name)
        if linked is not None:
            with problems.about(column_model.type):
                if linked.type.kind != declared.type.kind:
                    raise Mistake(
                        "PBR304",
                        f"`{column_name}` links to another table, where it is {linked.type.phrase}; here it is {declared.type.phrase}.",
                        "Leave its declaration out, or give it the same type.",
                    )
            if declared.blank != "refused":
                assert column_model.blank is not None
                with problems.about(column_model.blank):
                    raise Mistake(
                        "PBR377",
                        f"`{column_name}` links a row to another table, and a row without it would belong to nothing.",
                        "Take `blank` away: such a row is rejected, with the reason.",
                    )
            columns[column_name] = Column(**{**declared.__dict__, "type": linked.type, "link": True})
        else:
            columns[column_name] = declared
    if failed:
        raise Silent
    key = tuple(leaf.text for leaf in model.one_row_per)
    for leaf in model.one_row_per:
        with problems.about(leaf):
            if leaf.text not in columns:
                raise Mistake("PBR362", f"`{leaf.text}` is not a column of {name}.", closest(leaf.text, list(columns)))
            if columns[leaf.text].blank != "refused":
                raise Mistake("PBR363", f"`{leaf.text}` is part of the key of {name}, so it cannot be blank.", "Take `blank` away from it.")
            if columns[leaf.text].type.kind not in ("identifier", "code", "whole", "date", "text"):
                raise Mistake(
                    "PBR363",
                    f"`{leaf.text}` is {columns[leaf.text].type.phrase}, which cannot be a key.",
                    "Keys are identifiers, codes, whole numbers, dates or text.",
                )
    ordered = [*key, *(c for c in columns if c not in key)]
    return Table(
        name,
        key,
        tuple(columns[c] for c in ordered),
        model.supplied_by.text,
        parent_link,
        matched_link,
        line=problems.source.place("data", name).line,
        register="yes" if model.register_ is not None and model.register_.text == "yes" else "",
    )


def _link(
    world: World, problems: Problems, kind: str, name: str, phrase: LinkPhrase | None, leaf: models.Scalar | None, columns: dict[str, Column]
) -> Link | None:  # fmt: skip
    """The link, adding the columns it names with the other table's types."""
    if phrase is None:
        return None
    assert leaf is not None
    with problems.about(leaf):
        other = world.tables.get(phrase.table)
        if other is None:
            if world.declared.get(phrase.table) == "data":
                raise Silent  # said where the table is
            raise Mistake("PBR364", f"There is no table `{phrase.table}`.", closest(phrase.table, list(world.tables)))
        if kind == "children" and len(phrase.columns) != len(other.key):
            raise Mistake(
                "PBR365",
                f"{name} belongs to one row of {other.name}, whose key is {', '.join(other.key)}; here are {len(phrase.columns)} columns.",
                f"Write `{other.name} by {', '.join(other.key)}`, or `matched_to` for many to many.",
            )
        onto = other.key if kind == "children" else phrase.columns
        for column, target in zip(phrase.columns, onto, strict=True):
            if target not in [c.name for c in other.columns]:
                raise Mistake("PBR362", f"`{target}` is not a column of {other.name}.", closest(target, [c.name for c in other.columns]))
            source = other.column(target)
            if source.type.absent:
                raise Mistake(
                    "PBR377",
                    f"`{other.name}.{target}` may be blank, and a blank links to nothing: what should have matched it would be lost without a word.",
                    "Declare it `blank: refused`.",
                )
            columns[column] = Column(column, source.type.without(UNKNOWN, NONE, NOT_YET), source.shape, decimals=source.decimals, link=True)
    return Link(kind, phrase.table, tuple(phrase.columns), tuple(onto))


def _codes(world: World, problems: Problems, contract: models.Contract, model: models.Column) -> tuple[str, ...]:
    assert model.one_of is not None
    first = model.one_of[0]
    if len(model.one_of) == 1 and first.text.endswith(".card.code"):
        payment = contract.payments.get(first.text.split(".")[0])
        with problems.about(first):
            if payment is None or payment.card is None:
                raise Mistake(
                    "PBR366", f"`{first.text.split('.')[0]}` is not a payment with a card.", "Write PAYMENT.card.code, or list the codes."
                )
            heads = [leaf.text for leaf in payment.card.columns]
            if "code" not in heads:
                raise Silent
            at = heads.index("code")
            return tuple(dict.fromkeys(row[at].text for row in payment.card.rows if at < len(row)))
    codes = tuple(leaf.text for leaf in model.one_of)
    with problems.about(model.one_of[-1]):
        twice = [code for code in codes if codes.count(code) > 1]
        if twice:
            raise Mistake("PBR367", f"`{twice[0]}` is listed twice.", "Each code once.")
    return codes


def _column(world: World, problems: Problems, contract: models.Contract, name: str, model: models.Column) -> Column:
    with problems.about(model.type):
        kind, priced_per = _kind(model.type.text)
        if kind is None:
            raise Mistake(
                "PBR368",
                f"`{model.type.text}` is not a type.",
                f"{closest(model.type.text, list(TYPES))}\nTypes: {', '.join(TYPES)}, price per day (or another unit).",
            )
        if (kind in ("code", "codes")) != (model.one_of is not None):
            raise Mistake(
                "PBR369",
                f"`{name}` is {'a code without its list' if model.one_of is None else 'not a code, but has one_of'}.",
                "A code is a closed list: `type: code, one_of: [a, b]`.",
            )
        if kind in DECIMAL and model.decimals is None:
            raise Mistake(
                "PBR370",
                f"`{name}` is {Type(kind, per=priced_per).phrase} without `decimals`.",
                "Say how many decimals it has: they decide how wide the arithmetic grows. More in the file are refused, or rounded with `round_on_reading: half up`.",
            )
        if model.decimals is not None and kind not in DECIMAL:
            raise Mistake("PBR371", f"`decimals` does not belong to {model.type.text}.", "Whole numbers have none and money has two.")
        if model.separator is not None and kind != "codes":
            raise Mistake("PBR371", f"`separator` does not belong to {model.type.text}.", "It parts the codes of a column of type `codes`.")
        if model.take is not None and kind != "date":
            raise Mistake(
                "PBR371", f"`take: date part` does not belong to {model.type.text}.", "It belongs to a date whose file holds timestamps."
            )
        if model.round_on_reading is not None and kind not in (*DECIMAL, "money"):
            raise Mistake("PBR371", f"`round_on_reading` does not belong to {model.type.text}.", "Only what has decimals can be rounded.")
        if (model.at_least or model.at_most) is not None and not Type(kind).numeric:
            raise Mistake(
                "PBR371",
                f"`at_least` and `at_most` do not belong to {model.type.text}.",
                "They bound numbers; for other types write a check with `reject`.",
            )
    decimals = _whole(problems, model.decimals, 20) if model.decimals is not None else (2 if kind == "money" else None)
    blank, blank_is = _blank(problems, model, kind)
    codes = _codes(world, problems, contract, model) if kind in ("code", "codes") else ()
    type_ = Type(
        kind, price_type(priced_per).per if priced_per else "", codes,
        model.identifies.text if model.identifies is not None else "", frozenset(ABSENCES.get(blank, ())),
    )  # fmt: skip
    shape, low, high = None, None, None
    if type_.numeric:
        shape, low, high = _bounds(world, problems, model, type_, decimals or 0, priced_per)
    if model.blank is not None and blank_is is not None:
        separator = model.separator.text if model.separator is not None else "|"
        with problems.about(model.blank):
            blank_is = blank_text(world, type_, shape, decimals, separator, low, high, problems.literal, model.blank, priced_per)
    written = writing(problems, model, kind)
    reading = "refuse"
    if model.round_on_reading is not None:
        reading = model.round_on_reading.text
    if model.identifies is not None:
        with problems.about(model.identifies):
            if kind != "identifier":
                raise Mistake(
                    "PBR373",
                    f"`identifies` does not belong to {model.type.text}.",
                    "It says what a column of type identifier names: person, organisation or event.",
                )
    return Column(
        name, type_, shape, blank, blank_is, decimals if kind in DECIMAL else None, reading,
        low, high, model.separator.text if model.separator is not None else "|" if kind == "codes" else "", model.take.text if model.take is not None else "",
        False, written.shortest, written.longest, written.written_as, written.check_digit, model.family.text if model.family is not None else "",
        priced_per=priced_per,
    )  # fmt: skip


def _kind(text: str) -> tuple[str | None, str]:
    """The kind of a column's type, and of a price the unit it is for; None when it is not a type. Raises Mistake."""
    if not text.startswith("price"):
        return TYPES.get(text), ""
    words = text.split()
    if len(words) != 3 or words[:2] != ["price", "per"] or not words[2].isidentifier():
        raise Mistake(
            "PBR854",
            f"`{text}` does not say what one pays it for.",
            "Write `price per day` (or week, month, year, hour, minute, person, point), or a word of your own: `price per bed`.",
        )
    return "price", words[2]


def _whole(problems: Problems, leaf: models.Scalar, most: int) -> int:
    with problems.about(leaf):
        if not leaf.text.isdecimal() or int(leaf.text) > most:
            raise Mistake("PBR374", f"`{leaf.text}` is not a whole number from 0 to {most}.", "Say how many decimals the file has.")
    return int(leaf.text)


def _blank(problems: Problems, model: models.Column, kind: str) -> tuple[str, str | None]:
    if model.blank is None:
        return "refused", None
    text = model.blank.text
    with problems.about(model.blank):
        if text == "not yet" and kind != "date":
            raise Mistake("PBR375", "Only a date can be `not yet`.", "For others: unknown, none, refused, or a literal.")
    return (text, None) if text in ABSENCES else ("literal", text)


def _bounds(
    world: World, problems: Problems, model: models.Column, type_: Type, decimals: int, priced_per: str
) -> tuple[Shape, str | None, str | None]:
    den = {"number": 10**decimals, "percent": 100 * 10**decimals, "points": 100 * 10**decimals}.get(type_.kind, 1)
    if priced_per:
        den = (price_base(priced_per) / 10**decimals).denominator
    ends: list[Fraction | None] = []
    for leaf in (model.at_least, model.at_most):
        if leaf is None:
            ends.append(None)
            continue
        with problems.about(leaf):
            found, value = value_of(world, problems.literal(leaf))
            if (found.kind, found.per) != (type_.kind, type_.per) and not (found.kind == "whole" and type_.kind == "number"):
                raise Mistake(
                    "PBR376", f"The bound is {found.phrase}; the column is {type_.phrase}.", "A bound has the unit of its column."
                )
            ends.append(Fraction(value))
    low, high = ends
    if low is not None and high is not None and low > high:
        with problems.about(model.at_most):
            raise Mistake("PBR376", "`at_most` is below `at_least`, so nothing could be read.", "Is one of them in the other's place?")
    top = max(
        abs(low if low is not None else Fraction(DEFAULT_TOP[type_.kind])),
        abs(high if high is not None else Fraction(DEFAULT_TOP[type_.kind])),
    )
    text = [None if end is None else f"{end.numerator}/{end.denominator}" for end in (low, high)]
    numerator = top * den
    outside = (high is None and low is not None and low > DEFAULT_TOP[type_.kind]) or (
        low is None and high is not None and -high > DEFAULT_TOP[type_.kind]
    )
    leaf = model.at_least or model.at_most or model.type
    with problems.about(leaf):
        if outside:
            raise Mistake(
                "PBR376",
                f"`{leaf.text}` lies outside the bounds of a column that declares only one: nothing could be read.",
                "Declare both at_least and at_most.",
            )
        return shapes.fits(Shape(den, numerator.numerator // numerator.denominator)), text[0], text[1]
    raise AssertionError
