"""How commands speak: problems, troubles of the machine, progress, JSON. No colour is used, so NO_COLOR is always honoured."""

from __future__ import annotations

import errno
import json
import sys
import time
from typing import Any

import click

from pbr.problem import Problem, Refused

AFTER_NOTHING = {
    "assess": "Nothing was assessed.",
    "check": "The contract cannot be used as it is.",
    "validate": "Rows were not looked at one by one.",
    "show": "Nothing was shown.",
    "explain": "Nothing was explained.",
    "compare": "Nothing was compared.",
    "verify": "Nothing was checked.",
    "paper": "No paper was written.",
    "sample": "Nothing was drawn.",
    "pack": "Nothing was packed.",
    "unpack": "Nothing was unpacked.",
    "approve": "Nothing was signed or logged.",
    "challenge": "Nothing was signed or logged.",
    "disclosure": "Nothing was decided.",
}
DOING = {
    "assess": "assessing",
    "compare": "comparing",
    "verify": "verifying",
    "paper": "writing the working paper",
    "sample": "drawing a sample",
    "pack": "packing",
    "unpack": "unpacking",
    "validate": "validating",
    "check": "checking",
    "show": "reading the contract",
    "approve": "approving",
    "challenge": "challenging",
    "key": "reading or writing keys",
    "disclosure": "deciding what may be published",
    "log": "reading or writing the log",
}


def print_json(value: Any) -> None:
    """JSON on stdout, for programs: as ASCII with escapes where the stream is not UTF-8, so that it reads back the same."""
    utf8 = (getattr(sys.stdout, "encoding", None) or "").lower() in ("utf-8", "utf8")
    click.echo(json.dumps(value, ensure_ascii=not utf8, indent=2))


def problem_json(problem: Problem) -> dict[str, Any]:
    place = problem.place
    return {
        "code": problem.code,
        "says": problem.says,
        "hint": problem.hint,
        "file": place.file if place else None,
        "line": (place.line or None) if place else None,
        "column": (place.column or None) if place else None,
    }


def counted(number: int, one: str, many: str = "") -> str:
    """``1 problem``, ``1,204 problems``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


WRITTEN = "PBR586"  # the assessment is there, and only the log is lacking: it says so itself


def print_refused(refused: Refused, ctx: click.Context) -> None:
    """Every problem on stderr, in the order found, then how many and what was not done. With --json: on stdout, as JSON."""
    if _wants_json(ctx):
        print_json({"ok": False, "problems": [problem_json(problem) for problem in refused.problems]})
        return
    for problem in refused.problems:
        click.echo(str(problem) + "\n", err=True)
    after = "" if any(problem.code == WRITTEN for problem in refused.problems) else AFTER_NOTHING.get(_command(ctx), "")
    click.echo(f"{counted(len(refused.problems), 'problem')}. {after}".rstrip(), err=True)


def print_machine(trouble: BaseException, ctx: click.Context) -> None:
    """What was being done, that nothing was half-written, and the one thing to try."""
    doing = DOING.get(_command(ctx), "working")
    file = getattr(trouble, "filename", None)
    what = (getattr(trouble, "strerror", None) or str(trouble) or type(trouble).__name__).split("\n")[0].rstrip(".")
    number = getattr(trouble, "errno", None)
    text = f"{what}{f' ({file})' if file else ''}"
    if number == errno.ENOSPC or "space left" in what.lower():
        hint = "Free some space on that disk, or choose another place to write to, and run it again."
    elif number in (errno.EACCES, errno.EPERM, errno.EROFS):
        hint = "Ask for permission to that place, or choose another, and run it again."
    elif isinstance(trouble, FileNotFoundError):
        hint = "Look at how the name is spelt."
    elif isinstance(trouble, MemoryError) or type(trouble).__name__ == "OutOfMemoryException":
        hint = "Close other programs, or run it on a machine with more memory."
    else:
        hint = "Run it again; if it happens again, look at the disk."
    if _wants_json(ctx):
        print_json({"ok": False, "machine": {"doing": doing, "says": text, "hint": hint}})
        return
    click.echo(f"While {doing}: {text}.\nNothing was half-written. {hint}", err=True)


class Progress:
    """One line on stderr that says what is being done; only on a terminal, only when the work has gone on for a second."""

    def __init__(self, quiet: bool = False) -> None:
        self.shown = False
        self.started = time.monotonic()
        self.on = sys.stderr.isatty() and not quiet

    def __call__(self, doing: str) -> None:
        if self.on and time.monotonic() - self.started > 1.0:
            click.echo(f"\r\033[K{doing} ...", err=True, nl=False)
            self.shown = True

    def done(self) -> None:
        if self.shown:
            click.echo("\r\033[K", err=True, nl=False)


def _wants_json(ctx: click.Context) -> bool:
    """Whether --json was given to the command that was run (its own context is gone when its exception is caught)."""
    return bool(ctx.find_root().meta.get("pbr.json"))


def _command(ctx: click.Context) -> str:
    return ctx.find_root().invoked_subcommand or ""
