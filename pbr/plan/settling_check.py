"""The refusal of a ``settles`` that is earlier than something the answer reads."""

from __future__ import annotations

from pbr.plan.node import Node
from pbr.plan.settling import Day, day_of
from pbr.plan.trouble import Mistake


def check_settles(day: Node, needs: list[tuple[Day | None, str]], text: str) -> None:
    """Raises Mistake when the day is earlier than a window's end, or when the compiler cannot see that it is not."""
    days = [found for part in (day.args if day.op == "greatest" else (day,)) if (found := day_of(part)) is not None]
    for need, window in needs:
        if need is None:
            raise Mistake("PBR347", f"A window here ends on a day that depends on each event (`{window}`), so the compiler cannot see when the answer is final.",
                          "Bound that event by a window of its own, from a day of the row that is decided.")  # fmt: skip
        if not any(found.covers(need) for found in days):
            less = f", less {-need.days} day" if need.days < 0 else ""
            raise Mistake("PBR347", f"The answer reads days up to {need.shown}{less}, and `settles: {text}` is not certainly as late.",
                          f"Write `settles: {need.shown}`" + (", or greatest(...) of several days." if len({n.anchor for n, _ in needs if n}) > 1 else "."))  # fmt: skip
