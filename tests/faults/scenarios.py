"""The commands that write, each with what must hold whatever happens under it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from injecting import REMOVES, Commands, Fault, Run

from pbr.audit.difference import DIGESTS
from pbr.audit.verify import verify
from pbr.log.checking import check_log
from pbr.log.folder import Tree
from pbr.log.kept import read_kept
from pbr.log.policy import open_policy
from pbr.log.receipts import check_receipt
from pbr.platform.files import files_here

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT / "tests" / "samples" / "pbr-trail-1" / "contract" / "contract.yaml"
INPUTS = tuple(ROOT / "tests" / "samples" / "pbr-trail-1" / "inputs" / name for name in ("releases.csv", "offences.csv"))
SAMPLE = ROOT / "tests" / "samples" / "pbr-trail-1"


@dataclass(frozen=True)
class Scenario:
    """``prepare`` makes what stands before; ``command`` (the words after ``pbr``) is run in a copy of it with a fault; ``wrong`` says what does not
    hold then, ``again`` what does not hold after the same command once more without one."""

    name: str
    prepare: Callable[[Path, Commands], None]
    command: Callable[[Path], list[str]]
    wrong: Callable[[Path, Run, Fault], list[str]]
    again: Callable[[Path, Commands], list[str]]


def _spoken(result: Run, fault: Fault) -> list[str]:
    """An error is told in words: what was refused with its code, a trouble of the machine by exit code 5 and what was being done. No traceback."""
    wrong = ["a traceback"] if "Traceback" in result.said else []
    told = re.search(r"\bPBR[0-9]{3}\b", result.said) or (result.code == 5 and "While " in result.said)
    if fault.how == "error" and result.code and not told:
        wrong.append(f"it ends with {result.code} and no code: {result.said[-200:]!r}")
    return wrong


def _stops(done: Run) -> list[str]:
    return [f"it ends with {done.code}: {done.said[:300]}"] if done.code else []


# assess -------------------------------------------------------------------------------------------------------------------------


def _assess(home: Path) -> list[str]:
    data = [f"--data={SAMPLE / 'inputs' / name}" for name in ("offences.csv", "releases.csv")]
    return ["assess", str(SAMPLE / "contract" / "contract.yaml"), *data, "--complete-to", "2015-06-30", "--out", str(home / "out")]


def _assessed(home: Path, result: Run, fault: Fault) -> list[str]:
    wrong = _spoken(result, fault)
    out = home / "out"
    if out.exists():
        checked = verify(out, digests_only=True)
        wrong += [f"the folder is there and not whole: {checked.differences[:1]}"] if checked.state != DIGESTS else []
    elif not result.code:
        wrong.append("it says that it is done, and there is no folder")
    if fault.how == "error":
        wrong += [
            f"left behind: {path.name}"
            for path in home.iterdir()
            if path.name.endswith(".part") and fault.call not in ("unlink", "unlinkat", "rmdir")
        ]
    return wrong


def _assess_again(home: Path, commands: Commands) -> list[str]:
    return [] if (home / "out").exists() else _stops(commands.run(_assess(home)))


# the log ------------------------------------------------------------------------------------------------------------------------

LOG, ANALYST, CLERK, PROVIDER, WITNESS = "pbr.example/faults", "analyst", "clerk", "provider", "witness"


def _parties(home: Path, commands: Commands) -> None:
    """Keys, a log that has adopted the contract, one submission in it, what a reader kept of it, and a receipt."""
    for name, kind in ((LOG, "log"), (ANALYST, "party"), (CLERK, "party"), (PROVIDER, "party"), (WITNESS, "witness")):
        _must(commands, "key", "new", name, "--for", kind, "--keys", home / "keys")
    keys = [
        f"--{role}={home / 'keys' / name}.vkey"
        for role, name in (("commissioner", CLERK), ("assessor", ANALYST), ("approver", CLERK), ("provider", PROVIDER))
    ]
    witness = (home / "keys" / f"{WITNESS}.vkey").read_text().strip()
    _must(commands, "log", "init", home / "log", "--origin", LOG, "--key", LOG, "--witness", witness, "--quorum", "0", *_keys(home))
    _must(commands, "log", "append", home / "log", "contract", CONTRACT, "--key", CLERK, *keys, *_keys(home))
    _must(commands, "log", "append", home / "log", "submission", INPUTS[0], "--key", PROVIDER, *_keys(home))
    shutil.copy(home / "log" / "policy", home / "policy")
    _must(commands, "log", "audit", home / "log", "--policy", home / "policy", "--kept", home / "kept")
    _must(commands, "log", "prove", home / "log", "1", "--out", home / "receipt.tlog-proof")


def _keys(home: Path) -> list[str]:
    return ["--keys", str(home / "keys")]


def _must(commands: Commands, *words: str | Path) -> None:
    done = commands.run(words)
    if done.code:
        raise RuntimeError(f"pbr {' '.join(map(str, words))} ends with {done.code}: {done.said}")


def _log_holds(home: Path, most: int, least: int = 2) -> list[str]:
    """The log is not broken, goes on from what was kept, and the receipt from before is good; it has ``least`` to ``most`` entries."""
    files = files_here()
    seen = check_log(home / "log", files, policy=open_policy(home / "policy", files), kept=read_kept(home / "kept", files)).answer.to_json()
    wrong = [f"the log is broken: {seen['findings'][:2]}"] if seen["verdict"] != "verified" else []
    size = seen["size"]
    wrong += [f"the log has {size} entries"] if size is None or not least <= size <= most else []
    proof = (home / "receipt.tlog-proof").read_bytes()
    answer, receipt = check_receipt(proof, open_policy(home / "policy", files))
    wrong += [f"the receipt from before: {answer.findings}"] if answer.findings or receipt is None else []
    if receipt is not None and isinstance(size, int) and size > receipt.index:
        wrong += [] if Tree(files, home / "log", size).entry(receipt.index) == receipt.data else ["the receipt's entry is another one now"]
    return wrong


def _logged(most: int, done: int) -> Callable[[Path, Run, Fault], list[str]]:
    """``done``: how many entries there are where the command says that it is done."""

    def wrong(home: Path, result: Run, fault: Fault) -> list[str]:
        least = done if not result.code else 2
        return _spoken(result, fault) + _log_holds(home, most, least)

    return wrong


def _log_again(command: Callable[[Path], list[str]], size: int) -> Callable[[Path, Commands], list[str]]:
    """The same command once more: it is done, or was done already; and the log has ``size`` entries, each once."""

    def again(home: Path, commands: Commands) -> list[str]:
        done = commands.run(command(home))
        return ([] if any(code in done.said for code in ALREADY) else _stops(done)) + _log_holds(home, size, size)

    return again


ALREADY = ("PBR573", "PBR577", "PBR601")  # it stands in the log already; it was approved by this key already; the folder is there


def _receive(home: Path) -> list[str]:
    return ["log", "append", str(home / "log"), "submission", str(INPUTS[1]), "--key", PROVIDER, *_keys(home)]


def _assess_and_log(home: Path) -> list[str]:
    return [*_assess(home), "--log", str(home / "log"), "--key", ANALYST, *_keys(home)]


def _assessed_before(home: Path, commands: Commands) -> None:
    _parties(home, commands)
    _must(commands, *_assess_and_log(home))
    _must(commands, "log", "audit", home / "log", "--policy", home / "policy", "--kept", home / "kept")


def _approve(home: Path) -> list[str]:
    return ["approve", str(home / "out"), "--log", str(home / "log"), "--key", CLERK, "--reason", "seen", *_keys(home)]


def _cosign(home: Path) -> list[str]:
    return ["log", "witness", str(home / "log"), "--key", WITNESS, "--kept", str(home / "seen"), "--add", *_keys(home)]


def _assessed_and_logged(home: Path, result: Run, fault: Fault) -> list[str]:
    return _assessed(home, result, fault) + _log_holds(home, 4, 2 if result.code else 4)


def _logged_later(home: Path, commands: Commands) -> list[str]:
    """Where the folder is there and not logged, it can be logged later; else it is made again."""
    if (home / "out").exists():
        command = ["log", "append", str(home / "log"), "assessment", str(home / "out"), "--key", ANALYST, *_keys(home)]
    else:
        command = _assess_and_log(home)
    return _log_again(lambda home: command, 4)(home, commands)


# the pack -----------------------------------------------------------------------------------------------------------------------


def _pack(home: Path) -> list[str]:
    return ["pack", str(home / "out"), "--log", str(home / "log"), "--out", str(home / "pack")]


def _packed(home: Path, result: Run, fault: Fault) -> list[str]:
    wrong = _spoken(result, fault) + _log_holds(home, 5)
    if (home / "pack").exists():
        checked = subprocess.run(
            [sys.executable, str(ROOT / "verifiers" / "verify.py"), "pack", str(home / "pack"), "--policy", str(home / "policy")],
            capture_output=True,
            text=True,
        )
        wrong += [f"the pack is there and not whole: {checked.stdout[:300]}"] if checked.returncode else []
    elif not result.code:
        wrong.append("it says that it is done, and there is no pack")
    if fault.how == "error" and fault.call not in REMOVES:
        wrong += [f"left behind: {path.name}" for path in home.iterdir() if path.name.endswith(".part")]
    return wrong


def _pack_again(home: Path, commands: Commands) -> list[str]:
    return [] if (home / "pack").exists() else _stops(commands.run(_pack(home)))


SCENARIOS = (
    Scenario("assess", lambda home, commands: None, _assess, _assessed, _assess_again),
    Scenario("log append submission", _parties, _receive, _logged(3, 3), _log_again(_receive, 3)),
    Scenario("assess --log", _parties, _assess_and_log, _assessed_and_logged, _logged_later),
    Scenario("approve", _assessed_before, _approve, _logged(5, 5), _log_again(_approve, 5)),
    Scenario("log witness --add", _parties, _cosign, _logged(2, 2), _log_again(_cosign, 2)),
    Scenario("pack", _assessed_before, _pack, _packed, _pack_again),
)
