"""The ordered steps of ``statement: then:`` over all lines: each as written becomes a ``StatementStep``."""

from __future__ import annotations

from collections.abc import Callable

from pbr.plan.leaves import Problems
from pbr.plan.naming import World
from pbr.plan.plan import Payment, Step
from pbr.plan.statement_cuts import CutBuilder
from pbr.plan.statement_parts import NOT_READ, StepBuilder
from pbr.plan.statement_totals import TotalBuilder
from pbr.plan.then import KINDS, LINEWISE, StatementStep, kind_of
from pbr.plan.trouble import Mistake
from pbr.terms import models


def build_statement(
    world: World, problems: Problems, contract: models.Contract, payments: list[Payment], finish: Callable[..., Step]
) -> list[StatementStep]:
    """The steps in the order written. Raises Silent after reporting what is wrong."""
    done: list[StatementStep] = []
    for number, model in enumerate(contract.statement.then, 1):
        place = problems.source.place("statement", "then", number - 1)
        with problems.about(None, place):
            builder = _builder(model)(world, problems, number, model, payments, finish, done)
            builder.written = contract.payments
        done.append(builder.build())
    return done


def _builder(model: models.Then) -> type[StepBuilder]:
    """Which of the two sorts of step this is. Raises Mistake where it is not exactly one kind, or says what its kind does not read."""
    said = [kind for kind in KINDS if getattr(model, kind) is not None]
    if "deduct" in said and "round" in said:
        said.remove("round")
    if len(said) != 1:
        raise Mistake(
            "PBR870",
            f"This step of the statement is {' and '.join(f'`{word}`' for word in said)} at once."
            if said
            else "This step of the statement says nothing to do.",
            f"Write one of {', '.join(KINDS)} in each step: they are done in the order written.",
        )
    kind = kind_of(model)
    linewise = kind in LINEWISE and not (kind == "cap" and model.on is not None)
    for word in sorted(set(model.model_fields_set) - {kind, "clause", "says", "source", "mark"}):
        why = NOT_READ[kind if linewise or kind != "cap" else "cap on a total"].get(word)
        if why is not None:
            raise Mistake("PBR871", f"`{word.rstrip('_')}` changes nothing in this `{kind}`.", why)
    return CutBuilder if linewise else TotalBuilder
