"""The OCDS package: valid against 1.1.5 with the three extensions, with transactions that come to what is published as paid, and nothing where a sum is withheld."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pbr.disclosure.released import WITHHELD, Released
from pbr.problem import Refused
from pbr.publish.data.ocds.naming import Naming
from pbr.publish.data.ocds.package import ocds
from pbr.publish.only_shown import only_shown
from pbr.publish.site import Site
from tests.publish.ocds_schema import VECTORS, faults
from tests.publish.portfolio import portfolio

GIVEN = Naming(
    "ocds-a1b2c3", "https://open.example.org/results", "Westmere Council", "2024-11-01", "https://licences.example/open", {"Harbour Trust": "GB-COH-00000001"}
)  # fmt: skip
needs_schemas = pytest.mark.skipif(not VECTORS.is_dir(), reason="the OCDS schemas are not beside the project")


def _package(site: Site, released: Released, naming: Naming = GIVEN) -> dict[str, Any]:
    made = ocds(only_shown(site, released), released, naming, "data/ocds.json")
    assert made is not None
    return dict(json.loads(made, parse_float=Decimal))


@pytest.fixture(scope="module")
def package() -> dict[str, Any]:
    return _package(*portfolio())


def _going(package: dict[str, Any], name: str) -> dict[str, Any]:
    release = next(one for one in package["releases"] if one["id"].endswith(name))
    return dict(release["contracts"][0]["implementation"])


@needs_schemas
def test_it_is_valid_with_everything_given_and_with_nothing_given(package: dict[str, Any]) -> None:
    assert faults(package) == []
    assert faults(_package(*portfolio(), naming=Naming())) == []


@needs_schemas
def test_what_the_validator_complains_of(package: dict[str, Any]) -> None:
    def broken(change: Any) -> list[str]:
        whole = json.loads(json.dumps(package, default=str))
        change(whole["releases"][0], whole["releases"][0]["contracts"][0])
        return faults(whole)

    assert any("'amount'" in one or "is not of type 'number'" in one for one in broken(lambda _, contract: None))  # sums as text
    for change, says in (
        (lambda release, _: release.update(tag=["paid"]), "'paid' is not one of"),
        (lambda release, _: release.update(result=3), "no field of OCDS"),
        (lambda _, contract: contract.pop("awardID"), "'awardID' is a required property"),
        (lambda _, contract: contract["implementation"]["metrics"][0].pop("id"), "'id' is a required property"),
        (lambda _, contract: contract["period"].update(startDate="1 October 2011"), "is no date-time"),
        (lambda _, contract: contract["implementation"]["milestones"][0].update(status="paid"), "'paid' is not one of"),
    ):
        assert any(says in one for one in broken(change)), says


def test_where_a_milestone_is_met_there_is_a_transaction_and_they_come_to_what_was_paid(package: dict[str, Any]) -> None:
    site, released = portfolio()
    for contract in site.contracts:
        for assessment in contract.assessments:
            going = _going(package, f"{contract.slug}-{assessment.slug}")
            transactions = going.get("transactions", [])
            met = (
                [one["id"] for one in going["milestones"] if one["status"] == "met"]
                if all("status" in one for one in going["milestones"])
                else True
            )
            assert transactions or not met, assessment.slug
            paid = released.figures[assessment.paid.cell].value
            total = sum((one["value"]["amount"] if one["payee"]["name"] == contract.parties[1][1] else -one["value"]["amount"] for one in transactions), Decimal(0))  # fmt: skip
            assert paid is not None and total == Decimal(paid), assessment.slug
            assert all(one["source"].startswith("https://open.example.org/results/contracts/") for one in transactions)


def test_lines_that_add_up_are_paid_one_by_one_and_the_source_is_each_ones_page(package: dict[str, Any]) -> None:
    going = _going(package, "northmoor-2015-06-30")
    assert [(one["id"], one["value"]["amount"], one["payer"]["name"]) for one in going["transactions"]] == [
        ("2015-06-30/fee_at_risk/2011-12", Decimal("0.00"), "Ministry of Justice"),
        ("2015-06-30/fee_at_risk/2012-13", Decimal("1660000.00"), "Calder Justice"),
    ]
    assert going["transactions"][1]["source"].endswith("/contracts/northmoor/2015-06-30/index.html#p-fee_at_risk--2012-13")
    assert [one["status"] for one in going["milestones"]] == ["met", "notMet"]


def test_a_cap_or_a_withheld_sum_leaves_one_transaction_for_all(package: dict[str, Any]) -> None:
    going = _going(package, "riverside-homes-2024-09-30")
    assert [(one["id"], one["value"]) for one in going["transactions"]] == [
        ("2024-09-30/paid", {"amount": Decimal("900000.00"), "currency": "GBP"})
    ]
    statuses = {one["id"].rpartition("/")[2]: one.get("status") for one in going["milestones"]}
    assert statuses["paid"] == "met" and statuses["held"] == "scheduled" and statuses["evesham"] is None


def test_a_deduction_is_a_performance_failure(package: dict[str, Any]) -> None:
    [failure] = _going(package, "northmoor-2015-06-30")["performanceFailures"]
    assert failure["penaltyValue"] == {"amount": Decimal("1660000.00"), "currency": "GBP"} and failure["penaltyType"] == "contracted"
    assert failure["requirement"] == "change: 5.0 percentage points" and failure["suppliers"][0]["name"] == "Calder Justice"


def test_results_stand_beside_their_targets(package: dict[str, Any]) -> None:
    release = next(one for one in package["releases"] if one["id"].endswith("northmoor-2015-06-30"))
    [agreed], [observed] = release["contracts"][0]["agreedMetrics"], release["contracts"][0]["implementation"]["metrics"]
    assert agreed["id"] == observed["id"] == "fee_at_risk/change"
    missed = observed["observations"][1]
    assert (
        missed["measureClassification"]["id"] == "below"
        and missed["dimensions"] == {"year": "2012/13"}
        and missed["notes"] == "790 of 1,445 people released"
    )
    assert [one["id"] for one in agreed["observations"]] == [one["id"] for one in observed["observations"]]


def test_what_is_withheld_is_left_out_and_never_nought() -> None:
    site, released = portfolio()
    first = site.contracts[0].assessments[0]
    line = first.payments[0].lines[1]
    hidden = {
        slot.cell: replace(released.figures[slot.cell], how=WITHHELD, text="[c]", value=None)
        for slot in (line.amount, line.result, first.paid)
    }  # fmt: skip
    going = _going(_package(site, replace(released, figures={**released.figures, **hidden})), "northmoor-2015-06-30")
    assert [sorted(one) for one in going["transactions"]] == [["id", "payee", "payer", "source"]]
    assert "status" not in going["milestones"][1] and "performanceFailures" not in going
    assert len(going["metrics"][0]["observations"]) == 1


def test_what_is_not_given_is_said_not_to_be() -> None:
    package = _package(*portfolio(), naming=Naming())
    assert (
        package["uri"] == "https://address-not-given.invalid/data/ocds.json"
        and package["publisher"] == {"name": "not given"}
        and "license" not in package
    )
    assert package["publishedDate"] == "2024-09-30T00:00:00Z"  # the newest day that data is complete to
    release = package["releases"][0]
    assert release["ocid"] == "unregistered-northmoor" and release["buyer"]["id"].startswith("unregistered-")


@pytest.mark.parametrize(
    ("naming", "says"),
    [
        ({"ocid_prefix": "ocds-A"}, "'ocds-A' is no prefix of OCDS identifiers"),
        ({"address": "open.example.org"}, "'open.example.org' is no address of a site"),
        ({"licence": "javascript:x"}, "'javascript:x' is no address of a licence"),
        ({"published": "1 May 2024"}, "'1 May 2024' is no day"),
        ({"parties": {"Serco": "242246"}}, "'242246' is no identifier of an organisation"),
    ],
)
def test_names_that_are_none_are_refused(naming: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused) as refused:
        Naming(**naming)
    assert refused.value.problems[0].code == "PBR695" and says in str(refused.value)


def test_a_site_without_assessments_has_no_package() -> None:
    site, released = portfolio()
    assert ocds(replace(site, contracts=()), released, GIVEN, "data/ocds.json") is None
