"""What differs between the data of two assessments: per table the rows that came, went, changed, were rejected, and the days."""

from __future__ import annotations

from typing import Any

from pbr.comparison.differing import differing_rows
from pbr.comparison.sides import Sides
from pbr.platform.sqltext import quote_name as quote

MOST_KEYS = 20


def data_differences(sides: Sides) -> dict[str, Any]:
    """Per table of both contracts: ``added``, ``gone`` and ``changed`` rows among those that stand, ``late`` of those added (each of their days lies
    not after the day to which the table was complete before), ``rejected`` then and now, ``complete_to`` then and now, and the first keys."""
    out = {}
    for table in sides.plan.tables:
        if not sides.old.columns(table.name) or not sides.new.columns(table.name):
            continue
        columns = [column.name for column in table.columns]
        keys, number = differing_rows(sides, table.name, [((), ()), ((), ())], columns, [], MOST_KEYS)
        added, late = _only(sides, table.name, "new_", "old_")
        gone, _ = _only(sides, table.name, "old_", "new_")
        rejected = [(side.rejected or {}).get(table.name, 0) for side in (sides.old, sides.new)]
        out[table.name] = {
            "added": added, "late": late, "gone": gone, "changed": number - added - gone,
            "rejected": {"was": rejected[0], "now": rejected[1]},
            "complete_to": {"was": sides.old.day(table.name), "now": sides.new.day(table.name)},
            "first": [list(key) for key in keys],
        }  # fmt: skip
    return out


def _only(sides: Sides, table: str, one: str, other: str) -> tuple[int, int]:
    """How many rows only the side ``one`` has, and how many of them are late."""
    keys = sides.plan.key_of(table)
    on = " AND ".join(f"CAST(a.{quote(key)} AS VARCHAR) = CAST(b.{quote(key)} AS VARCHAR)" for key in keys)
    days = [f"a.{quote(column.name)}" for column in sides.plan.table(table).columns if column.type.kind == "date"]
    days = [day for day in days if day[3:-1] in sides.new.columns(table) and day[3:-1] in sides.old.columns(table)]
    till = sides.old.day(table)
    late = f"count(*) FILTER (greatest({', '.join(days)}) <= CAST(? AS DATE))" if days and till else "0"
    sql = f"SELECT count(*), {late} FROM {quote(f'{one}trace_{table}')} a ANTI JOIN {quote(f'{other}trace_{table}')} b ON {on}"
    found = sides.con.execute(sql, [till] if days and till else []).fetchone()
    return int(found[0]), int(found[1])
