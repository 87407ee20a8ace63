"""``pbr log audit`` in words: what is verified and by what, what is broken and where, what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pbr.cli.main import cli
from pbr.log.kept import MARK
from tests.golden import assert_golden
from tests.log.written import placed, writing

SAMPLES = Path(__file__).parents[1] / "samples" / "pbr-log-1"
HERE = Path(__file__).parent / "log"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["log", "audit", *words], prog_name="pbr")


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the log of 12 entries and the reader's policy, that the commands are run in."""
    placed(tmp_path / "log", writing.sound(12).files)
    (tmp_path / "trusted").write_bytes(b"# mine\n" + (SAMPLES / "policy").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_sample_has_its_answer() -> None:
    for name, expected in json.loads((SAMPLES / "expected.json").read_text()).items():
        view = str(SAMPLES / name.replace("log", "view-of") / "checkpoint")
        result = run(str(SAMPLES / name), "--policy", str(SAMPLES / "policy"), "--kept", view, "--json")
        answer = json.loads(result.stdout)
        assert (result.exit_code, answer | expected, result.stdout.count("\n")) == (0, answer, 1)
        assert answer["findings"] == []


def test_words_from_one_time_to_the_next(there: Path) -> None:
    said = [run("log").stdout, run("log", "--policy", "trusted", "--kept", "seen").stdout, run("log", "--kept", "seen").stdout]
    assert (there / "seen" / "policy").read_bytes() == (there / "trusted").read_bytes()
    sound = writing.sound(12)
    bare = writing.log_of(sound.entries, writing.Keys(), witnessed=False)
    (there / "log" / "checkpoint").write_bytes(bare.files["checkpoint"])
    (there / "log" / "cosigned" / "12").unlink()
    said.append(run("log", "--kept", "seen").stdout)
    placed(there / "log", writing.sound(5).files)
    result = run("log", "--policy", "trusted", "--kept", "seen")
    assert result.exit_code == 3
    assert (there / "seen" / "hashes").stat().st_size == 12 * 32
    assert_golden("\n-----\n".join([*said, result.stdout]), HERE / "audit.txt")


def test_the_environment_says_where_views_are_kept(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PBR_KEPT", "views/of/mine")
    assert "First seen" in run("log").stdout and "It continues" in run("log").stdout
    assert (there / "views" / "of" / "mine" / "pbr.example%2Ftampered" / "hashes").stat().st_size == 12 * 32


def test_nothing_is_kept_that_no_policy_judged(there: Path) -> None:
    """The first time the log's own policy is kept, and trusted from then on; where there is none, nothing is."""
    assert "trusted from now on because it was the first" in run("log", "--kept", "first").stdout
    own = (there / "log" / "policy").read_bytes()
    assert (there / "first" / "policy").read_bytes() == MARK + own
    (there / "log" / "policy").write_bytes(own.replace(b"quorum W", b"quorum none"))
    answer = json.loads(run("log", "--kept", "first", "--json").stdout)
    assert (answer["verdict"], answer["witnessed"]) == ("verified", 12) and (there / "first" / "policy").read_bytes() == MARK + own

    (there / "log" / "policy").unlink()
    told = run("log", "--kept", "none", "--json")
    assert (told.exit_code, (there / "none").exists()) == (1, False)
    assert "Nothing was kept: the log has no policy, and none was given" in told.stderr
    (there / "first" / "policy").unlink()
    before = (there / "first" / "checkpoint").read_bytes()
    told = run("log", "--kept", "first")
    assert told.exit_code == 1 and "no policy was kept with the view" in told.stdout and told.stdout.startswith("Internally consistent")
    assert (there / "first" / "checkpoint").read_bytes() == before and not (there / "first" / "policy").exists()
    assert run("log", "--kept", "first", "--policy", "trusted").exit_code == 0
    assert (there / "first" / "policy").read_bytes() == (there / "trusted").read_bytes()


def test_a_kept_policy_that_cannot_be_read_is_a_misuse(there: Path) -> None:
    assert run("log", "--kept", "seen").exit_code == 0
    (there / "seen" / "policy").write_text("quorum\n")
    assert run("log", "--kept", "seen").exit_code == 1
    (there / "seen" / "policy").unlink()
    (there / "seen" / "policy").symlink_to(there / "trusted")
    assert run("log", "--kept", "seen").exit_code == 1
    assert run("log", "--kept", "seen", "--policy", "trusted").exit_code == 1
    (there / "put").mkdir()
    (there / "put" / "policy").write_bytes((there / "trusted").read_bytes())
    assert run("log", "--kept", "put").exit_code == 1


def test_what_cannot_be_read_is_said_in_words(there: Path) -> None:
    (there / "empty").write_text("quorum\n")
    (there / "alone").mkdir()
    (there / "alone" / "checkpoint").write_bytes((there / "log" / "checkpoint").read_bytes())
    results = [
        run("nowhere"),
        run("trusted"),
        run("log", "--policy", "nobody"),
        run("log", "--policy", "empty"),
        run("log", "--kept", "alone"),
        run("log", "--kept", "trusted"),
    ]
    assert {result.exit_code for result in results} == {1}
    assert_golden("\n".join(result.stderr for result in results), HERE / "refused.txt")
