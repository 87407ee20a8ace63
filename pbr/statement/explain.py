"""``pbr explain``: why a line pays or does not, and where any named value comes from, down to one row.

Reads an assessment's folder and nothing else; prints stored values of the run that paid.
"""

from __future__ import annotations

import shlex
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pbr.problem import refuse
from pbr.statement import words
from pbr.statement.adjusting import limit_in_words
from pbr.statement.answers import answers
from pbr.statement.asking import known_names, no_such_name, readings, row_asked
from pbr.statement.derivation import Derivation, Derived, layout, with_values
from pbr.statement.evidence import graded, grades
from pbr.statement.explain_step import explain_own
from pbr.statement.found import code_asked, codes_found, rows_found
from pbr.statement.lines import Line, because, key_is, payment_of, read_lines, reader_of, result_in_words
from pbr.statement.making import statement_line, with_rows
from pbr.statement.missing import Chase, told_once
from pbr.statement.opening import Opened, open_folder
from pbr.statement.registers import registers_read
from pbr.statement.saying import say_with_counts
from pbr.statement.settlement import line_settled
from pbr.statement.stored import Row
from pbr.statement.text import line_rows, totals_text

MOST_LISTED = 50


@dataclass(frozen=True)
class Explanation:
    """``text`` for a terminal; ``data`` the same as JSON values."""

    text: str
    data: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return self.data


def explain(folder: Path, words: list[str], answer: str | None = None) -> Explanation:
    """``words``: nothing; or a payment or any named value, and then the key of a row as printed (several words, or ``A | B`` in one); or a
    code, whose rows are then listed. A name goes before a code.
    ``answer``: yes, no or held: which rows have that answer; the words after the name then name a group of them.

    Raises Refused: PBR751 no such name, PBR752 no such folder, PBR753 unreadable, PBR754 no such row, PBR755 ``answer`` does not fit.
    """
    with open_folder(folder) as opened:
        if not words:
            if answer is not None:
                raise refuse("PBR755", "--answer needs a name.", f"Names: {', '.join(known_names(opened.plan))}.")
            return _totals(opened)
        name, key = words[0], list(words[1:])
        if name not in known_names(opened.plan):
            return _code(opened, name, more=bool(key) or answer is not None)
        if answer is not None:
            found = answers(opened, name, key, answer)
            return Explanation(found.text(command(opened, found.asks)), found.to_json())
        own = opened.plan.adjustment(name)
        if own is not None:
            if answer is not None:
                raise refuse("PBR755", f"`{name}` is a step of the statement: its lines have no answer.", f"Ask `{command(opened, name)}`.")
            return Explanation(*explain_own(opened, own, key))
        if name in {payment.name for payment in opened.plan.payments}:
            whole = not opened.plan.key_of(payment_of(opened.plan, name).grain)  # one line, which has no key
            return _line(opened, name, key) if key or whole else _payment(opened, name)
        return _value(opened, name, key)


def command(opened: Opened, *parts: str) -> str:
    """How to go on: pbr explain FOLDER PARTS, as it can be typed."""
    return " ".join(["pbr explain", *(shlex.quote(part) for part in (opened.name, *parts) if part)])


# ---- totals and lists ----------------------------------------------------------------------------------------------


def _totals(opened: Opened) -> Explanation:
    plan = opened.plan
    blocks = [[f"{plan.title}  ·  version {plan.version}"], *totals_text(opened.statement, opened.name)]
    how = ["How to go on:"]
    for payment in plan.payments:
        first = read_lines(opened.trail, "payment = ?", [payment.name], limit=1)
        how.append(f"  {command(opened, payment.name)}")
        how += [f"  {command(opened, payment.name, *line.key)}" for line in first if line.key]
    named = [step.name for step in plan.steps if step.kind in ("span", "fact", "outcome", "measure")]
    if named:
        how += textwrap.wrap(f"Any of these, and then a key: {', '.join(named)}", 110, initial_indent="  ", subsequent_indent="    ")
    truths = [
        step.name for step in plan.steps if step.kind in ("fact", "outcome") and (step.type.kind == "truth" or step.kind == "outcome")
    ]
    if truths:
        how.append(f"  {command(opened, truths[0])} --answer yes|no|held")
    codes = codes_found(opened)
    if codes:
        also = f"   (there are also {', '.join(codes[1:])})" if codes[1:] else ""
        how += textwrap.wrap(f"{command(opened, codes[0])}{also}", 110, initial_indent="  ", subsequent_indent="    ")
    text = "\n\n".join("\n".join(line.rstrip() for line in block) for block in [*blocks, how] if block) + "\n"
    return Explanation(text, {"totals": opened.statement["totals"], "names": known_names(plan)})


