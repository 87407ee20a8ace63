"""Why a sum that is chosen among several is this one: the rung that was reached, the code, the alternative that was met."""

from __future__ import annotations

from dataclasses import replace

from pbr.plan.node import Node
from pbr.statement.saying import Reader, say
from pbr.statement.truth import Finding, findings, telling, verdict

Path = tuple[int, ...]


def choices(reader: Reader, path: Path = (), without: str = "") -> tuple[list[str], Path] | None:
    """What decided each choice in turn, as sentences without a full stop, and the branch that was taken in the end.

    None where the node is no choice, or one of them is not decided. Of a ladder only the rung that was reached and the next one are told, of a
    list of codes only the code. ``without``: a step whose answer is told already.
    """
    asked: list[tuple[Path, bool]] = []
    met = False
    while True:
        inside = _within(reader, path)
        if reader.node(inside).op != "if":
            break
        answer = verdict(reader, (*inside, 0))
        if answer is None:
            return None
        if not without or reader.node((*inside, 0)).params.get("step") != without:
            asked.append(((*inside, 0), answer))
        met = True
        path = (*inside, 1 if answer else 2)
    if not met:
        return None
    return _told(reader, [(at, answer) for at, answer in asked if not passed(reader.node(at), answer)]), path


def _within(reader: Reader, path: Path) -> Path:
    """Past the roundings of a choice: what is chosen decides, and what is rounded only says how it is paid."""
    below = path
    while reader.node(below).op == "round":
        below = (*below, 0)
    return below if reader.node(below).op == "if" else path


def passed(node: Node, answer: bool) -> bool:
    """Whether a modifier of a payment let the line through: it has its rows, and enough of them. Told only where it stops a line."""
    if node.op == "eq":
        return not answer and node.args[0].op == "item" and str(node.args[0].params["step"]).endswith(".rows")
    step = str(node.params.get("step", "")) if node.op == "item" else ""
    if step.endswith(".suspended"):
        return not answer
    return answer and step.rpartition(".")[2] in ("enough", "filled", "made", "member")


def _told(reader: Reader, asked: list[tuple[Path, bool]]) -> list[str]:
    nodes = [reader.node(path) for path, _ in asked]
    if not nodes:
        return []
    if len(asked) > 1 and _about_one(nodes, "ge"):
        reached = [(path, answer) for path, answer in asked if answer]
        missed = [(path, answer) for path, answer in asked if not answer]
        asked = [*reached, *missed[-1:]]
    elif _about_one(nodes, "eq"):
        code = reader.value((*asked[0][0], 0))
        if code is not None and code.value.is_known and code.type.kind == "code":
            return [f"{nodes[0].args[0].phrase} is {say(code, reader.currency)}"]
    found = [finding for path, answer in asked for finding in _named(reader, path, answer)]
    return [str(finding) for finding in telling(found)]


def _named(reader: Reader, path: Path, answer: bool) -> list[Finding]:
    """Why it is so; for the alternative that was met, by its name."""
    found = findings(reader, path, answer)
    step = str(reader.node(path).params.get("step", ""))
    if answer and found and step.rpartition(".")[2].isdecimal():
        found[0] = replace(found[0], says=f"{reader.trail.plan.step(step).text.partition(': ')[0]}: {found[0].says}")
    return found


def _about_one(nodes: list[Node], op: str) -> bool:
    return all(node.op == op and node.args[0].identity == nodes[0].args[0].identity for node in nodes)
