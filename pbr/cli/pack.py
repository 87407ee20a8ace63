"""``pbr pack``: everything that an auditor needs about one assessment, in one folder."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.deciding import warn_of_private
from pbr.cli.keyring import key_folder, keys_option
from pbr.cli.options import json_option
from pbr.cli.printing import Progress, print_json


@click.command("pack")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", required=True, metavar="PACK", type=click.Path(path_type=Path), help="The folder to make; its name must be free.")
@click.option("--log", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The log that it was logged in: packed too.")
@click.option(
    "--private", type=click.Path(file_okay=False, path_type=Path), help="What is kept beside the log, where it is not LOG.private."
)
@click.option("--redact", is_flag=True, help="Rows only: identifiers under pseudonyms, free text left out.")
@click.option("--key", metavar="NAME", help="With --redact: the key of the pseudonyms (pbr key new NAME --for pseudonyms).")
@keys_option
@json_option
def command(
    folder: Path, out: Path, log: Path | None, private: Path | None, redact: bool, key: str | None, keys: Path | None, as_json: bool
) -> None:
    """Pack the assessment DIR as evidence for an auditor: its whole folder, every table as text that needs no Parquet reader, a description, and
    digests of all of it. The pack is a BagIt bag with an RO-Crate description; README.txt in it says how to check it.

    With --log the log goes into it, and the receipt of every entry that concerns the assessment: its contract, what was received for it, itself, and
    who approved or challenged it. Without, nothing from elsewhere ties it to what was paid.

    A pack holds the data as submitted: it is for those who are entitled to see them. With --redact it holds every row but says of nobody who it is:
    identifiers stand under pseudonyms, which take a key, and each row still proves that it is one of those that were logged.

    \b
    Examples:
      pbr pack assessments/2015-06 --out packs/2015-06 --log log
      pbr pack assessments/2015-06 --out packs/2015-06-redacted --redact --key persons-2015

    \b
    Exit codes: 0 packed; 1 it is no assessment, or not whole; 2 usage; 5 the machine.
    """
    if redact != (key is not None):
        raise click.UsageError("--redact needs --key NAME: without a key there are no pseudonyms" if redact else "--key is of --redact")
    if private is not None and log is None:
        raise click.UsageError("--private is of --log")
    from pbr.audit.pack import pack
    from pbr.platform.files import files_here
    from pbr.platform.pseudonyms import read_pseudonym_key

    progress = Progress(quiet=as_json)
    try:
        pseudonyms = read_pseudonym_key(key_folder(keys).folder, key, files_here()) if key is not None else None
        warn_of_private(log, private)
        packed = pack(folder, out, log=log, private=private, pseudonyms=pseudonyms, progress=progress)
    finally:
        progress.done()
    if as_json:
        print_json(packed.to_json())
    else:
        click.echo(packed.text())
