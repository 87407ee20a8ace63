"""Makes the synthetic submission of ``contracts/housing/denver-supportive-housing``: nobody in it exists.

    python benchmarks/synthetic/denver.py contracts/housing/denver-supportive-housing/submission

The same seed gives the same bytes. Dirty on purpose: a lease sent twice, two leases of people who were not offered one, one of a person nobody drew,
stays of strangers, and stays that overlap. Every stay can be read: one that could not would hold the comparison.
"""

from __future__ import annotations

import csv
import random
import sys
from datetime import date, timedelta
from pathlib import Path

PEOPLE = 90


class Chance:
    """Only ``random()`` is used: its numbers are the same in every version of Python."""

    def __init__(self) -> None:
        self._random = random.Random(20160101)

    def between(self, low: int, high: int) -> int:
        return low + int(self._random.random() * (high - low + 1))


def main(folder: Path) -> None:
    chance = Chance()
    people, leases, stays = [], [], []
    for number in range(1, PEOPLE + 1):
        person, drawn, offered = f"D{number:03}", date(2016, 1, 1) + timedelta(days=chance.between(0, 700)), number % 2 == 1
        people.append([person, drawn.isoformat(), "home_offered" if offered else "as_it_was"])
        if offered and number % 9:  # the others never moved in
            moved = drawn + timedelta(days=chance.between(20, 200))
            out = moved + timedelta(days=chance.between(150, 900))
            leases.append([person, moved.isoformat(), out.isoformat() if number % 3 else ""])
            if number % 7 == 0 and number % 3:
                leases.append([person, (out + timedelta(days=chance.between(60, 120))).isoformat(), ""])
        for _ in range(chance.between(0, 3 if offered else 5)):
            booked = drawn + timedelta(days=chance.between(-100, 1300))
            stays.append([person, booked.isoformat(), (booked + timedelta(days=chance.between(0, 45))).isoformat()])
    stays.append([people[0][0], "2017-03-01", "2017-03-20"])
    stays.append([people[0][0], "2017-03-10", "2017-03-25"])  # overlaps the one before
    stays += [[f"X{place:03}", "2018-05-01", "2018-05-09"] for place in range(15)]
    leases.append([people[1][0], "2018-01-01", ""])  # was not offered a home
    leases.append([people[3][0], "2015-12-01", "2015-12-24"])  # nor was this person, and it is from before the draw
    leases.append(["D999", "2017-01-01", ""])  # nobody drew this person
    leased = [[f"L{place:03}", *row] for place, row in enumerate(leases, 1)]
    leased.insert(12, list(leased[11]))  # sent twice
    write(folder / "people.csv", ["person_id", "drawn_on", "drawn"], people)
    write(folder / "leases.csv", ["lease_id", "person_id", "moved_in", "moved_out"], leased)
    write(
        folder / "stays.csv",
        ["stay_id", "person_id", "booked_on", "released_on"],
        [[f"J{place:04}", *row] for place, row in enumerate(stays, 1)],
    )


def write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target)
