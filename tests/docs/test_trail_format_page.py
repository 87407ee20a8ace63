"""The consoles of docs/trail-format.md are acted out in an empty folder. PBR_UPDATE_GOLDEN=1 writes what the commands print into the page: read the difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.consoles import Console, act_out, rewritten
from tests.docs.pages import DOCS, UPDATE, blocks, page

PAGE = "trail-format.md"


@pytest.fixture(scope="module")
def consoles(tmp_path_factory: pytest.TempPathFactory) -> list[Console]:
    text = page(PAGE)
    found = act_out(text, Path(tmp_path_factory.mktemp("trail")))
    if not UPDATE:
        return found
    (DOCS / PAGE).write_text(rewritten(text, found), encoding="utf-8")
    shown = [block for block in blocks(page(PAGE)) if block.tag == "console"]
    return [Console(block, console.printed, console.exit) for block, console in zip(shown, found, strict=True)]


def test_each_command_prints_what_the_page_says(consoles: list[Console]) -> None:
    for console in consoles:
        assert console.printed == console.block.text, f"line {console.block.line}; PBR_UPDATE_GOLDEN=1 writes it anew"


def test_the_page_alone_is_enough_to_take_a_digest(consoles: list[Console]) -> None:
    """By the program on the page every table has the digest in the manifest; a sum that was raised beside them is found by `pbr verify`."""
    assert [console.exit for console in consoles] == [0, 0, 0, 3]
    for console in consoles[1:3]:
        first, *lines = console.printed.splitlines()
        assert (
            first == "$ python digest.py 2024-12" and len(lines) >= 3 and all(line.endswith("rows: as in the manifest") for line in lines)
        )
