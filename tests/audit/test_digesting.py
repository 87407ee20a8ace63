"""Digests taken beside other work are those taken in turn, and nobody takes one any more when a run has ended, however it ended."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pbr.assessment import assess
from pbr.audit import digesting, layout
from pbr.audit.digest import digest_table
from pbr.problem import Refused
from tests.audit.tiny import DAY, TINY

DATA = [TINY / "people.csv", TINY / "jobs.csv"]


def manifest(out: Path, **more: Any) -> bytes:
    assess(TINY, DATA, DAY, out, **more)
    return (out / layout.MANIFEST).read_bytes()


def working() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "digests"]


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Which thread took which table's digest."""
    seen: list[tuple[str, str]] = []

    def takes(con: Any, path: Path, without: tuple[str, ...] = ()) -> Any:
        seen.append((threading.current_thread().name, path.name))
        return digest_table(con, path, without)

    monkeypatch.setattr(digesting, "digest_table", takes)
    return seen


def test_beside_and_in_turn_are_the_same_to_the_byte(tmp_path: Path, taken: list[tuple[str, str]]) -> None:
    beside = manifest(tmp_path / "beside", threads=2)
    others, tables = {thread for thread, _ in taken}, [table for _, table in taken]
    assert others == {"digests"} and len(tables) == len(set(tables)) > 3
    taken.clear()
    for more in ({"threads": 1}, {"threads": 2, "memory": "200MB"}):
        assert manifest(tmp_path / f"in turn {len(more)}", **more) == beside
    assert "digests" not in {thread for thread, _ in taken} and sorted(set(tables)) == sorted({table for _, table in taken})
    assert working() == []


def test_what_fails_beside_is_taken_again_by_whoever_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(con: Any, path: Path, without: tuple[str, ...] = ()) -> Any:
        if threading.current_thread().name == "digests":
            raise duckdb.OutOfMemoryException("of two queries")
        return digest_table(con, path, without)

    expected = manifest(tmp_path / "in turn", threads=1)
    monkeypatch.setattr(digesting, "digest_table", fails)
    assert manifest(tmp_path / "beside", threads=2) == expected


def test_an_endless_digest_ends_with_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run is refused while a digest is being taken that would never end: nothing of either is left."""
    begun = threading.Event()

    def endless(con: Any, path: Path, without: tuple[str, ...] = ()) -> Any:
        begun.set()
        return con.execute(
            "SELECT count(*) FROM (SELECT md5(CAST(range AS VARCHAR)) AS x FROM range(100000000000)) WHERE x > 'a'"
        ).fetchall()

    def refused(*given: Any) -> None:
        assert begun.wait(30)
        raise Refused([])

    monkeypatch.setattr(digesting, "digest_table", endless)
    monkeypatch.setattr("pbr.assessment.manifest_json", refused)
    with pytest.raises(Refused):
        assess(TINY, DATA, DAY, tmp_path / "out", threads=2)
    assert working() == [] and list(tmp_path.iterdir()) == []
