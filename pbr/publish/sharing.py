"""The files of a site in shares, so that several processes can write them side by side: what is about all of it, and what is about one contract. Together they are what one process would write.

Everything in here is public, and a site without the words that are not shown (``only_shown.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pbr.disclosure.released import Figure, Released
from pbr.platform.files import Files
from pbr.publish.data.files import NAMELESS, data_of, data_of_all, downloads
from pbr.publish.data.ocds.naming import Naming
from pbr.publish.kept import carried
from pbr.publish.site import Contract, Site
from pbr.publish.writing import File, pages_of_all, pages_of_contract, write_part

if TYPE_CHECKING:
    from pbr.publish.check.carried import CarriedLog


@dataclass(frozen=True)
class Share:
    """``folder``: of the site that is being made, where nothing of this share stands yet. ``contract``: whose files, of a ``site`` and ``released`` that need have no other; None: those about all of them, with ``log``."""

    files: Files
    folder: Path
    site: Site
    released: Released
    naming: Naming
    contract: Contract | None = None
    log: CarriedLog | None = None


def of_all(site: Site, released: Released, naming: Naming = NAMELESS, log: CarriedLog | None = None) -> Iterator[File]:
    """Files about the whole site, in a stable order. ``log``: the one that ``site.log`` names."""
    offered = downloads(site)
    yield from pages_of_all(site, released, offered, check=log is None)
    if log is not None:
        # with all that reads a log: a process that writes the pages of a contract needs none of it
        from pbr.publish.check.parts import check_files

        yield from check_files(site, released, log, offered)
    yield from data_of_all(site, released, naming)
    yield from carried(site, released)


def of_contract(contract: Contract, site: Site, released: Released, naming: Naming = NAMELESS) -> Iterator[File]:
    """Files about one contract of a site, in a stable order; all of them lie in its own folder."""
    yield from pages_of_contract(contract, site, released, downloads(replace(site, contracts=(contract,))))
    yield from data_of(contract, released, naming)


def shares(
    files: Files, folder: Path, site: Site, released: Released, naming: Naming = NAMELESS, log: CarriedLog | None = None
) -> Iterator[Share]:
    """All shares of a site, each with no more than it needs."""
    yield Share(files, folder, site, released, naming, None, log)
    figures: dict[str, dict[str, Figure]] = {contract.slug: {} for contract in site.contracts}
    for cell, figure in released.figures.items():
        figures.setdefault(cell.partition("/")[0], {})[cell] = figure
    for contract in site.contracts:
        alone = replace(site, contracts=(contract,), paid=())
        yield Share(files, folder, alone, replace(released, figures=figures[contract.slug]), naming, contract)


def size_of(share: Share) -> int:
    """How much work it is: its figures."""
    return len(share.released.figures)


def write_share(share: Share) -> list[str]:
    """Writes its files, each forced to the disk, and gives their paths. Raises OSError and ValueError as ``write_part`` does."""
    site, released, naming = share.site, share.released, share.naming
    one = share.contract
    parts = of_all(site, released, naming, share.log) if one is None else of_contract(one, site, released, naming)
    return write_part(share.files, share.folder, parts, force=True)
