"""The codes of marking a file, each with its one-line meaning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PBR605": "it is not clear which file is meant",
        "PBR606": "a file of this kind cannot be marked",
        "PBR607": "a workbook cannot be copied with marks in it",
        "PBR608": "a file looks like that of another table",
        "PBR609": "a file seems to have no header",
        "PBR615": "more problems than are put beside rows",
    }
)
