"""Data Docs: Great Expectations' own pages about a submission, as a folder that needs no network and runs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from pbr.expectations.frame import table_frame
from pbr.expectations.page import INDEX, cleaned, document
from pbr.expectations.running import LIMIT, run_child
from pbr.expectations.suite import suite_name, suites
from pbr.plan.plan import Plan
from pbr.platform.files import Files, WholeFolder
from pbr.submission.accepted import Accepted
from pbr.terms.models import TableLayout

WORK = ".work"  # what GX is given, inside the folder while it is being made
NOT_HERE = (
    "Records whose fields could not be told apart are not in these pages, nor is what concerns a file, a whole table or a group of rows: "
    "pbr validate says that, and rejected.csv lists each rejected row with its reasons."
)


@dataclass(frozen=True)
class Tally:
    """Of one table: the records GX was given, the expectations it tried, and how many were met."""

    records: int
    asked: int
    met: int


def data_docs(
    plan: Plan, accepted: Accepted, folder: Path, files: Files, layout: Mapping[str, TableLayout] | None = None, limit: int = LIMIT
) -> dict[str, Tally]:
    """Makes ``folder``: ``index.html``, and per table T ``results-T.html`` and ``suite-T.html``. It holds values of the submission. Run the
    contract's checks first. ``limit``: seconds that GX may take.

    The folder is whole or absent. Raises Refused: PBR601 to PBR603 for the folder, PBR610 to PBR613 for GX.
    """
    with WholeFolder(files, folder) as making:
        work = making / WORK
        files.make_folder(work)
        frames = {table.name: table_frame(plan, accepted, table.name) for table in plan.tables}
        done = run_child(work, suites(plan, layout), frames, limit=limit)
        tallies = {table["name"]: _tally(table) for table in done["tables"]}
        for number, name in enumerate(tallies):
            links = {"index.html": INDEX, f"expectations/{suite_name(plan, name)}.html": f"suite-{name}.html"}
            for kind, title in (("results", f"{name}: what Great Expectations found"), ("suite", f"{name}: what is expected")):
                page = (work / f"{number}-{kind}.html").read_text(encoding="utf-8")
                files.write_atomic(making / f"{kind}-{name}.html", cleaned(title, page, links))
        files.write_atomic(making / INDEX, _index(plan, tallies, done["version"]))
        files.remove_tree(work)
    return tallies


def _tally(table: Mapping[str, Any]) -> Tally:
    return Tally(table["records"], len(table["results"]), sum(result["success"] for result in table["results"]))


def _index(plan: Plan, tallies: Mapping[str, Tally], version: str) -> bytes:
    rows = "\n".join(
        f"<tr><td>{escape(name)}</td><td>{tally.records:,}</td><td>{tally.met:,} of {tally.asked:,}</td>"
        f'<td><a href="results-{escape(name)}.html">what was found</a></td><td><a href="suite-{escape(name)}.html">what is expected</a></td></tr>'
        for name, tally in tallies.items()
    )
    body = (
        f"<h1>{escape(plan.title)}</h1>\n<p>Contract {escape(plan.contract)}, version {escape(plan.version)}. "
        f"Checked by Great Expectations {escape(version)}.</p>\n"
        "<table>\n<thead><tr><th>Table</th><th>Records</th><th>Expectations met</th><th></th><th></th></tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table>\n<p>{escape(NOT_HERE)}</p>"
    )
    return document(f"{plan.title}: data checks", body)
