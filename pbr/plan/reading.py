"""A plan back from its JSON: the inverse of ``Plan.to_json``, driven by the dataclasses' own annotations."""

from __future__ import annotations

import types
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from pbr.language.types import Type
from pbr.plan.node import Node, Shape
from pbr.plan.plan import Plan


def plan_from_json(data: dict[str, Any]) -> Plan:
    """The plan of a ``plan.json``. Raises KeyError or TypeError when it is not one."""
    if "caps" in data:  # written when a cap was the only step a statement could have
        data = {**data, "then": [{**cap, "kind": "cap"} for cap in data["caps"]]}
        del data["caps"]
    plan = _decode(Plan, data)
    assert isinstance(plan, Plan)
    return plan


@cache
def _hints(kind: type) -> dict[str, Any]:
    """The annotations of a dataclass as types. They are texts, each compiled anew whenever it is asked."""
    return get_type_hints(kind)


def _decode(kind: Any, data: Any) -> Any:
    if kind is int and isinstance(data, str):  # too large for a JSON number
        return int(data)
    if kind in (Node, Type, Shape):
        return kind.from_json(data)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return None if data is None else _decode(next(arg for arg in get_args(kind) if arg is not type(None)), data)
    if origin is tuple:
        args = get_args(kind)
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_decode(args[0], item) for item in data)
        return tuple(_decode(arg, item) for arg, item in zip(args, data, strict=True))
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        unknown = set(data) - {f.name for f in fields(kind)}
        if unknown:
            raise TypeError(f"unknown keys {sorted(unknown)}")
        given = {}
        for f in fields(kind):
            if f.name in data:
                given[f.name] = _decode(hints[f.name], data[f.name])
            elif f.default is MISSING:  # left out of the JSON because it was empty
                given[f.name] = "" if hints[f.name] is str else () if get_origin(hints[f.name]) is tuple else None
            elif f.default not in (None, "", ()):
                given[f.name] = "" if hints[f.name] is str else f.default
        return kind(**given)
    return data
