"""``--mark``: a provider's own file back, with what became of each row beside it. The file itself is never touched."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pbr.plan.plan import Plan
from pbr.platform.files import Files
from pbr.platform.sqltext import quote_name
from pbr.problem import Place, Problem, Refused, refuse
from pbr.statement.words import listed
from pbr.submission.accepted import Accepted, Source
from pbr.submission.codes import what_to_do
from pbr.submission.inputs import Input, match_inputs
from pbr.submission.rejected import corrections
from pbr.terms.models import TableLayout
from pbr.validation.causes import STRUCTURAL, own_checks
from pbr.validation.partners import partners_of

RESULT, PROBLEMS, RECORD = "pbr result", "pbr problems", "pbr record"
CSV = (".csv", ".csv.gz", ".csv.zst")
MOST_FOUND = 200_000  # problems that are put beside rows: about 15 seconds and 1 GB; a file with more is wrong throughout
NAMING_ROWS = ("PBR460", "PBR470")  # of which the sentence does so by their numbers
WORST = ("rejected", "unused", "look", "accepted")
_BY_SEVERITY = {"reject": "rejected", "unused": "unused", "flag": "look"}
_FORMULA = re.compile(r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")

Target = tuple[str | None, Path]


@dataclass
class Mark:
    """What became of one record. ``result``: rejected | unused | look | accepted. ``cells``: header in the file -> what is wrong there.
    ``torn``: its fields could not be told apart."""

    result: str = "accepted"
    problems: list[str] = field(default_factory=list)
    cells: dict[str, list[str]] = field(default_factory=dict)
    torn: bool = False

    def take(self, result: str) -> None:
        self.result = min(self.result, result, key=WORST.index)


ACCEPTED = Mark()  # of every record with nothing to say about; never changed


@dataclass(frozen=True)
class Marking:
    """One file to mark. ``layout``: of the file as a whole."""

    name: str
    source: Path
    tables: tuple[str, ...]
    layout: TableLayout
    target: Path


def plan_marks(plan: Plan, layout: dict[str, TableLayout], inputs: list[Input], targets: Sequence[Target]) -> list[Marking]:
    """Which input each target is for. Raises Refused PBR605, PBR606, and what ``match_inputs`` refuses."""
    if not targets:
        return []
    feeds = match_inputs(plan, layout, inputs, {})
    out, problems = [], []
    for table, target in targets:
        found = [feed for feed in feeds if table in feed.tables] if table is not None else feeds
        if len(found) != 1:
            says = f"--mark {target}: it is not clear which of the {len(feeds)} files is to be marked"
            if table is not None:
                says = f"--mark {table}={target}: {table!r} is not a table of the contract"
            names = " or ".join(f"{feed.tables[0]}={target}" for feed in feeds)
            problems.append(Problem("PBR605", says, f"say it as --mark {names}"))
            continue
        feed = found[0]
        wrong = _unmarkable(feed.input, target)
        if wrong is not None:
            problems.append(wrong)
        else:
            assert feed.input.path is not None
            out.append(Marking(feed.input.name, feed.input.path, feed.tables, feed.layout, target))
    if problems:
        raise Refused(problems)
    return out


def _unmarkable(one: Input, target: Path) -> Problem | None:
    name = one.path.name.lower() if one.path is not None else ""
    place = Place(one.name)
    if name.endswith(CSV):
        if not target.name.lower().endswith(".csv"):
            return Problem("PBR606", f"{one.name} is a CSV file, and its marked copy {target.name} would not be", "name it .csv", place)
        return None
    if name.endswith(".xlsx"):
        if not target.name.lower().endswith(".xlsx"):
            return Problem("PBR606", f"{one.name} is a workbook, and its marked copy {target.name} would not be", "name it .xlsx", place)
        return None
    kind = "a Parquet file" if name.endswith(".parquet") else "not a file"
    return Problem(
        "PBR606", f"{one.name} is {kind}: only CSV files and XLSX workbooks can be marked", "give the data as CSV to mark it", place
    )


def write_marks(
    plan: Plan, layout: dict[str, TableLayout], accepted: Accepted, marks: list[Marking], files: Files, temp: Path
) -> list[str]:
    """Writes each marked copy, whole or not at all, and gives their names. ``temp``: a folder to unpack in. Raises Refused PBR416, PBR601,
    PBR607, PBR615, OSError."""
    out = []
    for marking in marks:
        source = next(one for one in accepted.sources if set(one.tables) == set(marking.tables))
        _not_too_many(accepted, marking)
        found = marks_of(plan, layout, accepted, source, marking)
        if marking.source.name.lower().endswith(".xlsx"):
            from pbr.validation.marking_xlsx import marked_workbook

            data = marked_workbook(marking.source, marking.name, marking.layout, found)
        else:
            from pbr.validation.marking_csv import marked_csv, unpacked

            data = marked_csv(unpacked(marking.source, marking.name, temp), marking.layout, found)
        if _sha256(marking.source, files) != source.sha256:
            says = f"{marking.name} was changed after it was read, so its rows may not be those that were looked at"
            raise refuse("PBR416", says, "run it again when nobody is writing to it", Place(marking.name))
        if files.exists(marking.target):  # it may have appeared meanwhile
            says = f"{marking.target} exists already; a result is never written over"
            raise refuse("PBR601", says, "choose a name that is free, or remove it first", Place(str(marking.target)))
        files.write_atomic(marking.target, data)
        out.append(str(marking.target))
    return out


def _not_too_many(accepted: Accepted, marking: Marking) -> None:
    slots = ", ".join("?" for _ in marking.tables)
    found = accepted.con.execute(
        f'SELECT count(*) FROM findings WHERE TABLE_NAME IN ({slots}) AND "ROW" IS NOT NULL', list(marking.tables)
    ).fetchone()
    assert found is not None
    if found[0] > MOST_FOUND:
        says = f"{marking.name} has {found[0]:,} problems, and at most {MOST_FOUND:,} are put beside rows"
        raise refuse("PBR615", says, "correct the most frequent of them first: the report names it", Place(marking.name))


def _sha256(path: Path, files: Files) -> str:
    digest = hashlib.sha256()
    with files.open_read(path) as source:
        while data := source.read(1 << 20):
            digest.update(data)
    return digest.hexdigest()


def marks_of(plan: Plan, layout: dict[str, TableLayout], accepted: Accepted, source: Source, marking: Marking) -> dict[int, Mark]:
    """The mark of each record that was read, by the line (of a workbook, the row) where it begins. What is not there was not read: blank
    lines, what stands before the header, records that the layout skips."""
    marks: dict[int, Mark] = {}
    ours, to_do = own_checks(plan), corrections(plan)
    for name in source.tables:
        found = accepted.con.execute(
            'SELECT "ROW", LINE, coalesce(COLUMN_NAME, \'\'), CODE, SEVERITY, SAYS FROM findings WHERE TABLE_NAME = ? AND "ROW" IS NOT NULL '
            'ORDER BY "ROW", SEVERITY DESC, CODE, COLUMN_NAME',
            [name],
        ).fetchall()
        headers = _headers(plan, layout, name)
        rows = {row for (row,) in accepted.con.execute(f"SELECT _row FROM {quote_name('accepted_' + name)}").fetchall()}
        partners = partners_of(plan, accepted, name)
        lines = accepted.locate(name, rows | {row for row, *_ in found} | {row for others in partners.values() for row in others[0]})
        line_word = "row" if marking.source.name.lower().endswith(".xlsx") else "line"
        for row, line, column, code, severity, says in found:
            if line is None:
                continue
            mark = marks.get(line)
            if mark is None or mark is ACCEPTED:
                mark = marks[line] = Mark()
            mark.take(_BY_SEVERITY[severity])
            about, _, correct = ours.get((name, code), ("", "", ""))
            do = correct or what_to_do(code) or ("" if severity == "flag" else to_do.get((name, code), ""))
            says = (about or _by_line(says, code, lines, line_word)) + _also(partners.get((code, row)), line, lines, line_word)
            text = _sentence(code, says, do, name if len(source.tables) > 1 else "")
            if text not in mark.problems:
                mark.problems.append(text)
            mark.torn = mark.torn or code in STRUCTURAL
            for one in column.split(", ") if column else ():
                header = headers(one, row)
                if header and text not in mark.cells.setdefault(header, []):
                    mark.cells[header].append(text)
        for row in rows:
            if row in lines:
                marks.setdefault(lines[row], ACCEPTED)
    return marks


def _by_line(says: str, code: str, lines: dict[int, int], word: str) -> str:
    """The sentence of a finding that names other rows of the file, by their lines (of a workbook, its rows): whoever looks at the marked copy
    sees those."""
    if code not in NAMING_ROWS:
        return says

    def line(found: re.Match[str]) -> str:
        return f"{word} {lines[int(found[1])]}" if int(found[1]) in lines else found[0]

    return re.sub(r"\brow ([0-9]+)\b", line, says)


def _also(partners: tuple[list[int], int] | None, line: int, lines: dict[int, int], word: str) -> str:
    """Where the rows stand that a row is in the way of: "; see line 5", "; see lines 5, 9 and 3 more"."""
    if partners is None:
        return ""
    rows, number = partners
    places = sorted({lines[row] for row in rows if row in lines} - {line})
    if not places:
        return ""
    more = [f"{number - len(places)} more"] if number > len(places) else []
    return f"; see {word}{'s' if len(places) + len(more) > 1 else ''} {listed([*map(str, places), *more])}"


def _sentence(code: str, says: str, do: str, table: str) -> str:
    shown = "" if do.startswith("nothing") else f" ({do})" if do else ""
    text = f"{table + ': ' if table else ''}{code} {says}{shown}"
    return re.sub(r"\s+", " ", text)


def _headers(plan: Plan, layout: dict[str, TableLayout], name: str) -> Any:
    """A function from a column of the table and a row's number to the header of the cell in the file; "" where there is none."""
    own = layout.get(name, TableLayout())
    names = {ours: leaf.text for ours, leaf in (own.columns or {}).items()}
    table = plan.table(name)
    wide = own.wide_to_long
    codes = table.column(wide.key.text).type.codes if wide is not None else ()

    def header(column: str, row: int) -> str:
        if wide is not None and column == wide.key.text:
            return ""
        if wide is not None and column in wide.columns:
            return wide.columns[column].text.replace("{" + wide.key.text + "}", codes[(row - 1) % len(codes)])
        return names.get(column, column) if any(one.name == column for one in table.columns) else ""

    return header


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe comes before what could begin one."""
    return "'" + text if _FORMULA.match(text) else text
