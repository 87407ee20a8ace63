"""Codes as they are written in expressions: where a bare word is a code, and where it must be quoted."""

from __future__ import annotations

from pbr.language import printer
from pbr.language.tree import Name, Number, Quoted, Syntax
from pbr.language.types import Type
from pbr.plan.node import Node
from pbr.plan.spelling import MOST_SHOWN, closest
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer

CODED = ("code", "codes", "identifier", "text")


def listed(codes: tuple[str, ...]) -> str:
    return ", ".join(codes[:MOST_SHOWN]) + (" and others" if len(codes) > MOST_SHOWN else "")


def written_code(typer: Typer, syntax: Syntax) -> str | None:
    """The code that ``syntax`` writes, if it is one: quoted, a plain whole number, or a bare name that means nothing else here."""
    if isinstance(syntax, Quoted):
        return syntax.text
    if isinstance(syntax, Number) and syntax.kind == "whole":
        return str(syntax.value)
    if isinstance(syntax, Name) and _bare(syntax):
        return None if _visible(typer, syntax) else syntax.parts[0]
    return None


def _bare(syntax: Name) -> bool:
    return len(syntax.parts) == 1 and syntax.keys is None and syntax.on is None


def _visible(typer: Typer, syntax: Name) -> bool:
    return syntax.parts[0] in typer.world.parameters or typer.find(syntax) is not None


def code_for(typer: Typer, type_: Type, syntax: Syntax) -> str:
    """The code or text written opposite a value of ``type_``. Raises Mistake when it is none, or none of the list."""
    if isinstance(syntax, Name) and _bare(syntax) and syntax.parts[0] in type_.codes and _visible(typer, syntax):
        raise both(syntax.parts[0], syntax)
    code = written_code(typer, syntax)
    if code is None:
        raise Mistake(
            "PBR328",
            f"`{printer.show(syntax)}` is not a code: it is the name of something, or a sum.",
            "Only codes stand here; one that is not a single word is quoted.",
            syntax,
        )
    if type_.kind in ("identifier", "text"):
        if not isinstance(syntax, Quoted):
            raise Mistake(
                "PBR328",
                f"`{code}` stands opposite {type_.phrase}, which has no list of codes to find it in.",
                f'Quote it: "{code}".',
                syntax,
            )
    elif type_.codes and code not in type_.codes:
        raise Mistake(
            "PBR325", f"`{code}` is not one of the codes {listed(type_.codes)}.", closest(code, type_.codes, "Write one of them."), syntax
        )
    return code


def both(name: str, syntax: Syntax) -> Mistake:
    return Mistake(
        "PBR305",
        f"`{name}` is one of the codes, and the name of something else here as well.",
        f'Quote it where the code is meant: "{name}".',
        syntax,
    )


def comparable(typer: Typer, left: Syntax, right: Syntax) -> tuple[Node, Node]:
    """Both sides of a comparison, a bare code typed by the other side."""
    for one, other, swap in ((left, right, False), (right, left, True)):
        if isinstance(other, Name) and _bare(other) and isinstance(one, Name) and _visible(typer, other) and _visible(typer, one):
            type_ = typer.expression(one).type
            if type_.kind == "code" and other.parts[0] in type_.codes:
                raise both(other.parts[0], other)
        code = written_code(typer, other)
        if code is None or (written_code(typer, one) is not None and not (isinstance(one, Number) and not isinstance(other, Number))):
            continue
        node = typer.expression(one)
        if node.type.kind in ("code", "identifier", "text"):
            text = code_for(typer, node.type, other)
            literal = typer.literal(Type(node.type.kind, codes=node.type.codes, names=node.type.names), text, text)
            return (literal, node) if swap else (node, literal)
    return typer.expression(left), typer.expression(right)
