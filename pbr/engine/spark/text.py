"""Spark SQL as values: text, and the layer at which every column it names is there. The dialect is Spark's, and only Spark's.

Every operand is put in brackets, so that no expression depends on the precedence of operators. Nothing of a contract gets into the
text but literals: columns have numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pbr.language.types import Type
from pbr.plan.columns import BIGINT_TOP


@dataclass(frozen=True)
class Sql:
    """``text``: one expression. ``depth``: the layer whose columns it needs (0: the rows as they came)."""

    text: str
    depth: int = 0


def sql(template: str, *operands: Sql) -> Sql:
    """``template`` with ``{}`` (or ``{0}``) for its operands, each in brackets."""
    return Sql(template.format(*(f"({operand.text})" for operand in operands)), max((operand.depth for operand in operands), default=0))


DAYSET = "ARRAY<STRUCT<f: DATE, l: DATE>>"  # runs of days: first and last day
TRUE, FALSE, NULL, NO_WHY = Sql("TRUE"), Sql("FALSE"), Sql("NULL"), Sql("CAST(0 AS BIGINT)")


def quote_text(value: str) -> str:
    """A string literal. Spark reads backslashes in literals, and before it parses it puts settings and variables in the place of
    ``${name}``: quotes, backslashes and dollar signs are escaped. Raises ValueError for a NUL character, as for the other engine."""
    if "\0" in value:
        raise ValueError("a literal in SQL cannot hold a NUL character")
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("$", "\\u0024") + "'"


def quote_name(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def day(iso: str) -> Sql:
    return Sql(f"DATE '{iso}'")


def bit(number: int) -> Sql:
    """The mask with one reason in it."""
    return Sql(f"CAST({1 << number} AS BIGINT)")


def caused(condition: Sql, reason: Sql) -> Sql:
    """The mask of a reason where the condition is yes, else no reason."""
    return sql("CASE WHEN {} THEN {} ELSE {} END", condition, reason, NO_WHY)


def masks(*parts: Sql | None) -> Sql | None:
    """The union of masks; None where none of them can be other than 0."""
    there = list(dict.fromkeys(part for part in parts if part is not None))
    return _chain("|", there) if there else None


def all_of(parts: Sequence[Sql]) -> Sql:
    """Kleene and, which is SQL's own."""
    return _chain("AND", parts) if parts else TRUE


def any_of(parts: Sequence[Sql]) -> Sql:
    return _chain("OR", parts) if parts else FALSE


def _chain(operator: str, parts: Sequence[Sql]) -> Sql:
    return parts[0] if len(parts) == 1 else sql(f" {operator} ".join("{}" for _ in parts), *parts)


def is_wide(top: int) -> bool:
    """Whether integers up to ``top`` need more than a BIGINT."""
    return top >= BIGINT_TOP


def integer_type(top: int) -> str:
    return "DECIMAL(38,0)" if is_wide(top) else "BIGINT"


def plain_type(type_: Type) -> str:
    """The type of a value that is not a number."""
    return {"date": "DATE", "truth": "BOOLEAN", "codes": "ARRAY<STRING>", "dayset": DAYSET}.get(type_.kind, "STRING")
