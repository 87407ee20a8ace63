"""Packs with a log and its receipts: what ties the payments to what was logged, and what is found when a tie is false."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pbr.audit.logged import deciding
from pbr.audit.logged.recording import Recorder
from pbr.audit.pack import pack
from pbr.audit.pack_check import check_pack
from pbr.audit.pack_words import summary
from pbr.log.auditing import audit
from pbr.log.kept import read_kept
from pbr.log.policy import read_policy
from pbr.log.receipts import make_receipt
from pbr.platform.files import RealFiles
from pbr.platform.pseudonyms import PseudonymKey
from pbr.platform.vkeys import COSIGNATURE, SigningKey
from pbr.problem import Refused
from tests.audit.logged_case import ORIGIN, SIGNING, adopted, assess_it, book
from tests.audit.test_packs import CLOCK, reseal
from tests.golden import assert_golden

FILES = RealFiles()
GOLDENS = Path(__file__).parents[1] / "cli" / "pack"
KEY = PseudonymKey("persons", b"k" * 32)
POLICY = f"log {SIGNING[ORIGIN].verifier}\nquorum none\n".encode()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``log``: contract (0), people.csv (1), jobs.csv (2), the assessment ``a`` (3), a challenge (4), an approval (5). ``pack`` and ``red``:
    its packs. ``kept``: what was kept of the log. ``b``: an assessment that was not logged."""
    home = tmp_path_factory.mktemp("packs")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        adopted("{approvers: 1}")
        assess_it("a", recorder=Recorder(book(), "analyst"))
        deciding.challenge(book(), Path("a"), "agency", "p4 had left by then", "job_found[p4]")
        deciding.approve(book(), Path("a"), "clerk", "agrees with the invoice", [4])
        audit(Path("log"), FILES, policy=read_policy(POLICY), kept=Path("kept"))
        assess_it("b", "2022-07-31")
        for name, key in (("pack", None), ("red", KEY)):
            pack(Path("a"), Path(name), log=Path("log"), pseudonyms=key, clock=CLOCK)
    return home


