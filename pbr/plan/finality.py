"""Money is not decided by what has merely not been seen yet.

"No arrest on record" is true of everybody on the first day. Where a payment's condition would pay because rows of dated events are
absent, the answer must be an outcome: its ``settles`` says when absence is final. A condition that pays because an event is there needs
none: not seen yet is not paid yet.
"""

from __future__ import annotations

from pbr.plan.naming import World
from pbr.plan.node import Node
from pbr.plan.signs import never_negative
from pbr.plan.trouble import Mistake

UP, DOWN, EITHER = 1, -1, 0  # how the answer moves when rows are added: towards yes (or up), towards no, or not known
_GROWS = ("count", "count_different", "any", "spells")

# what only grows with its operands: later days never take a day from a set, and a day that was reached stays reached
_FOLLOWS = ("and", "or", "add", "least", "greatest", "round", "exists", "days_both", "days_either", "days_joined", "days_begin", "days_within", "days_in",
            "day_reaches", "day_lasted", "covers")  # fmt: skip


def check_final(world: World, node: Node, *, pays_when: str) -> None:
    """Raises Mistake (PBR345) when absent rows of dated events could decide. ``pays_when``: "yes" (more rows that make it yes only pay
    later) or "either" (a stake: both answers move money)."""
    found = _absent(world, node, UP if pays_when == "yes" else EITHER, set())
    if found is not None:
        window = "" if world.tables[found].register else f" with a window on a date of {found}"
        raise Mistake(
            "PBR345",
            f"This is decided by rows of {found} that are not there, and nothing says from which day on they are not coming any more.",
            f"Make it an outcome: `yes_when`{window}, and `settles` with the day on which the answer is final. A number is a fact with `settles`.",
        )


def _absent(world: World, node: Node, way: int, seen: set[tuple[str, int]]) -> str | None:
    """The table whose absent rows could bring the answer about, or None. ``way``: which way the answer pays."""
    told = node.params.get("aggregate")
    if node.op == "sum" and way == UP and never_negative(world, node.args[0]):
        return _first(world, node.args, way, seen)  # each row adds to it, or nothing: what is not there yet is not paid yet
    if told is not None:
        table = world.tables.get(told["link"]["table"])
        dated = table is not None and any(column.type.kind == "date" for column in table.columns)
        if dated and told["link"]["kind"] in ("children", "matched") and not (node.op in _GROWS and way == UP):
            return str(told["link"]["table"])
        return _first(world, node.args, EITHER, seen)
    if node.op == "item":
        step = world.steps[node.params["step"]]
        if step.kind == "outcome" or step.settles is not None or (step.name, way) in seen:
            return None
        seen.add((step.name, way))
        return _absent(world, step.node, way, seen)
    if node.op == "not":
        return _absent(world, node.args[0], -way, seen)
    if node.op == "days_less":
        return _absent(world, node.args[0], way, seen) or _absent(world, node.args[1], -way, seen)
    if node.op == "exists" and way == UP and (reached := _running_sum(world, node.args[0])) is not None:
        return _first(world, reached.args, EITHER, seen)  # what came to so much comes to it whatever is added
    if node.op == "exists" and node.args[0].op not in ("day_reaches", "day_lasted", "item"):
        return _first(world, node.args, EITHER, seen)
    if node.op in _FOLLOWS:
        return _first(world, node.args, way, seen)
    if node.op in ("mul", "div") and all(never_negative(world, arg) for arg in node.args):
        return _absent(world, node.args[0], way, seen) or _absent(world, node.args[1], way if node.op == "mul" else -way, seen)
    if node.op in ("gt", "ge", "lt", "le", "sub"):
        first = -way if node.op in ("lt", "le") else way
        return _absent(world, node.args[0], first, seen) or _absent(world, node.args[1], -first, seen)
    if node.op == "if":
        condition = way if _zero(node.args[2]) else -way if _zero(node.args[1]) else EITHER
        return _absent(world, node.args[0], condition, seen) or _first(world, node.args[1:], way, seen)
    return _first(world, node.args, EITHER, seen)


def _running_sum(world: World, node: Node) -> Node | None:
    """The running sum whose day this is, by itself or as a fact; None for anything else."""
    if node.op == "item":
        step = world.steps[node.params["step"]]
        node = node if step.kind == "outcome" or step.settles is not None else step.node
    return node if node.op == "day_sum" else None


def _zero(node: Node) -> bool:
    return node.op == "literal" and node.type.numeric and node.params["value"] is not None and node.params["value"]["n"] == "0"


def _first(world: World, nodes: tuple[Node, ...], way: int, seen: set[tuple[str, int]]) -> str | None:
    return next((found for node in nodes if (found := _absent(world, node, way, seen)) is not None), None)
