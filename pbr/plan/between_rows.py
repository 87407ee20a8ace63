"""Checks between rows of one table: what is charged once, rows that repeat, milestones out of order."""

from __future__ import annotations

from collections.abc import Sequence

from pbr.plan.leaves import Problems
from pbr.plan.plan import Column, RowRule, Table
from pbr.plan.spelling import closest
from pbr.plan.trouble import Mistake, Silent
from pbr.terms import models


def charged_once(problems: Problems, table: Table, leaves: Sequence[models.Scalar]) -> tuple[str, ...]:
    """The columns of ``charged_once_per``. Raises Silent after reporting what is wrong with them."""
    for leaf in leaves:
        column = own_column(problems, table, leaf)
        with problems.about(leaf):
            if column.blank != "refused":
                raise Mistake(
                    "PBR377",
                    f"`{leaf.text}` may be blank, and a service with a blank in it would never be found again.",
                    "Take `blank` away from it, or leave it out here.",
                )
    names = tuple(leaf.text for leaf in leaves)
    _not_the_key(problems, table, names, leaves, "`charged_once_per`")
    return names


def row_rules(problems: Problems, table: Table, checks: Sequence[models.Check]) -> tuple[RowRule, ...]:
    """The checks between rows, in the order of the file. One that is wrong is reported, and left out."""
    out = []
    for check in checks:
        what, severity = (check.reject, "reject") if check.reject is not None else (check.flag, "flag")
        if isinstance(what, models.BetweenRows):
            try:
                out.append(_rule(problems, table, check, what, severity))
            except Silent:
                continue
    return tuple(out)


def _rule(problems: Problems, table: Table, check: models.Check, what: models.BetweenRows, severity: str) -> RowRule:
    said = {key: leaf.text for key in ("says", "correct", "clause") if (leaf := getattr(check, key)) is not None}
    line = check.code.place.line
    if what.repeated is not None:
        columns = tuple(own_column(problems, table, leaf).name for leaf in what.repeated)
        _not_the_key(problems, table, columns, what.repeated, "`repeated`")
        return RowRule("repeated", check.code.text, severity, columns, **said, line=line)
    assert what.out_of_order is not None
    milestone, day, codes = _milestones(problems, table, what.out_of_order)
    columns = tuple(own_column(problems, table, leaf).name for leaf in what.out_of_order.per)
    _not_the_key(problems, table, columns, what.out_of_order.per, "`per`")
    for leaf in what.out_of_order.per:
        with problems.about(leaf):
            if leaf.text == milestone:
                raise Mistake(
                    "PBR308",
                    f"`{leaf.text}` says which milestone a row is, so no two milestones agree in it, and every later one would be out of order.",
                    "`per` names the columns that say whose milestones they are, such as a person.",
                )
    return RowRule("out of order", check.code.text, severity, columns, milestone, day, codes, **said, line=line)


def _milestones(problems: Problems, table: Table, order: models.OutOfOrder) -> tuple[str, str, tuple[str, ...]]:
    """The column of the milestone, that of its day, and the codes in their order."""
    column = own_column(problems, table, order.of)
    with problems.about(order.of):
        if column.type.kind != "code":
            raise Mistake(
                "PBR328",
                f"`{column.name}` is {column.type.phrase}; a milestone is a code.",
                "`of` names the column that says which milestone a row is.",
            )
    for leaf in order.milestones:
        with problems.about(leaf):
            if leaf.text not in column.type.codes:
                raise Mistake("PBR325", f"`{leaf.text}` is not a code of {column.name}.", closest(leaf.text, column.type.codes))
    if len(order.milestones) < 2:
        with problems.about(order.milestones[0] if order.milestones else order.of):
            raise Mistake("PBR308", "One milestone alone is never out of order.", "List at least two, the first of them first.")
    day = own_column(problems, table, order.by)
    with problems.about(order.by):
        if day.type.kind != "date":
            raise Mistake(
                "PBR335", f"`{day.name}` is {day.type.phrase}; milestones are put in order by a date.", "`by` names a date of this table."
            )
    return column.name, day.name, tuple(leaf.text for leaf in order.milestones)


def own_column(problems: Problems, table: Table, leaf: models.Scalar) -> Column:
    """The column of the table that a leaf names. Raises Silent after reporting that there is none."""
    with problems.about(leaf):
        names = [column.name for column in table.columns]
        if leaf.text not in names:
            raise Mistake("PBR362", f"`{leaf.text}` is not a column of {table.name}.", closest(leaf.text, names))
    return table.column(leaf.text)


def _not_the_key(problems: Problems, table: Table, columns: tuple[str, ...], leaves: Sequence[models.Scalar], word: str) -> None:
    """Rows that agree in the whole key are one row already, so nothing could be found between them."""
    if set(table.key) <= set(columns):
        with problems.about(leaves[0]):
            key = ", ".join(table.key)
            raise Mistake(
                "PBR308",
                f"{word} names the whole key of {table.name} ({key}), and no two different rows agree in that.",
                "Two rows with one key are judged without a check. Name the columns in which two different rows would agree.",
            )
