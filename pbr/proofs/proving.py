"""Everything that is proved of a contract, in one list: by place, then name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from pbr.examples import ExampleResult
from pbr.plan.bounding import Bounds
from pbr.plan.plan import Plan
from pbr.problem import Place, Problem
from pbr.proofs.caps import caps
from pbr.proofs.cliffs import DEFAULT, cliffs
from pbr.proofs.declared import baselines, declared
from pbr.proofs.laws import Laws
from pbr.proofs.maturity import maturity
from pbr.proofs.maxima import maxima
from pbr.proofs.proof import Proof
from pbr.proofs.reaching import reaching
from pbr.proofs.search import TABLES, THOROUGH, Search
from pbr.proofs.showing import changes, yaml_lines
from pbr.proofs.stating import sum_of
from pbr.proofs.worked import worked
from pbr.terms.loading import Loaded
from pbr.terms.source import Source

_CODES = {"laws": "PBR930", "cliffs": "PBR931", "maximum": "PBR932"}


def prove(
    loaded: Loaded, plan: Plan, *, thorough: bool = False, cliff: int | None = None, ran: Sequence[ExampleResult] | None = None
) -> tuple[list[Proof], list[Problem]]:
    """Every proof of a contract that compiles, and a problem for each thing that the contract states of itself and that is not so.

    ``thorough``: many more tables are tried. ``cliff``: minor units that a threshold may move, in place of what the contract states. ``ran``:
    the results of its examples, where they were run already. The same contract gives the same lists.
    """
    source, problems = loaded.source, list[Problem]()
    bounds, search = Bounds(plan), Search(plan, runs=THOROUGH if thorough else TABLES)
    most, said = _limit(loaded, plan, cliff, problems)
    found = [
        *declared(loaded, plan, search, problems),
        *reaching(plan, bounds, search, source),
        *caps(plan, bounds, search, source),
        *maturity(plan, search, source),
        *cliffs(plan, bounds, search, cache(lambda: worked(loaded, plan, ran)), source, most, stated=said),
    ]
    found += Laws(loaded, plan, bounds, search, problems).proofs()
    found += maxima(loaded, plan, problems, search.runs)
    problems += [_broken(source, proof) for proof in found if proof.stated and proof.trouble]
    return sorted(found, key=lambda proof: (proof.place.line if proof.place else 0, proof.name)), problems


def stated(loaded: Loaded, plan: Plan, *, tables: int = TABLES) -> list[Problem]:
    """A problem for each thing that the contract states of itself (laws, cliffs, the most that is paid, when it was measured) and that is not
    so. ``tables``: how many are tried."""
    source, problems = loaded.source, list[Problem]()
    bounds, search = Bounds(plan), Search(plan, runs=tables)
    most, said = _limit(loaded, plan, None, problems)
    found = [
        *baselines(loaded, plan, problems),
        *Laws(loaded, plan, bounds, search, problems).proofs(),
        *maxima(loaded, plan, problems, tables),
    ]
    if said:
        found += cliffs(plan, bounds, search, cache(lambda: worked(loaded, plan)), source, most, stated=True)
    return [*problems, *(_broken(source, proof) for proof in found if proof.stated and proof.trouble)]


def _limit(loaded: Loaded, plan: Plan, asked: int | None, problems: list[Problem]) -> tuple[int, bool]:
    """Minor units that a threshold may move, and whether somebody said so."""
    told = loaded.contract.cliffs
    if asked is None and told is not None:
        asked = sum_of(plan, loaded.source, told.more_than, problems)
    return DEFAULT if asked is None else asked, asked is not None


def _broken(source: Source, proof: Proof) -> Problem:
    """What the contract states and a table shows to be otherwise."""
    rows = (
        []
        if proof.shown is None
        else [*yaml_lines(proof.shown, f"{proof.name} of {proof.item}", 12), *(f"# {line}" for line in changes(proof.shown))]
    )
    says = "\n".join([f"It is stated that {proof.claim}: {proof.why}.", *rows])
    return source.problem(
        _CODES[proof.name], says, "Either the term or what is stated of it is wrong.", proof.place or Place(source.file, 1, 1)
    )
