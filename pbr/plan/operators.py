"""Typing of the scalar operations: which operands each takes, what comes out, and how it reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from pbr.language import printer
from pbr.language.tree import Aggregate, Name, Number, Operation, Syntax
from pbr.language.types import NONE, NOT_YET, UNKNOWN, Type
from pbr.plan import quantities, shapes
from pbr.plan.codewords import CODED, code_for, comparable, listed
from pbr.plan.node import Node
from pbr.plan.signs import never_negative
from pbr.plan.spelling import closest
from pbr.plan.trouble import Mistake, Silent
from pbr.plan.typer import Typer, encode, identity, proved

_LOOSE = {"and", "or", "not", "if", "eq", "ne", "lt", "le", "gt", "ge", "in", "has", "within", "between", "add", "sub", "mul", "div", "else",
          "date_add", "date_sub", "days_between", "every", "any", "share", "count"}  # fmt: skip
SIGNS = {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "add": "+", "sub": "-", "mul": "*", "div": "/"}


def hole(args: tuple[Node, ...], index: int) -> str:
    """The placeholder of an argument in a phrase, bracketed where it would read ambiguously."""
    return f"({{{index}}})" if args[index].op in _LOOSE else f"{{{index}}}"


def joined(args: tuple[Node, ...], between: str) -> str:
    return between.join(hole(args, index) for index in range(len(args)))


def truth(typer: Typer, syntax: Syntax) -> Node:
    node = typer.expression(syntax)
    if node.type.kind != "truth":
        shown = printer.show(syntax)
        hint = "Compare it with something."
        if NONE in node.type.absent:  # such as the day of an outcome: that it is there is what was meant
            hint = f"To ask whether it is there, write `exists({shown})`; or compare it with something."
        raise Mistake("PBR321", f"`{shown}` is {node.type.phrase}; a yes or no is needed here.", hint, syntax)
    return node


def _not(typer: Typer, syntax: Operation) -> Node:
    arg = strict_truth(typer, syntax.args[0])
    return typer.make("not", Type("truth"), (arg,), phrase=f"not {hole((arg,), 0)}")


def strict_truth(typer: Typer, syntax: Syntax) -> Node:
    return typer.strict(truth(typer, syntax), syntax)


def _junction(typer: Typer, syntax: Operation) -> Node:
    args: list[Node] = []
    existing: frozenset[str] = frozenset()
    for part in syntax.args:
        with typer.given(existing):
            args.append(strict_truth(typer, part))
        existing |= proved(args[-1], syntax.op == "and")
    done = tuple(args)
    return typer.make(syntax.op, Type("truth"), done, phrase=joined(done, f" {syntax.op} "))


def _if(typer: Typer, syntax: Operation) -> Node:
    condition = strict_truth(typer, syntax.args[0])
    with typer.given(proved(condition, True)):
        yes = typer.settled_date(typer.expression(syntax.args[1]))
    with typer.given(proved(condition, False)):
        no = typer.settled_date(typer.expression(syntax.args[2]))
    kind = quantities.same(yes.type, no.type)
    if kind is None:
        raise Mistake(
            "PBR322",
            f"The two branches differ: {yes.type.phrase} and {no.type.phrase}.",
            "Both must have one type and unit; a literal 0 has its unit too (£0.00, 0 days).",
            syntax,
        )
    args = (condition, yes, no)
    shape = None
    if kind.numeric:
        assert yes.shape and no.shape
        shape = shapes.choice(yes.shape, no.shape, unsure=UNKNOWN in condition.type.absent)
    type_ = kind.also(*(a for a in (NONE,) if a in yes.type.absent | no.type.absent))
    return typer.make("if", type_, args, {}, shape, f"if {{0}} then {hole(args, 1)} else {hole(args, 2)}", ranged=True)


def _known(typer: Typer, syntax: Operation) -> Node:
    arg = typer.expression(syntax.args[0])
    node = typer.make("known", Type("truth"), (arg,), phrase="known({0})")
    return Node(node.op, Type("truth"), node.args, node.params, None, node.phrase)


def _exists(typer: Typer, syntax: Operation) -> Node:
    arg = typer.expression(syntax.args[0])
    shown = printer.show(syntax.args[0])
    if NOT_YET in arg.type.absent:
        raise Mistake(
            "PBR323",
            f"`{shown}` may be not yet: whether it exists changes with time.",
            f"Compare it with a day (`{shown} <= ...`, `{shown} within 12 months from ...`).",
            syntax,
        )
    if NONE not in arg.type.absent and identity(arg) not in typer.existing:
        raise Mistake(
            "PBR324",
            f"`{shown}` is always there, so `exists` is always yes.",
            "Declare `blank: none` on the column if it can be missing by right.",
            syntax,
        )
    return typer.make("exists", Type("truth"), (arg,), phrase="exists({0})", ranged=True)


def _else(typer: Typer, syntax: Operation) -> Node:
    x, y = typer.expression(syntax.args[0]), typer.settled_date(typer.expression(syntax.args[1]))
    if NONE not in x.type.absent:
        here = identity(x) in typer.existing
        raise Mistake(
            "PBR324",
            f"`{printer.show(syntax.args[0])}` is {'already known to be there at this place' if here else 'never none'}, so its `else` is never used.",
            "Take the `else` away." if here else "An unknown value stays unknown: `else` is for none only.",
            syntax,
        )
    kind = quantities.same(x.type, y.type)
    if kind is None:
        raise Mistake("PBR322", f"The two sides differ: {x.type.phrase} and {y.type.phrase}.", "Both must have one type and unit.", syntax)
    shape = shapes.common([a.shape for a in (x, y) if a.shape is not None]) if kind.numeric else None
    return typer.make(
        "else",
        kind.also(NONE) if NONE in y.type.absent else kind,
        (x, y),
        {},
        shape,
        f"{hole((x, y), 0)} else {hole((x, y), 1)}",
        ranged=True,
    )


# ---- comparisons ------------------------------------------------------------------------------------------------
def _compare(typer: Typer, syntax: Operation) -> Node:
    a, b = comparable(typer, syntax.args[0], syntax.args[1])
    for node, part in ((a, syntax.args[0]), (b, syntax.args[1])):
        if NONE in node.type.absent:
            typer.strict(node, part)
    same = quantities.same(a.type, b.type)
    if same is None or same.kind == "codes":
        raise mismatch(a, b, syntax)
    if syntax.op not in ("eq", "ne") and not (same.numeric or same.kind == "date"):
        raise Mistake("PBR326", f"{same.phrase.capitalize()} has no order.", "Use = or !=, or `in (...)`.", syntax)
    if same.numeric:
        assert a.shape and b.shape
        shapes.compare(a.shape, b.shape)
    if same.kind == "code" and a.type.codes and b.type.codes and not set(a.type.codes) & set(b.type.codes):
        raise Mistake(
            "PBR325",
            f"These two are never equal: one is among {listed(a.type.codes)}, the other among {listed(b.type.codes)}.",
            "Compare codes of one list.",
            syntax,
        )
    args = (a, b)
    params = not_yet_params(typer, args)
    node = typer.make(
        syntax.op, Type("truth"), args, params, None, f"{hole(args, 0)} {SIGNS[syntax.op]} {hole(args, 1)}", cause="reason" in params
    )
    return node


def not_yet_params(typer: Typer, args: tuple[Node, ...]) -> dict[str, object]:
    """params.not_yet and params.reason when an argument may be not yet; else nothing."""
    tables = [arg.params["table"] if NOT_YET in arg.type.absent else None for arg in args]
    if not any(tables):
        return {}
    what = next(arg.phrase for arg, table in zip(args, tables, strict=True) if table)
    return {"not_yet": tables, "reason": typer.reason("not yet", what)}


def _named(node: Node) -> str:
    return f"{'an' if node.type.names[:1] in 'aeiou' else 'a'} {node.type.names}"


def mismatch(a: Node, b: Node, syntax: Syntax) -> Mistake:
    kinds = {a.type.kind, b.type.kind}
    if kinds == {"percent", "points"}:
        return Mistake("PBR302", "A percentage is given where percentage points are needed." if a.type.kind == "points" else "Percentage points are given where a percentage is needed.",
                       "A difference of two percentages is measured in percentage points. A fall of 5% and a fall of 5 percentage points are different targets; contracts have confused them.\n"
                       + ("Write `5.0 percentage points`, or `fall from a to b` if a relative fall is meant." if a.type.kind == "points"
                          else "Write the percentage as 5%, or compare a difference of two percentages (`a - b`) if points are meant."), syntax)  # fmt: skip
    if {"money", "whole"} == kinds or {"money", "number"} == kinds:
        return Mistake("PBR327", "Money is compared with a plain number.", "Write the sum with its unit, for example £0.00.", syntax)
    if kinds == {"identifier"}:
        return Mistake(
            "PBR327",
            f"One identifies {_named(a)}, the other {_named(b)}: they are never the same thing.",
            "Compare identifiers of one kind.",
            syntax,
        )
    return Mistake(
        "PBR327",
        f"{a.type.phrase.capitalize()} cannot be compared with {b.type.phrase}.",
        "Both sides need one type and one unit; nothing is converted silently.",
        syntax,
    )


def _in(typer: Typer, syntax: Operation) -> Node:
    x = typer.strict(typer.expression(syntax.args[0]), syntax.args[0])
    items = []
    for item in syntax.args[1:]:
        if x.type.kind in CODED:
            items.append(code_for(typer, x.type, item))
        else:
            node = typer.expression(item)
            if node.op != "literal" or quantities.same(x.type, node.type) is None:
                raise mismatch(x, node, item)
            if x.shape is not None and node.shape is not None:
                shapes.compare(x.shape, node.shape)
            items.append(node.params["value"])
    shown = ", ".join(printer.show(item) for item in syntax.args[1:])
    return typer.make("in", Type("truth"), (x,), {"items": items}, None, f"{hole((x,), 0)} in ({shown})")


def _has(typer: Typer, syntax: Operation) -> Node:
    x = typer.strict(typer.expression(syntax.args[0]), syntax.args[0])
    if x.type.kind != "codes":
        raise Mistake(
            "PBR329", f"`has` needs a set of codes; this is {x.type.phrase}.", "Compare a single code with `=` or `in (...)`.", syntax
        )
    code = code_for(typer, x.type, syntax.args[1])
    return typer.make("has", Type("truth"), (x,), {"item": code}, None, f"{{0}} has {code}")


# ---- choice among numbers or dates ------------------------------------------------------------------------------
def _extreme(typer: Typer, syntax: Operation) -> Node:
    args = tuple(typer.strict(typer.expression(arg), arg) for arg in syntax.args)
    kind: Type | None = args[0].type
    for arg in args[1:]:
        kind = quantities.same(kind, arg.type) if kind is not None else None
    if kind is None or not (kind.numeric or kind.kind == "date"):
        raise Mistake(
            "PBR322",
            "These differ in type or unit: " + ", ".join(arg.type.phrase for arg in args) + ".",
            "All must have one type and unit; dates or numbers.",
            syntax,
        )
    shape = shapes.common([a.shape for a in args if a.shape is not None]) if kind.numeric else None
    if shape is not None and syntax.op == "least" and all(never_negative(typer.world, a) for a in args):
        shape = shapes.smallest_of(shape, [a.shape for a in args if a.shape is not None])
    if kind.numeric:
        for index, a in enumerate(args):
            for b in args[index + 1 :]:
                assert a.shape and b.shape
                shapes.compare(a.shape, b.shape)
    return typer.make(
        syntax.op,
        Type(kind.kind, per=kind.per),
        args,
        {},
        shape,
        f"{syntax.op}({', '.join(f'{{{i}}}' for i in range(len(args)))})",
        ranged=True,
    )


def _round(typer: Typer, syntax: Operation) -> Node:
    x = typer.strict(typer.expression(syntax.args[0]), syntax.args[0])
    return rounded(typer, x, syntax.words[0], syntax.words[1], syntax)


def rounded(typer: Typer, x: Node, unit: str, mode: str, syntax: Syntax | None = None) -> Node:
    quantum = quantities.quantum(unit, x.type, typer.world.sign) if x.type.numeric else None
    if quantum is None or x.shape is None:
        raise Mistake(
            "PBR330",
            f"{x.type.phrase.capitalize()} cannot be rounded to {unit}.",
            f"Money in {typer.world.sign} rounds to {' or '.join(f'`{coin}`' for coin in quantities.COINS[typer.world.sign])}; numbers, percentages, points, prices and spans to `2 decimals`.",
            syntax,
        )
    shape = shapes.rounded(x.shape, quantum)
    params = {"quantum": encode(Type("number"), quantum), "mode": mode}
    kind = "number" if x.type.kind == "whole" else x.type.kind
    return typer.make("round", Type(kind, per=x.type.per), (x,), params, shape, f"round({{0}}, {unit}, {mode})", ranged=True)


def _paid(typer: Typer, syntax: Operation) -> Node:
    """Whether a payment comes to more than nothing: on this row or one that it leads to; or on any of the rows that lie in it."""
    name = syntax.args[0]
    assert isinstance(name, Name)
    world, shown = typer.world, printer.show(name)
    if world.declared.get(shown) != "payments":
        payments = [item for item, kind in world.declared.items() if kind == "payments"]
        raise Mistake("PBR850", f"`{shown}` is not a payment.", closest(shown, payments), name)
    step = world.steps.get(shown)
    if step is None:
        raise Silent  # said where the payment is
    zero = Number("money", Fraction(0), 2, world.sign, at=name.at, end=name.end)
    more = Operation("gt", (name, zero), at=syntax.at, end=syntax.end)
    over = step.within or step.grain
    inside = world.path(typer.own, step.grain) is None and world.link(typer.own, over) is not None
    if typer.counted is None and inside:
        node = typer.expression(Aggregate("any", Name((over,)), None, more, at=syntax.at, end=syntax.end))
    else:
        node = typer.expression(more)
    return replace(node, phrase=f"paid({shown})")


def _covers(typer: Typer, syntax: Operation) -> Node:
    from pbr.plan.days import covers

    return covers(typer, syntax)


def _window_or_number(typer: Typer, syntax: Operation) -> Node:
    from pbr.plan.arithmetic import ARITHMETIC

    return ARITHMETIC[syntax.op](typer, syntax)


def _curve(typer: Typer, syntax: Operation) -> Node:
    from pbr.plan.logarithms import curve

    return curve(typer, syntax)


def _verdict(typer: Typer, syntax: Operation) -> Node:
    from pbr.plan.significance import verdict

    return verdict(typer, syntax)


OPERATORS: dict[str, Callable[[Typer, Operation], Node]] = {
    "not": _not, "and": _junction, "or": _junction, "if": _if, "known": _known, "exists": _exists, "else": _else,
    **dict.fromkeys(("eq", "ne", "lt", "le", "gt", "ge"), _compare),
    "in": _in, "has": _has, "covers": _covers, "least": _extreme, "greatest": _extreme, "round": _round,
    **dict.fromkeys(("exp", "ln", "sqrt", "logistic"), _curve), "verdict": _verdict,
    **dict.fromkeys(("add", "sub", "mul", "div", "fall", "rise", "rest", "as_percent", "as_number", "within", "between",
                     "whole_months", "whole_years", "first_day", "last_day"), _window_or_number),
    "paid": _paid,
}  # fmt: skip
