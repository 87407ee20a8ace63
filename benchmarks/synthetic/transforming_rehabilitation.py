"""Makes the synthetic submission of ``contracts/justice/transforming-rehabilitation``: nobody in it exists.

    python benchmarks/synthetic/transforming_rehabilitation.py contracts/justice/transforming-rehabilitation/submission

The same seed gives the same bytes. Three companies in each of four quarters: one whose people reoffend less than those of 2011, one about
as often, one more. Beside them: a score that is not known (it holds the quarter and the year of the second company), a start sent twice, two starts with
one number, a start after the term, offences of strangers, offences too late, convictions too late and not yet, a date that cannot be read.
"""

from __future__ import annotations

import csv
import random
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

SEED = 20151001
QUARTERS = (date(2015, 10, 1), date(2016, 1, 1), date(2016, 4, 1), date(2016, 7, 1), date(2016, 10, 1))
PEOPLE = 140  # in each company's quarter
SHARE = {"crc_a": 0.36, "crc_b": 0.48, "crc_c": 0.60}
EACH = {"crc_a": 4, "crc_b": 4, "crc_c": 6}  # reoffences of a reoffender: from 1 to twice this, less one
COMPLETE_TO = date(2018, 3, 31)


class World:
    """Only ``random()`` is used: its numbers are the same in every version of Python."""

    def __init__(self) -> None:
        self.chance = random.Random(SEED)
        self.starts: list[list[str]] = []
        self.offences: list[list[str]] = []

    def below(self, number: int) -> int:
        return int(self.chance.random() * number)

    def offence(self, person: str, committed: date, convicted: date) -> None:
        seen = convicted.isoformat() if convicted <= COMPLETE_TO else ""
        self.offences.append([f"O{len(self.offences) + 1:05d}", person, committed.isoformat(), seen])

    def shuffled(self, rows: list[list[str]]) -> list[list[str]]:
        return [row for _, _, row in sorted((self.chance.random(), number, row) for number, row in enumerate(rows))]


def person(world: World, company: str, first: date, last: date) -> None:
    """One start, and what its person did afterwards."""
    name = f"P{len(world.starts) + 1:05d}"
    began = first + timedelta(days=world.below((last - first).days))
    score = 3800 + world.below(2001)
    world.starts.append([f"S{len(world.starts) + 1:05d}", name, company, began.isoformat(), f"{score // 100}.{score % 100:02d}"])
    if world.chance.random() < SHARE[company]:
        for _ in range(1 + world.below(2 * EACH[company] - 1)):
            committed = began + timedelta(days=world.below(350))
            world.offence(name, committed, committed + timedelta(days=world.below(150)))
    elif world.chance.random() < 0.2:  # what does not count: before, too late, convicted too late
        kind = world.below(3)
        committed = began + timedelta(days=(-200, 370, 340)[kind] + world.below(10))
        world.offence(name, committed, committed + timedelta(days=(30, 30, 400)[kind]))


def made() -> World:
    world = World()
    for first, following in pairwise(QUARTERS):
        for company in SHARE:
            for _ in range(PEOPLE):
                person(world, company, first, following)
    for number in range(300):  # strangers
        committed = QUARTERS[0] + timedelta(days=world.below(700))
        world.offence(f"X{number:04d}", committed, committed + timedelta(days=world.below(200)))
    next(row for row in world.starts if row[2] == "crc_b" and row[3] >= "2016-01-01")[4] = ""
    world.starts.append(list(world.starts[10]))  # sent twice
    world.starts.append([world.starts[20][0], "P09999", "crc_a", "2015-11-11", "44.00"])  # one number, two people
    world.starts.append(["S09998", "P09998", "crc_a", "2016-10-01", "50.00"])  # after the term
    world.offences.append(["O09999", "X9999", "31/02/2016", ""])  # no such day, and nobody's
    return world


def write(folder: Path) -> None:
    world = made()
    tables = {
        "offenders": (["start_id", "person_id", "company", "started_on", "score"], world.starts),
        "offences": (["offence_id", "person_id", "committed_on", "convicted_on"], world.offences),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, (header, rows) in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *world.shuffled(rows)])


if __name__ == "__main__":
    write(Path(sys.argv[1]))
