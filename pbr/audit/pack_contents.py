"""The assessment in a pack: its digests, the text of every table, the arithmetic (``docs/pack-format.md``, steps 3 to 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit import pack_layout as at
from pbr.audit.arithmetic import Table, check_arithmetic
from pbr.audit.bag import Bag
from pbr.audit.canonical_text import Cell, Reading, Unreadable, digest_of, value_of
from pbr.audit.finding import Finding
from pbr.audit.pack_json import is_canonical, read_json_file
from pbr.audit.sealing import digest_file
from pbr.platform.files import Files

HEX = re.compile(r"[0-9a-f]{64}")


def check_assessment(pack: Path, bag: Bag, files: Files) -> tuple[list[Finding], dict[str, Any] | None]:
    """Step 3: the folder against run.json and manifest.json. Gives the manifest too, None where it cannot be read."""
    found: list[Finding] = []
    here = {file.removeprefix(at.ASSESSMENT): pack / file for file in bag.there if file.startswith(at.ASSESSMENT)}

    def wrong(name: str, says: str) -> None:
        found.append(Finding("assessment", says, file=f"{at.ASSESSMENT}{name}"))

    manifest, data = read_json_file(here.get(layout.MANIFEST), files) or (None, b"")
    run, _ = read_json_file(here.get(layout.RUN), files) or (None, b"")
    if not _is_manifest(manifest):
        wrong(layout.MANIFEST, "it is not the manifest of an assessment")
        manifest = None
    elif not is_canonical(manifest, data):
        wrong(layout.MANIFEST, "it is not canonical JSON")
    if not _is_run(run):
        wrong(layout.RUN, "it is not the account of a run")
        run = None
    if run is None and manifest is None:
        return found, None
    digests = {name: digest_file(path, files) for name, path in sorted(here.items())}
    if run is not None:
        if set(run["files"]) != set(here) - {layout.RUN}:
            wrong(layout.RUN, "it does not name exactly the other files of the folder")
        for name, told in run["files"].items():
            if name in digests and digests[name] != (told["sha256"], told["size"]):
                wrong(name, "its bytes are not those whose digest run.json holds")
    if manifest is not None:
        for name, sha256, size in _named(manifest):
            if name not in digests:
                wrong(name, "manifest.json names it, and it is not there")
            elif digests[name][0] != sha256 or size not in (None, digests[name][1]):
                wrong(name, "its bytes are not those whose digest manifest.json holds")
        known = {name for name, _, _ in _named(manifest)} | {layout.MANIFEST, layout.RUN, *manifest["tables"]}
        for name in manifest["tables"]:
            if name not in here:
                wrong(name, "manifest.json names it, and it is not there")
        for name in sorted(set(here) - known):
            wrong(name, "manifest.json does not name it")
    return found, manifest


def check_tables(pack: Path, manifest: Mapping[str, Any], bag: Bag, files: Files) -> tuple[list[Finding], dict[str, Path]]:
    """Step 4: the text of every table gives the digest that the manifest holds. Gives the texts too that could be read to their end, by table."""
    found: list[Finding] = []
    readable: dict[str, Path] = {}
    texts = {at.text_of(table): table for table in manifest["tables"]}
    for file, table in sorted(texts.items()):
        if file not in bag.there:
            found.append(Finding("table", "there is no text of this table", file=file))
            continue
        try:
            with files.open_read(pack / file) as source:
                reading = Reading(source)
                digest = digest_of(reading.columns, (row.text for row in reading))
        except Unreadable as trouble:
            found.append(Finding("table", str(trouble), file=file))
            continue
        readable[table] = pack / file
        told = manifest["tables"][table]
        for part, one in digest.to_json().items():
            if one != told[part]:
                says = {"columns": "its columns", "rows": "how many rows it has", "root": "its rows"}[part]
                found.append(Finding("table", f"{says} are not what manifest.json says of the table", file=file))
                break
    for file in sorted(bag.there):
        if file.startswith(at.TEXT) and file not in texts:
            found.append(Finding("file", "it is the text of no table of the assessment", file=file))
    return found, readable


def check_sums(pack: Path, readable: Mapping[str, Path], manifest: Mapping[str, Any], bag: Bag, files: Files) -> list[Finding]:
    """Step 5: the arithmetic of the statement, from the texts of its tables."""
    file = f"{at.ASSESSMENT}{layout.STATEMENT}"
    statement, _ = read_json_file(pack / file if file in bag.there else None, files) or (None, b"")
    if not isinstance(statement, dict):
        return [Finding("assessment", "it cannot be read as JSON", file=file)]
    settled = layout.DUE in manifest["tables"]
    if layout.PAYMENTS not in readable or (settled and layout.DUE not in readable):
        return []
    with (
        files.open_read(readable[layout.PAYMENTS]) as payments,
        files.open_read(readable.get(layout.DUE, readable[layout.PAYMENTS])) as due,
    ):
        wrong = check_arithmetic(_table(Reading(payments)), _table(Reading(due)) if settled else None, statement)
    return [Finding("sum", says, key=key) for key, says in wrong.items()]


def _table(reading: Reading) -> Table:
    def rows() -> Iterator[tuple[Cell, ...]]:
        for row in reading:
            yield tuple(value_of(cell) for cell in row.cells)

    return reading.columns, rows()


def _named(manifest: Mapping[str, Any]) -> list[tuple[str, str, int | None]]:
    """Each file of the folder that the manifest has the SHA-256 of, and its size where that is there too."""
    out: list[tuple[str, str, int | None]] = [(name, sha256, None) for name, sha256 in manifest["documents"].items()]
    out += [(layout.CONTRACT, manifest["contract"]["sha256"], None)]
    out += [(rule["file"], rule["sha256"], None) for rule in manifest["rules"]]
    return out + [(one["file"], one["sha256"], one["size"]) for one in manifest["inputs"] if one["file"] is not None]


def _is_manifest(value: Any) -> bool:
    if (
        not isinstance(value, dict)
        or value.get("format") != layout.FORMAT
        or not has(value.get("contract"), id=str, version=str, sha256=HEX)
    ):
        return False
    rules, inputs, tables, documents = (value.get(name) for name in ("rules", "inputs", "tables", "documents"))
    if not isinstance(rules, list) or not isinstance(inputs, list) or not isinstance(tables, dict) or not isinstance(documents, dict):
        return False
    return (
        all(has(rule, rule=str, file=str, sha256=HEX) for rule in rules)
        and all(has(one, name=str, sha256=HEX, size=int) and isinstance(one.get("file"), (str, type(None))) for one in inputs)
        and all(
            has(one, columns=list, rows=int, root=HEX) and all(isinstance(name, str) for name in one["columns"]) for one in tables.values()
        )
        and all(isinstance(sha256, str) and HEX.fullmatch(sha256) for sha256 in documents.values())
    )


def is_tables(value: Any) -> bool:
    """Whether this is a map of tables: of each its columns, its number of rows and its root."""
    return isinstance(value, dict) and all(
        has(one, columns=list, rows=int, root=HEX) and all(isinstance(name, str) for name in one["columns"]) for one in value.values()
    )


def _is_run(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("files"), dict)
        and all(has(one, sha256=HEX, size=int) for one in value["files"].values())
    )


def has(value: Any, **members: Any) -> bool:
    """Whether a map has these members, of a type or as a pattern says. A whole number is not below 0."""
    if not isinstance(value, dict):
        return False
    for name, wanted in members.items():
        one = value.get(name)
        if isinstance(wanted, re.Pattern):
            if not isinstance(one, str) or not wanted.fullmatch(one):
                return False
        elif not isinstance(one, wanted) or (wanted is int and (isinstance(one, bool) or one < 0)):
            return False
    return True
