"""What is asked of the rows of a table, in sentences for the reading copy: checks, completeness, and how cells and files are written."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from pbr.plan.plan import Column, RowRule, Table
from pbr.statement import words

if TYPE_CHECKING:
    from pbr.terms import models

MOST_DIGITS = 40  # more decimals than any number in a contract has
_TOTALS = {"rows": "the number of rows", "different": "how many different {0} there are", "sum": "the sum of {0}"}


def completeness_lines(table: Table) -> list[str]:
    """What the table must hold, what comes with it, and when it is refused."""
    out = []
    if table.once:
        out.append(
            f"One service is charged once: rows of different {words.listed(list(table.key))} that agree in {words.listed(list(table.once))} are one. "
            "If they are alike otherwise, one of them counts; if not, all are rejected."
        )
    if table.cover is not None:
        by = words.listed(list(table.cover.columns))
        clause = f" ({table.cover.clause})" if table.cover.clause else ""
        out.append(
            f"Each row of {table.cover.table} must have a row here, by {by}; a row that is missing counts as a rejected one{clause}."
        )
    if table.control_totals:
        said = [f"{total.name} ({_TOTALS[total.what].format(total.column)})" for total in table.control_totals]
        out.append(f"Totals must be stated with it, and must agree: {words.listed(said)}.")
    if table.refused_over:
        out.append(f"If more than {_percent(table.refused_over)} of its rows are rejected or missing, the whole submission is refused.")
    return out


def _percent(share: str) -> str:
    """A share n/d as a percentage, exactly: a contract writes it with finitely many decimals."""
    value = Fraction(share) * 100
    return f"{words.decimals(value, words.places_needed(value, MOST_DIGITS) or 0)}%"


def written(column: Column) -> Iterator[str]:
    """How the text of a column is written."""
    if column.longest is not None and column.shortest == column.longest:
        yield words.counted(column.longest, "character")
    elif column.longest is not None:
        yield f"{column.shortest} to {words.counted(column.longest, 'character')}"
    if column.written_as:
        yield f"written as {column.written_as} (A: a letter A to Z; 9: a digit)"
    if column.check_digit:
        yield f"with the check digit of the scheme {column.check_digit}"


def check_lines(table: Table, model: models.Table) -> Iterator[str]:
    """A line for each check, with what it says and what to do about it."""
    rules = {rule.code: rule for rule in table.rules}
    for check in model.checks:
        verb, test = ("rejects", check.reject) if check.reject is not None else ("flags", check.flag)
        code = check.code.text
        if code in rules:
            what = f"{verb} {_between(rules[code])}"
        elif check.per is not None:
            of = "the contract" if check.per.text == "contract" else f"each group of {check.per.text}"
            what = f"{verb} {of} where {getattr(test, 'text', '')}; held and rejected rows are left out of what it adds up"
        else:
            what = f"{verb} a row where {getattr(test, 'text', '')}"
        said = f" ({check.says.text})" if check.says is not None else ""
        do = f"; what to do: {check.correct.text}" if check.correct is not None else ""
        yield f"- check {code} {what}{said}{do}"


def _between(rule: RowRule) -> str:
    if rule.kind == "repeated":
        return f"all rows that agree in {words.listed(list(rule.columns))}"
    order = ", then ".join(rule.codes)
    return (
        f"a row whose {rule.milestone} comes too early for its {words.listed(list(rule.columns))}: "
        f"the order is {order}, by {rule.day}, and each needs the one before it on the same day or earlier"
    )


def layout_lines(layout: models.TableLayout | None) -> list[str]:
    """How the file is laid out, where the contract says so."""
    if layout is None:
        return []
    said = []
    if layout.sheet is not None:
        said.append(f"the sheet {layout.sheet.text}")
    if layout.header_row is not None:
        said.append(f"its header in line {layout.header_row.text}")
    if layout.footer_rows is not None:
        said.append(f"{words.counted(int(layout.footer_rows.text), 'row')} at its end that no record is read from")
    if layout.delimiter is not None:
        said.append(f"cells parted by {layout.delimiter.text}")
    if layout.encoding is not None:
        said.append(f"characters in {layout.encoding.text}")
    if layout.allow:
        said.append(f"{words.listed([leaf.text for leaf in layout.allow])} allowed")
    if layout.missing:
        said.append(f"{words.listed([repr(leaf.text) for leaf in layout.missing], 'or')} for a blank")
    for column, text in (layout.skip_rows_where or {}).items():
        said.append(f"no record where {column} is {text.text}")
    for column, text in (layout.columns or {}).items():
        said.append(f"{column} called {text.text}")
    wide = layout.wide_to_long
    if wide is not None:
        names = words.listed([f"{leaf.text} ({column})" for column, leaf in wide.columns.items()])
        said.append(f"one row for each {wide.key.text} out of each line: {names}")
    return [f"The file has {'; '.join(said)}."] if said else []
