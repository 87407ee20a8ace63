"""What the campaign on folders and packs begins from: assessments of a few dozen rows, and one small log that ties them, written by ``writing.py``.

The assessments are made by the program. Everything around them (the log, its openings, receipts, packs) is not.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from resealing import SHM, Table, pack_of, read_table, seal_run, sha256
from writing import ORIGIN, START, STEP, Files, Keys, Log, canonical, commitment_to, digest, envelope, log_of, receipt, signer_of, time_text

ROOT = Path(__file__).parents[2]
QUARTERS = ROOT / "tests" / "audit" / "quarters" / "contract.yaml"
COVERED = ROOT / "tests" / "audit" / "covered"
TOTALS = Path(__file__).parent / "contracts" / "totals.yaml"
STARTED = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)
KEYS_OF_TRACE = {"people": ("person_id",), "jobs": ("job_id",), "year": ("year",), "referrals": ("referral_id",), "ends": ("end_id",)}


@dataclass(frozen=True)
class How:
    """How an assessment is made: so that the adversary can make another one of other data."""

    contract: Path
    day: str
    first: bool = False
    previous: str | None = None
    totals: dict[str, dict[str, str]] | None = None


HOWS = {
    "q1": How(QUARTERS, "2023-06-30", first=True),
    "q2": How(QUARTERS, "2023-09-30", previous="q1"),
    "q3": How(QUARTERS, "2023-12-31", previous="q2"),
    "totals": How(TOTALS, "2023-12-31"),
    "covered": How(COVERED / "contract.yaml", "2021-12-31", totals={"ends": {"rows": "9", "people": "7", "hours": "276"}}),
}
ATTACKED = ("q1", "q3", "totals", "covered")  # held lines; a follow-up; lines of a step's own; rejected and missing rows
REDACTED = ("q1", "covered")  # of which there are redacted packs too
# the log, entry by entry: kind and which assessment, or which contract, it is about
STORY: tuple[tuple[str, str], ...] = (
    ("contract", "q1"),
    ("submission", "q1"),
    ("assessment", "q1"),
    ("approval", "q1"),
    ("contract", "totals"),
    ("submission", "totals"),
    ("seed", "totals"),
    ("assessment", "totals"),
    ("challenge", "totals"),
    ("approval", "totals"),
    ("contract", "covered"),
    ("submission", "covered"),
    ("assessment", "covered"),
    ("submission", "q2"),
    ("assessment", "q2"),
    ("approval", "q2"),
    ("submission", "q3"),
    ("assessment", "q3"),
    ("approval", "q3"),
)
CONTRACT_OF = {"q1": 0, "q2": 0, "q3": 0, "totals": 4, "covered": 10}
COSIGNED = (4, 16, len(STORY))


def entry_of(name: str, kind: str = "assessment") -> int:
    return CONTRACT_OF[name] if kind == "contract" else STORY.index((kind, name))


def data_of(name: str) -> Files:
    """The two files that were submitted."""
    if name == "covered":
        return {file: (COVERED / file).read_bytes() for file in ("referrals.csv", "ends.csv")}
    months = 6 if name == "totals" else 3
    people, jobs = ["person_id,started_on"], ["job_id,person_id,began_on,checked"]
    for number in range(1, 21):
        month = 4 + number % months
        people.append(f"p{number:02},2023-{month:02}-{1 + number % 27:02}")
        # a job whose check is late is known in the next quarter, and one that was said is found not to be
        late = {"q1": "", "q2": "yes", "q3": "no", "totals": "yes"}[name] if number % 7 == 3 else "yes" if number % 5 else "no"
        if number % 4:
            jobs.append(f"j{number:02},p{number:02},2023-{month + 1:02}-{1 + number % 27:02},{late}")
    return {"people.csv": ("\n".join(people) + "\n").encode(), "jobs.csv": ("\n".join(jobs) + "\n").encode()}


def files_of(folder: Path) -> Files:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def write(folder: Path, files: Files) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def assessed(name: str, data: Files, contract: bytes | None = None, previous: Files | None = None) -> Files:
    """The folder that the program makes of ``data``. Timings are taken out, so that it is the same each time."""
    from pbr.assessment import assess
    from pbr.platform.clock import FixedClock

    how = HOWS[name]
    with tempfile.TemporaryDirectory(dir=SHM) as temp:
        home = Path(temp)
        write(home / "data", data)
        write(home, {"contract.yaml": contract or how.contract.read_bytes()})
        more: dict[str, Any] = {"first": True} if how.first else {}
        if how.previous is not None:
            more["previous"] = write(home / "previous", previous or folder_of(how.previous))
        paths = [home / "data" / file for file in data]
        assess(
            home / "contract.yaml", paths, how.day, home / "out", who="tester", clock=FixedClock(STARTED), control_totals=how.totals, **more
        )
        folder = files_of(home / "out")
    run = json.loads(folder["run.json"])
    run["milliseconds"] = dict.fromkeys(run["milliseconds"], 1)
    return seal_run(folder | {"run.json": json.dumps(run).encode()})


@cache
def _folder(name: str) -> tuple[tuple[str, bytes], ...]:
    return tuple(assessed(name, data_of(name)).items())


def folder_of(name: str) -> Files:
    return dict(_folder(name))


def opening_of(number: int, folders: dict[str, Files]) -> dict[str, Any]:
    """The opening of the commitment in entry ``number``. Its salt follows from the number: nothing here is secret."""
    kind, name = STORY[number]
    manifest = sha256(folders[name]["manifest.json"])
    document: dict[str, Any]
    if kind == "submission":
        inputs = json.loads(folders[name]["manifest.json"])["inputs"]
        listed = [{"name": one["name"], "table": None, "sha256": one["sha256"], "size": one["size"]} for one in inputs]
        document = {"files": listed}
    elif kind == "seed":
        document = {"seed": digest("seed", number)}
    elif kind == "assessment":
        document = {"manifest": manifest, "run": sha256(folders[name]["run.json"])}
    else:
        document = {"manifest": manifest, "line": None, "reason": f"seen by the office, note {number}"}
    return {"salt": digest("salt", number), "document": document}


def secret_of(name: str) -> bytes:
    """What the cells of an assessment's disclosure are salted with. Nothing here is secret."""
    return bytes.fromhex(digest("cells", name))


