"""The portable identity of a table: a digest over the canonical text of its rows (``docs/trail-format.md``).

Parquet bytes differ between DuckDB versions and engines; the values do not. Each row becomes text that no other row has,
its SHA-256 is taken inside DuckDB, 1,024 row digests are a block, and blocks are the leaves of a Merkle tree. The digests come out of one query, in
the order of the file, as they are asked for: neither the file nor its digests are ever in memory as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from pbr.audit.merkle import root
from pbr.platform.duck import glob_text
from pbr.platform.sqltext import quote_name
from pbr.problem import refuse

BLOCK = 1024
INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL(38,0)")


@dataclass(frozen=True)
class TableDigest:
    """``columns``: those the digest covers, in order. ``rows``: how many rows. ``root``: the Merkle root, hexadecimal."""

    columns: tuple[str, ...]
    rows: int
    root: str

    def to_json(self) -> dict[str, Any]:
        return {"columns": list(self.columns), "rows": self.rows, "root": self.root}


def digest_table(con: Any, path: Path, without: tuple[str, ...] = ()) -> TableDigest:
    """The digest of a Parquet file's rows in the order they stand in it, leaving the columns ``without`` out.

    Raises Refused (PBR702) for a column whose type a trail may not hold, and duckdb.Error for a file that is not Parquet.
    """
    file = f"read_parquet({glob_text(path)}, hive_partitioning = false)"
    types = [(row[0], row[1]) for row in con.execute(f"DESCRIBE SELECT * FROM {file}").fetchall()]
    kept = [(name, kind) for name, kind in types if name not in without]
    texts = [text for name, kind in kept for text in _cell_texts(name, kind, path.name)]
    rows = int(con.execute(f"SELECT count(*) FROM {file}").fetchone()[0])
    return TableDigest(tuple(name for name, _ in kept), rows, root(_blocks(con, file, texts)))


def cell_text(name: str, kind: str, file: str) -> str:
    """SQL for the canonical text of one cell. It begins with what it is and how long, so that no two rows share a text."""
    return f"concat({', '.join(_cell_texts(name, kind, file))})"


def _cell_texts(name: str, kind: str, file: str) -> tuple[str, ...]:
    """SQL for texts that make the text of one cell when ``concat`` puts them after one another; it leaves out what is NULL.

    Numbers of one digit and days of four digits for the year, which most are, need no text but their own to know its length: that halves the time.
    """
    column = quote_name(name)
    if kind in INTEGERS:
        return (_short("i1:", f"{column} BETWEEN 0 AND 9", "i", column),)
    if kind == "VARCHAR":
        return f"CASE WHEN {column} IS NULL THEN 'n' ELSE concat('t', strlen({column}), ':') END", column
    if kind == "DATE":
        years = f"{column} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
        return (_short("d10:", years, "d", column),)
    if kind == "BOOLEAN":
        return (f"CASE WHEN {column} IS NULL THEN 'n' WHEN {column} THEN 'b1:y' ELSE 'b1:n' END",)
    if kind == "VARCHAR[]":
        items = f"array_to_string(list_transform({column}, lambda x: {_tagged('t', 'x', 'x')}), '')"
        return (f"CASE WHEN {column} IS NULL THEN 'n' ELSE 'l' || CAST(len({column}) AS VARCHAR) || ':' || {items} END",)
    raise refuse("PBR702", f"{file}: column {name} is a {kind}, which a trail may not hold.", "The file is damaged or was changed.")


def _short(known: str, there: str, tag: str, column: str) -> str:
    """``known``: the tag with the length, ``there``: where that is the length."""
    longer = f"concat('{tag}', strlen(CAST({column} AS VARCHAR)), ':', {column})"
    return f"CASE WHEN {there} THEN concat('{known}', {column}) WHEN {column} IS NULL THEN 'n' ELSE {longer} END"


def _tagged(tag: str, column: str, text: str) -> str:
    return f"CASE WHEN {column} IS NULL THEN 'n' ELSE concat('{tag}', CAST(strlen({text}) AS VARCHAR), ':', {text}) END"


def _blocks(con: Any, file: str, texts: list[str]) -> Iterator[bytes]:
    """The row digests of ``file``, 1,024 at a time. ``texts``: SQL for the texts of its cells.

    Rows come in the order they stand in, because the connection keeps the order of what it reads (``preserve_insertion_order``). ``concat`` makes a
    row's text at once, where a chain of ``||`` makes one text after the other, each longer: that took a third of the time of a digest.
    """
    row = f"concat({', '.join(texts)})" if texts else "''"
    digests = con.execute(f"SELECT sha256({row}) FROM {file}")
    while block := digests.fetchmany(BLOCK):
        yield bytes.fromhex("".join(chain.from_iterable(block)))
