"""The pages of a made-up portfolio: whole, the same each time, safe, and with no number that was not released."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pbr.disclosure.released import Figure, Released
from pbr.platform.files import RealFiles
from pbr.problem import Refused
from pbr.publish.pages.figures import Figures
from pbr.publish.pages.html import VOID, document, el, markup, readable, short
from pbr.publish.site import Slot
from pbr.publish.writing import pages, write_site
from tests.golden import assert_golden
from tests.publish.portfolio import hostile, portfolio

GOLDEN = Path(__file__).parent / "golden"


@dataclass
class Page(HTMLParser):
    """What a browser makes of a page: every element with its attributes, ids, links, and the text of each."""

    address: str
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    text: list[tuple[str, str]] = field(default_factory=list)  # innermost element, text
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        self.text.append((self.open[-1] if self.open else "", data))

    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.tags if "id" in attributes]

    def links(self) -> list[str]:
        return [str(attributes["href"]) for tag, attributes in self.tags if tag in ("a", "link") and attributes["href"] != "data:,"]

    def count(self, tag: str) -> int:
        return sum(one == tag for one, _ in self.tags)

    def words(self, *tags: str) -> str:
        return "".join(data for tag, data in self.text if not tags or tag in tags)


def read(files: dict[str, bytes]) -> dict[str, Page]:
    found = {}
    for path, data in files.items():
        if path.endswith(".html"):
            page = Page(path)
            page.feed(data.decode())
            page.close()
            found[path] = page
    return found


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return dict(pages(*portfolio()))


@pytest.fixture(scope="module")
def hostile_pages() -> dict[str, bytes]:
    return dict(pages(*hostile()))


def test_the_same_portfolio_gives_the_same_bytes_in_the_same_order(made: dict[str, bytes]) -> None:
    assert list(made.items()) == list(pages(*portfolio()))


def _everywhere(made: dict[str, bytes], hostile_pages: dict[str, bytes]) -> Iterator[Page]:
    yield from read(made).values()
    yield from read(hostile_pages).values()


def test_each_page_is_whole_has_one_heading_and_a_short_title(made: dict[str, bytes], hostile_pages: dict[str, bytes]) -> None:
    for page in _everywhere(made, hostile_pages):
        assert page.faults == [] and page.open == [], page.address
        assert page.count("h1") == page.count("main") == 1, page.address
        assert 0 < len(page.words("title")) <= 300 and len(set(page.ids())) == len(page.ids()), page.address


def test_every_link_leads_somewhere(made: dict[str, bytes]) -> None:
    parsed = read(made)
    for page in parsed.values():
        for href in page.links():
            path, _, part = href.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(page.address), path)) if path else page.address
            assert target in made, f"{page.address}: {href}"
            assert not part or part in parsed[target].ids(), f"{page.address}: {href}"


def test_hostile_titles_are_text_and_nothing_else(made: dict[str, bytes], hostile_pages: dict[str, bytes]) -> None:
    plain, hostile_ones = read(made), read(hostile_pages)
    for address, page in hostile_ones.items():
        tags = {tag for tag, _ in page.tags}
        assert not tags & {"script", "img", "iframe", "b"}, address
        assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes), address
        assert not any(letter in page.words() for letter in "\u202a\u202b\u202d\u202e\u2067"), address
        # no title takes the page over: the bytes are those of the plain site and a little more
        more = 45_000 if address.endswith("terms.html") else 6_000
        assert len(hostile_pages[address]) < len(made[address]) + more, address
    assert "bdi" in {tag for tag, _ in hostile_ones["index.html"].tags}
    assert set(plain) == set(hostile_ones)


def test_a_number_that_nobody_released_makes_no_page() -> None:
    site, released = portfolio()
    for cell in ("northmoor/2015-06-30/paid", "riverside-homes/2024-09-30/homes/paid/amount", "riverside-homes/funnel/ashby"):
        figures = {name: figure for name, figure in released.figures.items() if name != cell}
        with pytest.raises(LookupError, match=cell):
            list(pages(site, Released(figures, 0, 0)))


def test_a_site_is_written_whole(tmp_path: Path, made: dict[str, bytes]) -> None:
    written = write_site(RealFiles(), tmp_path / "site", made.items())
    assert (
        {path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*") if path.is_file()}
        == set(written)
        == set(made)
    )
    assert (tmp_path / "site").stat().st_mode == (tmp_path / "site" / "contracts").stat().st_mode
    assert all((tmp_path / "site" / path).read_bytes() == data for path, data in made.items())


def test_two_files_at_one_place_are_a_defect(tmp_path: Path) -> None:
    for path in ("a.html", "../b.html", "/c.html"):
        with pytest.raises(ValueError, match="no free place"):
            write_site(RealFiles(), tmp_path / "site", [("a.html", b""), (path, b"")])
    assert list(tmp_path.iterdir()) == []


def test_what_the_builder_refuses() -> None:
    for tag, attributes in (
        ("script", {}),
        ("p", {"onclick": "x"}),
        ("p", {"style": "x"}),
        ("a", {"href": "javascript:x"}),
        ("a", {"href": "//elsewhere"}),
    ):
        with pytest.raises(ValueError, match=r"no page needs|no address"):
            el(tag, **attributes)
    with pytest.raises(Refused) as refused:
        readable("a\x00b")
    assert_golden(f"{refused.value}\n", GOLDEN / "control-character.txt")
    with pytest.raises(ValueError, match="a mark of the reading"):
        readable("\ue000\x31\ue001")


def test_what_the_builder_writes() -> None:
    assert markup(el("p", '5 < 6 & "7"', title='"<')) == '<p title="&quot;&lt;">5 &lt; 6 &amp; "7"</p>'
    assert markup(el("p", "שלום")) == "<p><bdi>שלום</bdi></p>"
    assert markup(el("title", "שלום")) == "<title>\u2068שלום\u2069</title>"
    assert document(el("p", "x")) == b"<!DOCTYPE html>\n<p>x</p>\n"
    assert short("one two three", 9) == "one two…" and short("x" * 50, 10) == "x" * 9 + "…" and short(" a\n b ", 10) == "a b"


def test_a_withheld_figure_says_what_it_is_without_a_mouse(made: dict[str, bytes]) -> None:
    parsed = read(made)
    signs = [attributes for page in parsed.values() for tag, attributes in page.tags if tag == "a" and attributes.get("class") == "sign"]
    assert signs and all(str(one["href"]).endswith("about-the-figures.html#sign-c") or "#sign-" in str(one["href"]) for one in signs)
    for page in parsed.values():
        if any(tag == "abbr" for tag, _ in page.tags):
            assert "Key: [" in page.words(), page.address


def test_a_withheld_headline_is_said_in_words() -> None:
    site, released = portfolio()
    first = site.contracts[0].assessments[0]
    hidden = replace(released.figures[first.paid.cell], text="[c]", value=None, how="withheld")
    files = dict(pages(site, replace(released, figures={**released.figures, first.paid.cell: hidden})))
    assert "Not shown [c] confidential" in read(files)["contracts/northmoor/2015-06-30/index.html"].words()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,445", "1445"),
        ("54.7%", "0.547"),
        ("-£1,660,000.00", "-1660000"),
        ("RWF 4,263.50", "4263.5"),
        ("about £42,000", "42000"),
        ("-0.5", "-0.5"),
        ("[c]", None),
    ],
)
def test_a_chart_draws_what_is_written(text: str, number: str | None) -> None:
    figures = Figures(Released({"a": Figure("a", "money", "exact", text, None)}, 1, 0), "index.html")
    assert figures.number(Slot("a")) == (None if number is None else Fraction(number))
