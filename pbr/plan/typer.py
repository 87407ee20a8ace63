"""Types a leaf expression: names to columns and steps, operations to nodes, with grain, presence and bounds checked.

One ``Typer`` serves one step. ``own`` is the row of the step's grain; ``counted`` is the row being added up while inside an
aggregate.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from pbr.language import printer
from pbr.language.tree import Aggregate, Date, Name, Number, Operation, Quoted, Syntax, YesNo
from pbr.language.types import NONE, NOT_YET, UNKNOWN, Type
from pbr.plan import shapes
from pbr.plan.naming import CONTRACT, Hop, World
from pbr.plan.node import Node, Shape
from pbr.plan.operations import OPERATIONS
from pbr.plan.plan import Reason
from pbr.plan.presence import identity as identity
from pbr.plan.presence import proved as proved
from pbr.plan.quantities import of_number
from pbr.plan.spelling import closest
from pbr.plan.trouble import Mistake, Silent

ITEMS = ("spans", "facts", "outcomes", "measures", "payments")  # what an expression reads as a named item
_NAMES = "Names are the parameters, columns, facts, outcomes and measures of this contract; a code that is no single word is quoted."
OF_DAYS = ("days_in", "day_reaches", "day_lasted")  # read out of a span, which the row has already
MOST_REASONS = 60  # bits of a BIGINT mask


class Typer:
    """``held`` and ``rejected``: what the item says for aggregates (None: the operation's default). ``reports``: nothing is paid by it, so
    it may leave rejected rows out without a limit where none may be missing.

    ``existing``: identities of leaves proved to exist by what surrounds the expression (a cohort's ``only``, ``only_if``).
    """

    def __init__(
        self,
        world: World,
        own: str,
        *,
        counted: str | None = None,
        held: str | None = None,
        rejected: dict[str, Any] | None = None,
        existing: frozenset[str] = frozenset(),
        columns_only: str = "",
        reports: bool = False,
        once: str | None = None,
    ) -> None:
        self.world, self.own, self.counted = world, own, counted
        self.held, self.rejected, self.existing = held, rejected, existing
        self.reports = reports
        self.once = once  # the date column of the own rows by which an event belongs to the first that it counts for
        self.columns_only = columns_only  # why named items may not be read here; empty: they may
        self.reasons: list[Reason] = []

    # ---- building nodes -----------------------------------------------------------------------------------------
    def reason(self, kind: str, what: str) -> int:
        """The bit of a reason of this step, made when new."""
        reason = Reason(kind, what)
        if reason not in self.reasons:
            if len(self.reasons) >= MOST_REASONS:
                raise Mistake(
                    "PBR341",
                    f"This reads more than {MOST_REASONS} different things that may be unknown.",
                    "Name a part of it as a fact of its own.",
                )
            self.reasons.append(reason)
        return self.reasons.index(reason)

    def make(
        self, op: str, type_: Type, args: tuple[Node, ...] = (), params: dict[str, Any] | None = None, shape: Shape | None = None, phrase: str = "",
        *, cause: bool = False, ranged: bool = False,
    ) -> Node:  # fmt: skip
        """A node whose absences follow from its arguments: strict, unless ``type_`` already says otherwise.

        ``cause``: the node can itself be why a value is unknown. ``ranged``: the operation passes ranges on.
        """
        assert op in OPERATIONS, op
        absent = set(type_.absent)
        if cause or any(UNKNOWN in arg.type.absent or (arg.type.ranged and not ranged) for arg in args):
            absent.add(UNKNOWN)
        is_range = type_.ranged or (ranged and type_.numeric and any(arg.type.ranged for arg in args))
        full = Type(type_.kind, type_.per, type_.codes, type_.names, frozenset(absent), is_range)
        return Node(op, full, args, params or {}, shape, phrase)

    def literal(self, type_: Type, value: Any, phrase: str, name: str = "") -> Node:
        params: dict[str, Any] = {"value": encode(type_, value)}
        if name:
            params["name"] = name
        shape = shapes.fits(shapes.literal(Fraction(value))) if type_.numeric else None
        return Node("literal", type_, (), params, shape, phrase)

    # ---- expressions --------------------------------------------------------------------------------------------
    def expression(self, syntax: Syntax) -> Node:
        """The node of ``syntax``. Raises ``Mistake`` placed at the smallest part that is wrong."""
        try:
            return self._expression(syntax)
        except Mistake as mistake:
            raise mistake.here(syntax) from None

    def _expression(self, syntax: Syntax) -> Node:
        if isinstance(syntax, Number):
            type_, value = of_number(syntax, self.world.sign)
            return self.literal(type_, value, printer.show(syntax))
        if isinstance(syntax, Date):
            return self.literal(Type("date"), syntax.text, syntax.text)
        if isinstance(syntax, YesNo):
            return self.literal(Type("truth"), syntax.value, "yes" if syntax.value else "no")
        if isinstance(syntax, Name):
            return self.single(self.name(syntax), syntax)
        if isinstance(syntax, Quoted):
            raise Mistake(
                "PBR311",
                f'"{syntax.text}" is a code, and nothing here is a code.',
                "Codes stand opposite a column of type code, in `in ( )`, after `has` and in [ ].",
            )
        if isinstance(syntax, Operation):
            from pbr.plan.operators import OPERATORS

            return OPERATORS[syntax.op](self, syntax)
        if isinstance(syntax, Aggregate):
            if syntax.op == "weigh":  # over the columns of one row, not over rows
                from pbr.plan.families import weigh

                return weigh(self, syntax)
            if syntax.op in OF_DAYS:
                from pbr.plan.days import day_of_span

                return day_of_span(self, syntax)
            if self.counted is not None:
                raise Mistake(
                    "PBR312",
                    "Something is added up inside something else that is added up.",
                    "Give the inner one a name as a fact of its own, and use the name here.",
                )
            if self.columns_only:
                raise Mistake(
                    "PBR313",
                    f"Nothing can be added up here: {self.columns_only}.",
                    "For a figure of many rows write `flag` with `per: contract`, or `per` a cohort: it is worked out after the rows. "
                    "A check on single rows uses the columns of the row and of the rows it belongs to.",
                )
            from pbr.plan.aggregates import aggregate

            return aggregate(self, syntax)
        raise AssertionError(type(syntax))

    @staticmethod
    def single(node: Node, syntax: Name) -> Node:
        """A name that stands for one value. Raises Mistake for a span: many days."""
        if node.type.kind == "dayset":
            shown = printer.show(syntax)
            raise Mistake(
                "PBR800",
                f"`{shown}` is a set of days, and no single value.",
                f"Ask it something: `days in {shown}`, `day {shown} reaches 26 weeks`, `{shown} covers 3 months from DATE`.",
                syntax,
            )
        return node

    def settled_date(self, node: Node) -> Node:
        """A date used as a day: one that may be not yet becomes unknown when it is not there."""
        if NOT_YET not in node.type.absent:
            return node
        bit = self.reason("not yet", node.phrase)
        return self.make("certain", node.type.without(NOT_YET), (node,), {"reason": bit}, None, node.phrase, cause=True)

    def _nothing(self, type_: Type) -> str:
        """How a literal of a type is written, for hints."""
        zero = {"money": f"{self.world.sign}0.00", "percent": "0%", "points": "0 percentage points", "days": "0 days", "months": "0 months"}
        return zero.get(type_.kind, "0" if type_.numeric else {"truth": "no", "date": "2012-04-01"}.get(type_.kind, "CODE"))

    def strict(self, node: Node, syntax: Syntax) -> Node:
        """An operand that must be there: ``none`` is a mistake, not yet becomes unknown."""
        if NONE in node.type.absent:
            shown = printer.show(syntax)
            raise Mistake("PBR320", f"`{shown}` may be none (there is no such thing), so it cannot be used as it stands.",
                          f"Say what then: `exists({shown}) and ...`, `if exists({shown}) then ... else ...`, or `({shown} else {self._nothing(node.type)})`.", syntax)  # fmt: skip
        return self.settled_date(node)

    # ---- presence -----------------------------------------------------------------------------------------------
    @contextmanager
    def given(self, existing: frozenset[str]) -> Iterator[None]:
        before = self.existing
        self.existing = before | existing
        try:
            yield
        finally:
            self.existing = before

    # ---- names --------------------------------------------------------------------------------------------------
    def name(self, syntax: Name) -> Node:
        if syntax.parts[0] in self.world.parameters:
            self._not_both(syntax, "parameter")
            from pbr.plan.parameters import read_parameter

            return read_parameter(self, syntax)
        if syntax.keys is not None or syntax.on is not None:
            raise Mistake(
                "PBR314",
                f"`{syntax.parts[0]}` is not a parameter, so it has no [ ] and no `on`.",
                closest(syntax.parts[0], self.world.parameters, "Only a parameter with a card or with dated values takes them."),
            )
        if syntax.parts in (("term", "first_day"), ("term", "last_day")):
            day = self.world.first_day if syntax.parts[1] == "first_day" else self.world.last_day
            return self.literal(Type("date"), day, printer.show(syntax), name=".".join(syntax.parts))
        found = self.find(syntax)
        if found is None:
            raise self._unknown_name(syntax)
        return found

    def find(self, syntax: Name) -> Node | None:
        """The column or step a name means here, or None. Raises Mistake when it means two things."""
        shown = printer.show(syntax)
        if len(syntax.parts) == 2:
            table, column = syntax.parts
            if self.world.column_type(table, column) is None:
                return None
            found = self._ways(table, shown)
            return self._column(table, column, *found[0], shown) if found else None
        if len(syntax.parts) != 1:
            return None
        name = syntax.parts[0]
        holders = [(row, start) for row, start in self._rows() if self.world.column_type(start, name) is not None]
        if len(holders) == 2:
            raise Mistake(
                "PBR315",
                f"`{name}` is a column of {holders[0][1]} and of {holders[1][1]}.",
                f"Write `{holders[0][1]}.{name}` or `{holders[1][1]}.{name}`.",
            )
        if holders:
            if self.world.declared.get(name) in ITEMS:
                self._not_both(syntax, self.world.declared[name].removesuffix("s"))
            row, start = holders[0]
            return self._column(start, name, row, (), shown)
        if self.world.declared.get(name) in ITEMS:
            return self._item(name, shown)
        return None

    def _not_both(self, syntax: Name, kind: str) -> None:
        """Refuses a bare name that is a column here and a named item or parameter as well."""
        if len(syntax.parts) != 1 or syntax.keys is not None:
            return
        name = syntax.parts[0]
        for _, start in self._rows():
            if self.world.column_type(start, name) is not None:
                raise Mistake(
                    "PBR303",
                    f"`{name}` is a column of {start}, and a {kind} of this contract as well.",
                    "Rename one of them, so that it is plain which is meant.",
                    syntax,
                )

    def _rows(self) -> list[tuple[str, str]]:
        if self.earlier and self.counted is not None:
            return [("counted", self.counted)]
        own = [("own", self.own)]
        return [("counted", self.counted), *own] if self.counted is not None else own

    def _ways(self, goal: str, shown: str) -> list[tuple[str, tuple[Hop, ...]]]:
        """The rows in scope that have one row of ``goal``, the counted row first, each with the way there."""
        found = [(row, path) for row, start in self._rows() if (path := self.world.path(start, goal)) is not None]
        if len(found) == 2 and self.many_to_many and goal != CONTRACT and all(path for _, path in found):
            raise Mistake(
                "PBR315",
                f"`{shown}` could be read from the row of {self.counted} or from the row of {self.own}, and they may have different ones.",
                f"Name it as a fact of {self.counted} or of {self.own}, and use the fact here.",
            )
        return found

    def _column(self, table: str, column: str, row: str, path: tuple[Hop, ...], shown: str) -> Node:
        type_ = self.world.column_type(table, column)
        assert type_ is not None
        identity = f"{row}:{table}.{column}"
        if identity in self.existing:
            type_ = type_.without(NONE)
        if any(hop[0] == "cohort" and hop[1] not in self.world.total for hop in path):
            type_ = type_.also(UNKNOWN)
        params: dict[str, Any] = {"table": table, "column": column, "row": row, "via": [list(hop) for hop in path]}
        if UNKNOWN in type_.absent:
            params["reason"] = self.reason("missing", f"{table}.{column}")
        declared = self.world.tables.get(table)
        shape = declared.column(column).shape if declared is not None else None
        return Node("column", type_, (), params, shape, shown)

    def _item(self, name: str, shown: str) -> Node:
        if self.columns_only:
            raise Mistake(
                "PBR313", f"`{name}` cannot be read here: {self.columns_only}.", "Use the columns of the row and of the rows it belongs to."
            )
        step = self.world.steps.get(name)
        if step is None:
            raise Silent
        if self.counted is not None and name in self.world.seen_early:
            raise Mistake("PBR316", f"`{name}` may be seen as yes before a no is final, so adding it up counts people too recent to have failed.",
                          f"Give `{name}` one day for yes and no alike (`settles: DAY`).")  # fmt: skip
        found: list[tuple[str, tuple[Hop, ...]]] = (
            [("own", ())] if step.grain == self.own and not self.earlier else self._ways(step.grain, shown)
        )
        if not found:
            raise Mistake("PBR317", f"`{name}` has one value per {step.grain}, and {self._rows()[0][1]} has no single {step.grain}.",
                          f"Add it up ({self._summed(name, step.grain, step.type)}), or state it per {self.own}.")  # fmt: skip
        row, path = found[0]
        type_ = step.type
        identity = f"{row}:{name}"
        if step.within is not None and not (row == "own" and self.within == step.within) and self.counted_subset != step.within:
            raise Mistake(
                "PBR318",
                f"`{name}` exists only for {step.grain} in {step.within}.",
                f"State this per {step.grain} in {step.within}, or count over {step.within}.",
            )
        if identity in self.existing:
            type_ = type_.without(NONE)
        if any(hop[0] == "cohort" and hop[1] not in self.world.total for hop in path):
            type_ = type_.also(UNKNOWN)
        params: dict[str, Any] = {"step": name, "table": step.grain, "row": row, "via": [list(hop) for hop in path]}
        if UNKNOWN in type_.absent or type_.ranged:
            params["reason"] = self.reason("item", name)
        return Node("item", type_, (), params, step.node.shape, shown)

    @staticmethod
    def _summed(name: str, grain: str, type_: Type) -> str:
        if type_.kind == "truth":
            return f"`any {grain} where {name}`, `share of {grain} where {name}`"
        return f"`sum of {name} over {grain}`" if type_.numeric else f"`count different {name} over {grain}`"

    within: str | None = None
    counted_subset: str | None = None
    earlier = False  # the counted rows are groups of the own row's cohort: every name is theirs
    many_to_many = False  # the counted rows are matched to the own row, not part of it

    def _unknown_name(self, syntax: Name) -> Mistake:
        shown = printer.show(syntax)
        if self.world.declared.get(syntax.parts[0]) == "data" and syntax.parts[0] not in self.world.tables:
            raise Silent  # said where the table is
        kind = self.world.declared.get(shown)
        if kind in ("data", "cohorts"):
            what = "table" if kind == "data" else "cohort"
            return Mistake("PBR319", f"`{shown}` is a {what}: many rows, and no single value.", f"Count or add up its rows: `count of {shown}`, `any {shown} where (...)`.", syntax)  # fmt: skip
        near = [*self.world.declared, *self.world.parameters]
        for _, start in self._rows():
            table = self.world.tables.get(start)
            near += [column.name for column in table.columns] if table else []
        if len(syntax.parts) == 2 and syntax.parts[0] in self.world.tables:
            table = self.world.tables[syntax.parts[0]]
            names = [column.name for column in table.columns]
            if syntax.parts[1] in names:
                return Mistake("PBR317", f"`{shown}` cannot be read from a row of {self.own}: it has no single row of {table.name}.",
                               f"Add it up: `count of {table.name} where (...)`, `any {table.name} where (...)`, `sum of ... over {table.name}`.", syntax)  # fmt: skip
            return Mistake("PBR319", f"{table.name} has no column `{syntax.parts[1]}`.", closest(syntax.parts[1], names), syntax)
        if len(syntax.parts) == 2 and self.world.column_type(*syntax.parts) is not None:
            group = syntax.parts[0]
            return Mistake("PBR317", f"`{shown}` cannot be read from a row of {self.own}: it has no single group of {group}.",
                           f"A row has a group of each cohort of its table or of a table it belongs to, and a group has the one group of {group} that all its days lie in.", syntax)  # fmt: skip
        if self.own != CONTRACT and len(syntax.parts) == 1:
            owners = [table.name for table in self.world.tables.values() if any(c.name == syntax.parts[0] for c in table.columns)]
            if owners:
                near = [owner for owner in owners if any(self.world.path(start, owner) is not None for _, start in self._rows())]
                hint = (
                    f"Write `{near[0]}.{shown}`."
                    if near
                    else f"Add it up over {owners[0]}: `any {owners[0]} where (...)`, `sum of ... over {owners[0]}`."
                )
                return Mistake("PBR319", f"There is no `{shown}` on a row of {self._rows()[0][1]}; it is a column of {', '.join(owners)}.", hint, syntax)  # fmt: skip
        return Mistake("PBR319", f"Nothing here is called `{shown}`.", closest(syntax.parts[0], near, _NAMES), syntax)


def encode(type_: Type, value: Any) -> Any:
    """A value as plan JSON (``literal`` in the operations table)."""
    if value is None:
        return None
    if type_.numeric:
        value = Fraction(value)
        return {"n": str(value.numerator), "d": str(value.denominator)}
    return list(value) if type_.kind == "codes" else value
