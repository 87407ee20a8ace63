"""From a contract's checks to expectations: which say the same in both, and which are told as yes/no columns.

An expectation is *mapped* when GX, from the text alone, fails exactly the rows that our own reading finds. The expectations of a column form
a chain: a cell is judged by the first it fails, as a cell of ours has the first code that applies. What needs exact arithmetic, other rows
than those with the same text, other tables, or a library, is *told*: a column of yes and no, filled in from our findings, and expected to
hold yes. So a suite that passes says as much as our own pass does, of every record whose fields could be told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pbr.expectations import patterns
from pbr.plan.plan import Column, Plan, Step, Table
from pbr.submission.codes import FINDINGS
from pbr.submission.lookalikes import compared
from pbr.submission.saying import says
from pbr.submission.typed import MOST, NOT_ONE

SEVERITIES = {"reject": "critical", "flag": "warning", "unused": "info"}  # a finding's severity, and what GX calls it
ACCEPTED = "pbr: accepted"
_SEEN = "holds no character that cannot be told by sight"
_FORMED = "is in Unicode's usual form"
_SHOWN = 80  # characters of a check's sentence in the name of its column


@dataclass(frozen=True)
class Expected:
    """One expectation. ``codes``: the findings it stands for; ``columns``: the contract's columns it is about, none for a whole row.
    ``told``: the yes/no column's name, "" for a mapped one. ``findings``: how findings fill the column: pairs of a code and a column
    ("" for any)."""

    kind: str
    arguments: dict[str, Any]
    codes: tuple[str, ...]
    columns: tuple[str, ...]
    says: str
    severity: str = "critical"
    clause: str = ""
    line: int = 0
    told: str = ""
    findings: frozenset[tuple[str, str]] = field(default=frozenset())


def expected(plan: Plan, table: Table) -> list[Expected]:
    """Everything asked of one table, in the order of its columns, then of its rows."""
    out: list[Expected] = []
    for column in table.columns:
        out += _of_column(column, column.name in table.key or column.link, plan.currency)
    return [*out, *_of_keys(table), *_of_rows(plan, table), *_of_checks(plan, table), _accepted()]


def _of_column(column: Column, needed: bool, currency: str) -> Iterator[Expected]:
    kind, refused = column.type.kind, needed or column.blank == "refused"

    def mapped(name: str, *codes: str, sentence: str = "", **arguments: Any) -> Expected:
        words = sentence or says(column, codes[0], currency, needed)
        return Expected(name, {"column": column.name, **arguments}, codes, (column.name,), words)

    def told(code: str, what: str) -> Expected:
        words = says(column, code, currency, needed)
        return _told(f"{code} {column.name} {what}", (code,), (column.name,), words, frozenset({(code, column.name)}))

    yield mapped("expect_column_to_exist", "PBR406", sentence=f"{column.name} is a column of the file")
    if refused:
        yield mapped("expect_column_values_to_not_be_null", "PBR440", sentence=f"{column.name} is not blank")
    if column.type.numeric:
        yield mapped("expect_column_values_to_match_regex", NOT_ONE[kind], regex=patterns.written(column, currency))
        if kind in ("number", "percent", "points", "price") and column.round_on_reading == "refuse":
            yield told("PBR443", "has no more decimals than it may")
        yield told("PBR454", "within bounds")
    elif kind == "date":
        yield mapped("expect_column_values_to_match_regex", "PBR448", regex=patterns.written(column, currency))
        yield mapped("expect_column_values_to_match_regex", "PBR449", regex=patterns.existing_day(column))
    elif kind == "truth":
        yield mapped("expect_column_values_to_match_regex", "PBR450", regex=patterns.yes_or_no())
    elif kind == "code" or (kind == "codes" and not column.separator):
        yield mapped("expect_column_values_to_be_in_set", "PBR451", "PBR456", "PBR464", value_set=list(column.type.codes))
    elif kind == "codes":
        pattern = patterns.codes_of_list(column)
        if pattern is not None:
            yield mapped("expect_column_values_to_match_regex", "PBR451", "PBR456", "PBR464", regex=pattern)
        else:
            yield told("PBR451", "holds codes of the list")
            yield told("PBR456", _SEEN)
            yield told("PBR464", _FORMED)
    else:
        yield from _of_text(column, needed, mapped, told)


def _of_text(column: Column, needed: bool, mapped: Any, told: Any) -> Iterator[Expected]:
    yield mapped("expect_column_value_lengths_to_be_between", "PBR452", max_value=MOST)
    yield mapped("expect_column_values_to_not_match_regex", "PBR453", regex=patterns.CONTROL)
    if needed or column.type.kind != "text":
        yield mapped("expect_column_values_to_not_match_regex", "PBR456", sentence=f"{column.name} {_SEEN}", regex=patterns.INVISIBLE)
    if column.shortest is not None or column.longest is not None:
        ends = {"min_value": column.shortest, "max_value": column.longest}
        given = {name: end for name, end in ends.items() if end is not None}
        yield mapped("expect_column_value_lengths_to_be_between", "PBR457", **given)
    if column.written_as:
        yield mapped("expect_column_values_to_match_regex", "PBR458", regex=patterns.picture(column))
    yield told("PBR464", _FORMED)
    if column.check_digit:
        yield told("PBR459", "has the check digit it should have")


def _of_keys(table: Table) -> Iterator[Expected]:
    key = table.key
    if all(_same_as_text(table.column(name)) for name in key):
        name = "expect_column_values_to_be_unique" if len(key) == 1 else "expect_compound_columns_to_be_unique"
        columns: dict[str, Any] = (
            {"column": key[0]} if len(key) == 1 else {"column_list": list(key), "ignore_row_if": "any_value_is_missing"}
        )
        words = f"no two rows have the same {_listed(key)}; of rows that are the same in everything, the first is used"
        yield Expected(name, columns, ("PBR460", "PBR470"), key, words, "warning")
    yield _told_of("PBR460", "no other row has this key and differs", key)
    yield _told_of("PBR470", "not the same row again", key)
    if alike := tuple(column.name for column in compared(table)):
        yield _told_of("PBR485", "looks like no other value", alike)


def _same_as_text(column: Column) -> bool:
    """Whether two cells are the same value exactly when they are the same text."""
    return column.type.kind in ("identifier", "text", "code") or (column.type.kind == "date" and not column.take)


def _of_rows(plan: Plan, table: Table) -> Iterator[Expected]:
    if table.parent is not None:
        links = table.parent.columns
        yield _told_of("PBR461", f"has a row of {table.parent.table}", links)
        yield _told_of("PBR462", f"its row of {table.parent.table} was not rejected", links)
    if table.once:
        yield _told_of("PBR463", "no other row is the same service and differs", table.once)
        yield _told_of("PBR471", "not the same service again", table.once)
    if table.cover is not None:
        yield _told_of("PBR491", f"has a row of {table.cover.table}", table.cover.columns)


def _of_checks(plan: Plan, table: Table) -> Iterator[Expected]:
    for rule in table.rules:
        words = rule.says or f"{_listed(rule.columns)}: {rule.kind}"
        yield _check(rule.code, words, rule.columns, rule.severity, rule.clause, rule.line)
    for step in plan.steps:
        if step.kind in ("check", "flag") and step.grain == table.name and step.name.startswith(f"check.{table.name}."):
            severity = "reject" if step.kind == "check" else "flag"
            yield _check(_code(step), step.says or step.text, (), severity, step.clause, step.line)


def _code(step: Step) -> str:
    return step.name.split(".", 2)[2]


def _check(code: str, words: str, columns: tuple[str, ...], severity: str, clause: str, line: int) -> Expected:
    short = words if len(words) <= _SHOWN else words[: _SHOWN - 1].rstrip() + "…"
    # the contract says what is wrong, and the column holds yes where it is not so
    found = frozenset({(code, "")})
    return _told(f"{code} not found: {short}", (code,), columns, words, found, SEVERITIES[severity], clause, line)


def _told_of(code: str, what: str, columns: tuple[str, ...]) -> Expected:
    severity, short, _ = FINDINGS[code]
    words = f"{short} ({_listed(columns)})"
    return _told(f"{code} {what}", (code,), columns, words, frozenset({(code, "")}), SEVERITIES.get(severity, "warning"))


def _told(
    name: str,
    codes: tuple[str, ...],
    columns: tuple[str, ...],
    words: str,
    found: frozenset[tuple[str, str]],
    severity: str = "critical",
    clause: str = "",
    line: int = 0,
) -> Expected:
    told = f"pbr: {name}"
    arguments = {"column": told, "value_set": ["yes"]}
    return Expected("expect_column_values_to_be_in_set", arguments, codes, columns, words, severity, clause, line, told, found)


def _accepted() -> Expected:
    """Whatever else may be found about a row, by whatever check: none takes it away."""
    return _told("accepted", (), (), "the row can be used: nothing found about it takes it away", frozenset())


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
