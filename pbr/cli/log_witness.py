"""``pbr log witness``: a witness looks at a log, and signs that it only ever went on from what was seen before."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pbr.cli import exits
from pbr.cli.deciding import warn_of_private
from pbr.cli.keyring import key_folder, keys_option
from pbr.cli.options import json_option
from pbr.cli.printing import Progress


@click.command("witness")
@click.argument("log", metavar="LOG", type=click.Path(path_type=Path))
@click.option("--key", required=True, help="The name of the witness's key.")
@click.option("--kept", required=True, type=click.Path(path_type=Path), help="The folder in which the witness keeps what it saw.")
@click.option(
    "--policy", type=click.Path(path_type=Path), help="Whose signatures the witness trusts; else it goes by the log's own policy."
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the cosigned checkpoint here; without it, it is printed.")
@click.option("--add", is_flag=True, help="Add the cosignature to the log at once.")
@click.option("--private", type=click.Path(path_type=Path), help="With --add: where the log's private folder is; without it LOG.private.")
@keys_option
@json_option
def command(
    log: Path,
    key: str,
    kept: Path,
    policy: Path | None,
    out: Path | None,
    add: bool,
    private: Path | None,
    keys: Path | None,
    as_json: bool,
) -> None:
    """Check the log in LOG as a witness does, and cosign its checkpoint if it continues what was seen before.

    The view is kept before the signature is let out. A log that is smaller, or another one, is not signed: keep what you have of it.

    \b
    Example:
      pbr log witness logs/justice --key auditor.example/witness --kept seen/justice --out cosigned
      pbr log cosign logs/justice cosigned

    \b
    Exit codes: 0 cosigned; 3 broken, and not cosigned; 2 usage; 1 something given cannot be used; 5 the machine.
    """
    from pbr.log.policy import open_policy
    from pbr.log.store import Log
    from pbr.log.witnessing import add_cosignatures, witness
    from pbr.log.wording import answer_text
    from pbr.platform.clock import RealClock
    from pbr.platform.files import files_here
    from pbr.platform.vkeys import COSIGNATURE

    if out is not None and add:
        raise click.UsageError("--out and --add are two ways to hand it over: give one of them")
    files, clock = files_here(), RealClock()
    signing = key_folder(keys).signing(key, COSIGNATURE)
    trusted = open_policy(policy, files) if policy is not None else None
    progress = Progress(quiet=as_json)
    try:
        done = witness(log, kept, signing, files=files, clock=clock, policy=trusted, progress=progress)
    finally:
        progress.done()
    if done.signed is None:
        if as_json:
            click.echo(json.dumps(done.answer.to_json()))
        else:
            click.echo(f"{answer_text(done.answer)}\n\nNot cosigned. What you kept before is as it was.")
        click.get_current_context().exit(exits.BROKEN)
    note = bytes(done.signed)
    if add:
        warn_of_private(log, private)
        add_cosignatures(Log(log, files=files, clock=clock, private=private), done.signed, files)
    elif out is not None:
        files.write_atomic(out, note)
    checkpoint = done.signed.checkpoint
    age = _age(done.oldest, done.aged, first=done.before is None)
    if age and (as_json or (out is None and not add)):
        click.echo(age, err=True)
    if as_json:
        told = {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex(), "before": done.before}
        click.echo(json.dumps(told | {"cosigned": note.decode(), "added": add}))
    elif out is None and not add:
        click.echo(note.decode(), nl=False)
    else:
        what = "first seen: nothing earlier to compare with" if done.before is None else f"it goes on from the {done.before:,} seen before"
        click.echo(f"Cosigned: {checkpoint.origin}, {checkpoint.size:,} {'entry' if checkpoint.size == 1 else 'entries'}; {what}.")
        if age:
            click.echo(age)
        click.echo("Added to the log." if add else f"Written to {out}. To add it: pbr log cosign {log} {out}")


def _age(oldest: int | None, aged: int, *, first: bool) -> str:
    """How old the entries are that this witness sees for the first time, by their own word: at a first look always, later where one is more than a day old."""
    from datetime import UTC, datetime

    from pbr.log.times import time_text

    if oldest is None or not (first or aged):
        return ""
    said = f"The oldest entry not seen before says that it is of {time_text(datetime.fromtimestamp(oldest, UTC))}."
    if not aged:
        return said
    more = "1 entry says that it is" if aged == 1 else f"{aged:,} entries say that they are"
    return (
        f"{said}\nWarning: {more} more than a day old, and no look of yours shows it: your signature says only that the log holds them now."
    )
