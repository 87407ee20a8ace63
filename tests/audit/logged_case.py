"""A small log with the tiny contract in it, made with fixed keys, a clock that moves on by an hour, and bytes that are anything but random."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from pbr.assessment import Assessment, assess
from pbr.audit.logged.adopting import adopt, receive
from pbr.audit.logged.logbook import Logbook, open_logbook
from pbr.log.creating import create
from pbr.platform.files import Files, RealFiles
from pbr.platform.keys import MemoryKeys
from pbr.platform.vkeys import NOTE, SigningKey
from pbr.terms.loading import Loaded, load_text
from tests.audit.tiny import CLOCK, TINY

ORIGIN = "pbr.example/tiny"
PARTIES = ("town", "analyst", "clerk", "mayor", "agency", "auditor")
SIGNING = {name: SigningKey(name, NOTE, bytes([number]) * 32) for number, name in enumerate((ORIGIN, *PARTIES), 1)}
VKEYS = {name: str(key.verifier) for name, key in SIGNING.items()}
ROLES = {
    "commissioner": [VKEYS["town"]],
    "assessor": [VKEYS["analyst"]],
    "approver": [VKEYS["clerk"], VKEYS["mayor"], VKEYS["analyst"]],
    "provider": [VKEYS["agency"]],
    "auditor": [VKEYS["auditor"]],
}


@dataclass
class Hours:
    """A clock: each time it is asked it is an hour later."""

    _hours: Iterator[int] = field(default_factory=lambda: count(1))

    def now(self) -> datetime:
        return datetime(2022, 7, 1, tzinfo=UTC) + timedelta(hours=next(self._hours))


def keys() -> MemoryKeys:
    held = MemoryKeys()
    for key in SIGNING.values():
        held.keep((key,))
    return held


def text_of(approval: str = "") -> str:
    """The tiny contract, with an ``approval`` block."""
    text = (TINY / "contract.yaml").read_text(encoding="utf-8")
    return text + (f"\napproval: {approval}\n" if approval else "")


def contract(text: str, name: str = "contract.yaml") -> Loaded:
    """Written to ``name``, and read."""
    Path(name).write_text(text, encoding="utf-8")
    return load_text(text, name)


def book(log: str = "log", files: Files | None = None) -> Logbook:
    """The log opened for writing. Its clock begins after what is in the log."""
    files = files or RealFiles()
    clock, bytes_made = Hours(), count(1)
    opened = open_logbook(Path(log), keys(), files=files, clock=clock, random=lambda size: next(bytes_made).to_bytes(size, "big"))
    for _ in opened.history.ledger.said:
        clock.now()
    return opened


def new_log(log: str = "log") -> None:
    policy = f"log {VKEYS[ORIGIN]}\nquorum none\n".encode()
    create(Path(log), files=RealFiles(), clock=Hours(), keys=(SIGNING[ORIGIN],), policy=policy)


def adopted(approval: str = "{approvers: 2}", log: str = "log") -> Logbook:
    """A new log that has adopted the contract (entry 0) and holds that people.csv was received (entry 1)."""
    new_log(log)
    opened = book(log)
    adopt(opened, contract(text_of(approval)), "town", ROLES)
    receive(opened, [(None, TINY / "people.csv")], "agency")
    return opened


def assess_it(out: str, day: str = "2022-06-30", jobs: str = "", **more: Any) -> Assessment:
    """``contract.yaml`` assessed, with people.csv and ``jobs`` (jobs.csv of the tiny contract when left out)."""
    data = [TINY / "people.csv", Path(jobs) if jobs else TINY / "jobs.csv"]
    return assess("contract.yaml", data, date.fromisoformat(day), out, who="tester", clock=CLOCK, **more)
