"""The reference engine: the value of any step at any row, worked out when asked for and remembered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pbr.engine.record.call import Call, own_mask
from pbr.engine.record.counted import HOLD, LEAVE_OUT, Counted, Group, both, truth_of
from pbr.engine.record.demand import Missing, NotGiven, Wanted, gather
from pbr.engine.record.prepared import READS, WINDOWS, Prepared
from pbr.engine.record.reach import Reach
from pbr.engine.record.rows import Key, Row, Rows
from pbr.engine.record.standing import Standing
from pbr.engine.record.store import Given, Store
from pbr.engine.record.tables import AGGREGATE, SCALAR, WINDOW
from pbr.engine.record.windows import WindowRow
from pbr.plan.node import Node
from pbr.plan.plan import Link, Plan, Settles, Step
from pbr.values.value import KNOWN, NO_SUCH, NONE, RANGE, UNKNOWN, Value

if TYPE_CHECKING:
    from pbr.engine.record.statement import Line

__all__ = ["Machine", "NotGiven"]

NO, YES = Value.known(False), Value.known(True)
_ROOM = 300  # frames of Python that steps made on the way may take; beyond it they are made first, and the work is done again
T = TypeVar("T")


class Spot(NamedTuple):
    """A row: its grain and key."""

    grain: str
    key: Key


class Machine:
    """``given``: values by item (or "table.column") and key, as worked examples give them: not computed, and settled. Then a value that
    is neither given nor computable raises NotGiven. Row keys are as in ``Row.key``; () for the contract."""

    def __init__(self, plan: Plan, rows: Rows, given: Mapping[str, Mapping[tuple[str, ...], Value]] | None = None) -> None:
        self.plan = plan
        self.rows = rows
        self._given: Given | None = given
        self._store = Store(plan, rows, given)
        self._standing = Standing(self._store, self.value)
        self._reach = Reach(self._store, self._standing, self._need)
        self._values: dict[str, dict[Key, Value]] = {step.name: {} for step in plan.steps}
        self._prepared = Prepared.of(plan)
        self._about = self._prepared.about
        self._room = _ROOM if given is None else 0  # what is not given is missed by the step that reads it, not by those that read that
        # Nodes that the trace records are remembered by themselves; a node may stand in steps of several grains, so the row counts with its grain.
        self._parts: dict[tuple[int, Spot], Value] = {}
        self._windows: dict[tuple[int, str], dict[Key, Value]] = {}

    # ---- what callers ask ------------------------------------------------------------------------------------------
    def value(self, step_name: str, row_key: Key) -> Value:
        """The value of a step at a row. Raises NotGiven; KeyError for names and keys that do not exist."""
        value = self._values[step_name].get(row_key)
        if value is not None:
            return value
        return self._supplied(lambda: self._need(step_name, row_key), self._prepared.steps[step_name].number + 1)

    def part(self, step_name: str, number: int, row_key: Key) -> Value:
        """The value of a part of a step at a row: none where the row has no value at all."""
        step, node = self._prepared.steps[step_name], self._prepared.parts[step_name, number]

        def work() -> Value:
            return NO_SUCH if self._outside(step, row_key) else self._node(node, Spot(step.grain, row_key), None)

        return self._supplied(work, step.number)

    def remember(self, step_name: str, row_key: Key, value: Value) -> None:
        """A value that another machine, of the same plan and rows, worked out: this one need not do it again."""
        self._values[step_name][row_key] = value

    def run(self) -> None:
        """Every step at every row, in plan order."""
        for step in self.plan.steps:
            for key in self.keys(step.grain):
                self.value(step.name, key)

    def keys(self, grain: str) -> list[Any]:
        """Keys of a grain in order: standing rows of a data table, groups of a cohort, or one () for the contract."""
        if any(cohort.name == grain and not cohort.parts for cohort in self.plan.cohorts):
            raise KeyError(f"{grain} is a subset: its rows are those of its table")
        return self._supplied(lambda: self._reach.keys(grain), self._prepared.beyond)

    def cell(self, table: str, key: Key, column: str) -> Value:
        """What stands in a column of a row."""
        return self._store.cell(table, key, column)

    def row(self, table: str, key: Key) -> Row:
        """A row of a table. Raises KeyError where there is none."""
        return self._store.by_key[table][key]

    def standing(self, table: str) -> list[Row]:
        return [self._store.by_key[table][key] for key in self._standing.keys(table)]

    def rejected(self, table: str) -> list[Mapping[str, Any]]:
        return self._standing.rejected(table)

    def checks(self) -> list[tuple[str, int, str]]:
        """(table, row number, check step) for each check that rejects a row."""
        return [found for table in self.plan.tables for found in self._standing.found(table.name)]

    def out_of_order(self) -> list[tuple[str, int, str]]:
        """(table, row number, code) for each rule between milestones that a row breaks once checks have taken rows away."""
        return [found for table in self.plan.tables for found in self._standing.out_of_order(table.name)]

    def in_subset(self, cohort: str, grain: str, key: Key) -> Value:
        """Whether a row, or its ancestor, is in a cohort."""
        return self._supplied(lambda: self._reach.membership(cohort, grain, key), self._prepared.beyond)

    def outside(self, step: Step, key: Key) -> bool:
        """Whether a row has no value of a step at all, because it is outside the step's ``within``."""
        return self._supplied(lambda: self._outside(step, key), step.number)

    def lines(self, lacking: list[NotGiven] | None = None, only: Collection[str] | None = None) -> list[Line]:
        """See ``statement.lines_of``."""
        from pbr.engine.record.statement import lines_of

        return lines_of(self, lacking, only)

    def place_of(self, table: str) -> list[tuple[Row, str, str]]:
        """(row, place, code) for each standing row of a table: see ``statement.place``."""
        return [(row, *self.place(table, row)) for row in self.standing(table)]

    def place(self, table: str, row: Row) -> tuple[str, str]:
        """See ``statement.place``."""
        from pbr.engine.record.statement import place

        return place(self, table, row)

    def reached(self, via: list[list[str]], grain: str, key: Key) -> Key | None:
        """The key of the row at the end of some hops; None where a row is in no group."""
        found = self._supplied(lambda: self._reach.hop(via, grain, key), self._prepared.beyond)
        return None if found is None else found[1]

    def matches(self, link: Link, key: Key, table: str) -> bool:
        """Whether a row of ``table`` finds a standing row through its matched_to link."""
        return self._reach.matches(link, key, table)

    # ---- demand ----------------------------------------------------------------------------------------------------
    def _need(self, name: str, key: Key) -> Value:
        value = self._values[name].get(key)
        if value is not None:
            return value
        levels = self._prepared.levels[name]
        if levels > self._room:
            raise Missing([(name, key)])
        self._room -= levels
        try:
            value = self._values[name][key] = self._compute(self._prepared.steps[name], key)
        finally:
            self._room += levels
        return value

    def _supplied(self, work: Callable[[], T], below: int) -> T:
        """``work`` done as often as it takes to make what it misses. Steps read only earlier steps, so this ends."""
        while True:
            try:
                return work()
            except Missing as missing:
                self._supply(missing.wanted, below)

    def _supply(self, wanted: list[Wanted], below: int) -> None:
        pending = [(want, below) for want in wanted]
        while pending:
            (name, key), limit = pending[-1]
            if key in self._values[name]:
                pending.pop()
                continue
            step = self._prepared.steps[name]
            if step.number >= limit:
                raise ValueError(f"step {name} is read before it is made")
            try:
                self._values[name][key] = self._compute(step, key)
            except Missing as missing:
                pending += [(want, step.number) for want in missing.wanted]

    def _compute(self, step: Step, key: Key) -> Value:
        given = self._store.given_value(step.name, key)
        if given is not None:
            return given
        if self._given is not None:
            if step.name in self._prepared.emptiness:
                return self._prepared.emptiness[step.name]
            if self._store.is_made(step.grain, key) and step.name in self._prepared.members:
                return YES
            if self._store.is_made(step.grain, key) and step.name in self._prepared.exclusions:
                return NO_SUCH
        if self._outside(step, key):
            return NO_SUCH
        try:
            answer = self._node(step.node, Spot(step.grain, key), None)
        except NotGiven:
            if step.name in self._prepared.only and self._store.is_made(step.grain, key):
                return Value.known(self._prepared.only[step.name])
            raise
        return (
            answer if step.settles is None else self._settled(step.settles, answer, key, step.kind != "outcome" or step.type.kind == "date")
        )

    def _outside(self, step: Step, key: Key) -> bool:
        return step.within is not None and self._reach.membership(step.within, step.grain, key) == NO

    def _settled(self, settles: Settles, answer: Value, key: Key, valued: bool) -> Value:
        """``valued``: the answer is a day or a number, of which none is a value."""
        seen = answer == YES or (valued and answer.state == KNOWN)
        if (answer.state == NONE and not valued) or (settles.how == "when seen" and seen):
            return answer
        day = self._need(settles.day, key)
        complete = [self.rows.complete_to.get(table) for table in settles.tables]
        if day.state == KNOWN and all(to is not None and to >= day.low for to in complete):
            return answer
        return Value.unknown(answer.why | 1 << settles.reason)

    # ---- nodes -----------------------------------------------------------------------------------------------------
    def _node(self, node: Node, own: Spot, counted: Spot | None) -> Value:
        """One frame for each level of nodes, so that the deepest allowed node (200 levels) stays far from Python's limit."""
        kind, literal, recorded, link, via = self._about(node)
        if literal is not None:
            return literal
        recorded = recorded and counted is None
        if recorded and (id(node), own) in self._parts:
            return self._parts[id(node), own]
        if kind == READS:
            value = self._read(node, via, own, counted)
        elif link is not None:
            value = self._aggregate(node, link, own)
        elif kind == WINDOWS:
            value = self._window(node, own)
        else:
            args: list[Value] = []
            for arg in node.args:
                args.append(self._node(arg, own, counted))
                if (answer := _decided(node.op, args)) is not None:
                    # Nothing else can change the answer, and its why is the chosen branch's alone.
                    value = self._node(node.args[answer], own, counted) if answer >= len(args) else args[answer]
                    break
            else:
                value = SCALAR[node.op](Call(node.type, node.params, args, self.rows.complete_to))
        if recorded:
            self._parts[id(node), own] = value
        return value

    def _read(self, node: Node, via: list[list[str]], own: Spot, counted: Spot | None) -> Value:
        params = node.params
        start = own if params["row"] == "own" else counted
        assert start is not None, "a row being added up is read outside an aggregate"
        reached = self._reach.hop(via, *start) if via else start
        if reached is None:
            return Value.unknown(own_mask(params))
        value = self._store.cell(*reached, params["column"]) if node.op == "column" else self._need(params["step"], reached[1])
        if value.state == UNKNOWN:
            return Value.unknown(own_mask(params))
        if value.state == RANGE:
            return Value.range(value.low, value.high, own_mask(params))
        return value

    def _aggregate(self, node: Node, link: Link, own: Spot) -> Value:
        spec = node.params["aggregate"]
        keys = self._reach.rows(link, own.grain, own.key)
        rows = gather(keys, lambda key: self._counted(node, spec, link, own, Spot(link.table, key)))
        if "once" in spec:
            rows = gather(rows, lambda row: None if row is None else self._for_the_first(node, spec, link, own, row))
        rejected, how = self._rejected(spec, link, self._standing.rejected_under(link, self._reach.onto(link, own.grain, own.key)))
        held, rejected_mask, empty = (1 << int(spec["reasons"][name]) for name in ("held", "rejected", "empty"))
        found = [row for row in rows if row is not None]
        complete_to = self.rows.complete_to
        return AGGREGATE[node.op](
            Group(found, rejected, spec["when_held"], how, held, rejected_mask, empty, node.type, node.params, complete_to)
        )

    def _counted(self, node: Node, spec: Mapping[str, Any], link: Link, own: Spot, row: Spot) -> Counted | None:
        """A reached row as the operation sees it; None when it is not a member."""
        member = YES
        if link.kind == "group":
            member = self._reach.membership(own.grain, *row)
        truth = truth_of(member)
        if spec.get("subset"):
            truth = both(truth, truth_of(self._reach.membership(spec["subset"], *row)))
        if truth is False:
            return None
        values, where = list(node.args), True if not spec["has_where"] else None
        if spec["has_where"]:
            where = truth_of(self._node(values.pop(), own, row))
        if both(truth, where) is False:
            return Counted(row.key, truth, where)
        return Counted(row.key, truth, where, tuple(gather(values, lambda arg: self._node(arg, own, row))))

    def _for_the_first(self, node: Node, spec: Mapping[str, Any], link: Link, own: Spot, row: Counted) -> Counted:
        """The row as it counts for ``own`` once it belongs to the first row that it counts for (``once``: see ``plan.operations``)."""
        if row.belongs is False:
            return row
        within, event = spec["once"]["within"], Spot(link.table, row.key)

        def place(key: Key) -> tuple[Any, ...]:
            return (self._store.cell(own.grain, key, spec["once"]["by"]).low, *key)

        raw = self._store.raw(link.table, row.key, link.columns)
        others = [] if raw is None else self._reach.index(own.grain, link.onto).get(raw, [])
        mine, open_ = place(own.key), False
        for other in (key for key in others if place(key) < mine):
            rival = self._counted(node, spec, link, Spot(own.grain, other), event)
            truth = False if rival is None else rival.belongs
            if within is not None:
                truth = both(truth, truth_of(self._reach.membership(within, own.grain, other)))
            if truth is True:
                return row._replace(where=False)
            open_ = open_ or truth is None
        return row._replace(where=None) if open_ and row.belongs is True else row

    def _rejected(self, spec: Mapping[str, Any], link: Link, might_belong: int) -> tuple[int, str]:
        """R and how it counts, after "leave out": 0 within the limit, held beyond it."""
        how, up_to = spec["when_rejected"]["how"], spec["when_rejected"].get("up_to")
        if how != LEAVE_OUT:
            return might_belong, how
        if might_belong and up_to is not None:
            limit = Fraction(int(up_to["n"]), int(up_to["d"]))
            if len(self._standing.rejected(link.table)) > limit * self.rows.submitted[link.table]:
                return might_belong, HOLD
        return 0, HOLD

    def _window(self, node: Node, own: Spot) -> Value:
        """Worked out for all standing rows of the table at once."""
        place = (id(node), own.grain)
        if place not in self._windows:
            keys = self.keys(own.grain)

            def arguments(key: Key) -> WindowRow:
                return WindowRow(key, tuple(gather(node.args, lambda arg: self._node(arg, Spot(own.grain, key), None))))

            self._windows[place] = WINDOW[node.op](gather(keys, arguments), own_mask(node.params), node.params)
        return self._windows[place][own.key]


def _decided(op: str, args: list[Value]) -> int | None:
    """The argument that is the answer by itself, once these first arguments are known: its number; None to go on."""
    first, count = args[0], len(args)
    if op == "if" and count == 1 and first.state == KNOWN:
        return 1 if first.low else 2
    if op == "else" and count == 1:
        return 1 if first.state == NONE else 0
    if (op == "and" and args[-1] == NO) or (op == "or" and args[-1] == YES):
        return count - 1
    return None
