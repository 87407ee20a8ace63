"""Checks and the lists of columns of a table: codes of their own, one verb each, and words that go together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pbr.problem import Problem
from pbr.terms.forms import twice
from pbr.terms.source import Path, Source
from pbr.terms.views import child, entries, leaf, maps, scalars

_BETWEEN = ("repeated", "out_of_order")
_CODE_OF_THE_PROGRAM = re.compile(r"PBR[0-9]{3}", re.IGNORECASE)  # what docs/errors.md lists: a finding is told apart by its code


def check_problems(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    """PBR144, PBR150, PBR153, PBR154 and PBR155 for the checks and column lists of each table."""
    for name, table in maps(tree, "data"):
        yield from _columns(table, "charged_once_per", ("data", name), source)
        checks = list(entries(table, "checks"))
        codes = [code for _, check in checks if (code := leaf(check, "code"))]
        yield from twice([(code.text, code.place) for code in codes], "code", source)
        for code in codes:
            if _CODE_OF_THE_PROGRAM.fullmatch(code.text):
                says = f"`{code.text}` has the form of this program's own codes, and a finding would be taken for one of those"
                yield source.problem("PBR144", says, "give the check another code, for example `R1`", code.place)
        for position, check in checks:
            yield from _check(check, ("data", name, "checks", position), source)


def _check(check: dict[str, Any], path: Path, source: Source) -> Iterator[Problem]:
    place = source.place(*path)
    if ("reject" in check) == ("flag" in check):
        both = "both `reject` and `flag`" if "flag" in check else "neither `reject` nor `flag`"
        hint = "`reject: CONDITION` moves the row out; `flag: CONDITION` only reports it"
        yield source.problem("PBR150", f"this check has {both}", hint, place)
        return
    verb = "reject" if "reject" in check else "flag"
    between = child(check, verb)
    if "per" in check and verb == "reject":
        says = "this check has `per` and `reject`, and a rate does not say which of its rows is wrong"
        yield source.problem(
            "PBR154", says, "write `flag`: it reports the rate; or reject single rows, without `per`", source.place(*path, "per")
        )
    elif "per" in check and isinstance(between, dict):
        says = "this check has `per` beside a check between rows"
        yield source.problem("PBR154", says, "`out_of_order` has a `per` of its own, inside its map", source.place(*path, "per"))
    if isinstance(between, dict):
        yield from _between(between, (*path, verb), source)


def _between(between: dict[str, Any], path: Path, source: Source) -> Iterator[Problem]:
    known = [key for key in _BETWEEN if key in between]
    if len(known) != 1 and all(key in _BETWEEN for key in between):
        says = f"this check has {'both' if known else 'neither'} `repeated` {'and' if known else 'nor'} `out_of_order`"
        yield source.problem("PBR154", says, "write one of them; the other is a check of its own", source.place(*path))
    yield from _columns(between, "repeated", path, source)
    order = child(between, "out_of_order")
    if isinstance(order, dict):
        yield from _columns(order, "milestones", (*path, "out_of_order"), source, "milestone")
        yield from _columns(order, "per", (*path, "out_of_order"), source)


def _columns(node: dict[str, Any], key: str, path: Path, source: Source, noun: str = "column") -> Iterator[Problem]:
    """A list of names: at least one, and each once."""
    if child(node, key) == []:
        yield source.problem("PBR155", f"`{key}` is an empty list", f"name at least one {noun}", source.place(*path, key))
    yield from twice([(word.text, word.place) for word in scalars(node, key)], noun, source)
