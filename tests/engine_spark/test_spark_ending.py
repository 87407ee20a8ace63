"""What is left of Spark when an assessment ends, however it ends: no process, no file, and nothing that others could read meanwhile."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pbr.engine.spark.ending import quiet
from pbr.engine.spark.session import missing, open_session
from pbr.problem import Refused

if WHY := missing():
    pytest.skip(f"not checked with Spark: {WHY}", allow_module_level=True)
if not Path("/proc/self/task").exists():
    pytest.skip("not checked: what processes there are (this system has no /proc)", allow_module_level=True)

ROOT = Path(__file__).resolve().parents[2]
DONCASTER = ROOT / "contracts" / "justice" / "hmp-doncaster"
LONG = 240  # seconds: Spark starts slowly where much else runs


def test_what_is_put_aside_is_private(spark: Any) -> None:
    """Rows that are sorted or joined go through files in the folder of temporary files, which everybody may look into."""
    status = Path(f"/proc/{spark.sparkContext._gateway.proc.pid}/status").read_text()
    assert "\nUmask:\t0077\n" in status, status


def test_ctrl_c_stays_ours(spark: Any) -> None:
    assert spark is not None and "pyspark" not in getattr(signal.getsignal(signal.SIGINT), "__module__", "")


@pytest.mark.usefixtures("spark")
def test_a_session_of_somebody_else_is_not_taken() -> None:
    with pytest.raises(Refused, match="PBR527"):
        open_session()


@pytest.mark.parametrize(
    ("logger", "says"),
    [("", "KeyboardInterrupt while sending command."), ("py4j.clientserver", "Exception occurred while shutting down connection")],
)
def test_what_py4j_says_of_ctrl_c_is_not_printed(logger: str, says: str, caplog: pytest.LogCaptureFixture) -> None:
    with quiet():
        logging.getLogger(logger).error(says)
        logging.getLogger(logger).error("Something else")
    logging.getLogger(logger).error("Later, " + says)
    assert [record.message for record in caplog.records] == ["Something else", "Later, " + says]


def children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] != "Z"  # Z: it has ended, and nobody has asked how
    except (FileNotFoundError, ProcessLookupError):
        return False


def started(process: int, folder: Path) -> bool:
    return any("java" in Path(f"/proc/{one}/cmdline").read_text() for one in children(process))


def writes(process: int, folder: Path) -> bool:
    """Spark is writing what it works out."""
    return any(folder.glob(".out*.part/.spark/*/*/_temporary"))


@pytest.mark.parametrize("moment", [started, writes])
def test_ctrl_c_leaves_nothing(tmp_path: Path, moment: Callable[[int, Path], bool]) -> None:
    """Java is known by its temporary folder. The signal comes twice, as from somebody who is impatient."""
    scratch, here = tmp_path / "scratch", tmp_path / "here"
    scratch.mkdir()
    here.mkdir()
    data = [word for path in sorted((DONCASTER / "submission").glob("*.csv")) for word in ("--data", str(path))]
    words = ["-m", "pbr", "assess", str(DONCASTER), *data, "--complete-to", "2015-06-30", "--engine", "spark", "--out", str(here / "out")]
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch), "_JAVA_OPTIONS": f"-Djava.io.tmpdir={scratch}"}
    ran = subprocess.Popen(
        [sys.executable, *words],
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.SIG_DFL
        ),  # where the tests run in the background, it is ignored, and children would ignore it too
    )
    begun, java = time.monotonic(), []
    try:
        while not moment(ran.pid, here):
            assert ran.poll() is None and time.monotonic() - begun < LONG, ran.communicate()
            time.sleep(0.02)
        java = children(ran.pid)
        assert not any(folder.stat().st_mode & 0o077 for folder in scratch.glob("blockmgr*"))
        ran.send_signal(signal.SIGINT)
        time.sleep(0.5)
        ran.send_signal(signal.SIGINT)
        _, said = ran.communicate(timeout=LONG)  # Java holds stderr open as long as it runs
    finally:
        ran.kill()
        left = [one for one in java if runs(one)]
        for one in left:
            os.kill(one, signal.SIGKILL)
    # the second may come when all is done and Python itself ends: then it is what ended it
    assert ran.returncode in (130, -signal.SIGINT) and said.endswith("Stopped. Nothing was half-written.\n") and "Traceback" not in said, (
        said
    )
    assert not left and list(here.iterdir()) == []
    assert [path for path in scratch.rglob("*") if path.suffix != ".lck" and "snappy" not in path.name and "lz4" not in path.name] == []
