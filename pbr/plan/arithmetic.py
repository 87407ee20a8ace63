"""Typing of arithmetic and of dates: units decide what comes out, and nothing is converted silently."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from pbr.language import printer
from pbr.language.tree import Name, Operation, Syntax
from pbr.language.types import Type
from pbr.plan import quantities, shapes
from pbr.plan.node import Node, Shape
from pbr.plan.operators import SIGNS, hole, not_yet_params
from pbr.plan.spoken import spoken
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer, encode

_ONE = shapes.literal(Fraction(1))


def _operands(typer: Typer, syntax: Operation) -> tuple[Node, ...]:
    return tuple(typer.strict(typer.expression(arg), arg) for arg in syntax.args)


def _plus_minus(typer: Typer, syntax: Operation) -> Node:
    args = _operands(typer, syntax)
    a, b = args
    phrase = f"{hole(args, 0)} {SIGNS[syntax.op]} {hole(args, 1)}"
    minus = syntax.op == "sub"
    if a.type.kind == "date" and b.type.kind in ("days", "months"):
        return _moved(typer, "date_sub" if minus else "date_add", a, b, phrase)
    if not minus and b.type.kind == "date" and a.type.kind in ("days", "months"):
        return _moved(typer, "date_add", b, a, phrase)
    if minus and a.type.kind == b.type.kind == "date":
        return typer.make("days_between", Type("days"), args, {}, Shape(1, 3_652_059), phrase)
    type_ = quantities.add(a.type, b.type, minus)
    if type_ is None:
        raise _unmixed(typer, syntax, a, b)
    assert a.shape and b.shape
    return typer.make(syntax.op, type_, args, {}, shapes.add(a.shape, b.shape), phrase, ranged=True)


def _moved(typer: Typer, op: str, day: Node, span: Node, phrase: str) -> Node:
    _whole_span(span)
    bit = typer.reason("domain", phrase.replace("{0}", spoken(day)).replace("{1}", spoken(span)))
    swapped = phrase if op == "date_sub" or phrase.find("{0}") < phrase.find("{1}") else "{1} + {0}"
    return typer.make(op, Type("date"), (day, span), {"unit": span.type.kind, "reason": bit}, None, swapped, cause=True)


def _whole_span(span: Node) -> None:
    if span.shape is None or span.shape.den != 1 or span.type.ranged:
        raise Mistake(
            "PBR331", f"`{spoken(span)}` is not a whole number of days or months.", "Round it first: round(x, 0 decimals, half up)."
        )


def _unmixed(typer: Typer, syntax: Operation, a: Node, b: Node) -> Mistake:
    verb = {"add": "added to", "sub": "subtracted from", "mul": "multiplied by", "div": "divided by"}[syntax.op]
    one, other = (b, a) if syntax.op == "sub" else (a, b)
    hint = "Both need one unit; `as percent(x)` and `as number(p)` change between numbers and percentages."
    if {a.type.kind, b.type.kind} == {"days", "months"}:
        hint = "Months and days are different units: a month has 28 to 31 days. Add each to a date instead."
    if syntax.op in ("mul", "div") and {"days", "months", "minutes"} & {a.type.kind, b.type.kind}:
        hint = "A span is multiplied or divided by numbers and percentages, and divided by a span of its own unit."
    if "date" in (a.type.kind, b.type.kind):
        hint = "A date takes a span, for example + 12 months or - 5 days; one date less another is a span."
    if "money" in (a.type.kind, b.type.kind) and syntax.op == "mul":
        per = {"days": "day", "months": "month", "minutes": "minute"}.get(a.type.kind if b.type.kind == "money" else b.type.kind)
        if per is not None:
            hint = f"Money for each {per} is a price: write it as {typer.world.sign}15.12 per {per}."
    if "price" in (a.type.kind, b.type.kind):
        price = a if a.type.kind == "price" else b
        hint = f"A price per {price.type.per} multiplies a number of {quantities.QUANTITY.get(price.type.per, price.type.per)}."
        if syntax.op in ("mul", "div"):
            hint += " To raise a price by an index, multiply it by a percentage: `as percent(index / base) * price`."
    return Mistake("PBR332", f"{one.type.phrase.capitalize()} cannot be {verb} {other.type.phrase}.", hint, syntax)


def _times(typer: Typer, syntax: Operation) -> Node:
    args = _operands(typer, syntax)
    a, b = args
    type_ = quantities.mul(a.type, b.type) if a.type.numeric and b.type.numeric else None
    if type_ is None:
        raise _unmixed(typer, syntax, a, b)
    assert a.shape and b.shape
    return typer.make("mul", type_, args, {}, shapes.mul(a.shape, b.shape), f"{hole(args, 0)} * {hole(args, 1)}", ranged=True)


def _over(typer: Typer, syntax: Operation) -> Node:
    args = _operands(typer, syntax)
    a, b = args
    type_ = quantities.div(a.type, b.type) if a.type.numeric and b.type.numeric else None
    if type_ is None:
        raise _unmixed(typer, syntax, a, b)
    assert a.shape and b.shape
    phrase = f"{hole(args, 0)} / {hole(args, 1)}"
    if b.op == "literal":
        value = Fraction(int(b.params["value"]["n"]), int(b.params["value"]["d"]))
        if value == 0:
            raise Mistake("PBR333", "This divides by zero.", "A quotient by 0 has no value, so nothing could ever be paid by it.", syntax)
        shape = shapes.fits(shapes.literal(1 / value))
        inverse = Node("literal", Type("number"), (), {**b.params, "value": encode(Type("number"), 1 / value)}, shape, b.phrase)
        return typer.make("mul", type_, (a, inverse), {}, shapes.mul(a.shape, shape), phrase, ranged=True)
    bit = typer.reason("zero", f"{spoken(b)} is 0")
    return typer.make("div", type_, args, {"reason": bit}, shapes.div(a.shape, b.shape), phrase, cause=True, ranged=True)


def _change(typer: Typer, syntax: Operation) -> Node:
    args = _operands(typer, syntax)
    a, b = args
    if not a.type.numeric or quantities.same(a.type, b.type) is None:
        raise Mistake(
            "PBR322", f"The two differ: {a.type.phrase} and {b.type.phrase}.", "A fall or rise compares two values of one unit.", syntax
        )
    assert a.shape and b.shape
    bit = typer.reason("zero", f"{spoken(a)} is 0")
    phrase = f"{syntax.op} from {hole(args, 0)} to {hole(args, 1)}"
    return typer.make(syntax.op, Type("percent"), args, {"reason": bit}, shapes.fall(a.shape, b.shape), phrase, cause=True, ranged=True)


def _rest(typer: Typer, syntax: Operation) -> Node:
    (p,) = _operands(typer, syntax)
    if p.type.kind != "percent":
        raise Mistake(
            "PBR334",
            f"`rest of` needs a percentage; this is {p.type.phrase}.",
            "`rest of 30%` is 70%; `as percent(x)` makes a percentage of a number.",
            syntax,
        )
    assert p.shape
    return typer.make("rest", Type("percent"), (p,), {}, shapes.add(_ONE, p.shape), f"rest of {hole((p,), 0)}", ranged=True)


def _as(typer: Typer, syntax: Operation) -> Node:
    (x,) = _operands(typer, syntax)
    to_percent = syntax.op == "as_percent"
    if x.type.kind not in (("whole", "number") if to_percent else ("percent", "points")):
        raise Mistake(
            "PBR334",
            f"`{syntax.op.replace('_', ' ')}` cannot take {x.type.phrase}.",
            "`as percent` takes a number, `as number` a percentage or points.",
            syntax,
        )
    return typer.make(
        syntax.op, Type("percent" if to_percent else "number"), (x,), {}, x.shape, f"{syntax.op.replace('_', ' ')}({{0}})", ranged=True
    )


# ---- dates ------------------------------------------------------------------------------------------------------
def _dates(typer: Typer, parts: tuple[Syntax, ...], syntax: Operation) -> tuple[Node, ...]:
    """Operands of a window: dates, not yet allowed where they are columns, none not."""
    out = []
    for part in parts:
        node = typer.expression(part)
        if node.type.kind != "date":
            raise Mistake(
                "PBR335",
                f"`{printer.show(part)}` is {node.type.phrase}; a date is needed here.",
                "Windows lie between dates: `d within 12 months from e`.",
                part,
            )
        if "none" in node.type.absent:
            node = typer.strict(node, part)
        out.append(node)
    return tuple(out)


def _within(typer: Typer, syntax: Operation) -> Node:
    d, e = _dates(typer, (syntax.args[0], syntax.args[2]), syntax)
    span = typer.strict(typer.expression(syntax.args[1]), syntax.args[1])
    if span.type.kind not in ("days", "months"):
        raise Mistake(
            "PBR335",
            f"`{printer.show(syntax.args[1])}` is {span.type.phrase}; a span of days or months is needed.",
            "For example 30 days or 12 months.",
            syntax.args[1],
        )
    _whole_span(span)
    args = (d, span, e)
    mode = syntax.words[0]
    params: dict[str, object] = {
        "mode": mode,
        "unit": span.type.kind,
        "reason": typer.reason("domain", f"{spoken(span)} {mode} {spoken(e)}"),
        **not_yet_params(typer, (d, span, e)),
    }
    return typer.make("within", Type("truth"), args, params, None, f"{{0}} within {{1}} {mode} {hole(args, 2)}", cause=True)


def _between(typer: Typer, syntax: Operation) -> Node:
    args = _dates(typer, syntax.args, syntax)
    params = not_yet_params(typer, args)
    return typer.make("between", Type("truth"), args, params, None, "{0} between {1} and {2}", cause="reason" in params)


def _whole(typer: Typer, syntax: Operation) -> Node:
    a, b = (typer.settled_date(node) for node in _dates(typer, syntax.args, syntax))
    bit = typer.reason("domain", f"{spoken(b)} is before {spoken(a)}")
    words = syntax.op.replace("_", " ")
    return typer.make(syntax.op, Type("whole"), (a, b), {"reason": bit}, Shape(1, 120_000), f"{words} from {{0}} to {{1}}", cause=True)


def _day_of(typer: Typer, syntax: Operation) -> Node:
    name = syntax.args[0]
    assert isinstance(name, Name)
    return typer.name(Name((*name.parts, syntax.op), at=name.at, end=name.end))


ARITHMETIC: dict[str, Callable[[Typer, Operation], Node]] = {
    "add": _plus_minus, "sub": _plus_minus, "mul": _times, "div": _over, "fall": _change, "rise": _change, "rest": _rest,
    "as_percent": _as, "as_number": _as, "within": _within, "between": _between, "whole_months": _whole, "whole_years": _whole,
    "first_day": _day_of, "last_day": _day_of,
}  # fmt: skip
