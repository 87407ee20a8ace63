"""``pbr key list``: the keys that are here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pbr.cli.keyring import key_folder, keys_option
from pbr.cli.options import json_option
from pbr.cli.printing import counted, print_json


@click.command("list")
@keys_option
@json_option
def command(keys: Path | None, as_json: bool) -> None:
    """Print the names of the keys that are here, what they are for, and whether their secret half is here too.

    \b
    Example:
      pbr key list
    """
    from pbr.platform.vkeys import COSIGNATURE

    folder = key_folder(keys)
    secret = folder.names()
    rows: list[dict[str, Any]] = []
    for name in sorted({*secret, *folder.public_names()}):
        found = folder.verifying(name)
        purpose = "witness" if found[0].kind == COSIGNATURE else "log or party"
        rows.append(
            {"name": name, "for": purpose, "algorithms": [key.algorithm for key in found], "id": found[0].id.hex(), "signs": name in secret}
        )
    if as_json:
        print_json({"folder": str(folder.folder), "keys": rows})
        return
    click.echo(f"{folder.folder}   {counted(len(rows), 'key')}")
    wide = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        half = "" if row["signs"] else "   only the public half"
        click.echo(f"  {row['name']:{wide}}   {row['for']:12}   {' and '.join(row['algorithms'])}{half}")
