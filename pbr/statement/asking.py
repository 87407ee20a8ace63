"""What a reader asked for: the name, the row, or the nearest there is."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from pbr.plan.plan import Plan
from pbr.problem import Refused, refuse
from pbr.statement import words
from pbr.statement.opening import Opened
from pbr.statement.stored import Row
from pbr.statement.turned_away import turned_away

MOST_CLOSE = 5
MOST_COMPARED = 20_000  # keys that are compared when one is not found


def known_names(plan: Plan) -> list[str]:
    """What can be explained: payments first, then every step the contract names, in its order."""
    steps = [step.name for step in plan.steps if "." not in step.name]
    own = [step.name for step in plan.then if step.name]
    return list(dict.fromkeys([*(payment.name for payment in plan.payments), *own, *steps]))


def no_such_name(plan: Plan, name: str, codes: Sequence[str] = ()) -> Refused:
    """PBR751 with the names there are, and the ``codes`` that were found."""
    names = known_names(plan)
    close = get_close_matches(name, [*names, *codes], MOST_CLOSE)
    hint = f"Did you mean {words.listed(close, 'or')}? " if close else ""
    hint += f"There are: {', '.join(names)}." + (f" Codes of what was found: {', '.join(codes)}." if codes else "")
    return refuse("PBR751", f"Nothing in this assessment is called `{name}`.", hint)


def readings(key: list[str], arity: int) -> Iterator[tuple[str, ...]]:
    """The keys that typed words can mean: the words as they are, one text cut at |, or all of it as one key."""
    yield tuple(key)
    joined = " ".join(key)
    yield tuple(part.strip() for part in joined.split("|"))
    if arity == 1:
        yield (joined,)


def find_row(opened: Opened, grain: str, key: list[str]) -> Row | None:
    arity = len(opened.plan.key_of(grain))
    for reading in dict.fromkeys(readings(key, arity)):
        if len(reading) == arity:
            found = opened.trail.row(grain, reading)
            if found is not None:
                return found
    return None


def row_asked(opened: Opened, name: str, grain: str, key: list[str]) -> Row:
    """The row of ``grain`` that was asked for. Raises Refused PBR754 with the nearest keys when there is none."""
    if not opened.plan.key_of(grain):
        key = []
    found = find_row(opened, grain, key)
    if found is not None:
        return found
    parts = opened.plan.key_of(grain)
    for reading in dict.fromkeys(readings(key, len(parts))):
        told = turned_away(opened, grain, reading) if len(reading) == len(parts) else None
        if told is not None:
            hint = f"Rows with that reason: pbr explain {shlex.quote(opened.name)} {shlex.quote(told[1])}"
            raise refuse("PBR754", f"{told[0]} Such a row has no values.", hint)
    asked = words.key(key)
    close = get_close_matches(asked, _keys(opened, grain), MOST_CLOSE, cutoff=1 / 2)
    hint = f"Close to it: {', '.join(close)}." if close else f"A key of {grain} is {' | '.join(parts)}."
    if opened.trail.select("SELECT count(*) FROM findings WHERE TABLE_NAME = ? AND SEVERITY = 'reject'", [grain])[0][0]:
        hint += f" Rejected rows of {grain} have no values: they are in rejected.csv, each with its reason."
    raise refuse("PBR754", f"`{name}` has one value for each row of {grain}, and there is no row `{asked}`.", hint)


def _keys(opened: Opened, grain: str) -> Iterable[str]:
    trail = opened.trail
    columns = trail.key_text(grain)
    if not columns or not trail.columns(grain):
        return []
    rows = trail.select(f"SELECT {', '.join(columns)} FROM {trail.view(grain)} ORDER BY ALL LIMIT {MOST_COMPARED}")
    return [words.key([str(part) for part in row]) for row in rows]
