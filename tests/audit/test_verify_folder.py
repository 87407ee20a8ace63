"""``verify`` on untouched folders, and on folders that an adversary who knows the format has changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pbr.audit import layout
from pbr.audit.difference import Verification
from pbr.audit.verify import verify
from pbr.problem import Refused
from tests.audit.tiny import TINY, assess_tiny, bytes_of, change_json, change_table, reseal, reseal_run


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("verify") / "whole"
    assess_tiny(out)
    return out


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def named(verification: Verification) -> set[tuple[str, str, str]]:
    return {(one.file, one.key, one.column) for one in verification.differences}


def test_an_untouched_folder_is_consistent_and_stays_untouched(whole: Path) -> None:
    before = bytes_of(whole)
    verification = verify(whole)
    assert verification.state == "internally consistent", verification.text()
    assert "verified" not in verification.text()
    assert bytes_of(whole) == before


def test_digests_only_says_that_nothing_was_recomputed(whole: Path) -> None:
    verification = verify(whole, digests_only=True)
    assert verification.state == "digests only" and "nothing was recomputed" in verification.text()


@pytest.mark.parametrize("unreadable", [layout.CONTRACT, layout.MANIFEST])
def test_what_cannot_be_read_hides_no_other_file(folder: Path, unreadable: str) -> None:
    (folder / unreadable).write_bytes(b"x")
    (folder / layout.REJECTED).write_bytes(b"x")
    (folder / layout.MEASURES).unlink()
    assert {unreadable, layout.REJECTED, layout.MEASURES} <= {file for file, _, _ in named(verify(folder))}


# Each change is made to the file and then every digest of manifest.json and run.json is made to agree with it.
TABLES: dict[str, tuple[str, str, tuple[str, str, str]]] = {
    "a penny on a line": (
        layout.PAYMENTS,
        "SELECT * REPLACE (CASE WHEN line = 2 THEN amount + 1 ELSE amount END AS amount) FROM this",
        (layout.PAYMENTS, "job_found p2", "amount"),
    ),
    "a penny before the cap": (
        layout.PAYMENTS,
        "SELECT * REPLACE (CASE WHEN line = 1 THEN low - 1 ELSE low END AS low) FROM this",
        (layout.PAYMENTS, "job_found p1", "low"),
    ),
    "a line left out": (layout.PAYMENTS, "SELECT * FROM this WHERE line <> 3", (layout.PAYMENTS, "job_found p4", "line")),
    "an answer": (
        "trace/people.parquet",
        "SELECT * REPLACE (CASE WHEN person_id = 'p6' THEN true ELSE in_work END AS in_work) FROM this",
        ("trace/people.parquet", "p6", "in_work"),
    ),
    "an unknown that became a no": (
        "trace/people.parquet",
        'SELECT * REPLACE (CASE WHEN person_id = \'p4\' THEN false ELSE "left" END AS "left") FROM this',
        ("trace/people.parquet", "p4", "left"),
    ),
    "a date": (
        "trace/jobs.parquet",
        "SELECT * REPLACE (CASE WHEN job_id = 'j5' THEN DATE '2021-12-29' ELSE began_on END AS began_on) FROM this",
        ("trace/jobs.parquet", "j5", "began_on"),
    ),
    "a row's place": (
        "trace/people.parquet",
        "SELECT * REPLACE (CASE WHEN person_id = 'p3' THEN 'used' ELSE _place END AS _place) FROM this",
        ("trace/people.parquet", "p3", "_place"),
    ),
    "a row left out": ("trace/people.parquet", "SELECT * FROM this WHERE person_id <> 'p2'", ("trace/people.parquet", "p2", "")),
    "the last row left out": ("trace/people.parquet", "SELECT * FROM this WHERE person_id <> 'p7'", ("trace/people.parquet", "p7", "")),
    "two rows swapped": ("trace/people.parquet", "SELECT * FROM this ORDER BY person_id DESC", ("trace/people.parquet", "p1", "")),
    "the counts of a share doubled": (
        "trace/year.parquet",
        'SELECT * REPLACE (rate * 2 AS rate, "rate.of" * 2 AS "rate.of", "rate.hi" * 2 AS "rate.hi", "rate.hi.of" * 2 AS "rate.hi.of") FROM this',
        ("trace/year.parquet", "2020", "rate"),
    ),
    "a denominator of nothing": (
        "trace/year.parquet",
        'SELECT * REPLACE (CAST(0 AS BIGINT) AS "rate.of") FROM this',
        ("trace/year.parquet", "2020", "rate"),
    ),
    "the line a finding stands at": (
        layout.FINDINGS,
        "SELECT * REPLACE (coalesce(LINE, 0) + 1 AS LINE) FROM this",
        (layout.FINDINGS, "", "LINE"),
    ),
    "the row a finding is about": (
        layout.FINDINGS,
        "SELECT * REPLACE (CASE WHEN CODE = 'C1' THEN 1 ELSE ROW END AS ROW) FROM this",
        (layout.FINDINGS, "", "ROW"),
    ),
    "where a row stood": (
        "trace/people.parquet",
        "SELECT * REPLACE (_row + 40 AS _row) FROM this",
        ("trace/people.parquet", "p1", "_row"),
    ),
    "a finding softened": (
        layout.FINDINGS,
        "SELECT * REPLACE (CASE WHEN CODE = 'C1' THEN 'flag' ELSE SEVERITY END AS SEVERITY) FROM this",
        (layout.FINDINGS, "", "SEVERITY"),
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_change_of_a_table_is_found_and_named(name: str, folder: Path) -> None:
    file, select, (where, key, column) = TABLES[name]
    before = bytes_of(folder)
    change_table(folder, file, select)
    reseal(folder)
    assert bytes_of(folder)[file] != before[file]
    verification = verify(folder)
    assert verification.state == "broken"
    found = [one for one in verification.differences if one.file == where and one.column == column and (not key or one.key == key)]
    assert found, verification.text()


def test_a_column_of_a_kind_that_no_trail_may_hold_is_a_difference_and_no_refusal(folder: Path) -> None:
    change_table(folder, layout.FINDINGS, "SELECT * REPLACE (CAST(VALUE AS BLOB) AS VALUE) FROM this")
    verification = verify(folder)
    assert verification.state == "broken"
    assert [one.says for one in verification.differences if "is a BLOB" in one.says and one.file == layout.FINDINGS], verification.text()


def _pay_more(statement: dict) -> None:  # type: ignore[type-arg]
    statement["payments"][0]["amount"] = "1000.01"


def _total(statement: dict) -> None:  # type: ignore[type-arg]
    statement["totals"]["paid"] = "2000.01"


def _because(statement: dict) -> None:  # type: ignore[type-arg]
    statement["payments"][0]["because"] = "we said so"


def _result(statement: dict) -> None:  # type: ignore[type-arg]
    statement["payments"][0]["result"] = "held"


def _rows(statement: dict) -> None:  # type: ignore[type-arg]
    statement["rows"]["people"]["used"] += 1


@pytest.mark.parametrize(
    ("change", "key", "column"),
    [
        (_pay_more, "job_found p1", "amount"),
        (_total, "totals", "paid"),
        (_result, "job_found p1", "result"),
        (_because, "payments[0].because", ""),
        (_rows, "rows.people.used", ""),
    ],
)
def test_a_change_of_the_statement_is_found_and_named(change: Callable[[dict], None], key: str, column: str, folder: Path) -> None:  # type: ignore[type-arg]
    change_json(folder, layout.STATEMENT, change)
    reseal(folder)
    verification = verify(folder)
    assert verification.state == "broken"
    assert (layout.STATEMENT, key, column) in named(verification), verification.text()


def test_a_change_in_line_and_statement_and_totals_together(folder: Path) -> None:
    """The same penny everywhere, so that every file agrees with every other: only computing it again finds it."""
    change_table(folder, layout.PAYMENTS, "SELECT * REPLACE (CASE WHEN line = 1 THEN amount + 1 ELSE amount END AS amount) FROM this")
    change_json(folder, layout.STATEMENT, _pay_more)
    change_json(folder, layout.STATEMENT, _total)
    reseal(folder)
    assert verify(folder, digests_only=True).state == "digests only"
    found = named(verify(folder))
    assert {
        (layout.PAYMENTS, "job_found p1", "amount"),
        (layout.STATEMENT, "job_found p1", "amount"),
        (layout.STATEMENT, "totals", "paid"),
    } <= found


@pytest.mark.parametrize("file", [layout.REJECTED, layout.MEASURES, layout.STATEMENT_TEXT, layout.PLAN])
def test_a_change_of_any_other_file_is_found(file: str, folder: Path) -> None:
    data = (folder / file).read_bytes()
    (folder / file).write_bytes(data.replace(b"rate", b"rote").replace(b"date", b"dote").replace(b"work", b"wark"))
    assert (folder / file).read_bytes() != data
    reseal(folder)
    assert file in {one.file for one in verify(folder).differences}


def test_a_change_of_inputs_changes_what_is_computed(folder: Path) -> None:
    path = folder / "inputs" / "jobs.csv"
    path.write_text(path.read_text().replace("2021-12-30", "2021-12-29"))
    reseal(folder)
    found = named(verify(folder))
    assert ("trace/jobs.parquet", "j5", "began_on") in found and ("trace/people.parquet", "p6", "in_work") in found


def test_a_change_of_the_contract_is_found(folder: Path) -> None:
    path = folder / layout.CONTRACT
    path.write_text(path.read_text().replace("pays: £500.00", "pays: £600.00"))
    reseal(folder)
    found = {one.file for one in verify(folder).differences}
    assert {layout.PLAN, layout.MANIFEST} <= found and layout.PAYMENTS in found


def test_missing_extra_and_linked_files(folder: Path) -> None:
    (folder / layout.MEASURES).unlink()
    (folder / "notes.txt").write_text("hello")
    (folder / "trace" / "other.parquet").symlink_to(folder / "trace" / "people.parquet")
    verification = verify(folder)
    assert {(layout.MEASURES, "this file is missing"), ("notes.txt", "this file does not belong here")} <= {
        (one.file, one.says) for one in verification.differences
    }
    assert "trace/other.parquet" in {one.file for one in verification.differences}


def test_a_flipped_byte_anywhere_is_found(whole: Path, tmp_path: Path) -> None:
    for number, (name, data) in enumerate(bytes_of(whole).items()):
        folder = Path(shutil.copytree(whole, tmp_path / str(number)))
        place = len(data) // 2
        (folder / name).write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        verification = verify(folder, digests_only=True)
        assert verification.state == "broken" and name in {one.file for one in verification.differences} | {layout.RUN}, name


RUBBISH = [b"", b"{}", b"[]", b"null", b"\xff\xfe", b"[" * 50_000, b'{"format": "pbr-trail/1"}', b'{"format": "pbr-trail/2"}']
OTHERS = [layout.PLAN, layout.STATEMENT, layout.CONTRACT, layout.PAYMENTS, "inputs/people.csv"]


@pytest.mark.parametrize(
    ("name", "data"),
    [*((name, data) for name in (layout.MANIFEST, layout.RUN) for data in RUBBISH[: 8 if name == layout.MANIFEST else 3]),
     *((name, data) for name in OTHERS for data in (b"{}", b"[" * 50_000))],
)  # fmt: skip
def test_rubbish_in_a_file_is_broken_and_never_a_traceback(name: str, data: bytes, folder: Path) -> None:
    (folder / name).write_bytes(data)
    if name not in (layout.MANIFEST, layout.RUN):
        reseal_run(folder)
    verification = verify(folder)
    assert verification.state == "broken" and verification.differences


def test_an_input_that_points_elsewhere_is_refused(folder: Path) -> None:
    def point(manifest: dict) -> None:  # type: ignore[type-arg]
        manifest["inputs"][0]["file"] = "inputs/../../secret.csv"

    change_json(folder, layout.MANIFEST, point)
    reseal_run(folder)
    assert verify(folder).state == "broken"


def test_a_folder_that_is_no_assessment_is_not_called_broken(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "statement.txt").write_text("Dear all")
    with pytest.raises(Refused, match="is not an assessment") as refused:
        verify(tmp_path / "letters")
    assert [problem.code for problem in refused.value.problems] == ["PBR752"]
    for name in (layout.MANIFEST, layout.RUN):  # what was an assessment stays one, however much is taken away
        (folder / name).unlink()
    assert verify(folder).state == "broken"


def test_by_reference_needs_the_data(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assess_tiny(out, by_reference=True)
    assert verify(out).state == "digests only"
    files = [(None, TINY / "people.csv"), (None, TINY / "jobs.csv")]
    assert verify(out, files).state == "internally consistent"
    assert verify(out, files[:1]).state == "broken"
    (tmp_path / "jobs.csv").write_text((TINY / "jobs.csv").read_text().replace("2020-03-01", "2020-03-02"))
    other = verify(out, [(None, TINY / "people.csv"), (None, tmp_path / "jobs.csv")])
    assert other.state == "broken" and "jobs.csv, which you gave" in other.text()


def test_the_verdict_as_json(whole: Path) -> None:
    told = verify(whole).to_json()
    assert told["state"] == "internally consistent" and told["differences"] == []
    json.dumps(told)
