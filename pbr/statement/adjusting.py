"""The steps of the statement in words, and the lines that some of them have of their own: read from stored sums, never worked out again."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from pbr.plan.then import StatementStep
from pbr.platform.sqltext import quote_name as quote
from pbr.statement import words
from pbr.statement.marks import LINE, Origin
from pbr.statement.stored import Trail


def in_words(step: StatementStep, currency: str) -> str:
    """cap of £50.00 per contract; deduction of 1/6 of the total."""
    figure = _figure(step, currency)
    if step.kind == "mix":
        return f"mix of at most {figure} of {step.of}, per {step.per_name}"
    if step.kind == "cap" and not step.name:
        return f"cap of {figure} per {step.per_name}"
    total = _total(step)
    if step.kind in ("cap", "floor"):
        return f"{step.kind} of {figure} on {total}"
    if step.kind == "deduct":
        rounding = f", to {step.mode_and_unit}" if step.share and step.mode_and_unit else ""
        return f"deduction of {figure} {'of' if step.share else 'from'} {total}{rounding}"
    return f"{total} never below {words.money(0, currency)}" if step.kind == "net" else f"{total} rounded to {step.text}"


def limit_in_words(step: StatementStep, currency: str) -> str:
    """£50.00 per contract."""
    return f"{_figure(step, currency)}{f' of {step.of},' if step.kind == 'mix' else ''} per {step.per_name}"


def _figure(step: StatementStep, currency: str) -> str:
    if step.limit or step.amount_step or step.kind == "mix":
        return step.text
    return _share(step) if step.share else words.money(step.amount, currency)


def _share(step: StatementStep) -> str:
    """1/6, or 16%; with the name it has in the contract where that is a parameter."""
    share = Fraction(step.share)
    if words.places_needed(share * 100, 4) is None:
        return f"{share.numerator}/{share.denominator}"
    return words.percent(share)


def _total(step: StatementStep) -> str:
    return "the total" if step.per_name == "contract" else f"the total of each {step.per_name}"


def group_totals(trail: Trail, step: StatementStep) -> dict[str | None, tuple[int, int, int]]:
    """For each group of a step with lines of its own: the sum of the lows and of the highs that it read, and how many lines were not known. None: the one group."""
    if step.name not in trail.totals:
        trail.totals[step.name] = _group_totals(trail, step)
    return trail.totals[step.name]


def _group_totals(trail: Trail, step: StatementStep) -> dict[str | None, tuple[int, int, int]]:
    index = trail.plan.then.index(step)
    low, high = ("low", "high") if index == 0 else tuple(f"{end}_{trail.plan.then[index - 1].number}" for end in ("low", "high"))
    least, most, pers = dict(step.least), dict(step.most), dict(step.per)
    out: dict[str | None, tuple[int, int, int]] = {}
    for name in step.over:
        own = trail.plan.adjustment(name) is not None
        group, join = "NULL", ""
        if step.per_name != "contract":
            group = "json_extract_string(p.key, '$[0]')"
            if not own:
                grain = next(payment.grain for payment in trail.plan.payments if payment.name == name)
                same = " AND ".join(f"{text} = json_extract_string(p.key, '$[{n}]')" for n, text in enumerate(trail.key_text(grain, "t.")))
                group, join = f"CAST(t.{quote(pers[name])} AS VARCHAR)", f" JOIN {trail.view(grain)} t ON {same or 'true'}"
        found = trail.select(
            f"SELECT {group}, CAST(sum(coalesce(p.{low}, {least.get(name, 0)})) AS VARCHAR), CAST(sum(coalesce(p.{high}, {most.get(name, 0)})) AS VARCHAR), "
            f"count(*) FILTER ((p.{low} = p.{high}) IS DISTINCT FROM true) FROM payments p{join} WHERE p.payment = ? GROUP BY 1",
            [name],
        )
        for key, lows, highs, held in found:
            so_far = out.get(key, (0, 0, 0))
            out[key] = (so_far[0] + int(lows), so_far[1] + int(highs), so_far[2] + int(held))
    return out


def because_of_step(trail: Trail, step: StatementStep, line: Any) -> str:
    """One sentence, without a full stop: the total and what the step makes of it."""
    currency = trail.plan.currency
    low, high, held = group_totals(trail, step).get(line.key[0] if line.key else None, (0, 0, 0))
    ends = [_of_step(trail, line, column, words.money(end, currency), end) for column, end in (("least", low), ("most", high))]
    total = ends[0] if low == high else f"between {ends[0]} and {ends[1]}"
    whose = f" of {words.key(line.key)}" if line.key else ""
    figure, nothing = trail.figure(_figure(step, currency)), trail.figure(words.money(0, currency))
    says = {
        "deduct": f"{figure} {'of' if step.share else 'is taken from'} the total{whose}, {total}"
        + (f", to {step.mode_and_unit}" if step.share else ""),
        "floor": f"the total{whose} is {total}, and it is at least {figure}",
        "cap": f"the total{whose} is {total}, and it is at most {figure}",
        "net": f"the total{whose} is {total}, and below {nothing} nothing is taken back",
        "round": f"the total{whose}, {total}, is rounded to {step.text}",
    }[step.kind]
    if line.result == "held":
        number = _of_step(trail, line, "waits", words.count(held), held, "count")
        waits = f"{says}; {number} {'line under it is' if held == 1 else 'lines under it are'} held"
        if line.amount is None:
            return waits
        taken = _of_step(trail, line, "taken", words.money(-line.amount, currency), -line.amount)
        return f"{waits}, and {taken} is taken off what is paid now"
    return says


def _of_step(trail: Trail, line: Any, column: str, text: str, value: int, kind: str = "money") -> str:
    return trail.figure(text, kind, Fraction(value), Origin(line, column, ()), LINE)
