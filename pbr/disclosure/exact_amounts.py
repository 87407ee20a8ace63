"""Amounts that nobody shows and that are known all the same, from a total and the other lines: then what they follow from is taken to be known too."""

from __future__ import annotations

from collections.abc import Sequence

from pbr.disclosure.attack import Attack, Target, around
from pbr.disclosure.attack_solver import NotFoundOut
from pbr.disclosure.cells import Table, Unknown
from pbr.disclosure.knowledge import FOLLOWS, Bound, Knowledge, exactly
from pbr.disclosure.looking import Choice, look


def newly_known(attack: Attack, table: Table) -> list[Unknown]:
    """Amounts that are known better than to half of themselves, both up and down, and of which that has not been followed yet."""
    known = attack.known
    targets = {target.at for target in attack.targets}
    found = []
    for unknown in table.unknowns.values():
        at = known.index[unknown.name]
        unfollowed = (unknown.reveals or unknown.implies) and at not in targets and at not in attack.followed and not _shown(known, at)
        if unfollowed and not any(_possible(known, at, side) for side in around(unknown.value)):
            found.append(unknown)
    return found


def _possible(known: Knowledge, at: int, side: Choice) -> bool:
    """What is not found out in so many steps counts as known: the attacker is made stronger."""
    try:
        return look(known, at, side, known.active).witness is not None
    except NotFoundOut as error:
        if error.by_clock:
            raise
        return False


def _shown(known: Knowledge, at: int) -> bool:
    """Whether a cell shows it exactly, and with it gives away what it follows from."""
    rows = (known.rows[number] for number, _ in known.rows_of[at] if known.active[number])
    return any(len(row.at) == 1 and row.low == row.high for row in rows)


def follow(attack: Attack, table: Table, amounts: Sequence[Unknown]) -> list[int]:
    """Adds what each amount gives away. Where that puts somebody at risk the amount itself is protected from now on, and its target given back: what it follows from is not known while it is not."""
    known = attack.known
    found = []
    for unknown in amounts:
        at = known.index[unknown.name]
        first = len(known.rows)
        for name in sorted(unknown.reveals):
            known.add(exactly(name, table.unknowns[name].value), FOLLOWS, True, unknown.what)
        for relation in unknown.implies:
            known.add(Bound(relation.form, relation.low, relation.high), FOLLOWS, True, unknown.what)
        attack.followed.add(at)
        behind = {
            known.index[name] for name in (*unknown.reveals, *(name for relation in unknown.implies for name in relation.form if name))
        }
        at_risk = [
            number
            for number in sorted({number for each in behind for number, _ in attack.touching.get(each, ())})
            if not attack.judge(number)
        ]
        if not at_risk:
            continue
        for number in at_risk:
            attack.risks.pop(number)
        for row in range(first, len(known.rows)):
            known.active[row] = False
        found.append(len(attack.targets))
        attack.targets.append(Target(at, around(unknown.value), 1, unknown.value, unknown.what))
    return found
