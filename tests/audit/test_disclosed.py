"""The salted form of tables: what DuckDB makes is what the page says, cell by cell, and the salts give nothing away."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from pbr.audit import layout
from pbr.audit.canonical_text import Reading, digest_of, text_pieces
from pbr.audit.disclosed import disclosure_of, salted_rows
from pbr.audit.merkle import root
from pbr.platform.duck import connect
from tests.audit.tiny import assess_tiny

SECRET, OTHER = bytes(range(32)), bytes(32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return assess_tiny(tmp_path_factory.mktemp("disclosed") / "tiny").folder


def test_roots_are_those_of_the_page(folder: Path, tmp_path: Path) -> None:
    made = disclosure_of(folder, SECRET)
    with connect(tmp_path, [folder]) as con:
        for file, told in made["tables"].items():
            reading = Reading(io.BytesIO(b"".join(text_pieces(con, folder / file, layout.left_out(file)))))
            rows = [row.cells for row in reading]
            digests = []
            for place, cells in enumerate(rows):
                salts = [
                    hashlib.sha256(f"{SECRET.hex()} {file} {column} {place} {SECRET.hex()}".encode()).digest()
                    for column in range(len(cells))
                ]
                commitments = [hashlib.sha256(salt + cell).digest() for salt, cell in zip(salts, cells, strict=True)]
                digests.append(hashlib.sha256(b"".join(commitments)).digest())
            by_digest = sorted(zip(digests, rows, strict=True))
            digests = [digest for digest, _ in by_digest]
            blocks = [b"".join(digests[at : at + 1024]) for at in range(0, len(digests), 1024)]
            assert told == {"columns": list(reading.columns), "rows": len(rows), "root": root(blocks)}
            shown = [row for chunk in salted_rows(con, folder, file, SECRET, tmp_path, texts=True) for row in chunk]
            assert [bytes(row[0]) for row in shown] == digests
            assert [[text.encode() for text in row[1]] for row in shown] == [list(cells) for _, cells in by_digest]
            assert digest_of(reading.columns, (b"".join(cells) for cells in rows)).rows == len(rows)


def test_another_secret_gives_other_roots_and_the_same_one_the_same(folder: Path) -> None:
    first, again, other = (disclosure_of(folder, secret)["tables"] for secret in (SECRET, SECRET, OTHER))
    assert first == again
    assert all(first[file]["root"] != other[file]["root"] for file in first if first[file]["rows"])


def test_no_salt_is_there_twice(folder: Path, tmp_path: Path) -> None:
    with connect(tmp_path, [folder]) as con:
        salts = [
            salt
            for file in disclosure_of(folder, SECRET)["tables"]
            for chunk in salted_rows(con, folder, file, SECRET, tmp_path, texts=True)
            for row in chunk
            for salt in row[2]
        ]
    assert len(set(salts)) == len(salts) > 50
    with pytest.raises(ValueError, match="32 bytes"):
        disclosure_of(folder, b"short")
