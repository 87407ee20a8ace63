"""Every file of open data, where it lies, and what the pages say of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pbr.disclosure.released import Released
from pbr.publish import addresses
from pbr.publish.data import sheets
from pbr.publish.data.csv_files import Sheet, to_csv, to_metadata
from pbr.publish.data.figures import Shown, slots_in
from pbr.publish.data.ocds.naming import Naming
from pbr.publish.data.ocds.package import ocds
from pbr.publish.data.site_json import assessment_json, site_json
from pbr.publish.only_shown import only_shown
from pbr.publish.site import Contract, Download, Site

FOLDER: Final = "data"
OCDS: Final = f"{FOLDER}/ocds.json"
NAMELESS: Final = Naming()
File = tuple[str, bytes]  # path in the site, contents
TABLES: Final = (
    ("lines", "Payment lines (CSV)", "what each line pays, and why"),
    ("comparisons", "Results against targets (CSV)", "each comparison that decided a line"),
    ("outcomes", "Outcomes (CSV)", "how each was answered, and of how many it is not known yet"),
    ("rows", "Rows received (CSV)", "where every row went"),
    ("cells", "Every figure (CSV)", "the list of all numbers that are published, and of those that are withheld"),
)


def data_files(site: Site, released: Released, naming: Naming = NAMELESS) -> Iterator[File]:
    """All of it, one file at a time, in a stable order. ``naming``: what only the publisher knows. Raises LookupError for a slot without a figure."""
    site = only_shown(site, released)
    yield from data_of_all(site, released, naming)
    for contract in site.contracts:
        yield from data_of(contract, released, naming)


def data_of_all(site: Site, released: Released, naming: Naming = NAMELESS) -> Iterator[File]:
    """Files about the whole of a site without the words that are not shown."""
    shown = Shown(released)
    everything = [(contract, one) for contract in site.contracts for one in contract.assessments]
    yield from _tables(FOLDER, _sheets(everything, shown), naming.licence)
    yield from _tables(FOLDER, [sheets.cells(released.figures.values())], naming.licence)
    yield f"{FOLDER}/site.json", site_json(site, released)
    package = ocds(site, released, naming, OCDS)
    if package is not None:
        yield OCDS, package


def data_of(contract: Contract, released: Released, naming: Naming = NAMELESS) -> Iterator[File]:
    """Files about each assessment of a contract, which is of a site without the words that are not shown."""
    shown = Shown(released)
    for assessment in contract.assessments:
        folder = addresses.of_assessment(contract, assessment, FOLDER)
        cells = {slot.cell: shown.of(slot) for slot in slots_in(assessment)}
        yield from _tables(folder, [*_sheets([(contract, assessment)], shown), sheets.cells(cells.values())], naming.licence)
        yield f"{folder}/assessment.json", assessment_json(contract, assessment, released)


def downloads(site: Site) -> list[Download]:
    """What pages offer of it: of the whole site, and of each assessment."""
    found = [Download(f"{FOLDER}/{name}.csv", label, f"{says}; of all contracts") for name, label, says in TABLES]
    found.append(Download(f"{FOLDER}/site.json", "Everything (JSON)", "all words and figures of this site"))
    if any(contract.assessments for contract in site.contracts):
        found.append(
            Download(OCDS, "Contracts (OCDS 1.1.5)", "milestones, transactions, targets and results, as other contracting data has them")
        )
    for contract in site.contracts:
        for assessment in contract.assessments:
            folder, of = addresses.of_assessment(contract, assessment, FOLDER), (contract.slug, assessment.slug)
            found += [Download(f"{folder}/{name}.csv", label, says, *of) for name, label, says in TABLES]
            found.append(Download(f"{folder}/assessment.json", "Everything (JSON)", "all words and figures of this assessment", *of))
    return found


def _sheets(assessed: list[sheets.Assessed], shown: Shown) -> list[Sheet]:
    return [make(assessed, shown) for make in (sheets.lines, sheets.comparisons, sheets.outcomes, sheets.rows_received)]


def _tables(folder: str, made: list[Sheet], licence: str) -> Iterator[File]:
    for sheet in made:
        yield f"{folder}/{sheet.name}.csv", to_csv(sheet)
        yield f"{folder}/{sheet.name}.csv-metadata.json", to_metadata(sheet, licence)
