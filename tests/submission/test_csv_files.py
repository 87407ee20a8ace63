"""CSV as it comes: fast or careful, the same rows, each with its line."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pbr.plan.plan import Table
from pbr.platform.duck import connect, glob_text
from pbr.problem import Refused
from pbr.submission import csvfile
from pbr.terms.models import TableLayout
from tests.submission.submitting import accepted, accounted, found, plan_of, scalar, submitted, text

TABLE = Table("t", ("id",), (text("id"), text("x", "text", blank="none")), "provider")
PLAN = plan_of(TABLE)


def write(folder: Path, data: bytes | str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def read(path: Path, layout: TableLayout | None = None) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Accepted rows, and (row, line, code) of findings about rows."""
    with submitted(PLAN, path, layout={"t": layout} if layout else None) as result:
        assert accounted(result, "t")
        return accepted(result, "t"), found(result, '"ROW", LINE, CODE')


def refusal(path: Path, layout: TableLayout | None = None) -> list[str]:
    with pytest.raises(Refused) as caught, submitted(PLAN, path, layout={"t": layout} if layout else None):
        pass
    return [problem.code for problem in caught.value.problems]


PLAIN = "id,x\n1,one\n2,two\n3,\n"
ROWS = [(1, "1", "one"), (2, "2", "two"), (3, "3", None)]


@pytest.mark.parametrize("small", [64_000_000, 0], ids=["held", "scanned"])
@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        PLAIN.encode().rstrip(b"\n"),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace("two\n", "two\r\n").encode(),
        PLAIN.replace("\n", "\n\n").encode(),
        b'"id","x"\n"1","one"\n"2","two"\n"3",""\n',
        b" id ,x\n1, one \n2,two\n3,  \n",
    ],
    ids=["lf", "no last line end", "byte order mark", "crlf", "cr", "mixed", "blank lines", "quoted", "padded"],
)
def test_the_same_rows_however_they_are_written(tmp_path: Path, data: bytes, small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvfile, "_SMALL", small)
    assert read(write(tmp_path, data)) == (ROWS, [])


def test_rows_have_their_numbers_however_many_threads_read_them(tmp_path: Path) -> None:
    """A file that is not held, of more than one thread takes at a time: each row's number is its place, which its cells say here."""
    number = 700_000
    path = write(tmp_path, "id,x\n" + "".join(f"{row:09},number {row}\n" for row in range(1, number + 1)))
    assert path.stat().st_size > 2 * csvfile._SMALL
    with submitted(PLAN, path) as result:
        wrong = "SELECT count(*), count(*) FILTER (CAST(id AS BIGINT) <> _row OR x <> 'number ' || _row) FROM accepted_t"
        assert result.con.execute(wrong).fetchall() == [(number, 0)]


