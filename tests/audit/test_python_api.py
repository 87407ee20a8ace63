"""``pbr.assess`` from Python: paths or DataFrames, with or without a folder, and what it refuses."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import pbr
from pbr.audit import layout
from pbr.audit.verify import verify
from pbr.problem import Refused
from tests.audit.tiny import DAY, TINY, assess_tiny


def test_paths_and_frames_give_the_same(tmp_path: Path) -> None:
    import pandas

    frames = {name: pandas.read_csv(TINY / f"{name}.csv", dtype=str) for name in ("people", "jobs")}
    ours = assess_tiny(tmp_path / "files")
    theirs = assess_tiny(tmp_path / "frames", tables=frames)
    assert theirs.statement == ours.statement
    manifests = [json.loads((made.folder / layout.MANIFEST).read_text()) for made in (ours, theirs)]
    assert manifests[0]["tables"] == manifests[1]["tables"]
    assert sorted(path.name for path in (theirs.folder / "inputs").iterdir()) == ["jobs.csv", "people.csv"]
    assert verify(theirs.folder).state == "internally consistent"


def test_without_a_folder_the_trail_goes_with_the_object() -> None:
    made = pbr.assess(TINY, {"people": TINY / "people.csv", "jobs": str(TINY / "jobs.csv")}, complete_to="2022-06-30")
    folder = made.folder
    assert list(made.payments.columns[:4]) == ["line", "payment", "grain", "key"] and len(made.payments) > 2
    assert made.statement["contract"] == "tiny-jobs" and folder.is_dir()
    del made
    assert not folder.exists()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"complete_to": None}, "PBR713"),
        ({"complete_to": {"people": DAY}}, "PBR713"),
        ({"complete_to": {"people": DAY, "jobs": DAY, "towns": DAY}}, "PBR711"),
        ({"complete_to": "30 June 2022"}, "PBR712"),
        ({"tables": {"towns": TINY / "people.csv"}}, "PBR711"),
        ({"tables": [TINY / "no-such.csv"]}, "PBR714"),
    ],
)
def test_what_is_refused(given: dict[str, Any], code: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        assess_tiny(tmp_path / "out", **given)
    assert code in [problem.code for problem in caught.value.problems]
    assert list(tmp_path.iterdir()) == []


def test_a_day_per_table_and_one_for_the_others(tmp_path: Path) -> None:
    made = assess_tiny(tmp_path / "out", complete_to={"": date(2022, 6, 30), "jobs": "2022-05-31"})
    assert made.statement["complete_to"] == {"people": "2022-06-30", "jobs": "2022-05-31"}
