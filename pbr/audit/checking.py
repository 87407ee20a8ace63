"""The first half of checking a folder: which files there are, and whether every digest is that of what it names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pbr.audit import layout, shape
from pbr.audit.canonical import canonical, read_json, readable
from pbr.audit.difference import Difference, Found
from pbr.audit.digest import digest_table
from pbr.audit.inputs import misplaced, stored_of
from pbr.audit.sealing import Stored, digest_file, files_below, rules_json
from pbr.audit.versions import can_make_again
from pbr.plan.build import build
from pbr.plan.plan import Plan
from pbr.platform.files import Files
from pbr.platform.limits import of_the_machine
from pbr.problem import Refused
from pbr.terms.loading import Loaded, load_text
from pbr.terms.rulebook.files import Library


@dataclass(frozen=True)
class Opened:
    """A folder whose description could be read. ``plan`` is compiled again from the folder's own contract. Where the folder says
    that a version made it which this one does not know, and its plan is another one, ``plan`` is the folder's own and ``today`` is that of
    this version; such a folder is never called consistent."""

    folder: Path
    manifest: dict[str, Any]
    loaded: Loaded
    plan: Plan
    inputs: list[Stored]
    today: Plan | None = None

    @property
    def tables(self) -> list[str]:
        """The Parquet files it must hold."""
        return layout.tables(self.plan, "previous" in self.manifest)


def open_folder(folder: Path, files: Files, found: Found) -> Opened | None:
    """Reads manifest, run, contract and plan; None when too little is there to go on, and ``found`` says what. Raises Enough."""
    manifest = _described(folder, layout.MANIFEST, shape.MANIFEST, files, found)
    run = _described(folder, layout.RUN, shape.RUN, files, found)
    if manifest is None:
        _named(folder, run, files, found)
        return None
    if not _is_canonical(files.read_bytes(folder / layout.MANIFEST), manifest):
        found.add(Difference(layout.MANIFEST, "it is not written as canonical JSON (RFC 8785)"))
    try:
        inputs = stored_of(manifest)
        loaded = load_text(files.read_bytes(folder / layout.CONTRACT), layout.CONTRACT, Library([folder / layout.RULES]))
        plan = build(loaded)
    except FileNotFoundError:
        found.add(Difference(layout.CONTRACT, "this file is missing"))
        _named(folder, run, files, found)
        return None
    except Refused as refused:
        found.add(Difference(layout.CONTRACT, f"{len(refused.problems)} problem(s), the first: {refused.problems[0]}"))
        _named(folder, run, files, found)
        return None
    _files(folder, loaded, layout.tables(plan, "previous" in manifest), inputs, run, files, found)
    written = _plan(folder, manifest, loaded, plan, files, found)
    if written is not None:
        return Opened(folder, manifest, loaded, written, inputs, plan)
    return Opened(folder, manifest, loaded, plan, inputs)


def check_digests(opened: Opened, con: Any, errors: tuple[type[BaseException], ...], files: Files, found: Found) -> None:
    """Every digest of the manifest against the file it names. ``errors``: what DuckDB raises. Raises Enough."""
    manifest, folder = opened.manifest, opened.folder
    for name, expected in ((file, opened.manifest["tables"].get(file)) for file in opened.tables):
        if expected is None:
            found.add(Difference(layout.MANIFEST, f"it says nothing of {name}", "tables"))
            continue
        try:
            actual = digest_table(con, folder / name, layout.left_out(name)).to_json()
        except Refused as refused:
            found.add(Difference(name, refused.problems[0].says))
        except errors as trouble:
            if of_the_machine(trouble):
                raise
            found.add(Difference(name, f"it cannot be read as Parquet ({str(trouble).splitlines()[0][:200]})"))
        else:
            for part in ("columns", "rows", "root"):
                if actual[part] != expected[part]:
                    says = f"the {part} of the table are not those the manifest names"
                    found.add(Difference(name, says if part != "root" else "its rows are not those whose digest the manifest holds"))
                    break
    documents = {name: manifest["documents"].get(name) for name in layout.DOCUMENTS}
    named = documents | {one.file: one.sha256 for one in opened.inputs if one.file is not None}
    for one in misplaced(opened.inputs) if can_make_again(manifest["engine"]) else []:
        found.add(Difference(layout.MANIFEST, f"the input {one.name!r} would not be kept under this name", str(one.file), "inputs.name"))
    for one in opened.inputs:
        if one.file is not None and (folder / one.file).is_file() and (size := digest_file(folder / one.file, files)[1]) != one.size:
            found.add(Difference(layout.MANIFEST, "", one.file, "inputs.size", str(one.size), str(size)))
    for file, digest in named.items():
        if (folder / file).is_file() and digest_file(folder / file, files)[0] != digest:
            found.add(Difference(file, "its bytes are not those whose digest the manifest holds"))
    for kind, known in (("documents", layout.DOCUMENTS), ("tables", opened.tables)):
        for name in manifest[kind]:
            if name not in known:
                found.add(Difference(layout.MANIFEST, f"it names {name!r}, which is no part of this format", kind))


def _described(folder: Path, name: str, tests: dict[str, shape.Test], files: Files, found: Found) -> dict[str, Any] | None:
    try:
        value = read_json(files.read_bytes(folder / name), name)
    except FileNotFoundError:
        found.add(Difference(name, "this file is missing"))
        return None
    except Refused as refused:
        found.add(Difference(name, refused.problems[0].says))
        return None
    written = value.get("format") if isinstance(value, dict) else None
    if written != layout.FORMAT:
        found.add(Difference(name, f"its format is {written!r}; this version reads {layout.FORMAT}"))
        return None
    if wrong := shape.misshapen(value, tests):
        found.add(Difference(name, f"these keys are missing, unknown or hold what they may not: {', '.join(wrong)}"))
        return None
    assert isinstance(value, dict)
    return value


def _is_canonical(data: bytes, value: Any) -> bool:
    try:
        return canonical(value) == data
    except (RecursionError, ValueError):
        return False


def _files(
    folder: Path, loaded: Loaded, tables: list[str], inputs: list[Stored], run: dict[str, Any] | None, files: Files, found: Found
) -> None:
    there = files_below(folder, files)
    kept = (layout.rule_file(rule.name) for rule in loaded.rules)
    expected = {
        *(layout.MANIFEST, layout.RUN, *layout.DOCUMENTS, *tables, *kept),
        *(one.file for one in inputs if one.file is not None),
    }
    for name in sorted(expected - set(there)):
        found.add(Difference(name, "this file is missing"))
    for name in there:
        if name not in expected:
            found.add(Difference(name, "this file does not belong here"))
        elif (folder / name).is_symlink():
            found.add(Difference(name, "this is a link to another place, not a file"))
    if run is None:
        return
    for name in sorted(set(run["files"]) ^ (expected - {layout.RUN})):
        found.add(Difference(layout.RUN, f"it {'names' if name in run['files'] else 'does not name'} {name}", "files"))
    _digests(folder, run, expected & set(there), files, found)


def _named(folder: Path, run: dict[str, Any] | None, files: Files, found: Found) -> None:
    """Where it cannot be known which files belong here: those that run.json names are still looked at. Raises Enough."""
    if run is not None and folder.is_dir():
        there = set(files_below(folder, files))
        for name in sorted(run["files"].keys() - there - {one.file for one in found.differences}):
            found.add(Difference(name, "this file is missing"))
        _digests(folder, run, there, files, found)


def _digests(folder: Path, run: dict[str, Any], there: set[str], files: Files, found: Found) -> None:
    for name, entry in sorted(run["files"].items()):
        if name in there and not (folder / name).is_symlink():
            sha256, size = digest_file(folder / name, files)
            if (sha256, size) != (entry["sha256"], entry["size"]):
                found.add(Difference(name, "its bytes are not those whose digest run.json holds"))


def _plan(folder: Path, manifest: dict[str, Any], loaded: Loaded, plan: Plan, files: Files, found: Found) -> Plan | None:
    """Checks what is said of contract and plan. Gives the stored plan where a version that is not known made a different one."""
    contract = manifest["contract"]
    if manifest["rules"] != rules_json(loaded):
        found.add(Difference(layout.MANIFEST, "these are not the rules that the contract uses, with the digests of their files", "rules"))
    for name, stored, expected in (
        ("contract.sha256", contract["sha256"], loaded.source.sha256),
        ("contract.id", contract["id"], plan.contract),
        ("contract.version", contract["version"], plan.version),
    ):
        if stored != expected:
            found.add(Difference(layout.MANIFEST, "", "", name, stored, expected))
    try:
        data = files.read_bytes(folder / layout.PLAN)
        value = read_json(data, layout.PLAN)
        older = not can_make_again(manifest["engine"]) and manifest["plan"]["sha256"] != plan.digest
        compiled = Plan.from_json(value) if older else plan
        if data != readable(compiled.to_json()):
            found.add(Difference(layout.PLAN, "it is not the plan that contract/contract.yaml compiles to"))
    except FileNotFoundError:
        return None  # said already
    except Refused as refused:
        found.add(Difference(layout.PLAN, refused.problems[0].says))
        return None
    except (ArithmeticError, AssertionError, AttributeError, KeyError, RecursionError, TypeError, ValueError):
        found.add(Difference(layout.PLAN, "it is not a plan"))
        return None
    if manifest["plan"]["sha256"] != compiled.digest:
        found.add(Difference(layout.MANIFEST, "", "", "plan.sha256", manifest["plan"]["sha256"], compiled.digest))
    return compiled if older else None
