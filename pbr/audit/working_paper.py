"""The auditor's working paper: for each chosen payment line its clause, how it was worked out, from what, on whose word, and whether it came out alike again.

One row to a line, as CSV, with empty columns for the auditor's own conclusion. It reads stored values, and what ``pbr verify`` found.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from pbr.audit import layout
from pbr.audit.canonical import read_json
from pbr.audit.difference import BROKEN, DIGESTS, Verification
from pbr.platform.files import Files, files_here
from pbr.platform.spreadsheet import harmless
from pbr.problem import refuse
from pbr.statement.explain import explain
from pbr.statement.lines import Line, read_lines
from pbr.statement.opening import open_folder

COLUMNS: Final = (
    "line", "id", "result", "amount", "unit", "clause", "because", "worked_out", "counted", "inputs", "decided_by", "rests_on",
    "contract_sha256", "manifest_sha256", "drawn_for", "recomputed", "conclusion", "by", "on",
)  # fmt: skip
NOT_ASKED: Final = "not recomputed"


def money_lines(folder: Path) -> list[Line]:
    """The lines of money of an assessment, in their stored order. Raises Refused PBR752, PBR753."""
    with open_folder(folder) as opened:
        money = set(opened.plan.money_lines())
        return [line for line in read_lines(opened.trail) if line.payment in money]


def line_id(line: Line) -> str:
    """As the statement names it: ``fee_at_risk[2012/13]``."""
    return f"{line.payment}[{' | '.join(line.key) if line.key else 'contract'}]"


def chosen(lines: Sequence[Line], names: Iterable[str]) -> list[Line]:
    """The lines of these names, ``fee_at_risk[2012/13]`` or the number of a line. Raises Refused PBR591 for one that is not there."""
    known = {line_id(line): line for line in lines} | {str(line.number): line for line in lines}
    out = []
    for name in names:
        if name not in known:
            some = ", ".join(line_id(line) for line in lines[:3])
            raise refuse(
                "PBR591", f"There is no payment line {name}.", f"Lines are named as the statement names them, or by number: {some}."
            )
        out.append(known[name])
    return out


def working_paper(
    folder: Path,
    lines: Sequence[Line],
    verification: Verification | None = None,
    drawn_for: dict[int, str] | None = None,
    files: Files | None = None,
) -> list[dict[str, str]]:
    """A row for each of ``lines``. ``verification``: what checking the folder found; None: it was not asked. ``drawn_for``: why a line is in
    the sample, by its number. Raises Refused as ``explain`` does."""
    files = files or files_here()
    manifest_bytes = files.read_bytes(folder / layout.MANIFEST)
    manifest = read_json(manifest_bytes, layout.MANIFEST)
    inputs = "\n".join(f"{one['name']} SHA-256 {one['sha256']}" for one in manifest["inputs"])
    from pbr.audit.sealing import digest_file

    own = digest_file(folder / layout.MANIFEST, files)[0]
    return [
        _row(folder, line, manifest["contract"]["sha256"], own, inputs, verification, (drawn_for or {}).get(line.number, ""))
        for line in lines
    ]


def _row(
    folder: Path, line: Line, contract: str, manifest: str, inputs: str, verification: Verification | None, drawn_for: str
) -> dict[str, str]:
    found = explain(folder, [line.payment, *line.key])
    told: dict[str, Any] = found.data
    counted = [row["says"] for value in told.get("values", []) for row in value.get("rows", [])]
    cells = {
        "line": str(line.number),
        "id": told.get("id", line_id(line)),
        "result": line.result,
        "amount": told.get("amount") or "",
        "unit": told.get("unit", ""),
        "clause": told.get("clause", ""),
        "because": told.get("because", ""),
        "worked_out": found.text.strip("\n"),
        "counted": "\n".join(counted),
        "inputs": inputs,
        "decided_by": told.get("decided_by", ""),
        "rests_on": told.get("rests_on", ""),
        "contract_sha256": contract,
        "manifest_sha256": manifest,
        "drawn_for": drawn_for,
        "recomputed": _recomputed(line, verification),
    }
    return {name: cells.get(name, "") for name in COLUMNS}


def _recomputed(line: Line, verification: Verification | None) -> str:
    """What checking said of this line, and no more than it said."""
    if verification is None or (verification.state == DIGESTS and not verification.differences):
        return NOT_ASKED
    key = f"{line.payment} {' | '.join(line.key)}".strip()
    own = [str(found) for found in verification.differences if found.key == key]
    if own:
        return "differs: " + "; ".join(own)
    return "the folder is broken elsewhere" if verification.state == BROKEN else "agrees"


def paper_csv(rows: Sequence[dict[str, str]]) -> bytes:
    """RFC 4180, UTF-8. What a spreadsheet would run as a formula has an apostrophe before it."""
    data = io.BytesIO()
    with io.TextIOWrapper(data, encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow([harmless(row[name]) for name in COLUMNS])
        text.flush()
        return data.getvalue()