@pytest.fixture
def copies(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copies of all of it, as the folder that one stands in."""
    shutil.copytree(home, tmp_path / "w")
    monkeypatch.chdir(tmp_path / "w")
    return tmp_path / "w"


def found(name: str, **given: Any) -> tuple[str, list[tuple[Any, ...]]]:
    checked = check_pack(Path(name), FILES, **given)
    return checked.verdict, [(one.kind, one.entry, one.file) for one in checked.findings]


def test_what_vouches_for_a_pack(copies: Path) -> None:
    for name in ("pack", "red"):
        assert found(name) == ("internally consistent", [])
        assert found(name, policy=read_policy(POLICY)) == ("verified", [])
        assert found(name, kept=read_kept(Path("kept"), FILES)) == ("verified", [])  # by the policy that was kept
        assert found(name, kept=replace(read_kept(Path("kept"), FILES), policy=None)) == ("internally consistent", [])
        checked = check_pack(Path(name), FILES, policy=read_policy(POLICY))
        assert checked.assessments == [{"entry": 3, "state": "approved"}] and checked.to_json()["origin"] == ORIGIN
        assert (checked.to_json()["assessment"], checked.to_json()["witnessed"]) == ({"entry": 3, "state": "approved"}, 6)
        assert summary(Path(name), checked, FILES).startswith(f"{name}: verified; its assessment, entry 3 of the log, is approved")
    assert json.loads(Path("pack/data/pack.json").read_bytes())["receipts"] == [0, 1, 2, 3, 4, 5]
    readme = Path("pack/data/README.txt").read_text()
    assert "approved: data/receipts/5.tlog-proof" in readme and "contract adopted: data/receipts/0.tlog-proof" in readme


def lacking(name: str, says: str, **given: Any) -> dict[str, Any]:
    """What is said of a pack in which nothing is wrong, and yet it is not verified: one thing is lacking."""
    reseal(Path(name))
    checked = check_pack(Path(name), FILES, **{"policy": read_policy(POLICY), **given})
    assert (checked.verdict, checked.findings) == ("internally consistent", ())
    assert says in checked.notes[0] and not any("says whose" in note for note in checked.notes) and checked.anchors == ()
    return checked.to_json()


def test_what_is_lacking_for_a_pack_to_be_verified(copies: Path) -> None:
    """The log in it, a witness who has seen the assessment's entry, its receipt, and the receipts of what it was made from."""
    told = Path("pack/data/pack.json").read_bytes()
    for name in ("pack", "red"):
        key = SigningKey("auditor", COSIGNATURE, b"w" * 32)
        policy = read_policy(POLICY.replace(b"quorum none", f"witness W {key.verifier}\nquorum W".encode()))
        answer = lacking(name, "not witnessed yet from entry 0 on", policy=policy)
        assert (answer["assessment"], answer["witnessed"]) == ({"entry": 3, "state": "approved"}, 0)
    put(2, lambda: receipt(2, names=()))(Path("pack"))
    lacking("pack", "no opened receipt shows that these inputs were received: jobs.csv")
    put(2, lambda: receipt(2))(Path("pack"))
    put(3, lambda: receipt(3, names=()))(Path("pack"))
    assert lacking("pack", "no receipt ties the assessment to a log")["assessment"] is None
    put(3, lambda: receipt(3))(Path("pack"))
    shutil.rmtree("pack/data/log")
    Path("pack/data/pack.json").write_bytes(told.replace(b'"log":true', b'"log":false'))
    answer = lacking("pack", "the log is not in the pack")
    assert (answer["assessment"], answer["witnessed"], answer["assessments"]) == ({"entry": 3, "state": None}, None, [])


def test_the_policy_of_another_does_not(copies: Path) -> None:
    policy = read_policy(f"log {SIGNING['town'].verifier}\nquorum none\n".encode())
    verdict, wrong = found("pack", policy=policy)
    assert (
        verdict == "broken"
        and ("unsigned", None, "data/receipts/3.tlog-proof") in wrong
        and ("unsigned", None, "data/log/checkpoint") in wrong
    )


def test_a_redacted_pack_opens_nothing_but_the_tables(copies: Path) -> None:
    data = b"".join(path.read_bytes() for path in Path("red").rglob("*") if path.is_file())
    for said in (b"p4 had left", b"agrees with the invoice", b"people.csv"):
        assert said not in data
    assert b"p4" not in Path("red/data/redacted/trace/people.jsonl").read_bytes()


def receipt(number: int, log: str = "log", **openings: Any) -> bytes:
    kept = json.loads(Path(f"{log}.private/openings/{number}.json").read_bytes()) if number else {}
    shown = {name: kept[name] for name in openings.pop("names", ("commitment",)) if name in kept}
    return bytes(make_receipt(Path(log), number, shown, FILES))


def another_manifest(folder: Path) -> None:
    """The assessment ``b`` in place of ``a``, with everything that a bag has made again."""
    shutil.rmtree("b-pack", ignore_errors=True)
    pack(Path("b"), Path("b-pack"), clock=CLOCK)
    for place in ("assessment", "text"):
        shutil.rmtree(folder / "data" / place)
        shutil.copytree(Path("b-pack/data") / place, folder / "data" / place)


def put(number: int, data: Callable[[], bytes]) -> Callable[[Path], Any]:
    return lambda folder: (folder / f"data/receipts/{number}.tlog-proof").write_bytes(data())


CHANGES: list[tuple[str, Callable[[Path], Any], list[tuple[Any, ...]]]] = [
    # the folder of another assessment: its receipt and the approval say so, and a file of jobs.csv is still an input
    ("pack", another_manifest, [("anchor", 3, None), ("anchor", 4, None), ("anchor", 5, None)]),
    ("pack", put(3, lambda: receipt(2)), [("receipt", None, "data/receipts/3.tlog-proof")]),
    ("pack", put(3, lambda: receipt(3)[:-20]), [("receipt", None, "data/receipts/3.tlog-proof")]),
    ("pack", put(3, lambda: b"x" * 300_000), [("receipt", None, "data/receipts/3.tlog-proof")]),
    ("pack", lambda folder: (folder / "data/receipts/4.tlog-proof").unlink(), [("pack", None, "data/pack.json")]),
    ("pack", lambda folder: (folder / "data/log/tile/0/000.p/6").unlink(), [("file", None, "data/log/tile/0/000.p/6")]),
    ("pack", lambda folder: shutil.rmtree(folder / "data/log"), [("pack", None, "data/pack.json")]),
    ("red", lambda folder: (folder / "data/redacted/contract.yaml").write_text("x"), [("assessment", None, "data/redacted/contract.yaml"), ("anchor", 0, None)]),
    ("red", lambda folder: (folder / "data/redacted/rules").mkdir() or (folder / "data/redacted/rules/x.yaml").write_text("x"), [("anchor", 0, None)]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "expected"), CHANGES)
def test_a_false_tie_is_found(copies: Path, name: str, change: Callable[[Path], Any], expected: list[tuple[Any, ...]]) -> None:
    change(Path(name))
    reseal(Path(name))
    assert found(name) == ("broken", expected)


def test_rows_of_another_disclosure_are_found(copies: Path) -> None:
    """Every root and digest made again, for rows that were never logged."""
    pack(Path("a"), Path("other"), pseudonyms=KEY, random=lambda count: b"o" * count, clock=CLOCK)
    shutil.rmtree("red/data/redacted")
    shutil.copytree("other/data/redacted", "red/data/redacted")
    reseal(Path("red"))
    assert found("red") == ("broken", [("anchor", 3, None)])


def test_what_the_log_does_not_hold_is_not_packed_with_it(copies: Path) -> None:
    def refused(code: str, **given: Any) -> None:
        with pytest.raises(Refused) as caught:
            pack(given.pop("folder", Path("a")), Path("out"), log=Path("log"), **given)
        assert caught.value.problems[0].code == code and not Path("out").exists()
        assert_golden(f"{caught.value}\n", GOLDENS / f"{code}.txt")

    refused("PBR660", folder=Path("b"))
    refused("PBR660", private=Path("nowhere"))
    opening = Path("log.private/openings/3.json")
    kept = json.loads(opening.read_bytes())
    opening.write_text(json.dumps({name: kept[name] for name in ("commitment", "disclosure")}))
    refused("PBR662", pseudonyms=KEY)
    (Path("log/tile/entries/000.p/6")).write_bytes(b"")
    refused("PBR661")
