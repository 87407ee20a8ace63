"""Tables that share no unknown are decided as if each were alone: contracts are protected one by one, and that changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given, settings

from pbr.disclosure.cells import Cell, Form, Relation, Table, joined
from pbr.disclosure.release import release
from pbr.disclosure.released import Figure
from pbr.disclosure.rule import Rule
from pbr.problem import Refused
from tests.disclosure.tables import counts, form, money, table
from tests.disclosure.test_attacker import small_tables

RULE = Rule(2, 3)


def named(made: Table, contract: str) -> Table:
    """The same table, with names that begin with a contract's."""

    def renamed(one: Form | None) -> Form | None:
        return None if one is None else {f"{contract}/{name}" if name else "": factor for name, factor in one.items()}

    def relation(one: Relation) -> Relation:
        return replace(one, form=renamed(one.form) or {})

    def cell(one: Cell) -> Cell:
        return replace(
            one, name=f"{contract}/{one.name}", form=renamed(one.form), over=renamed(one.over), implies=tuple(map(relation, one.implies))
        )

    unknowns = {f"{contract}/{name}": replace(one, name=f"{contract}/{name}") for name, one in made.unknowns.items()}
    return Table([cell(one) for one in made.cells], unknowns, [relation(one) for one in made.relations])


def shown(made: Table) -> Mapping[str, Figure] | None:
    try:
        return release(made, RULE).figures
    except Refused:
        return None


@settings(max_examples=25, deadline=None, derandomize=True)
@given(small_tables(), small_tables())
def test_two_together_are_decided_as_each_alone(one: Table, other: Table) -> None:
    apart = [shown(named(one, "a")), shown(named(other, "b"))]
    whole = shown(joined([named(one, "a"), named(other, "b")]))
    alone = {cell: figure for figures in apart if figures is not None for cell, figure in figures.items()}
    assert whole == (None if None in apart else alone)


def test_a_rounded_headline_and_a_withheld_count_too() -> None:
    made = table(yes=2, no=437)
    counts(made, "yes", "no")
    money(made, "everybody", form(yes=250_000, no=100_000), worth=100)
    whole = shown(joined([named(made, "a"), named(made, "b")]))
    one, other = shown(named(made, "a")), shown(named(made, "b"))
    assert whole is not None and one is not None and other is not None
    assert whole == {**one, **other} and "rounded" in {figure.how for figure in one.values() if figure.kind == "money"}
