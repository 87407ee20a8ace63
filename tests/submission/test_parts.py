"""A table in several Parquet files: the same values and digests as in one, each file in the manifest by its own bytes. The messages stand in ``parts/``."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from pbr.cli.main import cli
from tests.golden import assert_golden

TINY = Path(__file__).parents[1] / "cli" / "tiny"
GOLDENS = Path(__file__).parent / "parts"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``jobs/`` has the jobs in three Parquet files, ``whole/`` in one."""
    monkeypatch.chdir(tmp_path)
    for folder in ("jobs", "whole"):
        Path(folder).mkdir()
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE jobs AS SELECT * FROM read_csv('{TINY / 'jobs.csv'}', all_varchar = true)")
        (rows,) = con.execute("SELECT count(*) FROM jobs").fetchone() or (0,)
        con.execute("COPY jobs TO 'whole/jobs.parquet'")
        for part, (low, high) in enumerate([(0, 2), (2, 3), (3, rows)]):
            con.execute(f"COPY (SELECT * FROM jobs WHERE rowid >= {low} AND rowid < {high}) TO 'jobs/part-{part}.parquet'")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), prog_name="pbr")


def assess(jobs: str, out: str) -> Result:
    data = ("--data", str(TINY / "people.csv"), "--data", jobs)
    return run("assess", str(TINY), *data, "--complete-to", "2022-06-30", "--out", out)


