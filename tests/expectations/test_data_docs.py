"""Data Docs as a folder: whole or absent, readable without a network, and nothing in it that runs or calls."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pbr.expectations.data_docs import Tally, data_docs
from pbr.expectations.page import POLICY, WARNING, cleaned
from pbr.platform.files import RealFiles
from pbr.problem import Refused
from tests.expectations.wide import FAULTY, PLAN, RIGHT, VISITED, read

HOSTILE = [
    "<script>alert(1)</script>",
    '<img src="https://example.org/x.png">',
    "$5 ${x} $$",
    "{{ 7*7 }}{% x %}",
    "&lt;b&gt;",
    "javascript:alert(1)",
]
WORDS = re.compile(r"https?:|//|@import|url\s*\(|javascript:|expression\s*\(", re.IGNORECASE)


class Page(HTMLParser):
    """What a browser would see: elements with their attributes, and the words."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.styles: list[str] = []
        self.inside = ""
        self.open: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.inside = tag
        if tag not in ("meta", "br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.inside = ""

    def handle_data(self, data: str) -> None:
        (self.styles if self.inside == "style" else self.words).append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Tally]]]:
    folder = tmp_path_factory.mktemp("docs") / "data-docs"
    wide = [RIGHT, *FAULTY, *([f"H{n}", *RIGHT[1:11], cell, *RIGHT[12:]] for n, cell in enumerate(HOSTILE))]
    # where the command is run stand files with the names of libraries: they are somebody else's, and must not be run
    for name in ("great_expectations", "pandas", "json"):
        (folder.parent / f"{name}.py").write_text("raise SystemExit('somebody else's file was run')\n")
    with read(wide, VISITED, []) as accepted, contextlib.chdir(folder.parent):
        tallies = data_docs(PLAN, accepted, folder, RealFiles(), limit=120)
    yield folder, tallies


def _pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def test_the_folder_is_an_index_and_two_pages_for_each_table(made: tuple[Path, dict[str, Tally]]) -> None:
    folder, tallies = made
    kinds = [f"{kind}-{table.name}.html" for kind in ("results", "suite") for table in PLAN.tables]
    assert [str(path.relative_to(folder)) for path in _pages(folder)] == sorted(["index.html", *kinds])
    assert [tally.records for tally in tallies.values()] == [1 + len(FAULTY) + len(HOSTILE), len(VISITED), 0]
    assert tallies["wide"].met < tallies["wide"].asked and tallies["numbered"].met == tallies["numbered"].asked


def test_nothing_comes_from_elsewhere_and_nothing_runs(made: tuple[Path, dict[str, Tally]]) -> None:
    for path in _pages(made[0]):
        page = Page(path)
        assert page.open == [], path.name  # every element is closed
        names = {tag for tag, _ in page.elements}
        assert not names & {
            "script",
            "link",
            "img",
            "iframe",
            "object",
            "embed",
            "form",
            "input",
            "button",
            "svg",
            "base",
            "video",
            "audio",
            "source",
        }
        for tag, attributes in page.elements:
            assert not any(name.startswith("on") or name in ("style", "src", "srcset", "action", "xlink:href") for name in attributes), (
                attributes
            )
            if tag == "a":
                target = attributes["href"] or ""
                assert re.fullmatch(r"#[-\w]+|(index|(results|suite)-[a-z_]+)\.html", target), target
                assert target.startswith("#") or (made[0] / target).is_file()
            elif tag != "meta":
                assert not any(WORDS.search(value or "") for value in attributes.values()), attributes
        assert not any(WORDS.search(style) for style in page.styles)
        metas = [attributes for tag, attributes in page.elements if tag == "meta"]
        assert [one["content"] for one in metas if one.get("http-equiv") == "Content-Security-Policy"] == [POLICY]
        assert "default-src 'none'" in POLICY and "script-src" not in POLICY


def test_links_within_a_page_have_an_end(made: tuple[Path, dict[str, Tally]]) -> None:
    for path in _pages(made[0]):
        page = Page(path)
        ends = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
        starts = {
            (attributes["href"] or "")[1:] for tag, attributes in page.elements if tag == "a" and (attributes["href"] or "").startswith("#")
        }
        assert starts <= ends


def test_every_page_begins_with_the_warning(made: tuple[Path, dict[str, Tally]]) -> None:
    for path in _pages(made[0]):
        text = Page(path).text
        assert WARNING in text and text.index(WARNING) < 200, path.name


def test_values_are_shown_as_they_were_submitted(made: tuple[Path, dict[str, Tally]]) -> None:
    text = Page(made[0] / "results-wide.html").text
    for value in HOSTILE:
        assert value in text, value
    assert "colour: expected a code of the list" in text and "not met" in text


def test_a_page_that_changes_is_still_stripped() -> None:
    """Whatever another version of GX puts into its pages."""
    page = (
        '<html><head><link rel="stylesheet" href="https://x.org/a.css"><script src="https://x.org/a.js"></script></head><body onload="x()">'
        '<svg><a href="https://x.org">s</a></svg><p style="background:url(https://x.org/i.png)">words <a href="https://x.org/index.html">out</a> '
        '<a href="../../index.html">home</a> <a href="javascript:x()">no</a><img src="https://x.org/logo.png"><unknown>kept</unknown></p>'
        '<div class="modal"><div>gone</div></div><!-- <script>x()</script> --><iframe src="https://x.org"></iframe>3 &lt; 4</body></html>'
    )
    text = cleaned("Title <b>", page, {"index.html": "index.html"}).decode()
    body = text[text.index("<h1>") :]
    assert body == ('<h1>Title &lt;b&gt;</h1>\n<p>words out <a href="index.html">home</a> nokept</p>3 &lt; 4\n</body>\n</html>\n')
    assert "x.org" not in text


def test_a_folder_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    with read([RIGHT], VISITED, []) as accepted, pytest.raises(Refused, match="PBR601"):
        data_docs(PLAN, accepted, tmp_path / "docs", RealFiles())
    assert list((tmp_path / "docs").iterdir()) == []
