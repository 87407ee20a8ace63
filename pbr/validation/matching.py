"""Keys that match nothing: nearly all rows of a table belong to no row of another, and why that may be, read off the keys themselves."""

from __future__ import annotations

from typing import NamedTuple

from pbr.plan.plan import Plan, Table
from pbr.platform.sqltext import quote_name, quote_text
from pbr.statement import words
from pbr.submission.accepted import Accepted
from pbr.submission.written import values_sql

SAMPLE = 500  # keys without a partner that are compared with the other table's
LONGEST_PREFIX = 8  # characters that one side may write before the key and the other not
FEWEST = 2  # rows below which nothing is concluded
_FOLDS = (
    ("lower({})", "only capitals differ"),
    ("ltrim({}, '0')", "only zeros at the start differ"),
    ("regexp_replace(lower({}), '[[:punct:][:space:]]', '', 'g')", "only blanks, hyphens or other signs differ"),
)


class NoMatch(NamedTuple):
    """``says``: how many match nothing, and what is different about them where it can be told. ``do``: what to do."""

    says: str
    do: str


def no_match(plan: Plan, accepted: Accepted, table: Table) -> NoMatch | None:
    """Nearly all rows (four of five) belong to no row of the table they should, or are not in what must be covered. Of a table that is only
    matched, where strangers are nothing unusual: not one matches, or nearly all would if their keys were written alike."""
    return _orphans(plan, accepted, table) or _unmatched(plan, accepted, table) or _uncovered(plan, accepted, table)


def _orphans(plan: Plan, accepted: Accepted, table: Table) -> NoMatch | None:
    link, all_rows = table.parent, accepted.submitted[table.name]
    if link is None:
        return None
    lost = f"FROM findings WHERE TABLE_NAME = {quote_text(table.name)} AND CODE = 'PBR461'"
    number = _count(accepted, f'SELECT count(DISTINCT "ROW") {lost}')
    if not _nearly_all(number, all_rows):
        return None
    why = _difference(accepted, f"SELECT VALUE AS k {lost}", _keys(plan.table(link.table), link.onto))
    says = f"{_of(number, all_rows, table.name)} {'belongs' if number in (1, all_rows) else 'belong'} to {_any(number, all_rows)} row of "
    return _told(f"{says}{words.plural(link.table)} by {', '.join(link.columns)}", why, link.table)


def _unmatched(plan: Plan, accepted: Accepted, table: Table) -> NoMatch | None:
    link = table.matched
    if link is None:
        return None
    here, there = quote_name(f"accepted_{table.name}"), quote_name(f"accepted_{link.table}")
    on = " AND ".join(f"t.{quote_name(name)} = o.{quote_name(onto)}" for name, onto in zip(link.columns, link.onto, strict=True))
    rows, others = (_count(accepted, f"SELECT count(*) FROM {which}") for which in (here, there))
    alone = f"FROM {here} t ANTI JOIN {there} o ON {on}"
    number = _count(accepted, f"SELECT count(*) {alone}") if rows and others else 0
    if not _nearly_all(number, rows):
        return None
    why = _difference(
        accepted, f"SELECT {values_sql(table, link.columns, 't.', ' | ')} AS k {alone}", _keys(plan.table(link.table), link.onto)
    )
    if not why and number < rows:
        return None
    says = f"{_of(number, rows, table.name)} {'matches' if number in (1, rows) else 'match'} {_any(number, rows)} row of "
    return _told(f"{says}{words.plural(link.table)} by {', '.join(link.columns)}", why, link.table)


def _uncovered(plan: Plan, accepted: Accepted, table: Table) -> NoMatch | None:
    cover, missing = table.cover, accepted.missing.get(table.name, 0)
    if cover is None or not missing:
        return None
    register = _count(accepted, f"SELECT count(*) FROM {quote_name('accepted_' + cover.table)}")
    extra, all_rows = accepted.extra.get(table.name, 0), accepted.submitted[table.name]
    strangers = f"SELECT VALUE AS k FROM findings WHERE TABLE_NAME = {quote_text(table.name)} AND CODE = 'PBR491'"
    if register and missing >= register and all_rows >= FEWEST:
        says = f"not one of the {words.counted(register, 'row')} of {words.plural(cover.table)} has a row in {words.plural(table.name)}"
    elif _nearly_all(extra, all_rows):
        says = f"{_of(extra, all_rows, table.name)} are not in {words.plural(cover.table)}"
    else:
        return None
    return _told(says, _difference(accepted, strangers, _keys(plan.table(cover.table), cover.onto)), cover.table)


def _nearly_all(number: int, rows: int) -> bool:
    return rows >= FEWEST and number >= FEWEST and 5 * number >= 4 * rows


def _of(number: int, rows: int, table: str) -> str:
    most = "not one" if number == rows else words.count(number)
    return f"{most} of the {words.counted(rows, 'row')} of {words.plural(table)}"


def _any(number: int, rows: int) -> str:
    return "a" if number == rows else "no"


def _told(says: str, why: str, other: str) -> NoMatch:
    if why:
        return NoMatch(f"{says}: {why}", f"write the keys as {words.plural(other)} has them")
    return NoMatch(says, "see that both files write their keys in the same way, and are of the same people")


def _keys(table: Table, columns: tuple[str, ...]) -> str:
    return f"SELECT {values_sql(table, columns, 'p.', ' | ')} AS k FROM {quote_name('accepted_' + table.name)} p"


def _count(accepted: Accepted, sql: str) -> int:
    (found,) = accepted.con.execute(sql).fetchone()
    return int(found)


def _difference(accepted: Accepted, lost: str, theirs: str) -> str:
    """What makes four of five keys of ``lost`` equal to keys of ``theirs`` (SQL, a column k each), with a pair of them; "" where nothing does."""
    con = accepted.con
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _keys_lost AS SELECT DISTINCT k FROM ({lost}) WHERE k <> '' ORDER BY hash(k), k LIMIT {SAMPLE}"
    )
    enough = 4 * _count(accepted, "SELECT count(*) FROM _keys_lost")
    for fold, says in _FOLDS:
        on = f"{fold.format('l.k')} = {fold.format('p.k')} AND {fold.format('l.k')} <> ''"
        found = _pairs(con, theirs, on, "''")
        if found is not None and 5 * found[1] >= enough > 0:
            return f"{says}, such as {_shown(*found[2:])}"
    for length in range(1, LONGEST_PREFIX + 1):
        for side, other, says in (("p", "l", "at the start is missing"), ("l", "p", "at the start is too much")):
            on = f"substr({side}.k, {length + 1}) = {other}.k AND length({side}.k) > {length}"
            found = _pairs(con, theirs, on, f"left({side}.k, {length})")
            if found is not None and 5 * found[1] >= enough > 0:
                return f'"{found[0]}" {says}, such as {_shown(*found[2:])}'
    return ""


def _pairs(con: object, theirs: str, on: str, by: str) -> tuple[str, int, str, str] | None:
    """The most frequent value of ``by`` among pairs of keys: itself, how many keys of ours, and one pair."""
    sql = (
        f"SELECT {by} AS b, count(DISTINCT l.k) AS n, min(l.k), min_by(p.k, l.k) FROM _keys_lost l JOIN ({theirs}) p ON {on} "
        "GROUP BY 1 ORDER BY n DESC, 1 LIMIT 1"
    )
    return con.execute(sql).fetchone()  # type: ignore[attr-defined,no-any-return]


def _shown(ours: str, theirs: str) -> str:
    from pbr.validation.causes import shortened

    return f'"{shortened(ours)}" here and "{shortened(theirs)}" there'