def manifest(folder: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((Path(folder) / "manifest.json").read_bytes())
    return read


def refused(result: Result, name: str) -> None:
    assert result.exit_code == 1 and "Traceback" not in result.output, result.output
    assert not Path("out").exists() and not list(Path().glob(".out*"))
    assert_golden(result.stderr, GOLDENS / f"{name}.txt")


def test_parts_are_one_table(here: Path) -> None:
    for jobs, out in (("jobs=whole/jobs.parquet", "one"), ("jobs=jobs/*.parquet", "out")):
        result = assess(jobs, out)
        assert result.exit_code == 0, result.output
    one, parts = manifest("one"), manifest("out")
    assert parts["tables"] == one["tables"] and parts["rows"] == one["rows"]
    told = [(each["name"], each["table"], each["sha256"]) for each in parts["inputs"] if each["table"] == "jobs"]
    names = [f"part-{number}.parquet" for number in range(3)]
    assert told == [(name, "jobs", hashlib.sha256((here / "jobs" / name).read_bytes()).hexdigest()) for name in names]
    with duckdb.connect() as con:  # where each row stood, counted through all files
        both = [con.execute(f"SELECT job_id, _row FROM '{folder}/trace/jobs.parquet' ORDER BY ALL").fetchall() for folder in ("one", "out")]
    assert both[0] == both[1]
    checked = run("verify", "out")
    assert checked.exit_code == 0, checked.output


def test_rows_that_a_layout_leaves_out_are_counted_too(here: Path) -> None:
    """A row's number is its place in all files: else two rows would have one number."""
    text = (TINY / "contract.yaml").read_text()
    Path("contract.yaml").write_text(f"{text}\nlayout:\n  jobs: {{skip_rows_where: {{job_id: total}}}}\n")
    with duckdb.connect() as con:
        con.execute("CREATE TABLE first AS (FROM 'jobs/part-0.parquet' UNION ALL SELECT 'total', NULL, NULL)")
        con.execute("COPY first TO 'jobs/part-0.parquet'")
        con.execute("COPY (FROM 'jobs/*.parquet') TO 'whole/jobs.parquet'")
    data = ("--data", str(TINY / "people.csv"), "--complete-to", "2022-06-30")
    numbers = []
    for jobs, out in (("jobs=whole/jobs.parquet", "one"), ("jobs=jobs/*.parquet", "out")):
        result = run("assess", "contract.yaml", *data, "--data", jobs, "--out", out)
        assert result.exit_code == 0, result.output
        numbers.append(duckdb.sql(f"SELECT job_id, _row FROM '{out}/trace/jobs.parquet' ORDER BY ALL").fetchall())
    assert numbers[1] == numbers[0]


def test_by_reference_they_are_given_again(here: Path) -> None:
    data = ("--data", str(TINY / "people.csv"), "--data", "jobs=jobs/*.parquet")
    assert run("assess", str(TINY), *data, "--complete-to", "2022-06-30", "--out", "out", "--inputs-by-reference").exit_code == 0
    assert run("verify", "out").exit_code == 4
    assert run("verify", "out", *data).exit_code == 0


def test_validate_takes_them_too(here: Path) -> None:
    data = ("--data", str(TINY / "people.csv"), "--data", "jobs=jobs/*.parquet")
    result = run("validate", str(TINY), *data, "--complete-to", "2022-06-30")
    assert result.exit_code in (0, 1) and "PBR4" not in result.stderr, result.output
    assert "Traceback" not in result.output


def test_a_part_with_other_columns(here: Path) -> None:
    duckdb.connect().execute("COPY (SELECT * RENAME (job_id AS job) FROM 'whole/jobs.parquet') TO 'jobs/part-1.parquet'")
    refused(assess("jobs=jobs/*.parquet", "out"), "PBR429")


def test_a_part_that_is_cut_short(here: Path) -> None:
    path = Path("jobs/part-1.parquet")
    path.write_bytes(path.read_bytes()[:-9])
    refused(assess("jobs=jobs/*.parquet", "out"), "cut_short")


def test_a_pattern_that_fits_nothing(here: Path) -> None:
    refused(assess("jobs=nowhere/*.parquet", "out"), "fits_nothing")
    Path("jobs [1]").mkdir()
    Path("jobs [1]/jobs.parquet").write_bytes(Path("whole/jobs.parquet").read_bytes())
    refused(assess("jobs=jobs [1]/*.parquet", "out"), "fits_nothing_with_brackets")
    assert assess("jobs=jobs [[]1]/*.parquet", "out").exit_code == 0


def test_two_stars_are_all_folders_in_it(here: Path) -> None:
    """One star for two would leave the rows of a folder further down out, without a word."""
    for folder in ("jobs/2021", "jobs/2021/12"):
        Path(folder).mkdir()
    Path("jobs/part-1.parquet").rename("jobs/2021/part-1.parquet")
    Path("jobs/part-2.parquet").rename("jobs/2021/12/part-2.parquet")
    assert assess("jobs=jobs/**/*.parquet", "out").exit_code == 0
    assert assess("jobs=whole/jobs.parquet", "one").exit_code == 0
    assert manifest("out")["tables"] == manifest("one")["tables"]


def test_a_folder_that_is_called_like_a_file(here: Path) -> None:
    Path("jobs/more.parquet").mkdir()
    refused(assess("jobs=jobs/*.parquet", "out"), "a_folder")


def test_a_pattern_of_other_files_says_that_only_parquet_is_given_so(here: Path) -> None:
    result = assess("jobs=jobs/*.csv", "out")
    assert result.exit_code == 2 and "only Parquet files are given by a pattern, one that ends in .parquet" in " ".join(
        result.stderr.split()
    )


def test_one_file_is_not_two_parts(here: Path) -> None:
    """Its rows would stand twice in the control totals and among what was submitted."""
    Path("jobs/part-9.parquet").write_bytes(Path("jobs/part-0.parquet").read_bytes())
    refused(assess("jobs=jobs/*.parquet", "out"), "same_bytes")
    data = ("--data", str(TINY / "people.csv"), "--data", "jobs=whole/jobs.parquet", "--data", "jobs=whole/jobs.parquet")
    assert "PBR401" in run("assess", str(TINY), *data, "--complete-to", "2022-06-30", "--out", "out").stderr


def test_parts_without_rows_may_be_the_same(here: Path) -> None:
    for part in (7, 8):
        duckdb.connect().execute(f"COPY (FROM 'whole/jobs.parquet' LIMIT 0) TO 'jobs/part-{part}.parquet'")
    assert assess("jobs=jobs/*.parquet", "out").exit_code == 0


def test_parts_are_only_parts_where_their_table_is_named(here: Path) -> None:
    """Two files of one name in two folders are one too many."""
    Path("jobs/jobs.parquet").write_bytes(Path("whole/jobs.parquet").read_bytes())
    data = ("--data", str(TINY / "people.csv"), "--data", "jobs/jobs.parquet", "--data", "whole/jobs.parquet")
    refused(run("assess", str(TINY), *data, "--complete-to", "2022-06-30", "--out", "out"), "twice")
