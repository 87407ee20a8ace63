"""The codes of publishing, each with its one-line meaning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PBR680": "a text to be published holds a control character",
        "PBR681": "an assessment to be published is of another version of the trail",
        "PBR682": "an assessment to be published has no trace, or lacks a part of it",
        "PBR683": "an assessment to be published is not approved, and only approved ones were asked for",
        "PBR684": "two contracts would make the same page",
        "PBR685": "an assessment is given twice",
        "PBR686": "an earlier site carries no list of what it shows",
        "PBR687": "a site would lie inside a folder that it is made from",
        "PBR690": "something is wrong with the log that a site is to carry",
        "PBR691": "the log that a site is to carry tells a number that could be a sum or a count of people",
        "PBR692": "the log is too large for a site to carry",
        "PBR695": "a name that open data is to be published under is not written as such names are",
    }
)
