"""The oracle: every table of a small domain, swept. What is said to be proved holds for all of them; what is shown, runs."""

from __future__ import annotations

import random
import sys
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "agreement"))

from both import machine_of
from random_contracts import make_case

from pbr.engine.record.rows import Rows
from pbr.engine.record.watching import Watched
from pbr.plan.bounding import Bounds
from pbr.plan.build import build
from pbr.plan.plan import Plan
from pbr.plan.points import points
from pbr.problem import Refused
from pbr.proofs import COUNTEREXAMPLE, PROVED, prove
from pbr.proofs.reaching import _possible
from pbr.proofs.tables import moved
from pbr.terms.loading import Loaded, load_text
from pbr.values.value import KNOWN, RANGE

SEEDS = range(24)
HEAD = """\
pbr: 1
contract: swept
title: Swept
version: "1"
parties: {{commissioner: C, provider: P}}
currency: GBP
term: {{from: 2020-04-01, to: 2021-03-31}}
laws:
{laws}
data:
  people:
    one_row_per: person_id
    supplied_by: commissioner
    columns:
      person_id: {{type: identifier, identifies: person}}
      score: {{type: whole number, at_least: 0, at_most: 5}}
      n: {{type: whole number, at_least: -2, at_most: 2}}
      ok: {{type: yes or no}}
      grp: {{type: code, one_of: [a, b]}}
facts:
  both: {{per: people, equals: "{fact}"}}
measures:
  rate: {{per: contract, equals: share of people where ok, when_held: hold}}
  rows: {{per: contract, equals: count of people where ok}}
payments:
{payments}
statement:
  then: []
"""


