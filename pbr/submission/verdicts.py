"""Each row of a table is accepted, rejected or unused: exactly one. Every reason of every row is kept.

Order of judgement: structure and cells, then rows with one key, then links to parents (parents are judged first). A row set
aside as a duplicate is not looked at further. A conflict is judged on all rows whose key is readable, those with faults in other cells
too: a damaged copy must not make its original the only one standing. A record with the wrong number of fields takes no part: a field
is missing or too many somewhere, so what stands in the key's place may be another column's value, and rejecting the row that has
this key would be a guess. The record itself is rejected, with its links unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pbr.plan.plan import Table
from pbr.platform.sqltext import quote_name, quote_text
from pbr.problem import Place, refuse
from pbr.submission.codes import FINDINGS
from pbr.submission.mapping import Mapped
from pbr.submission.raw import SHOWN, Raw, insert_columns, trimmed
from pbr.submission.rowrules import apply_row_rules, charge_once
from pbr.submission.saying import says
from pbr.submission.typed import INVISIBLE, NOT_ONE, typed_sql

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Counts:
    submitted: int
    rejected: int
    unused: int


def judge(con: duckdb.DuckDBPyConnection, mapped: Mapped, raw: Raw, currency: str) -> Counts:
    """Makes ``accepted_T``, ``rejected_T`` and the table's findings (LINE comes later). Raises Refused PBR417."""
    table = mapped.table
    typed, out, lost = (f"_{kind}_{table.name}" for kind in ("typed", "out", "lost"))
    needed = frozenset(table.key)
    # Held, not a view: measured on 3M rows of three columns, typing takes 6 s at each scan, holding what it gives 9 s once and then
    # 0.1 s a scan; and keys, copies and parents are looked for in it. What is wrong with a cell is not held: it is asked of few rows.
    columns = ", ".join(["_row", *(quote_name(column.name) for column in table.columns)])
    sql = typed_sql(table.columns, needed, mapped.missing, currency, mapped.sql)
    con.execute(f"CREATE TABLE {typed} AS SELECT {columns}, _bad FROM ({sql})")
    key = ", ".join(quote_name(name) for name in table.key)
    readable = _readable(table.key)
    distinct = key if len(table.key) == 1 else f"({key})"
    keyed_counts = f"count(*) FILTER ({readable}), count(DISTINCT {distinct}) FILTER ({readable})"
    row = con.execute(f"SELECT count(*), count(*) FILTER (_bad), {keyed_counts} FROM {typed}").fetchone()
    assert row is not None
    rows, bad, keyed, keys = (int(count) for count in row)
    expected = (raw.records - len(raw.defects)) * mapped.per_record
    if rows != expected and not mapped.skips:
        raise refuse(
            "PBR417", f"{expected} rows were counted and {rows} read", "see that the file does not change meanwhile", Place(raw.name)
        )

    con.execute(f"CREATE TABLE {out} (_row BIGINT, _how VARCHAR)")
    if bad or keys < keyed:
        suspects, look = f"_suspects_{table.name}", f"_look_{table.name}"
        twice = f"SELECT {key} FROM {typed} WHERE {readable} GROUP BY {key} HAVING count(*) > 1"
        con.execute(
            f"CREATE TEMP TABLE {suspects} AS SELECT _row FROM {typed} WHERE _bad "
            f"UNION SELECT _row FROM {typed} SEMI JOIN ({twice}) USING ({key})"
        )
        few = f"SELECT * FROM ({mapped.sql}) WHERE _row IN (SELECT _row FROM {suspects})"
        con.execute(f"CREATE TEMP TABLE {look} AS {typed_sql(table.columns, needed, mapped.missing, currency, few)}")
        _cells(con, table, look, out, currency)
        _duplicates(con, table, look, out)
        con.execute(f"DROP TABLE {look}")
        con.execute(f"DROP TABLE {suspects}")
    charge_once(con, table, typed, out)
    if table.parent is not None:
        _orphans(con, table, typed, out)
    apply_row_rules(con, table, typed, out)

    counts = dict(con.execute(f"SELECT _how, count(DISTINCT _row) FROM {out} GROUP BY _how").fetchall())
    rejected, unused = int(counts.get("reject", 0)), int(counts.get("unused", 0))
    judged = f" WHERE _row NOT IN (SELECT _row FROM {out})" if counts else ""
    con.execute(f"CREATE VIEW {quote_name('accepted_' + table.name)} AS SELECT {columns} FROM {typed}{judged}")

    # Rejected rows are few, and asked for again and again: held. Their keys are kept too, for children to say what became of them.
    condition = f"_row IN (SELECT _row FROM {out} WHERE _how = 'reject')" if rejected else "false"
    con.execute(f"CREATE TABLE {lost} AS SELECT {columns}, ({readable}) AS _keyed FROM {typed} WHERE {condition}")
    _defects(con, table, mapped, raw, lost)
    links = ", ".join(["_row", *(quote_name(column.name) for column in table.columns if column.link)])
    con.execute(f"CREATE VIEW {quote_name('rejected_' + table.name)} AS SELECT {links} FROM {lost}")
    defective = len(raw.defects) * mapped.per_record
    return Counts(rows + defective, rejected + defective, unused)


