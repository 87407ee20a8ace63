"""What a redacted pack of an assessment would show, held against the folder: the disclosure that its entry commits to, taken again with the salts that are kept.

Whoever has only a redacted pack sees rows that the assessor committed to when it was logged. That these are the assessment's own can be seen by those alone who
hold the folder and what its cells were salted with, so it is looked at whenever both are at hand.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit.difference import BROKEN
from pbr.audit.disclosed import disclosure_of
from pbr.audit.logged.anchored import ANCHOR, Anchored
from pbr.audit.logged.openings import DISCLOSURE, Openings
from pbr.log.findings import Finding
from pbr.platform.files import Files
from pbr.problem import Place, Refused, refuse

SAME = "its disclosure, from which rows are shown in redacted packs, was taken again from this folder, and is the one that was logged"


def compare_disclosure(out: Anchored, folder: Path, opened: Openings, files: Files) -> None:
    """Adds to ``out`` what comes of it: a difference, or a sentence. Raises Refused PBR585 for an opening that is not of its entry, where the log is not broken."""
    if out.status is None:
        return  # it is not known which entry the folder is
    number = out.status.assessment.number
    if out.folder.state == BROKEN:
        out.said.append(not_compared(number, "a folder that is broken is not compared with it"))
        return
    try:
        at_hand, found = taken_again(folder, number, opened, files)
    except Refused:
        if not out.answer.findings:
            raise
        at_hand, found = False, []
    out.findings += found
    if not found:
        out.said.append(SAME if at_hand else not_compared(number))


def refuse_another(folder: Path, number: int, opened: Openings, files: Files) -> bool:
    """Whether the disclosure was compared. Raises Refused PBR594 where it is not the folder's."""
    at_hand, found = taken_again(folder, number, opened, files)
    if found:
        says = f"What entry {number} of the log would show of {folder} in redacted packs is not what is in it: {found[0].says} ({found[0].file or layout.MANIFEST})."
        hint = "Nobody should sign for it. `pbr challenge` says in the log that it is wrong."
        raise refuse("PBR594", says, f"{hint} See: pbr verify {shlex.quote(str(folder))} --log LOG", Place(str(folder)))
    return at_hand


def not_compared(number: int, why: str = "what its cells were salted with is not here (--private)") -> str:
    return f"not compared: the disclosure in entry {number}, from which rows are shown in redacted packs; {why}"


def taken_again(folder: Path, number: int, opened: Openings, files: Files) -> tuple[bool, list[Finding]]:
    """Whether what it takes is at hand; and the differences. ``folder``: whose digests were looked at already."""
    opening, secret = opened.opening(number, DISCLOSURE), opened.cells(number)
    if opening is None or secret is None:
        return False, []
    return True, list(_differences(opening.document, disclosure_of(folder, secret), number))


def _differences(logged: Mapping[str, Any], own: Mapping[str, Any], number: int) -> list[Finding]:
    tables, own_tables = logged.get("tables"), own["tables"]
    tables = tables if isinstance(tables, dict) else {}
    what = f"the disclosure that entry {number} commits to, from which rows are shown in redacted packs,"
    out = [
        Finding(ANCHOR, f"{what} names another {name.replace('_', ' ')} than this folder", number)
        for name in sorted({*logged, *own} - {"tables"})
        if logged.get(name) != own.get(name)
    ]
    for table in sorted({*tables, *own_tables}):
        if tables.get(table) != own_tables.get(table):
            out.append(Finding(ANCHOR, f"{what} is to other rows than those of this table", number, table))
    return out
