"""What others have written, made fit to be printed: a log's entries and openings come from people who may want to mislead a reader's eye."""

from __future__ import annotations

from pbr.terms.bounds import HIDDEN


def plain(text: str, most: int = 2_000) -> str:
    """On one line, with ``·`` for what cannot be seen or turns the direction of reading; cut off after ``most`` characters."""
    shown = " ".join(HIDDEN.sub("·", text[: most + 1].replace("\n", " ").replace("\t", " ")).split())
    return shown if len(text) <= most else f"{shown[:most]}..."
