"""Makes the synthetic submission of health/budget-neutral-pool: forty invented hospitals.

    python benchmarks/synthetic/pool.py FOLDER

Some meet the floor and some the cap. Two take no part, one of them without a score; one row is there twice.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path


def rows() -> list[str]:
    draw = random.Random(412)
    out = ["hospital,takes_part,base_payments,score"]
    for number in range(1, 41):
        base = draw.randrange(2_000_000_00, 300_000_000_00)
        score = draw.randrange(1000, 6000)
        if number % 13 == 0:
            score = draw.randrange(0, 400)
        if number % 11 == 0:
            score = draw.randrange(8500, 10001)
        part = "no" if number in (9, 31) else "yes"
        shown = "" if number == 31 else f"{score // 100}.{score % 100:02d}"
        out.append(f"H{number:03d},{part},{base // 100}.{base % 100:02d},{shown}")
    out.append(out[4])
    return out


def main(folder: str) -> None:
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    (path / "hospitals.csv").write_text("\n".join(rows()) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])
