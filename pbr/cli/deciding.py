"""What commands share that write to a log: the log, the key that signs, where keys and openings stand, and what is then the state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pbr.cli.keyring import key_folder, keys_option
from pbr.cli.printing import print_json

if TYPE_CHECKING:
    from pbr.audit.logged.logbook import Logbook
    from pbr.audit.logged.status import Status

AGAIN = "Before it was signed, everything in it was computed again from the contract and the data, and came out the same."
NOT_AGAIN = "Nothing was computed again before it was signed (--digests-only): that its payments follow from the data was not checked here."
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def log_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--log", required=True, type=FOLDER, help="The folder of the log.")(function)


def signing_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--key``, ``--keys`` and ``--private``."""
    for option in (
        private_option,
        keys_option,
        click.option("--key", required=True, metavar="NAME", help="The name of the key that signs."),
    ):
        function = option(function)
    return function


def private_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--private", type=click.Path(file_okay=False, path_type=Path), help="Where the log's openings are kept; LOG.private when left out."
    )(function)


def warn_of_private(log: Path | None, private: Path | None = None) -> None:
    """Says on stderr, where what is kept beside a log is open to others, that it is."""
    from pbr.log.private import open_to_others, private_folder
    from pbr.platform.files import files_here

    if log is not None and (warning := open_to_others(files_here(), private_folder(log) if private is None else private)):
        click.echo(warning, err=True)


def adopted_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--adopted", type=click.IntRange(0), metavar="ENTRY", help="The entry of the contract, where the log has several.")(
        function
    )


def decision_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--log``, what signing needs, and ``--reason``."""
    return log_option(signing_options(click.option("--reason", required=True, metavar="TEXT", help="Why, in a sentence.")(function)))


def logbook(log: Path, keys: Path | None, private: Path | None) -> Logbook:
    """The log, to be written to with the keys of whoever runs the command."""
    from pbr.audit.logged.logbook import open_logbook
    from pbr.platform.clock import RealClock
    from pbr.platform.files import files_here

    warn_of_private(log, private)
    return open_logbook(log, key_folder(keys), private, files=files_here(), clock=RealClock())


def print_status(status: Status, folder: Path, as_json: bool = False, again: bool | None = None) -> None:
    """``again``: whether everything was computed again before it was signed; None where that was not asked."""
    if as_json:
        print_json(status.to_json() | ({} if again is None else {"computed_again": again}))
        return
    first, *rest = status.lines()
    done = {True: [AGAIN], False: [NOT_AGAIN], None: []}[again]
    click.echo("\n".join([f"{folder} is {first}.", *rest, *done]))
