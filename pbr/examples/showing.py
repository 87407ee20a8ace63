"""Values as a message about a worked example shows them: exactly, with their units."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from pbr.language.types import Type
from pbr.values.value import Value


def show(value: Value, type_: Type, sign: str) -> str:
    """A value in a message, exactly."""
    if value.state == "none":
        return "none"
    if value.state in ("unknown", "not yet"):
        return "held" if value.state == "unknown" else "not yet"
    ends = [value.low] if value.low == value.high else [value.low, value.high]
    return " to ".join(_one(end, type_, sign) for end in ends)


def _one(end: Any, type_: Type, sign: str) -> str:
    if type_.kind == "truth":
        return "yes" if end else "no"
    if type_.kind == "money" and end.denominator == 1:
        return f"{'-' if end < 0 else ''}{sign}{abs(end.numerator) // 100:,}.{abs(end.numerator) % 100:02d}"
    if type_.kind == "money":
        return f"{'-' if end < 0 else ''}{sign}{_decimal(abs(end) / 100)}"
    if type_.kind in ("percent", "points"):
        text, unit = _decimal(end * 100), "%" if type_.kind == "percent" else " percentage points"
        fraction, _, about = text.partition(" ")  # 260/31% (about 8.387%)
        return f"{fraction}{unit}" + (f" {about.removesuffix(')')}{unit})" if about else "")
    return _decimal(end) if isinstance(end, Fraction) else str(end)


def _decimal(value: Fraction) -> str:
    """Exact where it ends within 20 decimals, else the fraction."""
    for places in range(21):
        if (value * 10**places).denominator == 1:
            digits = f"{abs(value * 10**places).numerator:0{places + 1}d}"
            return ("-" if value < 0 else "") + (digits if not places else f"{digits[:-places]}.{digits[-places:]}")
    return f"{value} (about {_about(value)})"


def _about(value: Fraction) -> str:
    """Three decimals, for the eye beside a fraction."""
    thousandths = round(abs(value) * 1000)
    return f"{'-' if value < 0 else ''}{thousandths // 1000}.{thousandths % 1000:03d}"


def some_keys(keys: list[tuple[Any, ...]]) -> str:
    return ", ".join(" | ".join(str(part) for part in key) for key in keys[:6]) or "none"
