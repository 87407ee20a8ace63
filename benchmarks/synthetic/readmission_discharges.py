"""Makes the synthetic submission of health/readmissions-discharges-fy2025: an invented hospital, invented coefficients, invented stays.

    python benchmarks/synthetic/readmission_discharges.py FOLDER

The columns are those that the contract's layout names. Each sheet is written twice, once for each table that is read from it, as they are given
when a real report is assessed. One condition has too few stays, and in it a stay without one of its factors and one with an indicator that the
contract does not know: neither can matter. One has exactly 25. One stay is there twice.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

CONTRACT = Path(__file__).parents[2] / "contracts/health/readmissions-discharges-fy2025/contract.yaml"
COUNTED = {"ami": 20, "copd": 25, "hf": 60, "pneumonia": 80, "tha_tka": 40}
OUT = ("1", "1,2", "1,2", "4", "5", "9", "10", "15", "1,2,15")
# peer medians, and the part of base payments
CONDITIONS = {
    "ami": ("0.99512345678901", "0.02212345678901"),
    "copd": ("0.99887766554433", "0.03151515151515"),
    "hf": ("1.02345678901234", "0.04433221100998"),
    "pneumonia": ("0.98712398712398", "0.05234523452345"),
    "tha_tka": ("0.99110022003300", ""),
}


def headings() -> dict[str, list[str]]:
    """The headings of each condition's factors, from the layout of the contract."""
    layout: dict[str, Any] = YAML(typ="base", pure=True).load(CONTRACT.read_text(encoding="utf-8"))["layout"]
    return {
        name: [said for ours, said in layout[f"{name}_stays"]["columns"].items() if ours not in ("stay", "indicator")] for name in COUNTED
    }


def sheet(name: str, factors: list[str]) -> list[str]:
    draw = random.Random(f"2025 {name}")
    quoted = [f'"{factor}"' if "," in factor else factor for factor in factors]
    lines = [",".join(("ID Number", "Cohort Inclusion/Exclusion Indicator", *quoted, "HOSP_EFFECT", "AVG_EFFECT"))]
    effects = [
        f"0.0{draw.randrange(10**12, 10**13)}",
        *(f"{draw.choice(('', '', '-'))}0.{draw.randrange(10**12, 3 * 10**13):014d}" for _ in factors[1:]),
    ]
    average = -2 - draw.randrange(10**14) / 10**14
    own = average + (draw.randrange(-(10**13), 10**13) / 10**14 if name in ("hf", "tha_tka") else draw.randrange(10**13) / 10**14)
    lines.append(",".join(("--", "--", *effects, f"{own:.14f}", f"{average:.14f}")))
    for number in range(1, COUNTED[name] + 1):
        found = [str(draw.randrange(31)), *(str(int(draw.random() < 0.25)) for _ in factors[1:])]
        if name == "ami" and number == 7:
            found[1] = "N/A"
        lines.append(",".join((str(number), "0", *found, "N/A", "N/A")))
    for number, why in enumerate(OUT, COUNTED[name] + 1):
        said = f'"{why}"' if "," in why else why
        lines.append(",".join((str(number), said, *("N/A" for _ in factors), "N/A", "N/A")))
    if name == "ami":
        lines.append(",".join(("31", "77", *("N/A" for _ in factors), "N/A", "N/A")))  # no such indicator
    if name == "hf":
        lines.append(lines[5])
    return lines


def tables() -> dict[str, list[str]]:
    out = {"hospital": ["hospital_ccn,neutrality", "SYN001,0.97153846153846"]}
    out["conditions"] = ["condition,hospital_ccn,peer_median,drg_ratio"]
    out["conditions"] += [f"{name},SYN001,{median},{part}" for name, (median, part) in CONDITIONS.items()]
    for name, factors in headings().items():
        out[f"{name}_model"] = out[f"{name}_stays"] = sheet(name, factors)
    return out


def main(folder: str) -> None:
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    for name, lines in tables().items():
        (path / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])
