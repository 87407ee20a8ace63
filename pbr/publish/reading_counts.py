"""The unknowns behind what was counted over rows of people: how many rows, and of a condition how many yes, no and not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import Any

from pbr.disclosure.cells import Unknown
from pbr.plan.node import Node
from pbr.platform.sqltext import quote_name as quote
from pbr.publish.reading_forms import Lineage
from pbr.publish.reading_ledger import Ledger
from pbr.statement.reached import Reach, condition_item
from pbr.statement.stored import Trail


@dataclass(frozen=True)
class Counted:
    """Names of unknowns: ``rows`` that were counted; of a condition the answers; ``maybe``: rows of which it is not known whether they belong."""

    rows: str
    yes: str = ""
    no: str = ""
    open: str = ""
    maybe: str = ""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for name in (self.rows, self.yes, self.no, self.open, self.maybe) if name)

    def share(self, counts: tuple[int, int], unknowns: Mapping[str, Unknown]) -> Lineage:
        """How many of how many, by the parts that come to these two counts."""
        above = self._parts(counts[0], (self.yes,), unknowns) if self.yes else None
        below = self._parts(counts[1], (self.yes, self.no), unknowns) if self.yes else None
        return Lineage(None, None, self.names) if above is None or below is None else Lineage(above, below)

    def count(self, number: int, unknowns: Mapping[str, Unknown]) -> Lineage:
        form = self._parts(number, (self.yes,) if self.yes else (self.rows,), unknowns)
        return Lineage(None, None, self.names) if form is None else Lineage(form)

    def _parts(self, number: int, sure: tuple[str, ...], unknowns: Mapping[str, Unknown]) -> dict[str, Fraction] | None:
        """What is sure, and of what is not known as many parts as it takes; None where that does not come to the number (rows that were lost were counted too)."""
        extra = [name for name in ((self.open, self.maybe) if self.yes else (self.maybe,)) if name]
        for size in range(len(extra) + 1):
            for more in combinations(extra, size):
                parts = (*sure, *more)
                if sum(unknowns[name].value for name in parts) == number:
                    return dict.fromkeys(parts, Fraction(1))
        return None


@dataclass
class Counts:
    """``populations``: by table what was counted in it, with the unknowns of its rows and of those that may belong."""

    trail: Trail
    ledger: Ledger
    populations: dict[str, list[tuple[Reach, Counted]]] = field(default_factory=dict)

    def counted(self, rows: Reach, node: Node, stored: tuple[int, int] | None) -> Counted:
        """The unknowns of rows of people, made when they are first asked for. ``stored``: of a condition that no named value is, how many of how many."""
        whole = self._whole(rows)
        if not node.params["aggregate"].get("has_where"):
            return whole
        number, identity, where = self.ledger.table.unknowns[whole.rows].value, _identity(rows), _where(rows)
        item = condition_item(node)
        about: Any = item
        if item is not None and item in self.trail.columns(rows.table) and self.trail.plan.step(item).type.kind == "truth":
            tests = (quote(item), f"NOT {quote(item)}", f"{quote(item)} IS NULL")
            yes, no, left = self.trail.how_many_each(rows.table, tests, rows.members(), rows.values)
        elif stored is not None:
            yes, no = stored[0], (number if stored[1] < 0 else stored[1]) - stored[0]
            left, about = number - yes - no, node.args[-1].identity
        else:
            return whole
        if min(yes, no, left) < 0:
            return whole  # rows that were lost were counted too: the share is of no rows that are here
        label = item or "condition"
        names = []
        for word, value in (("yes", yes), ("no", no), ("open", left)):
            what = f"{rows.table}{_said(where)} where {label} is {'not known' if word == 'open' else word}"
            names.append(self.ledger.unknown((*identity, about, word), (rows.table, *where, label, word), value, what, zero=word != "open"))
        if self.ledger.first((*identity, about)):
            self.ledger.known({**dict.fromkeys(names, 1), whole.rows: -1}, 0, 0)
        return Counted(whole.rows, names[0], names[1], names[2], whole.maybe)

    def waits(self, rows: Reach, node: Node) -> Lineage:
        """What it gives away that a count or share is not known at all: that an answer or a member is open, where there is one."""
        counted = self.counted(rows, node, None)
        names = [name for name in (counted.open, counted.maybe) if name]
        if sum(self.ledger.table.unknowns[name].value for name in names) < 1:
            return Lineage()
        return Lineage(None, None, frozenset(), (self.ledger.relation(dict.fromkeys(names, 1), 1, None),))

    def amount(self, counted: Counted, value: Fraction, identity: object) -> Lineage:
        """A sum of something over people: an amount that belongs to them, in thousandths where it has parts."""
        scale = value.denominator
        if scale > 1000 or 1000 % scale:
            return Lineage(None, None, counted.names)
        scale = 1 if scale == 1 else 1000
        name = self.ledger.amount((identity, "amount"), (self.ledger.tail(counted.rows), "amount"), int(value * scale), counted.rows)
        return Lineage({name: Fraction(1, scale)})

    def _whole(self, rows: Reach) -> Counted:
        identity, where = _identity(rows), _where(rows)
        fresh = identity not in self.ledger.unknowns
        number = self.trail.how_many(rows.table, rows.members(), rows.values) if fresh else 0
        name = self.ledger.unknown(identity, (rows.table, *where), number, f"rows of {rows.table}{_said(where)}", zero=False)
        maybe = self._maybe(rows, where) if fresh else self.ledger.unknowns.get((*identity, "maybe"), "")
        if fresh:
            self.populations.setdefault(rows.table, []).append((rows, Counted(name, maybe=maybe)))
        return Counted(name, maybe=maybe)

    def _maybe(self, rows: Reach, where: list[str]) -> str:
        """Rows of which it is not known whether they belong to the cohort."""
        if rows.cohort is None or rows.cohort.member not in self.trail.columns(rows.table):
            return ""
        unsure = self.trail.how_many(rows.table, (*rows.where, f"{quote(rows.cohort.member)} IS NULL"), rows.values)
        if not unsure:
            return ""
        what = f"rows of {rows.table}{_said(where)} of which it is not known whether they belong"
        return self.ledger.unknown((*_identity(rows), "maybe"), (rows.table, *where, "maybe"), unsure, what, zero=False)


def _identity(rows: Reach) -> tuple[object, ...]:
    return (rows.table, rows.members(), tuple(str(value) for value in rows.values))


def _where(rows: Reach) -> list[str]:
    subset = [rows.cohort.name] if rows.cohort is not None and not rows.cohort.groups else []
    return [*map(str, rows.values), *subset]


def _said(where: list[str]) -> str:
    return f" ({', '.join(where)})" if where else ""
