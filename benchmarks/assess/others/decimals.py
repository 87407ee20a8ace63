"""The same work a row at a time, with the standard library: ``csv``, ``datetime``, ``Decimal``.

    python benchmarks/assess/others/decimals.py SUBMISSION OUT

Writes ``payments.csv``, ``findings.csv`` (each cell or row with something wrong) and ``told.json`` (totals, counts of rows). It keeps no trace of the
values between, and makes no digests. Reads CSV only: the standard library has no Parquet.
"""

from __future__ import annotations

import calendar
import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from agreed import (
    BANDS,
    CAP,
    COLUMNS,
    COMPLETE_TO,
    FEES,
    FIRST_DAY,
    KEY,
    LAST_DAY,
    MAY_BE_BLANK,
    MOST_FEE,
    PARTNERS,
    PRICES,
    SECOND_YEAR,
    WAIT,
    WINDOW,
    YEARS,
    fee_at_risk,
    few_enough,
)

Row = dict[str, Any]
NOTHING = Decimal("0.00")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
KEYS = re.compile(KEY)
LISTS = {"partner": PARTNERS, "band": BANDS, "milestone": tuple(PRICES), "moved_away": ("yes", "no")}


def pounds(pence: int) -> Decimal:
    return Decimal(pence).scaleb(-2)


PRICE = {code: pounds(pence) for code, pence in PRICES.items()}
FEE = {year: {band: pounds(pence) for band, pence in card.items()} for year, card in FEES.items()}
LIMIT, MOST = pounds(CAP), pounds(MOST_FEE)


def months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def read_cell(column: str, text: str) -> Any:
    """The value of a cell. Raises ValueError where it is none."""
    if column.endswith("_id"):
        if not KEYS.fullmatch(text):
            raise ValueError(text)
        return text
    if column in LISTS:
        if text not in LISTS[column]:
            raise ValueError(text)
        return text
    if not DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


