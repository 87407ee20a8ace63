"""What a redacted pack shows of each column, and its rows so shown (``docs/pack-format.md``, redacted packs).

Open: numbers, dates, yes or no, codes of a closed list, the contract's own names, identifiers of organisations. Under a pseudonym: every other identifier, and keys
made of one. Withheld: free text, what a check found in a cell, digests of private folders, the place of a line whose key stands under a pseudonym (lines are
numbered in the order of their keys), and whatever is not known here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit.canonical_text import value_of
from pbr.audit.disclosed import salted_rows
from pbr.language.types import Type
from pbr.plan.columns import node_at
from pbr.plan.plan import Plan

OPEN, PSEUDONYM, WITHHELD = "open", "pseudonym", "withheld"
PROGRAM_CODE = re.compile(r"PBR[0-9]{3}")
NUMBERS = re.compile(r"(low|high)(_[0-9]+)?|of|amount|why|sum|standing")
PLACES = ("line", "entry", "of_line")


def treatments(plan: Plan, file: str, columns: Iterable[str]) -> list[str]:
    """For each column of a table of the assessment what is shown of it. When in doubt: nothing."""
    if file == layout.FINDINGS:
        known = dict.fromkeys(("TABLE_NAME", "COLUMN_NAME", "CODE", "SEVERITY"), OPEN)
        return [known.get(name, WITHHELD) for name in columns]
    if file in (layout.PAYMENTS, layout.DUE):
        named = keys_are_open(plan)
        known = dict.fromkeys(("payment", "grain", "result", "kind"), OPEN) | {"key": OPEN if named else PSEUDONYM}
        known |= dict.fromkeys(PLACES, OPEN if named else WITHHELD)
        return [OPEN if NUMBERS.fullmatch(name) else known.get(name, WITHHELD) for name in columns]
    grain = file.removeprefix(f"{layout.TRACE}/").removesuffix(".parquet")
    types = types_of(plan, grain)
    return [treatment(types[name]) if name in types else WITHHELD for name in columns]


def treatment(type_: Type) -> str:
    """What is shown of a value of this type."""
    if type_.kind == "identifier":
        return OPEN if type_.names == "organisation" else PSEUDONYM
    return WITHHELD if type_.kind == "text" else OPEN


def keys_are_open(plan: Plan) -> bool:
    """Whether the key of every payment line may be shown: no part of it is an identifier that may be a person's, or free text."""
    grains = {payment.grain for payment in plan.payments}
    parts = [types_of(plan, grain).get(name) for grain in grains for name in plan.key_of(grain)]
    parts += [plan.step(step).type for adjustment in plan.then if adjustment.name for _, step in adjustment.per]
    return all(type_ is not None and treatment(type_) == OPEN for type_ in parts)


def types_of(plan: Plan, grain: str) -> dict[str, Type]:
    """The type of each column of ``trace/GRAIN``, but of those that hold no value of the contract's."""
    number, text, day, truth = Type("whole"), Type("code"), Type("date"), Type("truth")
    out: dict[str, Type] = {}
    for table in plan.every_table:
        if table.name == grain:
            out |= {column.name: column.type for column in table.columns} | {"_place": text, "_code": text}
    for made in plan.made:
        if made.table.name == grain:
            out |= {"first_day": day, "last_day": day, "made": truth}
    for cohort in plan.cohorts:
        if cohort.name == grain:
            out |= dict(zip(cohort.parts, cohort.part_types, strict=True)) | {"first_day": day, "last_day": day}
    for step in plan.steps:
        if step.grain == grain:
            values = [(step.name, step.type), *((f"{step.name}.{part.number}", node_at(step.node, part.path).type) for part in step.parts)]
            for name, type_ in values:
                out |= {name: type_, f"{name}.hi": type_, f"{name}.of": number, f"{name}.hi.of": number, f"{name}.why": number}
    return out


def redacted_lines(
    con: Any, plan: Plan, folder: Path, file: str, columns: list[str], secret: bytes, pseudonym: Callable[[str], str], temp: Path
) -> Iterator[bytes]:
    """The lines of a table's redacted file. ``secret``: what the logged disclosure was made with; ``pseudonym``: of the text of an identifier."""
    shown = treatments(plan, file, columns)
    may_be_open = [_safe(plan, file, name) for name in columns]
    yield _line({"columns": columns, "treatment": shown})
    for chunk in salted_rows(con, folder, file, secret, temp, texts=True):
        lines = []
        for _, texts, salts, commitments in chunk:
            cells = []
            for how, safe, text, salt, commitment in zip(shown, may_be_open, texts, salts, commitments, strict=True):
                if how == OPEN and safe(text):
                    cells.append([text, salt])
                elif how == PSEUDONYM and text != "n":
                    cells.append([pseudonym(_named(text, file)), commitment])
                else:
                    cells.append([commitment])
            lines.append(_line(cells))
        yield b"".join(lines)


def _safe(plan: Plan, file: str, column: str) -> Callable[[str], bool]:
    """Whether the canonical text of a cell in an open column may be shown: where a file's own words can stand in it, only the contract's may."""
    tables = {table.name for table in plan.every_table} | {""}
    if file == layout.FINDINGS and column == "TABLE_NAME":
        return lambda text: _text(text) in tables
    if file == layout.FINDINGS and column == "COLUMN_NAME":
        own = {column.name for table in plan.every_table for column in table.columns}
        own |= {f"{table.name}.{column.name}" for table in plan.every_table for column in table.columns} | {""}
        return lambda text: all(name in own for name in (_text(text) or "").split(", "))
    if file == layout.FINDINGS and column == "CODE":
        codes = _codes(plan)
        return lambda text: PROGRAM_CODE.fullmatch(_text(text) or "") is not None or _text(text) in codes
    if column == "_code":
        excluded = {code for cohort in plan.cohorts for code, _, _ in cohort.codes} | {""}
        return lambda text: text == "n" or _text(text) in excluded
    return lambda text: True


def _codes(plan: Plan) -> set[str]:
    """The codes of the contract's own checks and flags, and of what is judged between rows."""
    named = {step.name.split(".", 2)[2] for step in plan.steps if step.kind in ("check", "flag") and step.name.count(".") >= 2}
    return (
        named
        | {rule.code for table in plan.tables for rule in table.rules}
        | {code for cohort in plan.cohorts for code, _, _ in cohort.codes}
    )


def _named(text: str, file: str) -> str:
    """What a pseudonym stands for: the identifier, wherever it stands; of the key of a line its one part, or all of them as they are written."""
    value = value_of(text.encode())
    named = value if isinstance(value, str) else text
    if file in (layout.PAYMENTS, layout.DUE):
        parts = json.loads(named)
        return parts[0] if len(parts) == 1 else named
    return named


def _text(text: str) -> str | None:
    value = value_of(text.encode())
    return value if isinstance(value, str) else None


def _line(value: Any) -> bytes:
    """Canonical JSON and a newline: of text and lists of text, and of one map whose keys are in order, what ``json`` writes is canonical."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
