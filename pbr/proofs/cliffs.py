"""Cliffs: a threshold on something added up, at which one row more or fewer moves a payment by more than a stated sum.

The plan bounds every leap (``plan.bounding.jumps``). Where the bound is too large, two tables are looked for that differ in one row, or
in one cell, and whose payments differ by more than the sum: they are run, and shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from pbr.plan.bounding import Bounds
from pbr.plan.bounding.jumps import Jumps
from pbr.plan.node import Node
from pbr.plan.plan import Payment, Plan
from pbr.plan.spoken import spoken
from pbr.proofs.proof import COUNTEREXAMPLE, NOT_DECIDED, PROVED, Proof
from pbr.proofs.search import Search
from pbr.proofs.showing import pounds, show_pair
from pbr.proofs.steps import Steps, far, smallest
from pbr.proofs.tables import Family, Tables
from pbr.proofs.trying import Tried
from pbr.terms.source import Source

DEFAULT = 1_000_000  # minor units: 10,000.00
_SHARP = 30  # copies of a family: where more rows make the step smaller, some of it was the worth of a row
_FEW, _MANY = 60, 600  # rows of the tables that are grown, for a line of a row and for one over rows
_Pair = tuple[Tried, Tried]


def cliffs(
    plan: Plan, bounds: Bounds, search: Search, worked: Callable[[], Iterable[Tried]], source: Source, most: int, *, stated: bool
) -> Iterable[Proof]:
    """One proof for each payment of money. ``most``: minor units that a threshold may move. ``worked``: tables that the author gives."""
    for payment in plan.payments:
        if payment.form != "factor":
            yield _cliff(plan, bounds, search, worked, source, payment, most, stated)


def _cliff(
    plan: Plan, bounds: Bounds, search: Search, worked: Callable[[], Iterable[Tried]], source: Source, payment: Payment, most: int, stated: bool
) -> Proof:  # fmt: skip
    on_a_row = any(table.name == payment.grain for table in plan.tables)
    jumps = Jumps(bounds, not on_a_row)
    leap = jumps.jump(plan.step(payment.amount).node)
    sum_ = None if leap is None else leap.__floor__()
    claim = f"no threshold on a quantity moves a line of `{payment.name}` by more than {pounds(plan, most)}"
    proof = Proof("cliffs", payment.name, source.place("payments", payment.name), claim, PROVED, stated=stated)
    if sum_ is not None and sum_ <= most:
        return replace(proof, why=f"at most {pounds(plan, sum_)} at any threshold" if sum_ else "there is none that moves it", sum=sum_)
    where = next((spoken(_asked(plan, node)) for gap, node, _ in jumps.where if gap is None or gap > most), "")
    step, pair = on_a_row, None
    for step in (on_a_row, not on_a_row):  # a cell of a row of its own; or one row more or fewer of what is added up
        pair = (
            Steps(search, worked(), payment, most, sum_).pair()
            if step
            else _neighbours(search, payment, most, sum_, _FEW if on_a_row else _MANY)
        )
        if pair is not None:
            break
    if pair is None:
        moved = (
            f"it may move by as much as {pounds(plan, sum_)}" if sum_ is not None else "how far it may move has no bound that can be seen"
        )
        return replace(
            proof, answer=NOT_DECIDED, why=f"{moved}{f' at `{where}`' if where else ''}; no two tables were found that show it", sum=sum_
        )
    before, after = (one.paid([payment.name]) for one in pair)
    by = smallest(plan, *pair) if step else "one row"
    moved = f"{by} moves it by {pounds(plan, abs(after - before))}" + (f", at `{where}`" if where else "")
    return replace(proof, answer=COUNTEREXAMPLE, why=moved, sum=abs(after - before), shown=show_pair(plan, *pair, [payment.name]))


def _asked(plan: Plan, node: Node) -> Node:
    """The condition itself, where a step names it."""
    while node.op == "item" and plan.step(node.params["step"]).kind in ("condition", "hidden"):
        node = plan.step(node.params["step"]).node
    return node


def _neighbours(search: Search, payment: Payment, most: int, leap: int | None, rows: int) -> _Pair | None:
    """Two tables that differ in one row or cell, and whose payments differ by more than ``most``, and by no more than the leap."""
    names = [payment.name]
    best: tuple[int, _Pair] | None = None
    for size, sets, tried in search.multiplied(rows):
        if best is not None and size > _SHARP:
            break
        sure = [(one.paid(names), number) for number, one in enumerate(tried) if not one.held(names)]
        if not sure:
            continue
        (low, a), (high, b) = min(sure), max(sure)
        if high - low <= most:
            continue
        found = _walk(search, [[sets[b]] * k + [sets[a]] * (size - k) for k in range(size + 1)], names, most)
        if found is None:
            continue
        pair = _closer(search, *found, names, most)
        if pair is None:
            continue
        moved = abs(pair[1].paid(names) - pair[0].paid(names))
        if (leap is None or moved <= leap) and (best is None or moved * 10 < best[0] * 9):
            best = moved, pair
    return None if best is None else best[1]


def _walk(search: Search, path: list[list[tuple[Family, ...]]], names: list[str], most: int) -> _Pair | None:
    """Along a path of tables from one to another: the two neighbours with the largest step, found by halving."""
    cache: dict[int, Tried] = {}

    def at(k: int) -> Tried:
        if k not in cache:
            cache[k] = Tried(search.plan, search.tables(path[k]))
        return cache[k]

    low, high = 0, len(path) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if abs(at(middle).paid(names) - at(low).paid(names)) >= abs(at(high).paid(names) - at(middle).paid(names)):
            high = middle
        else:
            low = middle
    pair = at(low), at(high)
    if any(one.held(names) for one in pair) or abs(pair[1].paid(names) - pair[0].paid(names)) <= most:
        return None
    return pair


def _closer(search: Search, before: Tried, after: Tried, names: list[str], most: int) -> _Pair | None:
    """From one table to the other by changing one cell, taking one row away or adding one at a time: the neighbours that leap."""
    last = before
    for tables in _edits(search.plan, before.tables, after.tables):
        try:
            now = Tried(search.plan, tables)
            if now.held(names):
                continue
            leap = abs(now.paid(names) - last.paid(names))
        except (ValueError, KeyError):  # a row on the way that no file could hold
            continue
        if leap > most and now.tables.complete_to == last.tables.complete_to and _lines(now, names) == _lines(last, names):
            grain = next(payment.grain for payment in search.plan.payments if payment.name in names)
            if not far(search.plan, grain, last, now):
                return last, now
        last = now
    return None


def _lines(tried: Tried, names: list[str]) -> list[tuple[str, ...]]:
    """Which lines there are: that one comes or goes with its row is no leap."""
    return sorted(line.key for line in tried.lines_of(names))


def _edits(plan: Plan, before: Tables, after: Tables) -> Iterable[Tables]:
    late = max(before.complete_to, after.complete_to)
    here = {name: list(rows) for name, rows in before.records.items()}
    yield Tables({name: tuple(rows) for name, rows in here.items()}, late)
    order = [table.name for table in plan.tables]
    for name in reversed(order):  # children first: a row that belongs nowhere would be rejected
        keys = plan.table(name).key
        wanted = {tuple(row[key] for key in keys) for row in after.records[name]}
        for row in [row for row in here[name] if tuple(row[key] for key in keys) not in wanted]:
            here[name].remove(row)
            yield Tables({table: tuple(rows) for table, rows in here.items()}, late)
    for name in order:
        keys = plan.table(name).key
        mine = {tuple(row[key] for key in keys): number for number, row in enumerate(here[name])}
        for row in after.records[name]:
            number = mine.get(tuple(row[key] for key in keys))
            if number is None:
                here[name].append(row)
                yield Tables({table: tuple(rows) for table, rows in here.items()}, late)
                continue
            for column, cell in row.items():
                if here[name][number][column] != cell:
                    here[name][number] = {**here[name][number], column: cell}
                    yield Tables({table: tuple(rows) for table, rows in here.items()}, late)
