"""Contracts of many kinds, from their own submissions to what is published: nothing of a person in it, nothing that was not marked, nothing untrue about the counts."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from pbr.disclosure.cells import MONEY, SHARE, TERM, Table
from pbr.disclosure.release import release
from pbr.disclosure.released import WITHHELD
from pbr.plan.plan import Plan
from pbr.publish.only_shown import NOT_SHOWN, SOME_LEFT_OUT, only_shown
from pbr.publish.reading import read
from pbr.publish.reading_contract import public_numbers
from pbr.publish.reading_people import grain_of_people, tables_of_people
from pbr.publish.site import Assessment, Site, Text
from pbr.statement.opening import open_folder
from tests.contracts.catalogue import ROOT, assessed
from tests.publish.true_values import said, slots, texts

NAMES = (
    "justice/hmp-doncaster", "justice/electronic-monitoring", "employment/work-programme", "employment/restart-scheme",
    "health/qof-atrial-fibrillation", "environment/amazon-fund", "housing/denver-supportive-housing",
)  # fmt: skip
KEPT = tempfile.TemporaryDirectory(prefix="pbr-test-reading-")


@cache
def folder(name: str) -> Path:
    out = Path(KEPT.name) / name.replace("/", "-")
    assessed(f"contracts/{name}", out)
    return out


@cache
def published(name: str) -> tuple[Site, Table]:
    return read([folder(name)])


def first(name: str) -> Assessment:
    return published(name)[0].contracts[0].assessments[0]


@pytest.mark.parametrize("name", NAMES)
def test_every_number_is_a_slot_or_a_word_of_the_contract(name: str) -> None:
    site, table = published(name)
    with open_folder(folder(name)) as opened:
        public = public_numbers(opened.plan, [(ROOT / "contracts" / name / "contract.yaml").read_text()])
    for text in texts(site.contracts[0].assessments):
        for piece in text:
            found = {number.rstrip(".,") for number in re.findall(r"(?<!PBR)\b\d[\d,.]*", piece)} if isinstance(piece, str) else set()
            assert found <= public, (text, found - public)
        assert not (isinstance(text[0], str) and text[0].startswith("decided by ")), (
            "a sentence with a number of which it is not known where it stands"
        )
    names = [cell.name for cell in table.cells]
    assert len(names) == len(set(names)) and {slot.cell for slot in slots(site)} <= set(names)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_of_counts_is_so(name: str) -> None:
    table = published(name)[1]
    values = {unknown.name: unknown.value for unknown in table.unknowns.values()} | {"": 1}
    for relation in (*table.relations, *(one for cell in table.cells for one in cell.implies)):
        value = sum(part * values[unknown] for unknown, part in relation.form.items())
        assert (relation.low is None or relation.low <= value) and (relation.high is None or value <= relation.high)
    for cell in table.cells:
        assert cell.reveals <= set(table.unknowns)
        if cell.form is not None:
            above = sum(part * values[unknown] for unknown, part in cell.form.items())
            assert cell.value == above / (sum(part * values[unknown] for unknown, part in cell.over.items()) if cell.over else 1), cell.name


def names_of_people(plan: Plan, name: str) -> Iterator[str]:
    people = tables_of_people(plan)
    with open_folder(folder(name)) as opened:
        for table in plan.tables:
            named = [column.name for column in table.columns if column.type.kind == "identifier" and column.type.names != "organisation"]
            if table.name in people and opened.trail.columns(table.name):
                for column in set(named) & set(opened.trail.columns(table.name)):
                    yield from (
                        str(cell) for (cell,) in opened.trail.select(f'SELECT DISTINCT "{column}" FROM {opened.trail.view(table.name)}')
                    )


@pytest.mark.parametrize("name", NAMES)
def test_no_row_of_a_person_is_in_it(name: str) -> None:
    site, table = published(name)
    with open_folder(folder(name)) as opened:
        plan = opened.plan
        found = {one for one in names_of_people(plan, name) if len(one) > 2}
    told = re.findall(r"[\w.-]+", f"{[one for contract in site.contracts for one in contract.assessments]} {table}")
    assert not found & set(told)
    people = tables_of_people(plan)
    for payment in first(name).payments:
        grain = next((one.grain for one in plan.payments if one.name == payment.name), "contract")
        assert all(line.people == grain_of_people(plan, grain, people) and (not line.people or not line.key) for line in payment.lines)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_released_is_of_use(name: str) -> None:
    table = published(name)[1]
    released = release(table)
    lines = [line for payment in first(name).payments for line in payment.lines]
    shown = [line for line in lines if all(released.figures[slot.cell].how != WITHHELD for slot in (line.result, line.amount))]
    assert released.figures[first(name).paid.cell].how != WITHHELD
    assert 10 * len(shown) >= 6 * len(lines), f"{len(shown)} of {len(lines)} lines"


def test_the_first_screen_of_a_contract_about_people() -> None:
    one, table = first("justice/electronic-monitoring"), published("justice/electronic-monitoring")[1]
    assert said(one.bought, table).startswith(
        "The Ministry of Justice paid a monitoring company by results. What counts: the person was not in prison"
    )
    assert [said(text, table) for text in one.why_not_more] == [
        "Fitting: held, not decided yet: it is not known whether fitting rate (between 91.9% and 97.3%) >= fitting target (95%): rows of fittings were rejected or are missing.",
        "Monitoring: nothing is paid for 23 charges, paid for 1,972 (£25,636.00 in all).",
        "Monitoring: nothing is paid for 23 charges.",
        "Monitoring: paid for 1,972 charges (£25,636.00 in all).",
    ]
    assert [said(text, table) for text in one.who_says_so][:2] == [
        "Monitoring is decided by independent records and rests also on the provider's word.",
        "Fitting is decided by the provider's word alone.",
    ]


def test_the_words_about_a_withheld_result_are_left_out() -> None:
    site, table = published("justice/electronic-monitoring")
    released = release(table)
    shown = only_shown(site, released).contracts[0].assessments[0]
    (fitting,) = shown.payments[1].lines
    assert released.figures[fitting.result.cell].text == "[c]"
    assert (fitting.why, fitting.comparisons, fitting.derived) == (NOT_SHOWN, (), ())
    assert shown.why_not_more[-1] == SOME_LEFT_OUT and not any("held" in told(text) for text in shown.why_not_more)


def told(text: Text) -> str:
    return "".join(piece if isinstance(piece, str) else "" for piece in text)


def test_a_flat_price_makes_the_sum_a_form_of_the_number_of_lines() -> None:
    table = published("justice/electronic-monitoring")[1]
    cell = next(cell for cell in table.cells if cell.name.endswith("monitoring/pays/sum"))
    assert cell.kind == MONEY and cell.form == {"electronic-monitoring/2013-06-30/monitoring/pays/lines": 1300}


def test_a_list_of_prices_makes_it_a_form_of_the_lines_at_each() -> None:
    table = published("employment/work-programme")[1]
    cell = next(cell for cell in table.cells if cell.name.endswith("attachment/pays/sum"))
    assert cell.form is not None and sorted(cell.form.values()) == [20000, 30000, 40000]


def test_figures_of_the_contract_are_terms_under_their_names() -> None:
    table = published("justice/hmp-doncaster")[1]
    terms = {cell.name.rpartition("/")[2]: cell.text for cell in table.cells if cell.kind == TERM}
    assert terms["baseline"] == "58.0%" and terms["annual_fee"] == "£16,600,000.00" and terms["share_at_risk"] == "10%"


def test_measures_side_by_side() -> None:
    site = published("justice/hmp-doncaster")[0]
    rate, change = site.contracts[0].series
    assert (rate.unit, change.unit, change.better) == ("%", "percentage points", "higher")
    assert [point.label for point in change.points] == ["2011/12", "2012/13"]
    (funnel,) = [one for one in published("health/qof-atrial-fibrillation")[0].contracts[0].funnels if one.name == "assessed_share"]
    assert [point.label for point in funnel.points] == ["gp1", "gp2", "gp3", "gp4"] and funnel.points[1].denominator is not None
    share = next(cell for cell in published("health/qof-atrial-fibrillation")[1].cells if cell.name == funnel.points[1].value.cell)
    assert share.kind == SHARE and share.over is not None
