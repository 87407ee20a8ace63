"""The salted form of an assessment's tables, to which the log commits so that single cells can be shown later (``docs/pack-format.md``, redacted packs).

Each cell has a salt of its own; what commits to the cell is the SHA-256 of the salt and the cell's canonical text. A row's digest is the SHA-256 of its
cells' commitments, and a table's root is taken from the rows' digests as in the manifest. Whoever sees a root, or a row's commitments, can guess nothing
of a cell that was not opened; whoever is shown a cell's text and salt can see that it stood there.

The salts come from one secret of 32 bytes: SHA-256 over the secret, the table, the row's place, the column's place, and the secret again (it stands at the end
too, so that no salt that was shown leads to another). Rows are in the order of their digests: in the order of the file they would say whose identifier comes
before whose. The secret is kept with what opens the log's commitment, and never shown.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit.canonical_text import chunks_of, columns_of, numbered_rows
from pbr.audit.digest import BLOCK
from pbr.audit.merkle import root
from pbr.platform.duck import connect
from pbr.platform.sqltext import quote_text

FORMAT = "pbr-disclosure/1"
SECRET = 32  # bytes
AT_ONCE = 16 * BLOCK  # rows in memory together
MEMORY = "1GB"  # beyond it sorting goes to the disk


def disclosure_of(folder: Path, secret: bytes) -> dict[str, Any]:
    """The document that the log commits to, for the assessment ``folder`` (whose digests were looked at already). ``secret``: 32 random bytes of
    its own for each entry of the log. The same folder and secret give the same document."""
    with tempfile.TemporaryDirectory(prefix="pbr-") as temp:
        con = connect(Path(temp), [folder], memory=MEMORY)
        try:
            manifest = json.loads((folder / layout.MANIFEST).read_bytes())
            tables = {file: _salted(con, folder, file, secret, Path(temp)) for file in manifest["tables"]}
        finally:
            con.close()
    currency = json.loads((folder / layout.STATEMENT).read_bytes())["currency"]
    return {
        "format": FORMAT,
        **{name: manifest[name] for name in ("contract", "engine", "complete_to")},
        "currency": currency,
        "tables": tables,
    }


def _salted(con: Any, folder: Path, file: str, secret: bytes, temp: Path) -> dict[str, Any]:
    names, _ = columns_of(con, folder / file, layout.left_out(file))
    rows = 0

    def blocks() -> Iterator[bytes]:
        nonlocal rows
        for chunk in salted_rows(con, folder, file, secret, temp, texts=False):
            rows += len(chunk)
            for first in range(0, len(chunk), BLOCK):  # a chunk is a number of whole blocks, but for the last
                yield b"".join(row[0] for row in chunk[first : first + BLOCK])

    found = root(blocks())
    return {"columns": names, "rows": rows, "root": found}


def salted_rows(con: Any, folder: Path, file: str, secret: bytes, temp: Path, *, texts: bool) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a table in the order of their digests, some thousands at a time: of each its digest (32 bytes), and, with ``texts``, three lists that
    have an item for each column: canonical text, salt in hex, commitment in hex. ``temp``: a folder to sort in."""
    if len(secret) != SECRET:
        raise ValueError("the secret of a disclosure has 32 bytes")
    _, cells = columns_of(con, folder / file, layout.left_out(file))
    number, sorted_ = len(cells), temp / "salted.parquet"
    rows = numbered_rows(con, folder / file, cells)
    salts = "".join(f", {_salt(secret, file, at)} AS s{at}" for at in range(number))
    commitments = "".join(f", sha256(unhex(s{at}) || encode(t{at})) AS c{at}" for at in range(number))
    joined = " || ".join(f"c{at}" for at in range(number)) or "''"
    lists = [f"[{', '.join(f'{kind}{at}' for at in range(number))}] AS {kind}" for kind in ("tsc" if texts else "")]
    shown = ", ".join([f"unhex(sha256(unhex({joined}))) AS d", *lists])
    query = f"SELECT {shown} FROM (SELECT *{commitments} FROM (SELECT *{salts} FROM ({rows})))"
    con.execute(f"COPY (SELECT * FROM ({query}) ORDER BY d) TO {quote_text(str(sorted_))} (FORMAT parquet)")
    yield from chunks_of(con, sorted_, ["d", *("tsc" if texts else "")], AT_ONCE)


def _salt(secret: bytes, file: str, column: int) -> str:
    """SQL for the salt of a cell of this column, in hex. The secret is 64 digits and the row's place digits, so no two cells are alike in it."""
    before, after = f"{secret.hex()} {file} {column} ", f" {secret.hex()}"
    return f"sha256({quote_text(before)} || CAST(r AS VARCHAR) || {quote_text(after)})"
