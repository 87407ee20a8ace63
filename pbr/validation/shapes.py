"""What the records that could not be taken apart say of their file: its header has another number of names, or its end is missing."""

from __future__ import annotations

import re

from pbr.plan.plan import Table
from pbr.statement import words
from pbr.submission.accepted import Accepted, Source

FEWEST = 2  # records below which nothing is concluded
_FIELDS = re.compile(r"has ([0-9]+) fields? and the header ([0-9]+)")


def uneven(accepted: Accepted, table: Table, source: Source) -> tuple[str, str] | None:
    """What it says and what to do: nearly every record has the same number of fields, and the header another."""
    found = accepted.con.execute(
        "SELECT SAYS, count(DISTINCT \"ROW\") AS n FROM findings WHERE TABLE_NAME = ? AND CODE = 'PBR430' GROUP BY 1 ORDER BY n DESC, 1 LIMIT 1",
        [table.name],
    ).fetchone()
    numbers = _FIELDS.search(found[0]) if found is not None else None
    rows, all_rows = int(found[1]) if found is not None else 0, accepted.submitted[table.name]
    if numbers is None or rows < FEWEST or 10 * rows < 9 * all_rows:
        return None
    fields, names = int(numbers[1]), int(numbers[2])
    apart = "one name" if abs(names - fields) == 1 else f"{words.count(abs(names - fields))} names"
    each = "every record" if rows == all_rows else f"nearly every record ({words.count(rows)} of {words.count(all_rows)})"
    more = "more" if names > fields else "fewer"
    says = f"the header of {source.name} has {apart} {more} than {each} has fields ({names} names, {fields} fields)"
    if names > fields:
        return says, "take the name that has no column out of the header, or give every record the field"
    return says, "add the name that the header lacks, or take the field out of every record; a comma may end each line"


def cut_short(accepted: Accepted, table: Table, source: Source) -> tuple[str, str] | None:
    """The last record has too few fields, and no line end follows it. Only of a CSV file that is not packed: a packed one that is cut
    short cannot be unpacked."""
    if source.path is None or not source.path.name.lower().endswith(".csv"):
        return None
    found = accepted.con.execute(
        'SELECT "ROW", LINE, SAYS FROM findings WHERE TABLE_NAME = ? AND CODE = \'PBR430\' ORDER BY "ROW" DESC LIMIT 1', [table.name]
    ).fetchone()
    numbers = _FIELDS.search(found[2]) if found is not None else None
    if found is None or numbers is None or int(numbers[1]) >= int(numbers[2]):
        return None
    (last,) = accepted.con.execute(f"SELECT max(_row) FROM _typed_{table.name}").fetchone()
    (told,) = accepted.con.execute('SELECT max("ROW") FROM findings WHERE TABLE_NAME = ?', [table.name]).fetchone()
    if found[0] < max(last or 0, told):
        return None
    with source.path.open("rb") as file:
        file.seek(max(source.size - 2, 0))
        if b"\n" in (end := file.read(2)) or b"\r" in end:
            return None
    where = f" (line {words.count(found[1])})" if found[1] is not None else ""
    says = f"{source.name} may be cut short: its last record{where} has {numbers[1]} of {numbers[2]} fields, and no line end follows it"
    return says, "see that the whole file was saved and sent"
