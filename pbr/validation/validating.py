"""``pbr.validate``: what would become of each row of a submission, before it is submitted. Nothing is kept but what is asked for."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pbr.assessment import Days, Tables, days_for
from pbr.engine.columns.checking import check_rows
from pbr.engine.columns.run import run
from pbr.expectations.data_docs import data_docs
from pbr.expectations.writing import write_suites
from pbr.plan.build import build
from pbr.plan.plan import Plan
from pbr.platform.duck import connect
from pbr.platform.files import Files, RealFiles
from pbr.problem import Problem, Refused, refuse
from pbr.submission.accepted import Accepted
from pbr.submission.controltotals import control_problems
from pbr.submission.inputs import Input
from pbr.submission.parts import files_of
from pbr.submission.reading import read_submission
from pbr.terms.loading import Loaded, load_contract
from pbr.validation.headers import told_by_headers
from pbr.validation.marking import Target, plan_marks, write_marks
from pbr.validation.prediction import not_tried, predicted
from pbr.validation.report import make_report
from pbr.validation.text import report_text

Controls = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Outputs:
    """What to write beside the report; targets are (table or None, path). ``mark``: the files back with their problems. ``suite``: the checks
    for Great Expectations. ``data_docs``: a folder in which Great Expectations shows its own result."""

    mark: tuple[Target, ...] = ()
    suite: tuple[Target, ...] = ()
    data_docs: Path | None = None

    @property
    def paths(self) -> list[Path]:
        return [path for _, path in (*self.mark, *self.suite)] + ([self.data_docs] if self.data_docs is not None else [])


@dataclass(frozen=True)
class Validation:
    """``report``: as ``pbr validate --json`` prints it (docs/schema/validation.json). ``ok``: nothing has to be corrected, and everything that
    was asked for is written."""

    report: dict[str, Any]

    @property
    def ok(self) -> bool:
        return bool(self.report["ok"]) and not self.report["not_written"]

    def text(self) -> str:
        return report_text(self.report)


def validate(
    contract: str | Path,
    tables: Tables,
    complete_to: Days = None,
    *,
    control_totals: Controls | None = None,
    outputs: Outputs | None = None,
    rules: Sequence[Path] = (),
    files: Files | None = None,
    progress: Callable[[str], None] | None = None,
) -> Validation:
    """Read ``tables`` as they stand, and say what would become of each row under ``contract``; ``tables`` and ``complete_to`` as for
    ``pbr.assess``. ``control_totals``: table -> name -> the total as text; None: not compared.

    The report also predicts what an assessment would hold; for that ``complete_to`` is needed where the contract reads it.

    Raises Refused with every problem of the contract, or of the submission as a whole; what is wrong with rows is in the report. OSError and
    duckdb.Error for troubles of the machine.
    """
    files, outputs = files or RealFiles(), outputs or Outputs()
    tell = progress or (lambda doing: None)
    tell("Reading the contract")
    loaded = load_contract(Path(contract), rules)
    plan = build(loaded)
    days, lacking = _days(plan, complete_to)
    inputs = _inputs(tables)
    _free(outputs.paths, files)
    _one_suite_each(plan, outputs.suite)
    marks = plan_marks(plan, loaded.contract.layout, inputs, outputs.mark)
    with tempfile.TemporaryDirectory(prefix="pbr-validate-") as temp:
        con = connect(Path(temp), [one.path for one in inputs if one.path is not None])
        try:
            tell("Reading the data")
            try:
                # totals that do not agree stop nothing here: the rows may say why they do not
                accepted = read_submission(plan, loaded.contract.layout, inputs, days, con, Path(temp), None)
            except Refused as refused:
                raise Refused([*told_by_headers(plan, loaded.contract.layout, inputs, refused.problems), *refused.problems]) from refused
            totals = _control_problems(plan, accepted, control_totals)
            tell("Checking")
            rejected, prediction = _judge(plan, accepted, Path(temp), lacking)
            report = make_report(plan, accepted, rejected, prediction, totals)
            report |= {"written": [], "not_written": []}
            if marks:
                tell("Marking")
                report["written"] += write_marks(plan, loaded.contract.layout, accepted, marks, files, Path(temp))
            if outputs.suite or outputs.data_docs is not None:
                tell("Writing for Great Expectations")
                try:
                    report["written"] += _expectations(loaded, plan, accepted, outputs, files)
                except Refused as refused:
                    # what was found about the rows is not less true because another program did not run
                    report["not_written"] += [{"code": one.code, "says": one.says, "do": one.hint} for one in refused.problems]
        finally:
            con.close()
    return Validation(report)


def write_suites_only(
    contract: str | Path, targets: tuple[Target, ...], files: Files | None = None, rules: Sequence[Path] = ()
) -> list[str]:
    """The contract's checks as expectation suites, without data. Gives what was written. Raises Refused."""
    files = files or RealFiles()
    loaded = load_contract(Path(contract), rules)
    plan = build(loaded)
    _free([path for _, path in targets], files)
    _one_suite_each(plan, targets)
    return _expectations(loaded, plan, None, Outputs(suite=targets), files)


