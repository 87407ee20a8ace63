"""Planted leaks: that all of a group have a result, or none. It may not be told by which lines a payment lists, nor by how many there are of what hangs together.

Each is planted in a submission of few people and in one of many, goes through ``pbr publish``, and has its twin with the protection taken away, which the same search finds.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from pbr.disclosure.released import WITHHELD
from pbr.publish import by_contract, reading, reading_ties
from pbr.publish.reading_results import Results
from tests.publish.people_housed import DAY, HOMES, PRICES, RENTS, agrees, assessment, contract, form, housed, left, published
from tests.publish.test_planted_leaks import everything_shown

SMALL = set(range(8))
TRUTHS = ("housed", "worked")
NOBODY_ELSE = [(9, 9), (9, 8), (400, 400), (400, 397)]  # people, and how many of them are housed: few or none are not
NOBODY = [(12, 0), (12, 3), (400, 0), (400, 3)]  # few or none are housed


@pytest.mark.parametrize(("people", "yes"), NOBODY_ELSE)
def test_that_all_have_a_result_stays_open(people: int, yes: int, tmp_path: Path) -> None:
    found = left(published(housed(tmp_path / "a", people, yes), tmp_path / "site"), people, yes)
    assert (people, yes) in found
    assert {n - y for n, y in found} >= SMALL


@pytest.mark.parametrize(("people", "yes"), NOBODY)
def test_that_none_have_a_result_stays_open(people: int, yes: int, tmp_path: Path) -> None:
    found = left(published(housed(tmp_path / "a", people, yes), tmp_path / "site"), people, yes)
    assert (people, yes) in found
    assert {y for _, y in found} >= SMALL


@pytest.mark.parametrize(("people", "yes"), [*NOBODY_ELSE, *NOBODY])
def test_without_protection_it_is_told(people: int, yes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_contract, "released_of", lambda protection, **_: everything_shown(protection.table))
    monkeypatch.setattr(by_contract, "decide", _undecided)
    assert left(published(housed(tmp_path / "a", people, yes), tmp_path / "site"), people, yes) == {(people, yes)}


class Undecided:
    def __init__(self, table: object) -> None:
        self.table, self.gone, self.known_anyway, self.guessed = table, (), (), ()


def _undecided(table: object, **_: object) -> Undecided:
    return Undecided(table)


@pytest.mark.parametrize(("people", "yes", "occurs"), [(9, 9, "pays"), (400, 400, "pays"), (400, 0, "pays_nothing")])
def test_where_only_results_that_occur_are_listed_it_is_told(
    people: int, yes: int, occurs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Results, "possible", (occurs,))
    found = left(published(housed(tmp_path / "a", people, yes), tmp_path / "site"), people, yes)
    assert {n - y if occurs == "pays" else y for n, y in found} == {0}


ALIKE = [((9, 9), (9, 8)), ((400, 400), (400, 399)), ((12, 0), (12, 3)), ((400, 0), (400, 2))]


def _forms(home: Path, pair: tuple[tuple[int, int], tuple[int, int]]) -> list[dict[str, str] | None]:
    out: list[dict[str, str] | None] = []
    for people, yes in pair:
        place = home / f"{people}-{yes}"
        released = published(housed(place, people, yes), place / "site")
        out.append(None if released is None else form(place / "site"))
        if released is not None:
            few = "pays-nothing" if 2 * yes > people else "pays"
            assert released.figures[f"harbour/{DAY}/homes/{few}/number"].how == WITHHELD
    return out


@pytest.mark.parametrize("pair", ALIKE)
def test_all_and_nearly_all_give_sites_of_one_form(pair: tuple[tuple[int, int], tuple[int, int]], tmp_path: Path) -> None:
    """Every file, without its numbers: the same cells, the same lines, [c] in the same places."""
    one, other = _forms(tmp_path, pair)
    assert one == other


def test_where_only_results_that_occur_are_listed_the_forms_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = _forms_of_all(tmp_path, monkeypatch)
    (other,) = _forms(tmp_path, ((9, 8),))  # type: ignore[arg-type]
    assert one is not None and other is not None
    assert {name for name in one if one[name] != other.get(name)} >= {"figures.json", "data/lines.csv", "data/cells.csv", "data/site.json"}


def _forms_of_all(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str] | None]:
    with monkeypatch.context() as patched:
        patched.setattr(Results, "possible", ("pays",))
        place = home / "all"
        published(housed(place, 9, 9), place / "site")
        return [form(place / "site")]


def test_two_payments_that_one_outcome_decides_are_for_the_same_people(tmp_path: Path) -> None:
    """£1,000 and £1,000 again for each who is housed: £8,000 in all are 4 people, not 1 and 7."""
    found = left(published(housed(tmp_path / "a", 400, 4, HOMES + RENTS), tmp_path / "site"), 400, 4, ("homes", "rents"))
    assert {y for _, y in found} >= SMALL


def test_who_does_not_know_that_publishes_the_total(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "tie", lambda texts: None)
    found = left(published(housed(tmp_path / "a", 400, 4, HOMES + RENTS), tmp_path / "site"), 400, 4, ("homes", "rents"))
    assert {y for _, y in found} == {4}


EXCLUDED = """
cohorts:
  left:
    of: people
    each: year from 1 April, by started_on
    exclude: [{code: H1, when: housed, says: has a home}, {code: H2, when: days > 299, says: stayed on}, {code: H3, when: is_housed, says: says so}]
