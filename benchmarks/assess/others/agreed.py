"""What ``../contract/contract.yaml`` says in numbers, for the scripts beside it. They read no contract: whoever writes such a script copies the terms."""

from __future__ import annotations

from datetime import date
from typing import Any

FIRST_DAY, LAST_DAY, SECOND_YEAR, COMPLETE_TO = date(2022, 4, 1), date(2024, 3, 31), date(2023, 4, 1), date(2025, 3, 31)
WINDOW, WAIT = 12, 3  # months
YEARS = ("2022/23", "2023/24")
PARTNERS = ("city", "coast", "east", "moor", "north", "south", "valley", "west")
BASELINE = {"north": 310, "south": 290, "east": 300, "west": 330, "city": 340, "coast": 280, "valley": 305, "moor": 300}  # of 1,000
BANDS = ("lower", "middle", "higher")
# pence
FEES = {
    "2022/23": {"lower": 400_00, "middle": 650_00, "higher": 1100_00},
    "2023/24": {"lower": 420_00, "middle": 690_00, "higher": 1180_00},
}
MOST_FEE = 1180_00
PRICES = {"housed": 300_00, "trained": 250_00, "in_work": 900_00, "kept_job": 700_00}
YEARLY = {"2022/23": 1_200_000_00, "2023/24": 1_236_000_00}
AT_RISK = 15  # of 100
CAP = 1800_00
KEY = "[!-~]{4,20}"  # 4 to 20 characters that can be seen
COLUMNS = {
    "people": ("person_id", "partner", "band", "started_on", "moved_away"),
    "claims": ("claim_id", "person_id", "milestone", "achieved_on"),
    "convictions": ("conviction_id", "person_id", "offended_on", "convicted_on"),
}
MAY_BE_BLANK = ("moved_away", "convicted_on")


def verdict(yes: int, no: int, of_thousand: int) -> str:
    """A share against a baseline, z = 1.96, in whole numbers: (share - base)^2 against 1.96^2 base (1 - base) / n."""
    n = yes + no
    away = yes * 1000 - n * of_thousand
    if away * away * 10_000 <= 38_416 * n * of_thousand * (1000 - of_thousand):
        return "no_change"
    return "worse" if away > 0 else "better"


def fee_at_risk(partner: str, year: str, count: dict[str, int]) -> int | None:
    """Pence of the fee that are taken back, or None while it can still come out either way.

    ``count``: of the people who are surely counted, how many did (``yes``), did not (``no``) or are open (``open``), and the same of those of whom
    it is not known whether they moved away (``maybe_yes``, ``maybe_no``, ``maybe_open``).
    """
    best = verdict(count["yes"], count["no"] + count["open"] + count["maybe_no"] + count["maybe_open"], BASELINE[partner])
    worst = verdict(count["yes"] + count["open"] + count["maybe_yes"] + count["maybe_open"], count["no"], BASELINE[partner])
    if best != worst:
        return None
    return -(YEARLY[year] * AT_RISK // 100) if best == "worse" else 0


def few_enough(rows: dict[str, Any]) -> None:
    """Rejected rows are left out up to half a percent. These scripts do not say what comes after that. Raises AssertionError."""
    assert rows["rejected"] * 200 <= rows["submitted"] - rows["copies"], f"more rejected than is left out: {rows}"
