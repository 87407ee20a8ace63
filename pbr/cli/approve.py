"""``pbr approve``: an approver signs for an assessment, in the log."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.deciding import decision_options, logbook, print_status, print_unlogged
from pbr.cli.options import TableFile, json_option
from pbr.cli.printing import Progress


@click.command("approve")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@decision_options
@click.option(
    "--answers", multiple=True, type=click.IntRange(0), metavar="ENTRY", help="A challenge that you have considered; repeat for each."
)
@click.option("--data", multiple=True, type=TableFile(), help="The data, where the folder does not hold it; or your own copy of it.")
@click.option("--previous", type=click.Path(path_type=Path), help="The assessment before this one, where it names one.")
@click.option("--digests-only", is_flag=True, help="Sign without computing anything again: for one so large that you did that before.")
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
    answers: tuple[int, ...],
    data: tuple[tuple[str | None, Path], ...],
    previous: Path | None,
    digests_only: bool,
    as_json: bool,
) -> None:
    """Approve the assessment in the folder DIR: your signature, and your reason, in the log.

    The folder's digests are checked first, and that it is the one that was logged; then everything in it is computed again, as `pbr verify` does, and nothing is
    signed that does not come out. Who ran the assessment is never the only approver; how many it takes,
    and whether who ran it may be one of them, the contract says (approval). A challenge stays open until an approval answers it.

    Who has not the log's key signs all the same, with --unlogged: what is written to that file is appended by who keeps the log, as it is.

    \b
    Examples:
      pbr approve assessments/2015-06 --log log --key finance-director --reason "checked against the invoice"
      pbr approve assessments/2015-06 --log log --key finance-director --reason "checked against the invoice" \\
          --opened 7.tlog-proof --unlogged approval.json

    \b
    Exit codes: 0 signed and logged; 1 refused, and nothing is logged; 2 usage; 5 the machine.
    """
    from pbr.audit.logged.deciding import approve
    from pbr.audit.logged.recomputing import Again
    from pbr.platform.limits import NO_LIMITS

    if digests_only and (data or previous is not None):
        raise click.UsageError("--data and --previous are for computing it again: leave out --digests-only")
    notes: list[str] = []
    progress = Progress(quiet=as_json)
    try:
        again = None if digests_only else Again(data, previous, progress, notes.append, NO_LIMITS.processes)
        status = approve(logbook(log, keys, private, unlogged, opened), folder, key, reason, answers, again)
    finally:
        progress.done()
    if unlogged is not None:
        print_unlogged(unlogged, as_json, notes)
    else:
        print_status(status, folder, as_json, not digests_only, notes)
