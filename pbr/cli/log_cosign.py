"""``pbr log cosign``: a witness's cosignature, added to the log."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.deciding import warn_of_private
from pbr.cli.options import json_option
from pbr.cli.printing import counted, print_json


@click.command("cosign")
@click.argument("log", metavar="LOG", type=click.Path(path_type=Path))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--private", type=click.Path(path_type=Path), help="Where the log's private folder is; without it LOG.private.")
@json_option
def command(log: Path, file: Path, private: Path | None, as_json: bool) -> None:
    """Add the cosignatures of the checkpoint in FILE, as a witness gave it, to the log in LOG.

    Only those by witnesses that the log's own policy lists, and only of a tree that this log has or had.

    \b
    Example:
      pbr log cosign logs/justice cosigned
    """
    from pbr.log.auditing import open_log_folder
    from pbr.log.store import Log
    from pbr.log.witnessing import add_cosignatures, read_cosigned
    from pbr.platform.clock import RealClock
    from pbr.platform.files import files_here

    files = files_here()
    signed = read_cosigned(file, files)
    warn_of_private(log, private)
    added = add_cosignatures(Log(open_log_folder(log, files), files=files, clock=RealClock(), private=private), signed, files)
    if as_json:
        print_json({"log": str(log), "size": signed.checkpoint.size, "signatures": added})
    else:
        click.echo(f"Added to the checkpoint of {counted(signed.checkpoint.size, 'entry', 'entries')}: {counted(added, 'signature')}.")
