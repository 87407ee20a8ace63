"""What a contract's layout says about a text file as a whole: its delimiter, its encoding, where the table begins and ends."""

from __future__ import annotations

from dataclasses import dataclass

from pbr.problem import Place, refuse
from pbr.terms.models import TableLayout

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
ENCODINGS = ("utf-8", "utf-16", "windows-1252")


@dataclass(frozen=True)
class Dialect:
    """``encoding``: one of ENCODINGS, or "" where nothing is said. ``header_row``: a physical line, from 1. ``footer_rows``: records at
    the end that belong to no table."""

    delimiter: str = ","
    encoding: str = ""
    header_row: int = 1
    footer_rows: int = 0


def dialect_of(layout: TableLayout, name: str) -> Dialect:
    """Raises Refused PBR408 for what is not one of the words, not a number, or said of a text file and meant for a workbook."""
    for key, leaf in (("sheet", layout.sheet), ("allow", layout.allow[0] if layout.allow else None)):
        if leaf is not None:
            says = f"the layout says `{key}`, which only a workbook can have, and {name} is a text file"
            raise refuse("PBR408", says, f"give the workbook, or take `{key}` out of the contract's layout", leaf.place)
    delimiter, encoding = layout.delimiter, layout.encoding
    if delimiter is not None and delimiter.text not in DELIMITERS:
        says = f"delimiter is {delimiter.text!r}: expected {_one_of(tuple(DELIMITERS))}"
        raise refuse("PBR408", says, "correct the contract's layout", delimiter.place)
    if encoding is not None and encoding.text not in ENCODINGS:
        raise refuse(
            "PBR408", f"encoding is {encoding.text!r}: expected {_one_of(ENCODINGS)}", "correct the contract's layout", encoding.place
        )
    return Dialect(
        DELIMITERS[delimiter.text] if delimiter is not None else ",",
        encoding.text if encoding is not None else "",
        header_row_of(layout, name),
        footer_rows_of(layout, name),
    )


def header_row_of(layout: TableLayout, name: str) -> int:
    """The header's line, 1 where nothing is said. Raises Refused PBR408."""
    text = layout.header_row.text if layout.header_row is not None else "1"
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:5]) <= 1000):
        place = layout.header_row.place if layout.header_row is not None else Place(name)
        raise refuse("PBR408", f"header_row is {text!r}: expected the header's line, a whole number from 1 to 1000", "", place)
    return int(text)


def footer_rows_of(layout: TableLayout, name: str) -> int:
    """How many records at the end are none of the table's, 0 where nothing is said. Raises Refused PBR408."""
    text = layout.footer_rows.text if layout.footer_rows is not None else "0"
    if not (text.isascii() and text.isdigit() and 0 <= int(text[:5]) <= 1000):
        place = layout.footer_rows.place if layout.footer_rows is not None else Place(name)
        raise refuse("PBR408", f"footer_rows is {text!r}: expected how many rows at the end to leave out, from 0 to 1000", "", place)
    return int(text)


def too_few_rows(name: str, footer_rows: int, records: int) -> str:
    """The sentence for a file that has fewer records than its footer."""
    return f"the layout says that the last {footer_rows} rows of {name} are not records, and after its header there are {records}"


def _one_of(words: tuple[str, ...]) -> str:
    return ", ".join(words[:-1]) + " or " + words[-1]
