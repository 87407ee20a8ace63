"""``make numbers``: every contract that has a submission, published together and looked through number by number."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from pbr.disclosure.release import release
from pbr.publish.only_shown import only_listed
from pbr.publish.publishing import everything, sums_shown, told
from pbr.publish.reading import read
from tests.contracts.catalogue import ROOT, assessed
from tests.publish.numbers import stray_numbers

USEFUL = (
    80  # percent of payment lines of which sum, result and reason are shown, at least: a site that withholds everything is a failure too
)


def main() -> int:
    contracts = sorted(path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "contracts").glob("*/*/submission"))
    with tempfile.TemporaryDirectory() as folder:
        folders = [Path(folder) / str(at) for at in range(len(contracts))]
        for contract, out in zip(contracts, folders, strict=True):
            assessed(contract, out)
        site, table = read(folders)
    released = release(table)
    files = dict(everything(site, released))
    found = stray_numbers(files, site, released)
    for one in found:
        print(f"{one.where}: {one.text}")
    lines, whole = told(site, released)
    print(
        f"{len(contracts)} contracts, {len(files):,} files, {sum(map(len, files.values())):,} bytes: {len(found)} numbers that come from nowhere"
    )
    listed = only_listed(site, released)
    print(f"figures: {listed.shown:,} shown, {listed.withheld:,} withheld; lines with sum, result and reason: {whole:,} of {lines:,}")
    headlines = [one.paid.cell for contract in site.contracts for one in contract.assessments]
    hidden = [cell for cell in headlines if released.figures[cell].how == "withheld"]
    print(
        f"headline sums that are withheld: {len(hidden)} of {len(headlines)}; of the sums of lines shown: {sums_shown(site, released, table)}%"
    )
    return 1 if found or hidden or 100 * whole < USEFUL * lines else 0


if __name__ == "__main__":
    sys.exit(main())
