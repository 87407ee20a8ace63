"""The sample packs of pbr-pack/1: each of the three verifiers gives the answers that stand beside them, and writes nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples" / "pbr-pack-1"
EXPECTED: dict[str, dict[str, Any]] = json.loads((SAMPLES / "expected.json").read_text())
NODE = shutil.which("node")
VERIFIERS = {
    "pbr": [sys.executable, "-m", "pbr", "unpack", "--check"],
    "verify.py": [sys.executable, str(ROOT / "verifiers" / "verify.py"), "pack"],
    "verify.js": [NODE or "node", str(ROOT / "verifiers" / "verify.js"), "pack"],
}


def ask(verifier: str, pack: Path, *words: str) -> tuple[dict[str, Any], int]:
    done = subprocess.run([*VERIFIERS[verifier], str(pack), *words, "--json"], cwd=ROOT, capture_output=True, check=False, timeout=60)
    return json.loads(done.stdout), done.returncode


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def read_only(tmp_path: Path) -> Path:
    """A copy that nobody may write to."""
    copy = Path(shutil.copytree(SAMPLES, tmp_path / "samples"))
    for path in copy.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    return copy


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_the_sample_packs_get_the_answers_that_stand_beside_them(verifier: str, read_only: Path) -> None:
    if verifier == "verify.js" and NODE is None:
        pytest.skip("not checked: verify.js (node is not installed)")
    for name, right in EXPECTED.items():
        answer, code = ask(verifier, read_only / name, "--policy", str(read_only / "policy"))
        assert ({member: answer[member] for member in right}, code) == (right, 0)
        alone, code = ask(verifier, read_only / name)
        assert (alone["verdict"], alone["findings"], code) == ("internally consistent", [], 0)
    assert bytes_of(read_only) == bytes_of(SAMPLES)


OF_IT = "into-work, version 1, complete to 2024-12-31"
COMES_TO = f"{OF_IT}: paid 800.00 GBP (gross 800.00, deducted 0.00, lines held 1)"


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_the_words_say_what_it_is_and_what_was_not_done_first(verifier: str, tmp_path: Path) -> None:
    if verifier == "verify.js" and NODE is None:
        pytest.skip("not checked: verify.js (node is not installed)")

    def words(pack: Path) -> list[str]:
        asked = [*VERIFIERS[verifier], str(pack), "--policy", str(SAMPLES / "policy")]
        return [
            line.strip()
            for line in subprocess.run(asked, cwd=ROOT, capture_output=True, check=False, text=True, timeout=60).stdout.splitlines()
        ]

    plain, redacted = words(SAMPLES / "plain"), words(SAMPLES / "redacted")
    assert "approved" in plain[0] and "its payments were not computed again from the data" in "; ".join(plain[:2]) and COMES_TO in plain[:3]
    assert "redacted: 80 of 92 cells are shown" in redacted[0] and f"{OF_IT}, in GBP" in redacted[:3]
    assert "its payments were neither computed again from the data nor added up" in "; ".join(redacted[:2])
    spoilt = Path(shutil.copytree(SAMPLES / "plain", tmp_path / "spoilt"))
    (spoilt / "data" / "README.txt").write_text("?")
    broken = words(spoilt)
    statement = spoilt / "data" / "assessment" / "statement.json"
    says = json.loads(statement.read_text())
    statement.write_text(json.dumps({**says, "totals": {**says["totals"], "paid": {}}, "settlement": {"due": [{}]}, "currency": {}}))
    assert "broken" in words(spoilt)[0]
    assert "broken" in broken[0] and "approved" not in broken[0] and f"it says of itself: {COMES_TO}" in broken[:3]


@pytest.mark.parametrize("verifier", ["verify.py", "verify.js"])
def test_the_words_of_a_receipt_name_its_entry_and_the_data(verifier: str) -> None:
    if verifier == "verify.js" and NODE is None:
        pytest.skip("not checked: verify.js (node is not installed)")
    plain = SAMPLES / "plain" / "data"
    data = plain / "assessment" / "inputs" / "people.csv"
    asked = [*VERIFIERS[verifier][:-1], "receipt", str(plain / "receipts" / "1.tlog-proof"), "--data", str(data)]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, check=False, text=True, timeout=60).stdout
    assert "entry 1, submission, of 2" in said and f"{data} is one of its files: same SHA-256 and size" in said


def test_the_plain_one_is_computed_again() -> None:
    """By ``pbr verify``, in which there is more than in a check: what it was made of gives what it says."""
    words = [sys.executable, "-m", "pbr", "verify", str(SAMPLES / "plain"), "--policy", str(SAMPLES / "policy"), "--approved", "--json"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=False, timeout=60)
    answer = json.loads(done.stdout)
    assert (answer["verdict"], done.returncode) == ("verified", 0) or answer["computed_again"]["made_by_unknown_version"], answer


def test_the_samples_are_small_and_tell_nobodys_name() -> None:
    for name in EXPECTED:
        assert sum(map(len, bytes_of(SAMPLES / name).values())) < 60_000
    assert not any(b"p1," in data or b'"p1"' in data for data in bytes_of(SAMPLES / "redacted").values())
