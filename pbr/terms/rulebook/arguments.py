"""What a contract gives where a rule asks: each thing asked for becomes a name of the contract, a value of it, or a part of its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pbr.language.literals import parse_literal
from pbr.language.tokens import RESERVED
from pbr.language.tree import Name, Quoted
from pbr.language.trouble import Trouble
from pbr.problem import Problem
from pbr.terms.rulebook.files import RuleFile
from pbr.terms.rulebook.models import PART, ROWS, TABLE, VALUE, Asked
from pbr.terms.scalars import Scalar
from pbr.terms.source import Path, Source
from pbr.terms.views import leaf, maps
from pbr.terms.vocabulary import nearest

_REFERENCE: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?", re.ASCII)
_ROWS: Final = re.compile(r"[a-z][a-z0-9_]*(?: +in +[a-z][a-z0-9_]*)?", re.ASCII)
_EXPECTED: Final = {
    TABLE: "the name of a table, or {table: NAME, its column: the contract's}",
    "groups": "the name of a cohort with groups",
    "subset": "the name of a cohort without groups",
    ROWS: "what there is one of: a table, a cohort with groups, TABLE in COHORT, or contract",
    VALUE: "a value, a name, or an expression",
}


@dataclass
class Bound:
    """``things``: the rule's names -> the contract's. ``parts``: whole values. ``made``: (block, name) -> what the contract says, as an item
    of its own, with the path of the text that says it."""

    things: dict[str, str] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)
    parts: dict[str, Any] = field(default_factory=dict)
    made: dict[tuple[str, str], tuple[dict[str, Any], Path]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)


def bind(use: str, node: Mapping[str, Any], path: Path, rule: RuleFile, source: Source) -> tuple[Bound, list[Problem]]:
    """``node``: the entry of ``uses`` at ``path`` of the source. Gives PBR167, PBR168 and PBR169."""
    found = Bound()
    return found, list(_bind(found, use, node, path, rule, source))


def _bind(found: Bound, use: str, node: Mapping[str, Any], path: Path, rule: RuleFile, source: Source) -> Iterator[Problem]:
    asks = dict(maps(rule.tree, "asks"))
    given = node.get("with", {})
    if not isinstance(given, dict):
        return  # its shape is wrong, and said
    for name in given:
        if name not in asks:
            near = nearest(name, asks)
            guess = f"; did you mean `{near}`?" if near else ""
            says = f"the rule {rule.name} does not ask for `{name[:40]}`{guess}"
            yield source.problem("PBR168", says, f"it asks for: {', '.join(asks) or 'nothing'}", source.place(*path, "with", name))
    # tables first and values last: cohorts and links name tables, values name what there is one of them for
    for name, ask in sorted(asks.items(), key=lambda one: (one[1]["is"].text == VALUE) - (one[1]["is"].text == TABLE)):
        kind = ask["is"].text
        if name not in given:
            told = f": {ask['says'].text}" if "says" in ask else ""
            says = f"the rule {rule.name} asks for `{name}`{told}"
            yield source.problem(
                "PBR167", says, f"add it under `with`: {name}: {_EXPECTED.get(kind, 'what the rule needs')}", source.place(*path)
            )
            continue
        value, here = given[name], (*path, "with", name)
        if kind == PART:
            found.parts[name] = value
        elif kind == TABLE:
            yield from _table(found, use, name, ask, value, here, rule, source)
        elif not isinstance(value, Scalar):
            yield _wrong(name, kind, rule, here, source)
        elif kind == ROWS:
            if not _ROWS.fullmatch(value.text):
                yield _wrong(name, kind, rule, here, source)
                continue
            found.things[name] = value.text
            found.asked.append(Asked(use, rule.name, name, kind, value, value.text))
        elif kind == VALUE:
            yield from _value(found, use, name, ask, value, here, rule, source)
        elif not _REFERENCE.fullmatch(value.text) or "." in value.text:
            yield _wrong(name, kind, rule, here, source)
        else:
            found.things[name] = value.text
            of = found.things.get(ask["of"].text, "")
            found.asked.append(Asked(use, rule.name, name, kind, value, value.text, of=of))


def _wrong(name: str, kind: str, rule: RuleFile, path: Path, source: Source) -> Problem:
    says = f"`{name}` is not what the rule {rule.name} asks for"
    return source.problem("PBR169", says, f"write {_EXPECTED[kind]}", source.value_place(*path))


def _table(
    found: Bound, use: str, name: str, ask: Mapping[str, Any], value: Any, path: Path, rule: RuleFile, source: Source
) -> Iterator[Problem]:
    table = leaf(value, "table") if isinstance(value, dict) else value
    if not isinstance(table, Scalar) or not _REFERENCE.fullmatch(table.text) or "." in table.text:
        yield _wrong(name, TABLE, rule, path, source)
        return
    columns = dict(maps(ask, "columns"))
    for column in value if isinstance(value, dict) else ():
        if column != "table" and column not in columns:
            says = f"the rule {rule.name} asks for no column `{column[:40]}` of `{name}`"
            yield source.problem("PBR168", says, f"it asks for: {', '.join(columns) or 'none'}", source.place(*path, column))
    linked = found.things.get(ask["linked_to"].text, "") if "linked_to" in ask else ""
    found.things[name] = table.text
    found.asked.append(Asked(use, rule.name, name, TABLE, table, table.text, linked_to=linked))
    for column, told in columns.items():
        said = value[column] if isinstance(value, dict) and column in value else None
        if said is not None and (not isinstance(said, Scalar) or not _REFERENCE.fullmatch(said.text) or "." in said.text):
            hint = f"write the name of a column of {table.text}"
            yield source.problem("PBR169", f"`{column}` is not the name of a column", hint, source.value_place(*path, column))
            continue
        contracts = said.text if said is not None else column
        found.things[column] = contracts
        found.columns.add(column)
        asked = Asked(
            use, rule.name, f"{name}.{column}", "column", said or table, contracts, table.text, type=told["type"].text, none=_none(told)
        )
        found.asked.append(asked)


def _none(told: Mapping[str, Any]) -> bool:
    return "blank" in told and told["blank"].text == "none"


def _value(
    found: Bound, use: str, name: str, ask: Mapping[str, Any], value: Scalar, path: Path, rule: RuleFile, source: Source
) -> Iterator[Problem]:
    kind = ask["type"].text
    if _REFERENCE.fullmatch(value.text) and value.text not in RESERVED and kind != "code":
        found.things[name] = value.text
        found.asked.append(Asked(use, rule.name, name, VALUE, value, value.text, type=kind, none=_none(ask)))
        return
    mine = f"{use}_{name}"
    per = ask["per"].text if "per" in ask else ""
    if _is_literal(value, kind):
        found.made["parameters", mine] = ({"value": value}, path)
    elif per:
        found.made["facts", mine] = ({"per": Scalar(found.things.get(per, per), ask["per"].place), "equals": value}, path)
    else:
        says = f"`{name}` is one value for the whole contract, and this is neither a value nor a name"
        yield source.problem("PBR169", says, "write a value, or the name of a parameter", source.value_place(*path))
        return
    found.things[name] = mine
    found.asked.append(Asked(use, rule.name, name, VALUE, value, mine, type=kind, none=_none(ask)))


def _is_literal(value: Scalar, kind: str) -> bool:
    try:
        read = parse_literal(value.text)
    except Trouble:
        return False
    return kind == "code" or not isinstance(read, (Name, Quoted))
