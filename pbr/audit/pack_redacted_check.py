"""Checking the rows of a redacted pack: each gives the roots of the disclosure, and every cell that is open its commitment."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from pbr.audit import pack_layout as at
from pbr.audit.bag import Bag
from pbr.audit.canonical_text import MOST_CELL, Unreadable, is_cell
from pbr.audit.digest import BLOCK
from pbr.audit.disclosed import FORMAT
from pbr.audit.finding import Finding
from pbr.audit.merkle import root
from pbr.audit.pack_contents import HEX, has, is_tables
from pbr.audit.pack_json import is_canonical, read_json_file, read_strict
from pbr.audit.redact import OPEN, PSEUDONYM, WITHHELD
from pbr.audit.sealing import digest_file
from pbr.platform.files import Files

DISCLOSURE, CONTRACT, RULES = f"{at.REDACTED}disclosure.json", f"{at.REDACTED}contract.yaml", f"{at.REDACTED}rules/"
SHOWN_AS = re.compile(r"[0-9a-f]{32}")


def check_redacted(pack: Path, bag: Bag, files: Files) -> tuple[list[Finding], Mapping[str, Any] | None, tuple[int, int] | None]:
    """Gives the disclosure too, and how many cells are shown of how many; None where it cannot be read; then nothing else was looked at."""
    document, data = read_json_file(pack / DISCLOSURE if DISCLOSURE in bag.there else None, files) or (None, b"")
    if document is None or not _is_disclosure(document) or not is_canonical(document, data):
        return [Finding("assessment", "it is not the disclosure of an assessment", file=DISCLOSURE)], None, None
    found: list[Finding] = []
    if CONTRACT not in bag.there or digest_file(pack / CONTRACT, files)[0] != document["contract"]["sha256"]:
        found.append(Finding("assessment", "it is not the contract that the disclosure names", file=CONTRACT))
    tables = {at.redacted_of(table): told for table, told in document["tables"].items()}
    for file in sorted(bag.there):
        if file.startswith(at.REDACTED) and file not in (*tables, DISCLOSURE, CONTRACT) and not file.startswith(RULES):
            found.append(Finding("file", "it is none of the redacted tables", file=file))
    shown = 0
    for file, told in tables.items():
        if file not in bag.there:
            found.append(Finding("table", "the rows of this table are not there", file=file))
            continue
        try:
            with files.open_read(pack / file) as source:
                digests = _Rows(source, told)
                if root(digests.blocks()) != told["root"] or digests.counted != told["rows"]:
                    raise Unreadable("its rows are not those whose root the disclosure holds")
            shown += digests.shown
        except Unreadable as trouble:
            found.append(Finding("table", str(trouble), file=file))
    return found, document, (shown, sum(told["rows"] * len(told["columns"]) for told in tables.values()))


class _Rows:
    """The digests of the rows of a redacted table, block by block. Raises Unreadable where a line is not one."""

    def __init__(self, source: BinaryIO, told: Mapping[str, Any]) -> None:
        self._source = source
        self.counted = self.shown = 0
        head = _parsed(self._line(), "its first line")
        if not isinstance(head, dict) or set(head) != {"columns", "treatment"} or head["columns"] != told["columns"]:
            raise Unreadable("its columns are not those of the disclosure")
        self._treatment = head["treatment"]
        if not isinstance(self._treatment, list) or len(self._treatment) != len(told["columns"]):
            raise Unreadable("it does not say of each column how it is shown")
        if not all(how in (OPEN, PSEUDONYM, WITHHELD) for how in self._treatment):
            raise Unreadable("it shows a column in a way that there is not")

    def blocks(self) -> Iterator[bytes]:
        block: list[bytes] = []
        while line := self._line():
            self.counted += 1
            block.append(self._digest(_parsed(line, f"row {self.counted}")))
            if len(block) == BLOCK:
                yield b"".join(block)
                block.clear()
        if block:
            yield b"".join(block)

    def _line(self) -> bytes:
        line = self._source.readline(MOST_CELL)
        if line and not line.endswith(b"\n"):
            raise Unreadable("its last line does not end, or a line is too long")
        return line

    def _digest(self, cells: Any) -> bytes:
        where = f"row {self.counted}"
        if not isinstance(cells, list) or len(cells) != len(self._treatment):
            raise Unreadable(f"{where} has not a cell for each column")
        running = hashlib.sha256()
        for how, cell in zip(self._treatment, cells, strict=True):
            if not isinstance(cell, list) or not all(isinstance(part, str) for part in cell) or len(cell) > (2 if how != WITHHELD else 1):
                raise Unreadable(f"{where} has a cell that is not shown as its column says")
            running.update(_commitment(how, cell, where))
            self.shown += how == OPEN and len(cell) == 2
        return running.digest()


def _commitment(how: str, cell: list[str], where: str) -> bytes:
    last = cell[-1] if cell else ""
    if not HEX.fullmatch(last):
        raise Unreadable(f"{where} has a cell without its salt or commitment")
    if len(cell) == 1:
        return bytes.fromhex(last)
    if how == OPEN:
        text = cell[0].encode()
        if not is_cell(text):
            raise Unreadable(f"{where} has an open cell that is not a cell's text")
        return hashlib.sha256(bytes.fromhex(last) + text).digest()
    if not SHOWN_AS.fullmatch(cell[0]):
        raise Unreadable(f"{where} has a pseudonym that is none")
    return bytes.fromhex(last)


def _parsed(line: bytes, what: str) -> Any:
    try:
        value = read_strict(line)
    except ValueError as trouble:
        raise Unreadable(f"{what} cannot be read") from trouble
    if json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" != line:
        raise Unreadable(f"{what} is not canonical JSON")
    return value


def _is_disclosure(value: Any) -> bool:
    members = {"format", "contract", "engine", "complete_to", "currency", "tables"}
    if not isinstance(value, dict) or set(value) != members or value["format"] != FORMAT or not isinstance(value["currency"], str):
        return False
    days = value["complete_to"]
    return (
        has(value["contract"], id=str, version=str, sha256=HEX)
        and set(value["contract"]) == {"id", "version", "sha256"}
        and has(value["engine"], name=str, version=str)
        and set(value["engine"]) == {"name", "version"}
        and isinstance(days, dict)
        and all(day is None or isinstance(day, str) for day in days.values())
        and is_tables(value["tables"])
        and all(set(one) == {"columns", "rows", "root"} for one in value["tables"].values())
    )
