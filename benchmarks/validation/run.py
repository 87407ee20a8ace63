"""Times the reading and checking of 1,000,000 rows against DuckDB's own reading of the same file, and the same checks in other libraries.

    python benchmarks/validation/run.py [ROWS] [--others PYTHON]

Prints Markdown. Each figure is the median of three, taken in turn in one process (the others: each in its own), with the time of the clock and of
the processor: the second says what the work costs on a machine that does other things too. ``--others``: an interpreter with pandas and
pandera, and Great Expectations if it is to be timed; left out, this one. What is not installed there is left out.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import generate  # noqa: E402

TIMES = 3
CHECKS = (
    "referral_id is filled in", "referral_id is unique", "referral_id is written as R99999999", "nhs_number is ten digits", "nhs_number's check digit agrees",
    "date_of_birth is a day", "referred_on is a day", "started_on is a day", "ended_on is a day or blank", "provider_code is of its list", "band is of its list",
    "sessions is a whole number", "sessions is 0 to 52", "score_before is a number of one decimal", "score_before is 0 to 27",
    "score_after is a number of one decimal or blank", "score_after is 0 to 27", "fee is money", "fee is £0.00 to £5,000.00", "employed is yes or no",
)  # fmt: skip


def plan() -> Any:
    from pbr.language.types import Type
    from pbr.plan.node import Shape
    from pbr.plan.plan import Column, Plan, Table

    def text(name: str, kind: str = "identifier", blank: str = "refused", codes: tuple[str, ...] = (), **more: Any) -> Column:
        return Column(name, Type(kind, codes=codes, absent=frozenset({blank} - {"refused"})), None, blank, **more)

    def number(name: str, kind: str, most: str, decimals: int | None = None, blank: str = "refused") -> Column:
        den = 10 ** (decimals or 0)
        shape = Shape(den, 10**9 * den)
        return Column(
            name, Type(kind, absent=frozenset({blank} - {"refused"})), shape, blank, decimals=decimals, at_least="0/1", at_most=most
        )

    columns = (
        text("referral_id", written_as="R99999999"),
        text("nhs_number", check_digit="NHS number", shortest=10, longest=10),
        *(text(name, "date") for name in ("date_of_birth", "referred_on", "started_on")),
        text("ended_on", "date", "not yet"),
        text("provider_code", "code", codes=generate.PROVIDERS),
        text("band", "code", codes=generate.BANDS),
        number("sessions", "whole", "52/1"),
        number("score_before", "number", "27/1", 1),
        number("score_after", "number", "27/1", 1, "unknown"),
        number("fee", "money", "500000/1"),
        text("employed", "truth"),
    )
    table = Table("referrals", ("referral_id",), columns, "provider")
    return Plan("pbr-plan/1", "referrals", "Referrals", "1", "GBP", "2023-04-01", "2026-03-31", (), (table,), (), (), (), ())


def by_duckdb(path: Path) -> int:
    """DuckDB's reading with its own settings: strict, every field text, into a table."""
    import duckdb

    con = duckdb.connect()
    try:
        types = ", ".join(f"'{name}': 'VARCHAR'" for name in generate.HEADER.split(","))
        con.execute(
            f"CREATE TABLE t AS SELECT * FROM read_csv(?, auto_detect=false, header=true, delim=',', quote='\"', strict_mode=true, columns={{{types}}})",
            [str(path)],
        )
        return int(con.execute("SELECT count(*) FROM t").fetchall()[0][0])
    finally:
        con.close()


def by_pbr(path: Path) -> int:
    """The rows that are rejected, with every reason, value and line in ``findings``."""
    from pbr.platform.duck import connect
    from pbr.submission.inputs import Input
    from pbr.submission.reading import read_submission

    with tempfile.TemporaryDirectory() as folder:
        con = connect(Path(folder), [path])
        try:
            result = read_submission(plan(), {}, [Input("referrals", path, None, None, path.name)], {}, con, Path(folder))
            return result.rejected["referrals"]
        finally:
            con.close()


def timed(work: Callable[[Path], int], path: Path) -> tuple[float, float, int]:
    clock, processor = time.perf_counter(), time.process_time()
    gave = work(path)
    return time.perf_counter() - clock, time.process_time() - processor, gave


def elsewhere(python: str, library: str, path: Path) -> tuple[float, float, int] | None:
    """One run of ``others.py`` in a process of its own; None where the library is not there."""
    done = subprocess.run([python, str(HERE / "others.py"), library, str(path)], capture_output=True, text=True, check=False)
    if done.returncode == 3:
        return None
    if done.returncode:
        raise SystemExit(done.stderr)
    clock, processor, gave = json.loads(done.stdout.splitlines()[-1])
    return clock, processor, gave


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--others", default=sys.executable)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, share in (("clean", 0.0), ("0.2% dirty", 0.002)):
            path = Path(folder) / f"{name[:3]}.csv"
            spoilt = generate.write(path, given.rows, share)
            runs: dict[str, list[tuple[float, float, int]]] = {}
            for turn in range(TIMES):
                runs.setdefault("DuckDB reads it, every field text", []).append(timed(by_duckdb, path))
                runs.setdefault("pbr reads and checks it", []).append(timed(by_pbr, path))
                if runs["pbr reads and checks it"][-1][2] != spoilt:
                    raise SystemExit(f"{spoilt} rows were spoilt, and {runs['pbr reads and checks it'][-1][2]} rejected")
                for library in ("pandera", "great_expectations") if turn == 0 or name != "clean" else ():
                    result = elsewhere(given.others, library, path)
                    if result is not None:
                        runs.setdefault(f"{library} on pandas, reading included", []).append(result)
            print(f"\n{given.rows:,} rows, {name} ({spoilt:,} rows), {path.stat().st_size / 1e6:.0f} MB, {len(CHECKS)} checks\n")
            print("| | seconds | ratio | processor seconds | ratio | rows found wrong |\n|---|---|---|---|---|---|")
            base = [statistics.median(run[i] for run in runs["DuckDB reads it, every field text"]) for i in (0, 1)]
            for what, taken in runs.items():
                clock, processor = (statistics.median(run[i] for run in taken) for i in (0, 1))
                wrong = "" if what.startswith("DuckDB") else f"{taken[0][2]:,}"
                print(f"| {what} | {clock:.2f} | {clock / base[0]:.1f} | {processor:.2f} | {processor / base[1]:.1f} | {wrong} |")


if __name__ == "__main__":
    main()
