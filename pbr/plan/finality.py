"""Money is not decided by what has merely not been seen yet.

"No arrest on record" is true of everybody on the first day. Where a payment's condition would pay because rows of dated events are
absent, the answer must be an outcome: its ``settles`` says when absence is final. A condition that pays because an event is there needs
none: not seen yet is not paid yet.
"""

from __future__ import annotations

from dataclasses import dataclass

from pbr.plan.naming import World
from pbr.plan.node import Node
from pbr.plan.signs import never_negative
from pbr.plan.trouble import Mistake

UP, DOWN, EITHER = 1, -1, 0  # how the answer moves when rows are added: towards yes (or up), towards no, or not known
_PICKED = ("first_of", "last_of", "smallest", "largest")  # values of one row: there as soon as one row counts
_GROWS = ("count", "count_different", "any", "spells")

# The steps that say whether a group has rows; when it has not, `if_empty` says what then
_OF_A_GROUP = (".rows", ".filled")
# what only grows with its operands: later days never take a day from a set, and a day that was reached stays reached
_FOLLOWS = ("and", "or", "add", "least", "greatest", "round", "exists", "days_both", "days_either", "days_joined", "days_begin", "days_within", "days_in",
            "day_reaches", "day_lasted", "covers")  # fmt: skip


@dataclass(frozen=True)
class _At:
    """``grain``: what the value that is looked at is worked out for."""

    world: World
    grain: str


def check_final(world: World, grain: str, node: Node, *, pays_when: str) -> None:
    """Raises Mistake (PBR345) when absent rows of dated events could decide. ``grain``: what it is worked out for. ``pays_when``: "yes" (more
    rows that make it yes, or more, only pay later), "no" (a deduction: the less, the more is paid) or "either" (a stake: both answers move money)."""
    found = _absent(_At(world, grain), node, {"yes": UP, "no": DOWN, "either": EITHER}[pays_when], set())
    if found is not None:
        window = "" if world.tables[found].register else f" with a window on a date of {found}"
        raise Mistake(
            "PBR345",
            f"This is decided by rows of {found} that are not there, and nothing says from which day on they are not coming any more.",
            f"Make it an outcome: `yes_when`{window}, and `settles` with the day on which the answer is final. A number is a fact with `settles`,\n"
            "or a measure: for the groups of a cohort that has days, `settles: last_day` or later.",
        )


def check_seen(world: World, grain: str, node: Node) -> None:
    """Raises Mistake (PBR869) when a yes that is believed as soon as it is seen could be taken back by rows that come later.
    ``node``: the answer, or the day on which it is reached (of which more rows may only be the reason that it is there)."""
    at, reached = _At(world, grain), _running_sum(world, node)
    if node.type.kind != "date":
        found = _absent(at, node, UP, set())
    elif reached is not None:
        found = _first(at, reached.args, EITHER, set())
    elif node.op in _PICKED:
        found = _first(at, node.args, EITHER, set())
    else:
        found = _absent(at, node, UP, set())
    if found is not None:
        raise Mistake(
            "PBR869",
            f"`yes: when seen` believes a yes at once, and this yes rests on rows of {found} that are not there: one that comes later could take it back.",
            "Give one day for yes and no alike: `settles: DAY`, on which it is final.",
        )


