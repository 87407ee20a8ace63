"""Mutation fuzz of the readers: ``make fuzz``, or ``run_fuzz.py [SECONDS] [SEED]``. Writes docs/fuzz.md.

Good files of each kind are made, bytes of them are changed, moved, doubled and cut, and each is read as a table of its seed's columns. A
case is right when it is read with every row accounted for, or refused with a code. Anything else is a crash, kept in the given folder.
"""

from __future__ import annotations

import faulthandler
import gzip
import io
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.submission.hostile.independent import independent, outcome  # noqa: E402

LIMIT = 20  # seconds a case may take
NASTY = (
    b"\0", b'"', b'""', b"\n", b"\r", b"\r\n", b",", b";", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\x81", "é".encode(), b" ", b"\x1a",
    b"'", b"\\", b"#", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"9" * 40, b"\xff\xff\xff\xff", b"\x00\x00\x00\x80",
)  # fmt: skip
HEADER = ["id", "x", "day", "note"]


@dataclass
class Tally:
    cases: int = 0
    read: int = 0
    crashes: int = 0
    slowest: float = 0.0
    refused: Counter[str] = field(default_factory=Counter)


def csv_seeds() -> list[bytes]:
    plain = "id,x,day,note\n" + "".join(f"p{n},{n % 7}.5,2020-01-{n % 28 + 1:02d},note {n}\n" for n in range(40))
    quoted = plain.replace("note ", '"say ""hi"", ').replace("\n", '"\n').replace('note"', "note", 1)
    texts = [
        plain,
        quoted,
        plain.replace("\n", "\r\n"),
        "\ufeff" + plain.replace("note ", "café £"),
        plain.replace("note 3", '"two\nlines"'),
    ]
    return [*(text.encode() for text in texts), plain.encode("utf-16"), plain.replace("note ", "café £").encode("cp1252")]


def parquet_seeds() -> list[bytes]:
    import duckdb

    out = []
    with tempfile.TemporaryDirectory() as folder:
        con = duckdb.connect()
        for number, packed in enumerate(("uncompressed", "snappy", "zstd", "gzip")):
            path = Path(folder) / f"{number}.parquet"
            con.execute(
                "COPY (SELECT 'p' || i AS id, CAST(i AS DECIMAL(38,4)) / 1 AS x, DATE '2020-01-01' + CAST(i % 28 AS INTEGER) AS day, "
                f"'note ' || (i % 3) AS note FROM range(60) t(i)) TO '{path}' (FORMAT parquet, COMPRESSION {packed})"
            )
            out.append(path.read_bytes())
    return out


def workbook_seeds() -> list[bytes]:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [HEADER, *([f"p{n}", n / 2, f"2020-01-{n + 1:02d}", f"note {n}"] for n in range(12))]:
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return [packed.getvalue(), _rezipped(packed.getvalue(), lambda name, data: data, random.Random(0))]


def _rezipped(book: bytes, change: Callable[[str, bytes], bytes], rng: random.Random) -> bytes:
    """The workbook with the members changed, packed again so that the mutation gets past the checksums."""
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = rng.choice(old.namelist())
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)) if name == chosen else old.read(name))
    return out.getvalue()


