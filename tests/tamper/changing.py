"""One change to the content of an assessment's folder: where it was planted, and how a careful adversary covers it up inside the folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from bases import KEYS_OF_TRACE, key_of_row, tables_in
from resealing import Table, canonical, indented, read_table, seal, seal_run, table_bytes
from writing import Files


@dataclass(frozen=True)
class Place:
    """Where a finding must be. What is None is not asked for. ``keys``: any of them, as row key or JSON path."""

    file: str | None = None
    keys: tuple[str, ...] = ()
    column: str | None = None
    entry: int | None = None

    def fits(self, finding: dict[str, Any]) -> bool:
        named = {finding.get("key", ""), finding.get("column", "")}
        return (
            (self.file is None or finding.get("file") == self.file)
            and (self.entry is None or finding.get("entry") == self.entry)
            and (not self.keys or bool(named & set(self.keys)))
            and (self.column is None or finding.get("column") == self.column)
        )


@dataclass(frozen=True)
class Change:
    """``name``: its class. ``folder``: as the disk alone has it then. ``places``: any of them locates it. ``seal``: makes the folder agree with itself
    again. ``anchored``: nothing but what was logged speaks against it once that is done."""

    name: str
    folder: Files
    places: tuple[Place, ...]
    seal: Callable[[Files], Files] = seal
    anchored: bool = False


def other(rng: Random, value: Any, kind: str) -> Any:
    """Another value of the same type."""
    if value is None:
        empty: dict[str, Any] = {"DATE": date(2023, 5, 1), "BOOLEAN": True, "VARCHAR": "x", "VARCHAR[]": ["x"]}
        return empty.get(kind, 0)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + rng.choice([1, -1])
    if isinstance(value, date):
        return value + timedelta(days=rng.choice([1, -1]))
    if isinstance(value, list):
        return [*value, "x"]
    return value + "x" if rng.random() < 0.5 or not value else value[:-1] + chr(ord(value[-1]) ^ 1)


def penny(rng: Random, folder: Files, totals: bool) -> Change:
    """A payment by a penny, in every place where it stands: the line, its ends before and after each step, the statement and its sums."""
    table = read_table(folder["payments.parquet"])
    names = list(table.columns)
    statement = json.loads(folder["statement.json"])
    forms = {name: told["form"] for name, told in statement["totals"]["payments"].items()}
    known = [
        number
        for number, row in enumerate(table.rows)
        if row[names.index("amount")] is not None and forms[row[names.index("payment")]] != "sets"
    ]
    at = rng.choice(known)
    by = rng.choice([1, -1])
    payment = table.rows[at][names.index("payment")]
    changed = table
    for place, name in enumerate(names):
        if name == "amount" or (totals and name.split("_")[0] in ("low", "high") and table.rows[at][place] is not None):
            changed = changed.with_cell(at, place, changed.rows[at][place] + by)
    if totals:
        told = statement["totals"]
        sums = [told, told["payments"][payment]]
        for one in sums:
            for name in ("gross", "paid"):
                if name in one:
                    one[name] = str(Decimal(one[name]) + Decimal(by) / 100)
        for step in told.get("steps", []):
            for name in ("before", "after"):
                step[name] = str(Decimal(step[name]) + Decimal(by) / 100)
        line = statement.get("payments", [None] * (at + 1))[at]
        if line is not None:
            line["amount"] = str(Decimal(line["amount"]) + Decimal(by) / 100)
    key = key_of_row("payments.parquet", table, at)
    made = folder | {"payments.parquet": table_bytes(changed), "statement.json": indented(statement)}
    name = "change a payment by a penny, in every sum it is part of" if totals else "change a payment by a penny"
    return Change(name, made, (Place("payments.parquet", (key,), "amount"),))


def cell(rng: Random, folder: Files, wanted: str) -> Change:
    """Any cell of any column of a table. ``wanted``: how the table's path begins."""
    tables = {name: table for name, table in tables_in(folder).items() if name.startswith(wanted) and table.rows}
    if not tables:
        return cell(rng, folder, "trace/")
    file = rng.choice(sorted(tables))
    table = tables[file]
    row, column = rng.randrange(len(table.rows)), rng.randrange(len(table.columns))
    name = table.columns[column]
    changed = table.with_cell(row, column, other(rng, table.rows[row][column], table.types[column]))
    keys = {key_of_row(file, table, row)}
    key_columns = KEYS_OF_TRACE.get(file[6:-8], ()) if file.startswith("trace/") else ("payment", "key", "entry", "line", "kind")
    try:
        keys.add(key_of_row(file, changed, row))
    except ValueError:
        keys.add(str(changed.rows[row][table.columns.index("key")]))
    located = Place(file, tuple(sorted(keys)), None if name in key_columns else name)
    kind = "change a cell of the trace" if file.startswith("trace/") else f"change a cell of {file}"
    return Change(kind, folder | {file: table_bytes(changed)}, (located,))


