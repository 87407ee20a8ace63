"""A page that is acted out: its files are made, its edits made, its commands run, in an empty folder and in the page's order."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import DOCS, UPDATE, Block, blocks, page


@dataclass(frozen=True)
class Console:
    """A block of one command and what it printed. ``exit``: the command's code."""

    block: Block
    printed: str
    exit: int


def run(command: str, folder: Path) -> tuple[str, int]:
    """What a command of the page prints, stdout and stderr as they come, and its exit code. ``pbr`` is this very checkout, and so are the
    verifiers."""
    words = shlex.split(command)
    programs = {"pbr": [sys.executable, "-m", "pbr"], "python": [sys.executable], "node": ["node"]}
    assert words[0] in programs, f"the page runs {words[0]}"
    repository = Path(__file__).resolve().parents[2]
    words = [*programs[words[0]], *(str(repository / word) if word.startswith("verifiers/") else word for word in words[1:])]
    environment = {**os.environ, "PYTHONPATH": str(repository), "PYTHONIOENCODING": "utf-8", "COLUMNS": "100", "PBR_KEYS": "keys"}
    done = subprocess.run(
        words,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=120,
    )
    return done.stdout.decode("utf-8"), done.returncode


def act_out(text: str, folder: Path) -> list[Console]:
    """The consoles of a page, each with what its command really prints."""
    out = []
    for block in blocks(text):
        words = block.tag.split()
        if words[1:2] == ["file"]:
            (folder / words[2]).write_text(block.text, encoding="utf-8")
        elif words[:1] == ["diff"]:
            _edit(folder / words[1], block.text)
        elif words == ["console"]:
            first = block.text.splitlines()[0]
            assert first.startswith("$ ")
            printed, code = run(first[2:], folder)
            out.append(Console(block, f"{first}\n{printed}", code))
    return out


def _edit(path: Path, change: str) -> None:
    """The text after ``-`` becomes the text after ``+``; it must be in the file."""
    lines = change.splitlines()
    old, new = ("\n".join(line[1:] for line in lines if line.startswith(sign)) for sign in "-+")
    before = path.read_text(encoding="utf-8")
    assert old in before, f"{path.name} does not hold {old!r}"
    path.write_text(before.replace(old, new, 1), encoding="utf-8")


def played(name: str, folder: Path) -> list[Console]:
    """The consoles of a page of docs/, acted out in ``folder``; where goldens are updated the page is written anew."""
    text = page(name)
    found = act_out(text, folder)
    if not UPDATE:
        return found
    (DOCS / name).write_text(rewritten(text, found), encoding="utf-8")
    shown = [block for block in blocks(page(name)) if block.tag == "console"]
    return [Console(block, console.printed, console.exit) for block, console in zip(shown, found, strict=True)]


def unnamed(text: str) -> str:
    """Without the names of assessments, which are digests: those change with every version of the program."""
    return re.sub(r"\b(?:[0-9a-f]{12}|[0-9a-f]{64})\b", "DIGEST", text)


def rewritten(text: str, consoles: list[Console]) -> str:
    """The page with each console as it was acted out."""
    for console in consoles:
        text = text.replace(f"```console\n{console.block.text}```", f"```console\n{console.printed}```", 1)
    return text
