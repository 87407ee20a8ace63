"""The first screen: five questions answered in sentences that a person can read out. Words of the contract, and slots."""

from __future__ import annotations

from collections.abc import Iterator

from pbr.plan.plan import Plan
from pbr.publish.site import Comparison, Line, Payment, Slot, Text
from pbr.statement import words
from pbr.statement.evidence import graded

MOST = 6


def bought(plan: Plan, payments: tuple[Payment, ...]) -> Text:
    """What was bought, and from whom."""
    parties = dict(plan.parties)
    about = next((payment.says for payment in plan.payments if payment.says), "")
    said = f" {_sentence(about)}" if about else ""
    return (
        f"{parties.get('commissioner', 'The commissioner')} pays {parties.get('provider', 'the provider')} by results: {plan.title}.{said}",
    )


def achieved(payments: tuple[Payment, ...]) -> Iterator[Text]:
    """What was achieved against what: a sentence for each comparison that decided a line."""
    told: list[Text] = []
    for payment in payments:
        for line in payment.lines:
            told += [_compared(line, one) for one in line.comparisons]
    yield from told[:MOST]


def _compared(line: Line, one: Comparison) -> Text:
    of = _key(line)
    counts: Text = (" (", one.numerator, " of ", one.denominator, f" {one.counted})") if one.numerator and one.denominator else ()
    return (f"{of}{one.label} was ", one.result, *counts, "; the target was ", one.target, ".")


def why_not_more(payments: tuple[Payment, ...]) -> Iterator[Text]:
    """Why it was not more: each line that pays nothing, takes back or waits, with its reason."""
    told: list[Text] = []
    for payment in payments:
        for line in payment.lines:
            if line.people and line.number is not None:
                told.append((f"{payment.title}: ", line.number, " lines: ", line.result, "."))
            elif not line.people:
                told.append((f"{_key(line)}{payment.title.lower()} ", line.result, " ", line.amount, ": ", *line.why, "."))
    yield from told[:MOST]


def who_says_so(plan: Plan, payments: tuple[Payment, ...], state_says: str) -> Iterator[Text]:
    for payment in payments[:MOST]:
        if payment.decided_by:
            yield (f"{payment.title} is {graded(payment.decided_by, payment.rests_on)}.",)
    yield (state_says,)


def _key(line: Line) -> str:
    return f"{words.listed([value for _, value in line.key])}: " if line.key else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def slots(text: Text) -> list[Slot]:
    return [piece for piece in text if isinstance(piece, Slot)]