def mutate(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        at = rng.randrange(len(out) + 1)
        end = min(len(out), at + rng.choice((1, 1, 2, 8, 64, 400)))
        what = rng.randrange(7)
        if what == 0:
            out[at:end] = rng.randbytes(end - at)
        elif what == 1:
            del out[at:end]
        elif what == 2:
            out[at:at] = rng.choice(NASTY)
        elif what == 3:
            out[at:end] = rng.choice(NASTY)
        elif what == 4:
            out[at:at] = out[at:end] * rng.choice((1, 2, 50))
        elif what == 5 and at < len(out):
            out[at] ^= 1 << rng.randrange(8)
        else:
            to = rng.randrange(len(out) + 1)
            out[to:to] = out[at:end]
        if rng.random() < 0.02:
            del out[rng.randrange(len(out) + 1) :]
    return bytes(out)


def kinds() -> dict[str, tuple[str, Callable[[random.Random], bytes]]]:
    import zstandard

    texts, tables, books = csv_seeds(), parquet_seeds(), workbook_seeds()
    squeeze = zstandard.ZstdCompressor().compress
    either = {
        "CSV": (".csv", lambda rng: mutate(rng.choice(texts), rng)),
        "gzip": (".csv.gz", lambda rng: mutate(gzip.compress(rng.choice(texts), mtime=0), rng)),
        "text in gzip": (".csv.gz", lambda rng: gzip.compress(mutate(rng.choice(texts), rng), mtime=0)),
        "Zstandard": (".csv.zst", lambda rng: mutate(squeeze(rng.choice(texts)), rng)),
        "Parquet": (".parquet", lambda rng: mutate(rng.choice(tables), rng)),
    }
    if (ROOT / "pbr/submission/workbook.py").exists() or (ROOT / "pbr/submission/workbook").exists():
        either["workbook (ZIP)"] = (".xlsx", lambda rng: mutate(rng.choice(books), rng))
        either["workbook (parts)"] = (".xlsx", lambda rng: _rezipped(rng.choice(books), lambda name, data: mutate(data, rng), rng))
    return either


def run(seconds: int, seed: int, kept: Path) -> dict[str, Tally]:
    made = kinds()
    tallies = {kind: Tally() for kind in made}
    until, number = time.monotonic() + seconds, 0
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < until:
            for kind, (ending, make) in made.items():
                rng = random.Random(f"{seed} {kind} {number}")
                path = Path(folder) / f"t{ending}"
                path.write_bytes(make(rng))
                tally, began = tallies[kind], time.monotonic()
                tally.cases += 1
                # a case that does not end cannot be stopped from within: the whole run stops, and says where it was
                faulthandler.dump_traceback_later(LIMIT * 3, exit=True)
                try:
                    result = outcome(path, HEADER)
                    if kind == "CSV" and isinstance(result, int):
                        counted = len(independent(path.read_bytes())[1])
                        assert result == counted, f"{result} rows were accounted for, and an independent reader finds {counted}"
                except Exception:  # noqa: BLE001 - that is what a crash is; here it is counted, in the project it is never caught
                    tally.crashes += 1
                    kept.mkdir(parents=True, exist_ok=True)
                    (kept / f"{kind.split()[0]}-{number}{ending}").write_bytes(path.read_bytes())
                    print(f"crash: {kind} {number}", traceback.format_exc(), sep="\n", file=sys.stderr, flush=True)
                else:
                    if isinstance(result, int):
                        tally.read += 1
                    else:
                        tally.refused[result] += 1
                faulthandler.cancel_dump_traceback_later()
                took = time.monotonic() - began
                tally.slowest = max(tally.slowest, took)
                tally.crashes += took > LIMIT
            number += 1
    return tallies


def page(tallies: dict[str, Tally], seconds: int, seed: int) -> str:
    total, crashes = sum(tally.cases for tally in tallies.values()), sum(tally.crashes for tally in tallies.values())
    lines = [
        "# Fuzzing the readers",
        "",
        "Written by `make fuzz`; not edited by hand. Good files are made, their bytes changed, moved, doubled and cut, and each is read.",
        "A case is right when every row of it is accounted for (of CSV, as many as Python's csv finds), or when it is refused with a code. Anything else, and more than "
        f"{LIMIT} seconds, is a crash.",
        "",
        f"Seed {seed}, {seconds} seconds: **{total:,} cases, {crashes} crashes**.",
        "",
        "| what was changed | cases | read | refused | crashes | slowest | refused with |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    for kind, tally in tallies.items():
        codes = ", ".join(f"{code} ({count})" for code, count in tally.refused.most_common(6))
        refused = sum(tally.refused.values())
        lines.append(f"| {kind} | {tally.cases:,} | {tally.read:,} | {refused:,} | {tally.crashes} | {tally.slowest:.1f} s | {codes} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    kept = Path(sys.argv[3]) if len(sys.argv) > 3 else Path(tempfile.gettempdir()) / "pbr-fuzz"
    tallies = run(seconds, seed, kept)
    text = page(tallies, seconds, seed)
    (ROOT / "docs" / "fuzz.md").write_text(text, encoding="utf-8")
    print(text)
    sys.exit(1 if any(tally.crashes for tally in tallies.values()) else 0)


if __name__ == "__main__":
    main()
