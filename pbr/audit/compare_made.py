"""What is stored against the same made again: tables row by row and column by column, documents by their JSON paths or lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit.canonical import read_json
from pbr.audit.compare_trace import column_names, key_text, records, shown
from pbr.audit.difference import Difference, Found
from pbr.audit.digest import digest_table
from pbr.plan.plan import Plan
from pbr.platform.files import Files
from pbr.problem import Refused


def compare_tables(plan: Plan, files: list[str], con: Any, folder: Path, fresh: Path, found: Found) -> None:
    """Every Parquet file, every column of it, those too that the manifest's digests leave out: the inputs are the same bytes, so even where a
    row stands in its file is the same. Digests first, and where they differ, the rows. Raises Enough, and duckdb.Error for an unreadable file."""
    for file in files:
        stored, made = folder / file, fresh / file
        try:
            same = digest_table(con, stored) == digest_table(con, made)
        except Refused as refused:
            # a column of a kind that no trail may hold: named when the manifest's digests were looked at, but for a column that they leave out
            if not any(one.file == file for one in found.differences):
                found.add(Difference(file, refused.problems[0].says))
            continue
        if not same:
            _rows(plan, con, file, stored, made, found)


def _rows(plan: Plan, con: Any, file: str, stored: Path, made: Path, found: Found) -> None:
    names, wanted = column_names(con, stored), column_names(con, made)
    if names != wanted:
        found.add(Difference(file, "its columns differ", "", "", ", ".join(names), ", ".join(wanted)))
        return
    ours, theirs = records(con, stored, names), records(con, made, names)
    for number, record in enumerate(theirs, start=1):
        row = next(ours, None)
        key = _key(plan, file, record, number)
        if row is None:
            found.add(Difference(file, "this row is missing", key))
            return
        if file != layout.FINDINGS and (other := _key(plan, file, row, number)) != key:
            found.add(Difference(file, f"this row is missing, or not in its place: {other} stands there", key))
            return
        for name in names:
            if row[name] != record[name]:
                found.add(Difference(file, "", key, name, shown(row[name]), shown(record[name])))
    if (row := next(ours, None)) is not None:
        found.add(Difference(file, "the inputs give no such row", _key(plan, file, row, 0)))


def _key(plan: Plan, file: str, record: dict[str, Any], number: int) -> str:
    if file.startswith(f"{layout.TRACE}/"):
        return key_text(tuple(record[name] for name in plan.key_of(file[len(layout.TRACE) + 1 : -len(".parquet")])))
    if file in (layout.PAYMENTS, layout.DUE):
        return f"{record['payment']} {_listed_key(record['key'])}".strip()
    return f"row {number}" if number else "the last row"


def _listed_key(text: str) -> str:
    try:
        return key_text(tuple(json.loads(text)))
    except (TypeError, ValueError):
        return str(text)


def compare_documents(names: tuple[str, ...], folder: Path, fresh: Path, files: Files, found: Found) -> None:
    """Files of text: JSON by its paths, others by their lines. Raises Enough."""
    for file in names:
        stored, made = files.read_bytes(folder / file), files.read_bytes(fresh / file)
        if stored == made:
            continue
        if file.endswith(".json"):
            before = len(found.differences)
            try:
                stored_value = read_json(stored, file)
            except Refused as refused:
                found.add(Difference(file, refused.problems[0].says))
                continue
            compare_json(file, stored_value, read_json(made, file), found)
            if len(found.differences) == before:
                found.add(Difference(file, "the same values are written in another way"))
        else:
            _text(file, stored, made, found)


def compare_json(file: str, stored: Any, made: Any, found: Found, path: str = "") -> None:
    """Adds the differing leaves, each by its path, as payments[3].amount. Raises Enough."""
    if isinstance(stored, dict) and isinstance(made, dict):
        for name in [*made, *(name for name in stored if name not in made)]:
            inner = f"{path}.{name}" if path else name
            if name not in stored or name not in made:
                says = "this is missing" if name not in stored else "this should not be here"
                found.add(Difference(file, says, inner))
            else:
                compare_json(file, stored[name], made[name], found, inner)
    elif isinstance(stored, list) and isinstance(made, list):
        if len(stored) != len(made):
            found.add(Difference(file, "", path, "", f"{len(stored)} entries", f"{len(made)} entries"))
        for index, (one, other) in enumerate(zip(stored, made, strict=False)):
            compare_json(file, one, other, found, f"{path}[{index}]")
    elif stored != made or type(stored) is not type(made):
        found.add(Difference(file, "", path, "", _short(stored), _short(made)))


def _text(file: str, stored: bytes, made: bytes, found: Found) -> None:
    ours, theirs = stored.decode("utf-8", "replace").splitlines(), made.decode("utf-8", "replace").splitlines()
    for number, (one, other) in enumerate(zip(ours, theirs, strict=False), start=1):
        if one != other:
            found.add(Difference(file, "", f"line {number}", "", _short(one), _short(other)))
            return
    if len(ours) != len(theirs):
        found.add(Difference(file, "", "", "", f"{len(ours)} lines", f"{len(theirs)} lines"))
    else:
        found.add(Difference(file, "its bytes differ, though its lines read the same"))


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else shown(value) if not isinstance(value, (dict, list)) else type(value).__name__
    return text if len(text) <= 120 else text[:117] + "..."
