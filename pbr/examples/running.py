"""Runs the worked examples of a contract and says what they reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pbr.engine.record.rows import Rows
from pbr.examples.expecting import Expecting
from pbr.plan.plan import Plan
from pbr.plan.points import Point
from pbr.problem import Problem, Refused
from pbr.terms.loading import Loaded


@dataclass(frozen=True)
class ExampleResult:
    """``asserted``: how many values were compared. ``reached``: names of the steps the expectations depend on. ``seen``: the points of the
    plan that its rows came to. ``rows``: those that it gives, where they could be read."""

    name: str
    problems: tuple[Problem, ...]
    asserted: int
    reached: frozenset[str]
    seen: frozenset[Point] = frozenset()
    rows: Rows | None = None

    @property
    def ok(self) -> bool:
        return not self.problems


def run_examples(loaded: Loaded, plan: Plan) -> list[ExampleResult]:
    """Each worked example of the contract with what it found. Bad values in an example are problems of that example."""
    return [_Run(loaded, plan, example).result() for example in loaded.contract.examples]


def unreached(plan: Plan, results: list[ExampleResult]) -> list[str]:
    """Named facts, outcomes, measures and payments that no expectation depends on, in plan order."""
    reached = frozenset().union(*(result.reached for result in results))
    return [step.name for step in plan.steps if step.kind in ("fact", "outcome", "measure", "payment") and step.name not in reached]


class _Run(Expecting):
    def result(self) -> ExampleResult:
        seen: frozenset[Point] = frozenset()
        try:
            machine = self._given() if self.example.rows is None else self._rows()
            if machine is not None:
                self._expect(machine)
                seen = frozenset(machine.look()) if not self.problems else seen
        except Refused as refused:
            self.problems += refused.problems
        if not self.problems and not self.asserted and self.example.expect_maximum is None:
            self._problem("PBR500", "This example expects nothing.", "Name what must come out under `expect`.", self.example.name.place)
        return ExampleResult(self.example.name.text, tuple(self.problems), self.asserted, frozenset(self._closure()), seen, self.rows)

    def _closure(self) -> Iterator[str]:
        waiting, seen = list(self.names), set(self.names)
        while waiting:
            name = waiting.pop()
            yield name
            step = next((step for step in self.plan.steps if step.name == name), None)
            reads = list(step.reads) if step is not None else []
            if step is not None and step.settles is not None:
                reads.append(step.settles.day)
            waiting += [other for other in reads if other not in seen]
            seen.update(reads)
