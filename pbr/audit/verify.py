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
from pbr.audit.compare_trace import compare_payments
from pbr.audit.difference import BROKEN, CONSISTENT, DIGESTS, Difference, Enough, Found, Verification
from pbr.audit.due import Before
from pbr.audit.earlier import before_of, own_word, says_more_came_before
from pbr.audit.inputs import input_of
from pbr.audit.results import write_results
from pbr.audit.sealing import digest_file, manifest_json
from pbr.audit.sharing import shared
from pbr.audit.versions import NAME, can_make_again, said_maker
from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import Rows
from pbr.engine.record.statement import Line
from pbr.platform.duck import connect, database_errors
from pbr.platform.files import Files, files_here
from pbr.platform.limits import ELSEWHERE, NO_LIMITS, Limits, enough, of_the_machine
from pbr.problem import Refused, refuse
from pbr.submission.accepted import Accepted
from pbr.submission.inputs import Input
from pbr.submission.parts import files_of
from pbr.submission.reading import read_submission

# what the work may end with where the plan is the folder's own word
FROM_A_PLAN = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, StopIteration, TypeError, ValueError)
FRESH = "fresh"  # the folder, in a temporary one, of what is made again
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
    limits: Limits = NO_LIMITS,
    processes: int = 1,
) -> Verification:
    """Check ``folder``. ``data``: files to read where the folder refers to its inputs, or a party's own copies of them; they are known by
    their bytes. ``previous``: the assessment that this one follows, where it names one. ``limits``: of the machine; ``processes``: how many may compare the trace, where there are many rows: they begin this
    program anew, so whoever asks for more than one guards its own beginning (``if __name__ == "__main__"``). What is found depends on neither. Never writes to the folder. Raises Refused PBR752 where nothing of an
    assessment is there, PBR722, PBR723 where the machine was not enough, PBR724 where another process failed, OSError and duckdb.Error for other troubles of the machine alone."""
    if not any((folder / name).exists() for name in MARKS):
        raise refuse(
            "PBR752", f"{folder} is not an assessment: nothing that one holds is in it.", "Give the folder that `pbr assess --out` wrote."
        )
    files = files or files_here()
    tell = progress or (lambda doing: None)
    found, done = Found(), []
    recomputed, unknown, lacking = False, "", ""
    with tempfile.TemporaryDirectory(prefix="pbr-") as home, enough(limits, Path(home), ELSEWHERE):
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
                    limits.threads,
                    limits.memory_text,
                )
                try:
                    check_digests(opened, con, database_errors(), files, found)
                    done.append(f"digests: {len(opened.tables)} tables and {len(layout.DOCUMENTS)} documents looked at")
                    if not digests_only and inputs is not None:
                        done += _recompute(opened, inputs, previous, con, Path(home), files, found, tell, limits, processes)
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
    limits: Limits,
    processes: int,
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
    rows = values = entries = number = 0
    pays_the_same = False
    with shared(plan, accepted, con, folder, home, limits, processes) as sharing:
        accepted_rows = Rows.load(accepted, plan)
        tell("Making every file again")
        again = _make_again(opened, accepted, before, home / FRESH, files)
        tell("Computing every value again")
        machine = Machine(plan, accepted_rows)
        readable = True
        try:
            rows, values = sharing.compare(machine, con, folder, found)
        except database_errors() as trouble:
            _unreadable(trouble, found)
            readable = False
    lines = machine.lines()
    try:
        if readable:
            number = compare_payments(plan, lines, con, folder, found)
            entries = compare_due(plan, lines, before, con, folder, found) if before is not None else 0
            if opened.today is not None:
                # the plan is the folder's own word: what it pays must also be what the contract, compiled today, pays
                so_far = len(found.differences)
                compare_payments(opened.today, Machine(opened.today, accepted_rows).lines(), con, folder, found)
                pays_the_same = len(found.differences) == so_far
    except database_errors() as trouble:
        _unreadable(trouble, found)
    _statement(opened, lines, files, found)
    done = [
        f"computed again by the reference engine: {values:,} values of {rows:,} rows, {number:,} payment line{'' if number == 1 else 's'}, every total"
    ]
    if before is not None:
        done.append(
            f"worked out again from the lines and from what was paid before: {entries:,} entr{'y' if entries == 1 else 'ies'} of what is due"
        )
    if pays_the_same:
        done.append("plan.json is not what this version compiles the contract to; what this one compiles it to pays the same, line by line")
    if isinstance(again, Difference):
        found.add(again)
        return done
    if isinstance(again, Exception):
        raise again
    return done + _compare_again(opened, again, con, home / FRESH, files, found)


def _make_again(
    opened: Opened, accepted: Accepted, before: Before | None, fresh: Path, files: Files
) -> dict[str, Any] | Difference | Exception:
    """Every file into ``fresh``, and the manifest; or what stands against it, to be said, or raised, in its turn: it is made while other processes compare the trace."""
    try:
        _copy_terms(opened.folder, fresh, files)
        results = write_results(opened.plan, accepted, fresh, files, before)
        controls = opened.manifest.get("control_totals", {})
        return manifest_json(opened.loaded, opened.plan, accepted, results, opened.inputs, controls, fresh, files, before)
    except Refused as refused:
        return Difference(layout.MANIFEST, f"its inputs give no assessment: {str(refused).splitlines()[0]}", "inputs")
    except database_errors() as trouble:
        if of_the_machine(trouble):
            raise
        return Difference(layout.DUE, f"it cannot be what was paid: {str(trouble).splitlines()[0]}")
    except FROM_A_PLAN as trouble:
        return trouble


def _compare_again(opened: Opened, made: dict[str, Any], con: Any, fresh: Path, files: Files, found: Found) -> list[str]:
    """What was made again with what is stored; gives what was done. Raises Enough."""
    folder, manifest = opened.folder, opened.manifest
    try:
        compare_tables(opened.plan, opened.tables, con, folder, fresh, found)
    except database_errors() as trouble:
        _unreadable(trouble, found)
    if can_make_again(manifest["engine"]):
        made["engine"] = manifest["engine"]
        names = (layout.REJECTED, layout.MEASURES, layout.STATEMENT, layout.STATEMENT_TEXT)
        compare_documents(tuple(name for name in names if (folder / name).is_file()), folder, fresh, files, found)
        compare_json(layout.MANIFEST, manifest, made, found)
        return ["made again and compared: every table, document and digest"]
    for name in ("complete_to", "rows", "tables"):
        compare_json(layout.MANIFEST, manifest[name], made[name], found, name)
    more = "; what plan.json computes with what the contract says, beyond the payment lines" if opened.today is not None else ""
    return [
        "made again and compared: every table; the lines' results and amounts and the totals of statement.json; the rows' places",
        f"not compared: {layout.REJECTED}, {layout.MEASURES}, {layout.STATEMENT_TEXT}, the rest of {layout.STATEMENT}{more}",
    ]


def _unreadable(trouble: BaseException, found: Found) -> None:
    """A file that cannot be read was named already when its digest was taken. That the machine is not enough says nothing of the folder, and is raised."""
    if of_the_machine(trouble):
        raise trouble
    if not found.differences:
        found.add(Difference(layout.TRACE, str(trouble).splitlines()[0]))


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
