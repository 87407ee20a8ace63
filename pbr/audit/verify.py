"""``pbr verify``: a folder checked against itself, and everything in it computed again from the inputs it holds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pbr import __version__
from pbr.audit import layout
from pbr.audit.canonical import read_json
from pbr.audit.checking import Opened, check_digests, open_folder
from pbr.audit.compare_due import compare_due
from pbr.audit.compare_made import compare_documents, compare_json, compare_tables
from pbr.audit.compare_statement import compare_statement
from pbr.audit.compare_trace import compare_payments, compare_trace
from pbr.audit.difference import BROKEN, CONSISTENT, DIGESTS, Difference, Enough, Found, Verification
from pbr.audit.earlier import before_of, own_word, says_more_came_before
from pbr.audit.inputs import input_of
from pbr.audit.results import write_results
from pbr.audit.sealing import digest_file, manifest_json
from pbr.audit.versions import NAME, can_make_again, said_maker
from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import Rows
from pbr.engine.record.statement import Line
from pbr.platform.duck import connect, database_errors
from pbr.platform.files import Files, files_here
from pbr.problem import Refused, refuse
from pbr.submission.inputs import Input
from pbr.submission.parts import files_of
from pbr.submission.reading import read_submission

Data = Sequence[tuple[str | None, Path]]
# any of these, and it is, or was, the folder of an assessment: what is then missing is a difference
MARKS = (layout.MANIFEST, layout.RUN, layout.PLAN, layout.PAYMENTS, layout.FINDINGS, layout.CONTRACT, layout.TRACE)


def verify(
    folder: Path,
    data: Data = (),
    *,
    previous: Path | None = None,
    digests_only: bool = False,
    files: Files | None = None,
    progress: Callable[[str], None] | None = None,
) -> Verification:
    """Check ``folder``. ``data``: files to read where the folder refers to its inputs, or a party's own copies of them; they are known by
    their bytes. ``previous``: the assessment that this one follows, where it names one. Never writes to the folder. Raises Refused PBR752 where nothing of an assessment is there, OSError and duckdb.Error for
    troubles of the machine alone."""
    if not any((folder / name).exists() for name in MARKS):
        raise refuse(
            "PBR752", f"{folder} is not an assessment: nothing that one holds is in it.", "Give the folder that `pbr assess --out` wrote."
        )
    files = files or files_here()
    tell = progress or (lambda doing: None)
    found, done = Found(), []
    recomputed, unknown, lacking = False, "", ""
    with tempfile.TemporaryDirectory(prefix="pbr-") as home:
        try:
            tell("Checking digests")
            opened = open_folder(folder, files, found)
            if opened is not None:
                if not can_make_again(opened.manifest["engine"]):
                    unknown = said_maker(opened.manifest["engine"])
                inputs = _inputs(opened, data, files, found)
                work = Path(home) / "work"
                work.mkdir(mode=0o700)
                con = connect(
                    work,
                    [folder, Path(home), *(one.path for one in inputs or () if one.path is not None), *([previous] if previous else [])],
                )
                try:
                    check_digests(opened, con, database_errors(), files, found)
                    done.append(f"digests: {len(opened.tables)} tables and {len(layout.DOCUMENTS)} documents looked at")
                    if not digests_only and inputs is not None:
                        done += _recompute(opened, inputs, previous, con, Path(home), files, found, tell)
                        recomputed = True
                        if previous is None and says_more_came_before(opened):
                            lacking = own_word(opened)
                    elif not digests_only:
                        done.append(
                            "the folder refers to its inputs and does not hold them: give them with --data to compute everything again"
                        )
                finally:
                    con.close()
        except Enough:
            done.append(f"stopped after {len(found.differences)} differences")
    if unknown and not recomputed:
        done.append("not compared: any value with what the inputs give; any sentence; the plan with what the contract compiles to")
    # the version is the folder's own word: naming one that is not known here must never earn the better verdict
    state = BROKEN if found.differences else CONSISTENT if recomputed and not unknown and not lacking else DIGESTS
    return Verification(str(folder), state, tuple(done), tuple(found.differences), unknown, f"{NAME} {__version__}", lacking)


def _inputs(opened: Opened, data: Data, files: Files, found: Found) -> list[Input] | None:
    """The inputs to compute from: the folder's own, or those given, each known by its digest. None: not to be had. Raises Enough."""
    given: dict[str, Path | None] = {digest_file(path, files)[0]: path for _, given in data for path in files_of(given)}
    named = {one.sha256 for one in opened.inputs}
    for sha256, path in given.items():
        if sha256 not in named:
            name = path.name if path is not None else ""
            says = f"{name}, which you gave, is none of the files this assessment was made from (SHA-256 {sha256[:16]}...)"
            found.add(Difference(layout.MANIFEST, says, "inputs"))
    out: list[Input] = []
    for one in opened.inputs:
        own = opened.folder / one.file if one.file is not None else None
        kept = own if own is not None and own.is_file() and not own.is_symlink() else None
        path = given.get(one.sha256, kept)
        if path is None:
            if given or one.file is not None:
                found.add(Difference(layout.MANIFEST, f"its input {one.name} is not to be had", "inputs"))
            return None
        if one.file is None and (size := digest_file(path, files)[1]) != one.size:
            found.add(Difference(layout.MANIFEST, "", one.name, "inputs.size", str(one.size), str(size)))
        out.append(input_of(one.table, path, one.name, one.frame))
    return out


