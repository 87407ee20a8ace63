"""Files that nobody should send: each gets its message, kept in messages.txt, and none makes the program wait, fail or fill the memory."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pbr.problem import Refused
from pbr.submission.inputs import Input
from pbr.terms.models import TableLayout
from tests.submission.hostile.independent import generic, outcome
from tests.submission.hostile.measured import ROOT, measure
from tests.submission.submitting import accepted, scalar, submitted

GOLDEN = Path(__file__).parent / "messages.txt"
HEADER = ["id", "x"]
PLAIN = "id,x\n1,one\n2,two\n"


def said(path: Path, **layout: object) -> list[str]:
    """The refusal as it is printed, or the findings about the file as a whole."""
    plan, columns = generic(HEADER)
    try:
        with submitted(plan, Input("t", path, None, None, path.name), layout={"t": columns.model_copy(update=layout)}) as result:
            notes = result.con.execute('SELECT CODE, LINE, SAYS FROM findings WHERE "ROW" IS NULL ORDER BY ALL').fetchall()
            return [f"{code} line {line}: {says}" for code, line, says in notes]
    except Refused as refused:
        return "\n".join(str(problem) for problem in refused.problems).replace(f"{path.parent}{os.sep}", "").splitlines()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("t.csv", PLAIN)
    return out.getvalue()


def cases() -> dict[str, tuple[str, bytes, dict[str, object]]]:
    """Name -> the file's name, its bytes, its layout."""
    import zstandard

    def layout(**words: str) -> dict[str, object]:
        return {key: scalar(word) for key, word in words.items()}

    packed, squeezed = gzip.compress(PLAIN.encode(), mtime=0), zstandard.ZstdCompressor().compress(PLAIN.encode())
    accents = "id,x\n1,one\n2,café\n"
    return {
        "not UTF-8, and nobody says what": ("t.csv", accents.encode("cp1252"), {}),
        "neither UTF-8 nor Windows-1252": ("t.csv", b"id,x\n1,one\n2,\x81\n", {}),
        "UTF-8 is declared and it is not": ("t.csv", accents.encode("cp1252"), layout(encoding="utf-8")),
        "the mark of UTF-8 and it is not": ("t.csv", b"\xef\xbb\xbf" + accents.encode("cp1252"), {}),
        "Windows-1252 is declared and it is": ("t.csv", accents.encode("cp1252"), layout(encoding="windows-1252")),
        "Windows-1252 is declared and it looks like UTF-8": ("t.csv", accents.encode(), layout(encoding="windows-1252")),
        "Windows-1252 is declared and cannot be": ("t.csv", b"id,x\n1,one\n2,\x81\n", layout(encoding="windows-1252")),
        "Windows-1252 is declared under another mark": ("t.csv", b"\xef\xbb\xbf" + PLAIN.encode(), layout(encoding="windows-1252")),
        "UTF-16 with its mark": ("t.csv", accents.encode("utf-16"), {}),
        "UTF-16 is declared, with its mark": ("t.csv", b"\xfe\xff" + accents.encode("utf-16-be"), layout(encoding="utf-16")),
        "UTF-16 is declared, without a mark": ("t.csv", accents.encode("utf-16-le"), layout(encoding="utf-16")),
        "UTF-16 is declared, and it looks like UTF-8": ("t.csv", accents.encode(), layout(encoding="utf-16")),
        "UTF-16 is declared, without a mark, and no comma is two bytes": ("t.csv", accents.encode("cp1252"), layout(encoding="utf-16")),
        "UTF-16 without a mark": ("t.csv", accents.encode("utf-16-le"), {}),
        "UTF-16 with half a character": ("t.csv", accents.encode("utf-16") + b"\x00", {}),
        "UTF-32": ("t.csv", accents.encode("utf-32"), {}),
        "another encoding's name": ("t.csv", PLAIN.encode(), layout(encoding="latin-1")),
        "gzip cut short": ("t.csv.gz", packed[:-10], {}),
        "gzip with something after it": ("t.csv.gz", packed + b"more", {}),
        "gzip with a wrong sum": ("t.csv.gz", packed[:-5] + b"\xff" + packed[-4:], {}),
        "gzip of thousands of empty parts": ("t.csv.gz", gzip.compress(b"", mtime=0) * 5000, {}),
        "gzip of nothing": ("t.csv.gz", gzip.compress(b"", mtime=0), {}),
        "gzip of gzip": ("t.csv.gz", gzip.compress(packed, mtime=0), {}),
        "no gzip but text": ("t.csv.gz", PLAIN.encode(), {}),
        "no gzip but ZIP": ("t.csv.gz", zipped(), {}),
        "no gzip and nothing": ("t.csv.gz", b"", {}),
        "Zstandard cut short": ("t.csv.zst", squeezed[:-3], {}),
        "Zstandard with something after it": ("t.csv.zst", squeezed + b"more", {}),
        "no Zstandard but gzip": ("t.csv.zst", packed, {}),
        "no text but gzip": ("t.csv", packed, {}),
        "no text but Zstandard": ("t.csv", squeezed, {}),
        "no text but ZIP": ("t.csv", zipped(), {}),
        "no text but Parquet": ("t.csv", b"PAR1" + b"x" * 40 + b"PAR1", {}),
        "no text but an old workbook": ("t.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 90, {}),
        "no text but PDF": ("t.csv", b"%PDF-1.7\n", {}),
        "a page that asks to sign in": ("t.csv", b"\n<!DOCTYPE html><html><body>Sign in</body></html>", {}),
        "semicolons": ("t.csv", b"id;x\n1;one\n", {}),
        "semicolons are declared and there are commas": ("t.csv", PLAIN.encode(), layout(delimiter="semicolon")),
        "tabs": ("t.csv", b"id\tx\n1\tone\n", {}),
        "another delimiter's name": ("t.csv", PLAIN.encode(), layout(delimiter=";")),
        "a workbook with a text file's name, and a sheet": ("t.csv", zipped(), layout(sheet="Table 1")),
        "a sheet of a text file": ("t.csv", PLAIN.encode(), layout(sheet="Table 1")),
        "a footer that is one": ("t.csv", (PLAIN + "2 rows\n").encode(), layout(footer_rows="1")),
        "a footer that looks like a record": ("t.csv", PLAIN.encode(), layout(footer_rows="1")),
        "a footer of rows that look like records": (
            "t.csv", (PLAIN + '3,\n4,"fo\nur"\n5,' + "five " * 20 + "\n6,six\n7,seven\n").encode(), layout(footer_rows="6")),
        "a footer and hardly a record": ("t.csv", b"id,x\n1,one\n", layout(footer_rows="2")),
        "a footer and a ragged record": ("t.csv", b"id,x\n1\n", layout(footer_rows="2")),
        "a footer that is no number": ("t.csv", PLAIN.encode(), layout(footer_rows="some")),
        "a field of 2 MB": ("t.csv", b'id,x\n1,one\n2,"' + b"y" * 2_000_000 + b'"\n', {}),
        "a line of 5 MB": ("t.csv", b"id,x\n1,one\n" + b"y" * 5_000_000, {}),
        "a header of 5 MB": ("t.csv", b"y" * 5_000_000, {}),
        "only quotes": ("t.csv", b'id,x\n"""""', {}),
        "16,385 columns": ("t.csv", ("id,x" + ",y" * 16_383 + "\n").encode(), {}),
        "most records are ragged": ("t.csv", b"id,x\n" + b"1\n" * 100_001, {}),
        "the header twice the same": ("t.csv", b"id,x,id\n1,2,3\n", {}),
        "the header's columns swapped": ("t.csv", b"x,id\none,1\n", {}),
        "nothing": ("t.csv", b"", {}),
        "blank lines": ("t.csv", b"\n" * 1000, {}),
        "a NUL in the header": ("t.csv", b"id,x\0\n1,one\n", {}),
    }  # fmt: skip


def messages(folder: Path) -> str:
    out = []
    for name, (file, data, layout) in cases().items():
        path = folder / file
        path.write_bytes(data)
        out.append("\n".join([f"== {name}", *(said(path, **layout) or ["read"])]))
        path.unlink()
    return "\n\n".join(out) + "\n"


def test_each_has_its_message(tmp_path: Path) -> None:
    """To write the messages anew: PBR_GOLDEN=1. Then read them as the person who gets them would."""
    found = messages(tmp_path)
    if os.environ.get("PBR_GOLDEN"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("data", "layout"),
    [
        (PLAIN.encode("utf-16"), {}),
        (PLAIN.replace(",", ";").encode(), {"delimiter": "semicolon"}),
        (PLAIN.replace(",", "\t").encode("utf-16"), {"delimiter": "tab", "encoding": "utf-16"}),
        (PLAIN.replace(",", "|").encode("cp1252"), {"delimiter": "pipe", "encoding": "windows-1252"}),
        (PLAIN.encode() + b"Total,2\n\nprinted at noon\n", {"footer_rows": "2"}),
        (PLAIN.encode() + b"Total,2\n", {"footer_rows": "1"}),
        (b"made by hand\n\n" + PLAIN.encode(), {"header_row": "3"}),
    ],
)
def test_what_the_layout_says_is_read(tmp_path: Path, data: bytes, layout: dict[str, str]) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    plan, columns = generic(HEADER)
    said = columns.model_copy(update={key: scalar(word) for key, word in layout.items()})
    with submitted(plan, path, layout={"t": said}) as result:
        assert accepted(result, "t") == [(1, "1", "one"), (2, "2", "two")]
        assert result.submitted == {"t": 2} == {"t": result.sources[0].records}


def test_swapped_columns_are_read_by_their_names(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"x,id\none,1\n")
    plan, layout = generic(HEADER)
    with submitted(plan, path, layout={"t": layout}) as result:
        assert accepted(result, "t") == [(1, "1", "one")]


def test_what_is_no_file_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "device.csv").symlink_to("/dev/zero")
    (tmp_path / "nowhere.csv").symlink_to(tmp_path / "gone.csv")
    (tmp_path / "round.csv").symlink_to(tmp_path / "round.csv")
    for name in ("folder", "pipe", "device", "nowhere", "round", "x" * 300):
        path = tmp_path / f"{name}.csv"
        assert outcome(path, HEADER) == "PBR403", name


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.open

    def closed(self: Path, *args: object, **named: object) -> object:
        if self.parent == tmp_path:
            raise PermissionError(13, "Permission denied")
        return real(self, *args, **named)  # type: ignore[call-overload]

    for name in ("t.csv", "t.csv.gz", "t.csv.zst", "t.parquet"):
        (tmp_path / name).write_bytes(b"")
        with monkeypatch.context() as patch:
            patch.setattr(Path, "open", closed)
            assert outcome(tmp_path / name, HEADER) == "PBR403"


