"""Everything that is proved of a contract, in one list: by place, then name."""

from __future__ import annotations

from pbr.plan.bounding import Bounds
from pbr.plan.plan import Plan
from pbr.proofs.caps import caps
from pbr.proofs.cliffs import DEFAULT, cliffs
from pbr.proofs.declared import declared
from pbr.proofs.proof import Proof
from pbr.proofs.reaching import reaching
from pbr.proofs.search import TABLES, THOROUGH, Search
from pbr.terms.loading import Loaded


def prove(loaded: Loaded, plan: Plan, *, thorough: bool = False, cliff: int | None = None) -> list[Proof]:
    """Every proof of a contract that compiles. ``thorough``: many more tables are tried. ``cliff``: minor units that a threshold may move,
    in place of what the contract states. The same contract gives the same list."""
    bounds, search = Bounds(plan), Search(plan, runs=THOROUGH if thorough else TABLES)
    found = [
        *declared(loaded, plan, search),
        *reaching(plan, bounds, search, loaded.source),
        *caps(plan, bounds, search, loaded.source),
        *cliffs(plan, bounds, search, loaded.source, DEFAULT if cliff is None else cliff, stated=cliff is not None),
    ]
    return sorted(found, key=lambda proof: (proof.place.line if proof.place else 0, proof.name))
