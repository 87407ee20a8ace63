"""``make numbers``: every contract that has a submission, published together and looked through number by number."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from pbr.disclosure.release import release
from pbr.publish.publishing import everything, told
from pbr.publish.reading import read
from tests.contracts.catalogue import ROOT, assessed
from tests.publish.numbers import stray_numbers


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
    print(f"figures: {released.shown:,} shown, {released.withheld:,} withheld; lines with sum, result and reason: {whole:,} of {lines:,}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
