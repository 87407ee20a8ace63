"""A folder whose small files are taken into memory: what it reads is what it reads from the files, in the same order, and a damaged file is refused in the same words."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pbr.problem import Refused
from pbr.statement import opening
from pbr.statement.opening import open_folder


def kinds(opened: Any) -> dict[str, str]:
    """Of each relation whether it is a view or a table."""
    return dict(opened.trail.select("SELECT table_name, table_type FROM information_schema.tables ORDER BY ALL"))


def contents(opened: Any) -> dict[str, list[Any]]:
    return {name: opened.trail.select(f'SELECT * FROM "{name}"') for name in kinds(opened)}


@pytest.mark.parametrize("run", ["decided", "held", "card"])
def test_the_same_rows_in_the_same_order(runs: Path, run: str) -> None:
    with open_folder(runs / run) as from_files, open_folder(runs / run, at_hand=True) as in_memory:
        assert set(kinds(from_files).values()) == {"VIEW"}
        assert set(kinds(in_memory).values()) == {"BASE TABLE"}
        assert contents(in_memory) == contents(from_files)


def test_a_large_file_stays_where_it_is(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = sorted(path.stat().st_size for path in (runs / "decided").rglob("*.parquet"))
    monkeypatch.setattr(opening, "SMALL", sizes[0])
    with open_folder(runs / "decided") as from_files, open_folder(runs / "decided", at_hand=True) as mixed:
        assert set(kinds(mixed).values()) == {"VIEW", "BASE TABLE"}
        assert contents(mixed) == contents(from_files)


@pytest.mark.parametrize("at_hand", [False, True])
def test_a_damaged_file_is_refused_in_words(runs: Path, tmp_path: Path, at_hand: bool) -> None:
    folder = tmp_path / "run"
    shutil.copytree(runs / "decided", folder)
    (folder / "payments.parquet").write_bytes(b"PAR1 no PAR1")
    with pytest.raises(Refused) as refused, open_folder(folder, at_hand=at_hand):
        raise AssertionError("it was opened")
    assert [problem.code for problem in refused.value.problems] == ["PBR753"]
