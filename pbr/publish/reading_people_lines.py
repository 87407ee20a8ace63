"""Lines of people, told together: for each payment and result how many there are and what they come to."""

from __future__ import annotations

from fractions import Fraction

from pbr.plan.plan import Payment as Paid
from pbr.publish.reading_cohorts import conditions_of, is_secret
from pbr.publish.reading_forms import CONSTANT, Lineage, known, of
from pbr.publish.reading_ledger import slug
from pbr.publish.reading_made import tie_made
from pbr.publish.reading_results import Results
from pbr.publish.reading_texts import Texts
from pbr.publish.site import Line, Slot
from pbr.statement import words

SAYS = {"pays": "pays", "pays_nothing": "pays nothing", "deducts": "deducts", "sets": "sets", "held": "held"}
WORTH = 50
NO_SUM = {"held": ("[x]", "not available"), "sets": ("[z]", "not applicable")}
MOST_PRICES = 30  # different sums of lines that are taken to be a list of prices
SIDES = {"pays": 1, "pays_nothing": 0, "deducts": -1, "sets": 0, "held": 0}
FEW = 3  # lines to each of them, at least


def lines_of_people(texts: Texts, payment: Paid) -> tuple[list[Line], list[tuple[int, Lineage]]]:
    """One line for each result that the terms make possible, whether or not there is any: which of them occur tells that all or none have it. One for those that are held only where there are some: a
    payment that is decided says so. And what each adds to the total, with what that follows from; where it adds 0, 1 or -1 says on which side of nothing it would be."""
    found = texts.trail.select(
        "SELECT result, amount, count(*) FROM payments WHERE payment = ? GROUP BY 1, 2 ORDER BY 1, 2", [payment.name]
    )
    by_result: dict[str, list[tuple[int | None, int]]] = {}
    for result, amount, number in found:
        by_result.setdefault(str(result), []).append((None if amount is None else int(amount), int(number)))
    terms = texts.results[payment.name]
    possible = terms.possible
    beyond = set(by_result) - {*possible, "held"}
    assert not beyond, f"{payment.name}: the terms do not make {sorted(beyond)} possible"
    secret = payment.within is not None and is_secret(texts.trail.plan, texts.trail.plan.cohort(payment.within))
    made: list[tuple[Line, Lineage, str, int]] = []
    for result in SAYS:
        if result in possible or result in by_result:
            made.append(_line(texts, terms, result, by_result.get(result, []), len(possible) > 1 or secret))
    _add_up(texts, payment, [name for _, _, name, _ in made], secret)
    return [line for line, _, _, _ in made], [(amount, lineage) for _, lineage, _, amount in made]


def _add_up(texts: Texts, payment: Paid, names: list[str], secret: bool) -> None:
    """Lines of a payment are as many as its rows: everybody knows that the parts add up, and that a result that is not listed has none."""
    ledger = texts.ledger
    number = sum(ledger.table.unknowns[name].value for name in names)
    whole = ledger.unknown(("lines", payment.name), (payment.name, "lines"), number, f"lines of {words.plural(payment.name)}", zero=secret)
    ledger.known({**dict.fromkeys(names, 1), whole: -1}, 0, 0)
    used = ledger.unknowns.get(("rows", payment.grain, "used"))
    if used is not None and ledger.table.unknowns[used].value >= number:  # a line for each row, but for those that it is not paid for
        everybody = ledger.table.unknowns[used].value == number and not _condition(texts, payment)
        ledger.known({whole: 1, used: -1}, 0 if everybody else None, 0)
    _of_members(texts, payment, whole)
    tie_made(texts, payment, whole)


def _condition(texts: Texts, payment: Paid) -> bool:
    """Whether it is for those of a cohort with a condition: that all rows meet it is not known to all."""
    plan = texts.trail.plan
    return payment.within is not None and bool(conditions_of(plan, plan.cohort(payment.within)))


