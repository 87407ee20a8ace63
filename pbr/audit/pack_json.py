"""Reading JSON of a pack: strictly, so that every verifier reads the same or nothing (``docs/pack-format.md``, step 3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pbr.audit.bag import read_small
from pbr.audit.canonical import canonical, read_json
from pbr.platform.files import Files
from pbr.problem import Refused

MOST = 1 << 30  # bytes of a JSON file
DEEPEST = 100  # maps and lists within each other


def read_strict(data: bytes) -> Any:
    """The value of a JSON text. Raises ValueError for one that is not to be read: a key twice, a number with a point, nested too deeply, text
    that cannot be written as UTF-8."""
    try:
        value = read_json(data, "")
    except Refused as refused:
        raise ValueError(refused.problems[0].says) from refused
    if _depth(value) > DEEPEST:
        raise ValueError("it is nested too deeply")
    canonical(value)  # UnicodeEncodeError is a ValueError
    return value


def read_json_file(path: Path | None, files: Files) -> tuple[Any, bytes] | None:
    """What a JSON file says and its bytes; None where it is not there, too large, or not to be read."""
    data = read_small(path, files, MOST) if path is not None else None
    if data is None:
        return None
    try:
        return read_strict(data), data
    except ValueError:
        return None


def is_canonical(value: Any, data: bytes) -> bool:
    """Whether ``data`` is the canonical JSON of ``value``, as the page has it: there are no numbers below 0 in it."""
    return canonical(value) == data and not _negative(value)


def _negative(value: Any) -> bool:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, int) and one < 0:
            return True
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return False


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        inner: list[Any] = []
        for one in level:
            inner += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        depth += any(isinstance(one, (dict, list)) for one in level)
        level = [one for one in inner if isinstance(one, (dict, list))]
    return depth
