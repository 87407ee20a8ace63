"""``pbr``: the command."""

from __future__ import annotations

import gc
import sys

import click

from pbr import __version__
from pbr.cli.group import LazyGroup
from pbr.platform.console import make_printable

# Python looks for rings of forgotten objects after every 700 new ones, among 550 modules that stay: of a small assessment that took 75 milliseconds.
RINGS = (10_000, 10, 10)
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=LazyGroup, context_settings=SETTINGS)
@click.version_option(__version__, prog_name="pbr", message="%(prog)s %(version)s")
def cli() -> None:
    """Settle payment-by-results contracts: exact payments, every one of them explained and checkable.

    \b
    pbr check   contracts/justice/hmp-doncaster
    pbr assess  contracts/justice/hmp-doncaster --data releases.csv --data offences.csv \\
                --complete-to 2015-06-30 --out assessments/2015-06
    pbr explain assessments/2015-06
    pbr verify  assessments/2015-06
    """


def main() -> None:
    """The entry point of the installed command."""
    gc.set_threshold(*RINGS)
    make_printable(sys.stdout, sys.stderr)
    cli(prog_name="pbr")
