"""The refusal of a ``settles`` that is earlier than something the answer reads."""

from __future__ import annotations

from pbr.plan.node import Node
from pbr.plan.settling import Need, day_of
from pbr.plan.trouble import Mistake


def check_settles(day: Node, needs: list[Need], text: str) -> None:
    """Raises Mistake when the day is earlier than a window's end, or when the compiler cannot see that it is not."""
    days = [found for part in (day.args if day.op == "greatest" else (day,)) if (found := day_of(part)) is not None]
    for need, window in needs:
        if need is None and window.startswith("every "):
            table = window.removeprefix("every ")
            raise Mistake(
                "PBR347",
                f"Rows of {table} count here whatever their day, so a row that is added later could still change the answer, however late it comes.",
                f"Bound one of the dates of {table} in the condition, for example `DATE within 12 months from ...` or `DATE <= ...`.\n"
                f"If {table} is no list of events but a list as it stood on one day, say `register: yes` on that table.",
            )
        if need is None and window.startswith("days of "):
            table = window.removeprefix("days of ")
            raise Mistake(
                "PBR347",
                f"This span goes on for as long as there are rows of {table}, so a row that is added later could still change the answer, however late it comes.",
                "Say in `spans` between which days the span is looked at, for example `within: 12 months from DATE`.\n"
                f"If {table} is no list of events but a list as it stood on one day, say `register: yes` on that table.",
            )
        if need is None:
            raise Mistake(
                "PBR347",
                f"A window here (`{window}`) ends on a day that depends on each event, so the compiler cannot see when the answer is final.",
                "Bound that event by a window of its own, from a day of the row that is decided.",
            )
        if not any(found.covers(need) for found in days):
            several = len({other.anchor for other, _ in needs if other is not None}) > 1
            raise Mistake(
                "PBR347",
                f"The answer reads days up to {need.shown}, and `settles: {text}` is not certainly as late.",
                f"Write `settles: {need.shown}`" + (", or greatest(...) of several days." if several else "."),
            )
