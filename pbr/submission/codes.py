"""Codes of this stage: what stops a submission (PBR400 to PBR429) and what is found about its rows (PBR430 to PBR489)."""

from __future__ import annotations

# stops the submission: code -> what it means
STOPS: dict[str, str] = {
    "PBR400": "a table was given no file",
    "PBR401": "a table was given two files",
    "PBR402": "a name is not a table of the contract",
    "PBR403": "a file is not there or cannot be read",
    "PBR404": "a file is of a kind that is not read",
    "PBR405": "a file is empty: it has no header",
    "PBR406": "a column is missing from the header",
    "PBR407": "a column is twice in the header",
    "PBR408": "a layout names something that is not there",
    "PBR409": "a file's text cannot be decoded",
    "PBR410": "a quote is opened and never closed",
    "PBR411": "a field is longer than any field can be",
    "PBR412": "a compressed file is broken",
    "PBR413": "a column holds values of a kind that is not read",
    "PBR414": "a Parquet file cannot be read",
    "PBR417": "two ways of counting a file's records disagree",
}

# found about a row: code -> (severity, reason in short, what to do)
FINDINGS: dict[str, tuple[str, str, str]] = {
    "PBR430": ("reject", "wrong number of fields", "give the record as many fields as the header has; quote fields that hold commas"),
    "PBR431": ("reject", "NUL character", "remove the NUL characters; the file may be damaged"),
    "PBR432": ("reject", "broken quoting", "quote the whole field and double the quotes inside it"),
    "PBR440": ("reject", "blank", "fill in the value"),
    "PBR441": ("reject", "not a whole number", "write digits only, such as 12"),
    "PBR442": ("reject", "not a number", "write digits with a point, such as 0.25"),
    "PBR443": ("reject", "too many decimals", "round it as the contract says before submitting"),
    "PBR444": ("reject", "not a percentage", "write it with its sign, such as 5.0%"),
    "PBR445": ("reject", "not percentage points", "write a number such as 5.0 or 5.0 percentage points"),
    "PBR446": ("reject", "not money", "write it such as 1234.50 or 1,234.50, with at most two decimals"),
    "PBR447": ("reject", "not a price", "write it such as 15.12"),
    "PBR448": ("reject", "not a date", "write it as YYYY-MM-DD"),
    "PBR449": ("reject", "no such day", "correct the date"),
    "PBR450": ("reject", "not yes or no", "write yes or no"),
    "PBR451": ("reject", "not a code of the list", "use one of the contract's codes, spelt as there"),
    "PBR452": ("reject", "too long", "use at most 2,000 characters"),
    "PBR453": ("reject", "control characters", "remove line breaks, tabs and other control characters"),
    "PBR454": ("reject", "out of bounds", "correct the value"),
    "PBR455": ("reject", "not a whole number of units", "write digits only, such as 26"),
    "PBR456": ("reject", "invisible character", "remove the character; in place of a special space write an ordinary one"),
    "PBR460": ("reject", "conflicting rows with one key", "submit one row for the key; none of these was chosen"),
    "PBR461": ("reject", "no such parent row", "submit the row it belongs to, or correct the columns that say which"),
    "PBR462": ("reject", "its parent row was rejected", "correct the row it belongs to"),
    "PBR470": ("unused", "the same row again", "nothing: the first of them is used"),
    "PBR480": ("flag", "not UTF-8", "save the file as UTF-8; it was read as Windows-1252"),
    "PBR481": ("flag", "column not in the contract", "nothing: the column was not read"),
}


def what_to_do(code: str) -> str:
    return FINDINGS[code][2] if code in FINDINGS else ""


def in_short(code: str) -> str:
    return FINDINGS[code][1] if code in FINDINGS else ""
