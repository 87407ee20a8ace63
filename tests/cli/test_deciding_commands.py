"""The commands that write to a log and read from it, as a person types them. What they refuse is in tests/audit/test_refused_decisions.py."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pbr.cli.main import cli

TINY = Path(__file__).parent / "tiny"
DATA = ["--data", str(TINY / "people.csv"), "--data", str(TINY / "jobs.csv"), "--complete-to", "2022-06-30"]


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words], prog_name="pbr")


def done(*words: object) -> str:
    result = run(*words)
    assert result.exit_code == 0 and result.stderr == "", result.output
    return result.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys, a log, the contract in it (0), people.csv received (1) and an assessment ``a`` with jobs.csv (2 and 3)."""
    home = tmp_path_factory.mktemp("deciding")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.setenv("PBR_KEYS", "keys")
        done("key", "new", "pbr.example/tiny", "--for", "log")
        for name in ("town", "analyst", "clerk", "agency"):
            done("key", "new", name)
        done("log", "init", "log", "--origin", "pbr.example/tiny")
        keys = (
            "--commissioner",
            "keys/town.vkey",
            "--assessor",
            "keys/analyst.vkey",
            "--approver",
            "keys/clerk.vkey",
            "--provider",
            "keys/agency.vkey",
        )
        assert "adopted: entry 0 of log" in done("log", "append", "log", "contract", TINY, "--key", "town", *keys)
        assert "1 file is logged as received: entry 1" in done(
            "log", "append", "log", "submission", TINY / "people.csv", "--key", "agency", "--receipt", "1.tlog-proof"
        )
        printed = done("assess", TINY, *DATA, "--out", "a", "--log", "log", "--key", "analyst")
        assert printed.rstrip().endswith("a draft until it is approved: pbr approve a --log log --key NAME --reason TEXT")
    return home


