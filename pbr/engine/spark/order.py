"""Milestones out of order once checks have taken rows away: a row that was rejected does not stand for the next milestone.

Only which rows leave is worked out here. What a finding says of them the columns engine writes, from the same rows (``pbr.engine.columns.order``).
"""

from __future__ import annotations

from pbr.engine.spark.frames import Frames
from pbr.engine.spark.relations import Relation
from pbr.engine.spark.text import quote_text
from pbr.plan.plan import RowRule, Table


def also_out_of_order(frames: Frames, table: Table, whole: Relation, leaving: str) -> str:
    """The rows of ``leaving`` (_row), and those of ``whole``, the accepted ones, that are out of order without them, until there are no more."""
    rules = [rule for rule in table.rules if rule.kind == "out of order" and rule.severity == "reject"]
    if not rules or not _count(frames, leaving):
        return leaving
    places = [frames.view(_places(whole, rule)) for rule in rules]
    gone = leaving
    while True:
        # one set for all rules: what one of them takes away is lacking for the others
        without = " UNION ".join(_unsupported(place, gone) for place in places)
        fresh = frames.kept(f"SELECT u._row AS _row FROM ({without}) AS u LEFT ANTI JOIN {gone} AS g ON u._row = g._row")
        if not _count(frames, fresh):
            return gone
        gone = frames.view(f"SELECT _row FROM {gone} UNION ALL SELECT _row FROM {fresh}")


def _count(frames: Frames, view: str) -> int:
    return int(frames.sql(f"SELECT count(*) AS number FROM {view}").collect()[0]["number"])


def _places(whole: Relation, rule: RowRule) -> str:
    """The rows with a milestone of the list: _row, per (whose they are), place (0 the first), day."""
    there = " AND ".join(f"({whole.column(name)} IS NOT NULL)" for name in (*rule.columns, rule.milestone, rule.day))
    per = ", ".join(f"'k{i}', {whole.column(name)}" for i, name in enumerate(rule.columns))
    codes = " ".join(f"WHEN {quote_text(code)} THEN {place}" for place, code in enumerate(rule.codes))
    return (
        f"SELECT * FROM (SELECT _row, named_struct({per}) AS per, CASE {whole.column(rule.milestone)} {codes} END AS place, "
        f"{whole.column(rule.day)} AS day FROM {whole.view} WHERE {there}) AS m WHERE place IS NOT NULL"
    )


def _unsupported(place: str, gone: str) -> str:
    """The rows at a later milestone for which no row that stays reached the one before by their day."""
    stays = f"SELECT p.* FROM {place} AS p LEFT ANTI JOIN {gone} AS g ON p._row = g._row"
    since = f"SELECT per, place, min(day) AS since FROM ({stays}) AS s GROUP BY per, place"
    return (
        f"SELECT m._row AS _row FROM {place} AS m LEFT ANTI JOIN ({since}) AS b "
        "ON (b.per = m.per) AND (b.place = m.place - 1) AND (b.since <= m.day) WHERE m.place > 0"
    )
