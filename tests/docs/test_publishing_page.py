"""docs/publishing.md is acted out in an empty folder. PBR_UPDATE_GOLDEN=1 writes what the commands print into the page: read the difference."""

from __future__ import annotations

import pytest

from tests.docs.consoles import Console, played, unnamed
from tests.docs.pages import ROOT


@pytest.fixture(scope="module")
def consoles(tmp_path_factory: pytest.TempPathFactory) -> list[Console]:
    folder = tmp_path_factory.mktemp("publishing")
    (folder / "contracts").symlink_to(ROOT / "contracts")
    return played("publishing.md", folder)


def test_each_command_prints_what_the_page_says(consoles: list[Console]) -> None:
    for console in consoles:
        assert unnamed(console.printed) == unnamed(console.block.text), f"line {console.block.line}; PBR_UPDATE_GOLDEN=1 writes it anew"


def test_each_command_ends_well(consoles: list[Console]) -> None:
    assert [(console.printed.split()[2], console.exit) for console in consoles] == [
        ("assess", 0),
        ("publish", 0),
        ("assess", 0),
        ("publish", 0),
        ("disclosure", 0),
    ]


def test_the_difference_with_the_site_before_was_looked_at(consoles: list[Console]) -> None:
    first, second = (console.printed for console in consoles if console.printed.startswith("$ pbr publish"))
    assert "No earlier site was given" in first and "No earlier site was given" not in second
