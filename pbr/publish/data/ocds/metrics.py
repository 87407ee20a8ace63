"""Targets and results as the metrics extension has them: a metric for each measure of a payment, an observation for each line that it decided."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from pbr.disclosure.cells import ANSWER, DAY, MONEY
from pbr.disclosure.released import WITHHELD, Figure
from pbr.publish.data.figures import Shown, is_decimal
from pbr.publish.data.ocds.going import milestone_id
from pbr.publish.site import Assessment, Comparison, Line, Payment, Slot

# The United Kingdom extension has further words for how far below a result is; no contract of ours says where they would begin.
MET: Final = {True: ("met", "The required standard was met."), False: ("below", "The required standard was not met. How far below is not graded.")}  # fmt: skip


def agreed(assessment: Assessment, shown: Shown) -> list[dict[str, Any]]:
    """contracts/agreedMetrics: the targets."""

    def target(one: Comparison) -> dict[str, Any]:
        return measured(shown.of(one.target), shown.unit(one.result))

    return _metrics(assessment, target)


def observed(assessment: Assessment, shown: Shown) -> list[dict[str, Any]]:
    """contracts/implementation/metrics: the results, and whether they meet the target."""

    def result(one: Comparison) -> dict[str, Any]:
        found = measured(shown.of(one.result), shown.unit(one.result))
        if one.met is not None:
            name, says = MET[one.met]
            found["measureClassification"] = {"id": name, "description": says}
        counts = _counts(one, shown)
        if counts and "notes" not in found:
            found["notes"] = counts
        return found

    return _metrics(assessment, result)


def measured(figure: Figure, unit: str) -> dict[str, Any]:
    """A figure as value or measure. What is withheld is left out, and that it is is noted."""
    if figure.how == WITHHELD:
        return {"notes": f"{figure.text} confidential"}
    if figure.high is not None or figure.kind in (ANSWER, DAY) or figure.value is None or not is_decimal(figure.value):
        return {"measure": figure.value if figure.kind == DAY and figure.high is None and figure.value else figure.text}
    if figure.kind == MONEY:
        return {"value": {"amount": Decimal(figure.value), "currency": figure.unit}}
    return {"measure": Decimal(figure.value), **({"unit": {"name": unit}} if unit != "[z]" else {})}


def _metrics(assessment: Assessment, make: Any) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for payment, line, at, one in _compared(assessment):
        metric = found.setdefault(
            (payment.name, one.label),
            {"id": f"{payment.name}/{one.label}", "title": one.label, "description": f"{payment.title}: {one.label}", "observations": []},
        )
        observation = {"id": f"{assessment.slug}/{payment.name}/{line.slug}/{at}", **make(one)}
        if line.key:
            observation["dimensions"] = dict(line.key)
        observation["relatedImplementationMilestone"] = {"id": milestone_id(assessment, payment, line)}
        metric["observations"].append(observation)
    return list(found.values())


def _compared(assessment: Assessment) -> Iterator[tuple[Payment, Line, int, Comparison]]:
    for payment in assessment.payments:
        for line in payment.lines:
            for at, one in enumerate(line.comparisons, 1):
                yield payment, line, at, one


def _counts(one: Comparison, shown: Shown) -> str:
    pair: list[Slot] = [slot for slot in (one.numerator, one.denominator) if slot is not None]
    return f"{shown.written(pair[0])} of {shown.written(pair[1])} {one.counted}".strip() if len(pair) == 2 else ""
