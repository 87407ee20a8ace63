"""Names of things: their form, the words they may not be, and that one name stands for one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pbr.language.tokens import RESERVED
from pbr.platform.windows import name_trouble
from pbr.problem import Problem
from pbr.terms.source import Source
from pbr.terms.views import child, maps, scalars

BUILT_IN: Final = frozenset({"contract", "term"})
NAMED_BLOCKS: Final = (
    ("parameters", "parameter"),
    ("data", "table"),
    ("cohorts", "cohort"),
    ("spans", "span"),
    ("steps", "table of steps"),
    ("facts", "fact"),
    ("outcomes", "outcome"),
    ("measures", "measure"),
    ("payments", "payment"),
)
OF_THE_DATABASE: Final = frozenset({"rowid"})
ALL_FROM_ONE_FILE: Final = "all_from_one_file"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


def form_of_name(name: str) -> bool:
    """Whether a text has the form of a name."""
    return _NAME.fullmatch(name) is not None and name not in BUILT_IN


def name_problems(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    """PBR144, PBR145 and PBR146 for every named item, and the first two for columns and control totals."""
    first: dict[str, tuple[str, int]] = {}
    uses = tree.get("uses")
    for name in uses if isinstance(uses, dict) else ():
        yield from _form(name, "use of a rule", ("uses", name), source)
    for block, noun in NAMED_BLOCKS:
        items = tree.get(block)
        for name, item in items.items() if isinstance(items, dict) else ():
            place = source.place(block, name)
            yield from _form(name, noun, (block, name), source)
            if name in first:
                other, line = first[name]
                says = f"the {noun} `{name}` has the name of the {other} in line {line}"
                yield source.problem("PBR146", says, "give each thing a name of its own", place)
            else:
                first[name] = (noun, place.line)
            yield from _columns(item, block, name, source)


def _columns(table: Any, block: str, name: str, source: Source) -> Iterator[Problem]:
    for key, noun in (("columns", "column"), ("control_totals", "control total")):
        named = table.get(key) if block == "data" and isinstance(table, dict) else None
        for one in named if isinstance(named, dict) else ():
            yield from _form(one, noun, (block, name, key, one), source)
    if block == "data":
        yield from _families(table, name, source)


def _families(table: Any, name: str, source: Source) -> Iterator[Problem]:
    """The columns of families are columns like others: PBR144 and PBR145, and PBR153 for one that stands twice."""
    columns = child(table, "columns")
    seen = dict.fromkeys(columns if isinstance(columns, dict) else (), 0)
    for family, model in maps(table, "families"):
        yield from _form(family, "family", ("data", name, "families", family), source)
        for leaf in scalars(model, "columns"):
            if leaf.text in seen:
                where = f"in line {seen[leaf.text]}" if seen[leaf.text] else f"under `columns` of {name}"
                says = f"the column `{leaf.text[:40]}` of the family {family} is already there, {where}"
                yield source.problem(
                    "PBR153", says, "a column is declared once; one under `columns` joins a family with `family:`", leaf.place
                )
            seen[leaf.text] = leaf.place.line
            if not _NAME.fullmatch(leaf.text) or leaf.text in RESERVED | OF_THE_DATABASE:
                says = f"`{leaf.text[:40]}` cannot be the name of a column"
                hint = "a name begins with a small letter, has small letters, digits and _, and is no word of the language"
                yield source.problem("PBR144", says, hint, leaf.place)


def _form(name: str, noun: str, path: tuple[str, ...], source: Source) -> Iterator[Problem]:
    place = source.place(*path)
    if not _NAME.fullmatch(name):
        says = f"`{name[:40]}` cannot be the name of a {noun}"
        likely = re.sub(r"[^a-z0-9]+", "_", name.lower()[:40]).strip("_")
        example = f"; for example `{likely}`" if _NAME.fullmatch(likely) else ""
        yield source.problem("PBR144", says, f"a name begins with a small letter and has small letters, digits and _{example}", place)
    elif name in RESERVED:
        says = f"`{name}` is a word of the language and cannot be the name of a {noun}"
        yield source.problem("PBR145", says, "choose a name that says more", place)
    elif noun not in ("column", "control total") and (name in BUILT_IN or name == ALL_FROM_ONE_FILE):
        says = f"`{name}` already has a meaning in every contract and cannot be the name of a {noun}"
        yield source.problem("PBR145", says, "choose another name", place)
    elif noun == "column" and name in OF_THE_DATABASE:
        says = f"`{name}` cannot be the name of a column: the database numbers rows by it"
        yield source.problem("PBR145", says, "choose another name; `layout` says what the file calls it", place)
    elif noun in ("table", "cohort") and name_trouble(name):
        # their values are written to a file of that name, and a folder must be the same on every system
        says = f"`{name}` cannot be the name of a {noun}: a file bears it, and {name_trouble(name)}"
        yield source.problem("PBR145", says, "choose another name", place)
