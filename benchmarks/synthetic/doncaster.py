"""Makes the synthetic submission of ``contracts/justice/hmp-doncaster``: nobody in it exists.

    python benchmarks/synthetic/doncaster.py contracts/justice/hmp-doncaster/submission

The same seed gives the same bytes. What it is made to give, whatever the unknown values turn out to be:

    2011/12   764 of 1,461 reconvicted (52.3%; 2 more released whose deportation is not known)   a fall of 5.7 points from 58.0%
    2012/13   789 of 1,443 reconvicted (54.7%; 1 of them may yet prove reconvicted)              a fall of 3.3 points

and, beside them: people released more than once, offences of strangers, offences not yet convicted or convicted too late,
people deported, releases outside the term, rows that cannot be read, rows sent twice.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

SEED = 20111001
COMPLETE_TO = date(2015, 6, 30)
YEARS = ((date(2011, 10, 1), date(2012, 9, 30)), (date(2012, 10, 1), date(2013, 9, 30)))
COUNTED = (1461, 1443)
RECONVICTED = (764, 789)
DEPORTED = (33, 28)
AGAIN = 0.09  # share of people released a second time in the term
RECORDS_OF_STRANGERS = 4200


@dataclass
class Release:
    person: str
    on: date
    deported: str = "no"
    number: str = ""


@dataclass
class Offence:
    person: str
    committed: date
    convicted: date | None
    number: str = ""


@dataclass
class World:
    """Everything made so far. ``chance`` is the only source of randomness, and only ``random()`` of it is used: its numbers are
    the same in every version of Python."""

    chance: random.Random
    releases: list[Release] = field(default_factory=list)
    offences: list[Offence] = field(default_factory=list)

    def below(self, number: int) -> int:
        return int(self.chance.random() * number)

    def day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.below((last - first).days + 1))

    def shuffled(self, rows: list[list[str]]) -> list[list[str]]:
        return [row for _, _, row in sorted((self.chance.random(), number, row) for number, row in enumerate(rows))]


def months_on(day: date, months: int) -> date:
    """The same day of the month, so many months on; the month's last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def seen(convicted: date) -> date | None:
    """A conviction after the day the file is complete to is not in it yet."""
    return convicted if convicted <= COMPLETE_TO else None


def counts(release: Release, offence: Offence) -> bool:
    """Whether the offence makes the release a reconviction: within 12 months of it, and convicted within 18."""
    if offence.convicted is None:
        return False
    return release.on <= offence.committed < months_on(release.on, 12) and release.on <= offence.convicted < months_on(release.on, 18)


def people(world: World) -> None:
    """Releases, counted and excluded: some people twice, the second time within the same year or in the next."""
    for year, (first, last) in enumerate(YEARS):
        earlier = [release for release in world.releases if release.deported == "no"]
        for number in range(COUNTED[year]):
            again = bool(earlier) and world.chance.random() < AGAIN
            person = earlier[world.below(len(earlier))].person if again else f"P{year + 1}{number:05d}"
            world.releases.append(Release(person, world.day(first, last)))
        for number in range(DEPORTED[year]):
            world.releases.append(Release(f"P{year + 1}9{number:04d}", world.day(first, last), "yes"))
    first, last = YEARS[0][0], YEARS[1][1]
    for number, days in enumerate((1, 3, 9, 11)):  # outside the term, on either side
        world.releases.append(Release(f"P7{number:05d}", last + timedelta(days=days)))
        world.releases.append(Release(f"P8{number:05d}", first - timedelta(days=days)))


def records(world: World) -> None:
    """Offences of people released that leave most of them not reconvicted: before release, too late, convicted late or not yet."""
    for release in list(world.releases):
        for _ in range(world.below(3)):
            kind = world.below(4)
            if kind == 0:  # before
                committed = release.on - timedelta(days=90 + world.below(900))
                world.offences.append(Offence(release.person, committed, committed + timedelta(days=20 + world.below(60))))
            elif kind == 1:  # after the year
                committed = months_on(release.on, 12) + timedelta(days=world.below(240))
                world.offences.append(Offence(release.person, committed, seen(committed + timedelta(days=20 + world.below(200)))))
            elif kind == 2 and world.chance.random() < 0.25:  # within the year, convicted too late
                committed = release.on + timedelta(days=200 + world.below(160))
                convicted = months_on(release.on, 18) + timedelta(days=world.below(90))
                world.offences.append(Offence(release.person, committed, seen(convicted)))
            elif kind == 3 and world.chance.random() < 0.25:  # within the year, not convicted yet
                world.offences.append(Offence(release.person, release.on + timedelta(days=100 + world.below(250)), None))


def edges(world: World) -> None:
    """The first and last days of both windows, on releases of people who have no other."""
    one_day = timedelta(days=1)
    windows: tuple[Callable[[date], tuple[date, date]], ...] = (
        lambda on: (on, on + timedelta(days=40)),  # the day of release counts
        lambda on: (months_on(on, 12) - one_day, months_on(on, 18) - one_day),  # both last days count
        lambda on: (months_on(on, 12), months_on(on, 12) + timedelta(days=30)),  # the day after does not
        lambda on: (on + timedelta(days=90), months_on(on, 18)),  # nor does a conviction then
    )
    late_in_the_month = [release for release in alone(world) if release.on.day >= 28]
    for release, window in zip(late_in_the_month, windows * 2, strict=False):
        committed, convicted = window(release.on)
        world.offences.append(Offence(release.person, committed, convicted))


