"""How it was worked out: each payment line, value by value, down to rule text and the digests of what went in.

A payment with very many lines is spread over pages, so that none grows with the number of lines.
"""

from __future__ import annotations

from pbr.publish import addresses
from pbr.publish.pages.checking import digest_of, why_no_digest
from pbr.publish.pages.frame import Sheet, around, crumbs_of, heading, page
from pbr.publish.pages.html import Child, Element, Node, el, short
from pbr.publish.pages.lines import NAME, Lines, article, clause_of, lines_on, pages_of, word_of
from pbr.publish.pages.rules import clause_by_rule, named
from pbr.publish.site import Assessment, Contract, Derived, Line, Payment


def worked_out(sheet: Sheet, contract: Contract, assessment: Assessment, name: str) -> bytes:
    """CONTRACT/ASSESSMENT/worked-out.html, or a further page of it."""
    spread = lines_on(sheet, contract, assessment)
    parts: list[Node] = []
    for payment in assessment.payments:
        lines = [line for line in payment.lines if spread.where[payment.name, line.slug] == name]
        if lines or not payment.lines:
            parts.append(_payment(spread, payment, lines))
    others = pages_of(assessment)
    content = [
        el(
            "div",
            heading(sheet, "How it was worked out", contract.title),
            el(
                "p",
                "Each payment, value by value, as the contract says it is worked out. ",
                el("a", "The contract in plain words", href=sheet.to(addresses.of_contract(contract, "terms.html"))),
                " has every clause.",
                class_="lead",
            ),
            _more(others, name) if len(others) > 1 else None,
            class_="opening",
        ),
        around(sheet, contract, assessment),
        el("div", parts, _inputs(sheet, contract, assessment), class_="body"),
    ]
    return page(sheet, f"How it was worked out: {contract.title}", crumbs_of(sheet.site, contract, assessment), content, kind="worked")


def _more(names: list[str], here: str) -> Element:
    items = [el("li", el("a", f"Part {at}", href=name, aria_current="page" if name == here else None)) for at, name in enumerate(names, 1)]
    return el("nav", el("ul", items), aria_label="Parts of this page", class_="parts")


def _payment(spread: Lines, payment: Payment, lines: list[Line]) -> Element:
    name = addresses.part(payment.name)
    return el(
        "section",
        el("h2", short(payment.title, NAME), id=name),
        el("p", payment.form, " ", clause_of(payment.clause)),
        _evidence(payment),
        [_line(spread, payment, line) for line in lines],
        class_="payment",
    )


def _evidence(payment: Payment) -> Element | None:
    said = [f"Decided by {word_of(payment.decided_by)}"] if payment.decided_by else []
    said += [f"rests also on {word_of(payment.rests_on)}"] if payment.rests_on else []
    return el("p", "; ".join(said) + ".", class_="aside") if said else None


def _line(spread: Lines, payment: Payment, line: Line) -> Element:
    steps = el("dl", [_step(spread, one) for one in line.derived], class_="steps") if line.derived else None
    links = [("What it was worked out from", "#inputs"), ("Back to what was paid", spread.paid(payment, line))]
    return article(spread, payment, line, steps, links=links)


def _step(spread: Lines, one: Derived) -> Element:
    figures = spread.sheet.figures
    clause = clause_by_rule(spread.sheet, spread.contract, spread.assessment.rules, one.clause)
    notes: list[Node] = [el("dd", el("span", f"{label}: ", class_="label"), figures.say(text), class_="note") for label, text in one.notes]
    return el(
        "div",
        el("dt", el("code", one.name), el("span", " ", clause, class_="clause") if one.clause else None),
        el("dd", one.says, class_="note") if one.says else None,
        el("dd", el("code", one.written), class_="written") if one.written else None,
        el("dd", figures.say(one.values), class_="value") if one.values else None,
        notes,
    )


def _inputs(sheet: Sheet, contract: Contract, assessment: Assessment) -> Element:
    """What it was worked out from: the last of three clicks from a payment."""
    items = [_digest(sheet, "The contract, as it was adopted", contract.digest), _digest(sheet, "This assessment", assessment.digest)]
    items += [_digest(sheet, named(sheet, contract, name, digest), digest) for name, digest in assessment.rules]
    items += [_digest(sheet, f"File {short(name, NAME)}", digest) for name, digest in assessment.inputs]
    return el(
        "section",
        el("h2", "What it was worked out from", id="inputs"),
        el(
            "p",
            "Each file has a digest (SHA-256): a number that nobody can give to another file. ",
            el("a", "Check it yourself", href=sheet.to(addresses.of_assessment(contract, assessment, "check.html"))),
            " says how to compare them, and who approved this; ",
            el("a", "Data quality", href=sheet.to(addresses.of_assessment(contract, assessment, "data-quality.html"))),
            " says how the data was checked.",
        ),
        el("dl", items, class_="digests"),
        why_no_digest([assessment]),
    )


def _digest(sheet: Sheet, words: Child, digest: str) -> Element:
    return el("div", el("dt", words), el("dd", digest_of(sheet, digest, in_table=False)))
