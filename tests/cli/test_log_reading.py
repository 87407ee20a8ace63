"""``pbr log list | prove | witness | cosign`` in words, on a log with keys of its own."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pbr.cli.main import cli
from pbr.log.commitments import commit
from pbr.log.entries import make_entry
from pbr.log.kept import MARK
from pbr.log.receipts import check_receipt
from pbr.log.store import Log, Made
from pbr.platform.clock import RealClock
from pbr.platform.files import files_here
from pbr.platform.keys import KeyFolder
from pbr.platform.vkeys import COSIGNATURE
from tests.golden import assert_golden
from tests.log.written import placed, writing

HERE = Path(__file__).parent / "log"
ORIGIN, WITNESS = "pbr.example/justice", "auditor.example/witness"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), prog_name="pbr")


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with keys and a log of a contract and a submission, whose opening is kept."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PBR_KEYS", "keys")
    drawn = iter(range(1, 1000))
    monkeypatch.setattr(secrets, "token_bytes", lambda count: next(drawn).to_bytes(count, "big"))
    for name, purpose in ((ORIGIN, "log"), ("commissioner", "party"), (WITNESS, "witness"), ("stranger", "witness")):
        assert run("key", "new", name, "--for", purpose).exit_code == 0
    keys = KeyFolder(files_here(), Path("keys"))
    assert run("log", "init", "log", "--origin", ORIGIN, "--witness", str(keys.verifying(WITNESS)[0])).exit_code == 0
    commissioner = keys.signing("commissioner")[0]
    listed = {role: [str(commissioner.verifier)] for role in ("commissioner", "assessor", "approver", "provider", "auditor")}
    terms = {"id": "sample", "version": "1", "sha256": "0" * 64, "rules": []}
    contract = {"terms": terms, "keys": listed, "approval": {"approvers": 1, "assessor": "may be one"}}
    opening = commit({"files": [{"name": "a.csv", "table": None, "sha256": "1" * 64, "size": 5}]}, lambda count: bytes(count))
    submission = {"contract": 0, "commitment": opening.commitment}
    log = Log(Path("log"), files=files_here(), clock=RealClock(), keys=keys.signing(ORIGIN))
    log.append(
        [
            lambda at, number: make_entry("contract", ORIGIN, at, contract, commissioner),
            lambda at, number: Made(
                make_entry("submission", ORIGIN, at, submission, commissioner), json.dumps({"commitment": opening.to_json()}).encode()
            ),
        ]
    )
    return tmp_path


def test_from_witness_to_receipt(there: Path) -> None:
    waits = json.loads(run("log", "audit", "log", "--policy", "log/policy", "--json").stdout)
    assert (waits["verdict"], waits["findings"], waits["witnessed"]) == ("internally consistent", [], 0)
    first = run("log", "witness", "log", "--key", WITNESS, "--kept", "seen", "--out", "cosigned")
    assert first.exit_code == 0 and "first seen: nothing earlier" in first.stdout
    assert run("log", "cosign", "log", "cosigned").exit_code == 0
    assert run("log", "audit", "log", "--policy", "log/policy").stdout.startswith("Verified")
    assert (there / "seen" / "policy").read_bytes() == MARK + (there / "log" / "policy").read_bytes()
    again = run("log", "witness", "log", "--key", WITNESS, "--kept", "seen", "--add")
    assert "it goes on from the 2 seen before" in again.stdout and "Added" in again.stdout
    assert run("log", "audit", "log", "--policy", "log/policy").stdout.startswith("Verified")
    proved = run("log", "prove", "log", "1", "--out", "1.tlog-proof")
    assert "Opened in it: commitment." in proved.stdout
    answer, receipt = check_receipt(Path("1.tlog-proof").read_bytes())
    assert not answer.findings and receipt is not None and receipt.openings["commitment"].document["files"][0]["name"] == "a.csv"
    assert "a.csv" not in run("log", "prove", "log", "1", "--no-openings").stdout
    assert run("log", "prove", "log", "--from", "seen").stdout.startswith("old 2\n\n" + ORIGIN)
    assert json.loads(run("log", "prove", "log", "0", "--json").stdout)["opened"] == []


def test_a_witness_does_not_follow_a_log_back_or_aside(there: Path) -> None:
    assert run("log", "witness", "log", "--key", WITNESS, "--kept", "seen", "--out", "cosigned").exit_code == 0
    kept = (there / "seen" / "checkpoint").read_bytes()
    keys = KeyFolder(files_here(), Path("keys"))
    run("log", "init", "log2", "--origin", ORIGIN, "--witness", str(keys.verifying(WITNESS)[0]))
    refused = run("log", "witness", "log2", "--key", WITNESS, "--kept", "seen")
    assert refused.exit_code == 3 and "rollback" in refused.stdout and "Not cosigned" in refused.stdout
    assert (there / "seen" / "checkpoint").read_bytes() == kept
    assert keys.signing(WITNESS, COSIGNATURE)[0].verifier.keyid not in (there / "log2" / "checkpoint").read_text()


def test_a_list_can_be_narrowed(there: Path) -> None:
    placed(there / "other", writing.sound(12).files)
    told = [
        run("log", "list", "other"),
        run("log", "list", "other", "--kind", "assessment"),
        run("log", "list", "other", "--state", "draft"),
        run("log", "list", "other", "--kind", "seed", "--contract", "0", "--since", "2026-01-01", "--until", "2026-01-01"),
        run("log", "list", "other", "--contract", "another"),
    ]
    assert_golden("\n".join(result.stdout for result in told), HERE / "list.txt")
    assert [row["entry"] for row in json.loads(run("log", "list", "other", "--kind", "approval", "--json").stdout)["entries"]] == [4, 6]
    (adopted,) = json.loads(run("log", "list", "other", "--kind", "contract", "--json").stdout)["entries"]
    given = writing.story(12, writing.Keys())[0]["keys"]
    assert sorted((each["part"], each["vkey"]) for each in adopted["keys"]) == sorted(
        (part, vkey) for part in given for vkey in given[part]
    )
    by_name = run("log", "list", "other", "--kind", "contract", "--keys").stdout
    assert all(f"{part:<13} {vkey}" in by_name for part in given for vkey in given[part])
    payloads = writing.story(2, writing.Keys())
    payloads[0]["terms"]["id"] = "a\n\x1b[31m\u202eb"
    placed(there / "hostile", writing.log_of(writing.entries_of(payloads, writing.Keys()), writing.Keys(), witnessed=True).files)
    assert "a\\u000a\\u001b[31m\\u202eb" in run("log", "list", "hostile").stdout
    bundle = there / "other" / "tile" / "entries" / "000.p" / "12"
    bundle.write_bytes(bundle.read_bytes()[:-1])
    broken = run("log", "list", "other")
    assert broken.exit_code == 3 and "This log is broken" in broken.stderr


def test_what_cannot_be_done_is_said_in_words(there: Path) -> None:
    (there / "cosigned").write_bytes(writing.sound(5).files["checkpoint"])
    (there / "log.private" / "openings" / "1.json").write_text("{")
    placed(there / "other", writing.sound(5).files)
    (there / "other" / "policy").unlink()
    results = [
        run("log", "prove", "log", "2"),
        run("log", "prove", "log", "1"),
        run("log", "prove", "log", "--from", "cosigned"),
        run("log", "witness", "log", "--key", "stranger", "--kept", "seen"),
        run("log", "cosign", "log", "cosigned"),
        run("log", "cosign", "log", "nowhere"),
        run("log", "cosign", "log", "log/policy"),
        run("log", "cosign", "other", "cosigned"),
        run("log", "list", "nowhere"),
    ]
    assert {result.exit_code for result in results} == {1}, [result.output for result in results]
    assert not (there / "seen").exists()
    words = "\n".join(result.stderr for result in results).replace(str(there), ".")
    assert_golden(words, HERE / "refused_reading.txt")


def test_a_log_that_does_not_prove_what_it_says(there: Path) -> None:
    placed(there / "other", writing.sound(5).files)
    tile = there / "other" / "tile" / "0" / "000.p" / "5"
    tile.write_bytes(tile.read_bytes()[32:] + bytes(32))
    result = run("log", "prove", "other", "1")
    assert result.exit_code == 1 and "PBR544" in result.stderr
    tile.write_bytes(bytes(32) + b"".join(writing.sound(5).leaves[1:]))
    result = run("log", "prove", "other", "1")
    assert result.exit_code == 1
    assert_golden(result.stderr, HERE / "refused_proving.txt")


def test_a_witness_is_added_later(there: Path) -> None:
    keys = KeyFolder(files_here(), Path("keys"))
    assert run("key", "new", "second.example/witness", "--for", "witness", "--ml-dsa").exit_code == 0
    told = [run("log", "policy", "log").stdout]
    kept = ("log", "audit", "log", "--kept", "mine", "--policy", "log/policy")
    assert run("log", "witness", "log", "--key", WITNESS, "--kept", "seen", "--add").exit_code == run(*kept).exit_code == 0
    strange = run("log", "witness", "log", "--key", "stranger", "--kept", "theirs", "--add")
    assert strange.exit_code == 1 and "pbr log policy LOG --witness VKEY" in strange.stderr
    told.append(run("log", "policy", "log", "--witness", "keys/second.example%2Fwitness.vkey").stdout)
    told.append(run("log", "policy", "log", "--witness", str(keys.verifying("stranger")[0]), "--quorum", "2").stdout)
    told.append(re.sub(r"\+\S{200,}", "+LONG", (there / "log" / "policy").read_text()))
    for name in ("second.example/witness", "stranger"):
        assert run("log", "witness", "log", "--key", name, "--kept", f"seen-{name[:6]}", "--add").exit_code == 0
    assert run("log", "audit", "log", "--policy", "log/policy").stdout.startswith("Verified")
    assert run("log", "audit", "log", "--kept", "mine").stdout.startswith("Verified")  # by the policy of one witness, as it was kept
    assert json.loads(run("log", "policy", "log", "--quorum", "0", "--json").stdout)["says"] == "signed by the log; no witness is asked for"
    assert json.loads(run("log", "policy", "log", "--witness", _new_witness("fourth"), "--json").stdout)["policy"].endswith("quorum none\n")
    assert_golden("\n".join(told), HERE / "policy.txt")


def _new_witness(name: str) -> str:
    assert run("key", "new", name, "--for", "witness").exit_code == 0
    return f"keys/{name}.vkey"


def test_a_policy_that_is_not_changed(there: Path) -> None:
    policy = there / "log" / "policy"
    before = policy.read_bytes()
    results = [
        run("log", "policy", "log", "--witness", "keys/auditor.example%2Fwitness.vkey"),
        run("log", "policy", "log", "--witness", "keys/commissioner.vkey"),
        run("log", "policy", "log", "--quorum", "2"),
    ]
    assert policy.read_bytes() == before
    policy.write_bytes(b"# by hand\n" + before)
    results.append(run("log", "policy", "log", "--witness", "keys/stranger.vkey"))
    assert policy.read_bytes() == b"# by hand\n" + before
    policy.unlink()
    results.append(run("log", "policy", "log"))
    assert {result.exit_code for result in results} == {1}, [result.output for result in results]
    assert_golden("\n".join(result.stderr for result in results).replace(str(there), "."), HERE / "refused_policy.txt")
