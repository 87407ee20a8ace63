"""The commands that write, each with what must hold whatever happens under it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from injecting import REMOVES, Fault, Run

from pbr.log.checking import check_log
from pbr.log.kept import read_kept
from pbr.log.policy import open_policy
from pbr.platform.files import files_here

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT / "tests" / "samples" / "pbr-trail-1" / "contract" / "contract.yaml"
INPUTS = tuple(ROOT / "tests" / "samples" / "pbr-trail-1" / "inputs" / name for name in ("releases.csv", "offences.csv"))
SAMPLE = ROOT / "tests" / "samples" / "pbr-trail-1"
PBR = [sys.executable, "-P", "-m", "pbr"]


@dataclass(frozen=True)
class Scenario:
    """``prepare`` makes what stands before; ``command`` is run in a copy of it with a fault; ``wrong`` says what does not hold then, ``again``
    what does not hold after the same command once more without one."""

    name: str
    prepare: Callable[[Path], None]
    command: Callable[[Path], list[str]]
    wrong: Callable[[Path, Run, Fault], list[str]]
    again: Callable[[Path], list[str]]


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PBR, *map(str, words)], capture_output=True, text=True, timeout=120)


def _spoken(result: Run, fault: Fault) -> list[str]:
    """An error is told in words and with an exit code; nobody sees a traceback."""
    wrong = ["a traceback"] if "Traceback" in result.said else []
    return wrong


# assess -------------------------------------------------------------------------------------------------------------------------


def _assess(home: Path) -> list[str]:
    data = [f"--data={SAMPLE / 'inputs' / name}" for name in ("offences.csv", "releases.csv")]
    return [*PBR, "assess", str(SAMPLE / "contract" / "contract.yaml"), *data, "--complete-to", "2015-06-30", "--out", str(home / "out")]


def _assessed(home: Path, result: Run, fault: Fault) -> list[str]:
    wrong = _spoken(result, fault)
    out = home / "out"
    if out.exists():
        checked = run("verify", out, "--digests-only")
        wrong += [f"the folder is there and not whole: {checked.stdout.splitlines()[:1]}"] if checked.returncode != 4 else []
    if fault.how == "error":
        wrong += [
            f"left behind: {path.name}"
            for path in home.iterdir()
            if path.name.endswith(".part") and fault.call not in ("unlink", "unlinkat", "rmdir")
        ]
    return wrong


def _assess_again(home: Path) -> list[str]:
    if (home / "out").exists():
        return []
    done = subprocess.run(_assess(home), capture_output=True, text=True, timeout=120)
    return [f"it ends with {done.returncode}: {done.stderr[:200]}"] if done.returncode else []


# the log ------------------------------------------------------------------------------------------------------------------------

LOG, ANALYST, CLERK, PROVIDER, WITNESS = "pbr.example/faults", "analyst", "clerk", "provider", "witness"


def _parties(home: Path) -> None:
    """Keys, a log that has adopted the contract, one submission in it, what a reader kept of it, and a receipt."""
    for name, kind in ((LOG, "log"), (ANALYST, "party"), (CLERK, "party"), (PROVIDER, "party"), (WITNESS, "witness")):
        _must("key", "new", name, "--for", kind, "--keys", home / "keys")
    keys = [
        f"--{role}={home / 'keys' / name}.vkey"
        for role, name in (("commissioner", CLERK), ("assessor", ANALYST), ("approver", CLERK), ("provider", PROVIDER))
    ]
    witness = (home / "keys" / f"{WITNESS}.vkey").read_text().strip()
    _must("log", "init", home / "log", "--origin", LOG, "--key", LOG, "--witness", witness, "--quorum", "0", *_keys(home))
    _must("log", "append", home / "log", "contract", CONTRACT, "--key", CLERK, *keys, *_keys(home))
    _must("log", "append", home / "log", "submission", INPUTS[0], "--key", PROVIDER, *_keys(home))
    shutil.copy(home / "log" / "policy", home / "policy")
    _must("log", "audit", home / "log", "--policy", home / "policy", "--kept", home / "kept")
    _must("log", "prove", home / "log", "1", "--out", home / "receipt.tlog-proof")


def _keys(home: Path) -> list[str]:
    return ["--keys", str(home / "keys")]


def _must(*words: str | Path) -> None:
    done = run(*words)
    if done.returncode:
        raise RuntimeError(f"pbr {' '.join(map(str, words))} ends with {done.returncode}: {done.stderr}{done.stdout}")


def _log_holds(home: Path, most: int) -> list[str]:
    """The log is not broken, goes on from what was kept, and the receipt from before is good; it has at most ``most`` entries."""
    files = files_here()
    seen = check_log(home / "log", files, policy=open_policy(home / "policy", files), kept=read_kept(home / "kept", files)).answer.to_json()
    wrong = [f"the log is broken: {seen['findings'][:2]}"] if seen["verdict"] != "verified" else []
    size = seen["size"]
    wrong += [f"the log has {size} entries"] if size is None or not 2 <= size <= most else []
    checked = subprocess.run(
        [
            sys.executable,
            str(ROOT / "verifiers" / "verify.py"),
            "receipt",
            str(home / "receipt.tlog-proof"),
            "--policy",
            str(home / "policy"),
        ],
        capture_output=True,
        text=True,
    )
    return wrong + ([f"the receipt from before: {checked.stdout[:200]}"] if checked.returncode else [])


def _logged(most: int) -> Callable[[Path, Run, Fault], list[str]]:
    return lambda home, result, fault: _spoken(result, fault) + _log_holds(home, most)


def _log_again(command: Callable[[Path], list[str]], size: int) -> Callable[[Path], list[str]]:
    """The same command once more: it is done, or was done already; and the log has ``size`` entries, each once."""

    def again(home: Path) -> list[str]:
        done = subprocess.run(command(home), capture_output=True, text=True, timeout=120)
        text = done.stdout + done.stderr
        wrong = [f"it ends with {done.returncode}: {text[:300]}"] if done.returncode and not any(code in text for code in ALREADY) else []
        wrong += _log_holds(home, size)
        files = files_here()
        found = check_log(home / "log", files).answer.size
        return wrong + ([f"the log has {found} entries, not {size}"] if found != size else [])

    return again


ALREADY = ("PBR573", "PBR577", "PBR601")  # it stands in the log already; it was approved by this key already; the folder is there


def _receive(home: Path) -> list[str]:
    return [*PBR, "log", "append", str(home / "log"), "submission", str(INPUTS[1]), "--key", PROVIDER, *_keys(home)]


def _assess_and_log(home: Path) -> list[str]:
    return [*_assess(home), "--log", str(home / "log"), "--key", ANALYST, *_keys(home)]


def _assessed_before(home: Path) -> None:
    _parties(home)
    done = subprocess.run(_assess_and_log(home), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    _must("log", "audit", home / "log", "--policy", home / "policy", "--kept", home / "kept")


def _approve(home: Path) -> list[str]:
    return [*PBR, "approve", str(home / "out"), "--log", str(home / "log"), "--key", CLERK, "--reason", "seen", *_keys(home)]


def _cosign(home: Path) -> list[str]:
    return [*PBR, "log", "witness", str(home / "log"), "--key", WITNESS, "--kept", str(home / "seen"), "--add", *_keys(home)]


def _assessed_and_logged(home: Path, result: Run, fault: Fault) -> list[str]:
    return _assessed(home, result, fault) + _log_holds(home, 4)


def _logged_later(home: Path) -> list[str]:
    """Where the folder is there and not logged, it can be logged later; else it is made again."""
    if (home / "out").exists():
        command = [*PBR, "log", "append", str(home / "log"), "assessment", str(home / "out"), "--key", ANALYST, *_keys(home)]
    else:
        command = _assess_and_log(home)
    return _log_again(lambda home: command, 4)(home)


# the pack -----------------------------------------------------------------------------------------------------------------------


def _pack(home: Path) -> list[str]:
    return [*PBR, "pack", str(home / "out"), "--log", str(home / "log"), "--out", str(home / "pack")]


def _packed(home: Path, result: Run, fault: Fault) -> list[str]:
    wrong = _spoken(result, fault) + _log_holds(home, 5)
    if (home / "pack").exists():
        checked = subprocess.run(
            [sys.executable, str(ROOT / "verifiers" / "verify.py"), "pack", str(home / "pack"), "--policy", str(home / "policy")],
            capture_output=True,
            text=True,
        )
        wrong += [f"the pack is there and not whole: {checked.stdout[:300]}"] if checked.returncode else []
    if fault.how == "error" and fault.call not in REMOVES:
        wrong += [f"left behind: {path.name}" for path in home.iterdir() if path.name.endswith(".part")]
    return wrong


def _pack_again(home: Path) -> list[str]:
    if (home / "pack").exists():
        return []
    done = subprocess.run(_pack(home), capture_output=True, text=True, timeout=120)
    return [f"it ends with {done.returncode}: {done.stderr[:300]}"] if done.returncode else []


SCENARIOS = (
    Scenario("assess", lambda home: None, _assess, _assessed, _assess_again),
    Scenario("log append submission", _parties, _receive, _logged(3), _log_again(_receive, 3)),
    Scenario("assess --log", _parties, _assess_and_log, _assessed_and_logged, _logged_later),
    Scenario("approve", _assessed_before, _approve, _logged(5), _log_again(_approve, 5)),
    Scenario("log witness --add", _parties, _cosign, _logged(2), _log_again(_cosign, 2)),
    Scenario("pack", _assessed_before, _pack, _packed, _pack_again),
)