class Maker:
    """Random sums and conditions over one row, or over the rate and the count."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)

    def sum(self, depth: int, over_rows: bool) -> str:
        r = self.r
        if depth == 0 or r.random() < 0.15:
            leaves = ["£0.00", f"£{r.randrange(0, 9)}.00", f"£{r.randrange(0, 90)},000.00"]
            leaves += ["£100.00 * rows", "£7.00 * rows"] if over_rows else ["£2.00 * score", "£3.00 * n", "£1.00 * both"]
            return r.choice(leaves)
        a, b = (self.sum(depth - 1, over_rows) for _ in range(2))
        return r.choice(
            [f"(if {self.truth(depth - 1, over_rows)} then {a} else {b})"] * 4
            + [f"({a} + {b})", f"({a} - {b})", f"least({a}, {b})", f"greatest({a}, {b})"]
        )

    def truth(self, depth: int, over_rows: bool) -> str:
        r = self.r
        if depth > 0 and r.random() < 0.3:
            a, b = (self.truth(depth - 1, over_rows) for _ in range(2))
            return r.choice([f"({a} and {b})", f"({a} or {b})", f"(not {a})"])
        sign = r.choice(["<", "<=", ">", ">=", "="])
        if over_rows:
            return r.choice([f"(rate {sign} {r.choice((0, 20, 50, 60, 100))}%)", f"(rows {sign} {r.randrange(0, 5)})"])
        return r.choice(
            [
                f"(score {sign} {r.randrange(-1, 7)})",
                f"(n {sign} {r.randrange(-3, 4)})",
                f"(both {sign} {r.randrange(-2, 9)})",
                "ok",
                "(grp = a)",
                f"(score {sign} n)",
            ]
        )

    def number(self) -> str:
        return self.r.choice(["score + n", "score - n", "score * n", "if ok then score else n", "least(score, 3)", "greatest(n, 0) * 2"])


def contract(text: str) -> tuple[Loaded, Plan] | None:
    try:
        loaded = load_text(text, "swept.yaml")
        return loaded, build(loaded)
    except Refused:
        return None


def watched(plan: Plan, rows: list[dict[str, object]]) -> Watched:
    return Watched(plan, Rows.by_hand(plan, {"people": rows}, complete_to={}))


DOMAIN = [
    {"person_id": "p", "score": Fraction(s), "n": Fraction(n), "ok": ok, "grp": g}
    for s, n, ok, g in product(range(6), range(-2, 3), (True, False), "ab")
]


@pytest.mark.parametrize("seed", SEEDS)
def test_one_row(seed: int) -> None:
    """Laws, bounds and branches of payments for one row, against every row there can be."""
    maker = Maker(seed)
    limit = maker.r.randrange(1, 40)
    laws = "\n".join(
        [
            f'  - {{never_pays_more_than: "£{limit}.00", of: fee, per: people}}',
            f'  - {{never_pays_less_than: "-£{limit}.00", of: fee, per: people}}',
            "  - {monotone_in: score, direction: rising, of: fee}",
            "  - {monotone_in: ok, direction: falling, of: fee}",
            "  - {at_most_one_pays: [fee, other], per: people}",
        ]
    )
    payments = "".join(
        f'  {name}: {{per: people, pays: "{maker.sum(3, False)}", may_be: negative, round: "1 penny, half up"}}\n'
        for name in ("fee", "other")
    )
    made = contract(HEAD.format(laws=laws, payments=payments, fact=maker.number()))
    assert made is not None
    plan = made[1]
    proofs, _ = prove(*made)
    law = {proof.item: proof for proof in proofs if proof.name == "laws"}
    paid = {}
    seen = set()
    bounds = Bounds(plan)
    for row in DOMAIN:
        machine = watched(plan, [row])
        seen |= machine.look()
        paid[row["score"], row["n"], row["ok"], row["grp"]] = [line.amount for line in machine.lines()]
        for step in plan.steps:
            value, might = machine.value(step.name, () if step.grain == "contract" else ("p",)), bounds.step(step.name)
            if value.state == KNOWN and step.type.numeric:
                assert might.number is not None and might.number.holds(value.low), step.name
            elif value.state == KNOWN and might.values is not None:
                assert value.low in might.values, step.name
    assert not seen - set(_possible(plan, bounds)) - {point for point in points(plan) if point.kind == "result"}
    for number, name in enumerate(
        ("fee", "other")
    ):  # a step of one cell, where no cliff is said to be: no more than the limit and its worth
        cliff = next(proof for proof in proofs if proof.name == "cliffs" and proof.item == name)
        sums = {key: amounts[number] for key, amounts in paid.items()}
        steps = [abs(a - sums[s + 1, n, ok, g]) for (s, n, ok, g), a in sums.items() if s < 5]
        steps += [abs(a - sums[s, n + 1, ok, g]) for (s, n, ok, g), a in sums.items() if n < 2]
        assert cliff.answer != PROVED or max(steps) <= 10_000_00 + 8 * 600, (name, cliff)
        assert cliff.answer != COUNTEREXAMPLE or max(steps) > 10_000_00, (name, cliff)
    fees = [fee for fee, _ in paid.values()]
    held = {
        "law 1": max(fees) <= limit * 100,
        "law 2": min(fees) >= -limit * 100,
        "law 3": all(paid[s, n, ok, g][0] <= paid[s + 1, n, ok, g][0] for s, n, ok, g in paid if s < 5),
        "law 4": all(paid[s, n, False, g][0] >= paid[s, n, True, g][0] for s, n, ok, g in paid if ok),
        "law 5": all(fee <= 0 or other <= 0 for fee, other in paid.values()),
    }
    for name, proof in law.items():
        assert proof.answer != (COUNTEREXAMPLE if held[name] else PROVED), (name, proof)


@pytest.mark.parametrize("seed", range(10))
def test_cards_ladders_and_caps(seed: int) -> None:
    """Rows of cards, rungs, and caps: every table of one row, and many of two and three."""
    r = random.Random(seed)
    rungs = ", ".join(f"{{from: {at}, pays: £{r.randrange(0, 30)}.00}}" for at in sorted(r.sample(range(-1, 6), 2)))
    cap, prices = r.choice((1, 5, 20, 45, 200)), [r.randrange(0, 25) for _ in "ab"]
    only = r.choice(("", "only_if: grp = a, ", "only_if: score > n, "))
    payments = (
        f"  fee: {{per: people, ladder: {{on: score, takes: whole, amounts: may fall, below: £{r.randrange(0, 9)}.00, rungs: [{rungs}]}}}}\n"
        f'  other: {{per: people, {only}pays: "most[grp].price"}}\n'
    )
    card = f"parameters:\n  most: {{by: [people.grp], columns: [grp, price], rows: [[a, £{prices[0]}.00], [b, £{prices[1]}.00]]}}\n"
    step = f'    - {{cap: £{cap}.00, per: contract, over: [fee, other], allocate: by score then person_id, last_line: "in part"}}\n'
    head = (
        HEAD.format(laws="  []", payments=payments, fact="score").replace("laws:\n  []\n", card).replace("  then: []\n", f"  then:\n{step}")
    )
    made = contract(head)
    assert made is not None
    plan, proofs = made[1], prove(*made)[0]
    seen, binds, fees = set(), [], {}
    for number in range(len(DOMAIN) + 120):
        rows = [DOMAIN[number]] if number < len(DOMAIN) else [{**r.choice(DOMAIN), "person_id": f"p{k}"} for k in range(r.choice((2, 3)))]
        machine = watched(plan, rows)
        seen |= machine.look()
        lines = machine.lines()
        if any(line.high for line in lines):
            binds.append(any(line.amount != line.high for line in lines))
        if number < len(DOMAIN):
            fees.setdefault(rows[0]["score"], set()).add(lines[0].high)
    never, always = (next(p for p in proofs if p.name == "caps" and word in p.claim) for word in ("never", "always"))
    assert never.answer != PROVED or not any(binds)
    assert always.answer != PROVED or all(binds)
    assert always.answer != COUNTEREXAMPLE or not all(binds)
    rising = next(proof for proof in proofs if proof.name == "ladders" and "never paid less" in proof.claim)
    assert all(len(amounts) == 1 for amounts in fees.values())
    in_order = [next(iter(fees[score])) for score in sorted(fees)]
    assert rising.answer != PROVED or in_order == sorted(in_order)
    for proof in proofs:  # what is proved to be out of reach was never reached
        if proof.name == "unreachable" and proof.answer == PROVED and "no row reaches" in proof.claim:
            assert not [point for point in seen if point.item == proof.item and point.says and proof.claim.endswith(point.says)], proof
    assert [proof.answer for proof in proofs if proof.name == "cards"] == [PROVED]


@pytest.mark.parametrize("seed", SEEDS)
def test_cliffs(seed: int) -> None:
    """Every table of up to six people, of whom some are ok, against its neighbours."""
    maker, made = Maker(1000 + seed), None
    while made is None:  # until one compiles
        payments = f'  fee: {{per: contract, pays: "{maker.sum(3, True)}", may_be: negative, round: "1 penny, half up"}}\n'
        made = contract(HEAD.format(laws="  []", payments=payments, fact="score").replace("laws:\n  []\n", ""))
    plan = made[1]
    limit = 5_000_00
    proofs, _ = prove(*made, cliff=limit)
    proof = next(proof for proof in proofs if proof.name == "cliffs")

    def fee(people: int, ok: int) -> int | None:
        rows = [{"person_id": f"p{k}", "score": Fraction(0), "n": Fraction(0), "ok": k < ok, "grp": "a"} for k in range(people)]
        return watched(plan, rows).lines()[0].amount

    table = {(people, ok): fee(people, ok) for people in range(1, 7) for ok in range(people + 1)}
    leaps = [abs(a - b) for (p, k), a in table.items() if (b := table.get((p, k + 1))) is not None and a is not None]
    if proof.answer == PROVED:  # one row's own worth is no leap: at most £107.00 each time it is added
        assert max(leaps) <= limit + 8 * 10_700
    if proof.answer == COUNTEREXAMPLE:
        assert proof.shown is not None and proof.shown.neighbour is not None and proof.sum is not None and proof.sum > limit


@pytest.mark.parametrize("seed", range(14))
def test_bounds_of_random_contracts(seed: int) -> None:
    """The contracts and rows of the agreement tests, with every operation: no value leaves its bounds, no branch that is shut is taken."""
    case = make_case(seed)
    machine = machine_of(case)
    machine.run()
    bounds = Bounds(case.plan)
    for step in case.plan.steps:
        might = bounds.step(step.name)
        for key in machine.keys(step.grain):
            value = machine.value(step.name, key)
            if value.state in (KNOWN, RANGE) and step.type.numeric:
                assert might.number is not None and might.number.holds(value.low) and might.number.holds(value.high), (
                    step.name,
                    might,
                    value,
                )
            elif value.state == KNOWN and might.values is not None:
                assert value.low in might.values, (step.name, might, value)
    seen = Watched(case.plan, machine.rows).look()
    assert not {point for point in seen if point.kind != "result"} - _possible(case.plan, bounds)


def test_days_do_not_run_out() -> None:
    from datetime import date

    assert moved(date(9999, 12, 31), 1) == date(9999, 12, 31)
