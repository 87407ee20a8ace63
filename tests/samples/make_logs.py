"""``python -m tests.samples.make_logs``: sample logs of ``pbr-log/1``, written by the format page's own rules and not by the program.

The keys follow from their names, so the same files come out each time, and signatures under them are worth nothing.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tamper"))

from writing import Files, Keys, file_of, opening_of, payload_of, receipt, sound

HOME = Path(__file__).parent / "pbr-log-1"
SIZES = (1, 5, 12)


def main() -> None:
    shutil.rmtree(HOME, ignore_errors=True)
    keys = Keys()
    files: Files = {"policy": keys.policy()}
    for size in SIZES:
        log = sound(size)
        files |= {f"log-{size}/{path}": data for path, data in log.files.items()}
        files |= {f"view-of-{size}/{path}": data for path, data in log.view().items()}
    log = sound(12)
    for number in (1, 3, 6):
        opening = opening_of(payload_of(log.entries[number])["kind"], number)
        files[f"receipts/{number}.tlog-proof"] = receipt(log, number, {"commitment": opening})
    files["receipts/returns-1.csv"] = file_of(1)
    files["expected.json"] = (json.dumps(EXPECTED, indent=2) + "\n").encode()
    for path, data in files.items():
        target = HOME / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


# By hand, from the story: what any verifier must say of these logs when it is given the policy.
EXPECTED = {
    "log-1": {"verdict": "verified", "size": 1, "witnessed": 1, "assessments": []},
    "log-5": {"verdict": "verified", "size": 5, "witnessed": 5, "assessments": [{"entry": 3, "state": "approved"}]},
    "log-12": {
        "verdict": "verified",
        "size": 12,
        "witnessed": 12,
        "assessments": [{"entry": 3, "state": "approved"}, {"entry": 9, "state": "draft"}],
    },
}

if __name__ == "__main__":
    main()
