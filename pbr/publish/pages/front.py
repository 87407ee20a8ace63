"""The first page: what was paid in all, and one line for each contract."""

from __future__ import annotations

from pbr.publish import addresses
from pbr.publish.pages.frame import Sheet, as_at, page
from pbr.publish.pages.html import Element, el, short
from pbr.publish.site import Assessment, Contract

TITLE = 90  # characters of a contract's title, where it stands among others
SENTENCE = 240


def front(sheet: Sheet) -> bytes:
    """index.html."""
    site = sheet.site
    content = [
        el(
            "div",
            el("h1", short(site.title, 120)),
            el("p", "What was bought, what was achieved, what was paid, and why.", class_="lead"),
            class_="opening",
        ),
        el(
            "section",
            el("h2", "The contracts", id="contracts"),
            [_contract(sheet, one) for one in site.contracts],
            aria_labelledby="contracts",
        ),
        el(
            "section",
            el("h2", "About these pages", id="about"),
            el(
                "p",
                el("a", "What the figures mean", href=sheet.to(addresses.FIGURES)),
                ", and what is not shown so that nobody can be identified.",
            ),
            el("p", el("a", "Check it yourself", href=sheet.to(addresses.CHECK)), ": with what is published here, and with what is not."),
            [el("p", note) for note in site.notes],
            aria_labelledby="about",
        ),
    ]
    return page(sheet, site.title, (), content, kind="front")


def _contract(sheet: Sheet, contract: Contract) -> Element:
    figures = sheet.figures
    parts: list[Element] = [
        el("h3", el("a", short(contract.title, TITLE), href=sheet.to(addresses.of_contract(contract)))),
    ]
    if contract.assessments:
        newest = contract.assessments[0]
        parts.append(el("p", figures.show(newest.paid), class_="sum"))
        parts.append(el("p", figures.say(newest.bought)))
        parts.append(_newest(sheet, contract, newest))
    else:
        parts.append(el("p", "Nothing has been assessed yet."))
    return el("article", parts, class_="entry")


def _newest(sheet: Sheet, contract: Contract, newest: Assessment) -> Element:
    return el(
        "p",
        el("a", "What was paid and why", href=sheet.to(addresses.of_assessment(contract, newest))),
        el("span", f"{as_at(newest)}, {newest.state}", class_="aside"),
        class_="onward",
    )
