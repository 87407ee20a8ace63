"""A redacted pack: rows under pseudonyms, each provable against what the log committed to; no folder, no statement, no free text."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit import pack_layout as at
from pbr.audit.bag_writing import BagWriter
from pbr.audit.canonical import canonical
from pbr.audit.checking import Opened
from pbr.audit.disclosed import MEMORY, SECRET, disclosure_of
from pbr.audit.pack_log import Logged, disclosed
from pbr.audit.pack_readme import readme_redacted
from pbr.audit.redact import redacted_lines, treatments
from pbr.platform.duck import connect
from pbr.platform.files import Files
from pbr.platform.pseudonyms import PseudonymKey


@dataclass(frozen=True)
class Redaction:
    """``key``: of the pseudonyms. ``secret``: of the salts, that of the logged disclosure where there is one. ``document``: what the log committed to, or
    None where nothing was logged."""

    key: PseudonymKey
    secret: bytes
    document: Mapping[str, Any] | None = None


def redaction_of(key: PseudonymKey | None, logged: Logged | None, files: Files, random: Callable[[int], bytes]) -> Redaction | None:
    """None without a key: the pack is not redacted. Where nothing was logged the salts are this pack's own. Raises Refused PBR662."""
    if key is None:
        return None
    if logged is None:
        return Redaction(key, random(SECRET))
    document, secret = disclosed(logged, files)
    return Redaction(key, secret, document)


def write_redacted(
    bag: BagWriter, opened: Opened, redaction: Redaction, about: Mapping[str, Any], tell: Callable[[str], None]
) -> Mapping[str, Any]:
    """Puts everything below data/redacted/ and README.txt into the bag. Gives the disclosure."""
    tell("Salting every cell")
    document = redaction.document or disclosure_of(opened.folder, redaction.secret)
    bag.put(f"{at.REDACTED}disclosure.json", [canonical(document)])
    bag.copy(f"{at.REDACTED}contract.yaml", opened.folder / layout.CONTRACT)
    for rule in opened.manifest["rules"]:
        bag.copy(f"{at.REDACTED}rules/{rule['file'].removeprefix(layout.RULES + '/')}", opened.folder / rule["file"])
    tell("Writing every row under pseudonyms")
    shown: dict[str, list[tuple[str, str]]] = {}
    with tempfile.TemporaryDirectory(prefix="pbr-") as temp:
        con = connect(Path(temp), [opened.folder], memory=MEMORY)
        try:
            for table, told in document["tables"].items():
                columns = list(told["columns"])
                shown[at.redacted_of(table)] = list(zip(columns, treatments(opened.plan, table, columns), strict=True))
                lines = redacted_lines(con, opened.plan, opened.folder, table, columns, redaction.secret, redaction.key, Path(temp))
                bag.put(at.redacted_of(table), lines)
        finally:
            con.close()
    bag.put(at.README, [readme_redacted(about, shown, redaction.key.key_id, redaction.document is not None).encode()])
    return document
