"""A contract in which a provider must say what became of everybody whom the commissioner referred, and a provider who does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pbr.assessment import Assessment, assess
from tests.audit.tiny import CLOCK

COVERED = Path(__file__).parent / "covered"
TOTALS = {"ends": {"rows": "9", "people": "7", "hours": "276"}}


def assess_covered(out: Path | None, **more: Any) -> Assessment:
    """8 people referred, 9 rows of ends: two people are missing, one row is nobody's, a check and a bad cell take a row each."""
    given: dict[str, Any] = {
        "tables": [COVERED / "referrals.csv", COVERED / "ends.csv"],
        "complete_to": "2021-12-31",
        "control_totals": TOTALS,
    }
    return assess(more.pop("contract", COVERED), out=out, clock=CLOCK, who="tester", **(given | more))
