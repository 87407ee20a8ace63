"""The arithmetic of what is due (``docs/pack-format.md``, Arithmetic): each entry of due.parquet from the lines, and the settlement from both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

KINDS = ("paid", "nothing", "held", "unchanged", "kept", "reversal", "restatement")
AFTER = ("restatement", "kept", "held")  # what may take a reversal's place
SUMS = ("to_date", "kept_while_held", "paid_before", "due")
Owed = tuple[str, str, str, int | None, int | None]  # of a line: payment, grain, key, amount, the high end after the last step


class Wrong(Protocol):
    def add(self, key: str, says: str) -> None: ...
    def unless(self, holds: bool, key: str, says: str) -> None: ...
    def same(self, key: str, stored: Any, expected: Any) -> None: ...


@dataclass(frozen=True)
class Entry:
    """A row of due.parquet. ``sum`` and ``standing`` in minor units."""

    entry: int
    payment: str
    grain: str
    key: str
    kind: str
    line: int | None
    sum: int
    standing: int
    of_assessment: str | None
    of_line: int | None

    @property
    def name(self) -> tuple[str, str, str]:
        return self.payment, self.grain, self.key


@dataclass
class _Settled:
    due: int = 0
    to_date: int = 0
    kept: int = 0
    kinds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))

    def sums(self) -> dict[str, str]:
        figures = (self.to_date, self.kept, self.to_date - self.due, self.due)
        return {name: _pounds(figure) for name, figure in zip(SUMS, figures, strict=True)}


def check_due(entries: Iterable[Entry | None], lines: Mapping[int, Owed], settlement: Mapping[str, Any], wrong: Wrong) -> None:
    """``lines``: those of money, by their number, rising. Adds each entry and each figure of the settlement that does not follow."""
    each: dict[str, _Settled] = {}
    told = _Told(settlement, wrong)
    names = {line[:3] for line in lines.values()}
    waiting, gone, highest = list(lines)[::-1], False, 0  # lines of money that have no entry yet, the first at the end
    last: tuple[str, str, str] | None = None
    group: list[Entry] = []
    counted = 0

    def close() -> None:
        if group:
            _check_group(group, lines.get(group[0].line or 0), "previous" in settlement and settlement["previous"] is None, wrong)
            each[group[0].payment].to_date += group[-1].standing
            group.clear()

    for entry in entries:
        counted += 1
        key = f"entry {counted}"
        if entry is None or entry.kind not in KINDS:
            wrong.add(key, "its cells are not what those of an entry are")
            continue
        wrong.same(key, entry.entry, counted)
        if entry.name != last:
            close()
            last = entry.name
            if entry.line is not None:
                wrong.unless(not gone, key, "it is of a line that is there, after those of lines that are gone")
                wrong.unless(entry.line > highest, key, "its line is not after that of the entry before")
                highest = max(highest, entry.line)
                while waiting and waiting[-1] <= highest:
                    passed = waiting.pop()
                    wrong.unless(passed == entry.line or entry.line < highest, key, f"there is none for line {passed}")
            else:
                gone = True
                wrong.unless(entry.name not in names, key, "its line is said to be gone, and is there")
                names.add(entry.name)
        group.append(replace(entry, entry=counted))  # from here on an entry is known by its place
        of = each.setdefault(entry.payment, _Settled())
        of.due += entry.sum
        of.kept += entry.standing if entry.kind == "kept" else 0
        of.kinds[entry.kind] += 1
        told.entry(entry)
    close()
    wrong.unless(not waiting, f"entry {counted + 1}", f"there is none for line {waiting[-1] if waiting else ''}")
    told.end()
    _check_settlement(settlement, each, wrong)


def _check_group(group: list[Entry], line: Owed | None, first: bool, wrong: Wrong) -> None:
    """The entries of one line: one, or a reversal and what takes its place."""
    kinds, head, end = [entry.kind for entry in group], group[0], group[-1]
    last, amount = f"entry {end.entry}", line[3] if line else None
    good = (len(kinds) == 1 and kinds != ["restatement"]) or (len(kinds) == 2 and kinds[0] == "reversal" and kinds[1] in AFTER)
    wrong.unless(good and (head.line is not None or kinds == ["reversal"]), last, f"{' and '.join(kinds)} are not the entries of one line")
    before: Entry | None = None
    for entry in group:
        key, after = f"entry {entry.entry}", before is not None and before.kind == "reversal"
        if entry.line is not None:
            wrong.unless(line is not None and entry.name == line[:3] and entry.line == head.line, key, "it is of another line")
        stood = after or entry.kind in ("unchanged", "kept", "reversal", "restatement")
        wrong.unless((entry.of_assessment is not None) == stood, key, "whether something stood before and its kind disagree")
        wrong.unless(entry.of_assessment is None or not first, key, "something stood before, and there is no assessment before")
        if before is not None:
            wrong.unless((entry.of_assessment, entry.of_line) == (head.of_assessment, head.of_line), last, "two different sums stood")
            wrong.unless(not after or before.sum != -entry.standing, last, "it is reversed, and stated again as it was")
        if entry.kind == "reversal":
            wrong.unless(entry.sum != 0 and entry.standing == 0, key, "a reversal takes a sum back, and leaves nothing")
            alone = entry is end and entry.line is not None
            wrong.unless(not alone or amount in (0, None), key, "the line comes to a sum, and nothing takes the reversal's place")
        else:
            _check_stands(entry, key, after, line, amount, wrong)
        before = entry


def _check_stands(entry: Entry, key: str, after: bool, line: Owed | None, amount: int | None, wrong: Wrong) -> None:
    """What stands after an entry that is no reversal, and what it moves. ``after``: it follows one."""
    stands = entry.standing
    if entry.kind in ("held", "kept"):
        most = line[4] if line else None
        wrong.unless(amount is None, key, f"its kind is {entry.kind}, and the line is decided")
        wrong.unless((stands == 0) == (entry.kind == "held"), key, f"{_pounds(stands)} stands, and its kind is {entry.kind}")
        wrong.unless(entry.kind == "held" or most is None or stands <= most, key, "more is kept than the line can still come to")
    else:
        wrong.unless(amount == stands, key, f"{_pounds(stands)} stands, and the line comes to {_pounds(amount)}")
        wrong.unless((stands == 0) == (entry.kind == "nothing"), key, f"{_pounds(stands)} stands, and its kind is {entry.kind}")
    still = entry.kind == "unchanged" or (entry.kind == "kept" and not after)
    wrong.unless(entry.sum == (0 if still else stands), key, f"it moves {_pounds(entry.sum)}, and {_pounds(stands)} stands")


class _Told:
    """The entries that the statement lists, one after the other, against the table's."""

    def __init__(self, settlement: Mapping[str, Any], wrong: Wrong) -> None:
        listed = settlement.get("entries", [])
        self._items = iter(listed if isinstance(listed, list) else []) if "entries" in settlement else None
        self._wrong = wrong
        if not isinstance(listed, list):
            wrong.add("settlement.entries", "it is not a list of entries")
        if self._items is None:
            wrong.same("settlement.entries", settlement.get("entries_file"), "due.parquet")

    def entry(self, entry: Entry) -> None:
        listed = entry.kind in ("paid", "reversal", "restatement", "kept") or (entry.kind == "held" and entry.of_line is not None)
        if self._items is None or not listed:
            return
        item = next(self._items, None)
        if not isinstance(item, dict):
            self._wrong.add("settlement.entries", f"entry {entry.entry} is not listed")
            return
        stored = {name: item.get(name) for name in ("entry", "payment", "kind", "line", "sum", "stands", "of_assessment", "of_line")}
        expected = {"entry": entry.entry, "payment": entry.payment, "kind": entry.kind, "line": entry.line, "sum": _pounds(entry.sum)}
        expected |= {"stands": _pounds(entry.standing), "of_assessment": entry.of_assessment, "of_line": entry.of_line}
        self._wrong.same("settlement.entries", stored, expected)

    def end(self) -> None:
        if self._items is not None:
            self._wrong.unless(next(self._items, None) is None, "settlement.entries", "more are listed than the table holds")


def _check_settlement(settlement: Mapping[str, Any], each: Mapping[str, _Settled], wrong: Wrong) -> None:
    total = _Settled(*(sum(getattr(one, name) for one in each.values()) for name in ("due", "to_date", "kept")))
    for name, text in total.sums().items():
        wrong.same(f"settlement.{name}", settlement.get(name), text)
    stored = settlement.get("payments")
    stored = stored if isinstance(stored, dict) else {}
    for payment in [*each, *(name for name in stored if name not in each)]:
        own = each.get(payment)
        wrong.same(f"settlement.{payment}", stored.get(payment), own and {**own.sums(), **own.kinds})


def _pounds(minor: int | None) -> str:
    if minor is None:
        return "nothing"
    whole, pence = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole}.{pence:02d}"
