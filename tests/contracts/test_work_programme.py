"""The design's Work Programme: overlapping jobs, a cumulative milestone and further unbroken weeks."""

from __future__ import annotations

from pbr.examples import run_examples
from pbr.plan.build import build
from pbr.terms.loading import load_text
from tests.shared import shared


def test_two_runs_of_work_an_overlap_and_four_sustainments() -> None:
    text = shared("design/examples/work-programme.yaml").read_text(encoding="utf-8")
    text = text[: text.index("  - name: the maximum of each group")]
    loaded = load_text(text, "work-programme.yaml")
    assert [problem for result in run_examples(loaded, build(loaded)) for problem in result.problems] == []
