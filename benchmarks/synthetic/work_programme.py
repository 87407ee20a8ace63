"""Makes the synthetic submission of employment/work-programme: people, jobs and spells without benefit. Nobody in it exists.

    python benchmarks/synthetic/work_programme.py FOLDER

Jobs overlap, follow one another with and without a gap, and some go on. One has no first day, one ends before it begins, one is sent twice, one
belongs to nobody, and one person's attachment cannot be read.
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path

GROUPS = ("jsa_18_24", "jsa_25_plus", "jsa_early", "jsa_ex_ib", "esa_volunteer")
COMPLETE = date(2013, 12, 31)
PEOPLE = 160


def made() -> tuple[list[str], list[str], list[str]]:
    draw = random.Random(2011)
    people, jobs, spells = [], [], []
    for number in range(1, PEOPLE + 1):
        person = f"W{number:04d}"
        attached = date(2011, 6, 1) + timedelta(days=draw.randrange(760))
        people.append(f"{person},{draw.choice(GROUPS)},{attached.isoformat()}")
        day = attached + timedelta(days=draw.randrange(10, 300))
        for job in range(1, draw.choice((1, 2, 2, 3, 4, 5))):
            last = day + timedelta(days=draw.choice((20, 60, 90, 120, 180, 300, 500)) + draw.randrange(20))
            if day > COMPLETE:
                break
            jobs.append(f"{person},{job},{day.isoformat()},{last.isoformat() if last <= COMPLETE else ''},E{len(jobs):05d}")
            off = day + timedelta(days=draw.choice((0, 0, 0, 0, 7, 14)))
            if off <= COMPLETE and draw.random() < 0.93:
                spells.append(f"{person},{off.isoformat()},{last.isoformat() if last <= COMPLETE else ''}")
            day = last + timedelta(days=draw.choice((1, 1, -5, 3, 30, 90)))
    people[-1] = "W0160,jsa_early,spring 2012"
    jobs[20] = jobs[20].replace(jobs[20].split(",")[2], "", 1)  # no first day
    person, job, began, _, evidence = jobs[40].split(",")
    jobs[40] = f"{person},{job},{began},{(date.fromisoformat(began) - timedelta(days=1)).isoformat()},{evidence}"
    jobs += [jobs[60], "W9999,1,2012-03-05,2012-12-31,E99999"]
    return people, jobs, spells


def main(folder: str) -> None:
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    heads = ("person_id,group,attached_on", "person_id,job_no,began_on,ended_on,evidence_id", "person_id,began_on,ended_on")
    for name, head, rows in zip(("people", "jobs", "off_benefit"), heads, made(), strict=True):
        (path / f"{name}.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])
