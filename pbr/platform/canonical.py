"""Canonical JSON (RFC 8785) for the values that trails and logs hold: text, whole numbers below 2**53, yes and no, null, lists and maps.

Numbers with a point are not written at all: nothing in a trail or a log is a float. Reading is strict too: a key written twice,
a float or a number too large is refused, so that two readers can never take two meanings from one file.
"""

from __future__ import annotations

import json
from typing import Any

LARGEST = 2**53 - 1

# A text as JSON has it. json.dumps makes such an encoder each time, which takes longer than what it does.
quoted = json.JSONEncoder(ensure_ascii=False).encode


def canonical(value: Any) -> bytes:
    """The RFC 8785 bytes of ``value``. Raises TypeError for anything that may not be held, ValueError for a lone surrogate."""
    return _text(value).encode("utf-8", "strict")


def readable(value: Any) -> bytes:
    """The same value indented for people, keys in the order given, one newline at the end. Checked as ``canonical`` is."""
    canonical(value)
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def parse_json(data: bytes) -> Any:
    """The value that ``data`` is the JSON of. Raises ValueError with a sentence, whatever the bytes."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_map, parse_float=_no_float, parse_constant=_no_float, parse_int=_whole)
    except RecursionError as deep:
        raise ValueError("it is nested too deeply") from deep


def parse_canonical(data: bytes) -> Any:
    """The value whose RFC 8785 bytes are exactly ``data``, with no number below 0. Raises ValueError with a sentence."""
    value = parse_json(data)
    try:
        written = canonical(value)
    except RecursionError as deep:
        raise ValueError("it is nested too deeply") from deep
    if written != data:
        raise ValueError("it is not written as canonical JSON (RFC 8785)")
    if _below_zero(value):
        raise ValueError("a number in it is below 0")
    return value


def _text(value: Any) -> str:
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise TypeError(f"{value} is too large for a JSON number: write it as text")
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_text(item) for item in value) + "]"
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"{key!r} is not a text key")
        # RFC 8785 sorts keys by their UTF-16 code units, which is not the order of code points
        ordered = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_text(key)}:{_text(value[key])}" for key in ordered) + "}"
    raise TypeError(f"{type(value).__name__} has no canonical JSON")


def _below_zero(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_below_zero, value.values()))
    if isinstance(value, list):
        return any(map(_below_zero, value))
    return isinstance(value, int) and value < 0


def _map(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise ValueError("a key is written twice")
    return out


def _no_float(text: str) -> Any:
    raise ValueError(f"{text} is not a whole number")


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST:
        raise ValueError(f"{text[:20]} is too large")
    return int(text)
