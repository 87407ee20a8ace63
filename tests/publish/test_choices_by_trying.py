"""Sums that depend on conditions, against somebody who tries every number of people there could be, and works the sums out from them: he and the attacker find the same."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.disclosure.attack import begin
from pbr.disclosure.cells import COUNT, Cell, Table, Unknown
from pbr.disclosure.knowledge import nearest
from pbr.disclosure.protection import Protection
from pbr.disclosure.release import decide
from pbr.disclosure.rule import Rule
from pbr.problem import Refused
from pbr.publish.reading_choices import multiplied, tied
from tests.disclosure.tables import adds_up, count, form, money, table

RULE = Rule(2, 3)
PEOPLE = 7
TRIED = 36  # of each number: far more than there are, and than what a number that is protected needs beside it
ROOM = 200
World = Mapping[str, int]
Choice = tuple[str, dict[str, Fraction], int]  # the unknown, and the form that must be at least so much


@st.composite
def made_tables(draw: st.DrawFn) -> tuple[Table, list[Choice]]:
    """Two groups, each with a target, or one target for both; a sum for each that is met, a price for each person where the first is, and totals of these."""
    made = table(a=draw(st.integers(0, PEOPLE)), b=draw(st.integers(0, PEOPLE)))
    choices: list[Choice] = []
    for name in ("met1", "met2"):
        factors = form(a=draw(st.integers(-2, 2)), b=draw(st.integers(-1, 2)))
        if any(factors.values()):
            choices.append((name, factors, draw(st.integers(0, 5))))
    for name, factors, low in choices:
        _answer(made, name, int(_at(factors, {"a": made.unknowns["a"].value, "b": made.unknowns["b"].value}) >= low))
        made.relations += tied(factors, Fraction(low), name, dict.fromkeys(factors, ROOM))
    priced = bool(choices) and draw(st.booleans())
    if priced:
        value = made.unknowns["met1" if "met1" in made.unknowns else "met2"].value * made.unknowns["a"].value
        made.unknowns["paid"] = Unknown("paid", value, "people who are paid for", zero=False)
        made.relations += multiplied("paid", choices[0][0], "a", ROOM)
    for name in ("a", "b"):
        if draw(st.booleans()):
            count(made, name)
    parts = [name for name, _, _ in choices] + (["paid"] if priced else [])
    for number in range(draw(st.integers(1, 3))):
        factors = {name: Fraction(draw(st.sampled_from([0, 1, 1, -1, 3])) * 1_000) for name in parts}
        factors = {name: factor for name, factor in factors.items() if factor} | {"": Fraction(draw(st.sampled_from([0, 0, -1_000])))}
        money(made, f"m{number}", factors, worth=50 if number else 100)
    return made, choices


def _answer(made: Table, name: str, value: int) -> None:
    made.unknowns[name] = Unknown(name, value, f"whether {name}", people=False, zero=False, most=1)


def _at(factors: Mapping[str, Fraction], world: World) -> Fraction:
    return sum((factor * (world[name] if name else 1) for name, factor in factors.items()), Fraction(0))


def _worlds(choices: list[Choice]) -> list[dict[str, int]]:
    found = []
    for a in range(TRIED):
        for b in range(TRIED):
            world = {"a": a, "b": b}
            for name, factors, low in choices:
                world[name] = int(_at(factors, {"a": a, "b": b}) >= low)
            world["paid"] = world[choices[0][0]] * a if choices else 0
            found.append(world)
    return found


def _agrees(cell: Cell, true: World, world: World, step: int | None) -> bool:
    """Whether somebody who sees the figure of a cell would see the same in another world."""
    assert cell.form is not None
    was, would = (_at(cell.form, one) for one in (true, world))
    if cell.kind == COUNT:
        return RULE.rounded(int(was)) == RULE.rounded(int(would)) and not RULE.small(would, True)
    return nearest(was, Fraction(step)) == nearest(would, Fraction(step)) if step else was == would


def _left(made: Table, choices: list[Choice], shown: Mapping[int, int | None]) -> list[dict[str, int]]:
    true = {name: one.value for name, one in made.unknowns.items()}
    worlds = _worlds(choices)
    for number, step in shown.items():
        worlds = [world for world in worlds if _agrees(made.cells[number], true, world, step)]
    return worlds


@settings(max_examples=40, deadline=None, derandomize=True)
@given(made_tables())
def test_it_finds_what_trying_everything_finds(found: tuple[Table, list[Choice]]) -> None:
    made, choices = found
    attack, own = begin(made, RULE, {})
    worlds = _left(made, choices, {number: None for number in range(len(made.cells)) if number not in own})
    for number, target in enumerate(attack.targets):
        name = attack.known.names[target.at]
        possible = {world[name] for world in worlds}
        for place, (low, _) in enumerate(target.choices):
            assert attack.possible(number, place) == (low in possible), (name, low)


def _shown(protection: Protection) -> dict[int, int | None]:
    return {number: protection.steps.get(number) for number in range(len(protection.table.cells)) if not protection.withheld(number)}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(made_tables())
def test_nobody_is_found_by_trying_everything_after_it(found: tuple[Table, list[Choice]]) -> None:
    made, choices = found
    try:
        protection = decide(made, RULE)
    except Refused as error:
        raise AssertionError("a sum of these can always be rounded to nothing") from error
    worlds = _left(made, choices, _shown(protection))
    for target in protection.attack.targets:
        name = protection.attack.known.names[target.at]
        assert {low for low, _ in target.choices} <= {world[name] for world in worlds}, name


def test_equal_prices_tell_how_many_met_and_not_which() -> None:
    """Four groups of two to five people, of whom half must be in work: two of them met, and the total says so exactly."""
    made = table(yes1=2, no1=1, yes2=1, no2=3, yes3=3, no3=2, yes4=0, no4=2)
    for number in range(1, 5):
        names = (f"yes{number}", f"no{number}")
        met = {names[0]: Fraction(1), names[1]: Fraction(-1)}
        _answer(made, f"met{number}", int(made.unknowns[names[0]].value >= made.unknowns[names[1]].value))
        made.relations += tied(met, Fraction(0), f"met{number}", dict.fromkeys(met, ROOM))
    money(made, "all", form(**{f"met{number}": 1_000_000 for number in range(1, 5)}), worth=100)
    protection = decide(made)
    assert protection.steps == {} and not protection.secondary
    attack = protection.attack
    for number, target in enumerate(attack.targets):
        assert all(attack.possible(number, place) for place in range(len(target.choices))), target.what


@pytest.mark.parametrize("met", [0, 1])
def test_a_headline_that_says_how_one_small_group_was_decided_is_rounded_to_nothing(met: int) -> None:
    made = table(yes=5 if met else 4, no=4 if met else 5, all=9)
    adds_up(made, "all", "yes", "no")
    _answer(made, "met", met)
    made.relations += tied(form(yes=1, no=-1), Fraction(0), "met", {"yes": ROOM, "no": ROOM})
    made.relations += [  # somebody is in the group
        type(made.relations[0])(form(all=1), Fraction(1), None)
    ]
    money(made, "line", form(met=1_000_000), worth=50)
    money(made, "paid", form(met=1_000_000), worth=100)
    protection = decide(made)
    assert protection.withheld(0)
    assert protection.steps == {1: 5_000_000}
