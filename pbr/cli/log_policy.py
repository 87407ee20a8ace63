"""``pbr log policy``: whom a log itself proposes to trust."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.deciding import warn_of_private
from pbr.cli.keyring import witness_keys
from pbr.cli.options import json_option
from pbr.cli.printing import print_json


@click.command("policy")
@click.argument("log", metavar="LOG", type=click.Path(path_type=Path))
@click.option(
    "--witness",
    "witnesses",
    multiple=True,
    metavar="VKEY",
    help="Add this witness: its public key, or the file that holds it; repeat for each.",
)
@click.option("--quorum", type=click.IntRange(min=0), help="How many of the witnesses must have cosigned.")
@click.option("--private", type=click.Path(path_type=Path), help="Where the log's private folder is; without it LOG.private.")
@json_option
def command(log: Path, witnesses: tuple[str, ...], quorum: int | None, private: Path | None, as_json: bool) -> None:
    """Say whom the log in LOG proposes to trust; with --witness or --quorum, change that.

    Without --quorum all witnesses are needed where all were before, or else as many as before. A witness is never taken out: its signatures stand in the log, and
    would become a stranger's.

    The file LOG/policy is the log's own word, and is kept by who reads the log for the first time without a policy of their own. Who has one goes on with that:
    send them the new witness's key by another way.

    \b
    Example:
      pbr log policy logs/justice --witness auditor.vkey --quorum 1

    \b
    Exit codes: 0 said, or changed; 1 it cannot be read or changed; 2 usage; 5 the machine.
    """
    from pbr.log.auditing import open_log_folder
    from pbr.log.proposing import change_policy
    from pbr.log.store import Log
    from pbr.log.witnessing import own_policy
    from pbr.log.wording import printable
    from pbr.platform.clock import RealClock
    from pbr.platform.files import files_here

    files = files_here()
    open_log_folder(log, files)
    changed = bool(witnesses) or quorum is not None
    if changed:
        warn_of_private(log, private)
        policy = change_policy(Log(log, files=files, clock=RealClock(), private=private), witness_keys(witnesses), quorum, files)
    else:
        policy = own_policy(log, files)
    names = list(dict.fromkeys(key.name for key in policy.witnesses.values()))
    if as_json:
        told = {"log": str(log), "changed": changed, "says": policy.said(), "witnesses": names, "policy": policy.data.decode()}
        print_json(told)
        return
    click.echo(f"{log} {'now proposes' if changed else 'proposes'}: {printable(policy.said())}.")
    if names:
        click.echo(f"  witnesses   {printable(', '.join(names))}")
    click.echo("That is the log's own word. Who reads it with a policy from elsewhere, or with one that was kept, goes on with that one.")
