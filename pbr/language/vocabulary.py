"""The closed lists of words that the language, the plan and the engines share."""

from __future__ import annotations

ROUNDING = ("half up", "half even", "toward zero", "away from zero", "floor", "ceiling")
WHEN_HELD = ("hold", "leave out", "take as yes", "take as no", "only if it cannot matter")
