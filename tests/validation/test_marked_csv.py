"""The marked copy of a CSV file: nothing of the provider's own is changed, and what is wrong stands beside it."""

from __future__ import annotations

import csv
import gzip
import io
import tempfile
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pbr.platform.files import RealFiles
from pbr.problem import Refused
from pbr.terms.models import TableLayout
from pbr.validation import marking
from pbr.validation.marking import Mark
from pbr.validation.marking_csv import marked_csv
from pbr.validation.validating import Outputs, Validation, validate
from tests.golden import assert_golden
from tests.validation.validating_making import GOLDEN, HEADER, SMALL, marked, rows, validated, with_layout


def read(data: bytes, encoding: str = "utf-8", delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter))


def counts(done: Validation) -> dict[str, int]:
    one = done.report["tables"]["mentoring"]
    return {name: one[name] for name in ("submitted", "accepted", "rejected", "unused", "flagged", "missing", "extra")}


def test_the_dirty_file_marked(tmp_path: Path) -> None:
    _, data = marked(SMALL / "dirty.csv", tmp_path)
    assert_golden(data.decode(), GOLDEN / "dirty-marked.csv")


def test_it_validates_again_to_the_same_and_marks_again_to_the_same_bytes(tmp_path: Path) -> None:
    torn = rows(P03="2024-05-13,31.0,yes,too,many", P05='2024-06-17,"5"8,yes', P06="2024-06-30,10,y\0es", P02="2024-05-02,8")
    for number, text in enumerate([rows(), (SMALL / "dirty.csv").read_text(), torn]):
        first, data = marked(text, tmp_path, f"first{number}.csv")
        (tmp_path / f"again{number}.csv").write_bytes(data)
        second, again = marked(tmp_path / f"again{number}.csv", tmp_path, f"second{number}.csv")
        assert counts(first) == counts(second)
        assert {note["code"] for note in second.report["notes"]} >= {"PBR481"}
        if text is not torn:
            assert data == again


CELL = st.text(alphabet=st.sampled_from('ab12-:;, "\n\r\té£=@'), max_size=6)


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file of the provider: cells of every kind, quoted or not, blank lines, one kind of line end or the other."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    lines = [HEADER]
    for number in range(draw(st.integers(0, 6))):
        cells = [
            draw(st.sampled_from([f"P0{number + 1}", "P01", ""])),
            *(draw(CELL) for _ in range(draw(st.sampled_from([3, 3, 3, 3, 2, 4])))),
        ]
        line = io.StringIO()
        quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        csv.writer(line, quoting=quoting, lineterminator="").writerow(cells)
        lines += [line.getvalue(), *([""] if draw(st.integers(0, 9)) == 0 else [])]
    return end.join(lines) + draw(st.sampled_from([end, ""]))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files())
