"""check.html of a site that carries a log: a button that checks it in the reader's own browser, what that shows and what not, and the same without scripts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from pbr.publish import addresses
from pbr.publish.check.carried import CarriedLog
from pbr.publish.check.verifiers import JAVASCRIPT, PYTHON, verifier
from pbr.publish.pages.checking import digest_of, downloads_list, why_no_digest
from pbr.publish.pages.frame import Sheet, as_at, crumbs_of, page
from pbr.publish.pages.html import Child, Element, el, short
from pbr.publish.pages.tables import Column, table
from pbr.publish.site import Assessment, Contract, Download

LOG: Final = "log"  # the folder of the log in the site
FOLDER: Final = "check"
EMBEDDED: Final = f"{FOLDER}/log.js"
RUN: Final = f"{FOLDER}/run.js"
SCRIPT: Final = f"{FOLDER}/{JAVASCRIPT}"
VERIFY_PY: Final = f"{FOLDER}/{PYTHON}"

# This page runs the scripts that lie beside it and no others; it sends nothing and asks nobody anything.
POLICY: Final = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'"

IS_CHECKED: Final = (
    "that no entry was altered, removed or slipped in after the log's key signed it, and that each file of the log is the one that the tree of hashes has there;",
    "that every entry is written as it must be, in the order of its time, and refers only to entries before it;",
    "that each was signed by somebody who might: the commissioner, the assessor, an approver, the provider or the auditor, by a key that the contract's own entry lists;",
    "that nothing was dated back or ahead of what the witnesses saw, and that what they signed earlier is still there;",
    "whether each assessment is a draft, approved, challenged or superseded, and that this site says the same.",
)
NOT_CHECKED: Final = (
    "That a payment follows from the data. Only those who may see the data can work it out again, with “pbr verify” on the assessment or on an evidence pack; the data are about people and are not here.",
    "That a digest on this site is the one in the log. The log holds a salted digest, so that nobody can find the data by guessing; whoever holds the receipt or the pack can compare.",
    "Signatures by ML-DSA-44, which stand beside the ordinary ones (Ed25519): no browser can check them yet. The program can, and so can verify.py.",
    "That somebody else is shown the same log. Ask the auditor or the provider for the checkpoint that they have seen, or give their policy below.",
    "That what was logged was true. A log shows who said what and when.",
    "This page. Whoever can change this site can change what its check says. Take a verifier from elsewhere if you need to be sure, and give it the log’s files.",
)


def log_page(sheet: Sheet, log: CarriedLog, downloads: Sequence[Download]) -> bytes:
    """``downloads``: of open data (``Download``); those about the whole site are listed."""
    content = [
        el(
            "div",
            el("h1", "Check it yourself"),
            el(
                "p",
                "What was adopted, received, assessed and approved is written in a log that cannot be altered unseen. This site carries that log, and here you can check it.",
                class_="lead",
            ),
            class_="opening",
        ),
        el(
            "div",
            _in_the_browser(sheet, log),
            _section("is-checked", "What is checked", el("ul", [el("li", one) for one in IS_CHECKED])),
            _section("not-checked", "What is not", el("ul", [el("li", one) for one in NOT_CHECKED])),
            _without_scripts(sheet),
            _assessments(sheet),
            downloads_list(sheet, [one for one in downloads if not one.contract]),
            class_="body",
        ),
    ]
    return page(sheet, "Check it yourself", crumbs_of(sheet.site), content, kind="check", policy=POLICY, scripts=[SCRIPT, RUN])


def _section(name: str, head: str, *content: Child) -> Element:
    return el("section", el("h2", head, id=name), *content, aria_labelledby=name)


def _in_the_browser(sheet: Sheet, log: CarriedLog) -> Element:
    return _section(
        "here",
        "In this browser",
        el(
            "p",
            "The log is ",
            el("code", short(log.origin, 120)),
            ". The verifier runs on your own machine: nothing is sent, and it works without a connection once this folder is yours.",
        ),
        el(
            "div",
            el(
                "p",
                "Your browser runs no scripts here, so there is no button. ",
                el("a", "The commands below", href="#commands"),
                " do the same.",
                id="no-scripts",
            ),
            el(
                "div",
                el("p", el("button", "Check the log", type="button", id="start")),
                el(
                    "p",
                    el(
                        "label",
                        "A policy that you trust, from somebody other than the log’s owner (you can leave this empty)",
                        for_="policy",
                    ),
                    el("input", type="file", id="policy"),
                    class_="given",
                ),
                el(
                    "p",
                    el(
                        "label",
                        "A checkpoint of this log that you kept earlier, or that somebody else saw (you can leave this empty)",
                        for_="kept",
                    ),
                    el("input", type="file", id="kept"),
                    class_="given",
                ),
                id="with-scripts",
                hidden=True,
            ),
            el("div", id="answer", role="status", tabindex="-1"),
            id="check",
            data_log=sheet.to(EMBEDDED),
        ),
    )


def _without_scripts(sheet: Sheet) -> Element:
    rows: list[list[Child]] = [
        [el("a", name, href=sheet.to(path)), el("code", hashlib.sha256(verifier(name)).hexdigest())]
        for name, path in ((JAVASCRIPT, SCRIPT), (PYTHON, VERIFY_PY))
    ]
    return _section(
        "commands",
        "Without scripts, or with a verifier of your own",
        el(
            "p",
            "The log’s own files lie in the folder ",
            el("a", LOG, href=sheet.to(f"{LOG}/checkpoint")),
            " of this site, in a form that other tools read too (C2SP tlog-tiles). Two verifiers come with it. Neither shares a line with the other, or with the program that made this site. In the folder of this site:",
        ),
        el(
            "pre",
            el(
                "code",
                f"python {VERIFY_PY} log {LOG} --policy POLICY\nnode {SCRIPT} log {LOG} --policy POLICY\npbr log audit {LOG} --policy POLICY",
            ),
            tabindex="0",
        ),
        el("p", "Those who hold an assessment or an evidence pack can work out every payment again:"),
        el("pre", el("code", "pbr verify ASSESSMENT --log LOG\npbr verify PACK"), tabindex="0"),
        el("p", "The button above runs the first file, unchanged. To compare it with one that you have from elsewhere:"),
        el("pre", el("code", f"sha256sum {SCRIPT} {VERIFY_PY}"), tabindex="0"),
        table("verifiers", "The verifiers, and the digest of each", [Column("File"), Column("Digest", "SHA-256")], rows),
    )


def _assessments(sheet: Sheet) -> Element | None:
    rows = [_row(sheet, contract, one) for contract in sheet.site.contracts for one in contract.assessments]
    if not rows:
        return None
    columns = [Column("Assessment"), Column("Entry in the log"), Column("State"), Column("Digest", "SHA-256")]
    return _section(
        "digests",
        "What this site says of each assessment",
        table("digests-table", "Each assessment, its entry and its digest", columns, rows),
        why_no_digest(one for contract in sheet.site.contracts for one in contract.assessments),
    )


def _row(sheet: Sheet, contract: Contract, one: Assessment) -> list[Child]:
    link = el(
        "a", short(contract.title, 90), el("span", f", {as_at(one)}"), href=sheet.to(addresses.of_assessment(contract, one, "check.html"))
    )
    if one.entry is None:
        return [link, sheet.figures.sign("z", in_table=True), one.state, digest_of(sheet, one.digest)]
    return [link, el("span", str(one.entry), data_entry=str(one.entry), data_state=one.state), one.state, digest_of(sheet, one.digest)]
