"""Recounts the shipped electronic monitoring submission without pbr: plain Python, from the words of the contract."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "contracts/justice/electronic-monitoring/submission"
PENCE_A_DAY = 13_00


@dataclass(frozen=True)
class Recount:
    """``charges``: how many ended as what. ``pence``: for monitoring. ``in_time``: fittings in time, late, spoilt, not reported."""

    charges: Counter[str]
    pence: int
    in_time: tuple[int, int, int, int]


def read(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def recount() -> Recount:
    orders = {row["order_id"]: row for row in read("orders")}
    ended: Counter[str] = Counter()
    seen: dict[str, dict[str, str]] = {}
    services: dict[tuple[str, date], str] = {}
    for row in read("charges"):
        if row["charge_id"] in seen:
            assert seen[row["charge_id"]] == row
            ended["sent twice"] += 1
            continue
        seen[row["charge_id"]] = row
        on = day(row["day"])
        if on is None:
            ended["no day"] += 1
        else:
            service = (row["person_id"], on)
            services[service] = min(services.get(service, row["charge_id"]), row["charge_id"])
    stays = [(row["person_id"], day(row["entered_on"]), day(row["released_on"])) for row in read("custody")]
    pence = 0
    for number, row in seen.items():
        on, order = day(row["day"]), orders[row["order_id"]]
        if on is None:
            continue
        start, end = day(order["started_on"]), day(order["ended_on"])
        assert start is not None and end is not None
        if services[(row["person_id"], on)] != number:
            ended["charged already"] += 1
        elif on < start or on > end or order["person_id"] != row["person_id"]:
            ended["outside the order"] += 1
        elif any(who == row["person_id"] and came and came < on and (left is None or on < left) for who, came, left in stays):
            ended["in prison"] += 1
        else:
            ended["paid"] += 1
            pence += PENCE_A_DAY
    fitted = {row["order_id"]: day(row["fitted_on"]) for row in read("fittings")}
    spoilt = sum(on is None for on in fitted.values())
    in_time = late = 0
    for number, on in fitted.items():
        start = day(orders[number]["started_on"])
        if on is not None and start is not None:
            in_time, late = (in_time + 1, late) if start <= on < start + timedelta(days=2) else (in_time, late + 1)
    return Recount(ended, pence, (in_time, late, spoilt, len(orders.keys() - fitted.keys())))


if __name__ == "__main__":
    print(recount())
