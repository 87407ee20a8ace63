"""What is too large, too deep or not there is refused, soon and with a message."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pbr.problem import Refused
from pbr.terms.bounds import MOST_BYTES
from pbr.terms.loading import load_contract, load_text

SOON = 1.0  # seconds of processor time: other work on the machine does not count


def codes(text: str | bytes) -> list[str]:
    began = time.process_time()
    with pytest.raises(Refused) as caught:
        load_text(text, "c.yaml")
    assert time.process_time() - began < SOON
    assert len(str(caught.value)) < 100_000
    return [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: " + "[" * 20_000, "PBR106"),
        ("a: " + "{" * 20_000, "PBR106"),
        ("a: " + "[" * 20_000 + "]" * 20_000, "PBR106"),
        ("{a: " * 20_000, "PBR106"),
        ("a: " + "[" * 60 + "]" * 60, "PBR106"),
        ("- " * 20_000, "PBR106"),
        ("? " * 20_000, "PBR106"),
        ("\n".join(" " * depth + "a:" for depth in range(1_000)), "PBR106"),
        ("a: " + "]" * 20_000, "PBR108"),
        ("x" * 10_000_000, "PBR102"),
        (b"\xff" * 10_000_000, "PBR102"),
        ("a: 1\n" * (MOST_BYTES // 5 + 1), "PBR102"),
        ("\0" * 1_000_000, "PBR104"),
        ("\t" * 1_000_000, "PBR105"),
        ("\ud800", "PBR103"),
        ("a: [" + "!x a," * 50_000 + "]", "PBR112"),
        ("a: [" + "(x," * 10_000 + "]", "PBR120"),
        ("a: [\n" + "(x,\n" * 10_000 + "]", "PBR120"),
        ("-\n" * 100_000, "PBR123"),
    ],
)
def test_refused_soon(text: str | bytes, code: str) -> None:
    assert code in codes(text)


def test_depth_of_forty_is_the_bound() -> None:
    def depth(brackets: int) -> set[str]:
        with pytest.raises(Refused) as caught:
            load_text("a: " + "[" * brackets + "x" + "]" * brackets, "c")
        return {problem.code for problem in caught.value.problems}

    assert "PBR106" not in depth(39)
    assert "PBR106" in depth(40)


def test_too_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pbr.terms.reading.MOST_VALUES", 1_000)
    assert "PBR107" not in codes("a: [" + "1, " * 990 + "]")
    assert codes("a: [" + "1, " * 1_000 + "]") == ["PBR107"]


def test_after_a_hundred_problems_only_their_number() -> None:
    with pytest.raises(Refused) as caught:
        load_text("\n".join(f"key{number}: 1" for number in range(1_000)), "c")
    assert len(caught.value.problems) == 100
    assert "more problems" in caught.value.problems[-1].hint


def test_a_long_line_is_not_repeated_whole() -> None:
    with pytest.raises(Refused) as caught:
        load_text("a: " + "x" * 500_000 + "\nb: [" + "x, " * 10_000 + "[]: 1]", "c")
    assert len(str(caught.value)) < 20_000


def test_nothing_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path, tmp_path / "a\0b"):
        with pytest.raises(Refused) as caught:
            load_contract(path)
        assert [problem.code for problem in caught.value.problems] == ["PBR101"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "contract.yaml")
    with pytest.raises(Refused) as caught:
        load_contract(tmp_path)
    assert "not a file" in caught.value.problems[0].says


def test_a_large_file_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "contract.yaml"
    with path.open("wb") as stream:
        stream.truncate(10 * 1024**3)
    began = time.process_time()
    with pytest.raises(Refused) as caught:
        load_contract(path)
    assert caught.value.problems[0].code == "PBR102"
    assert time.process_time() - began < SOON
