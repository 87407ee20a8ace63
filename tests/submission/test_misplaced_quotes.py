"""A quote where none belongs: the record is rejected, whatever the other lines of the file make the program do."""

from __future__ import annotations

from pathlib import Path

import pytest

from pbr.plan.plan import Table
from pbr.submission import scan
from tests.submission.submitting import accepted, found, plan_of, submitted, text

TABLE = Table("t", ("id",), (text("id"), text("x", "text", blank="none"), text("y", "text", blank="none")), "provider")


@pytest.mark.parametrize("other", ["2,two,\n", "2,two\n", '2,"two\nlines",\n', "2,two,\r\n"], ids=["even", "ragged", "inner", "mixed"])
@pytest.mark.parametrize("record", ['1, "p1",z', '1, "",z', '1,x"a"b,z', '1,x"a,b",z', '1,x"a,b"', '1,x"a"', '1,"a" ,z', '1,6",9"'])
def test_a_record_never_has_two_values(record: str, other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for chunk in (1 << 22, 1, 7):
        monkeypatch.setattr(scan, "_CHUNK", chunk)
        path = tmp_path / "t.csv"
        path.write_bytes(f"\ufeffid,x,y\n{record}\n{other}3,three,\n".encode())
        with submitted(plan_of(TABLE), path) as result:
            assert (1, "1") not in [row[:2] for row in accepted(result, "t")]
            assert (3, "3", "three", None) in accepted(result, "t")
            assert {(row, line) for row, line, code in found(result, '"ROW", LINE, CODE') if code in ("PBR430", "PBR432") and row == 1} == {
                (1, 2)
            }


@pytest.mark.parametrize("chunk", [1 << 22, 1, 2, 5, 11])
def test_quotes_where_they_belong_stay_on_the_fast_way(chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "_CHUNK", chunk)
    for end in ("\n", "\r\n"):
        path = tmp_path / "t.csv"
        lines = ['\ufeff"id","x","y"', '"1","a, ""b""",""', '"2","""","c"', f'"3","d{end}""{end}e",']
        path.write_bytes(end.join(lines).encode())
        assert scan.scan(path, "t.csv").even
        path.write_bytes((end.join(lines) + end + '4, "x",y').encode())
        assert not scan.scan(path, "t.csv").even
