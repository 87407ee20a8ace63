"""What every chart is made of: a scale from published values to places, marks, and text.

Places across are hundredths of the width, places down are pixels. So text keeps its size on a phone and on a wall, and only lengths stretch.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from pbr.publish.pages.html import Child, Element, el


@dataclass(frozen=True)
class Scale:
    """From values between ``low`` and ``high`` to places between ``start`` and ``end``; ``end`` may lie before ``start``."""

    low: Fraction
    high: Fraction
    start: int
    end: int

    def at(self, value: Fraction) -> Fraction:
        if self.high == self.low:
            return Fraction(self.start + self.end, 2)
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def place(value: Fraction | int) -> str:
    """A coordinate, to a hundredth: the same bytes everywhere, as no float is in it."""
    hundredths = round(Fraction(value) * 100)
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}{f'.{rest:02d}'.rstrip('0') if rest else ''}"


def across(value: Fraction | int) -> str:
    """A place across the drawing."""
    return f"{place(value)}%"


def drawing(name: str, title: str, description: str, height: int, *marks: Child) -> Element:
    """An SVG with its title and its description, as wide as there is room. ``name``: an id on its page; ``height``: in pixels."""
    return el(
        "svg",
        el("title", title, id=f"{name}-title"),
        el("desc", description, id=f"{name}-desc"),
        *marks,
        width="100%",
        height=str(height),
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        class_="chart",
    )


def upright(x: Fraction | int, y1: int, y2: int, kind: str) -> Element:
    """A line from top to bottom."""
    return el("line", x1=across(x), y1=str(y1), x2=across(x), y2=str(y2), class_=kind)


def level(x1: Fraction | int, x2: Fraction | int, y: Fraction | int, kind: str) -> Element:
    """A line from left to right."""
    return el("line", x1=across(x1), y1=place(y), x2=across(x2), y2=place(y), class_=kind)


def words(x: Fraction | int, y: Fraction | int, text: str, kind: str = "", aside: int = 0) -> Element:
    """Text, ``aside`` pixels from its place."""
    return el("text", text, x=across(x), y=place(y), dx=str(aside) if aside else None, class_=kind or None)


def bar(x1: Fraction, x2: Fraction, y: int, height: int) -> Element:
    return el("rect", x=across(min(x1, x2)), y=str(y), width=across(abs(x2 - x1)), height=str(height), class_="bar")


def dot(x: Fraction, y: Fraction, radius: int) -> Element:
    return el("circle", cx=across(x), cy=place(y), r=str(radius), class_="point")


def curve(points: list[tuple[Fraction, Fraction]], height: int, kind: str) -> Element:
    """A line through places (across, down), stretched as the drawing is."""
    steps = [f"{'L' if at else 'M'}{place(x)} {place(y)}" for at, (x, y) in enumerate(points)]
    drawn = el("path", d="".join(steps), class_=kind)
    return el("svg", drawn, viewBox=f"0 0 100 {height}", width="100%", height=str(height), preserveAspectRatio="none", aria_hidden="true")
