"""The claims that a claim waits for: those before it, still open, on which its place on a rate card or its prerequisite hangs."""

from __future__ import annotations

from typing import Any

from pbr.plan.node import Node
from pbr.platform.sqltext import quote_name as quote
from pbr.statement import words
from pbr.statement.stored import Row, Trail, cell_text

WINDOWS = ("achieved", "place")
MOST_NAMED = 3


def open_claims(trail: Trail, row: Row, node: Node) -> tuple[list[Row], str]:
    """Rows of the same table whose own answer is stored as not known, that could come before ``row``, and the code they are for.

    None where the node is no window, or reads something that is not stored in the trace of its own row."""
    if node.op not in WINDOWS:
        return [], ""
    names = [_stored_name(arg) for arg in node.args]
    on, code = (names[3], names[2]) if node.op == "achieved" else (names[1], names[2])
    same = [names[4]] if node.op == "achieved" else names[2:]
    if names[0] is None or f"{names[0]}.why" not in trail.columns(row.grain) or None in (on, code, *same):
        return [], ""
    wanted = _needed(row, node.args[1], code) if node.op == "achieved" else row.cells.get(str(code))
    own = [row.cells.get(str(name)) for name in (on, *same)]
    if wanted is None or None in own:
        return [], ""
    tests = [f"{quote(f'{names[0]}.why')} <> 0", *(f"{quote(str(name))} = ?" for name in (code, *same))]
    values: list[Any] = [wanted, *own[1:]]
    if node.op == "achieved":
        tests.append(f"{quote(str(on))} <= ?")
        values.append(own[0])
    else:  # those before it: by day, then by the table's key
        key = trail.plan.key_of(row.grain)
        order = [str(on), *key]
        tests.append(f"row({', '.join(quote(name) for name in order)}) < row({', '.join('?' for _ in order)})")
        values += [own[0], *(row.cells[name] for name in key)]
    return trail.rows(row.grain, tests, values), cell_text(wanted)


def open_in_words(trail: Trail, claims: list[Row], code: str) -> str:
    """claims c7 (for start) is still open."""
    names = [f"{claim.grain} {words.key(claim.key)}" for claim in claims[:MOST_NAMED]]
    more = [f"{trail.figure(words.count(len(claims) - MOST_NAMED))} more"] if len(claims) > MOST_NAMED else []
    return f"{words.listed([*names, *more])} (for {code}) {'is' if len(claims) == 1 else 'are'} still open"


def _stored_name(node: Node) -> str | None:
    """The column of the row's own trace that a node reads, if it reads one."""
    if node.op == "certain":
        return _stored_name(node.args[0])
    if node.op not in ("column", "item") or node.params.get("row") != "own" or node.params.get("via"):
        return None
    return str(node.params["column" if node.op == "column" else "step"])


def _needed(row: Row, needs: Node, code: str | None) -> Any:
    """What the card asks for first, as its table in the plan states it."""
    found = {tuple(key): value for key, value in needs.params.get("rows", [])}
    return found.get((row.cells.get(str(code)),))
