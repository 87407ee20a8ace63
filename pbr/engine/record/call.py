"""What an operation is given, and the one rule for results without a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from pbr.language.types import Type
from pbr.values.value import KNOWN, NO_SUCH, RANGE, UNKNOWN, Value


class Call(NamedTuple):
    """One evaluation of an operation: its node's ``type`` and ``params``, the values of its arguments, and the day each table is complete
    to (None or absent: not given)."""

    type: Type
    params: Mapping[str, Any]
    args: Sequence[Value]
    complete_to: Mapping[str, date | None] = MappingProxyType({})

    @property
    def own(self) -> int:
        """The mask of the node's own reason; 0 when it has none."""
        return own_mask(self.params)


Function = Callable[[Call], Value]


def own_mask(params: Mapping[str, Any]) -> int:
    bit = params.get("reason")
    return 0 if bit is None else 1 << int(bit)


def whys(args: Sequence[Value]) -> int:
    out = 0
    for arg in args:
        out |= arg.why
    return out


def without_value(args: Sequence[Value], own: int = 0) -> Value:
    """The result when there is no value: unknown, with the whys of all arguments and the node's own mask if it is a cause. Where nothing
    is unknown an argument was ``none`` (the trace evaluates parts that the guarding ``exists`` keeps out of the answer): none again."""
    why = whys(args) | own
    return Value.unknown(why) if why else NO_SUCH


def all_known(args: Sequence[Value]) -> bool:
    return all(arg.state == KNOWN for arg in args)


def all_numbers(args: Sequence[Value]) -> bool:
    """Every argument is a known value or a range."""
    return all(arg.state in (KNOWN, RANGE) for arg in args)


def any_unknown(args: Sequence[Value]) -> bool:
    return any(arg.state == UNKNOWN for arg in args)
