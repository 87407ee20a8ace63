"""The same work by hand: DuckDB's SQL, written for this one contract and as fast as we can make it. The floor that `pbr assess` is measured against.

    python benchmarks/assess/floor.py SUBMISSION OUT [--memory 1GB] [--threads 2]

It reads, checks and decides, and writes what pbr writes: the inputs copied with their digests, a trace of every named value of every row, the
payment lines, the findings, a statement with its totals, and a manifest with the digest of each table. ``run.py`` compares the digests with pbr's.

What makes it fast, beside knowing the contract: texts that link tables are numbered once, and everything after that is done by number; tables
are put in order while they are narrow; lines are only put in order under a cap where somebody's lines come to more than the cap; a claim is only
counted among others where there are others.

What it leaves out: other ways to write a cell than this generator's (blanks around it, days with times, capitals), other encodings, files that
cannot be split into rows, values that look alike, sentences of the findings and of the statement.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from itertools import chain
from pathlib import Path
from typing import Any

PARTNERS = ("city", "coast", "east", "moor", "north", "south", "valley", "west")  # in order
BASELINE = {"north": 62, "south": 58, "east": 60, "west": 66, "city": 68, "coast": 56, "valley": 61, "moor": 60}  # of 200
FEES = {
    ("lower", 0): 40_000,
    ("middle", 0): 65_000,
    ("higher", 0): 110_000,
    ("lower", 1): 42_000,
    ("middle", 1): 69_000,
    ("higher", 1): 118_000,
}
PRICES = {"housed": 30_000, "trained": 25_000, "in_work": 90_000, "kept_job": 70_000}
YEARLY = (120_000_000, 123_600_000)
COMPLETE_TO, CAP, MOST_FEE = "2025-03-31", 180_000, 118_000
BLOCK = 1024
HEADERS = {
    "people": ("person_id", "partner", "band", "started_on", "moved_away"),
    "claims": ("claim_id", "person_id", "milestone", "achieved_on"),
    "convictions": ("conviction_id", "person_id", "offended_on", "convicted_on"),
}


def day(text: str) -> str:
    """SQL: the day that a text is, NULL where it is none."""
    return f"CASE WHEN strlen({text}) = 10 AND {text}[5] = '-' AND {text}[8] = '-' THEN TRY_CAST({text} AS DATE) END"


def key(text: str) -> str:
    return f"CASE WHEN regexp_full_match({text}, '[!-~]{{4,20}}') THEN {text} END"


def one_of(text: str, codes: tuple[str, ...]) -> str:
    return f"CASE WHEN {text} IN {codes} THEN {text} END"


class Floor:
    def __init__(self, given: Path, out: Path, memory: str | None, threads: int | None) -> None:
        import duckdb

        self.given, self.out = given, out
        (out / "trace").mkdir(parents=True)
        (out / "inputs").mkdir()
        (out / "spill").mkdir()
        self.con: Any = duckdb.connect(config={"temp_directory": str(out / "spill")})
        # a list of five codes or more becomes a join, and a table made through a join by two threads is not in the order of the file
        self.con.execute("SET disabled_optimizers = 'in_clause'")
        if memory:
            self.con.execute(f"SET memory_limit = '{memory}'")
        if threads:
            self.con.execute(f"SET threads = {threads}")
        self.counts: dict[str, dict[str, int]] = {}
        self.tables: dict[str, Any] = {}

    def run(self) -> None:
        inputs = [self.keep(table) for table in HEADERS]
        self.sql(
            "CREATE TABLE findings (TABLE_NAME VARCHAR, _row BIGINT, COLUMN_NAME VARCHAR, CODE VARCHAR, SEVERITY VARCHAR, VALUE VARCHAR)"
        )
        self.people()
        self.convictions()
        self.claims()
        self.decide()
        self.cap()
        self.write_people()
        self.write_claims()
        self.write_convictions()
        self.write_groups()
        self.write_payments()
        self.copy("findings.parquet", "SELECT * FROM findings ORDER BY TABLE_NAME, CODE, COLUMN_NAME, VALUE, SEVERITY, _row")
        statement = self.statement()
        self.write_json("statement.json", statement)
        manifest = {"inputs": inputs, "rows": self.counts, "tables": self.tables, "statement": statement["totals"]}
        self.write_json("manifest.json", manifest)
        self.con.close()
        shutil.rmtree(self.out / "spill")

    def sql(self, query: str) -> Any:
        return self.con.execute(query)

    def one(self, query: str) -> Any:
        return self.con.execute(query).fetchone()

    def copy(self, name: str, query: str) -> str:
        path = str(self.out / name)
        self.sql(f"COPY ({query}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 122880)")
        return f"read_parquet('{path}')"

    def write_json(self, name: str, value: Any) -> None:
        (self.out / name).write_text(json.dumps(value, indent=1))

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

    def source(self, table: str) -> str:
        path = self.file(table)
        if path.suffix == ".parquet":
            return f"read_parquet('{path}')"
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in HEADERS[table])
        return f"read_csv('{path}', auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', columns = {{{columns}}})"

    def typed(self, table: str, cells: dict[str, str], blanks: tuple[str, ...] = ()) -> None:
        """``t_TABLE``: the cells with their types in the order of the file (``rowid``), and ``was``: the texts of a row in which one is wrong."""
        wrong = " OR ".join(
            f"(s.{name} IS NULL" + (f" AND coalesce(s._{name}, '') <> ''" if name in blanks else "") + ")" for name in cells
        )
        texts = ", ".join(f"{name} AS _{name}" for name in HEADERS[table])
        values = ", ".join(f"{text} AS {name}" for name, text in cells.items())
        was = f"CASE WHEN {wrong} THEN [{', '.join(f'_{name}' for name in HEADERS[table])}] END AS was"
        names = ", ".join(HEADERS[table])
        self.sql(f"CREATE TABLE t_{table} AS SELECT {names}, {was} FROM (SELECT {values}, {texts} FROM {self.source(table)}) AS s")

    def judge(self, table: str) -> str:
        """Bad cells and rows with one key; gives SQL for the rows that stand."""
        name = HEADERS[table][0]
        rows, bad, filled, different = self.one(f"SELECT count(*), count(was), count({name}), count(DISTINCT hash({name})) FROM t_{table}")
        self.sql(f"CREATE TABLE out_{table} (_row BIGINT, how VARCHAR)")
        if bad:
            self.sql(f"INSERT INTO out_{table} SELECT rowid, 'reject' FROM t_{table} WHERE was IS NOT NULL")
            for number, column in enumerate(HEADERS[table], 1):
                blank_refused = column not in ("moved_away", "convicted_on")
                value = f"coalesce(was[{number}], '')"
                known = f"{value} = ''" if blank_refused else "false"
                self.sql(f"""INSERT INTO findings SELECT '{table}', rowid + 1, '{column}', CASE WHEN {known} THEN 'blank' ELSE 'unreadable' END,
                    'reject', {value} FROM t_{table} WHERE was IS NOT NULL AND {column} IS NULL AND ({known} OR {value} <> '')""")
        if different < filled:
            texts = " || '|' || ".join(f"coalesce(CAST({column} AS VARCHAR), was[{n}], '')" for n, column in enumerate(HEADERS[table], 1))
            self.sql(f"""CREATE TEMP TABLE same AS SELECT _row, {name}, min(_row) OVER k AS first, min(everything) OVER k <> max(everything) OVER k AS differ
                FROM (SELECT rowid AS _row, {name}, {texts} AS everything FROM t_{table}
                  SEMI JOIN (SELECT {name} FROM t_{table} GROUP BY {name} HAVING count(*) > 1) USING ({name})) WINDOW k AS (PARTITION BY {name})""")
            self.sql(
                f"INSERT INTO out_{table} SELECT _row, CASE WHEN differ THEN 'reject' ELSE 'unused' END FROM same WHERE differ OR _row <> first"
            )
            self.sql(f"""INSERT INTO findings SELECT '{table}', _row + 1, '{name}', CASE WHEN differ THEN 'conflict' ELSE 'copy' END,
                CASE WHEN differ THEN 'reject' ELSE 'unused' END, {name} FROM same WHERE differ OR _row <> first""")
            self.sql("DROP TABLE same")
        self.counts[table] = {"submitted": rows}
        self.clean = not bad and different == filled
        return "true" if self.clean else f"rowid NOT IN (SELECT _row FROM out_{table})"

    def counted(self, table: str, used: int, strangers: int = 0) -> None:
        gone = dict(self.sql(f"SELECT how, count(DISTINCT _row) FROM out_{table} GROUP BY how").fetchall())
        self.counts[table] |= {"used": used, "rejected": gone.get("reject", 0), "unused": gone.get("unused", 0) + strangers}
        assert sum(self.counts[table][how] for how in ("used", "rejected", "unused")) == self.counts[table]["submitted"], self.counts

    def numbered(self, name: str, table: str, stands: str, more: str = "") -> None:
        """The rows of t_TABLE in the order of their keys, each with the number and the start of the person it names."""
        names = ", ".join(f"t.{column}" for column in HEADERS[table])
        self.sql(f"""CREATE TABLE {name} AS SELECT {names}, t._row, n.n, n.started_on{more} FROM
            (SELECT *, rowid + 1 AS _row FROM t_{table} WHERE {stands}) AS t LEFT JOIN n ON n.person_id = t.person_id ORDER BY t.{HEADERS[table][0]}""")

    def gone(self, code: str, column: str, value: str, which: str) -> None:
        """Claims rejected for what another table says of them."""
        self.sql(f"CREATE TEMP TABLE gone AS SELECT _row, {value} AS value FROM j WHERE {which}")
        self.sql(f"INSERT INTO findings SELECT 'claims', _row, '{column}', '{code}', 'reject', value FROM gone")
        self.sql("INSERT INTO out_claims SELECT _row - 1, 'reject' FROM gone")
        self.sql("DROP TABLE gone")

    def reject(self, table: str, condition: str, code: str, column: str, value: str) -> None:
        self.sql(
            f"INSERT INTO findings SELECT '{table}', rowid + 1, '{column}', '{code}', 'reject', {value} FROM t_{table} WHERE {condition}"
        )
        self.sql(f"INSERT INTO out_{table} SELECT rowid, 'reject' FROM t_{table} WHERE {condition}")

    def people(self) -> None:
        """``p``: the people who stand, in the order of their keys; their number is ``rowid``."""
        cells = {
            "person_id": key("person_id"),
            "partner": one_of("partner", PARTNERS),
            "band": one_of("band", ("lower", "middle", "higher")),
            "started_on": day("started_on"),
            "moved_away": "CASE moved_away WHEN 'no' THEN false WHEN 'yes' THEN true END",
        }
        self.typed("people", cells, ("moved_away",))
        stands = self.judge("people")
        outside = "started_on NOT BETWEEN DATE '2022-04-01' AND DATE '2024-03-31'"
        if self.one(f"SELECT count(*) FROM t_people WHERE {stands} AND {outside}")[0]:
            self.reject("people", f"{stands} AND {outside}", "B1", "started_on", "CAST(started_on AS VARCHAR)")
            stands = "rowid NOT IN (SELECT _row FROM out_people)"
        self.sql(
            f"CREATE TABLE p AS SELECT {', '.join(HEADERS['people'])}, rowid + 1 AS _row FROM t_people WHERE {stands} ORDER BY person_id"
        )
        self.sql("DROP TABLE t_people")
        self.sql("CREATE TABLE n AS SELECT person_id, CAST(rowid AS INTEGER) AS n, started_on FROM p")
        self.counted("people", self.one("SELECT count(*) FROM p")[0])

    def convictions(self) -> None:
        """``k``: the convictions that stand, by their keys; ``n``: the person's number, NULL for strangers."""
        cells = {
            "conviction_id": key("conviction_id"),
            "person_id": key("person_id"),
            "offended_on": day("offended_on"),
            "convicted_on": day("convicted_on"),
        }
        self.typed("convictions", cells, ("convicted_on",))
        stands = self.judge("convictions")
        self.numbered("k", "convictions", stands)
        self.sql("DROP TABLE t_convictions")
        strangers, backwards = self.one("SELECT count(*) - count(n), count(*) FILTER (convicted_on < offended_on) FROM k")
        if backwards:
            self.sql("""INSERT INTO findings SELECT 'convictions', _row, 'convicted_on, offended_on', 'B3', 'flag', convicted_on || ', ' || offended_on
                FROM k WHERE convicted_on < offended_on""")
        self.counted("convictions", self.one("SELECT count(*) FROM k")[0] - strangers, strangers)
        counts = self.counts["convictions"]
        # beyond half a percent nobody is cleared: this script does not say what then
        assert counts["rejected"] * 200 <= counts["submitted"] - self.copies("convictions"), "more rejected than is left out"

    def copies(self, table: str) -> int:
        return int(self.one(f"SELECT count(*) FROM out_{table} WHERE how = 'unused'")[0])

    def claims(self) -> None:
        """``c``: the claims that stand, by their keys, with the person's number and start."""
        cells = {
            "claim_id": key("claim_id"),
            "person_id": key("person_id"),
            "milestone": one_of("milestone", tuple(PRICES)),
            "achieved_on": day("achieved_on"),
        }
        self.typed("claims", cells)
        self.judge("claims")
        in_time = ", t.achieved_on >= n.started_on AND t.achieved_on < n.started_on + INTERVAL 12 MONTH AS in_time"
        self.numbered("j", "claims", "true", in_time)
        orphans, early = self.one(
            "SELECT count(*) - count(n), count(*) FILTER (achieved_on < started_on) FROM j WHERE person_id IS NOT NULL"
        )
        if orphans:  # also of rows that something else rejects
            which = "n IS NULL AND person_id IS NOT NULL AND _row - 1 NOT IN (SELECT _row FROM out_claims WHERE how = 'unused')"
            self.gone("orphan", "person_id", "person_id", which)
        if early:  # of rows that nothing else rejects
            which = "achieved_on < started_on AND _row - 1 NOT IN (SELECT _row FROM out_claims)"
            self.gone("B2", "achieved_on, people.started_on", "achieved_on || ', ' || started_on", which)
        if self.clean and not orphans and not early:
            self.sql("ALTER TABLE j RENAME TO c")
        else:
            self.sql("CREATE TABLE c AS SELECT * FROM j WHERE _row - 1 NOT IN (SELECT _row FROM out_claims) ORDER BY rowid")
            self.sql("DROP TABLE j")
        self.sql("DROP TABLE t_claims")
        self.sql("DROP TABLE n")
        self.counted("claims", self.one("SELECT count(*) FROM c")[0])

    # -- deciding

    def decide(self) -> None:
        """``any_k``: per person whether a conviction counts (true), or may (NULL). ``f``: per claim what is asked of other claims."""
        later = f"started_on + INTERVAL 15 MONTH > DATE '{COMPLETE_TO}' + 1"
        self.sql(f"""CREATE TABLE any_k AS SELECT n, coalesce(bool_or(counts), false) AS yes FROM (
              SELECT n, CASE WHEN convicted_on IS NULL THEN CASE WHEN {later} THEN NULL ELSE false END
                ELSE convicted_on >= started_on AND convicted_on < started_on + INTERVAL 15 MONTH END AS counts
              FROM k WHERE n IS NOT NULL AND offended_on >= started_on AND offended_on < started_on + INTERVAL 12 MONTH)
            WHERE counts IS DISTINCT FROM false GROUP BY n""")
        self.sql("""CREATE TABLE r AS SELECT p.rowid AS n, a.n IS NULL AS none, coalesce(a.yes, false) AS yes,
              CAST(p.started_on + INTERVAL 15 MONTH AS DATE) AS settles FROM p LEFT JOIN any_k a ON a.n = p.rowid ORDER BY p.rowid""")
        self.sql("DROP TABLE any_k")
        # the first day of work of those who claim to have kept it
        self.sql("""CREATE TABLE w AS SELECT n, min(achieved_on) AS since FROM c WHERE milestone = 'in_work' AND in_time
            AND n IN (SELECT n FROM c WHERE milestone = 'kept_job') GROUP BY n""")
        self.sql("""CREATE TABLE f AS SELECT c.rowid AS i, c.n, c.milestone, c.achieved_on,
              CASE WHEN c.milestone = 'kept_job' THEN coalesce(w.since <= c.achieved_on, false) ELSE true END AS achieved,
              c.in_time AND achieved AS qualifies FROM c LEFT JOIN w ON c.milestone = 'kept_job' AND w.n = c.n""")
        self.sql("DROP TABLE w")
        self.sql("""CREATE TABLE later AS SELECT i, CAST(count(*) FILTER (qualifies) OVER
              (PARTITION BY n, milestone ORDER BY achieved_on, i ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS INTEGER) + 1 AS place
            FROM f SEMI JOIN (SELECT n, milestone FROM f GROUP BY n, milestone HAVING count(*) > 1) USING (n, milestone)""")
        price = " ".join(f"WHEN '{code}' THEN {pence}" for code, pence in PRICES.items())
        self.sql(f"""CREATE TABLE q AS SELECT f.i, f.n, f.achieved, f.qualifies, coalesce(l.place, 1) AS place, f.qualifies AND coalesce(l.place, 1) <= 1 AS pays,
            CASE f.milestone {price} END AS price, f.achieved_on FROM f LEFT JOIN later l ON l.i = f.i ORDER BY f.i""")
        self.sql("DROP TABLE f")
        self.sql("DROP TABLE later")

    def cap(self) -> None:
        """``cut``: the lines that come to less under the cap: kind 0 a claim, 1 a person; low and high after it."""
        fee = fees("p.band", "p.started_on")
        self.sql(f"""CREATE TABLE s AS SELECT r.n, r.settles, r.settles <= DATE '{COMPLETE_TO}' AS settled, r.none, r.yes, {fee} AS fee,
            CASE WHEN r.settles > DATE '{COMPLETE_TO}' THEN {MOST_FEE} WHEN r.none THEN {fee} ELSE 0 END AS high,
            CASE WHEN r.settles <= DATE '{COMPLETE_TO}' AND r.none THEN {fee} ELSE 0 END AS low FROM r JOIN p ON p.rowid = r.n ORDER BY r.n""")
        self.sql("DROP TABLE r")
        self.sql(f"""CREATE TABLE full_ AS SELECT n FROM (SELECT n, CAST(price AS BIGINT) AS high FROM q WHERE pays UNION ALL SELECT n, high FROM s)
            GROUP BY n HAVING sum(high) > {CAP}""")
        before = "OVER (PARTITION BY n ORDER BY day, kind, i ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
        self.sql(f"""CREATE TABLE cut AS SELECT kind, i, greatest(least(low, {CAP} - coalesce(sum(high) {before}, 0)), 0) AS low_1,
              greatest(least(high, {CAP} - coalesce(sum(low) {before}, 0)), 0) AS high_1, low, high
            FROM (SELECT 0 AS kind, i, n, achieved_on AS day, price AS low, price AS high FROM q SEMI JOIN full_ USING (n) WHERE pays
              UNION ALL SELECT 1, n, n, settles, low, high FROM s SEMI JOIN full_ USING (n))
            QUALIFY low_1 <> low OR high_1 <> high""")
        self.sql("DROP TABLE full_")

    # -- writing

    def write_people(self) -> None:
        held = "CASE WHEN s.settled THEN 0 ELSE 64 END"
        open_ = "NOT s.none AND NOT s.yes"
        answer = f"CASE WHEN {open_} THEN NULL ELSE s.yes END"
        columns = [
            ("person_id", "p.person_id", "t"), ("_row", "p._row", ""), ("partner", "p.partner", "t"), ("band", "p.band", "t"), ("started_on", "p.started_on", "d"),
            ("moved_away", "p.moved_away", "b"), ("_place", "'used'", "=t4:used"), ("_code", "''", "=t0:"), ("check.people.B1", "false", "=b1:n"),
            ("partner_year.key.year", "CASE WHEN p.started_on < DATE '2023-04-01' THEN '2022/23' ELSE '2023/24' END", "t7"),
            ("partner_year.key.partner", "p.partner", "t"), ("partner_year.outside", "false", "=b1:n"), ("partner_year.exclude.B4", "p.moved_away", "b"),
            ("partner_year.exclude.B4.why", "CAST(p.moved_away IS NULL AS BIGINT)", "i1"), ("partner_year.excluded", "CASE WHEN p.moved_away THEN 'B4' END", "t?"),
            ("partner_year.excluded.why", "CAST(0 AS BIGINT)", "=i1:0"), ("partner_year.member", "NOT p.moved_away", "b"),
            ("partner_year.member.why", "CAST(p.moved_away IS NULL AS BIGINT)", "i1"), ("reconvicted.settles", "s.settles", "d"),
            ("reconvicted.settles.why", "CAST(0 AS BIGINT)", "=i1:0"), ("reconvicted", f"CASE WHEN s.settled THEN {answer} END", "b"),
            ("reconvicted.why", f"CAST({held} + CASE WHEN {open_} THEN 8 ELSE 0 END AS BIGINT)", "i"), ("reconvicted.1", answer, "b"),
            ("reconvicted.1.why", f"CAST(CASE WHEN {open_} THEN 8 ELSE 0 END AS BIGINT)", "i1"), ("stayed_out.condition", f"NOT CASE WHEN s.settled THEN {answer} END", "b"),
            ("stayed_out.condition.why", f"CAST(NOT s.settled OR ({open_}) AS BIGINT)", "i1"),
            ("stayed_out", "CAST(CASE WHEN s.settled THEN s.low END AS BIGINT)", "i?"), ("stayed_out.why", "CAST(CASE WHEN s.settled THEN 0 ELSE 2 END AS BIGINT)", "i1"),
            ("stayed_out.1", "CAST(s.fee AS BIGINT)", "i"), ("stayed_out.1.why", "CAST(0 AS BIGINT)", "=i1:0"),
            ("stayed_out.2", "CASE WHEN p.started_on < DATE '2023-04-01' THEN '2022-04-01' ELSE '2023-04-01' END", "t10"), ("stayed_out.2.why", "CAST(0 AS BIGINT)", "=i1:0"),
            ("cap1.stayed_out.order.1", "s.settles", "d"), ("cap1.stayed_out.order.1.why", "CAST(0 AS BIGINT)", "=i1:0"), ("cap1.stayed_out.per", "p.person_id", "t"),
        ]  # fmt: skip
        self.table("trace/people.parquet", columns, "FROM p JOIN s ON s.n = p.rowid", "p.rowid")

    def write_claims(self) -> None:
        zero = "CAST(0 AS BIGINT)"
        columns = [
            ("claim_id", "c.claim_id", "t"), ("_row", "c._row", ""), ("person_id", "c.person_id", "t"), ("milestone", "c.milestone", "t"), ("achieved_on", "c.achieved_on", "d"),
            ("_place", "'used'", "=t4:used"), ("_code", "''", "=t0:"), ("check.claims.B2", "false", "=b1:n"), ("check.claims.B2.1", "c.started_on", "d"),
            ("milestone_payment.only_if", "c.in_time", "B"), ("milestone_payment.only_if.why", zero, "=i1:0"), ("milestone_payment.only_if.1", "c.started_on", "d"),
            ("milestone_payment.achieved", "q.achieved", "B"), ("milestone_payment.achieved.why", zero, "=i1:0"),
            ("milestone_payment.achieved.1", "CASE WHEN c.milestone = 'kept_job' THEN 'in_work' END", "t?"), ("milestone_payment.qualifies", "q.qualifies", "B"),
            ("milestone_payment.qualifies.why", zero, "=i1:0"), ("milestone_payment.place", "CAST(q.place AS BIGINT)", "i"), ("milestone_payment.place.hi", "CAST(q.place AS BIGINT)", "i"),
            ("milestone_payment.place.why", zero, "=i1:0"), ("milestone_payment.condition", "q.pays", "B"), ("milestone_payment.condition.why", zero, "=i1:0"),
            ("milestone_payment.condition.1", "false", "=b1:n"), ("milestone_payment.condition.2", "CAST(1 AS BIGINT)", "=i1:1"),
            ("milestone_payment", "CAST(CASE WHEN q.pays THEN q.price ELSE 0 END AS BIGINT)", "i"), ("milestone_payment.why", zero, "=i1:0"), ("milestone_payment.1", "CAST(q.price AS BIGINT)", "i"),
            ("cap1.milestone_payment.order.1", "c.achieved_on", "d"), ("cap1.milestone_payment.per", "c.person_id", "t"), ("cap1.milestone_payment.per.1", "c.person_id", "t"),
        ]  # fmt: skip
        self.table("trace/claims.parquet", columns, "FROM c JOIN q ON q.i = c.rowid", "c.rowid")

    def write_convictions(self) -> None:
        before = "CASE WHEN convicted_on IS NOT NULL THEN convicted_on < offended_on ELSE false END"
        columns = [
            ("conviction_id", "conviction_id", "t"), ("_row", "_row", ""), ("person_id", "person_id", "t"), ("offended_on", "offended_on", "d"), ("convicted_on", "convicted_on", "d?"),
            ("_place", "CASE WHEN n IS NULL THEN 'unused' ELSE 'used' END", "t"), ("_code", "''", "=t0:"),
            ("check.convictions.B3", before, "B"), ("check.convictions.B3.why", "CAST(0 AS BIGINT)", "=i1:0"),
        ]  # fmt: skip
        self.table("trace/convictions.parquet", columns, "FROM k", "")

    def write_groups(self) -> None:
        """16 rows: the rates with what may still change them, and the verdict at both corners."""
        rejected = self.counts["people"]["rejected"]
        assert rejected * 200 <= self.counts["people"]["submitted"] - self.copies("people"), "more rejected than is left out"
        self.sql(f"""CREATE TABLE g AS
            WITH m AS (SELECT p.partner, p.started_on >= DATE '2023-04-01' AS second, p.moved_away IS NULL AS maybe,
                CASE WHEN NOT s.settled OR (NOT s.none AND NOT s.yes) THEN NULL ELSE s.yes END AS yes FROM p JOIN s ON s.n = p.rowid WHERE p.moved_away IS DISTINCT FROM true),
              a AS (SELECT partner, second, count(*) AS all_, count(*) FILTER (NOT maybe AND yes) AS y, count(*) FILTER (NOT maybe AND NOT yes) AS n,
                count(*) FILTER (NOT maybe AND yes IS NULL) AS h, count(*) FILTER (maybe AND yes) AS my, count(*) FILTER (maybe AND NOT yes) AS mn,
                count(*) FILTER (maybe AND yes IS NULL) AS mh FROM m GROUP BY ALL)
            SELECT x.second, x.partner, x.base, coalesce(all_, 0) AS all_, coalesce(y, 0) AS y, coalesce(n, 0) AS n, coalesce(h, 0) AS h, coalesce(my, 0) AS my,
              coalesce(mn, 0) AS mn, coalesce(mh, 0) AS mh FROM (VALUES {
            ", ".join(f"({second}, '{partner}', {BASELINE[partner]})" for second in ("false", "true") for partner in PARTNERS)
        }) AS x(second, partner, base) LEFT JOIN a USING (second, partner) ORDER BY 1, 2""")

        def verdict(yes: str, no: str) -> str:
            n = f"CAST({yes} + {no} AS HUGEINT)"
            away = f"({yes}) * 200 - {n} * base"
            return f"CASE WHEN ({away}) * ({away}) * 10000 <= 38416 * {n} * base * (200 - base) THEN 'no_change' WHEN {away} > 0 THEN 'worse' ELSE 'better' END"

        self.sql(f"""CREATE TABLE gv AS SELECT *, CASE WHEN a = b THEN a END AS result, CASE WHEN second THEN {YEARLY[1]} ELSE {YEARLY[0]} END AS fee,
            CAST(fee * 15 // 100 AS BIGINT) AS stake, result <> 'worse' AS keep FROM
            (SELECT *, {verdict("y", "n + h + mn + mh")} AS a, {verdict("y + h + my + mh", "n")} AS b FROM g)""")
        b = "CAST({} AS BIGINT)".format
        lo, lod, hi, hid = "y", "y + n + h + mn + mh", "y + h + my + mh", "y + n + h + my + mh"
        open_ = "CASE WHEN h + my + mn + mh > 0 THEN 2 ELSE 0 END"
        rate = [("", lo), (".of", lod), (".hi", hi), (".hi.of", hid), (".why", open_)]
        yes = [("", "y"), (".hi", hi), (".why", "CASE WHEN h + my + mh > 0 THEN 2 ELSE 0 END")]
        no = [("", "n"), (".hi", "n + h + mn + mh"), (".why", "CASE WHEN h + mn + mh > 0 THEN 2 ELSE 0 END")]
        rows = [("", "all_"), (".hi", f"all_ + {rejected}"), (".why", f"CASE WHEN {rejected} > 0 THEN 2 ELSE 0 END")]

        def both(name: str, pairs: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
            return [(name + middle + suffix, b(text), "i") for middle in ("", ".1") for suffix, text in pairs]

        unknown = b("result IS NULL")
        columns = [
            ("year", "CASE WHEN second THEN '2023/24' ELSE '2022/23' END", "t"), ("partner", "partner", "t"),
            ("first_day", "CASE WHEN second THEN DATE '2023-04-01' ELSE DATE '2022-04-01' END", "d"), ("last_day", "CASE WHEN second THEN DATE '2024-03-31' ELSE DATE '2023-03-31' END", "d"),
            *both("reconviction_rate", rate), *both("reconviction_rate.yes", yes), *both("reconviction_rate.no", no),
            ("result", "result", "t?"), ("result.why", unknown, "i"), ("result.1", b("base"), "i"), ("fee_at_risk.keep_if", "keep", "b"), ("fee_at_risk.keep_if.why", unknown, "i"),
            ("fee_at_risk.stake", "stake", "i"), ("fee_at_risk.stake.why", b("0"), "i"), ("fee_at_risk.stake.1", b("fee"), "i"), ("fee_at_risk.stake.1.why", b("0"), "i"),
            *both("partner_year.rows", rows), ("fee_at_risk", b("CASE WHEN keep THEN 0 WHEN NOT keep THEN -stake END"), "i?"), ("fee_at_risk.why", unknown, "i"),
        ]  # fmt: skip
        self.table("trace/partner_year.parquet", columns, "FROM gv", "")

    def write_payments(self) -> None:
        claims, people = self.counts["claims"]["used"], self.counts["people"]["used"]
        b = "CAST({} AS BIGINT)".format
        low, high = "coalesce(cut.low_1, {0})", "coalesce(cut.high_1, {0})"
        pays = "CASE WHEN q.pays THEN q.price ELSE 0 END"
        after = low.format(pays)
        lines = f"""
            SELECT q.i + 1 AS line, 'milestone_payment' AS payment, 'claims' AS grain, '["' || c.claim_id || '"]' AS key, {b(pays)} AS low, {b(pays)} AS high, {b(after)} AS low_1,
              {b(after)} AS high_1, {b("0")} AS why FROM q JOIN c ON c.rowid = q.i LEFT JOIN (SELECT * FROM cut WHERE kind = 0) AS cut ON cut.i = q.i
            UNION ALL
            SELECT {claims} + s.n + 1, 'stayed_out', 'people', '["' || p.person_id || '"]', CASE WHEN s.settled THEN s.low END, CASE WHEN s.settled THEN s.high END,
              {b(low.format("s.low"))}, {b(high.format("s.high"))}, CASE WHEN s.settled THEN 0 ELSE 2 END
              FROM s JOIN p ON p.rowid = s.n LEFT JOIN (SELECT * FROM cut WHERE kind = 1) AS cut ON cut.i = s.n
            UNION ALL
            SELECT {claims + people} + rowid + 1, 'fee_at_risk', 'partner_year', '["' || CASE WHEN second THEN '2023/24' ELSE '2022/23' END || '","' || partner || '"]',
              CASE WHEN keep THEN 0 WHEN NOT keep THEN -stake END AS sum, sum, sum, sum, CAST(result IS NULL AS BIGINT) FROM gv"""
        self.sql(f"CREATE TABLE lines AS {lines}")
        columns = [
            ("line", "line", "i"), ("payment", "payment", "t"), ("grain", "grain", "t"), ("key", "key", "t"), ("low", "low", "i?"), ("high", "high", "i?"),
            ("of", b("1"), "=i1:1"), ("low_1", "low_1", "i?"), ("high_1", "high_1", "i?"), ("amount", "CASE WHEN low_1 = high_1 THEN low_1 END", "i?"),
            ("result", "CASE WHEN low_1 IS DISTINCT FROM high_1 OR low_1 IS NULL THEN 'held' WHEN low_1 > 0 THEN 'pays' WHEN low_1 = 0 THEN 'pays_nothing' ELSE 'deducts' END", "t"),
            ("why", b("why"), "i1"),
        ]  # fmt: skip
        self.table("payments.parquet", columns, "FROM lines", "line")

    def table(self, name: str, columns: list[tuple[str, str, str]], source: str, order: str) -> None:
        """Writes a table, and the digest over the text of its rows. The third of a column says how its text is made."""
        ordered = f" ORDER BY {order}" if order else ""
        selected = ", ".join(f'{value} AS "{column}"' for column, value, _ in columns)
        file = self.copy(name, f"SELECT {selected} {source}{ordered}")
        texts = [cell(f'"{column}"', kind) for column, _, kind in columns if kind]
        leaves, rows = [], 0
        digests = self.sql(f"SELECT sha256(concat({', '.join(merged(texts))})) FROM {file}")
        while block := digests.fetchmany(BLOCK):
            leaves.append(hashlib.sha256(b"\0" + bytes.fromhex("".join(chain.from_iterable(block)))).digest())
            rows += len(block)
        self.tables[name] = {"rows": rows, "root": root(leaves)}

    def statement(self) -> dict[str, Any]:
        rows = self.sql(f"""SELECT payment, count(*), coalesce(sum(amount) FILTER (amount > 0), 0), coalesce(sum(amount) FILTER (amount < 0), 0),
            count(*) FILTER (result = 'held') FROM read_parquet('{self.out}/payments.parquet') GROUP BY 1 ORDER BY min(line)""").fetchall()
        each = {name: {"lines": lines, "gross": int(gross), "deducted": int(off), "held": held} for name, lines, gross, off, held in rows}
        return {"totals": each, "rows": self.counts}


def fees(band: str, day_: str) -> str:
    def card(version: int) -> str:
        return f"CASE {band} " + " ".join(f"WHEN '{name}' THEN {fee}" for (name, which), fee in FEES.items() if which == version) + " END"

    return f"CASE WHEN {day_} < DATE '2023-04-01' THEN {card(0)} ELSE {card(1)} END"


def cell(column: str, kind: str) -> str:
    """SQL for the text of a cell. =text: always that; a digit after the letter: the length of every value; ?: it may be missing."""
    if kind[0] == "=":
        return f"'{kind[1:]}'"
    if kind == "B":
        return f"CASE WHEN {column} THEN 'b1:y' ELSE 'b1:n' END"
    if kind == "b":
        return f"CASE WHEN {column} IS NULL THEN 'n' WHEN {column} THEN 'b1:y' ELSE 'b1:n' END"
    if kind[0] == "d":
        text = f"concat('d10:', {column})"
    elif kind[1:].isdigit():
        text = f"concat('{kind[0]}{kind[1:]}:', {column})"
    else:
        text = f"concat('{kind[0]}', strlen(CAST({column} AS VARCHAR)), ':', {column})"
    return f"CASE WHEN {column} IS NULL THEN 'n' ELSE {text} END" if kind[-1] == "?" else text


def merged(texts: list[str]) -> list[str]:
    """Constants side by side as one."""
    out: list[str] = []
    for text in texts:
        if out and text[0] == text[-1] == "'" == out[-1][0] == out[-1][-1]:
            out[-1] = out[-1][:-1] + text[1:]
        else:
            out.append(text)
    return out


def root(leaves: list[bytes]) -> str:
    """The Merkle root of RFC 6962, level by level: a node without a brother goes up as it is."""
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    while len(leaves) > 1:
        pairs = [hashlib.sha256(b"\1" + left + right).digest() for left, right in zip(leaves[::2], leaves[1::2], strict=False)]
        leaves = pairs + leaves[len(pairs) * 2 :]
    return leaves[0].hex()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("submission", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--memory")
    parser.add_argument("--threads", type=int)
    given = parser.parse_args()
    Floor(given.submission, given.out, given.memory, given.threads).run()
