"""Many quarters of one thing: each change is protected, headlines are kept where they can be, and quarters do not hang together without need."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from pbr.disclosure.attack import begin
from pbr.disclosure.cells import Relation, Table
from pbr.disclosure.looking import look
from pbr.disclosure.narrowing import reached
from pbr.disclosure.release import decide, release
from pbr.disclosure.rounding_sums import can_round, tells
from pbr.disclosure.rule import Rule
from tests.disclosure.tables import form, money, table

DAYS = ("2023-03-31", "2023-06-30", "2023-09-30", "2023-12-31")


def quarters(*numbers: int) -> Table:
    made = table(**{f"q{at}": number for at, number in enumerate(numbers, 1)})
    for at, day in enumerate(DAYS[: len(numbers)], 1):
        made.unknowns[f"q{at}"] = replace(made.unknowns[f"q{at}"], series="in work", at=day)
    return made


def test_a_quarter_hangs_together_with_another_only_where_their_change_is_asked_about() -> None:
    made = quarters(40, 43, 47, 50)
    for name in made.unknowns:
        money(made, name, form(**{name: 150_000}))
    attack, _ = begin(made, Rule(), {})
    known = attack.known
    change = attack.targets[0]
    assert change.what == "the change from 2023-03-31 to 2023-06-30 of people who are q2" and change.value == 3

    def seen(at: int) -> set[str]:
        return {known.names[other] for row in reached(known, at, known.active) for other in known.rows[row].at}

    assert seen(known.index["q1"]) == {"q1"}
    with known.spoken_of(change.at):
        assert seen(change.at) == {"q1", "q2", known.names[change.at]}
        assert look(known, change.at, (3, 3), known.active).witness == {}
        assert look(known, change.at, (4, 4), known.active).witness is None
    assert not attack.judge(0) and seen(known.index["q1"]) == {"q1"}


def test_a_headline_that_another_sum_repeats_is_rounded_and_the_other_withheld() -> None:
    made = quarters(9, 10, 14, 20)
    for name in made.unknowns:
        money(made, name, form(**{name: 150_000}), worth=100)
        made.cells.append(replace(made.cells[-1], name=f"{name}/gross", worth=60))
    released = release(made)
    assert all(released.figures[f"{name}/money"].how != "withheld" for name in made.unknowns)
    assert any(released.figures[f"{name}/gross"].how != "exact" for name in made.unknowns)
    attack = decide(made).attack
    for number, target in enumerate(attack.targets):
        assert sum(attack.possible(number, place) for place in range(len(target.choices))) >= target.needs


def test_quarters_are_decided_the_same_each_time() -> None:
    made = quarters(30, 32, 39, 41)
    for name in made.unknowns:
        money(made, name, form(**{name: 150_000}), worth=100)
        money(made, f"{name}-more", {**form(**{name: 70_000}), "": Fraction(5)}, worth=20)
    assert release(made) == release(made)


def test_the_change_between_days_that_are_no_neighbours_is_protected_too() -> None:
    """40, 60, 42 people: no neighbours are near each other, and the first and the last are."""
    made = quarters(40, 60, 42)
    for name in made.unknowns:
        money(made, name, form(**{name: 150_000}), worth=100)
    attack, _ = begin(made, Rule(), {})
    assert [target.what for target in attack.targets] == ["the change from 2023-03-31 to 2023-09-30 of people who are q3"]
    assert not attack.judge(0)
    released = release(made)
    assert {released.figures[f"q{at}/money"].how for at in (1, 3)} != {"exact"}


def test_a_rounded_sum_still_tells_how_it_was_chosen() -> None:
    made = quarters(40)
    money(made, "fee", form(q1=150_000), worth=100)
    chosen = Relation({"q1": Fraction(1)}, Fraction(38), None)
    fee = replace(made.cells[-1], implies=(chosen,))
    assert can_round(fee)
    assert next((bound.form, bound.low, bound.high) for bound in tells(fee, 1_000_000)) == (chosen.form, 38, None)
