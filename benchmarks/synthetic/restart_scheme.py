"""Makes the synthetic submission of employment/restart-scheme: people, what employers paid them, and work for themselves. Nobody in it exists.

    python benchmarks/synthetic/restart_scheme.py FOLDER

Pay comes monthly or weekly, from one employer or two, and stops and starts. Some of it has no amount; one line is below nothing, one is sent twice, some belong to
nobody here, as in every register; one person's start cannot be read, and one spell of work for oneself ends before it begins.
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path

COMPLETE = date(2024, 6, 30)
PEOPLE = 150


def made() -> tuple[list[str], list[str], list[str]]:
    draw = random.Random(2021)
    people, pay, trading = [], [], []
    for number in range(1, PEOPLE + 1):
        person = f"R{number:04d}"
        started = date(2021, 7, 1) + timedelta(days=draw.randrange(700))
        people.append(f"{person},{started.isoformat()}")
        for _ in range(draw.choice((0, 1, 1, 2))):
            day, every = started + timedelta(days=draw.randrange(-20, 300)), draw.choice((7, 30))
            wage = draw.randrange(4_000, 15_000) * (1 if every == 7 else 4)
            for _ in range(draw.choice((2, 5, 12, 30))):
                day += timedelta(days=every)
                if day <= COMPLETE and draw.random() < 0.93:
                    pence = wage + draw.randrange(-300, 300)
                    amount = "" if draw.random() < 0.01 else f"{pence // 100}.{pence % 100:02d}"
                    pay.append(f"{person},{day.isoformat()},{amount}")
        if draw.random() < 0.12:
            began = started + timedelta(days=draw.randrange(10, 300))
            ended = began + timedelta(days=draw.choice((60, 150, 181, 184, 220, 400)))
            if began <= COMPLETE:
                trading.append(f"{person},1,{began.isoformat()},{ended.isoformat() if ended <= COMPLETE else ''}")
    people[-1] = "R0150,some day in May"
    pay[10] = ",".join([*pay[10].split(",")[:2], "-12.00"])
    pay += [f"R{number},2022-05-31,1200.00" for number in range(9000, 9025)]
    person, spell, began, _ = trading[3].split(",")
    trading[3] = f"{person},{spell},{began},{(date.fromisoformat(began) - timedelta(days=1)).isoformat()}"
    lines = [f"P{number:05d},{line}" for number, line in enumerate(pay, 1)]
    return people, [*lines, lines[20]], trading


def main(folder: str) -> None:
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    heads = ("person_id,started_on", "payment_id,person_id,paid_on,amount", "person_id,spell_no,began_on,ended_on")
    for name, head, rows in zip(("people", "earnings", "self_employment"), heads, made(), strict=True):
        (path / f"{name}.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])
