"""The command ``pbr`` as click sees it: commands imported only when run, and every failure turned into words and a code."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from typing import Any

import click

from pbr.cli import exits
from pbr.platform.stopping import Stopping, stoppable
from pbr.problem import Refused

COMMANDS = {
    "check": "Check a contract: everything that can be known before there is data.",
    "lock": "Pin the rules that a contract uses to the digests of their files.",
    "show": "Print a contract clause by clause, in sentences.",
    "validate": "Say what would become of each row of a submission, and why.",
    "assess": "Decide each outcome, calculate each payment, and write the trail.",
    "explain": "Say why a payment was made or not, down to one row.",
    "compare": "Say why two assessments of a contract are not the same, line by line.",
    "paper": "Write the auditor's working paper of some payment lines.",
    "sample": "Draw payment lines for an audit, by a seed fixed beforehand.",
    "pack": "Pack an assessment as evidence for an auditor.",
    "unpack": "Check an evidence pack, and take the assessment out of it.",
    "verify": "Check an assessment: its digests, then every value computed again.",
    "approve": "Sign for an assessment, in the log.",
    "challenge": "Say in the log that a statement, or one line of it, is wrong.",
    "key": "Keys that sign: make one, print its public half.",
    "publish": "Make the public site: what was paid, why, and nobody identifiable.",
    "disclosure": "What may be published of assessments, and why not more.",
    "log": "The log of who did what and when: make it, add to it, read it, check it.",
}


OF_THE_MACHINE = {"PBR603", "PBR722", "PBR723", "PBR724"}


class LazyGroup(click.Group):
    """Imports the module of NAME (its ``command``) when NAME is run or asked for its own help, not before. ``commands_in``: what each command
    does, by name; ``modules``: what stands before the name in its module's. A group in the group (``pbr log``) is one of these too."""

    def __init__(self, *args: Any, commands_in: Mapping[str, str] | None = None, modules: str = "pbr.cli.", **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.commands_in = COMMANDS if commands_in is None else commands_in
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands_in)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands_in:
            return None
        command = importlib.import_module(f"{self.modules}{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuses an argument that is not UTF-8 before anything is done: what is written would have to name it."""
        for word in args:
            if any("\ud800" <= letter <= "\udfff" for letter in word):
                shown = word.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
                raise click.UsageError(f"the argument '{shown}' is not UTF-8: rename the file or folder", ctx)
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if not self.commands_in:
            return
        with formatter.section("Commands"):
            formatter.write_dl(list(self.commands_in.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. What a person or the machine did wrong is said in words; a fault of ours keeps its traceback."""
        if ctx.parent is not None:
            return super().invoke(ctx)  # the outermost group says it
        with stoppable() as stopping:
            return self._said(ctx, stopping)

    def _said(self, ctx: click.Context, stopping: Stopping) -> Any:
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException, BrokenPipeError):
            raise
        except BaseException as trouble:
            if stopping.asked or isinstance(trouble, KeyboardInterrupt):
                _say_stopped(trouble, ctx)
                ctx.exit(128 + stopping.asked if stopping.asked else exits.STOPPED)
            if isinstance(trouble, Refused):
                from pbr.cli.printing import print_refused

                print_refused(trouble, ctx)
                # the place to write to would not be written: nothing is wrong with what was given
                ctx.exit(exits.MACHINE if {problem.code for problem in trouble.problems} <= OF_THE_MACHINE else exits.PROBLEMS)
            if isinstance(trouble, _machine()):
                from pbr.cli.printing import print_machine

                print_machine(trouble, ctx)
                ctx.exit(exits.MACHINE)
            raise


def _say_stopped(trouble: BaseException, ctx: click.Context) -> None:
    """``trouble``: what came of it, somewhere: a query that ended, say. What was refused because of it says itself what was done and what not."""
    cause = trouble.__cause__
    while cause is not None and not isinstance(cause, KeyboardInterrupt):
        cause = cause.__cause__
    if isinstance(trouble, Refused) and cause is not None:
        from pbr.cli.printing import print_refused

        print_refused(trouble, ctx)
    else:
        click.echo("Stopped. Nothing was half-written.", err=True)


def _machine() -> tuple[type[BaseException], ...]:
    """What the machine can do to us. DuckDB's own kinds are named only if DuckDB was loaded at all."""
    duckdb = sys.modules.get("_duckdb")
    return (OSError, MemoryError, *((duckdb.IOException, duckdb.OutOfMemoryException) if duckdb else ()))