def rows(rng: Random, folder: Files) -> Change:
    """A row of a table is deleted, put in twice, or two change places."""
    tables = {name: table for name, table in tables_in(folder).items() if len(table.rows) > 1}
    file = rng.choice(sorted(tables))
    table = tables[file]
    one, two = sorted(rng.sample(range(len(table.rows)), 2))
    held = list(table.rows)
    what = rng.choice(["delete", "double", "swap"])
    if what == "delete":
        del held[one]
    elif what == "double":
        held.insert(one, held[one])
    else:
        held[one], held[two] = held[two], held[one]
    changed = Table(table.columns, table.types, tuple(held))
    if changed.rows == table.rows:
        return rows(rng, folder)
    # a row that moved makes its neighbours the wrong ones too: any of them names the place
    names = {key_of_row(file, table, number) for number in range(len(table.rows))} | {"the last row", f"row {len(table.rows)}"}
    names |= {f"line {row[0]}" for row in table.rows} | {f"entry {row[0]}" for row in table.rows}
    text = {"delete": "delete a row of a table", "double": "put a row of a table in twice", "swap": "swap two rows of a table"}[what]
    return Change(text, folder | {file: table_bytes(changed)}, (Place(file, tuple(sorted(names))),))


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, list[Any], Any]]:
    """Path as a verifier writes it, path as keys, value."""
    inside: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inside = [(name, one) for name, one in value.items()]
    elif isinstance(value, list):
        inside = list(enumerate(value))
    else:
        yield path, [], value
    for name, one in inside:
        text = f"{path}[{name}]" if isinstance(name, int) else f"{path}.{name}" if path else name
        for found, keys, leaf in leaves(one, text):
            yield found, [name, *keys], leaf


def _leaf_of(rng: Random, value: Any, allowed: Callable[[str], bool]) -> str:
    path, keys, leaf = rng.choice([one for one in leaves(value) if allowed(one[0])])
    target = value
    for key in keys[:-1]:
        target = target[key]
    changed: Any
    if isinstance(leaf, bool):
        changed = not leaf
    elif isinstance(leaf, int):
        changed = leaf + 1
    elif leaf is None:
        changed = "x"
    else:
        places = [place for place, letter in enumerate(leaf) if letter.isdigit()]
        place = rng.choice(places) if places else len(leaf)
        changed = leaf[:place] + (str((int(leaf[place]) + 1) % 10) if places else "x") + leaf[place + 1 :]
    target[keys[-1]] = changed
    return path


def statement_leaf(rng: Random, folder: Files) -> Change:
    value = json.loads(folder["statement.json"])
    path = _leaf_of(rng, value, lambda path: True)
    kind = "change a figure or sentence of statement.json"
    return Change(kind, folder | {"statement.json": indented(value)}, (Place("statement.json", (path,)),))


