"""One question of the attacker: whether an unknown can have a value, or one of those that lie further from the true one. By hand first, then by narrowing, a short search and the solver.

A value is possible only with a witness: whole numbers for all unknowns that satisfy every row exactly. A witness is looked for near the true numbers (``repairing.py``); where there is none, narrowing proves
that there cannot be one (``narrowing.py``), or the solver looks (``attack_solver.py``: LP, then MILP, by component). An answer that does not come in its time is no answer: NotFoundOut.
"""

from __future__ import annotations

from dataclasses import dataclass

from pbr.disclosure.attack_solver import open_parts, solved
from pbr.disclosure.knowledge import Knowledge
from pbr.disclosure.narrowing import LEAST, MOST, Narrowing, narrowing_of, reached
from pbr.disclosure.repairing import near_witness
from pbr.disclosure.searching import search

IN_VAIN = 3  # searches by hand about one unknown, one after the other, that were given up, before the solver is asked at once

Choice = tuple[int | None, int | None]  # from, to: values of which one must be possible


@dataclass(frozen=True)
class Looked:
    """``witness``: the numbers that differ from the true ones. None: nothing was found, ``through``: the rows that prove it, or where only the solver says so those that it was asked about (none where it is not believed), ``sure``: whether it is believed.
    ``rows``: all that were looked at: while they hold, nothing will be found between ``proved``, which is wider than what was asked where that needed no more."""

    witness: dict[int, int] | None
    through: tuple[int, ...] = ()
    sure: bool = True
    rows: tuple[int, ...] = ()
    proved: Choice = (None, None)
    rough: bool = False  # whether cells may be among ``through`` that it would not need


def within(one: Choice, other: Choice) -> bool:
    """Whether all values of one choice are values of the other."""
    (low, high), (first, last) = one, other
    return (first is None or (low is not None and low >= first)) and (last is None or (high is not None and high <= last))


def _and_beyond(choice: Choice, true: int) -> Choice:
    """One value, and all that lie further from the true one: mostly they are impossible together."""
    low, high = choice
    if low is None or low != high or low == true:
        return choice
    return (low, None) if low > true else (None, low)


def look(known: Knowledge, at: int, choice: Choice, active: bytearray) -> Looked:
    """Whether unknown ``at`` can be within ``choice`` as far as the active rows say. Raises NotFoundOut."""
    found = _look(known, at, choice, active)
    if found.witness is None:
        known.closed_last.add(at)
    else:
        known.closed_last.discard(at)
    return found


def _look(known: Knowledge, at: int, choice: Choice, active: bytearray) -> Looked:
    if at not in known.closed_last:  # else narrowing will likely answer
        witness = near_witness(known, at, *choice, active)
        if witness is not None:
            return Looked(witness)
    narrowing = narrowing_of(known, active)
    beyond = _and_beyond(choice, known.truth[at])
    for asked in dict.fromkeys((beyond, choice)):
        with narrowing.asked(at, *asked) as through:
            if through is not None:
                return Looked(None, tuple(through), True, tuple(through), asked)
            if asked == choice:
                return _look_within(known, narrowing, at, choice, active)
    raise AssertionError("the choice itself is asked last")


def _look_within(known: Knowledge, narrowing: Narrowing, at: int, choice: Choice, active: bytearray) -> Looked:
    """The same where narrowing leaves something."""
    if at not in known.only_whole:  # where only whole numbers contradict each other it found some in one of forty questions
        witness = near_witness(known, at, *choice, active, narrowing)
        if witness is not None:
            return Looked(witness)
    if known.in_vain.get(at, 0) < IN_VAIN:
        searched = search(known, narrowing, active)
        known.in_vain[at] = known.in_vain.get(at, 0) + 1 if searched.numbers is None and searched.through is None else 0
        if searched.numbers is not None:
            return Looked(searched.numbers)
        if searched.through is not None:
            return Looked(None, searched.through, True, searched.through, choice, True)
    witness = {}
    for which in narrowing.changed():
        least = narrowing.least[which]
        if least is not None and least == narrowing.most[which] and least != known.truth[which]:
            witness[which] = least
    for unknowns, rows in open_parts(known, narrowing):
        part = solved(known, narrowing, unknowns, rows)
        if part.numbers is None:
            proof = part.through(narrowing) if part.rows else ()
            if not proof and part.sure:  # what the solver was asked
                ends = ((which, end) for row in rows for which in known.rows[row].at for end in (LEAST, MOST))
                proof = tuple(dict.fromkeys([*rows, *narrowing.ends_through(ends)]))
            return Looked(None, proof, part.sure or bool(proof), proof or tuple(reached(known, at, active)), choice, True)
        witness |= part.numbers
    witness = {which: value for which, value in witness.items() if value != known.truth[which]}
    value = witness.get(at, known.truth[at])
    inside = (choice[0] is None or value >= choice[0]) and (choice[1] is None or value <= choice[1])
    return (
        Looked(witness) if inside and known.keeps(witness, active) else Looked(None, (), False, tuple(reached(known, at, active)), choice)
    )
