"""What the tests of the documentation share: fenced blocks of a page, and the frame in which the language page's examples stand."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
UPDATE = os.environ.get("PBR_UPDATE_GOLDEN") == "1"
_FENCE = re.compile(r"^```(?P<tag>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_TOP = re.compile(r"^([a-z_]+):", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block. ``tag``: the words after the opening marks. ``line``: of its first line of text, from 1."""

    tag: str
    text: str
    line: int


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(text: str) -> list[Block]:
    return [
        Block(found.group("tag").strip(), found.group("text"), text.count("\n", 0, found.start("text")) + 1)
        for found in _FENCE.finditer(text)
    ]


def sections(yaml: str) -> dict[str, str]:
    """A contract's text cut at its top-level keys; comments and blank lines before the first key are dropped."""
    starts = list(_TOP.finditer(yaml))
    ends = [*(found.start() for found in starts[1:]), *([len(yaml)] if starts else [])]
    return {found.group(1): yaml[found.start() : end] for found, end in zip(starts, ends, strict=True)}


def framed(frame: str, fragment: str) -> str:
    """The frame with the fragment's blocks in place of its own, in the order frame first, then what is new."""
    whole = sections(frame) | sections(fragment)
    return "".join(part if part.endswith("\n") else part + "\n" for part in whole.values())


def between(text: str, begin: str, end: str) -> tuple[int, int]:
    """Offsets of what stands between two marker lines (the markers excluded)."""
    start = text.index(begin) + len(begin) + 1
    return start, text.index(end, start)
