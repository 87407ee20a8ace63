"""``pbr approve``: an approver signs for an assessment, in the log."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.deciding import decision_options, logbook, print_status
from pbr.cli.options import json_option


@click.command("approve")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@decision_options
@click.option(
    "--answers", multiple=True, type=click.IntRange(0), metavar="ENTRY", help="A challenge that you have considered; repeat for each."
)
@json_option
def command(
    folder: Path, log: Path, key: str, keys: Path | None, private: Path | None, reason: str, answers: tuple[int, ...], as_json: bool
) -> None:
    """Approve the assessment in the folder DIR: your signature, and your reason, in the log.

    The folder's digests are checked first, and that it is the one that was logged. Who ran the assessment is never the only approver; how many it takes,
    and whether who ran it may be one of them, the contract says (approval). A challenge stays open until an approval answers it.

    \b
    Example:
      pbr approve assessments/2015-06 --log log --key finance-director --reason "checked against the invoice"

    \b
    Exit codes: 0 signed and logged; 1 refused, and nothing is logged; 2 usage; 5 the machine.
    """
    from pbr.audit.logged.deciding import approve

    print_status(approve(logbook(log, keys, private), folder, key, reason, answers), folder, as_json)
