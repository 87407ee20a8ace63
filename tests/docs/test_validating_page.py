"""docs/validating.md is acted out in an empty folder. PBR_UPDATE_GOLDEN=1 writes what the commands print into the page: read the difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.consoles import Console, act_out, rewritten
from tests.docs.pages import DOCS, ROOT, UPDATE, Block, blocks, page

NAME = "validating.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("validating")


@pytest.fixture(scope="module")
def consoles(folder: Path) -> list[Console]:
    text = page(NAME)
    found = act_out(text, folder)
    if not UPDATE:
        return found
    text = rewritten(text, found)
    for block in _shown(text):
        text = text.replace(
            f"```{block.tag}\n{block.text}```", f"```{block.tag}\n{(folder / block.tag.split()[2]).read_text(encoding='utf-8')}```", 1
        )
    (DOCS / NAME).write_text(text, encoding="utf-8")
    shown = [block for block in blocks(page(NAME)) if block.tag == "console"]
    return [Console(block, console.printed, console.exit) for block, console in zip(shown, found, strict=True)]


def _shown(text: str) -> list[Block]:
    """Blocks that show what a command wrote: ``csv shows FILE``."""
    return [block for block in blocks(text) if block.tag.split()[1:2] == ["shows"]]


def test_each_command_prints_what_the_page_says(consoles: list[Console]) -> None:
    for console in consoles:
        assert console.printed == console.block.text, f"line {console.block.line}; PBR_UPDATE_GOLDEN=1 writes it anew"


def test_each_command_ends_as_the_story_needs(consoles: list[Console]) -> None:
    assert [console.exit for console in consoles] == [1, 1, 0, 1, 1, 1]


def test_what_a_command_wrote_is_what_the_page_shows(consoles: list[Console], folder: Path) -> None:
    (block,) = _shown(page(NAME))
    assert consoles and block.text == (folder / "marked.csv").read_text(encoding="utf-8")


def test_what_the_page_tells_in_its_own_words_is_so(consoles: list[Console]) -> None:
    first, nearly, good, totals, swapped, renamed = [console.printed for console in consoles]
    assert "conflicting rows with one key" in first and "would be refused" in first
    assert "P09" in nearly and "between 60.0% and 70.0%" in nearly and "target (65%)" in nearly
    assert "the control totals agree" in good and '"88"' in good
    assert "PBR419" in totals and "may be swapped" in swapped and renamed.count("PBR406") == 1 and "lacks 2 columns" in renamed


def test_the_tests_of_validation_use_the_same_small_contract() -> None:
    (contract,) = [block for block in blocks(page(NAME)) if block.tag == "yaml file contract.yaml"]
    assert contract.text == (ROOT / "tests" / "validation" / "small" / "contract.yaml").read_text(encoding="utf-8")
