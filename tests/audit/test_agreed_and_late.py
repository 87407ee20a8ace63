"""A folder held against a log: what was agreed before the data and what after it, and whether the log's words about the contract are the contract's."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pbr.audit.logged import adopting, deciding, drafts
from pbr.audit.logged.reading import verify_with_log
from pbr.audit.logged.recording import Recorder
from pbr.cli.main import cli
from pbr.platform.vkeys import NOTE, SigningKey
from pbr.problem import Refused
from tests.audit.logged_case import ROLES, VKEYS, adopted, assess_it, book, contract, new_log, text_of

LOG = Path("log")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contract (0), people.csv (1), jobs.csv (2), the assessment in the folder ``a`` (3)."""
    home = tmp_path_factory.mktemp("agreed")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        adopted("{approvers: 1}")
        assess_it("a", recorder=Recorder(book(), "analyst"))
    return home


@pytest.fixture
def logged(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made, tmp_path / "w")
    monkeypatch.chdir(tmp_path / "w")
    return tmp_path / "w"


def about(folder: str = "a", word: str = "adopted") -> str:
    found = verify_with_log(Path(folder), LOG, digests_only=True)
    assert found.verdict == "digests only", found.text()
    [said] = [text for text in found.said if word in text]
    assert (said in found.late) is ("AFTER" in said)
    if said in found.late:
        assert found.text().splitlines()[1] == f"  {said[0].upper()}{said[1:]}."
    return said


def test_adopted_before_the_data(logged: Path) -> None:
    assert about().endswith("(entry 0), before the first data was received (entry 1, 1 July 2022, 02:00)")


def test_a_variation_after_the_data_it_is_applied_to(here: Path) -> None:
    """The contract was adopted before the data, and varied after people.csv: neither is said of the other."""
    adopted()
    adopting.vary(book(), contract(text_of("{approvers: 1}")), "town", {})
    assess_it("a", recorder=Recorder(book(), "analyst"))
    assert about().endswith("(entry 0), before the first data was received (entry 1, 1 July 2022, 02:00)")
    assert about(word="varied") == (
        "it was varied (the terms; it takes 1 approver, not 2) by town, 1 July 2022, 03:00 (entry 2), AFTER data that it is applied to had been received: "
        "entry 1, 1 July 2022, 02:00, from agency, under the contract of entry 0 (people.csv)"
    )


def test_a_variation_before_the_data_it_is_applied_to(here: Path) -> None:
    new_log()
    adopting.adopt(book(), contract(text_of()), "town", ROLES)
    adopting.vary(book(), contract(text_of()), "town", {"approver": [VKEYS["clerk"]]})
    assess_it("a", recorder=Recorder(book(), "analyst"))
    assert about(word="varied").endswith("(entry 1), before the data that it is applied to was received")


def test_a_contract_slipped_in_after_the_data(here: Path) -> None:
    """Adopted anew with another price after the provider's file, which is logged once more under it: the file was there before."""
    adopted()
    changed = text_of("{approvers: 2}").replace("£1,000", "£2,000")
    log = book()
    log.append([drafts.contract(contract(changed), ROLES)], log.signer_in("town", "contract", ROLES))
    assess_it("a", recorder=Recorder(book(), "analyst"))
    said = about()
    assert "(entry 2), AFTER data had been received for a contract of its id, or these very files: entry 1," in said
    assert said.endswith("from agency, under the contract of entry 0 (people.csv)")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"approval": {"approvers": 1, "assessor": "may be one"}},
            "takes 1 approver and who ran it may not approve, and entry 0 of the log says 1",
        ),
        (
            {"approval": {"approvers": 2, "assessor": "may not"}},
            "takes 1 approver and who ran it may not approve, and entry 0 of the log says 2",
        ),
        ({"id": "another"}, "the id of its contract is tiny-jobs, and entry 0 of the log says another"),
        ({"version": "9"}, "and entry 0 of the log says 9"),
    ],
)
def test_an_entry_that_says_other_things_than_the_contract(here: Path, change: dict[str, Any], says: str) -> None:
    """The bytes are those that the entry names; what the entry says of them beside is not true."""
    new_log()
    log, loaded = book(), contract(text_of("{approvers: 1, assessor: may not approve}"))
    draft = drafts.contract(loaded, ROLES)
    terms = {name: value for name, value in change.items() if name != "approval"}
    members = {**draft.members, "terms": {**draft.members["terms"], **terms}, "approval": change.get("approval", draft.members["approval"])}
    log.append([drafts.Draft("contract", members)], log.signer_in("town", "contract", ROLES))
    assess_it("a", recorder=Recorder(book(), "analyst"))
    found = verify_with_log(Path("a"), LOG, digests_only=True)
    assert found.verdict == "broken" and [(one.entry, one.file) for one in found.findings] == [(0, "contract/contract.yaml")]
    assert says in found.text()