@cache
def disclosure_of(name: str) -> str:
    """The salted form of the tables of one of REDACTED, which the program makes: canonical JSON."""
    from pbr.audit import disclosed

    with tempfile.TemporaryDirectory(dir=SHM) as temp:
        return canonical(disclosed.disclosure_of(write(Path(temp) / "folder", folder_of(name)), secret_of(name))).decode()


def disclosure_opening(name: str, document: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"salt": digest("disclosure", name), "document": document or json.loads(disclosure_of(name))}


def payload(number: int, folders: dict[str, Files], keys: Keys, disclosed: dict[str, Any]) -> dict[str, Any]:
    kind, name = STORY[number]
    base: dict[str, Any] = {"format": "pbr-log/1", "origin": ORIGIN, "at": time_text(START + number * STEP), "kind": kind}
    if kind == "contract":
        told = json.loads(folders[name]["manifest.json"])
        rules = [{"rule": one["rule"], "sha256": one["sha256"]} for one in told["rules"]]
        lists = {
            "commissioner": [keys.commissioner.vkey],
            "assessor": [keys.assessor.vkey],
            "approver": [keys.approver.vkey, keys.second.vkey],
            "provider": [keys.provider.vkey],
            "auditor": [keys.auditor.vkey],
        }
        terms = {part: told["contract"][part] for part in ("id", "version", "sha256")} | {"rules": rules}
        return base | {"terms": terms, "keys": lists, "approval": {"approvers": 1, "assessor": "may be one"}}
    base |= {"contract": CONTRACT_OF[name], "commitment": commitment_to(opening_of(number, folders))}
    if kind == "assessment":
        before = HOWS[name].previous
        base |= {
            "submissions": [entry_of(name, "submission")],
            "previous": None if before is None else entry_of(before),
            "disclosure": commitment_to(disclosed[name]) if name in disclosed else digest("tables", number),
        }
    elif kind == "challenge":
        base["assessment"] = entry_of(name)
    elif kind == "approval":
        base |= {"assessment": entry_of(name), "answers": [entry_of(name, "challenge")] if ("challenge", name) in STORY else []}
    return base


