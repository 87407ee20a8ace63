"""Before somebody signs for an assessment: everything in it is computed again, and nothing is signed that does not come out."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pbr.audit.difference import BROKEN, CONSISTENT
from pbr.audit.logged.tying import digests_of
from pbr.audit.verify import Data, verify
from pbr.platform.files import Files
from pbr.problem import Place, refuse


def _quietly(doing: str) -> None:
    pass


@dataclass(frozen=True)
class Again:
    """What it takes beside the folder: the ``data``, where the folder refers to it, the assessment before (``previous``), and whom to tell of the progress. ``processes``: how many may share the work. ``note``: is told
    what was not compared all the same, a sentence each."""

    data: Data = ()
    previous: Path | None = None
    progress: Callable[[str], None] = _quietly
    note: Callable[[str], None] = _quietly
    processes: int = 1


FOLDER_ALONE: Final = Again()


def computed_again(folder: Path, digests: Mapping[str, str], again: Again, files: Files) -> None:
    """``digests``: of the folder, when it was looked up in the log. Raises Refused PBR594 with the first difference, PBR595 where not everything could be
    compared, PBR575 where the folder was changed meanwhile."""
    found = verify(folder, again.data, previous=again.previous, files=files, progress=again.progress, processes=again.processes)
    place, more = Place(str(folder)), f"`pbr verify {shlex.quote(str(folder))}`"
    if found.state == BROKEN:
        says = f"{folder} does not come out when it is computed again: {found.differences[0]}"
        raise refuse(
            "PBR594", says, f"Nobody should sign for it. {more} says more; `pbr challenge` says in the log that it is wrong.", place
        )
    if found.state != CONSISTENT:
        first = found.lacking or (
            f"the folder says that {found.unknown} made it, which {found.own} cannot compute again exactly" if found.unknown else ""
        )
        says = f"{folder} could not be computed again in full: {first or 'the folder refers to its data and does not hold it'}"
        hint = "Give what is lacking with --data or --previous; or, if you checked it in another way, sign with --digests-only."
        raise refuse("PBR595", says, hint, place)
    if digests_of(folder, files) != dict(digests):
        raise refuse(
            "PBR575", f"{folder} was changed while it was computed again.", "Nothing is decided about a folder that was changed.", place
        )
