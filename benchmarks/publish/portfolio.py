"""Makes the assessments that ``run.py`` publishes: 10 shipped contracts, 5 providers, 8 periods.

    python benchmarks/publish/portfolio.py FOLDER

Each provider has people of its own: about 60% of those of the contract's synthetic submission, chosen by a digest, so the same each time. A period's data has the rows that begin by its last day; of a table
without days most rows are there from the start, and the others come one period after another. Nobody in it exists. What is there already is left as it is, so it can be stopped and gone on with.
"""

from __future__ import annotations

import calendar
import csv
import hashlib
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT)]

PROVIDERS = ("Ashby", "Brackley", "Corby", "Daventry", "Evesham")
PERIODS = 8
# contract: the last day, months between two periods, the column that says whose a row is (empty: a row is one by itself)
CONTRACTS = {
    "care/care-leavers-reboot-west": ("2022-03-31", 3, "person_id"),
    "employment/restart-scheme": ("2024-06-30", 3, "person_id"),
    "employment/work-programme": ("2014-12-31", 3, "person_id"),
    "environment/amazon-fund": ("2010-07-31", 3, ""),
    "health/qof-atrial-fibrillation": ("2023-03-31", 1, "patient"),
    "housing/denver-supportive-housing": ("2021-03-31", 1, "person_id"),
    "justice/electronic-monitoring": ("2013-06-30", 1, "person_id"),
    "justice/hmp-doncaster": ("2015-09-30", 3, "person_id"),
    "justice/transforming-rehabilitation": ("2018-03-31", 1, "person_id"),
    "transport/rail-performance-regime": ("2020-08-31", 1, "train_id"),
}
DAY = re.compile(r"\d{4}-\d\d-\d\d")
SHARE = 60  # percent of the people that a provider has
LARGER = {
    "housing/denver-supportive-housing": 100
}  # of fewer, some provider is paid nothing for days at home; that gives people away, and more is withheld
WHOLE = ("practices", "plan")  # tables that every provider has whole


def chance(*words: str) -> int:
    """0 to 99, the same each time for the same words."""
    return int.from_bytes(hashlib.sha256("|".join(words).encode()).digest()[:4], "big") % 100


def months_before(day: str, months: int) -> str:
    year, month = divmod(int(day[:4]) * 12 + int(day[5:7]) - 1 - months, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1]).isoformat()


def rows_of(path: Path, whose: str, provider: str, day: str, period: int, share: int) -> tuple[list[str], list[dict[str, str]]]:
    """The heads and rows of a table as the provider submits it at the end of a period (0 to 7)."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        heads = list(reader.fieldnames or ())
        kept = []
        for row in reader:
            key = row.get(whose) or next(iter(row.values()))
            days = [value for value in row.values() if DAY.fullmatch(value)]
            there = min(days) <= day if days else chance("when", key) < 80 + 20 * (period + 1) // PERIODS
            if path.stem in WHOLE or (there and chance(provider, key) < share):
                kept.append(row)
    return heads, kept


def submitted(contract: str, whose: str, provider: str, day: str, period: int, folder: Path) -> dict[str, Path]:
    """Writes a submission, and gives its files by table."""
    tables, orders = {}, set()
    files = sorted((ROOT / "contracts" / contract / "submission").glob("*.csv"))
    for path in sorted(files, key=lambda path: path.stem != "orders"):
        heads, rows = rows_of(path, whose, provider, day, period, LARGER.get(contract, SHARE))
        if path.stem == "orders":
            orders = {row["order_id"] for row in rows}
        elif "order_id" in heads and whose not in heads:  # rows that are somebody's through an order
            with path.open(encoding="utf-8", newline="") as file:
                rows = [row for row in csv.DictReader(file) if row["order_id"] in orders and row["fitted_on"] <= day]
        tables[path.stem] = folder / path.name
        with tables[path.stem].open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, heads, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return tables


def totals_of(contract: str, tables: dict[str, Path]) -> dict[str, dict[str, str]] | None:
    """The control totals where the contract asks for them."""
    if contract != "justice/electronic-monitoring":
        return None
    with tables["charges"].open(encoding="utf-8", newline="") as file:
        people = [row["person_id"] for row in csv.DictReader(file)]
    return {"charges": {"rows": str(len(people)), "people": str(len(set(people)))}}


def jobs() -> Iterator[tuple[str, int, int]]:
    """(contract, provider, period): every 10 of them are of all contracts, so that the first 100 or 200 are a fair part."""
    for provider in range(len(PROVIDERS)):
        for period in range(PERIODS):
            for contract in CONTRACTS:
                yield contract, provider, period


def folder_of(home: Path, job: tuple[str, int, int]) -> Path:
    contract, provider, period = job
    return home / f"{provider}-{period}-{Path(contract).name}"


def make(home: Path, job: tuple[str, int, int]) -> str:
    """One assessment. Empty, or what is wrong."""
    import pbr
    from pbr.problem import Refused

    contract, number, period = job
    out, provider = folder_of(home, job), PROVIDERS[number]
    if out.exists():
        return ""
    last, months, whose = CONTRACTS[contract]
    day = months_before(last, months * (PERIODS - 1 - period))
    with tempfile.TemporaryDirectory() as inside:
        own = Path(inside) / "contract"
        shutil.copytree(ROOT / "contracts" / contract, own, ignore=shutil.ignore_patterns("submission"))
        text = (own / "contract.yaml").read_text(encoding="utf-8")
        text = re.sub(r"^(contract: .*)$", rf"\1-{provider.lower()}", text, count=1, flags=re.MULTILINE)
        text = re.sub(r"(provider: )[^},]+", rf"\1{provider} Trust", text, count=1)
        (own / "contract.yaml").write_text(text, encoding="utf-8")
        data = Path(inside) / "data"
        data.mkdir()
        tables = submitted(contract, whose, provider, day, period, data)
        try:
            pbr.assess(own, tables, day, out, control_totals=totals_of(contract, tables), rules=[ROOT / "rules"])
        except Refused as error:
            return f"{out.name}: {error}"
    return ""


def main() -> int:
    home = Path(sys.argv[1])
    home.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(2) as pool:
        wrong = [said for said in pool.map(make, *zip(*((home, job) for job in jobs()), strict=True)) if said]
    print("\n".join(wrong) or f"{len(list(home.iterdir()))} assessments")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
