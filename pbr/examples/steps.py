"""What a worked example expects of rows that the plan makes: by the key of the row they are made out of, a list in their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pbr.engine.record.machine import Machine
from pbr.examples.showing import show
from pbr.examples.starting import Key, Starting, place_of
from pbr.language.types import Type
from pbr.values.value import Value

DATE = Type("date")


class Steps(Starting):
    """``expect: sustained: {p1: [2012-03-11, 2012-04-08]}``: the last day of each step; ``{p1: []}``: none."""

    def _expect_steps(self, machine: Machine, name: str, told: Any) -> None:
        if not isinstance(told, Mapping):
            self._problem("PBR503", f"`{name}` has rows for each key.", "Write {KEY: [DATE, ...]}: the last day of each.", place_of(told))
            return
        rows = self._by_parent(machine, name)
        for text, listed in told.items():
            leaves = listed if isinstance(listed, list) else [listed]
            expected = [value for leaf in leaves if (value := self._literal(leaf, DATE)) is not None]
            found = [self._last_day(machine, name, row) for row in rows.get(self._key(str(text)), [])]
            self.asserted += 1
            if len(expected) == len(leaves) and [(v.state, v.low) for v in expected] != [(v.state, v.low) for v in found]:
                came = ", ".join(show(value, DATE, self.world.sign) for value in found) or "none"
                self._problem(
                    "PBR506",
                    f"{name}[{text}] is expected to be {', '.join(leaf.text for leaf in leaves) or 'none'}, and comes out as {came}."
                    + "".join(f"\n{note}" for note in self.notes[:5]),
                    "Either the term or the example is wrong.",
                    place_of(listed),
                )

    def _spread(self, name: str, told: Any) -> Any:
        """A list of values under one key as one value for each step: {p1: [£1.00, £2.00]} is {p1 | 1: £1.00, p1 | 2: £2.00}."""
        grain = next((step.grain for step in self.plan.steps if step.name == name), "")
        if self.plan.made_table(grain) is None or not isinstance(told, Mapping):
            return told
        return dict(_listed(told))

    def _by_parent(self, machine: Machine, name: str) -> dict[Key, list[Any]]:
        out: dict[Key, list[Any]] = {}
        for row in machine.keys(name):
            out.setdefault(tuple(str(part) for part in row[:-1]), []).append(row)
        return out

    @staticmethod
    def _last_day(machine: Machine, name: str, row: Any) -> Value:
        """Held where the row is only perhaps there, or its day is not known."""
        sure = machine.cell(name, row, "made").is_known
        return machine.cell(name, row, "last_day") if sure else Value.unknown(1)


def _listed(told: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, leaf in told.items():
        if isinstance(leaf, list):
            yield from ((f"{key} | {number}", each) for number, each in enumerate(leaf, 1))
        else:
            yield key, leaf
