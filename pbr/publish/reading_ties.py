"""What everybody knows of lines of people who has read the terms: how many there are of a result is tied to the outcomes that decide it, and to the lines of other payments that the same decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

from pbr.plan.plan import Payment
from pbr.publish.reading_counts import identity_of
from pbr.publish.reading_joint import ways_of
from pbr.publish.reading_ledger import Ledger
from pbr.publish.reading_people import grain_of_people
from pbr.publish.reading_results import Answer, Known, decides, key_of
from pbr.publish.reading_texts import Texts

NOTHING, SOMETHING = ("pays_nothing",), ("pays", "deducts", "sets")
WORDS = {True: "yes", False: "no"}


@dataclass
class Told:
    """A payment of people. ``of``: what is known of the row of a line that comes to something, and of one that comes to nothing; ``at``: of one that comes to a certain price. ``decide``: answers with which all lines that are decided come to something; with the opposite to nothing."""

    payment: Payment
    of: dict[tuple[str, ...], Known]
    at: dict[int, Known]
    decide: frozenset[Answer] = field(init=False)

    def __post_init__(self) -> None:
        nothing = frozenset(decides(self.of[NOTHING]))
        self.decide = frozenset((key, answer) for key, answer in decides(self.of[SOMETHING]) if (key, not answer) in nothing)

    def lines(self, ledger: Ledger) -> list[tuple[list[str], Known]]:
        """Lines with one result, or at one price, and what is known of their rows."""
        of_result = [(_lines(ledger, self.payment, results), known) for results, known in self.of.items()]
        return [*of_result, *((_at(ledger, self.payment, price), known) for price, known in self.at.items())]


def tie(texts: Texts) -> None:
    """Last, when every number is there."""
    ledger, plan = texts.ledger, texts.trail.plan
    found = []
    for payment in plan.payments:
        if grain_of_people(plan, payment.grain, texts.lineages.people):
            terms = texts.results[payment.name]
            rows = {SOMETHING: terms.when(False) or frozenset(), NOTHING: terms.when(True, likely=True) or frozenset()}
            found.append(Told(payment, rows, terms.prices or {}))
    outcomes = [step.name for step in plan.steps if step.kind == "outcome"]
    names = {key_of(step): step.name for step in plan.steps}
    for reach, name, so in texts.lineages.counts.told:
        for clause in sorted(so, key=sorted):
            for where in dict.fromkeys((*_places(reach.table), identity_of(reach))):
                counts = [ledger.unknowns.get((*where, names.get(key, ""), WORDS[answer]), "") for key, answer in sorted(clause)]
                if all(counts):
                    _no_more(ledger, [name], counts)
    for told in found:
        for lines, known in told.lines(ledger):
            for clause in sorted(known, key=sorted):
                for where in _places(told.payment.grain):
                    counts = [ledger.unknowns.get((*where, names.get(key, ""), WORDS[answer]), "") for key, answer in sorted(clause)]
                    if all(counts):
                        _no_more(ledger, lines, counts)
        asked = {names[key] for known in told.of.values() for clause in known for key, _ in clause if key in names}
        waiting = [
            ledger.unknowns["outcome", name, "held"] for name in outcomes if name in asked and ("outcome", name, "held") in ledger.unknowns
        ]
        if waiting:
            _no_more(ledger, _lines(ledger, told.payment, ("held",)), waiting)
    for grain in dict.fromkeys([*(told.payment.grain for told in found), *(rows.table for rows, _, _ in texts.lineages.counts.told)]):
        _jointly(texts, grain, [told for told in found if told.payment.grain == grain])
    for one, other in combinations(found, 2):
        if one.payment.grain == other.payment.grain:
            _alike(ledger, one, other)
            _alike(ledger, other, one)


def _jointly(texts: Texts, grain: str, found: Sequence[Told]) -> None:
    """Where several answers decide payments of the same rows, by the ways in which all of them can be answered."""
    ledger = texts.ledger
    of_each = [(lines, known) for told in found for lines, known in told.lines(ledger) if lines]
    of_each += [([name], known) for rows, name, known in texts.lineages.counts.told if rows.table == grain]
    ways = ways_of(texts, grain, {key for _, known in of_each for clause in known for key, _ in clause})
    if ways is None:
        return
    for lines, known in of_each:
        _no_more(ledger, lines, ways.where(known))
    for told in found:
        _no_more(ledger, _lines(ledger, told.payment, ("held",)), ways.open)


def _places(grain: str) -> tuple[tuple[object, ...], ...]:
    """Where the answers of all rows are counted: in the table of outcomes, and for an aggregate over all of them (``Counts``)."""
    return ("outcome",), (grain, (), ())


def _lines(ledger: Ledger, payment: Payment, results: tuple[str, ...]) -> list[str]:
    return [ledger.unknowns[key] for result in results if (key := ("lines", payment.name, result)) in ledger.unknowns]


def _at(ledger: Ledger, payment: Payment, price: int) -> list[str]:
    """The lines at one of several prices."""
    return [ledger.unknowns[key] for result in SOMETHING if (key := ("lines", payment.name, result, price)) in ledger.unknowns]


def _alike(ledger: Ledger, one: Told, other: Told) -> None:
    """Where what lets a line of one payment come to something, or to nothing, decides the same row's line of another: there are no more of these."""
    for results, known in one.of.items():
        surely = set(decides(known))
        for others, answers in ((SOMETHING, other.decide), (NOTHING, frozenset((key, not answer) for key, answer in other.decide))):
            if surely & answers:
                _no_more(ledger, _lines(ledger, one.payment, results), _lines(ledger, other.payment, others))
    if {key for key, _ in one.decide} & {key for key, _ in other.decide}:
        _no_more(ledger, _lines(ledger, one.payment, ("held",)), _lines(ledger, other.payment, ("held",)))


def _no_more(ledger: Ledger, lines: list[str], counts: list[str]) -> None:
    """That lines are no more than these together, where it is so (a cap can leave nothing of a line that pays, and a line can be for a row that is not used). Never that they are as many because they happen to be:
    such rows together can leave one value of a number that is protected, whatever is withheld. Where they must be as many, it follows: of the others there are no more either, and all are the rows."""
    if not lines or not counts:
        return
    apart = sum(ledger.table.unknowns[name].value for name in counts) - sum(ledger.table.unknowns[name].value for name in lines)
    if apart >= 0 and ledger.first(("tie", *sorted(lines), *sorted(counts))):
        ledger.known({**dict.fromkeys(lines, 1), **dict.fromkeys(counts, -1)}, None, 0)
