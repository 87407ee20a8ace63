"""Rows that are made out of a span (a line for each month that somebody was housed): how many people have how many of them, whom the number of all these rows would tell."""

from __future__ import annotations

from typing import Final

from pbr.plan.plan import Payment
from pbr.publish.reading_texts import Texts
from pbr.statement import words

# Rows of one person, of which it is told how many have so many; of more it is told who has none, some and all there can be.
MOST: Final = 30


def tie_made(texts: Texts, payment: Payment, lines: str) -> None:
    """What everybody knows of the lines of such rows: nobody has more than the terms allow, and those with one, with two and so on are all people. That nobody has so many, or everybody, is protected. ``lines``: their number."""
    plan, ledger = texts.trail.plan, texts.ledger
    made = plan.made_table(payment.grain)
    if made is None or made.table.parent is None:
        return
    parent = made.table.parent.table
    used = ledger.unknowns.get(("rows", parent, "used"))
    most = int(plan.step(made.rows).node.params["limit"])
    people = 0 if used is None else ledger.table.unknowns[used].value
    if used is None or most * people < ledger.table.unknowns[lines].value:
        return
    ledger.known({lines: 1, used: -most}, None, 0)
    rows = texts.trail.select(f"SELECT step_no, count(*) FROM {texts.trail.view(payment.grain)} GROUP BY 1")
    at_least = {int(number): int(count) for number, count in rows}  # who has a second row has a first
    at_least[0] = people
    if any(at_least.get(number, 0) > at_least.get(number - 1, 0) for number in range(1, most + 1)):
        return  # rows of people who are not used
    fewest, highest = {}, {}
    for low, high in [(0, 0), (1, most - 1), (most, most)] if most > MOST else [(number, number) for number in range(most + 1)]:
        many = str(low) if low == high else f"{low} to {high}"
        what = f"{words.plural(parent)} with {many} {words.plural(payment.grain)}"
        count = at_least.get(low, 0) - at_least.get(high + 1, 0)
        name = ledger.unknown(("made", payment.grain, low), (payment.grain, f"with {many}"), count, what)
        fewest[name], highest[name] = low, high
    if ledger.first(("made", payment.grain)):
        ledger.known({**dict.fromkeys(highest, 1), used: -1}, 0, 0)
    together = sum(at_least.get(number, 0) for number in range(1, most + 1))
    every = together == ledger.table.unknowns[lines].value
    if every or together > ledger.table.unknowns[lines].value:
        ledger.known({**highest, lines: -1}, 0, 0 if every and fewest == highest else None)
    if every and fewest != highest:
        ledger.known({**fewest, lines: -1}, None, 0)
