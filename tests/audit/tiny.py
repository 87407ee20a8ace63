"""A small assessment for tests, and an adversary who knows the format and rewrites whatever digests stand in the way."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from pbr.assessment import Assessment, assess
from pbr.audit import layout
from pbr.audit.canonical import canonical, readable
from pbr.audit.digest import digest_table
from pbr.platform.clock import FixedClock
from pbr.platform.files import RealFiles

TINY = Path(__file__).parents[1] / "cli" / "tiny"
DAY = date(2022, 6, 30)
CLOCK = FixedClock(datetime(2022, 7, 1, 9, 30, tzinfo=UTC))


def assess_tiny(out: Path, **more: Any) -> Assessment:
    given: dict[str, Any] = {"tables": [TINY / "people.csv", TINY / "jobs.csv"], "complete_to": DAY, "clock": CLOCK, "who": "tester"}
    return assess(TINY, out=out, **(given | more))


def reseal(folder: Path) -> None:
    """Makes manifest.json and run.json agree with whatever the folder now holds."""
    manifest = json.loads((folder / layout.MANIFEST).read_bytes())
    with duckdb.connect() as con:
        for name in manifest["tables"]:
            manifest["tables"][name] = digest_table(con, folder / name, layout.left_out(name)).to_json()
    for name in manifest["documents"]:
        manifest["documents"][name] = _sha256(folder / name)
    for one in manifest["inputs"]:
        if one["file"]:
            one["sha256"], one["size"] = _sha256(folder / one["file"]), (folder / one["file"]).stat().st_size
    manifest["contract"]["sha256"] = _sha256(folder / layout.CONTRACT)
    (folder / layout.MANIFEST).write_bytes(canonical(manifest))
    reseal_run(folder)


def reseal_run(folder: Path) -> None:
    run = json.loads((folder / layout.RUN).read_bytes())
    there = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.name != layout.RUN)
    run["files"] = {name: {"sha256": _sha256(folder / name), "size": (folder / name).stat().st_size} for name in there}
    (folder / layout.RUN).write_bytes(readable(run))


def change_table(folder: Path, file: str, select: str) -> None:
    """Writes a Parquet file again from ``select``, in which ``this`` is its rows."""
    path = folder / file
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE this AS SELECT * FROM read_parquet('{path}')")
        con.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")


def change_json(folder: Path, file: str, change: Any) -> None:
    value = json.loads((folder / file).read_bytes())
    change(value)
    (folder / file).write_bytes(canonical(value) if file == layout.MANIFEST else readable(value))


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class FailingFiles(RealFiles):
    """Fails at its ``at``-th operation (from 1), and at every later one when ``for_good``. ``done`` counts operations."""

    def __init__(self, at: int = 0, for_good: bool = False) -> None:
        self.at, self.for_good, self.done = at, for_good, 0

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if name.startswith("_") or name in ("at", "for_good", "done") or not callable(value):
            return value
        self.done += 1
        if self.at and (self.done == self.at or (self.for_good and self.done > self.at)):
            raise OSError(28, "No space left on device")
        return value
