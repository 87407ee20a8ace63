"""``pbr assess``: outcomes decided, payments calculated, the trail written."""

from __future__ import annotations

import shlex
from datetime import date
from pathlib import Path

import click

from pbr.cli.deciding import FOLDER, adopted_option, logbook, private_option
from pbr.cli.keyring import keys_option
from pbr.cli.options import (
    TableDay,
    TableFile,
    control_option,
    controls_of,
    days_of,
    json_option,
    limits_options,
    progress_option,
    rules_option,
)
from pbr.cli.printing import Progress, print_json


@click.command("assess")
@click.argument("contract", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--data",
    "data",
    multiple=True,
    required=True,
    type=TableFile(),
    help="A file of the submission, or 'TABLE=FOLDER/*.parquet' for a table in several Parquet files; repeat for each.",
)
@click.option(
    "--complete-to",
    "complete_to",
    multiple=True,
    type=TableDay(),
    help="The day up to which the data is complete: for all tables, or for one. Needed where the contract reads it.",
)
@control_option
@rules_option
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to write; it must not exist yet.")
@click.option("--previous", type=click.Path(path_type=Path), help="The assessment before this one: what it paid is not paid again.")
@click.option("--first", is_flag=True, help="Nothing was paid before. A contract with a cap for life needs this or --previous.")
@click.option(
    "--log", type=FOLDER, help="The folder of a log that has adopted the contract: the assessment is put into it, signed. With --key."
)
@click.option("--key", metavar="NAME", help="The name of an assessor's key, which signs in the log.")
@keys_option
@private_option
@adopted_option
@click.option(
    "--engine",
    type=click.Choice(["columns", "spark"]),
    default="columns",
    show_default=True,
    help="What decides: DuckDB on this machine, or Spark, for data that is on a cluster already.",
)
@click.option("--master", metavar="URL", help="The master of Spark, as Spark calls it, such as spark://HOST:7077; none: this machine.")
@click.option("--inputs-by-reference", is_flag=True, help="Record the digests of the data, not its bytes.")
@limits_options
@progress_option
@json_option
def command(
    contract: Path,
    data: tuple[tuple[str | None, Path], ...],
    complete_to: tuple[tuple[str | None, date], ...],
    controls: tuple[tuple[str, str, str], ...],
    rules: tuple[Path, ...],
    out: Path,
    previous: Path | None,
    first: bool,
    log: Path | None,
    key: str | None,
    keys: Path | None,
    private: Path | None,
    adopted: int | None,
    engine: str,
    master: str | None,
    inputs_by_reference: bool,
    memory: str | None,
    threads: int | None,
    shown: bool | None,
    as_json: bool,
) -> None:
    """Assess a submission under CONTRACT (a folder or a YAML file) and write the trail to the folder --out.

    A file is matched to its table by the name before =, or by its own name without the ending. The folder is written whole or not
    at all; it holds the data as submitted, so it is private (mode 0700). A file may be packed (.csv.gz, .csv.zst). Ctrl-C leaves nothing behind.

    \b
    Example:
      pbr assess contracts/justice/hmp-doncaster --data releases.csv --data offences.csv \\
          --complete-to 2015-06-30 --out assessments/2015-06

    An assessment is cumulative to its day. With --previous, each line is due what it comes to less what was paid for it before, and a line
    whose past has changed is reversed and stated again (due.parquet).

    \b
    The next quarter:
      pbr assess contracts/justice/hmp-doncaster --data releases.csv --data offences.csv \\
          --complete-to 2015-09-30 --previous assessments/2015-06 --out assessments/2015-09

    With --log, the contract must have been adopted in that log: this is looked at before anything is computed. When the folder is whole, those of its files that
    were not logged as received yet, and the assessment itself, are put into the log in one step. It is then a draft, until it is approved (pbr approve).

    With --json: statement.json; with --log, also `entry`, its number in the log.
    """
    if (log is None) != (key is None):
        raise click.UsageError("--log and --key go together: a log holds nothing that nobody has signed")
    if log is None and (keys, private, adopted) != (None, None, None):
        raise click.UsageError("--keys, --private and --adopted are about a log: give --log too")
    if master is not None and engine != "spark":
        raise click.UsageError("--master is the master of Spark: give --engine spark too")
    days, totals = days_of(complete_to), controls_of(controls)
    from pbr.assessment import assess
    from pbr.statement.text import statement_text

    recorder = None
    if log is not None and key is not None:
        from pbr.audit.logged.recording import Recorder

        recorder = Recorder(logbook(log, keys, private), key, adopted)
    progress = Progress(quiet=as_json, wanted=shown)
    try:
        assessment = assess(
            contract,
            data,
            complete_to=days,
            out=out,
            control_totals=totals,
            previous=previous,
            first=first,
            by_reference=inputs_by_reference,
            memory=memory,
            threads=threads,
            engine=engine,
            master=master,
            rules=rules,
            recorder=recorder,
            progress=progress,
        )
    finally:
        progress.done()
    if as_json:
        print_json(assessment.statement | ({"entry": assessment.entry} if recorder is not None else {}))
        return
    click.echo(statement_text(assessment.statement, str(out)).rstrip("\n"))
    if recorder is not None and log is not None:
        where = f"{shlex.quote(str(out))} --log {shlex.quote(str(log))}"
        click.echo(
            f"Logged as entry {assessment.entry} of {log}; a draft until it is approved: pbr approve {where} --key NAME --reason TEXT"
        )
