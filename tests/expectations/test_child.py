"""Great Expectations runs in a process of its own: whatever becomes of it is one message, and nothing is left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pbr.expectations.data_docs import data_docs
from pbr.platform.files import RealFiles
from pbr.problem import Refused
from tests.expectations.wide import PLAN, RIGHT, VISITED, read
from tests.golden import assert_golden

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LOOK = "import sys; print('loaded:', sorted(name for name in ('great_expectations', 'pandas') if name in sys.modules))"

# what stands in the place of the library -> code, and how long it may take
STANDINS = {
    "silent-exit": ("import sys\nsys.exit(0)\n", "PBR610", 60),
    "exit-1": ("raise RuntimeError('two versions of it\\nare there')\n", "PBR610", 60),
    "absent": ("raise ImportError('No module named great_expectations')\n", "PBR613", 60),
    "endless": ("import time\ntime.sleep(60)\n", "PBR611", 1),
}


@pytest.mark.parametrize("name", STANDINS)
def test_a_failure_is_one_message(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, code, limit = STANDINS[name]
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "great_expectations.py").write_text(program)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "path"))
    with read([RIGHT], VISITED, []) as accepted, pytest.raises(Refused) as refused:
        data_docs(PLAN, accepted, tmp_path / "docs", RealFiles(), limit=limit)
    assert [problem.code for problem in refused.value.problems] == [code]
    assert [path.name for path in tmp_path.iterdir()] == ["path"]  # neither the folder nor a hidden part of it
    assert_golden(str(refused.value) + "\n", HERE / f"{code}-{name}.txt")


def test_the_child_reaches_no_network() -> None:
    program = (
        "import sys, socket\nfrom pbr.expectations.child import _no_network\nsys.addaudithook(_no_network)\n"
        "for call in (lambda: socket.create_connection(('127.0.0.1', 9)), lambda: socket.getaddrinfo('example.org', 80)):\n"
        "    try:\n        call()\n    except PermissionError as error:\n        print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout == "validating a submission reaches no network\n" * 2


@pytest.mark.parametrize(
    "program",
    [
        "import pbr",
        "import pbr.expectations.suite, pbr.expectations.writing, pbr.expectations.data_docs, pbr.expectations.frame",
        "from pbr.cli.main import main; sys.argv = ['pbr', '--help']; main()",
        "from pbr.cli.main import main; sys.argv = ['pbr', 'check', 'contracts/justice/hmp-doncaster']; main()",
        "from pbr.cli.main import main; d = 'contracts/justice/hmp-doncaster'; sys.argv = ['pbr', 'assess', d, '--data', d + '/submission/releases.csv', "
        "'--data', d + '/submission/offences.csv', '--complete-to', '2015-06-30', '--out', OUT]; main()",
    ],
    ids=["import pbr", "import pbr.expectations", "--help", "check", "assess"],
)
def test_nothing_else_loads_it(program: str, tmp_path: Path) -> None:
    whole = f"import sys\nOUT = {str(tmp_path / 'out')!r}\ntry:\n    {program}\nexcept SystemExit as end:\n    assert not end.code, end.code\n{LOOK}\n"
    run = subprocess.run([sys.executable, "-c", whole], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "loaded: []"
