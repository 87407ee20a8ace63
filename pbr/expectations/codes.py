"""Codes of this stage: PBR610 to PBR614. Places to write to give those of the file system, PBR601 to PBR603."""

from __future__ import annotations

CODES: dict[str, str] = {
    "PBR610": "Great Expectations did not finish",
    "PBR611": "Great Expectations took too long",
    "PBR612": "Great Expectations could not try an expectation",
    "PBR613": "Great Expectations is not installed",
    "PBR614": "a suite was asked for a table that is not there",
}
