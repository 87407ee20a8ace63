"""``pbr unpack``: check an evidence pack, and take the assessment out of it."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli import exits
from pbr.cli.options import json_option
from pbr.cli.printing import print_json


@click.command("unpack")
@click.argument("folder", metavar="PACK", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Check it only; write nothing.")
@click.option("--out", metavar="DIR", type=click.Path(path_type=Path), help="The folder to make of its assessment; its name must be free.")
@click.option("--policy", type=click.Path(path_type=Path), help="Whose signatures count: a policy of your own, not the one in the pack.")
@click.option("--kept", type=click.Path(exists=True, path_type=Path), help="What you kept of the log when you saw it last.")
@json_option
def command(folder: Path, check: bool, out: Path | None, policy: Path | None, kept: Path | None, as_json: bool) -> None:
    """Check the evidence pack PACK: every digest, the text of every table, and the arithmetic of every line and total. With --out its
    assessment is written as a folder again, byte for byte, if nothing is wrong.

    With the log in it, or receipts, these are checked too: "verified" is said only where your policy (given, or kept with the view that you give) finds that
    the assessment was witnessed, and its receipts show that every input was received.
    Nothing is computed again from the data: `pbr verify` does that, with the folder.

    \b
    Examples:
      pbr unpack packs/2015-06 --check
      pbr unpack packs/2015-06 --out assessments/2015-06

    \b
    Exit codes: 0 verified or internally consistent, or unpacked; 3 broken (--check); 1 it is no pack, or is broken and was not unpacked; 2 usage;
    5 the machine.
    """
    if check == (out is not None):
        raise click.UsageError("give --check, or --out DIR")
    from pbr.audit.pack_check import BROKEN, check_pack
    from pbr.audit.pack_words import summary
    from pbr.audit.unpack import require_pack, unpack
    from pbr.log.kept import read_kept
    from pbr.log.policy import open_policy
    from pbr.platform.files import files_here

    files = files_here()
    trusted, view = open_policy(policy, files) if policy else None, read_kept(kept, files) if kept else None
    if out is not None:
        checked = unpack(folder, out, policy=trusted, kept=view)
        if as_json:
            print_json(checked.to_json() | {"folder": str(out)})
        else:
            click.echo(f"Unpacked to {out}, byte for byte   ·   compute it again: pbr verify {out}")
        return
    require_pack(folder, files)
    checked = check_pack(folder, files, policy=trusted, kept=view)
    if as_json:
        print_json(checked.to_json())
    else:
        click.echo(summary(folder, checked, files))
    click.get_current_context().exit(exits.BROKEN if checked.verdict == BROKEN else exits.OK)
