"""``pbr key new``: a new key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pbr.cli.keyring import key_folder, keys_option
from pbr.cli.options import json_option
from pbr.cli.printing import print_json

if TYPE_CHECKING:
    from pbr.platform.keys import KeyFolder

FOR = {"log": "a log", "party": "a party to a contract", "witness": "a witness", "pseudonyms": "pseudonyms of persons"}


@click.command("new")
@click.argument("name")
@click.option(
    "--for",
    "purpose",
    type=click.Choice(list(FOR)),
    default="party",
    show_default=True,
    help="Who signs with it; or the pseudonyms of redacted packs.",
)
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
      pbr key new persons-2015 --for pseudonyms
    """
    import secrets

    from pbr.platform.keys import make_keys

    folder = key_folder(keys)
    if purpose == "pseudonyms":
        if ml_dsa:
            raise click.UsageError("--ml-dsa is of keys that sign, and pseudonyms are not signed")
        _pseudonyms(folder, name, as_json)
        return
    made = make_keys(name, purpose, ml_dsa, secrets.token_bytes)
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


def _pseudonyms(folder: KeyFolder, name: str, as_json: bool) -> None:
    import secrets

    from pbr.platform.files import files_here
    from pbr.platform.pseudonyms import new_pseudonym_key, pseudonym_path

    folder.make()
    key = new_pseudonym_key(folder.folder, name, files_here(), secrets.token_bytes)
    path = pseudonym_path(folder.folder, name)
    if as_json:
        print_json({"name": name, "for": "pseudonyms", "id": key.key_id, "secret": str(path)})
        return
    click.echo(f"{name}   a new key for {FOR['pseudonyms']} ({key.key_id})")
    click.echo(f"  keep to yourself {path}")
    click.echo(
        "Keep a copy where nobody else can get at it: whoever has it can find out who is who, and without it the same person gets another pseudonym."
    )
