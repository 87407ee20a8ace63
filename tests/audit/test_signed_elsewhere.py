"""Entries signed by parties that have not the log's key, and put into it by who has: as they are, or not at all. PBR_UPDATE_GOLDEN=1 writes the messages anew."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pbr.audit.logged import adopting, deciding, drafts
from pbr.audit.logged.logbook import Logbook, Signer, open_logbook
from pbr.audit.logged.reading import status_in, verify_with_log
from pbr.audit.logged.recording import Recorder, record
from pbr.audit.logged.taking import take
from pbr.audit.logged.unlogged import SigningApart, read_unlogged
from pbr.cli.main import cli
from pbr.log.auditing import audit
from pbr.log.creating import create
from pbr.log.receipts import check_receipt
from pbr.platform.clock import FixedClock
from pbr.platform.files import RealFiles
from pbr.platform.keys import MemoryKeys
from pbr.platform.vkeys import NOTE, SigningKey
from pbr.problem import Refused
from tests.audit.logged_case import ROLES, SIGNING, adopted, assess_it, book, contract, keys, new_log, text_of
from tests.audit.tiny import TINY
from tests.golden import assert_golden

GOLDENS = Path(__file__).parent / "signed_elsewhere"
LOG, A, F = Path("log"), Path("a"), Path("signed.json")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("elsewhere")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        adopted("{approvers: 1}")
        assess_it("a", recorder=Recorder(book(), "analyst"))
        book().write_receipt(3, Path("3.tlog-proof"))
        shutil.copytree("log", "stale")  # what a party has: no more than the log, without what is kept beside it
    return home


@pytest.fixture
def here(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``log``: the contract (0), people.csv (1), jobs.csv (2), the assessment in the folder ``a`` (3), whose receipt is 3.tlog-proof; ``stale``: a copy of it."""
    shutil.copytree(made, tmp_path / "w")
    monkeypatch.chdir(tmp_path / "w")
    return tmp_path / "w"


def apart(
    out: Path = F, log: str = "log", late: timedelta = timedelta(0), shown: tuple[Path, ...] = (Path("3.tlog-proof"),)
) -> SigningApart:
    """The log without what is kept beside it, half an hour after its last entry."""
    size = len(book().history.ledger)
    shutil.copytree(log, "copy", dirs_exist_ok=True)
    clock = FixedClock(datetime(2022, 7, 1, tzinfo=UTC) + timedelta(hours=size, minutes=30) + late)
    return SigningApart(Path("copy" if log == "log" else log), keys(), out, shown, Path("nowhere"), RealFiles(), clock)


def taken(path: Path = F) -> int:
    number = take(book(), read_unlogged(path, RealFiles()))
    assert book().holds(number, read_unlogged(path, RealFiles()).data)  # to the last byte as it was signed
    return number


def test_each_kind_is_signed_without_the_logs_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Adopted, varied, received, planted, assessed, challenged and approved: the log's key is used by nobody but who appends."""
    monkeypatch.chdir(tmp_path)
    new_log()
    none = ()
    adopting.adopt(apart(Path("0"), shown=none), contract(text_of()), "town", ROLES)
    assert len(book().history.ledger) == 0 and Path("0").stat().st_mode & 0o77 == 0
    assert taken(Path("0")) == 0
    adopting.vary(apart(Path("1"), shown=none), contract(text_of("{approvers: 1}")), "town", {})
    assert taken(Path("1")) == 1
    adopting.receive(apart(Path("2"), shown=none), [(None, TINY / "people.csv"), (None, TINY / "jobs.csv")], "agency")
    assert taken(Path("2")) == 2
    adopting.plant(apart(Path("3"), shown=none), "auditor", Path("seed.json"))
    assert taken(Path("3")) == 3 and json.loads(Path("3").read_text())["openings"] == {}
    book().write_receipt(2, Path("2.tlog-proof"))
    assess_it("a")
    record(apart(Path("4"), shown=(Path("2.tlog-proof"),)), A, "analyst")
    assert taken(Path("4")) == 4
    book().write_receipt(4, Path("4.tlog-proof"))
    shown = (Path("4.tlog-proof"),)
    deciding.challenge(apart(Path("5"), shown=shown), A, "agency", "p4 had left by then", "job_found[p4]")
    assert taken(Path("5")) == 5
    deciding.approve(apart(Path("6"), shown=shown), A, "clerk", "p4 is held", [5])
    assert status_in(A, LOG).state == "challenged"  # it is signed, and nothing more
    assert taken(Path("6")) == 6
    found = verify_with_log(A, LOG, digests_only=True, policy=LOG / "policy")
    assert found.status is not None and found.status.state == "approved" and found.findings == [] and "p4 had left by then" in found.text()
    assert audit(LOG, RealFiles(), policy=None, kept=None).answer.findings == ()
    kept = json.loads(Path("log.private/openings/4.json").read_text())
    assert set(kept) == {"commitment", "disclosure", "cells"}  # what redacted packs are made with
    book().write_receipt(6, Path("6.tlog-proof"))
    assert not check_receipt(Path("6.tlog-proof").read_bytes())[0].findings


