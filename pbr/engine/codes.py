"""The codes of what stops the engines, each with its one-line meaning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PBR520": "a number grew past the bounds the contract was checked for",
        "PBR521": "Spark cannot run on this machine",
        "PBR522": "Spark was started with a setting that changes results",
        "PBR524": "a key that is no key of its table or group",
        "PBR525": "a Spark master that cannot be used",
        "PBR526": "Spark stopped before the work was done",
        "PBR527": "a Spark session runs in the program already",
    }
)
