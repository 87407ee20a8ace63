"""Whether tools that are not ours accept our packs: `bagit` of the Library of Congress, and the RO-Crate validator, which asks nobody (offline).

    make pack-check          python tests/audit/pack_check.py TOOLS     TOOLS: a Python with bagit and roc-validator installed

What is required must be met; what is recommended is printed. The validator wants the JSON-LD context of RO-Crate 1.1: it is taken from the shared folder and handed to it by its cache.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from pbr.audit.logged.recording import Recorder
from pbr.audit.pack import pack
from pbr.platform.clock import FixedClock
from pbr.platform.pseudonyms import PseudonymKey
from tests.audit.logged_case import adopted, assess_it, book
from tests.shared import shared

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "samples" / "pbr-trail-1"
SAMPLES = {f"sample, {name}": ROOT / "tests" / "samples" / "pbr-pack-1" / name for name in ("plain", "redacted")}
CLOCK = FixedClock(datetime(2015, 7, 2, 9, 0, tzinfo=UTC))
BAGIT = "import bagit, sys; bagit.Bag(sys.argv[1]).validate(); print('bagit', bagit.VERSION, 'accepts it')"
CRATE = """
import io, os, sys, requests, requests_cache
from urllib3.response import HTTPResponse
crate, context, home = sys.argv[1:]
class FromDisk(requests.adapters.BaseAdapter):
    def send(self, request, **more):
        raw = HTTPResponse(body=io.BytesIO(open(context, "rb").read()), headers={"Content-Type": "application/ld+json"}, status=200, preload_content=False)
        return requests.adapters.HTTPAdapter().build_response(request, raw)
    def close(self): pass
cache = os.path.join(home, "cache")
session = requests_cache.CachedSession(cache, backend="sqlite", expire_after=-1)
session.mount("https://", FromDisk())
for headers in ({}, {"Accept": "application/ld+json, application/json"}):
    session.get("https://w3id.org/ro/crate/1.1/context", headers=headers)
from importlib.metadata import version
from rocrate_validator import models, services
for name in ("REQUIRED", "RECOMMENDED"):
    settings = services.ValidationSettings(rocrate_uri=crate, profile_identifier="ro-crate-1.1", requirement_severity=models.Severity[name], offline=True, cache_path=cache)
    found = services.validate(settings)
    print("roc-validator", version("roc-validator"), name.lower(), "passed" if found.passed() else "not met")
    for issue in found.get_issues():
        print("  ", issue.check.identifier, issue.message)
    if name == "REQUIRED" and not found.passed(): sys.exit(1)
"""


def main(tools: str) -> int:
    context = shared("vectors/ro-crate-context/context-1.1.jsonld")
    failed = 0
    with tempfile.TemporaryDirectory() as home:
        for name, out in (*SAMPLES.items(), *made(Path(home)).items()):
            print(f"{name}:", flush=True)
            failed += subprocess.run([tools, "-c", BAGIT, str(out)], check=False).returncode
            failed += subprocess.run([tools, "-c", CRATE, str(out / "data"), str(context), home], check=False).returncode
    print("not accepted" if failed else f"accepted, {datetime.now(UTC):%Y-%m-%d}")
    return 1 if failed else 0


def made(home: Path) -> dict[str, Path]:
    """Packs that are made now: without a log, and of an assessment that follows another, with one."""
    out = {
        "without a log": home / "alone",
        "without a log, redacted": home / "alone-redacted",
        "one that follows another": home / "follows",
    }
    pack(SAMPLE, out["without a log"], clock=CLOCK)
    pack(SAMPLE, out["without a log, redacted"], pseudonyms=PseudonymKey("persons", b"k" * 32), clock=CLOCK)
    with contextlib.chdir(home):
        adopted("{approvers: 1}")
        assess_it("a", recorder=Recorder(book(), "analyst"))
        assess_it("b", "2022-07-31", previous="a", recorder=Recorder(book(), "analyst"))
        pack(Path("b"), Path("follows"), log=Path("log"), clock=CLOCK)
    return out


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
