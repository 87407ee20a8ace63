"""The figures that the two-year reoffending contract must give, counted without pbr where the file is present."""

from __future__ import annotations

from tests.contracts.oracle_reoffending import recount
from tests.shared import shared


def test_the_flag_and_the_dates_give_the_known_figures() -> None:
    assert recount(shared("data/reoffending-broward/releases.csv")) == {
        "no arrest matched": 307,
        "as flagged, all": (3251, 7214),
        "as flagged, filtered": (2809, 6172),
        "as flagged, mature": (2253, 6216),
        "immature": 998,
        "immature and flagged": 998,
        "mature by 730 days": 6217,
        "as dated, filtered (from)": (2769, 6172),
        "as dated, filtered (after)": (2769, 6172),
        "as dated, mature (from)": (2208, 6216),
        "as dated, mature (after)": (2208, 6216),
        "flagged too late": (46, 732, 1083),
        "missed by the flag": 1,
        "on a boundary day": 0,
    }
