"""Makes submissions of any size for contract/contract.yaml: people, two claims and one conviction for each, with keys of text.

    python benchmarks/assess/generate.py PEOPLE FOLDER [--format csv|parquet] [--dirty 0.002] [--seed 1]

Nobody in them exists. The same arguments give the same values, with any number of threads: every value is cut out of the MD5 of the seed, the
table and the row's number. Keys are in no order, as in files that people send.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

COMPLETE_TO = "2025-03-31"
TABLES = ("people", "claims", "convictions")
# (k * STEP) % PRIME is another number for each k below PRIME: keys that are unique, and in no order
PRIME, STEP = 1_000_000_007, 387_420_489
TERM_DAYS = 731

# Kinds of dirt, one chosen for each row that is to have some. `twice` and `twice_differently` add a row.
DIRT = {
    "people": ("no_such_day", "other_way_round", "no_day", "band", "partner", "moved", "outside", "twice", "twice_differently"),
    "claims": ("no_such_day", "other_way_round", "no_day", "milestone", "orphan", "before", "invisible", "twice", "twice_differently"),
    "convictions": ("no_such_day", "no_day", "nobody", "stranger", "backwards", "long_key", "twice", "twice_differently"),
}  # fmt: skip


def macros(seed: int, people: int) -> list[str]:
    """``bits``: 64 of a row's bits. ``started``: the day on which person k starts, which the other tables need too."""
    return [
        f"CREATE MACRO bits(what, k) AS md5_number_lower('{seed}' || what || CAST(k AS VARCHAR))",
        f"CREATE MACRO ident(letter, k) AS letter || lpad(CAST(((CAST(k AS BIGINT) + 1) * {STEP}) % {PRIME} AS VARCHAR), 10, '0')",
        f"CREATE MACRO started(k) AS DATE '2022-04-01' + CAST(bits('day', k) % {TERM_DAYS} AS INTEGER)",
        f"CREATE MACRO someone(what, k) AS CAST(bits(what, k) % {people} AS BIGINT)",
    ]


def dirt(table: str, share: float) -> str:
    """SQL for the kind of dirt of row k, or '' for the clean ones."""
    kinds = ", ".join(f"'{kind}'" for kind in DIRT[table])
    per_million = round(share * 1_000_000)
    return f"CASE WHEN bits('dirty {table}', k) % 1000000 < {per_million} THEN [{kinds}][1 + CAST(bits('kind {table}', k) % {len(DIRT[table])} AS INTEGER)] ELSE '' END"


def people_sql(people: int, share: float) -> str:
    return f"""
    SELECT person_id,
      CASE d WHEN 'partner' THEN 'North' ELSE partner END AS partner,
      CASE WHEN d = 'band' THEN 'medium' WHEN d = 'twice_differently' AND copy = 1 THEN CASE band WHEN 'lower' THEN 'higher' ELSE 'lower' END ELSE band END AS band,
      CASE d WHEN 'no_such_day' THEN '2023-02-30' WHEN 'other_way_round' THEN strftime(day, '%d/%m/%Y') WHEN 'no_day' THEN ''
        WHEN 'outside' THEN '2021-12-31' ELSE CAST(day AS VARCHAR) END AS started_on,
      CASE d WHEN 'moved' THEN 'maybe' ELSE moved END AS moved_away
    FROM (SELECT k, d, ident('P', k) AS person_id, started(k) AS day,
        ['north', 'south', 'east', 'west', 'city', 'coast', 'valley', 'moor'][1 + CAST(b % 8 AS INTEGER)] AS partner,
        CASE WHEN b // 8 % 10 < 5 THEN 'lower' WHEN b // 8 % 10 < 8 THEN 'middle' ELSE 'higher' END AS band,
        CASE WHEN b // 80 % 1000 < 20 THEN 'yes' WHEN b // 80 % 1000 < 24 THEN '' ELSE 'no' END AS moved,
        unnest(CASE WHEN d LIKE 'twice%' THEN [0, 1] ELSE [0] END) AS copy
      FROM (SELECT range AS k, bits('person', range) AS b, {dirt("people", share).replace(", k)", ", range)")} AS d FROM range({people})))"""


