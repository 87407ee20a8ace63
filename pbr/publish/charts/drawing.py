"""What every chart is made of: a scale from published values to places, marks, and text."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from pbr.publish.pages.html import Child, Element, el


@dataclass(frozen=True)
class Scale:
    """From values between ``low`` and ``high`` to places between ``start`` and ``end`` (in the units of the drawing; ``end`` may lie before ``start``)."""

    low: Fraction
    high: Fraction
    start: int
    end: int

    def at(self, value: Fraction) -> Fraction:
        if self.high == self.low:
            return Fraction(self.start + self.end, 2)
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def place(value: Fraction | int) -> str:
    """A coordinate, to a tenth: the same bytes everywhere, as no float is in it."""
    tenths = round(Fraction(value) * 10)
    whole, rest = divmod(abs(tenths), 10)
    return f"{'-' if tenths < 0 else ''}{whole}{f'.{rest}' if rest else ''}"


def drawing(name: str, title: str, description: str, width: int, height: int, *marks: Child) -> Element:
    """An SVG with its title and its description. ``name``: an id on its page."""
    return el(
        "svg",
        el("title", title, id=f"{name}-title"),
        el("desc", description, id=f"{name}-desc"),
        *marks,
        viewBox=f"0 0 {width} {height}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        class_="chart",
    )


def line(x1: Fraction | int, y1: Fraction | int, x2: Fraction | int, y2: Fraction | int, kind: str) -> Element:
    return el("line", x1=place(x1), y1=place(y1), x2=place(x2), y2=place(y2), class_=kind)


def words(x: Fraction | int, y: Fraction | int, text: str, kind: str) -> Element:
    return el("text", text, x=place(x), y=place(y), class_=kind)


def box(x: Fraction | int, y: Fraction | int, width: Fraction | int, height: Fraction | int, kind: str) -> Element:
    return el("rect", x=place(x), y=place(y), width=place(width), height=place(height), class_=kind)


def dot(x: Fraction | int, y: Fraction | int, radius: int, kind: str) -> Element:
    return el("circle", cx=place(x), cy=place(y), r=str(radius), class_=kind)


def path(points: list[tuple[Fraction, Fraction]], kind: str) -> Element:
    """A line through points."""
    steps = [f"{'L' if at else 'M'}{place(x)} {place(y)}" for at, (x, y) in enumerate(points)]
    return el("path", d="".join(steps), class_=kind)
