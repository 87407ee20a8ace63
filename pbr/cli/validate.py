"""``pbr validate``: what would become of each row, before anything is submitted."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from pbr.cli import exits
from pbr.cli.options import TABLE, TableDay, TableFile, control_option, controls_of, days_of, json_option, rules_option
from pbr.cli.printing import Progress, print_json
from pbr.problem import Refused


class TableTarget(click.ParamType):  # type: ignore[type-arg]  # click before 8.5 takes no argument here
    """``releases=marked.csv`` or ``marked.csv``: a pair (table or None, path). The file is to be written."""

    name = "[TABLE=]FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str | None, Path]:
        found = TABLE.fullmatch(value)
        return (found.group(1), Path(found.group(2))) if found else (None, Path(value))


@click.command("validate")
@click.argument("contract", type=click.Path(exists=True, path_type=Path))
@click.option("--data", "data", multiple=True, type=TableFile(), help="A file of the submission; repeat for each.")
@click.option(
    "--complete-to",
    "complete_to",
    multiple=True,
    type=TableDay(),
    help="The day up to which the data is complete: for all tables, or for one. Needed to say what would be held.",
)
@control_option
@rules_option
@click.option("--mark", "mark", multiple=True, type=TableTarget(), help="Write the file back, the problems beside its rows.")
@click.option("--suite", "suite", multiple=True, type=TableTarget(), help="Write the checks as a Great Expectations suite.")
@click.option("--data-docs", "data_docs", type=click.Path(path_type=Path), help="A folder to write Great Expectations' Data Docs to.")
@json_option
def command(
    contract: Path,
    data: tuple[tuple[str | None, Path], ...],
    complete_to: tuple[tuple[str | None, date], ...],
    controls: tuple[tuple[str, str, str], ...],
    rules: tuple[Path, ...],
    mark: tuple[tuple[str | None, Path], ...],
    suite: tuple[tuple[str | None, Path], ...],
    data_docs: Path | None,
    as_json: bool,
) -> None:
    """Say what would become of each row of a submission under CONTRACT (a folder or a YAML file), why, and what to do about it.

    The files are read where they are, and nothing is written but what --mark, --suite and --data-docs ask for; none of these writes over a file.
    The report shows values of the submission: keep it as you keep the submission. --suite alone needs no data.

    \b
    Example:
      pbr validate contracts/justice/hmp-doncaster --data releases.csv --data offences.csv \\
          --complete-to 2015-06-30 --mark releases=releases-marked.csv

    \b
    Exit codes: 0 nothing to correct (there may be something to look at); 1 rows are rejected or missing, or a file is refused;
    2 usage; 5 the machine.
    """
    from pbr.validation.headers import in_one_breath
    from pbr.validation.validating import Outputs, validate, write_suites_only

    days, totals = days_of(complete_to), controls_of(controls)
    if not data:
        if not suite or mark or data_docs or controls or days:
            raise click.UsageError("give the files of the submission: --data FILE (only --suite can do without)")
        written = write_suites_only(contract, suite, rules=rules)
        if as_json:
            print_json({"format": "pbr-validation/1", "ok": True, "written": written})
        else:
            click.echo("\n".join(f"Written: {path}" for path in written))
        return
    progress = Progress(quiet=as_json)
    try:
        outputs = Outputs(mark, suite, data_docs)
        done = validate(contract, data, complete_to=days, control_totals=totals or None, outputs=outputs, rules=rules, progress=progress)
    except Refused as refused:
        if as_json:
            raise
        raise Refused(in_one_breath(refused.problems)) from refused
    finally:
        progress.done()
    if as_json:
        print_json(done.report)
    else:
        click.echo(done.text().rstrip("\n"))
    click.get_current_context().exit(exits.OK if done.ok else exits.PROBLEMS)