def test_the_state_is_in_the_first_sentence_and_can_be_asked_for(logged: Path) -> None:
    def run(*more: str) -> tuple[str, int]:
        done = CliRunner().invoke(cli, ["verify", "a", "--log", "log", *more])
        return done.output.splitlines()[0], done.exit_code

    said = "a is internally consistent, and it is "
    first, code = run()
    assert (first.startswith(f"{said}a draft: nobody has approved it. "), code) == (True, 0)
    assert run("--approved")[1] == 4
    deciding.challenge(book(), Path("a"), "agency", "p4 had left by then")
    first, code = run("--approved", "--digests-only")
    assert (first.endswith("It is challenged: nobody has answered entry 4."), code) == (True, 4)
    deciding.approve(book(), Path("a"), "clerk", "agrees with the invoice", [4], again=None)
    first, code = run("--approved")
    assert (first.startswith(f"{said}approved. "), code) == (True, 4)  # nothing from elsewhere vouches for the log
    assert run()[1] == 0
    Path("policy").write_bytes(Path("log/policy").read_bytes() + b"# got from the log's owner, by hand\n")
    first, code = run("--approved", "--policy", "policy")
    assert (first.startswith("a is verified, and it is approved. "), code) == (True, 0)
    assert (
        json.loads(CliRunner().invoke(cli, ["verify", "a", "--log", "log", "--json", "--digests-only"]).output)["agreed_after_the_data"]
        == []
    )
    log = book()
    document = dict(log.opened[3])
    log.append([drafts.assessment(document, {}, 0, [1, 2], 0, None)], log.signer("analyst", "assessment", log.history.newest(0)))
    Path("log.private/openings/6.json").unlink()  # so that the folder is entry 3
    first, code = run("--approved")
    assert (first.startswith(f"{said}superseded: entry 6 took its place, and nothing is paid by it. "), code) == (True, 4)
    assert CliRunner().invoke(cli, ["verify", "a", "--approved"]).exit_code == 2


def test_two_contracts_of_one_id(logged: Path) -> None:
    """Not by mistake; and where it was meant, each assessment under one of them says that there is the other, and which files both were made from."""
    with pytest.raises(Refused) as caught:
        adopting.adopt(book(), contract(text_of("{approvers: 1}") + "# again\n"), "town", ROLES)
    [problem] = caught.value.problems
    assert (problem.code, "adopted in entry 0" in problem.says, "--another" in (problem.hint or "")) == ("PBR588", True, True)
    assert adopting.adopt(book(), contract(text_of("{approvers: 1}") + "# again\n"), "town", ROLES, another=True) == 4
    assess_it("b", recorder=Recorder(book(), "analyst", entry=4))
    found = verify_with_log(Path("b"), LOG, digests_only=True)
    said = "\n".join(found.said)
    assert "the log has 1 other contract of this id, under which the same may have been paid: entry 0, version 1," in said
    assert "files that it was made from had been received under another contract before: entry 1," in said
    assert "the log has 1 other contract of this id" in "\n".join(verify_with_log(Path("a"), LOG, digests_only=True).said)
    lines = CliRunner().invoke(cli, ["log", "list", "log", "--kind", "contract"]).output.splitlines()
    assert "tiny-jobs (entry 0)" in lines[0] and "tiny-jobs (entry 4)" in lines[1]


def test_an_approver_who_was_none_when_it_was_logged(logged: Path) -> None:
    """A second key of whoever ran it is made an approver afterwards, and approves."""
    adopting.vary(book(), contract(text_of("{approvers: 1}")), "town", {"approver": [VKEYS["clerk"], VKEYS["auditor"]]})
    deciding.approve(book(), Path("a"), "auditor", "fine")
    found = verify_with_log(Path("a"), LOG, digests_only=True)
    since = (
        "auditor, 1 July 2022, 06:00 (entry 5), who became an approver by the variation in entry 4, after the assessment was logged: fine"
    )
    assert since in found.text()
    head = ". It is approved, by auditor, an approver only since the variation in entry 4, after the assessment was logged."
    assert head in found.text().splitlines()[0]
    assert found.to_json()["decision"]["approvals"][0]["became_approver_in"] == 4
    told = CliRunner().invoke(cli, ["log", "list", "log", "--kind", "variation"]).stdout.splitlines()
    assert told[1] == "       changed: added as approver: auditor; removed as approver: analyst; removed as approver: mayor"
    # who was one all the time is not said to have become one
    adopting.vary(book(), contract(text_of("{approvers: 1}")), "town", {"approver": ROLES["approver"]})
    deciding.approve(book(), Path("a"), "clerk", "fine too")
    decision = verify_with_log(Path("a"), LOG, digests_only=True).to_json()["decision"]
    assert [one["became_approver_in"] for one in decision["approvals"]] == [4, None]


def test_what_a_variation_changed(here: Path) -> None:
    new_log()
    adopting.adopt(book(), contract(text_of()), "town", ROLES)
    second = SigningKey("agency", NOTE, b"9" * 32)
    adopting.vary(book(), contract(text_of("{approvers: 3, assessor: may not approve}")), "town", {"provider": [str(second.verifier)]})
    entries = json.loads(CliRunner().invoke(cli, ["log", "list", "log", "--json"]).stdout)["entries"]
    assert "changed" not in entries[0] and entries[1]["changed"] == [
        "the terms",
        "it takes 3 approvers, not 1",
        "who ran an assessment may not approve it any more",
        "another key of agency as provider",
    ]


def test_from_whom_its_data_came(logged: Path) -> None:
    """people.csv was handed in by the provider; jobs.csv by nobody but who ran it."""
    found = verify_with_log(Path("a"), LOG, digests_only=True)
    assert (
        "made from what was received in entry 1, 1 July 2022, 02:00, from agency; entry 2, 1 July 2022, 03:00, from analyst" in found.said
    )
    assert "entry 2 was handed in by who ran it: no other key than analyst says that this is what the provider gave" in found.said
    assert [(one["entry"], one["by_who_ran_it"]) for one in found.to_json()["received"]] == [(1, False), (2, True)]
