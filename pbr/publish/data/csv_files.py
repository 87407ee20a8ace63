"""A table as CSV (RFC 4180) that a spreadsheet and a program read alike, and its CSVW metadata, which says what each column means and how it is typed.

W3C, Metadata Vocabulary for Tabular Data (https://www.w3.org/TR/tabular-metadata/). No cell is blank: a sign in square brackets says why there is no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from pbr.publish.data.json_text import to_json

STRING: Final = "string"
DECIMAL: Final = "decimal"
DATE: Final = "date"
WORDS: Final = {"[c]": "confidential", "[x]": "not available", "[z]": "not applicable"}
NONE: Final = "[z]"
# What a spreadsheet takes for the beginning of a formula, or throws away; and the sign that is put in front of it, so that it can be taken off again.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
AS_TEXT: Final = "'"
SPECIAL: Final = re.compile('[,"\r\n]')  # in quotes for these


@dataclass(frozen=True)
class Column:
    """``name``: in the header row. ``datatype``: string, decimal or date. ``unit``: what its numbers are counted in, in words. ``signs``: a sign may stand in place of a value."""

    name: str
    title: str
    says: str
    datatype: str = STRING
    unit: str = ""
    signs: bool = False


@dataclass(frozen=True)
class Sheet:
    """``name``: of the file without its ending. ``key``: columns that no two rows have alike. ``rows``: texts, one for each column."""

    name: str
    says: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def to_csv(sheet: Sheet) -> bytes:
    """The file. Raises ValueError for a row of another length, or a blank cell."""
    lines = [_line([column.name for column in sheet.columns])]
    for row in sheet.rows:
        if len(row) != len(sheet.columns) or not all(row):
            raise ValueError(f"a row of {sheet.name} has a blank, or too few or too many cells: {row}")
        lines.append(_line([escaped(cell, column) for cell, column in zip(row, sheet.columns, strict=True)]))
    return "".join(lines).encode()


def escaped(cell: str, column: Column) -> str:
    """Text that a spreadsheet would run, or that itself begins with the sign, has the sign in front of it. Numbers and dates stay as they are, the minus of -5 too."""
    return AS_TEXT + cell if column.datatype == STRING and cell.startswith((*FORMULA, AS_TEXT)) else cell


def _line(cells: Iterable[str]) -> str:
    return ",".join(_quoted(cell) for cell in cells) + "\r\n"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if SPECIAL.search(cell) or cell != cell.strip() else cell


def to_metadata(sheet: Sheet, licence: str = "") -> bytes:
    """NAME.csv-metadata.json, to lie beside the file. ``licence``: the address of the licence that the commissioner chose; empty: none is named."""
    return _metadata(sheet.name, sheet.says, sheet.columns, sheet.key, licence)


@lru_cache(maxsize=32)  # every assessment has tables of the same kinds
def _metadata(name: str, says: str, columns: tuple[Column, ...], key: tuple[str, ...], licence: str) -> bytes:
    said: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{name}.csv",
        "dc:title": name,
        "dc:description": says
        + " A text that begins with = + - @ ' a tab or a line's end has one ' in front of it, so that no spreadsheet runs it: take it off."
        + " In place of a number: "
        + ", ".join(f"{sign} {word}" for sign, word in WORDS.items())
        + ".",
        **({"dc:license": {"@id": licence}} if licence else {}),
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "doubleQuote": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": [_described(column) for column in columns], "primaryKey": list(key)},
    }
    return to_json(said)


def _described(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "titles": [column.name, column.title],
        "dc:description": column.says,
        "datatype": column.datatype,
        "required": not column.signs,
    }
    if column.unit:
        found["schema:unitText"] = column.unit
    if column.signs:
        found["null"] = list(WORDS)
    return found
