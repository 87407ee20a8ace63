"""Planted leaks: cohorts with a condition that few, nobody or everybody meets, and sums of a fact that an outcome decides. One, three, five or none: the site may not tell.

Each has its twin, without what was added against it: then somebody who compares sites finds it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pbr.publish import reading_counts, reading_people_lines, reading_rows
from pbr.publish.reading_counts import Counts
from pbr.publish.reading_values import Values
from tests.publish.people_housed import CONTRACT, assessment, published

PEOPLE = 200
LINES = '{per: people in few, pays: "£1,000.00"}'
PRICED = '{per: contract, pays: "m * £1,000.00"}'
COHORTS = {
    "lines": ("is_housed", "count of people", LINES),
    "lines by an outcome": ("housed", "count of people", LINES),
    "count": ("is_housed", "count of few", PRICED),
    "share": ("is_housed", "share of few where (days > 25)", '{per: contract, only_if: m >= 50%, pays: "£1,000.00"}'),
    "sum": ("housed", "sum of days over few", PRICED),
}
BONUS = "if housed then £1,000.00 else £100.00"


def shown(home: Path, only: str, measure: str, pays: str, yes: int, fee: str = BONUS) -> dict[str, str] | None:
    """Every figure of the site as it is written; None where publishing is refused."""
    text = CONTRACT.replace(
        "outcomes:", "cohorts:\n  few: {{of: people, only: ONLY}}\nfacts:\n  fee: {{per: people, equals: FEE}}\noutcomes:", 1
    ).replace("payments:", 'measures:\n  m: {{per: contract, equals: "MEASURE"NONE}}\npayments:', 1)
    text = text.format(
        columns="      is_housed: {type: yes or no}", outcomes="  housed: {per: people, yes_when: is_housed, settles: started_on}", payments=f"  p: {pays}", then="[]"
    )  # fmt: skip
    none = ", if_none: 0%" if measure.startswith("share") else ""
    text = text.replace("MEASURE", measure).replace("ONLY", only).replace("FEE", f'"{fee}"').replace("NONE", none)
    found = published(assessment(home / f"{yes}", text, [(n < yes,) for n in range(PEOPLE)]), home / f"site-{yes}")
    return None if found is None else {name: one.text for name, one in found.figures.items()}


@pytest.mark.parametrize("name", COHORTS)
def test_how_few_are_in_a_cohort_is_not_told(name: str, tmp_path: Path) -> None:
    """That publishing is refused tells less than any figure does."""
    first, *others = (_without_rows(shown(tmp_path, *COHORTS[name], yes)) for yes in (1, 3, 5))
    assert first is not None
    assert all(other in (None, first) for other in others)


@pytest.mark.parametrize("name", COHORTS)
def test_that_nobody_is_in_a_cohort_is_not_told(name: str, tmp_path: Path) -> None:
    one, nobody = (_without_rows(shown(tmp_path, *COHORTS[name], yes)) for yes in (1, 0))
    assert one is not None
    assert nobody in (None, one)


def _without_rows(found: dict[str, str] | None) -> dict[str, str] | None:
    """The numbers of rows and of outcomes beside it are rounded by themselves: of 195 and of 200 they are others."""
    return None if found is None else {name: text for name, text in found.items() if name.split("/")[2] not in ("data", "outcomes")}


@pytest.mark.parametrize("name", ["lines", "count"])
def test_taken_for_no_secret_nobody_is_told(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_counts, "is_secret", lambda plan, cohort: False)
    monkeypatch.setattr(reading_people_lines, "is_secret", lambda plan, cohort: False)
    monkeypatch.setattr(reading_rows, "like_an_outcome", lambda plan, step: False)
    monkeypatch.setattr(Counts, "_apart", lambda self, rows, inside, cohorts: None)
    assert shown(tmp_path, *COHORTS[name], 1) != shown(tmp_path, *COHORTS[name], 0) is not None


@pytest.mark.parametrize("yes", [1, 0])
def test_a_reason_of_exclusion_that_nobody_has_is_listed_where_it_is_a_secret(yes: int, tmp_path: Path) -> None:
    found = shown(tmp_path, "not is_housed", "count of few", PRICED, yes)
    assert found is not None
    assert _of(found, "data/people/excluded-not-in-few") == "[c]"


def outside(found: dict[str, str] | None) -> set[int]:
    """How many people there can be outside the cohort, by the sum paid for those in it and by every number that counts all rows: nobody says that all are known."""
    assert found is not None
    exact = [one for one in ("p/pays/sum", "z/sum", "z/total", "paid") if (text := _of(found, one)) and re.fullmatch(r"£[\d,]+\.00", text)]
    inside = {int(_of(found, "p/pays/sum")[1:-3].replace(",", "")) // 1000} if "p/pays/sum" in exact else set(range(PEOPLE + 20))
    sums = [one for one in ("z/sum", "z/total") if one in exact]
    rows = {int(_of(found, one)[1:-3].replace(",", "")) for one in sums}
    if "paid" in exact:
        rows |= {int(_of(found, "paid")[1:-3].replace(",", "")) - 1000 * one for one in inside}
    everybody = rows or {number for number in range(PEOPLE + 20) if _near(_of(found, "data/people/used"), number)}
    return {number - one for number in everybody for one in inside if number >= one}


def _of(found: dict[str, str], cell: str) -> str:
    return next((text for name, text in found.items() if name.split("/", 2)[2] == cell), "")


def _near(text: str, number: int) -> bool:
    return not text.isdigit() or abs(int(text) - number) <= 2


TWO = '{per: people in few, pays: "£1,000.00"}\n  z: {per: contract, pays: "m * £1.00"}'


@pytest.mark.parametrize("yes", [1, 3, 5, 0])
def test_who_is_not_in_a_cohort_cannot_be_worked_out(yes: int, tmp_path: Path) -> None:
    assert len(outside(shown(tmp_path, "not is_housed", "count of people", TWO, yes))) > 5


@pytest.mark.parametrize("yes", [1, 3, 5, 0])
def test_where_nobody_looks_for_them_they_can(yes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Counts, "_apart", lambda self, rows, inside, cohorts: None)
    assert outside(shown(tmp_path, "not is_housed", "count of people", TWO, yes)) == {yes}


def bonuses(found: dict[str, str] | None) -> set[int]:
    """How many people can have the bonus, by the sum and the rounded numbers beside it."""
    assert found is not None
    paid = _of(found, "paid")
    if not re.fullmatch(r"£[\d,]+\.00", paid):
        return set(range(PEOPLE))
    hundreds = int(paid[1:-3].replace(",", "")) // 100
    ways = [(yes, hundreds - 10 * yes) for yes in range(hundreds // 10 + 1)]
    return {yes for yes, no in ways if _near(_of(found, "outcomes/housed/no"), no) and _near(_of(found, "data/people/used"), yes + no)}


SUM = '{per: contract, pays: "m"}'


@pytest.mark.parametrize("yes", [1, 3, 5, 0])
def test_how_few_have_a_bonus_cannot_be_worked_out_of_a_sum(yes: int, tmp_path: Path) -> None:
    assert len(bonuses(shown(tmp_path, "housed", "sum of fee over people", SUM, yes))) > 5


@pytest.mark.parametrize("yes", [1, 0])
def test_by_the_values_that_occur_alone_it_can(yes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Values, "_named", lambda self, rows, leaf: None)
    assert bonuses(shown(tmp_path, "housed", "sum of fee over people", SUM, yes)) == {yes}
