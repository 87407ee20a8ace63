"""The runs that the tests of statements and explanations read, each written once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # hand_made_runs.py and statement_golden.py stand beside the tests

from hand_made_runs import (
    CARD_COUNTS,
    COMPLETE,
    COUNTS,
    card,
    card_lines,
    card_rows,
    doncaster,
    doncaster_lines,
    doncaster_rows,
    write_run,
)


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the runs ``decided``, ``held`` and ``card``."""
    top = tmp_path_factory.mktemp("runs")
    for held in (False, True):
        rows, lines = doncaster_rows(held=held), doncaster_lines(held=held)
        write_run(top / ("held" if held else "decided"), doncaster(), rows, lines, COUNTS, COMPLETE)
    write_run(top / "card", card(), card_rows(), card_lines(), CARD_COUNTS, {})
    return top


@pytest.fixture
def here(runs: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The runs' folder as the working folder, so that texts name the runs alone."""
    monkeypatch.chdir(runs)
    yield runs
