"""``pbr log prove``: a receipt for an entry, or a proof that the log goes on from an older checkpoint."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.deciding import warn_of_private
from pbr.cli.options import json_option
from pbr.cli.printing import print_json


@click.command("prove")
@click.argument("log", metavar="LOG", type=click.Path(path_type=Path))
@click.argument("entry", metavar="[ENTRY]", type=click.IntRange(min=0), required=False)
@click.option("--from", "older", metavar="OLD", type=click.Path(path_type=Path), help="Prove that the log goes on from this checkpoint.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the proof here; without it, it is printed.")
@click.option("--no-openings", is_flag=True, help="Show nothing of what the entry's commitments are about.")
@click.option("--private", type=click.Path(path_type=Path), help="Where the log's private folder is; without it LOG.private.")
@json_option
def command(
    log: Path, entry: int | None, older: Path | None, out: Path | None, no_openings: bool, private: Path | None, as_json: bool
) -> None:
    """Make a receipt for an ENTRY of the log in LOG: it proves without the log that the entry is in it.

    What was kept to open the entry's commitments (a submission's file names and digests, a reason) is in it, for whoever may know it.

    \b
    Examples:
      pbr log prove logs/justice 7 --out 7.tlog-proof
      pbr log prove logs/justice --from seen/justice/checkpoint --out continued

    \b
    Exit codes: 0 proved; 1 the log does not prove it, or something given cannot be read; 2 usage; 5 the machine.
    """
    from pbr.log.auditing import open_log_folder
    from pbr.log.consistency import make_continuation
    from pbr.log.kept import read_kept
    from pbr.log.receipts import make_receipt, openings_kept
    from pbr.platform.files import files_here

    if (entry is None) == (older is None):
        raise click.UsageError("give the number of an ENTRY, or --from an older checkpoint")
    files = files_here()
    open_log_folder(log, files)
    if older is not None:
        continued = make_continuation(log, read_kept(older, files).signed.checkpoint, files)
        proof, size = bytes(continued), continued.signed.checkpoint.size
        told = f"Proved: the log of {size:,} entries goes on from its first {continued.old:,}."
        json_told: dict[str, object] = {"from": continued.old, "size": size}
    else:
        assert entry is not None
        if not no_openings:
            warn_of_private(log, private)
        openings = {} if no_openings else openings_kept(log, private, entry, files)
        receipt = make_receipt(log, entry, openings, files)
        proof, size = bytes(receipt), receipt.signed.checkpoint.size
        shown = " and ".join(receipt.openings) or "nothing"
        told = f"Proved: entry {entry:,} ({receipt.entry.kind}) is in the log of {size:,} entries. Opened in it: {shown}."
        json_told = {"entry": entry, "size": size, "opened": sorted(receipt.openings)}
    if out is not None:
        files.write_atomic(out, proof)
    if as_json:
        print_json(json_told | {"proof": proof.decode()})
    elif out is None:
        click.echo(proof.decode(), nl=False)
    else:
        click.echo(f"{told}\nWritten to {out}")
