"""Plan nodes on Spark: the accepted rows of one table go in, values as the reference engine knows them come out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pbr.engine.spark.cells import Cell, static
from pbr.engine.spark.lowering import refused
from pbr.engine.spark.scope import Facts, Scope, Totals
from pbr.engine.spark.session import check_settings
from pbr.engine.spark.text import integer_type, is_wide, plain_type
from pbr.plan.columns import read_value
from pbr.plan.node import Node
from pbr.plan.plan import Table
from pbr.platform.sqltext import quote_name
from pbr.problem import Refused, refuse
from pbr.values.value import Value

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from pbr.submission.accepted import Accepted


@dataclass(frozen=True)
class Given:
    """``rows``: cells by column name, as an accepted table holds them: numbers as the integer numerator over the column's ``shape.den``,
    dates, truths, text, lists of codes; None for the column's declared absence. ``rejected``: rows of the table that were rejected or are
    missing. ``submitted``: all rows that there are or should be, for limits on rejected ones. ``complete_to``: by table; None or absent where it was not given."""

    table: Table
    rows: Sequence[Mapping[str, Any]]
    rejected: int = 0
    submitted: int = 0
    complete_to: Mapping[str, date | None] = field(default_factory=dict)

    @staticmethod
    def load(accepted: Accepted, table: Table) -> Given:
        """The accepted rows of a table, ordered by ``_row``, through this process: for tables that fit it."""
        names = [column.name for column in table.columns]
        listed = ", ".join(quote_name(name) for name in names)
        found = accepted.con.execute(f"SELECT {listed} FROM {quote_name('accepted_' + table.name)} ORDER BY _row").fetchall()
        rows = [dict(zip(names, row, strict=True)) for row in found]
        lost = accepted.rejected[table.name] + accepted.missing.get(table.name, 0)
        return Given(table, rows, lost, accepted.expected(table.name), accepted.complete_to)


def evaluate(session: SparkSession, given: Given, nodes: Sequence[Node]) -> list[list[Value]]:
    """For each node its value at every row, in the order of the rows. The nodes read columns of the row itself (row "own").

    Raises Refused: PBR523 for each operation that Spark's lowering table lacks, by name; PBR522 for a session whose settings would lose
    something silently; PBR520 where a number of the data grows past the bounds that the plan was proved with. ValueError for a plan
    that no builder makes.
    """
    _check(session, given, nodes, per_row=True)
    scope = Scope(given.table, "own", _facts(given))
    cells = [scope.lower(node) for node in nodes]
    frame = _selected(_frame(session, given), scope)
    records = sorted(_collected(frame.selectExpr("row_", *_named(cells))), key=lambda record: int(record["row_"]))
    return [[_value(record, position, node) for record in records] for position, node in enumerate(nodes)]


def summarise(session: SparkSession, given: Given, nodes: Sequence[Node]) -> list[Value]:
    """The value of each node for the contract as a whole: aggregates over all rows (row "counted" in them), and what is made of them.

    Raises as ``evaluate``.
    """
    _check(session, given, nodes, per_row=False)
    rows = Scope(given.table, "counted", _facts(given))
    totals = Totals(rows)
    scope = Scope(given.table, "own", _facts(given), totals)
    cells = [scope.lower(node) for node in nodes]
    added = _selected(_frame(session, given), rows).selectExpr("count(*) AS rows_", *totals.select())
    (record,) = _collected(_selected(added, scope).selectExpr(*_named(cells)))
    return [_value(record, position, node) for position, node in enumerate(nodes)]


def _check(session: SparkSession, given: Given, nodes: Sequence[Node], per_row: bool) -> None:
    problems = refused(nodes, given.table, per_row)
    if problems:
        raise Refused(problems)
    check_settings(session)


def _facts(given: Given) -> Facts:
    return Facts(given.rejected, given.submitted or len(given.rows) + given.rejected, given.complete_to)


def _frame(session: SparkSession, given: Given) -> DataFrame:
    """The rows with numbered columns: names of contracts never get into a query."""
    columns = given.table.columns
    types = [integer_type(static(column.shape)[1]) if column.type.numeric else plain_type(column.type) for column in columns]
    wide = [column.type.numeric and is_wide(static(column.shape)[1]) for column in columns]

    def cell(raw: Any, is_decimal: bool) -> Any:
        if raw is None or not is_decimal:
            return list(raw) if isinstance(raw, tuple) else raw
        return Decimal(raw)

    records = [
        (number, *(cell(row[column.name], is_decimal) for column, is_decimal in zip(columns, wide, strict=True)))
        for number, row in enumerate(given.rows)
    ]
    schema = ", ".join(["row_ BIGINT", *(f"c{position} {type_}" for position, type_ in enumerate(types))])
    return session.createDataFrame(records, schema)


def _selected(frame: DataFrame, scope: Scope) -> DataFrame:
    for layer in scope.layers():
        frame = frame.selectExpr("*", *layer)
    return frame


def _named(cells: Sequence[Cell]) -> list[str]:
    out = []
    for position, cell in enumerate(cells):
        parts = {"v": cell.v, "v.hi": cell.hi, "v.why": cell.w}
        out += [f"{part.text} AS `{position}.{name}`" for name, part in parts.items() if part is not None]
    return out


def _collected(frame: DataFrame) -> list[dict[str, Any]]:
    from pyspark.errors import ArithmeticException, NumberFormatException

    try:
        return [row.asDict() for row in frame.collect()]
    except (ArithmeticException, NumberFormatException) as error:
        raise refuse(
            "PBR520",
            f"A number grew past the bounds this contract was checked for: {str(error).splitlines()[0]}",
            "Declare at_least and at_most on the columns that are added up, as wide as the data really is, and check the contract again.",
        ) from error


def _value(record: Mapping[str, Any], position: int, node: Node) -> Value:
    return read_value(dict(record), f"{position}.v", node.type, node.shape)
