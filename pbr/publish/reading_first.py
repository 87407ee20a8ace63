"""The first screen: five questions answered in sentences that a person can read out. Words of the contract, and slots.

What was bought, what was achieved against what, what was paid (the sum itself), why not more, who says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pbr.plan.plan import Payment as Paid
from pbr.plan.plan import Plan
from pbr.publish.reading_achieved import LONGEST, SHARES, Rank
from pbr.publish.site import Comparison, Line, Outcome, Payment, Slot, Text
from pbr.statement import words
from pbr.statement.evidence import graded

SIDE_BY_SIDE = 4  # so many results with one target stand in one sentence
KINDS = ("outcome", "measure", "fact")
WITH_ARTICLE = (
    "Centers",
    "City",
    "Department",
    "Federative",
    "Ministry",
)  # words with which the name of an office begins that is called by an article
LAST = {"deducts": 0, "held": 1, "pays_nothing": 2, "sets": 3, "pays": 4}  # why not more: what took something first


def bought(plan: Plan) -> Text:
    """Who bought from whom, and what it is measured by. What each payment says of itself is told below it."""
    parties = dict(plan.parties)
    buyer, seller = _name(parties.get("commissioner", "the commissioner"), True), _name(parties.get("provider", "the provider"))
    measured = list(dict.fromkeys(says for payment in plan.payments for says in [_measured(plan, payment)] if says))
    if not measured:
        return (f"{buyer} paid {seller} by results.",)
    return (f"{buyer} paid {seller} by results. What counts: {'; '.join(measured[:2])}.",)


def _measured(plan: Plan, payment: Paid) -> str:
    """What the first named measure or outcome that decides a payment says of itself; of a sum or a factor, the first share behind it where there is one."""
    waiting, seen = [name for name in (payment.condition, payment.amount) if name], set()
    otherwise = ""
    while waiting:
        step = plan.step(waiting.pop(0))
        for node in step.node.walk():
            if node.op == "item" and (name := str(node.params["step"])) not in seen:
                seen.add(name)
                found = plan.step(name)
                if found.kind in ("outcome", "measure"):
                    said = found.says.rstrip(".") or words.plural(found.name)
                    if found.type.kind in SHARES or (not otherwise and found.type.kind not in ("money", "number")):
                        return said
                    otherwise = otherwise or said
                waiting.append(name)
    return otherwise


# ---- what was achieved against what ------------------------------------------------------------------------------------------


def achieved(
    payments: Sequence[Payment], outcomes: Sequence[Outcome], values: dict[str, tuple[Rank, Text]], results: dict[str, str]
) -> Iterator[Text]:
    """Where one target stands for several lines, all in one sentence first; then a sentence for each comparison that decided a line; without any the answers of the outcomes, or
    what each line was worked out from, what says best what was achieved first; of lines of people how many are paid for. ``values``, ``results``: by line. All of them: which stand first is chosen among those that are shown."""
    lines = [line for payment in payments for line in payment.lines if not line.people]
    told: list[Text] = list(_side_by_side(lines))
    for line in lines:
        for one in line.comparisons:
            unit = f" {one.unit}" if one.unit else ""
            counts: Text = (
                (" (", one.numerator, " of ", one.denominator, f" {one.counted})") if one.numerator and one.denominator and one.own else ()
            )
            told.append((_key(line), f"{one.says or one.label}: ", one.result, unit, *counts, "; the target was ", one.target, "."))
    told += [_answers(one) for one in outcomes]
    if not told:
        found = sorted((values[line.slug] for line in lines if line.slug in values and values[line.slug][1]), key=lambda one: one[0])
        told = list(dict.fromkeys(text for _, text in found))
    if outcomes or not told:  # beside the outcomes: where all or none have one its sentence goes, as it would say so, and this stays
        people = [(payment, line) for payment in payments for line in payment.lines if line.people and results[line.slug] == "pays"]
        told += [(f"{payment.title}: paid for ", line.number, " results, each by itself.") for payment, line in people if line.number]
    keys = {_key(line) for line in lines if line.key}  # what a line is for is written as it is
    for text in told:
        first, *rest = (piece for piece in text if piece)
        yield (f"{first[:1].upper()}{first[1:]}" if isinstance(first, str) and first not in keys else first, *rest)


def _side_by_side(lines: Sequence[Line]) -> Iterator[Text]:
    """Fall in reconviction, against a target of 5.0 percentage points: 5.7 in 2011/12, 3.3 in 2012/13. It is told beside the sentences of each line: where one of its figures is
    withheld it goes whole, and they stay."""
    alike: dict[tuple[str, str, Slot], list[tuple[Line, Comparison]]] = {}
    for line in lines:
        for one in line.comparisons:
            if line.key:
                alike.setdefault((one.says or one.label, one.unit, one.target), []).append((line, one))
    for (name, unit, target), found in alike.items():
        if 2 <= len(found) <= SIDE_BY_SIDE and len({line.slug for line, _ in found}) == len(found):
            out: list[str | Slot] = [f"{name}, against a target of ", target, f" {unit}: " if unit else ": "]
            for at, (line, one) in enumerate(found):
                out += [", " if at else "", one.result, f" in {', '.join(value for _, value in line.key)}"]
            yield (*out, ".")


def _answers(one: Outcome) -> Text:
    says = one.says.rstrip(".")
    name = says if says and len(says) <= LONGEST else words.plural(one.name)
    of = words.plural(one.table)
    return (f"{name[:1].upper()}{name[1:]}: yes for ", one.yes, f" {of}, no for ", one.no, ", not known yet for ", one.held, ".")


# ---- why not more ------------------------------------------------------------------------------------------------------------


def why_not_more(
    payments: Sequence[Payment], plan: Plan, results: dict[str, str], taken: dict[str, Slot]
) -> tuple[tuple[Text, ...], tuple[tuple[str, ...], ...]]:
    """Each line with its reason, those that took something first; and by sentence the slugs of the lines that it tells. Which of them stand first is chosen among those that are shown:
    so where in the order one stands that is withheld cannot be seen. ``results``: by line, its stored result; ``taken``: of lines that deduct, how much."""
    forms = {payment.name: payment.form for payment in plan.payments}
    tables = {payment.name: words.plural(payment.grain) for payment in plan.payments}
    told: list[tuple[int, Text, tuple[str, ...]]] = []
    several = sum(1 for payment in payments if payment.lines) > 1
    for payment in payments:
        people = sorted(
            ((LAST[result], result, line) for line in payment.lines if line.people for result in [results[line.slug]]),
            key=lambda one: one[0],
        )
        if len(people) > 1:  # told beside the sentences of each: where one of its figures is withheld it goes whole, and they stay
            parts = [_of_people(line, result, tables[payment.name] if at == 0 else "") for at, (_, result, line) in enumerate(people)]
            all_parts = (piece for at, part in enumerate(parts) for piece in ([", "] if at else []) + list(part))
            told.append((people[0][0], (f"{payment.title}: ", *all_parts, "."), tuple(line.slug for _, _, line in people)))
        for last, result, line in people:
            told.append((last, (f"{payment.title}: ", *_of_people(line, result, tables[payment.name]), "."), (line.slug,)))
        for line in payment.lines:
            result = results[line.slug]
            if line.people:
                continue
            what = _result(result, forms.get(payment.name, ""), line, taken.get(line.slug))
            name = ", ".join([*([payment.title] if several else []), *(value for _, value in line.key)])
            told.append((LAST[result], (f"{name}: " if name else "", *what, *_reason(line, result), "."), (line.slug,)))
    told.sort(key=lambda one: one[0])
    return tuple(text for _, text, _ in told), tuple(lines for _, _, lines in told)


def _reason(line: Line, result: str) -> Text:
    """Of a line that met or missed a target, by how much; of another its own reason, up to where the sum is worked out: that stands below, with the line."""
    missed = [one for one in line.comparisons if one.by is not None and not one.met]
    decided = missed or [one for one in line.comparisons if one.by is not None]
    if len(decided) == 1 and result in ("deducts", "pays_nothing", "pays") and (missed or len(line.comparisons) == 1):
        one = decided[0]
        assert one.by is not None
        unit = f" {one.unit}" if one.unit else ""
        return (
            ": the result was ",
            one.result,
            unit,
            " and the target ",
            one.target,
            f" ({'met' if one.met else 'missed'} by {_at_least(line, one.by)}",
            one.by,
            ")",
        )
    if len(line.why) == 3 and isinstance(line.why[0], str) and line.why[0].endswith(" (") and line.why[2] == ")":  # a name and its value
        return (f": {line.why[0].removesuffix(' (')} is ", line.why[1]) if result == "pays_nothing" else ()
    why: list[str | Slot] = []
    for piece in line.why:
        if isinstance(piece, str) and ", so " in piece:
            why.append(piece.partition(", so ")[0])
            break
        why.append(piece.removesuffix(" (rounded)") if isinstance(piece, str) else piece)
    return (": ", *(piece for piece in why if piece))


def _at_least(line: Line, by: Slot) -> str:
    """What stands before a distance in the reason of its line, where not everything is known yet."""
    before = [piece for piece, after in zip(line.why, line.why[1:], strict=False) if after == by]
    return "at least " if any(isinstance(piece, str) and piece.endswith("at least ") for piece in before) else ""


def _of_people(line: Line, result: str, of: str) -> Text:
    """What becomes of so many of them. ``of``: what they are called, people; empty where that was just said."""
    says = {
        "pays": "paid for ",
        "pays_nothing": "nothing is paid for ",
        "deducts": "deducted for ",
        "held": "not decided yet for ",
        "sets": "a factor for ",
    }
    assert line.number is not None
    tail: Text = (" (", line.amount, " in all)") if result in ("pays", "deducts") else ()
    return (says[result], line.number, f" {of}" if of else "", *tail)


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


def _name(name: str, first: bool = False) -> str:
    """A party in a sentence: A prime provider stands as a prime provider, and a ministry as the ministry."""
    if name.split(" ")[0] in WITH_ARTICLE:
        return f"{'The' if first else 'the'} {name}"
    if name.startswith(("A ", "An ", "The ")) and not first:
        return name[:1].lower() + name[1:]
    return name[:1].upper() + name[1:] if first else name