def claims_sql(people: int, share: float) -> str:
    return f"""
    SELECT claim_id,
      CASE d WHEN 'orphan' THEN 'Q' || person_id[2:] WHEN 'invisible' THEN person_id[:5] || chr(8203) || person_id[6:] ELSE person_id END AS person_id,
      CASE WHEN d = 'milestone' THEN 'promoted'
        WHEN d = 'twice_differently' AND copy = 1 THEN CASE milestone WHEN 'housed' THEN 'trained' ELSE 'housed' END ELSE milestone END AS milestone,
      CASE d WHEN 'no_such_day' THEN '2023-11-31' WHEN 'other_way_round' THEN strftime(day, '%d/%m/%Y') WHEN 'no_day' THEN ''
        WHEN 'before' THEN '2022-03-31' ELSE CAST(day AS VARCHAR) END AS achieved_on
    FROM (SELECT d, ident('C', k) AS claim_id, ident('P', who) AS person_id, started(who) + CAST(b // 16 % 450 AS INTEGER) AS later, CASE WHEN later > DATE '{COMPLETE_TO}' THEN later - 300 ELSE later END AS day,
        ['housed', 'housed', 'trained', 'trained', 'in_work', 'in_work', 'in_work', 'kept_job'][1 + CAST(b % 8 AS INTEGER)] AS milestone,
        unnest(CASE WHEN d LIKE 'twice%' THEN [0, 1] ELSE [0] END) AS copy
      FROM (SELECT range AS k, someone('claimant', range) AS who, bits('claim', range) AS b, {dirt("claims", share).replace(", k)", ", range)")} AS d FROM range({2 * people})))"""


def convictions_sql(people: int, share: float) -> str:
    return f"""
    SELECT CASE d WHEN 'long_key' THEN conviction_id || '-' || conviction_id ELSE conviction_id END AS conviction_id,
      CASE WHEN d = 'nobody' THEN '' WHEN d = 'stranger' OR stranger THEN 'X' || person_id[2:] ELSE person_id END AS person_id,
      CASE WHEN d = 'no_such_day' THEN '2023-13-01' WHEN d = 'no_day' THEN ''
        WHEN d = 'twice_differently' AND copy = 1 THEN CAST(offended - 1 AS VARCHAR) ELSE CAST(offended AS VARCHAR) END AS offended_on,
      CASE WHEN d = 'backwards' THEN CAST(offended - 30 AS VARCHAR) WHEN convicted > DATE '{COMPLETE_TO}' THEN '' ELSE CAST(convicted AS VARCHAR) END AS convicted_on
    FROM (SELECT *, offended + 20 + CAST(b // 16000 % 160 AS INTEGER) AS convicted FROM (
      SELECT d, b, ident('K', k) AS conviction_id, ident('P', who) AS person_id, b % 8 = 0 AS stranger,
        least(started(who) - 150 + CAST(b // 16 % 800 AS INTEGER), DATE '{COMPLETE_TO}' - CAST(b // 16 % 97 AS INTEGER)) AS offended,
        unnest(CASE WHEN d LIKE 'twice%' THEN [0, 1] ELSE [0] END) AS copy
      FROM (SELECT range AS k, someone('convict', range) AS who, bits('conviction', range) AS b, {dirt("convictions", share).replace(", k)", ", range)")} AS d FROM range({people}))))"""


def write(folder: Path, people: int, kind: str = "csv", share: float = 0.0, seed: int = 1) -> list[Path]:
    """Writes the three files into ``folder`` and gives their paths. ``share``: of rows that are to be dirty."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    con: Any = duckdb.connect()
    try:
        for macro in macros(seed, people):
            con.execute(macro)
        out = []
        for table, query in zip(TABLES, (people_sql, claims_sql, convictions_sql), strict=True):
            out.append(folder / f"{table}.{kind}")
            how = "FORMAT csv, HEADER" if kind == "csv" else "FORMAT parquet"
            con.execute(f"COPY ({query(people, share)}) TO '{out[-1]}' ({how})")
        return out
    finally:
        con.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--format", default="csv", choices=("csv", "parquet"))
    parser.add_argument("--dirty", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for path in write(given.folder, given.people, given.format, given.dirty, given.seed):
        print(path)
