"""Payment lines as stored, each with its result in words and the one sentence that says why."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from pbr.plan.plan import Payment, Plan, Step
from pbr.plan.then import StatementStep
from pbr.platform.sqltext import quote_name as quote
from pbr.statement import words
from pbr.statement.adjusting import in_words
from pbr.statement.choosing import choices
from pbr.statement.claims import open_claims, open_in_words
from pbr.statement.marks import LINE, Origin, length, unmarked
from pbr.statement.reached import lost_in_words
from pbr.statement.saying import Reader
from pbr.statement.stored import Row, Trail
from pbr.statement.sums import sum_in_words
from pbr.statement.truth import Finding, findings, telling, verdict

LONGEST = 220  # characters of a sentence
MOST_REASONS = 4
RESULTS = ("pays", "pays_nothing", "deducts", "sets", "held")


@dataclass(frozen=True)
class Line:
    """A row of payments.parquet. ``low`` and ``high`` before the steps of the statement, ``after`` one pair for each of them; minor
    units, or a factor's numerator over ``of``; None: not known."""

    number: int
    payment: str
    grain: str
    key: tuple[str, ...]
    low: int | None
    high: int | None
    of: int
    after: tuple[tuple[int | None, int | None], ...]
    amount: int | None
    result: str
    why: int


def read_lines(trail: Trail, where: str = "", values: list[Any] | None = None, limit: int | None = None) -> list[Line]:
    """Lines in their stored order. ``where``: an SQL condition on the columns of payments.parquet."""
    steps = [f"{end}_{step.number}" for step in trail.plan.then for end in ("low", "high")]
    wanted = ["line", "payment", "grain", "key", "low", "high", "of", "amount", "result", "why", *steps]
    sql = f"SELECT {', '.join(quote(name) for name in wanted)} FROM payments" + (f" WHERE {where}" if where else "") + " ORDER BY line"
    return [_line(row) for row in trail.select(sql + (f" LIMIT {limit}" if limit is not None else ""), values or [])]


def key_is(parts: int) -> str:
    """An SQL condition on a line's key, of so many texts, which are its values. The JSON texts are compared: taken apart, each line's would have to be."""
    return f"key = CAST(to_json(CAST([{', '.join('?' * parts)}] AS VARCHAR[])) AS VARCHAR)"


def _line(row: tuple[Any, ...]) -> Line:
    number, payment, grain, key, low, high, of, amount, result, why = row[:10]
    ends = [None if end is None else int(end) for end in row[10:]]
    after = tuple(zip(ends[::2], ends[1::2], strict=True))
    sums = [None if value is None else int(value) for value in (low, high, amount)]
    return Line(int(number), payment, grain, tuple(json.loads(key)), sums[0], sums[1], int(of or 1), after, sums[2], result, int(why or 0))


def payment_of(plan: Plan, name: str) -> Payment:
    return next(payment for payment in plan.payments if payment.name == name)


def amount_in_words(line: Line, minor: int, currency: str) -> str:
    return words.factor_text(minor, line.of) if line.result == "sets" or line.of != 1 else words.money(minor, currency)


def result_in_words(payment: Payment, line: Line, currency: str) -> str:
    """£1,660,000.00 is repaid; kept: £0.00 more to pay; the factor is 0.9993; held."""
    if line.result == "held":
        return f"held{_room(payment, line, currency)}"
    amount = line.amount or 0
    if line.result == "sets":
        return f"the factor is {words.factor_text(amount, line.of)}"
    if line.result == "deducts":
        return f"{words.money(-amount, currency)} is {'repaid' if payment.form == 'at_risk' else 'deducted'}"
    if line.result == "pays":
        return f"{words.money(amount, currency)} is paid"
    return f"kept, {words.money(0, currency)} more to pay" if payment.form == "at_risk" else f"nothing is paid ({words.money(0, currency)})"


def _room(payment: Payment, line: Line, currency: str) -> str:
    low, high = line.after[-1] if line.after else (line.low, line.high)
    if low is None or high is None or low == high:
        return ""
    if payment.form == "factor" or line.of != 1:
        return f": between {words.factor_text(low, line.of)} and {words.factor_text(high, line.of)}"
    return f": between {words.money(low, currency)} and {words.money(high, currency)}"


def reader_of(trail: Trail, row: Row, step: str) -> Reader:
    return Reader(trail, row, trail.plan.step(step))


