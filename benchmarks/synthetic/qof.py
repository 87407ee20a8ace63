"""Makes the synthetic submission of health/qof-atrial-fibrillation: four invented practices and the patients on their registers.

    python benchmarks/synthetic/qof.py FOLDER

The first practice has the list and the prevalence of the published example, and every patient assessed and treated: £14,924.71. The others fall
short; some answers are missing, one row is sent twice, and one names a practice that there is not.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

LISTS = {"gp1": 16000, "gp2": 9374, "gp3": 5210, "gp4": 12033}
REGISTERS = {"gp1": 488, "gp2": 197, "gp3": 90, "gp4": 301}


def patients() -> list[str]:
    draw = random.Random(2022)
    out = []
    for practice, size in REGISTERS.items():
        for number in range(1, size + 1):
            high = draw.random() < 0.8
            excepted = draw.choices(("none", "unsuitable", "declined", "new"), (92, 3, 3, 2))[0]
            if practice == "gp1":
                assessed, treated = "yes", "yes"
            else:
                assessed = draw.choices(("yes", "no", ""), (72, 26, 2 if practice == "gp4" else 0))[0]
                treated = draw.choices(("yes", "no"), (85, 15))[0]
            out.append(f"{practice}-{number:04d},{practice},{assessed},{'yes' if high else 'no'},{treated},{excepted}")
    out.append(out[700])  # sent twice
    out.append("gp9-0001,gp9,yes,yes,yes,none")  # no such practice
    return out


def main(folder: str) -> None:
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    lists = "practice,list_size\n" + "".join(f"{name},{size}\n" for name, size in LISTS.items())
    (path / "practices.csv").write_text(lists, encoding="utf-8", newline="\n")
    header = "patient,practice,assessed,high_risk,anticoagulant,excepted"
    (path / "patients.csv").write_text("\n".join([header, *patients()]) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])
