"""JSON as text, the same bytes each time. Decimals are written digit by digit: no sum of money passes through a binary fraction."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import lru_cache
from typing import Any

STEP = " "
_quoted = json.encoder.encode_basestring  # what json.dumps comes to for a text, by way of an encoder that it makes for each


def to_json(value: Any) -> bytes:
    """``value``: of dicts with text keys, lists, tuples, text, whole numbers, Decimals, truth values and None. Raises TypeError for anything else."""
    pieces: list[str] = []
    _write(value, "\n", pieces)
    pieces.append("\n")
    return "".join(pieces).encode()


def _write(value: Any, line: str, pieces: list[str]) -> None:
    """Adds the text of a value, whose lines begin with ``line``."""
    if isinstance(value, str):
        pieces.append(_quoted(value))
    elif isinstance(value, dict):
        _listed([(_key(key), one) for key, one in value.items()], "{}", line, pieces)
    elif isinstance(value, (list, tuple)):
        _listed([("", one) for one in value], "[]", line, pieces)
    elif value is None or isinstance(value, (bool, int)):
        pieces.append(json.dumps(value))
    elif isinstance(value, Decimal) and value.is_finite():
        pieces.append(format(value, "f"))
    else:
        raise TypeError(f"{type(value).__name__} is not written as JSON")


def _listed(pairs: list[tuple[str, Any]], brackets: str, line: str, pieces: list[str]) -> None:
    if not pairs:
        pieces.append(brackets)
        return
    deeper = line + STEP
    before_each = brackets[0] + deeper
    for before, one in pairs:
        if type(one) is str:  # most are
            pieces.append(before_each + before + _quoted(one))
        else:
            pieces.append(before_each + before)
            _write(one, deeper, pieces)
        before_each = "," + deeper
    pieces.append(line + brackets[1])


@lru_cache(maxsize=1024)  # names of fields, the same again and again
def _key(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a key is {type(value).__name__} and not text")
    return f"{_quoted(value)}: "