def sign(draft: Callable[[SigningApart], object] = lambda book: deciding.challenge(book, A, "agency", "wrong"), **how: Any) -> None:
    draft(apart(**how))


def edited(edit: Callable[[dict[str, Any]], object]) -> None:
    told = json.loads(F.read_text())
    edit(told)
    F.write_text(json.dumps(told))


def altered(told: dict[str, Any]) -> None:
    """The entry says another thing, under the signature that it had."""
    envelope = json.loads(base64.b64decode(told["entry"]))
    payload = base64.b64decode(envelope["payload"]).replace(b'"assessment":3', b'"assessment":2')
    envelope["payload"] = base64.b64encode(payload).decode()
    told["entry"] = base64.b64encode(json.dumps(envelope, separators=(",", ":"), sort_keys=True).encode()).decode()


def forged(told: dict[str, Any]) -> None:
    envelope = json.loads(base64.b64decode(told["entry"]))
    envelope["signatures"][0]["sig"] = base64.b64encode(bytes(64)).decode()
    told["entry"] = base64.b64encode(json.dumps(envelope, separators=(",", ":"), sort_keys=True).encode()).decode()


def drafted(draft: drafts.Draft, key: str) -> Callable[[SigningApart], object]:
    """What pbr would not sign, and another program does."""
    return lambda book: book.append([draft], Signer(SIGNING[key]))


def varied() -> None:
    adopting.vary(book(), contract(text_of("{approvers: 2}")), "town", {})


def unknown_data(book: SigningApart) -> None:
    shutil.rmtree("log")
    shutil.rmtree("log.private")
    adopted("{approvers: 1}")
    shutil.rmtree("copy")
    record(SigningApart(LOG, keys(), F, (), Path("nowhere"), RealFiles(), FixedClock(datetime(2022, 7, 2, tzinfo=UTC))), A, "analyst")


def refusals() -> dict[str, Callable[[], object]]:
    about = "0" * 64
    return {
        "PBR589-no-file": lambda: taken(Path("nowhere.json")),
        "PBR589-a-pipe": lambda: (os.mkfifo("pipe"), taken(Path("pipe"))),
        "PBR589-another-form": lambda: taken(Path("a/manifest.json")),
        "PBR589-another-reason": lambda: (
            sign(),
            edited(lambda told: told["openings"]["commitment"]["document"].update(reason="right")),
            taken(),
        ),
        "PBR589-unopened": lambda: (sign(), edited(lambda told: told["openings"].clear()), taken()),
        "PBR589-a-seed-opened": lambda: (
            sign(lambda book: adopting.plant(book, "auditor", Path("seed.json"))),
            edited(lambda told: told["openings"].update(commitment=json.loads(Path("seed.json").read_text()))),
            taken(),
        ),
        "PBR596-altered": lambda: (sign(), edited(altered), taken()),
        "PBR596-forged": lambda: (sign(), edited(forged), taken()),
        "PBR596-not-listed": lambda: (sign(drafted(drafts.approval(about, "x", 0, 3, []), "agency")), taken()),
        "PBR596-another-log": lambda: (sign(), take(other(), read_unlogged(F, RealFiles()))),
        "PBR597-meanwhile": lambda: (sign(), deciding.challenge(book(), A, "clerk", "wrong"), taken()),
        "PBR597-old": lambda: (sign(), take(late(), read_unlogged(F, RealFiles()))),
        "PBR597-ahead": lambda: (sign(late=timedelta(hours=3)), taken()),
        "PBR597-clock": lambda: sign(late=timedelta(hours=-2)),
        "PBR598-data": lambda: sign(unknown_data),
        "PBR570-varied": lambda: (varied(), sign(log="stale"), taken()),
        "PBR573-twice": lambda: (sign(), taken(), taken()),
        "PBR573-received": lambda: (
            sign(drafted(drafts.submission([json.loads(Path("log.private/openings/1.json").read_text())["commitment"]["document"]["files"][0]], 0), "agency")),
            taken(),
        ),
        "PBR576-another-folder": lambda: (sign(drafted(drafts.challenge(about, "x", 0, 3, None), "agency")), taken()),
        "PBR576-not-here": lambda: (sign(), Path("log.private/openings/3.json").unlink(), taken()),
        "PBR577-approved": lambda: (
            deciding.approve(book(), A, "clerk", "fine"),
            sign(lambda book: deciding.approve(book, A, "clerk", "fine"), log="stale"),
            taken(),
        ),
        "PBR578-who-ran-it": lambda: (
            sign(drafted(drafts.approval(json.loads(Path("log.private/openings/3.json").read_text())["commitment"]["document"]["manifest"], "x", 0, 3, []), "analyst")),
            taken(),
        ),
        "PBR582-no-reason": lambda: (sign(drafted(drafts.challenge(about, " ", 0, 3, None), "agency")), taken()),
        "PBR585-no-receipt": lambda: sign(shown=(Path("a/manifest.json"),)),
        "PBR585-of-another-log": lambda: (other(), sign(log="other")),
        "PBR588-same-id": lambda: (sign(lambda book: adopting.adopt(book, contract(text_of("{approvers: 2}")), "town", ROLES, True)), taken()),
        "PBR601-taken": lambda: (F.write_text("mine"), sign()),
    }  # fmt: skip