@pytest.fixture
def here(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(home)
    monkeypatch.setenv("PBR_KEYS", "keys")
    return home


def test_an_assessment_is_challenged_and_approved(here: Path) -> None:
    told = done("challenge", "a", "--log", "log", "--key", "agency", "--line", "bonus[2020]", "--reason", "p4 counts")
    assert told.startswith("a is challenged: entry 3 of the log, by analyst")
    assert "missing: an approval that answers the challenge of entry 4" in told
    assert (
        run("approve", "a", "--log", "log", "--key", "clerk", "--reason", "x", "--digests-only", "--data", TINY / "jobs.csv").exit_code == 2
    )
    told = done("approve", "a", "--log", "log", "--key", "clerk", "--reason", "p4 is held", "--answers", 4, "--json")
    assert json.loads(told)["state"] == "approved" and json.loads(told)["computed_again"]
    told = done("explain", "a", "--log", "log")
    assert told.startswith("a is approved: entry 3") and "How to go on:" in told
    assert json.loads(done("explain", "a", "bonus", "2020", "--log", "log", "--json"))["decision"]["approvals"][0]["reason"] == "p4 is held"


def test_a_folder_is_verified_with_its_log(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = run("verify", "a", "--log", "log", "--digests-only")
    assert told.exit_code == 4 and "entry 3 of log, logged by analyst" in told.stdout
    assert "Nobody has checked that the payments follow from the data." in told.stdout
    told = run("verify", "a", "--log", "log", "--digests-only", "--policy", "log/policy")
    assert told.stdout.rstrip().endswith("No view of the log was kept, to compare with next time (--kept DIR).")
    monkeypatch.setenv("PBR_KEPT", "seen")
    Path("seen").mkdir(exist_ok=True)
    told = run("verify", "a", "--log", "log", "--policy", "log/policy", "--json")
    found = json.loads(told.stdout)
    assert (told.exit_code, found["state"], found["decision"]["entry"]) == (0, "verified", 3), told.output
    assert Path("seen/pbr.example%2Ftiny/checkpoint").is_file()
    assert "verified" not in run("verify", "a", "--log", "log", "--digests-only", "--private", "nowhere").stdout


def test_verify_takes_a_log_or_a_receipt(here: Path) -> None:
    assert done("verify", "log").startswith("Internally consistent: nothing is wrong with this log")
    told = done("verify", "1.tlog-proof", "--data", TINY / "people.csv", "--policy", "log/policy")
    assert told.startswith("Verified") and "people.csv is one of the files that were received" in told and "signed as agency+" in told
    assert run("verify", "1.tlog-proof", "--data", TINY / "jobs.csv").exit_code == 3
    assert "no file fits the pattern" in run("verify", "1.tlog-proof", "--data", "*.parquet").stderr
    assert run("verify", "1.tlog-proof", "--kept", "seen").exit_code == 2
    assert run("verify", TINY / "people.csv").exit_code == 3
    assert run("log", "append", "log", "submission", TINY / "jobs.csv", "--key", "agency", "--receipt", "1.tlog-proof").exit_code == 1
    assert run("verify", "log", "--digests-only").exit_code == 2
    assert run("verify", "a", "--policy", "log/policy").exit_code == 2


def test_a_pattern_is_each_of_its_files(here: Path) -> None:
    Path("parts").mkdir()
    for name in ("a", "b"):
        Path(f"parts/{name}.parquet").write_text(name)
    done("log", "append", "log", "submission", "jobs=parts/*.parquet", "--key", "agency", "--unlogged", "parts.json")
    assert all(f"{name}.parquet" in Path("parts.json").read_text() for name in ("a", "b"))


def test_the_lines_of_an_assessment_are_listed_with_its_state(here: Path) -> None:
    told = done("log", "list", "log", "--assessment", "a", "--result", "pays", "--at-least", "£1,000")
    assert [line.split()[3:] for line in told.splitlines()] == [
        ["job_found[p1]", "pays", "£1,000.00"],
        ["job_found[p2]", "pays", "£1,000.00"],
        ["in", "all"],
    ]
    lines = json.loads(done("log", "list", "log", "--assessment", "a", "--period", "2020", "--json"))["lines"]
    assert [(one["line"], one["entry"], one["provider"]) for one in lines] == [("bonus[2020]", 3, "The agency")]
    for words in (["--result", "pays"], ["--assessment", "a", "--kind", "seed"], ["--assessment", "a", "--at-least", "a lot"]):
        assert run("log", "list", "log", *words).exit_code == 2


def test_a_variation_and_a_seed(here: Path) -> None:
    assert "A seed is committed to" in done("log", "append", "log", "seed", "--key", "agency", "--opening", "seed.json")
    told = done("log", "append", "log", "variation", TINY, "--key", "town", "--auditor", "keys/agency.vkey", "--json")
    number = json.loads(told)["entry"]
    assert run("log", "append", "log", "variation", TINY, "--key", "town", "--adopted", number).exit_code == 1


@pytest.mark.parametrize(
    "words",
    [
        ["assess", TINY, *DATA, "--out", "b", "--log", "log"],
        ["assess", TINY, *DATA, "--out", "b", "--key", "analyst"],
        ["assess", TINY, *DATA, "--out", "b", "--adopted", "0"],
        ["approve", "a", "--log", "log", "--key", "clerk"],
        ["log", "append", "log", "submission", "--key", "agency"],
        ["log", "append", "log", "nothing"],
    ],
    ids=lambda words: " ".join(map(str, words[:2])),
)
def test_a_command_that_is_not_whole(here: Path, words: list[object]) -> None:
    assert run(*words).exit_code == 2
    assert not Path("b").exists()


def test_nothing_is_assessed_under_a_contract_that_is_not_adopted(here: Path) -> None:
    Path("contract.yaml").write_text((TINY / "contract.yaml").read_text().replace("£500.00", "£501.00"))
    result = run("assess", "contract.yaml", *DATA, "--out", "b", "--log", "log", "--key", "analyst")
    assert result.exit_code == 1 and "PBR570" in result.stderr and "Nothing was assessed." in result.stderr
    assert not Path("b").exists()


def test_a_pack_is_verified_as_its_folder_and_log_are(here: Path) -> None:
    done("pack", "a", "--out", "packed", "--log", "log")
    assert "packed: verified" in done("unpack", "packed", "--check", "--policy", "log/policy")
    assert done("verify", "packed", "--policy", "log/policy").startswith(
        "packed is verified, and it is approved. Every value in it follows"
    )
    assert run("verify", "packed", "--digests-only").exit_code == 4
    assert run("verify", "packed", "--private", "nowhere").exit_code == 2


def test_what_others_can_read_beside_a_log_is_said_once(here: Path) -> None:
    """0700 and 0600 as it was made: not a word. Opened: one warning on stderr, and the answer as it was."""
    words = ("explain", "a", "--log", "log")
    assert run(*words).stderr == ""
    opening = Path("log.private/openings/1.json")
    opening.chmod(0o644)
    commands = [
        words,
        ("verify", "a", "--log", "log", "--digests-only"),
        ("log", "prove", "log", "1"),
        ("log", "list", "log", "--assessment", "a"),
    ]
    commands.append(("log", "append", "log", "submission", TINY / "people.csv", "--key", "agency"))
    for command in commands:
        assert run(*command).stderr.count("Warning: others on this computer can read or write log.private.") == 1, command
    assert run("log", "list", "log").stderr == run("log", "prove", "log", "1", "--no-openings").stderr == ""
    opening.chmod(0o600)
    Path("log.private").chmod(0o755)
    told = run(*words)
    assert "`chmod -R go= log.private` makes it yours alone" in told.stderr and told.stdout.startswith("a is ")
    Path("log.private").chmod(0o700)


def test_the_private_folder_of_another_log_is_named(here: Path) -> None:
    shutil.copytree("log.private", "other.private")
    signed = Path("other.private/signed")
    signed.write_text(signed.read_text().replace("pbr.example/tiny", "pbr.example/other"))
    for command in (
        ("explain", "a", "--log", "log"),
        ("log", "prove", "log", "1"),
        ("pack", "a", "--log", "log", "--out", "never"),
        ("log", "append", "log", "submission", "keys/agency.vkey", "--key", "agency"),
    ):
        refused = run(*command, "--private", "other.private")
        assert refused.exit_code == 1 and "PBR556" in refused.stderr and "pbr.example/other, and not of this one" in refused.stderr, command
