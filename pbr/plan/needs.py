"""`needs`: a value that stands only on enough rows, and what holds where there are fewer."""

from __future__ import annotations

from fractions import Fraction

from pbr.language.parser import parse
from pbr.language.types import UNKNOWN, Type
from pbr.plan import quantities, shapes
from pbr.plan.forms import nodes
from pbr.plan.leaves import Problems
from pbr.plan.node import Node
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer
from pbr.terms import models
from pbr.terms.payments import Needs


def count_text(typer: Typer, words: Needs) -> str:
    """What is counted, as an expression: a table or cohort stands for the number of its rows."""
    name = words.of.text
    return f"count of {name}" if typer.world.declared.get(name) in ("data", "cohorts") else name


def enough(typer: Typer, problems: Problems, words: Needs) -> Node:
    """Whether there are enough. A count that may still change decides only where that cannot matter."""
    syntax = problems.read(words.of, lambda _: parse(count_text(typer, words)))
    with problems.about(words.of):
        count = typer.strict(typer.expression(syntax), syntax)
        if count.type.kind not in ("whole", "number"):
            raise Mistake(
                "PBR849", f"`{words.of.text}` is {count.type.phrase}; `needs` counts something.", "Name a table, a cohort or a count."
            )
    tree = problems.tree(words.at_least)
    with problems.about(words.at_least):
        least = typer.strict(typer.expression(tree), tree)
        value = nodes.fixed(least)
        if least.type.kind != "whole" or value is None or value <= 0:
            raise Mistake("PBR849", f"`{words.at_least.text}` is not how many are needed.", "Write a whole number from 1, for example 25.")
        return nodes.compare(typer, "ge", count, least)
    raise AssertionError


def where_enough(typer: Typer, problems: Problems, words: Needs, met: Node, node: Node, nothing: Node | None) -> Node:
    """``node`` where ``met`` is yes, and what ``else`` says where it is no. ``nothing``: the zero of a payment of money, else None."""
    with problems.about(words.else_):
        if words.else_.text == "nothing":
            if nothing is None:
                raise Mistake("PBR849", "`nothing` is for payments of money.", "Write `hold`, or the value that holds instead.")
            return choice(typer, met, node, nothing)
        if words.else_.text == "hold":
            return _held(typer, words, met, node)
    tree = problems.tree(words.else_)
    with problems.about(words.else_):
        other = typer.strict(typer.expression(tree), tree)
        if quantities.same(node.type, other.type) is None:
            raise Mistake(
                "PBR322",
                f"The two differ: {node.type.phrase} and {other.type.phrase}.",
                "What holds instead has the same type and unit. Or write `hold`.",
            )
        return choice(typer, met, node, other)
    raise AssertionError


def choice(typer: Typer, condition: Node, yes: Node, no: Node, phrase: str = "if {0} then {1} else {2}") -> Node:
    kind = quantities.same(yes.type, no.type)
    assert kind is not None
    shape = None
    if kind.numeric:
        assert yes.shape and no.shape
        shape = shapes.choice(yes.shape, no.shape, unsure=UNKNOWN in condition.type.absent)
    absent = tuple(a for a in ("none",) if a in yes.type.absent | no.type.absent)
    return typer.make("if", kind.also(*absent), (condition, yes, no), {}, shape, phrase, ranged=True)


def _held(typer: Typer, words: Needs, met: Node, node: Node) -> Node:
    """Unknown where there are too few. The condition is then unknown (yes, or a truth that never is known), and the two sides are never
    equal, so an `if` of them is unknown, whatever they are."""
    what = f"at least {words.at_least.text} are needed: {words.of.text}"
    never = typer.make(
        "dated",
        Type("truth"),
        (typer.literal(Type("date"), "0001-01-01", "0001-01-01"),),
        {"name": "enough", "entries": [["9999-12-31", True]], "reason": typer.reason("domain", what)},
        None,
        what,
        cause=True,
    )
    sure = typer.make("or", Type("truth"), (met, never), phrase="{0}")
    if node.type.kind == "truth":
        other = typer.make("not", Type("truth"), (node,), phrase="not {0}")
    elif node.type.numeric and "none" not in node.type.absent:
        one = typer.literal(Type(node.type.kind, per=node.type.per), Fraction(1), "1")
        other = nodes.add(typer, node, one)
    else:
        raise Mistake(
            "PBR849", f"`hold` is for numbers, sums and yes or no; this is {node.type.phrase}.", "Write the value that holds instead."
        )
    return choice(typer, sure, node, other, "{1}")


def fulfilled(typer: Typer, problems: Problems, item: models.Fact | models.Outcome, node: Node) -> Node:
    """A fact, outcome or measure, with what its ``needs`` says."""
    if item.needs is None:
        return node
    return where_enough(typer, problems, item.needs, enough(typer, problems, item.needs), node, None)
