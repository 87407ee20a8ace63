"""Writes the sites that the browser tests look at: ``python -m tests.browser.make_sites FOLDER``. The pages are those of the real renderers.

``made-up``: the made-up portfolio with a log and its check. ``without-log``: the same without one. ``hostile``: titles that attack the page.
``doncaster``: a real contract, as ``pbr publish`` makes it. ``large-log``: the check of a log of 10,000 entries.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from pbr.platform.files import RealFiles, files_here
from pbr.publish.check.carried import CarriedLog, carried
from pbr.publish.publishing import everything, publish
from pbr.publish.site import Site
from pbr.publish.writing import write_site
from tests.contracts.catalogue import assessed
from tests.publish.portfolio import hostile, portfolio
from tests.verifiers.making import Making

ROOT = Path(__file__).parents[2]
LOG = ROOT / "tests" / "samples" / "pbr-log-1" / "log-12"
DONCASTER = "contracts/justice/hmp-doncaster"
HASH = "5ed0" * 16
LARGE = 10_000


def main(out: Path) -> None:
    files = RealFiles()
    site, released = portfolio()
    log = carried(LOG, files, site)
    logged = _named(site, log)
    write_site(files, out / "made-up", everything(logged, released, log=log))
    write_site(files, out / "without-log", everything(site, released))
    write_site(files, out / "hostile", everything(*hostile()))
    large = carried(_large(out / "large"), files, site)
    write_site(files, out / "large-log", everything(_named(site, large), released, log=large))
    assessed(DONCASTER, out / "assessment")
    publish(files_here(), [out / "assessment"], out / "doncaster", title="Payment by results")


def _named(site: Site, log: CarriedLog) -> Site:
    """The first contract's assessments as the log has them: their entries and states."""
    contract = site.contracts[0]
    states = list(log.states.items())
    assessments = tuple(replace(one, entry=entry, state=state) for one, (entry, state) in zip(contract.assessments, states, strict=False))
    named = replace(contract, assessments=(*assessments, *contract.assessments[len(assessments) :]))
    return replace(site, log=log.origin, contracts=(named, *site.contracts[1:]))


def _large(folder: Path) -> Path:
    making = Making()
    making.contract()
    while len(making.entries) < LARGE:
        number = making.submission()
        making.approval(making.assessment(submissions=[number]), commitment=HASH)
    return making.write(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
