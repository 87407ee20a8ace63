"""What cannot be put into a log or be decided in it, each with its message. PBR_UPDATE_GOLDEN=1 writes the messages anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pbr.audit.logged import adopting, deciding
from pbr.audit.logged.logbook import open_logbook, vkeys
from pbr.audit.logged.reading import status_in
from pbr.audit.logged.recording import Recorder, record
from pbr.platform.files import RealFiles
from pbr.platform.keys import MemoryKeys
from pbr.problem import Refused
from tests.audit.logged_case import ROLES, VKEYS, adopted, assess_it, book, contract, new_log, text_of
from tests.audit.tiny import CLOCK, TINY, change_json
from tests.golden import assert_golden

GOLDENS = Path(__file__).parent / "logged"
A = Path("a")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("refused")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        adopted("{approvers: 1}")
        assess_it("a", recorder=Recorder(book(), "analyst"))
    return home


@pytest.fixture
def logged(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``log``: the contract (0), people.csv (1), jobs.csv (2), the assessment in the folder ``a`` (3). ``contract.yaml`` is the contract."""
    shutil.copytree(made, tmp_path / "w")
    monkeypatch.chdir(tmp_path / "w")
    return tmp_path / "w"


def another(version: str = "2") -> str:
    return text_of("{approvers: 1}").replace('version: "1"', f'version: "{version}"')


def of_another_id() -> str:
    return text_of().replace("contract: tiny-jobs", "contract: other-jobs")


def ready(text: str, entry: int | None = None, log: str = "log") -> None:
    Recorder(book(log), "analyst", entry).ready(contract(text), "contract.yaml", None)


def varied() -> None:
    adopting.vary(book(), contract(another()), "town", {})


def two_alike() -> None:
    """A second contract of the same bytes: pbr adopts none twice, but a log can hold it."""
    log = book()
    lists = {role: list(keys) for role, keys in ROLES.items()}
    from pbr.audit.logged import drafts

    log.append([drafts.contract(contract(text_of("{approvers: 1}")), lists)], log.signer_in("town", "contract", lists))


def changed(folder: str, name: str = "run.json") -> None:
    change_json(Path(folder), name, lambda run: run.update(by="somebody else"))


def copied(name: str = "b") -> Path:
    shutil.copytree("a", name)
    changed(name)
    return Path(name)


