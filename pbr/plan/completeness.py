"""What a submission must hold: every row of a list that somebody else keeps, the totals that come with it, and not too much that is rejected."""

from __future__ import annotations

from collections.abc import Mapping

from pbr.language.phrases import LinkPhrase, parse_link, parse_total
from pbr.plan.between_rows import own_column
from pbr.plan.evidence import GRADES
from pbr.plan.leaves import Problems
from pbr.plan.naming import World
from pbr.plan.plan import ControlTotal, Cover, Table
from pbr.plan.spelling import closest
from pbr.plan.trouble import Mistake, Silent
from pbr.terms import models

KEYS = ("identifier", "code", "whole", "date", "text")


def cover(world: World, problems: Problems, table: Table, leaf: models.Scalar, clause: str) -> Cover:
    """``must_cover``. Raises Silent after reporting why the other table cannot show what is missing here."""
    phrase = problems.read(leaf, parse_link)
    with problems.about(leaf):
        other = world.tables.get(phrase.table)
        if other is None:
            if world.declared.get(phrase.table) == "data":
                raise Silent  # said where the table is
            raise Mistake("PBR364", f"There is no table `{phrase.table}`.", closest(phrase.table, list(world.tables)))
        _proves(world, table, other)
        _columns(table, other, phrase)
    return Cover(phrase.table, phrase.columns, phrase.columns, clause, leaf.place.line)


def _proves(world: World, table: Table, other: Table) -> None:
    """The other table is somebody else's word, and a row that is missing here leaves its row there standing."""
    if GRADES.index(other.supplied_by) <= GRADES.index(table.supplied_by):
        stronger = [grade for grade in GRADES if GRADES.index(grade) > GRADES.index(table.supplied_by)]
        raise Mistake(
            "PBR372",
            f"{other.name} is supplied_by {other.supplied_by}, and {table.name} is supplied_by {table.supplied_by}. A list that the supplier made "
            "itself, or somebody whose word is weaker, proves nothing: who leaves a row out here leaves it out there.",
            f"Cover a table that is supplied_by {' or '.join(stronger)}." if stronger else "Take `must_cover` away: no word is stronger.",
        )
    up: Table | None = other
    while up is not None:
        if up is table:
            raise Mistake(
                "PBR372",
                f"Rows of {other.name} belong to rows of {table.name}: without its parent a row there is rejected, so nothing could ever be missing here.",
                f"Link {other.name} by `matched_to`, or not at all.",
            )
        up = world.tables.get(up.parent.table) if up.parent is not None else None


def _columns(table: Table, other: Table, phrase: LinkPhrase) -> None:
    """The columns are there on both sides, of one type that can be a key, and never blank."""
    for name in phrase.columns:
        for side in (table, other):
            names = [column.name for column in side.columns]
            if name not in names:
                hint = (
                    f"{closest(name, names)} The columns have the same names in both tables; `layout` says what a file calls them.".strip()
                )
                raise Mistake("PBR362", f"`{name}` is not a column of {side.name}.", hint)
            if side.column(name).blank != "refused":
                raise Mistake(
                    "PBR377",
                    f"`{side.name}.{name}` may be blank, and a row without it would cover nothing.",
                    "Take `blank` away from it: such a row is rejected, with the reason.",
                )
        here, there = table.column(name).type, other.column(name).type
        if here.kind != there.kind or (here.names and there.names and here.names != there.names):
            one, other_one = (type_.names if here.kind == there.kind else type_.phrase for type_ in (here, there))
            says = f"`{name}` is {one} in {table.name} and {other_one} in {other.name}."
            if here.kind == there.kind:
                says = f"`{name}` identifies one thing in {table.name} ({one}) and another in {other.name} ({other_one})."
            raise Mistake("PBR304", says, "Give them one type.")
        if here.kind not in KEYS:
            raise Mistake(
                "PBR363",
                f"`{name}` is {here.phrase}, which cannot tell rows apart.",
                "Name identifiers, codes, whole numbers, dates or text.",
            )


def totals(problems: Problems, table: Table, leaves: Mapping[str, models.Scalar]) -> tuple[ControlTotal, ...]:
    """``control_totals``, in the order of the file. One that is wrong is reported, and left out."""
    out = []
    for name, leaf in leaves.items():
        try:
            phrase = problems.read(leaf, parse_total)
            if phrase.what != "rows":
                column = own_column(problems, table, models.Scalar(phrase.column, leaf.place))
                with problems.about(leaf):
                    if phrase.what == "sum" and not column.type.numeric:
                        raise Mistake(
                            "PBR338",
                            f"`sum of` needs numbers; `{column.name}` is {column.type.phrase}.",
                            f"Write `count different {column.name}`, or take a column of numbers.",
                        )
            out.append(ControlTotal(name, phrase.what, phrase.column))
        except Silent:
            continue
    return tuple(out)
