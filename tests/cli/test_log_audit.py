"""``pbr log audit`` in words: what is verified and by what, what is broken and where, what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pbr.cli.main import cli
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
    (tmp_path / "trusted").write_bytes((SAMPLES / "policy").read_bytes())
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
    placed(there / "log", writing.sound(5).files)
    result = run("log", "--policy", "trusted", "--kept", "seen")
    assert result.exit_code == 3
    assert (there / "seen" / "hashes").stat().st_size == 12 * 32
    assert_golden("\n-----\n".join([*said, result.stdout]), HERE / "audit.txt")


def test_the_environment_says_where_views_are_kept(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PBR_KEPT", "views/of/mine")
    assert "First seen" in run("log").stdout and "It continues" in run("log").stdout
    assert (there / "views" / "of" / "mine" / "pbr.example%2Ftampered" / "hashes").stat().st_size == 12 * 32


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
