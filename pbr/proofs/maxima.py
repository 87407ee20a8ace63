"""``expect_maximum`` of worked examples: the most that all payments together can come to for one row, code by code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pbr.plan.bounding import Bounds
from pbr.plan.naming import CONTRACT
from pbr.plan.plan import Plan
from pbr.plan.spelling import closest
from pbr.problem import Problem
from pbr.proofs.maximum import largest, most
from pbr.proofs.proof import COUNTEREXAMPLE, NOT_DECIDED, PROVED, Proof
from pbr.proofs.search import Search
from pbr.proofs.showing import pounds, show
from pbr.proofs.stating import sum_of, world_of
from pbr.terms import models
from pbr.terms.loading import Loaded


def maxima(loaded: Loaded, plan: Plan, problems: list[Problem], runs: int) -> Iterable[Proof]:
    """One proof for each sum that an example expects."""
    for example in loaded.contract.examples:
        told = example.expect_maximum
        if told is None or not _readable(loaded, plan, told, problems):
            continue
        values = told.values if isinstance(told.values, dict) else {"": told.values}
        for code, leaf in values.items():
            amount = sum_of(plan, loaded.source, leaf, problems)
            if amount is not None:
                yield _maximum(loaded, plan, example, told, code, leaf, amount, runs)


def _readable(loaded: Loaded, plan: Plan, told: models.ExpectMaximum, problems: list[Problem]) -> bool:
    """Whether what it names is there; if not, that is said."""

    def wrong(says: str, hint: str, leaf: models.Scalar) -> bool:
        problems.append(loaded.source.problem("PBR933", says, hint, leaf.place))
        return False

    tables = {table.name: table for table in plan.tables}
    grains = [CONTRACT, *tables, *(cohort.name for cohort in plan.cohorts if cohort.groups)]
    if told.per.text not in grains:
        return wrong(f"There is no table or group `{told.per.text}`.", closest(told.per.text, grains), told.per)
    if told.by is None:
        return not isinstance(told.values, Mapping) or wrong(
            "A sum for each code is given, and not of what.", "Add `by: COLUMN`.", told.per
        )
    table = tables.get(told.per.text)
    column = next((column for column in table.columns if column.name == told.by.text), None) if table is not None else None
    if column is None or column.type.kind != "code":
        codes = [one.name for one in table.columns if one.type.kind == "code"] if table is not None else []
        return wrong(
            f"`{told.by.text}` is no column of codes of {told.per.text}.",
            closest(told.by.text, codes, "Name a column of type code."),
            told.by,
        )
    given = set(told.values) if isinstance(told.values, dict) else set()
    for code in (*column.type.codes, *sorted(given)):
        if code not in given or code not in column.type.codes:
            return wrong(
                f"`{code}` is {'not given a sum' if code not in given else f'no code of {column.name}'}.",
                f"Give a sum for each of {', '.join(column.type.codes)}.",
                told.by,
            )
    return True


def _maximum(
    loaded: Loaded, plan: Plan, example: models.Example, told: models.ExpectMaximum, code: str, leaf: models.Scalar, amount: int, runs: int
) -> Proof:  # fmt: skip
    per = told.per.text
    world = world_of(plan)
    names = [p.name for p in plan.payments if p.form != "factor" and world.path(p.grain, per) is not None]
    pins = {(per, told.by.text): frozenset({code})} if told.by is not None else {}
    bound = most(plan, Bounds(plan, pins), names, per)
    search = Search(plan, runs=runs, pins=dict.fromkeys(pins, code))
    found = largest(search, names, per)
    whose = f" with {told.by.text} {code}" if told.by is not None else ""
    claim = f"all payments come to {leaf.text} at most for one row of {per}{whose}"
    proof = Proof("maximum", example.name.text, leaf.place, claim, NOT_DECIDED, stated=True, sum=amount)
    said = "no bound on it can be proved" if bound is None else f"what can be proved is {pounds(plan, bound.__floor__())} at most"
    if found is not None and found[0] > amount:
        return replace(proof, answer=COUNTEREXAMPLE, why=f"these rows come to {pounds(plan, found[0])}", shown=show(plan, found[1], names))
    if bound is not None and bound.__floor__() < amount:
        return replace(
            proof,
            answer=COUNTEREXAMPLE,
            why=f"they come to {pounds(plan, bound.__floor__())} at most, which is proved",
            shown=show(plan, found[1], names) if found is not None else None,
        )
    if bound is None or bound.__floor__() != amount:
        return replace(proof, answer=NOT_DECIDED, why=said)
    reached = found is not None and found[0] == amount
    return replace(
        proof,
        answer=PROVED,
        why="and rows that come to it were found" if reached else "as a bound; whether rows come to it is not decided, none were found",
    )