def test_gzip(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(PLAIN.encode()), "t.csv.gz")
    with submitted(PLAN, path) as result:
        assert accepted(result, "t") == ROWS
        assert result.sources[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert refusal(write(tmp_path, gzip.compress(PLAIN.encode() * 50)[:-20], "t.csv.gz")) == ["PBR412"]
    assert refusal(write(tmp_path, PLAIN, "t.csv.gz")) == ["PBR412"]


def test_duckdb_still_loses_crlf_rows_when_told_the_line_end(tmp_path: Path) -> None:
    """Why ``new_line`` is never set and every count is checked. When this fails, DuckDB has changed: read its notes."""
    path = write(tmp_path, b"a,b\r\n1,2\r\n3,4\r\n")
    con = connect(tmp_path, [])
    options = (
        "auto_detect=false, delim=',', quote='\"', escape='\"', strict_mode=true, header=false, skip=1, "
        "columns={'a': 'VARCHAR', 'b': 'VARCHAR'}"
    )
    assert len(con.execute(f"SELECT * FROM read_csv({glob_text(path)}, {options})").fetchall()) == 2
    assert con.execute(f"SELECT * FROM read_csv({glob_text(path)}, {options}, new_line='\\r\\n')").fetchall() == []


@pytest.mark.parametrize("record", ["2,two,", "2,,", '2,"two",'])
def test_an_empty_field_too_many_is_a_field_too_many(tmp_path: Path, record: str) -> None:
    """DuckDB reads such a record without an error."""
    assert read(write(tmp_path, f'id,x\n1,one\n{record}\n3,""')) == ([ROWS[0], ROWS[2]], [(2, 3, "PBR430")])
    assert read(write(tmp_path, f"id,x\n1,one\n{record}")) == ([ROWS[0]], [(2, 3, "PBR430")])


def test_when_the_fast_reader_loses_rows_the_careful_one_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = csvfile._reader
    monkeypatch.setattr(csvfile, "_reader", lambda path, columns, skip, *more: real(path, columns, skip + (path.name == "t.csv"), *more))
    assert read(write(tmp_path, PLAIN)) == (ROWS, [])


def test_a_large_file_that_reads_otherwise_than_it_was_scanned_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file is not read to be counted; when typing it then fails, that is said, not raised."""
    monkeypatch.setattr(csvfile, "_SMALL", 0)
    real = csvfile._reader
    monkeypatch.setattr(csvfile, "_reader", lambda path, columns, skip, *more: real(path, columns, skip, ";"))
    with pytest.raises(Refused, match="PBR417") as caught:
        read(write(tmp_path, PLAIN))
    assert "Traceback" not in str(caught.value) and "t.csv" in str(caught.value)


@pytest.mark.parametrize("name", ["[t].csv", "t*.csv", "it's {t}?.csv"])
def test_a_pattern_for_a_name_reads_that_file_alone(tmp_path: Path, name: str) -> None:
    write(tmp_path, "id,x\n9,wrong\n", "t.csv")
    path = write(tmp_path, PLAIN, name)
    table = Table(name.removesuffix(".csv"), TABLE.key, TABLE.columns, "provider")
    from pbr.submission.inputs import Input

    with submitted(PLAN, Input("t", path, None, None, table.name)) as result:
        assert accepted(result, "t") == ROWS


def test_cp1252_is_read_and_said(tmp_path: Path) -> None:
    path = write(tmp_path, "id,x\n1,caf\u00e9 \u00a35 \u20ac\n".encode("cp1252"))
    with submitted(PLAN, path) as result:
        assert accepted(result, "t") == [(1, "1", "café £5 €")]
        assert result.con.execute("SELECT CODE, SEVERITY FROM findings").fetchall() == [("PBR480", "flag")]
    assert refusal(write(tmp_path, b"id,x\n1,\x81\n")) == ["PBR409"]


def test_embedded_line_ends_commas_and_quotes(tmp_path: Path) -> None:
    taken, seen = read(write(tmp_path, 'id,x\n1,"a, ""b"""\n2,"c\nd"\n\n3,"e"\n3,f\n'))
    assert taken == [(1, "1", 'a, "b"')]
    assert seen == [(2, 3, "PBR453"), (3, 6, "PBR460"), (4, 7, "PBR460")]


def test_ragged_records_are_rejected_with_their_line_and_text(tmp_path: Path) -> None:
    path = write(tmp_path, 'id,x\n1,one\n2\n3,a,b\n   \n4,"x"y\n5,\0\n6,six\n')
    with submitted(PLAN, path) as result:
        assert accepted(result, "t") == [(1, "1", "one"), (7, "6", "six")]
        assert found(result, '"ROW", LINE, CODE, VALUE') == [
            (2, 3, "PBR430", "2"), (3, 4, "PBR430", "3,a,b"), (4, 5, "PBR430", "   "), (5, 6, "PBR432", '4,"x"y'), (6, 7, "PBR431", "5,\0"),
        ]  # fmt: skip
        assert accounted(result, "t") and result.submitted == {"t": 7} and result.sources[0].records == 7
        assert result.con.execute("SELECT count(*) FROM rejected_t").fetchone() == (5,)


def test_what_cannot_be_told_apart_is_refused_whole(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, 'id,x\n1,one\n2,"two\n3,three\n')) == ["PBR410"]
    assert refusal(write(tmp_path, 'id,x\n"u"v,"x\ny",1\n')) == ["PBR410"]
    assert refusal(write(tmp_path, f'id,x\n1,"{"y" * 140_000}"\n')) == ["PBR411"]
    assert refusal(write(tmp_path, f'id,x\n1,"{"y" * 140_000}"\n2\n')) == ["PBR411"]


