"""Whether what a contract gives to a rule is what the rule asks for: the type of a column or value, what a blank of it is, what a table is
linked to, and what a cohort is a cohort of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pbr.language.types import NONE, PHRASES, Type
from pbr.plan.leaves import Problems
from pbr.plan.naming import World
from pbr.plan.spelling import closest
from pbr.plan.tables import TYPES
from pbr.problem import Problem
from pbr.terms import models
from pbr.terms.rulebook.files import shown
from pbr.terms.rulebook.models import NOT_AS_ASKED, Asked


def not_as_asked(world: World, problems: Problems, contract: models.Contract, asked: Sequence[Asked]) -> None:
    """Adds PBR171 for each thing given that is not as asked for. What then does not compile in a rule so used is not said as well: the rule is
    right, and this is what is wrong."""
    wrong: set[str] = set()
    for one in asked:
        for says, hint in _wrong(world, contract, one):
            problems.add(NOT_AS_ASKED, f"`{one.argument}`: {says}", hint, one.leaf.place)
            wrong.add(shown(one.rule))
    found: list[Problem] = problems.found
    problems.found = [p for p in found if p.code == NOT_AS_ASKED or p.place is None or p.place.file not in wrong]


def _wrong(world: World, contract: models.Contract, one: Asked) -> Iterator[tuple[str, str]]:
    if one.kind == "table":
        yield from _table(world, contract, one)
    elif one.kind in ("groups", "subset"):
        yield from _cohort(contract, one)
    elif one.kind == "rows":
        rows = ["contract", *contract.data, *contract.cohorts]
        for name in one.name.split(" in "):
            if name.strip() not in rows:
                yield f"there is no table or cohort `{name.strip()}`.", closest(name.strip(), rows)
    elif one.kind == "column":
        table = world.tables.get(one.table)
        names = [column.name for column in table.columns] if table is not None else []
        if table is not None and one.name not in names:
            yield f"{one.table} has no column `{one.name}`.", closest(one.name, names)
        elif table is not None:
            yield from _type(table.column(one.name).type, one)
    elif one.kind == "value":
        known = {**world.declared, **{name: "" for table in world.tables.values() for name in (c.name for c in table.columns)}}
        head = one.name.partition(".")[0]
        if head not in known:
            yield f"there is nothing called `{head}`.", closest(head, sorted(known))
        elif (type_ := _type_of(world, one.name)) is not None:
            yield from _type(type_, one)


def _table(world: World, contract: models.Contract, one: Asked) -> Iterator[tuple[str, str]]:
    if one.name not in contract.data:
        yield f"there is no table `{one.name}`.", closest(one.name, list(contract.data))
        return
    table = world.tables.get(one.name)
    links = [link.table for link in (table.parent, table.matched) if link is not None] if table is not None else []
    if one.linked_to and table is not None and one.linked_to not in links:
        yield (
            f"the rule asks for rows that belong to a row of {one.linked_to}, or match one; {one.name} is linked to {' and '.join(links) or 'no table'}.",
            f"Say in `data` how they are linked: `belongs_to: {one.linked_to} by ...` or `matched_to: {one.linked_to} by ...`.",
        )


def _cohort(contract: models.Contract, one: Asked) -> Iterator[tuple[str, str]]:
    cohort = contract.cohorts.get(one.name)
    if cohort is None:
        yield f"there is no cohort `{one.name}`.", closest(one.name, list(contract.cohorts))
        return
    grouped = cohort.each is not None or bool(cohort.by)
    if one.of and cohort.of.text != one.of:
        yield f"the rule asks for a cohort of {one.of}; `{one.name}` is one of {cohort.of.text}.", f"Give a cohort `of: {one.of}`."
    elif grouped != (one.kind == "groups"):
        has, asks = ("has groups", "one without") if grouped else ("has no groups", "one with groups")
        yield f"`{one.name}` {has}; the rule asks for {asks}.", "Groups come from `each` and `by`."


def _type_of(world: World, name: str) -> Type | None:
    """The type of a named thing; None where it failed, is a card, or is a column that the compiler reads in its own place."""
    if name in world.steps:
        return world.steps[name].type
    found = getattr(world.parameters.get(name), "type", None)
    return found if isinstance(found, Type) else None


def _type(found: Type, one: Asked) -> Iterator[tuple[str, str]]:
    wanted = one.type.removeprefix("price").strip()
    price = one.type.startswith("price")
    if price and found.kind == "price" and wanted in ("", f"per {found.per}"):
        pass
    elif price or found.kind != TYPES.get(one.type, one.type):
        said = f"a price {wanted}".strip() if price else PHRASES.get(TYPES.get(one.type, ""), one.type)
        yield f"the rule asks for {said}; `{one.name}` is {found.phrase}.", "Give one of that type, or make a fact that turns it into one."
        return
    if (NONE in found.absent) != one.none:
        may, asks = ("may be none", "is always there") if NONE in found.absent else ("is always there", "may be none")
        hint = (
            "Say with a fact what stands there when there is none."
            if NONE in found.absent
            else "The rule says what happens when there is none."
        )
        yield f"`{one.name}` {may}; the rule asks for one that {asks}.", hint
