"""The columns of a trace: how a step's values stand in Parquet. Writer and readers share this page and nothing else.

``trace/GRAIN.parquet`` has one row per row of the grain, ordered by the grain's key:
  the key; for a data table ``_row``, its other columns, ``_place`` (used | excluded | unused) and ``_code`` (the exclusion's code, or
  empty); for a table of groups ``first_day`` and ``last_day``; then for each step of that grain, in plan order, the columns of its value
  and of each of its parts:
    NAME         the value; for numbers the numerator, of the low end where the value may be a range. NULL: no value
    NAME.of      numbers whose shape is a ratio: the denominator (positive); otherwise the denominator is ``shape.den`` in the plan
    NAME.hi, NAME.hi.of   values that may be a range: the high end
    NAME.why     values that may be unknown or a range: the bit mask of the step's reasons; 0: known, or none
  a part's NAME is STEP.NUMBER. Types: BIGINT, or DECIMAL(38,0) where the shape's bounds ask for it; DATE; BOOLEAN; VARCHAR;
  VARCHAR[]. Never a float. A set of days is VARCHAR: its runs in order, ``2011-07-04..2011-10-30 2011-11-02..2011-11-27``, empty for no day.

``payments.parquet`` has one row per line, ordered by payment (plan order) and key:
  line BIGINT (from 1), payment, grain, key (JSON list of text), low, high BIGINT (before the statement's steps; NULL: unknown), of BIGINT
  (1 for money, which is in minor units; the denominator of a factor), for each step N of ``statement: then`` low_N, high_N; amount
  BIGINT (NULL when held, but for the part that a held line of a step takes now), result (pays | pays_nothing | deducts | sets | held), why BIGINT (of the amount step; 0: not held by it).
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from pbr.language.types import NONE, NOT_YET, UNKNOWN, Type
from pbr.plan.node import Node, Shape
from pbr.plan.plan import Step
from pbr.values.value import NO_SUCH, NOT_YET_DAY, Value

BIGINT_TOP = 9 * 10**18


def value_columns(name: str, type_: Type, shape: Shape | None) -> list[str]:
    """Names of the columns that hold a value of this type and shape, in order."""
    out = [name]
    ratio = shape is not None and shape.den is None
    if ratio:
        out.append(f"{name}.of")
    if type_.ranged:
        out.append(f"{name}.hi")
        if ratio:
            out.append(f"{name}.hi.of")
    if type_.ranged or UNKNOWN in type_.absent:
        out.append(f"{name}.why")
    return out


def step_columns(step: Step) -> list[str]:
    """All columns of a step: its value, then its parts."""
    out = value_columns(step.name, step.type, step.node.shape)
    for part in step.parts:
        node = node_at(step.node, part.path)
        out += value_columns(f"{step.name}.{part.number}", node.type, node.shape)
    return out


def days_of_text(text: str) -> tuple[tuple[date, date], ...]:
    """The runs of a set of days as the trace writes them. Raises ValueError for any other text."""
    runs = []
    for run in text.split(" ") if text else []:
        first, _, last = run.partition("..")
        runs.append((date.fromisoformat(first), date.fromisoformat(last)))
    return tuple(runs)


def node_at(node: Node, path: tuple[int, ...]) -> Node:
    for index in path:
        node = node.args[index]
    return node


def read_value(row: dict[str, Any], name: str, type_: Type, shape: Shape | None) -> Value:
    """The value that a row of a trace holds under ``name``. ``row`` maps column names to Python values (ints, dates, ...)."""
    raw = row[name]
    why = int(row.get(f"{name}.why") or 0)
    if raw is None:
        if why:
            return Value.unknown(why)
        return NOT_YET_DAY if NOT_YET in type_.absent and NONE not in type_.absent else NO_SUCH
    if type_.numeric:
        assert shape is not None
        low = Fraction(int(raw), int(row[f"{name}.of"]) if shape.den is None else shape.den)
        if not type_.ranged:
            return Value.known(low)
        high = Fraction(int(row[f"{name}.hi"]), int(row[f"{name}.hi.of"]) if shape.den is None else shape.den)
        return Value.range(low, high, why) if low != high else Value.known(low)
    if type_.kind == "dayset":
        return Value.range(days_of_text(str(raw)), days_of_text(str(row.get(f"{name}.hi", raw))), why)
    if type_.kind == "codes":
        return Value.known(tuple(sorted(raw)))
    if type_.kind == "date":
        return Value.known(raw if isinstance(raw, date) else date.fromisoformat(str(raw)))
    return Value.known(raw)
