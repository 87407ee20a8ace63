"""Keys of groups that are no codes by themselves: yes or no, and whole numbers of a closed range, as the codes they are written with."""

from __future__ import annotations

from fractions import Fraction

from pbr.language.types import Type
from pbr.plan.node import Node
from pbr.plan.typer import Typer

MOST_NUMBERS = 1_000  # of one key: each is a group, and each is a branch of the step that finds it


def as_code(typer: Typer, node: Node) -> Node:
    """A column or item as a code, where each of its values has a name that the contract knows; else as it is. Its blanks are kept: the caller
    refuses them."""
    if node.type.absent:
        return node
    if node.type.kind == "truth":
        yes, no = (typer.literal(Type("code", codes=("yes", "no")), word, word) for word in ("yes", "no"))
        return typer.make("if", yes.type, (node, yes, no), phrase="{0}")
    if node.type.kind == "whole" and node.op == "column" and (ends := _ends(typer, node)) is not None:
        numbers = range(ends[0], ends[1] + 1)
        kind = Type("code", codes=tuple(str(number) for number in numbers))
        return _branches(typer, node, kind, numbers)
    return node


def _ends(typer: Typer, node: Node) -> tuple[int, int] | None:
    table = typer.world.tables.get(node.params["table"])
    column = table.column(node.params["column"]) if table is not None else None
    if column is None or column.at_least is None or column.at_most is None:
        return None
    low, high = Fraction(column.at_least), Fraction(column.at_most)
    return (int(low), int(high)) if low <= high < low + MOST_NUMBERS else None


def _branches(typer: Typer, node: Node, kind: Type, numbers: range) -> Node:
    """Halved until one number is left, so that a range of a thousand is ten comparisons deep."""
    if len(numbers) == 1:
        return typer.literal(kind, str(numbers[0]), str(numbers[0]))
    middle = len(numbers) // 2
    bound = typer.literal(Type("whole"), numbers[middle], str(numbers[middle]))
    below = typer.make("lt", Type("truth"), (node, bound), phrase="{0} < {1}")
    branches = (_branches(typer, node, kind, numbers[:middle]), _branches(typer, node, kind, numbers[middle:]))
    return typer.make("if", kind, (below, *branches), phrase="{0}")
