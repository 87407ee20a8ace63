"""A funnel plot: each provider's share against how many were counted, within the limits that chance alone would keep around the target."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Final

from pbr.publish.charts.binomial import LIMITS, limits
from pbr.publish.charts.drawing import Scale, curve, dot, drawing, level, words
from pbr.publish.pages.html import Child, Element, short

HEIGHT: Final = 340
TOP: Final = 24
BOTTOM: Final = 300
STEPS: Final = 36  # places at which each limit is worked out; they lie closer where it bends
NAME: Final = 16
CLOSE: Final = 16  # pixels: names nearer to each other than this would lie over each other


@dataclass(frozen=True)
class Spot:
    """``text``: the figure of the share, ``counted_text`` of what was counted."""

    label: str
    share: Fraction
    counted: int
    text: str
    counted_text: str


def standing(spot: Spot, target: Fraction) -> str:
    """Where a spot lies: in words, after the limits."""
    points = [point for _, low, high in LIMITS for point in (low, high)]
    by_point = dict(zip(sorted(points), limits(target, spot.counted, *sorted(points)), strict=True))
    for word, low, high in LIMITS:
        if by_point[low] <= spot.share <= by_point[high]:
            return f"within the {word} limits"
    return f"outside the {LIMITS[-1][0]} limits"


def funnel(name: str, title: str, description: str, spots: list[Spot], target: Fraction, target_text: str, counted_word: str) -> Element:
    """The chart. ``spots``: at least one. ``target``: strictly between 0 and 1. The axis across bears the least and the most that were counted."""
    numbers = sorted({spot.counted for spot in spots})
    least, most = Fraction(numbers[0]), Fraction(numbers[-1])
    start, end = max(1, int(least * 4 / 5)), int(most * 21 / 20) + 1
    curves: dict[Fraction, list[tuple[Fraction, Fraction]]] = {}
    points = sorted(point for _, low, high in LIMITS for point in (low, high))
    for counted in _places(start, end):
        for point, value in zip(points, limits(target, counted, *points), strict=True):
            curves.setdefault(point, []).append((Fraction(counted), value))
    values = [value for one in curves.values() for _, value in one] + [spot.share for spot in spots]
    x, y = Scale(Fraction(start), Fraction(end), 2, 98), Scale(min(values), max(values), BOTTOM, TOP)
    marks: list[Child] = []
    for word, low, high in LIMITS:
        kind = "limit" if word == LIMITS[0][0] else "limit outer"
        marks += [curve([(x.at(at), y.at(value)) for at, value in curves[point]], HEIGHT, kind) for point in (low, high)]
        marks.append(words(100, y.at(curves[high][-1][1]) - 5, word, "end quiet"))
    marks.append(level(0, 100, y.at(target), "target"))
    marks.append(words(0, BOTTOM + 4 if y.at(target) > BOTTOM - 10 else y.at(target) - 6, f"target {target_text}", ""))
    marks.append(level(0, 100, BOTTOM + 10, "axis"))
    texts = {spot.counted: spot.counted_text for spot in spots}
    marks.append(words(x.at(least), BOTTOM + 28, texts[numbers[0]], "quiet mid" if x.at(least) > 5 else "quiet"))
    if most > least:
        marks.append(words(x.at(most), BOTTOM + 28, texts[numbers[-1]], "quiet end"))
    marks.append(words(50, BOTTOM + 28, counted_word, "quiet mid"))
    marks += [dot(x.at(Fraction(spot.counted)), y.at(spot.share), 5) for spot in spots]
    marks += _names(spots, x, y)
    return drawing(name, title, description, HEIGHT, marks)


def _places(start: int, end: int) -> list[int]:
    """Numbers counted at which limits are worked out: evenly spaced in their square roots, since limits narrow with those."""
    first, last = isqrt(start * 10000), isqrt(end * 10000)
    found = {start, end, *(max(start, min(end, (first + (last - first) * at // STEPS) ** 2 // 10000)) for at in range(STEPS + 1))}
    return sorted(found)


def _names(spots: list[Spot], x: Scale, y: Scale) -> list[Element]:
    """A name at each spot that has room for it; the table below names them all."""
    taken: list[tuple[Fraction, Fraction]] = []
    found = []
    for spot in sorted(spots, key=lambda one: (one.counted, one.label), reverse=True):
        at, down = x.at(Fraction(spot.counted)), y.at(spot.share)
        if any(abs(at - other) < 25 and abs(down - lower) < CLOSE for other, lower in taken):
            continue
        taken.append((at, down))
        left = at > 60
        found.append(words(at, down + 5, short(spot.label, NAME), "end" if left else "", -10 if left else 10))
    return found
