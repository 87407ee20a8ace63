"""Data quality: where every row went, what is held, whose word each result rests on, and which terms nobody has verified."""

from __future__ import annotations

from typing import Final

from pbr.publish.pages.frame import Sheet, around, crumbs_of, day_in_words, heading, page
from pbr.publish.pages.html import Child, Element, Node, el, short
from pbr.publish.pages.lines import word_of
from pbr.publish.pages.tables import Column, table
from pbr.publish.site import Assessment, Contract, Rows

SUPPLIERS: Final = {"provider": "the provider", "commissioner": "the commissioner", "independent": "an independent source"}


def data_quality(sheet: Sheet, contract: Contract, assessment: Assessment) -> bytes:
    """CONTRACT/ASSESSMENT/data-quality.html."""
    content = [
        el(
            "div",
            heading(sheet, "Data quality", contract.title),
            el("p", "Where every row of the data went, what is not known yet, and whose word it is.", class_="lead"),
            class_="opening",
        ),
        around(sheet, contract, assessment),
        el(
            "div",
            _rows(sheet, assessment),
            _why(sheet, assessment),
            _outcomes(sheet, assessment),
            _word(sheet, assessment),
            _unverified(sheet, assessment),
            class_="body",
        ),
    ]
    return page(sheet, f"Data quality: {contract.title}", crumbs_of(sheet.site, contract, assessment), content, kind="quality")


def _rows(sheet: Sheet, assessment: Assessment) -> Element | None:
    if not assessment.rows:
        return None
    show = sheet.figures.show
    rows: list[list[Child]] = []
    for one in assessment.rows:
        rejected = show(one.rejected_all, in_table=True) if one.rejected_all is not None else sheet.figures.sign("z", in_table=True)
        rows.append(
            [one.table, show(one.submitted, in_table=True), show(one.used, in_table=True), rejected, show(one.unused, in_table=True)]
        )
    heads = [
        Column("Table"),
        Column("Received", "rows", True),
        Column("Counted", "rows", True),
        Column("Rejected", "rows", True),
        Column("Not used", "rows", True),
    ]
    from_whom = [
        el(
            "li",
            f"{one.table}: supplied by {SUPPLIERS.get(one.supplied_by, one.supplied_by)}",
            f", complete to {day_in_words(one.complete_to)}" if one.complete_to else None,
            ".",
        )
        for one in assessment.rows
    ]
    return el(
        "section",
        el("h2", "Where every row went", id="rows"),
        table("rows-table", "Rows received, and what became of them", heads, rows),
        el("ul", from_whom, class_="plain"),
    )


def _why(sheet: Sheet, assessment: Assessment) -> list[Node]:
    found: list[Node] = []
    for at, one in enumerate(assessment.rows):
        if one.excluded or one.rejected:
            found.append(_left_out(sheet, one, at))
    return found


def _left_out(sheet: Sheet, one: Rows, at: int) -> Element:
    show = sheet.figures.show
    rows: list[list[Child]] = [
        [short(why, 300), "excluded, as the contract says", show(number, in_table=True)] for why, number in one.excluded
    ]
    rows += [[short(why, 300), "rejected: it could not be used", show(number, in_table=True)] for why, number in one.rejected]
    heads = [Column("Why"), Column("What became of it"), Column("Number", "rows", True)]
    return el(
        "section",
        el("h2", f"Left out of {one.table}", id=f"left-{at}"),
        table(f"left-table-{at}", f"Rows of {one.table} that were left out, by reason", heads, rows),
    )


def _outcomes(sheet: Sheet, assessment: Assessment) -> Element | None:
    if not assessment.outcomes:
        return None
    show = sheet.figures.show
    rows: list[list[Child]] = [
        [one.says or one.name, show(one.yes, in_table=True), show(one.no, in_table=True), show(one.held, in_table=True)]
        for one in assessment.outcomes
    ]
    heads = [Column("Question asked"), Column("Yes", number=True), Column("No", number=True), Column("Not known yet", number=True)]
    return el(
        "section",
        el("h2", "What was asked of each row", id="outcomes"),
        el("p", "What is not known is never counted as no. It is held until it is known."),
        table("outcomes-table", "Answers to each question", heads, rows),
    )


def _word(sheet: Sheet, assessment: Assessment) -> Element | None:
    none = sheet.figures.sign("z", in_table=True)
    rows: list[list[Child]] = [
        [short(one.title, 120), word_of(one.decided_by) or none, word_of(one.rests_on) or none] for one in assessment.payments
    ]
    rows += [
        [short(one.says or one.name, 120), word_of(one.decided_by) or none, word_of(one.rests_on) or none] for one in assessment.outcomes
    ]
    if not rows:
        return None
    heads = [Column("What"), Column("Decided by"), Column("Rests also on")]
    return el("section", el("h2", "Whose word it is", id="word"), table("word-table", "Who supplied what decides each result", heads, rows))


def _unverified(sheet: Sheet, assessment: Assessment) -> Element | None:
    none = sheet.figures.sign("z", in_table=True)
    if not assessment.unverified:
        return None
    rows: list[list[Child]] = [[name, clause or none, short(source, 400) or none] for name, clause, source in assessment.unverified]
    return el(
        "section",
        el("h2", "Terms that nobody has verified", id="unverified"),
        el("p", "These stand in the contract as it was entered, and have not been compared with a source."),
        table("unverified-table", "Terms that are not verified", [Column("Term"), Column("Clause"), Column("Where it is from")], rows),
    )
