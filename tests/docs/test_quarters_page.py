"""docs/quarters.md is acted out in an empty folder. PBR_UPDATE_GOLDEN=1 writes what the commands print into the page: read the difference."""

from __future__ import annotations

import pytest

from tests.docs.consoles import Console, played, unnamed


@pytest.fixture(scope="module")
def consoles(tmp_path_factory: pytest.TempPathFactory) -> list[Console]:
    return played("quarters.md", tmp_path_factory.mktemp("quarters"))


def test_each_command_prints_what_the_page_says(consoles: list[Console]) -> None:
    for console in consoles:
        assert unnamed(console.printed) == unnamed(console.block.text), f"line {console.block.line}; PBR_UPDATE_GOLDEN=1 writes it anew"


def test_each_command_ends_as_the_story_needs(consoles: list[Console]) -> None:
    ends = [(console.printed.split()[2], console.exit) for console in consoles]
    assert ends == [
        ("assess", 0),
        ("assess", 0),
        ("explain", 0),
        ("compare", 0),
        ("assess", 0),
        ("verify", 0),
        ("verify", 4),
        ("assess", 1),
    ]


def test_what_the_page_tells_in_its_own_words_is_so(consoles: list[Console]) -> None:
    june, september, _, _, december, *_, refused = [console.printed for console in consoles]
    assert "this is the first assessment" in june
    assert "reversal      job_found p2   -£400.00" in september and "late" in consoles[3].printed
    assert "£400.00 stays: the line is held" in december and "price (2.1) was £400.00, is £450.00" in december
    assert "PBR914" in refused
