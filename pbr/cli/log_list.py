"""``pbr log list``: what is in a log, entry by entry."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from pbr.cli import exits
from pbr.cli.options import json_option
from pbr.cli.printing import Progress, counted, print_json

KINDS = ("contract", "variation", "submission", "seed", "assessment", "approval", "challenge")
STATES = ("draft", "approved", "challenged", "superseded")
COLUMNS = ("when", "kind", "state", "contract", "about", "by")
DAY = click.DateTime(["%Y-%m-%d"])


@click.command("list")
@click.argument("log", metavar="LOG", type=click.Path(path_type=Path))
@click.option("--contract", help="Only of this contract: its id, or the number of the entry that adopted it.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only entries of this kind; repeat for each.")
@click.option("--since", type=DAY, help="Only from this day on.")
@click.option("--until", type=DAY, help="Only up to this day, which is included.")
@click.option("--state", type=click.Choice(STATES), help="Only assessments in this state.")
@json_option
def command(
    log: Path,
    contract: str | None,
    kinds: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    state: str | None,
    as_json: bool,
) -> None:
    """List the entries of the log in LOG: number, time, kind, contract, what about, by whom, and the state of each assessment.

    The log is checked first; of a log that is broken the list is printed all the same, and says so.

    \b
    Example:
      pbr log list logs/justice --kind assessment --state draft

    \b
    Exit codes: 0 listed; 3 the log is broken: see pbr log audit; 2 usage; 1 there is no log; 5 the machine.
    """
    from pbr.log.auditing import audit
    from pbr.log.listing import Wanted, listed
    from pbr.log.wording import printable
    from pbr.platform.files import files_here

    days = [None if day is None else int(day.replace(tzinfo=UTC).timestamp()) for day in (since, until)]
    wanted = Wanted(contract, kinds, days[0], None if days[1] is None else days[1] + 86_400, state)
    progress = Progress(quiet=as_json)
    try:
        audited = audit(log, files_here(), policy=None, kept=None, progress=progress)
    finally:
        progress.done()
    broken = any(finding.kind != "quorum" for finding in audited.answer.findings)  # a log that waits for its witnesses is whole
    rows = list(listed(audited.seen.ledger, wanted)) if audited.seen.ledger is not None else []
    if as_json:
        print_json({"origin": audited.answer.origin, "broken": broken, "entries": [row.to_json() for row in rows]})
    else:
        table = [[printable(getattr(row, column) or "") for column in COLUMNS] for row in rows]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for row, cells in zip(rows, table, strict=True):
            told = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True) if width)
            click.echo(f"{row.entry:>5}  {'  '.join(told)}".rstrip() + ("" if row.good else "  does not hold"))
        size = audited.answer.size or 0
        click.echo(
            f"{counted(size, 'entry', 'entries')}." if len(rows) == size else f"{len(rows):,} of {counted(size, 'entry', 'entries')}."
        )
        if broken:
            click.echo(f"This log is broken: {counted(len(audited.answer.findings), 'finding')}. See: pbr log audit {log}", err=True)
    if broken:
        click.get_current_context().exit(exits.BROKEN)
