"""The assessment before this one, as a pack knows it: what opens its entry of the log stands in the description for machines (``docs/pack-format.md``).

Its receipt cannot show that: an opened receipt of an assessment is about the one in the pack. The opening holds two digests and no person. It is believed only
where it gives the commitment that the log in the pack has.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pbr.audit import pack_layout as at
from pbr.audit.bag import read_small
from pbr.audit.pack_json import read_json_file, read_strict
from pbr.log.commitments import Opening, read_opening
from pbr.log.entries import NotAnEntry, parse_entry
from pbr.log.folder import Tree
from pbr.log.receipts import NotAReceipt, read_receipt
from pbr.platform.canonical import canonical
from pbr.platform.files import Files
from pbr.problem import Refused

ID, WHAT = "#earlier", "pbr-log/1 opening"
LONGEST = 262_144  # bytes of a receipt
BAGIT = "bagit.txt"


def described(entry: int, opening: Opening) -> dict[str, Any]:
    """For the crate: the opening of the entry of the assessment before this one."""
    return {
        "@id": ID,
        "@type": "PropertyValue",
        "name": f"The assessment before this one: what opens entry {entry} of the log",
        "propertyID": WHAT,
        "value": canonical({"entry": entry, "opening": opening.to_json()}).decode(),
    }


def folder_of(previous: Path, files: Files) -> Path:
    """The folder of the assessment in what was given as the one before: itself, or the one in a pack."""
    return previous / at.ASSESSMENT.rstrip("/") if files.exists(previous / BAGIT) else previous


def shown(pack: Path, size: int, previous: Path | None, files: Files) -> Mapping[int, Mapping[str, Any]]:
    """By entry of the log in the pack, which has ``size``, what opens it: where the pack's description has that, or the pack that was given as the one before."""
    found = [one for one in (_described_in(pack, files), _received(previous, files) if previous is not None else None) if one is not None]
    return {number: one.document for number, one in found if number < size and _committed(pack, number, size, files) == one.commitment}


def _described_in(pack: Path, files: Files) -> tuple[int, Opening] | None:
    crate, _ = read_json_file(pack / at.CRATE, files) or (None, b"")
    graph = crate.get("@graph") if isinstance(crate, dict) else None
    for one in graph if isinstance(graph, list) else ():
        if isinstance(one, dict) and one.get("@id") == ID and one.get("propertyID") == WHAT:
            try:
                value = read_strict(str(one.get("value")).encode())
                number = value["entry"]
                if type(number) is int and number >= 0:
                    return number, read_opening(value["opening"])
            except (ValueError, TypeError, KeyError):
                return None  # anybody may write there what he likes; what is no opening opens nothing
    return None


def _received(previous: Path, files: Files) -> tuple[int, Opening] | None:
    """Of a pack: the newest assessment whose receipt in it is opened, which is its own."""
    folder = previous / at.RECEIPTS.rstrip("/")
    if not files.exists(previous / BAGIT) or not files.is_folder(folder):
        return None
    found = None
    for path in files.list(folder):
        try:
            receipt = read_receipt(read_small(path, files, LONGEST) or b"")
        except (NotAReceipt, OSError):
            continue  # what is wrong with that pack is said when it is asked about
        opening = receipt.openings.get("commitment")
        if receipt.entry.kind == "assessment" and opening is not None and (found is None or receipt.index > found[0]):
            found = receipt.index, opening
    return found


def _committed(pack: Path, number: int, size: int, files: Files) -> str | None:
    """What entry ``number`` of the log in the pack commits to."""
    try:
        entry = parse_entry(Tree(files, pack / at.LOG.rstrip("/"), size).entry(number))
    except (Refused, NotAnEntry, OSError):
        return None  # the log was found broken
    return str(entry.members.get("commitment"))
