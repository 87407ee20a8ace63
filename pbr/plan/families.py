"""Families of columns and their coefficients: ``weigh FAMILY by TABLE[key]`` is the sum of each column times its coefficient.

The coefficients are a parameter (``coefficients: FAMILY``, or a card with a column for each column of the family), or another table with the same family. That
there is one for each column, and none for anything else, is proved here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pbr.language import printer
from pbr.language.tree import Aggregate, Name, Syntax
from pbr.language.types import Type
from pbr.plan import shapes
from pbr.plan.codewords import written_code
from pbr.plan.leaves import Problems
from pbr.plan.naming import World
from pbr.plan.node import Node
from pbr.plan.parameters import Keyed, value_of
from pbr.plan.spelling import closest
from pbr.plan.trouble import Mistake, Silent
from pbr.plan.typer import Typer, encode
from pbr.terms import models

_NUMBERS = ("whole", "number")


@dataclass(frozen=True)
class Coefficients:
    """``by``: the type of the key, or None for one list. ``values``: per column of the family one value for each code, or one value."""

    family: str
    by: Type | None
    key_name: str
    values: dict[str, tuple[Fraction, ...]]


def members(world: World, table: str, family: str) -> list[str]:
    found = world.tables.get(table)
    return [column.name for column in found.columns if column.family == family] if found is not None else []


# ---- coefficients as a parameter --------------------------------------------------------------------------------
def coefficients(world: World, problems: Problems, model: models.Parameter) -> Coefficients:
    """Raises Silent after reporting what is wrong."""
    assert model.coefficients is not None and model.columns is not None and model.rows is not None
    family = model.coefficients.text
    with problems.about(model.coefficients):
        owners = [name for name in world.tables if members(world, name, family)]
        if not owners:
            known = sorted({column.family for table in world.tables.values() for column in table.columns if column.family})
            raise Mistake(
                "PBR826", f"No table has a family `{family}`.", closest(family, known, "A table says `families:`, or a column `family:`.")
            )
    by, name = _key(world, problems, model)
    heads = [leaf.text for leaf in model.columns]
    codes = by.codes if by is not None else heads[1:2]
    with problems.about(model.columns[0]):
        if heads[0] != family or sorted(heads[1:]) != sorted(codes) or len(heads) < 2 or (by is None and len(heads) != 2):
            wanted = f"[{family}, {', '.join(codes[:6]) if by is not None else 'coefficient'}]"
            raise Mistake(
                "PBR827",
                f"The columns of a list of coefficients are the family and {'one column for each code' if by is not None else 'one column'}; here are {', '.join(heads[:8])}.",
                f"Write columns: {wanted}.",
            )
    values: dict[str, tuple[Fraction, ...]] = {}
    wanted_columns = members(world, owners[0], family)
    for row in model.rows:
        with problems.about(row[0]):
            if row[0].text not in wanted_columns:
                raise Mistake("PBR827", f"`{row[0].text}` is not a column of the family {family}.", closest(row[0].text, wanted_columns))
            if row[0].text in values:
                raise Mistake("PBR827", f"`{row[0].text}` has two rows of coefficients.", "Each column of the family has one.")
        found: dict[str, Fraction] = {}
        for head, leaf in zip(heads[1:], row[1:], strict=True):
            with problems.about(leaf):
                type_, value = value_of(world, problems.literal(leaf))
                if type_.kind not in _NUMBERS:
                    raise Mistake("PBR827", f"A coefficient is {type_.phrase}.", "A coefficient is a plain number.")
                found[head] = Fraction(value)
        values[row[0].text] = tuple(found[code] for code in codes)
    missing = [column for column in wanted_columns if column not in values]
    if missing:
        with problems.about(model.rows[-1][0] if model.rows else model.coefficients):
            raise Mistake(
                "PBR827",
                f"There is no coefficient for {', '.join(missing[:5])}{' and others' if len(missing) > 5 else ''}.",
                "Every column of the family needs one: what is left out is never taken as zero. Write 0 where it is 0.",
            )
    return Coefficients(family, by, name, values)


def _key(world: World, problems: Problems, model: models.Parameter) -> tuple[Type | None, str]:
    if not model.by:
        return None, ""
    with problems.about(model.by[0]):
        table, _, column = model.by[0].text.partition(".")
        found = world.column_type(table, column) if column else None
        if len(model.by) > 1 or found is None or found.kind != "code":
            raise Mistake("PBR354", f"`{model.by[0].text}` is not one column of type code.", "Write TABLE.COLUMN of a column with one_of.")
        return found, column
    raise AssertionError


# ---- weigh ------------------------------------------------------------------------------------------------------
def weigh(typer: Typer, syntax: Aggregate) -> Node:
    assert isinstance(syntax.value, Name)
    table, family = _family(typer, syntax.value)
    columns = members(typer.world, table, family)
    values = [_value(typer, Name((table, column), at=syntax.value.at, end=syntax.value.end)) for column in columns]
    weights = _weights(typer, syntax, family, columns)
    args = tuple(node for pair in zip(values, weights, strict=True) for node in pair)
    shape = None
    for x, b in zip(values, weights, strict=True):
        assert x.shape is not None and b.shape is not None
        product = shapes.mul(x.shape, b.shape)
        shape = product if shape is None else shapes.add(shape, product)
    return typer.make("weigh", Type("number"), args, {}, shape, printer.show(syntax))


def _family(typer: Typer, name: Name) -> tuple[str, str]:
    """The table and the name of a family that can be read here: of this row, or of a row it leads to."""
    world = typer.world
    family = name.parts[-1]
    if len(name.parts) == 2:
        if members(world, name.parts[0], family):
            return name.parts[0], family
    else:
        for _, start in typer._rows():
            if members(world, start, family):
                return start, family
    owners = [table for table in world.tables if members(world, table, family)]
    known = sorted({column.family for table in world.tables.values() for column in table.columns if column.family})
    hint = (
        f"Write `{owners[0]}.{family}` where a row of {owners[0]} can be read."
        if owners
        else closest(family, known, "A table says `families:`.")
    )
    raise Mistake("PBR826", f"`{printer.show(name)}` is not a family of columns of {typer._rows()[0][1]}.", hint, name)


def _value(typer: Typer, name: Name) -> Node:
    node = typer.strict(typer.expression(name), name)
    if node.type.kind == "truth":  # yes counts 1
        one, zero = typer.literal(Type("whole"), 1, "1"), typer.literal(Type("whole"), 0, "0")
        return typer.make(
            "if", Type("whole"), (node, one, zero), {}, shapes.several([Fraction(1)]), "if {0} then {1} else {2}", ranged=True
        )
    if node.type.kind not in _NUMBERS:
        raise Mistake(
            "PBR826",
            f"`{printer.show(name)}` is {node.type.phrase}, which has no coefficient.",
            "Families that are weighed hold numbers, or yes and no.",
            name,
        )
    return node


def _weights(typer: Typer, syntax: Aggregate, family: str, columns: Sequence[str]) -> list[Node]:
    world, name = typer.world, printer.show(syntax.over)
    if name in world.parameters:
        parameter = world.parameters[name]
        if parameter is None:
            raise Silent
        if isinstance(parameter, Coefficients) and parameter.family == family:
            return _of_list(typer, syntax, parameter, columns)
        if isinstance(parameter, Keyed) and set(columns) <= set(parameter.columns) and syntax.extra:
            return [
                _cell(typer, Name((name,), tuple(syntax.extra), (column,), at=syntax.over.at, end=syntax.over.end)) for column in columns
            ]
    elif members(world, name, family):
        return _of_table(typer, syntax, name, family, columns)
    raise Mistake(
        "PBR826",
        f"`{name}` holds no coefficients for the family {family}.",
        f"A parameter with `coefficients: {family}`, a card with a column for each of its columns, or a table with a family of that name and the same columns.",
        syntax.over,
    )


def _cell(typer: Typer, name: Name) -> Node:
    node = typer.strict(typer.expression(name), name)
    if node.type.kind not in _NUMBERS:
        raise Mistake("PBR827", f"`{printer.show(name)}` is {node.type.phrase}; a coefficient is a plain number.", "", name)
    return node


def _of_list(typer: Typer, syntax: Aggregate, found: Coefficients, columns: Sequence[str]) -> list[Node]:
    name = printer.show(syntax.over)
    if found.by is None:
        if syntax.extra:
            raise Mistake(
                "PBR826", f"`{name}` is one list for all, and takes no [ ].", f"Write `weigh {found.family} by {name}`.", syntax.extra[0]
            )
        return [typer.literal(Type("number"), found.values[column][0], f"{name} of {column}") for column in columns]
    if not syntax.extra:
        raise Mistake(
            "PBR826",
            f"`{name}` has coefficients for each {found.key_name}.",
            f"Write `weigh {found.family} by {name}[{found.key_name}]`.",
            syntax.over,
        )
    key = _code(typer, syntax.extra[0], found.by, name)
    out = []
    for column in columns:
        values = found.values[column]
        rows = [[[code], encode(Type("number"), value)] for code, value in zip(found.by.codes, values, strict=True)]
        shape = shapes.several(list(values))
        out.append(
            typer.make("lookup", Type("number"), (key,), {"name": f"{name}.{column}", "rows": rows}, shape, f"{name}[{{0}}] of {column}")
        )
    return out


def _code(typer: Typer, key: Syntax, type_: Type, name: str) -> Node:
    code = written_code(typer, key)
    node = typer.literal(type_, code, code) if code is not None else typer.strict(typer.expression(key), key)
    if node.type.kind != "code" or not set(node.type.codes) <= set(type_.codes) or (code is not None and code not in type_.codes):
        raise Mistake("PBR358", f"`{printer.show(key)}` is not a code of `{name}`.", f"Its codes: {', '.join(type_.codes[:12])}.", key)
    return node


def _of_table(typer: Typer, syntax: Aggregate, name: str, family: str, columns: Sequence[str]) -> list[Node]:
    """Coefficients that are data: the one row of another table that this row leads to."""
    world = typer.world
    theirs = members(world, name, family)
    if sorted(theirs) != sorted(columns):
        odd = sorted(set(theirs) ^ set(columns))
        raise Mistake(
            "PBR827",
            f"The family {family} of {name} has other columns: {', '.join(odd[:5])}.",
            "Both tables name the same columns.",
            syntax.over,
        )
    ways = typer._ways(name, name)
    if not ways:
        raise Mistake(
            "PBR826",
            f"A row of {typer._rows()[0][1]} leads to no single row of {name}.",
            f"Let its table say `belongs_to: {name} by ...`.",
            syntax.over,
        )
    start = next(start for row, start in typer._rows() if row == ways[0][0])
    parent = world.tables[start].parent if start in world.tables else None
    by = list(parent.columns) if parent is not None and parent.table == name else []
    for key in syntax.extra:
        if not isinstance(key, Name) or (key.parts[-1:] != tuple(by) and key.parts != (name, *world.tables[name].key)):
            raise Mistake(
                "PBR826",
                f"`{printer.show(key)}` is not what leads to a row of {name}.",
                f"Write `weigh {family} by {name}[{', '.join(by) or f'{name}.{world.tables[name].key[0]}'}]`.",
                key,
            )
    return [_cell(typer, Name((name, column), at=syntax.over.at, end=syntax.over.end)) for column in columns]
