"""Codes of what a contract states of itself (``laws``, ``cliffs``, ``expect_maximum``, ``measured``) and is not so, or cannot be read."""

from __future__ import annotations

CODES: dict[str, str] = {
    "PBR931": "a threshold moves a payment by more than the contract allows",
    "PBR934": "a law, `cliffs` or `expect_maximum` needs a sum of money",
    "PBR936": "the days over which a baseline was measured cannot be read",
}
