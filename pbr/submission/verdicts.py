"""Each row of a table is accepted, rejected or unused: exactly one. Every reason of every row is kept.

Order of judgement: structure and cells (of each cell the first thing that is wrong with it), then rows with one key, then links to parents
(parents are judged first). A row set aside as a duplicate is not looked at further. A conflict is judged on all rows whose key is
readable, those with faults in other cells too: a damaged copy must not make its original the only one standing. A record with the wrong
number of fields takes no part: a field is missing or too many somewhere, so what stands in the key's place may be another column's value,
and rejecting the row that has this key would be a guess. The record itself is rejected, with its links unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pbr.plan.plan import Table
from pbr.platform.duck import reading_errors
from pbr.platform.sqltext import quote_name, quote_text
from pbr.problem import Place, refuse
from pbr.submission.cells import Cells, read_cells
from pbr.submission.codes import FINDINGS
from pbr.submission.lookalikes import flag_lookalikes
from pbr.submission.mapping import Mapped
from pbr.submission.raw import SHOWN, Raw, insert_columns, trimmed
from pbr.submission.rowrules import apply_row_rules, charge_once
from pbr.submission.saying import of_check_digit, of_date, of_form, says
from pbr.submission.typed import INVISIBLE, UNASSIGNED, given_sql

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
    out, lost = (f"_{kind}_{table.name}" for kind in ("out", "lost"))
    columns = ", ".join(["_row", *(quote_name(column.name) for column in table.columns)])
    # Held, not worked out again at each scan: keys, copies and parents are looked for in it.
    try:
        cells = read_cells(con, mapped, currency, none=raw.records == 0)
    except reading_errors() as error:
        # a large file was scanned, not read, before: only one that changed since, or that the two readers take differently, comes here
        says = f"{raw.name} was scanned and then could not be read alike: {str(error).splitlines()[0]}"
        raise refuse(
            "PBR417", says, "see that the file does not change meanwhile; else save it again as CSV UTF-8", Place(raw.name)
        ) from error
    typed, rows = cells.typed, cells.rows
    expected = (raw.records - len(raw.defects)) * mapped.per_record
    if rows != expected and not mapped.skips:
        raise refuse(
            "PBR417", f"{expected} rows were counted and {rows} read", "see that the file does not change meanwhile", Place(raw.name)
        )

    con.execute(f"CREATE TABLE {out} (_row BIGINT, _how VARCHAR)")
    if cells.bad:
        _cells(con, table, cells, out, mapped.missing, currency)
    key = ", ".join(quote_name(name) for name in table.key)
    readable = _readable(table.key)
    distinct = key if len(table.key) == 1 else f"({key})"
    row = con.execute(f"SELECT count(*), count(DISTINCT {distinct}) FROM {typed} WHERE {readable}").fetchone()
    assert row is not None
    if row[1] < row[0]:
        _duplicates(con, table, cells, out)
    charge_once(con, table, typed, out)
    if table.parent is not None:
        _orphans(con, table, typed, out)
    apply_row_rules(con, table, typed, out)
    flag_lookalikes(con, table, typed, out)

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


def _finding(table: Table, source: str, column: str, codes: list[str], value: str, sentence: str, code: str = "") -> str:
    """SQL that adds findings; ``column``, ``value`` and ``sentence`` are SQL over ``source``. ``codes``: those that ``code`` (SQL; left out
    where there is but one) may be."""
    severities = " ".join(f"WHEN {quote_text(one)} THEN {quote_text(FINDINGS[one][0])}" for one in codes)
    severity = f"CASE {code} {severities} END" if code else quote_text(FINDINGS[codes[0]][0])
    return (
        f"INSERT INTO findings SELECT {quote_text(table.name)}, _row, NULL, {column}, {code or quote_text(codes[0])}, {severity}, "
        f"left({value}, {SHOWN}), {sentence} FROM {source}"
    )


def _cells(con: duckdb.DuckDBPyConnection, table: Table, cells: Cells, out: str, missing: list[str], currency: str) -> None:
    con.execute(f"INSERT INTO {out} SELECT _row, 'reject' FROM {cells.look} WHERE _bad")
    # Sentences are made of the codes that there are, and no others: to prepare those of all took longer than to say them.
    asked = ", ".join(f"list_sort(list(DISTINCT _e{number}) FILTER (_e{number} IS NOT NULL))" for number in range(len(table.columns)))
    found = con.execute(f"SELECT {asked} FROM {cells.look}").fetchone()
    assert found is not None
    for number, column in enumerate(table.columns):
        codes = found[number]
        if not codes:
            continue
        needed = column.link or column.name in table.key
        cases = " ".join(
            f"WHEN {quote_text(code)} THEN {quote_text(says(column, code, currency, needed))}" for code in codes if code != "PBR459"
        )
        source = f"{cells.look} WHERE _e{number} IS NOT NULL"
        sentence = f"CASE _e{number} {cases} END" if cases else "NULL"
        if "PBR456" in codes:
            # the character is named by its number, since it cannot be seen
            letter = f"unicode(regexp_extract({trimmed(f'_r{number}')}, {quote_text(INVISIBLE)}))"
            sentence += f" || CASE WHEN _e{number} = 'PBR456' THEN format(' (U+{{:04X}})', {letter}) ELSE '' END"
        if "PBR448" in codes:
            text = trimmed(f"_r{number}")
            forms = " ".join(
                f"WHEN regexp_full_match({text}, {quote_text(form)}) THEN {quote_text(told)}" for form, told in of_date(column)
            )
            sentence = f"CASE WHEN _e{number} = 'PBR448' THEN CASE {forms} ELSE {sentence} END ELSE {sentence} END"
        if "PBR464" in codes and (needed or column.type.kind != "text"):
            unknown = f"regexp_extract({trimmed(f'_r{number}')}, {quote_text(UNASSIGNED)})"
            told = f"{quote_text(of_form(column))} || format(' (U+{{:04X}})', unicode({unknown}))"
            sentence = f"CASE WHEN _e{number} = 'PBR464' AND {unknown} <> '' THEN {told} ELSE {sentence} END"
        if "PBR459" in codes:
            given = given_sql(column, needed, missing, f"_r{number}")
            why = f"(SELECT any_value(w.why) FROM {cells.wrong[column.name]} w WHERE w.value = {given})"
            reasons = " ".join(f"WHEN {quote_text(why)} THEN {quote_text(text)}" for why, text in of_check_digit(column).items())
            sentence = f"CASE WHEN _e{number} = 'PBR459' THEN CASE {why} {reasons} END ELSE {sentence} END"
        con.execute(_finding(table, source, quote_text(column.name), codes, f"coalesce(_r{number}, '')", sentence, f"_e{number}"))


def _duplicates(con: duckdb.DuckDBPyConnection, table: Table, cells: Cells, out: str) -> None:
    same = f"_same_{table.name}"
    names = [quote_name(name) for name in table.key]
    key = ", ".join(names)
    # a text that is equal exactly when all values are: each value with its length before it, a faulty cell as it was written
    texts = []
    for number, column in enumerate(table.columns):
        value, given = f"CAST(t.{quote_name(column.name)} AS VARCHAR)", f"coalesce(l._r{number}, '')"
        faulty = f"'x' || length({given}) || ':' || {given}"
        held = f"WHEN {value} IS NULL THEN 'n' ELSE 'v' || length({value}) || ':' || {value}"
        texts.append(f"CASE WHEN l._e{number} IS NOT NULL THEN {faulty} {held} END")
    twice = f"SELECT {key} FROM {cells.typed} WHERE {_readable(table.key)} GROUP BY {key} HAVING count(*) > 1"
    con.execute(
        f"CREATE TEMP TABLE {same} AS WITH alike AS (SELECT * FROM {cells.typed} SEMI JOIN ({twice}) USING ({key})), "
        f"rows AS (SELECT t._row, t._bad, {', '.join('t.' + name for name in names)}, {' || '.join(texts)} AS _all "
        f"FROM alike t LEFT JOIN {cells.look} l ON l._bad AND l._row = t._row) "
        f"SELECT _row, _bad, {' || chr(32) || chr(124) || chr(32) || '.join(f'CAST({name} AS VARCHAR)' for name in names)} AS _key, "
        f"min(_row) OVER k AS _first, lead(_row) OVER (PARTITION BY {key} ORDER BY _row) AS _next, "
        f"min(_all) OVER k <> max(_all) OVER k AS _differ, count(*) OVER k AS _times "
        f"FROM rows WINDOW k AS (PARTITION BY {key})"
    )
    con.execute(f"INSERT INTO {out} SELECT _row, 'reject' FROM {same} WHERE _differ")
    con.execute(f"INSERT INTO {out} SELECT _row, 'unused' FROM {same} WHERE NOT _differ AND NOT _bad AND _row <> _first")
    columns = quote_text(", ".join(table.key))
    other = "CASE WHEN _row <> _first THEN 'the first is row ' || _first ELSE 'the next is row ' || _next END"
    conflict = f"'row ' || _row || ' is one of ' || _times || ' rows with this key that differ; ' || {other} || '; none was chosen'"
    con.execute(_finding(table, f"{same} WHERE _differ", columns, ["PBR460"], "_key", conflict))
    copy = "'row ' || _row || ' repeats row ' || _first || ', which is used'"
    con.execute(_finding(table, f"{same} WHERE NOT _differ AND NOT _bad AND _row <> _first", columns, ["PBR470"], "_key", copy))
    con.execute(f"DROP TABLE {same}")


def _orphans(con: duckdb.DuckDBPyConnection, table: Table, typed: str, out: str) -> None:
    assert table.parent is not None
    link = table.parent
    orphans, parent = f"_orphans_{table.name}", link.table
    readable = _readable(link.columns)
    on = " AND ".join(f"p.{quote_name(onto)} = t.{quote_name(name)}" for name, onto in zip(link.columns, link.onto, strict=True))
    shown = " || ' | ' || ".join(f"CAST(t.{quote_name(name)} AS VARCHAR)" for name in link.columns)
    con.execute(
        f"CREATE TEMP TABLE {orphans} AS SELECT _row, _key, EXISTS (SELECT 1 FROM {'_lost_' + parent} p WHERE p._keyed AND {on}) AS _lost, "
        f"EXISTS (SELECT 1 FROM {'_typed_' + parent} p WHERE {on}) AS _there "
        f"FROM (SELECT t.*, {shown} AS _key FROM {typed} t ANTI JOIN {quote_name('accepted_' + parent)} p ON {on} WHERE {readable}) t "
        f"WHERE _row NOT IN (SELECT _row FROM {out} WHERE _how = 'unused')"
    )
    reasons = (
        ("PBR461", "NOT _there", f"no row of {parent} has this key"),
        ("PBR462", "_lost", f"the row of {parent} with this key was rejected"),
        ("PBR462", "_there AND NOT _lost", f"the row of {parent} with this key charges a service again and is not used"),
    )
    counted = ", ".join(f"count(*) FILTER ({condition})" for _, condition, _ in reasons)
    found = con.execute(f"SELECT {counted} FROM {orphans}").fetchone()
    assert found is not None
    if any(found):
        con.execute(f"INSERT INTO {out} SELECT _row, 'reject' FROM {orphans}")
    columns = quote_text(", ".join(link.columns))
    for number, (code, condition, sentence) in zip(found, reasons, strict=True):
        if number:
            con.execute(_finding(table, f"{orphans} WHERE {condition}", columns, [code], "_key", quote_text(sentence)))
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
