"""What redacted packs would show is held against the folder: made-up rows, committed to and signed for, are found by who has the salts, and nobody signs for them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pbr.audit.logged import deciding, recording
from pbr.audit.logged.recording import record
from pbr.cli.main import cli
from pbr.platform.keys import MemoryKeys
from pbr.platform.vkeys import NOTE, SigningKey
from pbr.problem import Refused
from tests.audit.logged_case import ORIGIN, SIGNING, adopted, assess_it, book
from tests.golden import assert_golden

GOLDENS = Path(__file__).parent / "disclosures_compared"
A = Path("a")
HELD = ["--log", "log", "--policy", "policy"]


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), prog_name="pbr")


def made_up(folder: Path, secret: bytes) -> dict[str, Any]:
    """A disclosure of other payments than the folder has."""
    document = made_truly(folder, secret)
    document["tables"]["payments.parquet"]["root"] = "00" * 32
    return document


made_truly = recording.disclosure_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``a``: an assessment. ``log``: it is entry 3 there, with a true disclosure; ``false``: with one that was made up."""
    home = tmp_path_factory.mktemp("disclosed")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        Path("policy").write_text(f"log {SIGNING[ORIGIN].verifier}\nquorum none\n")
        adopted("{approvers: 1}", log="false")
        adopted("{approvers: 1}")
        assess_it("a")
        record(book(), A, "analyst")
        patch.setattr(recording, "disclosure_of", made_up)
        record(book("false"), A, "analyst")
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made, tmp_path / "w")
    monkeypatch.chdir(tmp_path / "w")
    return tmp_path / "w"


def test_rows_that_were_made_up_are_found_by_who_has_the_folder(home: Path) -> None:
    told = run("verify", "a", "--log", "false", "--policy", "policy")
    assert told.exit_code == 3 and told.stdout.splitlines()[0] == "a is broken: 1 difference.", told.output
    found = json.loads(run("verify", "a", "--log", "false", "--policy", "policy", "--json").stdout)["findings"]
    assert [(one["class"], one["entry"], one["file"]) for one in found] == [("anchor", 3, "payments.parquet")]
    with pytest.raises(Refused) as caught:
        deciding.approve(book("false"), A, "clerk", "fine")
    assert_golden(f"{caught.value}\n", GOLDENS / "PBR594.txt")
    assert len(book("false").history.ledger) == 4


def test_the_true_ones_are_compared(home: Path) -> None:
    told = run("verify", "a", *HELD)
    assert told.exit_code == 0 and "was taken again from this folder, and is the one that was logged" in told.stdout, told.output


def test_where_the_salts_are_not_at_hand_it_is_said(home: Path) -> None:
    kept = Path("false.private/openings/3.json")
    openings = json.loads(kept.read_bytes())
    del openings["cells"]
    kept.write_text(json.dumps(openings))
    told = run("verify", "a", "--log", "false", "--policy", "policy")
    assert told.exit_code == 0 and "not compared: the disclosure in entry 3" in told.stdout, told.output
    notes: list[str] = []
    deciding.approve(book("false"), A, "clerk", "fine", again=deciding.Again(note=notes.append))
    assert notes == [
        "not compared: the disclosure in entry 3, from which rows are shown in redacted packs; what its cells were salted with is not here (--private)"
    ]


def test_of_the_same_name_it_is_the_listed_key_that_is_named(home: Path) -> None:
    other = book()
    other._keys = held = MemoryKeys()
    held.keep((SigningKey("clerk", NOTE, b"o" * 32),))
    with pytest.raises(Refused) as caught:
        deciding.approve(other, A, "clerk", "fine", again=None)
    assert str(SIGNING["clerk"].verifier) in str(caught.value) and "PBR574" in str(caught.value)
