"""A typed value as text again, as somebody would write it in the data: for findings and totals."""

from __future__ import annotations

from pbr.plan.plan import Column, Table
from pbr.platform.sqltext import quote_name, quote_text
from pbr.submission.typed import scale_of


def written_sql(column: Column, source: str) -> str:
    """SQL: the value ``source`` of the column as text; exact, without needless zeros; NULL for NULL."""
    kind = column.type.kind
    if kind == "truth":
        return f"CASE WHEN {source} THEN 'yes' WHEN NOT {source} THEN 'no' END"
    if kind == "codes":
        return f"array_to_string({source}, ', ')"
    if not column.type.numeric:
        return f"CAST({source} AS VARCHAR)"
    scale = scale_of(column)
    units = f"(CAST({source} AS HUGEINT) // {_whole(scale.times)})"
    sign = f"CASE WHEN {source} < 0 THEN '-' ELSE '' END"
    digits = f"CAST(abs({units} // {_whole(10**scale.places)}) AS VARCHAR)"
    if scale.places:
        part = f"'.' || lpad(CAST(abs({units} % {_whole(10**scale.places)}) AS VARCHAR), {scale.places}, '0')"
        digits += f" || {part}" if kind == "money" else f" || rtrim(rtrim({part}, '0'), '.')"
    return f"{sign} || {digits}" + (" || '%'" if kind == "percent" else "")


def values_sql(table: Table, names: tuple[str, ...], alias: str = "", between: str = ", ") -> str:
    """SQL: the values of these columns as text, one after the other; a blank is nothing."""
    texts = (f"coalesce({written_sql(table.column(name), alias + quote_name(name))}, '')" for name in names)
    return f" || {quote_text(between)} || ".join(texts)


def named_sql(table: Table, names: tuple[str, ...], alias: str = "") -> str:
    """SQL: how a sentence calls a row, such as ``claim_id c1`` or ``person_id p1, day 2020-01-01``; NULL where one of them is blank."""
    texts = (f"{quote_text(name + ' ')} || {written_sql(table.column(name), alias + quote_name(name))}" for name in names)
    return " || ', ' || ".join(texts)


def _whole(value: int) -> str:
    return f"CAST('{value}' AS HUGEINT)"
