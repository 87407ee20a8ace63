"""The most that payments can come to for one row: proved from the plan, and shown by rows that reach it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from pbr.engine.record.rows import text_key
from pbr.plan.bounding import Bounds, Interval
from pbr.plan.naming import CONTRACT
from pbr.plan.node import Node
from pbr.plan.plan import Payment, Plan
from pbr.plan.then import TAKES, StatementStep
from pbr.proofs.search import Search
from pbr.proofs.stating import world_of
from pbr.proofs.trying import Tried


def most(plan: Plan, bounds: Bounds, names: Sequence[str], per: str) -> Fraction | None:
    """A bound, in minor units, on what the lines of these payments come to for one row of ``per``; None where there is none."""
    total: Fraction | None = Fraction(0)
    for payment in plan.payments:
        if payment.name in names and payment.form != "factor":
            one = _most_of(plan, bounds, payment, per)
            total = None if one is None or total is None else total + one
    own = False
    for cap in plan.then:
        if cap.one_sum and set(names) <= set(cap.over) and _together(plan, cap, names, per) is not None:
            total = Fraction(cap.amount) if total is None else min(total, Fraction(cap.amount))
        if cap.name not in names:
            continue
        if cap.kind in ("floor", "round") or (cap.kind == "net" and own):  # it may add; net may give back what one before it took
            total = None
        one_group = cap.per_name == CONTRACT or per != CONTRACT
        if cap.kind == "cap" and not cap.amount_step and one_group and _all_before(plan, cap, names):
            total = Fraction(cap.amount) if total is None else min(total, Fraction(cap.amount))
        own = True
    return total


def _all_before(plan: Plan, cap: StatementStep, names: Sequence[str]) -> bool:
    """Whether a step on a total reads every line of these names that there is before it."""
    later = {step.name for step in plan.then if step.name and step.number >= cap.number}
    return set(names) - later <= set(cap.over)


def own_lines(plan: Plan, names: Sequence[str], per: str) -> list[str]:
    """The steps with lines of their own of which each line belongs to one row of ``per``: all of them where that is the contract."""
    key = next((table.key for table in plan.tables if table.name == per), ())
    return [
        step.name
        for step in plan.then
        if step.name
        and (
            per == CONTRACT
            or (step.per_name != CONTRACT and (_together(plan, step, [name for name in names if name in step.over], per),) == key)
        )
    ]


def _together(plan: Plan, cap: StatementStep, names: Sequence[str], per: str) -> str | None:
    """The column of ``per`` by which lines of these payments are in one group of the cap, all that lead to one row of it; "" where
    there is one group of all lines. None where they may be in several."""
    if cap.per_name == CONTRACT:
        return ""
    groups, tables = dict(cap.per), {table.name: table for table in plan.tables}
    whose = tables.get(per)
    found = set()
    for payment in plan.payments:
        if payment.name in names and payment.form != "factor":
            node = plan.step(groups[payment.name]).node if payment.name in groups else None
            if whose is None or node is None or node.op != "column":
                return None
            table, column = tables.get(node.params["table"]), node.params["column"]
            link = table.parent if table is not None else None
            if link is not None and link.table == per and column in link.columns:
                table, column = whose, whose.key[link.columns.index(column)]  # its key, as its children have it
            if table is not whose:
                return None
            found.add(column)
    return found.pop() if len(found) == 1 else None


def least(plan: Plan, bounds: Bounds, names: Sequence[str], per: str) -> Fraction | None:
    """The same from below: caps never take below nothing, nor does a step on a total that reads every line before it."""
    for step in plan.then:
        if step.name in names and (step.kind == "round" or (step.kind in TAKES and (step.life or not _all_before(plan, step, names)))):
            return None
    total = Fraction(0)
    for payment in plan.payments:
        if payment.name in names and payment.form != "factor":
            low = (bounds.step(payment.amount).number or Interval()).low
            rows = _rows(plan, bounds, payment.grain, per)
            if low is None or (rows is None and low < 0):
                return None
            total += min(low, Fraction(0)) * (rows or 0)
    return total


def _most_of(plan: Plan, bounds: Bounds, payment: Payment, per: str) -> Fraction | None:
    high = (bounds.step(payment.amount).number or Interval()).high
    rows = _rows(plan, bounds, payment.grain, per)
    if high is not None and (rows is not None or high <= 0):
        return max(high, Fraction(0)) * (rows or 0)
    return _card(plan, payment, per) if high is not None else None


def _rows(plan: Plan, bounds: Bounds, grain: str, per: str) -> int | None:
    """How many lines at ``grain`` one row of ``per`` can have; None: as many as there are rows."""
    if grain in (per, CONTRACT):
        return 1
    made = plan.made_table(grain)
    if made is not None and made.table.parent is not None:
        parents = _rows(plan, bounds, made.table.parent.table, per)
        number = bounds.node(plan.step(made.rows).node.args[3]).number  # days_cut: days, after, every, at most
        return parents * number.high.__floor__() if parents is not None and number is not None and number.high is not None else None
    if per == CONTRACT:
        return next((len(cohort.groups) for cohort in plan.cohorts if cohort.name == grain and cohort.groups), None)
    return None


def _card(plan: Plan, payment: Payment, per: str) -> Fraction | None:
    """A tariff whose every line has a limit, for the row that its subject names: each price as often as it may be paid."""
    table = next((table for table in plan.tables if table.name == payment.grain), None)
    place = next((step for step in plan.steps if step.name == f"{payment.name}.place"), None)
    if payment.form != "tariff" or table is None or table.parent is None or table.parent.table != per or place is None:
        return None
    subject = place.node.args[-1]
    if subject.op != "column" or (subject.params["table"], (subject.params["column"],)) != (table.name, table.parent.columns):
        return None
    cards = {node.params["name"].rpartition(".")[2]: _column(node) for step in plan.steps for node in step.node.walk()
             if node.op == "lookup" and node.params["name"].startswith(f"{payment.name}.card.")}  # fmt: skip
    if any(cards.get("no_limit", {"": True}).values()):
        return None
    return sum((cards["price"][code] * times for code, times in cards["times"].items()), Fraction(0))


def _column(node: Node) -> dict[str, Fraction]:
    found = {}
    for key, value in node.params["rows"]:
        found[key[0]] = Fraction(int(value["n"]), int(value["d"])) if isinstance(value, dict) else Fraction(bool(value))
    return found


def sums(tried: Tried, names: Sequence[str], per: str) -> dict[tuple[str, ...], tuple[int, bool]]:
    """For each row of ``per``: what the lines of these payments that lead to it come to, and whether one of them is held."""
    plan, machine = tried.plan, tried.asked
    world = world_of(plan)
    found = {text_key(key): (0, False) for key in machine.keys(per)}
    ways = {payment.name: world.path(payment.grain, per) for payment in plan.payments}
    grains = {payment.grain for payment in plan.payments if payment.name in names}
    by_text = {grain: {text_key(key): key for key in machine.keys(grain)} for grain in grains}
    for line in tried.lines_of(names):
        if plan.adjustment(line.payment) is not None:  # named only where its key is that of the row
            key = text_key(()) if per == CONTRACT else line.key
            sum_, held = found.get(key, (0, False))
            found[key] = sum_ + (line.amount or 0), held or line.result == "held"
            continue
        way = ways.get(line.payment)
        if line.result == "sets" or way is None:
            continue
        there = machine.reached([list(hop) for hop in way], line.grain, by_text[line.grain][line.key])
        if there is not None:
            sum_, held = found.get(text_key(there), (0, False))
            found[text_key(there)] = sum_ + (line.amount or 0), held or line.amount is None
    return found


def largest(search: Search, names: Sequence[str], per: str) -> tuple[int, Tried] | None:
    """The most that any table tried comes to for one row of ``per``, and the smallest such table."""
    best: tuple[int, Tried] | None = None
    alone = (Tried(search.plan, search.tables([one])) for _, sets in search.kinds for one in sets)
    for tried in (*search.tried, *alone):
        for sum_, _ in sums(tried, names, per).values():
            if best is None or sum_ > best[0] or (sum_ == best[0] and tried.tables.size < best[1].tables.size):
                best = sum_, tried
    return best