class Script:
    def __init__(self, given: Path, out: Path) -> None:
        self.given, self.out = given, out
        out.mkdir(parents=True)
        self.findings: list[tuple[str, int, str, str, str]] = []
        self.rows: dict[str, dict[str, int]] = {}

    def read(self, table: str) -> tuple[list[Row], list[Row]]:
        """The rows that stand, and those with a bad cell. Of rows with one key, equal ones count once and others not at all."""
        good, bad = [], []
        first, seen = COLUMNS[table][0], defaultdict(list)
        with (self.given / f"{table}.csv").open(newline="", encoding="utf-8") as file:
            for number, texts in enumerate(csv.DictReader(file), 1):
                row: Row = {"_row": number}
                wrong = False
                for column, text in texts.items():
                    if text == "" and column in MAY_BE_BLANK:
                        row[column] = None
                        continue
                    try:
                        row[column] = read_cell(column, text)
                    except ValueError:
                        row[column], wrong = None, True
                        self.findings.append((table, number, column, "reject", text))
                (bad if wrong else good).append(row)
                if row[first] is not None:
                    seen[row[first]].append((number, texts))
        copies, conflicts = set(), set()
        for value, rows in seen.items():
            if len(rows) > 1:
                alike = all(texts == rows[0][1] for _, texts in rows)
                for number, _ in rows[1:] if alike else rows:
                    (copies if alike else conflicts).add(number)
                    self.findings.append((table, number, first, "unused" if alike else "reject", value))
        stand = [row for row in good if row["_row"] not in copies and row["_row"] not in conflicts]
        bad = [row for row in bad if row["_row"] not in copies]
        rejected = {row["_row"] for row in bad} | conflicts
        self.rows[table] = {"submitted": len(stand) + len(rejected) + len(copies), "rejected": len(rejected), "copies": len(copies)}
        bad += [row for row in good if row["_row"] in conflicts]
        return stand, bad

    def people(self) -> dict[str, Row]:
        stand, _ = self.read("people")
        people: dict[str, Row] = {}
        for row in stand:
            day = row["started_on"]
            if not FIRST_DAY <= day <= LAST_DAY:
                self.reject("people", row, "started_on", str(day))
                continue
            row["year"] = YEARS[day >= SECOND_YEAR]
            row["ends"], row["settles"] = months_after(day, WINDOW), months_after(day, WINDOW + WAIT)
            row["answers"], row["claims"], row["lines"] = [], [], []
            people[row["person_id"]] = row
        few_enough(self.rows["people"])
        return people

    def reject(self, table: str, row: Row, column: str, value: str, counted: bool = False) -> None:
        self.findings.append((table, row["_row"], column, "reject", value))
        self.rows[table]["rejected"] += not counted

    def claims(self, people: dict[str, Row]) -> list[Row]:
        stand, bad = self.read("claims")
        for row in bad:
            if row["person_id"] is not None and row["person_id"] not in people:
                self.reject("claims", row, "person_id", row["person_id"], counted=True)
        claims = []
        for row in stand:
            person = people.get(row["person_id"])
            if person is None:
                self.reject("claims", row, "person_id", row["person_id"])
            elif row["achieved_on"] < person["started_on"]:
                self.reject("claims", row, "achieved_on, people.started_on", f"{row['achieved_on']}, {person['started_on']}")
            else:
                row["in_time"] = row["achieved_on"] < person["ends"]
                person["claims"].append(row)
                claims.append(row)
        return claims

    def convictions(self, people: dict[str, Row]) -> None:
        """Keeps with each person what each conviction says: True, or None where it may still come to count."""
        stand, _ = self.read("convictions")
        few_enough(self.rows["convictions"])
        for row in stand:
            offended, convicted = row["offended_on"], row["convicted_on"]
            if convicted is not None and convicted < offended:
                self.findings.append(("convictions", row["_row"], "convicted_on, offended_on", "flag", f"{convicted}, {offended}"))
            person = people.get(row["person_id"])
            if person is None or not person["started_on"] <= offended < person["ends"]:
                continue
            if convicted is None:
                if (person["settles"] - COMPLETE_TO).days > 1:
                    person["answers"].append(None)
            elif person["started_on"] <= convicted < person["settles"]:
                person["answers"].append(True)

    def decide(self, people: dict[str, Row]) -> None:
        """A line for each claim and each person, with what it comes to under the person's cap."""
        for person in people.values():
            claims = sorted(person["claims"], key=lambda row: (row["achieved_on"], row["claim_id"]))
            at_work = [row["achieved_on"] for row in claims if row["milestone"] == "in_work" and row["in_time"]]
            met = set()
            for claim in claims:
                after = claim["milestone"] != "kept_job" or (at_work and at_work[0] <= claim["achieved_on"])
                pays = bool(claim["in_time"] and after and claim["milestone"] not in met)
                if pays:
                    met.add(claim["milestone"])
                claim["low"] = claim["high"] = PRICE[claim["milestone"]] if pays else NOTHING
            fee = FEE[person["year"]][person["band"]]
            stayed_out, did = not person["answers"], any(person["answers"])
            if person["settles"] > COMPLETE_TO:
                person["reconvicted"], person["low"], person["high"] = None, NOTHING, MOST
            else:
                person["reconvicted"] = did
                person["low"] = person["high"] = fee if stayed_out else NOTHING
            lines = [((row["achieved_on"], 0, row["claim_id"]), row) for row in claims] + [((person["settles"], 1, ""), person)]
            lows = highs = NOTHING
            for _, line in sorted(lines, key=lambda pair: pair[0]):
                low, high = line["low"], line["high"]
                line["low"], line["high"] = max(min(low, LIMIT - highs), NOTHING), max(min(high, LIMIT - lows), NOTHING)
                lows, highs = lows + low, highs + high

    def groups(self, people: dict[str, Row]) -> Iterator[tuple[str, Decimal | None]]:
        counts: dict[tuple[str, str], dict[str, int]] = {
            (year, partner): dict.fromkeys(("yes", "no", "open", "maybe_yes", "maybe_no", "maybe_open"), 0)
            for year in YEARS
            for partner in PARTNERS
        }
        for person in people.values():
            if person["moved_away"] != "yes":
                maybe = "" if person["moved_away"] == "no" else "maybe_"
                answer = {True: "yes", False: "no", None: "open"}[person["reconvicted"]]
                counts[person["year"], person["partner"]][maybe + answer] += 1
        for (year, partner), count in counts.items():
            pence = fee_at_risk(partner, year, count)
            yield f"{year} | {partner}", None if pence is None else pounds(pence)

    def run(self) -> None:
        people = self.people()
        claims = self.claims(people)
        self.convictions(people)
        self.decide(people)
        totals: dict[str, dict[str, Any]] = {}
        with (self.out / "payments.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("payment", "key", "low", "high", "amount", "result"))

            def line(payment: str, key: str, low: Decimal | None, high: Decimal | None) -> None:
                total = totals.setdefault(payment, {"lines": 0, "gross": NOTHING, "deducted": NOTHING, "held": 0})
                total["lines"] += 1
                if low is None or low != high:
                    total["held"] += 1
                    writer.writerow((payment, key, low, high, None, "held"))
                    return
                total["gross" if low > 0 else "deducted"] += low
                writer.writerow((payment, key, low, high, low, "pays" if low > 0 else "deducts" if low < 0 else "pays_nothing"))

            for claim in sorted(claims, key=lambda row: str(row["claim_id"])):
                line("milestone_payment", claim["claim_id"], claim["low"], claim["high"])
            for key in sorted(people):
                line("stayed_out", key, people[key]["low"], people[key]["high"])
            for key, fee in self.groups(people):
                line("fee_at_risk", key, fee, fee)
        with (self.out / "findings.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("table_name", "row", "column_name", "severity", "value"))
            writer.writerows(sorted(self.findings))
        (self.out / "told.json").write_text(json.dumps({"unit": "pounds", "rows": self.rows, "totals": totals}, indent=1, default=str))


if __name__ == "__main__":
    Script(Path(sys.argv[1]), Path(sys.argv[2])).run()