def test_a_thousand_columns(tmp_path: Path) -> None:
    header = [f"c{index}" for index in range(1000)]
    path = tmp_path / "t.csv"
    rows = "".join(",".join(f"{row}v{index}" for index in range(1000)) + "\n" for row in range(1000))
    path.write_text(",".join(header) + "\n" + rows)
    with submitted(*_first(path, header)) as result:
        assert result.submitted == {"t": 1000} and result.rejected == {"t": 0}


def _first(path: Path, header: list[str]) -> tuple[object, ...]:
    plan, _ = generic(header[:2])
    return plan, path


BIG = 100_000_000


@pytest.mark.parametrize(
    ("name", "begin", "most"),
    [("one line", b"id,x\n1,", 60_000_000), ("only quotes", b"id,x\n" + b'"' * 5_000_000, 150_000_000), ("NULs alone", b"", 60_000_000)],
)
def test_a_huge_file_is_refused_without_being_held(tmp_path: Path, name: str, begin: bytes, most: int) -> None:
    """The rest of the file is NULs that take no room on the disk."""
    path = tmp_path / "t.csv"
    with path.open("wb") as file:
        file.write(begin)
        file.truncate(BIG)
    found = measure(path)
    assert found.outcome in ("PBR410", "PBR411") and found.seconds <= 20 and found.grown < most, (name, found)


