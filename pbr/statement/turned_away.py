"""A row that was asked for and has no values: whether a line of the data that was rejected, or not used, holds its key.

The findings say which lines those are, and the folder's copy of the data what stands in them. Only text is compared: nothing is read as values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from pbr.statement import words
from pbr.statement.opening import Opened
from pbr.submission.codes import in_short

MOST_LINES = 20_000  # of rejected rows, that are looked at
BETWEEN_CELLS = re.compile(r"[,;\t|]")


def turned_away(opened: Opened, table: str, key: Sequence[str]) -> tuple[str, str] | None:
    """Line 12 of orders.csv holds `o12` and was rejected: the order ends before it starts (O1). And the code. None where no such line is found."""
    if not opened.trail.columns_of("findings"):
        return None
    found = opened.trail.select(
        "SELECT LINE, SEVERITY, CODE, SAYS FROM findings WHERE TABLE_NAME = ? AND SEVERITY IN ('reject', 'unused') AND LINE IS NOT NULL "
        f"ORDER BY LINE, SEVERITY, CODE, COLUMN_NAME, SAYS LIMIT {MOST_LINES}",
        [table],
    )
    wanted = {int(line) for line, *_ in found}
    for name, path in _files(Path(opened.name), table) if wanted else ():
        for number in _lines_with(path, wanted, set(key)):
            here = [(severity, code, says) for line, severity, code, says in found if line == number]
            became = "rejected" if here[0][0] == "reject" else "not used"
            why = list(dict.fromkeys(f"{(says or in_short(code)).rstrip('.')} ({code})" for _, code, says in here))
            says = f"Line {words.count(number)} of {name} holds `{words.key(list(key))}` and was {became}: {'; '.join(why)}."
            return says, str(here[0][1])
    return None


def _files(folder: Path, table: str) -> Iterator[tuple[str, Path]]:
    """The folder's own copies of the files that can hold rows of a table, with the names they came under."""
    try:
        inputs: Any = json.loads((folder / "manifest.json").read_bytes())["inputs"]
        named = [(str(one["name"]), one["table"], one["file"]) for one in inputs]
    except (OSError, ValueError, KeyError, TypeError):
        return  # a folder without a whole manifest: nothing is known about its files
    for name, given, file in named:
        path = folder / "inputs" / Path(str(file)).name
        fits = len(named) == 1 or table in (given, name.split(".")[0])
        if fits and file is not None and path.is_file() and not path.is_symlink():
            yield name, path


def _lines_with(path: Path, wanted: set[int], key: set[str]) -> Iterator[int]:
    """Of the wanted lines (from 1) of a text file, those of which every part of the key is a cell. Of other files none."""
    with path.open("rb") as file:
        for number, line in enumerate(islice(file, max(wanted)), 1):
            if number in wanted:
                cells = {cell.strip().strip('"') for cell in BETWEEN_CELLS.split(line.decode("utf-8", "replace"))}
                if key <= cells:
                    yield number
