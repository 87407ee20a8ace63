"""A folder whose small files are taken into memory: what it reads is what it reads from the files, in the same order, and a damaged file is refused in the same words. Nothing of one folder is left when the next is opened."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pbr.problem import Refused
from pbr.statement import opening
from pbr.statement.at_hand import at_hand
from pbr.statement.opening import open_folder


def kinds(opened: Any) -> dict[str, str]:
    """Of each relation whether it is a view or a table."""
    return dict(opened.trail.select("SELECT table_name, table_type FROM information_schema.tables ORDER BY ALL"))


def contents(opened: Any) -> dict[str, list[Any]]:
    return {name: opened.trail.select(f'SELECT * FROM "{name}"') for name in kinds(opened)}


@pytest.mark.parametrize("run", ["decided", "held", "card"])
def test_the_same_rows_in_the_same_order(runs: Path, run: str) -> None:
    with open_folder(runs / run) as from_files, at_hand([runs / run]) as near, near.opened(runs / run) as in_memory:
        assert set(kinds(from_files).values()) == {"VIEW"}
        assert set(kinds(in_memory).values()) == {"BASE TABLE"}
        assert contents(in_memory) == contents(from_files)


def test_one_after_another_nothing_is_left(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    each = [runs / run for run in ("decided", "card", "held", "held", "decided")]
    monkeypatch.setattr(opening, "SMALL", sorted(path.stat().st_size for path in each[0].rglob("*.parquet"))[0])
    with at_hand(each) as near:
        for folder in each:
            with near.opened(folder) as one, open_folder(folder) as alone:
                assert contents(one) == contents(alone)
                assert one.plan == alone.plan and one.statement == alone.statement and one.name == alone.name
                assert {view: columns for view, columns in one.trail.named.items() if columns} == {
                    view: alone.trail.columns_of(view) for view in kinds(alone)
                }
            assert not kinds(one)


def test_a_plan_of_the_same_bytes_is_read_once(runs: Path, tmp_path: Path) -> None:
    shutil.copytree(runs / "decided", tmp_path / "again")
    with at_hand([runs / "decided", tmp_path / "again", runs / "card"]) as near:
        with near.opened(runs / "decided") as first:
            pass
        with near.opened(tmp_path / "again") as second:
            pass
        with near.opened(runs / "card") as other:
            pass
    assert second.plan is first.plan
    assert other.plan != first.plan


def test_another_folder_cannot_be_opened(runs: Path) -> None:
    with at_hand([runs / "decided"]) as near, pytest.raises(Exception, match="disabled by configuration"), near.opened(runs / "card"):
        raise AssertionError("it was opened")


def test_a_large_file_stays_where_it_is(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = sorted(path.stat().st_size for path in (runs / "decided").rglob("*.parquet"))
    monkeypatch.setattr(opening, "SMALL", sizes[0])
    with open_folder(runs / "decided") as from_files, at_hand([runs / "decided"]) as near, near.opened(runs / "decided") as mixed:
        assert set(kinds(mixed).values()) == {"VIEW", "BASE TABLE"}
        assert contents(mixed) == contents(from_files)


@pytest.mark.parametrize("near", [False, True])
def test_a_damaged_file_is_refused_in_words(runs: Path, tmp_path: Path, near: bool) -> None:
    folder = tmp_path / "run"
    shutil.copytree(runs / "decided", folder)
    (folder / "payments.parquet").write_bytes(b"PAR1 no PAR1")
    with pytest.raises(Refused) as refused:
        if near:
            with at_hand([folder]) as several, several.opened(folder):
                raise AssertionError("it was opened")
        else:
            with open_folder(folder):
                raise AssertionError("it was opened")
    assert [problem.code for problem in refused.value.problems] == ["PBR753"]
