"""What can be wrong with a rule by itself, whoever uses it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pbr.language.currencies import ANY_SIGN
from pbr.language.parser import parse
from pbr.language.tree import names_in
from pbr.language.trouble import Trouble
from pbr.problem import Problem
from pbr.terms.rulebook.files import RuleFile
from pbr.terms.rulebook.models import GIVEN, GROUPS, KINDS, PART, ROWS, SUBSET, TABLE, VALUE, RuleText
from pbr.terms.rulebook.renaming import PROSE, leaves
from pbr.terms.rulebook.words import WORDS
from pbr.terms.scalars import Scalar
from pbr.terms.shape import is_one_of, shape_problems
from pbr.terms.source import Path, Source
from pbr.terms.traps import EXPRESSIONS
from pbr.terms.views import child, leaf, maps

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_SUM: Final = re.compile(rf"{ANY_SIGN}[0-9][0-9,.]*")
_OF_EACH_KIND: Final = {
    TABLE: {"columns", "linked_to"},
    GROUPS: {"of"},
    SUBSET: {"of"},
    ROWS: set(),
    VALUE: {"type", "per", "blank"},
    PART: set(),
}
_NEEDED: Final = {TABLE: (), GROUPS: ("of",), SUBSET: ("of",), ROWS: (), VALUE: ("type",), PART: ()}
# A whole value under one of these keys may be a word of the language; under the others every name is a name.
_MAY_BE_A_WORD: Final = frozenset({"value", "yes", "no", "reject", "flag", "of", "share"})


def rule_file_problems(rule: RuleFile) -> list[Problem]:
    """PBR165, PBR172 to PBR175, and what its shape says."""
    tree, source = rule.tree, rule.source
    found = shape_problems(tree, source, RuleText)
    if found:
        return found
    return [*_head(rule), *_asks(tree, source), *_names(tree, source), *_sums(tree, source), *_free(tree, source)]


def _head(rule: RuleFile) -> Iterator[Problem]:
    tree, source = rule.tree, rule.source
    version = leaf(tree, "pbr_rule")
    if version is not None and version.text != "1":
        says = f"found {version.text[:40]!r} as the version of the language of rules; this program reads version 1"
        yield source.problem("PBR165", says, "write `pbr_rule: 1`", version.place)
    name, release = leaf(tree, "rule"), leaf(tree, "version")
    field, _, number = rule.name.rpartition("/")
    for said, wanted, key in ((name, field, "rule"), (release, number, "version")):
        if said is not None and rule.folder is not None and said.text != wanted:
            says = f"`{key}` is {said.text[:60]!r}; by its place this is `{wanted}`"
            yield source.problem("PBR165", says, "a rule stands at rules/FIELD/NAME/VERSION.yaml, and says so", said.place)


def asked_columns(tree: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(table, column, what is said of it) for each column that a rule asks for."""
    for table, ask in maps(tree, "asks"):
        for column, told in maps(ask, "columns"):
            yield table, column, told


def given_items(tree: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(block, name) of everything that a rule gives."""
    for block, items in maps(tree, "gives"):
        for name in items:
            yield block, name


def local_names(tree: Mapping[str, Any]) -> Iterator[tuple[str, Path]]:
    """Every name that a rule has for itself, with its place."""
    yield from ((name, ("asks", name)) for name, _ in maps(tree, "asks"))
    yield from ((column, ("asks", table, "columns", column)) for table, column, _ in asked_columns(tree))
    yield from ((name, ("gives", block, name)) for block, name in given_items(tree))
    yield from ((name, ("uses", name)) for name, _ in maps(tree, "uses"))


def _asks(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    asks = dict(maps(tree, "asks"))
    for name, ask in asks.items():
        kind = leaf(ask, "is")
        if kind is None or kind.text not in KINDS:
            if kind is not None:
                yield source.problem("PBR175", f"`is`: {is_one_of(kind.text, KINDS)}", "say what the contract must give", kind.place)
            continue
        for key in ask:
            if key not in ("is", "says") and key not in _OF_EACH_KIND[kind.text]:
                says = f"`{key}` does not go with `is: {kind.text}`"
                yield source.problem(
                    "PBR175",
                    says,
                    f"allowed here: {', '.join(sorted(_OF_EACH_KIND[kind.text] | {'says'}))}",
                    source.place("asks", name, key),
                )
        for key in _NEEDED[kind.text]:
            if key not in ask:
                yield source.problem(
                    "PBR175", f"`{name}` says `is: {kind.text}` and has no `{key}`", f"say its `{key}`", source.place("asks", name)
                )
        for key in ("of", "linked_to", "per"):
            other = leaf(ask, key)
            kinds = (TABLE, GROUPS, ROWS) if key == "per" else (TABLE,)
            if other is None or (key == "per" and other.text == "contract"):
                continue
            if other.text not in asks or getattr(leaf(asks[other.text], "is"), "text", "") not in kinds:
                says = f"`{key}: {other.text[:40]}` is not a table that this rule asks for"
                yield source.problem("PBR175", says, "name one of its own tables" + (", or contract" if key == "per" else ""), other.place)


def _names(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    for block, _ in maps(tree, "gives"):
        if block not in GIVEN:
            yield source.problem("PBR175", f"a rule cannot give `{block}`", f"it gives: {', '.join(GIVEN)}", source.place("gives", block))
    first: dict[str, int] = {}
    for name, path in local_names(tree):
        place = source.place(*path)
        if not _NAME.fullmatch(name) or name in WORDS:
            why = "is a word of the language" if name in WORDS else "is not a name"
            hint = "in a rule no name is a word of the language, so that every word has one meaning: choose a name that says more"
            yield source.problem("PBR174", f"`{name[:40]}` {why}", hint, place)
        elif name in first:
            says = f"`{name}` stands for two things in this rule; the first is in line {first[name]}"
            yield source.problem("PBR174", says, "tables, columns, values and all that is given have names of their own in a rule", place)
        else:
            first[name] = place.line


def _sums(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    for text in _texts(child(tree, "gives")):
        for found in _SUM.finditer(text.text):
            if re.search("[1-9]", found.group()):
                says = f"`{found.group()}`: a rule is free of amounts; how much is the contract's to say"
                yield source.problem("PBR172", says, "ask for it: `NAME: {is: value, type: money}`", text.at(found.start(), found.end()))


def _texts(node: Any, key: str = "") -> Iterator[Scalar]:
    if isinstance(node, Scalar) and key not in PROSE:
        yield node
    for inner, value in node.items() if isinstance(node, dict) else ():
        yield from _texts(value, inner)
    for value in node if isinstance(node, list) else ():
        yield from _texts(value, key)


def _free(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    """Names in expressions that are not the rule's own: in a contract they would mean whatever has that name there."""
    own = {name for name, _ in local_names(tree)} | {"contract", "term"}
    inner = {name for name, _ in maps(tree, "uses")}
    for key, text in leaves(child(tree, "gives")):
        if key not in EXPRESSIONS or key in _MAY_BE_A_WORD:
            continue
        try:
            names = [name for name in names_in(parse(text.text)) if not any(name.startswith(f"{use}_") for use in inner)]
        except Trouble:
            continue  # said where it is compiled
        for name in dict.fromkeys(names):
            if name not in own:
                at = re.search(rf"\b{re.escape(name)}\b", text.text)
                hint = "ask for it, or give it; a code is quoted: write it between double marks"
                place = text.at(at.start(), at.end()) if at else text.place
                yield source.problem("PBR173", f"this rule neither asks for `{name[:40]}` nor gives it", hint, place)
