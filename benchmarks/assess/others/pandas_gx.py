"""The same work as an analyst would write it: Great Expectations checks the rows, pandas works out outcomes and payments, in whole pence.

    python benchmarks/assess/others/pandas_gx.py SUBMISSION OUT

Writes ``payments``, ``findings`` (each cell or row with something wrong), both as Parquet where pyarrow is installed and as CSV elsewhere, and
``told.json`` (totals, counts of rows). It keeps no trace of the values between, and makes no digests. Every expectation is asked for every row that fails.
What Great Expectations cannot say (a day that exists, something of another table) pandas works out as a column, and the expectation is about that.
Reading Parquet needs pyarrow.
"""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from agreed import (
    BANDS,
    CAP,
    COLUMNS,
    COMPLETE_TO,
    FEES,
    FIRST_DAY,
    KEY,
    LAST_DAY,
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

END = pd.Timestamp(COMPLETE_TO)
B1, B2, B3 = "started outside the term", "achieved before the start", "convicted before the offence"


def expected(table: str) -> list[tuple[str, Any]]:
    """What is expected of the rows of a table, each with the column that a finding is about."""
    keys = [name for name in COLUMNS[table] if name.endswith("_id")]
    out: list[tuple[str, Any]] = [(name, gxe.ExpectColumnValuesToMatchRegex(column=name, regex=f"^{KEY}$")) for name in keys]
    out.append(("same key", gxe.ExpectColumnValuesToBeUnique(column=keys[0])))

    def one_of(name: str, values: Any) -> tuple[str, Any]:
        return name, gxe.ExpectColumnValuesToBeInSet(column=name, value_set=list(values))

    def a_day(name: str) -> tuple[str, Any]:
        return name, gxe.ExpectColumnValuesToNotBeNull(column=f"{name} day")

    if table == "people":
        out += [one_of("partner", PARTNERS), one_of("band", BANDS), one_of("moved_away", ("yes", "no", "")), a_day("started_on")]
        out.append(
            (
                B1,
                gxe.ExpectColumnValuesToBeBetween(
                    column="started_on day", min_value=pd.Timestamp(FIRST_DAY), max_value=pd.Timestamp(LAST_DAY)
                ),
            )
        )
    elif table == "claims":
        out += [one_of("milestone", PRICES), a_day("achieved_on")]
        out += [("nobody", one_of("person known", [True])[1]), (B2, one_of("not before the start", [True])[1])]
    else:
        out += [a_day("offended_on"), ("convicted_on", one_of("convicted_on readable", [True])[1])]
        later = {
            "column_A": "convicted_on day",
            "column_B": "offended_on day",
            "or_equal": True,
            "ignore_row_if": "either_value_is_missing",
        }
        out.append((B3, gxe.ExpectColumnPairValuesAToBeGreaterThanB(**later)))
    return out


class Analysis:
    def __init__(self, given: Path, out: Path) -> None:
        self.given, self.out = given, out
        out.mkdir(parents=True)
        self.context = gx.get_context(mode="ephemeral")
        self.context.variables.progress_bars = {"globally": False}
        self.findings: list[pd.DataFrame] = []
        self.rows: dict[str, dict[str, int]] = {}

    def read(self, table: str) -> pd.DataFrame:
        path = self.given / f"{table}.csv"
        rows = pd.read_csv(path, dtype=str, keep_default_na=False) if path.exists() else pd.read_parquet(path.with_suffix(".parquet"))
        for name in COLUMNS[table]:
            if name.endswith("_on"):
                rows[f"{name} day"] = pd.to_datetime(rows[name], format="%Y-%m-%d", errors="coerce")
        rows.insert(0, "_row", range(1, len(rows) + 1))
        return rows

    def validate(self, table: str, rows: pd.DataFrame) -> dict[str, pd.Index]:
        """Which rows fail what."""
        asked = expected(table)
        for number, (_, expectation) in enumerate(asked):
            expectation.meta = {"number": number}
        batch = (
            self.context.data_sources.add_pandas(table)
            .add_dataframe_asset(table)
            .add_batch_definition_whole_dataframe("all")
            .get_batch({"dataframe": rows})
        )
        how = {"result_format": "COMPLETE", "unexpected_index_column_names": ["_row"], "include_unexpected_rows": False}
        result = batch.validate(gx.ExpectationSuite(table, expectations=[expectation for _, expectation in asked]), result_format=how)
        failed = {}
        for one in result.results:
            if "unexpected_index_list" not in one.result and not one.success:
                raise RuntimeError(one.exception_info)  # it could not be asked
            wrong = [row["_row"] for row in one.result.get("unexpected_index_list") or []]
            failed[asked[one.expectation_config.meta["number"]][0]] = pd.Index(wrong, dtype="int64")
        return failed

    def find(self, table: str, rows: pd.DataFrame, column: str, severity: str, value: Any) -> None:
        found = {"table_name": table, "row": rows["_row"], "column_name": column, "severity": severity, "value": value}
        if len(rows):
            self.findings.append(pd.DataFrame(found))

    def judge(self, table: str, rows: pd.DataFrame, failed: dict[str, pd.Index]) -> pd.DataFrame:
        """The rows that stand: readable, and each key once. Of rows with one key, equal ones count once and others not at all."""
        key, bad = COLUMNS[table][0], pd.Index([], dtype="int64")
        for name in COLUMNS[table]:
            wrong = rows[rows["_row"].isin(failed[name])] if name in failed else rows.iloc[:0]
            self.find(table, wrong, name, "reject", wrong[name])
            bad = bad.union(failed.get(name, bad))
        same = rows[rows["_row"].isin(failed["same key"].difference(failed[key]))]
        alike = same.groupby(key)[list(COLUMNS[table])].transform("nunique").max(axis=1) == 1
        copies, conflicts = same[alike & same.duplicated(key)], same[~alike]
        self.find(table, copies, key, "unused", copies[key])
        self.find(table, conflicts, key, "reject", conflicts[key])
        bad = bad.difference(pd.Index(copies["_row"])).union(pd.Index(conflicts["_row"]))
        self.rows[table] = {"submitted": len(rows), "rejected": len(bad), "copies": len(copies)}
        self.copies = copies["_row"]
        return rows[~rows["_row"].isin(bad.union(pd.Index(copies["_row"])))]

    def people(self) -> pd.DataFrame:
        rows = self.read("people")
        failed = self.validate("people", rows)
        stand = self.judge("people", rows, failed)
        outside = stand["_row"].isin(failed[B1])
        self.find("people", stand[outside], "started_on", "reject", stand[outside]["started_on"])
        self.rows["people"]["rejected"] += int(outside.sum())
        few_enough(self.rows["people"])
        people = stand[~outside].sort_values("person_id", ignore_index=True)
        day = people["started_on day"]
        people["ends"], people["settles"] = day + pd.DateOffset(months=WINDOW), day + pd.DateOffset(months=WINDOW + WAIT)
        people["year"] = (day >= pd.Timestamp(SECOND_YEAR)).map({False: YEARS[0], True: YEARS[1]})
        return people

    def claims(self, people: pd.DataFrame) -> pd.DataFrame:
        rows = self.read("claims")
        rows = rows.merge(people[["person_id", "started_on day", "ends"]], on="person_id", how="left")
        rows["person known"] = rows["started_on day"].notna()
        rows["not before the start"] = ~(rows["achieved_on day"] < rows["started_on day"])
        failed = self.validate("claims", rows)
        stand = self.judge("claims", rows, failed)
        nobody = rows[rows["_row"].isin(failed["nobody"].difference(failed["person_id"])) & ~rows["_row"].isin(self.copies)]
        self.find("claims", nobody, "person_id", "reject", nobody["person_id"])
        unknown = stand["_row"].isin(nobody["_row"])
        early = stand[stand["_row"].isin(failed[B2]) & ~unknown]
        both = early["achieved_on"] + ", " + early["started_on day"].dt.strftime("%Y-%m-%d")
        self.find("claims", early, "achieved_on, people.started_on", "reject", both)
        self.rows["claims"]["rejected"] += int(unknown.sum()) + len(early)
        return stand[~unknown & ~stand["_row"].isin(early["_row"])].sort_values("claim_id", ignore_index=True)

    def convictions(self, people: pd.DataFrame) -> pd.Series[Any]:
        """Of each person with a conviction that counts: whether it does (True), or may still come to (False)."""
        rows = self.read("convictions")
        rows["convicted_on readable"] = rows["convicted_on day"].notna() | (rows["convicted_on"] == "")
        failed = self.validate("convictions", rows)
        stand = self.judge("convictions", rows, failed)
        few_enough(self.rows["convictions"])
        backwards = stand[stand["_row"].isin(failed[B3])]
        self.find(
            "convictions", backwards, "convicted_on, offended_on", "flag", backwards["convicted_on"] + ", " + backwards["offended_on"]
        )
        known = stand.merge(people[["person_id", "started_on day", "ends", "settles"]], on="person_id")
        offended, convicted, started = known["offended_on day"], known["convicted_on day"], known["started_on day"]
        within = (offended >= started) & (offended < known["ends"])
        counts = (convicted >= started) & (convicted < known["settles"])
        maybe = convicted.isna() & (known["settles"] > END + pd.Timedelta(days=1))
        known["yes"] = counts
        return known[within & (counts | maybe)].groupby("person_id")["yes"].any()

    def run(self) -> None:
        people = self.people()
        claims = self.claims(people)
        reconvicted = self.convictions(people)

        # milestones: each once for a person, within the window, and a job is only kept after it was found
        working = claims["achieved_on day"] < claims["ends"]
        since = claims[working & (claims["milestone"] == "in_work")].groupby("person_id")["achieved_on day"].min()
        after = (claims["milestone"] != "kept_job") | (claims["person_id"].map(since) <= claims["achieved_on day"])
        qualifies = claims[working & after].sort_values(["achieved_on day", "claim_id"])
        paid = qualifies.drop_duplicates(["person_id", "milestone"]).index
        claims["low"] = claims["milestone"].map(PRICES).where(claims.index.isin(paid), 0).astype("int64")
        claims["high"] = claims["low"]

        # people: paid for staying out, when that is settled
        people["reconvicted"] = people["person_id"].map(reconvicted).astype("boolean")
        settled, none = people["settles"] <= END, people["reconvicted"].isna()
        fee = pd.Series(0, index=people.index)
        for year, card in FEES.items():
            fee = fee.where(people["year"] != year, people["band"].map(card))
        people["low"] = fee.where(settled & none, 0).astype("int64")
        people["high"] = fee.where(none, 0).where(settled, MOST_FEE).astype("int64")

        # no more than the cap for one person, in the order of the days
        lines = pd.concat(
            [
                claims.assign(kind=0, day=claims["achieved_on day"], key=claims["claim_id"]),
                people.assign(kind=1, day=people["settles"], key=people["person_id"]),
            ]
        )[["kind", "key", "person_id", "day", "low", "high"]].reset_index(drop=True)
        ordered = lines.sort_values(["person_id", "day", "kind", "key"])
        before = ordered.groupby("person_id", sort=False)[["low", "high"]].cumsum() - ordered[["low", "high"]]
        lines["low"] = ordered["low"].clip(upper=CAP - before["high"]).clip(lower=0)
        lines["high"] = ordered["high"].clip(upper=CAP - before["low"]).clip(lower=0)
        lines["payment"] = lines["kind"].map({0: "milestone_payment", 1: "stayed_out"})

        payments = pd.concat([lines[["payment", "key", "low", "high"]], self.at_risk(people, settled)], ignore_index=True)
        payments["amount"] = payments["low"].astype("Int64").where((payments["low"] == payments["high"]).fillna(False))
        amount = payments["amount"]
        payments["result"] = "pays_nothing"
        for result, which in (("pays", amount > 0), ("deducts", amount < 0), ("held", amount.isna())):
            payments.loc[which.fillna(False), "result"] = result
        self.write("payments", payments)
        findings = (
            pd.concat(self.findings) if self.findings else pd.DataFrame(columns=["table_name", "row", "column_name", "severity", "value"])
        )
        self.write("findings", findings)
        totals = {
            str(name): {
                "lines": len(group),
                "gross": int(group["amount"].clip(lower=0).sum()),
                "deducted": int(group["amount"].clip(upper=0).sum()),
                "held": int((group["result"] == "held").sum()),
            }
            for name, group in payments.groupby("payment")
        }
        (self.out / "told.json").write_text(json.dumps({"unit": "pence", "rows": self.rows, "totals": totals}, indent=1))

    def at_risk(self, people: pd.DataFrame, settled: Any) -> pd.DataFrame:
        answer = people["reconvicted"].fillna(False).map({True: "yes", False: "no"}).where(settled, "open")
        maybe = people["moved_away"].map({"no": "", "": "maybe_"})  # who moved away is in no group
        counts = (maybe + answer).groupby([people["year"], people["partner"]]).value_counts()
        out: list[tuple[str, str, int | None, int | None]] = []
        for year in YEARS:
            for partner in PARTNERS:
                count = {
                    name: int(counts.get((year, partner, name), 0)) for name in ("yes", "no", "open", "maybe_yes", "maybe_no", "maybe_open")
                }
                fee = fee_at_risk(partner, year, count)
                out.append(("fee_at_risk", f"{year} | {partner}", fee, fee))
        return pd.DataFrame(out, columns=["payment", "key", "low", "high"]).astype({"low": "Int64", "high": "Int64"})

    def write(self, name: str, rows: pd.DataFrame) -> None:
        if find_spec("pyarrow"):
            rows.to_parquet(self.out / f"{name}.parquet", index=False)
        else:
            rows.to_csv(self.out / f"{name}.csv", index=False)


if __name__ == "__main__":
    Analysis(Path(sys.argv[1]), Path(sys.argv[2])).run()
