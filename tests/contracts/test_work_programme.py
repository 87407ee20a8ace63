"""The Work Programme: overlapping jobs, a cumulative milestone, further unbroken weeks, and the published maximum of each group."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pbr.audit.verify import verify
from pbr.examples import run_examples
from pbr.plan.build import build
from pbr.proofs import PROVED, prove
from pbr.terms.loading import load_contract, load_text
from tests.contracts.catalogue import ROOT, assessed
from tests.contracts.oracle_work_programme import CARD, recount
from tests.shared import shared

NAME = "contracts/employment/work-programme"


def test_two_runs_of_work_an_overlap_and_four_sustainments() -> None:
    text = shared("design/examples/work-programme.yaml").read_text(encoding="utf-8")
    text = text[: text.index("  - name: the maximum of each group")]
    loaded = load_text(text, "work-programme.yaml")
    assert [problem for result in run_examples(loaded, build(loaded)) for problem in result.problems] == []


def test_the_most_for_each_group_is_proved_with_its_steps() -> None:
    loaded = load_contract(ROOT / NAME)
    proofs, problems = prove(loaded, build(loaded))
    assert not problems
    assert {proof.sum: proof.answer for proof in proofs if proof.name == "maximum"} == dict.fromkeys(
        (381000, 439500, 660000, 370000), PROVED
    )


def test_everybody_is_paid_what_is_counted_day_by_day(tmp_path: Path) -> None:
    out = tmp_path / "out"
    statement = assessed(NAME, out)
    told = recount()
    group = {key: CARD[row.split(",")[1]] for row in (ROOT / NAME / "submission/people.csv").read_text().splitlines()[1:] for key in [row.split(",")[0]]}  # fmt: skip
    lines = {(line["payment"], line["for"]["person_id"], line["for"].get("step_no")): line for line in statement["payments"]}
    outcomes = {key: line["amount"] for (payment, key, _), line in lines.items() if payment == "outcome"}
    assert outcomes == {key: None if one.outcome is None else f"{one.outcome}.00" for key, one in told.items()}
    assert {key: line["amount"] for (payment, key, _), line in lines.items() if payment == "attachment"} == {
        key: f"{one.attachment}.00" for key, one in told.items()
    }
    steps = Counter(key for (payment, key, _), line in lines.items() if payment == "sustainment" and line["result"] == "pays")
    assert steps == {key: one.steps for key, one in told.items() if one.steps}
    paid = sum(one.attachment + (one.outcome or 0) + (one.steps or 0) * group[key][2] for key, one in told.items())
    assert statement["totals"]["paid"] == f"{paid}.00"
    assert (statement["rows"]["people"]["rejected"], statement["rows"]["jobs"]["unused"]) == (1, 1)
    assert min(Counter(one.outcome for one in told.values()).values()) >= 3 and sum(steps.values()) > 100
    assert not verify(out).differences
