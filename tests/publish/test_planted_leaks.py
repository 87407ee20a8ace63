"""Planted leaks, from the contract to the site: a payment over its unit price; a total minus its parts; two releases differenced; a 0% cell; and every place where a renderer could let a number out.

Each of the first is a contract with a submission in which few people are somewhere. It goes through ``pbr publish``, and what the site shows is tried against
every number of people there could be, by plain division and addition, with none of the program's own arithmetic. All of 1 to 7 must stay possible. With the
protection taken away the same search finds the number: the search can fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner

import pbr
from pbr.cli.main import cli
from pbr.disclosure.cells import TERM, Table
from pbr.disclosure.released import WITHHELD, Figure, Released
from pbr.disclosure.rule import Rule
from pbr.disclosure.writing import from_json, shown
from pbr.publish import by_contract
from tests.publish.test_every_number import LEAKS

PEOPLE = 500
SMALL = range(1, 8)
CONTRACT = """
pbr: 1
contract: harbour
title: People helped
version: 2024.1
parties: {commissioner: a council, provider: a charity}
currency: GBP
term: {from: 2023-04-01, to: 2025-03-31}
data:
  people:
    one_row_per: person_id
    supplied_by: provider
    columns:
      person_id:  {type: identifier, identifies: person}
      started_on: {type: date}
      at_work:    {type: yes or no}
      at_home:    {type: yes or no}
      at_school:  {type: yes or no}
outcomes:
  working: {per: people, yes_when: at_work, settles: started_on}
  housed:  {per: people, yes_when: at_home, settles: started_on}
  trained: {per: people, yes_when: at_school, settles: started_on}
measures:
  workers: {per: contract, equals: count of people where working}
  homes:   {per: contract, equals: count of people where housed}
  rate:    {per: contract, equals: share of people where trained}
payments:
  wages: {per: contract, pays: "workers * £1,000.00"}
  rents: {per: contract, pays: "homes * £1,000.00"}
