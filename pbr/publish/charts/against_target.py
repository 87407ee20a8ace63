"""Results against their target: a bar for each cohort, and one line for the target across them all. Each bar bears its figure, so no axis is needed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from pbr.publish.charts.drawing import Scale, box, drawing, line, words
from pbr.publish.pages.html import Child, Element, short

WIDTH: Final = 640
LEFT: Final = 150  # room for names
RIGHT: Final = 90  # room for figures
ROW: Final = 34
TOP: Final = 34
NAME: Final = 20


@dataclass(frozen=True)
class Bar:
    """``value``: None where it is not shown; ``text``: the figure; ``low``, ``high``: of a range."""

    label: str
    value: Fraction | None
    text: str
    low: Fraction | None = None
    high: Fraction | None = None


def against_target(
    name: str, title: str, description: str, bars: list[Bar], target: Fraction | None, target_text: str, target_word: str = "target"
) -> Element:
    """The chart. Values may be negative: the bars start at nought."""
    values = [value for bar in bars for value in (bar.value, bar.low, bar.high) if value is not None]
    values += [target] if target is not None else []
    scale = Scale(min([Fraction(0), *values]), max([Fraction(0), *values]), LEFT, WIDTH - RIGHT)
    if scale.high == scale.low:
        scale = Scale(Fraction(0), Fraction(1), LEFT, WIDTH - RIGHT)
    bottom = TOP + ROW * len(bars)
    marks: list[Child] = []
    for at, bar in enumerate(bars):
        y = TOP + ROW * at
        marks.append(words(LEFT - 10, y + 21, short(bar.label, NAME), "label end"))
        if bar.value is None:
            marks.append(words(LEFT + 6, y + 21, bar.text, "label"))
            continue
        zero, end = scale.at(Fraction(0)), scale.at(bar.value)
        marks.append(box(min(zero, end), y + 6, abs(end - zero), ROW - 12, "bar"))
        if bar.low is not None and bar.high is not None:
            marks.append(line(scale.at(bar.low), y + ROW // 2, scale.at(bar.high), y + ROW // 2, "range"))
        furthest = max(end, zero, *(scale.at(one) for one in (bar.low, bar.high) if one is not None))
        marks.append(words(furthest + 6, y + 21, bar.text, "figure"))
    marks.append(line(scale.at(Fraction(0)), TOP - 4, scale.at(Fraction(0)), bottom + 2, "zero"))
    if target is not None:
        x = scale.at(target)
        marks.append(line(x, TOP - 8, x, bottom + 6, "target"))
        anchor = "figure end" if x > (LEFT + WIDTH) / 2 else "figure"
        marks.append(words(x, TOP - 14, f"{target_word} {target_text}", anchor))
    return drawing(name, title, description, WIDTH, bottom + 10, *marks)
