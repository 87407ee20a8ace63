"""Whether tools that are not ours accept our packs: `bagit` of the Library of Congress, and the RO-Crate validator, which asks nobody (offline).

    make pack-check          python tests/audit/pack_check.py TOOLS     TOOLS: a Python with bagit and roc-validator installed

What is required must be met; what is recommended is printed. The validator wants the JSON-LD context of RO-Crate 1.1: it is taken from the shared folder and handed to it by its cache.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from pbr.audit.pack import pack
from pbr.platform.clock import FixedClock
from pbr.platform.pseudonyms import PseudonymKey
from tests.shared import shared

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "samples" / "pbr-trail-1"
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
        for name, key in (("pack", None), ("redacted", PseudonymKey("persons", b"k" * 32))):
            out = Path(home) / name
            pack(SAMPLE, out, pseudonyms=key, clock=CLOCK)
            print(f"{name}:")
            sys.stdout.flush()
            failed += subprocess.run([tools, "-c", BAGIT, str(out)], check=False).returncode
            failed += subprocess.run([tools, "-c", CRATE, str(out / "data"), str(context), home], check=False).returncode
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
