"""The codes of publishing, each with its one-line meaning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PBR680": "a text to be published holds a control character",
    }
)
