"""Makes the synthetic claims of ``contracts/care/care-leavers-reboot-west``: nobody in them exists.

    python benchmarks/synthetic/care_leavers.py contracts/care/care-leavers-reboot-west/submission

The same seed gives the same bytes. Each of the 23 lines is claimed exactly as many times as was published to have been paid, never
more often by one person than the card allows, never before what must come first: £1,871,540.00. The 43 claims for Level 1 are
made by 41 people.
"""

from __future__ import annotations

import csv
import random
import sys
from datetime import date, timedelta
from pathlib import Path

SEED = 20180401
PEOPLE = 132
LAST_DAY = date(2022, 3, 31)

# line, units published as paid, most times for one person (0: no limit), what must have been achieved first
LINES: tuple[tuple[str, int, int, str], ...] = (
    ("agrees_education_or_training", 527, 0, ""),
    ("one_consistent_relationship", 453, 0, ""),
    ("feels_safe", 482, 0, ""),
    ("managing_accommodation", 466, 0, ""),
    ("self_determined", 202, 0, ""),
    ("begins_course", 145, 2, ""),
    ("course_25", 121, 2, "begins_course"),
    ("course_50", 106, 2, "course_25"),
    ("level_1", 43, 2, ""),
    ("level_2", 33, 1, ""),
    ("level_3", 11, 2, ""),
    ("begins_he", 10, 1, ""),
    ("he_year_1", 4, 1, "begins_he"),
    ("he_year_2", 2, 1, "he_year_1"),
    ("completes_he", 3, 1, "begins_he"),
    ("enters_work_experience", 29, 1, ""),
    ("work_experience_1_week", 19, 1, "enters_work_experience"),
    ("work_experience_4_weeks", 6, 1, "work_experience_1_week"),
    ("enters_employment", 126, 1, ""),
    ("earned_768", 114, 1, "enters_employment"),
    ("earned_1631", 102, 1, "earned_768"),
    ("earned_3350", 73, 1, "earned_1631"),
    ("earned_8155", 41, 1, "earned_3350"),
)
LEVEL_1_PEOPLE = 41

Claim = tuple[date, str, str]  # achieved on, person, line


class Chance:
    """The only source of randomness. Only ``random()`` is used: its numbers are the same in every version of Python."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def below(self, number: int) -> int:
        return int(self._random.random() * number)

    def day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.below((last - first).days + 1))

    def some(self, number: int, of: list[str]) -> list[str]:
        order = sorted((self._random.random(), item) for item in of)
        return [item for _, item in order[:number]]


def claims(chance: Chance, started: dict[str, date]) -> list[Claim]:
    made: list[Claim] = []
    first: dict[tuple[str, str], date] = {}  # person and line: the first day it was achieved
    for line, units, most, needs in LINES:
        able = sorted(person for person in started if not needs or (person, needs) in first)
        if line == "level_1":
            takers = chance.some(LEVEL_1_PEOPLE, able)
            takers += takers[: units - LEVEL_1_PEOPLE]
        elif most == 0:
            takers = [able[chance.below(len(able))] for _ in range(units)]
        else:
            takers = chance.some(units, able)
            takers += chance.some(units - len(takers), able)  # a second time round, where there are too few people
        if len(takers) != units:
            raise SystemExit(f"{line}: {len(takers)} of {units} units could be given")
        for person in takers:
            # Not later than leaves room for what may follow it; now and then on the very day of what came before.
            from_day = first[person, needs] if needs else started[person]
            latest = min(LAST_DAY, from_day + timedelta(days=200))
            day = from_day if needs and chance.below(20) == 0 else chance.day(from_day, latest)
            made.append((day, person, line))
            first[person, line] = min(day, first.get((person, line), day))
    return made


def write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def make(folder: Path) -> None:
    chance = Chance(SEED)
    started = {f"P{number:03d}": chance.day(date(2018, 4, 1), date(2019, 9, 30)) for number in range(1, PEOPLE + 1)}
    rows = [
        [f"C{number:05d}", person, line, day.isoformat(), f"E{number + 40000}"]
        for number, (day, person, line) in enumerate(sorted(claims(chance, started)), 1)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "people.csv", ["person_id", "started_on"], [[person, day.isoformat()] for person, day in started.items()])
    write(folder / "achievements.csv", ["claim_id", "person_id", "outcome", "achieved_on", "evidence_id"], rows)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python benchmarks/synthetic/care_leavers.py FOLDER")
    make(Path(sys.argv[1]))
