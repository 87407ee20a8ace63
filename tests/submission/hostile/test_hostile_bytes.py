"""Whatever bytes come: what an independent reader finds is accounted for, or the file is refused. And one pass counts as a slow one does."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pbr.submission import csvfile, scan
from tests.submission.hostile.independent import independent, outcome
from tests.submission.submitting import scalar

SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
CELLS = [
    "1",
    "2",
    "",
    "a b",
    '""',
    '"q"',
    '"a,b;c|d\te"',
    '"x\ny"',
    '"x\r\ny"',
    'z"',
    '"p""q"',
    "é",
    " ",
    '"',
    '"u"v',
    "\ufeff",
    "\0",
    "£",
    "y" * 300,
]


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, str]:
    delimiter = draw(st.sampled_from(list(DELIMITERS)))
    width = draw(st.integers(1, 4))
    good = st.lists(st.sampled_from(["1", "22", '"q"', '""', "a b", '"p""q"', '"a,b"', ""]), min_size=width, max_size=width)
    ragged = st.lists(st.sampled_from(CELLS), max_size=width + 1)
    line = st.one_of(good.map(delimiter.join), good.map(delimiter.join), ragged.map(delimiter.join), st.text('12,;"\n\r\0aé', max_size=6))
    ends = draw(st.sampled_from([["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r", "\n\n"]]))
    text = delimiter.join(f"h{index}" for index in range(width))
    for one in draw(st.lists(line, max_size=14)):
        text += draw(st.sampled_from(ends)) + one
    text += draw(st.sampled_from(["", ends[0]]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16"]))
    return text.encode(encoding, "ignore"), delimiter


@pytest.mark.parametrize("held", [64_000_000, 0], ids=["held", "scanned"])
@SOME
@given(made=files(), chunk=st.sampled_from([1 << 22, 64, 7]))
@example(made=(b'h0,h1\n"a",1\n"b,c",2\n', ","), chunk=1 << 22)
@example(made=(b'h0\n""\n\n"x"\n', ","), chunk=7)
def test_records_add_up(tmp_path: Path, made: tuple[bytes, str], chunk: int, held: int) -> None:
    data, delimiter = made
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csvfile, "_SMALL", held)
        patch.setattr(scan, "_CHUNK", chunk)
        header, records = independent(data, delimiter)
        got = outcome(path, header, delimiter=scalar(DELIMITERS[delimiter]))
    assert got == len(records) or (got in ("PBR410", "PBR409") and (b'"' in data or b"\0" in data))


@settings(SOME, max_examples=12)
@given(made=files())
def test_packed_or_not_is_the_same(tmp_path: Path, made: tuple[bytes, str]) -> None:
    import zstandard

    data, delimiter = made
    header, _ = independent(data, delimiter)
    got = []
    half = len(data) // 2
    maker = zstandard.ZstdCompressor()
    for name, content in {
        "t.csv": data,
        "u.csv.gz": gzip.compress(data[:half]) + gzip.compress(data[half:]) + b"\0" * 512,
        "v.csv.zst": maker.compress(data[:half]) + maker.compress(data[half:]),
    }.items():
        (tmp_path / name).write_bytes(content)
        got.append(outcome(tmp_path / name, header, delimiter=scalar(DELIMITERS[delimiter])))
    assert len(set(got)) == 1


def slowly(data: bytes, delimiter: int) -> tuple[int, int, int, bool, bool]:
    """Records, delimiters and line ends within quotes, one byte at a time, whether a quote is misplaced, and whether one is open at the end."""
    records = delimiters = inner = 0
    quoted = misplaced = False
    line = b""
    before = b""  # the quotes and bytes of the field so far
    for byte in data:
        if byte == 34:
            if not quoted and before and before[-1:] != b'"':
                misplaced = True
            quoted = not quoted
        elif not quoted and before[:1] == b'"' and byte not in (delimiter, 10, 13):
            misplaced = True
        line += bytes([byte])
        if not quoted and byte in (delimiter, 10):
            delimiters += byte == delimiter
            before = b""
            if byte == 10:
                records += line.strip(b"\r\n") != b""
                line = b""
            continue
        inner += quoted and byte == 10
        before += bytes([byte])
    return records + (line != b""), delimiters, inner, misplaced, quoted


PIECES = st.lists(
    st.sampled_from([b'"', b'""', b"a", b",", b"\n", b"\r\n", b'"b"', b'"b,c"', b'"\n"', b'"",""\n', b'"x","y"\n']), max_size=30
)


@settings(max_examples=400, deadline=None)
@given(pieces=PIECES, chunk=st.sampled_from([1 << 20, 5, 1]), width=st.integers(1, 3))
def test_the_pass_counts_as_one_byte_at_a_time(pieces: list[bytes], chunk: int, width: int) -> None:
    data = b"".join(pieces)
    counter = scan._Counter(b",", 0, width)
    for start in range(0, len(data), chunk):
        counter.take(data[start : start + chunk])
    found = counter.end("", len(data))
    records, delimiters, inner, misplaced, unclosed = slowly(data, 44)
    assert counter.misplaced == misplaced and found.even == (
        not misplaced and not unclosed and data.count(b"\r\n") in (0, data.count(b"\n"))
    )
    if found.even:
        assert (found.records, found.delimiters) == (records, delimiters)
        assert not (found.plain and inner)
    if found.level:
        assert delimiters == records * (width - 1)
