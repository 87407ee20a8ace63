"""What everybody knows of payments that several answers decide: how many rows there are with each way of answering all of them.

Who is paid for where both are so, and who where either is, come together to those with the one and those with the other. That is no row about one payment: it follows from the ways, which no figure shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from pbr.plan.plan import Step
from pbr.platform.sqltext import quote_name as quote
from pbr.publish.reading_results import Clause, key_of
from pbr.publish.reading_texts import Texts
from pbr.statement.evidence import answered

YES, NO, OPEN = "yes", "no", "held"
MOST_WAYS = 32
DECIDES = ("and", "or", "not", "item", "exists")  # an answer made of others is no question of its own


@dataclass(frozen=True)
class Ways:
    """``questions``: keys of named answers; ``names``: by way of answering them all, the unknown that counts such rows."""

    questions: tuple[str, ...]
    names: Mapping[tuple[str, ...], str]

    def where(self, clauses: Iterable[Clause]) -> list[str]:
        """The ways in which all of these are so, as far as they are about these questions: a row with a result that is known has one of them."""
        asked = [clause for clause in clauses if all(key in self.questions for key, _ in clause)]
        return [name for way, name in self.names.items() if all(self._so(way, clause) for clause in asked)]

    def _so(self, way: tuple[str, ...], clause: Clause) -> bool:
        return any(way[self.questions.index(key)] == (YES if answer else NO) for key, answer in clause)

    @property
    def open(self) -> list[str]:
        return [name for way, name in self.names.items() if OPEN in way]


def ways_of(texts: Texts, grain: str, asked: Collection[str]) -> Ways | None:
    """The ways of answering what is ``asked`` of the used rows of a table; None where that is one question, where they are too many, or where it cannot be counted."""
    trail, ledger = texts.trail, texts.ledger
    columns = trail.columns(grain)
    questions = [step for step in trail.plan.steps if key_of(step) in asked and step.name in columns and _is_question(step)]
    used = ledger.unknowns.get(("rows", grain, "used"))
    if used is None or len(questions) < 2:
        return None
    tests = []
    for step in questions:
        held = f"{quote(step.name + '.why')} <> 0" if f"{step.name}.why" in columns else "false"
        yes, no = answered(trail, step, held)
        tests.append(f"CASE WHEN {yes} THEN '{YES}' WHEN {no} THEN '{NO}' WHEN {held} THEN '{OPEN}' ELSE 'none' END")
    place = " WHERE _place = 'used'" if "_place" in columns else ""
    found = trail.select(f"SELECT {', '.join(tests)}, count(*) FROM {trail.view(grain)}{place} GROUP BY ALL")
    counts = {tuple(map(str, way)): int(number) for *way, number in found}
    if sum(counts.values()) != ledger.table.unknowns[used].value or any("none" in way for way in counts):
        return None
    answers = [(YES, NO, OPEN) if any(way[at] == OPEN for way in counts) else (YES, NO) for at in range(len(questions))]
    ways = list(product(*answers))
    if len(ways) > MOST_WAYS:
        return None
    what = " and ".join(step.name for step in questions)
    names = {
        way: ledger.unknown(
            ("ways", grain, way), (grain, "ways", *way), counts.get(way, 0), f"rows of {grain} by {what}: {way}", False, False
        )
        for way in ways
    }
    ledger.known({**dict.fromkeys(names.values(), 1), used: -1}, 0, 0)
    for at, step in enumerate(questions):
        for answer in answers[at]:
            whole = ledger.unknowns.get(("outcome", step.name, answer))
            if whole is not None:
                ledger.known({**{name: 1 for way, name in names.items() if way[at] == answer}, whole: -1}, 0, 0)
    return Ways(tuple(key_of(step) for step in questions), names)


def _is_question(step: Step) -> bool:
    return step.kind == "outcome" or (step.type.kind == "truth" and step.node.op not in DECIDES)
