"""Which entry of a log an assessment's folder belongs to: the one that commits to its two last files, and so to all of it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit.difference import BROKEN
from pbr.audit.logged.history import ASSESSMENT, History
from pbr.audit.sealing import digest_file
from pbr.audit.verify import verify
from pbr.platform.files import Files
from pbr.problem import Place, refuse


@dataclass(frozen=True)
class Tie:
    """``entry``: the newest assessment whose opened commitment is to this folder; None: there is none. ``nearly``: one that is to its manifest.json, and to another
    run.json. ``closed``: assessments whose opening is not at hand: it may be one of them."""

    entry: int | None
    nearly: int | None
    closed: tuple[int, ...]


def digests_of(folder: Path, files: Files) -> dict[str, str]:
    """``manifest`` and ``run``: the SHA-256 of the two files. Raises FileNotFoundError."""
    return {"manifest": digest_file(folder / layout.MANIFEST, files)[0], "run": digest_file(folder / layout.RUN, files)[0]}


def tie(digests: Mapping[str, str], history: History, opened: Mapping[int, Mapping[str, Any]]) -> Tie:
    """``opened``: by entry, the documents whose openings are at hand and right."""
    entry = nearly = None
    closed = []
    for one in history.of_kind(ASSESSMENT):
        document = opened.get(one.number)
        if document is None:
            closed.append(one.number)
        elif document == dict(digests):
            entry = one.number
        elif document.get("manifest") == digests["manifest"]:
            nearly = one.number
    return Tie(entry, nearly, tuple(closed))


def whole(folder: Path, files: Files) -> dict[str, str]:
    """The two digests of a folder that is as it was written. Raises Refused PBR575 with the first file that is not, PBR752 where it is no assessment."""
    found = verify(folder, digests_only=True, files=files)
    if found.state == BROKEN:
        says = f"{folder} is not as it was written: {found.differences[0]}"
        hint = f"Nothing is decided about a folder that was changed. Look at it with `pbr verify {shlex.quote(str(folder))}`."
        raise refuse("PBR575", says, hint, Place(str(folder)))
    return digests_of(folder, files)


def entry_of(
    folder: Path, log: str, digests: Mapping[str, str], history: History, opened: Mapping[int, Mapping[str, Any]], signs: bool = True
) -> int:
    """The entry of a folder whose digests are known. ``signs``: whether it is asked for to sign something about it. Raises Refused PBR576 where the log has none."""
    found = tie(digests, history, opened)
    if found.entry is not None:
        return found.entry
    place, where = Place(str(folder)), f"{shlex.quote(log)} assessment {shlex.quote(str(folder))}"
    if found.nearly is not None:
        says = f"{folder} is not the folder that entry {found.nearly} of {log} commits to: its {layout.RUN} is another file."
        raise refuse("PBR576", says, f"Use the folder that was logged; or log this one too: pbr log append {where} --key NAME", place)
    if found.closed:
        listed = ", ".join(str(number) for number in found.closed[:20])
        says = f"No assessment in {log} is known to be this folder; the openings of entry {listed} are not here."
        otherwise = " Who has none can sign with the receipt of the right one: --unlogged FILE --opened RECEIPT" if signs else ""
        raise refuse("PBR576", says, f"Say where the openings are kept: --private DIR.{otherwise}", place)
    says = f"No assessment in {log} is this folder: none commits to its {layout.MANIFEST}."
    raise refuse("PBR576", says, f"Log it first: pbr log append {where} --key NAME", place)
