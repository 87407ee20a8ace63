"""``pbr paper``: the auditor's working paper of some payment lines."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.options import json_option
from pbr.cli.printing import Progress, counted, print_json


@click.command("paper")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("lines", metavar="[LINE]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every line of money.")
@click.option("--out", type=click.Path(path_type=Path), help="The CSV file to write; it must not exist yet.")
@click.option("--no-recompute", is_flag=True, help="Do not compute the assessment again; the paper then says so.")
@json_option
def command(folder: Path, lines: tuple[str, ...], every: bool, out: Path | None, no_recompute: bool, as_json: bool) -> None:
    """Write the working paper of payment LINEs of the assessment in DIR: for each its clause, how it was worked out, from which rows and
    files, on whose word it rests, and whether a second engine came to the same sum. Columns for your conclusion are left empty.

    A LINE is named as the statement names it, or by its number in payments.parquet.

    \b
    Examples:
      pbr paper assessments/2015-06 "fee_at_risk[2012/13]" --out paper.csv
      pbr paper assessments/2015-06 --all --out paper.csv

    \b
    Exit codes: 0 done; 1 no such line, or no assessment; 2 usage; 5 the machine.
    """
    from pbr.audit.verify import verify
    from pbr.audit.working_paper import chosen, money_lines, paper_csv, working_paper
    from pbr.platform.files import files_here, write_new
    from pbr.platform.limits import NO_LIMITS

    if bool(lines) == every:
        raise click.UsageError("name one line or more, or give --all")
    if out is None and not as_json:
        raise click.UsageError("say where to write it: --out paper.csv")
    found = money_lines(folder)
    wanted = found if every else chosen(found, lines)
    verification = None
    if not no_recompute:
        progress = Progress(quiet=as_json)
        try:
            verification = verify(folder, progress=progress, processes=NO_LIMITS.processes)
        finally:
            progress.done()
    rows = working_paper(folder, wanted, verification)
    if out is not None:
        write_new(files_here(), out, paper_csv(rows))
    if as_json:
        print_json({"folder": str(folder), "lines": rows})
        return
    click.echo(f"Written to {out}: {counted(len(rows), 'payment line')}.")
    different = [row for row in rows if row["recomputed"].startswith("differs")]
    for row in different:
        click.echo(f"  {row['id']} {row['recomputed']}")
    if verification is None:
        click.echo("  Nothing was computed again: the paper says so beside each line.")
    elif not different:
        said = {row["recomputed"] for row in rows}
        click.echo(f"  Computed again by the reference engine: {', '.join(sorted(said))}.")
