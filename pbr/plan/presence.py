"""What is known to exist: which leaf a condition proves to be there, and when."""

from __future__ import annotations

from pbr.plan.node import Node


def identity(node: Node) -> str | None:
    """What ``exists`` proves about: a column of this row or of the counted row, or a named item; None for anything else."""
    if node.op == "column":
        return f"{node.params['row']}:{node.params['table']}.{node.params['column']}"
    if node.op == "item":
        return f"{node.params['row']}:{node.params['step']}"
    return None


def proved(node: Node, answer: bool) -> frozenset[str]:
    """Identities that exist whenever ``node`` is ``answer``."""
    if node.op == "exists" and answer:
        found = identity(node.args[0])
        return frozenset({found}) if found else frozenset()
    if node.op == "not":
        return proved(node.args[0], not answer)
    if node.op == ("and" if answer else "or"):
        return frozenset().union(*(proved(arg, answer) for arg in node.args))
    return frozenset()
