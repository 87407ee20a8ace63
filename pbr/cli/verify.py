"""``pbr verify``: is the folder whole, and does everything in it follow from its inputs?"""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli import exits
from pbr.cli.options import TableFile, json_option
from pbr.cli.printing import Progress, print_json

CODES = {"internally consistent": exits.OK, "digests only": exits.DIGESTS_ONLY, "broken": exits.BROKEN}


@click.command("verify")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--data", multiple=True, type=TableFile(), help="The data, where the folder does not hold it; or your own copy of it.")
@click.option(
    "--previous", type=click.Path(path_type=Path), help="The assessment before this one, where it names one: what is due is compared."
)
@click.option("--digests-only", is_flag=True, help="Check the digests; compute nothing again.")
@json_option
def command(folder: Path, data: tuple[tuple[str | None, Path], ...], previous: Path | None, digests_only: bool, as_json: bool) -> None:
    """Check an assessment's folder DIR: every digest, then every value of every row computed again by a second engine.

    Names the first difference by file, row and column. Says at most "internally consistent": nothing outside the folder is consulted, so a
    folder made up whole, inputs included, would pass.

    \b
    Example:
      pbr verify assessments/2015-06

    \b
    Exit codes: 0 recomputed and internally consistent; 4 digests only; 3 broken; 2 usage; 1 bad input; 5 the machine.
    """
    from pbr.audit.verify import verify

    progress = Progress(quiet=as_json)
    try:
        verification = verify(folder, list(data), previous=previous, digests_only=digests_only, progress=progress)
    finally:
        progress.done()
    if as_json:
        print_json(verification.to_json())
    else:
        click.echo(verification.text())
    click.get_current_context().exit(CODES[verification.state])
