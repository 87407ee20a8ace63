"""What a worked example expects, compared with what the reference engine finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pbr.engine.record.machine import Machine, NotGiven
from pbr.examples.showing import show, some_keys
from pbr.examples.starting import Key, place_of
from pbr.examples.steps import Steps
from pbr.language.types import Type
from pbr.plan.spelling import closest
from pbr.problem import Place
from pbr.terms.models import Scalar
from pbr.values.value import NO_SUCH, Value

TOTALS = ("gross", "deducted", "paid")


class Expecting(Steps):
    """Compares each expected value, reason and total."""

    def _expect(self, machine: Machine) -> None:
        for name, told in (self.example.expect or {}).items():
            if name == "total":
                self._total(machine, told)
                continue
            if self.plan.made_table(name) is not None:
                self._expect_steps(machine, name, told)
                continue
            found = self._named(name)
            if found is None or found[0] != name:
                self._problem(
                    "PBR502",
                    f"nothing that is decided is called `{name}`.",
                    closest(name, [*self._names(), "total"], "Expect facts, outcomes, measures, payments or `total`."),
                    place_of(told),
                )
                continue
            self.names.add(name)
            for key, leaf in self._cells(self._spread(name, told), found[1]):
                self._compare(machine, name, key, leaf, found[2])
        held = self.example.expect_held
        if held is not None and not isinstance(held, Mapping):
            self._problem(
                "PBR503", "`expect_held` does not say what is held.", "Write {NAME: [KEY, ...]} or {NAME: {KEY: REASON}}.", place_of(held)
            )
            return
        for name, told in (held or {}).items():
            found = self._named(name)
            if found is None or found[0] != name:
                self._problem(
                    "PBR502",
                    f"nothing that is decided is called `{name}`.",
                    closest(name, self._names(), "Name a fact, outcome, measure or payment."),
                    place_of(told),
                )
                continue
            self.names.add(name)
            for key, place, why in self._held(told, found[1]):
                self._compare_value(machine, name, key, Value.unknown(1), place, "held")
                if why:
                    self._compare_reason(machine, name, key, why, place)

    def _held(self, told: Any, grain: str) -> Iterator[tuple[Key, Place | None, str]]:
        """Key, place and (where it is said) why: a list of keys, a map of key to reason, or for the contract just the reason."""
        if isinstance(told, list):
            yield from ((self._key(leaf.text), place_of(leaf), "") for leaf in told if self._single(leaf))
        elif isinstance(told, Mapping):
            yield from ((self._key(str(key)), place_of(leaf), leaf.text) for key, leaf in told.items() if self._single(leaf))
        elif isinstance(told, Scalar):
            yield ((), told.place, told.text) if grain == "contract" else (self._key(told.text), told.place, "")

    def _compare_reason(self, machine: Machine, name: str, key: Key, why: str, place: Place | None) -> None:
        """What holds it must be named among its reasons, or among those of what it reads."""
        if self.plan.adjustment(name) is not None:
            return  # it is held by the lines under it
        row = next((row for row in machine.keys(self.plan.step(name).grain) if tuple(str(part) for part in row) == key), None)
        if row is None:
            return
        try:
            reasons = set(self._reasons(name, machine.value(name, row).why))
        except NotGiven:
            return  # said where the value was compared
        self.asserted += 1
        if why not in reasons:
            self._problem(
                "PBR506",
                f"{name}[{' | '.join(key)}] is expected to be held by {why}; it is held by {', '.join(sorted(reasons)) or 'nothing'}.",
                "Name a reason it has; or the term or the example is wrong.",
                place,
            )

    def _reasons(self, name: str, why: int) -> Iterator[str]:
        """Kinds and names of the reasons in a mask; those of an item that is unknown, and of items read by the rows held, follow whole."""
        step = self.plan.step(name)
        for bit, reason in enumerate(step.reasons):
            if not why >> bit & 1:
                continue
            yield reason.kind
            yield reason.what.rpartition(".")[2]
            inner = [reason.what] if reason.kind == "item" else list(step.reads) if reason.kind == "held" else []
            if reason.kind == "held":
                inner += [step for cohort in self.plan.cohorts for step in (cohort.member,) if cohort.name == self.plan.step(name).grain]
            for other in inner:
                yield from self._reasons(other, (1 << len(self.plan.step(other).reasons)) - 1)

    def _compare(self, machine: Machine, name: str, key: Key, leaf: Any, type_: Type) -> None:
        if isinstance(leaf, Scalar) and leaf.text == "held":
            self._compare_value(machine, name, key, Value.unknown(1), leaf.place, "held")
            return
        expected = self._literal(leaf, type_)
        if expected is not None:
            self._compare_value(machine, name, key, expected, place_of(leaf), leaf.text)

    def _compare_value(self, machine: Machine, name: str, key: Key, expected: Value, place: Place | None, shown: str) -> None:
        self.asserted += 1
        where = f"{name}[{' | '.join(key)}]" if key else name
        if self.plan.adjustment(name) is not None:
            self._compare_own(machine, name, key, expected, place, shown)
            return
        grain = self.plan.step(name).grain
        row = next((row for row in machine.keys(grain) if tuple(str(part) for part in row) == key), None)
        if row is None:
            self._problem(
                "PBR504",
                f"{where} is expected, but there is no such row." + self._noted(),
                f"Rows: {some_keys(machine.keys(grain))}.",
                place,
            )
            return
        try:
            actual = self._paid(machine, name, row) if self._capped(name) else machine.value(name, row)
        except NotGiven as missing:
            self._problem(
                "PBR505", f"{where} needs `{missing.name}`, which the example does not give.", "Give it, or give what it is made of.", place
            )
            return
        if expected.state == "unknown":
            if actual.state not in ("unknown", "range"):
                self._problem(
                    "PBR506",
                    f"{where} is expected to be held, and is {show(actual, self.plan.step(name).type, self.world.sign)}.",
                    "Either the term or the example is wrong.",
                    place,
                )
        elif (actual.state, actual.low) != (expected.state, expected.low):
            came = show(actual, self.plan.step(name).type, self.world.sign)
            self._problem(
                "PBR506",
                f"{where} is expected to be {shown}, and comes out as {came}." + self._noted(),
                "Either the term or the example is wrong.",
                place,
            )

    def _compare_own(self, machine: Machine, name: str, key: Key, expected: Value, place: Place | None, shown: str) -> None:
        """A line that a step of the statement has of its own."""
        where = f"{name}[{' | '.join(key)}]" if key else name
        try:
            lines = [line for line in machine.lines() if line.payment == name]
        except NotGiven as missing:
            self._problem(
                "PBR505", f"{where} needs `{missing.name}`, which the example does not give.", "Give it, or give what it is made of.", place
            )
            return
        line = next((line for line in lines if line.key == key), None)
        if line is None:
            keys = ", ".join(" | ".join(line.key) for line in lines[:8])
            self._problem("PBR504", f"{where} is expected, but there is no such line." + self._noted(), f"Lines: {keys or 'none'}.", place)
            return
        amount = expected.low if expected.state != "unknown" else None
        if line.amount != amount and not (amount is None and line.result == "held"):
            came = "held" if line.amount is None else show(Value.known(line.amount), Type("money"), self.world.sign)
            said = "held" if amount is None else shown
            self._problem(
                "PBR506",
                f"{where} is expected to be {said}, and comes out as {came}." + self._noted(),
                "Either the term or the example is wrong.",
                place,
            )

    def _capped(self, name: str) -> bool:
        """Does a step of the statement cut its lines? One with lines of its own leaves them as they are."""
        return any(name in step.over for step in self.plan.then if not step.name)

    def _paid(self, machine: Machine, name: str, row: Any) -> Value:
        """What a line pays after the statement's steps. Raises NotGiven for what one of the lines lacks."""
        key = tuple(str(part) for part in row)
        line = next((line for line in machine.lines() if line.payment == name and line.key == key), None)
        if line is None:
            return NO_SUCH
        return Value.unknown(line.why or 1) if line.amount is None else Value.known(line.amount)

    def _total(self, machine: Machine, told: Any) -> None:
        self.names |= {payment.name for payment in self.plan.payments}
        try:
            lines = [line for line in machine.lines() if line.result != "sets"]
        except NotGiven as missing:
            self._problem(
                "PBR505",
                f"the total needs `{missing.name}`, which the example does not give.",
                "Give it, or give what it is made of.",
                place_of(told),
            )
            return
        gross = sum(line.amount for line in lines if line.amount is not None and line.amount > 0)
        deducted = -sum(line.amount for line in lines if line.amount is not None and line.amount < 0)
        sums = {"gross": gross, "deducted": deducted, "paid": gross - deducted}
        wanted = told if isinstance(told, Mapping) else {"paid": told}
        for name, leaf in wanted.items():
            if name not in TOTALS:
                self._problem("PBR502", f"`{name}` is not a total.", f"Totals: {', '.join(TOTALS)}.", place_of(leaf))
                continue
            expected = self._literal(leaf, Type("money"))
            self.asserted += 1
            if expected is not None and expected.low != sums[name]:
                came = show(Value.known(sums[name]), Type("money"), self.world.sign)
                self._problem(
                    "PBR506",
                    f"the total ({name}) is expected to be {leaf.text}, and comes out as {came}." + self._noted(),
                    "Either the term or the example is wrong.",
                    place_of(leaf),
                )

    def _noted(self) -> str:
        return "".join(f"\n{note}" for note in self.notes[:5])
