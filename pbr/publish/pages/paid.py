"""What was paid and why: five questions answered on the first screen of a phone, then each payment line with its clause and its comparison."""

from __future__ import annotations

from typing import Final

from pbr.disclosure.released import WITHHELD
from pbr.publish import addresses
from pbr.publish.pages.checking import digest_of
from pbr.publish.pages.frame import Sheet, around, as_at, crumbs_of, heading, page
from pbr.publish.pages.html import Child, Element, Node, el, short
from pbr.publish.pages.lines import NAME, Lines, article, clause_of, key_of, lines_on
from pbr.publish.pages.tables import Column, table
from pbr.publish.site import Assessment, Comparison, Contract, Line, Payment, Text

FIRST: Final = 1  # so many sentences answer one question on the first screen; the others are opened on demand
SPOKEN: Final = 24  # up to so many lines of a payment are told one by one; more stand in a table


CONFIDENTIAL: Final = "It is confidential: it would tell something of so few people that what was paid may not be said."
STATES: Final = {"not logged": "who approved it is not shown", "draft": "nobody has approved it yet"}


def paid(sheet: Sheet, contract: Contract, assessment: Assessment) -> bytes:
    """CONTRACT/ASSESSMENT/index.html."""
    lines = lines_on(sheet, contract, assessment)
    content = [
        el("div", heading(sheet, "What was paid and why", contract.title), _five(sheet, contract, assessment), class_="opening"),
        around(sheet, contract, assessment),
        el(
            "div",
            [_payment(lines, one) for one in assessment.payments],
            _together(sheet, assessment),
            _limits(sheet, assessment),
            class_="body",
        ),
    ]
    return page(sheet, f"What was paid and why: {contract.title}", crumbs_of(sheet.site, contract), content, kind="paid")


def _five(sheet: Sheet, contract: Contract, assessment: Assessment) -> Element:
    figures = sheet.figures
    told = any(figures.plain(one) == assessment.state_says for one in assessment.who_says_so)
    said = (*assessment.who_says_so, *(() if told or not assessment.state_says else ((assessment.state_says,),)))
    state = STATES.get(assessment.state, assessment.state)
    who = [
        el("p", f"{as_at(assessment)}; {state}." if assessment.complete_to else f"{state[:1].upper()}{state[1:]}.", class_="aside"),
        *_sentences(sheet, said),
    ]
    who = [*who[1:2], who[0], *who[2:]]  # whose word it is, how far the data goes, and the rest on demand
    bought = (assessment.bought, *((words,) for words in contract.about))
    return el(
        "div",
        _question("What was paid", [el("p", figures.headline(assessment.paid), class_="sum"), _whither(sheet, contract, assessment)]),
        _question("What was bought", _sentences(sheet, tuple(one for one in bought if one))),
        _question("What was achieved", _sentences(sheet, assessment.achieved)) if assessment.achieved else None,
        _question("Why not more", _sentences(sheet, assessment.why_not_more)) if assessment.why_not_more else None,
        _question("Who says so", who),
        class_="five",
    )


def _question(words: str, answered: Child) -> Element:
    return el("section", el("h2", words), answered)


def _whither(sheet: Sheet, contract: Contract, assessment: Assessment) -> Element | None:
    """Which way the money goes, by the sign of what is shown; of a sum of which nothing is left, or that is not shown, why."""
    figure = sheet.figures.of(assessment.paid)
    if figure.how == WITHHELD:
        return el("p", CONFIDENTIAL, class_="aside")
    if figure.nothing_left:
        return el("p", "rounded so far that nobody can be identified", class_="aside")
    value = sheet.figures.number(assessment.paid)
    providers = [name for role, name in contract.parties if role == "provider"]
    if not value or len(providers) != 1:
        return None
    provider = short(providers[0], NAME)
    inside = f"{provider[:1].lower()}{provider[1:]}" if provider.startswith(("A ", "An ", "The ")) else provider
    return el("p", f"to {inside}" if value > 0 else f"{provider} pays it back", class_="aside")