def document_leaf(rng: Random, folder: Files) -> Change:
    file = rng.choice(["plan.json", "measures.json"] if len(folder["measures.json"]) > 100 else ["plan.json"])
    value = json.loads(folder[file])
    _leaf_of(rng, value, lambda path: True)
    return Change(f"change a word of {file}", folder | {file: indented(value)}, (Place(file),))


def manifest_leaf(rng: Random, folder: Files) -> Change:
    value = json.loads(folder["manifest.json"])
    _leaf_of(rng, value, lambda path: not path.startswith("documents"))
    kind = "change a word of manifest.json (back-date, other version, digest)"
    return Change(kind, folder | {"manifest.json": canonical(value)}, (Place("manifest.json"),), seal_run)


def run_leaf(rng: Random, folder: Files) -> Change:
    """Who, when, on which machine, how long. Nothing follows from it but by what was logged."""
    value = json.loads(folder["run.json"])
    _leaf_of(rng, value, lambda path: not path.startswith(("files", "format")))
    return Change(
        "change a word of run.json (who, when, how long)", folder | {"run.json": indented(value)}, (Place("run.json"),), dict, True
    )


def run_back_dated(rng: Random, folder: Files) -> Change:
    value = json.loads(folder["run.json"])
    for name in ("started", "ended"):
        value[name] = str(int(value[name][:4]) - 1) + value[name][4:]
    return Change("back-date run.json", folder | {"run.json": indented(value)}, (Place("run.json"),), dict, True)


def line_of_text(rng: Random, folder: Files) -> Change:
    file = rng.choice(["statement.txt", "rejected.csv"])
    lines = folder[file].split(b"\n")
    number = rng.choice([place for place, line in enumerate(lines) if line])
    lines[number] = other(rng, lines[number].decode(), "VARCHAR").encode()
    return Change(f"change a line of {file}", folder | {file: b"\n".join(lines)}, (Place(file, (f"line {number + 1}",)), Place(file)))


def contract_text(rng: Random, folder: Files) -> Change:
    """A comment, or a sum: another contract, whatever it says."""
    file = "contract/contract.yaml"
    text = folder[file].decode()
    if rng.random() < 0.5:
        text += "# as agreed\n"
    else:
        text = text.replace("£400.00", "£401.00").replace("£100.00", "£101.00").replace("£1.50", "£1.51")
    # the folder's plan, and so everything that rests on it, is then another one's; and so is the manifest that was logged
    places = (Place(file), Place("plan.json"), Place("manifest.json"))
    return Change("change the text of the contract", folder | {file: text.encode()}, places, anchored=True)


def input_cell(rng: Random, folder: Files) -> Change:
    file = rng.choice(sorted(name for name in folder if name.startswith("inputs/")))
    return Change("change a cell of an input", folder | {file: cell_of_csv(rng, folder[file])}, (Place(file), Place("manifest.json")))


def cell_of_csv(rng: Random, data: bytes) -> bytes:
    lines = data.decode().split("\n")
    number = rng.choice([place for place, line in enumerate(lines) if line and place])
    cells = lines[number].split(",")
    at = rng.randrange(len(cells))
    cells[at] = {"yes": "no", "no": "yes", "": "yes"}.get(cells[at]) or other(rng, cells[at], "VARCHAR")
    lines[number] = ",".join(cells)
    return "\n".join(lines).encode()


CHANGES: tuple[Callable[[Random, Files], Change], ...] = (
    lambda rng, folder: penny(rng, folder, False),
    lambda rng, folder: penny(rng, folder, True),
    lambda rng, folder: cell(rng, folder, "payments"),
    lambda rng, folder: cell(rng, folder, "due"),
    lambda rng, folder: cell(rng, folder, "findings"),
    lambda rng, folder: cell(rng, folder, "trace/"),
    lambda rng, folder: cell(rng, folder, "trace/"),
    rows,
    statement_leaf,
    statement_leaf,
    document_leaf,
    manifest_leaf,
    run_leaf,
    run_back_dated,
    line_of_text,
    contract_text,
    input_cell,
)
