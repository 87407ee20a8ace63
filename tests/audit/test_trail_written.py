"""What an assessment writes: the whole folder of pbr-trail/1, the same bytes each time, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import duckdb
import jsonschema
import pytest

from pbr.audit import layout
from pbr.problem import Refused
from tests.audit.tiny import TINY, FailingFiles, assess_tiny, bytes_of

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("trail") / "out"
    assess_tiny(out)
    return out


def test_holds_the_files_of_the_format_and_no_other(trail: Path) -> None:
    assert set(bytes_of(trail)) == {
        "manifest.json", "run.json", "plan.json", "contract/contract.yaml", "inputs/people.csv", "inputs/jobs.csv", "findings.parquet",
        "rejected.csv", "trace/people.parquet", "trace/jobs.parquet", "trace/year.parquet", "measures.json", "payments.parquet",
        "statement.json", "statement.txt",
    }  # fmt: skip
    assert stat.S_IMODE(trail.stat().st_mode) == 0o700
    assert (trail / "inputs/people.csv").read_bytes() == (TINY / "people.csv").read_bytes()
    assert (trail / layout.CONTRACT).read_bytes() == (TINY / "contract.yaml").read_bytes()


@pytest.mark.parametrize("name", ["manifest", "run", "plan", "statement", "measures"])
def test_agrees_with_its_schema(trail: Path, name: str) -> None:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads((trail / f"{name}.json").read_text()), schema, jsonschema.Draft202012Validator)


def test_pays_what_the_contract_says(trail: Path) -> None:
    """p1 and p2 found work in time, p2 on the last day there was."""
    with duckdb.connect() as con:
        lines = con.execute(f"SELECT payment, key, amount, result FROM read_parquet('{trail / layout.PAYMENTS}') ORDER BY line").fetchall()
    assert lines[:2] == [("job_found", '["p1"]', 100000, "pays"), ("job_found", '["p2"]', 100000, "pays")]
    statement = json.loads((trail / layout.STATEMENT).read_text())
    assert statement["rows"]["people"] == {
        "submitted": 9,
        "used": 5,
        "excluded": {"L1": 1, "outside term": 1},
        "rejected": 1,
        "unused": 1,
        "flagged": {},
        "unattributed": 0,
    }
    rejected = list(csv.DictReader(io.StringIO((trail / layout.REJECTED).read_text())))
    assert {(row["table"], row["row"]) for row in rejected} == {("people", "8"), ("jobs", "6"), ("jobs", "7")}


def test_a_person_who_may_be_excluded_is_held(trail: Path) -> None:
    """p4 may have left the town: unknown is not zero, and does not pay either."""
    with duckdb.connect() as con:
        line = con.execute(f"SELECT result FROM read_parquet('{trail / layout.PAYMENTS}') WHERE key = '[\"p4\"]'").fetchone()
    assert line == ("held",)


def test_no_column_is_a_float(trail: Path) -> None:
    with duckdb.connect() as con:
        for path in trail.rglob("*.parquet"):
            kinds = {row[1] for row in con.execute(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()}
            assert kinds <= {"BIGINT", "DECIMAL(38,0)", "DATE", "BOOLEAN", "VARCHAR", "VARCHAR[]"}, (path.name, kinds)


def test_the_same_inputs_give_the_same_bytes(trail: Path, tmp_path: Path) -> None:
    assess_tiny(tmp_path / "again", who="somebody else")
    ours, theirs = bytes_of(trail), bytes_of(tmp_path / "again")
    assert {name for name in ours if ours[name] != theirs[name]} == {layout.RUN}


def test_rows_in_another_order_change_no_digest_of_a_table(trail: Path, tmp_path: Path) -> None:
    for name in ("people", "jobs"):
        head, *rows = (TINY / f"{name}.csv").read_text().splitlines()
        (tmp_path / f"{name}.csv").write_text("\n".join([head, *reversed(rows)]) + "\n")
    assess_tiny(tmp_path / "out", tables=[tmp_path / "jobs.csv", tmp_path / "people.csv"])
    ours, theirs = (json.loads((folder / layout.MANIFEST).read_text()) for folder in (trail, tmp_path / "out"))
    assert ours["tables"] == theirs["tables"] and ours["rows"] == theirs["rows"]
    assert ours["inputs"] != theirs["inputs"]
    assert ours["documents"][layout.STATEMENT] == theirs["documents"][layout.STATEMENT]


def test_an_existing_folder_is_never_written_over(trail: Path) -> None:
    before = bytes_of(trail)
    with pytest.raises(Refused) as caught:
        assess_tiny(trail)
    assert caught.value.problems[0].code == "PBR601"
    assert bytes_of(trail) == before


def test_a_failure_at_any_operation_leaves_nothing_or_everything(tmp_path: Path) -> None:
    counting = FailingFiles()
    assess_tiny(tmp_path / "whole", files=counting)
    names = set(bytes_of(tmp_path / "whole"))
    outcomes = set()
    # some, and all of the last few: the writing of the seal and the rename
    for at in sorted({*range(1, counting.done, 23), *range(counting.done - 3, counting.done + 1)}):
        out = tmp_path / f"out{at}"
        try:
            assess_tiny(out, files=FailingFiles(at))
            outcomes.add("done")
        except (OSError, Refused):
            outcomes.add("failed")
        assert not out.exists() or set(bytes_of(out)) == names, at
        if not out.exists():
            assert [path.name for path in tmp_path.iterdir() if path.name.startswith(f".out{at}.")] == [], at
    assert "failed" in outcomes


def test_by_reference_keeps_digests_and_not_bytes(tmp_path: Path) -> None:
    assess_tiny(tmp_path / "out", by_reference=True)
    assert not list((tmp_path / "out" / "inputs").iterdir())
    manifest = json.loads((tmp_path / "out" / layout.MANIFEST).read_text())
    assert [one["file"] for one in manifest["inputs"]] == [None, None] and all(one["sha256"] for one in manifest["inputs"])
