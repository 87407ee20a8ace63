"""Makes the synthetic submission of environment/amazon-fund: clearings of five satellite years, by state.

    python benchmarks/synthetic/amazon_fund.py FOLDER

The year 2007/08 adds up to the 1.29 million hectares that were published; the others are invented. One clearing has no area that can be read, in a
year that lies far above the reference; one is sent twice.
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path

STATES = ("AC", "AM", "AP", "MA", "MT", "PA", "RO", "RR", "TO")
HECTARES = {2005: 2_105_000, 2006: 1_930_000, 2007: 1_290_000, 2008: 1_955_000, 2009: 1_940_000}
CLEARINGS = 60


def rows() -> list[str]:
    draw = random.Random(2008)
    out = []
    for year, total in HECTARES.items():
        first = date(year, 8, 1)
        weights = [draw.randrange(1, 100) for _ in range(CLEARINGS)]
        hundredths = [total * 100 * weight // sum(weights) for weight in weights]
        hundredths[-1] += total * 100 - sum(hundredths)
        for number, area in enumerate(hundredths, 1):
            seen = first + timedelta(days=draw.randrange(365))
            cell = "cloud" if year == 2005 and number == 3 else f"{area // 100}.{area % 100:02d}"
            out.append(f"{year}-{number:03d},{draw.choice(STATES)},{seen.isoformat()},{cell}")
    out.append(out[100])  # sent twice
    return out


def main(folder: str) -> None:
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    (path / "clearings.csv").write_text("\n".join(["clearing_id,state,seen_on,hectares", *rows()]) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])
