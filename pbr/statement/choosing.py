"""Why a sum that is chosen among several is this one: the rung that was reached, the code, the alternative that was met."""

from __future__ import annotations

from pbr.plan.node import Node
from pbr.statement.saying import Reader, say
from pbr.statement.truth import findings, telling, verdict

Path = tuple[int, ...]


def choices(reader: Reader, path: Path = ()) -> tuple[list[str], Path] | None:
    """What decided each choice in turn, as sentences without a full stop, and the branch that was taken in the end.

    None where the node is no choice, or one of them is not decided. Of a ladder only the rung that was reached and the next one are told, of a
    list of codes only the code.
    """
    if reader.node(path).op == "round" and reader.node((*path, 0)).op == "if":
        path = (*path, 0)
    asked: list[tuple[Path, bool]] = []
    while reader.node(path).op == "if":
        answer = verdict(reader, (*path, 0))
        if answer is None:
            return None
        asked.append(((*path, 0), answer))
        path = (*path, 1 if answer else 2)
    if not asked:
        return None
    return _told(reader, asked), path


def _told(reader: Reader, asked: list[tuple[Path, bool]]) -> list[str]:
    nodes = [reader.node(path) for path, _ in asked]
    if len(asked) > 1 and _about_one(nodes, "ge"):
        reached = [(path, answer) for path, answer in asked if answer]
        missed = [(path, answer) for path, answer in asked if not answer]
        asked = [*reached, *missed[-1:]]
    elif _about_one(nodes, "eq"):
        code = reader.value((*asked[0][0], 0))
        if code is not None and code.value.is_known and code.type.kind == "code":
            return [f"{nodes[0].args[0].phrase} is {say(code, reader.currency)}"]
    found = [finding for path, answer in asked for finding in findings(reader, path, answer)]
    return [str(finding) for finding in telling(found)]


def _about_one(nodes: list[Node], op: str) -> bool:
    return all(node.op == op and node.args[0].identity == nodes[0].args[0].identity for node in nodes)
