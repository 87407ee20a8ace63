"""How commands speak: problems, troubles of the machine, progress, JSON. No colour is used, so NO_COLOR is always honoured."""

from __future__ import annotations

import errno
import json
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from pbr.problem import Problem, Refused

if TYPE_CHECKING:
    import threading

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
    """What is being done and for how long, on stderr: only on a terminal unless it is ``wanted``, only when the work has gone on for two seconds,
    and never with ``quiet``. On a terminal it is one line, written over each second; elsewhere a line for each part of the work."""

    def __init__(self, quiet: bool = False, wanted: bool | None = None, after: float = 2.0) -> None:
        self.terminal = sys.stderr.isatty()
        self.on = (self.terminal if wanted is None else wanted) and not quiet
        self.shown = False
        self._after, self._doing, self._said = after, "", ""
        self._began = self._since = time.monotonic()
        self._thread: threading.Thread | None = None
        self._ended: threading.Event | None = None

    def __call__(self, doing: str) -> None:
        self._doing, self._since = doing, time.monotonic()
        if self.on and self._thread is None:
            import threading

            self._ended = threading.Event()
            self._thread = threading.Thread(target=self._show, daemon=True)
            self._thread.start()

    def done(self) -> None:
        if self._ended is not None and self._thread is not None:
            self._ended.set()
            self._thread.join()
            self._thread = None
        if self.shown and self.terminal:
            click.echo("\r\033[K", err=True, nl=False)

    def _show(self) -> None:
        """Where the main thread is in a long query it says nothing, so another one does."""
        assert self._ended is not None
        wait = self._after
        while not self._ended.wait(wait):
            wait, doing, now = min(1.0, self._after), self._doing, time.monotonic()
            if self.terminal:
                click.echo(f"\r\033[K{doing} ... {now - self._since:.0f} s", err=True, nl=False)
            elif doing != self._said:
                click.echo(f"{now - self._began:.0f} s: {doing}", err=True)
            self._said, self.shown = doing, True


def _wants_json(ctx: click.Context) -> bool:
    """Whether --json was given to the command that was run (its own context is gone when its exception is caught)."""
    return bool(ctx.find_root().meta.get("pbr.json"))


def _command(ctx: click.Context) -> str:
    return ctx.find_root().invoked_subcommand or ""
