"""The last two files of a trail: manifest.json, which is the result's identity, and run.json, which is about the run."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pbr import __version__
from pbr.audit import layout
from pbr.audit.canonical import canonical, readable
from pbr.audit.digesting import Digests
from pbr.audit.due import Before
from pbr.audit.results import Results, days_text
from pbr.plan.plan import Plan
from pbr.platform.files import Files
from pbr.submission.accepted import Accepted
from pbr.submission.controltotals import Controls
from pbr.terms.loading import Loaded

CHUNK = 1 << 20


@dataclass(frozen=True)
class Stored:
    """An input of the assessment. ``name``: the file's own name. ``table``: the table it was given for, or None where its name or the
    layout says it. ``file``: where its bytes stand in the folder; None: by reference. ``sha256`` and ``size`` in bytes. ``frame``: it was a
    DataFrame, so what a layout says of a file is not about it."""

    name: str
    table: str | None
    file: str | None
    sha256: str
    size: int
    frame: bool = False

    def to_json(self) -> dict[str, Any]:
        told = {"name": self.name, "table": self.table, "file": self.file, "sha256": self.sha256, "size": self.size}
        return told | ({"frame": True} if self.frame else {})


@dataclass(frozen=True)
class About:
    """What run.json says and the result does not depend on. ``timings``: milliseconds."""

    who: str
    started: str
    ended: str
    machine: dict[str, Any]
    timings: dict[str, int]


def manifest_json(
    loaded: Loaded,
    plan: Plan,
    accepted: Accepted,
    results: Results,
    inputs: list[Stored],
    controls: Controls,
    folder: Path,
    files: Files,
    before: Before | None = None,
    digests: Digests | None = None,
) -> dict[str, Any]:
    """manifest.json: a pure function of contract, rules, inputs, days, control totals, what was paid ``before`` and engine version. Reads back the
    files it names. ``digests``: of the tables, where they are taken already; None: they are taken now."""
    digests = digests or Digests(accepted.con, folder, False)
    totals = {table: dict(each) for table, each in controls.items() if each}
    return {
        "format": layout.FORMAT,
        "engine": {"name": "pbr", "version": __version__},
        "contract": {"id": plan.contract, "version": plan.version, "sha256": digest_file(folder / layout.CONTRACT, files)[0]},
        "rules": rules_json(loaded),
        "plan": {"format": plan.format, "sha256": plan.digest},
        "complete_to": days_text(accepted.complete_to),
        **({"control_totals": totals} if totals else {}),
        **({"previous": before.told and {"sha256": before.told["sha256"]}} if before is not None else {}),
        "inputs": [stored.to_json() for stored in inputs],
        "rows": results.counts,
        "tables": {file: digests.of(file).to_json() for file in layout.tables(plan, before is not None)},
        "documents": {file: digest_file(folder / file, files)[0] for file in layout.DOCUMENTS},
    }


def rules_json(loaded: Loaded) -> list[dict[str, Any]]:
    """The rules that the contract uses, by name, with the digests of their files."""
    return [{"rule": rule.name, "file": layout.rule_file(rule.name), "sha256": rule.source.sha256} for rule in loaded.rules]


def seal(manifest: dict[str, Any], about: About, folder: Path, files: Files) -> None:
    """Write manifest.json, then run.json with the digest of every other file of the folder."""
    files.write_atomic(folder / layout.MANIFEST, canonical(manifest))
    run = {
        "format": layout.FORMAT,
        "by": about.who,
        "started": about.started,
        "ended": about.ended,
        "machine": about.machine,
        "milliseconds": about.timings,
        "files": {
            name: dict(zip(("sha256", "size"), digest_file(folder / name, files), strict=True)) for name in files_below(folder, files)
        },
    }
    files.write_atomic(folder / layout.RUN, readable(run))


def files_below(folder: Path, files: Files) -> list[str]:
    """Every file below ``folder``, as a path with slashes, sorted. A link counts as a file: it is never followed."""
    out: list[str] = []
    waiting = [folder]
    while waiting:
        for path in files.list(waiting.pop()):
            if files.is_folder(path):
                waiting.append(path)
            else:
                out.append(path.relative_to(folder).as_posix())
    return sorted(out)


def digest_file(path: Path, files: Files) -> tuple[str, int]:
    """SHA-256, hexadecimal, and size in bytes."""
    digest, size = hashlib.sha256(), 0
    with files.open_read(path) as source:
        while data := source.read(CHUNK):
            digest.update(data)
            size += len(data)
    return digest.hexdigest(), size