def _absent(at: _At, node: Node, way: int, seen: set[tuple[str, int]]) -> str | None:
    """The table whose absent rows could bring the answer about, or None. ``way``: which way the answer pays."""
    told = node.params.get("aggregate")
    if node.op == "sum" and way == UP and never_negative(at.world, node.args[0]):
        return _first(at, node.args, way, seen)  # each row adds to it, or nothing: what is not there yet is not paid yet
    if told is not None:
        table = at.world.tables.get(told["link"]["table"])
        dated = table is not None and any(column.type.kind == "date" for column in table.columns)
        if dated and told["link"]["kind"] in ("children", "matched") and not (node.op in _GROWS and way == UP):
            return str(told["link"]["table"])
        grows = node.op in _GROWS or (node.op == "sum" and never_negative(at.world, node.args[0]))
        risk = (way == DOWN and grows) or ((way != UP or not grows) and _of_a_period(at))
        if dated and told["link"]["kind"] in ("group", "all") and risk and not _says(at.world, node):
            return str(told["link"]["table"])  # a total of which less pays more; or what could go either way before its period is over
        return _first(at, node.args, EITHER, seen)
    if node.op == "item":
        step = at.world.steps[node.params["step"]]
        if step.kind == "outcome" or step.settles is not None or (step.name, way) in seen or step.name.endswith(_OF_A_GROUP):
            return None
        seen.add((step.name, way))
        return _absent(_At(at.world, step.grain), step.node, way, seen)
    if node.op == "not":
        return _absent(at, node.args[0], -way, seen)
    if node.op == "days_less":
        return _absent(at, node.args[0], way, seen) or _absent(at, node.args[1], -way, seen)
    if node.op == "exists" and way == UP and (reached := _running_sum(at.world, node.args[0])) is not None:
        return _first(at, reached.args, EITHER, seen)  # what came to so much comes to it whatever is added
    if node.op == "exists" and way == UP and node.args[0].op in _PICKED:
        return _first(at, node.args[0].args, EITHER, seen)  # one of the rows that count is there, whichever it is
    if node.op == "exists" and node.args[0].op not in ("day_reaches", "day_lasted", "item"):
        return _first(at, node.args, EITHER, seen)
    if node.op in _FOLLOWS:
        return _first(at, node.args, way, seen)
    if node.op in ("eq", "ne") and _zero(node.args[1]) and never_negative(at.world, node.args[0]):  # none yet: as <= 0, and > 0
        return _absent(at, node.args[0], -way if node.op == "eq" else way, seen)
    if node.op in ("mul", "div") and all(never_negative(at.world, arg) for arg in node.args):
        return _absent(at, node.args[0], way, seen) or _absent(at, node.args[1], way if node.op == "mul" else -way, seen)
    if node.op in ("gt", "ge", "lt", "le", "sub"):
        first = -way if node.op in ("lt", "le") else way
        return _absent(at, node.args[0], first, seen) or _absent(at, node.args[1], -first, seen)
    if node.op == "if":
        condition = way if _zero(node.args[2]) else -way if _zero(node.args[1]) else EITHER
        return _absent(at, node.args[0], condition, seen) or _first(at, node.args[1:], way, seen)
    return _first(at, node.args, EITHER, seen)


def _of_a_period(at: _At) -> bool:
    """Is this worked out for a group that has days of its own, so that more of its rows may come until they are over?"""
    cohort = at.world.cohorts.get(at.grain)
    term = (at.world.first_day, at.world.last_day)
    return cohort is not None and any((group.first_day, group.last_day) != term for group in cohort.groups)


def _says(world: World, node: Node) -> bool:
    """Does what is added up rest on answers that say themselves when they are final?"""
    steps = (world.steps[part.params["step"]] for part in node.walk() if part.op == "item")
    return any(step.kind == "outcome" or step.settles is not None for step in steps)


def _running_sum(world: World, node: Node) -> Node | None:
    """The running sum whose day this is, by itself or as a fact; None for anything else."""
    if node.op == "item":
        step = world.steps[node.params["step"]]
        node = node if step.kind == "outcome" or step.settles is not None else step.node
    return node if node.op == "day_sum" else None


def _zero(node: Node) -> bool:
    return node.op == "literal" and node.type.numeric and node.params["value"] is not None and node.params["value"]["n"] == "0"


def _first(at: _At, nodes: tuple[Node, ...], way: int, seen: set[tuple[str, int]]) -> str | None:
    return next((found for node in nodes if (found := _absent(at, node, way, seen)) is not None), None)
