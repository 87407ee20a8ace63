"""What a site carries of itself: the list of everything that it shows, and which assessments it is of. The next site is measured against it, so that both together give nobody away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from pbr.disclosure.earlier import Earlier
from pbr.disclosure.released import Released
from pbr.disclosure.writing import from_json, to_json
from pbr.platform.files import Files
from pbr.problem import Place, refuse
from pbr.publish.site import Site

FIGURES: Final = "figures.json"
ASSESSMENTS: Final = "assessments.json"
LARGEST: Final = 500_000_000  # bytes of such a file


def digests(site: Site) -> dict[str, str]:
    """The digest of each assessment, by the first two parts of the names of its cells: contract/assessment."""
    return {f"{contract.slug}/{one.slug}": one.digest for contract in site.contracts for one in contract.assessments}


def carried(site: Site, released: Released) -> list[tuple[str, bytes]]:
    """The two files, with their places in the site."""
    named = json.dumps(digests(site), indent=1, sort_keys=True) + "\n"
    return [(ASSESSMENTS, named.encode()), (FIGURES, to_json(released))]


def earlier(files: Files, folder: Path, site: Site, number: int) -> Earlier:
    """What the site in ``folder`` shows; ``number``: of the sites given, from 1. Refused PBR686 where it does not carry what it shows, PBR667 where its list cannot be read."""
    named, figures = (_read(files, folder, name) for name in (ASSESSMENTS, FIGURES))
    try:
        before = {str(name): str(digest) for name, digest in dict(json.loads(named)).items()}
    except (ValueError, TypeError, RecursionError) as error:
        raise _no_site(folder, ASSESSMENTS) from error
    released = from_json(figures, str(folder / FIGURES))
    now = digests(site)
    same = {name for name, digest in before.items() if now.get(name) == digest}
    cells = frozenset(cell for cell in released.figures if "/".join(cell.split("/")[:2]) in same)
    return Earlier("the earlier site" if number == 1 else f"earlier site {number}", released, cells)


def _read(files: Files, folder: Path, name: str) -> bytes:
    path = folder / name
    if files.kind(path) != "file" or files.size(path) > LARGEST:
        raise _no_site(folder, name)
    return files.read_bytes(path)


def _no_site(folder: Path, name: str) -> Exception:
    says = f"{folder} is no site that this one can be measured against: it has no {name}, or one that cannot be read"
    return refuse("PBR686", says, "give the folder of an earlier site, as pbr publish made it", Place(str(folder / name)))
