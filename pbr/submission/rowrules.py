"""Checks between rows of one table: one service charged once, repeated rows, milestones out of order.

All of them look at the rows that are not copies, those rejected for another fault too: a damaged row must not make the one that it
contradicts the only one standing. Sentences name other rows by their key, never by their place: the order of a file means nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbr.plan.plan import RowRule, Table
from pbr.platform.sqltext import quote_name, quote_text
from pbr.submission.raw import SHOWN
from pbr.submission.written import named_sql, values_sql

if TYPE_CHECKING:
    import duckdb

UNREAD = "a row whose key cannot be read"


def charge_once(con: duckdb.DuckDBPyConnection, table: Table, typed: str, out: str) -> None:
    """``charged_once_per``: adds to ``out`` (_row, _how) and to ``findings``.

    Rows with different keys and one service: where they agree in all that a payment could be made by (every column but the key, the service's
    own, and identifiers and text by which nothing is decided) the first by key stays and the others that stand are unused; otherwise all are rejected. A
    faulty cell equals only a cell with the same fault, and an unreadable key is a different key.
    """
    if not table.once:
        return
    once, few, same = _names(table.once), f"_once_{table.name}", f"_charged_{table.name}"
    readable = _readable(table.once)
    again = f"SELECT {once} FROM {typed} WHERE {readable} GROUP BY {once} HAVING count(*) > 1"
    con.execute(f"CREATE TEMP TABLE {few} AS SELECT * FROM {typed} SEMI JOIN ({again}) USING ({once}) WHERE {_not_a_copy(out)}")
    compared = [
        column
        for column in table.columns
        if column.name not in (*table.key, *table.once)
        and (column.type.kind not in ("identifier", "text") or column.name in table.once_alike)
    ]
    cells, differing = [], []
    for number, column in enumerate(compared):
        fault = (
            f"(SELECT max(coalesce(f.VALUE, '')) FROM findings f WHERE f.TABLE_NAME = {quote_text(table.name)} AND f.\"ROW\" = t._row "
            f"AND f.COLUMN_NAME = {quote_text(column.name)} AND f.SEVERITY = 'reject')"
        )
        value = f"CAST(t.{quote_name(column.name)} AS VARCHAR)"
        cells.append(f"CASE WHEN t._bad AND {fault} IS NOT NULL THEN 'x' || {fault} ELSE coalesce('v' || {value}, 'n') END AS _c{number}")
        differing.append(f"CASE WHEN min(_c{number}) <> max(_c{number}) THEN {quote_text(column.name)} END")
    keyed = f"CASE WHEN {_readable(table.key, 't.')} THEN row({_names(table.key, 't.')}) END"
    name = named_sql(table, table.key, "t.")
    rows = (
        f"SELECT t._row, {_names(table.once, 't.')}, {keyed} AS _key, {name} AS _name, {values_sql(table, table.once, 't.', ' | ')} AS _value, "
        f"t._row NOT IN (SELECT _row FROM {out}) AS _stands{''.join(', ' + cell for cell in cells)} FROM {few} t"
    )
    differ = f"concat_ws(', ', {', '.join(differing)})" if differing else "''"
    groups = (
        f"SELECT {once}, {differ} AS _differ, count(*) AS _times, min(_key) AS _lowest, min(_key) FILTER (_stands) AS _used, "
        f"count(DISTINCT _key) + count(*) FILTER (_key IS NULL) AS _keys FROM rows GROUP BY {once}"
    )
    con.execute(
        f"CREATE TEMP TABLE {same} AS WITH rows AS ({rows}), groups AS ({groups}) SELECT rows.*, _differ, _times, _used, "
        f"max(_name) FILTER (_key = _lowest) OVER (PARTITION BY {once}) AS _first FROM rows JOIN groups USING ({once}) WHERE _keys > 1"
    )
    service = f"one service ({', '.join(table.once)})"
    con.execute(f"INSERT INTO {out} SELECT _row, 'reject' FROM {same} WHERE _differ <> ''")
    conflict = (
        f"_times || ' rows charge {service} and differ in ' || _differ || '; the first has ' || coalesce(_first, 'no readable key') "
        "|| '; none was chosen'"
    )
    _find(con, table, f"{same} WHERE _differ <> ''", table.once, "PBR463", "reject", "_value", conflict)
    unused = f"{same} WHERE _differ = '' AND _stands AND _key <> _used"
    con.execute(f"INSERT INTO {out} SELECT _row, 'unused' FROM {unused}")
    used = f"SELECT *, max(_name) FILTER (_key = _used) OVER (PARTITION BY {once}) AS _kept FROM {same}"
    copies = f"({used}) WHERE _differ = '' AND _stands AND _key <> _used"
    again_says = f"'charges {service} again; the row with ' || _kept || ' stands for it'"
    _find(con, table, copies, table.once, "PBR471", "unused", "_value", again_says)
    con.execute(f"DROP TABLE {same}")
    con.execute(f"DROP TABLE {few}")


def apply_row_rules(con: duckdb.DuckDBPyConnection, table: Table, typed: str, out: str) -> None:
    """The table's ``rules``: adds to ``out`` (_row, _how) and to ``findings``. Their order means nothing: repeated rows are taken away
    first, then rows out of order until no more are found; which rows are out of order is told, and flagged, when that is done."""
    for rule in table.rules:
        if rule.kind == "repeated":
            _repeated(con, table, rule, typed, out)
    ordered = [(rule, f"_asked{number}_{table.name}") for number, rule in enumerate(table.rules) if rule.kind == "out of order"]
    for rule, asked in ordered:
        _ask(con, rule, typed, out, asked)
    while any(_take_away(con, rule, asked, out) for rule, asked in ordered if rule.severity == "reject"):
        pass
    for rule, asked in ordered:
        _tell_out_of_order(con, table, rule, typed, asked, out)
        con.execute(f"DROP TABLE {asked}")


def _repeated(con: duckdb.DuckDBPyConnection, table: Table, rule: RowRule, typed: str, out: str) -> None:
    columns, same = _names(rule.columns), f"_repeated_{table.name}"
    alike = f"SELECT {columns} FROM {typed} WHERE {_readable(rule.columns)} GROUP BY {columns} HAVING count(*) > 1"
    candidates = f"SELECT * FROM {typed} SEMI JOIN ({alike}) USING ({columns}) WHERE {_not_a_copy(out)}"
    keyed = f"CASE WHEN {_readable(table.key)} THEN row({_names(table.key)}) END"
    many = f"count(DISTINCT {keyed}) + count(*) FILTER ({keyed} IS NULL)"
    groups = f"SELECT {columns} FROM rows GROUP BY {columns} HAVING {many} > 1"
    picked = f"SELECT *, {keyed} AS _key, {named_sql(table, table.key)} AS _name FROM rows SEMI JOIN ({groups}) USING ({columns})"
    ranked = f"SELECT *, dense_rank() OVER (PARTITION BY {columns} ORDER BY _key NULLS LAST) AS _place FROM ({picked})"
    con.execute(
        f"CREATE TEMP TABLE {same} AS WITH rows AS ({candidates}), ranked AS ({ranked}) SELECT _row, {values_sql(table, rule.columns)} AS _value, "
        f"count(*) OVER s AS _times, CASE WHEN _place = 1 THEN max(_name) FILTER (_place = 2) OVER s "
        f"ELSE max(_name) FILTER (_place = 1) OVER s END AS _other FROM ranked WINDOW s AS (PARTITION BY {columns})"
    )
    if rule.severity == "reject":
        con.execute(f"INSERT INTO {out} SELECT _row, 'reject' FROM {same}")
    more = "CASE WHEN _times > 2 THEN ' and ' || (_times - 2) || ' more' ELSE '' END"
    other = f"coalesce('the row with ' || _other, {quote_text(UNREAD)})"
    plain = f"{quote_text('has the same ' + _listed(rule.columns) + ' as ')} || {other} || {more}"
    _find(con, table, same, rule.columns, rule.code, rule.severity, "_value", quote_text(rule.says) if rule.says else plain)
    con.execute(f"DROP TABLE {same}")


def _ask(con: duckdb.DuckDBPyConnection, rule: RowRule, typed: str, out: str, asked: str) -> None:
    """The rows with a milestone of the list: _row, _per (whose they are), _place (0 the first), _day."""
    codes = ", ".join(quote_text(code) for code in rule.codes)
    con.execute(
        f"CREATE TEMP TABLE {asked} AS SELECT _row, row({_names(rule.columns)}) AS _per, list_position([{codes}], {quote_name(rule.milestone)}) - 1 "
        f"AS _place, {quote_name(rule.day)} AS _day FROM {typed} WHERE {_readable((*rule.columns, rule.day))} "
        f"AND {quote_name(rule.milestone)} IN ({codes}) AND {_not_a_copy(out)}"
    )


def _lacking(asked: str, out: str) -> str:
    """SQL: the rows asked whose milestone before theirs no standing row reached by their day."""
    first = f"SELECT _per, _place + 1 AS _place, min(_day) AS _since FROM {asked} WHERE _row NOT IN (SELECT _row FROM {out}) GROUP BY ALL"
    return (
        f"SELECT a.* FROM {asked} a LEFT JOIN ({first}) b USING (_per, _place) WHERE a._place > 0 AND (_since IS NULL OR _since > a._day)"
    )


def _take_away(con: duckdb.DuckDBPyConnection, rule: RowRule, asked: str, out: str) -> bool:
    """Rejects what is out of order now; whether anything was."""
    lacking = f"SELECT _row FROM ({_lacking(asked, out)}) WHERE _row NOT IN (SELECT _row FROM {out})"
    # in one go: what is taken away decides what is lacking next
    return bool(con.execute(f"INSERT INTO {out} SELECT _row, 'reject' FROM ({lacking}) RETURNING _row").fetchone())


def _tell_out_of_order(con: duckdb.DuckDBPyConnection, table: Table, rule: RowRule, typed: str, asked: str, out: str) -> None:
    codes = f"[{', '.join(quote_text(code) for code in rule.codes)}]"
    whose = quote_text(" for the same " + _listed(rule.columns))
    columns = (*rule.columns, rule.milestone, rule.day)
    lacking = f"SELECT l.*, {values_sql(table, columns, 't.')} AS _value FROM ({_lacking(asked, out)}) l JOIN {typed} t ON t._row = l._row"
    name = f"coalesce('the row with ' || {named_sql(table, table.key, 't.')}, {quote_text(UNREAD)})"
    others = (
        f"SELECT a._per, a._place + 1 AS _place, row(a._day, {name}) AS _one, a._row IN (SELECT _row FROM {out}) AS _gone "
        f"FROM {asked} a JOIN {typed} t ON t._row = a._row WHERE a._per IN (SELECT _per FROM lacking)"
    )
    # the earliest row that was rejected, if it came in time; else the earliest that stands and is too late
    because = (
        "CASE WHEN _lost[1] <= _day THEN _lost[2] || ' has it, and was rejected' "
        "WHEN _later IS NOT NULL THEN _later[2] || ' has it only on ' || CAST(_later[1] AS VARCHAR) ELSE 'no row has it' END"
    )
    plain = f"{codes}[_place + 1] || ' needs ' || {codes}[_place] || {whose} || ' on the same day or earlier: ' || {because}"
    source = (
        f"(WITH lacking AS ({lacking}), known AS (SELECT _per, _place, min(_one) FILTER (_gone) AS _lost, min(_one) FILTER (NOT _gone) AS _later "
        f"FROM ({others}) GROUP BY ALL) SELECT l.*, _lost, _later FROM lacking l LEFT JOIN known USING (_per, _place))"
    )
    _find(con, table, source, columns, rule.code, rule.severity, "_value", quote_text(rule.says) if rule.says else plain)


def _find(
    con: duckdb.DuckDBPyConnection, table: Table, source: str, columns: tuple[str, ...], code: str, severity: str, value: str, sentence: str
) -> None:
    """Adds findings; ``value`` and ``sentence`` are SQL over ``source``, which has ``_row``."""
    said = ", ".join(quote_text(text) for text in (", ".join(columns), code, severity))
    con.execute(
        f"INSERT INTO findings SELECT {quote_text(table.name)}, _row, NULL, {said}, left({value}, {SHOWN}), {sentence} FROM {source}"
    )


def _not_a_copy(out: str) -> str:
    return f"_row NOT IN (SELECT _row FROM {out} WHERE _how = 'unused')"


def _names(names: tuple[str, ...], alias: str = "") -> str:
    return ", ".join(alias + quote_name(name) for name in names)


def _readable(names: tuple[str, ...], alias: str = "") -> str:
    return " AND ".join(f"{alias}{quote_name(name)} IS NOT NULL" for name in names)


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
