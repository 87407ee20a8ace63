"""SQL expressions as values: text, and the layer at which every column they name is there.

Every operand is put in brackets but a single name, so that no expression depends on the precedence of operators.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pbr.language.types import Type
from pbr.plan.columns import BIGINT_TOP
from pbr.platform.sqltext import quote_name, quote_text

__all__ = ["FALSE", "NULL", "TRUE", "Sql", "all_of", "any_of", "bit", "column", "day", "masks", "quote_name", "quote_text", "sql"]


@dataclass(frozen=True)
class Sql:
    """``text``: one SQL expression. ``depth``: the layer whose columns it needs (0: the relation itself)."""

    text: str
    depth: int = 0


def sql(template: str, *operands: Sql) -> Sql:
    """``template`` with ``{}`` (or ``{0}``) for its operands, each in brackets, but for a name by itself: to read brackets takes DuckDB longer than
    anything else in a query. What looks into a value (``{}.f``, ``{}[1]``) has its brackets: a name and a point would be a table's."""
    looks = "." in template or "[" in template
    texts = (operand.text if operand.text.isidentifier() and not looks else f"({operand.text})" for operand in operands)
    return Sql(template.format(*texts), max((operand.depth for operand in operands), default=0))


DAYSET = "STRUCT(f DATE, l DATE)[]"  # runs of days: first and last day
TRUE, FALSE, NULL = Sql("TRUE"), Sql("FALSE"), Sql("NULL")


def column(name: str, depth: int = 0) -> Sql:
    return Sql(quote_name(name), depth)


def text(value: str) -> Sql:
    return Sql(quote_text(value))


def day(iso: str) -> Sql:
    """A date literal."""
    return Sql(f"DATE {quote_text(iso)}")


def bit(number: int) -> Sql:
    """The mask with one reason in it."""
    return Sql(f"CAST({1 << number} AS BIGINT)")


def masks(*parts: Sql | None) -> Sql | None:
    """The union of masks; None where none of them can be other than 0."""
    there = list(dict.fromkeys(part for part in parts if part is not None))
    return None if not there else _chain("|", there)


def all_of(parts: Sequence[Sql]) -> Sql:
    """Kleene and, which is SQL's own."""
    return _chain("AND", parts) if parts else TRUE


def any_of(parts: Sequence[Sql]) -> Sql:
    return _chain("OR", parts) if parts else FALSE


def _chain(operator: str, parts: Sequence[Sql]) -> Sql:
    return parts[0] if len(parts) == 1 else sql(f" {operator} ".join("{}" for _ in parts), *parts)


def integer_type(top: int) -> str:
    """The type integers up to ``top`` are computed in."""
    return "BIGINT" if top < BIGINT_TOP else "HUGEINT"


def stored_type(top: int) -> str:
    """The type they are written in: HUGEINT would become DOUBLE in Parquet."""
    return "BIGINT" if top < BIGINT_TOP else "DECIMAL(38,0)"


def plain_type(type_: Type) -> str:
    """The SQL type of a value that is not a number."""
    return {"date": "DATE", "truth": "BOOLEAN", "codes": "VARCHAR[]", "dayset": DAYSET}.get(type_.kind, "VARCHAR")
