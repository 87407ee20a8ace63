"""Laws of text and tree: what is shown is read back; every text gives a tree or ``Trouble``."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from strategies import WORDS, literals, trees

from pbr.language import phrases
from pbr.language.literals import parse_literal
from pbr.language.parser import parse
from pbr.language.printer import show
from pbr.language.tokens import RESERVED
from pbr.language.tree import Aggregate, Name, Operation, Syntax
from pbr.language.trouble import CODES, Trouble

MANY = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
SIGNS = [
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "+",
    "-",
    "*",
    "/",
    ":",
    "==",
    "%",
    "£",
    "-£",
    '"',
    "'",
    "|",
    "&",
    "≤",
    "“",
    "é",
]
VALUES = [
    "1",
    "0.5",
    "1/6",
    "5%",
    "£5.00",
    "£5",
    "2012-04-01",
    "2012-13-01",
    "12 months",
    "5.0 percentage points",
    '"J44.1"',
    "01",
    "1,000",
]


def inside(node: Syntax) -> list[Syntax]:
    found = [node]
    for f in fields(node):
        value: Any = getattr(node, f.name)
        for child in value if isinstance(value, tuple) else (value,):
            if isinstance(child, Syntax):
                found += inside(child)
    return found


@MANY
@given(trees)
def test_what_is_shown_is_read_back(tree: Syntax) -> None:
    text = show(tree)
    assert parse(text) == tree, text
    assert show(parse(text)) == text


@MANY
@given(trees)
def test_every_node_stands_where_it_says(tree: Syntax) -> None:
    text = show(tree)
    read = parse(text)
    assert (read.at, read.end) == (0, len(text))
    for node in inside(read):
        assert 0 <= node.at < node.end <= len(text)
        words = (Operation, Aggregate, Name)  # a name may be a code spelt like a word
        if not isinstance(node, words) or (isinstance(node, Operation) and node.op == "else"):
            continue
        assert parse(text[node.at : node.end]) == node


@MANY
@given(literals)
def test_a_literal_is_the_same_alone(value: Syntax) -> None:
    assert parse_literal(show(value)) == value == parse_literal(f"  {show(value)} ")


def fewest(text: str) -> bool:
    """No pair of brackets can be left out without changing the tree or the sense."""
    tree, opened = parse(text), []
    for at, sign in enumerate(text):
        if sign == "(":
            opened.append(at)
        elif sign == ")":
            start = opened.pop()
            without = text[:start] + " " + text[start + 1 : at] + " " + text[at + 1 :]
            try:
                if parse(without) == tree:
                    return False
            except Trouble:
                pass
    return True


@MANY
@given(trees.filter(lambda t: '"' not in show(t)))
def test_brackets_are_the_fewest(tree: Syntax) -> None:
    assert fewest(show(tree)), show(tree)


pieces = st.sampled_from([*sorted(RESERVED), *WORDS, *SIGNS, *VALUES])
texts = st.text(max_size=40) | st.lists(pieces, max_size=14).map(" ".join) | st.lists(pieces, max_size=8).map("".join)
READERS = [
    parse,
    parse_literal,
    phrases.parse_link,
    phrases.parse_per,
    phrases.parse_each,
    phrases.parse_allocate,
    phrases.parse_rounding,
    phrases.parse_held,
    phrases.parse_rejected,
    phrases.parse_days_of,
    phrases.parse_runs_begin,
    phrases.parse_settles,
]


@settings(max_examples=800, deadline=None)
@given(texts, st.sampled_from(READERS))
@example("9" * 5000, parse)
@example("£" + "9" * 5000 + ".00", parse)
@example("0000-01-01", parse_literal)
@example("١٢", parse)
def test_every_text_gives_a_tree_or_trouble(text: str, read: Any) -> None:
    try:
        read(text)
    except Trouble as trouble:
        assert trouble.code in CODES and trouble.says.endswith(".")
        assert 0 <= trouble.at <= trouble.end <= len(text)


@MANY
@given(trees, st.data())
def test_a_tree_with_a_hole_gives_a_tree_or_trouble(tree: Syntax, data: st.DataObject) -> None:
    text = show(tree)
    at = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(at, len(text)))
    put = data.draw(st.just("") | pieces)
    try:
        read = parse(text[:at] + put + text[end:])
    except Trouble:
        return
    assert parse(show(read)) == read
