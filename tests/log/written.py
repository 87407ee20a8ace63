"""Small logs to be changed by tests, written by the page's rules alone (``tests/tamper/writing.py``), and what the program says of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tamper"))

import writing
from writing import Files, Key, Keys, Log

from pbr.log.checking import CheckedLog, check_log
from pbr.log.kept import read_kept
from pbr.log.policy import read_policy
from pbr.platform.files import files_here

KEYS = Keys()
POLICY = read_policy(KEYS.policy())
Payload = dict[str, Any]

__all__ = ["KEYS", "POLICY", "Files", "Key", "Keys", "Log", "Payload", "check", "found", "logged", "placed", "story", "writing"]


def placed(folder: Path, files: Files) -> Path:
    """Writes the files of a log, or of a kept view, below ``folder``."""
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def story(size: int, change: Callable[[list[Payload]], None] = lambda payloads: None) -> list[Payload]:
    payloads = writing.story(size, KEYS)
    change(payloads)
    return payloads


def logged(payloads: list[Payload], signers: dict[int, Key] | None = None, **settings: Any) -> Log:
    """A log, all of it signed and consistent, of what these payloads say. ``signers``: who signs instead, by entry."""
    entries = [
        writing.envelope(payload, (signers or {}).get(number) or writing.signer_of(payload, KEYS, number))
        for number, payload in enumerate(payloads)
    ]
    return writing.log_of(entries, KEYS, **({"witnessed": True} | settings))


def check(folder: Path, files: Files, view: Files | None = None, *, policy: bool = True) -> CheckedLog:
    placed(folder / "log", files)
    kept = read_kept(placed(folder / "view", view), files_here()) if view is not None else None
    return check_log(folder / "log", files_here(), policy=POLICY if policy else None, kept=kept)


def found(checked: CheckedLog) -> list[tuple[str, int | None, str | None]]:
    """The findings: class, entry, file."""
    return [finding.place for finding in checked.answer.findings]