def _readable(names: tuple[str, ...]) -> str:
    """SQL: the cells of these key or link columns could be read (a blank there never can)."""
    return " AND ".join(f"{quote_name(name)} IS NOT NULL" for name in names)


def _finding(table: Table, source: str, column: str, code: str, value: str, sentence: str) -> str:
    """SQL that adds findings; ``column``, ``code``, ``value`` and ``sentence`` are SQL over ``source``."""
    severities = " ".join(
        f"WHEN {quote_text(name)} THEN {quote_text(about[0])}" for name, about in FINDINGS.items() if about[0] != "reject"
    )
    return (
        f"INSERT INTO findings SELECT {quote_text(table.name)}, _row, NULL, {column}, {code}, CASE {code} {severities} ELSE 'reject' END, "
        f"left({value}, {SHOWN}), {sentence} FROM {source}"
    )


def _cells(con: duckdb.DuckDBPyConnection, table: Table, look: str, out: str, currency: str) -> None:
    con.execute(f"INSERT INTO {out} SELECT _row, 'reject' FROM {look} WHERE _bad")
    for number, column in enumerate(table.columns):
        needed = column.link or column.name in table.key
        codes = ["PBR440", NOT_ONE.get(column.type.kind, "PBR452")]
        codes += ["PBR443", "PBR454"] if column.type.numeric else []
        codes += ["PBR449"] if column.type.kind == "date" else []
        codes += ["PBR453"] if column.type.kind in ("text", "identifier") else []
        codes += ["PBR456"] if column.type.kind in ("text", "identifier", "code", "codes") else []
        cases = " ".join(f"WHEN {quote_text(code)} THEN {quote_text(says(column, code, currency, needed))}" for code in codes)
        source = f"{look} WHERE _e{number} IS NOT NULL"
        # the character is named by its number, since it cannot be seen
        letter = f"unicode(regexp_extract({trimmed(f'_r{number}')}, {quote_text(INVISIBLE)}))"
        named = f"CASE WHEN _e{number} = 'PBR456' THEN format(' (U+{{:04X}})', {letter}) ELSE '' END" if "PBR456" in codes else "''"
        sentence = f"CASE _e{number} {cases} END || {named}"
        con.execute(_finding(table, source, quote_text(column.name), f"_e{number}", f"coalesce(_r{number}, '')", sentence))


