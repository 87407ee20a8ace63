"""Typing of sets of days: the days of a table's rows, and what is read out of a span by name."""

from __future__ import annotations

from typing import Any

from pbr.language import printer
from pbr.language.tree import Aggregate, Name, Operation, Syntax
from pbr.language.types import NONE, NOT_YET, UNKNOWN, Type
from pbr.plan.node import Node, Shape
from pbr.plan.operators import hole
from pbr.plan.spelling import closest
from pbr.plan.spoken import spoken
from pbr.plan.trouble import Mistake, Silent
from pbr.plan.typer import Typer

EVERY_DAY = 3_652_059  # days from 0001-01-01 to 9999-12-31
DAYSET = Type("dayset", ranged=True)


def day_of_span(typer: Typer, syntax: Aggregate) -> Node:
    """``days in S``, ``day S reaches n``, ``day S has lasted SPAN unbroken``."""
    days = span_named(typer, syntax.over)
    if syntax.op == "days_in":
        phrase, most, told = "days in {0}", EVERY_DAY, {}
        if syntax.extra:
            days = within_window(typer, "days_within", days, syntax.extra[0], syntax.words[0], syntax.extra[1])
            most = min(most, _longest(days.args[1]))
            told = {"most": most}  # also where the window itself is not known
        return Node("days_in", Type("days", ranged=True), (days,), told, Shape(1, most), phrase)
    length = _length(typer, syntax.extra[0])
    if syntax.op == "day_reaches":
        if length.type.kind != "days":
            raise Mistake(
                "PBR802",
                f"`{printer.show(syntax.extra[0])}` is {length.type.phrase}; days are added up here, so the length is in days or weeks.",
                "Months differ in length: `has lasted 3 months unbroken` asks for a run of whole months.",
                syntax.extra[0],
            )
        params: dict[str, Any] = {"reason": typer.reason("domain", f"{spoken(length)} is less than a day")}
        phrase = "day {0} reaches {1}"
    else:
        params = {"unit": length.type.kind, "reason": typer.reason("domain", f"{spoken(length)} is no length of time")}
        phrase = "day {0} has lasted {1} unbroken"
    return Node(syntax.op, Type("date", absent=frozenset({UNKNOWN, NONE})), (days, length), params, None, phrase)


def covers(typer: Typer, syntax: Operation) -> Node:
    """``S covers SPAN from e``."""
    name = syntax.args[0]
    if not isinstance(name, Name):
        raise Mistake(
            "PBR801", f"`{printer.show(name)}` is not the name of a span.", "Write `in_work covers 26 weeks from started_on`.", name
        )
    days, length, day = span_named(typer, name), _length(typer, syntax.args[1]), _day(typer, syntax.args[2])
    mode = syntax.words[0]
    bit = typer.reason("domain", f"{spoken(length)} {mode} {spoken(day)}")
    params = {"mode": mode, "unit": length.type.kind, "reason": bit}
    args = (days, length, day)
    return Node("covers", Type("truth", absent=frozenset({UNKNOWN})), args, params, None, f"{{0}} covers {{1}} {mode} {hole(args, 2)}")


def span_named(typer: Typer, name: Name) -> Node:
    """The span of that name on this row, or on a row that this one leads to. Raises Mistake for anything else."""
    shown = printer.show(name)
    world = typer.world
    if len(name.parts) == 1 and world.declared.get(shown) == "spans":
        found = typer.find(name)
        if found is None:
            raise Silent  # said where the span is
        return found
    spans = [other for other, kind in world.declared.items() if kind == "spans"]
    raise Mistake(
        "PBR801",
        f"`{shown}` is not a span: no set of days is called so.",
        closest(shown, spans, "Spans are written in the block `spans`."),
        name,
    )


def within_window(typer: Typer, op: str, days: Node, length: Syntax, mode: str, day: Syntax) -> Node:
    """``days_within`` or ``days_begin`` of a set of days."""
    span, start = _length(typer, length), _day(typer, day)
    params = {"mode": mode, "unit": span.type.kind, "reason": typer.reason("domain", f"{spoken(span)} {mode} {spoken(start)}")}
    words = {"days_within": "{0} within {1}", "days_begin": "runs of {0} that begin within {1}"}[op]
    return Node(op, DAYSET, (days, span, start), params, None, f"{words} {mode} {hole((days, span, start), 2)}")


def _length(typer: Typer, syntax: Syntax) -> Node:
    node = typer.strict(typer.expression(syntax), syntax)
    if node.type.kind not in ("days", "months") or node.shape is None or node.shape.den != 1 or node.type.ranged:
        raise Mistake(
            "PBR802", f"`{printer.show(syntax)}` is not a length in whole days or months.", "For example 26 weeks, 3 months.", syntax
        )
    if node.op == "literal" and int(node.params["value"]["n"]) < 1:
        raise Mistake("PBR802", f"`{printer.show(syntax)}` is no length of time.", "Write at least 1 day.", syntax)
    return node


def _longest(span: Node) -> int:
    """The most days that a window of this length can have: a month has at most 31."""
    assert span.shape is not None
    return span.shape.top * (31 if span.type.kind == "months" else 1)


def _day(typer: Typer, syntax: Syntax) -> Node:
    node = typer.strict(typer.expression(syntax), syntax)
    if node.type.kind != "date":
        raise Mistake(
            "PBR335", f"`{printer.show(syntax)}` is {node.type.phrase}; a date is needed here.", "A window begins or ends on a day.", syntax
        )
    return node


def ends_of_spell(typer: Typer, syntax: Aggregate) -> tuple[list[Node], dict[str, Any]]:
    """The first and the last day of each row's days (``syntax.extra``), inside the aggregate that reads them; either may be not yet."""
    found = []
    for name in syntax.extra:
        assert isinstance(name, Name)
        node = typer.name(name)
        if node.type.kind != "date" or node.params.get("row") != "counted":
            raise Mistake(
                "PBR803",
                f"`{printer.show(name)}` is not a date of {typer.counted}.",
                f"Days are from one date column of {typer.counted} to another.",
                name,
            )
        if NONE in node.type.absent:
            raise Mistake(
                "PBR803",
                f"`{printer.show(name)}` may be none, and then these days have no such end.",
                "If it is still going on when the file is made, declare the column `blank: not yet`; else ask for rows that have it: `where (exists(...))`.",
                name,
            )
        found.append(node)
    tables = [node.params["table"] if NOT_YET in node.type.absent else None for node in found]
    return found, {"not_yet": tables}
