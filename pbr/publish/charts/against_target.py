"""Results against their target: a bar for each group, and one line for the target across them all. Each bar bears its name and its figure, so no axis is needed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from pbr.publish.charts.drawing import Scale, bar, drawing, level, upright, words
from pbr.publish.pages.html import Child, Element, short

ROW: Final = 48
THICK: Final = 16
TOP: Final = 30
NAME: Final = 26  # letters of a name, beside a figure, on the narrowest phone
FAR: Final = 70  # hundredths of the width; a target beyond is named to its left


@dataclass(frozen=True)
class Bar:
    """``value``: None where it is not shown; ``text``: the figure, or the sign in its place; ``low``, ``high``: of a range."""

    label: str
    value: Fraction | None
    text: str
    low: Fraction | None = None
    high: Fraction | None = None


def against_target(
    name: str, title: str, description: str, bars: list[Bar], target: Fraction | None, target_text: str, target_word: str = "target"
) -> Element:
    """The chart. Values may be negative: the bars start at nought."""
    values = [value for one in bars for value in (one.value, one.low, one.high) if value is not None]
    values += [target] if target is not None else []
    scale = Scale(min([Fraction(0), *values]), max([Fraction(0), *values]), 0, 100)
    top = TOP if target is not None else 4
    height = top + ROW * len(bars) + 6
    zero = scale.at(Fraction(0)) if scale.low < scale.high else Fraction(scale.start)
    marks: list[Child] = []
    for at, one in enumerate(bars):
        under = top + ROW * at + 24
        if one.value is not None:
            marks.append(upright(zero, under - 3, under + THICK + 3, "zero"))
            marks.append(bar(zero, scale.at(one.value) if scale.low < scale.high else zero, under, THICK))
        if one.low is not None and one.high is not None:
            marks.append(level(scale.at(one.low), scale.at(one.high), under + THICK // 2, "range"))
    if target is not None:
        x = scale.at(target)
        marks.append(upright(x, TOP - 8, height, "target"))
        marks.append(words(x, TOP - 14, f"{target_word} {target_text}", "end" if x > FAR else "mid" if x > 100 - FAR else ""))
    # text last: it is set off from the lines that it crosses
    for at, one in enumerate(bars):
        y = top + ROW * at + 18
        marks += [words(0, y, short(one.label, NAME)), words(100, y, one.text, "end figure")]
    return drawing(name, title, description, height, marks)
