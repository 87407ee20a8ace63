"""The first page: what was paid in all, and for each contract the answer."""

from __future__ import annotations

from typing import Final

from pbr.publish import addresses
from pbr.publish.pages.frame import Sheet, as_at, page
from pbr.publish.pages.html import Child, Element, el, short
from pbr.publish.site import Contract

NAME: Final = 90  # letters of a contract's title, where it stands among others


def front(sheet: Sheet) -> bytes:
    """index.html."""
    site = sheet.site
    content = [
        el("div", el("h1", short(site.title, 120)), _in_all(sheet), class_="opening"),
        el("section", el("h2", "The contracts", id="contracts"), [_contract(sheet, one) for one in site.contracts]),
        el(
            "section",
            el("h2", "About these pages", id="about"),
            [el("p", note) for note in site.notes],
            el(
                "p",
                el("a", "What the figures mean", href=sheet.to(addresses.FIGURES)),
                ", and what is not shown so that nobody can be identified.",
            ),
            el(
                "p",
                el("a", "Check it yourself", href=sheet.to(addresses.CHECK)),
                ": what these pages say can be compared with what was logged.",
            ),
        ),
    ]
    return page(sheet, site.title, (), content, kind="front")


def _in_all(sheet: Sheet) -> Child:
    lead = el("p", "What was bought, what was achieved, what was paid, and why.", class_="lead")
    if not sheet.site.paid:
        return lead
    sums = [el("p", sheet.figures.headline(slot), class_="sum") for slot in sheet.site.paid]
    return [
        lead,
        el("section", el("h2", "Paid in all"), sums, el("p", "by the newest assessment of each contract", class_="aside"), class_="all"),
    ]


def _contract(sheet: Sheet, contract: Contract) -> Element:
    figures = sheet.figures
    title = el("h3", el("a", short(contract.title, NAME), href=sheet.to(addresses.of_contract(contract))))
    if not contract.assessments:
        return el("article", title, el("p", "Nothing has been assessed yet."), class_="entry")
    newest = contract.assessments[0]
    why = el(
        "a",
        "What was paid and why",
        el("span", f": {short(contract.title, NAME)}", class_="unseen"),
        href=sheet.to(addresses.of_assessment(contract, newest)),
    )
    return el(
        "article",
        title,
        el("p", figures.headline(newest.paid), class_="sum"),
        el("p", figures.say(newest.bought)),
        el("p", why, " ", el("span", f"{as_at(newest)}, {newest.state}", class_="aside"), class_="onward"),
        class_="entry",
    )
