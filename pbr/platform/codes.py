"""The codes of troubles with keys, and with the place a result is written to, each with its one-line meaning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PBR560": "there is no key of that name, or only its public half",
        "PBR561": "there is a key of that name already",
        "PBR562": "others can read a secret key, or write in the folder of keys",
        "PBR563": "a key's file cannot be read",
        "PBR564": "a key cannot have that name",
        "PBR565": "a key is for something else",
        "PBR566": "the two halves of a key do not belong together",
        "PBR601": "the output exists already",
        "PBR602": "the folder to write in does not exist",
        "PBR603": "the output cannot be written",
        "PBR604": "the output cannot have that name on this system",
        "PBR720": "an amount of memory that is none, or too little",
        "PBR721": "a number of threads that cannot be",
        "PBR722": "the memory was not enough",
        "PBR723": "the disk was full",
        "PBR724": "a process that shared the work failed",
        "PBR657": "there is no such key for pseudonyms",
        "PBR658": "the key for pseudonyms cannot be used",
        "PBR659": "a key for pseudonyms cannot be made under that name",
    }
)
