"""Random contracts that use every form of payment, and what each of their lines must come to, worked out by plain rules.

The oracle knows nothing of plans: it is written from section 15 of the language page. Sums are in pence, shares and rates are fractions.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from random_contracts import Case

from pbr.plan.build import build
from pbr.terms.loading import load_text

HEAD = """\
pbr: 1
contract: forms
title: Forms
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2020-01-01, to: 2020-12-31}
data:
  rows:
    one_row_per: id
    supplied_by: provider
    columns:
      id: {type: identifier}
      rate: {type: percent, decimals: 1, at_least: 0%, at_most: 100%, blank: unknown}
      base: {type: percent, decimals: 1, at_least: 0%, at_most: 100%}
      n: {type: whole number, at_least: 0, at_most: 100, blank: unknown}
      spent: {type: money, at_least: £0.00, at_most: "£1,000.00", blank: unknown}
      expected: {type: money, at_least: £0.00, at_most: "£1,000.00"}
      code: {type: code, one_of: [better, same, worse], blank: unknown}
      a: {type: yes or no, blank: unknown}
      b: {type: yes or no, blank: unknown}
  visits:
    one_row_per: visit
    belongs_to: rows by id
    supplied_by: independent
    columns:
      visit: {type: identifier}
      good: {type: yes or no}
  claims:
    one_row_per: claim
    belongs_to: rows by id
    supplied_by: provider
    columns:
      claim: {type: identifier}
      what: {type: code, one_of: card.card.code}
      on_day: {type: date}
      fine: {type: yes or no, blank: unknown}
