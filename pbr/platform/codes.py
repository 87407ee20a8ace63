"""The codes of troubles with the place a result is written to, each with its one-line meaning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PBR601": "the output exists already",
        "PBR602": "the folder to write in does not exist",
        "PBR603": "the output cannot be written",
        "PBR604": "the output cannot have that name on this system",
    }
)