def _code(opened: Opened, word: str, more: bool) -> Explanation:
    """The rows of a code. Raises Refused PBR751 when it is none, PBR755 when something stands with it."""
    code = code_asked(opened, word)
    if code is None:
        raise no_such_name(opened.plan, word, codes_found(opened))
    if more:
        raise refuse(
            "PBR755", f"`{code}` is a code: its rows are listed, and it has no key and no answer.", f"Ask `{command(opened, code)}`."
        )
    return Explanation(*rows_found(opened, code))


def _payment(opened: Opened, name: str) -> Explanation:
    payment = payment_of(opened.plan, name)
    lines = read_lines(opened.trail, "payment = ?", [name], limit=MOST_LISTED)
    told = [statement_line(opened.trail, line, row) for line, row in with_rows(opened.trail, lines)]
    total = int(opened.trail.select("SELECT count(*) FROM payments WHERE payment = ?", [name])[0][0])
    clause = f"  ({payment.clause})" if payment.clause else ""
    out = [f"{name}: {words.counted(total, 'line')}{clause}"]
    out += [payment.says] if payment.says else []
    out += ["", *line_rows(told, payment.form, opened.plan.currency)]
    if total > len(told):
        out.append(f"  and {words.count(total - len(told))} more: all of them are in payments.parquet")
    if lines and lines[0].key:
        out += ["", f"One line, wholly: {command(opened, name, *lines[0].key)}"]
    return Explanation("\n".join(out) + "\n", {"payment": name, "lines": total, "payments": told})


# ---- one line, one value -------------------------------------------------------------------------------------------


def _line(opened: Opened, name: str, key: list[str]) -> Explanation:
    trail, plan = opened.trail, opened.plan
    payment = payment_of(plan, name)
    if gone := _gone(opened, name, key):
        return gone
    row = row_asked(opened, name, payment.grain, key)
    lines = read_lines(trail, f"payment = ? AND {key_is(len(row.key))}", [name, *row.key], limit=1)
    if not lines:
        says = f"{name} has no line for {words.key(row.key)}" + (f": it is paid only for {payment.within}." if payment.within else ".")
        raise refuse("PBR754", says, f"`{command(opened, name)}` lists its lines.")
    line = lines[0]
    why = because(trail, payment, line, row)
    clause = payment.clause or plan.step(payment.amount).clause
    out = [f"{words.key(row.key)}: {result_in_words(payment, line, plan.currency)}.", ""]
    out.append(f"  Because {why}{f' ({clause})' if clause else ''}.")
    if payment.says:
        out.append(f"  {payment.says}")
    chase = Chase(trail, opened.complete_to)
    waits = _waits(opened, line, row, chase) if line.result == "held" else []
    out += waits
    walk = Derivation(trail, row, chase)
    steps = [plan.step(step) for step in dict.fromkeys([payment.condition or payment.amount, payment.amount])]
    values = [value for step in steps for value in walk.of(row, step, show=False)]
    found = grades(plan, payment)
    registers = registers_read(plan, plan.step(payment.amount), opened.statement)
    out += layout(values, _sum(opened, line, row), _word(found["decided_by"], found["rests_on"], registers))
    out += _further(opened, values)
    settled = _settled(opened, name, list(row.key))
    out += ["", *(f"  {text}" for text in settled)] if settled else []
    told = statement_line(trail, line, row)
    told |= {"says": result_in_words(payment, line, plan.currency), "values": [value.to_json() for value in values]}
    told |= {"waits_for": [text.strip() for text in waits[1:]]} if waits else {}
    told["registers"] = _registers(registers)
    told |= {"settled": settled} if settled else {}
    return Explanation("\n".join(out) + "\n", told)


def _settled(opened: Opened, name: str, key: list[str]) -> list[str]:
    """What is due of a line after what was paid before; nothing where the folder does not say what was."""
    settlement, due = opened.statement.get("settlement"), Path(opened.name) / "due.parquet"
    if not isinstance(settlement, dict) or not due.is_file():
        return []
    return line_settled(settlement, opened.trail.con, due, name, key, opened.plan.currency)


def _gone(opened: Opened, name: str, key: list[str]) -> Explanation | None:
    """A line that was paid before and is no longer there; None where the line is there, or never was."""
    parts = len(opened.plan.key_of(payment_of(opened.plan, name).grain))
    for reading in readings(key, parts):
        if len(reading) != parts or read_lines(opened.trail, f"payment = ? AND {key_is(parts)}", [name, *reading], limit=1):
            continue
        if settled := _settled(opened, name, list(reading)):
            says = f"{words.key(reading)}: the line is no longer there."
            return Explanation("\n".join([says, "", *(f"  {text}" for text in settled)]) + "\n", {"payment": name, "settled": settled})
    return None


