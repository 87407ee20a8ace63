"""Three verifiers asked about the same folder, and what their answers are worth: agreed or not, found or not, located or not."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
Answer = dict[str, Any]


class Asked:
    """A verifier that stays open: a line of words in, a line of JSON out."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT)

    def ask(self, line: str) -> Answer:
        """Raises RuntimeError when it stops answering: that is a finding about the verifier."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        told = self._process.stdout.readline()
        if not told:
            raise RuntimeError(f"{self.name} stopped at: {line}")
        found = json.loads(told)
        assert isinstance(found, dict)
        return found

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()


def stand_alone(policy: Path) -> list[Asked]:
    """Both stand-alone verifiers, in their ``batch`` form."""
    return [
        Asked("verify.py", [sys.executable, "verifiers/verify.py", "batch", "--policy", str(policy)]),
        Asked("verify.js", ["node", "verifiers/verify.js", "batch", "--policy", str(policy)]),
    ]


def said(answer: Answer) -> tuple[Any, ...]:
    """Of an answer what verifiers must agree on: the verdict, the findings' classes and places, the state of each assessment and of a pack's own, up to where it is witnessed."""
    places = {tuple(str(finding.get(name)) for name in ("class", "entry", "file", "key")) for finding in answer.get("findings", [])}
    states = {(each["entry"], each["state"]) for each in answer.get("assessments", [])}
    return (
        answer.get("verdict"),
        tuple(sorted(places)),
        tuple(sorted(states)),
        answer.get("size"),
        answer.get("root"),
        answer.get("witnessed"),
        json.dumps(answer.get("assessment"), sort_keys=True),
    )


def located(answer: Answer, entry: int | None, file: str | None) -> bool:
    """Whether one of its findings names the planted entry, or the planted file."""
    for finding in answer.get("findings", []):
        if entry is not None and finding.get("entry") == entry:
            return True
        if file is not None and finding.get("file") == file:
            return True
    return False


def unwitnessed(answer: Answer, entry: int | None) -> bool:
    """Whether the answer says that no witness has seen this entry yet."""
    witnessed = answer.get("witnessed")
    return entry is not None and isinstance(witnessed, int) and witnessed <= entry


@dataclass
class Tally:
    """Of one class of attack: how many were tried, found, located where they were planted; and false alarms on untouched ones."""

    tried: int = 0
    found: int = 0
    located: int = 0
    alarms: int = 0
    disagreed: int = 0

    def add(self, other: Tally) -> None:
        self.tried += other.tried
        self.found += other.found
        self.located += other.located
        self.alarms += other.alarms
        self.disagreed += other.disagreed


@dataclass
class Result:
    """What a worker brings back. ``misses``: a few of the cases that went wrong, in words."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)

    def of(self, name: str) -> Tally:
        return self.tallies.setdefault(name, Tally())

    def add(self, other: Result) -> None:
        for name, tally in other.tallies.items():
            self.of(name).add(tally)
        self.misses += other.misses

    def miss(self, text: str) -> None:
        if len(self.misses) < 40:
            self.misses.append(text)
