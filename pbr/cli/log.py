"""``pbr log``: the log, a folder of static files that says who did what in which order."""

from __future__ import annotations

import click

from pbr.cli.group import LazyGroup

COMMANDS = {
    "init": "Make an empty log, signed.",
    "append": "Put something into a log, signed: a contract, data received, an assessment.",
    "list": "List the entries of a log: when, what, about what, by whom.",
    "prove": "Make a receipt for an entry, or prove that the log only went on.",
    "witness": "Check a log as a witness, and cosign it.",
    "policy": "Say whom a log proposes to trust, or add a witness.",
    "cosign": "Add a witness's cosignature to a log.",
    "audit": "Check a log: its files, its history, what its entries say and who signed them.",
}


@click.group("log", cls=LazyGroup, commands_in=COMMANDS, modules="pbr.cli.log_")
def command() -> None:
    """The log: who did what about a contract, and when, so that nothing can be altered, removed or slipped in later.

    \b
    Example:
      pbr log audit logs/justice --policy trusted
    """
