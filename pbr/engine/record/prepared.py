"""What the reference engine takes from a plan alone, once for each plan: it is the same whatever the rows are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pbr.engine.record.leaves import decode_literal
from pbr.engine.record.tables import AGGREGATE, READ, SCALAR, WINDOW
from pbr.plan.columns import node_at
from pbr.plan.node import Node
from pbr.plan.plan import Link, Plan, Step
from pbr.values.value import Value

SCALARS, READS, AGGREGATES, WINDOWS = "scalar", "read", "aggregate", "window"


class About(NamedTuple):
    """A node: ``kind`` of its operation (one of the four above). ``literal``: its value, if it is one. ``recorded``: the trace has it.
    ``link``: of an aggregate. ``via``: the hops of a column or item."""

    kind: str
    literal: Value | None
    recorded: bool
    link: Link | None
    via: list[list[str]]


class Prepared:
    """``steps`` by name, and the nodes of their ``parts`` by step and number. ``levels``: for each step how many frames of Python its node may need. Nodes are told apart by their ids: the plan
    keeps them alive."""

    def __init__(self, plan: Plan) -> None:
        self.steps: Mapping[str, Step] = {step.name: step for step in plan.steps}
        self.beyond = 1 + max((step.number for step in plan.steps), default=0)  # later than every step
        self.members = {cohort.member for cohort in plan.cohorts}
        self.exclusions = {cohort.excluded for cohort in plan.cohorts}
        # Where a cohort has a single group, a given row is in that one: its key's parts by step.
        single = [cohort for cohort in plan.cohorts if len(cohort.groups) == 1]
        self.only: Mapping[str, Any] = {step: part for c in single for step, part in zip(c.keys, c.groups[0].key, strict=True)}
        # Rows given below a group make it non-empty.
        self.emptiness = {f"{cohort.name}.rows": Value.known(1) for cohort in plan.cohorts} | {
            f"{cohort.name}.filled": Value.known(True) for cohort in plan.cohorts
        }
        self.levels = {step.name: _levels(step.node) + 5 for step in plan.steps}  # 5: what leads from a read to the step's own node
        self.parts = {(step.name, part.number): node_at(step.node, part.path) for step in plan.steps for part in step.parts}
        self._recorded = {id(node) for node in self.parts.values()}
        self._about: dict[int, About] = {}

    @staticmethod
    def of(plan: Plan) -> Prepared:
        """That of the plan, made when it is first asked for and kept with it."""
        kept: Prepared | None = plan.__dict__.get("_prepared")
        if kept is None:
            kept = Prepared(plan)
            object.__setattr__(plan, "_prepared", kept)
        return kept

    def about(self, node: Node) -> About:
        """What is known of a node of this plan."""
        found = self._about.get(id(node))
        if found is None:
            found = self._about[id(node)] = _about(node, id(node) in self._recorded)
        return found


def _about(node: Node, recorded: bool) -> About:
    op, params = node.op, node.params
    kind = READS if op in READ else AGGREGATES if op in AGGREGATE else WINDOWS if op in WINDOW else SCALARS
    assert kind != SCALARS or op in SCALAR, f"no operation {op}"
    link = None
    if kind == AGGREGATES:
        told = params["aggregate"]["link"]
        link = Link(told["kind"], told["table"], *(tuple(told.get(name, ())) for name in ("columns", "onto", "back")))
    return About(kind, decode_literal(params["value"], node.type.kind) if op == "literal" else None, recorded, link, params.get("via", []))


def _levels(node: Node) -> int:
    """Frames of Python: one for each level of nodes, and those between an aggregate and what it asks of its rows."""
    below = max((_levels(arg) for arg in node.args), default=0)
    return below + (10 if "aggregate" in node.params or node.op in WINDOW else 1)
