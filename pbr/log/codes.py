"""Codes of the log, each with its one-line meaning: of reading and checking it (PBR530 to PBR539), of writing it (PBR540 to PBR559)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PBR530": "there is no folder of a log",
        "PBR531": "a policy cannot be read",
        "PBR532": "a kept view of a log cannot be used",
        "PBR533": "the log has no such entry",
        "PBR534": "the log's files do not prove what was asked of them",
        "PBR535": "a witness does not cosign this",
        "PBR536": "a cosignature cannot be added to this log",
        "PBR537": "what opens an entry's commitment does not",
        "PBR538": "the log does not go on from an older checkpoint",
        "PBR539": "the log was written to all the time that it was read",
        "PBR540": "the folder is no log: it has no checkpoint",
        "PBR541": "the log's checkpoint cannot be read",
        "PBR542": "the log is not that of the key that was given",
        "PBR543": "the signature on the log's checkpoint is not that of its key",
        "PBR544": "a file of the log is not there, or is not what the checkpoint says",
        "PBR545": "the clock goes backwards: the log's last entry is later than now",
        "PBR546": "an entry is empty or too long",
        "PBR547": "another process is writing to the log",
        "PBR548": "the log is older than, or other than, what was signed before",
        "PBR549": "the entries are in the log, but the disk failed afterwards",
        "PBR550": "what the disk holds is not what was written to it",
        "PBR551": "the private folder of the log is not there, or is not as it was left",
        "PBR552": "a log cannot have this origin",
        "PBR553": "a witness of a log, or how many are needed, is not as it must be",
        "PBR554": "a cosignature is not one of a tree that this log has had",
        "PBR555": "an append was interrupted, and finishing it needs the log's key",
        "PBR556": "the private folder that was given is another log's",
        "PBR557": "the log's own policy is not one that pbr wrote, so pbr does not change it",
    }
)
