"""Makes the synthetic submission of ``contracts/transport/rail-performance-regime``: no such train ever ran.

    python benchmarks/synthetic/rail.py contracts/transport/rail-performance-regime/submission

The same seed gives the same bytes. Dirty on purpose: an arrival that cannot be read, one sent twice, one of a train that was not planned, a delay whose
cause is blank, lateness that nobody explained, and a timetable that is padded from May on.
"""

from __future__ import annotations

import csv
import random
import sys
from datetime import date, timedelta
from pathlib import Path

TRAINS = (("1A01", "main_line", 500), ("1A02", "main_line", 980), ("2B01", "stopping", 455), ("2B02", "stopping", 1040))
FIRST, LAST = date(2020, 1, 6), date(2020, 6, 21)
CAUSES = ("network", "network", "operator", "joint")


class Chance:
    """Only ``random()`` is used: its numbers are the same in every version of Python."""

    def __init__(self) -> None:
        self._random = random.Random(20200106)

    def between(self, low: int, high: int) -> int:
        return low + int(self._random.random() * (high - low + 1))


def main(folder: Path) -> None:
    chance = Chance()
    plan, arrivals, delays = [], [], []
    day = FIRST
    while day <= LAST:
        for train, group, due in TRAINS if day.weekday() < 5 else ():
            plan.append([train, day.isoformat(), group, due])
            throw = chance.between(1, 100)
            late = 0 if throw <= 55 else chance.between(1, 6) if throw <= 90 else chance.between(7, 75)
            if throw != 100:  # every hundredth train or so is cancelled
                arrivals.append(
                    [train, day.isoformat(), due + late - (chance.between(0, 3) if late == 0 else 0), due + (2 if day.month >= 5 else 0)]
                )
            for _ in range(chance.between(0, 2) if late < 7 and throw != 100 else chance.between(1, 3)):
                if late or throw == 100:
                    delays.append([train, day.isoformat(), chance.between(1, 20), CAUSES[chance.between(0, 3)]])
        day += timedelta(days=1)
    arrivals[40][2] = "see log"
    arrivals.insert(90, list(arrivals[89]))  # sent twice
    arrivals.append(["9Z99", "2020-03-03", 700, 700])  # not planned
    delays[-1][3] = ""
    write(folder / "plan.csv", ["train_id", "runs_on", "service_group", "due"], plan)
    write(folder / "arrivals.csv", ["train_id", "runs_on", "arrived", "working_due"], arrivals)
    numbered = [[f"D{number:04}", *row] for number, row in enumerate(delays, 1)]
    write(folder / "delays.csv", ["delay_id", "train_id", "runs_on", "minutes_lost", "responsible"], numbered)


def write(path: Path, header: list[str], rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target)