def _duplicates(con: duckdb.DuckDBPyConnection, table: Table, look: str, out: str) -> None:
    same = f"_same_{table.name}"
    names = [quote_name(name) for name in table.key]
    key = ", ".join(names)
    # a text that is equal exactly when all values are: each value with its length before it, a faulty cell as it was written
    cells = []
    for number, column in enumerate(table.columns):
        value, given = f"CAST({quote_name(column.name)} AS VARCHAR)", f"coalesce(_r{number}, '')"
        faulty = f"'x' || length({given}) || ':' || {given}"
        held = f"WHEN {value} IS NULL THEN 'n' ELSE 'v' || length({value}) || ':' || {value}"
        cells.append(f"CASE WHEN _e{number} IS NOT NULL THEN {faulty} {held} END")
    con.execute(
        f"CREATE TEMP TABLE {same} AS WITH rows AS (SELECT _row, _bad, {key}, {' || '.join(cells)} AS _all FROM {look} WHERE {_readable(table.key)}) "
        f"SELECT _row, _bad, {' || chr(32) || chr(124) || chr(32) || '.join(f'CAST({name} AS VARCHAR)' for name in names)} AS _key, "
        f"min(_row) OVER k AS _first, min(_all) OVER k <> max(_all) OVER k AS _differ, count(*) OVER k AS _times "
        f"FROM rows WINDOW k AS (PARTITION BY {key}) QUALIFY count(*) OVER k > 1"
    )
    con.execute(f"INSERT INTO {out} SELECT _row, 'reject' FROM {same} WHERE _differ")
    con.execute(f"INSERT INTO {out} SELECT _row, 'unused' FROM {same} WHERE NOT _differ AND NOT _bad AND _row <> _first")
    columns = quote_text(", ".join(table.key))
    conflict = (
        "'row ' || _row || ' is one of ' || _times || ' rows with this key that differ; the first is row ' || _first || '; none was chosen'"
    )
    con.execute(_finding(table, f"{same} WHERE _differ", columns, "'PBR460'", "_key", conflict))
    copy = "'row ' || _row || ' repeats row ' || _first || ', which is used'"
    con.execute(_finding(table, f"{same} WHERE NOT _differ AND NOT _bad AND _row <> _first", columns, "'PBR470'", "_key", copy))
    con.execute(f"DROP TABLE {same}")


def _orphans(con: duckdb.DuckDBPyConnection, table: Table, typed: str, out: str) -> None:
    assert table.parent is not None
    link = table.parent
    orphans, parent = f"_orphans_{table.name}", link.table
    readable = _readable(link.columns)
    on = " AND ".join(f"p.{quote_name(onto)} = t.{quote_name(name)}" for name, onto in zip(link.columns, link.onto, strict=True))
    shown = " || ' | ' || ".join(f"CAST(t.{quote_name(name)} AS VARCHAR)" for name in link.columns)
    con.execute(
        f"CREATE TEMP TABLE {orphans} AS SELECT _row, _key, EXISTS (SELECT 1 FROM {'_lost_' + parent} p WHERE p._keyed AND {on}) AS _lost "
        f"FROM (SELECT t.*, {shown} AS _key FROM {typed} t ANTI JOIN {quote_name('accepted_' + parent)} p ON {on} WHERE {readable}) t "
        f"WHERE _row NOT IN (SELECT _row FROM {out} WHERE _how = 'unused')"
    )
    con.execute(f"INSERT INTO {out} SELECT _row, 'reject' FROM {orphans}")
    columns = quote_text(", ".join(link.columns))
    for code, condition, sentence in (
        ("PBR461", "NOT _lost", f"no row of {parent} has this key"),
        ("PBR462", "_lost", f"the row of {parent} with this key was rejected"),
    ):
        con.execute(_finding(table, f"{orphans} WHERE {condition}", columns, quote_text(code), "_key", quote_text(sentence)))
    con.execute(f"DROP TABLE {orphans}")


def _defects(con: duckdb.DuckDBPyConnection, table: Table, mapped: Mapped, raw: Raw, lost: str) -> None:
    """Records whose fields could not be told apart: each of the rows it should have made is rejected, its links unreadable."""
    if not raw.defects:
        return
    each = mapped.per_record
    pairs = [((defect.row - 1) * each + place, defect) for defect in raw.defects for place in range(1, each + 1)]
    insert_columns(con, f"{lost} (_row, _keyed)", [[row for row, _ in pairs], [False] * len(pairs)], ["BIGINT", "BOOLEAN"])
    columns: list[list[Any]] = [
        [table.name] * len(pairs),
        [row for row, _ in pairs],
        [defect.line or None for _, defect in pairs],
        [""] * len(pairs),
        [defect.code for _, defect in pairs],
        ["reject"] * len(pairs),
        [defect.text for _, defect in pairs],
        [defect.says for _, defect in pairs],
    ]
    insert_columns(con, "findings", columns, ["VARCHAR", "BIGINT", "BIGINT", *["VARCHAR"] * 5])
