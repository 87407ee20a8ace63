"""``pbr pack``: everything that an auditor needs about one assessment, in one folder."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.options import json_option
from pbr.cli.printing import Progress, print_json


@click.command("pack")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", required=True, metavar="PACK", type=click.Path(path_type=Path), help="The folder to make; its name must be free.")
@json_option
def command(folder: Path, out: Path, as_json: bool) -> None:
    """Pack the assessment DIR as evidence for an auditor: its whole folder, every table as text that needs no Parquet reader, a description, and
    digests of all of it. The pack is a BagIt bag with an RO-Crate description; README.txt in it says how to check it.

    A pack holds the data as submitted: it is for those who are entitled to see them.

    \b
    Example:
      pbr pack assessments/2015-06 --out packs/2015-06

    \b
    Exit codes: 0 packed; 1 it is no assessment, or not whole; 2 usage; 5 the machine.
    """
    from pbr.audit.pack import pack

    progress = Progress(quiet=as_json)
    try:
        packed = pack(folder, out, progress=progress)
    finally:
        progress.done()
    if as_json:
        print_json(packed.to_json())
    else:
        click.echo(packed.text())
