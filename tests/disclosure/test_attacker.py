"""The attacker against somebody who tries every whole number: they find the same, before and after."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.disclosure.attack import Attack, begin
from pbr.disclosure.cells import ANSWER, Cell, Relation, Table
from pbr.disclosure.knowledge import TOLD
from pbr.disclosure.release import decide
from pbr.disclosure.rule import Rule
from pbr.problem import Refused
from tests.disclosure.tables import adds_up, count, every_assignment, form, money, share, table

RULE = Rule(2, 3)
PEOPLE = 9


@st.composite
def small_tables(draw: st.DrawFn) -> Table:
    """Two groups of yes and no with their totals and the total of all; some of it published, in one way or another."""
    numbers = {name: draw(st.integers(0, PEOPLE)) for name in ("yes1", "no1", "yes2", "no2")[: draw(st.integers(2, 4))]}
    made = table(**numbers)
    names = list(numbers)
    for name in names:
        if draw(st.booleans()):
            count(made, name)
    for number in range(draw(st.integers(0, 4))):
        factors = {name: Fraction(draw(st.sampled_from([0, 1, 1, 2, 3]))) for name in names}
        if not any(factors.values()):
            continue
        kind = draw(st.sampled_from(["count", "money", "answer"]))
        value = sum(int(factor) * numbers[name] for name, factor in factors.items())
        if kind == "money":
            money(made, f"m{number}", {name: factor * 100 for name, factor in factors.items() if factor})
        elif kind == "count":
            made.cells.append(
                Cell(
                    f"c{number}",
                    "count",
                    Fraction(value),
                    f"sum {number}",
                    form={name: factor for name, factor in factors.items() if factor},
                )
            )
        else:
            low = Relation(factors, Fraction(draw(st.integers(0, value))), None)
            made.cells.append(Cell(f"a{number}", ANSWER, Fraction(1), f"answer {number}", text="pays", implies=(low,), worth=50))
    if numbers["yes1"] + numbers["no1"] and draw(st.booleans()):
        made.unknowns["all1"] = table(all1=numbers["yes1"] + numbers["no1"]).unknowns["all1"]
        adds_up(made, "all1", "yes1", "no1")
        share(made, "yes1", "all1", places=draw(st.integers(0, 1)))
    return made


def found_by_trying(attack: Attack) -> dict[int, set[int]]:
    most = {name: 3 * PEOPLE for name in attack.known.names if name[0] in "yn" and "*" not in name}
    possible: dict[int, set[int]] = {target.at: set() for target in attack.targets}
    for numbers in every_assignment(attack, most):
        for at in possible:
            possible[at].add(numbers[at])
    return possible


@settings(max_examples=25, deadline=None, derandomize=True)
@given(small_tables())
def test_it_finds_what_trying_everything_finds(made: Table) -> None:
    attack, _ = begin(made, RULE, {})
    if len([name for name in attack.known.names if name[0] in "yn" and "*" not in name]) > 3:
        return  # trying everything takes too long
    possible = found_by_trying(attack)
    for number, target in enumerate(attack.targets):
        for place, (low, _) in enumerate(target.choices):
            assert attack.possible(number, place) == (low in possible[target.at]), (target, low)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(small_tables())
def test_nobody_is_found_by_trying_everything_after_it(made: Table) -> None:
    try:
        protection = decide(made, RULE)
    except Refused:
        return
    attack = protection.attack
    if len([name for name in attack.known.names if name[0] in "yn" and "*" not in name]) > 3:
        return
    for number, row in enumerate(attack.known.rows):
        if row.owner == TOLD:
            attack.known.active[number] = False
    possible = found_by_trying(attack)
    for target in attack.targets:
        assert {low for low, _ in target.choices} <= possible[target.at]


@settings(max_examples=20, deadline=None, derandomize=True)
@given(small_tables())
def test_the_same_table_gives_the_same_answer(made: Table) -> None:
    one, two = decide(made, RULE), decide(made, RULE)
    assert (one.own, one.secondary) == (two.own, two.secondary)


def test_what_needs_whole_numbers() -> None:
    # 2a + 2b = 10 + 4c: every a between is possible in fractions, and only those with a + b odd in whole numbers
    made = table(a=2, b=3, c=0)
    made.relations.append(Relation(form(a=1, b=1, c=-2), Fraction(5), Fraction(5)))
    made.cells.append(Cell("b", "term", Fraction(3), "b", form=form(b=1), text="3"))
    attack, _ = begin(made, RULE, {})
    target = next(number for number, each in enumerate(attack.targets) if each.what == "people who are a")
    assert {low: attack.possible(target, place) for place, (low, _) in enumerate(attack.targets[target].choices)} == {
        2: True,
        1: False,
        0: False,
    }
