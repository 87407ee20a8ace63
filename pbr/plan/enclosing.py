"""Groups that lie within groups: the quarters of a year, the wards of a region; and groups that come before others of their own cohort.
Read off the contract's own days and keys.

A group of one cohort lies within a group of another when its days do, and when they agree in every part of the key that is a code and
that the outer one has. Periods are compared by their days, never by their names.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from pbr.plan.plan import Cohort, Group, Step


@dataclass(frozen=True)
class Enclosed:
    """How the groups of one cohort lie within those of another. ``parts``: the codes they must agree in. ``most``: the most inner groups
    of one outer group. ``single``: every inner group has exactly one outer group. ``torn``: an inner group and an outer group whose days it shares
    in part, or None."""

    parts: tuple[str, ...]
    most: int
    single: bool
    torn: tuple[Group, Group] | None


def coded_parts(cohort: Cohort, steps: Mapping[str, Step]) -> tuple[str, ...]:
    """The parts of a cohort's key that are codes, not periods."""
    return tuple(part for part, key in zip(cohort.parts, cohort.keys, strict=True) if steps[key].node.op != "period")


def enclosed(inner: Cohort, outer: Cohort, steps: Mapping[str, Step]) -> Enclosed | None:
    """None where no group of ``inner`` can lie within one of ``outer``: one cohort, a code that only the outer one has, or no days shared."""
    if inner.name == outer.name or not inner.groups or not outer.groups:
        return None
    parts = coded_parts(outer, steps)
    if not set(parts) <= set(coded_parts(inner, steps)):
        return None
    at_inner, at_outer = [inner.parts.index(part) for part in parts], [outer.parts.index(part) for part in parts]
    alike: dict[tuple[str, ...], list[Group]] = defaultdict(list)
    for group in outer.groups:
        alike[tuple(group.key[i] for i in at_outer)].append(group)
    for groups in alike.values():
        groups.sort(key=lambda group: (group.first_day, group.last_day))
    held: dict[Group, int] = defaultdict(int)
    single, torn = True, None
    for group in inner.groups:
        found = 0
        for other in _meeting(alike.get(tuple(group.key[i] for i in at_inner), []), group):
            if other.first_day <= group.first_day and group.last_day <= other.last_day:
                found += 1
                held[other] += 1
            elif torn is None:
                torn = (group, other)
        single &= found == 1
    return Enclosed(parts, max(held.values()), single, torn) if held else None


def _meeting(groups: list[Group], group: Group) -> list[Group]:
    """Those of some groups, ordered by their first day, that share a day with ``group``."""
    until = bisect_right(groups, group.last_day, key=lambda one: one.first_day)
    return [one for one in groups[:until] if one.last_day >= group.first_day]


def rows_before(cohort: Cohort, steps: Mapping[str, Step]) -> int:
    """The most groups of a cohort that are earlier than one of them: the codes of their keys are equal, and their last day is before its first."""
    places = [cohort.parts.index(part) for part in coded_parts(cohort, steps)]
    ends: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for group in cohort.groups:
        ends[tuple(group.key[i] for i in places)].append(group.last_day)
    for days in ends.values():
        days.sort()
    return max((bisect_left(ends[tuple(group.key[i] for i in places)], group.first_day) for group in cohort.groups), default=0)
