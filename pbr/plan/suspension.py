"""`not_used`: an item that the contract suspends for some days. A suspended payment pays nothing; a suspended fact, measure or outcome is none.

None is definite, and nothing can read it without saying what holds then: so a suspended measure neither passes for met nor for missed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pbr.language.parser import parse
from pbr.language.types import NONE, UNKNOWN, Type
from pbr.plan.leaves import Problems
from pbr.plan.node import Node
from pbr.plan.plan import Step
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer
from pbr.terms import models
from pbr.terms.payments import Payment

Finish = Callable[..., Step]


def suspended(typer: Typer, problems: Problems, name: str, model: Any, finish: Finish, within: str | None) -> Step | None:
    """The step NAME.suspended (yes or no per row), or None where the item is never suspended. Reports PBR894."""
    spans: list[models.NotUsed] = model.not_used
    if not spans:
        if model.dated_by is not None and not (isinstance(model, Payment) and typer.world.dated):
            with problems.about(model.dated_by):
                raise Mistake(
                    "PBR894",
                    "`dated_by` says by which day an item is not used, and nothing says when it is not.",
                    "Add `not_used`, or take it away. A payment also has its day for a step of the statement: `allocate: by dated_by`."
                    if isinstance(model, Payment)
                    else "Add `not_used`, or take it away.",
                )
        return None
    typer = _of_its_own(typer)
    day = _day(typer, problems, model, spans)
    parts = []
    for span in spans:
        first, last = (typer.literal(Type("date"), leaf.text, leaf.text) for leaf in (span.from_, span.to))
        halves = (
            typer.make("ge", Type("truth"), (day, first), phrase="{0} >= {1}"),
            typer.make("le", Type("truth"), (day, last), phrase="{0} <= {1}"),
        )
        parts.append(typer.make("and", Type("truth"), halves, phrase="{0} and {1}"))
    node = parts[0]
    if len(parts) > 1:
        node = typer.make("or", Type("truth"), tuple(parts), phrase=" or ".join(f"({{{i}}})" for i in range(len(parts))))
    days = "; ".join(f"from {span.from_.text} to {span.to.text}" + (f" ({span.clause.text})" if span.clause else "") for span in spans)
    return finish(
        f"{name}.suspended", "hidden", typer.own, node, typer, f"not used {days}", within=within, item=spans[0], place=spans[0].from_.place
    )


def _of_its_own(typer: Typer) -> Typer:
    """A typer of the same row with reasons of its own: another step is made of it."""
    other = Typer(typer.world, typer.own, existing=typer.existing)
    other.within = typer.within
    return other


def _day(typer: Typer, problems: Problems, model: Any, spans: list[models.NotUsed]) -> Node:
    """The day that decides: `dated_by`, else the first day of the row's own group."""
    leaf = model.dated_by
    if leaf is None and typer.own not in typer.world.cohorts:
        with problems.about(spans[0].from_):
            raise Mistake(
                "PBR894",
                "Nothing says which day of a row decides whether this is used for it.",
                "Add `dated_by: DAY`. A group has its own first day; a row has none.",
            )
    tree = problems.tree(leaf) if leaf is not None else parse(f"{typer.own}.first_day")
    with problems.about(leaf):
        node = typer.strict(typer.expression(tree), tree)
        if node.type.kind != "date":
            raise Mistake(
                "PBR335",
                f"`{leaf.text if leaf else ''}` is {node.type.phrase}; a date is needed here.",
                "Write the day that decides whether the item is used.",
            )
        return node
    raise AssertionError


def reference(typer: Typer, step: Step) -> Node:
    """The answer of a step of the same row."""
    params: dict[str, Any] = {"step": step.name, "table": step.grain, "row": "own", "via": []}
    if UNKNOWN in step.type.absent:
        params["reason"] = typer.reason("item", step.name)
    return Node("item", step.type, (), params, None, step.name)


def none_while(typer: Typer, step: Step | None, node: Node) -> Node:
    """A value that is none on the rows for which its item is suspended."""
    if step is None:
        return node
    plain = replace(node.type, absent=frozenset({NONE}), ranged=False)
    nothing = Node("literal", plain, (), {"value": None}, node.shape, "none")
    return typer.make(
        "if",
        node.type.also(NONE),
        (reference(typer, step), nothing, node),
        shape=node.shape,
        phrase="if {0} then {1} else {2}",
        ranged=True,
    )
