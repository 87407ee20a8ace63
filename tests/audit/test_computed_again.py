"""A sum that was raised, and everything around it made to agree, in the log too: found where everything is computed again, in a pack and before an approval."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pbr import __version__
from pbr.audit import layout
from pbr.audit.canonical import canonical
from pbr.audit.logged import deciding
from pbr.audit.logged.adopting import receive
from pbr.audit.logged.packed import verify_pack
from pbr.audit.logged.recomputing import Again
from pbr.audit.logged.recording import Recorder, record
from pbr.audit.logged.seeds import seed_for
from pbr.audit.pack import pack
from pbr.cli.main import cli
from pbr.log.policy import read_policy
from pbr.problem import Refused
from tests.audit.logged_case import ORIGIN, SIGNING, adopted, assess_it, book
from tests.audit.test_packs import CLOCK
from tests.audit.tiny import TINY, change_json, reseal, reseal_run
from tests.golden import assert_golden

GOLDENS = Path(__file__).parent / "computed_again"
POLICY = f"log {SIGNING[ORIGIN].verifier}\nquorum none\n"
A = Path("a")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``log``: the contract (0), people.csv (1), jobs.csv (2), and the assessment ``a`` (3), whose sum is more than its data give. ``b``: what truly follows.
    ``pack``, ``true``: the packs of both; ``true-log``: the log that has ``b`` in place of ``a``."""
    home = tmp_path_factory.mktemp("raised")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        Path("policy").write_text(POLICY)
        adopted("{approvers: 1}", log="true-log")
        assess_it("b", recorder=Recorder(book("true-log"), "analyst"))
        deciding.approve(book("true-log"), Path("b"), "clerk", "agrees with the invoice")
        adopted("{approvers: 1}")
        assess_it("a")
        held = next(one["file"] for one in json.loads((A / layout.MANIFEST).read_bytes())["inputs"] if "jobs" in one["name"])
        # in the data that it is said to be made from p1 began a year later, too late to be paid for
        (A / held).write_text((TINY / "jobs.csv").read_text().replace("j1,p1,2020-03-01", "j1,p1,2021-03-01"))
        reseal(A)
        record(book(), A, "analyst")
        pack(A, Path("pack"), log=Path("log"), clock=CLOCK)
        pack(Path("b"), Path("true"), log=Path("true-log"), clock=CLOCK)
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made, tmp_path / "w")
    monkeypatch.chdir(tmp_path / "w")
    return tmp_path / "w"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), prog_name="pbr")


def test_a_raised_sum_in_a_pack_is_found(home: Path) -> None:
    assert run("unpack", "pack", "--check", "--policy", "policy").stdout.startswith("pack: verified")
    told = run("verify", "pack", "--policy", "policy")
    assert told.exit_code == 3 and told.stdout.startswith("pack is broken: "), told.output
    found = json.loads(run("verify", "pack", "--policy", "policy", "--json").stdout)
    assert (found["verdict"], found["pack_verdict"], found["findings"]) == ("broken", "verified", [])
    places = [(one["file"], one.get("key"), one.get("column")) for one in found["computed_again"]["differences"]]
    assert ("trace/people.parquet", "p1", "in_work") in places and ("trace/people.parquet", "p1", "job_found") in places, places
    assert "data/assessment/trace/people.parquet, p1, in_work: " in told.stdout


def test_a_pack_that_follows_is_verified(home: Path) -> None:
    told = run("verify", "true", "--policy", "policy")
    first, second, *rest = told.stdout.splitlines()
    assert told.exit_code == 0 and first.startswith("true is verified, and it is approved. Every value in it follows"), told.output
    assert second.startswith("  its state: approved: entry 3 of the log, by analyst"), told.output
    text = "\n".join(rest)
    assert "the contract was adopted by town" in text and "made from what was received in entry 1, " in text, text
    assert run("verify", "true").exit_code == 0 and "internally consistent" in run("verify", "true").stdout.splitlines()[0]