def _sum(opened: Opened, line: Line, row: Row) -> list[tuple[str, str]]:
    """How the sum itself was made, and what the steps of the statement left of it."""
    plan = opened.plan
    reader = reader_of(opened.trail, row, payment_of(plan, line.payment).amount)
    made = with_values(reader, why=False)
    conditional = payment_of(plan, line.payment).condition is not None  # without a condition the sum itself is the reason, told above
    found = reader.value()
    known = found is not None and found.value.is_known
    out = [("the sum", made)] if conditional and known and " = " in made else []
    for cap, (low, high) in zip(plan.then, line.after, strict=True):
        if line.payment in cap.over and not cap.name and low is not None and high is not None:
            left = [words.money(end, plan.currency) for end in dict.fromkeys((low, high))]
            clause = f", {cap.clause}" if cap.clause else ""
            out.append((f"after the {cap.kind}", f"{' to '.join(left)} ({limit_in_words(cap, plan.currency)}{clause})"))
    return out


def _waits(opened: Opened, line: Line, row: Row, chase: Chase) -> list[str]:
    step = opened.plan.step(payment_of(opened.plan, line.payment).amount)
    found = (
        told_once(chase.why(row, step, line.why))
        if line.why
        else [(0, "the held lines before it under the cap, or that its mix is measured by")]
    )
    return ["  It waits for:", *(f"    {'  ' * depth}{text}" for depth, text in found)]


def _further(opened: Opened, values: list[Derived]) -> list[str]:
    """Where the rows behind the counts can be read, one by one."""
    for value in values:
        name, number = value.asks
        if name and number not in ("", "0"):
            return [f"  The {number} that are {name}, one by one: {command(opened, name, *value.key)} --answer yes"]
    return []


def _value(opened: Opened, name: str, key: list[str]) -> Explanation:
    trail, step = opened.trail, opened.plan.step(name)
    if not key and opened.plan.key_of(step.grain):
        return _about(opened, name)
    row = row_asked(opened, name, step.grain, key)
    found = trail.of_step(row, step)
    value = say_with_counts(found, opened.plan.currency) if found is not None else "not stored in the trace"
    values = list(Derivation(trail, row, Chase(trail, opened.complete_to)).of(row, step))
    at = f"{words.key(row.key)}: " if row.key else ""
    registers = registers_read(opened.plan, step, opened.statement)
    words_of = _word(step.decided_by, step.rests_on, registers)
    out = [f"{at}{name} is {value}.", "", *layout(values, last=words_of), *_further(opened, values)]
    data: dict[str, Any] = {
        "name": name,
        "grain": step.grain,
        "for": dict(zip(opened.plan.key_of(step.grain), row.key, strict=True)),
        "value": value,
    }
    data |= {"decided_by": step.decided_by, "rests_on": step.rests_on, "registers": _registers(registers)}
    return Explanation("\n".join(out) + "\n", data | {"values": [each.to_json() for each in values]})


def _word(decided_by: str, rests_on: str, registers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Whose word it is, and how the tables it looks at match each other."""
    text = graded(decided_by, rests_on)
    return [*([("evidence", text)] if text else []), *registers]


def _registers(found: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"table": table, "says": text} for table, text in found]


def _about(opened: Opened, name: str) -> Explanation:
    """A named value without a key: how it is written, and its value at the first rows."""
    trail, step = opened.trail, opened.plan.step(name)
    rows = trail.rows(step.grain, limit=MOST_LISTED)
    total = trail.how_many(step.grain)
    told = []
    for row in rows:
        found = trail.of_step(row, step)
        told.append((words.key(row.key), say_with_counts(found, opened.plan.currency) if found is not None else "not stored in the trace"))
    width = max((len(key) for key, _ in told), default=0)
    out = [f"{name}: {step.text}" + (f"  ({step.clause})" if step.clause else ""), f"One value for each row of {step.grain}.", ""]
    out += [f"  {key:<{width}}   {value}" for key, value in told]
    if total > len(told):
        out.append(f"  and {words.count(total - len(told))} more")
    if rows:
        out += ["", f"One value, wholly: {command(opened, name, *rows[0].key)}"]
    data = {"name": name, "grain": step.grain, "written": step.text, "rows": total, "values": [{"key": k, "value": v} for k, v in told]}
    return Explanation("\n".join(out) + "\n", data)
