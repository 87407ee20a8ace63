"""A pot divided among the rows of a table: the level at which the parts come to it, and then whole minor units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from pbr.engine.record.windows import Key, WindowRow
from pbr.values.value import KNOWN, UNKNOWN, Value

ZERO = Fraction(0)


@dataclass(frozen=True)
class Member:
    key: Key
    weight: Fraction
    least: Fraction
    most: Fraction

    def at(self, level: Fraction) -> Fraction:
        return min(self.most, max(self.least, level * self.weight))


def divide(rows: Sequence[WindowRow], own: int, params: Mapping[str, Any]) -> dict[Key, Value]:
    """args (counts, pot, weight, least, most, then the values that make a group)."""
    out: dict[Key, Value] = {}
    groups: dict[tuple[Any, ...], list[WindowRow]] = defaultdict(list)
    lost = False
    for row in rows:
        counts, group = row.args[0], row.args[5:]
        if counts.state != UNKNOWN and counts.low is not True:
            out[row.key] = Value.known(ZERO)
            continue
        lost = lost or any(part.state != KNOWN for part in group)
        groups[tuple(part.low for part in group)].append(row)
    for members in groups.values():
        parts = None if lost else _parts(members, params["left_over"])
        for row in members:
            out[row.key] = Value.unknown(_whys(row) | own) if parts is None else Value.known(Fraction(parts[row.key]))
    return out


def _whys(row: WindowRow) -> int:
    mask = 0
    for arg in row.args:
        mask |= arg.why
    return mask


def _parts(rows: list[WindowRow], left_over: str) -> dict[Key, int] | None:
    """None where it is not known, or cannot be done."""
    if any(arg.state != KNOWN for row in rows for arg in row.args):
        return None
    pot = rows[0].args[1].low
    members = [Member(row.key, row.args[2].low, row.args[3].low, row.args[4].low) for row in rows]
    if any(member.most < member.least for member in members) or sum(member.least for member in members) > pot:
        return None
    level = _level(members, pot)
    if level is None:
        if left_over == "refused" and sum((m.most if m.weight else m.least) for m in members) < pot:
            return None
        exact = {member.key: member.most if member.weight else member.least for member in members}
    else:
        exact = {member.key: member.at(level) for member in members}
    parts = {key: floor(part) for key, part in exact.items()}
    missing = floor(sum(exact.values(), ZERO)) - sum(parts.values())
    for key in sorted(exact, key=lambda key: (parts[key] - exact[key], key))[:missing]:
        parts[key] += 1
    return parts


def _level(members: list[Member], pot: Fraction) -> Fraction | None:
    """The least level at which the parts come to the pot; None where none is high enough. Between two neighbouring points at which a
    member leaves its least or reaches its most, the sum rises in a straight line."""
    points = sorted({ZERO, *(end / member.weight for member in members if member.weight for end in (member.least, member.most))})
    before, sum_before = ZERO, sum((member.at(ZERO) for member in members), ZERO)
    if sum_before == pot:
        return ZERO
    for point in points:
        here = sum((member.at(point) for member in members), ZERO)
        if here >= pot:
            return before + (point - before) * (pot - sum_before) / (here - sum_before)
        before, sum_before = point, here
    return None
