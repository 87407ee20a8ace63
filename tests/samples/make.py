"""Makes the sample folder of the current trail format again: ``.venv/bin/python -m tests.samples.make``.

For a format that is still being worked on. The sample of a released format is never made again: it is what today's ``verify`` is held to.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from pbr.assessment import assess
from pbr.platform.clock import FixedClock

HERE = Path(__file__).parent
CONTRACT = HERE.parents[1] / "contracts" / "justice" / "hmp-doncaster"
SAMPLE = HERE / "pbr-trail-1"
EACH = 20  # one release in so many, with the offences of the same people and as large a part of the strangers


def part_of_submission(folder: Path) -> list[Path]:
    """A part of the contract's own submission: enough for every place a row can end in, small enough to keep."""
    releases = list(csv.reader(io.StringIO((CONTRACT / "submission" / "releases.csv").read_text())))
    offences = list(csv.reader(io.StringIO((CONTRACT / "submission" / "offences.csv").read_text())))
    person = releases[0].index("person_id")
    kept = [releases[0], *releases[1::EACH]]
    people = {row[person] for row in kept[1:]}
    other = offences[0].index("person_id")
    everybody = {row[person] for row in releases}
    known = [row for row in offences[1:] if row[other] in people]
    strangers = [row for row in offences[1:] if row[other] not in everybody][::EACH]
    out = []
    for name, rows in (("releases.csv", kept), ("offences.csv", [offences[0], *known, *strangers])):
        with (folder / name).open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        out.append(folder / name)
    return out


def make(target: Path) -> None:
    """Writes the sample to ``target``, which must not exist."""
    with tempfile.TemporaryDirectory() as temp:
        data = part_of_submission(Path(temp))
        clock = FixedClock(datetime(2015, 7, 1, 9, 0, tzinfo=UTC))
        assess(CONTRACT, data, complete_to=date(2015, 6, 30), out=target, clock=clock, who="sample")
    run = json.loads((target / "run.json").read_text())
    run["machine"] = {"system": "Linux", "python": "3.11", "cores": 2}  # whose machine it was is nobody's business
    run["milliseconds"] = dict.fromkeys(run["milliseconds"], 1)
    (target / "run.json").write_text(json.dumps(run, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    if SAMPLE.exists():
        shutil.rmtree(SAMPLE)
    make(SAMPLE)
    print(f"made {SAMPLE}")