def _recompute(
    opened: Opened,
    inputs: list[Input],
    previous: Path | None,
    con: Any,
    home: Path,
    files: Files,
    found: Found,
    tell: Callable[[str], None],
) -> list[str]:
    """Everything again, twice: by the reference engine from the accepted rows, and as the assessment made it. Raises Enough."""
    plan, folder, manifest = opened.plan, opened.folder, opened.manifest
    tell("Reading the data again")
    try:
        days = {table.name: _day(manifest["complete_to"].get(table.name)) for table in plan.tables}
        controls = manifest.get("control_totals", {})
        accepted = read_submission(plan, opened.loaded.contract.layout, inputs, days, con, home / "work", controls)
    except (Refused, ValueError) as refused:
        found.add(Difference(layout.MANIFEST, f"its inputs cannot be read again: {str(refused).splitlines()[0]}", "inputs"))
        return []
    try:
        before = before_of(opened, previous, days, files, found)
    except Refused as refused:
        found.add(Difference(layout.STATEMENT, refused.problems[0].says))
        return []
    tell("Computing every value again")
    accepted_rows = Rows.load(accepted, plan)
    machine = Machine(plan, accepted_rows)
    rows = values = entries = number = 0
    lines: list[Line] | None = None
    pays_the_same = False
    try:
        rows, values = compare_trace(plan, machine, con, folder, found)
        lines = machine.lines()
        number = compare_payments(plan, lines, con, folder, found)
        entries = compare_due(plan, lines, before, con, folder, found) if before is not None else 0
        if opened.today is not None:
            # the plan is the folder's own word: what it pays must also be what the contract, compiled today, pays
            so_far = len(found.differences)
            compare_payments(opened.today, Machine(opened.today, accepted_rows).lines(), con, folder, found)
            pays_the_same = len(found.differences) == so_far
    except database_errors() as trouble:
        # a file that cannot be read was named already when its digest was taken
        if not found.differences:
            found.add(Difference(layout.TRACE, str(trouble).splitlines()[0]))
    _statement(opened, lines if lines is not None else machine.lines(), files, found)
    done = [
        f"computed again by the reference engine: {values:,} values of {rows:,} rows, {number:,} payment line{'' if number == 1 else 's'}, every total"
    ]
    if before is not None:
        done.append(
            f"worked out again from the lines and from what was paid before: {entries:,} entr{'y' if entries == 1 else 'ies'} of what is due"
        )
    if pays_the_same:
        done.append("plan.json is not what this version compiles the contract to; what this one compiles it to pays the same, line by line")
    tell("Making every file again")
    fresh = home / "fresh"
    _copy_terms(folder, fresh, files)
    try:
        results = write_results(plan, accepted, fresh, files, before)
    except Refused as refused:
        found.add(Difference(layout.MANIFEST, f"its inputs give no assessment: {str(refused).splitlines()[0]}", "inputs"))
        return done
    except database_errors() as trouble:
        found.add(Difference(layout.DUE, f"it cannot be what was paid: {str(trouble).splitlines()[0]}"))
        return done
    made = manifest_json(opened.loaded, plan, accepted, results, opened.inputs, controls, fresh, files, before)
    try:
        compare_tables(plan, opened.tables, con, folder, fresh, found)
    except database_errors() as trouble:
        if not found.differences:
            found.add(Difference(layout.TRACE, str(trouble).splitlines()[0]))
    if can_make_again(manifest["engine"]):
        made["engine"] = manifest["engine"]
        names = (layout.REJECTED, layout.MEASURES, layout.STATEMENT, layout.STATEMENT_TEXT)
        compare_documents(tuple(name for name in names if (folder / name).is_file()), folder, fresh, files, found)
        compare_json(layout.MANIFEST, manifest, made, found)
        done.append("made again and compared: every table, document and digest")
    else:
        for name in ("complete_to", "rows", "tables"):
            compare_json(layout.MANIFEST, manifest[name], made[name], found, name)
        done.append(
            "made again and compared: every table; the lines' results and amounts and the totals of statement.json; the rows' places"
        )
        more = "; what plan.json computes with what the contract says, beyond the payment lines" if opened.today is not None else ""
        done.append(f"not compared: {layout.REJECTED}, {layout.MEASURES}, {layout.STATEMENT_TEXT}, the rest of {layout.STATEMENT}{more}")
    return done


def _statement(opened: Opened, lines: list[Line], files: Files, found: Found) -> None:
    path = opened.folder / layout.STATEMENT
    if not path.is_file():
        return  # said already
    try:
        statement = read_json(files.read_bytes(path), layout.STATEMENT)
        compare_statement(opened.plan, lines, statement, found)
    except Refused as refused:
        found.add(Difference(layout.STATEMENT, refused.problems[0].says))
    except (AttributeError, KeyError, TypeError):
        found.add(Difference(layout.STATEMENT, "it does not have the shape of a statement"))


def _copy_terms(folder: Path, fresh: Path, files: Files) -> None:
    files.make_folder(fresh)
    files.make_folder(fresh / "contract")
    for name in (layout.CONTRACT, layout.PLAN):
        files.write_atomic(fresh / name, files.read_bytes(folder / name) if (folder / name).is_file() else b"")


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
