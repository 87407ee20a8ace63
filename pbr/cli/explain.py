"""``pbr explain``: why a payment was made, and why not."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.deciding import FOLDER, print_status, private_option, warn_of_private
from pbr.cli.options import json_option
from pbr.cli.printing import print_json


@click.command("explain")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("words", metavar="[PAYMENT|CODE] [KEY]...", nargs=-1)
@click.option("--answer", type=click.Choice(["yes", "no", "held"]), help="List the rows of a named item that have this answer.")
@click.option("--log", type=FOLDER, help="The log that knows this assessment: what it says of it comes first.")
@private_option
@json_option
def command(folder: Path, words: tuple[str, ...], answer: str | None, log: Path | None, private: Path | None, as_json: bool) -> None:
    """Say why. DIR is the folder of an assessment.

    Without a name: the totals, and how to go on. With a PAYMENT (or any fact, outcome or measure) and a KEY as the statement prints
    it: the clause, the formula as written, the same with values, what was counted and what was not. With the CODE of a check or finding: its rows, each with its line. It reads stored values only.

    \b
    Examples:
      pbr explain assessments/2015-06
      pbr explain assessments/2015-06 fee_at_risk 2012/13
      pbr explain assessments/2015-06 reconvicted --answer yes
      pbr explain assessments/2015-06 PBR448
      pbr explain assessments/2015-06 --log log

    With --log: whether it is a draft, approved, challenged or superseded, by whom, and what is missing. statement.json always says draft: it is as it was made,
    and the log decides.
    """
    from pbr.statement.explain import explain

    answered = explain(folder, list(words), answer)
    status = None
    if log is not None:
        from pbr.audit.logged.reading import status_in

        warn_of_private(log, private)
        status = status_in(folder, log, private)
    if as_json:
        print_json(answered.to_json() | ({"decision": status.to_json()} if status is not None else {}))
        return
    if status is not None:
        print_status(status, folder)
        click.echo()
    click.echo(answered.text.rstrip("\n"))
