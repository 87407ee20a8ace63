"""``pbr log list``: what is in a log, entry by entry."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from pbr.cli import exits
from pbr.cli.deciding import FOLDER, private_option, warn_of_private
from pbr.cli.options import json_option
from pbr.cli.printing import Progress, counted, print_json

KINDS = ("contract", "variation", "submission", "seed", "assessment", "approval", "challenge")
STATES = ("draft", "approved", "challenged", "superseded")
COLUMNS = ("when", "kind", "state", "of", "about", "by")
RESULTS = ("pays", "pays_nothing", "deducts", "sets", "held")
OF_LINES = ("period", "provider", "result", "at_least", "at_most")
DAY = click.DateTime(["%Y-%m-%d"])


class Sum(click.ParamType):  # type: ignore[type-arg]
    """A sum as a person writes it, in minor units."""

    name = "SUM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        from pbr.audit.logged.listing import sum_of

        try:
            return sum_of(value)
        except ValueError as trouble:
            self.fail(str(trouble), param, ctx)


@click.command("list")
@click.argument("log", metavar="LOG", type=click.Path(path_type=Path))
@click.option("--contract", help="Only of this contract: its id, or the number of the entry that adopted it.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only entries of this kind; repeat for each.")
@click.option("--since", type=DAY, help="Only from this day on.")
@click.option("--until", type=DAY, help="Only up to this day, which is included.")
@click.option("--state", type=click.Choice(STATES), help="Only assessments in this state.")
@click.option(
    "--assessment", "folders", multiple=True, type=FOLDER, metavar="DIR", help="List the lines of this logged assessment; repeat for each."
)
@click.option("--period", help="Of lines: a group such as 2012/13, or a day, month or year to which the data is complete.")
@click.option("--provider", help="Of lines: the provider's name, or a part of it.")
@click.option("--result", type=click.Choice(RESULTS), help="Of lines: only those with this result.")
@click.option("--at-least", "at_least", type=Sum(), help="Of lines: only sums from this one, such as £1,000.00.")
@click.option("--at-most", "at_most", type=Sum(), help="Of lines: only sums up to this one.")
@click.option("--policy", type=click.Path(path_type=Path), help="Whose witnesses you trust: --json says by when one had seen each entry.")
@click.option("--keys", is_flag=True, help="Under each contract and variation, who may do what: each part with its whole public key.")
@private_option
@json_option
def command(
    log: Path,
    contract: str | None,
    kinds: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    state: str | None,
    folders: tuple[Path, ...],
    period: str | None,
    provider: str | None,
    result: str | None,
    at_least: int | None,
    at_most: int | None,
    policy: Path | None,
    keys: bool,
    private: Path | None,
    as_json: bool,
) -> None:
    """List the entries of the log in LOG: number, time, kind, contract, what about, by whom, and the state of each assessment. Under a variation stands what it changed.

    The log is checked first; of a log that is broken the list is printed all the same, and says so.

    With --assessment it lists payment lines instead: those of the folders that you hold, each of which is first found whole, and in the log.

    \b
    Examples:
      pbr log list logs/justice --kind assessment --state draft
      pbr log list logs/justice --kind contract --kind variation --keys
      pbr log list logs/justice --assessment assessments/2015-06 --assessment assessments/2015-09 --result deducts --at-most -£1,000.00

    \b
    Exit codes: 0 listed; 3 the log is broken: see pbr log audit; 2 usage; 1 there is no log; 5 the machine.
    """
    from pbr.log.auditing import audit
    from pbr.log.listing import Wanted, listed
    from pbr.log.wording import printable
    from pbr.platform.files import files_here

    of_lines = (period, provider, result, at_least, at_most)
    if folders:
        if kinds or since or until:
            raise click.UsageError("--kind, --since and --until are about entries; with --assessment the lines of assessments are listed")
        _lines(log, folders, private, as_json, contract=contract, state=state, **dict(zip(OF_LINES, of_lines, strict=True)))
        return
    if any(value is not None for value in (*of_lines, private)):
        raise click.UsageError(
            "--period, --provider, --result, --at-least, --at-most and --private are about lines: name the assessments (--assessment DIR)"
        )
    days = [None if day is None else int(day.replace(tzinfo=UTC).timestamp()) for day in (since, until)]
    wanted = Wanted(contract, kinds, days[0], None if days[1] is None else days[1] + 86_400, state)
    progress = Progress(quiet=as_json)
    try:
        audited = audit(log, files_here(), policy=policy, kept=None, progress=progress)
    finally:
        progress.done()
    broken = bool(audited.answer.findings)
    rows = list(listed(audited.seen.ledger, wanted)) if audited.seen.ledger is not None else []
    if as_json:
        seen = audited.answer.seen
        told_of = [row.to_json() | {"seen_by_a_witness": _time(seen.at(row.entry))} for row in rows]
        print_json({"origin": audited.answer.origin, "broken": broken, "entries": told_of})
    else:
        table = [[printable(getattr(row, column) or "") for column in COLUMNS] for row in rows]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for row, cells in zip(rows, table, strict=True):
            told = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True) if width)
            click.echo(f"{row.entry:>5}  {'  '.join(told)}".rstrip() + ("" if row.good else "  does not hold"))
            if row.changed:
                click.echo(f"       changed: {printable('; '.join(row.changed))}")
            for part, vkey in row.keys if keys else ():
                click.echo(f"       {part:<13} {printable(vkey)}")
        size = audited.answer.size or 0
        click.echo(
            f"{counted(size, 'entry', 'entries')}." if len(rows) == size else f"{len(rows):,} of {counted(size, 'entry', 'entries')}."
        )
        if broken:
            click.echo(f"This log is broken: {counted(len(audited.answer.findings), 'finding')}. See: pbr log audit {log}", err=True)
    if broken:
        click.get_current_context().exit(exits.BROKEN)


def _time(seconds: int | None) -> str | None:
    from pbr.log.times import time_text

    return None if seconds is None else time_text(datetime.fromtimestamp(seconds, UTC))


def _lines(log: Path, folders: tuple[Path, ...], private: Path | None, as_json: bool, **wanted: Any) -> None:
    from pbr.audit.logged.listing import Wanted, listed, listed_text
    from pbr.audit.logged.logbook import read_logbook
    from pbr.platform.files import files_here

    files = files_here()
    warn_of_private(log, private)
    book = read_logbook(log, private, files)
    found = listed(folders, book.name, book.history, book.opened, files, Wanted(**wanted))
    if as_json:
        print_json({"origin": book.history.ledger.origin, "lines": [one.to_json() for one in found]})
    else:
        click.echo(listed_text(found).rstrip("\n"))
