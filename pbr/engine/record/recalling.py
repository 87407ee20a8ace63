"""The reference engine for a row whose values may be known from other tables: what is known is taken, and what is worked out is made known."""

from __future__ import annotations

from collections.abc import Mapping

from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import Key, Rows
from pbr.plan.plan import Plan, Step
from pbr.values.value import Value


class Recalling(Machine):
    """``steps``: names of those whose values may be taken. ``known``: of every row at their grains, by grain and key, its values by step. It is
    added to. Whoever gives it answers for it that these values come out the same here."""

    def __init__(self, plan: Plan, rows: Rows, steps: frozenset[str], known: Mapping[str, Mapping[Key, dict[str, Value]]]) -> None:
        super().__init__(plan, rows)
        self._steps, self._known = steps, known

    def _compute(self, step: Step, key: Key) -> Value:
        if step.name not in self._steps:
            return super()._compute(step, key)
        known = self._known[step.grain][key]
        value = known.get(step.name)
        if value is None:
            value = known[step.name] = super()._compute(step, key)
        return value
