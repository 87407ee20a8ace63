"""``pbr sample``: payment lines drawn for an audit, by money units and a seed that was fixed beforehand."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.deciding import private_option, warn_of_private
from pbr.cli.options import json_option
from pbr.cli.printing import Progress, counted, print_json


@click.command("sample")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--items", type=click.IntRange(1, 100_000), required=True, help="How many units of money to draw.")
@click.option("--others", type=click.IntRange(0, 100_000), default=0, help="How many lines to draw of those that pay nothing or are held.")
@click.option("--log", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The log that the seed was committed to.")
@click.option("--seed", required=True, help="The file with the opening of the seed's entry; without --log also 64 hexadecimal digits.")
@click.option("--paper", type=click.Path(path_type=Path), help="Write the working paper of the drawn lines to this CSV file.")
@private_option
@json_option
def command(
    folder: Path, items: int, others: int, log: Path | None, seed: str, paper: Path | None, private: Path | None, as_json: bool
) -> None:
    """Draw payment lines of the assessment in DIR for an audit: every penny is as likely to be drawn as any other.

    With --log it is checked that the seed was committed to the log before the assessment was, so that nobody could choose the sample, nor
    the payments by the sample. docs/proof.md says how the lines follow from the seed.

    \b
    Examples:
      pbr log append LOG seed --key auditor --opening seed.json      (before the assessment)
      pbr sample assessments/2015-06 --items 25 --log LOG --seed seed.json --paper paper.csv

    \b
    Exit codes: 0 done; 1 the seed or the assessment is not as it must be; 2 usage; 5 the machine.
    """
    from pbr.audit.logged.seeds import seed_for
    from pbr.audit.sampling import draw, sample_json
    from pbr.audit.verify import verify
    from pbr.audit.working_paper import line_id, money_lines, paper_csv, working_paper
    from pbr.platform.files import files_here, write_new
    from pbr.platform.limits import NO_LIMITS
    from pbr.statement import words
    from pbr.statement.opening import currency_of

    warn_of_private(log, private)
    given = seed_for(folder, log, seed, private)
    found = draw(money_lines(folder), given.seed, given.manifest, items, others)
    if paper is not None:
        progress = Progress(quiet=as_json)
        try:
            verification = verify(folder, progress=progress, processes=NO_LIMITS.processes)
        finally:
            progress.done()
        why = {each.line.number: f"money units {', '.join(map(str, each.units))}" for each in found.drawn}
        why |= {line.number: "one of the lines that pay nothing or are held" for line in found.others}
        wanted = [*(each.line for each in found.drawn), *found.others]
        write_new(files_here(), paper, paper_csv(working_paper(folder, wanted, verification, why)))
    if as_json:
        print_json({"folder": str(folder), "seed": given.to_json(), **sample_json(found, line_id)})
        return
    if given.unfair:
        click.echo(given.unfair)
    currency = currency_of(folder)
    sums = sum(abs(each.line.amount or 0) for each in found.drawn)
    click.echo(
        f"{counted(len(found.drawn), 'line')} drawn of {found.lines:,} that pay or deduct: "
        f"{words.money(sums, currency)} of {words.money(found.total, currency)}, one unit in each {words.money(found.interval, currency)}."
    )
    for each in found.drawn:
        times = f"   drawn {len(each.units)} times" if len(each.units) > 1 else ""
        click.echo(f"  {each.line.number:>7}  {words.money(each.line.amount or 0, currency):>18}  {line_id(each.line)}{times}")
    none = f"{counted(found.nothing, 'line pays', 'lines pay')} nothing and {counted(found.held, 'is', 'are')} held: none of them can be drawn by its money."
    if found.nothing or found.held:
        click.echo(none)
    for line in found.others:
        click.echo(f"  {line.number:>7}  {line.result.replace('_', ' '):>18}  {line_id(line)}")
    click.echo(given.says)
    if paper is not None:
        click.echo(f"Working paper: {paper}")
