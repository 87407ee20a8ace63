"""Makes the synthetic submission of health/rwanda-pbf: five invented centres in two quarters.

    python benchmarks/synthetic/rwanda.py FOLDER

Centres declare a little more than is found, one of them half as much again. On purpose: a score and a count that are missing, a count under the
wrong quarter, a declaration that nobody verified, a declared row twice, and a quarter of a centre that did nothing.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

CENTRES = ("gashonga", "kibeho", "mushishiro", "nyarubuye", "rugarama")
MONTHS = {"2007 Q1": ("2007-01-01", "2007-02-01", "2007-03-01"), "2007 Q2": ("2007-04-01", "2007-05-01", "2007-06-01")}
PARTS = ("curative_care", "delivery", "prenatal_care", "family_planning", "hiv_services", "immunisation", "pharmacy", "growth_monitoring",
         "general_administration", "financial_management", "laboratory", "tuberculosis", "cleanliness")  # fmt: skip
USUAL = {
    "birth": 30, "family_planning_new": 15, "child_fully_immunised": 40, "four_antenatal_visits": 20, "contraceptive_resupply": 90,
    "curative_visit": 1100, "growth_monitoring": 350, "first_antenatal_visit": 55, "emergency_birth_transfer": 4, "risk_pregnancy_referred": 6,
    "malnourished_child_referred": 7, "other_emergency_referred": 5, "antenatal_tetanus": 45, "antenatal_malaria": 35,
}  # fmt: skip


def tables() -> dict[str, list[str]]:
    draw = random.Random(2007)
    reviews = [",".join(("centre", "quarter", *PARTS))]
    verified = ["centre,quarter,month,service,counted"]
    declared = ["centre,quarter,month,service,quantity"]
    for centre in CENTRES:
        for quarter, months in MONTHS.items():
            scores = [f"{draw.randrange(55, 101) / 100:.2f}" for _ in PARTS]
            if (centre, quarter) == ("mushishiro", "2007 Q2"):
                scores[PARTS.index("laboratory")] = ""  # the laboratory was closed on the day of the review
            reviews.append(",".join((centre, quarter, *scores)))
            if (centre, quarter) == ("rugarama", "2007 Q1"):
                continue  # not open yet
            for month in months:
                for service, usual in USUAL.items():
                    found = draw.randrange(usual // 2, usual * 3 // 2 + 1)
                    said = found * 3 // 2 if centre == "kibeho" else found + draw.choice((0, 0, 0, 1, 2))
                    row = f"{centre},{quarter},{month},{service}"
                    blank = (centre, month, service) == ("nyarubuye", "2007-05-01", "growth_monitoring")
                    verified.append(f"{row},{'' if blank else found}")
                    declared.append(f"{row},{said}")
    verified.append("nyarubuye,2007 Q1,2007-07-01,birth,31")  # a month of the third quarter
    declared.append("gashonga,2007 Q2,2007-07-01,birth,28")  # nobody has verified July
    declared.append(declared[1])
    return {"reviews": reviews, "verified": verified, "declared": declared}


def main(folder: str) -> None:
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    for name, lines in tables().items():
        (path / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])
