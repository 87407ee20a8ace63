"""What is said where nothing is published, and why a figure is not shown: each beside the table that brings it about."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from pbr.disclosure import attack_solver, looking
from pbr.disclosure.attack import begin
from pbr.disclosure.attack_solver import NotFoundOut, Solved
from pbr.disclosure.cells import Cell, Relation, Table, Unknown
from pbr.disclosure.explain import all_withheld, explain
from pbr.disclosure.knowledge import sum_of
from pbr.disclosure.looking import look
from pbr.disclosure.release import decide, release, released
from pbr.disclosure.rule import Rule
from pbr.disclosure.searching import Searched
from pbr.disclosure.writing import from_json
from pbr.problem import Refused
from tests.disclosure.tables import adds_up, count, counts, form, money, of, share, table
from tests.golden import assert_golden

HERE = Path(__file__).parent / "messages"


def nothing_left() -> Table:
    made = table(yes=3, no=97, all=100)
    adds_up(made, "all", "yes", "no")
    made.cells.append(Cell("all/known", "term", Fraction(100), "people in the group", form=form(all=1), text="100"))
    count(made, "no", worth=95)
    return made


def split_market() -> Table:
    """Four sums over forty numbers that are 0 or 1, chosen so that no search soon finds another way to make them up, or that there is none."""
    made = Table()
    for number in range(40):
        made.unknowns[f"x{number}"] = Unknown(
            f"x{number}", (number * number * 7 + number * 3) % 11 % 2, f"people in place {number}", most=1
        )
    turn = 12_345
    for row in range(4):
        factors = {}
        for name in made.unknowns:
            turn = (turn * 1_103_515_245 + 12_345) % 2**31
            factors[name] = Fraction((turn >> 8) % 97 + 1)
        made.cells.append(
            Cell(f"sum{row}", "number", of(made, factors), f"sum {row}", implies=(sum_of(factors, of(made, factors)),), worth=95)
        )
    return made


def unknown_name() -> object:
    made = table(yes=30)
    counts(made, "yes")
    protection = decide(made)
    return explain(protection, released(protection), "yes/cuont")


CASES: dict[str, Callable[[], object]] = {
    "PBR665": lambda: release(nothing_left()),
    "PBR666": lambda: release(split_market()),
    "PBR667": lambda: from_json(b"{}", "site/figures.json"),
    "PBR668": unknown_name,
    "PBR669": lambda: Rule(2, 10),
}


@pytest.mark.parametrize("code", CASES)
def test_what_is_refused_is_said(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attack_solver, "SECONDS", 1e-9)  # the clock has to stop the search in a test
    with pytest.raises(Refused) as refused:
        CASES[code]()
    assert_golden(f"{refused.value}\n", HERE / f"{code}.txt")


def test_what_the_solver_finds_is_put_into_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    made = table(a=2, b=3, c=1)
    made.relations.append(Relation(form(a=2, b=4, c=-6), Fraction(10), Fraction(10)))
    known = begin(made, Rule(), {})[0].known
    monkeypatch.setattr(looking, "near_witness", lambda *_: None)
    monkeypatch.setattr(looking, "search", lambda *_: Searched())
    assert look(known, 0, (3, 3), known.active).witness is not None
    monkeypatch.setattr(looking, "solved", lambda _known, _narrowed, unknowns, _rows: Solved(dict.fromkeys(unknowns, 7)))
    assert look(known, 0, (3, 3), known.active).witness is None


def test_a_stopped_search_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attack_solver, "NODES", 1)
    known = begin(split_market(), Rule(), {})[0].known
    found = look(known, 0, (1 - known.truth[0], 1 - known.truth[0]), known.active)
    assert found.witness is None and not found.sure  # neither possible now, nor impossible beforehand
    monkeypatch.setattr(attack_solver, "SECONDS", 1e-9)
    known = begin(split_market(), Rule(), {})[0].known  # the answer about the other is kept
    with pytest.raises(NotFoundOut):
        look(known, 0, (1 - known.truth[0], 1 - known.truth[0]), known.active)


def test_a_table_that_contradicts_itself_is_a_fault() -> None:
    made = table(yes=3, no=5, all=9)
    adds_up(made, "all", "yes", "no")
    with pytest.raises(ValueError, match="relation 0 does not hold"):
        release(made)
    other = table(yes=3)
    other.cells.append(Cell("yes", "count", Fraction(4), "yes", form=form(yes=1)))
    with pytest.raises(ValueError, match="yes is 4, and its form gives 3"):
        release(other)


def test_why_figures_are_withheld_and_rounded() -> None:
    made = table(yes=3, no=437, held=5, all=445, housed=400)
    adds_up(made, "all", "yes", "no", "held")
    counts(made, "yes", "no", "held", "housed")
    count(made, "all", worth=20)
    share(made, "yes", "all", worth=50, together="line")
    money(made, "yes", form(yes=250_000), together="line")
    money(made, "no", form(no=1_000))
    money(made, "everybody", form(yes=250_000, housed=100_000), worth=100)
    made.cells.append(
        Cell("result", "answer", Fraction(1), "the result", text="pays", implies=(Relation(form(no=1), Fraction(1), None),), worth=50)
    )
    made.cells.append(Cell("price", "term", Fraction(250_000), "price for each", "GBP", text="£2,500.00", worth=0))
    made.cells.append(Cell("days", "number", Fraction(10, 3), "days", places=1))
    protection = decide(made)
    public = released(protection)
    told = [one.text() for one in all_withheld(protection, public)]
    told += [explain(protection, public, cell.name).text() for cell in made.cells if not protection.withheld(made.cells.index(cell))]
    assert_golden("\n\n".join(told) + "\n", HERE / "explained.txt")
    again = decide(made)
    assert [one.why for one in all_withheld(again, released(again))] == [one.why for one in all_withheld(protection, public)]
