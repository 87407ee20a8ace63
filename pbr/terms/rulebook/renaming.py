"""A rule's own names in a piece of its text become the contract's, and every character still knows where the rule wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pbr.language.currencies import ANY_SIGN
from pbr.language.tokens import Token, tokens_of
from pbr.language.trouble import Trouble
from pbr.terms.scalars import Scalar

_SIGN: Final = re.compile(rf"{ANY_SIGN}(?=[0-9])")
PROSE: Final = frozenset({"clause", "says", "source", "mark", "title", "name"})
AS_WRITTEN: Final = PROSE | {
    "columns",
    "value",
    "values",
    "rule",
}  # names of a card's columns, literals, other rules: nothing in them is a name


@dataclass(frozen=True)
class Names:
    """``things``: a rule's names -> what stands for each in the contract. ``columns``: those that may follow a dot. ``parts``: names that
    stand for a whole value. ``sign``: of the contract's currency, for the sum of nothing."""

    things: Mapping[str, str]
    columns: frozenset[str] = frozenset()
    parts: Mapping[str, Any] = field(default_factory=dict)
    sign: str = "£"


def renamed(node: Any, names: Names, key: str = "") -> Any:
    """A tree of a rule with the contract's names in it. ``key``: the key under which it stands."""
    if key in PROSE:
        return node
    if isinstance(node, Scalar) and node.text in names.parts:
        return names.parts[node.text]
    if key in AS_WRITTEN:
        return node
    if isinstance(node, Scalar):
        # a cell of a card is a code or a value; only a bare name that is wholly the rule's stands for something else
        return node if key == "rows" and (node.quoted or node.text not in names.things) else _leaf(node, names)
    if isinstance(node, dict):
        coded = "code" in node and "when" in node  # an exclusion: its code is no name
        return {inner: value if coded and inner == "code" else renamed(value, names, inner) for inner, value in node.items()}
    return [renamed(one, names, key) for one in node] if isinstance(node, list) else node


def leaves(node: Any, key: str = "") -> Iterator[tuple[str, Scalar]]:
    """Every text of a tree in which names may stand, with its key."""
    if key in AS_WRITTEN or key == "rows":
        return
    if isinstance(node, Scalar):
        yield key, node
    for inner, value in node.items() if isinstance(node, dict) else ():
        if not (inner == "code" and "when" in node):
            yield from leaves(value, inner)
    for value in node if isinstance(node, list) else ():
        yield from leaves(value, key)


def words_of(leaf: Scalar) -> list[tuple[Token, bool]]:
    """The words of a text, and of each whether it follows a dot; none where the text cannot be cut into words."""
    try:
        tokens = tokens_of(leaf.text)
    except Trouble:
        return []
    return [
        (token, bool(at) and tokens[at - 1].text == "." and tokens[at - 1].kind == "op")
        for at, token in enumerate(tokens)
        if token.kind == "word"
    ]


def _leaf(leaf: Scalar, names: Names) -> Scalar:
    changes: list[tuple[int, int, str]] = []
    for token, dotted in words_of(leaf):
        new = names.things.get(token.text)
        if new is not None and new != token.text and (not dotted or token.text in names.columns):
            changes.append((token.at, token.end, new))
    changes += [(found.start(), found.end(), names.sign) for found in _SIGN.finditer(leaf.text) if found.group() != names.sign]
    return _changed(leaf, sorted(changes)) if changes else leaf


def _changed(leaf: Scalar, changes: list[tuple[int, int, str]]) -> Scalar:
    text, at = "", 0
    offsets: list[tuple[int, int]] = []
    for start, end, new in [*changes, (len(leaf.text), len(leaf.text), "")]:
        text += leaf.text[at:start] + new
        offsets += leaf.offsets[at:start]
        offsets += [leaf.offsets[min(start + n, end - 1)] for n in range(len(new))] if leaf.offsets else []
        at = end
    return replace(leaf, text=text, offsets=tuple(offsets))
