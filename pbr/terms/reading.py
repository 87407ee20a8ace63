"""From YAML events to a tree of maps, lists and scalars as written. Nothing is constructed, typed or repaired here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from pbr.problem import Place, Problem, Refused
from pbr.terms import traps
from pbr.terms.bounds import MOST_DEPTH, MOST_VALUES, hidden, name_of
from pbr.terms.models import Scalar
from pbr.terms.offsets import positions
from pbr.terms.source import Lines, Path, Source

Tree = Scalar | dict[str, Any] | list[Any]
_MOST_PROBLEMS: Final = 500  # nobody reads further
_NO_ANCHORS: Final = "write the value out where it is needed; quote a text or expression that begins with this character"


def broken(node: object) -> bool:
    """Whether the node stands for a value already reported: no later check speaks about it again."""
    return isinstance(node, Scalar) and not node.quoted and not node.text


class Reader:
    """Reads the events of one text once. ``problems`` and ``places`` are filled as it goes."""

    def __init__(self, data: bytes, text: str, file: str, lines: Lines) -> None:
        self.text = text
        self.file = file
        self.lines = lines
        self.places: dict[Path, tuple[Place, Place]] = {}
        self.source = Source(file, data, text, hashlib.sha256(data).hexdigest(), lines, self.places)
        self.problems: list[Problem] = []
        self.events: Iterator[Event] = iter(())
        self.values = 0
        self.swallowed = 0  # what starts before this position belongs to a value already reported

    def read(self) -> Tree | None:
        """The tree of the one document; None where there is none. Raises Refused where YAML cannot be read on."""
        self.events = self._library_events()
        tree: Tree | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._say("PBR113", "a second YAML document begins here", "one file holds one contract", event.start_mark.index, None)
                    raise Refused(self.problems)
                if event.version or event.tags:
                    self._say("PBR114", "a YAML directive stands before `---`", "delete it", 0, 1)
            elif isinstance(event, NodeEvent):
                tree = self._value(event, (), 0, None, False)
        return tree

    def _library_events(self) -> Iterator[Event]:
        """The YAML library's events. Raises Refused in place of its errors."""
        try:
            yield from YAML(typ="safe", pure=True).parse(self.text)
        except MarkedYAMLError as error:
            self._syntax(error)
            raise Refused(self.problems) from None
        except (YAMLError, ValueError, OverflowError, AttributeError, IndexError, AssertionError, TypeError) as error:
            # At some texts the library stops with a fault of its own instead of an error of YAML (half a character
            # pair in an escape, an escape beyond Unicode). The text is still what is wrong.
            says = f"YAML cannot read this file ({type(error).__name__})"
            self.problems.append(Problem("PBR108", says, "look for escapes like \\ud800 in double quotes", Place(self.file)))
            raise Refused(self.problems) from None

    def _next(self) -> Event:
        return next(self.events)

    def _place(self, start: int, end: int | None) -> Place:
        return self.lines.place(self.file, start, start + 1 if end is None else end)

    def _say(self, code: str, says: str, hint: str, start: int, end: int | None) -> None:
        self._say_at(code, says, hint, self._place(start, end))

    def _say_at(self, code: str, says: str, hint: str, place: Place) -> None:
        self.problems.append(self.source.problem(code, says, hint, place))
        if len(self.problems) >= _MOST_PROBLEMS:
            raise Refused(self.problems)

    def _syntax(self, error: MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        place = self._place(min(mark.index, len(self.text)), None) if mark else Place(self.file)
        line = self.source.line_text(place.line)
        code, says, hint = traps.of_syntax(error.problem or "", error.context or "", line, place.column)
        self.problems.append(self.source.problem(code, says, hint, place))

    def _value(self, event: Event, path: Path, depth: int, key: Place | None, flow: bool) -> Tree:
        """The value whose first event is given, with everything in it. ``key``: the place of its key, if it has one."""
        start, end = event.start_mark.index, event.end_mark.index
        self._count(start, depth)
        if isinstance(event, AliasEvent):
            name = self.text[start:end].strip()
            self._say("PBR111", f"`{name}` is a YAML alias, which a contract may not hold", _NO_ANCHORS, start, end)
            return self._stand_in(path, self._place(start, end), key)
        if self.text[start : start + 1] in ("&", "!") and self.text[start:end]:
            self._properties(start)
            if isinstance(event, ScalarEvent):
                return self._stand_in(path, self._place(start, None), key)
        return self._inner(event, path, depth, key, flow)

    def _inner(self, event: Event, path: Path, depth: int, key: Place | None, flow: bool) -> Tree:
        start = event.start_mark.index
        if isinstance(event, ScalarEvent):
            return self._scalar(event, path, key, flow)
        place = self._place(start, None)
        self.places[path] = (key or place, place)
        flow = flow or self.text[start : start + 1] in ("{", "[")
        return self._mapping(path, depth, flow) if isinstance(event, MappingStartEvent) else self._sequence(path, depth, flow)

    def _properties(self, start: int) -> None:
        """Reports the anchors and tags that stand before a value."""
        word = self.text[start : start + 200].split(None, 1)[0]
        what, code = ("anchor", "PBR111") if word.startswith("&") else ("tag", "PBR112")
        self._say(code, f"`{word[:60]}` is a YAML {what}, which a contract may not hold", _NO_ANCHORS, start, start + len(word))

    def _count(self, start: int, depth: int) -> None:
        self.values += 1
        if depth > MOST_DEPTH:
            self._say(
                "PBR106",
                f"nested more than {MOST_DEPTH} deep",
                "a contract never needs this; quote a text that holds brackets",
                start,
                None,
            )
            raise Refused(self.problems)
        if self.values > MOST_VALUES:
            self._say("PBR107", f"more than {MOST_VALUES:,} values", "give a contract, not data", start, None)
            raise Refused(self.problems)

    def _stand_in(self, path: Path, place: Place, key: Place | None) -> Scalar:
        self.places[path] = (key or place, place)
        return Scalar("", place)

    def _mapping(self, path: Path, depth: int, flow: bool) -> dict[str, Tree]:
        out: dict[str, Tree] = {}
        while not isinstance(event := self._next(), MappingEndEvent):
            start, end = event.start_mark.index, event.end_mark.index
            self._count(start, depth)
            key = self._key(event, path, depth)
            value_event = self._next()
            place = self._place(start, end)
            meant = self._colon_lost(key, value_event, start, end) if flow and key is not None and start >= self.swallowed else None
            if meant is not None:
                out.setdefault(meant, self._stand_in((*path, meant), place, place))
            if key is None or start < self.swallowed:
                self._value(value_event, (*path, f"\0{start}"), depth + 1, place, flow)
            elif key in out:
                first = self.places[(*path, key)][0]
                self._say("PBR110", f"`{key}` stands twice in one map; the first is in line {first.line}", "keep one of them", start, end)
                self._value(value_event, (*path, f"\0{start}"), depth + 1, place, flow)
            else:
                out[key] = self._value(value_event, (*path, key), depth + 1, place, flow)
        return out

    def _colon_lost(self, key: str, value: Event, start: int, end: int) -> str | None:
        """The name meant by a key inside brackets that has no value, only a colon that YAML did not take for one."""
        split = traps.colon_in_key(key) if isinstance(value, ScalarEvent) and value.style is None and not value.value else None
        if split is None:
            return None
        hint = f"put a space after the colon: `{split[0]}: {split[1]}`"
        self._say("PBR124", f"YAML reads `{key[:80]}` as a key without a value", hint, start, end)
        self.swallowed = end + 1
        return split[0]

    def _key(self, event: Event, path: Path, depth: int) -> str | None:
        """The text of a key, or None (reported) where it can be no key."""
        start, end = event.start_mark.index, event.end_mark.index
        if not isinstance(event, ScalarEvent):
            self._value(event, (*path, f"\0{start}"), depth + 1, None, False)
            if not isinstance(event, AliasEvent):
                self._say("PBR116", "a key must be one word or phrase, not a list or a map", "quote a key that holds brackets", start, None)
            return None
        if self.text[start : start + 1] in ("&", "!"):
            self._properties(start)
            return None
        if event.value == "<<":
            self._say("PBR115", "`<<` would merge one map into another, which a contract may not do", "write the keys out", start, end)
            return None
        found = hidden(event.value)
        if found:
            self._say("PBR104", f"the key holds {name_of(found.group())}", "write it without", start, end)
            return None
        if not event.value.strip():
            if start >= self.swallowed:
                self._say("PBR116", "a key must be a word; none stands here", "write the key before the colon", start, None)
            return None
        return str(event.value)

    def _sequence(self, path: Path, depth: int, flow: bool) -> list[Tree]:
        out: list[Tree] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            start = event.start_mark.index
            if start < self.swallowed:
                self._value(event, (*path, f"\0{start}"), depth + 1, None, flow)
            else:
                out.append(self._value(event, (*path, len(out)), depth + 1, None, flow))
        return out

    def _scalar(self, event: ScalarEvent, path: Path, key: Place | None, flow: bool) -> Scalar:
        start, end, text, style = event.start_mark.index, event.end_mark.index, event.value, event.style
        if start < self.swallowed:
            return self._stand_in(path, self._place(start, end), key)
        if style is None and not text:
            return self._empty(path, start, key)
        place = self._place(start, end)
        found = hidden(text)
        if found:
            self._say("PBR104", f"the text holds {name_of(found.group())}", "write it without", start, end)
            return self._stand_in(path, place, key)
        trap = self._trap(text, path, start, end, flow) if style is None else None
        if trap:
            self.swallowed = max(self.swallowed, trap.end)
            self._say(trap.code, trap.says, trap.hint, trap.start, trap.end)
            return self._stand_in(path, place, key)
        self.places[path] = (key or place, place)
        where = positions(self.text, start, end, text, style)
        offsets = tuple(self.lines.at(at) for at in where) if where else ()
        return Scalar(text, place, style in ("'", '"'), offsets)

    def _trap(self, text: str, path: Path, start: int, end: int, flow: bool) -> traps.Trap | None:
        split = traps.in_brackets(self.text, start, end) if flow else None
        return split or traps.lost_to_comment(self.text, start, end) or traps.leading_operator(text, path[-1] if path else None, start, end)

    def _empty(self, path: Path, start: int, key: Place | None) -> Scalar:
        hint = 'write the value after it; an empty text is written ""'
        place = key or self._place(max(0, self.text.rfind("-", 0, start + 1)), None)
        what = f"`{path[-1]}` has no value" if key and path else "an entry of a list has no value"
        if path and not (isinstance(path[-1], str) and path[-1].startswith("\0")):
            self._say_at("PBR123", what, hint, place)
        return self._stand_in(path, place, key)
