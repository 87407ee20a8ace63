"""JSON as text, the same bytes each time. Decimals are written digit by digit: no sum of money passes through a binary fraction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pbr.platform.canonical import quoted

STEP = " "


def to_json(value: Any) -> bytes:
    """``value``: of dicts with text keys, lists, tuples, text, whole numbers, Decimals, truth values and None. Raises TypeError for anything else."""
    return ("".join(_pieces(value, "\n")) + "\n").encode()


def _pieces(value: Any, line: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _listed([(_text(key) + ": ", one) for key, one in value.items()], "{}", line)
    elif isinstance(value, (list, tuple)):
        yield from _listed([("", one) for one in value], "[]", line)
    elif isinstance(value, str):
        yield _text(value)
    elif value is None or isinstance(value, (bool, int)):
        yield json.dumps(value)
    elif isinstance(value, Decimal) and value.is_finite():
        yield format(value, "f")
    else:
        raise TypeError(f"{type(value).__name__} is not written as JSON")


def _listed(pairs: list[tuple[str, Any]], brackets: str, line: str) -> Iterator[str]:
    if not pairs:
        yield brackets
        return
    deeper = line + STEP
    for at, (before, one) in enumerate(pairs):
        yield (brackets[0] if at == 0 else ",") + deeper + before
        yield from _pieces(one, deeper)
    yield line + brackets[1]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a key is {type(value).__name__} and not text")
    return quoted(value)