def because(trail: Trail, payment: Payment, line: Line, row: Row | None) -> str:
    """One sentence, without a full stop: what decided the line. Only from the line, its row, and the plan."""
    if row is None:
        return "its row is not in the trace"
    if line.result == "held":
        return _held(trail, payment, line, row)
    caps = _capped(trail, line)
    if line.low is None or line.low != line.high:  # not known before the steps of the statement, and known after them
        return f"{_held(trail, payment, line, row)}; {caps or 'what the steps of the statement leave is the same'}, whatever the answer"
    said = _decided(trail, payment, line, row)
    if said and caps and line.amount == 0:
        return caps
    return "; ".join(text for text in (said, caps) if text)


def _decided(trail: Trail, payment: Payment, line: Line, row: Row) -> str:
    amount = reader_of(trail, row, payment.amount)
    if not payment.condition:
        return _sum_told(amount, line)
    condition = reader_of(trail, row, payment.condition)
    found = condition.value()
    if found is None or not found.value.is_known:
        return _chosen(amount, ())
    met = bool(found.value.low)
    why = telling(findings(condition, (), met))
    text = "" if line.result == "pays_nothing" and not met else _sum_told(amount, line, payment.condition)
    return with_condition(trail, why, text, " but " if met and line.result == "pays_nothing" and payment.form != "at_risk" else "")


def with_condition(trail: Trail, why: list[Finding], text: str, but: str) -> str:
    """What had to hold, and then how the sum came about. What is too long loses how far conditions were met, then some of them; never the sum."""
    if not text or (all(finding.weak for finding in why) and but):
        return text or joined(why, trail)
    far = [str(finding) for finding in why]
    bare = [finding.says for finding in why]
    link = f",{but}" if but else ", so " if ", so " not in text else "; "
    said = ""
    for told in (far, bare, *(bare[:end] for end in range(len(bare) - 1, 0, -1))):
        left = len(why) - len(told)
        more = [f"{trail.figure(words.count(left))} more condition{'' if left == 1 else 's'}"] if left else []
        said = f"{words.listed([*told, *more])}{link}{text}"
        if len(told) + len(more) <= MOST_REASONS + 1 and length(said) <= LONGEST:
            return said
    return text if length(text) <= LONGEST else joined(why, trail)


def _sum_told(amount: Reader, line: Line, condition: str = "") -> str:
    """Of a choice why, and how the sum came about; nothing where that is the line's own amount. ``condition``: what is told already."""
    chosen = choices(amount, (), condition)
    if chosen is None:
        return sum_in_words(amount, (), _value(amount.trail, line))
    why = words.listed(chosen[0][:MOST_REASONS])
    taken = sum_in_words(amount, chosen[1], _value(amount.trail, line))
    if condition and not why:
        return "" if unmarked(taken) == unmarked(_value(amount.trail, line)) else taken
    return f"{why}, so {taken}" if why and taken else why or taken


def _value(trail: Trail, line: Line) -> str:
    if line.low is None:
        return ""
    return _marked(trail, line, amount_in_words(replace(line, amount=line.low), line.low, trail.plan.currency), line.low, "low")


def _marked(trail: Trail, line: Line, text: str, minor: int, column: str) -> str:
    """A sum of a line as it is printed. ``column``: of payments.parquet."""
    return trail.figure(text, "money" if line.of == 1 else "number", Fraction(minor, line.of), Origin(line, column, ()), LINE)


def _chosen(amount: Reader, path: tuple[int, ...]) -> str:
    """A sum that is known though its condition is not: the choice above the condition that decided it, for example an empty group."""
    if amount.node(path).op == "if":
        answer = verdict(amount, (*path, 0))
        if answer is not None:
            why = joined(findings(amount, (*path, 0), answer), amount.trail)
            below = _chosen(amount, (*path, 1 if answer else 2))
            return why if answer or not below else below
        return "either answer of its condition comes to the same"
    return ""


def joined(found: list[Finding], trail: Trail) -> str:
    """Findings as one sentence, four at most."""
    found = telling(found)
    more = [f"{trail.figure(words.count(len(found) - 4))} more"] if len(found) > 4 else []
    return words.listed([*(str(finding) for finding in found[:4]), *more])


