"""``pbr assess --engine spark`` where Spark cannot be had: said in words, before anything is read or written. None of it needs Spark."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pbr.cli.main import cli
from pbr.engine.spark import session
from tests.golden import assert_golden

HERE = Path(__file__).parent / "spark"
CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
PLAIN = CONTRACTS / "environment" / "amazon-fund"


def assess(contract: Path, out: Path, *words: str) -> Result:
    data = [word for path in sorted((contract / "submission").glob("*.csv")) for word in ("--data", str(path))]
    given = ["assess", str(contract), *data, "--complete-to", "2012-12-31", "--out", str(out), *words]
    result = CliRunner().invoke(cli, given, prog_name="pbr")
    assert list(out.parent.iterdir()) == []
    return result


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "missing", lambda: "")


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "find_spec", lambda name: None)
    result = assess(PLAIN, tmp_path / "out", "--engine", "spark")
    assert result.exit_code == 1 and result.stdout == ""
    assert_golden(result.stderr, HERE / "not_installed.txt")


def test_without_java_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "find_spec", lambda name: object())
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    result = assess(PLAIN, tmp_path / "out", "--engine", "spark")
    assert result.exit_code == 1 and result.stdout == ""
    assert_golden(result.stderr, HERE / "no_java.txt")


@pytest.mark.usefixtures("installed")
def test_a_master_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with socket.socket() as free:  # a port where nobody listens
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    result = assess(PLAIN, tmp_path / "out", "--engine", "spark", "--master", f"spark://127.0.0.1:{port}")
    assert result.exit_code == 1 and result.stdout == ""
    assert_golden(result.stderr.replace(str(port), "7077"), HERE / "no_answer.txt")


@pytest.mark.parametrize(("master", "golden"), [("sparkle", "no_master.txt"), ("spark://cluster", "no_port.txt")])
@pytest.mark.usefixtures("installed")
def test_what_is_no_master_is_said_before_spark_starts(tmp_path: Path, master: str, golden: str) -> None:
    result = assess(PLAIN, tmp_path / "out", "--engine", "spark", "--master", master)
    assert result.exit_code == 1 and result.stdout == ""
    assert_golden(result.stderr, HERE / golden)


def test_a_master_is_only_for_spark(tmp_path: Path) -> None:
    result = assess(PLAIN, tmp_path / "out", "--master", "local[2]")
    assert result.exit_code == 2 and "--master is the master of Spark: give --engine spark too" in result.stderr
