"""Logs as they are really written, before readers who know nothing of how: ours, and the stand-alone verifier, which was written from the page."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pbr.log.auditing import audit
from pbr.log.checkpoints import SignedCheckpoint, cosign
from pbr.log.commitments import commit
from pbr.log.creating import create
from pbr.log.entries import make_entry
from pbr.log.proposing import own_policy
from pbr.log.store import Made
from pbr.platform.files import RealFiles
from pbr.platform.vkeys import COSIGNATURE_ML_DSA, NOTE, SigningKey
from tests.log.faults import FaultyFiles, Killed, Unforced
from tests.log.logs import LOG_KEY, LOG_ML_DSA, NOON, ORIGIN, WITNESS, clock, open_log

VERIFIER = Path(__file__).parents[2] / "verifiers" / "verify.py"
PARTY = SigningKey("commissioner", NOTE, bytes(31) + b"\4")
PARTY_ML_DSA = SigningKey("commissioner", COSIGNATURE_ML_DSA, bytes(31) + b"\5")
POLICY = own_policy(ORIGIN, (LOG_KEY, LOG_ML_DSA), [str(WITNESS.verifier)], 1)


def contract(at: str, number: int) -> Made:
    roles = {role: [] for role in ("assessor", "approver", "provider", "auditor")}
    members = {
        "terms": {"id": "c", "version": "1", "sha256": "00" * 32, "rules": []},
        "keys": {"commissioner": [str(PARTY.verifier), str(PARTY_ML_DSA.verifier)], **roles},
        "approval": {"approvers": 1, "assessor": "may not"},
    }
    return Made(make_entry("contract", ORIGIN, at, members, PARTY, PARTY_ML_DSA))


def submission(at: str, number: int) -> Made:
    opening = commit({"files": [{"name": f"{number}.csv", "table": None, "sha256": "00" * 32, "size": number}]}, lambda count: bytes(count))
    data = make_entry("submission", ORIGIN, at, {"contract": 0, "commitment": opening.commitment}, PARTY)
    return Made(data, json.dumps({"commitment": opening.to_json()}).encode())


def alone(folder: Path, policy: Path) -> dict[str, object]:
    run = subprocess.run(
        [sys.executable, VERIFIER, "log", folder, "--policy", policy, "--json"], capture_output=True, text=True, timeout=60
    )
    told: dict[str, object] = json.loads(run.stdout)
    return told


def test_every_state_of_a_log_is_verified(tmp_path: Path) -> None:
    folder, policy = tmp_path / "log", tmp_path / "policy"
    policy.write_text(POLICY)
    log = create(folder, files=Unforced(), clock=clock(), keys=(LOG_KEY, LOG_ML_DSA), policy=POLICY.encode())
    kept = tmp_path / "kept"
    for count in (0, 1, 2, 253, 1, 4):
        if count:
            log.append([submission if log.checkpoint().checkpoint.size else contract, *[submission] * (count - 1)])
        newest = log.checkpoint().checkpoint
        line = cosign(newest, WITNESS, int(NOON.timestamp()) + 5)
        log.add_cosignatures(SignedCheckpoint(newest, (line,)), (WITNESS.verifier,))
        answer = audit(folder, RealFiles(), policy=policy, kept=kept).answer
        assert (answer.verdict, answer.findings, answer.size) == ("verified", (), newest.size), answer
    told = alone(folder, policy)
    assert (told["verdict"], told["findings"], told["size"]) == ("verified", [], 261)


@pytest.mark.parametrize(("size", "every"), [(2, 1), (254, 7)])  # from 254 to 257: a full tile is made, and partial ones go
def test_whoever_reads_during_an_append_sees_no_alarm(tmp_path: Path, size: int, every: int) -> None:
    """The process dies at an operation. Nobody has put the log in order yet: files that no checkpoint covers are noted, and are no finding."""
    folder, policy = tmp_path / "log", tmp_path / "policy"
    policy.write_text(POLICY.partition("witness")[0] + "quorum none\n")
    log = create(folder, files=Unforced(), clock=clock(), keys=(LOG_KEY, LOG_ML_DSA), policy=policy.read_bytes())
    log.append([contract, *[submission] * (size - 2)])
    log.append([submission])
    seen, number = [], 1
    while True:
        copy = tmp_path / f"{number}"
        shutil.copytree(folder, copy / "log")
        shutil.copytree(tmp_path / "log.private", copy / "log.private")
        try:
            open_log(copy / "log", FaultyFiles(number, Killed, half=True)).append([submission] * 3)
            break
        except Killed:
            answer = audit(copy / "log", RealFiles(), policy=policy, kept=None).answer
            assert (answer.verdict, answer.findings) == ("verified", ()), number
            seen.append(answer.size)
        if number % 16 == 1:
            told = alone(copy / "log", policy)
            assert (told["verdict"], told["findings"]) == ("verified", []), number
        shutil.rmtree(copy)
        number += every
    assert number > 30 and set(seen) == {size, size + 3}
