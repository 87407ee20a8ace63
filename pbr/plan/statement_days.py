"""The day on which a line was earned, for the steps of the statement that ask for it (`dated_by`); and the year it falls into.

A line's day is what its payment says (`dated_by`), else the day of its form: a card's `on`, the last day of a row that the plan makes or of a
group with days, or the outcome of which `only_if` is `exists(OUTCOME)`.
"""

from __future__ import annotations

from datetime import date, timedelta

from pbr.language.parser import parse
from pbr.language.phrases import EachPhrase
from pbr.language.tree import Syntax
from pbr.language.types import NONE, NOT_YET, Type
from pbr.plan.cohorts import periods
from pbr.plan.leaves import Problems
from pbr.plan.naming import World
from pbr.plan.node import Node
from pbr.plan.plan import Payment
from pbr.plan.presence import proved
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer
from pbr.terms import models

DATED_BY = "dated_by"
BEYOND = timedelta(days=3660)  # a day may lie outside the term: how far the periods are laid out on either side of it


def day_of(world: World, problems: Problems, payment: Payment, model: models.Payment) -> tuple[Node, Typer, str]:
    """The day of a payment's lines, the typer that read it, and its words. A line that pays has one: proved. Raises Mistake PBR879, Silent."""
    leaf = model.dated_by
    tree: Syntax
    if leaf is not None:
        tree, text = problems.tree(leaf), leaf.text
    else:
        text = _of_its_form(world, payment, model)
        tree = parse(text)
    typer = Typer(world, payment.grain)
    typer.within = payment.within
    condition = world.steps[payment.condition].node if payment.condition is not None else None
    try:
        found = typer.expression(tree)
        with typer.given(proved(condition, True) if condition is not None else frozenset()):
            paying = typer.expression(tree)
    except Mistake as mistake:
        mistake.at = mistake.end = None  # its place is another text than the one at hand
        raise
    if found.type.kind != "date":
        raise Mistake("PBR335", f"`{text}` is {found.type.phrase}; a date is needed here.", "Write the day on which the line was earned.")
    if NONE in paying.type.absent:
        raise Mistake(
            "PBR879",
            f"A line of `{payment.name}` may pay and have no day: `{text}` may be none (there is no such thing).",
            f"Ask for it in `only_if`: exists({text}). Or say which day then: dated_by: ({text} else DAY).",
        )
    return _settled(typer, found), typer, text


SEEN = frozenset({"day_lasted", "day_reaches"})  # a day of a set of days: none of it by a day that the data is complete to, it is later


def later_than_the_data(world: World, name: str) -> tuple[str, int, tuple[str, ...]] | None:
    """For a step with the days of lines: the step and the reasons by which such a day is known to be after the data, and the tables of that data.

    So it is of a date that is not yet, and of an outcome seen early that is the day on which a set of days was long enough: as long as it is
    not settled, and no more than that is missing."""
    step = world.steps[name]
    node = step.node
    if node.op == "item" and node.params["row"] == "own" and not node.params["via"]:
        step = world.steps[node.params["step"]]
        node = step.node
        if step.settles is not None and step.settles.how == "when seen" and node.op in SEEN:
            return step.name, 1 << step.settles.reason, step.settles.tables
    elif node.op == "certain" and node.args[0].op == "column" and node.args[0].params["table"] in world.tables:
        return step.name, 1 << node.params["reason"], (node.args[0].params["table"],)
    return None


def _settled(typer: Typer, day: Node) -> Node:
    return typer.settled_date(day) if NOT_YET in day.type.absent else day


def _of_its_form(world: World, payment: Payment, model: models.Payment) -> str:
    """The name of the day that a form has by itself."""
    if model.on is not None:
        return model.on.text
    if payment.grain in world.made or payment.grain in world.cohorts:
        return f"{payment.grain}.last_day"
    only = model.only_if.text.replace(" ", "") if model.only_if is not None else ""
    outcome = only.removeprefix("exists(").removesuffix(")")
    if only == f"exists({outcome})" and world.declared.get(outcome) == "outcomes":
        return outcome
    raise Mistake(
        "PBR879",
        f"Nothing says on which day a line of `{payment.name}` is earned.",
        f"Give the payment `{payment.name}` its day: `dated_by: DAY`.",
    )


def period_of(world: World, typer: Typer, day: Node, each: EachPhrase) -> Node:
    """The period that a day falls into, laid out like the groups of a cohort and beyond the term on both sides; none of no day, and of a day far outside it."""
    first, last = date.fromisoformat(world.first_day), date.fromisoformat(world.last_day)
    found = periods(each, first - BEYOND, last + BEYOND)
    type_ = Type("code", codes=tuple(key for _, _, key in found), absent=frozenset({NONE}))
    rows = [[start.isoformat(), end.isoformat(), key] for start, end, key in found]
    node = typer.make("period", type_, (day,), {"periods": rows}, None, f"the {each.unit} of {{0}}")
    if NONE not in day.type.absent:
        return node
    there = typer.make("exists", Type("truth"), (day,), phrase="exists({0})")
    nothing = Node("literal", Type("code", codes=type_.codes, absent=frozenset({NONE})), (), {"value": None}, None, "none")
    return typer.make("if", type_, (there, node, nothing), phrase="if {0} then {1} else {2}")
