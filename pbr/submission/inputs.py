"""Inputs, and which table each one is for."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pbr.plan.plan import Plan
from pbr.problem import Place, Problem, Refused
from pbr.terms.models import TableLayout

ALL_FROM_ONE = "all_from_one_file"
OF_A_FILE = ("sheet", "delimiter", "encoding", "allow", "header_row", "footer_rows")  # words of a layout that are about a file's form
ENDINGS = (".csv", ".csv.gz", ".csv.zst", ".parquet", ".xlsx")


@dataclass(frozen=True)
class Input:
    """One thing submitted. Exactly one of ``path`` (one of ENDINGS), ``frame`` (a pandas DataFrame) and ``rows`` (lists of
    text, the header first, with the contract's own names: layouts do not apply). ``table``: said by the caller, else None.
    ``name``: how messages call it. ``from_frame``: the file was
    written by us from a DataFrame, so what a layout says of a file is not about it."""

    table: str | None
    path: Path | None
    frame: Any | None
    rows: list[list[str]] | None
    name: str
    from_frame: bool = False

    def __post_init__(self) -> None:
        if sum(given is not None for given in (self.path, self.frame, self.rows)) != 1:
            raise ValueError("an input has exactly one of path, frame and rows")


@dataclass(frozen=True)
class Feed:
    """An input, the tables it feeds (in plan order) and the layout of the file as a whole. ``shared``: that layout is the one for all
    tables, and each table has its own besides. ``parts``: all inputs of a table that came in several Parquet files, ``input`` the first of them."""

    input: Input
    tables: tuple[str, ...]
    layout: TableLayout
    shared: bool = False
    parts: tuple[Input, ...] = ()

    @property
    def inputs(self) -> tuple[Input, ...]:
        return self.parts or (self.input,)


def match_inputs(plan: Plan, layout: dict[str, TableLayout], inputs: list[Input], complete_to: dict[str, date | None]) -> list[Feed]:
    """Raises Refused with every input that has no table (PBR402), every table with no input (PBR400) or two (PBR401), every file of an
    unread kind (PBR404) or not there (PBR403). An input is matched by the table it was given for, else by its stem; where the
    layout takes all tables from one file, the input that was given for no table feeds all the tables not given otherwise."""
    names = [table.name for table in plan.tables]
    problems: list[Problem] = []
    for wrong in [name for name in complete_to if name not in names]:
        problems.append(Problem("PBR402", f"complete to: {wrong!r} is not a table of the contract", _tables(names)))
    for wrong in [name for name in layout if name not in names and name != ALL_FROM_ONE]:
        problems.append(Problem("PBR408", f"layout: {wrong!r} is not a table of the contract", _tables(names)))
    unread = [problem for one in inputs for problem in _unreadable(one)]
    if any(problem.code == "PBR404" for problem in unread):
        # which table such a file is for, and which is then left without one, would be said of its ending
        raise Refused(problems + unread)
    problems += unread
    given: dict[str, list[Input]] = {}
    for_all: list[Input] = []
    for one in inputs:
        if one.table is None and ALL_FROM_ONE in layout and one.rows is None:
            for_all.append(one)
            continue
        table = one.table if one.table is not None else _stem(one)
        if table in names:
            given.setdefault(table, []).append(one)
        elif one.table is not None:
            problems.append(Problem("PBR402", f"{table!r} is not a table of the contract", _tables(names), Place(one.name)))
        else:
            says = f"it is not clear which table {one.name} is for: {table!r} is not a table of the contract"
            problems.append(Problem("PBR402", says, f"say it as TABLE={one.name}; {_tables(names)}", Place(one.name)))
    for table, several in given.items():
        if len(several) > 1 and not _are_parts(several):
            listed = " and ".join(one.name for one in several)
            problems.append(Problem("PBR401", f"the table {table} was given {len(several)} times: {listed}", "give it once"))
    if len(for_all) > 1:
        listed = " and ".join(one.name for one in for_all)
        says = f"the contract takes all its tables from one file, and {len(for_all)} were given: {listed}"
        problems.append(Problem("PBR401", says, "give one file, or say for which table each is"))
    rest = tuple(name for name in names if name not in given)
    if rest and not for_all:
        if ALL_FROM_ONE in layout and len(rest) == len(names):
            problems.append(Problem("PBR400", "no file was given; the contract takes all its tables from one file", "give that file"))
        else:
            # a file that matched nothing is reported above; the table it was meant for is still missing
            for name in rest:
                hint = f"give a file named {name}.csv, or any file as {name}=FILE"
                problems.append(Problem("PBR400", f"the table {name} was given no file", hint))
    if problems:
        raise Refused(problems)
    feeds = [feed for one in for_all if rest for feed in _from_one(one, rest, layout)]
    for name in names:
        if name in given:
            several = sorted(given[name], key=lambda one: one.name)
            parts = tuple(several) if len(several) > 1 else ()
            feeds.append(Feed(several[0], (name,), _own(layout, name, several[0]), parts=parts))
    return feeds


def _are_parts(several: list[Input]) -> bool:
    """Whether they are one table in several Parquet files: each was given for it by name."""
    return all(one.table is not None and one.path is not None and one.path.name.lower().endswith(".parquet") for one in several)


def _from_one(one: Input, tables: tuple[str, ...], layout: dict[str, TableLayout]) -> list[Feed]:
    """A file for all ``tables`` is one feed, but for those that have a sheet of their own in a workbook. What such a table's layout leaves
    open, the layout for all says, but for names of columns: those are another sheet's."""
    whole = layout[ALL_FROM_ONE]
    apart = {}
    if one.path is not None and one.path.name.lower().endswith(".xlsx"):
        apart = {name: layout[name] for name in tables if name in layout and layout[name].sheet is not None}
    rest = tuple(name for name in tables if name not in apart)
    feeds = [Feed(one, rest, whole, True)] if rest else []
    for name, own in apart.items():
        open_ = ("header_row", "footer_rows", "missing", "allow")
        said = {key: getattr(whole, key) for key in open_ if getattr(own, key) is None}
        feeds.append(Feed(one, (name,), own.model_copy(update=said)))
    return feeds


def _own(layout: dict[str, TableLayout], name: str, one: Input) -> TableLayout:
    if one.rows is not None:
        return TableLayout()
    own = layout.get(name, TableLayout())
    frame = one.from_frame or one.frame is not None
    return own.model_copy(update=dict.fromkeys(OF_A_FILE)) if frame else own


def _tables(names: list[str]) -> str:
    return "its tables are " + ", ".join(names)


def _stem(one: Input) -> str:
    # the name it came under: the file read may be a copy with another
    name = Path(one.name).name or (one.path.name if one.path is not None else "")
    for ending in sorted(ENDINGS, key=len, reverse=True):
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name


def _unreadable(one: Input) -> list[Problem]:
    if one.path is None:
        return []
    place = Place(one.name)
    try:
        # a device or a pipe is never opened: it may never end, or never begin
        mode = one.path.stat().st_mode
    except FileNotFoundError:
        if one.path.is_symlink():
            says = f"{one.path} is a link to a file that is not there"
            return [Problem("PBR403", says, "give the file itself", place)]
        return [Problem("PBR403", f"there is no file {one.path}", "see that the name and the folder are right", place)]
    except (OSError, ValueError) as error:  # no right to look into the folder, a name that is too long, a NUL in it
        why = error.strerror if isinstance(error, OSError) else str(error)
        return [Problem("PBR403", f"the file cannot be looked at: {why}", "see that the name is right and that you may read it", place)]
    if not stat.S_ISREG(mode):
        if stat.S_ISDIR(mode):
            hint = "give files, not folders"
            if any(one.path.glob("*.parquet")):
                hint += f"; of a folder that is one table in Parquet files: 'TABLE={one.path}/*.parquet'"
            return [Problem("PBR403", f"{one.path} is not a file", hint, place)]
        return [Problem("PBR403", f"{one.path} is not a file but a device or a pipe", "give a file", place)]
    if not one.path.name.lower().endswith(ENDINGS):
        ending = one.path.suffix.lower()
        if ending in (".xlsm", ".xls", ".xlsb", ".ods"):
            says = f"{one.name} is a spreadsheet of a kind that is not read: {ending[1:].upper()}"
            return [Problem("PBR404", says, "save it as XLSX or CSV UTF-8 and give that file", place)]
        hint = "save it as CSV UTF-8 and give that file"
        return [Problem("PBR404", f"{one.name} is not a CSV (.csv, .csv.gz, .csv.zst), XLSX or Parquet (.parquet) file", hint, place)]
    return []
