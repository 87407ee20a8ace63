"""The log that a site carries, and the scripts that check it: the scripts are those that ship, the copy for the browser is the log itself, and no entry holds what could be a sum or a count."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files as files_of

from pbr.log.contents import CHECKPOINT, COSIGNED, POLICY
from pbr.log.tiles import read_path, split_entries
from pbr.publish.check.leaves import Words, told, told_by_checkpoint, told_by_policy
from pbr.publish.check.page import EMBEDDED, LOG, RUN, SCRIPT, VERIFY_PY
from pbr.publish.check.verifiers import JAVASCRIPT, PYTHON, verifier
from pbr.publish.site import Site

FOLDERS = (f"{LOG}/", f"{RUN.partition('/')[0]}/")


def is_of_the_log(path: str) -> bool:
    return path.startswith(FOLDERS)


def stray_in_log(files: Mapping[str, bytes], site: Site) -> Iterator[tuple[str, str]]:
    """(file, what) of everything in it that does not belong there."""
    log = {path.removeprefix(f"{LOG}/"): data for path, data in files.items() if path.startswith(f"{LOG}/")}
    shipped = {
        RUN: files_of("pbr.publish.check").joinpath("run.js").read_bytes(),
        SCRIPT: verifier(JAVASCRIPT),
        VERIFY_PY: verifier(PYTHON),
        EMBEDDED: _embedded(log),
    }
    for path, data in files.items():
        if is_of_the_log(path) and not path.startswith(f"{LOG}/") and data != shipped.get(path):
            yield path, "is not the file that ships, or not the log that the site carries"
    words = Words.of(site)
    for path, data in log.items():
        tile = read_path(path)
        if path == POLICY:
            found = list(told_by_policy(data, words))
        elif path == CHECKPOINT or path.startswith(f"{COSIGNED}/"):
            found = [*told_by_checkpoint(data, words), *_as_written(data, path, site)]
        elif tile is None:
            found = [("its name", "is no name of a log's file")]
        elif tile.is_bundle:
            found = [one for number, entry in enumerate(split_entries(data)[0], tile.start) for one in told(entry, number, words)]
        else:
            found = [] if len(data) % 32 == 0 else [("its length", "is not that of hashes")]
        for where, what in found:
            yield f"{LOG}/{path}", f"{where}: {what}"


def _as_written(data: bytes, path: str, site: Site) -> Iterator[tuple[str, str]]:
    """Origin, size, root, a blank line, signatures: nothing else stands on a checkpoint. A cosigned one is named after its size."""
    lines = data.decode().split("\n")
    size = path.rpartition("/")[2] if path != CHECKPOINT else lines[1]
    if lines[0] != site.log or lines[1] != size or not size.isdecimal() or len(base64.b64decode(lines[2])) != 32 or lines[3] or lines[-1]:
        yield "its head", "\\n".join(lines[:4])
    if not all(re.fullmatch(r"\u2014 \S+ [A-Za-z0-9+/]+=*", line) for line in lines[4:-1]):
        yield "its signatures", "\\n".join(lines[4:])


def _embedded(log: Mapping[str, bytes]) -> bytes:
    rows = [f"{json.dumps(path)}:{json.dumps(base64.b64encode(data).decode())}" for path, data in sorted(log.items())]
    return ("globalThis.carriedLog={\n" + ",\n".join(rows) + "\n};\n").encode()
