"""docs/proof.md is acted out in an empty folder. PBR_UPDATE_GOLDEN=1 writes what the commands print into the page: read the difference."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.docs.consoles import Console, act_out, rewritten
from tests.docs.pages import DOCS, UPDATE, blocks, page

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="not checked: the story of docs/proof.md (node is not installed)")


@pytest.fixture(scope="module")
def consoles(tmp_path_factory: pytest.TempPathFactory) -> list[Console]:
    text = page("proof.md")
    found = act_out(text, tmp_path_factory.mktemp("proof"))
    if not UPDATE:
        return found
    (DOCS / "proof.md").write_text(rewritten(text, found), encoding="utf-8")
    shown = [block for block in blocks(page("proof.md")) if block.tag == "console"]
    return [Console(block, console.printed, console.exit) for block, console in zip(shown, found, strict=True)]


def timeless(text: str) -> str:
    """Without what is another at each run: times, keys, digests, and sizes of files that have timings in them."""
    text = re.sub(r"\b[0-9][0-9,]* bytes", "SIZE", text)
    text = re.sub(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{12,40}\b", "DIGEST", text)
    text = re.sub(r"\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+", "+KEY", text)
    text = re.sub(r"\b[0-9]{1,2} [A-Z][a-z]+ 20[2-9][0-9], [0-9]{2}:[0-9]{2}", "TIME", text)
    return re.sub(r"\b20[2-9][0-9]-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}Z?", "TIME", text)


def test_each_command_prints_what_the_page_says(consoles: list[Console]) -> None:
    for console in consoles:
        assert timeless(console.printed) == timeless(console.block.text), f"line {console.block.line}; PBR_UPDATE_GOLDEN=1 writes it anew"


def test_each_command_ends_as_the_story_needs(consoles: list[Console]) -> None:
    ends = [console.exit for console in consoles]
    refused = [console.printed.splitlines()[0] for console in consoles if console.exit]
    assert len(ends) == 25
    assert [("approve" in first, "verify 2024-12" in first) for first in refused] == [(True, False), (False, True)]
    assert [code for code in ends if code] == [1, 3]


def test_every_attack_that_can_be_tried_is_one(consoles: list[Console]) -> None:
    table = page("proof.md").split("try it: NAME |")[1].split("## ")[0]
    source = (Path(__file__).parents[1] / "tamper" / "adversary.py").read_text(encoding="utf-8")
    known = set(re.findall(r"^def ([a-z][a-z_]+)\(rng: Random, log: Log\) -> Planted", source, re.MULTILINE))
    named = set(re.findall(r"`([a-z_]+)`", table))
    assert named <= known and len(known) > 20
