"""The lines of assessments that a log knows, each with its entry and state: an auditor's first question, asked of many folders at once."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pbr.audit import layout
from pbr.audit.canonical import read_json
from pbr.audit.logged.history import History
from pbr.audit.logged.tying import entry_of, whole
from pbr.platform.duck import connect, glob_text
from pbr.platform.files import Files
from pbr.statement import words
from pbr.terms.loading import load_text
from pbr.terms.rulebook.files import Library

SUM: Final = re.compile(r"(-?)[^\d\s.,-]?([\d,]+)(?:\.(\d\d))?", re.ASCII)


@dataclass(frozen=True)
class Wanted:
    """Which lines. ``contract``: its id, or the entry that adopted it; ``state``: of the assessment; ``provider``: a part of its name; ``period``: a group such as 2012/13 (a part of the line's key), or a day, month or year to
    which the data is complete; ``result``: of the line; ``at_least`` and ``at_most``: minor units."""

    contract: str | None = None
    state: str | None = None
    provider: str | None = None
    period: str | None = None
    result: str | None = None
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True)
class Listed:
    """A line. ``entry`` and ``state``: of its assessment; ``amount`` in minor units of ``currency``; of a factor its numerator ``of`` a denominator; None: held."""

    folder: str
    entry: int
    state: str
    contract: str
    provider: str
    line: str
    result: str
    amount: int | None
    of: int
    currency: str

    @property
    def sum(self) -> str:
        if self.amount is None:
            return "not decided"
        if self.result == "sets" or self.of != 1:
            return words.factor_text(self.amount, self.of)
        return words.money(self.amount, self.currency)

    def to_json(self) -> dict[str, Any]:
        plain = {name: value for name, value in vars(self).items() if name not in ("amount", "of")}
        return plain | {"sum": None if self.amount is None else self.sum}


def sum_of(text: str) -> int:
    """A sum as a person writes it, £1,000.00 or -250, in minor units. Raises ValueError."""
    found = SUM.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not a sum: write it as £1,000.00")
    minor = int(found.group(2).replace(",", "")) * 100 + int(found.group(3) or 0)
    return -minor if found.group(1) else minor


def listed(
    folders: Sequence[Path], log: str, history: History, opened: Mapping[int, Mapping[str, Any]], files: Files, wanted: Wanted
) -> list[Listed]:
    """The wanted lines of the folders, each of which is as it was written and logged. Raises Refused PBR575, PBR576 for one that is not."""
    out: list[Listed] = []
    for folder in folders:
        number = entry_of(folder, log, whole(folder, files), history, opened)
        state, one = history.about(number).state, history.entry(number)
        assert one is not None
        if wanted.state not in (None, state) or wanted.contract not in (None, str(one.said.first), history.newest(number).terms["id"]):
            continue
        out += _lines(folder, number, state, files, wanted)
    return out


def listed_text(lines: Sequence[Listed]) -> str:
    """Side by side; then how many, and the sum of those in each currency that are money and not superseded."""
    cells = [(str(one.entry), one.state, one.contract, one.line, one.result.replace("_", " "), one.sum) for one in lines]
    widths = [max((len(cell[n]) for cell in cells), default=0) for n in range(6)]
    rows = [
        "  ".join([*(f"{text:<{width}}" for text, width in zip(cell[:5], widths, strict=False)), f"{cell[5]:>{widths[5]}}"])
        for cell in cells
    ]
    counting = [one for one in lines if one.amount is not None and one.result != "sets" and one.of == 1 and one.state != "superseded"]
    totals = [
        words.money(sum(one.amount or 0 for one in counting if one.currency == currency), currency)
        for currency in sorted({one.currency for one in counting})
    ]
    end = words.counted(len(lines), "line")
    return "\n".join([*rows, f"{end}{f', {words.listed(totals)} in all' if totals else ''}"]) + "\n"


def _lines(folder: Path, number: int, state: str, files: Files, wanted: Wanted) -> list[Listed]:
    statement = read_json(files.read_bytes(folder / layout.STATEMENT), layout.STATEMENT)
    contract = load_text(files.read_bytes(folder / layout.CONTRACT), layout.CONTRACT, Library([folder / layout.RULES])).contract
    provider = contract.parties.provider.text
    if (wanted.provider or "").lower() not in provider.lower():
        return []
    complete = any((day or "").startswith(wanted.period or "") for day in statement["complete_to"].values())
    where, values = ["TRUE"], []
    for condition, value in (("result = ?", wanted.result), ("amount >= ?", wanted.at_least), ("amount <= ?", wanted.at_most)):
        if value is not None:
            where.append(condition)
            values.append(value)
    if wanted.at_least is not None or wanted.at_most is not None:
        where.append("result <> 'sets' AND \"of\" = 1")  # a factor is no sum
    with tempfile.TemporaryDirectory(prefix="pbr-") as temp:
        con = connect(Path(temp), [folder])
        try:
            rows = con.execute(
                f'SELECT payment, key, result, amount, "of" FROM read_parquet({glob_text(folder / layout.PAYMENTS)}, hive_partitioning = false) '
                f"WHERE {' AND '.join(where)} ORDER BY line",
                values,
            ).fetchall()
        finally:
            con.close()
    return [
        Listed(
            str(folder),
            number,
            state,
            statement["contract"],
            provider,
            f"{payment}[{words.key(key)}]",
            result,
            None if amount is None else int(amount),
            int(of or 1),
            statement["currency"],
        )
        for payment, text, result, amount, of in rows
        if (key := json.loads(text)) is not None and (wanted.period is None or complete or wanted.period in key)
    ]
