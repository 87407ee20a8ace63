"""What a check or a flag leaves in ``findings``: the columns its condition reads, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pbr.engine.columns.database import Database
from pbr.engine.columns.relations import Relation, Rows
from pbr.engine.columns.text import quote_text
from pbr.plan.node import Node
from pbr.plan.plan import Column, Plan, Step
from pbr.submission.written import written_sql

COLUMNS = 'TABLE_NAME, "ROW", LINE, COLUMN_NAME, CODE, SEVERITY, VALUE, SAYS'


class Place(NamedTuple):
    """A column that a condition reads: the hops to its table (none: the row's own), and the column."""

    via: tuple[tuple[str, ...], ...]
    name: str

    @property
    def shown(self) -> str:
        return f"{self.via[-1][1]}.{self.name}" if self.via else self.name


def code_of(step: Step) -> tuple[str, str]:
    """The table and the code of a check or flag: its name is check.TABLE.CODE."""
    _, table, code = step.name.split(".", 2)
    return table, code


def read_columns(plan: Plan, step: Step) -> list[Place]:
    """The columns that a check's condition reads of its row and of the rows above it, in the order written, each once."""
    return list(dict.fromkeys(_read(plan, step.node)))


def _read(plan: Plan, node: Node) -> Iterator[Place]:
    via = tuple(tuple(hop) for hop in node.params.get("via", ()))
    if node.op == "column" and node.params["row"] == "own" and all(hop[0] == "parent" for hop in via):
        yield Place(via, str(node.params["column"]))
    elif node.op == "item" and node.params["row"] == "own" and not via:
        yield from _read(plan, plan.step(node.params["step"]).node)
    for arg in node.args:
        yield from _read(plan, arg)


def found_rows(plan: Plan, relations: Mapping[str, Relation], step: Step) -> str:
    """SQL: ``_row``, ``columns`` and ``value`` of the rows for which a check or flag of a data table says yes."""
    places = read_columns(plan, step)
    rows = Rows(plan, relations, step.grain)
    texts = []
    for place in places:
        reached = rows.reach("own", place.via)
        name = reached.relation.column(place.name)
        column = plan.table(reached.relation.grain).column(place.name)
        texts.append(f"coalesce({written_sql(column, f'{reached.alias}.{name}')}, '')")
    value = " || ', ' || ".join(texts) or "''"
    columns = quote_text(", ".join(place.shown for place in places))
    joined = rows.joined(f"{relations[step.grain].view} AS o")
    return f"SELECT o._row AS _row, {columns} AS columns, {value} AS value FROM {joined} WHERE o.s{step.number}"


def write_flags(plan: Plan, db: Database, relations: Mapping[str, Relation]) -> None:
    """One finding for each row, or group of a cohort, that a flag names: it is reported and stays where it is. ``relations`` hold the flags."""
    for step in plan.steps:
        if step.kind != "flag":
            continue
        table, code = code_of(step)
        if step.grain == table:
            rows = found_rows(plan, relations, step)
        else:
            relation = relations[step.grain]
            key = " || ' | ' || ".join(f"CAST(o.{relation.column(name)} AS VARCHAR)" for name in plan.key_of(step.grain)) or "''"
            rows = (
                f"SELECT CAST(NULL AS BIGINT) AS _row, CAST(NULL AS VARCHAR) AS columns, {key} AS value FROM {relation.view} AS o "
                f"WHERE o.s{step.number}"
            )
        says = quote_text(step.says or step.text)
        db.run(
            f"INSERT INTO findings ({COLUMNS}) SELECT {quote_text(table)}, _row, NULL, columns, {quote_text(code)}, 'flag', value, {says} "
            f"FROM ({rows}) AS f ORDER BY _row, value"
        )


def write_rejected(db: Database, table: str, leaving: str) -> None:
    """One finding for each reason of each row that leaves. ``leaving``: _row, columns, value, code, says."""
    db.run(
        f"INSERT INTO findings ({COLUMNS}) SELECT {quote_text(table)}, _row, NULL, columns, code, 'reject', value, says "
        f"FROM {leaving} ORDER BY _row, code"
    )


def link_text(names: tuple[str, ...], source: Mapping[str, str], columns: Mapping[str, Column]) -> tuple[str, str]:
    """SQL: the names of the columns of a link, and the key that stands in them, as reading a submission says both."""
    texts = " || ' | ' || ".join(f"coalesce({written_sql(columns[name], source[name])}, '')" for name in names)
    return quote_text(", ".join(names)), texts or "''"
