"""Suites as files, and beside them the tables to run them on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pbr.expectations.frame import rows_csv, table_frame
from pbr.expectations.suite import suite_json, suites
from pbr.plan.plan import Plan
from pbr.platform.files import Files
from pbr.problem import Place, Problem, Refused, refuse
from pbr.submission.accepted import Accepted
from pbr.terms.models import TableLayout


def write_suites(
    plan: Plan,
    targets: Mapping[str, Path] | Path,
    files: Files,
    accepted: Accepted | None = None,
    layout: Mapping[str, TableLayout] | None = None,
) -> list[Path]:
    """Writes each table's suite as JSON, and with ``accepted`` also the table to run it on, as CSV: what it holds is what was submitted, so
    it may hold personal data. Returns the files, in order.

    ``targets``: per table its file; or one file for all, and then a contract with several tables has ``FILE-TABLE.json`` for each. The rows
    of ``releases.json`` are in ``releases-rows.csv``. Raises Refused: PBR614 no such table; PBR601 a file is there already (and nothing is
    written); PBR602 its folder is not; PBR603 it cannot be written.
    """
    wanted = targets_of(plan, targets)
    whole = suites(plan, layout)
    todo: list[tuple[Path, str, bool]] = []
    for table, path in wanted.items():
        todo.append((path, table, False))
        if accepted is not None:
            todo.append((rows_path(path), table, True))
    problems = [problem for path, _, _ in todo for problem in _cannot_be(path, files)]
    paths = [path for path, _, _ in todo]
    problems += [
        Problem("PBR601", f"{path} would be written twice", "give each table a file of its own", Place(str(path)))
        for path in dict.fromkeys(paths)
        if paths.count(path) > 1
    ]
    if problems:
        raise Refused(problems)
    for path, table, rows in todo:
        data = rows_csv(table_frame(plan, accepted, table)) if rows and accepted is not None else suite_json(whole[table])
        try:
            files.write_atomic(path, data)
        except OSError as error:
            says = f"{path} cannot be written: {error.strerror or error}"
            raise refuse("PBR603", says, "see that the disk has room and that you may write there", Place(str(path))) from error
    return paths


def targets_of(plan: Plan, targets: Mapping[str, Path] | Path) -> dict[str, Path]:
    """The file of each table. Raises Refused PBR614."""
    names = [table.name for table in plan.tables]
    if isinstance(targets, Path):
        if len(names) == 1:
            return {names[0]: targets}
        return {name: targets.with_name(f"{targets.stem}-{name}.json") for name in names}
    if unknown := [name for name in targets if name not in names]:
        says = f"a suite was asked for the table {unknown[0]!r}; this contract has {', '.join(names)}"
        raise refuse("PBR614", says, "use one of those names")
    return dict(targets)


def rows_path(path: Path) -> Path:
    return path.with_name(f"{path.stem}-rows.csv")


def _cannot_be(path: Path, files: Files) -> list[Problem]:
    if files.exists(path):
        return [Problem("PBR601", f"{path} exists already; a suite is never written over", "choose a name that is free", Place(str(path)))]
    if not path.parent.is_dir():
        says = f"the folder {path.parent} does not exist, so {path.name} cannot be made in it"
        return [Problem("PBR602", says, "make it first, or choose another place", Place(str(path)))]
    return []
