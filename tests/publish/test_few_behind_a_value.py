"""Planted leaks: sums, means, any, every, the largest, the first and how many different, over many people of whom few are behind them. Three, five or none: the site may not tell.

Each has its twin, in which the value is taken to follow from all rows together: then the same comparison finds it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pbr.publish.reading_forms import Lineage
from pbr.publish.reading_lineage import Lineages
from pbr.publish.reading_values import Values
from tests.publish.people_housed import CONTRACT, assessment, published

PEOPLE = 200
BESIDE = ("data", "outcomes")
PRICED = '{per: contract, pays: "m * £1,000.00"}'
PENCE = '{per: contract, pays: "round(m * £1,000.00, 1 penny, half up)"}'
ASKED = '{per: contract, only_if: m, pays: "£10,000.00"}'
MEASURES = {
    "a fee": ("sum of (fee) over people", '{per: contract, pays: "m"}'),
    "a fee of those": ("sum of (£1,000.00) over people where (housed)", '{per: contract, pays: "m"}'),
    "a fee chosen on the way": ("sum of (if housed then £1,000.00 else £0.00) over people", '{per: contract, pays: "m"}'),
    "days of those": ("sum of (days) over people where (housed)", PRICED),
    "a mean": ("mean of (if housed then 1 else 0) over people", PENCE),
    "any": ("any people where (housed)", ASKED),
    "any by a column": ("any people where (is_housed)", ASKED),
    "any by more than one": ("any people where (housed and days > 0)", ASKED),
    "every": ("every people satisfies (not housed), if none no", ASKED),
    "the largest": ("(largest of (if housed then 1 else 0) over people else 0)", PRICED),
    "the first": ("(days of first people by started_on where (is_housed) else 0)", PRICED),
    "how many different": ("count different person_id over people where (housed)", PRICED),
}


def shown(home: Path, measure: str, pays: str, yes: int, then: str = "[]") -> dict[str, str] | None:
    """Every figure of the site that follows from the measure, as it is written (the numbers of rows and of outcomes beside it are rounded by themselves); None where publishing is refused."""
    text = CONTRACT.replace(
        "payments:",
        'facts:\n  fee: {{per: people, equals: "if housed then £1,000.00 else £0.00"}}\nmeasures:\n  m: {{per: contract, equals: "MEASURE"}}\npayments:',
        1,
    )
    text = text.format(
        columns="      is_housed: {type: yes or no}", outcomes="  housed: {per: people, yes_when: is_housed, settles: started_on}", payments=f"  homes: {pays}", then=then
    ).replace("MEASURE", measure)  # fmt: skip
    found = published(assessment(home / f"{yes}", text, [(n < yes,) for n in range(PEOPLE)]), home / f"site-{yes}")
    return None if found is None else {name: one.text for name, one in found.figures.items() if name.split("/")[2] not in BESIDE}


@pytest.mark.parametrize("name", MEASURES)
def test_how_few_are_behind_a_value_is_not_told(name: str, tmp_path: Path) -> None:
    first, *others = (shown(tmp_path, *MEASURES[name], yes) for yes in (3, 5, 0))
    assert all(other == first for other in others)
    assert first is None or any(text == "[c]" for text in first.values())


@pytest.mark.parametrize("name", MEASURES)
def test_taken_for_everybodys_it_is_told(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Values, "of", lambda self, rows, node, counted, value, identity: Lineage(None, None, frozenset({counted.rows})))
    assert shown(tmp_path, *MEASURES[name], 3) != shown(tmp_path, *MEASURES[name], 0)


CHOSEN = {
    "a share and its price": ("share of people where housed", '{per: contract, pays: "m * £100,000.00", round: "1 penny, half up"}'),
    "the lesser": ("count of people where housed", '{per: contract, pays: "least(m * £1,000.00, £2,500.00)"}'),
    "the greater": ("count of people where housed", '{per: contract, pays: "greatest(m * £1,000.00, £2,500.00)"}'),
}


@pytest.mark.parametrize("name", CHOSEN)
def test_nor_by_which_of_two_sums_was_paid(name: str, tmp_path: Path) -> None:
    found = [shown(tmp_path, *CHOSEN[name], yes) for yes in (1, 3, 5, 0)]
    assert found[0] is not None
    assert all(other == found[0] for other in found)


STEPS = {
    "a cap": '[{cap: "£4,000.00", on: total of contract}]',
    "a least sum": '[{floor: "£2,000.00", on: total of contract}]',
    "a deduction": '[{deduct: "£2,500.00", on: total of contract}]',
    "a share": '[{deduct: 1/6, on: total of contract, round: "1 penny, half up"}]',
}
OF_LINES = ("number", "lines")


@pytest.mark.parametrize("name", STEPS)
def test_what_a_step_takes_or_adds_does_not_tell_it_either(name: str, tmp_path: Path) -> None:
    """Each housed person is paid £1,000: whether a cap was reached, and by how much, is told by no sum."""
    pays = '{per: people, only_if: housed, pays: "£1,000.00"}'
    found = [shown(tmp_path, "count of people", pays, yes, STEPS[name]) for yes in (1, 3, 5, 0)]
    sums = [one and {cell: text for cell, text in one.items() if cell.split("/")[-1] not in OF_LINES} for one in found]
    assert all(other == sums[0] for other in sums)


BOTH = '{per: contract, only_if: "(count of people where housed) >= 2 and (share of people where (days > 25)) >= 90%", pays: "£10,000.00"}'


def test_what_a_reason_does_not_name_is_not_told(tmp_path: Path) -> None:
    """A reason names what missed. That it does not name the number of those who were housed says that they were enough."""
    assert shown(tmp_path, "count of people", BOTH, 3) == shown(tmp_path, "count of people", BOTH, 1)


def test_told_by_what_it_names_alone_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    joined = Lineages._joined

    def only_what_decided(self, reader, node, each, answer):  # type: ignore[no-untyped-def]
        from pbr.statement.truth import verdict

        return joined(self, reader, node, [at for at in each if verdict(reader, at) == answer] or each, answer)

    monkeypatch.setattr(Lineages, "_joined", only_what_decided)
    assert shown(tmp_path, "count of people", BOTH, 3) != shown(tmp_path, "count of people", BOTH, 1)
