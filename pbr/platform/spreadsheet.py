"""Text for a CSV that somebody will open in a spreadsheet."""

from __future__ import annotations

import re
from typing import Final

PLAIN_NUMBER: Final = re.compile(r"[-+]?[0-9][0-9.,]*", re.ASCII)


def harmless(cell: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula and run it. A plain number stays as it is."""
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not PLAIN_NUMBER.fullmatch(cell) else cell
