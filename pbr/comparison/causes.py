"""Why a line is not what it was: from its sum down the plan's steps, by the stored values of both assessments, to rows, days and terms.

Nothing is computed: a value that is the same on both sides explains nothing and is not looked behind; of one that differs, what it reads is compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pbr.comparison.differing import differing_rows
from pbr.comparison.sides import Sides
from pbr.comparison.terms import TermChange, changed_terms
from pbr.plan.node import Node
from pbr.plan.plan import Cohort, Payment, Step
from pbr.statement import words
from pbr.statement.reached import counted_leaves, reach
from pbr.statement.saying import say, say_with_counts
from pbr.statement.stored import Row, Stored

MOST_CAUSES = 12
MOST_ROWS = 4  # rows under one aggregate that are followed
DEEPEST = 30
WINDOWS = {"place": 2, "achieved": 4, "divide": 5}  # the first operand that other rows of the table must be equal in


@dataclass(frozen=True)
class Cause:
    """``kind``: data | days | terms | cap | engine | none found."""

    kind: str
    says: str

    def to_json(self) -> dict[str, str]:
        return {"kind": self.kind, "says": self.says}


@dataclass(frozen=True)
class Named:
    """A named value on the line's path that differs, with both values in words."""

    name: str
    key: tuple[str, ...]
    was: str
    now: str

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "key": list(self.key), "was": self.was, "now": self.now}


