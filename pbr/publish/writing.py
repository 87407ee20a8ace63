"""The site as files, in a stable order: the pages, their style, the contracts, and what other parts add (open data, the check in the browser)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.resources import files as files_of
from pathlib import Path

from pbr.disclosure.released import Released
from pbr.platform.files import Files, WholeFolder
from pbr.publish import addresses
from pbr.publish.only_shown import only_shown
from pbr.publish.pages.about_figures import about_figures
from pbr.publish.pages.checking import assessment_check, check_page
from pbr.publish.pages.contract import contract_page, terms_page
from pbr.publish.pages.derivations import worked_out
from pbr.publish.pages.frame import Sheet
from pbr.publish.pages.front import front
from pbr.publish.pages.lines import pages_of
from pbr.publish.pages.over_time import over_time
from pbr.publish.pages.paid import paid
from pbr.publish.pages.quality import data_quality
from pbr.publish.pages.rules import rules_page
from pbr.publish.site import Contract, Download, Site

File = tuple[str, bytes]  # path in the site, contents


def pages(site: Site, released: Released, downloads: Sequence[Download] = (), *, check: bool = True) -> Iterator[File]:
    """Every page of the site, one at a time, in the same order each time. ``check``: with the page that says how to check it all (check.html), which whoever carries a log makes another of."""
    site = only_shown(site, released)
    yield from pages_of_all(site, released, downloads, check=check)
    for contract in site.contracts:
        yield from pages_of_contract(contract, site, released, downloads)


def pages_of_all(site: Site, released: Released, downloads: Sequence[Download] = (), *, check: bool = True) -> Iterator[File]:
    """Pages about the whole of a site without the words that are not shown."""

    def sheet(address: str) -> Sheet:
        return Sheet(address, site, released)

    yield addresses.FRONT, front(sheet(addresses.FRONT))
    yield addresses.STYLE, files_of("pbr.publish").joinpath("style.css").read_bytes()
    yield addresses.FIGURES, about_figures(sheet(addresses.FIGURES))
    if check:
        yield addresses.CHECK, check_page(sheet(addresses.CHECK), [one for one in downloads if not one.contract])


def pages_of_contract(contract: Contract, site: Site, released: Released, downloads: Sequence[Download] = ()) -> Iterator[File]:
    """Pages about one contract of a site without the words that are not shown. Of the others they say nothing, so ``site`` and ``released`` may be without these."""

    def sheet(address: str) -> Sheet:
        return Sheet(address, site, released)

    at = addresses.of_contract(contract)
    yield at, contract_page(sheet(at), contract)
    at = addresses.of_contract(contract, "terms.html")
    yield at, terms_page(sheet(at), contract)
    at = addresses.of_contract(contract, "over-time.html")
    yield at, over_time(sheet(at), contract)
    yield addresses.of_contract(contract, "contract.yaml"), contract.source
    if contract.rules:
        at = addresses.of_contract(contract, addresses.RULES)
        yield at, rules_page(sheet(at), contract)
        for rule in contract.rules:
            yield addresses.file_of_rule(contract, rule), rule.source
    for assessment in contract.assessments:
        at = addresses.of_assessment(contract, assessment)
        yield at, paid(sheet(at), contract, assessment)
        for name in pages_of(assessment):
            at = addresses.of_assessment(contract, assessment, name)
            yield at, worked_out(sheet(at), contract, assessment, name)
        at = addresses.of_assessment(contract, assessment, "data-quality.html")
        yield at, data_quality(sheet(at), contract, assessment)
        at = addresses.of_assessment(contract, assessment, "check.html")
        mine = [one for one in downloads if one.contract == contract.slug and one.assessment in ("", assessment.slug)]
        yield at, assessment_check(sheet(at), contract, assessment, mine)


def write_site(
    files: Files, target: Path, parts: Iterable[File], others: Callable[[Path], Iterable[Sequence[str]]] | None = None
) -> list[str]:
    """Writes all of it into a new folder, whole or not at all, and gives the paths. ``others``: writes further parts into that folder, each with ``write_part``, and gives the paths of each.
    Raises Refused as ``WholeFolder`` does; ValueError where two parts have one path."""
    with WholeFolder(files, target) as folder:
        written = write_part(files, folder, parts)
        if others is not None:
            files.make_folder(folder / addresses.CONTRACTS, private=False)  # where several of them have a folder
            written = [*written, *(path for paths in others(folder) for path in paths)]
        for inner in [path for path in files.list(folder) if files.is_folder(path)][:1]:
            # a hidden folder is made for its owner alone; a site is for everybody, as far as the umask lets it be
            files.open_like(folder, inner)
    return sorted(written)


def write_part(files: Files, folder: Path, parts: Iterable[File], *, force: bool = False) -> list[str]:
    """Writes files into the folder of a site that is being made, and gives their paths. ``force``: each to the disk at once, so that it waits while another process works. Raises ValueError where one's place is taken, or outside."""
    written: set[str] = set()
    made = {folder}
    for path, data in parts:
        if path in written or path.startswith("/") or ".." in path.split("/"):
            raise ValueError(f"{path} is no free place in the site")
        written.add(path)
        place = folder / path
        _folders(files, place.parent, made)
        files.write(place, data, new=True)
        if force:
            files.fsync(place)
    return sorted(written)


def _folders(files: Files, folder: Path, made: set[Path]) -> None:
    if folder not in made:
        _folders(files, folder.parent, made)
        if not files.is_folder(folder):
            files.make_folder(folder, private=False)
        made.add(folder)
