"""The one way to open DuckDB: no extensions, no network, no files but those named, and a configuration that stays as it is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pbr.platform.sqltext import quote_text

if TYPE_CHECKING:
    import duckdb

MODULE = "_duckdb"  # what ``connect`` imports


def connect(temp: Path, allowed: list[Path], threads: int | None = None, memory: str | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory database. ``temp``: an existing folder for spilling and scratch files, readable and writable by queries.
    ``allowed``: further files or folders that queries may read and write. ``memory``: as DuckDB says it, for example "2GB".
    """
    # DuckDB itself. The package ``duckdb`` around it adds what is asked for by methods and not by SQL, which nobody here does, and takes three times
    # as long to import.
    import _duckdb

    spill = temp / "spill"
    con = _duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "temp_directory": os.path.abspath(spill),
        },
    )
    # The reader asks for the pattern, then for the file it finds: both are allowed, nothing else in the file's folder is. A folder's own
    # name may hold the letters of a pattern too.
    within = [temp, *(path for path in allowed if os.path.isdir(path))]
    folders = list(dict.fromkeys(text for path in within for text in (os.path.abspath(path), escaped(path))))
    paths = [text for path in allowed if not os.path.isdir(path) for text in (os.path.abspath(path), escaped(path))]
    con.execute("SET preserve_insertion_order = true")  # row numbers are taken from the order of the file
    # Pulling projections up takes time that grows with the square of a plan's depth, and ours are deep: 11 of 15 seconds of one query of ten rows.
    # A list of five or more codes becomes a join, and a table that two threads make through a join is not in the order of the file.
    con.execute("SET disabled_optimizers = 'projection_pullup,in_clause'")
    con.execute("SET python_enable_replacements = false")  # a table's name is never looked up among Python's variables
    if threads is not None:
        con.execute(f"SET threads = {int(threads)}")
    if memory is not None:
        con.execute(f"SET memory_limit = {quote_text(memory)}")
    con.execute(f"SET allowed_directories = {_listed([folder.rstrip(os.sep) + os.sep for folder in folders])}")
    con.execute(f"SET allowed_paths = {_listed(paths)}")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


def database_errors() -> tuple[type[BaseException], ...]:
    """What a query can raise, to catch around it. Empty, so that nothing is caught, before any database was opened."""
    duckdb = sys.modules.get(MODULE)
    return (duckdb.Error,) if duckdb is not None else ()


def reading_errors() -> tuple[type[BaseException], ...]:
    """What a query raises when a text file is not what its reader was told. Empty before any database was opened."""
    duckdb = sys.modules.get(MODULE)
    return (duckdb.InvalidInputException,) if duckdb is not None else ()


def catalog_errors() -> tuple[type[BaseException], ...]:
    """What a query raises about a relation that is not there, or is of another kind. Empty before any database was opened."""
    duckdb = sys.modules.get(MODULE)
    return (duckdb.CatalogException,) if duckdb is not None else ()


def overflow_errors() -> tuple[type[BaseException], ...]:
    """What a query raises when a number outgrows its type. Empty before any database was opened."""
    duckdb = sys.modules.get(MODULE)
    return (duckdb.OutOfRangeException, duckdb.ConversionException) if duckdb is not None else ()


def glob_text(path: Path) -> str:
    """``path`` as an SQL literal that DuckDB's readers take for this very file: ``[table].csv`` is otherwise a pattern."""
    return quote_text(escaped(path))


def escaped(path: Path) -> str:
    """The absolute path as a pattern that only it matches."""
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in os.path.abspath(path))


def _listed(texts: list[str]) -> str:
    return "[" + ", ".join(quote_text(text) for text in texts) + "]::VARCHAR[]"
