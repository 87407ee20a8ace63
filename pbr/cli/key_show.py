"""``pbr key show``: the public half of a key."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.keyring import key_folder, keys_option
from pbr.cli.options import json_option
from pbr.cli.printing import print_json


@click.command("show")
@click.argument("name")
@keys_option
@json_option
def command(name: str, keys: Path | None, as_json: bool) -> None:
    """Print the public half of the key NAME: a line for each of its algorithms, as contracts and policies take it.

    \b
    Example:
      pbr key show pbr.example/commissioner
    """
    found = key_folder(keys).verifying(name)
    if as_json:
        print_json({"name": name, "keys": [{"algorithm": key.algorithm, "vkey": str(key)} for key in found]})
        return
    for key in found:
        click.echo(str(key))
