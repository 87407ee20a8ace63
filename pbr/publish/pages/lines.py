"""A payment line, as it is headed and answered on the page that says why and on the page that says how; and where each of them stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pbr.publish import addresses
from pbr.publish.pages.figures import Figures
from pbr.publish.pages.frame import Sheet
from pbr.publish.pages.html import Child, Element, el, short
from pbr.publish.site import Assessment, Contract, Line, Payment

PER_PAGE: Final = 200  # lines on a page that says how they were worked out
NAME: Final = 120  # letters of what a line or a payment is called

EVIDENCE: Final = {"independent": "independent records", "commissioner": "the commissioner's records", "provider": "the provider's word"}


@dataclass(frozen=True)
class Lines:
    """The lines of an assessment, on one page. ``where``: by payment and line, the page on which its derivation stands."""

    sheet: Sheet
    contract: Contract
    assessment: Assessment
    where: Mapping[tuple[str, str], str]

    def paid(self, payment: Payment, line: Line) -> str:
        """Where it is said what a line pays and why, as written on this page."""
        return self._to(payment, line, addresses.FRONT)

    def worked_out(self, payment: Payment, line: Line) -> str:
        """Where it is said how a line was worked out."""
        return self._to(payment, line, self.where[payment.name, line.slug])

    def _to(self, payment: Payment, line: Line, name: str) -> str:
        return self.sheet.to(f"{addresses.of_assessment(self.contract, self.assessment, name)}#{addresses.part(payment.name, line.slug)}")


def lines_on(sheet: Sheet, contract: Contract, assessment: Assessment) -> Lines:
    places = [(payment.name, line.slug) for payment in assessment.payments for line in payment.lines]
    return Lines(sheet, contract, assessment, {place: page_name(at // PER_PAGE) for at, place in enumerate(places)})


def page_name(number: int) -> str:
    return "worked-out.html" if number == 0 else f"worked-out-{number + 1}.html"


def pages_of(assessment: Assessment) -> list[str]:
    """The names of the pages that all derivations take; at least one."""
    lines = sum(len(payment.lines) for payment in assessment.payments)
    return [page_name(number) for number in range(max(1, -(-lines // PER_PAGE)))]


def key_of(line: Line) -> str:
    """What a line is for, in words."""
    return ", ".join(value for _, value in line.key)


def title_of(figures: Figures, line: Line) -> Child:
    """What a line is headed by: what it is for; for people, what becomes of them; of a payment with one line, that there is one."""
    return short(key_of(line), NAME) or (figures.show(line.result) if line.people else "The one line of this payment")


def answer(figures: Figures, line: Line) -> Element:
    """Its sum, set large, and what became of it."""
    result: Child = None if line.people else [" ", el("span", figures.show(line.result), class_="result")]
    number: Child = [" for ", figures.show(line.number), " lines"] if line.number is not None else None
    return el("p", el("span", figures.headline(line.amount), class_="amount"), result, number, class_="answer")


def why_of(figures: Figures, line: Line) -> Element:
    """The one sentence, as a sentence: a capital is the style's, its full stop ours."""
    return el("p", figures.say(line.why), None if figures.plain(line.why).endswith((".", "!", "?")) else ".", class_="why")


def article(lines: Lines, payment: Payment, line: Line, *more: Child, links: Sequence[tuple[str, str]]) -> Element:
    """A line: what it is for, its sum and why; then ``more``. ``links``: each with its words and where it leads; of which line it is, who hears it by itself is told too."""
    figures = lines.sheet.figures
    of_what = el("span", ": ", short(payment.title, NAME), ", ", title_of(figures, line), class_="unseen")
    return el(
        "article",
        el("h3", title_of(figures, line)),
        answer(figures, line),
        why_of(figures, line),
        *more,
        [el("p", el("a", words, of_what, href=to)) for words, to in links],
        class_="line",
        id=addresses.part(payment.name, line.slug),
    )


def word_of(evidence: str) -> str:
    """Whose word it is, in words."""
    return EVIDENCE.get(evidence, evidence)


def clause_of(clause: str) -> Element | None:
    """The clause, in round brackets."""
    return el("span", f"({clause})", class_="clause") if clause else None
