"""``pbr key new``: a new key."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.keyring import key_folder, keys_option
from pbr.cli.options import json_option
from pbr.cli.printing import print_json

FOR = {"log": "a log", "party": "a party to a contract", "witness": "a witness"}


@click.command("new")
@click.argument("name")
@click.option("--for", "purpose", type=click.Choice(list(FOR)), default="party", show_default=True, help="Who signs with it.")
@click.option("--ml-dsa", is_flag=True, help="Make an ML-DSA-44 key beside the Ed25519 one: it holds against quantum computers too.")
@keys_option
@json_option
def command(name: str, purpose: str, ml_dsa: bool, keys: Path | None, as_json: bool) -> None:
    """Make a key called NAME. Its secret half goes to a file that only you can read and is never printed; no key is ever written over.

    The key of a log is called as the log is (its origin). NAME is published: let it be an office and not a person.

    \b
    Example:
      pbr key new pbr.example/commissioner
      pbr key new pbr.example/justice --for log --ml-dsa
    """
    import secrets

    from pbr.platform.keys import make_keys

    made = make_keys(name, purpose, ml_dsa, secrets.token_bytes)
    folder = key_folder(keys)
    folder.keep(made)
    secret, public = folder.secret_path(name), folder.public_path(name)
    if as_json:
        vkeys = [{"algorithm": key.verifier.algorithm, "vkey": str(key.verifier)} for key in made]
        print_json({"name": name, "for": purpose, "keys": vkeys, "public": str(public), "secret": str(secret)})
        return
    click.echo(f"{name}   a new key for {FOR[purpose]} ({' and '.join(key.verifier.algorithm for key in made)})")
    click.echo(f"  give to others   {public}")
    click.echo(f"  keep to yourself {secret}")
    click.echo("Keep a copy of the second where nobody else can get at it: without it nobody can sign as this name again.")
