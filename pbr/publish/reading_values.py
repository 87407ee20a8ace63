"""What aggregates of values over rows of people follow from: sums and means of how many have each value, any and every of how many are so.

Of a value that most do not have (a fee for those who were housed, and nothing for the others) it is few who are behind a sum over many. So those are counted of whom it is not nothing. What the run did not store row by row
cannot be counted again; those behind it are taken to be few, and a figure that follows from it is not shown. It helps to give the condition or the value a name in the contract.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from pbr.plan.node import Node
from pbr.publish.reading_conditions import constant_of, scale_of, stored_of, test_of
from pbr.publish.reading_counts import Counted, Counts, identity_of
from pbr.publish.reading_forms import Lineage, over
from pbr.publish.reading_ledger import Ledger
from pbr.publish.reading_results import Known, Terms
from pbr.statement.reached import Reach

MOST_VALUES: Final = 30  # different values that are taken to be a list of prices
FEW: Final = 3  # rows with each of them, on average, at least
MANY: Final = (
    20  # rows, at least, of which the values are taken to be a list: of fewer it would show in what is done whether they have the same
)
FINEST: Final = 1000  # parts of one in which sums are counted


@dataclass(frozen=True)
class Values:
    counts: Counts

    @property
    def ledger(self) -> Ledger:
        return self.counts.ledger

    def of(self, rows: Reach, node: Node, counted: Counted, value: Any, identity: tuple[object, ...]) -> Lineage:
        """What a known value follows from. ``counted``: the rows, and of those the ones that the condition chose."""
        if node.op in ("any", "every"):
            return self._answer(rows, node, counted, bool(value))
        if node.op == "count_different":
            return self._different(counted, int(value), identity)
        if node.op in ("sum", "mean", "median") and isinstance(value, Fraction):
            return self._numbers(rows, node, counted, value, identity)
        return self._unknown(rows, node, counted)  # one row's value: the least, the first, the day on which a sum was reached

    def _unknown(self, rows: Reach, node: Node, counted: Counted) -> Lineage:
        return Lineage(None, None, counted.names | {self.counts.hidden(rows, node.identity)})

    # ---- answers -----------------------------------------------------------------------------------------------------------

    def _answer(self, rows: Reach, node: Node, counted: Counted, answer: bool) -> Lineage:
        """Any: at least one is so, or none is. Every: none is not so, or at least one."""
        if node.op == "any":
            name = counted.yes if node.params["aggregate"].get("has_where") else counted.rows
        else:
            name = self._exceptions(rows, node)
            answer = not answer
        if not name or counted.hidden:
            return self._unknown(rows, node, counted)
        number = self.ledger.table.unknowns[name].value
        if answer != (number > 0):  # rows that were lost, or that are not known, were counted too
            return self._unknown(rows, node, counted)
        relation = self.ledger.relation({name: 1}, 1, None) if answer else self.ledger.relation({name: -1}, 0, None)
        return Lineage(None, None, frozenset(), (relation,))

    def _exceptions(self, rows: Reach, node: Node) -> str:
        """Those that were asked and are not so."""
        trail = self.counts.trail
        tests = [test_of(trail, rows.table, arg) for arg in node.args]
        if any(test is None for test in tests):
            return ""
        among = f" AND {tests[1]}" if len(tests) > 1 else ""
        (no,) = trail.how_many_each(rows.table, (f"NOT {tests[0]}{among}",), rows.members(), rows.values)
        what = f"rows of {rows.table} of which it is not so that {node.args[0].phrase or 'the condition holds'}"
        identity = (*identity_of(rows), *(arg.identity for arg in node.args), "exceptions")
        whole = self.ledger.unknowns[identity_of(rows)]
        new = identity not in self.ledger.unknowns
        name = self.ledger.unknown(identity, (rows.table, *map(str, rows.values), "exceptions"), no, what)
        if new:
            self.ledger.known({name: 1, whole: -1}, None, 0)
        return name

    # ---- numbers -----------------------------------------------------------------------------------------------------------

    def _different(self, counted: Counted, number: int, identity: tuple[object, ...]) -> Lineage:
        """How many different ones there are: no more than the rows. They may be people, and are taken to be."""
        of = counted.yes or counted.rows
        name = self.ledger.unknown(
            (identity, "different"),
            (self.ledger.tail(of), "different"),
            number,
            f"different ones among {self.ledger.table.unknowns[of].what}",
        )
        if self.ledger.table.unknowns[of].value >= number and self.ledger.first(("different", identity)):
            self.ledger.known({name: 1, of: -1}, None, 0)
        return Lineage(None, None, frozenset({name, *counted.names})) if counted.hidden else Lineage({name: Fraction(1)})

    def _numbers(self, rows: Reach, node: Node, counted: Counted, value: Fraction, identity: tuple[object, ...]) -> Lineage:
        if counted.hidden:
            return self._unknown(rows, node, counted)
        chosen = counted.yes or counted.rows
        each = constant_of(node.args[0])
        if each is not None:
            form: dict[str, Fraction] | None = {chosen: each}
        else:
            form = self._by_value(rows, node, chosen, identity)
        if form is None:
            return self._unknown(rows, node, counted)
        if node.op == "median":
            return Lineage(None, None, frozenset(form) | counted.names)
        whole = Lineage(form)
        found = whole if node.op == "sum" else over(whole, Lineage({chosen: Fraction(1)}))
        return found.checked(value, self.ledger.table.unknowns)

    def _by_value(self, rows: Reach, node: Node, chosen: str, identity: tuple[object, ...]) -> dict[str, Fraction] | None:
        """By value, how many have it; where nearly each has one of its own, what those have together who have any."""
        trail, ledger = self.counts.trail, self.ledger
        leaf, where = node.args[0], node.args[-1] if node.params["aggregate"].get("has_where") else None
        column, scale = stored_of(trail, rows.table, leaf), scale_of(trail, rows.table, leaf) if leaf.op in ("item", "column") else None
        test = None if where is None else test_of(trail, rows.table, where)
        if column is None or scale is None or (where is not None and test is None):
            return None
        tests = [*rows.members(), *([test] if test else []), f"{column} <> 0"]
        about = (*identity_of(rows), leaf.identity, where.identity if where is not None else "")
        spread = trail.spread(rows.table, column, tests, rows.values)
        found, some = spread.common(MOST_VALUES + 1), spread.rows()
        name = leaf.params.get("step") or leaf.params.get("column")
        what = f"rows of {rows.table} of which {name} is not nothing"
        behind = ledger.unknown((*about, "some"), (ledger.tail(chosen), str(name), "some"), some, what)
        apart = ledger.table.unknowns[chosen].value - some
        if ledger.first((*about, "some of")) and apart >= 0:
            ledger.known({behind: 1, chosen: -1}, None, 0)
        named = self._named(rows, leaf)
        if named is not None:
            stored, there = [value * scale for value in named if value], {int(text) for text, _ in found}
            found += [(str(value), 0) for value in stored if value.denominator == 1 and int(value) not in there]
            return self._listed(found, scale, behind, chosen, about, str(name), rows, named)
        if some >= MANY and len(found) <= MOST_VALUES and len(found) * FEW <= some:
            return self._listed(found, scale, behind, chosen, about, str(name))
        together, *ends = spread.ends()
        each = [Fraction(end, scale) for end in ends if end is not None]
        return self._amount(Fraction(together, scale), each, behind, identity)

    def _named(self, rows: Reach, leaf: Node) -> dict[Fraction, Known] | None:
        """The values of a named value that the terms make possible, where they alone make them; those too that nobody has. And what is known of a row with each."""
        if leaf.op != "item":
            return None
        plan = self.counts.trail.plan
        found = Terms(plan, rows.table).ways(plan.step(leaf.params["step"]).node)
        return found if found is not None and len(found) <= MOST_VALUES else None

    def _listed(
        self, found: list[tuple[Any, ...]], scale: int, behind: str, chosen: str, about: tuple[object, ...], name: str,
        rows: Reach | None = None, named: Mapping[Fraction, Known] | None = None,
    ) -> dict[str, Fraction]:  # fmt: skip
        """A list of prices: for each how many have it, and how many have none. ``named``: those that the terms make possible, and what is known of a row with each."""
        ledger = self.ledger
        form: dict[str, Fraction] = {}
        for place, (text, count) in enumerate(sorted((int(text), int(count)) for text, count in found), 1):
            what = f"rows with one value of {name}"
            form[ledger.unknown((*about, text), (ledger.tail(behind), f"value {place}"), count, what)] = Fraction(text, scale)
        if ledger.first((*about, "listed")):
            ledger.known({**dict.fromkeys(form, 1), behind: -1}, 0, 0)
            none = ledger.table.unknowns[chosen].value - ledger.table.unknowns[behind].value
            counted = {value: at for at, value in form.items()}
            if named is not None and Fraction(0) not in named and none == 0:  # the terms say that each has some
                ledger.known({behind: 1, chosen: -1}, 0, 0)
            elif none >= 0:
                nothing = ledger.unknown((*about, "none"), (ledger.tail(behind), "none"), none, f"rows of which {name} is nothing")
                ledger.known({nothing: 1, behind: 1, chosen: -1}, 0, 0)
                counted[Fraction(0)] = nothing
            if rows is not None and named is not None:
                self.counts.told += [(rows, counted[value], known) for value, known in named.items() if value in counted]
        return form

    def _amount(
        self, together: Fraction, each: Sequence[Fraction], behind: str, identity: tuple[object, ...]
    ) -> dict[str, Fraction] | None:
        """A sum that belongs to those who have any, in thousandths where it has parts. ``each``: the least and the most that one of them has, if anybody: who wants to find out is taken to know these."""
        if FINEST % together.denominator or any(FINEST % end.denominator for end in each):
            return None
        scale = 1 if together.denominator == 1 else FINEST
        name = self.ledger.amount((identity, "amount"), (self.ledger.tail(behind), "amount"), int(together * scale), behind)
        if each and self.ledger.first(("each", identity)):
            self.ledger.known({name: 1, behind: -each[0] * scale}, 0, None)
            self.ledger.known({name: 1, behind: -each[1] * scale}, None, 0)
        return {name: Fraction(1, scale)}
