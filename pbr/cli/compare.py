"""``pbr compare``: two assessments of one contract, and why each line is not the same."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.options import json_option, reading_limits_options
from pbr.cli.printing import print_json


@click.command("compare")
@click.argument("old", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("new", type=click.Path(exists=True, file_okay=False, path_type=Path))
@reading_limits_options
@json_option
def command(old: Path, new: Path, memory: str | None, threads: int | None, as_json: bool) -> None:
    """Say of two assessments OLD and NEW of a contract which lines are not the same, and why: rows that came, went or changed, days, terms, the
    program.

    Each cause is found by following the line's value down to what it reads, in the stored values of both folders; nothing is computed. The
    folders need not follow each other, and may be of two versions of the contract.

    \b
    Example:
      pbr compare assessments/2015-06 assessments/2015-09
    """
    from pbr.comparison.comparing import compare
    from pbr.comparison.text import comparison_text
    from pbr.platform.limits import limits_of

    found = compare(old, new, limits_of(memory, threads))
    if as_json:
        print_json(found)
    else:
        click.echo(comparison_text(found).rstrip("\n"))
