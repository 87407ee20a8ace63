"""Every number that a page shows was released, or is a word of the contract, or one of the few that the pages say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from pbr.disclosure.released import Figure, Released
from pbr.publish.site import Site, Slot
from pbr.publish.writing import pages
from tests.publish.portfolio import portfolio
from tests.publish.test_pages import Page, read

NUMBER = re.compile(r"\d[\d,.]*\d|\d")
# SHA-256, and the limits of a funnel plot: the same on every site
OWN = {"256", "95", "99.8"}


def words(thing: Any) -> Iterator[str]:
    """Every text in a site that is no slot."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, (tuple, list)):
        for one in thing:
            yield from words(one)
    elif is_dataclass(thing) and not isinstance(thing, Slot):
        for one in fields(thing):
            yield from words(getattr(thing, one.name))


def allowed(site: Site, released: Released) -> set[str]:
    """Each number in the words of a site and in what was released, as written. A day may be told with its month in words."""
    texts = [*words(site), *(figure.text for figure in released.figures.values()), *released.checked, *released.unchecked]
    numbers = {number for text in texts for number in NUMBER.findall(text)}
    days = {part.lstrip("0") for text in words(site) for day in re.findall(r"\d{4}-\d{2}-\d{2}", text) for part in day.split("-")}
    return numbers | days | OWN


def strays(page: Page, known: set[str]) -> list[str]:
    said = [text for _, text in page.text]
    said += [
        str(value)
        for tag, attributes in page.tags
        for name, value in attributes.items()
        if name in ("title", "aria-label", "alt") and value
    ]
    return [number for text in said for number in NUMBER.findall(text) if number not in known]


def all_strays(site: Site, released: Released) -> dict[str, list[str]]:
    found = {page.address: strays(page, allowed(site, released)) for page in read(dict(pages(site, released))).values()}
    return {address: numbers for address, numbers in found.items() if numbers}


def test_no_page_says_a_number_of_its_own() -> None:
    assert all_strays(*portfolio()) == {}


def test_what_machines_read_beside_a_figure_is_its_published_value() -> None:
    site, released = portfolio()
    values = {figure.value for figure in released.figures.values()}
    for page in read(dict(pages(site, released))).values():
        assert {attributes["value"] for tag, attributes in page.tags if tag == "data"} <= values


@pytest.mark.parametrize(
    "cell", ["northmoor/2015-06-30/2012/13/rate", "riverside-homes/2024-09-30/homes/paid/number", "riverside-homes/funnel/corby"]
)
def test_a_figure_that_is_withheld_is_gone_from_every_page_and_chart(cell: str) -> None:
    site, released = portfolio()
    before = released.figures[cell]
    planted = replace(
        before, text=before.text.replace(before.text.strip("%"), "77.7" if before.text.endswith("%") else "7,777"), value="0.777"
    )
    shown = dict(pages(site, replace(released, figures={**released.figures, cell: planted})))
    assert any(planted.text.encode() in data for data in shown.values())  # it is on a page at all
    hidden = Figure(cell, before.kind, "withheld", "[c]", None)
    gone = dict(pages(site, replace(released, figures={**released.figures, cell: hidden})))
    assert not any(planted.text.encode() in data for data in gone.values())


def test_the_search_finds_a_number_that_nobody_released() -> None:
    site, released = portfolio()
    page = read(dict(pages(site, released)))["contracts/northmoor/over-time.html"]
    known = allowed(site, replace(released, figures={cell: one for cell, one in released.figures.items() if "5.7" not in one.text}))
    assert set(strays(page, known)) == {"5.7"}
