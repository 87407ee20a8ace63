"""What the solver said of rows and bounds is kept: the same question is not asked twice, and another is not answered by it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pbr.disclosure import attack, attack_solver
from pbr.disclosure.attack import Choice, begin, look
from pbr.disclosure.cells import Relation
from pbr.disclosure.rule import Rule
from pbr.disclosure.searching import Searched
from tests.disclosure.tables import form, table


def test_the_same_question_is_put_to_the_solver_once_and_others_each(monkeypatch: pytest.MonkeyPatch) -> None:
    made = table(a=2, b=3, c=1, d=2, e=3, f=1)
    made.relations += [
        Relation(form(a=2, b=4, c=-6), Fraction(10), Fraction(10)),
        Relation(form(d=2, e=4, f=-6), Fraction(10), Fraction(10)),
    ]
    known = begin(made, Rule(), {})[0].known
    monkeypatch.setattr(attack, "near_witness", lambda *_: None)
    monkeypatch.setattr(attack, "search", lambda *_: Searched())
    asked = []
    solve = attack_solver.solve
    monkeypatch.setattr(attack_solver, "solve", lambda *given: asked.append(given) or solve(*given))

    def values(at: int, choice: Choice) -> dict[int, int]:
        found = look(known, at, choice, known.active).witness
        assert found is not None
        assert known.keeps(found, known.active)
        return found

    first = values(0, (3, 3))
    assert values(0, (3, 3)) == first
    assert len(asked) == 1
    assert values(0, (4, 4))[0] == 4  # within other bounds
    assert values(3, (3, 3))[3] == 3  # of other rows
    assert len(asked) == 3
    for row in range(len(known.rows)):
        known.active[row] = False
    assert values(0, (3, 3)) == {0: 3}  # where no row holds
    assert values(1, (4, 4)) == {1: 4}


def test_a_proof_that_is_kept_names_the_rows_that_hold_now() -> None:
    """Prices contradict within bounds; the bounds follow through other rows the second time, and these are said to be needed."""
    made = table(a=4, b=4, c=4)
    for relation in (form(a=1, b=1), form(b=1, c=1), form(a=1, c=1)):
        made.relations.append(Relation(relation, Fraction(8), Fraction(8)))
    for _ in range(2):  # twice the same: that c is at most 5
        made.relations.append(Relation(form(c=1), None, Fraction(5)))
    known = begin(made, Rule(), {})[0].known
    active = bytearray(known.active)
    for holds in (3, 4):
        active[3], active[4] = holds == 3, holds == 4
        found = look(known, 0, (5, 5), active)
        assert found.witness is None
        assert not {3, 4} - {holds} & set(found.through)
        assert all(active[row] for row in found.through)
