"""The least that can be done with a submission: DuckDB reads each file, every cell as text, and writes it as Parquet. Nothing is checked.

python benchmarks/assess/copy_files.py SUBMISSION OUT
"""

from __future__ import annotations

import sys
from pathlib import Path


def copy(submission: Path, out: Path) -> None:
    import duckdb

    out.mkdir()
    con = duckdb.connect()
    for path in sorted(submission.iterdir()):
        source = f"read_parquet('{path}')" if path.suffix == ".parquet" else f"read_csv('{path}', header = true, all_varchar = true)"
        con.execute(f"COPY (SELECT * FROM {source}) TO '{out / path.stem}.parquet' (FORMAT parquet)")
    con.close()


if __name__ == "__main__":
    copy(Path(sys.argv[1]), Path(sys.argv[2]))
