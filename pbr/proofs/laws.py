"""``laws:`` what authors state of their payments: proved where the plan allows, else tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from pbr.plan.bounding import Bounds, Interval
from pbr.plan.bounding.bounds import NOTHING, Known
from pbr.plan.bounding.directions import DOWN, STILL, UP, Directions
from pbr.plan.naming import CONTRACT
from pbr.plan.node import Node
from pbr.plan.plan import Plan
from pbr.plan.spelling import closest
from pbr.problem import Place, Problem
from pbr.proofs.items import falls_with
from pbr.proofs.maximum import least, most, own_lines, sums
from pbr.proofs.proof import COUNTEREXAMPLE, NOT_DECIDED, PROVED, Proof
from pbr.proofs.search import Search
from pbr.proofs.showing import pounds, show, show_pair
from pbr.proofs.standing import rows_stand, sum_moves_with_lines
from pbr.proofs.stating import sum_of, world_of
from pbr.proofs.trying import Tried, with_record
from pbr.terms import models
from pbr.terms.loading import Loaded

_KINDS = ("never_pays_more_than", "never_pays_less_than", "monotone_in", "at_most_one_pays")


class Laws:
    """Reads and tries each law. What cannot be read goes to ``problems``."""

    def __init__(self, loaded: Loaded, plan: Plan, bounds: Bounds, search: Search, problems: list[Problem]) -> None:
        self.loaded, self.plan, self.bounds, self.search, self.problems = loaded, plan, bounds, search, problems
        self.money = [payment.name for payment in plan.payments if payment.form != "factor"]

    def proofs(self) -> Iterable[Proof]:
        for number, law in enumerate(self.loaded.contract.laws):
            place = self.loaded.source.place("laws", number)
            found = self._law(law, place, f"law {number + 1}")
            if found is not None:
                yield found

    def _problem(self, code: str, says: str, hint: str, place: Place) -> None:
        self.problems.append(self.loaded.source.problem(code, says, hint, place))

    def _law(self, law: models.Law, place: Place, name: str) -> Proof | None:
        told = [kind for kind in _KINDS if getattr(law, kind) is not None]
        if len(told) != 1:
            self._problem("PBR935", f"This law states {len(told)} things; a law states one.", f"Write one of {', '.join(_KINDS)}.", place)
            return None
        if (law.direction is not None) != (told[0] == "monotone_in") or (
            law.direction is not None and law.direction.text not in ("rising", "falling")
        ):
            at = law.direction.place if law.direction is not None else place
            self._problem(
                "PBR935",
                "`direction` goes with `monotone_in`, and is rising or falling.",
                "Write {monotone_in: rate, direction: rising}.",
                at,
            )
            return None
        names = self._payments(law.at_most_one_pays or law.of)
        per = self._per(law.per)
        if names is None or per is None:
            return None
        proof = Proof("laws", name, place, "", NOT_DECIDED, stated=True)
        if law.never_pays_more_than is not None or law.never_pays_less_than is not None:
            return self._limit(proof, law, names, per)
        if law.at_most_one_pays is not None:
            return self._one_of(replace(proof, claim=f"at most one of {_listed(names)} pays per {per}"), names, per)
        return self._monotone(proof, law, names)

    # ---- what a law names ----------------------------------------------------------------------------------------
    def _payments(self, leaves: list[models.Scalar] | None) -> list[str] | None:
        for leaf in leaves or []:
            if leaf.text not in self.money:
                self._problem(
                    "PBR933", f"`{leaf.text}` is not a payment of money in this contract.", closest(leaf.text, self.money), leaf.place
                )
                return None
        return [leaf.text for leaf in leaves] if leaves is not None else self.money

    def _per(self, leaf: models.Scalar | None) -> str | None:
        if leaf is None:
            return CONTRACT
        grains = [CONTRACT, *(table.name for table in self.plan.tables), *(c.name for c in self.plan.cohorts if c.groups)]
        if leaf.text not in grains:
            self._problem("PBR933", f"There is no table or group `{leaf.text}`.", closest(leaf.text, grains), leaf.place)
            return None
        return leaf.text

    # ---- sums ----------------------------------------------------------------------------------------------------
    def _limit(self, proof: Proof, law: models.Law, names: Sequence[str], per: str) -> Proof | None:
        leaf = law.never_pays_more_than or law.never_pays_less_than
        assert leaf is not None
        limit = sum_of(self.plan, self.loaded.source, leaf, self.problems)
        if limit is None or not self._leads(names, per, leaf.place):
            return None
        more = law.never_pays_more_than is not None
        claim = f"{_listed(names)} never {'pays' if len(names) == 1 else 'pay'} {'more' if more else 'less'} than {leaf.text} per {per}"
        proof = replace(proof, claim=claim)
        if law.of is None:  # everything that is paid: with the lines that steps of the statement have of their own
            names = [*names, *own_lines(self.plan, names, per)]
        bound = most(self.plan, self.bounds, names, per) if more else least(self.plan, self.bounds, names, per)
        if bound is not None and (bound <= limit if more else bound >= limit):
            return replace(proof, answer=PROVED, why=f"at {'most' if more else 'least'} {pounds(self.plan, bound.__floor__())}")

        def breaks(tried: Tried) -> bool:
            return any((sum_ > limit if more else sum_ < limit) and not held for sum_, held in sums(tried, names, per).values())

        return self._tried(proof, names, breaks, "" if bound is None else f"what can be proved is {pounds(self.plan, bound.__floor__())}; ")

    def _leads(self, names: Sequence[str], per: str, place: Place) -> bool:
        world = world_of(self.plan)
        for payment in self.plan.payments:
            if payment.name in names and world.path(payment.grain, per) is None:
                says = f"`{payment.name}` has a line per {payment.grain}, and no way leads from there to one row of {per}."
                self._problem("PBR933", says, "Name a table that its rows belong to, or say of which payments (`of`).", place)
                return False
        return True

    def _tried(self, proof: Proof, names: Sequence[str], breaks: Callable[[Tried], bool], said: str) -> Proof:
        for size in (0, 1, 3, 10, 30):
            for tried in self._tables(size):
                if breaks(tried):
                    return replace(proof, answer=COUNTEREXAMPLE, why="these rows break it", shown=show(self.plan, tried, names))
        return replace(proof, why=f"{said}no rows were found that break it")

    def _tables(self, size: int) -> Iterable[Tried]:
        """The tables of the search, the smallest first; or so many copies of each kind of family."""
        if size == 0:
            yield from sorted(self.search.tried, key=lambda tried: tried.tables.size)
        else:
            yield from (Tried(self.plan, self.search.tables([one] * size)) for _, sets in self.search.kinds for one in sets)

    # ---- at most one ---------------------------------------------------------------------------------------------
    def _one_of(self, proof: Proof, names: Sequence[str], per: str) -> Proof | None:
        if not self._leads(names, per, proof.place or Place("")):
            return None
        amounts = [self.plan.step(next(p.amount for p in self.plan.payments if p.name == name)) for name in names]
        same = all(step.grain == per for step in amounts)
        pairs = [(a.node, b.node) for number, a in enumerate(amounts) for b in amounts[number + 1 :]]
        if same and all(self._apart(a, b) for a, b in pairs):
            return replace(proof, answer=PROVED, why="the condition of each shuts out the others")

        def breaks(tried: Tried) -> bool:
            paying: dict[tuple[str, ...], int] = {}
            for name in names:
                for key, (sum_, _) in sums(tried, [name], per).items():
                    paying[key] = paying.get(key, 0) + (sum_ > 0)
            return any(count > 1 for count in paying.values())

        return self._tried(proof, names, breaks, "")

    def _apart(self, a: Node, b: Node) -> bool:
        return all(_not_positive(self.bounds, b, known) for known in _where_positive(self.bounds, a, NOTHING))

    # ---- monotone ------------------------------------------------------------------------------------------------
    def _monotone(self, proof: Proof, law: models.Law, names: Sequence[str]) -> Proof | None:
        assert law.monotone_in is not None and law.direction is not None
        text, rising = law.monotone_in.text, law.direction.text == "rising"
        table_name, _, column_name = text.rpartition(".")
        columns = [(t.name, c.name) for t in self.plan.tables for c in t.columns if c.name == column_name and table_name in ("", t.name)]
        step = next((step for step in self.plan.steps if step.name == text and step.kind in ("fact", "outcome", "measure")), None)
        if step is None and len(columns) != 1:
            known = [
                *(s.name for s in self.plan.steps if "." not in s.name),
                *(f"{t.name}.{c.name}" for t in self.plan.tables for c in t.columns),
            ]
            self._problem("PBR933", f"`{text}` is no item and no column of one table.", closest(text, known), law.monotone_in.place)
            return None
        type_ = step.type if step is not None else self.plan.table(columns[0][0]).column(columns[0][1]).type
        if not type_.numeric and type_.kind not in ("truth", "date"):
            says = f"`{text}` is {type_.phrase}, of which there is no more or less."
            self._problem("PBR933", says, "Name a number, a date, or an answer yes or no.", law.monotone_in.place)
            return None
        verb = f"{'fall' if rising else 'rise'}{'s' if len(names) == 1 else ''}"
        proof = replace(proof, claim=f"{_listed(names)} never {verb} when `{text}` rises")
        target = ("item", step.name) if step is not None else ("column", columns[0])
        if self._proved_monotone(names, target, UP if rising else DOWN):
            return replace(proof, answer=PROVED, why="by the way each operation moves")
        if step is not None:
            found = falls_with(self.plan, self.search, step, names, rising)
            why = "the way each operation moves does not show it, and no rows were found that break it"
            if found is None:
                return replace(proof, why=why)
            shown = show_pair(self.plan, *found, list(names))
            return replace(
                proof, answer=COUNTEREXAMPLE, why=f"`{text}` is raised by one cell, and nothing else that they read", shown=shown
            )
        return self._try_column(proof, names, columns[0], rising)

    def _proved_monotone(self, names: Sequence[str], target: tuple[str, object], wanted: str) -> bool:
        def moves(node: Node) -> bool:
            if node.op == "item":
                return target == ("item", node.params["step"])
            return node.op == "column" and target == ("column", (node.params["table"], node.params["column"]))

        ways = Directions(self.bounds, moves)
        if not rows_stand(self.plan, ways, target) or not sum_moves_with_lines(self.plan, ways, target, names):
            return False
        amounts = [payment.amount for payment in self.plan.payments if payment.name in names]
        return all(ways.step(amount) in (wanted, STILL) for amount in amounts)

    def _try_column(self, proof: Proof, names: Sequence[str], column: tuple[str, str], rising: bool) -> Proof:
        table, name = column
        declared = self.plan.table(table).column(name)
        for tried in sorted(self.search.tried, key=lambda one: one.tables.size):
            for number, record in enumerate(tried.tables.records[table]):
                for _ in range(3):
                    other = self.search.maker.cell(self.plan.table(table), declared, self.search.maker.bases()[0], 0.0)
                    if record[name] is None or other is None or other == record[name]:
                        continue
                    changed = Tried(self.plan, with_record(tried.tables, table, number, {**record, name: other}))
                    low, high = (tried, changed) if other > record[name] else (changed, tried)
                    if low.held(names) or high.held(names):
                        continue
                    if (high.paid(names) < low.paid(names)) if rising else (high.paid(names) > low.paid(names)):
                        return replace(
                            proof, answer=COUNTEREXAMPLE, why="one cell is raised", shown=show_pair(self.plan, low, high, list(names))
                        )
        return replace(proof, why="no rows were found that break it")


def _where_positive(bounds: Bounds, node: Node, known: Known) -> list[Known]:
    """What is known where a sum is more than nothing: one for each way to it."""
    high = (bounds.node(node, known).number or Interval()).high
    if high is not None and high <= 0:
        return []
    if node.op == "if":
        found = []
        for answer, side in ((True, node.args[1]), (False, node.args[2])):
            told = bounds.given(node.args[0], answer, known)
            if told is not None:
                found += _where_positive(bounds, side, told)
        return found
    return [known]


def _not_positive(bounds: Bounds, node: Node, known: Known) -> bool:
    high = (bounds.node(node, known).number or Interval()).high
    return high is not None and high <= Fraction(0)


def _listed(names: Sequence[str]) -> str:
    ticked = [f"`{name}`" for name in names]
    return " and ".join([", ".join(ticked[:-1]), ticked[-1]] if len(ticked) > 1 else ticked)
