"""A contract: what it buys and from whom, its assessments, and the contract in plain words."""

from __future__ import annotations

from pbr.publish import addresses
from pbr.publish.pages.frame import Sheet, around, as_at, crumbs_of, day_in_words, heading, page
from pbr.publish.pages.html import Child, el, short
from pbr.publish.pages.tables import Column, table
from pbr.publish.site import Contract


def contract_page(sheet: Sheet, contract: Contract) -> bytes:
    """CONTRACT/index.html."""
    figures = sheet.figures
    newest = contract.assessments[0] if contract.assessments else None
    start, end = contract.term
    rows: list[list[Child]] = [
        [
            el("a", as_at(one), href=sheet.to(addresses.of_assessment(contract, one))),
            figures.show(one.paid, in_table=True),
            figures.show(one.held_lines, in_table=True),
            one.state,
        ]
        for one in contract.assessments
    ]
    heads = [Column("Assessment"), Column("Paid in all", contract.currency, True), Column("Held", "lines", True), Column("State")]
    content = [
        el(
            "div",
            el("h1", short(contract.title, 120)),
            [el("p", words, class_="lead") for words in contract.about],
            el("p", figures.show(newest.paid), class_="sum") if newest is not None else None,
            el(
                "p",
                "paid in all, ",
                "by data" + as_at(newest).removeprefix("Data") + ". " if newest.complete_to else "by the newest assessment. ",
                el("a", "What was paid and why", href=sheet.to(addresses.of_assessment(contract, newest))),
                class_="onward",
            )
            if newest is not None
            else None,
            class_="opening",
        ),
        around(sheet, contract, None),
        el(
            "div",
            el(
                "section",
                el("h2", "Each assessment", id="assessments"),
                table("assessments-table", "What was paid in all, by assessment, newest first", heads, rows),
            )
            if rows
            else el("p", "Nothing has been assessed yet."),
            el(
                "section",
                el("h2", "Between whom", id="parties"),
                el(
                    "dl",
                    [el("div", el("dt", role.capitalize()), el("dd", short(name, 300))) for role, name in contract.parties],
                    el("div", el("dt", "Term"), el("dd", f"{day_in_words(start)} to {day_in_words(end)}")),
                    el("div", el("dt", "Version"), el("dd", contract.version)),
                    class_="facts",
                ),
            ),
            class_="body",
        ),
    ]
    return page(sheet, contract.title, crumbs_of(sheet.site), content, kind="contract")


def terms_page(sheet: Sheet, contract: Contract) -> bytes:
    """CONTRACT/terms.html: the reading copy."""
    parts = []
    for at, clause in enumerate(contract.reading):
        parts.append(
            el("section", el("h2", short(clause.heading, 160), id=f"part-{at}"), [el("p", sentence) for sentence in clause.sentences])
        )
    content = [
        el(
            "div",
            heading(sheet, "The contract in plain words", contract.title),
            el("p", contract.title) if len(contract.title) > 120 else None,
            el(
                "p",
                "Made from the contract itself, clause by clause. ",
                el("a", "The contract as it is run", href=sheet.to(addresses.of_contract(contract, "contract.yaml"))),
                " is a text file.",
                class_="lead",
            ),
            class_="opening",
        ),
        around(sheet, contract, contract.assessments[0] if contract.assessments else None),
        el("div", parts, class_="body reading"),
    ]
    return page(sheet, f"The contract in plain words: {contract.title}", crumbs_of(sheet.site, contract), content, kind="terms")
