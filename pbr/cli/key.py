"""``pbr key``: keys that sign."""

from __future__ import annotations

import click

from pbr.cli.group import LazyGroup

COMMANDS = {
    "new": "Make a key, and keep it where only you can read it.",
    "show": "Print the public half of a key, to give to others.",
    "list": "Print the names of the keys that are here.",
}


@click.group("key", cls=LazyGroup, commands_in=COMMANDS, modules="pbr.cli.key_")
def command() -> None:
    """Keys that sign: a log's, a party's to a contract, a witness's. The secret half never leaves its file.

    \b
    Example:
      pbr key new pbr.example/commissioner
      pbr key show pbr.example/commissioner
    """
