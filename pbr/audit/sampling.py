"""A money-unit sample of an assessment's payment lines, which anybody who knows the seed draws alike.

Every unit of money (a penny) is as likely to be drawn as any other, so a line is drawn with a chance in proportion to its sum, and each line
that is as large as the interval or larger is drawn for certain. Fixed intervals with a random unit in each ("cell selection"): AICPA, Audit
Sampling guide, chapter 6. Deductions count by their size. Lines that pay nothing, or are held, hold no units: they are counted and named apart,
because a sum that should have been paid and was not is not found by drawing among the sums that were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pbr.problem import refuse
from pbr.statement.lines import Line

HEAD: Final = b"pbr-sample/1\n"


@dataclass(frozen=True)
class Drawn:
    """A line of the sample. ``units``: which of the population's units (from 0, in the order of the lines) fell on it."""

    line: Line
    units: tuple[int, ...]


@dataclass(frozen=True)
class Sample:
    """``asked``: how many units were asked for; ``interval`` in minor units; ``total``: all units, in minor units, of ``lines`` lines. ``nothing``
    and ``held``: lines without units. ``others``: those of the latter that were drawn, each as likely as any other."""

    asked: int
    interval: int
    total: int
    lines: int
    nothing: int
    held: int
    drawn: tuple[Drawn, ...]
    others: tuple[Line, ...]


def draw(lines: Iterable[Line], seed: bytes, manifest: str, items: int, others: int = 0) -> Sample:
    """``lines``: those of money, in their stored order. ``seed``: 32 bytes nobody could choose after seeing the result. ``manifest``: the
    assessment's SHA-256 in hexadecimal; so one seed draws differently from each assessment. ``items``: how many units to draw, 1 or more.

    Raises Refused PBR590 where more units are asked for than there are.
    """
    held: list[Line] = []
    nothing: list[Line] = []
    paying: list[Line] = []
    for line in lines:
        (held if line.amount is None or line.result == "held" else paying if line.amount else nothing).append(line)
    total = sum(abs(line.amount or 0) for line in paying)
    if items > total:
        raise refuse("PBR590", f"{items} units were asked for and the lines come to {total} in all.", "Ask for fewer with --items.")
    interval = total // items
    units = [number * interval + _below(interval, seed, manifest, "unit", number) for number in range(items)]
    drawn: list[Drawn] = []
    start, at = 0, 0
    for line in paying:
        end = start + abs(line.amount or 0)
        hits = at
        while hits < len(units) and units[hits] < end:
            hits += 1
        if hits > at:
            drawn.append(Drawn(line, tuple(units[at:hits])))
        start, at = end, hits
    rest = sorted([*nothing, *held], key=lambda line: _number(seed, manifest, "other", line.number))
    chosen = tuple(sorted(rest[:others], key=lambda line: line.number))
    return Sample(items, interval, total, len(paying), len(nothing), len(held), tuple(drawn), chosen)


def _below(most: int, seed: bytes, manifest: str, what: str, number: int) -> int:
    """A whole number below ``most``, as good as evenly: 256 bits are divided, so no number is favoured by more than 1 in 2**190."""
    return _number(seed, manifest, what, number) % most


def _number(seed: bytes, manifest: str, what: str, number: int) -> int:
    """SHA-256 of: the line ``pbr-sample/1``, the seed's 32 bytes, and ``MANIFEST what number`` as text; read as one number, big-endian."""
    return int.from_bytes(hashlib.sha256(HEAD + seed + f"{manifest} {what} {number}".encode()).digest(), "big")


def sample_json(sample: Sample, name: Any) -> dict[str, Any]:
    """As JSON values; ``name`` gives a line's identifier as the statement prints it."""
    return {
        "asked": sample.asked,
        "interval": sample.interval,
        "total": sample.total,
        "lines": sample.lines,
        "pays_nothing": sample.nothing,
        "held": sample.held,
        "drawn": [
            {"line": each.line.number, "id": name(each.line), "amount": each.line.amount, "units": list(each.units)}
            for each in sample.drawn
        ],
        "others": [{"line": line.number, "id": name(line), "result": line.result} for line in sample.others],
    }
