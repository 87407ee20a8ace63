"""What the solver said of rows and bounds is kept: the same question is not asked twice, and another is not answered by it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pbr.disclosure import attack_solver, looking
from pbr.disclosure.attack import begin
from pbr.disclosure.cells import Relation
from pbr.disclosure.looking import Choice, look
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
    monkeypatch.setattr(looking, "near_witness", lambda *_: None)
    monkeypatch.setattr(looking, "search", lambda *_: Searched())
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
    assert values(0, (5, 6))[0] in (5, 6)  # where no row holds, of two unknowns
    assert values(1, (5, 6))[1] in (5, 6)


def test_a_proof_that_is_kept_names_the_rows_that_hold_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """x and y come to 1,200 with a, and to twice b, which is at least 400. That can be said by one row or by another: each time the proof names the one that holds."""
    monkeypatch.setattr(looking, "near_witness", lambda *_: None)
    monkeypatch.setattr(looking, "search", lambda *_: Searched())
    made = table(a=400, x=400, y=400, b=400)
    made.relations.append(Relation(form(a=1, x=1, y=1), Fraction(1200), Fraction(1200)))
    made.relations.append(Relation(form(x=1, y=1, b=-2), Fraction(0), Fraction(0)))
    made.relations += [Relation(form(b=1), Fraction(400), None)] * 2
    known = begin(made, Rule(), {})[0].known
    active = bytearray(known.active)
    for holds, other in ((2, 3), (3, 2)):
        active[holds], active[other] = True, False
        found = look(known, 0, (402, 402), active)
        assert found.witness is None
        assert set(found.through) == {0, 1, holds}
