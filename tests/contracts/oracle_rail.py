"""The synthetic trains counted again, without pbr: what each period and group of trains comes to, and what cannot be said."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "contracts/transport/rail-performance-regime/submission"
TERMS = {"main_line": ("12.50", "1.35", 60, 30), "stopping": ("4.00", "0.80", 30, 15)}
PERIODS = ("P11", "P12", "P13", "P01", "P02", "P03")
DEARER = ("P02", "P03")  # those that began after 1 April
PART = {"network": Decimal(1), "joint": Decimal("0.5"), "operator": Decimal(0)}


def read(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def pence(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def recount() -> dict[tuple[str, str], str | None]:
    """Pounds of each period and group; None where something could not be read."""
    seen = {(row["train_id"], row["runs_on"]): row["arrived"] for row in read("arrivals")}
    lost = defaultdict[tuple[str, str], list[tuple[int, str]]](list)
    for row in read("delays"):
        lost[row["train_id"], row["runs_on"]].append((int(row["minutes_lost"]), row["responsible"]))
    charged, planned, open_ = defaultdict[tuple[str, str], Decimal](Decimal), defaultdict[tuple[str, str], int](int), set[tuple[str, str]]()
    for row in read("plan"):
        train, group = (row["train_id"], row["runs_on"]), row["service_group"]
        weeks = (date.fromisoformat(row["runs_on"]) - date(2020, 1, 6)).days // 28
        key = (PERIODS[weeks], group)
        planned[key] += 1
        arrived, causes = seen.get(train), lost[train]
        if (arrived and not arrived.isdigit()) or any(cause == "" for _, cause in causes):
            open_.add(key)
            continue
        _, _, most, cancelled = TERMS[group]
        late = min(max(int(arrived) - int(row["due"]), 0), most) if arrived else cancelled
        whole = sum(minutes for minutes, _ in causes)
        part = sum((minutes * PART[cause] for minutes, cause in causes), Decimal(0)) / whole if whole else Decimal("0.5")
        charged[key] += pence(late * part)
    paid: dict[tuple[str, str], str | None] = {}
    for key, trains in planned.items():
        price, expected, _, _ = TERMS[key[1]]
        index = Decimal("1.025") if key[0] in DEARER else Decimal(1)
        paid[key] = None if key in open_ else f"{pence((trains * Decimal(expected) - charged[key]) * Decimal(price) * index)}"
    return paid
