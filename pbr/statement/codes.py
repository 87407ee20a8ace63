"""The codes of questions that an assessment cannot answer, each with its one-line meaning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PBR751": "nothing in this assessment has that name",
        "PBR752": "the folder is no assessment, or not a whole one",
        "PBR753": "a file of the folder is damaged or was changed",
        "PBR754": "there is no such row, group or line",
        "PBR755": "that cannot be asked of this name",
        "PBR920": "two assessments of different contracts are not compared",
        "PBR921": "two assessments in different currencies are not compared",
    }
)
