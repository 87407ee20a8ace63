"""What a site carries of itself: the list of everything that it shows, and which assessments it is of. The next site is measured against it, so that both together give nobody away."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from pbr.disclosure.cells import Table
from pbr.disclosure.earlier import Earlier, agrees
from pbr.disclosure.released import CONFIDENTIAL, Released
from pbr.disclosure.writing import from_json, to_json
from pbr.platform.files import Files
from pbr.problem import Place, refuse
from pbr.publish.only_shown import MORE
from pbr.publish.site import Site
from pbr.publish.totals import IN_ALL

FIGURES: Final = "figures.json"
ASSESSMENTS: Final = "assessments.json"
LOW: Final = re.compile(
    r"/low(?:-(counted|out-of|apart))?$"
)  # an end of names that sites had before: it told that a figure is the end of a range
LARGEST: Final = 500_000_000  # bytes of such a file


def digests(site: Site) -> dict[str, str | None]:
    """The digest of each assessment, by the first two parts of the names of its cells: contract/assessment. None where it is not shown."""
    named = ((f"{contract.slug}/{one.slug}", one.digest) for contract in site.contracts for one in contract.assessments)
    return {name: None if digest == CONFIDENTIAL else digest for name, digest in named}


def carried(site: Site, released: Released) -> list[tuple[str, bytes]]:
    """The two files, with their places in the site."""
    named = json.dumps(digests(site), indent=1, sort_keys=True) + "\n"
    return [(ASSESSMENTS, named.encode()), (FIGURES, to_json(released))]


def earlier(files: Files, folder: Path, site: Site, table: Table, number: int) -> Earlier:
    """What the site in ``folder`` shows; ``table``: of the site that is made now; ``number``: of the sites given, from 1. Refused PBR686 where it does not carry what it shows, PBR667 where its list cannot be read.

    An assessment of the earlier site is the one here that has its digest, wherever it lies. Where either of the two shows none, it is the one that has its address, if all that was shown of it agrees with what it gives.
    """
    named, figures = (_read(files, folder, name) for name in (ASSESSMENTS, FIGURES))
    try:
        before = {str(name): None if digest is None else str(digest) for name, digest in dict(json.loads(named)).items()}
    except (ValueError, TypeError, RecursionError) as error:
        raise _no_site(folder, ASSESSMENTS) from error
    released = _as_named_now(from_json(figures, str(folder / FIGURES)), before, digests(site), {cell.name for cell in table.cells})
    of: dict[str, list[str]] = {}
    for cell in released.figures:
        of.setdefault(_whose(cell), []).append(cell)
    same = {name for name, digest in digests(site).items() if name in of and _is_same(name, digest, before, table, released, of[name])}
    cells = frozenset(cell for name in same for cell in of[name])
    return Earlier("the earlier site" if number == 1 else f"earlier site {number}", released, cells)


def of_contract(before: Earlier, page: str) -> Earlier:
    """What an earlier site shows of one contract."""
    figures = {cell: figure for cell, figure in before.released.figures.items() if cell.partition("/")[0] == page}
    return Earlier(before.called, replace(before.released, figures=figures), before.same & figures.keys())


def _is_same(
    name: str, digest: str | None, before: Mapping[str, str | None], table: Table, released: Released, cells: Iterable[str]
) -> bool:
    """Whether the assessment that has this name now is one of the earlier site's, whose figures are named as now."""
    if digest is not None and digest in before.values():
        return True
    return name in before and (digest is None or before[name] is None) and agrees(table, released, cells)


def _as_named_now(
    released: Released, before: Mapping[str, str | None], now: Mapping[str, str | None], present: Collection[str]
) -> Released:
    """The list with the names that its figures have now: those of an assessment that lies elsewhere now. What all contracts came to is left out, and how many
    lines there are more: that followed from what else is shown."""
    at = {digest: name for name, digest in now.items() if digest is not None}
    moved = {name: at[digest] for name, digest in before.items() if digest in at}
    taken = {name for name in before if name in now and name not in moved and name in moved.values()}
    figures = {}
    for cell, figure in released.figures.items():
        whose = _whose(cell)
        if whose != IN_ALL and not cell.endswith(f"/{MORE}"):
            name = f"{f'{whose}~earlier' if whose in taken else moved.get(whose, whose)}{cell.removeprefix(whose)}"
            if name not in present and (renamed := LOW.sub(_without_low, name)) in present and renamed not in released.figures:
                name = renamed
            figures[name] = replace(figure, cell=name)
    return replace(released, figures=figures)


def _without_low(found: re.Match[str]) -> str:
    return f"/{found[1]}" if found[1] else ""


def _whose(cell: str) -> str:
    """contract/assessment, of the name of a cell."""
    return "/".join(cell.split("/")[:2])


def _read(files: Files, folder: Path, name: str) -> bytes:
    path = folder / name
    if files.kind(path) != "file" or files.size(path) > LARGEST:
        raise _no_site(folder, name)
    return files.read_bytes(path)


def _no_site(folder: Path, name: str) -> Exception:
    says = f"{folder} is no site that this one can be measured against: it has no {name}, or one that cannot be read"
    return refuse("PBR686", says, "give the folder of an earlier site, as pbr publish made it", Place(str(folder / name)))
