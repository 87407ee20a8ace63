"""``pbr log``: the log, a folder of static files that says who did what in which order."""

from __future__ import annotations

import click

from pbr.cli.group import LazyGroup

COMMANDS = {
    "init": "Make an empty log, signed.",
    "append": "Put something into a log, signed: a contract, data received, an assessment.",
    "audit": "Check a log: its files, its history, what its entries say and who signed them.",
}


@click.group("log", cls=LazyGroup, commands_in=COMMANDS, modules="pbr.cli.log_")
def command() -> None:
    """The log: who did what about a contract, and when, so that nothing can be altered, removed or slipped in later.

    \b
    Example:
      pbr log audit logs/justice --policy trusted
    """
