"""Parameters: plain, dated and keyed values, and how an expression reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

from pbr.language import printer
from pbr.language.tree import Date, Name, Number, Quoted, Syntax, YesNo
from pbr.language.types import Type
from pbr.plan import quantities, shapes
from pbr.plan.codewords import written_code
from pbr.plan.leaves import Problems
from pbr.plan.naming import World
from pbr.plan.node import Node, Shape
from pbr.plan.spelling import closest
from pbr.plan.spoken import spoken
from pbr.plan.trouble import Mistake, Silent
from pbr.plan.typer import Typer, encode
from pbr.terms import models


@dataclass(frozen=True)
class Plain:
    type: Type
    value: Any


@dataclass(frozen=True)
class Dated:
    type: Type
    entries: tuple[tuple[str, Any], ...]  # from (ISO), value
    dated_by: Syntax | None


@dataclass(frozen=True)
class Keyed:
    """A card of values: ``keys`` are the types of its key columns, ``columns`` the named value columns. ``rows``: the day from which they are in
    force (ISO; "" where they always are), key, values."""

    keys: tuple[Type, ...]
    key_names: tuple[str, ...]
    columns: dict[str, Type]
    rows: tuple[tuple[str, tuple[str, ...], dict[str, Any]], ...] = field(default=())
    dated_by: Syntax | None = None


def value_of(world: World, syntax: Syntax) -> tuple[Type, Any]:
    """Type and value in base units of a literal written in YAML."""
    if isinstance(syntax, Number):
        return quantities.of_number(syntax, world.sign)
    if isinstance(syntax, Date):
        return Type("date"), syntax.text
    if isinstance(syntax, YesNo):
        return Type("truth"), syntax.value
    if isinstance(syntax, Quoted):
        return Type("code", codes=(syntax.text,)), syntax.text
    if isinstance(syntax, Name):
        code = printer.show(syntax)
        return Type("code", codes=(code,)), code
    raise AssertionError(syntax)  # a literal is one of these


def define(world: World, problems: Problems, name: str, model: models.Parameter) -> None:
    """Read a parameter into ``world.parameters``. Raises Silent after reporting what is wrong."""
    if model.value is not None:
        with problems.about(model.value):
            type_, value = value_of(world, problems.literal(model.value))
            if type_.numeric:
                shapes.fits(shapes.literal(Fraction(value)))
            world.parameters[name] = Plain(type_, value)
    elif model.values is not None:
        world.parameters[name] = _dated(world, problems, model)
    elif model.coefficients is not None:
        from pbr.plan.families import coefficients

        world.parameters[name] = coefficients(world, problems, model)
    else:
        world.parameters[name] = _keyed(world, problems, model)


def _begins(world: World, problems: Problems, leaf: models.Scalar, before: str | None) -> str:
    """The day from which a dated value or version is in force. ``before``: that of the one before it, None for the first."""
    with problems.about(leaf):
        day = date.fromisoformat(leaf.text).isoformat()  # the loader has checked it
        if before is not None and day <= before:
            raise Mistake(
                "PBR352", f"{day} does not come after {before}.", "Dated values are written in the order in which they come into force."
            )
        if before is None and day > world.first_day:
            raise Mistake(
                "PBR353",
                f"No value is in force from the term's first day, {world.first_day}, until {day}.",
                "Give a value from the term's first day; a gap in dated values is never filled by a guess.",
            )
        return day
    raise AssertionError


def _dated(world: World, problems: Problems, model: models.Parameter) -> Dated:
    entries: list[tuple[str, Any]] = []
    kind: Type | None = None
    assert model.values is not None
    for item in model.values:
        day = _begins(world, problems, item.from_, entries[-1][0] if entries else None)
        with problems.about(item.value):
            type_, value = value_of(world, problems.literal(item.value))
            both = type_ if kind is None else quantities.same(kind, type_)
            if both is None:
                raise Mistake(
                    "PBR322",
                    f"The values differ in type: {kind.phrase if kind else ''} and {type_.phrase}.",
                    "All values of one parameter have one type and unit.",
                )
            kind = both
        entries.append((day, value))
    if kind is None:
        raise Silent
    syntax = problems.tree(model.dated_by) if model.dated_by is not None else None
    return Dated(kind, tuple(entries), syntax)


def _keyed(world: World, problems: Problems, model: models.Parameter) -> Keyed:
    assert model.by is not None and model.columns is not None
    types: list[Type] = []
    for leaf in model.by:
        with problems.about(leaf):
            table, _, column = leaf.text.partition(".")
            if table not in world.tables and world.declared.get(table) == "data":
                raise Silent  # said where the table is
            found = world.column_type(table, column) if column else None
            if found is None or found.kind != "code":
                raise Mistake(
                    "PBR354",
                    f"`{leaf.text}` is not a column of type code.",
                    "Write TABLE.COLUMN of a column with one_of: the card is proved complete over its codes.",
                )
            types.append(found)
            head = model.columns[len(types) - 1] if len(types) <= len(model.columns) else None
            if head is not None and head.text not in (column, leaf.text):
                raise Mistake(
                    "PBR354",
                    f"The card is keyed by `{leaf.text}`, and its column in that place is called `{head.text}`.",
                    f"The first columns are the keys in the order of `by`: call it `{column}`.",
                )
    names = [leaf.text for leaf in model.columns]
    columns: dict[str, Type] = {}
    found_rows: list[tuple[str, tuple[str, ...], dict[str, Any]]] = []
    before: str | None = None
    for from_, written in [(None, model.rows)] if model.rows is not None else [(v.from_, v.rows) for v in model.versions or []]:
        day = "" if from_ is None else _begins(world, problems, from_, before)
        before = day
        found_rows += [(day, *row) for row in _card(world, problems, types, names, columns, written)]
    syntax = problems.tree(model.dated_by) if model.dated_by is not None else None
    return Keyed(tuple(types), tuple(names[: len(types)]), columns, tuple(found_rows), syntax)


def _card(
    world: World, problems: Problems, types: list[Type], names: list[str], columns: dict[str, Type], written: list[list[models.Scalar]]
) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """The rows of a card or of one version of it, proved complete. ``columns``: types of the value columns, filled as they are met."""
    rows: list[tuple[tuple[str, ...], dict[str, Any]]] = []
    seen: set[tuple[str, ...]] = set()
    for row in written:
        key = []
        for leaf, type_ in zip(row, types, strict=False):
            with problems.about(leaf):
                if leaf.text not in type_.codes:
                    raise Mistake(
                        "PBR325",
                        f"`{leaf.text}` is not one of the codes {', '.join(type_.codes[:12])}.",
                        closest(leaf.text, type_.codes, "Write one of them."),
                    )
            key.append(leaf.text)
        with problems.about(row[0]):
            if tuple(key) in seen:
                raise Mistake("PBR355", f"{' | '.join(key)} has two rows in this card.", "Each key has one row.")
        seen.add(tuple(key))
        values: dict[str, Any] = {}
        for name, leaf in zip(names[len(types) :], row[len(types) :], strict=True):
            with problems.about(leaf):
                type_, value = value_of(world, problems.literal(leaf))
                both = type_ if name not in columns else quantities.same(columns[name], type_)
                if both is None:
                    raise Mistake(
                        "PBR322",
                        f"The column {name} holds {columns[name].phrase} and {type_.phrase}.",
                        "All values of one column have one type and unit.",
                    )
                columns[name] = both
                values[name] = value
        rows.append((tuple(key), values))
    _complete(problems, written, types, seen)
    return rows


def _complete(problems: Problems, rows: list[list[models.Scalar]], types: list[Type], seen: set[tuple[str, ...]]) -> None:
    missing: list[str] = []
    for key in product(*(type_.codes for type_ in types)):  # every row's key is one of these, so this ends soon after the rows do
        if key not in seen:
            missing.append(" | ".join(key))
        if len(missing) > 5:
            break
    if missing:
        with problems.about(rows[-1][0]):
            raise Mistake(
                "PBR356",
                f"This card has no row for {', '.join(missing[:5])}{' and others' if len(missing) > 5 else ''}.",
                "Every code needs a row: what is not priced is never taken as zero.",
            )


def read_parameter(typer: Typer, syntax: Name) -> Node:
    """The node of a parameter where an expression names it."""
    name = syntax.parts[0]
    parameter = typer.world.parameters[name]
    if parameter is None:
        raise Silent
    shown = printer.show(syntax)
    if not isinstance(parameter, (Plain, Dated, Keyed)):
        raise Mistake("PBR826", f"`{name}` is a list of coefficients, and no single value.", f"Write `weigh FAMILY by {name}`.")
    if isinstance(parameter, Plain):
        if len(syntax.parts) > 1 or syntax.keys is not None or syntax.on is not None:
            raise Mistake("PBR357", f"`{name}` is one value: it takes no [ ], no column and no `on`.", f"Write `{name}`.")
        return typer.literal(parameter.type, parameter.value, name, name=name)
    if isinstance(parameter, Dated):
        return _read_dated(typer, syntax, name, parameter, shown)
    return _read_card(typer, syntax, name, parameter, shown)


def _read_card(typer: Typer, syntax: Name, name: str, parameter: Keyed, shown: str) -> Node:
    versions = tuple(dict.fromkeys(day for day, _, _ in parameter.rows if day))
    if syntax.keys is None or len(syntax.rest) != 1 or (syntax.on is not None and not versions):
        raise Mistake(
            "PBR357",
            f"`{name}` is a card: name the key and the column.",
            f"Write {name}[{', '.join(parameter.key_names)}].{next(iter(parameter.columns), 'COLUMN')}.",
        )
    column = syntax.rest[0]
    if column not in parameter.columns:
        raise Mistake("PBR357", f"The card `{name}` has no column `{column}`.", closest(column, list(parameter.columns)))
    if len(syntax.keys) != len(parameter.keys):
        raise Mistake(
            "PBR357",
            f"The card `{name}` is keyed by {', '.join(parameter.key_names)}: {len(parameter.keys)} of them.",
            "Write one key for each, in that order.",
        )
    args = []
    for key, type_ in zip(syntax.keys, parameter.keys, strict=True):
        code = written_code(typer, key)
        node = typer.literal(type_, code, code) if code is not None else typer.strict(typer.expression(key), key)
        if node.type.kind != "code" or not set(node.type.codes) <= set(type_.codes) or (code is not None and code not in type_.codes):
            raise Mistake(
                "PBR358", f"`{printer.show(key)}` is not a code of the card `{name}`.", f"Its codes: {', '.join(type_.codes[:12])}.", key
            )
        args.append(node)
    kind = parameter.columns[column]
    rows = [[[*key, *([day] if versions else [])], encode(kind, values[column])] for day, key, values in parameter.rows]
    shape = shapes.several([Fraction(values[column]) for _, _, values in parameter.rows]) if kind.numeric else None
    holes = ", ".join(f"{{{i}}}" for i in range(len(args)))
    phrase = f"{name}[{holes}].{column}"
    if versions:  # which version is in force is one more key: the day it began
        version = Type("code", codes=versions)
        args.append(_in_force(typer, syntax, name, parameter.dated_by, version, [(day, day) for day in versions], None))
        phrase += f" ({{{len(args) - 1}}})"
    return typer.make("lookup", kind, tuple(args), {"name": f"{name}.{column}", "rows": rows}, shape, phrase)


def _read_dated(typer: Typer, syntax: Name, name: str, parameter: Dated, shown: str) -> Node:
    if len(syntax.parts) > 1 or syntax.keys is not None:
        raise Mistake("PBR357", f"`{name}` has dated values: it takes no [ ] and no column.", f"Write `{name}`, or `{name} on DAY`.")
    shape = shapes.several([Fraction(value) for _, value in parameter.entries]) if parameter.type.numeric else None
    return _in_force(typer, syntax, name, parameter.dated_by, parameter.type, list(parameter.entries), shape)


def _in_force(
    typer: Typer, syntax: Name, name: str, dated_by: Syntax | None, type_: Type, entries: list[tuple[str, Any]], shape: Shape | None
) -> Node:
    """The value in force on the day that picks it: that of `on`, else that of `dated_by`, else the first day of the row's own group."""
    day = syntax.on if syntax.on is not None else dated_by
    if day is None and typer.own in typer.world.cohorts:
        day = Name((typer.own, "first_day"))
    if day is None:
        raise Mistake(
            "PBR359",
            f"`{name}` has dated values, and nothing says which day picks one.",
            f"Write `{name} on DAY`, or give it `dated_by: DAY`.",
        )
    try:
        node = typer.strict(typer.expression(day), day)
    except Mistake as mistake:
        if syntax.on is None:  # its place is in the text of `dated_by`, not in this one
            mistake.at, mistake.end = syntax.at, syntax.end
            mistake.says = f"`{name}` is dated by `{printer.show(day)}`, which cannot be read here. {mistake.says}"
        raise
    if node.type.kind != "date":
        raise Mistake(
            "PBR335",
            f"`{printer.show(day)}` is {node.type.phrase}; a date is needed here.",
            "The day that picks the value in force: a date column, or a date.",
            syntax,
        )
    bit = typer.reason("domain", f"{name}: no value in force on {spoken(node)}")
    told = [[start, encode(type_, value)] for start, value in entries]
    return typer.make("dated", type_, (node,), {"name": name, "entries": told, "reason": bit}, shape, f"{name} on {{0}}", cause=True)