@dataclass
class Causes:
    """Looks behind one line. ``changed``: the terms that differ between the two contracts, by name."""

    sides: Sides
    changed: dict[str, TermChange]
    found: list[Cause] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    perhaps: list[Cause] = field(default_factory=list)  # told only where nothing else is found
    seen: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)

    def of_line(self, payment: Payment | None, was: Payment | None, grain: str, key: tuple[str, ...]) -> None:
        """``payment``, ``was``: in the new and in the old plan; None where it is not there."""
        if payment is None or was is None:
            name, term = (was or payment).name, "is new" if was is None else "is gone"  # type: ignore[union-attr]
            self._add(Cause("terms", f"the payment {name} {term}"))
            return
        rows = self.sides.old.row(grain, key), self.sides.new.row(grain, key)
        if rows[0] is None or rows[1] is None:
            self._row(grain, key)
            return
        if payment.within:
            self._value(self._cohort(payment.within).member, grain, key, 0)
        self._value(payment.amount, grain, key, 0)

    def of_caps(self, others: list[tuple[str, str, tuple[str, ...]]], caps: list[str]) -> None:
        """A line whose sum before the steps of the statement is the same: what is behind ``others`` (payment, grain, key), the lines that
        share a step with it and are not the same. ``caps``: those steps, in words."""
        for cap in caps:
            number = len(others)
            more = f": {words.counted(number, 'other line')} under it {_was(number)} not the same before it" if number else ""
            self._add(Cause("cap", f"{cap}{more}"))
        for payment, grain, key in others[:MOST_ROWS]:
            self.of_line(*payments_of(self.sides, payment), grain, key)

    def add_term(self, name: str) -> None:
        self._add(Cause("terms", str(self.changed[name])))

    def told(self) -> list[Cause]:
        """At least one cause: where none was found, that this is so."""
        sides = self.sides
        if not self.found:
            self.found = list(dict.fromkeys(self.perhaps))[:MOST_CAUSES]
        if not self.found and sides.old.engine != sides.new.engine:
            self.found = [Cause("engine", f"it was made by {sides.old.engine}, and is now made by {sides.new.engine}")]
        if not self.found and self.changed:
            self.found = [Cause("terms", str(change)) for change in list(self.changed.values())[:MOST_CAUSES]]
        return self.found or [Cause("none found", "the stored values of the two assessments do not say why")]

    # ---- values ------------------------------------------------------------------------------------------------

    def _value(self, name: str, grain: str, key: tuple[str, ...], depth: int) -> None:
        if (name, key) in self.seen or depth > DEEPEST or len(self.found) >= MOST_CAUSES:
            return
        self.seen.add((name, key))
        old, new = self.sides.old, self.sides.new
        steps = old.plan._by_name().get(name), new.plan._by_name().get(name)
        rows = old.row(grain, key), new.row(grain, key)
        if steps[0] is None or steps[1] is None:
            self._add(Cause("terms", f"{name} {'is new' if steps[0] is None else 'is gone'}"))
        elif rows[0] is None or rows[1] is None:
            self._row(grain, key)
        else:
            was, now = old.of_step(rows[0], steps[0]), new.of_step(rows[1], steps[1])
            if was is not None and now is not None and not _same(was, now):
                self._differs(steps[0], steps[1], rows[0], rows[1], (was, now), depth)

    def _differs(self, was: Step, now: Step, old: Row, new: Row, values: tuple[Stored, Stored], depth: int) -> None:
        currency = self.sides.plan.currency
        if now.kind not in ("hidden", "order", "key"):
            self.named.append(Named(now.name, new.key, *(say_with_counts(value, currency) for value in values)))
        self._terms(was, now)
        self._settled(was, now, old, new, values)
        for node in now.node.walk():
            if node.params.get("row") != "counted":
                self._node(node, old, new, depth + 1)
        if was.node.identity != now.node.identity:
            known = {node.identity for node in now.node.walk()}
            for node in was.node.walk():
                if node.identity not in known and node.params.get("row") != "counted" and "aggregate" not in node.params:
                    self._node(node, old, new, depth + 1)

    def _terms(self, was: Step, now: Step) -> None:
        """The terms that stand in a step and differ: the figures by name, and the step's own words."""
        if was.node.identity == now.node.identity:
            return
        names = [str(node.params["name"]).split(".")[0] for step in (was, now) for node in step.node.walk() if node.params.get("name")]
        for name in dict.fromkeys([*names, now.name]):
            if name in self.changed:
                self._add(Cause("terms", str(self.changed[name])))
        if was.text != now.text and now.name not in self.changed:
            self._add(Cause("terms", f"{now.name} was written {was.text!r}, and is written {now.text!r}"))

    def _settled(self, was: Step, now: Step, old: Row, new: Row, values: tuple[Stored, Stored]) -> None:
        """Days: an answer that was not final then, and is now; or the other way round where the days went back."""
        if now.settles is None or was.settles is None:
            return
        late = [step for step, value in zip((was, now), values, strict=True) if step.settles and value.value.why >> step.settles.reason & 1]
        tables = [table for table in now.settles.tables if self.sides.old.day(table) != self.sides.new.day(table)]
        if late and tables:
            day = self.sides.new.of_step(new, self.sides.plan.step(now.settles.day))
            final = f" it is final on {say(day, self.sides.plan.currency)};" if day is not None and day.value.is_known else ""
            said = "; ".join(self._days(table) for table in tables)
            which = "was not settled then, and is now" if late[0] is was else "is not settled"
            self._add(Cause("days", f"{now.name} of {words.key(new.key)} {which}:{final} {said}"))

    def _days(self, table: str) -> str:
        was, now = (side.day(table) for side in (self.sides.old, self.sides.new))
        return f"{table} was complete to {words.day(was) if was else 'no day'}, and is complete to {words.day(now) if now else 'no day'}"

    # ---- nodes -------------------------------------------------------------------------------------------------

    def _node(self, node: Node, old: Row, new: Row, depth: int) -> None:
        params = node.params
        if node.op in ("item", "column") and params.get("row") == "own":
            at = self._reached(params.get("via") or (), old, new, depth)
            if at is not None and node.op == "item":
                self._value(params["step"], at[1].grain, at[1].key, depth)
            elif at is not None:
                self._column(*at, params["column"])
        elif "aggregate" in params:
            self._rows(node, old, new, depth)
        elif node.op in WINDOWS:
            self._window(node, old, new, depth)
        for table in params.get("not_yet") or ():
            if table and self.sides.old.day(table) != self.sides.new.day(table):
                self.perhaps.append(Cause("days", self._days(table)))

    def _reached(self, via: Any, old: Row, new: Row, depth: int) -> tuple[Row, Row] | None:
        """The rows that hops lead to on both sides, where they are the same; what leads elsewhere is followed instead."""
        for hop in via:
            before, after = self.sides.old.reached(old, [hop]), self.sides.new.reached(new, [hop])
            if before is None or after is None or before.key != after.key:
                if hop[0] == "cohort":
                    cohort = self._cohort(hop[1])
                    for step in (cohort.member, *cohort.keys):
                        self._value(step, new.grain, new.key, depth)
                elif hop[0] == "parent" and (link := self.sides.plan.table(new.grain).parent) is not None:
                    for name in link.columns:
                        self._column(old, new, name)
                return None
            old, new = before, after
        return old, new

    def _column(self, old: Row, new: Row, name: str) -> None:
        was, now = self.sides.old.of_column(old, name), self.sides.new.of_column(new, name)
        if was is not None and now is not None and not _same(was, now):
            currency = self.sides.plan.currency
            self._add(Cause("data", f"{new.grain} {words.key(new.key)}: {name} was {say(was, currency)}, is {say(now, currency)}"))

    def _rows(self, node: Node, old: Row, new: Row, depth: int) -> None:
        """The rows under an aggregate: those that are only on one side, and those of which something differs that is read here."""
        before, after = reach(self.sides.old, old, node), reach(self.sides.new, new, node)
        if before is None or after is None:
            return
        table, cohort = after.table, after.cohort
        leaves = counted_leaves(node)
        steps = [leaf.params["step"] for leaf in leaves if leaf.op == "item" and not leaf.params.get("via")]
        steps += [cohort.member, *cohort.keys] if cohort is not None and cohort.of == table else []
        columns = [leaf.params["column"] for leaf in leaves if leaf.op == "column" and not leaf.params.get("via")]
        conditions = [(side.where, side.values) for side in (before, after)]
        keys, number = differing_rows(self.sides, table, conditions, columns, steps, MOST_ROWS)
        for key in keys:
            self._counted(table, key, columns, steps, depth)
        if number > len(keys):
            self._add(Cause("data", f"and {words.count(number - len(keys))} more rows of {table} that are counted there"))
        for leaf in leaves:
            if leaf.params.get("via"):
                self._beyond(leaf, table, after.where, after.values, depth)
        was, now = ((side.rejected or {}).get(table, 0) for side in (self.sides.old, self.sides.new))
        if was != now:
            self.perhaps.append(Cause("data", f"{words.counted(was, 'row')} of {table} {_was(was)} rejected then, {words.count(now)} now"))

    def _counted(self, table: str, key: tuple[str, ...], columns: list[str], steps: list[str], depth: int) -> None:
        old, new = self.sides.old.row(table, key), self.sides.new.row(table, key)
        if old is None or new is None:
            self._row(table, key)
            return
        for name in columns:
            self._column(old, new, name)
        for step in steps:
            self._value(step, table, key, depth)

    def _beyond(self, leaf: Node, table: str, where: tuple[str, ...], values: tuple[Any, ...], depth: int) -> None:
        """What an aggregate reads of the rows that its rows lead to."""
        for row in self.sides.new.rows(table, where, values, limit=MOST_ROWS * 10):
            before = self.sides.old.row(table, row.key)
            if before is None:
                continue
            at = self._reached(leaf.params["via"], before, row, depth)
            if at is not None and leaf.op == "item":
                self._value(leaf.params["step"], at[1].grain, at[1].key, depth)
            elif at is not None:
                self._column(*at, leaf.params["column"])

    def _window(self, node: Node, old: Row, new: Row, depth: int) -> None:
        """The other claims of the same subject."""
        equal = [arg.params["column"] for arg in node.args[WINDOWS[node.op] :] if arg.op == "column" and not arg.params.get("via")]
        if not equal:
            return
        steps = [leaf.params["step"] for arg in node.args for leaf in arg.walk() if leaf.op == "item" and not leaf.params.get("via")]
        columns = [leaf.params["column"] for arg in node.args for leaf in arg.walk() if leaf.op == "column" and not leaf.params.get("via")]
        where = tuple(f'CAST("{name}" AS VARCHAR) = ?' for name in equal)
        conditions = [(where, tuple(str(row.cells[name]) for name in equal)) for row in (old, new)]
        for key in differing_rows(self.sides, new.grain, conditions, columns, steps, MOST_ROWS)[0]:
            if key != new.key:
                self._counted(new.grain, key, list(dict.fromkeys(columns)), steps, depth)

    # ---- rows --------------------------------------------------------------------------------------------------

    def _row(self, table: str, key: tuple[str, ...]) -> None:
        """A row that only one side has."""
        old, new = self.sides.old.row(table, key), self.sides.new.row(table, key)
        declared = next((one for one in self.sides.plan.tables if one.name == table), None)
        name = f"{table} {words.key(key)}"
        if declared is None:
            self._add(Cause("terms", f"the group {name} {'is new' if old is None else 'is gone'}"))
        elif new is not None:
            before = self.sides.old.why_not_there(table, key)
            self._add(
                Cause("data", f"{name} is new (row {new.cells['_row']}){f'. Then: {before}' if before else self._late(new)}".rstrip("."))
            )
        elif old is not None:
            after = self.sides.new.why_not_there(table, key)
            self._add(
                Cause(
                    "data",
                    f"{name} was there (row {old.cells['_row']}), and {'has no values now. ' + after if after else 'is gone'}".rstrip("."),
                )
            )

    def _late(self, row: Row) -> str:
        """Whether a new row was due earlier: each of its days lies before the day to which its table was complete."""
        columns = {column.name for column in self.sides.plan.table(row.grain).columns}
        days = [cell for name, cell in row.cells.items() if name in columns and isinstance(cell, date)]
        till = self.sides.old.day(row.grain)
        if not days or till is None or max(days).isoformat() > till:
            return ""
        return f"; late: its last day, {words.day(max(days))}, is not after {words.day(till)}, to which {row.grain} was complete"

    def _cohort(self, name: str) -> Cohort:
        return self.sides.plan.cohort(name)

    def _add(self, cause: Cause) -> None:
        if cause not in self.found and len(self.found) < MOST_CAUSES:
            self.found.append(cause)


def look_behind(sides: Sides) -> dict[str, TermChange]:
    """The terms that differ, by name."""
    return {change.what: change for change in changed_terms(sides.old.plan, sides.new.plan)}


def payments_of(sides: Sides, name: str) -> tuple[Payment | None, Payment | None]:
    """The payment of this name in the new plan and in the old."""
    found = [next((one for one in side.plan.payments if one.name == name), None) for side in (sides.new, sides.old)]
    return found[0], found[1]


def _same(was: Stored, now: Stored) -> bool:
    return (was.value.state, was.value.low, was.value.high) == (now.value.state, now.value.low, now.value.high)


def _was(number: int) -> str:
    return "was" if number == 1 else "were"
