"""A table's cells become values: plain rows the short way, the others by definition, and check digits asked of the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbr.plan.plan import Column
from pbr.platform.sqltext import quote_name
from pbr.submission.checkdigits import ask, sure_sql
from pbr.submission.mapping import Mapped
from pbr.submission.shortcut import shortcut_sql, type_of
from pbr.submission.typed import MOST, given_sql, typed_sql

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Cells:
    """``typed``: the relation of all rows: _row, each column's value (NULL where it has none), _bad. ``look``: of rows that were not plain,
    bad ones among them, the same with _e0, _r0, ... (``typed_sql``). ``wrong``: by column, the table (value, why) of texts whose check
    digit is refused."""

    typed: str
    look: str
    rows: int
    bad: int
    wrong: dict[str, str]


def read_cells(con: duckdb.DuckDBPyConnection, mapped: Mapped, currency: str, *, none: bool = False) -> Cells:
    """Makes ``_typed_T``. ``none``: it is known that there are no rows, and nothing is read. The input is read once, and its rows are not fetched: only different identifiers with a check digit are, a batch
    at a time."""
    table, columns, needed, missing = mapped.table, mapped.table.columns, frozenset(mapped.table.key), mapped.missing
    plain, look, typed = (f"_{kind}_{table.name}" for kind in ("plain", "look", "typed"))
    if none:  # as most tables of a worked example are: asking DuckDB to read no rows takes some hundredths of a second for each
        con.execute(f"CREATE TABLE {plain} ({', '.join(f'{quote_name(column.name)} {type_of(column)}' for column in columns)})")
        con.execute(f"CREATE TABLE {look} AS {_nothing(columns, plain)}")
        con.execute(f"CREATE VIEW {typed} AS SELECT _row, {', '.join(quote_name(column.name) for column in columns)}, _bad FROM {look}")
        return Cells(typed, look, 0, 0, {})
    # The table keeps the input's order, so its own row numbers are the records' where none was left out before; to number records while they
    # are read leaves all but one thread idle.
    place = "rowid + 1" if mapped.inorder else "_row"
    source, also = (mapped.inorder, "") if mapped.inorder else (mapped.sql, "_row")
    con.execute(f"CREATE TABLE {plain} AS {shortcut_sql(columns, needed, missing, currency, source, also)}")
    found = con.execute(f"SELECT count(*), count(_raw) FROM {plain}").fetchone()
    assert found is not None
    rows, slow = int(found[0]), int(found[1])

    came = ", ".join(f"_raw[{number + 1}] AS _r{number}" for number in range(len(columns)))
    few = f"SELECT {place} AS _row, {came} FROM {plain} WHERE _raw IS NOT NULL"
    wrong: dict[str, str] = {}
    unsure: list[int] = []  # columns whose check digits the short way could not settle
    for number, column in enumerate(columns):
        if not column.check_digit:
            continue
        given = given_sql(column, column.name in needed or column.link, missing, f"_r{number}")
        values = f"SELECT {given} AS v FROM ({few})"
        if sure_sql(column.check_digit, "") is None:
            unsure.append(number)
            values += f" UNION ALL SELECT {quote_name(column.name)} FROM {plain} WHERE _raw IS NULL"
        refused = f"_wrong{number}_{table.name}"
        if ask(con, column.check_digit, f"SELECT v FROM ({values}) WHERE length(v) <= {MOST}", refused):
            wrong[column.name] = refused
    # asking the definition takes a fifth of a second before it sees a row; when there is none for it, an empty table of that shape will do
    looked = typed_sql(columns, needed, missing, currency, few, wrong, _ascii(con, few, len(columns))) if slow else _nothing(columns, plain)
    con.execute(f"CREATE TABLE {look} AS {looked}")
    moved = _move(con, mapped, plain, look, place, [number for number in unsure if columns[number].name in wrong])

    names = ", ".join(quote_name(column.name) for column in columns)
    kept = f" AND {place} NOT IN (SELECT _row FROM {look})" if moved else ""
    parts = [f"SELECT {place} AS _row, {names}, false AS _bad FROM {plain} WHERE _raw IS NULL{kept}"] if slow < rows else []
    parts += [f"SELECT _row, {names}, _bad FROM {look}"] if slow or moved or not parts else []
    con.execute(f"CREATE VIEW {typed} AS {' UNION ALL '.join(parts)}")
    if slow == rows:
        con.execute(f"DROP TABLE {plain}")
    bad = con.execute(f"SELECT count(*) FILTER (_bad) FROM {look}").fetchone()
    assert bad is not None
    return Cells(typed, look, rows, int(bad[0]), wrong)


def _ascii(con: duckdb.DuckDBPyConnection, rows: str, width: int) -> list[int]:
    """The numbers of the columns whose cells, of these rows, are all ASCII. ``rows``: SQL that gives _r0, _r1, ..."""
    asked = ", ".join(f"coalesce(bool_and(strlen(_r{number}) = length(_r{number})), true)" for number in range(width))
    found = con.execute(f"SELECT {asked} FROM ({rows})").fetchone()
    assert found is not None
    return [number for number, ascii in enumerate(found) if ascii]


def _nothing(columns: tuple[Column, ...], plain: str) -> str:
    """A query that gives no rows, in the shape of ``typed_sql``."""
    names = [quote_name(column.name) for column in columns]
    texts = [f"CAST(NULL AS VARCHAR) AS _{kind}{number}" for number in range(len(columns)) for kind in "er"]
    return f"SELECT CAST(0 AS BIGINT) AS _row, {', '.join([*names, *texts])}, false AS _bad FROM {plain} LIMIT 0"


def _move(con: duckdb.DuckDBPyConnection, mapped: Mapped, plain: str, look: str, place: str, unsure: list[int]) -> bool:
    """Plain rows with a check digit that is refused go to ``look``, where that is all that is wrong with them. Whether there are any."""
    if not unsure:
        return False
    columns = mapped.table.columns
    tests = {number: f"{quote_name(columns[number].name)} IN (SELECT value FROM _wrong{number}_{mapped.table.name})" for number in unsure}
    cells = []
    for number, column in enumerate(columns):
        name, test = quote_name(column.name), tests.get(number)
        value = f"CASE WHEN {test} THEN NULL ELSE {name} END" if test else name
        cells += [f"{value} AS {name}", f"CASE WHEN {test} THEN 'PBR459' END AS _e{number}" if test else f"NULL AS _e{number}"]
        cells.append(f"CASE WHEN {test} THEN {name} END AS _r{number}" if test else f"NULL AS _r{number}")
    rows = f"SELECT {place} AS _row, {', '.join(cells)}, true AS _bad FROM {plain} WHERE _raw IS NULL AND ({' OR '.join(tests.values())})"
    return bool(con.execute(f"INSERT INTO {look} BY NAME {rows} RETURNING _row").fetchone())