def _of_members(texts: Texts, payment: Paid, lines: str) -> None:
    """Of a payment for those of a cohort there is a line for each of them, and for each of whom it is not known."""
    plan, ledger = texts.trail.plan, texts.ledger
    if payment.within is None or not _condition(texts, payment):
        return
    counted = texts.lineages.counts.within(plan.cohort(payment.within))
    names = [name for name in (counted.rows, counted.maybe) if name]
    apart = sum(ledger.table.unknowns[name].value for name in names) - ledger.table.unknowns[lines].value
    if apart >= 0:
        ledger.known({lines: 1, **dict.fromkeys(names, -1)}, None if apart else 0, 0)


def _line(texts: Texts, terms: Results, result: str, sums: list[tuple[int | None, int]], several: bool) -> tuple[Line, Lineage, str, int]:
    """``several``: whether a line that is decided can have another result too: then that none has this one is protected, and so is that all have it."""
    ledger, payment = texts.ledger, terms.payment
    number = sum(count for _, count in sums)
    says = SAYS[result]
    label = f"{words.plural(payment.name)}: {says}"
    name = ledger.unknown(
        ("lines", payment.name, result),
        (payment.name, says, "lines"),
        number,
        f"lines of {words.plural(payment.name)} of which the result is: {says}",
        zero=several and result != "held",
    )
    place = slug(f"{payment.name}-{says}")
    together = f"{ledger.root}/{place}"
    counted = ledger.count(
        (payment.name, result, "number"), (payment.name, says, "number"), number, f"{label}: number", of(name), "lines", WORTH
    )
    answer = ledger.term(says, says)
    if result in NO_SUM:
        amount_of = ledger.term(*NO_SUM[result])
        return Line(place, (), answer, amount_of, _why(says, counted), people=True, number=counted), known(0), name, 0
    amount = sum((value or 0) * count for value, count in sums)
    lineage = _sum(texts, terms, result, sums, name)
    money = ledger.money((payment.name, result, "sum"), (payment.name, says, "sum"), amount, f"{label}: sum", lineage, WORTH, together)
    return Line(place, (), answer, money, _why(says, counted), people=True, number=counted), lineage, name, amount or SIDES[result]


def _why(says: str, counted: Slot) -> tuple[str | Slot, ...]:
    return (f"lines of people of which the result is {says}: ", counted)


def _sum(texts: Texts, terms: Results, result: str, sums: list[tuple[int | None, int]], name: str) -> Lineage:
    """Nothing; a price times the lines; of a list of prices, for each of them its lines; else an amount that belongs to the people of these lines."""
    if result == "pays_nothing":
        return Lineage({CONSTANT: Fraction(0)})
    ledger, payment, says = texts.ledger, terms.payment, SAYS[result]
    numbers = {value or 0: count for value, count in sums}
    listed = [value for value in terms.prices or () if value * SIDES[result] > 0]
    numbers = {value: numbers.get(value, 0) for value in sorted({*numbers, *listed})}  # those too that nobody has: it is no less a secret
    if len(numbers) == 1:
        return of(name).scaled(Fraction(next(iter(numbers))))
    if (
        not numbers or len(numbers) > MOST_PRICES or (not listed and len(numbers) * FEW > ledger.table.unknowns[name].value)
    ):  # each has a sum of their own
        size = sum(abs(value) * count for value, count in numbers.items())
        own = ledger.amount(("lines", payment.name, result, "amount"), (payment.name, says, "amount"), size, name)
        each = [abs(value) for value in numbers if value]
        ledger.known(
            {own: 1, name: -min(each, default=terms.least_price())}, 0, None
        )  # each is a price at least: a sum of nothing is nobody's
        if each:
            ledger.known({own: 1, name: -max(each)}, None, 0)
        return of(own).scaled(Fraction(SIDES[result]))
    form: dict[str, Fraction] = {}
    for place, (value, count) in enumerate(numbers.items(), 1):
        what = f"lines of {words.plural(payment.name)} at {words.money(value, ledger.currency)}"
        at = ledger.unknown(("lines", payment.name, result, value), (payment.name, says, f"price {place}"), count, what)
        form[at] = Fraction(value)
    ledger.known({**dict.fromkeys(form, 1), name: -1}, 0, 0)
    return Lineage(form)