def test_layout_header_row_missing_markers_and_footer(tmp_path: Path) -> None:
    layout = TableLayout(
        header_row=scalar("4"),
        missing=[scalar("."), scalar("n/a")],
        skip_rows_where={"id": scalar("end of sheet")},
        columns={"id": scalar("Person ID"), "x": scalar("X [%]")},
    )
    body = 'Report "draft\n\nmade by hand\n Person ID , X [%],extra\n1,.,\n2, n/a ,z\nend of sheet\n3,x,\n3,y,\n'
    taken, seen = read(write(tmp_path, body), layout)
    assert taken == [(1, "1", None), (2, "2", None)]
    assert seen == [(4, 8, "PBR460"), (5, 9, "PBR460")]
    assert read(write(tmp_path, body.replace("end of sheet\n", "end of sheet,,\n")), layout) == (taken, seen)


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        ("", ["PBR405"]),
        ("\n\n", ["PBR405"]),
        (",,\n1,2,3\n", ["PBR405"]),
        ("id,X\n1,2\n", ["PBR406"]),
        ("a;b\n1;2\n", ["PBR406", "PBR406"]),
        ("id,x,x\n1,2,3\n", ["PBR407"]),
        ('id,"x\n', ["PBR410"]),
    ],
)
def test_hostile_headers(tmp_path: Path, data: str, codes: list[str]) -> None:
    assert refusal(write(tmp_path, data)) == codes


def test_columns_that_nobody_reads_are_named(tmp_path: Path) -> None:
    with submitted(PLAN, write(tmp_path, 'x,select,id,,a"b,a"b\none,1,1,,5,6\n')) as result:
        assert accepted(result, "t") == [(1, "1", "one")]
        names = result.con.execute("SELECT COLUMN_NAME, LINE FROM findings WHERE CODE = 'PBR481'").fetchall()
        assert names == [("select", 1), ("column 4", 1), ('a"b', 1), ('a"b', 1)]


def test_a_header_alone_is_a_table_of_no_rows(tmp_path: Path) -> None:
    assert read(write(tmp_path, "id,x")) == ([], [])


LINE = st.one_of(
    st.lists(st.sampled_from(["1", "2", "3", "", "a", '"q"', '"a,b"', '"x\ny"', 'z"', '"p""q"', "é", " ", '"', '"u"v']), max_size=3).map(
        ",".join
    ),
    st.text('12,"\n\r\0aé', max_size=6),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINE, max_size=12), end=st.sampled_from(["\n", "\r\n"]))
def test_dirty_files_are_accounted_for_or_refused(tmp_path: Path, lines: list[str], end: str) -> None:
    body = end.join(lines)
    path = write(tmp_path, "id,x" + end + body)
    try:
        records = [record for record in csv.reader(io.StringIO(body, newline=""), strict=False) if record]
        with submitted(PLAN, path) as result:
            assert accounted(result, "t")
            taken = [tuple(cell or "" for cell in row[1:]) for row in accepted(result, "t")]
            if '"' not in body:
                assert result.submitted["t"] == len(records)
            assert {tuple(cell.strip(" \t\r\n") for cell in record) for record in records} >= set(taken)
    except Refused as refused:
        assert {problem.code for problem in refused.problems} == {"PBR410"} and '"' in body


@pytest.mark.parametrize("quotes", [False, True])
def test_more_than_one_buffer_of_records(tmp_path: Path, quotes: bool) -> None:
    """Chunks of the scan and of DuckDB end in the middle of records."""
    field = '"%s,\n"' % ("y" * 20) if quotes else "y" * 20
    data = "id,x\n" + "".join(f"{n},{field}\n" for n in range(300_000)) + "7,late\n"
    with submitted(PLAN, write(tmp_path, data)) as result:
        assert result.submitted == {"t": 300_001} and result.rejected["t"] == 2
        lines = result.con.execute("SELECT \"ROW\", LINE FROM findings WHERE CODE = 'PBR460' ORDER BY 1").fetchall()
        assert lines == ([(8, 16), (300_001, 600_002)] if quotes else [(8, 9), (300_001, 300_002)])