@pytest.mark.parametrize("name", ["t.csv.gz", "t.csv.zst"])
def test_a_bomb_is_stopped_while_it_unpacks(tmp_path: Path, name: str) -> None:
    import zstandard

    path = tmp_path / name
    with gzip.open(path, "wb", 9) if name.endswith("gz") else zstandard.open(path, "wb") as file:
        for _ in range(400):
            file.write(b"1,2\n" * 250_000)
    assert path.stat().st_size < 1_500_000
    found = measure(path)
    assert found.outcome == "PBR420" and found.seconds <= 20 and found.grown < 100_000_000, found


def test_the_command_says_it_too(tmp_path: Path) -> None:
    """No traceback, and no waiting for a pipe that nobody writes to."""
    os.mkfifo(tmp_path / "people.csv")
    command = [sys.executable, "-c", "from pbr.cli.main import main; main()", "assess", str(ROOT / "contracts/justice/hmp-doncaster")]
    command += ["--data", f"releases={tmp_path / 'people.csv'}", "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode not in (0, 1) and "Traceback" not in done.stderr


def test_no_layout_is_left_aside() -> None:
    """A word of the layout that is about files and that no reader asks for would be ignored without a word."""
    about_files = {"sheet", "delimiter", "encoding", "allow", "header_row", "footer_rows"}
    assert about_files <= set(TableLayout.model_fields)
    asked = (ROOT / "pbr/submission/dialect.py").read_text(encoding="utf-8")
    assert all(f"layout.{word}" in asked for word in about_files)