payments:
  homes: {per: people in left, pays: "£1,000.00"}"""


@pytest.mark.parametrize("yes", [0, 3])
def test_a_reason_of_exclusion_that_an_outcome_decides_is_listed_though_it_leaves_nobody_out(yes: int, tmp_path: Path) -> None:
    """And how many it leaves out is open, none among them; likewise one that reads what an outcome reads. One that something else decides is listed where there is one."""
    text = contract(HOMES).replace(f"\npayments:\n{HOMES.rstrip()}", EXCLUDED)
    released = published(assessment(tmp_path / "a", text, [(n < yes,) for n in range(200)]), tmp_path / "site")
    assert released is not None
    root = f"harbour/{DAY}/data/people"
    assert released.figures[f"{root}/excluded-H1"].text == "[c]"
    assert released.figures[f"{root}/excluded-H3"].text == "[c]"
    assert f"{root}/excluded-H2" not in released.figures
    assert len([one for one in ("submitted", "rejected") if released.figures[f"{root}/{one}"].how == WITHHELD]) > 0


def test_a_milestone_of_perhaps_nobody_has_no_status(tmp_path: Path) -> None:
    published(housed(tmp_path / "a", 400, 400), tmp_path / "site")
    (release,) = json.loads((tmp_path / "site/data/ocds.json").read_text(encoding="utf-8"))["releases"]
    found = {one["id"].rpartition("/")[2]: one.get("status") for one in release["contracts"][0]["implementation"]["milestones"]}
    assert found == {"homes-pays": "met", "homes-pays-nothing": None}


def test_what_was_achieved_is_still_said_where_all_or_none_have_an_outcome(tmp_path: Path) -> None:
    published(housed(tmp_path / "a", 400, 400), tmp_path / "site")
    page = (tmp_path / f"site/contracts/harbour/{DAY}/index.html").read_text(encoding="utf-8")
    assert "results, each by itself" in page and "yes for" not in page


def _at_the_higher_price(home: Path, worked: int) -> set[int]:
    """Nobody, or few, are paid £1,500 and 400 people £1,000 or more: what a reader is left with of those few, by the headline and the numbers beside it."""
    folder = assessment(home / "a", contract(PRICES, TRUTHS), [(True, n < worked) for n in range(400)], TRUTHS)
    released = published(folder, home / "site")
    if released is None:
        return SMALL
    shown = {name: released.figures[f"harbour/{DAY}/{name}"] for name in ("paid", "p/pays/number", "outcomes/worked/yes")}
    return {
        high
        for high, paid_for in product(range(12), range(380, 420))
        if agrees(shown["paid"], 1_500 * high + 1_000 * (paid_for - high))
        and agrees(shown["p/pays/number"], paid_for)
        and agrees(shown["outcomes/worked/yes"], high)  # everybody is housed, or nearly
    }


@pytest.mark.parametrize("worked", [0, 2])
def test_that_nobody_has_a_price_stays_open(worked: int, tmp_path: Path) -> None:
    assert _at_the_higher_price(tmp_path, worked) >= SMALL


def test_where_only_prices_that_occur_are_thought_of_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Results, "prices", None)
    assert not _at_the_higher_price(tmp_path, 0) >= SMALL


EITHER = (
    "  either: {per: people, only_if: housed or worked, pays: £700.00}\n  both: {per: people, only_if: housed and worked, pays: £500.00}\n"
)


def _with_neither(home: Path) -> set[int]:
    """Of 49 people, 3 are neither housed nor at work. Those who are either and those who are both come together to those who are housed and those at work: every way there could be is tried."""
    rows = [*[(True, True)] * 30, *[(True, False)] * 5, *[(False, True)] * 11, *[(False, False)] * 3]
    released = published(assessment(home / "a", contract(EITHER, TRUTHS), rows, TRUTHS), home / "site")
    if released is None:
        return SMALL
    shown = {name.removeprefix(f"harbour/{DAY}/"): one for name, one in released.figures.items()}
    found = set()
    for both, home_only, work_only, neither in product(range(22, 39), range(14), range(3, 20), range(12)):
        either = both + home_only + work_only
        people = either + neither
        true = {
            "either/pays/number": either,
            "either/pays-nothing/number": neither,
            "either/pays/sum": 700 * either,
            "either/total": 700 * either,
        }
        true |= {"both/pays/number": both, "both/pays-nothing/number": people - both, "both/pays/sum": 500 * both, "both/total": 500 * both}
        true |= {"outcomes/housed/yes": both + home_only, "outcomes/housed/no": work_only + neither, "data/people/used": people}
        true |= {"outcomes/worked/yes": both + work_only, "outcomes/worked/no": home_only + neither, "lines": 2 * people}
        true |= {"paid": 700 * either + 500 * both, "gross": 700 * either + 500 * both}
        if all(agrees(shown[name], value) for name, value in true.items()):
            found.add(neither)
    return found


def test_two_payments_for_either_and_for_both_are_put_together(tmp_path: Path) -> None:
    assert _with_neither(tmp_path) >= SMALL


def test_who_looks_at_each_payment_alone_does_not_see_what_they_tell_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_ties, "ways_of", lambda texts, grain, asked: None)
    assert not _with_neither(tmp_path) >= SMALL
