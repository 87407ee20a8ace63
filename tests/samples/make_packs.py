"""``python -m tests.samples.make_packs``: a sample pack of ``pbr-pack/1`` and its redacted twin, with the policy to judge them by and the answers that every verifier must give.

Once only: the sample of a released format is never made again, and today's verifiers are held to it. Keys, salts and times are fixed, so that the same version of the program
writes the same bytes; what is signed with these keys is worth nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from pbr.assessment import assess
from pbr.audit.logged import deciding
from pbr.audit.logged.adopting import adopt, receive
from pbr.audit.logged.logbook import Logbook, open_logbook
from pbr.audit.logged.recording import record
from pbr.audit.pack import pack
from pbr.log.creating import create
from pbr.log.folder import read_newest
from pbr.log.store import Log
from pbr.log.witnessing import add_cosignatures, witness
from pbr.platform.clock import FixedClock
from pbr.platform.files import RealFiles
from pbr.platform.keys import MemoryKeys
from pbr.platform.pseudonyms import PseudonymKey
from pbr.platform.vkeys import COSIGNATURE, NOTE, SigningKey
from tests.audit.logged_case import contract
from tests.audit.tiny import change_json

HOME = Path(__file__).parent / "pbr-pack-1"
ORIGIN = "pbr.example/sample"
OFFICES = ("city", "analyst", "clerk", "charity", "auditor")
KEYS = {name: SigningKey(name, NOTE, bytes([number]) * 32) for number, name in enumerate((ORIGIN, *OFFICES), 1)}
WITNESS = SigningKey("witness", COSIGNATURE, b"w" * 32)
PSEUDONYMS = PseudonymKey("sample", b"p" * 32)
DAY = FixedClock(datetime(2025, 1, 2, 9, tzinfo=UTC))
POLICY = f"log {KEYS[ORIGIN].verifier}\nwitness W {WITNESS.verifier}\nquorum W\n".encode()
FILES = RealFiles()
CONTRACT = """\
pbr: 1
contract: into-work
title: Into work
version: "1"
parties: {commissioner: a city, provider: a charity}
currency: GBP
term: {from: 2024-04-01, to: 2025-03-31}

parameters:
  price: {value: £400.00, clause: "2.1"}

data:
  people:
    one_row_per: person_id
    supplied_by: provider
    columns:
      person_id:  {type: identifier, identifies: person}
      started_on: {type: date}
      in_work:    {type: yes or no, blank: unknown}

outcomes:
  worked: {per: people, yes_when: in_work, settles: {yes: when seen, no: started_on + 3 months}, clause: "2.2"}

payments:
  job_found: {per: people, only_if: worked, pays: price, clause: "2.1"}

statement: {then: []}

approval: {approvers: 1, assessor: may not approve}
"""
PEOPLE = "person_id,started_on,in_work\np1,2024-04-02,yes\np2,2024-04-09,no\np3,2024-05-01,yes\np4,2024-06-03,\n"


class Hours:
    """A clock: each time it is asked it is an hour later."""

    def __init__(self, asked: int = 0) -> None:
        self._asked = asked

    def now(self) -> datetime:
        self._asked += 1
        return datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=self._asked)


def main() -> None:
    """The log: contract (0), people.csv (1), the assessment (2), its approval (3); all witnessed."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir()
    with tempfile.TemporaryDirectory() as temp:
        os.chdir(temp)
        create(Path("log"), files=FILES, clock=Hours(), keys=(KEYS[ORIGIN],), policy=POLICY)
        vkeys = {name: str(key.verifier) for name, key in KEYS.items()}
        roles = {"commissioner": "city", "assessor": "analyst", "approver": "clerk", "provider": "charity", "auditor": "auditor"}
        adopt(book(), contract(CONTRACT), "city", {role: [vkeys[name]] for role, name in roles.items()})
        people = Path("people.csv")
        people.write_text(PEOPLE)
        receive(book(), [(None, people)], "charity")
        folder = Path("assessment")
        assess("contract.yaml", [people], date(2024, 12, 31), folder, who="tester", clock=DAY)
        change_json(folder, "run.json", untimed)
        record(book(), folder, "analyst")
        deciding.approve(book(), folder, "clerk", "p4 is held, and nothing is paid for p4 yet")
        seen = witness(Path("log"), Path("seen"), (WITNESS,), files=FILES, clock=DAY)
        assert seen.signed is not None
        add_cosignatures(Log(Path("log"), files=FILES, clock=Hours(), keys=(KEYS[ORIGIN],)), seen.signed, FILES)
        for name, key in (("plain", None), ("redacted", PSEUDONYMS)):
            pack(folder, HOME / name, log=Path("log"), pseudonyms=key, clock=DAY)
        os.chdir(HOME)
    (HOME / "policy").write_bytes(POLICY)
    (HOME / "expected.json").write_text(json.dumps(EXPECTED, indent=2) + "\n")


def untimed(run: dict[str, Any]) -> None:
    """Without what is another at each run, and on each machine."""
    run["milliseconds"] = dict.fromkeys(run["milliseconds"], 1)
    run["machine"] = {"system": "Linux", "python": "3.11", "cores": 2}


def book(log: str = "log") -> Logbook:
    """The log, opened for writing. Its clock begins an hour after its last entry."""
    held = MemoryKeys()
    for key in KEYS.values():
        held.keep((key,))
    salt = count(1)
    return open_logbook(Path(log), held, files=FILES, clock=Hours(appended(log)), random=lambda size: next(salt).to_bytes(size, "big"))


def appended(log: str) -> int:
    return read_newest(FILES, Path(log)).checkpoint.size


# By hand, from the story: what any verifier must say of each, with the policy beside them.
STANDING = {"assessment": {"entry": 2, "state": "approved"}, "assessments": [{"entry": 2, "state": "approved"}], "findings": []}
EXPECTED = {name: {"verdict": "verified", "size": 4, "witnessed": 4, **STANDING} for name in ("plain", "redacted")}

if __name__ == "__main__":
    main()