def _expectations(loaded: Loaded, plan: Plan, accepted: Accepted | None, outputs: Outputs, files: Files) -> list[str]:
    """Suites and Data Docs; Great Expectations itself is started for the latter only, in a process of its own."""
    layout, written = loaded.contract.layout, []
    if outputs.suite:
        by_table = {table: path for table, path in outputs.suite if table is not None}
        for_all = [path for table, path in outputs.suite if table is None]
        written += write_suites(plan, for_all[0] if for_all else by_table, files, accepted, layout)
    if outputs.data_docs is not None and accepted is not None:
        data_docs(plan, accepted, outputs.data_docs, files, layout)
        written.append(outputs.data_docs)
    return [str(path) for path in written]


def _one_suite_each(plan: Plan, targets: tuple[Target, ...]) -> None:
    """Raises Refused PBR605 unless one file stands for all tables, or each file for one."""
    tables = [table for table, _ in targets]
    if len(tables) > 1 and (None in tables or len(set(tables)) < len(tables)):
        names = " ".join(f"--suite {table.name}=FILE" for table in plan.tables)
        raise refuse(
            "PBR605", "--suite is given more than once, and not each time with a table of its own", f"give one file for all, or {names}"
        )


def _days(plan: Plan, complete_to: Days) -> tuple[dict[str, date | None], list[str]]:
    """The days, and the tables that lack the one the contract reads: reading and checking need none."""
    try:
        return days_for(plan, complete_to), []
    except Refused as refused:
        if {problem.code for problem in refused.problems} != {"PBR713"}:
            raise Refused([problem for problem in refused.problems if problem.code != "PBR713"]) from None
    given = complete_to if isinstance(complete_to, Mapping) else {}
    days: dict[str, date | None] = {}
    for table in plan.tables:
        day = given.get(table.name, given.get(""))
        days[table.name] = date.fromisoformat(day) if isinstance(day, str) else day
    return days, [name for name in plan.complete_to if days[name] is None]


def _inputs(tables: Tables) -> list[Input]:
    pairs = tables.items() if isinstance(tables, Mapping) else [one if isinstance(one, tuple) else (None, one) for one in tables]
    out = []
    for table, data in pairs:
        if isinstance(data, (str, os.PathLike)):
            out += [Input(table, path, None, None, path.name) for path in files_of(Path(data))]
        else:
            out.append(Input(table, None, data, None, f"{table} (a DataFrame)"))
    return out


def _free(paths: list[Path], files: Files) -> None:
    """Before any work: every place to write to is free, and its folder is there. Raises Refused PBR601, PBR602, PBR605."""
    problems = []
    for number, path in enumerate(paths):
        if files.exists(path):
            problems.append(
                Problem(
                    "PBR601", f"{path} exists already; a result is never written over", "choose a name that is free, or remove it first"
                )
            )
        elif not path.absolute().parent.is_dir():
            problems.append(
                Problem("PBR602", f"the folder {path.absolute().parent} does not exist", "make it first, or choose another place")
            )
        elif path in paths[:number]:
            problems.append(Problem("PBR605", f"{path} is asked for twice", "give each thing to write a name of its own"))
    if problems:
        raise Refused(problems)


def _control_problems(plan: Plan, accepted: Accepted, controls: Controls | None) -> list[Problem] | None:
    """What is wrong with the control totals; None: none was given. Before the contract's checks take rows away: totals are of what was sent."""
    if controls is None:
        return None
    names = {table: source.name for source in accepted.sources for table in source.tables}
    return control_problems(accepted.con, plan, controls, accepted.submitted, names)


def _judge(plan: Plan, accepted: Accepted, temp: Path, lacking: list[str]) -> tuple[dict[str, int], dict[str, Any]]:
    """Rows rejected per table, checks included, and what an assessment would hold. A run judges the checks as ``check_rows`` does."""
    if lacking:
        took = check_rows(plan, accepted)
        rejected = {table.name: accepted.rejected[table.name] + took.get(table.name, 0) for table in plan.tables}
        named = " and ".join(lacking)
        does = f"give --complete-to DAY: the contract asks up to which day {named} {'is' if len(lacking) == 1 else 'are'} complete"
        return rejected, not_tried("the day the data is complete to was not given", does)
    (temp / "run").mkdir()
    try:
        ran = run(plan, accepted, temp / "run")
    except Refused as refused:
        said = "; ".join(f"{problem.code} {problem.says}" for problem in refused.problems)
        return dict(accepted.rejected), not_tried(f"an assessment would stop: {said}", refused.problems[0].hint)
    rejected = {name: counts.rejected for name, counts in ran.tables.items()}
    days = {name: day.isoformat() if day else None for name, day in accepted.complete_to.items()}
    return rejected, predicted(plan, accepted.con, days, rejected, accepted.missing)
