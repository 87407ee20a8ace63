"""The codes of problems in a contract's text and structure, each with its one-line meaning (for the documentation)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PBR101": "the contract cannot be read: no such file, not a file, or no permission",
        "PBR102": "the contract's file is too large",
        "PBR103": "the contract's file is not UTF-8 text",
        "PBR104": "a character that is invisible, or that no contract may hold",
        "PBR105": "a tab, where only spaces are allowed",
        "PBR106": "brackets or blocks are nested too deep",
        "PBR107": "too many values in one contract",
        "PBR108": "the text is not YAML",
        "PBR109": "the file is empty, or is not a map of keys and values",
        "PBR110": "a key stands twice in one map",
        "PBR111": "a YAML anchor (&) or alias (*)",
        "PBR112": "a YAML tag (!)",
        "PBR113": "more than one YAML document in the file",
        "PBR114": "a YAML directive (%)",
        "PBR115": "a YAML merge key (<<)",
        "PBR116": "a key that is not one word or phrase",
        "PBR120": "YAML split an unquoted value at a comma or a bracket",
        "PBR121": "YAML took the end of an unquoted value for a comment",
        "PBR122": "a value begins with an operator or with a character that means something to YAML",
        "PBR123": "a key or list entry without a value",
        "PBR124": "a colon that YAML does not read as it was meant",
        "PBR130": "a key that must be there is missing",
        "PBR131": "a key that the language does not have, probably misspelt",
        "PBR132": "a word of the language that this version does not support yet",
        "PBR133": "a list, a map or one value, where another of these was expected",
        "PBR140": "the version of the contract language is not 1",
        "PBR141": "the contract's id, version or another text has the wrong form",
        "PBR142": "a word that is not one of the allowed words",
        "PBR143": "not a date of the calendar, or dates in the wrong order",
        "PBR144": "a name or code of the wrong form",
        "PBR145": "a name that is a word of the language",
        "PBR146": "one name for two things",
        "PBR147": "a parameter needs exactly one of its forms",
        "PBR148": "a payment needs exactly one of its forms, whole",
        "PBR149": "a row has not as many cells as there are columns",
        "PBR150": "a check needs exactly one of reject and flag",
        "PBR151": "an example has nothing to start from, or expects nothing",
        "PBR152": "a name that stands for nothing in this contract",
        "PBR153": "a code or day that stands twice in one list",
        "PBR154": "a check whose words do not go together",
        "PBR155": "a list of columns that is empty",
        "PBR156": "a number of rows that is not a whole number, or too large",
        "PBR157": "a word about a whole file stands with one of the tables that come from it",
        "PBR180": "a number of approvers that is not a whole number from 1 to 99",
        "PBR181": "a disclosure rule that would show more than the usual one, or no number at all",
    }
)
