"""Recounts the Doncaster submission with nothing but csv and datetime: no line of it is shared with pbr or with the generator.

    python tests/contracts/oracle_doncaster.py [FOLDER]

Both ends of each year's rate are found by trying every answer that the unknown values could turn out to have.
"""

from __future__ import annotations

import csv
import datetime
import itertools
import sys
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "contracts" / "justice" / "hmp-doncaster" / "submission"
COMPLETE_TO = datetime.date(2015, 6, 30)
BASELINE = Fraction(58, 100)


@dataclass
class Year:
    """``low`` and ``high``: the least and the greatest share there may be; ``definite``: reconvicted and released, as far as known."""

    definite: tuple[int, int]
    unknown_membership: int
    held: int
    low: Fraction
    high: Fraction


@dataclass
class Count:
    years: dict[str, Year]
    submitted: dict[str, int]
    rejected: dict[str, int]
    repeated: dict[str, int]
    deported: int
    outside: int
    matched: int
    strangers: int
    twice: int


def day(text: str) -> datetime.date:
    if len(text) != 10:
        raise ValueError(text)
    return datetime.datetime.strptime(text, "%Y-%m-%d").date()


def later(start: datetime.date, months: int) -> datetime.date:
    month = start.month + months
    year = start.year + (month - 1) // 12
    month = (month - 1) % 12 + 1
    for number in (start.day, 30, 29, 28):
        try:
            return datetime.date(year, month, number)
        except ValueError:
            continue
    raise AssertionError


def read(path: Path) -> tuple[list[dict[str, str]], int, int]:
    """Rows once each, without those whose key comes with different values; then how many rows conflict and how many repeat."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    key = next(iter(rows[0]))
    kinds: dict[str, set[tuple[str, ...]]] = {}
    for row in rows:
        kinds.setdefault(row[key], set()).add(tuple(row.values()))
    conflicting = sum(len(kinds[row[key]]) > 1 for row in rows)
    once = {row[key]: row for row in rows if len(kinds[row[key]]) == 1}
    return list(once.values()), conflicting, len(rows) - conflicting - len(once)


def recount(folder: Path = FOLDER) -> Count:
    release_rows, release_conflicts, release_repeats = read(folder / "releases.csv")
    offence_rows, offence_conflicts, offence_repeats = read(folder / "offences.csv")

    bad_releases, releases = 0, []
    for row in release_rows:
        try:
            if row["deported"] not in ("yes", "no", "") or not row["person_id"]:
                raise ValueError(row)
            releases.append((row["person_id"], day(row["released_on"]), row["deported"]))
        except ValueError:
            bad_releases += 1

    bad_offences, offences, doubtful = 0, [], set()
    for row in offence_rows:
        try:
            if not row["person_id"]:
                raise ValueError(row)
            offences.append((row["person_id"], day(row["committed_on"]), day(row["convicted_on"]) if row["convicted_on"] else None))
        except ValueError:
            bad_offences += 1
            doubtful.add(row["person_id"])  # such a record might have been a reconviction
    doubtful.discard("")

    by_person: dict[str, list[tuple[datetime.date, datetime.date | None]]] = {}
    for person, committed, convicted in offences:
        by_person.setdefault(person, []).append((committed, convicted))

    counted: dict[str, list[tuple[str | None, str | None]]] = {"2011/12": [], "2012/13": []}  # (member, reconvicted); None: unknown
    deported = outside = 0
    for person, released, answer in releases:
        if datetime.date(2011, 10, 1) <= released <= datetime.date(2012, 9, 30):
            year = "2011/12"
        elif datetime.date(2012, 10, 1) <= released <= datetime.date(2013, 9, 30):
            year = "2012/13"
        else:
            outside += 1
            continue
        if answer == "yes":
            deported += 1
            continue
        assert later(released, 18) <= COMPLETE_TO
        hit = any(
            convicted is not None and released <= committed < later(released, 12) and released <= convicted < later(released, 18)
            for committed, convicted in by_person.get(person, [])
        )
        reconvicted = "yes" if hit else (None if person in doubtful else "no")
        counted[year].append(("yes" if answer == "no" else None, reconvicted))

    years = {}
    for year, rows in counted.items():
        certain = [row for row in rows if None not in row]
        open_rows = [row for row in rows if None in row]
        shares = []
        for answers in itertools.product(("yes", "no"), repeat=2 * len(open_rows)):
            settled = [(m or answers[2 * n], r or answers[2 * n + 1]) for n, (m, r) in enumerate(open_rows)]
            members = [r for m, r in certain + settled if m == "yes"]
            shares.append(Fraction(members.count("yes"), len(members)))
        years[year] = Year(
            definite=(sum(r == "yes" for _, r in certain), len(certain)),
            unknown_membership=sum(m is None for m, _ in rows),
            held=sum(r is None for _, r in rows),
            low=min(shares),
            high=max(shares),
        )
    known = {person for person, _, _ in releases}
    matched = sum(person in known for person, _, _ in offences)
    return Count(
        years=years,
        submitted={
            "releases": len(release_rows) + release_conflicts + release_repeats,
            "offences": len(offence_rows) + offence_conflicts + offence_repeats,
        },
        rejected={"releases": bad_releases + release_conflicts, "offences": bad_offences + offence_conflicts},
        repeated={"releases": release_repeats, "offences": offence_repeats},
        deported=deported,
        outside=outside,
        matched=matched,
        strangers=len(offences) - matched,
        twice=sum(times > 1 for times in Counter(person for person, _, _ in releases).values()),
    )


def one_decimal(share: Fraction) -> str:
    """Per cent, or points, to one decimal, half up."""
    tenths = int(share * 1000 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"


if __name__ == "__main__":
    count = recount(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    for name, year in count.years.items():
        yes, of = year.definite
        print(f"{name}  {yes:,} of {of:,} certain, {year.unknown_membership} perhaps deported, {year.held} perhaps reconvicted")
        print(f"         {one_decimal(year.low)}% to {one_decimal(year.high)}%: a fall of {one_decimal(BASELINE - year.high)} points")
    print({name: value for name, value in vars(count).items() if name != "years"})
