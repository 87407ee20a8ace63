"""Folders of assessments and evidence packs made consistent again by the format pages alone (``docs/trail-format.md``, ``docs/pack-format.md``), without a
line of the program: what an adversary does who knows the formats. A folder or pack is a map of paths to bytes."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
from writing import Files, canonical

SHM = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
BLOCK = 1024
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """A Parquet file's columns, their types and its rows; whole numbers as int."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[Row, ...]

    def with_cell(self, row: int, column: int, value: Any) -> Table:
        rows = list(self.rows)
        rows[row] = (*rows[row][:column], value, *rows[row][column + 1 :])
        return Table(self.columns, self.types, tuple(rows))


@lru_cache(maxsize=1)
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


@lru_cache(maxsize=400)
def read_table(data: bytes) -> Table:
    with tempfile.NamedTemporaryFile(dir=SHM, suffix=".parquet") as file:
        file.write(data)
        file.flush()
        shape = _database().execute(f"DESCRIBE SELECT * FROM read_parquet('{file.name}')").fetchall()
        rows = _database().execute(f"SELECT * FROM read_parquet('{file.name}')").fetchall()
    whole = tuple(tuple(int(cell) if isinstance(cell, Decimal) else cell for cell in row) for row in rows)
    return Table(tuple(one[0] for one in shape), tuple(one[1] for one in shape), whole)


def table_bytes(table: Table) -> bytes:
    listed = ", ".join(f'"{name}" {kind}' for name, kind in zip(table.columns, table.types, strict=True))
    with tempfile.TemporaryDirectory(dir=SHM) as home:
        path = Path(home) / "table.parquet"
        _database().execute(f"CREATE OR REPLACE TABLE made ({listed})")
        if table.rows:
            _database().executemany(f"INSERT INTO made VALUES ({', '.join('?' for _ in table.columns)})", [list(row) for row in table.rows])
        _database().execute(f"COPY made TO '{path}' (FORMAT parquet)")
        return path.read_bytes()


def cell_text(value: Any) -> str:
    """A cell as *The digest of a table* writes it."""
    if value is None:
        return "n"
    if isinstance(value, list):
        return f"l{len(value)}:" + "".join(cell_text(item) for item in value)
    tag, text = (
        ("b", "y" if value else "n")
        if isinstance(value, bool)
        else ("i", str(value))
        if isinstance(value, int)
        else ("d", value.isoformat())
        if isinstance(value, date)
        else ("t", value)
    )
    return f"{tag}{len(text.encode())}:{text}"


def covered(file: str, table: Table) -> list[int]:
    """The columns that the digest covers, by their places."""
    out = {"_row"} if file.startswith("trace/") else {"ROW", "LINE"} if file == "findings.parquet" else set()
    return [place for place, name in enumerate(table.columns) if name not in out]


def row_texts(file: str, table: Table) -> list[bytes]:
    places = covered(file, table)
    return ["".join(cell_text(row[place]) for place in places).encode() for row in table.rows]


def text_of_table(file: str, table: Table) -> bytes:
    names = json.dumps([table.columns[place] for place in covered(file, table)], ensure_ascii=False, separators=(",", ":"))
    return names.encode() + b"\n" + b"".join(text + b"\n" for text in row_texts(file, table))


def tree(leaves: list[bytes]) -> bytes:
    """RFC 6962, as its definition says it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + tree(leaves[:half]) + tree(leaves[half:])).digest()


def digest_of_table(file: str, data: bytes) -> dict[str, Any]:
    table = read_table(data)
    rows = [hashlib.sha256(text).digest() for text in row_texts(file, table)]
    blocks = [b"".join(rows[first : first + BLOCK]) for first in range(0, len(rows), BLOCK)]
    return {"columns": [table.columns[place] for place in covered(file, table)], "rows": len(rows), "root": tree(blocks).hex()}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def indented(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def seal_manifest(folder: Files) -> Files:
    """Every digest in manifest.json taken again."""
    manifest = json.loads(folder["manifest.json"])
    for name in manifest["tables"]:
        manifest["tables"][name] = digest_of_table(name, folder[name])
    for name in manifest["documents"]:
        manifest["documents"][name] = sha256(folder[name])
    for one in (*manifest["inputs"], *manifest["rules"]):
        if one["file"]:
            one["sha256"] = sha256(folder[one["file"]])
    for one in manifest["inputs"]:
        if one["file"]:
            one["size"] = len(folder[one["file"]])
    manifest["contract"]["sha256"] = sha256(folder["contract/contract.yaml"])
    try:
        plan = json.loads(folder["plan.json"])
        manifest["plan"]["sha256"] = sha256(canonical(plan))
    except ValueError:
        pass
    return folder | {"manifest.json": canonical(manifest)}


def seal_run(folder: Files) -> Files:
    """Every digest in run.json taken again."""
    run = json.loads(folder["run.json"])
    others = sorted(name for name in folder if name != "run.json")
    run["files"] = {name: {"sha256": sha256(folder[name]), "size": len(folder[name])} for name in others}
    return folder | {"run.json": indented(run)}


def seal(folder: Files) -> Files:
    return seal_run(seal_manifest(folder))


# Packs -----------------------------------------------------------------------------------------------------------------------------

README, CRATE, PACK = "data/README.txt", "data/ro-crate-metadata.json", "data/pack.json"


def below(folder: Files, head: str) -> Files:
    """What is under ``head``, by paths below it."""
    return {path.removeprefix(head): data for path, data in folder.items() if path.startswith(head)}


def under(head: str, folder: Files) -> Files:
    return {f"{head}{path}": data for path, data in folder.items()}


def texts_of(folder: Files) -> Files:
    return {
        f"data/text/{name[:-8]}.txt": text_of_table(name, read_table(data)) for name, data in folder.items() if name.endswith(".parquet")
    }


def bag(payload: Files, info: bytes) -> Files:
    """The bag that holds these files; what of an earlier bag is among them is made again."""
    payload = {path: data for path, data in payload.items() if path.startswith("data/")}
    tags = {"bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "bag-info.txt": info}
    for name in ("sha256", "sha512"):
        tags[f"manifest-{name}.txt"] = _manifest(name, payload)
    held = dict(tags)
    for name in ("sha256", "sha512"):
        tags[f"tagmanifest-{name}.txt"] = _manifest(name, held)
    return payload | tags


def _manifest(algorithm: str, files: Files) -> bytes:
    return "".join(f"{hashlib.new(algorithm, files[path]).hexdigest()}  {path}\n" for path in sorted(files)).encode()


def bag_again(pack: Files) -> Files:
    return bag(pack, pack["bag-info.txt"])


def pack_of(folder: Files, log: Files, receipts: dict[int, bytes]) -> Files:
    """An evidence pack of ``folder``: with the log, if there is one, and these receipts."""
    told = {"format": "pbr-pack/1", "redacted": False, "log": bool(log), "receipts": sorted(receipts)}
    payload = under("data/assessment/", folder) | texts_of(folder) | under("data/log/", log)
    payload |= {f"data/receipts/{number}.tlog-proof": data for number, data in receipts.items()}
    crate = {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": []}
    payload |= {PACK: canonical(told), README: b"Evidence of one assessment.\n", CRATE: indented(crate)}
    return bag(payload, b"Bag-Software-Agent: the campaign\nBagging-Date: 2026-01-02\n")
