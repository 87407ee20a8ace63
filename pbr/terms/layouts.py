"""The words of a layout: how the file of a table is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pbr.problem import Problem
from pbr.terms.forms import twice
from pbr.terms.names import ALL_FROM_ONE_FILE
from pbr.terms.shape import is_one_of
from pbr.terms.source import Source
from pbr.terms.views import leaf, maps, scalars

DELIMITERS: Final = ("comma", "semicolon", "tab", "pipe")
ENCODINGS: Final = ("utf-8", "utf-16", "windows-1252")
ALLOWED: Final = ("hidden rows", "merged cells", "error cells")
MOST_FOOTER_ROWS: Final = 1000
OF_A_FILE: Final = ("delimiter", "encoding", "allow", "header_row", "footer_rows")


def layout_problems(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    """PBR142, PBR153, PBR156 and PBR157 for the layout of each table."""
    layouts = dict(maps(tree, "layout"))
    for name, layout in layouts.items():
        if ALL_FROM_ONE_FILE in layouts and name in dict(maps(tree, "data")) and "sheet" not in layout:
            for key in OF_A_FILE:
                if key in layout:
                    says = f"`{key}` is about the whole file, and all tables come from one"
                    hint = f"write it under `{ALL_FROM_ONE_FILE}`; or give {name} a `sheet` of its own"
                    yield source.problem("PBR157", says, hint, source.place("layout", name, key))
        for key, allowed in (("delimiter", DELIMITERS), ("encoding", ENCODINGS)):
            word = leaf(layout, key)
            if word is not None and word.text not in allowed:
                yield source.problem("PBR142", f"`{key}`: {is_one_of(word.text, allowed)}", "", word.place)
        for word in scalars(layout, "allow"):
            if word.text not in ALLOWED:
                yield source.problem("PBR142", f"`allow`: {is_one_of(word.text, ALLOWED)}", "", word.place)
        yield from twice([(word.text, word.place) for word in scalars(layout, "allow")], "word", source)
        rows = leaf(layout, "footer_rows")
        if rows is not None and not (
            rows.text.isascii() and rows.text.isdecimal() and len(rows.text) <= 4 and int(rows.text) <= MOST_FOOTER_ROWS
        ):
            says = f"`footer_rows`: found {rows.text[:40]!r}; expected a whole number from 0 to {MOST_FOOTER_ROWS:,}"
            yield source.problem("PBR156", says, "say how many rows at the end of the file are not records", rows.place)
