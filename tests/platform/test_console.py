"""Every character reaches every console: as itself, in words, or as its number."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pbr.platform.console import PLAIN, make_printable

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT / "contracts/justice/hmp-doncaster"


def printed(text: str, encoding: str) -> bytes:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="")
    make_printable(stream)
    stream.write(text)
    stream.flush()
    return raw.getvalue()


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "£1 ≥ 中 ·"),
        ("cp1252", "£1 >= \\u4e2d ·"),
        ("cp850", "£1 >= \\u4e2d ·"),
        ("ascii", "GBP 1 >= \\u4e2d -"),
    ],
)
def test_what_is_shown(encoding: str, shown: str) -> None:
    assert printed("£1 ≥ 中 ·", encoding).decode(encoding) == shown


def test_two_names_never_look_alike() -> None:
    names = ["中", "\\u4e2e", "ł", "ø", "é"]
    assert len({printed(name, "ascii") for name in names}) == len(names)
    assert all(text.isascii() for text in PLAIN.values())


def run(encoding: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    code = "import sys; from pbr.cli.main import main; sys.argv[0] = 'pbr'; main()"
    return subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, env=environment, capture_output=True, check=False)


@pytest.mark.parametrize(("encoding", "sum_"), [("cp1252", "£16,600,000.00"), ("koi8-r", "GBP 16,600,000.00")])
def test_commands_on_such_a_console(encoding: str, sum_: str) -> None:
    """(For ASCII click itself writes UTF-8.)"""
    done = run(encoding, "show", str(CONTRACT))
    assert done.returncode == 0 and done.stderr == b""
    assert sum_ in done.stdout.decode(encoding)


def test_json_reads_back_the_same() -> None:
    wide, narrow = (json.loads(run(encoding, "check", str(CONTRACT), "--json").stdout) for encoding in ("utf-8", "cp1252"))
    assert wide == narrow
