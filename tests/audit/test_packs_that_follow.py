"""The pack of an assessment that follows another: with the one before it given, everything is compared; without, the answer says which one to give."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pbr.audit.logged import deciding
from pbr.audit.logged.packed import verify_pack
from pbr.audit.logged.recording import Recorder
from pbr.audit.pack import pack
from pbr.audit.pack_check import check_pack
from pbr.cli.main import cli
from pbr.log.policy import read_policy
from pbr.platform.files import RealFiles
from pbr.platform.pseudonyms import PseudonymKey
from tests.audit.logged_case import ORIGIN, SIGNING, adopted, assess_it, book
from tests.audit.test_packs import CLOCK, reseal
from tests.audit.tiny import change_json
from tests.golden import assert_golden

FILES = RealFiles()
GOLDENS = Path(__file__).parent / "pack_words"
POLICY = f"log {SIGNING[ORIGIN].verifier}\nquorum none\n"
CRATE = "data/ro-crate-metadata.json"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``a``: an assessment (entry 3), and ``b``, which follows it (5); both approved. ``pack``: of b; ``earlier``: of a; ``red``: of b, redacted."""
    home = tmp_path_factory.mktemp("pack_words")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        Path("policy").write_text(POLICY)
        adopted("{approvers: 1}")
        assess_it("a", recorder=Recorder(book(), "analyst"))
        deciding.approve(book(), Path("a"), "clerk", "agrees with the invoice")
        assess_it("b", "2022-07-31", previous="a", recorder=Recorder(book(), "analyst"))
        pack(Path("a"), Path("earlier"), log=Path("log"), clock=CLOCK)
        pack(Path("b"), Path("pack"), log=Path("log"), clock=CLOCK)
        pack(Path("b"), Path("red"), log=Path("log"), pseudonyms=PseudonymKey("persons", b"k" * 32), clock=CLOCK)
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made, tmp_path / "w")
    monkeypatch.chdir(tmp_path / "w")
    return tmp_path / "w"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), prog_name="pbr")


def verified(previous: str | None = None, **given: Any) -> Any:
    return verify_pack(Path("pack"), previous=Path(previous) if previous else None, policy=read_policy(POLICY.encode()), **given)


@pytest.mark.parametrize("previous", ["a", "earlier"])
def test_with_the_one_before_it_is_verified(home: Path, previous: str) -> None:
    told = run("verify", "pack", "--policy", "policy", "--previous", previous)
    assert told.exit_code == 0 and told.stdout.startswith("pack is verified, and "), told.output
    assert "it follows the assessment of entry 3" in told.stdout
    assert_golden(told.stdout, GOLDENS / "verified.txt")


def test_without_it_the_answer_says_which_to_give(home: Path) -> None:
    named = json.loads(Path("pack/data/assessment/manifest.json").read_bytes())["previous"]["sha256"]
    told = run("verify", "pack", "--policy", "policy")
    assert told.exit_code == 4 and named in told.stdout and "--previous DIR" in told.stdout, told.output
    assert_golden(told.stdout.replace(named, "<SHA-256>"), GOLDENS / "not-given.txt")


def test_what_opens_the_earlier_entry_is_no_matter_to_the_check_of_the_pack(home: Path) -> None:
    """It stands in the description for machines, which no step reads; of a redacted pack nothing is said of it."""
    for name in ("pack", "red"):
        assert check_pack(Path(name), FILES, policy=read_policy(POLICY.encode())).verdict == "verified"
    assert b"pbr-log/1 opening" in Path("pack", CRATE).read_bytes() and b"opening" not in Path("red", CRATE).read_bytes()
    assert b"pbr-log/1 opening" not in Path("earlier", CRATE).read_bytes()


@pytest.mark.parametrize("name", ["earlier", "pack", "red"])
def test_what_a_newcomer_reads_first(home: Path, name: str) -> None:
    """README.txt of a pack, of one that follows another, and of a redacted one."""
    text = re.sub(r"\b[0-9a-f]{64}\b", "<SHA-256>", Path(name, "data/README.txt").read_text())
    assert_golden(text, GOLDENS / f"README-{name}.txt")


def put_value(value: str) -> None:
    crate = json.loads(Path("pack", CRATE).read_bytes())
    next(one for one in crate["@graph"] if one["@id"] == "#earlier")["value"] = value
    Path("pack", CRATE).write_text(json.dumps(crate))
    reseal(Path("pack"))


def test_an_opening_is_believed_only_where_it_fits(home: Path) -> None:
    """Without it the answer says what is lacking; the pack of the one before shows it too."""
    kept = json.loads(Path("log.private/openings/3.json").read_bytes())["commitment"]
    other = kept | {"document": kept["document"] | {"manifest": "0" * 64}}
    for value in ("", "[]", "{}", '{"entry":3}', json.dumps({"entry": 3, "opening": other}), json.dumps({"entry": 99, "opening": kept})):
        put_value(value)
        found = verified("a")
        assert (found.verdict, found.incomplete) == ("internally consistent", True) and "ask for a pack that shows it" in found.text()
        assert "--private" not in found.text()
    assert verified("earlier").verdict == "verified"
    put_value(json.dumps({"entry": 3, "opening": kept}))
    assert verified("a").verdict == "verified"


def test_another_folder_than_the_one_that_was_logged(home: Path) -> None:
    change_json(Path("a"), "run.json", lambda run: run.update(by="another"))
    found = verified("a")
    assert (found.verdict, found.incomplete) == ("internally consistent", True)
    assert "a, which you gave, is not the folder that entry 3 commits to: its run.json is another file" in found.text()
    shutil.rmtree("a")
    assess_it("a", "2022-05-31")
    assert verified("a").verdict == "broken"
    assert verified("nowhere").verdict == "broken"
