"""``pbr challenge``: a party says, in the log, that a statement or one line of it is wrong."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.deciding import decision_options, logbook, print_status, print_unlogged
from pbr.cli.options import json_option


@click.command("challenge")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@decision_options
@click.option(
    "--line",
    metavar="PAYMENT[KEY]",
    help="The line that is challenged, as the statement prints its key; the whole statement when left out.",
)
@json_option
def command(
    folder: Path,
    log: Path,
    key: str,
    keys: Path | None,
    private: Path | None,
    unlogged: Path | None,
    opened: tuple[Path, ...],
    reason: str,
    line: str | None,
    as_json: bool,
) -> None:
    """Challenge the assessment in the folder DIR, or one line of it: your signature, and your reason, in the log.

    Anybody may whose key the contract lists, in any role. The folder's digests are checked first, and that it is the one that was logged. The reason and the
    line are kept beside the log, not in it: the log holds a commitment to them.

    Who has not the log's key signs all the same, with --unlogged: what is written to that file is appended by who keeps the log, as it is.

    \b
    Examples:
      pbr challenge assessments/2015-06 --log log --key provider-office \\
          --line "fee_at_risk[2012/13]" --reason "18 rejected rows were corrected on 3 July"
      pbr challenge assessments/2015-06 --log log --key provider-office --opened 7.tlog-proof \\
          --reason "18 rejected rows were corrected on 3 July" --unlogged challenge.json

    \b
    Exit codes: 0 signed and logged; 1 refused, and nothing is logged; 2 usage; 5 the machine.
    """
    from pbr.audit.logged.deciding import challenge

    status = challenge(logbook(log, keys, private, unlogged, opened), folder, key, reason, line)
    if unlogged is not None:
        print_unlogged(unlogged, as_json)
    else:
        print_status(status, folder, as_json)
