"""From an input's own columns to a table's: names in the layout, wide sheets made long, and what is missing or left over."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from pbr.plan.plan import Table
from pbr.platform.sqltext import quote_text
from pbr.problem import Place, Problem
from pbr.submission.dialect import DELIMITERS
from pbr.submission.raw import BLANKS, Raw, skipping
from pbr.terms.models import TableLayout


@dataclass(frozen=True)
class Mapped:
    """``sql``: _row, _r0, _r1, ... text, as the table's columns. ``per_record``: rows made of one record (1, or more for a wide
    sheet): row = (record - 1) * per_record + 1 onwards. ``read``: positions in the header that are read. ``inorder``: ``sql`` without _row where
    its rows are numbered 1, 2, 3, ... in order (``Raw.inorder``), else ""."""

    table: Table
    sql: str
    per_record: int
    missing: list[str]
    read: frozenset[int]
    skips: bool
    inorder: str = ""

    def record_of(self, row: int) -> int:
        return (row - 1) // self.per_record + 1


def map_table(table: Table, raw: Raw, layout: TableLayout, shared: TableLayout | None) -> Mapped | list[Problem]:
    """``shared``: the layout of a file that feeds several tables (already applied to its records), whose missing markers hold where
    the table gives none. Problems PBR406, PBR407, PBR408, PBR413."""
    problems: list[Problem] = []
    read: set[int] = set()
    place = Place(raw.name, raw.header_line)

    def cell(header: str, column: str) -> str:
        found = [index for index, name in enumerate(raw.header) if name == header]
        if not found:
            problems.append(Problem("PBR406", _missing(header, column, table), _nearest(header, raw), place, _excerpt(raw)))
            return "NULL"
        if len(found) > 1:
            at = " and ".join(str(index + 1) for index in found)
            says = f"the column {header!r} is in the header more than once (columns {at}): it is not clear which to read"
            problems.append(Problem("PBR407", says, "rename or remove one", place, _excerpt(raw)))
        elif found[0] in raw.unread:
            says = f"the column {header!r} is of a kind that is not read: {raw.unread[found[0]]}"
            problems.append(Problem("PBR413", says, "give text, numbers, decimals, dates (without a zone) or yes and no", place))
        read.add(found[0])
        return f"c{found[0]}"

    names = {ours: leaf.text for ours, leaf in (layout.columns or {}).items()}
    fixed = {ours: leaf.text for ours, leaf in (layout.fixed or {}).items()}
    for wrong in sorted({*names, *fixed} - {column.name for column in table.columns}):
        says = f"the layout of {table.name} names the column {wrong!r}, which the table does not have"
        problems.append(Problem("PBR408", says, "", {**(layout.columns or {}), **(layout.fixed or {})}[wrong].place))
    wide = layout.wide_to_long
    codes: tuple[str, ...] = ("",)
    if wide is not None:
        key = next((column for column in table.columns if column.name == wide.key.text), None)
        if key is None or key.type.kind != "code":
            says = f"wide_to_long: {wide.key.text!r} is not a column of {table.name} with a list of codes"
            return [*problems, Problem("PBR408", says, "", wide.key.place)]
        codes = key.type.codes
    rows = []
    for code in codes:
        cells = []
        for column in table.columns:
            if wide is not None and column.name == wide.key.text:
                cells.append(quote_text(code))
            elif column.name in fixed:
                cells.append(quote_text(fixed[column.name]))
            elif wide is not None and column.name in wide.columns:
                cells.append(cell(wide.columns[column.name].text.replace("{" + wide.key.text + "}", code), column.name))
            else:
                cells.append(cell(names.get(column.name, column.name), column.name))
        rows.append(cells)
    own_skip: list[tuple[int, str]] = []
    for header, text in (layout.skip_rows_where or {}).items() if shared is not None else ():
        wanted = names.get(header, header)
        if wanted in raw.header:
            own_skip.append((raw.header.index(wanted), text.text.strip(BLANKS)))
        else:
            problems.append(Problem("PBR408", f"the layout skips rows by {wanted!r}, which the header does not have", "", text.place))
    own_only: list[tuple[int, str]] = []
    for header, text in (layout.only_rows_where or {}).items():
        wanted = names.get(header, header)
        if wanted in raw.header:
            own_only.append((raw.header.index(wanted), text.text.strip(BLANKS)))
            read.add(raw.header.index(wanted))
        else:
            problems.append(Problem("PBR408", f"the layout takes rows by {wanted!r}, which the header does not have", "", text.place))
    kept = f"({skipping(own_skip)})" + "".join(f" AND NOT ({skipping([one])})" for one in own_only)
    if problems:
        # a column that is missing for every code of a wide sheet is still one problem each: each is another header
        return list(dict.fromkeys(problems))
    inorder = ""
    if wide is None:
        listed = ", ".join(f"{expression} AS _r{index}" for index, expression in enumerate(rows[0]))
        sql = f"SELECT _row, {listed} FROM {raw.relation} WHERE {kept}"
        inorder = f"SELECT {listed} FROM {raw.inorder}" if raw.inorder and not own_skip and not own_only else ""
    else:
        # one scan: each record becomes a list of its rows, which is then unfolded
        structs = ", ".join(
            "{" + ", ".join([f"'_n': {place_}", *(f"'_r{index}': {value}" for index, value in enumerate(cells))]) + "}"
            for place_, cells in enumerate(rows, 1)
        )
        unfolded = f"SELECT _row, unnest([{structs}]) AS u FROM {raw.relation} WHERE {kept}"
        listed = ", ".join(f"u._r{index} AS _r{index}" for index in range(len(table.columns)))
        sql = f"SELECT (_row - 1) * {len(codes)} + u._n AS _row, {listed} FROM ({unfolded})"
    marks = layout.missing if layout.missing is not None else (shared.missing if shared is not None else None)
    missing = [mark.text.strip(BLANKS) for mark in marks or []]
    return Mapped(table, sql, len(codes), missing, frozenset(read), bool(own_skip or own_only), inorder)


def ignored_columns(raw: Raw, read: frozenset[int]) -> list[str]:
    """Names of the columns that no table reads, as in the header; one without a name by its number."""
    return [name or f"column {index + 1}" for index, name in enumerate(raw.header) if index not in read]


def _missing(header: str, column: str, table: Table) -> str:
    asked = f"the table {table.name} reads its column {column} from it" if header != column else f"the table {table.name} needs it"
    return f"the header has no column {header!r}; {asked}"


def _nearest(header: str, raw: Raw) -> str:
    names = raw.header
    if len(names) == 1 and raw.header_line:
        other = next((word for word, mark in DELIMITERS.items() if mark in names[0] and mark != raw.delimiter), "")
        if other:
            own = next(word for word, mark in DELIMITERS.items() if mark == raw.delimiter)
            said = f"the fields seem to be separated by something other than {own}s: save the file with {own}s"
            return f"{said}, or say `delimiter: {other}` in the contract's layout"
    folded = {name.casefold().replace(" ", "_"): name for name in names}
    near = difflib.get_close_matches(header.casefold().replace(" ", "_"), folded, 1)
    if near:
        return f"did you mean the file's column {folded[near[0]]!r}? Rename it, or say so in the contract's layout"
    return "add the column, or say in the contract's layout what the file calls it"


def _excerpt(raw: Raw) -> str | None:
    if not raw.header_line or raw.path is None or Path(raw.path).suffix == ".parquet":
        return None
    text = raw.delimiter.join(raw.header)
    return text if len(text) <= 200 else text[:200] + "…"
