"""Random statements over three payments, and what every line comes to after all steps, worked out by plain rules from section 16 of the language page.

The oracle works on known sums only. What is not known is tried with every value that could stand there.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from random_contracts import Case

from pbr.plan.build import build
from pbr.terms.loading import load_text

HEAD = """\
pbr: 1
contract: statements
title: Statements
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2020-01-01, to: 2020-12-31}
parameters:
  most: {by: rows.place, columns: [place, sum], rows: [[north, £9.00], [south, £30.00], [east, £0.00]]}
  sixth: {value: 1/6}
data:
  rows:
    one_row_per: id
    supplied_by: provider
    columns:
      id: {type: identifier}
      place: {type: code, one_of: [north, south, east]}
      rank: {type: whole number, at_least: 0, at_most: 9}
      on_day: {type: date}
      won: {type: yes or no, blank: unknown}
      fee: {type: money, at_least: £0.00, at_most: £20.00}
      swing: {type: money, at_least: "-£20.00", at_most: £20.00}
payments:
  base: {per: rows, pays: fee}
  bonus: {per: rows, only_if: won, pays: £7.77}
  swings: {per: rows, only_if: won, pays: swing, may_be: negative}
statement:
  then:
"""
NAMES = ("base", "bonus", "swings")
PER = ("contract", "place", "rank")
MODES = ("half up", "half even", "toward zero", "away from zero", "floor", "ceiling")
LIMITS = {"north": 900, "south": 3000, "east": 0}
Line = tuple[str, str]  # payment or step, key


@dataclass(frozen=True)
class Step:
    """A step as the oracle knows it; ``text`` as the contract writes it."""

    kind: str
    text: str
    over: tuple[str, ...]
    per: str
    name: str = ""
    amount: int | None = None
    share: Fraction | None = None
    unit: int = 1
    mode: str = ""
    whole: bool = False  # last_line: not at all
    order: tuple[str, ...] = ()
    of: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    case: Case
    steps: tuple[Step, ...]
    rows: tuple[dict[str, Any], ...]


def money(pence: int) -> str:
    return f'"{"-" if pence < 0 else ""}£{abs(pence) // 100}.{abs(pence) % 100:02d}"'


def make_statement(seed: int, most_rows: int = 6, chain: bool = False) -> Statement:
    """``chain``: every step is on the total of everything, so that each stands on the one before it."""
    r = random.Random(seed)
    rows = []
    for number in range(r.randint(0, most_rows)):
        day = date(2020, 1, 1) + timedelta(days=r.randint(0, 3))
        rows.append({"id": f"r{number}", "place": r.choice(list(LIMITS)), "rank": r.choice([0, 1, 1, 9]), "on_day": day, "won": r.choice([True, True, False, None]),
                     "fee": r.choice([0, 1, 333, 800, 2000]), "swing": r.choice([-2000, -333, 0, 250, 2000])})  # fmt: skip
    r.shuffle(rows)
    steps: list[Step] = []
    for number in range(1, r.randint(1, 5) + 1):
        steps.append(_on_total(r, number, steps, "contract", True) if chain else _step(r, number, steps))
    text = HEAD + "".join(f"    - {{{step.text}}}\n" for step in steps)
    loaded = load_text(text.encode(), "random.yaml")
    header = ["id", "place", "rank", "on_day", "won", "fee", "swing"]
    body = [[row["id"], row["place"], str(row["rank"]), row["on_day"].isoformat(), "" if row["won"] is None else "yes" if row["won"] else "no",
             money(row["fee"]).strip('"'), money(row["swing"]).strip('"')] for row in rows]  # fmt: skip
    return Statement(
        Case(seed, text, loaded, build(loaded), {"rows": [header, *body]}, {"rows": date(2021, 6, 30)}), tuple(steps), tuple(rows)
    )


def _step(r: random.Random, number: int, before: list[Step]) -> Step:
    per = r.choice(PER)
    earlier = [step.name for step in before if step.name and per in ("contract", step.per)]
    if r.random() < 0.4:
        over = tuple(r.sample(NAMES[:2], r.randint(1, 2)))
        by = tuple(r.sample(["on_day", "rank", "place"], r.randint(1, 2)))
        whole = r.random() < 0.3
        tail = f"per: {per}, allocate: by {' then '.join(by)}, last_line: {'not at all' if whole else 'in part'}"
        if r.random() < 0.5:
            own = r.random() < 0.3
            amount = None if own else r.choice([0, 500, 1111, 4000])
            figure = '"most[place].sum"' if own else money(amount or 0)
            return Step("cap", f"cap: {figure}, over: [{', '.join(over)}], {tail}", over, per, amount=amount, whole=whole, order=by)
        share, of = Fraction(r.choice([0, 30, 70, 99]), 100), r.choice(["all paid after this step", "all achieved"])
        others = tuple(name for name in (*NAMES, *earlier) if name not in over)
        text = f"mix: [{', '.join(over)}], at_most: {share * 100}%, of: {of}, {tail}"
        return Step("mix", text, over, per, share=share, whole=whole, order=by, of=of, others=others)
    return _on_total(r, number, before, per, r.random() < 0.3)


def _on_total(r: random.Random, number: int, before: list[Step], per: str, everything: bool) -> Step:
    earlier = [step.name for step in before if step.name and per in ("contract", step.per)]
    kind, name = r.choice(["cap", "floor", "deduct", "deduct", "net", "round"]), f"s{number}"
    over = tuple(r.sample([*NAMES, *earlier], r.randint(1, 3)))
    said = f"over: [{', '.join(over)}], "
    if everything:
        over, said = (*NAMES, *earlier), ""
    tail = f"{said}name: {name}, on: total of {per}"
    amount = r.choice([0, 500, 1111, 4000])
    if kind in ("cap", "floor") or (kind == "deduct" and r.random() < 0.4):
        return Step(kind, f"{kind}: {money(amount)}, {tail}", over, per, name, amount=amount)
    unit, mode = r.choice([1, 100]), r.choice(MODES)
    rounding = f'round: "1 {"penny" if unit == 1 else "pound"}, {mode}"'
    if kind == "deduct":
        share, written = r.choice([(Fraction(1, 6), "sixth"), (Fraction(1, 3), "1/3"), (Fraction(1, 8), "12.5%"), (Fraction(1), "100%")])
        return Step(kind, f"deduct: {written}, {rounding}, {tail}", over, per, name, share=share, unit=unit, mode=mode)
    if kind == "net":
        return Step(kind, f"net: nothing below zero, {tail}", over, per, name)
    return Step(kind, f"{rounding}, {tail}", over, per, name, unit=unit, mode=mode)


# ---- the oracle ----------------------------------------------------------------------------------------------------


def nearest(value: Fraction, unit: int, mode: str) -> int:
    """The multiple of a unit, found by looking at the two that lie around a value."""
    below = (value / unit).__floor__() * unit
    above = below if below == value else below + unit
    if mode in ("floor", "ceiling"):
        return below if mode == "floor" else above
    inner, outer = (below, above) if value >= 0 else (above, below)
    if mode in ("toward zero", "away from zero"):
        return inner if mode == "toward zero" else outer
    if below == above:
        return below
    if value - below != above - value:
        return below if value - below < above - value else above
    return outer if mode == "half up" else next(one for one in (below, above) if one // unit % 2 == 0)


def settle(statement: Statement, rows: tuple[dict[str, Any], ...]) -> dict[Line, int]:
    """What each line comes to, of rows of which everything is known."""
    lines: dict[Line, int] = {}
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        lines["base", row["id"]] = row["fee"]
        lines["bonus", row["id"]] = 777 if row["won"] else 0
        lines["swings", row["id"]] = row["swing"] if row["won"] else 0
    for step in statement.steps:

        def group(line: Line, per: str = step.per) -> str:
            return "" if per == "contract" else str(by_id[line[1]][per]) if line[0] in NAMES else line[1]

        def within(names: tuple[str, ...], which: str) -> int:
            return sum(amount for line, amount in lines.items() if line[0] in names and group(line) == which)

        groups = {group(line) for line in lines if line[0] in step.over} | ({""} if step.per == "contract" else set())
        before = dict(lines)
        for which in groups:
            total = within(step.over, which)
            if step.name:
                lines[step.name, which] = _own(step, total)
                continue
            limit = step.amount
            if step.kind == "mix":
                assert step.share is not None
                others = within(step.others, which)
                exact = step.share * (others + total) if step.of == "all achieved" else step.share * others / (1 - step.share)
                limit = max(0, exact.__floor__())
            mine = sorted(
                (line for line in before if line[0] in step.over and group(line) == which),
                key=lambda line: ([by_id[line[1]][name] for name in step.order], NAMES.index(line[0]), line[1]),
            )
            so_far = 0
            for line in mine:
                room = (LIMITS[by_id[line[1]]["place"]] if limit is None else limit) - so_far
                so_far += before[line]
                lines[line] = (before[line] if before[line] <= room else 0) if step.whole else max(0, min(before[line], room))
    return lines


def _own(step: Step, total: int) -> int:
    if step.kind == "net":
        return -total if total < 0 else 0
    if step.kind == "round":
        return nearest(Fraction(total), step.unit, step.mode) - total
    if step.kind == "floor":
        return max(total, step.amount or 0) - total
    if step.kind == "cap":
        return min(total, step.amount or 0) - total
    if total <= 0:
        return 0
    taken = step.amount if step.share is None else nearest(step.share * total, step.unit, step.mode)
    return -min(total, taken or 0)
