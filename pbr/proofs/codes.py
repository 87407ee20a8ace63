"""Codes of what a contract states of itself (``laws``, ``cliffs``, ``expect_maximum``, ``measured``) and is not so, or cannot be read."""

from __future__ import annotations

CODES: dict[str, str] = {
    "PBR930": "a law that the contract states is broken",
    "PBR931": "a threshold moves a payment by more than the contract allows",
    "PBR932": "the most that payments can come to is not what an example expects",
    "PBR933": "a law, or `expect_maximum`, names something that is not there or that it cannot be about",
    "PBR934": "a law, `cliffs` or `expect_maximum` needs a sum of money",
    "PBR935": "a law does not say one thing, whole",
    "PBR936": "the days over which a baseline was measured cannot be read",
}
