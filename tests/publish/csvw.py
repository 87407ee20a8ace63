"""A small reader of CSV by its own CSVW metadata: what a program of somebody else's would make of our files, and what it would complain of."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any


class Faulty(Exception):
    """The file is not what its metadata says."""


Value = str | Decimal | date | None


def read_csvw(data: bytes, metadata: bytes) -> list[dict[str, Value]]:
    """The rows, typed; None where a sign stands. Raises Faulty."""
    said = json.loads(metadata)
    schema, dialect = said["tableSchema"], said["dialect"]
    if "http://www.w3.org/ns/csvw" not in said["@context"] or dialect["encoding"] != "utf-8" or not dialect["header"]:
        raise Faulty("the metadata is not as we write it")
    text = data.decode("utf-8")
    if text.startswith("\ufeff") or not text.endswith("\r\n"):
        raise Faulty("a byte order mark, or the last line has no end")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=dialect["delimiter"], doublequote=dialect["doubleQuote"], strict=True))
    columns = schema["columns"]
    names = [column["name"] for column in columns]
    if rows[0] != names or len(set(names)) != len(names) or not all(re.fullmatch("[a-z][a-z_]*", name) for name in names):
        raise Faulty(f"the header row is {rows[0]}")
    found: list[dict[str, Value]] = []
    keys: set[tuple[str, ...]] = set()
    for at, row in enumerate(rows[1:], 2):
        if len(row) != len(columns):
            raise Faulty(f"row {at} has {len(row)} cells")
        typed = {column["name"]: _typed(cell, column, at) for cell, column in zip(row, columns, strict=True)}
        key = tuple(row[names.index(name)] for name in schema["primaryKey"])
        if key in keys:
            raise Faulty(f"row {at} has the key of another: {key}")
        keys.add(key)
        found.append(typed)
    return found


def _typed(cell: str, column: Mapping[str, Any], at: int) -> Value:
    where = f"row {at}, {column['name']}: {cell!r}"
    if not cell:
        raise Faulty(f"{where} is blank")
    if cell in column.get("null", ()):
        if column["required"]:
            raise Faulty(f"{where} stands where a value is required")
        return None
    if column["datatype"] == "string":
        if cell[0] in "=+-@\t\r\n":
            raise Faulty(f"{where} would be run by a spreadsheet")
        return cell.removeprefix("'")
    if column["datatype"] == "decimal":
        if not re.fullmatch(r"-?\d+(\.\d+)?", cell, re.ASCII):
            raise Faulty(f"{where} is no decimal")
        return Decimal(cell)
    if column["datatype"] == "date":
        try:
            return date.fromisoformat(cell)
        except ValueError:
            raise Faulty(f"{where} is no date") from None
    raise Faulty(f"{where} is of the datatype {column['datatype']}")
