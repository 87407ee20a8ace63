"""Codes of this stage: what stops a submission (PBR400 to PBR429) and what is found about its rows (PBR430 to PBR499)."""

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
    "PBR416": "a file was changed while it was being read",
    "PBR417": "two ways of counting a file's records disagree",
    "PBR418": "more rows are rejected or missing than the contract lets a submission have",
    "PBR419": "a control total is not what was read, or is not given",
    "PBR420": "a compressed file holds far more than it could",
    "PBR421": "most of a file's records cannot be told apart into fields",
    "PBR422": "a header has more columns than a table can have",
    "PBR423": "a file with a workbook's name is no XLSX workbook, or is protected",
    "PBR424": "a workbook is damaged",
    "PBR425": "a workbook holds more than can be read safely",
    "PBR426": "it is not clear which sheet of a workbook to read",
    "PBR427": "rows of a sheet are hidden",
    "PBR428": "a sheet's header has a cell without a readable name",
    "PBR429": "a part of a table has other columns than the first",
}

# found about a row: code -> (severity, reason in short, what to do)
FINDINGS: dict[str, tuple[str, str, str]] = {
    "PBR430": ("reject", "wrong number of fields", "give the record as many fields as the header has; quote fields that hold commas"),
    "PBR431": ("reject", "NUL character", "remove the NUL characters; the file may be damaged"),
    "PBR432": ("reject", "broken quoting", "quote the whole field and double the quotes inside it"),
    "PBR433": ("reject", "formula without its result", "open the workbook in a spreadsheet program, let it calculate, and save it again"),
    "PBR434": ("reject", "error in the cell", "correct the cell; leave it blank if there is no value"),
    "PBR435": ("reject", "merged cells", "split the merged cells and write the value into each cell it is for"),
    "PBR436": (
        "reject",
        "number of more than 15 digits",
        "format the column as text and type the value again; spreadsheets round such numbers",
    ),
    "PBR437": ("reject", "date that is none", "write the date as YYYY-MM-DD, as text"),
    "PBR439": ("flag", "hidden from view", "show the column or sheet, and see that it is meant to be read"),
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
    "PBR455": (
        "reject",
        "not a whole number of the column's days, months or minutes",
        "write the digits alone, in the column's own unit: 36 hours in a column of minutes are 2160",
    ),
    "PBR456": ("reject", "invisible character", "remove the character; in place of a special space write an ordinary one"),
    "PBR457": ("reject", "too short or too long", "write it as long as the contract says"),
    "PBR458": ("reject", "not written as the contract says", "write it as the contract shows, where A is a capital letter and 9 a digit"),
    "PBR459": (
        "reject",
        "check digit",
        "copy the number again from where it comes from, without blanks or dashes; do not work the digit out",
    ),
    "PBR460": ("reject", "conflicting rows with one key", "submit one row for the key; none of these was chosen"),
    "PBR461": ("reject", "no such parent row", "submit the row it belongs to, or correct the columns that say which"),
    "PBR462": ("reject", "its parent row was rejected", "correct the row it belongs to"),
    "PBR463": ("reject", "one service with rows that differ", "submit one row for the service; none of these was chosen"),
    "PBR464": (
        "reject",
        "written in another Unicode form",
        "write it with ordinary letters, each accented letter as one character (Unicode form NFC), and save the file again",
    ),
    "PBR470": ("unused", "the same row again", "nothing: the first of them is used"),
    "PBR471": ("unused", "one service charged again", "nothing, if the row that stands for the service is right; else take that one out"),
    "PBR480": ("flag", "not UTF-8", "save the file as UTF-8; it was read as Windows-1252"),
    "PBR481": ("flag", "column not in the contract", "nothing: the column was not read"),
    "PBR482": ("flag", "perhaps not Windows-1252", "see that names and signs are as they should be; save the file as UTF-8"),
    "PBR483": (
        "flag",
        "a footer that looks like a record",
        "see that the file has its footer; where it has none, its last records were left out: submit it with its footer",
    ),
    "PBR484": (
        "flag",
        "a control total that could not be confirmed",
        "correct the cells that could not be read; then the total can be compared",
    ),
    "PBR485": ("flag", "looks like another value", "see whether both are meant; if they are one, write it in one way"),
    "PBR486": (
        "flag",
        "rows left out by the layout",
        "nothing, if they are no records: else take the text that marks them out of the column",
    ),
    "PBR487": (
        "flag",
        "a day after the one the table is complete to",
        "see whether it has happened; if the table holds later days, say so with --complete-to",
    ),
    "PBR490": ("missing", "missing from what must be covered", "submit the row; ask the commissioner if it is not yours to submit"),
    "PBR491": ("flag", "not in what must be covered", "correct the columns that say whose row it is, or ask whoever supplies the list"),
}


def what_to_do(code: str) -> str:
    return FINDINGS[code][2] if code in FINDINGS else ""


def in_short(code: str) -> str:
    return FINDINGS[code][1] if code in FINDINGS else ""
