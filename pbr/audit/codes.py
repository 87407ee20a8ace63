"""The codes of an assessment that cannot be begun, and of a folder that cannot be checked, each with its one-line meaning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PBR650": "what should be packed is no assessment",
        "PBR651": "the assessment that should be packed is not as it was written",
        "PBR652": "a pack was written and read again, and was not what it must be",
        "PBR653": "what should be unpacked is no evidence pack",
        "PBR654": "the evidence pack is broken",
        "PBR655": "the evidence pack is redacted, so there is no folder to take out of it",
        "PBR656": "the evidence pack was changed while it was unpacked",
        "PBR660": "the log does not hold the assessment that should be packed with it",
        "PBR661": "the log that should be packed is broken",
        "PBR662": "what opens single cells of the logged assessment is not kept beside the log",
        "PBR701": "a file of the folder is not JSON",
        "PBR702": "a table of the folder holds a kind of value that no trail may hold",
        "PBR703": "the manifest names an input outside the folder",
        "PBR711": "a name that is no table of the contract",
        "PBR712": "a day that is not written as 2015-06-30, or does not exist",
        "PBR713": "the contract needs to know up to which day a table is complete",
        "PBR714": "a file that is not there",
        "PBR715": "the contract was changed while it was being read",
        "PBR716": "a file of the submission was changed while it was being read",
        "PBR590": "more units of money are to be drawn than there are",
        "PBR591": "a payment line that is not there",
        "PBR592": "what is given as a sample's seed is none",
        "PBR593": "the log does not say that the seed was fixed before the assessment",
        "PBR910": "the folder of the assessment before is no assessment",
        "PBR911": "the folder of the assessment before is not as it was written",
        "PBR912": "the assessment before is of another contract",
        "PBR913": "the assessment before was paid in another currency",
        "PBR914": "the assessment before is later than this one",
        "PBR915": "the assessment before is this very assessment",
        "PBR916": "a cap for life, and nothing was said of what was paid before",
        "PBR917": "both an assessment before and that there is none",
        "PBR918": "nothing was said of what was paid before, so nothing is due",
    }
)
