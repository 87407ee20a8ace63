"""Whether a script of another tool gives pbr's answers: every payment line, every cell or row with something wrong, totals, counts of rows.

For scripts that make no digests. Values are compared with values; nothing of this is timed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

KINDS = ("milestone_payment", "stayed_out", "fee_at_risk")


def table(folder: Path, name: str) -> str:
    """SQL for a table that a script wrote, every cell as text."""
    path = folder / f"{name}.parquet"
    return f"read_parquet('{path}')" if path.exists() else f"read_csv('{folder / name}.csv', header = true, all_varchar = true)"


def compare(mine: Path, theirs: Path) -> None:
    """pbr's folder with what a script wrote. Raises SystemExit with the first differences where they do not say the same."""
    import duckdb

    told: dict[str, Any] = json.loads((theirs / "told.json").read_bytes())
    pounds = told["unit"] == "pounds"
    con = duckdb.connect()

    def pence(column: str) -> str:
        return f"CAST(CAST({column} AS DECIMAL(18, 2)) * {100 if pounds else 1} AS BIGINT) AS {column}"

    def differences(what: str, one: str, other: str) -> None:
        rows = con.execute(
            f"(SELECT 'only pbr', * FROM ({one} EXCEPT ALL {other}) LIMIT 3) UNION ALL (SELECT 'only {theirs.name}', * FROM ({other} EXCEPT ALL {one}) LIMIT 3)"
        ).fetchall()
        if rows:
            raise SystemExit(f"{what} that only one has: {rows}")

    key = "array_to_string(CAST(json(key) AS VARCHAR[]), ' | ') AS key"
    lines = f"SELECT payment, {key}, low_1 AS low, high_1 AS high, amount, result FROM read_parquet('{mine}/payments.parquet')"
    given = f"SELECT payment, key, {pence('low')}, {pence('high')}, {pence('amount')}, result FROM {table(theirs, 'payments')}"
    differences("lines", lines, given)
    found = (
        f"SELECT TABLE_NAME, CAST(ROW AS BIGINT), COLUMN_NAME, SEVERITY, coalesce(VALUE, '') FROM read_parquet('{mine}/findings.parquet')"
    )
    given = f"SELECT table_name, CAST(row AS BIGINT), column_name, severity, coalesce(value, '') FROM {table(theirs, 'findings')}"
    differences("findings", found, given)
    stated = json.loads((mine / "statement.json").read_bytes())["totals"]["payments"]
    for name in KINDS:
        one = {key: int(stated[name][key].replace(".", "")) for key in ("gross", "deducted")}
        one |= {key: stated[name][key] for key in ("held", "lines")}
        other = {key: value if isinstance(value, int) else int(value.replace(".", "")) for key, value in told["totals"][name].items()}
        if one != other:
            raise SystemExit(f"{name}: pbr {one}, {theirs.name} {other}")
    rows = json.loads((mine / "manifest.json").read_bytes())["rows"]
    for name, counts in told["rows"].items():
        if any(counts[key] != rows[name][key] for key in ("submitted", "rejected")):
            raise SystemExit(f"rows of {name}: pbr {rows[name]}, {theirs.name} {counts}")