def test_what_the_provider_wrote_is_kept_and_each_bad_row_has_its_problem(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        done, data = marked(text, Path(folder), day=None)
        before, after = read(text.encode()), read(data)
        assert len(before) == len(after), "blank lines too"
        width = len(before[0])
        results = {"accepted": 0, "rejected": 0, "unused": 0, "look": 0}
        for own, cells in zip(before[1:], after[1:], strict=True):
            if not own:
                assert not cells
                continue
            result, problems = cells[width], cells[width + 1]
            results[result] += 1
            assert bool(problems) is (result != "accepted")
            if len(own) == width:
                assert cells[:width] == own
            else:
                assert result == "rejected" and "PBR430" in problems and not any(cells[:width])
        found = counts(done)
        assert results["rejected"] == found["rejected"] and results["unused"] == found["unused"]
        assert results["accepted"] + results["look"] == found["accepted"]
        (Path(folder) / "again.csv").write_bytes(data)
        assert counts(validated(Path(folder) / "again.csv", Path(folder), None)) == found


@settings(max_examples=60, deadline=None)
@given(files())
def test_records_stay_byte_for_byte(text: str) -> None:
    """Each line of the original is the beginning of the same line of the copy, where its fields could be told apart."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f.csv"
        path.write_bytes(text.encode())
        whole = {number: Mark("accepted") for number in range(2, text.count("\n") + text.count("\r") + 3)}
        data = marked_csv(path, TableLayout(), whole).decode()
        assert data.replace(",accepted,", "").replace(",pbr result,pbr problems", "") == text.replace(",accepted,", "")


def test_its_encoding_and_its_mark_are_kept(tmp_path: Path) -> None:
    text = rows(P02="2024-05-02,8,naïve £")
    for encoding, prefix in (("cp1252", b""), ("utf-8", b""), ("utf-8-sig", b"\xef\xbb\xbf")):
        _, data = marked(text.encode(encoding), tmp_path, f"{encoding}.csv")
        assert data.startswith(prefix + b"person_id") and "naïve £,rejected" in data.decode(encoding)
        assert [cells[:4] for cells in read(data, encoding)] == read(text.encode())


def test_utf_16_and_another_delimiter(tmp_path: Path) -> None:
    contract = with_layout(tmp_path, "  mentoring: {delimiter: semicolon, encoding: utf-16, header_row: 3}\n")
    text = "a file of the charity\n\n" + rows(P02="n/k,8,no").replace(",", ";")
    for order, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        _, data = marked(mark + text.encode(order), tmp_path, f"{order}.csv", contract=contract)
        assert data.startswith(mark)
        lines = data[2:].decode(order).splitlines()
        assert lines[:3] == ["a file of the charity", "", HEADER.replace(",", ";") + ";pbr result;pbr problems"]
        assert lines[4].startswith("P02;n/k;8;no;rejected;PBR448")


def test_packed_files_come_back_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "mentoring.csv.gz"
    path.write_bytes(gzip.compress(rows(P02="n/k,8,no").encode()))
    _, data = marked(path, tmp_path)
    assert b"P02,n/k,8,no,rejected" in data


def test_records_that_the_layout_skips_are_not_called_accepted(tmp_path: Path) -> None:
    contract = with_layout(tmp_path, "  mentoring: {skip_rows_where: {person_id: Total}, footer_rows: 1}\n")
    done, data = marked(rows() + "Total,,162.5,\nmade on Tuesday\n", tmp_path, contract=contract)
    assert counts(done)["submitted"] == 10
    assert data.decode().splitlines()[-2:] == ["Total,,162.5,,,", "made on Tuesday"]


def test_nothing_of_ours_is_a_formula(tmp_path: Path) -> None:
    text = rows(P03="=1+1,+5,@x,extra", P04="=2+2,4,no")
    _, data = marked(text, tmp_path)
    cells = read(data)
    ours = [cell for line in cells for cell in line[4:]]
    assert any(cell == "P03,=1+1,+5,@x,extra" for cell in ours) and not any(cell[:1] in ("=", "+", "-", "@") for cell in ours if cell)
    assert cells[4][:4] == ["P04", "=2+2", "4", "no"], "the provider's own cells are as they were"
    formula = marked("=cmd,2024-01-01,1,yes,more\n".join([HEADER + "\n", ""]), tmp_path, "formula.csv")[1]
    assert read(formula)[1][-1] == "'=cmd,2024-01-01,1,yes,more"


def refused(tmp_path: Path, *targets: tuple[str | None, str], mentoring: str | Path | None = None) -> str:
    with pytest.raises(Refused) as stopped:
        made = tuple((table, Path(name)) for table, name in targets)
        validated(rows() if mentoring is None else mentoring, tmp_path, outputs=Outputs(mark=made))
    return str(stopped.value).replace(str(tmp_path), "FOLDER") + "\n"


def test_what_cannot_be_marked_is_said(tmp_path: Path) -> None:
    parquet = tmp_path / "mentoring.parquet"
    parquet.write_bytes(b"PAR1")
    (tmp_path / "there.csv").write_text("mine")
    said = [
        refused(tmp_path, (None, f"{tmp_path}/m.csv")),
        refused(tmp_path, ("people", f"{tmp_path}/m.csv")),
        refused(tmp_path, ("mentoring", f"{tmp_path}/m.xlsx")),
        refused(tmp_path, ("mentoring", f"{tmp_path}/m.csv"), mentoring=parquet),
        refused(tmp_path, ("mentoring", f"{tmp_path}/there.csv")),
        refused(tmp_path, ("mentoring", f"{tmp_path}/deep/down.csv")),
        refused(tmp_path, ("mentoring", f"{tmp_path}/m.csv"), ("referrals", f"{tmp_path}/m.csv")),
    ]
    assert_golden("\n".join(said), GOLDEN / "unmarkable.txt")
    assert (tmp_path / "there.csv").read_text() == "mine" and not (tmp_path / "m.csv").exists()


class Late(RealFiles):
    """Somebody else writes to the very name while the work goes on."""

    def exists(self, path: Path) -> bool:
        found = super().exists(path)
        if path.name == "late.csv" and not found:
            path.write_text("theirs")
        return found


def test_a_file_that_appears_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    with pytest.raises(Refused) as stopped:
        validated(rows(), tmp_path, outputs=Outputs(mark=(("mentoring", tmp_path / "late.csv"),)), files=Late())
    assert stopped.value.problems[0].code == "PBR601" and (tmp_path / "late.csv").read_text() == "theirs"


class Busy(RealFiles):
    """Somebody adds a row to the file once it has been read."""

    def open_read(self, path: Path) -> BinaryIO:
        with path.open("a") as file:
            file.write("P11,2024-01-01,1,no\n")
        return super().open_read(path)


def test_a_file_that_changed_since_it_was_read_is_not_marked(tmp_path: Path) -> None:
    with pytest.raises(Refused) as stopped:
        validated(rows(), tmp_path, outputs=Outputs(mark=(("mentoring", tmp_path / "m.csv"),)), files=Busy())
    assert stopped.value.problems[0].code == "PBR416" and not (tmp_path / "m.csv").exists()


def test_a_file_that_is_wrong_throughout_is_not_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "MOST_FOUND", 2)
    with pytest.raises(Refused) as stopped:
        validated(SMALL / "dirty.csv", tmp_path, outputs=Outputs(mark=(("mentoring", tmp_path / "m.csv"),)))
    assert_golden(str(stopped.value), GOLDEN / "too-many-to-mark.txt")
    assert not (tmp_path / "m.csv").exists()


def test_a_file_of_several_tables(tmp_path: Path) -> None:
    """The record's result is the worst of its rows', and each problem says its table."""
    (tmp_path / "contract.yaml").write_text(
        """pbr: 1
contract: wide
title: Two tables of one file
version: "1"
parties: {commissioner: a, provider: b}
currency: GBP
term: {from: 2024-01-01, to: 2024-12-31}
data:
  people:
    one_row_per: id
    supplied_by: provider
    columns: {id: {type: identifier}, came: {type: date}}
  scores:
    one_row_per: [id, part]
    belongs_to: people by id
    supplied_by: provider
    columns: {id: {type: identifier}, part: {type: code, one_of: [a, b]}, score: {type: whole number, at_least: 0, at_most: 9}}
layout:
  all_from_one_file: {header_row: 1}
  scores: {wide_to_long: {key: part, columns: {score: "score {part}"}}}
payments:
  fee: {per: contract, pays: £1.00}
statement: {then: []}
""",
        encoding="utf-8",
    )
    (tmp_path / "all.csv").write_text("id,came,score a,score b\np1,2024-01-01,5,12\np2,2024-01-02,1,2\n")
    validate(tmp_path / "contract.yaml", [tmp_path / "all.csv"], outputs=Outputs(mark=((None, tmp_path / "m.csv"),)))
    one, two = read((tmp_path / "m.csv").read_bytes())[1:]
    assert one[4] == "rejected" and one[5].startswith("scores: PBR454") and two[4:] == ["accepted", ""]
