"""The pages name files and folders: each is there, each folder of the package is named, and links lead somewhere."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import DOCS, ROOT, page

PAGE = page("how-it-works.md")
PATHS = sorted(set(re.findall(r"`((?:pbr|tests|docs|contracts|benchmarks)/[A-Za-z0-9_./-]*)`", PAGE)))
MINE = [DOCS / name for name in ("language.md", "how-it-works.md", "tutorial.md")] + [ROOT / "README.md"]


@pytest.mark.parametrize("path", PATHS)
def test_what_the_page_names_is_there(path: str) -> None:
    found = ROOT / path
    assert found.is_dir() if path.endswith("/") else found.is_file()


def test_each_folder_of_the_package_has_its_line() -> None:
    folders = {child.name for child in (ROOT / "pbr").iterdir() if (child / "__init__.py").is_file()}
    lines = {line.split("`")[1] for line in PAGE.splitlines() if line.startswith("| `pbr/")}
    assert {f"pbr/{name}/" for name in folders} <= lines


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("source", MINE, ids=lambda path: path.name)
def test_links_lead_somewhere(source: object) -> None:
    path = next(one for one in MINE if one == source)
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)]+)\)", text):
        file, _, anchor = target.partition("#")
        if file.startswith("http"):
            continue
        there = path.parent / file if file else path
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there.read_text(encoding="utf-8")), target
