"""The synthetic submission of Transforming Rehabilitation counted again, in plain Python from the files alone: nothing of pbr is imported.

python tests/contracts/oracle_transforming_rehabilitation.py [FOLDER]
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "contracts" / "justice" / "transforming-rehabilitation" / "submission"
BASELINE, SCORE, FREQUENCY = Fraction(475, 1000), 48, Fraction(42, 10)
Z_SQUARED = Fraction(196, 100) ** 2
PER_REOFFENDER, PER_REOFFENCE = 100_000, 5_000  # pence
COMPANIES = ("crc_a", "crc_b", "crc_c")
Line = tuple[str, str, str]  # payment, period, company


def months_later(start: date, months: int) -> date:
    year, month = divmod(start.month - 1 + months, 12)
    for number in (start.day, 30, 29, 28):
        try:
            return date(start.year + year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError


def half_up(number: Fraction) -> int:
    """The nearest whole number, a tie away from zero."""
    size = int(abs(number) + Fraction(1, 2))
    return size if number >= 0 else -size


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def starts(folder: Path) -> list[dict[str, str]]:
    """Each start once; of a number with different rows, none."""
    with (folder / "offenders.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for row in rows:
        kinds[row["start_id"]].add(tuple(row.values()))
    return list({row["start_id"]: row for row in rows if len(kinds[row["start_id"]]) == 1}.values())


def reoffences(folder: Path) -> dict[str, list[tuple[date, date]]]:
    """The offences of each person that were convicted."""
    found: dict[str, list[tuple[date, date]]] = defaultdict(list)
    with (folder / "offences.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            committed, convicted = day(row["committed_on"]), day(row["convicted_on"])
            if committed is not None and convicted is not None:
                found[row["person_id"]].append((committed, convicted))
    return found


def binary(people: int, reoffended: int, scores: list[Fraction]) -> int:
    """Pence for the share that reoffended: above zero where it is significantly lower than expected, below where significantly higher."""
    mean = Fraction(half_up(sum(scores, Fraction(0)) / people * 100), 100)
    expected = BASELINE + (mean - SCORE) / 100
    difference = reoffended - people * expected
    if difference**2 <= Z_SQUARED * people * expected * (1 - expected):
        return 0
    return half_up(-difference * PER_REOFFENDER)


def recount(folder: Path = FOLDER) -> dict[Line, int | None]:
    """Pence of each line; None where it cannot be known."""
    known = reoffences(folder)
    people: Counter[tuple[str, str]] = Counter()
    again: Counter[tuple[str, str]] = Counter()
    offences: Counter[tuple[str, str]] = Counter()
    scores: dict[tuple[str, str], list[Fraction | None]] = defaultdict(list)
    for row in starts(folder):
        began = date.fromisoformat(row["started_on"])
        if not date(2015, 10, 1) <= began <= date(2016, 9, 30):
            continue
        counted = sum(
            began <= committed < months_later(began, 12) and began <= convicted < months_later(began, 18)
            for committed, convicted in known.get(row["person_id"], [])
        )
        for period in (f"2015/16 Q{((began.month - 10) % 12) // 3 + 1}", "2015/16"):
            group = (period, row["company"])
            people[group] += 1
            again[group] += counted > 0
            offences[group] += counted
            scores[group].append(Fraction(row["score"]) if row["score"] else None)
    lines: dict[Line, int | None] = {}
    for company in COMPANIES:
        paid: list[int | None] = []
        for number in range(1, 5):
            quarter = (f"2015/16 Q{number}", company)
            lines["binary_quarter", *quarter] = pence(people[quarter], again[quarter], scores[quarter])
            paid.append(lines["binary_quarter", *quarter])
        year = ("2015/16", company)
        whole = pence(people[year], again[year], scores[year])
        before = [sum_ for sum_ in paid if sum_ is not None]
        lines["binary_year", *year] = whole - sum(before) if whole is not None and len(before) == len(paid) else None
        lines["frequency_year", *year] = half_up((again[year] * FREQUENCY - offences[year]) * PER_REOFFENCE)
    return lines


def pence(people: int, reoffended: int, scores: list[Fraction | None]) -> int | None:
    known = [score for score in scores if score is not None]
    return binary(people, reoffended, known) if len(known) == people else None


if __name__ == "__main__":
    for line, amount in recount(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER).items():
        print(*line, "held" if amount is None else f"{amount / 100:,.2f}")
