"""The codes of problems in rules and in how contracts use them, each with its one-line meaning (for the documentation)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PBR160": "the name of a rule is not FIELD/NAME/VERSION",
        "PBR161": "there is no such rule, or not in this version",
        "PBR162": "a rule has no digest in rules.lock",
        "PBR163": "a rule's file is not the one whose digest stands in rules.lock",
        "PBR164": "rules.lock cannot be read",
        "PBR165": "a rule's file does not say of itself what its place says",
        "PBR166": "rules use each other in a circle",
        "PBR167": "a rule asks for something that is not given",
        "PBR168": "something is given to a rule that it does not ask for",
        "PBR169": "what is given to a rule is not of the kind that it asks for",
        "PBR170": "something that a rule gives would have a name that is taken",
        "PBR171": "what is given to a rule has another type, another blank or another link than the rule asks for",
        "PBR172": "a sum of money in a rule",
        "PBR173": "a rule names something that it neither asks for nor gives",
        "PBR174": "a name in a rule that a rule may not use",
        "PBR175": "a rule asks for something in words that do not go together",
    }
)