def test_without_computing_again_it_says_so(home: Path) -> None:
    told = run("verify", "true", "--policy", "policy", "--digests-only")
    assert told.exit_code == 4 and "verified" not in told.stdout and "nothing was computed again" in told.stdout
    assert json.loads(run("verify", "true", "--digests-only", "--json").stdout)["computed_again"] is None


def test_a_pack_with_nothing_to_compute_is_broken_and_no_traceback(home: Path) -> None:
    shutil.rmtree("true/data/assessment")
    found = verify_pack(Path("true"), policy=read_policy(POLICY.encode()))
    assert found.verdict == "broken" and "nothing was computed again" in found.text()


def test_nobody_signs_for_what_does_not_come_out(home: Path) -> None:
    with pytest.raises(Refused) as caught:
        deciding.approve(book(), A, "clerk", "fine")
    assert "payments.parquet" in str(caught.value) or "trace/" in str(caught.value)
    assert_golden(f"{caught.value}\n", GOLDENS / "PBR594-raised.txt")
    assert len(book().history.ledger) == 4
    assert deciding.challenge(book(), A, "agency", "p3 found no job").state == "challenged"
    assert deciding.approve(book(), A, "clerk", "looked at elsewhere", [4], None).state == "approved"


def test_nobody_signs_for_what_cannot_be_computed_again(home: Path) -> None:
    def by_another(text: str) -> None:
        folder = Path("b")
        manifest = json.loads((folder / layout.MANIFEST).read_bytes())
        manifest["engine"]["version"] = text
        (folder / layout.MANIFEST).write_bytes(canonical(manifest))
        reseal_run(folder)

    by_another("99.0.0")
    record(book("true-log"), Path("b"), "analyst")
    with pytest.raises(Refused) as caught:
        deciding.approve(book("true-log"), Path("b"), "clerk", "fine", again=Again())
    assert_golden(f"{caught.value}\n".replace(__version__, "of this program"), GOLDENS / "PBR595-version.txt")


def test_a_challenge_is_not_shed_by_assessing_again(home: Path) -> None:
    """The receipts of what was replaced, of its challenge, and of what was received and not used, are in the pack of what took its place."""
    log = "true-log"
    deciding.challenge(book(log), Path("b"), "agency", "p4 had left by then")
    Path("more.csv").write_text("job_id,person_id,began_on\nj9,p3,2020-03-01\n")
    receive(book(log), [(None, Path("more.csv"))], "agency")
    shutil.copytree("b", "c")
    change_json(Path("c"), layout.RUN, lambda run: run.update(by="somebody else"))
    record(book(log), Path("c"), "analyst")
    pack(Path("c"), Path("c-pack"), log=Path(log), clock=CLOCK)
    found = verify_pack(Path("c-pack"), policy=read_policy(POLICY.encode()))
    assert (found.verdict, found.checked.entry, found.tied and found.tied.lacking) == ("verified", 7, "")
    assert sorted(found.checked.receipts) == list(range(8))
    assert {number for number, one in found.checked.receipts.items() if one.openings} == {1, 2, 4, 5, 6, 7}
    readme = Path("c-pack/data/README.txt").read_text()
    for says in ("assessed before; this one takes its place", "that earlier one challenged", "data received and not used"):
        assert f"{says}: data/receipts/" in readme
    assert "it took the place of entry 3, whose challenge in entry 5 nobody answered" in found.text()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_at_once(home: Path) -> None:
    os.mkfifo("pipe")
    for words in (["log", "audit", "true-log"], ["verify", "true"], ["unpack", "true", "--check"]):
        told = run(*words, "--policy", "pipe")
        assert told.exit_code == 1 and "PBR531" in told.stderr and "a pipe or a device" in told.stderr, told.output
    assert "PBR532" in run("log", "audit", "true-log", "--kept", "pipe").stderr
    assert "PBR536" in run("log", "cosign", "true-log", "pipe").stderr
    with pytest.raises(Refused, match="PBR592"):
        seed_for(Path("b"), None, "pipe")
    assert run("verify", "pipe").exit_code in (1, 2)
    os.mkfifo("true/data/x")
    assert ": it is a pipe" in run("verify", "true").stdout or "a pipe" in run("verify", "true").stdout