@dataclass(frozen=True)
class Tied:
    """The log and what opens its commitments. ``disclosed``: what opens disclosures, by assessment."""

    log: Log
    openings: dict[int, dict[str, Any]]
    disclosed: dict[str, Any]

    @property
    def private(self) -> Files:
        """The files of the log's private side."""
        out = {}
        for number, opening in self.openings.items():
            kept: dict[str, Any] = {"commitment": opening}
            kind, name = STORY[number]
            if kind == "assessment" and name in self.disclosed:
                kept |= {"disclosure": self.disclosed[name], "cells": {"secret": secret_of(name).hex()}}
            out[f"openings/{number}.json"] = canonical(kept)
        return out

    def receipts(self, name: str, redacted: bool = False) -> dict[int, bytes]:
        """The receipts of every entry that concerns an assessment, as far as the log goes. ``redacted``: they open the disclosure alone."""
        concerned = [number for number, (kind, about) in enumerate(STORY) if about == name and kind != "seed"]
        if name in ("q2", "q3"):
            concerned.insert(0, 0)
        held = [number for number in concerned if number < len(self.log.entries)]
        return {number: receipt(self.log, number, self._openings(number, redacted)) for number in held}

    def _openings(self, number: int, redacted: bool) -> dict[str, Any]:
        if redacted:
            return {"disclosure": self.disclosed[STORY[number][1]]} if STORY[number][0] == "assessment" else {}
        return {"commitment": self.openings[number]} if number in self.openings else {}


def tied(
    folders: dict[str, Files],
    *,
    size: int = len(STORY),
    witnessed: bool = True,
    kept: Files | None = None,
    disclosed: dict[str, Any] | None = None,
) -> Tied:
    """The log of these assessments up to ``size`` entries. ``witnessed``: with the witness's signatures, which the adversary cannot make.
    ``disclosed``: openings of disclosures that are not what they were."""
    keys = Keys()
    shown = {name: disclosure_opening(name) for name in REDACTED} | (disclosed or {})
    entries = [envelope(said, signer_of(said, keys, number)) for number in range(size) for said in [payload(number, folders, keys, shown)]]
    cosigned = tuple(each for each in COSIGNED if each <= size) if witnessed else ()
    log = log_of(entries, keys, witnessed=witnessed, cosigned=cosigned, kept=kept)
    return Tied(log, {number: opening_of(number, folders) for number in range(size) if STORY[number][0] != "contract"}, shown)


def every_folder() -> dict[str, Files]:
    return {name: folder_of(name) for name in HOWS}


@lru_cache(maxsize=1)
def sound_log() -> Tied:
    return tied(every_folder())


@cache
def _pack(name: str) -> tuple[tuple[str, bytes], ...]:
    log = sound_log()
    return tuple(pack_of(folder_of(name), log.log.files, log.receipts(name)).items())


def sound_pack(name: str) -> Files:
    return dict(_pack(name))


def key_of_row(file: str, table: Table, row: int) -> str:
    """What a verifier calls a row of a table."""
    record = dict(zip(table.columns, table.rows[row], strict=True))
    if file.startswith("trace/"):
        return " | ".join(str(record[name]) for name in KEYS_OF_TRACE.get(file[6:-8], ()))
    if file in ("payments.parquet", "due.parquet"):
        return f"{record['payment']} {' | '.join(json.loads(record['key']))}".strip()
    return f"row {row + 1}"


def tables_in(folder: Files) -> dict[str, Table]:
    return {name: read_table(data) for name, data in folder.items() if name.endswith(".parquet")}