def _sentences(sheet: Sheet, sentences: tuple[Text, ...]) -> list[Node]:
    found: list[Node] = [el("p", sheet.figures.say(one)) for one in sentences[:FIRST]]
    if len(sentences) > FIRST:
        found.append(el("details", el("summary", "More on this"), [el("p", sheet.figures.say(one)) for one in sentences[FIRST:]]))
    return found


def _payment(lines: Lines, payment: Payment) -> Element:
    figures = lines.sheet.figures
    name = addresses.part(payment.name)
    told: Child = _table(lines, payment) if len(payment.lines) > SPOKEN else [_line(lines, payment, line) for line in payment.lines]
    total = (
        el("p", "In all: ", figures.show(payment.total), class_="total") if payment.total is not None and len(payment.lines) > 1 else None
    )
    return el(
        "section",
        el("h2", short(payment.title, NAME), id=name),
        el("p", payment.form, " ", clause_of(payment.clause), class_="form"),
        told,
        total,
        class_="payment",
    )


def _line(lines: Lines, payment: Payment, line: Line) -> Element:
    compared: list[Node] = [_compared(lines.sheet, one) for one in line.comparisons]
    return article(lines, payment, line, compared, links=[("How this was worked out", lines.worked_out(payment, line))])


def _compared(sheet: Sheet, one: Comparison) -> Element:
    figures = sheet.figures
    parts: list[tuple[str, Child]] = [("Result", figures.show(one.result)), ("Target", figures.show(one.target))]
    if one.by is not None:
        parts.append(("Distance", figures.show(one.by)))
    if one.numerator is not None and one.denominator is not None:
        parts.append(("Counted", [figures.show(one.numerator), " of ", figures.show(one.denominator), f" {one.counted}".rstrip()]))
    return el("dl", [el("div", el("dt", words), el("dd", said)) for words, said in parts], class_="compared")


def _table(lines: Lines, payment: Payment) -> list[Node]:
    figures = lines.sheet.figures
    rows: list[list[Child]] = []
    for line in payment.lines:
        name = el(
            "a",
            short(key_of(line), NAME) or figures.show(line.result, in_table=True),
            href=lines.worked_out(payment, line),
            id=addresses.part(payment.name, line.slug),
        )
        said = [figures.show(line.amount, in_table=True), figures.show(line.result, in_table=True), figures.say(line.why, in_table=True)]
        rows.append([name, *said])
    heads = [Column("For"), Column("Sum", lines.contract.currency, number=True), Column("Result"), Column("Why")]
    return table(f"t-{addresses.part(payment.name)}", f"{short(payment.title, NAME)}: each line", heads, rows)


def _together(sheet: Sheet, assessment: Assessment) -> Element:
    figures = sheet.figures
    facts: list[tuple[str, Child]] = [
        ("Earned", figures.show(assessment.gross)),
        ("Deducted", figures.show(assessment.deducted)),
        ("Paid in all", figures.show(assessment.paid)),
        ("Lines", figures.show(assessment.lines)),
        ("Lines held", [figures.show(assessment.held_lines), ": it is not known yet what they come to"]),
        ("Digest (SHA-256)", digest_of(sheet, assessment.digest, in_table=False)),
    ]
    return el(
        "section",
        el("h2", "All payments together", id="together"),
        el("dl", [el("div", el("dt", words), el("dd", said)) for words, said in facts], class_="facts"),
    )


def _limits(sheet: Sheet, assessment: Assessment) -> Element | None:
    if not assessment.limits:
        return None
    figures = sheet.figures
    items = []
    for limit in assessment.limits:
        before_after = el("p", "Before it: ", figures.show(limit.before), ". After it: ", figures.show(limit.after), ".")
        items.append(el("li", el("p", limit.says, " ", clause_of(limit.clause)), before_after))
    return el("section", el("h2", "What limits all payments together", id="limits"), el("ul", items, class_="plain"))
