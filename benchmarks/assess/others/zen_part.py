"""What GoRules ZEN can say of the bench contract: a decision for each person, asked once for each.

    python benchmarks/assess/others/zen_part.py SUBMISSION PAYMENTS

SUBMISSION: clean CSV of generate.py; PAYMENTS: the payments.csv of decimals.py for it, which the answers are compared with. Prints people per second.

Said: the card by band and day of the start (a decision table), windows of months, a conviction that counts, each milestone once, work before it is kept, the cap on the
sum of a person's lines whose result is settled. Not said, as a decision sees one person and answers with values: rows with something wrong, keys given twice, orphans; which claim
is the one that pays; what the cap takes from which line; sums that are known only within bounds; rates by partner, the verdict, the fee at risk; a trace of every row kept
as a table.
"""

from __future__ import annotations

import csv
import itertools
import json
import sys
import time
from pathlib import Path
from typing import Any

PRICES = {"housed": 30000, "trained": 25000, "in_work": 90000}
IN_TIME = "d(#.achieved_on) >= d(started_on) and d(#.achieved_on) < d(started_on).add(12, 'month')"
COUNTS = (
    "d(#.offended_on) >= d(started_on) and d(#.offended_on) < d(started_on).add(12, 'month') and #.convicted_on != '' "
    "and d(#.convicted_on != '' ? #.convicted_on : '2099-01-01') >= d(started_on) "
    "and d(#.convicted_on != '' ? #.convicted_on : '2099-01-01') < d(started_on).add(15, 'month')"
)


def model() -> dict[str, Any]:
    said = {
        "settled": "d(started_on).add(15, 'month') <= d('2025-03-31')",
        "year": "d(started_on) >= d('2023-04-01') ? 'second' : 'first'",
        "reconvicted": f"some(convictions, {COUNTS})",
        "since": f"len(filter(claims, #.milestone == 'in_work' and {IN_TIME})) > 0 ? min(map(filter(claims, #.milestone == 'in_work' and {IN_TIME}), d(#.achieved_on))) : d('2099-01-01')",
        **{name: f"some(claims, #.milestone == '{name}' and {IN_TIME}) ? {price} : 0" for name, price in PRICES.items()},
        "kept_job": f"some(claims, #.milestone == 'kept_job' and {IN_TIME} and d(#.achieved_on) >= $.since) ? 70000 : 0",
    }
    fees = {("first", "lower"): 40000, ("first", "middle"): 65000, ("first", "higher"): 110000}
    fees |= {("second", "lower"): 42000, ("second", "middle"): 69000, ("second", "higher"): 118000}
    table = {
        "hitPolicy": "first",
        "passThrough": True,
        "inputs": [{"id": "y", "name": "year", "field": "year"}, {"id": "b", "name": "band", "field": "band"}],
        "outputs": [{"id": "f", "name": "fee", "field": "fee"}],
        "rules": [{"_id": f"{year}{band}", "y": f'"{year}"', "b": f'"{band}"', "f": str(fee)} for (year, band), fee in fees.items()],
    }
    total = [{"id": "t", "key": "total", "value": "min([180000, housed + trained + in_work + kept_job + (reconvicted ? 0 : fee)])"}]
    first = [{"id": name, "key": name, "value": text} for name, text in said.items()]

    def node(name: str, kind: str, content: Any = None) -> dict[str, Any]:
        return {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}, **({"content": content} if content else {})}

    nodes = [
        node("in", "inputNode"),
        node("said", "expressionNode", {"expressions": first, "passThrough": True}),
        node("card", "decisionTableNode", table),
        node("sum", "expressionNode", {"expressions": [*total, {"id": "s", "key": "settled", "value": "settled"}]}),
        node("out", "outputNode"),
    ]
    order = ["in", "said", "card", "sum", "out"]
    edges = [{"id": a + b, "sourceId": a, "targetId": b, "type": "edge"} for a, b in itertools.pairwise(order)]
    return {"nodes": nodes, "edges": edges}


def load(folder: Path) -> dict[str, dict[str, Any]]:
    def rows(name: str) -> Any:
        with (folder / f"{name}.csv").open(newline="") as file:
            yield from csv.DictReader(file)

    people = {row["person_id"]: row | {"claims": [], "convictions": []} for row in rows("people")}
    for name in ("claims", "convictions"):
        for row in rows(name):
            if row["person_id"] in people:
                people[row["person_id"]][name].append(row)
    return people


def expected(people: dict[str, dict[str, Any]], payments: Path) -> dict[str, int]:
    """Pence of each person whose lines are all settled."""
    owner = {claim["claim_id"]: key for key, person in people.items() for claim in person["claims"]}
    sums: dict[str, int] = {}
    held = set()
    with payments.open(newline="") as file:
        for line in csv.DictReader(file):
            if line["payment"] != "fee_at_risk":
                key = owner.get(line["key"], line["key"])
                if line["result"] == "held" or line["low"] != line["high"]:
                    held.add(key)
                else:
                    sums[key] = sums.get(key, 0) + int(line["amount"].replace(".", ""))
    return {key: pence for key, pence in sums.items() if key not in held}


def main() -> None:
    import zen

    people = load(Path(sys.argv[1]))
    decision = zen.ZenEngine().create_decision(json.dumps(model()))
    clock, processor = time.perf_counter(), time.process_time()
    said = {key: decision.evaluate(person)["result"] for key, person in people.items()}
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    right = expected(people, Path(sys.argv[2]))
    wrong = [(key, said[key], pence) for key, pence in right.items() if said[key]["settled"] and int(said[key]["total"]) != pence]
    compared = sum(said[key]["settled"] for key in right)
    print(f"{len(people):,} people: {clock:.1f} s, {processor:.1f} processor seconds, {len(people) / processor:,.0f} people for each")
    print(f"{compared:,} settled people compared, {len(wrong)} differ")
    if wrong:
        raise SystemExit(str(wrong[:3]))


if __name__ == "__main__":
    main()
