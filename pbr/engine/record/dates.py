"""Dates: windows, sums of dates and spans, and whole months between dates."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from fractions import Fraction

from pbr.engine.record.call import Call, Function, all_known, without_value
from pbr.engine.record.comparison import compare
from pbr.engine.record.truth import kleene_and
from pbr.values.value import NOT_YET, Value


def add_months(day: date, months: int) -> date | None:
    """``day`` + ``months`` in one step, clamped to the month's end; None outside 0001-01-01..9999-12-31."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= years <= 9999:
        return None
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def add_days(day: date, days: int) -> date | None:
    """``day`` + ``days``; None outside 0001-01-01..9999-12-31."""
    ordinal = day.toordinal() + days
    return date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else None


def months_between(a: date, b: date) -> int | None:
    """The largest n with a + n months <= b; None when b < a."""
    if b < a:
        return None
    months = (b.year - a.year) * 12 + b.month - a.month
    reached = add_months(a, months)  # lies in b's month, so it exists
    return months if reached is not None and reached <= b else months - 1


def _added(day: Value, span: Value, unit: str, sign: int, own: int) -> Value:
    if not all_known((day, span)):
        # A day that is not yet has no sum: the operation itself is then the cause.
        return without_value((day, span), own if day.state == NOT_YET else 0)
    count = sign * _whole(span.low)
    result = add_months(day.low, count) if unit == "months" else add_days(day.low, count)
    return without_value((), own) if result is None else Value.known(result)


def _whole(span: Fraction) -> int:
    if span.denominator != 1:
        raise ValueError(f"a span of {span} is not whole")  # the builder makes whole spans only
    return span.numerator


def _date_add(call: Call) -> Value:
    day, span = call.args
    return _added(day, span, call.params["unit"], 1, call.own)


def _date_sub(call: Call) -> Value:
    day, span = call.args
    return _added(day, span, call.params["unit"], -1, call.own)


def _within(call: Call) -> Value:
    d, span, e = call.args
    tables = call.params.get("not_yet") or (None, None, None)
    mode = call.params["mode"]
    far = _added(e, span, call.params["unit"], -1 if mode == "before" else 1, call.own)
    near_sign, far_sign = {"from": ("ge", "lt"), "after": ("gt", "le"), "before": ("lt", "ge")}[mode]
    near_half = compare(near_sign, d, e, (tables[0], tables[2]), call.complete_to, call.own)
    far_half = compare(far_sign, d, far, (tables[0], None), call.complete_to, call.own)
    return kleene_and([near_half, far_half])


def _between(call: Call) -> Value:
    d, e, f = call.args
    tables = call.params.get("not_yet") or (None, None, None)
    from_e = compare("ge", d, e, (tables[0], tables[1]), call.complete_to, call.own)
    to_f = compare("le", d, f, (tables[0], tables[2]), call.complete_to, call.own)
    return kleene_and([from_e, to_f])


def _days_between(call: Call) -> Value:
    d, e = call.args
    return Value.known((d.low - e.low).days) if all_known(call.args) else without_value(call.args)


def _whole_months(call: Call) -> Value:
    return _whole_units(call, 1)


def _whole_years(call: Call) -> Value:
    return _whole_units(call, 12)


def _whole_units(call: Call, months_in_one: int) -> Value:
    a, b = call.args
    if not all_known(call.args):
        return without_value(call.args)
    months = months_between(a.low, b.low)
    return without_value((), call.own) if months is None else Value.known(months // months_in_one)


DATE: dict[str, Function] = {
    "within": _within,
    "between": _between,
    "date_add": _date_add,
    "date_sub": _date_sub,
    "days_between": _days_between,
    "whole_months": _whole_months,
    "whole_years": _whole_years,
}
