"""Starting Great Expectations as a child process, and seeing that it really did what it was asked."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pbr
from pbr.expectations.frame import write_rows
from pbr.expectations.suite import suite_json
from pbr.problem import Problem, Refused, refuse

if TYPE_CHECKING:
    import pandas

LIMIT = 900  # seconds
_WITHOUT = "nothing else needs Great Expectations: the same checks were made without it"


def run_child(
    folder: Path, suites: Mapping[str, Mapping[str, Any]], frames: Mapping[str, pandas.DataFrame], rows: bool = False, limit: int = LIMIT
) -> dict[str, Any]:
    """What ``child`` says of each table of ``suites`` on its frame. ``folder``: an empty one, to work in; what is in it may be personal data.
    ``rows``: ask for the failing rows, and make no pages. ``limit``: seconds.

    Raises Refused: PBR610 it did not finish, PBR611 it took too long, PBR612 an expectation could not be tried, PBR613 it is not installed.
    """
    (folder / "job.json").write_text(json.dumps({"rows": rows, "tables": list(suites)}), encoding="utf-8")
    for number, (name, suite) in enumerate(suites.items()):
        (folder / f"{number}-suite.json").write_bytes(suite_json(suite))
        with (folder / f"{number}-rows.csv").open("w", encoding="utf-8", newline="") as file:
            write_rows(frames[name], file)
    try:
        run = subprocess.run(
            [sys.executable, "-P", "-m", "pbr.expectations.child", str(folder.absolute())],
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        says = f"Great Expectations had not finished after {limit} second{'' if limit == 1 else 's'}, and was stopped"
        raise refuse("PBR611", says, f"give it fewer rows, or leave it out: {_WITHOUT}") from error
    if (folder / "absent.txt").exists():
        missing = (folder / "absent.txt").read_text(encoding="utf-8")
        says = f"Great Expectations cannot be loaded: {_short(missing)}"
        raise refuse("PBR613", says, f"install it (pip install great_expectations), or leave it out: {_WITHOUT}")
    answer = folder / "done.json"
    if run.returncode or not answer.exists():
        says = f"Great Expectations ended without a result: {_why(run)}"
        raise refuse("PBR610", says, f"see that Python can import it and that there is memory for it, or leave it out: {_WITHOUT}")
    done: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    problems = [
        Problem(
            "PBR612",
            f"{table['name']}: the expectation {result['type']} could not be tried: {_short(result['raised'])}",
            f"leave it out: {_WITHOUT}",
        )
        for table in done["tables"]
        for result in table["results"]
        if result["raised"]
    ]
    if problems:
        raise Refused(problems)
    return done


def _environment(folder: Path) -> dict[str, str]:
    """This process's, but for what GX would keep in a home or tell its makers."""
    here = str(Path(pbr.__file__).absolute().parents[1])
    before = os.environ.get("PYTHONPATH")
    home = str(folder.absolute())
    return {
        **os.environ,
        "PYTHONPATH": here + (os.pathsep + before if before else ""),
        "PYTHONIOENCODING": "utf-8",
        "HOME": home,
        "USERPROFILE": home,
        "GX_ANALYTICS_ENABLED": "false",
        "TQDM_DISABLE": "1",
    }


def _why(run: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in run.stderr.splitlines() if line.strip()]
    # a message may have several lines: the first of them begins with the name of the error
    named = [line for line in lines if re.match(r"[A-Za-z_][\w.]*(Error|Exception|Exit|Interrupt): ", line)] or lines
    if run.returncode == 0:
        return "it stopped with code 0 and without a word, as it does where something it loads ends the program"
    if run.returncode < 0:
        return f"it was stopped by signal {-run.returncode}; there may have been too little memory"
    return f"it stopped with code {run.returncode}{': ' + _short(named[-1]) if named else ''}"


def _short(text: str) -> str:
    """One line of somebody else's message."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "it does not say why")
    return first if len(first) <= 200 else first[:199] + "…"
