"""The codes of what cannot be published, each with its one-line meaning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PBR665": "from what is to be published somebody could be found, and nothing more can be withheld",
        "PBR666": "it was not found out in the allowed time whether somebody could be found from what is to be published",
        "PBR667": "the figures of an earlier site cannot be read",
        "PBR668": "nothing that is to be published has that name",
        "PBR669": "the rule that decides what is withheld cannot be used",
    }
)
