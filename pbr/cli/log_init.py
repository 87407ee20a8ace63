"""``pbr log init``: a new log."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.deciding import warn_of_private
from pbr.cli.keyring import key_folder, keys_option, witness_keys
from pbr.cli.options import json_option
from pbr.cli.printing import print_json


@click.command("init")
@click.argument("log", type=click.Path(path_type=Path))
@click.option("--origin", required=True, help="The log's name for ever, such as pbr.example/justice. It need not be an address.")
@click.option("--key", help="The name of the log's key; without it the origin.")
@click.option(
    "--witness", "witnesses", multiple=True, metavar="VKEY", help="The public key of a witness, or the file that holds it; repeat for each."
)
@click.option("--quorum", type=click.IntRange(min=0), help="How many of the witnesses must have cosigned; without it all of them.")
@click.option("--private", type=click.Path(path_type=Path), help="Where to keep what readers may not see; without it LOG.private.")
@keys_option
@json_option
def command(
    log: Path,
    origin: str,
    key: str | None,
    witnesses: tuple[str, ...],
    quorum: int | None,
    private: Path | None,
    keys: Path | None,
    as_json: bool,
) -> None:
    """Make an empty log in the new folder LOG, signed, with a policy that says whom it proposes to trust.

    A reader who takes that policy from the log has only the log's own word: give the log's key to readers by another way as well.

    \b
    Example:
      pbr key new pbr.example/justice --for log
      pbr log init logs/justice --origin pbr.example/justice
    """
    from pbr.log.creating import create
    from pbr.log.proposing import own_policy
    from pbr.platform.clock import RealClock
    from pbr.platform.files import files_here

    signing = key_folder(keys).signing(key or origin)
    policy = own_policy(origin, signing, witness_keys(witnesses), quorum)
    made = create(log, files=files_here(), clock=RealClock(), keys=signing, policy=policy.encode(), private=private)
    warn_of_private(log, private)
    vkeys = [str(one.verifier) for one in signing]
    needed = len(witnesses) if quorum is None else quorum
    if as_json:
        print_json(
            {
                "log": str(log),
                "origin": origin,
                "keys": vkeys,
                "quorum": needed,
                "witnesses": len(witnesses),
                "private": str(made.private.folder),
            }
        )
        return
    click.echo(f"{log}   a new log, {origin}, with no entries yet")
    click.echo(f"  signed with   {' and '.join(one.verifier.algorithm for one in signing)}")
    click.echo(f"  witnesses     {f'{needed} of {len(witnesses)} must have cosigned' if witnesses else 'none are asked for'}")
    click.echo(f"  keep private  {made.private.folder}: what opens the entries' commitments. Keep a copy")
    click.echo("Give readers this key by another way than the log itself:")
    click.echo(f"  {vkeys[0]}")
    if len(vkeys) > 1:
        click.echo(f"  and its {signing[1].verifier.algorithm} half, which is long: pbr key show {origin}")
