"""What a folder that is checked says of the assessment before it, and whether the one that was given is that one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit.canonical import read_json
from pbr.audit.checking import Opened
from pbr.audit.difference import Difference, Found
from pbr.audit.due import FIRST, Before, standing_before
from pbr.audit.previous import read_previous
from pbr.audit.sealing import digest_file
from pbr.audit.shape import earlier_is_told
from pbr.platform.files import Files
from pbr.problem import Refused


def own_word(opened: Opened) -> str:
    """What is not known while nobody gives the assessment before, and which folder that is."""
    return (
        "what was paid before is the folder's own word: give the assessment before it (--previous DIR, the folder whose manifest.json has the SHA-256 "
        f"{opened.manifest['previous']['sha256']}), and what is due is compared with that one"
    )


def says_more_came_before(opened: Opened) -> bool:
    return opened.manifest.get("previous") is not None


def before_of(opened: Opened, previous: Path | None, days: Mapping[str, date | None], files: Files, found: Found) -> Before | None:
    """What stood before the assessment in ``opened``: from ``previous`` where it is given and is the one named, else what the folder says of it.
    None where nothing is said. Raises Enough, and Refused where what it says cannot be read."""
    if "previous" not in opened.manifest:
        if previous is not None:
            found.add(Difference(layout.MANIFEST, "it follows no other assessment, and one was given", "previous"))
        return None
    named = opened.manifest["previous"]
    if named is None:
        if previous is not None:
            found.add(Difference(layout.MANIFEST, "it says that it is the first assessment, and an earlier one was given", "previous"))
        return FIRST
    if previous is not None:
        given = digest_file(previous / layout.MANIFEST, files)[0] if (previous / layout.MANIFEST).is_file() else "no assessment"
        if given != named["sha256"]:
            says = f"{previous.name}, which you gave, is not the assessment that this one follows"
            found.add(Difference(layout.MANIFEST, says, "", "previous.sha256", named["sha256"], given))
        else:
            try:
                return read_previous(opened.plan, previous, days, None, files)
            except Refused as refused:
                found.add(Difference(layout.MANIFEST, refused.problems[0].says, "previous"))
    return Before(standing_before(opened.folder), _told(opened, files, found))


def _told(opened: Opened, files: Files, found: Found) -> dict[str, Any]:
    """What statement.json says of the earlier assessment. Raises Enough, and Refused where it cannot be read."""
    told: Any = None
    if (opened.folder / layout.STATEMENT).is_file():
        statement = read_json(files.read_bytes(opened.folder / layout.STATEMENT), layout.STATEMENT)
        told = statement.get("settlement") if isinstance(statement, dict) else None
        told = told.get("previous") if isinstance(told, dict) else None
    if not earlier_is_told(told):
        found.add(Difference(layout.STATEMENT, "what it says of the assessment before cannot be read", "settlement.previous"))
        told = {"version": "", "engine": "", "complete_to": {}, "terms_changed": []}
    return {**told, "sha256": opened.manifest["previous"]["sha256"]}