def _capped(trail: Trail, line: Line) -> str:
    """Each step of the statement that took something from the line, or left open how much of it there is, in their order."""
    out = []
    low, high = line.low, line.high
    columns = ("low", "high")
    for cap, (low_after, high_after) in zip(trail.plan.then, line.after, strict=True):
        after = (f"low_{cap.number}", f"high_{cap.number}")
        if line.payment in cap.over and not cap.name and low_after is not None and high_after is not None:
            # what is not known may be as much as the step takes it to be; a step that leaves that much took nothing
            most = high if high is not None else dict(cap.most).get(line.payment, cap.amount)
            if (low_after, high_after) != (low or 0, most):
                before = "" if low is None or low != high else _money(trail, line, low, columns[0])
                ends = {low_after: after[0], high_after: after[1]} if low_after != high_after else {low_after: after[0]}
                left = " to ".join(_money(trail, line, end, column) for end, column in ends.items())
                out.append(_cut(trail, cap, before, left, (low_after, high_after) == (0, 0)))
        low, high, columns = low_after, high_after, after
    return "; then ".join(out)


def _money(trail: Trail, line: Line, minor: int, column: str) -> str:
    return _marked(trail, line, words.money(minor, trail.plan.currency), minor, column)


def _cut(trail: Trail, cap: StatementStep, of: str, left: str, nothing: bool) -> str:
    """``of``: what the line came to before it, where that is known; ``left``: what it leaves."""
    clause = f" ({cap.clause})" if cap.clause else ""
    limit = f"the {trail.figure(in_words(cap, trail.plan.currency))}{clause}"
    if cap.last_line == "not at all":
        line = f"this line of {of}" if of else "this line"
        if nothing:
            return f"{limit} pays whole lines only: {line} or an earlier one did not fit"
        return f"under {limit} it is not known yet whether {line} fits whole"
    return f"{limit} leaves {left}{f' of {of}' if of else ''}"


def _held(trail: Trail, payment: Payment, line: Line, row: Row) -> str:
    if not line.why:
        mixed = any(step.kind == "mix" and line.payment in step.over for step in trail.plan.then)
        return f"lines {'that it is measured by' if mixed else 'before it under the cap'} are held, so what is left for it is not known"
    if payment.condition:
        condition = reader_of(trail, row, payment.condition)
        found = condition.value()
        if found is not None and not found.value.is_known and found.value.why:
            roots = "; ".join(root_reasons(trail, row, condition.step, found.value.why))
            if any(reason.kind == "item" for bit, reason in enumerate(condition.step.reasons) if found.value.why >> bit & 1):
                return f"{joined(findings(condition, (), None), trail)}: {roots}"
            return roots
    return "; ".join(root_reasons(trail, row, trail.plan.step(payment.amount), line.why))


def root_reasons(trail: Trail, row: Row, step: Step, why: int) -> list[str]:
    """The reasons of a stored mask, each named item of the same row looked through to what is missing in it."""
    out: list[str] = []
    for bit, reason in enumerate(step.reasons):
        if not why >> bit & 1:
            continue
        below: list[str] = []
        for leaf in step.node.walk() if reason.kind == "item" else ():
            if leaf.op == "item" and leaf.params.get("reason") == bit and leaf.params["row"] == "own" and not leaf.params.get("via"):
                inner = trail.plan.step(leaf.params["step"])
                found = trail.of_step(row, inner)
                if found is not None and found.value.why:
                    below = root_reasons(trail, row, inner, found.value.why)
                break
        for node in step.node.walk() if reason.kind == "missing" else ():
            if node.params.get("reason") == bit:
                claims, code = open_claims(trail, row, node)
                below += [open_in_words(trail, claims, code)] if claims else []
        below += [lost_in_words(trail, reason.what)] if reason.kind == "rejected" else []
        table, _, column = reason.what.partition(".")
        if reason.kind == "missing" and column == "made" and trail.plan.made_table(table) is not None:
            below = [f"it is not certain yet that there is such a {table}"]
        out += below or reasons(step, 1 << bit)
    return list(dict.fromkeys(out))


def reasons(step: Step, why: int) -> list[str]:
    """The reasons of a mask, in words, most of all naming what is missing."""
    named = [reason for bit, reason in enumerate(step.reasons) if why >> bit & 1]
    says = {
        "missing": "{} is missing",
        "item": "{} is not known",
        "zero": "{}, and nothing can be divided by 0",
        "not yet": "{} had not happened by the day the data is complete to",
        "held": "answers are held in: {}",
        "rejected": "rows of {} were rejected",
        "empty": "there are no rows of {}",
        "immature": "{} is not settled by the day the data is complete to",
        "domain": "it cannot be worked out: {}",
        "group": "it is in no group ({})",
    }
    return list(dict.fromkeys(says.get(reason.kind, "{} is not known").format(reason.what) for reason in named)) or ["a value is not known"]
