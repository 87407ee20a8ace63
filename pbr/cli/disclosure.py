"""``pbr disclosure``: what may be published, and why not more."""

from __future__ import annotations

import click

from pbr.cli.group import LazyGroup

COMMANDS = {
    "explain": "Say why a figure is withheld or rounded, with what it really is.",
}


@click.group("disclosure", cls=LazyGroup, commands_in=COMMANDS, modules="pbr.cli.disclosure_")
def command() -> None:
    """Disclosure control: what is not published, so that nobody can be found. What it prints holds true values, so it is for those who may see them.

    \b
    Example:
      pbr disclosure explain assessments/2015-06
    """
