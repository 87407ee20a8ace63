"""The ordered steps of ``statement: then:`` over all lines."""

from __future__ import annotations

from collections.abc import Callable

from pbr.language.phrases import parse_allocate
from pbr.language.tree import Name
from pbr.plan.leaves import Problems
from pbr.plan.naming import CONTRACT, World
from pbr.plan.parameters import value_of
from pbr.plan.plan import Cap, Payment, Step
from pbr.plan.signs import never_negative
from pbr.plan.spelling import closest
from pbr.plan.trouble import Mistake, Silent
from pbr.plan.typer import Typer
from pbr.terms import models


def build_caps(
    world: World, problems: Problems, contract: models.Contract, payments: list[Payment], finish: Callable[..., Step]
) -> list[Cap]:
    """The caps in the order written. Raises Silent after reporting what is wrong."""
    return [_cap(world, problems, number, model, payments, finish) for number, model in enumerate(contract.statement.then, 1)]


def _cap(world: World, problems: Problems, number: int, model: models.Cap, payments: list[Payment], finish: Callable[..., Step]) -> Cap:
    tree = problems.literal(model.cap)
    with problems.about(model.cap):
        type_, amount = value_of(world, tree)
        if type_.kind != "money" or amount < 0 or amount.denominator != 1:
            raise Mistake("PBR348", f"`{model.cap.text}` is not a sum of money.", f"Write a cap as {world.sign}2,250,000.00.")
    by_name = {payment.name: payment for payment in payments}
    names = [payment.name for payment in payments if payment.form != "factor"]
    for leaf in model.over or []:
        if leaf.text not in by_name and world.declared.get(leaf.text) == "payments":
            raise Silent  # said where the payment is
        with problems.about(leaf):
            if leaf.text not in by_name or by_name[leaf.text].form == "factor":
                raise Mistake("PBR349", f"`{leaf.text}` is not a payment of money in this contract.", closest(leaf.text, names))
    over = [leaf.text for leaf in model.over] if model.over is not None else names
    if not over and any(name not in by_name for name in world.declared if world.declared[name] == "payments"):
        raise Silent  # said where the payment is
    with problems.about(model.cap):
        if not over:
            raise Mistake(
                "PBR349",
                "There is no payment of money under this cap.",
                "Name the payments it covers: `over: [...]`, or take the cap away.",
            )
    with problems.about(model.cap):
        for name in over:
            if not never_negative(world, world.steps[by_name[name].amount].node):
                raise Mistake(
                    "PBR398",
                    f"`{name}` may be negative, and a cap over lines that take money back would let later lines be paid more.",
                    "Name the payments it covers: `over: [...]`.",
                )
    order, per = [], []
    for name in over:
        order.append((name, _order(world, problems, number, model, by_name[name], finish)))
        if model.per.text != CONTRACT:
            with problems.about(model.per):
                per.append((name, _step(world, number, "per", model.per.text, by_name[name], finish)))
    _one_type(world, problems, model.allocate or model.cap, [steps for _, steps in order], "put in one order")
    _one_type(world, problems, model.per, [(step,) for _, step in per], "put into one group")
    if model.last_line is None and any(by_name[name].grain != CONTRACT for name in over):
        with problems.about(model.cap):
            raise Mistake(
                "PBR399",
                "A line may fit only in part, and the contract does not say what then.",
                "Add `last_line: in part` or `last_line: not at all`.",
            )
    last = model.last_line.text if model.last_line is not None else "in part"
    return Cap(number, int(amount), tuple(over), tuple(order), tuple(per), model.per.text, last, model.cap.text,
               model.clause.text if model.clause is not None else "", model.cap.place.line, _most(world, over, by_name, int(amount)))  # fmt: skip


def _most(world: World, over: list[str], payments: dict[str, Payment], cap: int) -> tuple[tuple[str, int], ...]:
    """The most a line of each payment can come to, so that a line of which nothing is known takes no more room than it could ever fill."""
    out = []
    for name in over:
        shape = world.steps[payments[name].amount].node.shape
        out.append((name, cap if shape is None else min(cap, shape.top)))
    return tuple(out)


def _one_type(world: World, problems: Problems, leaf: models.Scalar, steps: list[tuple[str, ...]], what: str) -> None:
    """Lines of several payments are compared with each other, so what they are compared by has one type."""
    for position in zip(*steps, strict=True):
        first = world.steps[position[0]]
        for step in (world.steps[name] for name in position[1:]):
            with problems.about(leaf):
                if first.type.kind != step.type.kind:
                    raise Mistake(
                        "PBR389",
                        f"`{leaf.text}` is {first.type.phrase} on a row of {first.grain} and {step.type.phrase} on a row of {step.grain}: such lines cannot be {what}.",
                        "Use something that all payments under this cap have alike, or write a cap for each.",
                    )


def _order(
    world: World, problems: Problems, number: int, model: models.Cap, payment: Payment, finish: Callable[..., Step]
) -> tuple[str, ...]:
    if model.allocate is None:
        if payment.grain != CONTRACT:
            with problems.about(model.cap):
                raise Mistake(
                    "PBR389",
                    "Several lines share this cap, and the contract does not say which come first.",
                    "Add `allocate: by achieved_on then claim_id`; an unstated order decides who is paid.",
                )
        return ()
    phrase = problems.read(model.allocate, parse_allocate)
    with problems.about(model.allocate):
        return tuple(_step(world, number, f"order.{i}", ".".join(parts), payment, finish) for i, parts in enumerate(phrase.names, 1))
    raise AssertionError


def _step(world: World, number: int, what: str, text: str, payment: Payment, finish: Callable[..., Step]) -> str:
    typer = Typer(world, payment.grain)
    typer.within = payment.within
    name = Name(tuple(text.split(".")))
    try:
        node = typer.strict(typer.name(name), name)
    except Mistake as mistake:
        mistake.at = mistake.end = None  # the name is a part of a phrase: the place is the whole of it
        raise
    if node.type.kind not in ("date", "identifier", "code", "text", "whole") or node.type.absent:
        raise Mistake(
            "PBR389",
            f"`{text}` cannot put lines in order: it is {node.type.phrase}{' that may be blank' if node.type.absent else ''}.",
            "Use a date, an identifier, a code or a whole number that is never blank.",
        )
    return finish(f"cap{number}.{payment.name}.{what}", "order", payment.grain, node, typer, text, within=payment.within).name
