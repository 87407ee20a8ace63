"""A table in several Parquet files, as programs write it: its rows are those of the files one after the other, in the order of their names."""

from __future__ import annotations

import glob
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pbr.problem import Place, refuse
from pbr.submission.raw import Raw
from pbr.submission.tables import open_parquet

if TYPE_CHECKING:
    import duckdb


def files_of(path: Path) -> list[Path]:
    """The file, or, where none is called so, those that the pattern fits (``claims/*.parquet``; ``claims/**/*.parquet`` for all folders in it), by
    name. Raises Refused PBR403 where it fits none or a folder, PBR404 where it fits others than Parquet files."""
    if path.exists() or not glob.has_magic(str(path)):
        return [path]
    found = sorted(Path(name) for name in glob.glob(str(path), recursive=True))
    if not found:
        hint = "see that the folder and the pattern are right"
        if "[" in str(path):
            hint += "; a [ that belongs to a name is written [[]"
        raise refuse("PBR403", f"no file fits the pattern {str(path)!r}", hint, Place(str(path)))
    if folders := [one for one in found if one.is_dir()]:
        says = f"the pattern {str(path)!r} fits {folders[0].name}, which is a folder"
        raise refuse("PBR403", says, f"give what is in it: {folders[0].name}/*.parquet", Place(str(folders[0])))
    if others := [one for one in found if not one.name.lower().endswith(".parquet")]:
        says = f"the pattern {str(path)!r} fits {others[0].name}, which is no Parquet file: only these are parts of one table"
        raise refuse("PBR404", says, "let it end in .parquet, or give each file by its own name", Place(str(others[0])))
    return found


def open_parts(
    con: duckdb.DuckDBPyConnection,
    given: Sequence[tuple[Path, str]],
    number: int,
    find_skip: Callable[[list[str]], list[tuple[int, str]]],
) -> Raw:
    """``given``: path and name of each part. Refused as ``open_parquet`` for each, PBR429 where a part has not the columns of the first, and
    PBR401 where two that hold rows are the same to the byte: one file under two names, or given twice."""
    parts = [open_parquet(con, path, name, f"{number}_{index}", find_skip) for index, (path, name) in enumerate(given)]
    first = parts[0]
    for part in parts[1:]:
        if part.header != first.header or part.unread != first.unread:
            says = f"{part.name} has the columns {_listed(part.header)}, and {first.name}, of the same table, has {_listed(first.header)}"
            raise refuse("PBR429", says, "let every part of a table have the same columns in the same order", Place(part.name))
    seen: dict[str, str] = {}
    for part in parts:
        if part.records and part.sha256 in seen:
            says = f"{part.name} and {seen[part.sha256]}, of the same table, are the same file"
            raise refuse("PBR401", says, "give it once", Place(part.name))
        seen[part.sha256] = part.name
    relation, before, selects = f"_raw{number}", 0, []
    names = "".join(f", c{index}" for index in range(len(first.header)))
    for part in parts:
        selects.append(f"SELECT _row + {before} AS _row{names} FROM {part.relation}")
        before += part.records + part.left_out
    con.execute(f"CREATE VIEW {relation} AS {' UNION ALL '.join(selects)}")
    name = f"{first.name} and {len(parts) - 1} more" if len(parts) > 1 else first.name
    whole = Raw(name, first.path, relation, first.header, sum(part.records for part in parts), first.sha256, first.size, first.small)
    whole.unread, whole.left_out, whole.parts = first.unread, sum(part.left_out for part in parts), parts
    whole.small = all(part.small for part in parts)
    return whole


def _listed(header: list[str]) -> str:
    shown = ", ".join(header[:8])
    return shown if len(header) <= 8 else f"{shown} and {len(header) - 8} more"
