"""HTML, made of elements and never of text: everything is escaped, and what could not stand on a page is refused.

``el("p", "5 < 6")`` is an element; ``markup`` writes it. A child that is text is escaped; right-to-left text is set apart in ``<bdi>``; attributes and
addresses that no page of ours needs (scripts, other hosts) cannot be written at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, Union

from pbr.problem import refuse

VOID: Final = frozenset({"br", "hr", "input", "link", "meta"})
OWN_LINE: Final = frozenset(
    [
        "html",
        "head",
        "body",
        "header",
        "main",
        "footer",
        "nav",
        "section",
        "article",
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "ol",
        "ul",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "figure",
        "figcaption",
        "title",
        "meta",
        "link",
        "details",
        "summary",
        "pre",
        "svg",
        "g",
        "hr",
        "address",
        "script",
    ]
)
INLINE: Final = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "br",
        "button",
        "code",
        "data",
        "em",
        "span",
        "strong",
        "small",
        "sup",
        "time",
        "wbr",
        "input",
        "label",
        "desc",
        "path",
        "line",
        "rect",
        "circle",
        "text",
        "tspan",
    ]
)
TAGS: Final = OWN_LINE | INLINE
ATTRIBUTE: Final = re.compile(r"[a-z][a-z0-9-]*|viewBox|preserveAspectRatio")
ADDRESS: Final = re.compile(r"(?!/)[A-Za-z0-9._/-]*(#[A-Za-z][A-Za-z0-9_-]*)?|data:,")
# Marks that turn the direction of what follows, beyond the text they stand in. Shown as a sign that something stood there.
TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
SPACES: Final = re.compile(r"[ \t\n\r]+")


@dataclass(frozen=True)
class Element:
    """``attributes``: name and value; a value that is None is a bare name."""

    tag: str
    attributes: tuple[tuple[str, str | None], ...]
    children: tuple[Element | str, ...]


Node = Element | str
Child = Union[Element, str, None, Iterable["Child"]]  # noqa: UP007  # read at run time, where its own name is not known yet


def el(tag: str, *children: Child, **attributes: str | bool | None) -> Element:
    """An element. Children that are None are left out, lists are laid flat. ``class_`` is class, ``aria_label`` aria-label; None or False: no such
    attribute, True: a bare one. Raises ValueError for a tag, an attribute or an address that our pages have no use for."""
    if tag not in TAGS or (tag == "script" and (children or "src" not in attributes)):
        raise ValueError(f"no page needs <{tag}>")
    pairs: list[tuple[str, str | None]] = []
    for key, value in attributes.items():
        name = _named(key)
        if value is None or value is False:
            continue
        if name in ("href", "src") and not ADDRESS.fullmatch(str(value)):
            raise ValueError(f"{value!r} is no address within the site")
        pairs.append((name, None if value is True else str(value)))
    return Element(tag, tuple(pairs), tuple(_flat(children)))


@cache
def _named(key: str) -> str:
    """The attribute that a keyword stands for. There are few, and all are of our own code."""
    name = key.rstrip("_").replace("_", "-")
    if not ATTRIBUTE.fullmatch(name) or name.startswith("on") or name == "style":
        raise ValueError(f"no page needs the attribute {name}")
    return name


def _flat(children: Iterable[Child]) -> Iterator[Node]:
    for child in children:
        if isinstance(child, (Element, str)):
            yield child
        elif child is not None:
            yield from _flat(child)


def readable(text: str) -> str:
    """Text as it may stand on a page. Refused PBR680 where it holds a control character. Marks that would turn the direction of what follows become the sign U+FFFD."""
    if text.isascii() and text.isprintable():  # nearly all of it
        return text
    for letter in dict.fromkeys(text):  # each once, in their order
        kind = unicodedata.category(letter)
        if (kind == "Cc" and letter not in "\t\n\r") or kind == "Cs" or (ord(letter) & 0xFFFE) == 0xFFFE:
            raise refuse(
                "PBR680",
                f"a text to be published holds the control character U+{ord(letter):04X}: {short(text, 60).encode('unicode_escape').decode()}",
                "write it without that character in the contract or in the data",
            )
        if kind == "Co":
            raise ValueError(f"a mark of the reading was left in a text: {text!r}")
    return TURNING.sub("\ufffd", text)


def runs_left(text: str) -> bool:
    """Whether any of it is written from right to left."""
    return not text.isascii() and any(
        unicodedata.bidirectional(letter) in ("R", "AL", "AN") or letter in "\u200e\u200f\u061c" for letter in text
    )


def short(text: str, most: int) -> str:
    """At most ``most`` characters of it, cut between words where that loses little, and then with an ellipsis. Nobody's title may push the others off the page."""
    text = SPACES.sub(" ", text).strip()
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > most * 2 // 3 else cut).rstrip(" ,;:-") + "…"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(name: str, value: str | None) -> str:
    if value is None:
        return f" {name}"
    if not (value.isascii() and value.isprintable()):
        value = readable(value)
        if runs_left(value):
            value = f"\u2068{value}\u2069"
    return f' {name}="{_escaped(value).replace(chr(34), "&quot;")}"'


def _write(node: Node, inside: str, pieces: list[str]) -> None:
    """Adds the HTML of a node. (Generators in each other hand each piece up through all of them: that took three times as long.)"""
    if isinstance(node, str):
        if node.isascii() and node.isprintable():  # nearly all of it
            pieces.append(_escaped(node))
            return
        text = readable(node)
        apart = runs_left(text)
        if apart and inside in ("title", "desc", "text", "tspan"):  # no elements there: characters set it apart
            pieces.append(f"\u2068{_escaped(text)}\u2069")
        else:
            pieces.append(f"<bdi>{_escaped(text)}</bdi>" if apart else _escaped(text))
        return
    tag = node.tag
    own_line = tag in OWN_LINE
    attributes = "".join([_attribute(name, value) for name, value in node.attributes])
    pieces.append(f"\n<{tag}{attributes}>" if own_line else f"<{tag}{attributes}>")
    if tag in VOID:
        return
    for child in node.children:
        _write(child, tag, pieces)
    last = node.children[-1] if node.children else None
    if own_line and isinstance(last, Element) and last.tag in OWN_LINE:
        pieces.append("\n")
    pieces.append(f"</{tag}>")


def markup(node: Node) -> str:
    """Its HTML."""
    pieces: list[str] = []
    _write(node, "", pieces)
    return "".join(pieces).lstrip("\n")


def document(root: Element) -> bytes:
    """A whole page, in UTF-8."""
    return f"<!DOCTYPE html>\n{markup(root)}\n".encode()
