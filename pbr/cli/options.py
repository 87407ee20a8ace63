"""Arguments that several commands take: ``[TABLE=]FILE``, ``[TABLE=]DATE``, ``TABLE.NAME=VALUE`` and ``--json``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

TABLE = re.compile(r"([a-z][a-z0-9_]*)=(.+)", re.DOTALL)
CONTROL = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)=(.+)", re.DOTALL)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class TableFile(click.ParamType):  # type: ignore[type-arg]  # click before 8.5 takes no argument here
    """``releases=files/q3.csv`` or ``releases.csv``: a pair (table or None, path). What stands before the first ``=`` is a table's name
    only when it could be one, so a path with an ``=`` further on is still a path."""

    name = "[TABLE=]FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str | None, Path]:
        found = TABLE.fullmatch(value)
        table, text = (found.group(1), found.group(2)) if found else (None, value)
        if not Path(text).is_file() and not (_pattern(text) and text.lower().endswith(".parquet")):
            what = f"{text!r} is a folder: give the file" if Path(text).is_dir() else f"there is no file {text!r}"
            if not Path(text).is_dir() and _pattern(text):
                what += "; only Parquet files are given by a pattern, one that ends in .parquet"
            self.fail(what, param, ctx)
        return table, Path(text)


def _pattern(text: str) -> bool:
    return any(letter in text for letter in "*?[")


class TableDay(click.ParamType):  # type: ignore[type-arg]
    """``releases=2015-06-30`` or ``2015-06-30`` (every table): a pair (table or None, date)."""

    name = "[TABLE=]DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str | None, date]:
        found = TABLE.fullmatch(value)
        table, text = (found.group(1), found.group(2)) if found else (None, value)
        try:
            if not DAY.fullmatch(text):
                raise ValueError
            return table, date.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is not a day: write it as 2015-06-30", param, ctx)


class MemorySize(click.ParamType):  # type: ignore[type-arg]
    """``1GB``: kept as it is written."""

    name = "SIZE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from pbr.platform.limits import memory_of
        from pbr.problem import Refused

        try:
            memory_of(value)
        except Refused as refused:
            self.fail(f"{refused.problems[0].says} {refused.problems[0].hint}", param, ctx)
        return str(value)


def limits_options(function: Callable[..., Any]) -> Callable[..., Any]:
    return _limits(function, "of --out", "How many threads work at once. Else one for each core.")


def reading_limits_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Of a command that writes nothing but temporary files."""
    return _limits(function, "for temporary files (TMPDIR)", "How many threads work at once. Else one for each core.")


def sharing_limits_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Of a command that computes again, which several processes share."""
    shared = "How many threads work at once, and how many processes at most share what is computed again. Else one for each core, where there are many rows."
    return _limits(function, "for temporary files (TMPDIR)", shared)


def _limits(function: Callable[..., Any], disk: str, threads: str) -> Callable[..., Any]:
    memory = click.option(
        "--memory",
        type=MemorySize(),
        help=f"How much memory the database may take, such as 1GB; what does not fit is put aside on the disk {disk}. Else four fifths of the machine's.",
    )
    return memory(click.option("--threads", type=click.IntRange(1, 1024), metavar="N", help=threads)(function))


def progress_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--progress/--no-progress",
        "shown",
        default=None,
        help="Say on stderr which part of the work is done, once it has gone on for two seconds. Else only on a terminal.",
    )(function)


class ControlTotal(click.ParamType):  # type: ignore[type-arg]
    """``releases.rows=2981``: a table, the name of a control total of it, and its value as it was written."""

    name = "TABLE.NAME=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str, str]:
        found = CONTROL.fullmatch(value)
        if found is None:
            self.fail(f"{value!r} is not a control total: write it as TABLE.NAME=VALUE, such as releases.rows=2981", param, ctx)
        return found.group(1), found.group(2), found.group(3)


def control_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--control",
        "controls",
        multiple=True,
        type=ControlTotal(),
        help="A control total, where the contract asks for one: what the table should add up to; repeat for each.",
    )(function)


def controls_of(given: tuple[tuple[str, str, str], ...]) -> dict[str, dict[str, str]]:
    """What ``assess`` takes: table -> name -> text. Raises click.UsageError when a total is given twice and differs."""
    out: dict[str, dict[str, str]] = {}
    for table, name, text in given:
        if out.setdefault(table, {}).setdefault(name, text) != text:
            raise click.UsageError(f"--control is given twice with different values for {table}.{name}")
    return out


def days_of(given: tuple[tuple[str | None, date], ...]) -> date | dict[str, date] | None:
    """What ``assess`` takes: one day for all tables, a day per table, or None. A day without a table stands for the tables not named,
    under the name ``""``. Raises click.UsageError when a table, or all of them, is given two days."""
    days: dict[str, date] = {}
    for table, day in given:
        if days.get(table or "", day) != day:
            raise click.UsageError(f"--complete-to is given twice with different days for {table or 'all tables'}")
        days[table or ""] = day
    return days[""] if set(days) == {""} else days or None


def rules_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--rules",
        "rules",
        multiple=True,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="A folder of rules, looked into before any other; repeat for each.",
    )(function)


def _remember(ctx: click.Context, param: click.Parameter, value: bool) -> bool:
    ctx.find_root().meta["pbr.json"] = value
    return value


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, is_eager=True, callback=_remember, help="Print JSON, for programs.")(function)
