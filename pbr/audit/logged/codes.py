"""The codes of what cannot be put into a log, or be decided in it, each with its one-line meaning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PBR570": "the contract is not adopted in the log as it stands",
        "PBR571": "a log with several contracts, and it is not clear which is meant",
        "PBR572": "the number of an entry that is not of the kind that is needed",
        "PBR573": "what would be put into the log stands in it already",
        "PBR574": "a key that may not sign this in the log",
        "PBR575": "an assessment's folder that is not as it was written",
        "PBR576": "an assessment's folder that the log does not know",
        "PBR577": "an approval by a key that has approved already",
        "PBR578": "an approval by who ran the assessment, where that is not allowed or would be the only one",
        "PBR579": "an assessment that another one has taken the place of",
        "PBR580": "an approval that answers what is no challenge about that assessment",
        "PBR581": "a line that the assessment does not have",
        "PBR582": "a decision without a reason, or with one that is too long",
        "PBR583": "the keys of those who may do something are given in a wrong way",
        "PBR584": "an assessment made from terms, or after another one, that are not those in the log",
        "PBR585": "an opening beside the log that cannot be read, or is not of its entry",
        "PBR586": "the assessment is written, and is not in the log",
        "PBR587": "the log's own key is not at hand",
        "PBR588": "another contract would be adopted under an id that a contract of the log has already",
        "PBR589": "a file that is no entry signed to be logged",
        "PBR594": "an assessment that does not come out when it is computed again, so it is not approved",
        "PBR595": "an assessment that could not be computed again in full, so it is not approved",
        "PBR596": "an entry signed elsewhere that cannot be the next of this log",
        "PBR597": "an entry signed elsewhere at a time that this log cannot take",
        "PBR598": "an assessment signed elsewhere whose data are not in the log",
    }
)
