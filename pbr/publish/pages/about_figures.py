"""What the signs beside figures mean, and the disclosure rule in words."""

from __future__ import annotations

from pbr.publish.pages.figures import SIGNS
from pbr.publish.pages.frame import Sheet, crumbs_of, page
from pbr.publish.pages.html import Child, Element, el, short
from pbr.publish.pages.tables import Column, table


def about_figures(sheet: Sheet) -> bytes:
    """about-the-figures.html."""
    released = sheet.released
    rows: list[list[Child]] = [
        [el("span", f"[{sign}]", id=f"sign-{sign}"), word, says]
        for sign, (word, says) in SIGNS.items()
    ]  # fmt: skip
    content = [
        el(
            "div",
            el("h1", "About the figures"),
            el("p", "Some figures are rounded, and some are not shown, so that nobody can be identified.", class_="lead"),
            class_="opening",
        ),
        el(
            "div",
            el(
                "section",
                el("h2", "Signs", id="signs"),
                table(
                    "signs-table",
                    "Signs that stand for a figure or beside it",
                    [Column("Sign"), Column("Word"), Column("What it means")],
                    rows,
                ),
            ),
            _rule(sheet),
            el(
                "section",
                el("h2", "What was tried", id="tried"),
                el(
                    "p",
                    "Before anything is published, a program tries to find out what is not shown, from everything that is. Nothing is published while it can.",
                ),
                el("ul", [el("li", one) for one in released.checked]) if released.checked else None,
                el("h3", "What was not checked") if released.unchecked else None,
                el("ul", [el("li", one) for one in released.unchecked]) if released.unchecked else None,
            ),
            class_="body",
        ),
    ]
    return page(sheet, "About the figures", crumbs_of(sheet.site), content, kind="figures")


def _rule(sheet: Sheet) -> Element:
    entries = []
    for contract in sheet.site.contracts:
        if contract.rule or contract.protects:
            entries.append(
                el("div", el("dt", short(contract.title, 90)), [el("dd", words) for words in (contract.protects, contract.rule) if words])
            )
    return el(
        "section",
        el("h2", "The rule", id="rule"),
        el(
            "p",
            "A sum of money divided by its price is a number of people. So the rule covers numbers, shares, sums, charts and files together.",
        ),
        el(
            "p",
            "Where a sum would give somebody away it is rounded. If nothing is left of it then, the words “to the nearest” say to what it was rounded: it can be half as much, more or less.",
        ),
        el("dl", entries, class_="rules") if entries else None,
    )