"""
COLUMNS = ("id", "rate", "base", "n", "spent", "expected", "code", "a", "b")
ROUND = '    round: "1 penny, half up"\n'
Row = dict[str, Any]
Oracle = Callable[[Row], Fraction]


@dataclass(frozen=True)
class Forms:
    """``due``: for each payment what it comes to on a row of which everything is known, in pence."""

    case: Case
    due: dict[str, Oracle]
    rows: list[Row]
    claims: dict[str, int]  # what each claim is paid by the card, in pence


def half_up(value: Fraction) -> Fraction:
    whole = (abs(value) * 2 + 1) // 2
    return Fraction(whole if value >= 0 else -whole)


def money(pence: int) -> str:
    sign = "-" if pence < 0 else ""
    return f'"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"'


def _rising(r: random.Random, count: int, most: int) -> list[int]:
    return sorted(r.sample(range(most), count))


def make_forms(seed: int) -> Forms:
    r = random.Random(seed)
    due: dict[str, Oracle] = {}
    text = HEAD + "payments:\n"
    for name, (lines, oracle) in {
        "whole": _whole(r), "priced": _priced(r), "marginal": _marginal(r), "per_point": _per_point(r), "linear": _linear(r), "choose": _choose(r),
        "one_of": _one_of(r), "difference": _difference(r), "share": _share(r),
    }.items():  # fmt: skip
        text += f"  {name}:\n    per: rows\n{lines}"
        due[name] = oracle
    first, least = r.choice(["whole", "choose", "one_of"]), r.randint(1, 3)
    text += f"  other:\n    per: rows\n    pays: £5.00\n    unless: paid({first})\n    only_if: a\n"
    due["other"] = lambda row: Fraction(500 if row["a"] and due[first](row) <= 0 else 0)
    text += f"  enough:\n    per: rows\n    pays: £7.00\n    needs: {{at_least: {least}, of: count of visits where good, else: £2.00}}\n"
    due["enough"] = lambda row: Fraction(700 if row["visits"] >= least else 200)
    text += "  settled:\n    per: rows\n    pays: £9.00\n    settles: enough\n"
    due["settled"] = lambda row: 900 - due["enough"](row)
    text += "  all:\n    per: contract\n    pays: £9.00\n    settles: marginal\nstatement:\n  then: []\n"
    rows = [_row(r, number) for number in range(r.randint(1, 7))]
    visits = [["visit", "id", "good"]]
    for row in rows:
        for _ in range(r.randint(0, 4)):
            good = r.random() < 0.7
            row["visits"] += good
            visits.append([f"v{len(visits)}", row["id"], "yes" if good else "no"])
    card, claims, paid = _card(r, [row["id"] for row in rows])
    text = text.replace("payments:\n", f"payments:\n{card}", 1)
    loaded = load_text(text, "forms.yaml")
    day = date(2021, 1, 1)
    tables = {"rows": [list(COLUMNS), *([row["text"][name] for name in COLUMNS] for row in rows)], "visits": visits, "claims": claims}
    case = Case(seed, text, loaded, build(loaded), tables, {"rows": day, "visits": day, "claims": day}, (), 0, 0, {})
    return Forms(case, due, rows, paid)


def _row(r: random.Random, number: int) -> Row:
    row: Row = {"id": f"r{number}", "visits": 0, "text": {"id": f"r{number}"}}
    for name in ("rate", "base"):
        tenths = r.choice([0, 100, 200, 300, 500, 1000, r.randint(0, 1000)])
        row[name] = Fraction(tenths, 1000)
        row["text"][name] = f"{tenths // 10}.{tenths % 10}%"
    row["n"] = r.choice([0, 10, 20, r.randint(0, 100)])
    row["text"]["n"] = str(row["n"])
    row["expected"] = Fraction(r.choice([0, 10_000, r.randint(0, 100_000)]))
    row["spent"] = Fraction(r.choice([0, 9_800, 9_801, 10_200, int(row["expected"]), r.randint(0, 100_000)]))
    for name in ("spent", "expected"):
        row["text"][name] = money(int(row[name])).strip('"')
    row["code"] = row["text"]["code"] = r.choice(["better", "same", "worse"])
    for name in ("a", "b"):
        row[name] = r.random() < 0.5
        row["text"][name] = "yes" if row[name] else "no"
    for name in ("rate", "n", "spent", "code", "a", "b"):
        if r.random() < 0.15:
            row["text"][name] = ""  # not known; what it really is stays in the row
    return row


# ---- the forms: YAML, and the plain rule ------------------------------------------------------------------------
def _rungs(starts: list[str], pays: list[str]) -> str:
    return "      rungs:\n" + "".join(f"        - {{from: {start}, pays: {pay}}}\n" for start, pay in zip(starts, pays, strict=True))


def _ladder(takes: str, on: str, below: int, starts: list[str], pays: list[str], more: str = "") -> str:
    return f"    ladder:\n      on: {on}\n      takes: {takes}\n      below: {money(below)}\n{more}{_rungs(starts, pays)}"


def _whole(r: random.Random) -> tuple[str, Oracle]:
    starts = _rising(r, r.randint(1, 6), 100)
    falls = r.random() < 0.4
    sums = [r.randint(0, 5_000) for _ in range(len(starts) + 1)]
    sums = sums if falls else sorted(sums)
    more = "      amounts: may fall\n" if falls else ""
    lines = _ladder("whole", "rate", sums[0], [f"{start}%" for start in starts], [money(pence) for pence in sums[1:]], more)
    return lines, lambda row: Fraction(sums[sum(row["rate"] >= Fraction(start, 100) for start in starts)])


def _priced(r: random.Random) -> tuple[str, Oracle]:
    starts = _rising(r, r.randint(1, 4), 40)
    prices = sorted(r.randint(0, 500) for _ in starts)
    lines = _ladder("whole", "n", 0, [str(start) for start in starts], [f'{money(pence)[:-1]} per person"' for pence in prices])

    def due(row: Row) -> Fraction:
        reached = sum(row["n"] >= start for start in starts)
        return Fraction(prices[reached - 1] * row["n"] if reached else 0)

    return lines, due


def _marginal(r: random.Random) -> tuple[str, Oracle]:
    starts, below = _rising(r, r.randint(1, 4), 40), r.choice([0, 300])
    prices = [r.randint(0, 500) for _ in starts]
    lines = _ladder("marginal", "n", below, [str(start) for start in starts], [money(pence) for pence in prices])

    def due(row: Row) -> Fraction:  # one by one: each unit at the price of the rung it stands on
        total = below
        for unit in range(row["n"]):
            reached = sum(unit >= start for start in starts)
            total += prices[reached - 1] if reached else 0
        return Fraction(total)

    return lines, due


def _per_point(r: random.Random) -> tuple[str, Oracle]:
    starts = _rising(r, r.randint(1, 4), 90)
    prices = [r.randint(0, 500) for _ in starts]
    lines = (
        _ladder("per_point", "rate", 0, [f"{start}%" for start in starts], [f'{money(pence)[:-1]} per point"' for pence in prices]) + ROUND
    )

    def due(row: Row) -> Fraction:
        total = Fraction(0)
        for tenth in range(int(row["rate"] * 1000)):  # tenth of a point by tenth of a point
            reached = sum(Fraction(tenth, 1000) >= Fraction(start, 100) for start in starts)
            total += Fraction(prices[reached - 1], 10) if reached else 0
        return half_up(total)

    return lines, due


def _linear(r: random.Random) -> tuple[str, Oracle]:
    first, last = r.sample(range(101), 2)
    start, most = r.choice([0, 0, 250]), r.randint(300, 9_000)
    more = (f", starts_at: {money(start)}" if start else "") + (", better: lower" if first > last else "")
    lines = f"    linear: {{on: rate, from: {first}%, to: {last}%, pays: {money(most)}{more}}}\n{ROUND}"

    def due(row: Row) -> Fraction:
        way = (row["rate"] * 100 - first) / (last - first)
        return half_up(start + (most - start) * min(max(way, Fraction(0)), Fraction(1)))

    return lines, due


def _choose(r: random.Random) -> tuple[str, Oracle]:
    sums = {code: r.choice([0, 500, r.randint(-900, 900)]) for code in ("better", "same", "worse")}
    cases = ", ".join(f"{code}: {money(pence)}" for code, pence in sums.items())
    return f"    choose: {{by: code, cases: {{{cases}}}}}\n    may_be: negative\n", lambda row: Fraction(sums[row["code"]])


def _one_of(r: random.Random) -> tuple[str, Oracle]:
    tests: list[tuple[str, Callable[[Row], bool]]] = [
        ("a", lambda row: row["a"]), ("a and b", lambda row: row["a"] and row["b"]), ("n > 15", lambda row: row["n"] > 15), ("not b", lambda row: not row["b"]),
    ]  # fmt: skip
    chosen = r.sample(tests, r.randint(1, 4))
    sums = [r.choice([500, r.randint(0, 900)]) for _ in range(len(chosen) + 1)]
    lines = "    one_of:\n" + "".join(
        f"      - {{name: w{number}, when: {text}, pays: {money(sums[number])}}}\n" for number, (text, _) in enumerate(chosen)
    )

    def due(row: Row) -> Fraction:
        return Fraction(next((pence for (_, met), pence in zip(chosen, sums, strict=False) if met(row)), sums[-1]))

    return f"{lines}      - {{otherwise: {money(sums[-1])}}}\n", due


def _difference(r: random.Random) -> tuple[str, Oracle]:
    up, better = r.random() < 0.5, r.randint(0, 500)
    worse = better if r.random() < 0.5 else r.randint(0, 500)
    most = r.choice([None, r.randint(0, 5_000)])
    limit = f", most_repaid: {money(most)}" if most is not None else ""
    prices = f'each_better: {money(better)[:-1]} per point", each_worse: {money(worse)[:-1]} per point"'
    lines = f"    difference: {{actual: rate, benchmark: base, better: {'higher' if up else 'lower'}, {prices}{limit}}}\n{ROUND}"

    def due(row: Row) -> Fraction:
        points = (row["rate"] - row["base"]) * 100 * (1 if up else -1)
        if points >= 0:
            return half_up(points * better)
        return half_up(-min(-points * worse, Fraction(most) if most is not None else -points * worse))

    return lines, due


def _share(r: random.Random) -> tuple[str, Oracle]:
    band, part, takes = r.choice([0, 2, 5]), r.randint(0, 100), r.choice(["whole", "beyond"])
    losses = r.choice([None, (r.choice([0, 2, 4]), r.randint(0, 100))])
    most = r.choice([None, r.randint(0, 5_000)])
    words = f"of: expected - spent, above: {band}%, benchmark: expected, share: {part}%, takes: {takes}"
    words += f", losses: {{above: {losses[0]}%, share: {losses[1]}%}}" if losses is not None else ""
    words += f", most_paid: {money(most)}" if most is not None else ""

    def side(amount: Fraction, expected: Fraction, at: int, share: int) -> Fraction:
        limit = expected * at / 100
        if amount < limit or amount <= 0:
            return Fraction(0)
        return (amount if takes == "whole" else amount - limit) * share / 100

    def due(row: Row) -> Fraction:
        saving = row["expected"] - row["spent"]
        gain = side(saving, row["expected"], band, part)
        gain = min(gain, Fraction(most)) if most is not None else gain
        loss = side(-saving, row["expected"], *losses) if losses is not None else Fraction(0)
        return half_up(gain - loss)

    return f"    share: {{{words}}}\n{ROUND}", due


def _card(r: random.Random, people: list[str]) -> tuple[str, list[list[str]], dict[str, int]]:
    """A rate card whose lines wait for what was paid, its claims, and what each comes to: by day, then by key, one after the other."""
    codes = ["k1", "k2", "k3", "k4"]
    first = {code: r.choice([None, *codes[:number]]) for number, code in enumerate(codes)}
    times = {code: r.choice([None, 1, 2]) for code in codes}
    last = {code: r.choice([None, "2020-02-10"]) for code in codes}
    price = {code: r.randint(0, 900) for code in codes}
    order = r.sample(codes, 4)
    lines = "  card:\n    kind: tariff\n    per: claims\n    code: what\n    subject: id\n    on: on_day\n    only_if: fine\n    card:\n"
    lines += "      columns: [code, price, times, after_paid, no_later_than]\n      rows:\n"
    for code in order:
        lines += f"        - [{code}, {money(price[code])}, {times[code] or 'no limit'}, {first[code] or 'none'}, {last[code] or 'none'}]\n"
    claims = [
        [f"c{n:02d}", r.choice(people), r.choice(codes), f"2020-02-{r.randint(1, 14):02d}", r.choice(["yes", "yes", "no", ""])]
        for n in range(r.randint(0, 12))
    ]
    due: dict[str, int] = {}
    paid: list[list[str]] = []
    for code in codes:  # whatever a code waits for stands before it here
        for claim in sorted((one for one in claims if one[2] == code), key=lambda one: (one[3], one[0])):
            _, who, _, day, fine = claim
            same = [one for one in paid if one[1] == who]
            limit, late = times[code], last[code]
            meets = fine == "yes" and (late is None or day <= late)
            meets = meets and (first[code] is None or any(one[2] == first[code] and one[3] <= day for one in same))
            if meets and (limit is None or sum(one[2] == code for one in same) < limit):
                paid.append(claim)
                due[claim[0]] = price[code]
            else:
                due[claim[0]] = 0
    open_ = {claim[1] for claim in claims if claim[4] == ""}
    return (
        lines,
        [["claim", "id", "what", "on_day", "fine"], *claims],
        {claim[0]: due[claim[0]] for claim in claims if claim[1] not in open_},
    )
