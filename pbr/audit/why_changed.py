"""Why what was paid is not what a line comes to now: the causes of each reversal, kept in the folder so that it can say them by itself."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from pbr import __version__
from pbr.audit import layout
from pbr.audit.due import Before
from pbr.plan.plan import Plan
from pbr.platform.duck import glob_text
from pbr.statement.opening import plan_of, views

MOST_REVERSALS = 200  # whose causes are looked for and kept; of the others `pbr compare` tells them
MOST_CAUSES = 5


def with_causes(
    before: Before, plan: Plan, con: Any, folder: Path, days: dict[str, str | None], counts: dict[str, dict[str, Any]]
) -> Before:
    """``before`` with the causes of the reversals in ``folder``'s due.parquet, by the number of their entry, in what is told of the earlier
    assessment. As it is where there is none, or it is not at hand. ``con`` may read both folders."""
    if before.folder is None or before.told is None:
        return before
    # what compares two assessments is imported where one follows another
    from pbr.comparison.comparing import Changed, Explained
    from pbr.comparison.sides import NEW, OLD, Side, Sides, side

    source = f"read_parquet({glob_text(folder / layout.DUE)}, hive_partitioning = false)"
    reversals = con.execute(
        f"SELECT entry, payment, grain, key FROM {source} WHERE kind = 'reversal' ORDER BY entry LIMIT {MOST_REVERSALS}"
    ).fetchall()
    if not reversals:
        return before
    views(con, folder, NEW)
    rejected = {table: int(places["rejected"]) for table, places in counts.items()}
    new = Side(plan, con, prefix=NEW, folder=str(folder), days=days, rejected=rejected, engine=f"pbr {__version__}")
    explained = Explained(Sides(side(plan_of(before.folder), con, before.folder, OLD), new))
    causes = {}
    for entry, payment, grain, key in reversals:
        line = Changed(payment, grain, tuple(json.loads(key)), _ends(con, OLD, payment, grain, key), _ends(con, NEW, payment, grain, key))
        causes[str(entry)] = [cause.says for cause in explained.behind(line).told()[:MOST_CAUSES]]
    return replace(before, told={**before.told, "causes": causes})


def _ends(con: Any, prefix: str, payment: str, grain: str, key: str) -> tuple[Any, ...] | None:
    sql = f"SELECT line, result, amount, low, high, of FROM {prefix}payments WHERE payment = ? AND grain = ? AND key = ?"
    return con.execute(sql, [payment, grain, key]).fetchone()  # type: ignore[no-any-return]
