"""The synthetic pool divided again, from the terms and without pbr: hospitals are fixed at their floor or cap by a search over the level."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fractions import Fraction as F
from pathlib import Path

SUBMISSION = Path(__file__).parents[2] / "contracts/health/budget-neutral-pool/submission/hospitals.csv"


@dataclass(frozen=True)
class Member:
    """All in cents but the weight."""

    withheld: int
    least: int
    most: int
    weight: int

    def at(self, level: F) -> F:
        return min(max(level * self.weight, F(self.least)), F(self.most))


def members() -> dict[str, Member]:
    found: dict[str, Member] = {}
    with SUBMISSION.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["takes_part"] == "yes":
                withheld = _half_up(F(row["base_payments"]) * 100 * F(2, 100))
                weight = _half_up(F(row["base_payments"]) / 10 * F(row["score"]))
                found[row["hospital"]] = Member(withheld, _half_up(F(withheld, 4)), _half_up(F(7 * withheld, 4)), weight)
    return found


def recount() -> dict[str, tuple[int, int]]:
    """What is withheld from each member and what it is paid, in cents."""
    found = members()
    pot = sum(one.withheld for one in found.values())
    level = _level(list(found.values()), pot)
    exact = {name: one.at(level) for name, one in found.items()}
    assert sum(exact.values()) == pot
    parts = {name: int(part) for name, part in exact.items()}
    left = pot - sum(parts.values())
    for name in sorted(exact, key=lambda name: (parts[name] - exact[name], name))[:left]:
        parts[name] += 1
    return {name: (one.withheld, parts[name]) for name, one in found.items()}


def _level(all_: list[Member], pot: int) -> F:
    """The level at which the parts come to the pot. Between two neighbouring bends of the line it is straight."""
    bends = sorted({F(edge, one.weight) for one in all_ if one.weight for edge in (one.least, one.most)})
    below = max((bend for bend in bends if sum(one.at(bend) for one in all_) <= pot), default=F(0))
    if sum(one.at(below) for one in all_) == pot:
        return below
    middle = (below + min(bend for bend in bends if bend > below)) / 2
    free = [one for one in all_ if one.weight and one.least < middle * one.weight < one.most]
    fixed = sum(one.at(middle) for one in all_ if one not in free)
    return (pot - fixed) / sum(one.weight for one in free)


def _half_up(x: F) -> int:
    return (2 * x.numerator + x.denominator) // (2 * x.denominator)
