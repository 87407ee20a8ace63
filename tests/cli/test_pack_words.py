"""``pbr pack`` and ``pbr unpack``: what they say when it goes well and when it does not. The texts stand beside this file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import BinaryIO

import pytest
from click.testing import CliRunner, Result

from pbr.audit.pack import pack
from pbr.audit.unpack import unpack
from pbr.cli.main import cli
from pbr.platform.files import RealFiles
from pbr.problem import Refused
from tests.audit.tiny import bytes_of
from tests.golden import assert_golden

GOLDENS = Path(__file__).parent / "pack"
SAMPLE = Path(__file__).parents[1] / "samples" / "pbr-trail-1"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), prog_name="pbr")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an assessment ``june`` and its pack ``june-pack``."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(SAMPLE, "june")
    pack(Path("june"), Path("june-pack"))
    return tmp_path


def says(result: Result, code: int, golden: str) -> None:
    assert result.exit_code == code, result.output
    assert_golden(result.stdout + result.stderr, GOLDENS / f"{golden}.txt")


def spoil(file: str) -> None:
    Path(file).write_bytes(Path(file).read_bytes()[:-1] + b"?")


def test_it_packs_checks_and_unpacks(here: Path) -> None:
    shutil.rmtree("june-pack")
    packed = run("pack", "june", "--out", "june-pack")
    assert packed.exit_code == 0 and packed.stdout.startswith("Packed 23 files (")
    says(run("unpack", "june-pack", "--check"), 0, "checked")
    says(run("unpack", "june-pack", "--out", "again"), 0, "unpacked")
    assert bytes_of(here / "again") == bytes_of(here / "june")
    assert run("verify", "again").exit_code == 0


def test_json_says_the_same(here: Path) -> None:
    told = json.loads(run("unpack", "june-pack", "--check", "--json").stdout)
    assert (told["verdict"], told["findings"], told["assessments"]) == ("internally consistent", [], [])
    packed = json.loads(run("pack", "june", "--out", "other", "--json").stdout)
    assert packed["receipts"] == [] and packed["files"] == 23


def test_what_is_no_assessment(here: Path) -> None:
    Path("empty").mkdir()
    says(run("pack", "empty", "--out", "out"), 1, "PBR650")


def test_an_assessment_that_was_changed(here: Path) -> None:
    spoil("june/statement.txt")
    says(run("pack", "june", "--out", "out"), 1, "PBR651")
    assert not Path("out").exists()


def test_what_is_no_pack(here: Path) -> None:
    says(run("unpack", "june", "--check"), 1, "PBR653")


def test_a_pack_that_is_broken(here: Path) -> None:
    spoil("june-pack/data/text/payments.txt")
    says(run("unpack", "june-pack", "--check"), 3, "broken")
    says(run("unpack", "june-pack", "--out", "out"), 1, "PBR654")
    assert not Path("out").exists()


def test_one_or_the_other(here: Path) -> None:
    assert run("unpack", "june-pack").exit_code == 2
    assert run("unpack", "june-pack", "--check", "--out", "x").exit_code == 2


class Forgetful(RealFiles):
    """A disk that gives back other bytes than were written, from its ``at``-th reading of a file on."""

    def __init__(self, name: str, at: int) -> None:
        self.name, self.at = name, at

    def open_read(self, path: Path) -> BinaryIO:
        if path.name == self.name:
            self.at -= 1
            if self.at == 0:
                spoil(str(path))
        return super().open_read(path)


@pytest.mark.parametrize(("code", "at"), [("PBR652", 1), ("PBR656", 3)])
def test_bytes_that_change_under_our_hands(here: Path, code: str, at: int) -> None:
    with pytest.raises(Refused) as caught:
        if code == "PBR652":
            pack(Path("june"), Path("out"), files=Forgetful("payments.txt", at))
        else:
            unpack(Path("june-pack"), Path("out"), files=Forgetful("measures.json", at))
    assert_golden(f"{caught.value}\n", GOLDENS / f"{code}.txt")
    assert not Path("out").exists()


def test_a_redacted_pack(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PBR_KEYS", "keys")
    assert run("key", "new", "persons", "--for", "pseudonyms").exit_code == 0
    packed = run("pack", "june", "--out", "red", "--redact", "--key", "persons")
    assert packed.exit_code == 0 and "Redacted" in packed.stdout, packed.output
    says(run("unpack", "red", "--check"), 0, "redacted")
    says(run("unpack", "red", "--out", "out"), 1, "PBR655")
    assert "Pseudonym-Key-Id: " in Path("red/bag-info.txt").read_text()


def test_no_redaction_without_a_key(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PBR_KEYS", "keys")
    assert run("pack", "june", "--out", "red", "--redact").exit_code == 2
    assert run("pack", "june", "--out", "red", "--key", "persons").exit_code == 2
    says(run("pack", "june", "--out", "red", "--redact", "--key", "persons"), 1, "PBR657")
    run("key", "new", "persons", "--for", "pseudonyms")
    says(run("key", "new", "persons", "--for", "pseudonyms"), 1, "PBR659")
    Path("keys/persons.pseudonyms").write_text("0123\n")
    says(run("pack", "june", "--out", "red", "--redact", "--key", "persons"), 1, "PBR658")
    assert not Path("red").exists()
