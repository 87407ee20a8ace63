"""docs/tutorial.md is acted out in an empty folder. PBR_UPDATE_GOLDEN=1 writes what the commands print into the page: read the difference."""

from __future__ import annotations

import pytest

from tests.docs.consoles import Console, act_out, rewritten
from tests.docs.pages import DOCS, UPDATE, blocks, page


@pytest.fixture(scope="module")
def consoles(tmp_path_factory: pytest.TempPathFactory) -> list[Console]:
    text = page("tutorial.md")
    found = act_out(text, tmp_path_factory.mktemp("tutorial"))
    if not UPDATE:
        return found
    (DOCS / "tutorial.md").write_text(rewritten(text, found), encoding="utf-8")
    shown = [block for block in blocks(page("tutorial.md")) if block.tag == "console"]
    return [Console(block, console.printed, console.exit) for block, console in zip(shown, found, strict=True)]


def test_each_command_prints_what_the_page_says(consoles: list[Console]) -> None:
    for console in consoles:
        assert console.printed == console.block.text, f"line {console.block.line}; PBR_UPDATE_GOLDEN=1 writes it anew"


def test_each_command_ends_as_the_story_needs(consoles: list[Console]) -> None:
    ends = [(console.printed.split()[2], console.exit) for console in consoles]
    checked, explained = [("check", 1), ("check", 0)], [("explain", 0)] * 3
    assert ends == [*checked, ("show", 0), ("assess", 0), *explained, ("verify", 0), ("verify", 3)]


def test_what_the_page_tells_in_its_own_words_is_so(consoles: list[Console]) -> None:
    first, _, _, assessed, *explained, _, broken = [console.printed for console in consoles]
    assert "PBR302" in first and "target" in first
    assert "10 submitted: 8 used, 0 excluded, 1 rejected, 1 unused" in assessed
    assert "between 4 of 8 and 5 of 8" in explained[0]
    assert "£1.00" in broken and "£0.00" in broken
