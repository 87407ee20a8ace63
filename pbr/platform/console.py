"""A console that cannot show every character: Windows' code pages, and terminals without a locale. Nothing is lost and nothing fails.

A character the console has is printed as it is. One it lacks is printed in words it has (``£`` as ``GBP`` in ASCII, ``≥`` as ``>=``), and any other as its
number (``\\u4e2d``), so that two names never look alike because of the console.
"""

from __future__ import annotations

import codecs
from typing import Any

PLAIN = {
    "£": "GBP ", "€": "EUR ", "·": "-", "×": "x", "÷": "/", "−": "-", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"',
    "…": "...", "→": "->", "≠": "!=", "≤": "<=", "≥": ">=", "\u00a0": " ",
}  # fmt: skip
HANDLER = "pbr.plain"


def plain(error: UnicodeError) -> tuple[str, int]:
    """The text for characters that the console's encoding lacks, and where to go on. Raises what is not about encoding."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    said = "".join(PLAIN.get(letter) or letter.encode("ascii", "backslashreplace").decode() for letter in lacking)
    return said, error.end


def make_printable(*streams: Any) -> None:
    """From now on these text streams print anything. Streams that are no text streams (a test's own, say) are left alone."""
    codecs.register_error(HANDLER, plain)
    for stream in streams:
        encoding = (getattr(stream, "encoding", None) or "").lower().replace("_", "-")
        if encoding not in ("utf-8", "utf8", "utf-16", "utf-32") and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=HANDLER)
