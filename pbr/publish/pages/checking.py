"""Check it yourself: the digests, what can be downloaded, and the commands; and what all of this does not show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pbr.disclosure.released import CONFIDENTIAL
from pbr.publish import addresses
from pbr.publish.pages.frame import Sheet, around, as_at, crumbs_of, heading, page
from pbr.publish.pages.html import Child, Element, el, short
from pbr.publish.pages.rules import named
from pbr.publish.pages.tables import Column, table
from pbr.publish.site import Assessment, Contract, Download

NO_DIGEST: Final = (
    "Where few people are in the data, its digest is not shown: whoever knows all of them but one could try what might be true of that one, and compare. "
    "Whoever holds the assessment, a receipt or an evidence pack can compare it there."
)


def check_page(sheet: Sheet, downloads: Sequence[Download]) -> bytes:
    """check.html of a site that carries no log: there is nothing to run in the browser."""
    rows: list[list[Child]] = []
    for contract in sheet.site.contracts:
        for one in contract.assessments:
            link = el(
                "a",
                short(contract.title, 90),
                el("span", f", {as_at(one)}"),
                href=sheet.to(addresses.of_assessment(contract, one, "check.html")),
            )
            rows.append([link, digest_of(sheet, one.digest), one.state])
    content = [
        el(
            "div",
            el("h1", "Check it yourself"),
            el(
                "p",
                "Nobody need be trusted: what was paid can be compared with what was logged, and worked out again by those who may see the data.",
                class_="lead",
            ),
            class_="opening",
        ),
        el(
            "div",
            el(
                "p",
                "This site carries no log. What its assessments were logged as can be compared with a log that somebody else holds: the digests are below.",
            ),
            el(
                "section",
                el("h2", "The digest of each assessment", id="digests"),
                table(
                    "digests-table",
                    "Each assessment and its digest",
                    [Column("Assessment"), Column("Digest", "SHA-256"), Column("State")],
                    rows,
                ),
                why_no_digest(one for contract in sheet.site.contracts for one in contract.assessments),
            )
            if rows
            else None,
            downloads_list(sheet, downloads),
            class_="body",
        ),
    ]
    return page(sheet, "Check it yourself", crumbs_of(sheet.site), content, kind="check")


def assessment_check(sheet: Sheet, contract: Contract, assessment: Assessment, downloads: Sequence[Download]) -> bytes:
    """CONTRACT/ASSESSMENT/check.html."""
    rows: list[list[Child]] = [["The contract", el("code", contract.digest)], ["This assessment", digest_of(sheet, assessment.digest)]]
    rows += [[named(sheet, contract, name, digest), el("code", digest)] for name, digest in assessment.rules]
    rows += [[f"File {short(name, 120)}", digest_of(sheet, digest)] for name, digest in assessment.inputs]
    content = [
        el(
            "div",
            heading(sheet, "Check it yourself", contract.title),
            el("p", f"{as_at(assessment)}. {assessment.state_says}".strip(), class_="lead"),
            class_="opening",
        ),
        around(sheet, contract, assessment),
        el(
            "div",
            el(
                "section",
                el("h2", "Digests", id="digests"),
                el(
                    "p",
                    "A digest is a number that nobody can give to another file. Whoever holds a file can compare it: ",
                    el("code", "sha256sum FILE"),
                    ".",
                ),
                table(
                    "digests-table",
                    "What this assessment was made of, and the digest of each",
                    [Column("What"), Column("Digest", "SHA-256")],
                    rows,
                ),
                why_no_digest([assessment]),
            ),
            _commands(sheet),
            downloads_list(sheet, downloads),
            class_="body",
        ),
    ]
    return page(sheet, f"Check it yourself: {contract.title}", crumbs_of(sheet.site, contract, assessment), content, kind="check")


def digest_of(sheet: Sheet, digest: str, *, in_table: bool = True) -> Child:
    """A digest, or the sign that it is not shown."""
    return sheet.figures.sign("c", in_table=in_table) if digest == CONFIDENTIAL else el("code", digest)


def why_no_digest(assessments: Iterable[Assessment]) -> Element | None:
    """Why some digests of these are not shown, and where else they can be compared."""
    hidden = [one for one in assessments if CONFIDENTIAL in (one.digest, *(digest for _, digest in one.inputs))]
    if not hidden:
        return None
    logged = " The log holds a salted one, which gives nothing away." if any(one.entry is not None for one in hidden) else ""
    return el("p", f"{NO_DIGEST}{logged}", class_="aside")


def _commands(sheet: Sheet) -> Element:
    return el(
        "section",
        el("h2", "Commands", id="commands"),
        el("p", "Those who hold the folder of the assessment can work out every value again:"),
        el("pre", el("code", "pbr verify FOLDER --log LOG"), tabindex="0"),
        el("p", "Those who hold an evidence pack, or the log alone, need nothing of ours but one file:"),
        el("pre", el("code", "python verify.py pack PACK\npython verify.py log LOG"), tabindex="0"),
        el("p", el("a", "Check the log", href=sheet.to(addresses.CHECK)), " that this site carries, where it carries one."),
        el("h3", "What this does not show"),
        el(
            "p",
            "That payments follow from the data can only be checked by those who may see the data: they are about people. What is in the log cannot be altered unseen; that it was true when it was logged is the word of those who signed it.",
        ),
    )


def downloads_list(sheet: Sheet, downloads: Sequence[Download]) -> Element | None:
    """What can be downloaded, each with what it is."""
    if not downloads:
        return None
    items = [el("li", el("a", one.label, href=sheet.to(one.path)), f": {one.says}" if one.says else None) for one in downloads]
    return el("section", el("h2", "Download", id="download"), el("ul", items, class_="plain"))
