"""What stands in an evidence pack, format ``pbr-pack/1``: names, nothing else. Described in ``docs/pack-format.md``."""

from __future__ import annotations

FORMAT = "pbr-pack/1"
DATA = "data/"
PACK, README, CRATE = "data/pack.json", "data/README.txt", "data/ro-crate-metadata.json"
ASSESSMENT, TEXT, LOG, RECEIPTS, REDACTED = "data/assessment/", "data/text/", "data/log/", "data/receipts/", "data/redacted/"
RECEIPT = ".tlog-proof"


def text_of(table: str) -> str:
    """Where the canonical text of a table stands, by the table's path in the assessment's folder."""
    return f"{TEXT}{table.removesuffix('.parquet')}.txt"


def redacted_of(table: str) -> str:
    """Where the redacted rows of a table stand."""
    return f"{REDACTED}{table.removesuffix('.parquet')}.jsonl"


def receipt_of(entry: int) -> str:
    return f"{RECEIPTS}{entry}{RECEIPT}"
