"""Recounts the care leavers' claims with nothing but csv and datetime, from the rate card retyped here: no line is shared with pbr.

python tests/contracts/oracle_care_leavers.py [FOLDER]
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "contracts" / "care" / "care-leavers-reboot-west" / "submission"
CAP = 2_250_000

# Units paid for Reboot West, pounds each, times, what comes first: INDIGO impact bond dataset, projects 0121 to 0123 (units, prices).
CARD = {
    "agrees_education_or_training": (527, 220, None, None),
    "one_consistent_relationship": (453, 220, None, None),
    "feels_safe": (482, 220, None, None),
    "managing_accommodation": (466, 220, None, None),
    "self_determined": (202, 220, None, None),
    "begins_course": (145, 220, 2, None),
    "course_25": (121, 220, 2, "begins_course"),
    "course_50": (106, 220, 2, "course_25"),
    "level_1": (43, 1760, 2, None),
    "level_2": (33, 4730, 1, None),
    "level_3": (11, 4730, 2, None),
    "begins_he": (10, 660, 1, None),
    "he_year_1": (4, 2750, 1, "begins_he"),
    "he_year_2": (2, 2750, 1, "he_year_1"),
    "completes_he": (3, 4730, 1, "begins_he"),
    "enters_work_experience": (29, 110, 1, None),
    "work_experience_1_week": (19, 220, 1, "enters_work_experience"),
    "work_experience_4_weeks": (6, 330, 1, "work_experience_1_week"),
    "enters_employment": (126, 660, 1, None),
    "earned_768": (114, 2750, 1, "enters_employment"),
    "earned_1631": (102, 2750, 1, "earned_768"),
    "earned_3350": (73, 2750, 1, "earned_1631"),
    "earned_8155": (41, 2750, 1, "earned_3350"),
}


def recount(folder: Path = FOLDER) -> tuple[dict[str, int], dict[str, int], int]:
    """Pounds per claim; units paid per line; the total under the cap."""
    with (folder / "people.csv").open(encoding="utf-8", newline="") as file:
        started = {row["person_id"]: date.fromisoformat(row["started_on"]) for row in csv.DictReader(file)}
    with (folder / "achievements.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["achieved_on"], row["claim_id"]))
    assert len({row["claim_id"] for row in rows}) == len(rows)
    achieved: dict[tuple[str, str], date] = {}
    for row in rows:
        key = (row["person_id"], row["outcome"])
        achieved.setdefault(key, date.fromisoformat(row["achieved_on"]))
    amounts: dict[str, int] = {}
    units: Counter[str] = Counter()
    times: Counter[tuple[str, str]] = Counter()
    total = 0
    for row in rows:
        person, line, day = row["person_id"], row["outcome"], date.fromisoformat(row["achieved_on"])
        assert day >= started[person]
        _, price, most, needs = CARD[line]
        times[person, line] += 1
        pays = (most is None or times[person, line] <= most) and (needs is None or achieved.get((person, needs), date.max) <= day)
        amounts[row["claim_id"]] = min(price, CAP - total) if pays else 0
        total += amounts[row["claim_id"]]
        units[line] += pays
    return amounts, dict(units), total


def level_1_people(folder: Path = FOLDER) -> int:
    with (folder / "achievements.csv").open(encoding="utf-8", newline="") as file:
        return len({row["person_id"] for row in csv.DictReader(file) if row["outcome"] == "level_1"})


if __name__ == "__main__":
    amounts, units, total = recount(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    for line, paid in units.items():
        print(f"{line:32} {paid:5} paid, {CARD[line][0]:5} published")
    print(f"{len(amounts)} claims, £{total:,}.00; Level 1 claimed by {level_1_people()} people")
