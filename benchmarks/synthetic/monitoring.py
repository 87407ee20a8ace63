"""Makes the synthetic submission of ``contracts/justice/electronic-monitoring``: nobody in it exists.

    python benchmarks/synthetic/monitoring.py contracts/justice/electronic-monitoring/submission

The same seed gives the same bytes. What is wrong in it is what audits of such contracts found: people with several orders charged for by the
order, charges long after the end (612 and 935 days) and before the start, charges on days in prison, one charge sent twice, dates that are
none; and fittings that were not reported: all of them late ones.
"""

from __future__ import annotations

import csv
import random
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

SEED = 20120401
FIRST, LAST = date(2012, 4, 1), date(2013, 3, 31)
PEOPLE = 60
SECOND_ORDER = 14  # people with two orders at a time
LATE = 5  # orders fitted later than the day after
UNREPORTED = 3  # of the late ones
IN_PRISON = 6


@dataclass(frozen=True)
class Order:
    number: str
    person: str
    start: date
    end: date


class Chance:
    """Only ``random()`` is used: its numbers are the same in every version of Python."""

    def __init__(self) -> None:
        self._random = random.Random(SEED)

    def below(self, number: int) -> int:
        return int(self._random.random() * number)

    def day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.below((last - first).days + 1))


def orders_of(chance: Chance) -> list[Order]:
    orders: list[Order] = []
    for number in range(PEOPLE):
        start = chance.day(FIRST, LAST - timedelta(days=70))
        orders.append(Order(f"EM-{len(orders) + 1:05}", f"P{number + 1:04}", start, start + timedelta(days=20 + chance.below(20))))
        if number < SECOND_ORDER:
            first = orders[-1]
            start = chance.day(first.start + timedelta(days=1), first.end)
            orders.append(Order(f"EM-{len(orders) + 1:05}", first.person, start, start + timedelta(days=15 + chance.below(20))))
    return orders


def main(folder: Path) -> None:
    chance = Chance()
    orders = orders_of(chance)
    late = {orders[-1 - 4 * place].number for place in range(LATE)}
    unreported = sorted(late)[:UNREPORTED]
    fittings = []
    for order in orders:
        fitted = order.start + timedelta(days=3 + chance.below(4) if order.number in late else chance.below(2))
        if order.number not in unreported:
            fittings.append([order.number, fitted.isoformat()])
    fittings[7][1] = "n/k"
    custody = []
    for place in range(IN_PRISON):
        order = orders[3 + 9 * place]
        entered = order.start + timedelta(days=5 + chance.below(5))
        released = entered + timedelta(days=3 + chance.below(6))
        custody.append([f"K{place + 1:03}", order.person, entered.isoformat(), released.isoformat()])
    custody += [[f"K{IN_PRISON + 1 + place:03}", f"S{place:03}", "2012-07-01", ""] for place in range(20)]

    charges = []
    for order in orders:
        day = order.start
        while day <= order.end:
            charges.append([order.number, order.person, day.isoformat()])
            day += timedelta(days=1)
    for place, beyond in ((5, 612), (11, 935), (17, 1), (23, 2)):
        order = orders[place]
        charges.append([order.number, order.person, (order.end + timedelta(days=beyond)).isoformat()])
    charges.append([orders[30].number, orders[30].person, (orders[30].start - timedelta(days=1)).isoformat()])
    charges.append([orders[31].number, orders[40].person, orders[31].start.isoformat()])
    numbered = [[f"C{number:05}", *row] for number, row in enumerate(charges, 1)]
    numbered[50][3] = "31/02/2013"
    numbered[51][3] = ""
    numbered.insert(700, list(numbered[699]))

    write(folder / "orders.csv", ["order_id", "person_id", "started_on", "ended_on"],
          [[order.number, order.person, order.start.isoformat(), order.end.isoformat()] for order in orders])  # fmt: skip
    write(folder / "fittings.csv", ["order_id", "fitted_on"], fittings)
    write(folder / "charges.csv", ["charge_id", "order_id", "person_id", "day"], numbered)
    write(folder / "custody.csv", ["custody_id", "person_id", "entered_on", "released_on"], custody)


def write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target)
