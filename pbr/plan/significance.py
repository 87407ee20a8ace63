"""Typing of ``verdict``: a share against a percentage, or against another share, by exact inequalities.

A share's value does not say of how many. So the share's two counts become steps of their own, NAME.yes and NAME.no: the same rows, with the same words for
held and rejected rows, ``take as yes`` of the one being ``take as no`` of the other.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from pbr.language import printer
from pbr.language.tree import Name, Operation, Syntax
from pbr.language.types import Type
from pbr.plan import shapes
from pbr.plan.node import Node
from pbr.plan.plan import Step
from pbr.plan.spoken import spoken
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer, encode

CODES = ("better", "no_change", "worse")
_OTHER_WAY = {"take as yes": "take as no", "take as no": "take as yes", "count as yes": "count as no", "count as no": "count as yes"}


def verdict(typer: Typer, syntax: Operation) -> Node:
    """``verdict(reoffending, against: 48.3%, z: 1.96, better: lower)``: a code, better | no_change | worse."""
    share, against = syntax.args
    first = _counts(typer, share)
    if first is None:
        raise Mistake(
            "PBR822",
            f"`{printer.show(share)}` is not a share, so nothing says how many it is a share of.",
            "Name a fact or measure that is `share of T where (c)`, or one count divided by another.",
            share,
        )
    second = _counts(typer, against) if isinstance(against, Name) else None
    args = (*first, *second) if second is not None else (*first, _percentage(typer, against))
    z = Fraction(syntax.words[0])
    if z <= 0:
        raise Mistake(
            "PBR823", "z is 0, so any difference at all would be significant.", "Write the number of standard errors: 1.96.", syntax
        )
    shown = printer.show(share)
    params = {"z": encode(Type("number"), z), "better": syntax.words[1], "reason": typer.reason("empty", shown)}
    other = printer.show(against) if second is not None else "{2}"
    phrase = f"verdict({shown}, against: {other}, z: {syntax.words[0]}, better: {syntax.words[1]})"
    return typer.make("verdict", Type("code", codes=CODES), args, params, None, phrase, cause=True)


def _percentage(typer: Typer, syntax: Syntax) -> Node:
    node = typer.strict(typer.expression(syntax), syntax)
    if node.type.kind != "percent":
        raise Mistake(
            "PBR824",
            f"`{printer.show(syntax)}` is {node.type.phrase}; a share is compared with a percentage, or with another share.",
            "Write for example `against: 48.3%`, or the name of a share.",
            syntax,
        )
    if node.op == "literal":
        value = Fraction(int(node.params["value"]["n"]), int(node.params["value"]["d"]))
        if not 0 <= value <= 1:
            raise Mistake("PBR824", f"No share is {spoken(node)}.", "A share lies between 0% and 100%.", syntax)
    return node


def _counts(typer: Typer, syntax: Syntax) -> tuple[Node, Node] | None:
    """How many of a share are yes, and how many no; None for what is not the name of a share."""
    if not isinstance(syntax, Name):
        return None
    node = typer.expression(syntax)
    if node.op != "item":
        return None
    step = typer.world.steps[node.params["step"]]
    made = _steps(typer, step)
    return None if made is None else (_read(typer, node, made[0]), _read(typer, node, made[1]))


def _read(typer: Typer, node: Node, step: Step) -> Node:
    """The item ``node`` reads, at the same row, but of another step."""
    params: dict[str, Any] = {key: value for key, value in node.params.items() if key != "reason"}
    absent = step.type.absent | (node.type.absent & {"unknown"})
    if absent or step.type.ranged:
        params["reason"] = typer.reason("item", step.name.rpartition(".")[0])
    return Node(
        "item", Type("whole", absent=absent, ranged=step.type.ranged), (), {**params, "step": step.name}, step.node.shape, step.name
    )


def _steps(typer: Typer, step: Step) -> tuple[Step, Step] | None:
    world, names = typer.world, (f"{step.name}.yes", f"{step.name}.no")
    if names[0] not in world.steps:
        pair = _pair(step)
        if pair is None:
            return None
        for name, node in zip(names, pair, strict=True):
            own = Typer(world, step.grain)
            own.reasons = list(step.reasons)
            world.finish(name, "hidden", step.grain, node, own, spoken(node), within=step.within)
    return world.steps[names[0]], world.steps[names[1]]


def _pair(step: Step) -> tuple[Node, Node] | None:
    """The nodes of the two counts of a share; of a quotient of two counts, the first and what is left of the second."""
    node = step.node
    if node.op == "if" and node.args[1].op == "literal":  # `if_none` stands before it
        node = node.args[2]
    if node.op == "share":
        return _counting(node, yes=True), _counting(node, yes=False)
    if node.op == "as_percent":
        node = node.args[0]
    if node.op == "div" and all(arg.type.kind == "whole" for arg in node.args):
        part, whole = node.args
        assert part.shape is not None and whole.shape is not None
        absent = part.type.absent | whole.type.absent
        rest = Type("whole", absent=absent, ranged=part.type.ranged or whole.type.ranged)
        less = Node("sub", rest, (whole, part), {}, shapes.add(whole.shape, part.shape), "{0} - {1}")
        return part, less
    return None


def _counting(node: Node, *, yes: bool) -> Node:
    """``count of T where (c)``, or of (not c), over the rows of a share."""
    told = dict(node.params["aggregate"])
    (where,) = node.args
    if not yes:
        told["when_held"] = _OTHER_WAY.get(told["when_held"], told["when_held"])
        how = told["when_rejected"]["how"]
        told["when_rejected"] = {**told["when_rejected"], "how": _OTHER_WAY.get(how, how)}
        where = Node("not", where.type, (where,), {}, None, "not ({0})")
    assert node.shape is not None
    type_ = Type("whole", absent=frozenset({"unknown"}), ranged=node.type.ranged)
    return Node("count", type_, (where,), {"aggregate": told}, shapes.count(node.shape.top // 2), f"count of {told['over']} where {{0}}")
