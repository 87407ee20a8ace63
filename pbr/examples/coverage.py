"""What the worked examples of a contract reach, and what none of them does."""

from __future__ import annotations

from dataclasses import dataclass

from pbr.examples.running import ExampleResult
from pbr.plan.plan import Plan
from pbr.plan.points import KINDS, Point, points


@dataclass(frozen=True)
class Coverage:
    """``all_points`` of the plan in order, and which of them some example that passes comes to."""

    all_points: tuple[Point, ...]
    reached: frozenset[Point]

    @property
    def missed(self) -> tuple[Point, ...]:
        return tuple(point for point in self.all_points if point not in self.reached)

    def counts(self) -> list[tuple[str, int, int]]:
        """Per kind that the plan has: the kind, how many are reached, how many there are."""
        found = []
        for kind in KINDS:
            here = [point for point in self.all_points if point.kind == kind]
            if here:
                found.append((kind, sum(point in self.reached for point in here), len(here)))
        return found


def coverage(plan: Plan, results: list[ExampleResult]) -> Coverage:
    """A clause, item or payment is reached when an expectation depends on it; the rest when the rows of an example come to it."""
    everything = tuple(points(plan))
    depended = frozenset().union(*(result.reached for result in results))
    clauses = {step.clause for step in plan.steps if step.name in depended}
    seen: set[Point] = set().union(*(result.seen for result in results))
    for point in everything:
        if (point.kind == "clause" and point.item in clauses) or (point.kind in ("item", "line") and point.item in depended):
            seen.add(point)
    return Coverage(everything, frozenset(seen) & frozenset(everything))
