"""A file that lacks columns, seen as a whole: it is another table's, or it has no header. And many missing columns said in one breath."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pbr.language.currencies import ANY_SIGN
from pbr.plan.plan import Plan
from pbr.problem import Place, Problem, Refused
from pbr.submission.dialect import DELIMITERS
from pbr.submission.inputs import Feed, Input, match_inputs
from pbr.submission.packed import packing
from pbr.submission.raw import BLANKS
from pbr.submission.records import read_header
from pbr.terms.models import TableLayout

LACKING = "PBR406"
_NUMBER = re.compile(rf"{ANY_SIGN}?[-+]?[0-9][0-9,]*(\.[0-9]+)?%?")
_YEAR = re.compile(r"(19|20)[0-9]{2}")  # a name that columns do have
_DAY = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}")
_ABSENT = re.compile(r"the header has no column ('.*?'|\".*?\"); (.*)", re.DOTALL)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def told_by_headers(plan: Plan, layout: dict[str, TableLayout], inputs: list[Input], problems: Sequence[Problem]) -> list[Problem]:
    """PBR608 for each file that lacks columns of its table and has those of another; PBR609 for each of which the header is a row of data."""
    lacking = {one.place.file: one for one in problems if one.code == LACKING and one.place is not None}
    if not lacking:
        return []
    out = []
    for feed in match_inputs(plan, layout, inputs, {}):
        if len(feed.tables) != 1 or feed.input.name not in lacking:
            continue
        one = lacking[feed.input.name]
        header = _header(feed, one.excerpt)
        mine = feed.tables[0]
        have = {table.name: sum(name in header for name in _needed(plan, layout, table.name)) for table in plan.tables}
        others = [
            name for name, number in have.items() if name != mine and number == len(_needed(plan, layout, name)) and number > have[mine]
        ]
        if len(others) == 1:
            says = f"{feed.input.name} was taken for {mine}, and has the columns of {others[0]}: this looks like the file of {others[0]}"
            out.append(Problem("PBR608", says, f"give it as {others[0]}=FILE, and the file of {mine} as {mine}=FILE", one.place))
        elif not have[mine] and _is_data(header):
            says = f"{feed.input.name} has no header: where the names of the columns should be, it has a record"
            do = f"put a line with the names above the records: {', '.join(_needed(plan, layout, mine))}"
            out.append(Problem("PBR609", says, do, one.place, one.excerpt))
    return out


def in_one_breath(problems: Sequence[Problem]) -> list[Problem]:
    """For people: the missing columns of one table in one file are one problem, and none where a file is another's or has no header."""
    explained = {one.place.file for one in problems if one.code in ("PBR608", "PBR609") and one.place is not None}
    groups: dict[tuple[Place | None, str], list[Problem]] = {}
    out: list[Problem | list[Problem]] = []
    for one in problems:
        found = _ABSENT.fullmatch(one.says) if one.code == LACKING else None
        if found is None:
            out.append(one)
        elif one.place is None or one.place.file not in explained:
            # the tail says which table lacks it, and so keeps the tables of one file apart
            which = (one.place, re.sub(r" reads its column .*| needs it", "", found[2]))
            if which not in groups:
                groups[which] = []
                out.append(groups[which])
            groups[which].append(one)
    return [one if isinstance(one, Problem) else _together(one) for one in out]


def _together(problems: list[Problem]) -> Problem:
    if len(problems) == 1:
        return problems[0]
    found = [_ABSENT.fullmatch(one.says) for one in problems]
    names, tails = ([one[part] for one in found if one is not None] for part in (1, 2))
    hints = list(dict.fromkeys(one.hint for one in problems))
    if all(tail.endswith(" needs it") for tail in tails):
        says = f"the header lacks {len(names)} columns, which {tails[0].removesuffix(' needs it')} needs: {', '.join(names)}"
    else:
        says = f"the header lacks {len(names)} columns:\n" + "\n".join(f"  {name}; {tail}" for name, tail in zip(names, tails, strict=True))
    hint = hints[0] if len(hints) == 1 else "\n".join(f"{name}: {one.hint}" for name, one in zip(names, problems, strict=True))
    return Problem(LACKING, says, hint, problems[0].place, problems[0].excerpt)


def _needed(plan: Plan, layout: dict[str, TableLayout], table: str) -> list[str]:
    """What the header must have for a table, under the names its layout gives; of a wide sheet nothing is asked."""
    own = layout.get(table, TableLayout())
    if own.wide_to_long is not None:
        return [""]  # never in a header
    names = {ours: leaf.text for ours, leaf in (own.columns or {}).items()}
    return [names.get(column.name, column.name) for column in plan.table(table).columns]


def _header(feed: Feed, excerpt: str | None) -> list[str]:
    """The cells of a header, as the message shows them, or read again where it shows only the beginning."""
    mark = DELIMITERS[feed.layout.delimiter.text if feed.layout.delimiter is not None else "comma"]
    path = feed.input.path
    if path is not None and path.name.lower().endswith(".csv") and not packing(path):
        with path.open("rb") as file:
            wide = file.read(2) in _UTF16
        row = int(feed.layout.header_row.text) if feed.layout.header_row is not None else 1
        try:
            return read_header(path, feed.input.name, "utf-16" if wide else "utf-8-sig", row, mark)[0]
        except (Refused, UnicodeError):
            pass  # what is wrong with it is told by another problem, or is another encoding: what is shown must do
    return [cell.strip(BLANKS) for cell in (excerpt or "").split("," if path is not None and path.suffix == ".xlsx" else mark)]


def _is_data(header: list[str]) -> bool:
    """At least one cell is a date or a number, and most have what the name of a column seldom has."""
    cells = [cell for cell in header if cell and not _YEAR.fullmatch(cell)]
    typed = [cell for cell in cells if _DAY.fullmatch(cell) or _NUMBER.fullmatch(cell)]
    return bool(typed) and 2 * sum(any(letter.isdigit() for letter in cell) or cell.lower() in ("yes", "no") for cell in cells) > len(cells)
