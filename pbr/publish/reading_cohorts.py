"""Which cohorts have a condition, and of which it is a secret whether anybody, or everybody, meets it."""

from __future__ import annotations

from pbr.plan.plan import Cohort, Plan


def conditions_of(plan: Plan, cohort: Cohort) -> list[str]:
    """The steps that say who is in it and who is left out; none where all rows of its table are in it, or those of a period."""
    return [*not_in(plan, cohort).values(), *(step for _, step, _ in cohort.codes)]


def not_in(plan: Plan, cohort: Cohort) -> dict[str, str]:
    """The reason of exclusion of rows that do not meet its condition, with the step of that; none where it has none."""
    return {f"not in {cohort.name}": step.name for step in plan.steps if step.name == f"{cohort.name}.only"}


def is_secret(plan: Plan, cohort: Cohort) -> bool:
    """Whether a condition of it is like an outcome: that nobody meets it is protected then, and that everybody does."""
    return any(like_an_outcome(plan, step) for step in conditions_of(plan, cohort))


def like_an_outcome(plan: Plan, name: str) -> bool:
    """Whether a named value rests on an outcome, or reads of the data what an outcome reads too."""
    if _rests_on_outcome(plan, name):
        return True
    read = _columns(plan, name)
    return any(read & _columns(plan, step.name) for step in plan.steps if step.kind == "outcome")


def _rests_on_outcome(plan: Plan, name: str) -> bool:
    return any(plan.step(one).kind == "outcome" for one in _behind(plan, name))


def _columns(plan: Plan, name: str) -> frozenset[tuple[str, str]]:
    nodes = [node for one in _behind(plan, name) for node in plan.step(one).node.walk()]
    return frozenset((str(node.params["table"]), str(node.params["column"])) for node in nodes if node.op == "column")


def _behind(plan: Plan, name: str) -> set[str]:
    """A named value and all that are behind it."""
    waiting, seen = [name], set[str]()
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += [str(node.params["step"]) for node in plan.step(one).node.walk() if node.op == "item"]
    return seen
