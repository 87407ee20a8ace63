"""Random contracts that divide a pot, and what each member's part must be, found by trying one level after the other.

The oracle is written from section 15 of the language page: it knows neither plans nor engines. Sums are in pence.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from random_contracts import Case

from pbr.plan.build import build
from pbr.terms.loading import load_text

HEAD = """\
pbr: 1
contract: pots
title: Pots
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2020-01-01, to: 2020-12-31}
data:
  areas:
    one_row_per: area
    supplied_by: commissioner
    columns:
      area: {type: identifier}
      sum: {type: money, at_least: £0.00, at_most: "£1,000.00", blank: unknown}
  rows:
    one_row_per: id
    belongs_to: areas by area
    supplied_by: provider
    columns:
      id: {type: identifier}
      kind: {type: code, one_of: [a, b]}
      score: {type: number, decimals: 2, at_least: 0, at_most: 100, blank: unknown}
      low: {type: money, at_least: £0.00, at_most: "£1,000.00"}
      high: {type: money, at_least: £0.00, at_most: "£1,000.00"}
      fine: {type: yes or no, blank: unknown}
cohorts:
  kinds: {of: rows, by: kind}
payments:
"""


@dataclass(frozen=True)
class Pot:
    case: Case
    rows: tuple[dict[str, Any], ...]
    areas: dict[str, int | None]
    each: str  # "", areas or kinds
    least: bool
    most: str  # "", high or 40%
    left_over: str
    only_fine: bool
    fixed: int


def _money(pence: int) -> str:
    return f"£{pence // 100}.{pence % 100:02d}"


def make_pot(seed: int, most_rows: int = 7) -> Pot:
    r = random.Random(seed)
    areas = {name: r.choice([0, 1, 1000, 9999, 100_000, None if r.random() < 0.2 else 777]) for name in ("n", "s")}
    rows: list[dict[str, Any]] = []
    for number in range(r.randint(0, most_rows)):
        low = r.choice([0, 0, 1, 50, 300])
        rows.append({"id": f"r{number}", "area": r.choice(list(areas)), "kind": r.choice("ab"), "score": r.choice([0, 1, 33, 100, 5000, 10_000] * 3 + [None]),
                     "low": low, "high": low + r.choice([0, 1, 100, 5000, 90_000]), "fine": r.choice([True] * 6 + [False] * 2 + [None])})  # fmt: skip
    r.shuffle(rows)
    each, least, most = r.choice(["", "areas", "kinds"]), r.random() < 0.6, r.choice(["", "high", "40%"])
    left_over, only_fine, fixed = r.choice(["kept", "refused"]), r.random() < 0.5, r.choice([0, 5, 1000, 33_333])
    words = [f"pot: {'sum' if each == 'areas' else _money(fixed)}", "by: score"]
    words += [f"each: {each}"] if each else []
    words += ["at_least: low"] if least else []
    words += [f"at_most: {most}", f"left_over: {left_over}"] if most else []
    text = HEAD + f"  part: {{per: rows, {'only_if: fine, ' if only_fine else ''}divide: {{{', '.join(words)}}}}}\nstatement:\n  then: []\n"
    loaded = load_text(text.encode(), "random.yaml")
    tables = {
        "areas": [["area", "sum"], *([name, "" if sum_ is None else _money(sum_)] for name, sum_ in areas.items())],
        "rows": [["id", "area", "kind", "score", "low", "high", "fine"], *([row["id"], row["area"], row["kind"],
                 "" if row["score"] is None else f"{row['score'] / 100:.2f}", _money(row["low"]), _money(row["high"]),
                 "" if row["fine"] is None else "yes" if row["fine"] else "no"] for row in rows)],
    }  # fmt: skip
    days = {"areas": date(2021, 6, 30), "rows": date(2021, 6, 30)}
    return Pot(Case(seed, text, loaded, build(loaded), tables, days), tuple(rows), areas, each, least, most, left_over, only_fine, fixed)


def parts(pot: Pot) -> dict[str, int | None]:
    """The part of each row by its id; None: held."""
    out: dict[str, int | None] = {}
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in pot.rows:
        if pot.only_fine and row["fine"] is False:
            out[row["id"]] = 0
        else:
            groups.setdefault({"": "", "areas": row["area"], "kinds": row["kind"]}[pot.each], []).append(row)
    for which, rows in groups.items():
        sum_ = pot.areas[which] if pot.each == "areas" else pot.fixed
        known = sum_ is not None and all(row["score"] is not None and (row["fine"] is not None or not pot.only_fine) for row in rows)
        found = _divided(pot, rows, sum_ or 0) if known else None
        for row in rows:
            out[row["id"]] = None if found is None else found[row["id"]]
    return out


def _divided(pot: Pot, rows: list[dict[str, Any]], sum_: int) -> dict[str, int] | None:
    """By halving: the rows that stand at an end are those that do so when a level very near the right one is tried."""
    least = {row["id"]: row["low"] if pot.least else 0 for row in rows}
    most = {row["id"]: {"": sum_, "high": row["high"], "40%": sum_ * 40 // 100}[pot.most] for row in rows}
    weight = {row["id"]: row["score"] for row in rows}
    if any(most[one] < least[one] for one in least) or sum(least.values()) > sum_:
        return None
    reach = sum(most[one] if weight[one] else least[one] for one in least)
    if reach < sum_ and pot.most and pot.left_over == "refused":
        return None
    aim = min(reach, sum_)
    fixed: dict[str, int] = {one: least[one] for one in least if not weight[one]}
    while True:  # those whose share of what is left would lie beyond an end are fixed at it, on the side that weighs more
        free = [one for one in least if one not in fixed]
        left = aim - sum(fixed.values())
        shares = {one: Fraction(weight[one] * left, sum(weight[other] for other in free)) for one in free}
        above = sum((shares[one] - most[one] for one in free if shares[one] > most[one]), Fraction(0))
        below = sum((least[one] - shares[one] for one in free if shares[one] < least[one]), Fraction(0))
        if above == below == 0:
            break
        if above >= below:
            fixed |= {one: most[one] for one in free if shares[one] > most[one]}
        if below >= above:
            fixed |= {one: least[one] for one in free if shares[one] < least[one]}
    found = fixed | {one: int(share // 1) for one, share in shares.items()}
    pennies = aim - sum(found.values()) if shares else 0
    for one in sorted(shares, key=lambda one: (-(shares[one] % 1), one))[:pennies]:
        found[one] += 1
    return found
