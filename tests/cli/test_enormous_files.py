"""A file of 4 GB (with nothing in it) where a log or a pack has a small one: said in words, and not read into memory."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden import assert_golden

resource = pytest.importorskip("resource", reason="not checked: memory that is bounded (this system has no limits of that kind)")

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples" / "pbr-pack-1"
GOLDEN = Path(__file__).parent / "enormous_files.txt"
ENORMOUS = 4 << 30
LIMIT = 3 << 30  # bytes of memory a command may have
LIMITED = """
import json, resource, sys
from click.testing import CliRunner
resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
from pbr.cli.main import cli
print(json.dumps([[done.stdout + done.stderr, done.exit_code] for words in json.loads(sys.argv[1]) for done in [CliRunner().invoke(cli, words, prog_name="pbr")]]))
""".replace("MOST", str(3 << 30))  # bytes of memory for all of them together
OF_A_LOG = (("log", "audit", "log"), ("log", "prove", "log", "1"), ("pack", "a", "--out", "new", "--log", "log"))


def told(home: Path, *commands: tuple[str, ...]) -> list[str]:
    """What each of the commands prints, and its exit code. All run in one program: to begin another takes long."""
    words = [sys.executable, "-c", LIMITED, json.dumps(commands)]
    done = subprocess.run(words, cwd=home, capture_output=True, check=False, timeout=120, env={"PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr.decode()
    answers = json.loads(done.stdout)
    assert all("Traceback" not in printed and code in (1, 3) for printed, code in answers), answers
    return [f"$ pbr {' '.join(words)}\n{printed}exit code {code}\n\n" for words, (printed, code) in zip(commands, answers, strict=True)]


def enlarge(path: Path) -> None:
    with path.open("ab") as file:
        file.truncate(ENORMOUS)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLES / "plain", tmp_path / "p")
    shutil.copytree(SAMPLES / "plain" / "data" / "log", tmp_path / "log")
    shutil.copytree(SAMPLES / "plain" / "data" / "assessment", tmp_path / "a")
    return tmp_path


def test_what_is_said_of_them(home: Path) -> None:
    shutil.copy(SAMPLES / "policy", home / "policy")
    shutil.copytree(home / "p", home / "q")
    large = [
        f"{tag}manifest-{name}.txt" for tag in ("", "tag") for name in ("sha256", "sha512")
    ]  # so that no digest of the others is taken
    large += ["data/receipts/2.tlog-proof", "data/log/tile/entries/000.p/4", "data/log/checkpoint"]
    for path in ("policy", "log/tile/entries/000.p/4", *(f"p/{path}" for path in large)):
        enlarge(home / path)
    pack = ("unpack", "p", "--check", "--json")
    *said, last = told(home, *OF_A_LOG, ("unpack", "q", "--check", "--policy", "policy"), ("verify", "p/data/receipts/2.tlog-proof"), pack)
    said += [f"$ pbr {' '.join(pack)}      of the files that are enormous:\n"]
    answer = json.loads(last.split("\n", 1)[1].rpartition("exit code")[0])
    said += [f"{one['class']} {one['file']}: {one['says']}\n" for one in answer["findings"] if one["file"] in large]
    assert not (home / "new").exists()
    assert_golden("".join(said), GOLDEN)
