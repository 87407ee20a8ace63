"""The inputs of an assessment in its folder: bytes as submitted, under names that cannot clash, and back again for checking."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit.sealing import CHUNK, Stored, digest_file
from pbr.platform.files import Files
from pbr.problem import refuse
from pbr.submission.inputs import Input

SAFE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"


@dataclass(frozen=True)
class Given:
    """One input as the caller gave it: a file, or the rows of a DataFrame as text (header first). ``table``: None: by its name."""

    name: str
    table: str | None
    path: Path | None = None
    rows: tuple[tuple[str, ...], ...] | None = None


def store_inputs(given: Sequence[Given], folder: Path, files: Files, by_reference: bool) -> tuple[list[Stored], list[Input]]:
    """Copy the inputs into ``folder/inputs`` (a DataFrame as CSV text) and say how to read them from there.

    What is read afterwards is the copy, so a file that changes meanwhile cannot differ from what the trail holds. ``by_reference``:
    files are not copied, only digested; DataFrames are stored all the same, there being nothing to refer to.
    """
    (folder / layout.INPUTS).mkdir(mode=0o700)
    taken: set[str] = set()
    stored: list[Stored] = []
    inputs: list[Input] = []
    for one in sorted(given, key=lambda one: (one.name, one.table or "", str(one.path))):
        name = _free_name(one.name, taken)
        target = folder / layout.INPUTS / name
        if one.path is None:
            files.write_atomic(target, _csv_text(one.rows or ()))
            sha256, size = digest_file(target, files)
        elif by_reference:
            sha256, size = digest_file(one.path, files)
        else:
            sha256, size = _copy(one.path, target, files)
        kept = one.path is None or not by_reference
        frame = one.path is None
        stored.append(Stored(one.name, one.table, f"{layout.INPUTS}/{name}" if kept else None, sha256, size, frame))
        inputs.append(input_of(one.table, target if kept else one.path, one.name, frame))
    return stored, inputs


def input_of(table: str | None, path: Path | None, name: str, frame: bool = False) -> Input:
    return Input(table=table, path=path, frame=None, rows=None, name=name, from_frame=frame)


def stored_of(manifest: dict[str, Any]) -> list[Stored]:
    """The inputs a manifest names. Raises Refused (PBR703) when a place points outside the folder's inputs."""
    out = [
        Stored(one["name"], one["table"], one["file"], one["sha256"], one["size"], one.get("frame", False)) for one in manifest["inputs"]
    ]
    for one in out:
        if one.file is not None and (not one.file.startswith(f"{layout.INPUTS}/") or set(one.file[len(layout.INPUTS) + 1 :]) - set(SAFE)):
            raise refuse("PBR703", f"{layout.MANIFEST} names an input {one.file!r}, which is not a file in inputs/.", "It was changed.")
    return out


def misplaced(stored: Sequence[Stored]) -> list[Stored]:
    """The inputs that do not stand under the names ``store_inputs`` gives files of their names."""
    taken: set[str] = set()
    names = [f"{layout.INPUTS}/{_free_name(one.name, taken)}" for one in stored]
    return [one for one, name in zip(stored, names, strict=True) if one.file not in (None, name)]


def _free_name(name: str, taken: set[str]) -> str:
    """The file's own name with unusual letters replaced (by what no table's name holds); a number is added when two bear one name."""
    safe = "".join(letter if letter in SAFE else "-" for letter in name).lstrip(".") or "input"
    stem, dot, ending = safe.partition(".")
    candidate, number = safe, 1
    while candidate.lower() in taken:  # lower: some file systems do not tell A from a
        number += 1
        candidate = f"{stem}-{number}{dot}{ending}"
    taken.add(candidate.lower())
    return candidate


def _copy(source: Path, target: Path, files: Files) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with files.open_read(source) as reading, target.open("xb") as writing:
        while data := reading.read(CHUNK):
            digest.update(data)
            size += len(data)
            writing.write(data)
    return digest.hexdigest(), size


def _csv_text(rows: tuple[tuple[str, ...], ...]) -> bytes:
    text = io.StringIO()
    # everything quoted: a lone carriage return in a cell would otherwise be taken for the end of a record
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    # half of a character pair cannot be written: a control character stands for it, which reading then refuses by name
    return "".join("\x1a" if "\ud800" <= letter <= "\udfff" else letter for letter in text.getvalue()).encode()