statement: {then: []}
"""
BONUS = '  bonus: {per: contract, only_if: rate >= 50%, pays: "£10,000.00"}\n'


@dataclass(frozen=True)
class World:
    """How many people are at work, at home and at school, of all that there are."""

    work: int
    home: int
    school: int
    people: int = PEOPLE
    bonus: bool = False  # whether the contract pays one

    @property
    def fits(self) -> bool:
        return max(self.work, self.home, self.school) <= self.people

    @property
    def untrained(self) -> int:
        return self.people - self.school


# What each figure of the site says, as anybody works it out who has read the contract.
SAYS: dict[str, Callable[[World], Fraction | int | str]] = {
    "data/people/submitted": lambda w: w.people,
    "data/people/used": lambda w: w.people,
    "data/people/unused": lambda w: 0,
    "data/people/rejected": lambda w: 0,
    "outcomes/working/yes": lambda w: w.work,
    "outcomes/working/no": lambda w: w.people - w.work,
    "outcomes/working/held": lambda w: 0,
    "outcomes/housed/yes": lambda w: w.home,
    "outcomes/housed/no": lambda w: w.people - w.home,
    "outcomes/housed/held": lambda w: 0,
    "outcomes/trained/yes": lambda w: w.school,
    "outcomes/trained/no": lambda w: w.people - w.school,
    "outcomes/trained/held": lambda w: 0,
    "wages/result": lambda w: "pays" if w.work else "pays nothing",
    "wages/sum": lambda w: 1_000 * w.work,
    "wages/low/line": lambda w: 1_000 * w.work,
    "wages/total": lambda w: 1_000 * w.work,
    "contract/workers": lambda w: w.work,
    "rents/result": lambda w: "pays" if w.home else "pays nothing",
    "rents/sum": lambda w: 1_000 * w.home,
    "rents/low/line": lambda w: 1_000 * w.home,
    "rents/total": lambda w: 1_000 * w.home,
    "contract/homes": lambda w: w.home,
    "bonus/result": lambda w: "pays" if _bonus(w) else "pays nothing",
    "bonus/sum": lambda w: _bonus(w),
    "bonus/total": lambda w: _bonus(w),
    "contract/rate": lambda w: Fraction(w.school, w.people),
    "contract/rate/apart": lambda w: 100 * abs(Fraction(w.school, w.people) - Fraction(1, 2)),  # percentage points
    "contract/rate/counted": lambda w: w.school,
    "contract/rate/out-of": lambda w: w.people,
    "paid": lambda w: 1_000 * w.work + 1_000 * w.home + _bonus(w),
    "gross": lambda w: 1_000 * w.work + 1_000 * w.home + _bonus(w),
    "deducted": lambda w: 0,
    "held": lambda w: 0,
    "lines": lambda w: 2 + w.bonus,
}


def _bonus(world: World) -> int:
    return 10_000 if world.bonus and 2 * world.school >= world.people else 0


def assessment(home: Path, world: World, day: str = "2023-06-30") -> Path:
    """A submission with so many people, assessed."""
    home.mkdir()
    text = CONTRACT.replace("statement:", f"{BONUS}statement:") if world.bonus else CONTRACT
    (home / "contract.yaml").write_text(text, encoding="utf-8")
    said = {True: "yes", False: "no"}
    rows = [f"p{n},2023-05-01,{said[n < world.work]},{said[n < world.home]},{said[n < world.school]}\n" for n in range(world.people)]
    (home / "people.csv").write_text("person_id,started_on,at_work,at_home,at_school\n" + "".join(rows), encoding="utf-8")
    pbr.assess(home / "contract.yaml", {"people": home / "people.csv"}, day, home / "assessment")
    return home / "assessment"


def published(folders: Iterable[Path], out: Path, *previous: Path) -> Released:
    """Through the command; and the list of figures that stands in the site."""
    options = [word for site in previous for word in ("--previous", str(site))]
    run = CliRunner().invoke(cli, ["publish", *map(str, folders), "--out", str(out), *options])
    assert run.exit_code == 0, run.output
    return from_json((out / "figures.json").read_bytes(), "figures.json")


def possible(world: World, released: Released, day: str = "2023-06-30") -> bool:
    """Whether everything that is shown of a day could be so. A figure that the test does not know is an error: nothing is left out of the search."""
    return all(_agrees(figure, SAYS[name](world)) for name, figure in seen(released, day))


def seen(released: Released, day: str) -> list[tuple[str, Figure]]:
    root = f"harbour/{day}/"
    figures = [(name, one) for name, one in released.figures.items() if one.how != WITHHELD and one.kind != TERM]
    return [(name.removeprefix(root), one) for name, one in figures if name.startswith(root)]


def _agrees(figure: Figure, true: Fraction | int | str) -> bool:
    if isinstance(true, str):
        return true == figure.text
    return abs(true - Fraction(str(figure.value))) * 2 <= Fraction((figure.base or "0").replace(",", ""))


def left(released: Released, what: str, near: World, day: str = "2023-06-30") -> set[int]:
    """The numbers of people somewhere that somebody is left with. The other numbers may be anything near what they are."""
    spans = []
    for name, about in (("work", 12), ("home", 12), ("school", 1 if what == "work" else 8), ("people", 3)):
        number = getattr(near, name)
        spans.append(range(max(number - about, 0), number + about + 1))
    worlds = [world for each in product(*spans) if (world := World(*each, bonus=near.bonus)).fits]
    for name, figure in seen(released, day):
        said = SAYS[name]
        worlds = [world for world in worlds if _agrees(figure, said(world))]
    return {getattr(world, what) for world in worlds}


def everything_shown(table: Table) -> Released:
    """What would be published if nobody decided: every figure as it is."""
    figures = {cell.name: shown(cell, table.unknowns, Rule(1, 1)) for cell in table.cells}
    return Released(figures, len(figures), 0)


@pytest.fixture
def unprotected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_contract, "released_of", lambda protection, **_: everything_shown(protection.table))


# By what is planted: how many people, whose number nobody may find, and the numbers that must stay possible.
ARITHMETIC = {
    "a payment over its unit price": (World(3, 400, 300), "work", set(SMALL)),
    "a total of payments minus its parts": (World(4, 90, 300), "work", set(SMALL)),
    "all people minus those who are": (World(200, 400, 496), "untrained", set(SMALL)),
    "a share of 0%": (World(40, 400, 0, bonus=True), "school", {0, *SMALL}),
    "a share of 100%": (World(40, 400, PEOPLE, bonus=True), "untrained", {0, *SMALL}),
}


@pytest.mark.parametrize("planted", ARITHMETIC)
def test_a_number_that_arithmetic_would_give_away_stays_open(planted: str, tmp_path: Path) -> None:
    world, what, open_ones = ARITHMETIC[planted]
    released = published([assessment(tmp_path / "a", world)], tmp_path / "site")
    assert possible(world, released)
    assert open_ones <= left(released, what, world)


@pytest.mark.parametrize("planted", ARITHMETIC)
@pytest.mark.usefixtures("unprotected")
def test_without_protection_arithmetic_gives_it_away(planted: str, tmp_path: Path) -> None:
    world, what, _ = ARITHMETIC[planted]
    released = published([assessment(tmp_path / "a", world)], tmp_path / "site")
    assert left(released, what, world) == {getattr(world, what)}


def test_a_total_minus_a_sum_that_everybody_can_work_out(tmp_path: Path) -> None:
    """300 of 500 are shown, so that the bonus of £10,000 is due is no secret: the total less that and less the rents is 3 times the price."""
    world = World(3, 400, 300, bonus=True)
    released = published([assessment(tmp_path / "a", world)], tmp_path / "site")
    assert set(SMALL) <= left(released, "work", world)


JUNE, SEPTEMBER = World(100, 400, 300), World(103, 400, 300)
DAYS = ("2023-06-30", "2023-09-30")


def _two_releases(home: Path) -> set[int]:
    """The changes of the number at work that are left to somebody who has both sites."""
    june, september = (assessment(home / day, world, day) for day, world in zip(DAYS, (JUNE, SEPTEMBER), strict=True))
    first = published([june], home / "first")
    second = published([june, september], home / "second", home / "first")
    spans = [
        set.intersection(*(left(each, "work", world, day) for each in sites))
        for day, world, sites in zip(DAYS, (JUNE, SEPTEMBER), ((first, second), (second,)), strict=True)
    ]
    assert 100 in spans[0] and 103 in spans[1]
    return {after - before for before, after in product(*spans)}


def test_two_releases_leave_every_small_change_open(tmp_path: Path) -> None:
    assert set(SMALL) <= _two_releases(tmp_path)


@pytest.mark.usefixtures("unprotected")
def test_without_protection_two_releases_tell_the_change(tmp_path: Path) -> None:
    assert _two_releases(tmp_path) == {3}


def test_every_place_where_a_renderer_could_let_a_number_out_has_its_planted_leak() -> None:
    """They are planted, and found, in test_every_number.py; a leaf of the log in test_check.py as well."""
    assert {"a chart's label", "a cell of a CSV", "a page's title"} <= LEAKS.keys()
