"""The files of the check: the page, the verifiers, the log embedded for the browser, and the log as it is for other tools."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from importlib.resources import files as files_of

from pbr.disclosure.released import Released
from pbr.publish import addresses
from pbr.publish.check.carried import CarriedLog
from pbr.publish.check.page import EMBEDDED, LOG, RUN, SCRIPT, VERIFY_PY, log_page
from pbr.publish.check.verifiers import JAVASCRIPT, PYTHON, verifier
from pbr.publish.pages.frame import Sheet
from pbr.publish.site import Download, Site

File = tuple[str, bytes]


def check_files(site: Site, released: Released, log: CarriedLog, downloads: Sequence[Download] = ()) -> Iterator[File]:
    """Path in the site and bytes of each, in a stable order. ``log``: as :func:`pbr.publish.check.carried.carried` read it. ``downloads``: those about the whole site."""
    yield addresses.CHECK, log_page(Sheet(addresses.CHECK, site, released), log, downloads)
    yield EMBEDDED, embedded(log)
    yield RUN, files_of("pbr.publish.check").joinpath("run.js").read_bytes()
    yield SCRIPT, verifier(JAVASCRIPT)
    yield VERIFY_PY, verifier(PYTHON)
    for path, data in log.files:
        yield f"{LOG}/{path}", data


def embedded(log: CarriedLog) -> bytes:
    """The log as a script, since a page that is opened from a folder may not read files: each file's path and its bytes in base64, nothing else."""
    rows = [f"{json.dumps(path)}:{json.dumps(base64.b64encode(data).decode())}" for path, data in log.files]
    return ("globalThis.carriedLog={\n" + ",\n".join(rows) + "\n};\n").encode()
