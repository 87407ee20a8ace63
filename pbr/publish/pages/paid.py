"""What was paid and why: five questions answered on the first screen of a phone, then each payment line with its clause and its comparison."""

from __future__ import annotations

from typing import Final

from pbr.publish import addresses
from pbr.publish.pages.derivations import spread
from pbr.publish.pages.frame import Sheet, around, as_at, crumbs_of, heading, page
from pbr.publish.pages.html import Child, Element, Node, el, short
from pbr.publish.pages.tables import Column, table
from pbr.publish.site import Assessment, Comparison, Contract, Line, Payment, Text

FIRST: Final = 4  # so many sentences answer one question on the first screen; the others stand below, at each line
SPOKEN: Final = 24  # up to so many lines of a payment are told one by one; more stand in a table
NAME: Final = 120


def paid(sheet: Sheet, contract: Contract, assessment: Assessment) -> bytes:
    """CONTRACT/ASSESSMENT/index.html."""
    content = [
        el("div", heading(sheet, "What was paid and why", contract.title), _five(sheet, contract, assessment), class_="opening"),
        around(sheet, contract, assessment),
        el("div", [_payment(sheet, contract, assessment, one) for one in assessment.payments], _limits(sheet, assessment), class_="body"),
    ]
    return page(sheet, f"What was paid and why: {contract.title}", crumbs_of(sheet.site, contract), content, kind="paid")


def _five(sheet: Sheet, contract: Contract, assessment: Assessment) -> Element:
    figures = sheet.figures
    shown = figures.shown(assessment.paid)
    return el(
        "div",
        _question("What was bought", [el("p", figures.say(assessment.bought))]),
        _question("What was achieved", _sentences(sheet, assessment.achieved)),
        _question(
            "What was paid",
            [el("p", None if shown else "Not shown ", figures.show(assessment.paid), class_="sum")],
        ),
        _question("Why not more", _sentences(sheet, assessment.why_not_more)) if assessment.why_not_more else None,
        _question(
            "Who says so",
            [*_sentences(sheet, assessment.who_says_so), el("p", f"{as_at(assessment)}. {assessment.state_says}".strip(), class_="aside")],
        ),
        class_="five",
    )


def _question(words: str, answer: Child) -> Element:
    return el("section", el("h2", words), answer)


def _sentences(sheet: Sheet, sentences: tuple[Text, ...]) -> list[Node]:
    found: list[Node] = [el("p", sheet.figures.say(one)) for one in sentences[:FIRST]]
    if len(sentences) > FIRST:
        found.append(el("p", "The others stand below, at each payment."))
    return found


def _payment(sheet: Sheet, contract: Contract, assessment: Assessment, payment: Payment) -> Element:
    figures = sheet.figures
    name = addresses.part(payment.name)
    lines: Child
    if len(payment.lines) > SPOKEN:
        lines = _table(sheet, contract, assessment, payment)
    else:
        lines = [_line(sheet, contract, assessment, payment, line) for line in payment.lines]
    total = (
        el("p", "In all: ", figures.show(payment.total), class_="total") if payment.total is not None and len(payment.lines) > 1 else None
    )
    return el(
        "section",
        el("h2", short(payment.title, NAME), id=name),
        el("p", payment.form, " ", _clause(payment.clause), class_="form"),
        lines,
        total,
        class_="payment",
        aria_labelledby=name,
    )


def _clause(clause: str) -> Element | None:
    return el("span", f"({clause})", class_="clause") if clause else None


def key_of(line: Line) -> str:
    """What a line is for, in words."""
    return ", ".join(value for _, value in line.key)


def _line(sheet: Sheet, contract: Contract, assessment: Assessment, payment: Payment, line: Line) -> Element:
    figures = sheet.figures
    where = addresses.part(payment.name, line.slug)
    parts: list[Child] = []
    words = short(key_of(line), NAME)
    if words:
        parts.append(el("h3", words))
    elif line.people:
        parts.append(el("h3", "People whose line ", figures.show(line.result)))
    parts.append(
        el(
            "p",
            el("span", figures.show(line.amount), class_="amount"),
            " ",
            el("span", figures.show(line.result), class_="result"),
            [" for ", figures.show(line.number), " of them"] if line.number is not None else None,
            class_="answer",
        )
    )
    parts.append(el("p", figures.say(line.why)))
    parts += [_compared(sheet, one) for one in line.comparisons]
    parts.append(
        el(
            "p",
            el(
                "a",
                "How this was worked out",
                el("span", f": {words or payment.title}", class_="unseen"),
                href=worked(sheet, contract, assessment, payment, line),
            ),
        )
    )
    return el("article", parts, class_="line", id=where)


def worked(sheet: Sheet, contract: Contract, assessment: Assessment, payment: Payment, line: Line) -> str:
    """Where it is said how a line was worked out."""
    return sheet.to(
        f"{addresses.of_assessment(contract, assessment, spread(assessment)[payment.name, line.slug])}#{addresses.part(payment.name, line.slug)}"
    )


def _compared(sheet: Sheet, one: Comparison) -> Element:
    figures = sheet.figures
    counted: Child = None
    if one.numerator is not None and one.denominator is not None:
        counted = el("dd", figures.show(one.numerator), " of ", figures.show(one.denominator), f" {one.counted}".rstrip())
    return el(
        "dl",
        el("div", el("dt", "Result"), el("dd", figures.show(one.result)), class_="result-of"),
        el("div", el("dt", "Target"), el("dd", figures.show(one.target))),
        el("div", el("dt", "Distance"), el("dd", figures.show(one.by))) if one.by is not None else None,
        el("div", el("dt", "Counted"), counted) if counted is not None else None,
        class_="compared",
    )


def _table(sheet: Sheet, contract: Contract, assessment: Assessment, payment: Payment) -> list[Node]:
    figures = sheet.figures
    rows: list[list[Child]] = []
    for line in payment.lines:
        rows.append(
            [
                el(
                    "a",
                    short(key_of(line), NAME) or "all",
                    href=worked(sheet, contract, assessment, payment, line),
                    id=addresses.part(payment.name, line.slug),
                ),
                figures.show(line.amount, in_table=True),
                figures.show(line.result, in_table=True),
                figures.say(line.why, in_table=True),
            ]
        )
    heads = [Column("For"), Column("Sum", contract.currency, number=True), Column("Result"), Column("Why")]
    return table(f"t-{addresses.part(payment.name)}", f"{short(payment.title, NAME)}: each line", heads, rows)


def _limits(sheet: Sheet, assessment: Assessment) -> Element | None:
    if not assessment.limits:
        return None
    figures = sheet.figures
    items = []
    for limit in assessment.limits:
        items.append(
            el(
                "li",
                el("p", limit.says, " ", _clause(limit.clause)),
                el("p", "Before it: ", figures.show(limit.before), ". After it: ", figures.show(limit.after), "."),
            )
        )
    return el(
        "section", el("h2", "What limits all payments together", id="limits"), el("ul", items, class_="plain"), aria_labelledby="limits"
    )
