"""What a pack holds, said for machines: RO-Crate 1.1 metadata (JSON-LD). The same pack gives the same bytes, but for the dates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pbr.audit import pack_layout as at

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
PROFILE = "https://w3id.org/ro/crate/1.1"
KINDS = {
    "json": "application/json", "jsonl": "application/jsonl", "txt": "text/plain", "csv": "text/csv", "yaml": "application/yaml",
    "parquet": "application/vnd.apache.parquet", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
OTHER = "application/octet-stream"
WHAT = {
    at.PACK: "what kind of pack this is",
    at.README: "what this is and how to check it, for people",
    "data/assessment/manifest.json": "the identity of the result: the digest of everything that it follows from and that follows from it",
    "data/assessment/run.json": "who made the assessment, when and on what machine; the digest of every file",
    "data/assessment/contract/contract.yaml": "the contract that was assessed",
    "data/assessment/plan.json": "the steps that the contract compiles to, each with its clause",
    "data/assessment/statement.json": "what each line pays and why; totals; where every row went",
    "data/assessment/statement.txt": "the statement, for reading",
    "data/assessment/rejected.csv": "every reason of every row that could not be used",
    "data/redacted/disclosure.json": "the roots of the salted tables, to which the log commits",
}


def crate_json(
    sizes: Mapping[str, int],
    about: Mapping[str, Any],
    run: Mapping[str, Any],
    day: str,
    skipped: tuple[str, ...],
    earlier: Mapping[str, Any] | None = None,
) -> bytes:
    """``sizes``: of the files of the payload so far. ``about``: title, version, id, engine version, commissioner, redacted. ``run``: by, started, ended of the
    assessment, empty in a redacted pack. ``day``: when the pack was made. ``skipped``: folders told as a whole, not file by file.
    ``earlier``: of the assessment before this one, where it is told."""
    listed = sorted(file for file in [*sizes, at.CRATE] if file != at.CRATE and not file.startswith(skipped))
    folders = sorted({skip for skip in skipped if any(file.startswith(skip) for file in sizes)})
    title = f"Evidence pack: {about['title']}, version {about['version']}"
    inputs = [
        file
        for file in listed
        if file.startswith((f"{at.ASSESSMENT}inputs/", f"{at.ASSESSMENT}contract/", f"{at.REDACTED}contract", f"{at.REDACTED}rules/"))
    ]
    results = [file for file in listed if file.startswith((at.ASSESSMENT, at.REDACTED)) and file not in inputs]
    graph: list[dict[str, Any]] = [
        {
            "@id": _id(at.CRATE),
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": PROFILE},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": title,
            "description": "Everything that is needed to check one assessment of a payment-by-results contract. README.txt says how.",
            "datePublished": day,
            "license": {"@id": "#use"},
            "author": {"@id": "#commissioner"},
            "publisher": {"@id": "#commissioner"},
            "hasPart": _listed([*listed, *folders]),
            "mentions": [{"@id": "#assessment"}, {"@id": earlier["@id"]}] if earlier else {"@id": "#assessment"},
        },
        {
            "@id": "#use",
            "@type": "CreativeWork",
            "name": "No licence is given",
            "description": "Evidence for those entitled to check the payments. "
            + ("Persons stand under pseudonyms and free text is left out." if about["redacted"] else "It holds the data as submitted: not for publication."),
        },
        {
            "@id": "#assessment",
            "@type": "CreateAction",
            "name": f"Assessment of {about['id']}",
            **({"startTime": run["started"], "endTime": run["ended"]} if run else {}),
            "instrument": {"@id": "#pbr"},
            **({"agent": {"@id": "#assessor"}} if run else {}),
            "object": _listed(inputs),
            "result": _listed(results),
        },
        {"@id": "#commissioner", "@type": "Organization", "name": about["commissioner"]},
        {"@id": "#pbr", "@type": "SoftwareApplication", "name": "pbr", "version": about["engine"], "softwareVersion": about["engine"]},
    ]  # fmt: skip
    if run:
        graph.append({"@id": "#assessor", "@type": "Person", "name": run["by"]})
    graph += [dict(earlier)] if earlier else []
    graph += [_file(file, sizes[file]) for file in listed]
    graph += [{"@id": _id(folder), "@type": "Dataset", "name": _id(folder).rstrip("/")} for folder in folders]
    return (json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1) + "\n").encode()


def _listed(files: list[str]) -> Any:
    """References to files: a list, or the one itself, as JSON-LD writes it."""
    out = [{"@id": _id(file)} for file in files]
    return out[0] if len(out) == 1 else out


def _file(file: str, size: int) -> dict[str, Any]:
    what = WHAT.get(file, "")
    if file.startswith(at.TEXT):
        what = "the canonical text of a table: what its digest is taken over"
    elif file.startswith(f"{at.ASSESSMENT}inputs/"):
        what = "data as submitted"
    return {
        "@id": _id(file),
        "@type": "File",
        "name": _id(file),
        **({"description": what} if what else {}),
        "contentSize": str(size),
        "encodingFormat": KINDS.get(file.rpartition(".")[2], OTHER),
    }


def _id(file: str) -> str:
    """A path in the pack as the crate names it: the crate is what stands in data/."""
    return file.removeprefix(at.DATA)
