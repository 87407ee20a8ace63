"""The stand-alone verifier in Python, on small logs that are written apart from it."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.verifiers.making import (
    LOG,
    LOG_PQ,
    OFFICES,
    ORIGIN,
    POLICY,
    SECOND,
    WITNESSES,
    Making,
    Signer,
    b64,
    canonical,
    commitment,
    envelope,
    growth,
    opening,
    time,
)

FILE = Path(__file__).parents[2] / "verifiers" / "verify.py"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_py", FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["verify_py"] = module
    spec.loader.exec_module(module)
    return module


verify = _load()


@pytest.fixture
def policy() -> Any:
    return verify.parse_policy(POLICY.encode())


def small() -> Making:
    """A contract, a submission, an assessment, and its approval."""
    log = Making()
    log.contract()
    log.submission()
    log.assessment(submissions=[1])
    log.approval(2)
    log.cosigned = [1, 3]
    return log


def found(report: Any) -> list[tuple[object, ...]]:
    return [(item["class"], item.get("entry"), item.get("file")) for item in report.answer()["findings"]]


def check(log: Making, folder: Path, policy: Any = None, kept: Any = None) -> list[tuple[object, ...]]:
    return found(verify.run_log(str(log.write(folder / "log", policy=False)), policy, kept))


def run(*words: str | Path, given: str = "") -> tuple[int, str]:
    """A command in this process: what it returns and prints."""
    out, answer = io.BytesIO(), 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="utf-8", write_through=True))
        try:
            answer = verify.main([str(word) for word in words])
        except SystemExit as error:
            answer = int(error.code or 0)
        return answer, out.getvalue().decode()


def kept_view(log: Making, folder: Path, hashes: bool = True, policy: str | None = None) -> Any:
    folder.mkdir()
    if policy is not None:
        (folder / "policy").write_text(policy, encoding="utf-8")
    (folder / "checkpoint").write_bytes(log.checkpoint())
    (folder / "hashes").write_bytes(b"".join(log.leaves()))
    return verify.load_kept(str(folder if hashes else folder / "checkpoint"))


# ---- good logs


@pytest.mark.parametrize("size", [1, 4, 255, 256, 257, 513])
def test_a_good_log_is_verified(size: int, tmp_path: Path, policy: Any) -> None:
    log = small() if size > 3 else Making()
    if not log.entries:
        log.contract()
    entry = log.entries[1:2]
    log.entries += entry * (size - len(log.entries))  # the same entry again: its time is then too early, and nothing else is wrong
    report = verify.run_log(str(log.write(tmp_path / "log")), policy, None)
    assert found(report) == [("time", 4, None)] * (size > 4)
    if size == 4:
        answer = report.answer()
        assert answer["verdict"] == "verified" and answer["assessments"] == [{"entry": 2, "state": "approved"}]


def test_without_a_policy_from_elsewhere_it_is_only_internally_consistent(tmp_path: Path) -> None:
    log = small()
    for policy in (True, False):
        report = verify.run_log(str(log.write(tmp_path / str(policy), policy)), None, None)
        assert report.answer()["verdict"] == "internally consistent"


def test_an_empty_log(tmp_path: Path, policy: Any) -> None:
    assert check(Making(), tmp_path, policy) == []


def test_signatures_that_cannot_be_checked_are_named(tmp_path: Path, policy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> bool:
        raise verify.Unchecked

    monkeypatch.setattr(verify, "_verifies", none)
    report = verify.run_log(str(small().write(tmp_path / "log")), policy, None)
    answer = report.answer()
    assert (answer["verdict"], answer["findings"]) == ("internally consistent", [])
    assert answer["assessments"] == [{"entry": 2, "state": "draft"}] and any("4 signatures of entries" in note for note in answer["notes"])


def test_a_cosignature_that_cannot_be_checked_counts_as_not_there(tmp_path: Path, policy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> bool:
        raise verify.Unchecked

    monkeypatch.setattr(verify, "check_ml_dsa", none)
    log = small()
    log.cosigned = []
    for times, expected in (((0, 0, 0), ("verified", 4)), ((0, None, 0), ("internally consistent", 0))):
        log.times = times
        answer = verify.run_log(str(log.write(tmp_path / "log")), policy, None).answer()
        assert (answer["verdict"], answer["witnessed"]) == expected and any("lack of the algorithm" in note for note in answer["notes"])


# ---- files, tiles, roots


def _flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


BUNDLE, TILE = "tile/entries/000.p/4", "tile/0/000.p/4"


def _other_root() -> bytes:
    text = small().text(4).split("\n")[2]
    return small().checkpoint().replace(text.encode(), b64(bytes(32)).encode())


def _link(log: Path) -> None:
    (log / "more").symlink_to(log / "checkpoint")


CHANGES: list[tuple[Callable[[Path], object], list[tuple[object, ...]]]] = [
    (lambda log: (log / "checkpoint").unlink(), [("checkpoint", None, "checkpoint")]),
    (lambda log: (log / "checkpoint").write_bytes(b"x" * 300_000), [("checkpoint", None, "checkpoint")]),
    (lambda log: (log / TILE).unlink(), [("file", None, TILE)]),
    (lambda log: (log / BUNDLE).unlink(), [("file", None, BUNDLE)]),
    (lambda log: _flip(log / TILE, 70), [("entry", 2, BUNDLE)]),
    (lambda log: _flip(log / BUNDLE, -1), [("entry", 3, BUNDLE), ("history", 3, None)]),
    (lambda log: (log / BUNDLE).write_bytes((log / BUNDLE).read_bytes()[:-1]), [("entry", 3, BUNDLE)]),
    (lambda log: (log / BUNDLE).write_bytes((log / BUNDLE).read_bytes() + b"\0"), [("file", None, BUNDLE)]),
    (lambda log: (log / TILE).write_bytes(bytes(32)), [("file", None, TILE)]),
    (_link, [("file", None, "more")]),
    (lambda log: (log / "more").write_text(""), [("file", None, "more")]),
    (lambda log: (log / ".more").write_text(""), []),
    (lambda log: (log / "tile/7").mkdir(), []),
    (lambda log: os.mkfifo(log / "more"), [("file", None, "more")]),
    (lambda log: (log / "tile/0/000.p/2").write_bytes((log / TILE).read_bytes()[:64]), []),
    (lambda log: (log / "tile/0/000.p/3").write_bytes((log / TILE).read_bytes()[:64]), [("file", None, "tile/0/000.p/3")]),
    (lambda log: (log / "tile/0/000.p/02").write_bytes((log / TILE).read_bytes()[:64]), [("file", None, "tile/0/000.p/02")]),
    (lambda log: (log / "tile/0/000.p/5").write_bytes((log / TILE).read_bytes() + bytes(32)), []),
    (lambda log: (log / "tile/0/000.p/5").write_bytes(bytes(160)), [("file", None, "tile/0/000.p/5")]),
    (lambda log: (log / "tile/entries/000").write_bytes((log / BUNDLE).read_bytes()), []),
    (lambda log: (log / "tile/entries/000").write_bytes(b"x"), [("file", None, "tile/entries/000")]),
    (lambda log: (log / "cosigned/04").write_bytes((log / "checkpoint").read_bytes()), [("file", None, "cosigned/04")]),
    (lambda log: (log / "cosigned/2").write_bytes((log / "checkpoint").read_bytes()), [("file", None, "cosigned/2")]),
    (lambda log: (log / "tile/entries/000.p/1").write_bytes((log / BUNDLE).read_bytes()), [("file", None, "tile/entries/000.p/1")]),
    (lambda log: (log / "tile/5").mkdir() or (log / "tile/5/000").write_text(""), []),
    (lambda log: (log / "tile/6").mkdir() or (log / "tile/6/000").write_text(""), [("file", None, "tile/6/000")]),
    (lambda log: (log / "policy").write_text("quorum\n"), [("file", None, "policy")]),
    (lambda log: (log / "cosigned/.new").write_text(""), []),
    (lambda log: (log / "cosigned/more").mkdir() or (log / "cosigned/more/5").write_text(""), [("file", None, "cosigned/more/5")]),
    (lambda log: (log / "checkpoint").write_bytes(_other_root()), [(kind, None, "checkpoint") for kind in ("root", "signature", "unsigned")]),
    (lambda log: _flip(log / "cosigned/3", 30), [("history", 1, "cosigned/3"), *[(kind, None, "cosigned/3") for kind in ("signature", "unsigned")]]),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_each_change_of_a_file_is_found_where_it_is(number: int, tmp_path: Path, policy: Any) -> None:
    change, expected = CHANGES[number]
    log, kept = small(), kept_view(small(), tmp_path / "kept")
    log.write(tmp_path / "log")
    change(tmp_path / "log")
    report = verify.run_log(str(tmp_path / "log"), policy, kept)
    assert sorted(found(report), key=str) == sorted(expected, key=str)


def test_a_bundle_that_cannot_be_read_is_not_passed_over(tmp_path: Path, policy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: str, limit: int) -> tuple[bytes, int]:
        if path.endswith(BUNDLE):
            raise ValueError("cannot be read (Input/output error)")
        return original(path, limit)

    original = verify.read_start
    monkeypatch.setattr(verify, "read_start", read)
    assert check(small(), tmp_path, policy) == [("file", None, BUNDLE)]


def test_a_size_that_was_made_up_ends_after_a_thousand_files(tmp_path: Path) -> None:
    log = small()
    log.write(tmp_path / "log", policy=False)
    data = (tmp_path / "log/checkpoint").read_text(encoding="utf-8").replace("\n4\n", "\n9007199254740991\n", 1)
    (tmp_path / "log/checkpoint").write_text(data, encoding="utf-8")
    findings = found(verify.run_log(str(tmp_path / "log"), None, None))
    assert len(findings) == 1000 and findings[-1] == ("file", None, "tile/0/999")


def test_a_cut_log_and_a_rewritten_one(tmp_path: Path, policy: Any) -> None:
    long, short, other = small(), small(), small()
    del short.entries[3], short.cosigned[1]
    other.entries[1] = small().entries[0]
    kept = kept_view(long, tmp_path / "kept")
    assert check(short, tmp_path / "a", policy, kept) == [("rollback", 3, None)]
    assert ("history", 1, None) in check(other, tmp_path / "b", policy, kept)
    file = verify.load_kept(str(tmp_path / "kept/checkpoint"))
    assert check(short, tmp_path / "c", policy, file) == [("rollback", 3, None)]
    assert ("history", 3, None) in check(other, tmp_path / "d", policy, file)  # its own cosigned checkpoint of 3 it does give


def test_a_tile_above_the_leaves_and_checkpoints_of_a_longer_log(tmp_path: Path) -> None:
    log = small()
    log.entries += [log.entries[0]] * 253
    log.cosigned = [257]
    del log.entries[256:]
    log.write(tmp_path / "log", policy=False)
    _flip(tmp_path / "log/tile/1/000.p/1", 0)
    log.entries += [log.entries[0]]
    (tmp_path / "log/cosigned/257").write_bytes(log.checkpoint())
    findings = [item for item in found(verify.run_log(str(tmp_path / "log"), None, None)) if item[0] != "time"]
    assert findings == [("file", None, "tile/1/000.p/1"), ("rollback", 256, "cosigned/257")]


def test_a_view_of_another_log_and_views_that_cannot_be_used(tmp_path: Path) -> None:
    kept = kept_view(small(), tmp_path / "kept")
    (tmp_path / "kept/checkpoint").write_text(small().checkpoint().decode().replace(ORIGIN, "other.example", 1), encoding="utf-8")
    other = verify.load_kept(str(tmp_path / "kept"))
    assert check(small(), tmp_path, None, other) == [("origin", None, "checkpoint")]
    hashes = tmp_path / "kept/hashes"
    hashes.write_bytes(hashes.read_bytes() + b"begun")
    assert verify.load_kept(str(tmp_path / "kept")).checkpoint.size == kept.checkpoint.size
    for data in (hashes.read_bytes()[:127], bytes(128)):
        hashes.write_bytes(data)
        with pytest.raises(verify.Misuse):
            verify.load_kept(str(tmp_path / "kept"))
    assert run("log", tmp_path / "log", "--kept", tmp_path / "kept")[0] == 1
    assert run("log", tmp_path / "log", "--keep", tmp_path / "log")[0] == 1


def test_the_keys_of_the_policy(tmp_path: Path, policy: Any) -> None:
    log = small().write(tmp_path / "log")

    def sign(*times: int | None, by: tuple[Signer, ...] = (LOG,)) -> list[str]:
        (log / "checkpoint").write_bytes(small().checkpoint(times=times, log=by))
        return [str(kind) for kind, _, _ in found(verify.run_log(str(log), policy, None))]

    assert sign(0, None, 0) == []
    assert sign(0) == []  # too few witnesses are no finding
    assert sign(0, 0, by=(WITNESSES[0],)) == ["unsigned"]
    assert sign(0, 0, by=(Signer(ORIGIN, 6),)) == ["unsigned"]
    assert sign(0, -400) == ["time-ahead"]
    assert sign(0, 0, 86_400 * 2) == []  # there is no entry after it
    text = small().checkpoint().decode()
    unknown = text.replace(WITNESSES[0].line(small().text(4)).split()[2][:8], "AAAAAAAA")
    (log / "checkpoint").write_text(unknown, encoding="utf-8")
    assert found(verify.run_log(str(log), policy, None)) == [("signature", None, "checkpoint")]  # the log's own policy does not list it
    (log / "policy").unlink()
    assert found(verify.run_log(str(log), policy, None)) == []
    good = LOG.line(small().text(4)).split()[2]
    (log / "checkpoint").write_text(text.replace(good, good[:20] + "AAAA" + good[24:]), encoding="utf-8")
    assert [kind for kind, _, _ in found(verify.run_log(str(log), policy, None))] == ["signature", "unsigned"]


def test_back_dating(tmp_path: Path, policy: Any) -> None:
    log = small()
    log.cosigned = []
    log.write(tmp_path / "log")
    (tmp_path / "log/cosigned").mkdir()
    (tmp_path / "log/cosigned/2").write_bytes(log.checkpoint(2, times=(86_401, None, None)))
    assert found(verify.run_log(str(tmp_path / "log"), policy, None)) == [("back-dated", 2, None)]


# ---- entries


def _says(**changes: Any) -> Callable[[Making], object]:
    return lambda log: log.submission(**changes)


ENTRIES: list[tuple[Callable[[Making], object], list[str]]] = [
    (_says(), []),
    (_says(contract=...), ["form"]),
    (_says(extra=1), ["form"]),
    (_says(contract=True), ["form"]),
    (_says(commitment="AB" * 32), ["form"]),
    (_says(origin="other.example"), ["form"]),
    (_says(format="pbr-log/2"), ["form"]),
    (lambda log: log.entries.append(log.entries[1] + b"\n"), ["form"]),
    (lambda log: log.entries.append(b"{" * 60_000), ["form"]),
    (lambda log: log.entries.append(b"[" * 60_000), ["form"]),
    (lambda log: log.entries.append(b'{"payload":1e999}'), ["form"]),
    (lambda log: log.entries.append(b'{"payload":"\\ud800"}'), ["form"]),
    (lambda log: log.entries.append(log.entries[1].replace(b'"sig"', b'"Sig"')), ["form"]),
    (lambda log: log.entries.append(log.entries[1].replace(b'{"payload"', b'{"a":1,"payload"')), ["form"]),
    (lambda log: log.contract(keys={role: [] for role in OFFICES}), ["form"]),
    (lambda log: log.contract(keys={role: [WITNESSES[0].vkey] for role in OFFICES}), ["form"]),
    (lambda log: log.contract(approval={"approvers": 0, "assessor": "may not"}), ["form"]),
    (lambda log: log.assessment(submissions=[1, 1]), ["form"]),
    (lambda log: log.submission(at=0), ["time"]),
    (_says(contract=1), ["references"]),
    (_says(contract=4), ["references"]),
    (_says(contract=2**53 - 1), ["references"]),
    (lambda log: log.assessment(submissions=[2]), ["references"]),
    (lambda log: log.approval(2, answers=[3]), ["references"]),
    (lambda log: (log.contract("variation", contract=0), log.contract("variation", contract=0)), ["references"]),
    (lambda log: (log.contract("variation", contract=0), log.submission()), ["references"]),
    (lambda log: (log.contract("variation", contract=0), log.submission(contract=4)), []),
    (lambda log: (log.contract(), log.assessment(contract=4, submissions=[1])), ["references"]),
    (lambda log: (log.submission(extra=1), log.assessment(submissions=[4]), log.approval(5)), ["form", "references", "references"]),
    (lambda log: log.add("submission", OFFICES["auditor"], contract=0, commitment="12" * 32), ["signer"]),
    (lambda log: log.add("seed", OFFICES["auditor"], contract=0, commitment="12" * 32), []),
    (lambda log: log.add("seed", Signer("auditor.example", 4), contract=0, commitment="12" * 32), ["signer"]),
    (lambda log: log.add("seed", OFFICES["auditor"], Signer("auditor.example", 6), contract=0, commitment="12" * 32), ["signer"]),
    (lambda log: log.add("seed", OFFICES["auditor"], Signer("other", 6), contract=0, commitment="12" * 32), ["form"]),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(ENTRIES)))
def test_the_first_point_that_an_entry_fails_is_reported(number: int, tmp_path: Path, policy: Any) -> None:
    add, expected = ENTRIES[number]
    log = small()
    add(log)
    assert [str(kind) for kind, _, _ in check(log, tmp_path, policy)] == expected


def test_signatures_of_entries(tmp_path: Path, policy: Any) -> None:
    log = small()
    provider = OFFICES["provider"]
    says = {"format": "pbr-log/1", "origin": ORIGIN, "kind": "submission", "at": time(300), "contract": 0}
    good = envelope({**says, "commitment": "00" * 32}, provider)
    signature = json.loads(good)["signatures"][0]["sig"]
    other = envelope({**says, "commitment": "01" * 32}, provider)
    log.entries.append(canonical({**json.loads(other), "signatures": [{"keyid": provider.keyid, "sig": signature}]}))
    assert check(log, tmp_path / "a", policy) == [("signature", 4, None)]
    both, keys = Making(), {role: [signer.vkey] for role, signer in OFFICES.items()}
    second = Signer("commissioner.example", 6)
    both.contract(keys={**keys, "commissioner": [OFFICES["commissioner"].vkey, second.vkey]})
    entry = json.loads(both.entries[0])
    both.entries[0] = envelope(json.loads(verify.unbase64(entry["payload"])), OFFICES["commissioner"], second)
    assert check(both, tmp_path / "b", policy) == []
    entry = json.loads(both.entries[0])
    entry["signatures"][1]["sig"] = b64(bytes(2420))
    both.entries[0] = canonical(entry)
    assert check(both, tmp_path / "c", policy) == [("signature", 0, None)]


def test_an_entry_that_was_not_looked_at_is_no_fault_of_those_that_refer_to_it(tmp_path: Path, policy: Any) -> None:
    log = small()
    log.entries += [log.entries[1]] * 252
    log.assessment(submissions=[2])  # 256
    log.assessment(submissions=[1], contract=999)  # 257: fails whatever the submission is
    log.write(tmp_path / "log")
    (tmp_path / "log/tile/entries/000").unlink()
    report = verify.run_log(str(tmp_path / "log"), policy, None)
    assert found(report) == [("file", None, "tile/entries/000"), ("references", 257, None)]
    assert [item["state"] for item in report.answer()["assessments"]] == ["draft", "draft"]


# ---- states


def _states(log: Making, folder: Path) -> dict[int, str]:
    report = verify.run_log(str(log.write(folder / "log", policy=False)), None, None)
    return {item["entry"]: item["state"] for item in report.answer()["assessments"]}


def test_the_states_of_assessments(tmp_path: Path) -> None:
    log = small()
    log.challenge(2)  # 4
    assert _states(log, tmp_path / "a") == {2: "challenged"}
    log.approval(2, answers=[4])  # 5
    assert _states(log, tmp_path / "b") == {2: "approved"}
    log.assessment(previous=2)  # 6
    log.assessment(previous=6)  # 7
    assert _states(log, tmp_path / "c") == {2: "approved", 6: "draft", 7: "draft"}
    log.approval(6, OFFICES["assessor"])  # 8: who made it does not count
    log.assessment(previous=2)  # 9
    assert _states(log, tmp_path / "d") == {2: "approved", 6: "superseded", 7: "superseded", 9: "draft"}


def test_how_many_approvals_it_takes(tmp_path: Path) -> None:
    log = Making()
    log.contract(approvers=2, assessor="may be one")
    log.assessment()
    log.approval(1, OFFICES["assessor"])
    assert _states(log, tmp_path / "a") == {1: "draft"}
    log.approval(1)
    log.approval(1)
    assert _states(log, tmp_path / "b") == {1: "approved"}
    strict = Making()
    strict.contract(approvers=2)
    strict.assessment()
    strict.approval(1, OFFICES["assessor"])
    strict.approval(1)
    assert _states(strict, tmp_path / "c") == {1: "draft"}
    strict.approval(1, SECOND)
    assert _states(strict, tmp_path / "d") == {1: "approved"}


# ---- receipts, consistency proofs, views


def test_receipts(tmp_path: Path) -> None:
    data = tmp_path / "rows.csv"
    data.write_text("id\n1\n", encoding="utf-8")
    digest, size = verify.digest_file(str(data))[::2]
    document = {"files": [{"name": "rows.csv", "table": None, "sha256": digest, "size": size}]}
    log = Making()
    log.contract()
    log.submission(document=document)
    log.assessment(submissions=[1])
    policy = tmp_path / "policy"
    policy.write_text(POLICY, encoding="utf-8")
    file = tmp_path / "1.tlog-proof"

    def receipt(content: bytes, *more: str) -> tuple[int, list[str]]:
        file.write_bytes(content)
        code, answer = run("receipt", file, "--policy", policy, *more, "--json")
        return code, [item["class"] for item in json.loads(answer)["findings"]]

    good = log.receipt(1, {"commitment": opening(document)})
    assert commitment(document) in json.dumps(json.loads(verify.unbase64(json.loads(log.entries[1])["payload"])))
    assert receipt(good, "--data", str(data)) == (0, [])
    assert receipt(good, "--data", str(file)) == (3, ["data"])
    assert receipt(log.receipt(1, {}), "--data", str(data)) == (3, ["data"])
    assert receipt(log.receipt(1, {"commitment": opening({})})) == (3, ["opening"])
    assert receipt(log.receipt(1, {"disclosure": opening({})})) == (3, ["opening"])
    assert receipt(good.replace(b"index 1", b"index 2")) == (3, ["proof"])
    assert receipt(good.replace(b"index 1", b"index 01")) == (3, ["receipt"])
    assert receipt(b"") == (3, ["receipt"])
    other = good.replace(f"{ORIGIN}\n".encode(), b"pbr.example/other\n", 1)
    assert receipt(other) == (3, ["receipt"])
    answer = json.loads(run("receipt", file, "--json")[1])
    assert (answer["origin"], answer["size"], answer["root"], answer["witnessed"]) == (None, None, None, None)
    file.write_bytes(good)
    answer = json.loads(run("receipt", file, "--json")[1])
    assert (answer["verdict"], answer["witnessed"]) == ("internally consistent", 0)
    for times, verdict, witnessed in (((0, 0), "verified", 3), ((0,), "internally consistent", 0)):
        log.times = times
        file.write_bytes(log.receipt(1, {}))
        answer = json.loads(run("receipt", file, "--policy", policy, "--json")[1])
        assert (answer["verdict"], answer["witnessed"]) == (verdict, witnessed)
        assert any("asked for again" in note for note in answer["notes"]) == (witnessed == 0)
    assert run("receipt", tmp_path / "none")[0] == 1
    assert run("receipt", file, "--policy", tmp_path / "none")[0] == 1


def test_consistency_proofs(tmp_path: Path, policy: Any) -> None:
    log = small()
    for old in range(5):
        older = Making(log.entries[:old])
        kept = kept_view(older, tmp_path / str(old))
        lines = [f"old {old}", *(b64(item) for item in (growth(old, log.leaves()) if old else []))]
        proof = "\n".join(lines).encode() + b"\n\n" + log.checkpoint()
        for content, expected in ((proof, []), (proof.replace(b"old ", b"old 1"), ["consistency"]), (proof[1:], ["consistency"])):
            report = verify.Report()
            verify.check_growth(report, content, policy, kept)
            assert [item.kind for item in report.findings][:1] == expected
    good = LOG.line(log.text(4)).split()[2]
    report = verify.Report()
    verify.check_growth(report, proof.replace(good.encode(), (good[:20] + "AAAA" + good[24:]).encode()), policy, kept)
    assert [(item["class"], item.get("file")) for item in report.answer()["findings"]] == [("signature", None), ("unsigned", None)]
    log.times = (0,)
    for folder, view_policy, times, expected in (
        ("p", POLICY, (0, 0), ("verified", 4)),
        ("q", POLICY, (0,), ("internally consistent", 0)),
        ("r", None, (0, 0), ("internally consistent", 0)),
    ):
        log.times = times
        report = verify.Report()
        verify.check_growth(report, b"old 4\n\n" + log.checkpoint(), None, kept_view(log, tmp_path / folder, policy=view_policy))
        assert (report.verdict(), report.witnessed) == expected
    assert run("consistency", tmp_path / "none")[0] == 2
    (tmp_path / "proof").write_bytes(content)
    words = run("consistency", tmp_path / "proof", "--kept", tmp_path / "4")[1]
    assert words == f"broken\n  consistency: {verify.SAYS['consistency']}\n"


def test_a_view_is_kept_with_its_policy_and_continued(tmp_path: Path) -> None:
    log, view = small(), tmp_path / "view"
    log.write(tmp_path / "a")
    code, text = run("log", tmp_path / "a", "--keep", view)
    assert code == 0 and text.startswith("internally consistent\n") and "because it was the first" in text
    assert (view / "policy").read_text(encoding="utf-8") == POLICY
    log.submission()
    log.write(tmp_path / "b")
    code, text = run("log", tmp_path / "b", "--kept", view, "--keep", view)
    assert (
        code == 0 and text.startswith("verified\n") and "the policy kept with the view" in text and "because it was the first" not in text
    )
    assert (view / "hashes").stat().st_size == 5 * 32
    assert run("log", tmp_path / "a", "--keep", view)[0] == 1
    assert run("log", tmp_path / "a", "--kept", view, "--json")[0] == 3
    assert sorted((item.name, item.stat().st_size) for item in view.iterdir())[1:] == [("hashes", 5 * 32), ("policy", len(POLICY))]
    log.write(tmp_path / "c", policy=False)
    (tmp_path / "c/policy").write_text(f"log {LOG.vkey}\nlog {LOG_PQ.vkey}\nquorum none\n", encoding="utf-8")
    # by the policy that was kept, not by its own:
    assert run("log", tmp_path / "c", "--kept", view, "--keep", view)[1].startswith("verified\n")
    assert (view / "policy").read_text(encoding="utf-8") == POLICY


def test_nothing_is_kept_that_would_believe_whoever_wrote_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    view, given = tmp_path / "view", tmp_path / "given"
    given.write_text(f"log {LOG.vkey}\nquorum none\n", encoding="utf-8")
    small().write(tmp_path / "none", policy=False)
    small().write(tmp_path / "own")
    assert run("log", tmp_path / "none", "--keep", view) == (1, "")
    kept_view(small(), tmp_path / "old")  # as views were kept before: without a policy
    assert run("log", tmp_path / "own", "--kept", tmp_path / "old", "--keep", view) == (1, "")
    assert run("log", tmp_path / "own", "--kept", tmp_path / "old", "--keep", tmp_path / "old") == (1, "")
    assert run("log", tmp_path / "own", "--keep", tmp_path / "old") == (1, "")
    assert not view.exists() and not (tmp_path / "old/policy").exists()
    assert run("log", tmp_path / "none", "--policy", given, "--keep", view)[0] == 0
    assert run("log", tmp_path / "own", "--policy", given, "--kept", tmp_path / "old", "--keep", tmp_path / "old")[0] == 0
    assert (view / "policy").read_bytes() == (tmp_path / "old/policy").read_bytes() == given.read_bytes()
    assert json.loads(run("log", tmp_path / "none", "--kept", view, "--json")[1])["verdict"] == "verified"
    (view / "policy").write_text("quorum\n", encoding="utf-8")
    assert run("log", tmp_path / "none", "--policy", given, "--kept", view) == (1, "")

    def none(*_: object) -> bool:
        raise verify.Unchecked

    monkeypatch.setattr(verify, "_verifies", none)
    assert run("log", tmp_path / "none", "--policy", given, "--keep", tmp_path / "more") == (1, "") and not (tmp_path / "more").exists()


def test_what_nobody_has_witnessed_yet_is_said(tmp_path: Path, policy: Any) -> None:
    log = small()

    def answer(times: tuple[int | None, ...], trusted: Any, kept: Any = None) -> tuple[object, ...]:
        log.times = times
        said = verify.run_log(str(log.write(tmp_path / "log")), trusted, kept).answer()
        unseen = verify.readers_policy(trusted, kept) is not None and said["witnessed"] < 4
        assert any("the entries from" in note for note in said["notes"]) == unseen
        return said["verdict"], said["witnessed"], len(said["findings"])

    assert answer((0, 0, None), policy) == ("verified", 4, 0)
    assert answer((0,), policy) == ("internally consistent", 3, 0)
    assert answer((0, 0, 0), None) == ("internally consistent", 0, 0)
    assert answer((0, 0, 0), None, kept_view(small(), tmp_path / "bare")) == ("internally consistent", 0, 0)
    kept = kept_view(small(), tmp_path / "kept", policy=POLICY)
    assert answer((), None, kept)[:2] == ("internally consistent", 3)
    alone = verify.parse_policy(f"log {LOG.vkey}\nquorum none\n".encode())
    assert answer((), alone, kept) == ("verified", 4, 0)  # the policy given, not the one kept
    (tmp_path / "log/cosigned/3").write_bytes(log.checkpoint(3, (0, 0, 0), log=()))
    assert answer((None,), policy)[1] == 3  # written anew
    log.cosigned = [1]
    (tmp_path / "log/cosigned/3").write_bytes(log.checkpoint(3, (0, 0, 0), log=()))
    assert answer((), policy) == ("internally consistent", 1, 0)  # without the log's signature on it
    longer = small()
    longer.submission()
    (tmp_path / "log/cosigned/5").write_bytes(longer.checkpoint(5))
    assert answer((), policy) == ("broken", 1, 1)  # one that is not right: the log is smaller
    (tmp_path / "log/checkpoint").unlink()
    assert verify.run_log(str(tmp_path / "log"), policy, None).answer()["witnessed"] is None


def test_batch_answers_each_line(tmp_path: Path) -> None:
    small().write(tmp_path / "log")
    kept_view(small(), tmp_path / "kept")
    kept_view(small(), tmp_path / "trusted", policy=POLICY)
    kept_view(small(), tmp_path / "bad")
    (tmp_path / "bad/policy").mkdir()
    lines = [f"log {tmp_path / 'log'}", *(f"log {tmp_path / 'log'}\t{tmp_path / name}" for name in ("kept", "trusted", "bad"))]
    lines += ["log /none", "", "none x"]
    code, answer = run("batch", given="".join(line + "\n" for line in lines))
    verdicts = [json.loads(line)["verdict"] for line in answer.splitlines()]
    assert (code, verdicts) == (1, ["internally consistent"] * 2 + ["verified"] + [None] * 4)


# ---- text that other readers let pass


@pytest.mark.parametrize(
    "text",
    ["AA", "AA=", "AAB=", "AA==\n", " AA==", "AA-=", "AA==AA==", "\u0661AAA", "A"],
)
def test_base64_is_only_what_it_is_written_as(text: str) -> None:
    with pytest.raises(ValueError):
        verify.unbase64(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}', "NaN", "1.0", "-0", "-1", "1e2", "9007199254740992", "[1] ", " 1", '"\\ud800"', '"\\u0061"', "\ufeff1", "[" * 100_000,
        '{"b":1,"a":1}', "01", '"\\/"', '"\t"', "[1,]", "1" * 5000, '{"\\ud800":1,"a":1}', "[" * 101 + "]" * 101,
    ],
)  # fmt: skip
def test_json_is_only_what_is_canonical(text: str) -> None:
    with pytest.raises(ValueError):
        verify.parse_canonical(text.encode("utf-8"))


def test_json_that_need_not_be_canonical_is_a_hundred_deep_at_most() -> None:
    assert verify.parse_json(b"[" * 100 + b"]" * 100) and verify.parse_json(b' {"b":-1, "a":"\\u00e9"}') == {"b": -1, "a": "\u00e9"}
    for text in ("[" * 101 + "]" * 101, '{"a":1,"a":1}', "1.0", '"\\ud800"', "-9007199254740992", "NaN"):
        with pytest.raises(ValueError):
            verify.parse_json(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-31T17:00:60Z", "2026-02-29T00:00:00Z", "1969-12-31T23:59:59Z", "2026-03-31t17:00:00Z", "2026-03-31T17:00:00+00:00",
        "2026-03-31T24:00:00Z", "2026-03-31T17:00:00Z\n", "\u0662026-03-31T17:00:00Z", "",
    ],
)  # fmt: skip
def test_a_time_is_a_real_one(text: str) -> None:
    with pytest.raises(ValueError):
        verify.seconds(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "quorum none\nquorum none\n", "quorum x\n", "log x\nquorum none\n", f"log {WITNESSES[0].vkey}\nquorum none\n", "quorum none x\n",
        f"witness none {WITNESSES[0].vkey}\nquorum none\n", f"witness a {LOG.vkey}\nquorum a\n", "quorum none\r\n", "group g 1 x\nquorum none\n",
        f"witness a {WITNESSES[0].vkey}\nwitness b {WITNESSES[0].vkey}\nquorum a\n", f"witness a {WITNESSES[0].vkey}\ngroup g 01 a\nquorum g\n",
        f"witness a {WITNESSES[0].vkey}\ngroup g 2 a\nquorum g\n", f"witness a {WITNESSES[0].vkey}\ngroup g any a a\nquorum g\n",
        f"witness a {WITNESSES[0].vkey}\ngroup g any a\ngroup h any a\nquorum g\n", f"log {LOG.vkey} a b\nquorum none\n",
        f"log {LOG.vkey}\nlog {LOG.vkey}\nquorum none\n", f"log {LOG.vkey[:-1]}A\nquorum none\n",
    ],
)  # fmt: skip
def test_policies_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError):
        verify.parse_policy(text.encode("utf-8"))


def test_keys_that_prove_nothing_are_refused() -> None:
    assert len(verify.LOW_ORDER) == 10
    prime = 2**255 - 19
    for public in [*verify.LOW_ORDER, prime.to_bytes(32, "little"), (prime + 5).to_bytes(32, "little"), bytes([255] * 32)]:
        data = b"\x01" + public
        with pytest.raises(ValueError):
            verify.parse_vkey(f"a+{verify.hashlib.sha256(b'a' + bytes([10]) + data).digest()[:4].hex()}+{b64(data)}")
        assert not verify.check_ed25519(public, b"", bytes(64))


def test_notes_that_cannot_be_read() -> None:
    good = small().checkpoint()
    assert verify.parse_checkpoint(good).size == 4
    for bad in (good[:-1], good + b"x", good.replace(b"\n4\n", b"\n04\n"), good.replace(b"\n4\n", b"\n4\nmore\n"), good.replace(b"\n\n", b"\n"),
                good + b"\n", good.replace("\u2014".encode(), b"-"), good + b"\xff", good * 80, good.replace(b"\n4\n", b"\n\xd9\xa4\n")):  # fmt: skip
        with pytest.raises(ValueError):
            verify.parse_checkpoint(bad)


def test_it_does_not_depend_on_the_folder_and_shows_no_other_peoples_letters(tmp_path: Path) -> None:
    log = small().write(tmp_path / "log")
    (log / "a\x1b[31m\n").write_text("", encoding="utf-8")
    done = subprocess.run([sys.executable, FILE, "log", "log"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 3 and done.stdout.startswith("broken\n") and "\x1b" not in done.stdout and not done.stderr
    (tmp_path / "link").symlink_to(log)
    assert run("log", tmp_path / "link")[0] == 1
    assert run("log", tmp_path / "none")[0] == 1
    assert run("log")[0] == 2


# ---- the sample logs of the format

SAMPLES = Path(__file__).parents[1] / "samples" / "pbr-log-1"


def test_the_sample_logs_get_the_answers_that_stand_beside_them() -> None:
    policy = verify.load_policy(str(SAMPLES / "policy"))
    expected = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
    for name, right in expected.items():
        answer = verify.run_log(str(SAMPLES / name), policy, None).answer()
        assert {member: answer[member] for member in right} == right
        for view in SAMPLES.glob("view-of-*"):
            kept = verify.load_kept(str(view))
            kinds = [item.kind for item in verify.run_log(str(SAMPLES / name), policy, kept).findings]
            assert kinds == ["rollback"] * (kept.checkpoint.size > answer["size"])
    for receipt in (SAMPLES / "receipts").glob("*.tlog-proof"):
        assert verify.run_receipt(str(receipt), policy, []).answer()["verdict"] == "verified"
