"""Two assessments of one contract, opened side by side in one database: what was, and what is now."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pbr.plan.plan import Plan
from pbr.platform.duck import connect
from pbr.platform.limits import ELSEWHERE, NO_LIMITS, Limits, enough
from pbr.platform.sqltext import quote_name as quote
from pbr.problem import Place, refuse
from pbr.statement.opening import Opened, json_of, plan_of, views
from pbr.statement.stored import Trail
from pbr.statement.turned_away import turned_away

OLD, NEW = "old_", "new_"


@dataclass
class Side(Trail):
    """One of the two: a Trail whose views have ``prefix`` before their names. ``folder``: as it was named. ``days``: what each table is complete to.
    ``rejected``: how many rows of each table were. ``engine``: what made it."""

    prefix: str = ""
    folder: str = ""
    days: dict[str, str | None] | None = None
    rejected: dict[str, int] | None = None
    engine: str = ""

    def view(self, grain: str) -> str:
        return quote(f"{self.prefix}trace_{grain}")

    def columns_of(self, view: str) -> list[str]:
        return super().columns_of(self.prefix + view)

    def day(self, table: str) -> str | None:
        return (self.days or {}).get(table)

    def why_not_there(self, table: str, key: tuple[str, ...]) -> str:
        """Why a row of the data has no values here: the line that was rejected or set aside, in words; "" where no line is found."""
        plain = Trail(self.plan, self.con)
        plain.named["findings"] = self.columns_of("findings")
        plain.select = lambda sql, values=(): self.select(sql.replace("FROM findings", f"FROM {self.prefix}findings"), values)  # type: ignore[method-assign]
        found = turned_away(Opened(self.folder, plain, {}), table, key)
        return found[0] if found else ""


@dataclass(frozen=True)
class Sides:
    """``old`` and ``new`` share a connection."""

    old: Side
    new: Side

    @property
    def con(self) -> Any:
        return self.new.con

    @property
    def plan(self) -> Plan:
        return self.new.plan


@contextmanager
def open_sides(old: Path, new: Path, limits: Limits = NO_LIMITS) -> Iterator[Sides]:
    """Raises Refused: PBR722, PBR723 where the machine was not enough, PBR752, PBR753 a folder that is none, or damaged; PBR920 two contracts; PBR921 two currencies."""
    plans = plan_of(old), plan_of(new)
    if plans[0].contract != plans[1].contract:
        says = f"{old} is an assessment of the contract {plans[0].contract!r}, {new} of {plans[1].contract!r}."
        raise refuse("PBR920", says, "Give two assessments of one contract; its versions may differ.", Place(str(new)))
    if plans[0].currency != plans[1].currency:
        says = f"{old} is in {plans[0].currency}, {new} in {plans[1].currency}."
        raise refuse("PBR921", says, "Sums in two currencies cannot be set against each other.", Place(str(new)))
    with tempfile.TemporaryDirectory(prefix="pbr-compare-") as temp, enough(limits, Path(temp), ELSEWHERE):
        con = connect(Path(temp), [old, new], limits.threads, limits.memory_text)
        try:
            yield Sides(side(plans[0], con, old, OLD), side(plans[1], con, new, NEW))
        finally:
            con.close()


def side(plan: Plan, con: Any, folder: Path, prefix: str) -> Side:
    """One side over a folder that is whole."""
    views(con, folder, prefix)
    statement, engine = json_of(folder, "statement.json"), json_of(folder, "manifest.json").get("engine")
    rows = statement.get("rows") or {}
    rejected = {table: int(counts.get("rejected") or 0) for table, counts in rows.items()}
    made_by = f"{engine.get('name')} {engine.get('version')}" if isinstance(engine, dict) else ""
    return Side(plan, con, prefix=prefix, folder=str(folder), days=statement.get("complete_to") or {}, rejected=rejected, engine=made_by)
