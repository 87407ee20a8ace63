"""The first screen: five questions answered in sentences that a person can read out. Words of the contract, and slots.

What was bought, what was achieved against what, what was paid (the sum itself), why not more, who says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pbr.plan.plan import Payment as Paid
from pbr.plan.plan import Plan, Step
from pbr.publish.site import Line, Outcome, Payment, Slot, Text
from pbr.statement import words
from pbr.statement.evidence import graded

MOST = 6
LONGEST = 90  # characters of what a measure says of itself, to stand in a sentence for its name
KINDS = ("outcome", "measure", "fact")
LAST = {"deducts": 0, "held": 1, "pays_nothing": 2, "sets": 3, "pays": 4}  # why not more: what took something first


def bought(plan: Plan) -> Text:
    """What was bought, from whom, and how it is measured."""
    parties = dict(plan.parties)
    out = [
        f"{_name(parties.get('commissioner', 'the commissioner'), True)} bought results from {_name(parties.get('provider', 'the provider'))}: {plan.title}."
    ]
    out += list(dict.fromkeys(_sentence(payment.says) for payment in plan.payments if payment.says))[:2]
    measured = dict.fromkeys(says for payment in plan.payments for says in [_measured(plan, payment)] if says)
    if measured:
        out.append(_sentence(f"what is measured: {'; '.join(list(measured)[:2])}"))
    return (" ".join(out),)


def _measured(plan: Plan, payment: Paid) -> str:
    """What the first named measure or outcome that decides a payment says of itself."""
    waiting, seen = [name for name in (payment.condition, payment.amount) if name], set()
    while waiting:
        step = plan.step(waiting.pop(0))
        for node in step.node.walk():
            if node.op == "item" and (name := str(node.params["step"])) not in seen:
                seen.add(name)
                found = plan.step(name)
                if found.kind in ("outcome", "measure"):
                    return found.says.rstrip(".") or words.plural(found.name)
                waiting.append(name)
    return ""


def called(step: Step) -> str:
    """A named value in a sentence: what it says of itself, or its name."""
    says = step.says.rstrip(".")
    return says if says and len(says) <= LONGEST else words.plural(step.name.replace(".", " "))


# ---- what was achieved against what ------------------------------------------------------------------------------------------


def achieved(payments: Sequence[Payment], outcomes: Sequence[Outcome], values: dict[str, Text]) -> Iterator[Text]:
    """A sentence for each comparison that decided a line; without any the answers of the outcomes, or what each line was worked out from. ``values``: by line."""
    told: list[Text] = []
    lines = [line for payment in payments for line in payment.lines if not line.people]
    for line in lines:
        for one in line.comparisons:
            unit = f" {one.unit}" if one.unit else ""
            counts: Text = (
                (" (", one.numerator, " of ", one.denominator, f" {one.counted})") if one.numerator and one.denominator and one.own else ()
            )
            told.append((f"{_key(line)}{one.says or one.label}: ", one.result, unit, *counts, "; the target was ", one.target, "."))
    told += [_answers(one) for one in outcomes]
    if not told:
        told = [(_key(line), *values[line.slug]) for line in lines if line.slug in values]
    for text in told[:MOST]:
        first, *rest = (piece for piece in text if piece)
        yield (f"{first[:1].upper()}{first[1:]}" if isinstance(first, str) else first, *rest)


def _answers(one: Outcome) -> Text:
    says = one.says.rstrip(".")
    name = says if says and len(says) <= LONGEST else words.plural(one.name)
    return (f"{name[:1].upper()}{name[1:]}: yes ", one.yes, ", no ", one.no, ", not known yet ", one.held, f" ({words.plural(one.table)}).")


# ---- why not more ------------------------------------------------------------------------------------------------------------


def why_not_more(
    payments: Sequence[Payment], plan: Plan, results: dict[str, str], taken: dict[str, Slot], more: Slot | None
) -> Iterator[Text]:
    """Each line with its reason, those that took something first. ``results``: by line, its stored result; ``taken``: of lines that deduct, how much; ``more``: how many lines are not told."""
    forms = {payment.name: payment.form for payment in plan.payments}
    told: list[tuple[int, Text]] = []
    several = sum(1 for payment in payments if payment.lines) > 1
    for payment in payments:
        for line in payment.lines:
            result = results[line.slug]
            name = f"{payment.title}: " if several else ""
            if line.people:
                told.append((LAST[result], _of_people(payment, line, result)))
                continue
            what = _result(result, forms.get(payment.name, ""), line, taken.get(line.slug))
            told.append((LAST[result], (f"{_key(line)}{name}", *what, ": ", *line.why, ".")))
    told.sort(key=lambda one: one[0])
    yield from (text for _, text in told[:MOST])
    if more is not None:
        yield ("And ", more, " more lines, each with its reason below.")


def _of_people(payment: Payment, line: Line, result: str) -> Text:
    says = {
        "pays": " lines are paid",
        "pays_nothing": " lines pay nothing",
        "deducts": " lines are deducted",
        "held": " lines are not decided yet",
        "sets": " lines",
    }
    assert line.number is not None
    tail: Text = (", ", line.amount, " in all.") if result in ("pays", "deducts") else (".",)
    return (f"{payment.title}: ", line.number, says[result], *tail)


def _result(result: str, form: str, line: Line, taken: Slot | None) -> Text:
    if result == "held":
        return (line.result, ", not decided yet")
    if result == "deducts" and taken is not None:
        return (taken, " is repaid" if form == "at_risk" else " is deducted")
    if result == "pays_nothing":
        return ("nothing is repaid, ", line.amount, " more is paid") if form == "at_risk" else (line.result,)
    return ("the factor is ", line.amount) if result == "sets" else (line.amount, " is paid")


# ---- who says so -------------------------------------------------------------------------------------------------------------


def who_says_so(payments: Sequence[Payment], unverified: Sequence[str], state_says: str) -> Iterator[Text]:
    """Whose word decides, what in the contract is not verified, who approved it."""
    alike: dict[tuple[str, str], list[str]] = {}
    for payment in payments:
        if payment.decided_by or payment.rests_on:
            alike.setdefault((payment.decided_by, payment.rests_on), []).append(payment.title)
    for (decided, rests), names in alike.items():
        one = len(names) == 1 or len(alike) == 1
        who = (
            "Every payment"
            if len(alike) == 1 and len(payments) > 1
            else words.listed([names[0], *(name[:1].lower() + name[1:] for name in names[1:])])
        )
        is_ = "" if not decided else "is " if one else "are "
        yield (f"{who} {is_}{graded(decided, rests, 'rests' if one else 'rest')}.",)
    yield (state_says,)
    if unverified:
        yield (f"Not verified in the contract: {words.listed(list(dict.fromkeys(words.plural(name) for name in unverified)))}.",)


def _key(line: Line) -> str:
    return f"{', '.join(value for _, value in line.key)}: " if line.key else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _name(name: str, first: bool = False) -> str:
    """A party in a sentence: A prime provider stands as a prime provider."""
    if name.startswith(("A ", "An ", "The ")) and not first:
        return name[:1].lower() + name[1:]
    return name[:1].upper() + name[1:] if first else name