def alone(world: World) -> list[Release]:
    """Releases of people released once in all, counted, in the term."""
    times: dict[str, int] = defaultdict(int)
    for release in world.releases:
        times[release.person] += 1
    return [r for r in world.releases if times[r.person] == 1 and r.deported == "no" and YEARS[0][0] <= r.on <= YEARS[1][1]]


def reach(world: World) -> list[Release]:
    """Adds offences until each year has exactly its number of reconvictions; gives the releases that stay without any."""
    owned: dict[str, list[Offence]] = defaultdict(list)
    for offence in world.offences:
        owned[offence.person].append(offence)
    single = {id(release) for release in alone(world)}
    left: list[Release] = []
    for (first, last), target in zip(YEARS, RECONVICTED, strict=True):
        year = [release for release in world.releases if first <= release.on <= last and release.deported == "no"]
        without = [release for release in year if not any(counts(release, offence) for offence in owned[release.person])]
        missing = target - (len(year) - len(without))
        choice = [release for release in without if id(release) in single]
        if not 0 <= missing <= len(choice):
            raise SystemExit(f"cannot reach {target} reconvictions from {first}: {missing} missing, {len(choice)} people to choose from")
        order = sorted((world.chance.random(), number) for number in range(len(choice)))
        for place, (_, number) in enumerate(order):
            release = choice[number]
            if place >= missing:
                left.append(release)
                continue
            for _ in range(1 + world.below(4)):
                committed = release.on + timedelta(days=1 + world.below(360))
                world.offences.append(Offence(release.person, committed, committed + timedelta(days=10 + world.below(150))))
    return left


def strangers(world: World) -> None:
    for _ in range(RECORDS_OF_STRANGERS):
        committed = world.day(date(2010, 1, 1), date(2015, 4, 30))
        convicted = committed + timedelta(days=5 + world.below(400))
        world.offences.append(Offence(f"Q{world.below(3100):05d}", committed, seen(convicted)))


def written(world: World, left: list[Release]) -> tuple[list[list[str]], list[list[str]]]:
    """The rows of both files, with the few that something is wrong with or missing from."""
    world.releases.sort(key=lambda release: (release.on, release.person))
    world.offences.sort(key=lambda offence: (offence.committed, offence.person))
    releases = [[f"R{n:06d}", r.person, r.on.isoformat(), r.deported] for n, r in enumerate(world.releases, 1)]
    offences = [
        [f"F{n:07d}", o.person, o.committed.isoformat(), o.convicted.isoformat() if o.convicted else ""]
        for n, o in enumerate(world.offences, 1)
    ]
    second_year = [release for release in left if release.on > YEARS[0][1]]
    reconvicted = next(offence for offence in world.offences if offence.person.startswith("P1") and offence.convicted)

    # Not known whether deported: one person reconvicted, one not. Neither can move the year's result.
    releases += [["R900001", "P600001", "2012-03-14", ""], ["R900002", "P600002", "2012-05-02", ""]]
    offences += [["F9000001", "P600001", "2012-06-01", "2012-08-15"]]
    # Rows that cannot be used: dates that are none, a word that is not an answer, no person, one key with two values.
    releases += [
        ["R900003", "P600003", "31/02/2013", "no"],
        ["R900004", "P600004", "n/k", "no"],
        ["R900005", "P600005", "2012-02-30", "no"],
        ["R900006", "P600006", "2012-07-19", "maybe"],
        ["R900007", "", "2013-01-08", "no"],
        ["R900008", "P600008", "2012-11-05", "no"],
        ["R900008", "P600008", "2012-11-06", "no"],
        ["R900009", "P600009", "2013-04-22", "no"],
        ["R900009", "P600010", "2013-04-22", "no"],
    ]
    # Of offences too: one of a stranger, one of somebody reconvicted anyway, one that leaves a person of 2012/13 open.
    offences += [
        ["F9000002", "Q00017", "2012-13-01", ""],
        ["F9000003", reconvicted.person, "unknown", "2012-09-01"],
        ["F9000004", second_year[0].person, "2013-02-31", "2013-09-09"],
        ["F9000005", "", "2012-08-08", "2012-10-10"],
    ]
    # Sent twice: the same row again.
    releases += [list(releases[number]) for number in (40, 1200, 2300)]
    offences += [list(offences[number]) for number in (7, 900, 2500, 4100, 5200)]
    return world.shuffled(releases), world.shuffled(offences)


def write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def make(folder: Path) -> None:
    world = World(random.Random(SEED))
    people(world)
    records(world)
    edges(world)
    left = reach(world)
    strangers(world)
    releases, offences = written(world, left)
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "releases.csv", ["release_id", "person_id", "released_on", "deported"], releases)
    write(folder / "offences.csv", ["offence_id", "person_id", "committed_on", "convicted_on"], offences)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python benchmarks/synthetic/doncaster.py FOLDER")
    make(Path(sys.argv[1]))
