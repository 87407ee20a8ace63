"""Makes the synthetic submission of health/shared-savings-py2023: invented organisations, in the columns of the public use file.

    python benchmarks/synthetic/shared_savings.py FOLDER

Every track, savings below, at and above the minimum rate, losses with and without a disaster, a limit that binds; two rows that cannot be right.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

HEADER = "ACO_ID,Current_Track,Risk_Model,ABtotBnchmk,ABtotExp,BnchmkMinExp,MinSavPerc,FinalShareRate,FinalLossRate,DisAdj"
RATES = {"A": (40, ""), "B": (40, ""), "C": (50, "30.00%"), "D": (50, "30.00%"), "E": (50, "30.00%"), "EN": (75, "40.00%")}


def rows() -> list[str]:
    draw = random.Random(2023)
    out = []
    for number in range(30):
        track = list(RATES)[number % 6]
        share, loss_rate = RATES[track]
        benchmark = draw.randrange(60_000_000, 900_000_000)
        least = draw.choice((0, 50, 100, 200, 318))  # hundredths of a percent
        saving = draw.randrange(-benchmark // 20, benchmark // 8)
        if number == 7:
            benchmark, least, saving = 100_000_000, 200, 2_000_000  # exactly the minimum rate
        if number == 13:
            benchmark, least, saving = 100_000_000, 200, 1_999_999  # a dollar less
        if number == 12:
            benchmark, least, saving = 100_000_000, 100, 40_000_000  # the limit of 10% binds
        disaster = -draw.randrange(100_000, 900_000) if saving < 0 and loss_rate and number % 4 else 0
        spent = benchmark - saving + draw.choice((-1, 0, 0, 1))  # as published: each is rounded to dollars by itself
        adjustment = str(disaster) if loss_rate else ""
        out.append(
            f"S{number + 1:04d},{track},{'Two-Sided' if loss_rate else 'One-Sided'},{benchmark},{spent},{saving},{least / 100:.2f}%,{share}.00%,{loss_rate},{adjustment}"
        )
    out.append("S0031,E,Two-Sided,100000000,90000000,20000000,1.00%,50.00%,30.00%,0")  # the difference is not what it says
    out.append("S0032,E,Two-Sided,100000000,110000000,-10000000,1.00%,50.00%,,0")  # bears risk, and no rate
    return out


def main(folder: str) -> None:
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    (path / "organisations.csv").write_text("\n".join([HEADER, *rows()]) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])