def refusals() -> dict[str, Callable[[], object]]:
    return {
        "PBR570-no-contract": lambda: (new_log("empty"), adopting.receive(book("empty"), [(None, TINY / "jobs.csv")], "agency")),
        "PBR570-not-adopted": lambda: ready(of_another_id()),
        "PBR570-other-text": lambda: ready(another()),
        "PBR570-varied-since": lambda: (varied(), ready(text_of("{approvers: 1}"))),
        "PBR571-two-alike": lambda: (two_alike(), ready(text_of("{approvers: 1}"))),
        "PBR572-no-contract": lambda: ready(text_of("{approvers: 1}"), 2),
        "PBR572-another-id": lambda: adopting.vary(book(), contract(of_another_id()), "town", {}),
        "PBR573-adopted": lambda: adopting.adopt(book(), contract(text_of("{approvers: 1}")), "town", ROLES),
        "PBR573-nothing-varied": lambda: adopting.vary(book(), contract(text_of("{approvers: 1}")), "town", {}),
        "PBR573-received": lambda: adopting.receive(book(), [(None, TINY / "people.csv")], "agency"),
        "PBR573-logged": lambda: record(book(), A, "analyst"),
        "PBR574-not-listed": lambda: deciding.approve(book(), A, "agency", "fine"),
        "PBR574-no-party": lambda: deciding.challenge(book(), A, "pbr.example/tiny", "wrong"),
        "PBR575-changed": lambda: (Path("a/statement.txt").write_text("all is well\n"), deciding.approve(book(), A, "clerk", "fine")),
        "PBR576-other-run": lambda: (changed("a"), deciding.approve(book(), A, "clerk", "fine")),
        "PBR576-not-logged": lambda: (adopted(log="new"), deciding.approve(book("new"), A, "clerk", "fine")),
        "PBR576-not-opened": lambda: (Path("log.private/openings/3.json").unlink(), status_in(A, Path("log"))),
        "PBR577-twice": lambda: [deciding.approve(book(), A, "clerk", "fine") for _ in range(2)],
        "PBR577-challenged-since": lambda: (
            deciding.approve(book(), A, "clerk", "fine"),
            deciding.challenge(book(), A, "agency", "wrong"),
            deciding.approve(book(), A, "clerk", "still fine"),
        ),
        "PBR578-only-one": lambda: deciding.approve(book(), A, "analyst", "I made it"),
        "PBR579-superseded": lambda: (record(book(), copied(), "analyst"), deciding.approve(book(), A, "clerk", "fine")),
        "PBR580-no-challenge": lambda: deciding.approve(book(), A, "clerk", "fine", [2]),
        "PBR580-another-challenge": lambda: (
            deciding.challenge(book(), A, "agency", "wrong"),
            deciding.approve(book(), A, "clerk", "fine", [3]),
        ),
        "PBR581-no-payment": lambda: deciding.challenge(book(), A, "agency", "wrong", "bonos[2020]"),
        "PBR581-no-line": lambda: deciding.challenge(book(), A, "agency", "wrong", "bonus[2022]"),
        "PBR582-no-reason": lambda: deciding.approve(book(), A, "clerk", " "),
        "PBR582-hidden": lambda: deciding.challenge(book(), A, "agency", "not \u202eapproved"),
        "PBR582-too-long": lambda: deciding.challenge(book(), A, "agency", "no! " * 3_000),
        "PBR583-no-key": lambda: vkeys(["nobody.vkey"]),
        "PBR583-another-id": lambda: vkeys([VKEYS["clerk"].replace("clerk", "clark")]),
        "PBR583-no-commissioner": lambda: adopting.adopt(book(), contract(of_another_id()), "town", {}),
        "PBR583-twice": lambda: adopting.adopt(book(), contract(of_another_id()), "town", ROLES | {"auditor": [VKEYS["auditor"]] * 2}),
        "PBR584-follows-none": lambda: (
            shutil.rmtree("log"),
            shutil.rmtree("log.private"),
            adopted("{approvers: 1}"),
            record(book(), A, "analyst", A),
        ),
        "PBR585-not-json": lambda: (Path("log.private/openings/3.json").write_text("{"), status_in(A, Path("log"))),
        "PBR585-of-another": lambda: (shutil.copy("log.private/openings/2.json", "log.private/openings/3.json"), status_in(A, Path("log"))),
        "PBR587-no-log-key": lambda: open_logbook(Path("log"), MemoryKeys(), files=RealFiles(), clock=CLOCK),
        "PBR588-same-id": lambda: adopting.adopt(book(), contract(another()), "town", ROLES),
        "PBR586-moved": lambda: (Path("log.private/openings/1.json").write_text("[]"), Recorder(book(), "analyst").record(copied(), None)),
        "PBR586-disk": lambda: Recorder(book(files=NoRoom()), "analyst").record(copied(), None),
    }


class NoRoom(RealFiles):
    """A disk on which nothing of the log can be written."""

    def write(self, path: Path, data: bytes, *, private: bool = False) -> None:
        raise OSError(28, "No space left on device", str(path))


@pytest.mark.parametrize("name", refusals())
def test_refused(name: str, logged: Path) -> None:
    with pytest.raises(Refused) as caught:
        refusals()[name]()
    assert name[:6] in {problem.code for problem in caught.value.problems}
    assert_golden(f"{caught.value}\n", GOLDENS / f"{name}.txt")


def test_every_golden_has_its_case() -> None:
    assert {path.stem for path in GOLDENS.glob("PBR*.txt")} == set(refusals())


def test_an_assessor_who_may_not_approve(logged: Path) -> None:
    shutil.rmtree("log"), shutil.rmtree("log.private")
    adopted("{approvers: 2, assessor: may not approve}")
    contract(text_of("{approvers: 2, assessor: may not approve}"))
    assess_it("b", recorder=Recorder(book(), "analyst"))
    with pytest.raises(Refused) as caught:
        deciding.approve(book(), Path("b"), "analyst", "I made it")
    assert "may not approve it" in str(caught.value) and caught.value.problems[0].code == "PBR578"


def test_an_approver_may_answer_what_was_challenged_since(logged: Path) -> None:
    deciding.approve(book(), A, "clerk", "fine")
    assert deciding.challenge(book(), A, "agency", "wrong").state == "challenged"
    assert deciding.approve(book(), A, "clerk", "it is not", [5]).state == "approved"


def test_what_others_append_meanwhile_is_taken_into_account(logged: Path) -> None:
    """Two logbooks opened on one log: the second append is made again on what the first has left, or refused where the contract was varied."""
    one, other = book(), book()
    late = [Path(f"late-{number}.csv") for number in range(3)]
    for path in late:
        path.write_text(f"job_id\n{path.stem}\n")
    assert adopting.receive(one, [(None, late[0])], "agency") == 4
    assert adopting.receive(other, [(None, late[1])], "agency") == 5
    adopting.vary(one, contract(another()), "town", {})
    with pytest.raises(Refused) as caught:
        adopting.receive(other, [(None, late[2])], "agency")
    assert "was varied while this was made" in str(caught.value)
