"""What commands share that write to a log: the log, the key that signs, where keys and openings stand, and what is then the state."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
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
    """``--key``, ``--keys``, ``--private``, ``--unlogged`` and ``--opened``."""
    for option in (
        click.option(
            "--opened",
            multiple=True,
            metavar="RECEIPT",
            type=click.Path(path_type=Path),
            help="With --unlogged: a receipt that shows what an entry is about, where its opening is not kept here; repeat for each.",
        ),
        click.option(
            "--unlogged",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="Without the log's key: write the signed entry to this new file, which the log's keeper appends (pbr log append LOG entry FILE).",
        ),
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


def logbook(log: Path, keys: Path | None, private: Path | None, unlogged: Path | None = None, opened: tuple[Path, ...] = ()) -> Logbook:
    """The log, to be written to with the keys of whoever runs the command; or with ``unlogged``, to be read, and what is signed for it written to that file."""
    from pbr.audit.logged.logbook import open_logbook
    from pbr.platform.clock import RealClock
    from pbr.platform.files import files_here

    warn_of_private(log, private)
    if unlogged is not None:
        from pbr.audit.logged.unlogged import SigningApart

        return SigningApart(log, key_folder(keys), unlogged, opened, private, files_here(), RealClock())
    if opened:
        raise click.UsageError("--opened goes with --unlogged: who keeps the log has the openings (--private)")
    return open_logbook(log, key_folder(keys), private, files=files_here(), clock=RealClock())


def print_unlogged(unlogged: Path, as_json: bool = False, notes: Sequence[str] = ()) -> None:
    """What was signed and is not in the log yet, and how it gets there. ``notes``: what was not compared before."""
    from pbr.audit.logged.unlogged import HOURS, read_unlogged
    from pbr.platform.files import files_here

    signed = read_unlogged(unlogged, files_here())
    kind, at = signed.entry.kind, signed.entry.members["at"]
    if as_json:
        print_json(
            {"unlogged": str(unlogged), "kind": kind, "at": at, "by": signed.entry.signatures[0].keyid, "logged": False}
            | ({"notes": list(notes)} if notes else {})
        )
        return
    click.echo(
        f"Signed, and NOT in the log yet: {unlogged}, {'an' if kind[0] in 'aeiou' else 'a'} {kind} by {signed.by}, {at}.\n"
        f"Send it to who keeps the log, who appends it: pbr log append LOG entry {shlex.quote(unlogged.name)}\n"
        f"Within {HOURS} hours, and before anything else is appended. Nobody can alter it or make up another, but it can be left out: ask for its receipt."
        + ("" if kind == "seed" else "\nIt shows what its commitment is to, for who keeps the log: give it to nobody who may not know.")
        + "".join(f"\n{_sentence(note)}" for note in notes)
    )


def print_status(status: Status, folder: Path, as_json: bool = False, again: bool | None = None, notes: Sequence[str] = ()) -> None:
    """``again``: whether everything was computed again before it was signed; None where that was not asked. ``notes``: what was not compared all the same."""
    if as_json:
        print_json(status.to_json() | ({} if again is None else {"computed_again": again}) | ({"notes": list(notes)} if notes else {}))
        return
    first, *rest = status.lines()
    done = {True: [AGAIN], False: [NOT_AGAIN], None: []}[again]
    click.echo("\n".join([f"{folder} is {first}.", *rest, *done, *map(_sentence, notes)]))


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
