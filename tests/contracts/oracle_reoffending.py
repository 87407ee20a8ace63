"""Recounts the two-year reoffending file with nothing but csv and datetime: no line of it is shared with pbr.

    python tests/contracts/oracle_reoffending.py releases.csv [DAY]

Both readings of "within two years" are counted: ``from`` has the day of screening in the window and the day two years on outside it;
``after`` has it the other way round. On this file they agree, because nobody's offence lies on either of the two days.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

COMPLETE_TO = date(2016, 4, 1)


@dataclass
class Person:
    screened: date
    days_from_arrest: int | None
    offence: date | None
    flag: bool

    @property
    def two_years_on(self) -> date:
        try:
            return self.screened.replace(year=self.screened.year + 2)
        except ValueError:  # 29 February
            return self.screened.replace(year=self.screened.year + 2, day=28)


def read(path: Path) -> list[Person]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Person(
                date.fromisoformat(row["compas_screening_date"][:10]),
                int(row["days_b_screening_arrest"]) if row["days_b_screening_arrest"] else None,
                date.fromisoformat(row["r_offense_date"][:10]) if row["r_offense_date"] else None,
                {"0": False, "1": True}[row["two_year_recid"]],
            )
            for row in csv.DictReader(file)
        ]


def _filtered(person: Person) -> bool:
    return person.days_from_arrest is not None and -30 <= person.days_from_arrest <= 30


def _from(person: Person) -> bool:
    return person.offence is not None and person.screened <= person.offence < person.two_years_on


def _after(person: Person) -> bool:
    return person.offence is not None and person.screened < person.offence <= person.two_years_on


def _pair(people: Iterable[Person], yes: Callable[[Person], bool]) -> tuple[int, int]:
    answers = [yes(person) for person in people]
    return sum(answers), len(answers)


def recount(path: Path, complete_to: date = COMPLETE_TO) -> dict[str, object]:
    """Pairs are (yes, of)."""
    people = read(path)
    filtered = [person for person in people if _filtered(person)]
    mature = [person for person in people if person.two_years_on <= complete_to]
    too_late = [
        (person.offence - person.screened).days
        for person in people
        if person.flag and person.offence is not None and person.offence >= person.two_years_on
    ]
    return {
        "no arrest matched": sum(person.days_from_arrest is None for person in people),
        "as flagged, all": _pair(people, lambda person: person.flag),
        "as flagged, filtered": _pair(filtered, lambda person: person.flag),
        "as flagged, mature": _pair(mature, lambda person: person.flag),
        "immature": len(people) - len(mature),
        "immature and flagged": sum(person.flag for person in people if person.two_years_on > complete_to),
        "mature by 730 days": sum(person.screened + timedelta(days=730) <= complete_to for person in people),
        "as dated, filtered (from)": _pair(filtered, _from),
        "as dated, filtered (after)": _pair(filtered, _after),
        "as dated, mature (from)": _pair(mature, _from),
        "as dated, mature (after)": _pair(mature, _after),
        "flagged too late": (len(too_late), min(too_late), max(too_late)),
        "missed by the flag": sum(not person.flag and _from(person) for person in people),
        "on a boundary day": sum(person.offence in (person.screened, person.two_years_on) for person in people),
    }


if __name__ == "__main__":
    day = date.fromisoformat(sys.argv[2]) if len(sys.argv) > 2 else COMPLETE_TO
    for name, value in recount(Path(sys.argv[1]), day).items():
        print(f"{name:28} {value}")