def other() -> Logbook:
    """Another log, with nothing in it."""
    key = SigningKey("pbr.example/other", NOTE, b"o" * 32)
    clock, held = FixedClock(datetime(2022, 7, 1, tzinfo=UTC)), MemoryKeys()
    held.keep((key,))
    create(Path("other"), files=RealFiles(), clock=clock, keys=(key,))
    return open_logbook(Path("other"), held, files=RealFiles(), clock=clock)


def late() -> Logbook:
    """The log a day later."""
    return open_logbook(LOG, keys(), files=RealFiles(), clock=FixedClock(datetime(2022, 7, 2, 4, tzinfo=UTC)))


@pytest.mark.parametrize("name", refusals())
def test_refused(name: str, here: Path) -> None:
    with pytest.raises(Refused) as caught:
        refusals()[name]()
    assert {problem.code for problem in caught.value.problems} == {name[:6]}
    assert_golden(f"{caught.value}\n", GOLDENS / f"{name}.txt")


def test_every_golden_has_its_case() -> None:
    assert {path.stem for path in GOLDENS.glob("*.txt")} == set(refusals())


def test_two_signed_before_either_was_appended(here: Path) -> None:
    """In the order in which they were signed both are taken; the first after the second is not."""
    deciding.challenge(apart(Path("1"), late=timedelta(minutes=-2)), A, "agency", "p4 had left by then")
    deciding.challenge(apart(Path("2")), A, "auditor", "p5 too")
    assert [taken(Path("1")), taken(Path("2"))] == [4, 5]
    assert audit(LOG, RealFiles(), policy=None, kept=None).answer.findings == ()


def test_what_others_append_meanwhile(here: Path) -> None:
    """The logbook was read before somebody else appended: it reads on, and then refuses."""
    one = book()
    sign()
    deciding.challenge(book(), A, "clerk", "wrong")
    with pytest.raises(Refused, match="which is later, was appended meanwhile"):
        take(one, read_unlogged(F, RealFiles()))


def test_the_ledger_is_as_it_was_after_a_trial(here: Path) -> None:
    sign(lambda book: adopting.vary(book, contract(text_of("{approvers: 2}")), "town", {}))
    ledger, data = book().history.ledger, read_unlogged(F, RealFiles()).data
    for _ in range(2):
        assert ledger.trial(data) is None and len(ledger) == len(ledger.times) == 4
    assert ledger.look(data) is None and ledger.get(0) is not None


def test_as_a_person_types_it(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PBR_KEYS", "keys")

    def run(*words: object) -> Any:
        return CliRunner().invoke(cli, [str(word) for word in words], prog_name="pbr")

    assert run("key", "new", "city", "--for", "log").exit_code == 0
    for name in ("town", "agency"):
        assert run("key", "new", name, "--keys", "theirs").exit_code == 0
    assert run("log", "init", "new", "--origin", "city").exit_code == 0
    who = ("--commissioner", "theirs/town.vkey", "--provider", "theirs/agency.vkey", "--key", "town", "--keys", "theirs")
    told = run("log", "append", "new", "contract", "contract.yaml", *who, "--unlogged", "adopted.json")
    assert told.exit_code == 0 and told.stdout.startswith("Signed, and NOT in the log yet: adopted.json, a contract by town, 20"), (
        told.output
    )
    assert "PBR560" in run("log", "append", "new", "contract", "contract.yaml", *who, "--unlogged", "2.json", "--keys", "keys").stderr
    assert run("log", "append", "new", "contract", "contract.yaml", *who).exit_code == 1  # the log's key is not theirs
    done = run("log", "append", "new", "entry", "adopted.json", "--receipt", "0.tlog-proof")
    assert done.exit_code == 0 and "is entry 0 of new.\nThe receipt is 0.tlog-proof" in done.stdout and done.stderr == ""
    data = ("log", "append", "new", "submission", TINY / "people.csv", "--key", "agency", "--keys", "theirs", "--unlogged")
    assert json.loads(run(*data, "1.json", "--json").stdout)["logged"] is False
    assert run(*data, "2.json", "--receipt", "2.tlog-proof").exit_code == 2
    assert json.loads(run("log", "append", "new", "entry", "1.json", "--json").stdout) == {"entry": 1, "receipt": None}
    assert run("challenge", "a", "--log", "log", "--key", "agency", "--reason", "x", "--opened", "3.tlog-proof").exit_code == 2
    apart_too = ("--key", "agency", "--keys", "theirs", "--reason", "x", "--opened", "3.tlog-proof", "--unlogged", "c.json")
    assert "PBR574" in run("challenge", "a", "--log", "stale", *apart_too).stderr  # another key of that name
