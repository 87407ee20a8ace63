"""The same work in polars, with the same outputs as ``../floor.py`` and pbr: inputs copied, traces, payment lines, findings, totals, digests.

    python benchmarks/assess/others/polars_same.py SUBMISSION OUT

Everything is held in memory, as polars users do. SHA-256 over the text of rows is by polars-hash, in Rust. As in ``../floor.py``, other ways to write a cell than
the generator's, other encodings, values that look alike, and the sentences of the findings and of the statement are left out.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import polars_hash  # noqa: F401  gives expressions their `chash`
from agreed import (
    AT_RISK,
    BANDS,
    BASELINE,
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
    YEARLY,
    YEARS,
    few_enough,
    verdict,
)

BLOCK, GROUP = 1024, 122_880
CODES = {code: number for number, code in enumerate(PRICES)}
Columns = list[tuple[str, pl.Expr, str]]
c, lit = pl.col, pl.lit
ZERO = lit(0, pl.Int64)


def value(column: str) -> pl.Expr:
    """The value of a cell, null where it is none. Texts are in columns named with a line before."""
    text = c("_" + column)
    if column.endswith("_id"):
        return pl.when(text.str.contains(f"^{KEY}$")).then(text)
    if column.endswith("_on"):
        return pl.when(text.str.len_bytes() == 10).then(text.str.to_date("%Y-%m-%d", strict=False))
    if column == "moved_away":
        return pl.when(text == "no").then(False).when(text == "yes").then(True)
    among = {"partner": PARTNERS, "band": BANDS, "milestone": tuple(PRICES)}[column]
    return pl.when(text.is_in(list(among))).then(text)


def cell(column: str, kind: str) -> pl.Expr:
    """The text of a cell, as in floor.py. =text: always that; a digit after the letter: the length of every value; ?: it may be missing."""
    if kind[0] == "=":
        return lit(kind[1:])
    if kind[0] in "bB":
        answer = pl.when(c(column)).then(lit("b1:y")).otherwise(lit("b1:n"))
        return pl.when(c(column).is_null()).then(lit("n")).otherwise(answer) if kind == "b" else answer
    text = c(column).cast(pl.String)
    if kind[0] == "d":
        made = pl.concat_str(lit("d10:"), text)
    elif kind[1:].isdigit():
        made = pl.concat_str(lit(kind + ":"), text)
    else:
        made = pl.concat_str(lit(kind[0]), text.str.len_bytes().cast(pl.String), lit(":"), text)
    return made.fill_null(lit("n")) if kind[-1] == "?" else made


def root(leaves: list[bytes]) -> str:
    """The Merkle root of RFC 6962, level by level."""
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    while len(leaves) > 1:
        pairs = [hashlib.sha256(b"\1" + left + right).digest() for left, right in zip(leaves[::2], leaves[1::2], strict=False)]
        leaves = pairs + leaves[len(pairs) * 2 :]
    return leaves[0].hex()


class Work:
    def __init__(self, given: Path, out: Path) -> None:
        self.given, self.out = given, out
        (out / "trace").mkdir(parents=True)
        (out / "inputs").mkdir()
        self.counts: dict[str, dict[str, int]] = {}
        self.tables: dict[str, Any] = {}
        self.findings: list[pl.DataFrame] = []

    def run(self) -> None:
        inputs = [self.keep(table) for table in COLUMNS]
        people = self.people()
        claims = self.claims(people)
        convictions = self.convictions(people)
        claims = self.milestones(claims)
        people = self.staying_out(people, convictions)
        claims, people = self.cap(claims, people)
        self.write_people(people)
        self.write_claims(claims)
        self.write_convictions(convictions)
        groups = self.write_groups(people)
        lines = self.write_payments(claims, people, groups)
        findings = pl.concat(self.findings) if self.findings else finding(pl.DataFrame({"_row": []}), "", "", "", "", lit(""))
        findings.sort("TABLE_NAME", "CODE", "COLUMN_NAME", "VALUE", "SEVERITY", "_row").write_parquet(
            self.out / "findings.parquet", compression="snappy"
        )
        amount = c("amount")
        each = lines.group_by("payment").agg(
            pl.len().alias("lines"), amount.clip(lower_bound=0).sum().alias("gross"), amount.clip(upper_bound=0).sum().alias("deducted"),
            (c("result") == "held").sum().alias("held"),
        )  # fmt: skip
        totals = {row.pop("payment"): row for row in each.to_dicts()}
        (self.out / "statement.json").write_text(json.dumps({"totals": totals, "rows": self.counts}, indent=1))
        manifest = {"inputs": inputs, "rows": self.counts, "tables": self.tables, "statement": totals}
        (self.out / "manifest.json").write_text(json.dumps(manifest, indent=1))

    # -- reading and checking

    def file(self, table: str) -> Path:
        return next(path for path in (self.given / f"{table}.csv", self.given / f"{table}.parquet") if path.exists())

    def keep(self, table: str) -> dict[str, Any]:
        """Copies an input, and takes its digest on the way."""
        path, digest, size = self.file(table), hashlib.sha256(), 0
        with path.open("rb") as source, (self.out / "inputs" / path.name).open("wb") as target:
            while data := source.read(1 << 20):
                digest.update(data)
                target.write(data)
                size += len(data)
        return {"name": path.name, "sha256": digest.hexdigest(), "size": size}

    def find(self, rows: pl.DataFrame, table: str, column: str, code: str, severity: str, shown: pl.Expr) -> None:
        if rows.height:
            self.findings.append(finding(rows, table, column, code, severity, shown))

    def read(self, table: str) -> pl.DataFrame:
        """The rows with their values and how each is judged so far (``how``: null where it stands)."""
        names, path = COLUMNS[table], self.file(table)
        scan = pl.scan_parquet(path) if path.suffix == ".parquet" else pl.scan_csv(path, infer_schema=False)
        texts = scan.select([c(name).fill_null("").alias("_" + name) for name in names])
        wrong = [(c(name).is_null() & (c("_" + name) != "")) if name in MAY_BE_BLANK else c(name).is_null() for name in names]
        rows = (
            texts.with_columns([value(name).alias(name) for name in names])
            .with_columns(pl.when(pl.any_horizontal(wrong)).then(lit("reject")).alias("how"))
            .with_row_index("_row", 1)
            .with_columns(c("_row").cast(pl.Int64))
            .collect()
        )
        bad = rows.filter(c("how").is_not_null())
        for name, is_wrong in zip(names, wrong, strict=True):
            empty = c("_" + name) == ""
            for code, which in (("blank", empty), ("unreadable", ~empty)):
                self.find(bad.filter(is_wrong & which), table, name, code, "reject", c("_" + name))
        key = names[0]
        twice = rows.filter(c(key).is_not_null()).select(c(key).n_unique() < pl.len()).item()
        if twice:
            again = rows.filter(c(key).is_not_null()).group_by(key).agg(pl.len().alias("number")).filter(c("number") > 1)
            same = rows.join(again, on=key, how="semi").with_columns(
                pl.any_horizontal([c("_" + name).n_unique().over(key) > 1 for name in names]).alias("differ"),
                (c("_row") == c("_row").min().over(key)).alias("first"),
            )
            copies, conflicts = same.filter(~c("differ") & ~c("first")), same.filter("differ")
            self.find(copies, table, key, "copy", "unused", c(key))
            self.find(conflicts, table, key, "conflict", "reject", c(key))
            judged = pl.concat([copies.select("_row", lit("unused").alias("same")), conflicts.select("_row", lit("reject").alias("same"))])
            rows = rows.join(judged, on="_row", how="left", maintain_order="left").with_columns(pl.coalesce("same", "how").alias("how"))
        self.counts[table] = {"submitted": rows.height}
        return rows.select("_row", *names, "how")

    def counted(self, table: str, rows: pl.DataFrame, strangers: int = 0) -> None:
        gone = dict(rows.get_column("how").drop_nulls().value_counts().iter_rows())
        copies = gone.get("unused", 0)
        rejected = gone.get("reject", 0)
        used = rows.height - copies - rejected - strangers
        self.counts[table] |= {"used": used, "rejected": rejected, "unused": copies + strangers}
        if table != "claims":
            few_enough({"submitted": rows.height, "rejected": rejected, "copies": copies})

    def people(self) -> pl.DataFrame:
        """The people who stand, in the order of their keys; ``n``: their number."""
        rows = self.read("people")
        outside = c("how").is_null() & ~c("started_on").is_between(FIRST_DAY, LAST_DAY)
        self.find(rows.filter(outside), "people", "started_on", "B1", "reject", c("started_on").cast(pl.String))
        rows = rows.with_columns(pl.when(outside).then(lit("reject")).otherwise(c("how")).alias("how"))
        self.counted("people", rows)
        stand = rows.filter(c("how").is_null()).drop("how").sort("person_id").with_row_index("n")
        return stand.with_columns(
            c("started_on").dt.offset_by(f"{WINDOW}mo").alias("ends"), c("started_on").dt.offset_by(f"{WINDOW + WAIT}mo").alias("settles")
        )

    def numbered(self, rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
        return rows.join(
            people.select("person_id", "n", "started_on", "ends", "settles"), on="person_id", how="left", maintain_order="left"
        )

    def claims(self, people: pl.DataFrame) -> pl.DataFrame:
        """The claims that stand, by their keys, with the person's number and days; ``i``: their number."""
        rows = self.read("claims")
        rows = self.numbered(rows, people)
        orphan = c("n").is_null() & c("person_id").is_not_null() & (c("how").is_null() | (c("how") != "unused"))
        early = c("how").is_null() & (c("achieved_on") < c("started_on"))
        self.find(rows.filter(orphan), "claims", "person_id", "orphan", "reject", c("person_id"))
        both = pl.concat_str(c("achieved_on").cast(pl.String), c("started_on").cast(pl.String), separator=", ")
        self.find(rows.filter(early), "claims", "achieved_on, people.started_on", "B2", "reject", both)
        rows = rows.with_columns(pl.when(orphan | early).then(lit("reject")).otherwise(c("how")).alias("how"))
        self.counted("claims", rows)
        return rows.filter(c("how").is_null()).drop("how").sort("claim_id").with_row_index("i")

    def convictions(self, people: pl.DataFrame) -> pl.DataFrame:
        rows = self.read("convictions")
        rows = self.numbered(rows, people)
        stands = c("how").is_null()
        backwards = rows.filter(stands & (c("convicted_on") < c("offended_on")))
        both = pl.concat_str(c("convicted_on").cast(pl.String), c("offended_on").cast(pl.String), separator=", ")
        self.find(backwards, "convictions", "convicted_on, offended_on", "B3", "flag", both)
        self.counted("convictions", rows, rows.select((stands & c("n").is_null()).sum()).item())
        return rows.filter(stands).drop("how").sort("conviction_id")

    # -- deciding

    def milestones(self, claims: pl.DataFrame) -> pl.DataFrame:
        """Each once for a person, within the window, and a job is only kept after it was found."""
        claims = claims.with_columns(
            ((c("achieved_on") >= c("started_on")) & (c("achieved_on") < c("ends"))).alias("in_time"),
            (c("n").cast(pl.Int64) * len(CODES) + c("milestone").replace_strict(CODES, return_dtype=pl.Int64)).alias("group"),
        )
        kept = claims.filter(c("milestone") == "kept_job").select("i", "n", "achieved_on")
        since = claims.filter((c("milestone") == "in_work") & c("in_time")).group_by("n").agg(c("achieved_on").min().alias("since"))
        not_yet = kept.join(since, on="n", how="left").filter(~(c("since") <= c("achieved_on")).fill_null(False)).select("i")
        claims = claims.with_columns((~c("i").is_in(not_yet.get_column("i").implode())).alias("achieved"))
        claims = claims.with_columns((c("in_time") & c("achieved")).alias("qualifies"))
        several = (
            claims.select("i", "group", "achieved_on", "qualifies").filter(c("group").is_duplicated()).sort("group", "achieved_on", "i")
        )
        places = several.select(
            "i", (c("qualifies").cast(pl.Int64).cum_sum().over("group") - c("qualifies").cast(pl.Int64) + 1).alias("place")
        )
        claims = claims.join(places, on="i", how="left", maintain_order="left").with_columns(c("place").fill_null(1))
        return claims.with_columns(
            (c("qualifies") & (c("place") <= 1)).alias("pays"), c("milestone").replace_strict(PRICES, return_dtype=pl.Int64).alias("price")
        ).with_columns(pl.when("pays").then("price").otherwise(0).alias("low"))

    def staying_out(self, people: pl.DataFrame, convictions: pl.DataFrame) -> pl.DataFrame:
        """``none``: no conviction counts or may come to; ``yes``: one does."""
        started, offended, convicted = c("started_on"), c("offended_on"), c("convicted_on")
        counts = (convicted >= started) & (convicted < c("settles"))
        maybe = convicted.is_null() & ((c("settles") - lit(COMPLETE_TO)).dt.total_days() > 1)
        within = (offended >= started) & (offended < c("ends"))
        answers = (
            convictions.filter(c("n").is_not_null() & within & (maybe | counts))
            .group_by("n")
            .agg(convicted.is_not_null().any().alias("yes"))
        )
        fee = ZERO
        for year, first in ((YEARS[1], True), (YEARS[0], False)):
            for band, pence in FEES[year].items():
                fee = pl.when((c("second") == first) & (c("band") == band)).then(lit(pence, pl.Int64)).otherwise(fee)
        return (
            people.join(answers, on="n", how="left", maintain_order="left")
            .with_columns(
                c("yes").is_null().alias("none"), c("yes").fill_null(False), (c("settles") <= COMPLETE_TO).alias("settled"),
                (c("started_on") >= SECOND_YEAR).alias("second"),
            )
            .with_columns(fee.alias("fee"))
            .with_columns(
                pl.when(c("settled") & c("none")).then("fee").otherwise(0).alias("low"),
                pl.when(~c("settled")).then(MOST_FEE).when("none").then("fee").otherwise(0).cast(pl.Int64).alias("high"),
            )
        )  # fmt: skip

    def cap(self, claims: pl.DataFrame, people: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """``low_1``, ``high_1``: what each line comes to under the cap. Only lines of people whose lines come to more are put in order."""
        paid = claims.filter("pays").select("i", "n", lit(0).alias("kind"), c("achieved_on").alias("day"), "low", c("low").alias("high"))
        stayed = people.select(c("n").alias("i"), "n", lit(1).alias("kind"), c("settles").alias("day"), "low", "high")
        lines = pl.concat([paid, stayed])
        over = lines.group_by("n").agg(c("high").sum()).filter(c("high") > CAP)
        ordered = lines.join(over.select("n"), on="n", how="semi").sort("n", "day", "kind", "i")

        def before(column: str) -> pl.Expr:
            return c(column).cum_sum().over("n") - c(column)

        cut = ordered.with_columns(
            pl.min_horizontal("low", CAP - before("high")).clip(lower_bound=0).alias("low_1"),
            pl.min_horizontal("high", CAP - before("low")).clip(lower_bound=0).alias("high_1"),
        )

        def with_cut(rows: pl.DataFrame, kind: int, number: str) -> pl.DataFrame:
            of_kind = cut.filter(c("kind") == kind).select(c("i").alias(number), "low_1", "high_1")
            return rows.join(of_kind, on=number, how="left", maintain_order="left").with_columns(
                pl.coalesce("low_1", "low").alias("low_1"), pl.coalesce("high_1", "high").alias("high_1")
            )

        return with_cut(claims.with_columns(c("low").alias("high")), 0, "i"), with_cut(people, 1, "n")

    # -- writing

    def table(self, name: str, rows: pl.DataFrame, columns: Columns) -> pl.DataFrame:
        """Writes a table, and the digest over the text of its rows. The third of a column says how its text is made."""
        out = rows.select([made.alias(column) for column, made, _ in columns])
        out.write_parquet(self.out / name, compression="snappy", row_group_size=GROUP)
        text = pl.concat_str([cell(column, kind) for column, _, kind in columns if kind])
        leaves: list[bytes] = []
        for part in out.iter_slices(BLOCK * 120):
            digests = part.select(text.chash.sha2_256()).to_series().to_list()  # type: ignore[attr-defined]
            for start in range(0, len(digests), BLOCK):
                leaves.append(hashlib.sha256(b"\0" + bytes.fromhex("".join(digests[start : start + BLOCK]))).digest())
        self.tables[name] = {"rows": out.height, "root": root(leaves)}
        return out

    def write_people(self, people: pl.DataFrame) -> None:
        open_ = ~c("none") & ~c("yes")
        answer = pl.when(~open_).then(c("yes"))
        settled_answer = pl.when(c("settled")).then(answer)
        unknown = c("moved_away").is_null().cast(pl.Int64)
        eight = pl.when(open_).then(lit(8, pl.Int64)).otherwise(0)
        columns: Columns = [
            ("person_id", c("person_id"), "t"), ("_row", c("_row"), ""), ("partner", c("partner"), "t"), ("band", c("band"), "t"), ("started_on", c("started_on"), "d"),
            ("moved_away", c("moved_away"), "b"), ("_place", lit("used"), "=t4:used"), ("_code", lit(""), "=t0:"), ("check.people.B1", lit(False), "=b1:n"),
            ("partner_year.key.year", pl.when("second").then(lit(YEARS[1])).otherwise(lit(YEARS[0])), "t7"),
            ("partner_year.key.partner", c("partner"), "t"), ("partner_year.outside", lit(False), "=b1:n"), ("partner_year.exclude.B4", c("moved_away"), "b"),
            ("partner_year.exclude.B4.why", unknown, "i1"), ("partner_year.excluded", pl.when("moved_away").then(lit("B4")), "t?"),
            ("partner_year.excluded.why", ZERO, "=i1:0"), ("partner_year.member", ~c("moved_away"), "b"), ("partner_year.member.why", unknown, "i1"),
            ("reconvicted.settles", c("settles"), "d"), ("reconvicted.settles.why", ZERO, "=i1:0"), ("reconvicted", settled_answer, "b"),
            ("reconvicted.why", pl.when("settled").then(0).otherwise(64) + eight, "i"), ("reconvicted.1", answer, "b"), ("reconvicted.1.why", eight, "i1"),
            ("stayed_out.condition", ~settled_answer, "b"), ("stayed_out.condition.why", (~c("settled") | open_).cast(pl.Int64), "i1"),
            ("stayed_out", pl.when("settled").then("low"), "i?"), ("stayed_out.why", pl.when("settled").then(0).otherwise(2).cast(pl.Int64), "i1"),
            ("stayed_out.1", c("fee"), "i"), ("stayed_out.1.why", ZERO, "=i1:0"),
            ("stayed_out.2", pl.when("second").then(lit(str(SECOND_YEAR))).otherwise(lit(str(FIRST_DAY))), "t10"), ("stayed_out.2.why", ZERO, "=i1:0"),
            ("cap1.stayed_out.order.1", c("settles"), "d"), ("cap1.stayed_out.order.1.why", ZERO, "=i1:0"), ("cap1.stayed_out.per", c("person_id"), "t"),
        ]  # fmt: skip
        self.table("trace/people.parquet", people, columns)

    def write_claims(self, claims: pl.DataFrame) -> None:
        columns: Columns = [
            ("claim_id", c("claim_id"), "t"), ("_row", c("_row"), ""), ("person_id", c("person_id"), "t"), ("milestone", c("milestone"), "t"), ("achieved_on", c("achieved_on"), "d"),
            ("_place", lit("used"), "=t4:used"), ("_code", lit(""), "=t0:"), ("check.claims.B2", lit(False), "=b1:n"), ("check.claims.B2.1", c("started_on"), "d"),
            ("milestone_payment.only_if", c("in_time"), "B"), ("milestone_payment.only_if.why", ZERO, "=i1:0"), ("milestone_payment.only_if.1", c("started_on"), "d"),
            ("milestone_payment.achieved", c("achieved"), "B"), ("milestone_payment.achieved.why", ZERO, "=i1:0"),
            ("milestone_payment.achieved.1", pl.when(c("milestone") == "kept_job").then(lit("in_work")), "t?"), ("milestone_payment.qualifies", c("qualifies"), "B"),
            ("milestone_payment.qualifies.why", ZERO, "=i1:0"), ("milestone_payment.place", c("place"), "i"), ("milestone_payment.place.hi", c("place"), "i"),
            ("milestone_payment.place.why", ZERO, "=i1:0"), ("milestone_payment.condition", c("pays"), "B"), ("milestone_payment.condition.why", ZERO, "=i1:0"),
            ("milestone_payment.condition.1", lit(False), "=b1:n"), ("milestone_payment.condition.2", lit(1, pl.Int64), "=i1:1"),
            ("milestone_payment", c("low"), "i"), ("milestone_payment.why", ZERO, "=i1:0"), ("milestone_payment.1", c("price"), "i"),
            ("cap1.milestone_payment.order.1", c("achieved_on"), "d"), ("cap1.milestone_payment.per", c("person_id"), "t"), ("cap1.milestone_payment.per.1", c("person_id"), "t"),
        ]  # fmt: skip
        self.table("trace/claims.parquet", claims, columns)

    def write_convictions(self, convictions: pl.DataFrame) -> None:
        columns: Columns = [
            ("conviction_id", c("conviction_id"), "t"), ("_row", c("_row"), ""), ("person_id", c("person_id"), "t"), ("offended_on", c("offended_on"), "d"),
            ("convicted_on", c("convicted_on"), "d?"), ("_place", pl.when(c("n").is_null()).then(lit("unused")).otherwise(lit("used")), "t"), ("_code", lit(""), "=t0:"),
            ("check.convictions.B3", (c("convicted_on") < c("offended_on")).fill_null(False), "B"), ("check.convictions.B3.why", ZERO, "=i1:0"),
        ]  # fmt: skip
        self.table("trace/convictions.parquet", convictions, columns)

    def write_groups(self, people: pl.DataFrame) -> pl.DataFrame:
        """16 rows: the rates with what may still change them, and the verdict at both corners."""
        known = pl.when(c("settled") & (c("none") | c("yes"))).then(c("yes"))
        counts = (
            people.filter(~c("moved_away").fill_null(False))
            .group_by("second", "partner", c("moved_away").is_null(), known.alias("yes"))
            .len()
        )
        found = {key: number for *key_, number in counts.iter_rows() for key in [tuple(key_)]}
        rejected, rows = self.counts["people"]["rejected"], []
        for second in (False, True):
            for partner in PARTNERS:
                y, n, h, my, mn, mh = (
                    found.get((second, partner, maybe, yes), 0) for maybe in (False, True) for yes in (True, False, None)
                )
                best, worst = verdict(y, n + h + mn + mh, BASELINE[partner]), verdict(y + h + my + mh, n, BASELINE[partner])
                result, fee = best if best == worst else None, YEARLY[YEARS[second]]
                stake, unknown, all_ = fee * AT_RISK // 100, int(result is None), y + n + h + my + mn + mh
                open_ = 2 if h + my + mn + mh else 0
                high, row = y + h + my + mh, {"year": YEARS[second], "partner": partner}
                row |= {"first_day": date(2022 + second, 4, 1), "last_day": date(2023 + second, 3, 31)}
                rate = {"": y, ".of": y + n + h + mn + mh, ".hi": high, ".hi.of": y + n + h + my + mh, ".why": open_}
                yes = {"": y, ".hi": high, ".why": 2 if h + my + mh else 0}
                no = {"": n, ".hi": n + h + mn + mh, ".why": 2 if h + mn + mh else 0}
                everybody = {"": all_, ".hi": all_ + rejected, ".why": 2 if rejected else 0}
                for name, pairs in (("reconviction_rate", rate), ("reconviction_rate.yes", yes), ("reconviction_rate.no", no)):
                    row |= {name + middle + end: what for middle in ("", ".1") for end, what in pairs.items()}
                keep = None if result is None else result != "worse"
                row |= {"result": result, "result.why": unknown, "result.1": BASELINE[partner] // 5, "fee_at_risk.keep_if": keep}
                row |= {
                    "fee_at_risk.keep_if.why": unknown,
                    "fee_at_risk.stake": stake,
                    "fee_at_risk.stake.why": 0,
                    "fee_at_risk.stake.1": fee,
                }
                row |= {"fee_at_risk.stake.1.why": 0}
                row |= {"partner_year.rows" + middle + end: what for middle in ("", ".1") for end, what in everybody.items()}
                row |= {"fee_at_risk": None if keep is None else 0 if keep else -stake, "fee_at_risk.why": unknown}
                rows.append(row)
        kinds = {
            "year": "t",
            "partner": "t",
            "first_day": "d",
            "last_day": "d",
            "result": "t?",
            "fee_at_risk.keep_if": "b",
            "fee_at_risk": "i?",
        }
        types = {"t": pl.String, "d": pl.Date, "b": pl.Boolean, "i": pl.Int64}
        schema = {name: types[kinds.get(name, "i")[0]] for name in rows[0]}
        return self.table(
            "trace/partner_year.parquet", pl.DataFrame(rows, schema=schema), [(name, c(name), kinds.get(name, "i")) for name in schema]
        )

    def write_payments(self, claims: pl.DataFrame, people: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
        def key(*names: str) -> pl.Expr:
            return pl.concat_str(lit('["'), pl.concat_str(*names, separator='","'), lit('"]')).alias("key")

        def about(payment: str, grain: str) -> list[pl.Expr]:
            return [lit(payment).alias("payment"), lit(grain).alias("grain")]

        sums, sure = ["low", "high", "low_1", "high_1"], c("settled")
        fee = c("fee_at_risk")
        lines = pl.concat(
            [
                claims.select(*about("milestone_payment", "claims"), key("claim_id"), *sums, ZERO.alias("why")),
                people.select(*about("stayed_out", "people"), key("person_id"), pl.when(sure).then("low").alias("low"), pl.when(sure).then("high").alias("high"), "low_1", "high_1",
                    pl.when(sure).then(0).otherwise(2).cast(pl.Int64).alias("why")),
                groups.select(*about("fee_at_risk", "partner_year"), key("year", "partner"), *[fee.alias(name) for name in sums], c("fee_at_risk.why").alias("why")),
            ]
        )  # fmt: skip
        same = c("low_1") == c("high_1")
        result = pl.when(~same.fill_null(False)).then(lit("held")).when(c("low_1") > 0).then(lit("pays"))
        result = result.when(c("low_1") == 0).then(lit("pays_nothing")).otherwise(lit("deducts"))
        columns: Columns = [
            ("line", pl.int_range(1, pl.len() + 1, dtype=pl.Int64), "i"), ("payment", c("payment"), "t"), ("grain", c("grain"), "t"), ("key", c("key"), "t"),
            ("low", c("low"), "i?"), ("high", c("high"), "i?"), ("of", lit(1, pl.Int64), "=i1:1"), ("low_1", c("low_1"), "i?"), ("high_1", c("high_1"), "i?"),
            ("amount", pl.when(same).then("low_1"), "i?"), ("result", result, "t"), ("why", c("why"), "i1"),
        ]  # fmt: skip
        return self.table("payments.parquet", lines, columns)


def finding(rows: pl.DataFrame, table: str, column: str, code: str, severity: str, shown: pl.Expr) -> pl.DataFrame:
    said = {
        "TABLE_NAME": lit(table),
        "COLUMN_NAME": lit(column),
        "CODE": lit(code),
        "SEVERITY": lit(severity),
        "VALUE": shown.cast(pl.String),
    }
    return rows.select(c("_row").cast(pl.Int64), **said)


if __name__ == "__main__":
    Work(Path(sys.argv[1]), Path(sys.argv[2])).run()
