"""Makes the referrals that validation is timed on: a CSV of 13 columns, clean or with some dirty rows. Nobody in it exists.

    python benchmarks/validation/generate.py OUT.csv [ROWS] [DIRTY SHARE]

The same arguments give the same bytes (only ``getrandbits`` is used). Each dirty row has one fault, the next of ``FAULTS``, so
how many rows must be rejected, and for what, is known without reading the file.
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path

SEED = 20261122
HEADER = (
    "referral_id,nhs_number,date_of_birth,referred_on,started_on,ended_on,provider_code,band,sessions,score_before,score_after,fee,employed"
)
PROVIDERS = ("RX1", "RX2", "RY3", "RT5", "NQL")
BANDS = ("standard", "enhanced", "complex")
# the column's place and what is written there; None for an NHS number: its last digit is another
FAULTS = (
    (1, None),
    (3, "31/02/2024"),
    (3, "2024-02-30"),
    (6, "RX 1"),
    (8, "n/k"),
    (8, "99"),
    (9, "27.5"),
    (11, "1e3"),
    (7, ""),
    (12, "maybe"),
    (0, "X1"),
)
_DAYS = [(date(1940, 1, 1) + timedelta(days)).isoformat() for days in range(40_000)]
_BORN, _REFERRED = 20_000, (date(2023, 4, 1) - date(1940, 1, 1)).days


def _nhs_number(serial: int) -> str:
    """A number whose check digit agrees, from any nine digits; where no digit can agree the next nine are taken."""
    while True:
        digits = f"{serial % 10**9:09d}"
        check = -sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 11
        if check < 10:
            return f"{digits}{check}"
        serial += 1


def _spoil(cells: list[str], kind: int) -> None:
    place, value = FAULTS[kind]
    cells[place] = value if value is not None else cells[place][:-1] + str((int(cells[place][-1]) + 1) % 10)


def write(path: Path, rows: int, dirty: float) -> int:
    """Writes the file; gives how many of its rows are dirty."""
    bits = random.Random(SEED).getrandbits
    spoilt, limit = 0, int(dirty * 2**20)
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(HEADER + "\n")
        lines: list[str] = []
        for number in range(1, rows + 1):
            noise = bits(96)
            person = (noise & 0xFFFFF) * 947 + 400_000_000
            referred = _REFERRED + (noise >> 20) % 700
            started = referred + (noise >> 30) % 40
            ended = started + 20 + (noise >> 36) % 120
            before = (noise >> 43) % 28
            cells = [
                f"R{number:08d}",
                _nhs_number(person),
                _DAYS[(noise >> 48) % _BORN],
                _DAYS[referred],
                _DAYS[started],
                _DAYS[ended] if (noise >> 62) & 3 else "",
                PROVIDERS[(noise >> 64) % 5],
                BANDS[(noise >> 66) % 3],
                str((noise >> 68) % 40),
                f"{before}.0" if (noise >> 72) & 1 else str(before),
                str(before * ((noise >> 73) & 7) // 8) if (noise >> 76) & 7 else "",
                f"{150 + (noise >> 79) % 850}.{(noise >> 70) % 100:02d}",
                "yes" if (noise >> 89) & 1 else "no",
            ]
            if bits(20) < limit:
                _spoil(cells, spoilt % len(FAULTS))
                spoilt += 1
            lines.append(",".join(cells))
            if number % 50_000 == 0:
                out.write("\n".join(lines) + "\n")
                lines.clear()
        if lines:
            out.write("\n".join(lines) + "\n")
    return spoilt


if __name__ == "__main__":
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    made = write(Path(sys.argv[1]), count, float(sys.argv[3]) if len(sys.argv) > 3 else 0.002)
    print(f"{count} rows, {made} of them dirty")
