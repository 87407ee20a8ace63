"""Opening the folder of an assessment for reading: its plan, its statement and its stored values, and nothing that computes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pbr.plan.plan import Plan
from pbr.platform.duck import connect, database_errors, glob_text
from pbr.platform.sqltext import quote_name as quote
from pbr.problem import Place, refuse
from pbr.statement.stored import Trail

SMALL: Final = 4_000_000  # bytes of a file whose rows are taken into memory: some ten times as many there


@dataclass(frozen=True)
class Opened:
    """``name``: the folder as the reader named it. ``statement``: statement.json."""

    name: str
    trail: Trail
    statement: dict[str, Any]

    @property
    def plan(self) -> Plan:
        return self.trail.plan

    @property
    def complete_to(self) -> dict[str, str | None]:
        return dict(self.statement.get("complete_to") or {})


def plan_of(folder: Path) -> Plan:
    """The plan in a folder. Raises Refused PBR752, PBR753."""
    data = json_of(folder, "plan.json")
    try:
        return Plan.from_json(data)
    except (KeyError, TypeError, AttributeError, ValueError, StopIteration, AssertionError) as error:
        place = Place(str(folder / "plan.json"))
        raise refuse("PBR753", f"This is not a plan of this version: {error}", "Run `pbr verify` on the folder.", place) from error


@contextmanager
def open_folder(folder: Path) -> Iterator[Opened]:
    """Views ``trace_GRAIN``, ``payments`` and ``findings`` over the folder's files. Raises Refused when it is not an assessment."""
    plan = plan_of(folder)
    statement = json_of(folder, "statement.json")
    with tempfile.TemporaryDirectory(prefix="pbr-explain-") as temp:
        con = connect(Path(temp), [folder])
        try:
            views(con, folder)
            yield Opened(str(folder), Trail(plan, con), statement)
        finally:
            con.close()


def json_of(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    if not folder.is_dir():
        raise refuse("PBR752", f"There is no folder {folder}.", "Give the folder that `pbr assess --out` wrote.")
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise refuse(
            "PBR752", f"{folder} has no {name}, so it is not an assessment.", "Give the folder that `pbr assess --out` wrote."
        ) from None
    except (ValueError, RecursionError) as error:
        raise refuse("PBR753", f"{name} cannot be read: {error}", "Run `pbr verify` on the folder.", Place(str(path))) from None
    if not isinstance(data, dict):
        raise refuse("PBR753", f"{name} is not what pbr writes there.", "Run `pbr verify` on the folder.", Place(str(path)))
    return data


def currency_of(folder: Path) -> str:
    """The currency of the statement. Raises Refused PBR752, PBR753."""
    found = json_of(folder, "statement.json").get("currency")
    if not isinstance(found, str):
        raise refuse(
            "PBR753", "statement.json does not say its currency.", "Run `pbr verify` on the folder.", Place(str(folder / "statement.json"))
        )
    return found


def views(con: Any, folder: Path, prefix: str = "", at_hand: bool = False) -> frozenset[str]:
    """The views that a ``Trail`` reads, each name with ``prefix`` before it. ``at_hand``: those of small files are tables in memory, with the rows in the same order; their names are given. Raises Refused PBR752, PBR753."""
    tables = set()
    files = [(f"trace_{path.stem}", path) for path in sorted((folder / "trace").glob("*.parquet"))]
    files += [(name, folder / f"{name}.parquet") for name in ("payments", "findings")]
    for name, path in files:
        if not path.exists():
            if name == "payments":
                raise refuse(
                    "PBR752", f"{folder} has no payments.parquet, so it is not a whole assessment.", "Run `pbr verify` on the folder."
                )
            continue
        try:
            # every query of a view opens its file anew and reads what columns it has: of a small file that is most of its time
            kind = "TABLE" if at_hand and path.stat().st_size <= SMALL else "VIEW"
            tables |= {prefix + name} if kind == "TABLE" else set()
            con.execute(f"CREATE {kind} {quote(prefix + name)} AS SELECT * FROM read_parquet({glob_text(path)}, hive_partitioning = false)")
        except database_errors() as error:
            says = f"This file cannot be read: {str(error).splitlines()[0]}"
            raise refuse("PBR753", says, "Run `pbr verify` on the folder.", Place(str(path))) from error
    return frozenset(tables)
