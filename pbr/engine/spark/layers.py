"""Layered queries: an expression that is read more than once becomes a named column of a layer, and later layers read it by name.

The text of a query stays linear in the size of what it computes, however often a value is used. What is read once stands where it is
read, and a layer passes on only what is read above it: each layer and each column of it costs Spark time before a row is looked at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pbr.engine.spark.text import Sql

_WORDS = frozenset({"TRUE", "FALSE", "NULL"})
# a literal, or a name: names within literals are no names
_TOKEN = re.compile(r"'(?:[^'\\]|\\.)*'|[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class _Join:
    query: str
    names: dict[str, str]  # column of the query: what it is called in the layers
    on: str


class Layers:
    """Collects columns; equal expressions become one column."""

    def __init__(self) -> None:
        self._named: dict[str, Sql] = {}
        self._pinned: set[str] = set()
        self._joins: list[_Join] = []

    def let(self, expression: Sql, always: bool = False) -> Sql:
        """The expression as a column, one layer above what it reads. A column is itself, and so is a short literal unless ``always``:
        then it is a column of its own, whoever reads it."""
        bare = expression.text
        if (bare.isidentifier() and not (always and bare in _WORDS)) or (_atomic(bare) and not always):
            return expression
        known = self._named.get(bare)
        if known is None:
            known = self._named[bare] = Sql(f"n{len(self._named) + 1}", expression.depth + 1)
        if always:
            self._pinned.add(known.text)
        return known

    def join(self, query: str, names: list[str], on: Sql) -> list[Sql]:
        """Columns ``names`` of ``query`` (which may read the layer ``{layer}`` below), joined to every row by ``on``, where the query is
        called ``m`` and the row ``l``. What the two read must be columns: ``let`` them ``always``."""
        made = {name: f"j{len(self._joins)}_{name}" for name in names}
        self._joins.append(_Join(query, made, on.text))
        self._pinned.update(_tokens(query), _tokens(on.text))
        return [Sql(name, on.depth + 1) for name in made.values()]

    def query(self, source: Callable[[frozenset[str]], str], outputs: Iterable[str], view: Callable[[str], str]) -> str:
        """``SELECT outputs`` over the highest layer. ``source``: the query of layer 0, given the names that are read of it. Layers stand
        inside each other: Spark checks common table expressions all over again with each query that reads them. What is read twice
        becomes a ``view``."""
        outputs = list(outputs)
        texts = {name.text: text for text, name in self._named.items()}
        uses = Counter(token for text in (*texts.values(), *outputs) for token in _tokens(text))
        columns: dict[str, str] = {}  # what stays a column
        inline: dict[str, str] = {}
        for name, text in texts.items():  # each reads earlier ones only
            full = _replaced(text, inline)
            if uses[name] == 1 and name not in self._pinned and " OVER (" not in full:
                inline[name] = full
            else:
                columns[name] = full
        finals = [_replaced(text, inline) for text in outputs]
        depth = self._depths(columns)
        height = max(depth.values(), default=0)
        reads = {name: set(_tokens(text)) for name, text in columns.items()}
        needed = [{token for text in finals for token in _tokens(text)}]  # from the top downwards: what is read above each layer
        for level in range(height, 0, -1):
            here = [number for number, join in enumerate(self._joins) if depth[_join_name(number)] == level]
            wanted = set(needed[0])
            for name in columns:
                if depth[name] == level:
                    wanted |= reads[name]
            for number in here:
                wanted |= set(_tokens(self._joins[number].query)) | set(_tokens(self._joins[number].on))
            needed.insert(0, wanted)
        out = source(frozenset(needed[0]))
        for level in range(1, height + 1):
            joins = [join for number, join in enumerate(self._joins) if depth[_join_name(number)] == level]
            if joins:
                layer = below = view(out)
                for join in joins:
                    picked = ", ".join(f"m.{name} AS {new}" for name, new in join.names.items())
                    out = f"SELECT l.*, {picked} FROM {below} AS l LEFT JOIN ({join.query.replace('{layer}', layer)}) AS m ON {join.on}"
                    below = f"({out})"
            fresh = "".join(f", {text} AS {name}" for name, text in columns.items() if depth[name] == level)
            if fresh:
                out = f"SELECT *{fresh} FROM ({out})"
        return f"SELECT {', '.join(finals)} FROM ({out})"

    def _depths(self, columns: dict[str, str]) -> dict[str, int]:
        """The layer of each column, and of each join under its own name."""
        depth: dict[str, int] = {}
        waiting: dict[str, set[str]] = {name: set(_tokens(text)) for name, text in columns.items()}
        for number, join in enumerate(self._joins):
            waiting[_join_name(number)] = set(_tokens(join.query)) | set(_tokens(join.on))
            waiting.update((new, {_join_name(number)}) for new in join.names.values())

        def of(name: str) -> int:
            if name not in waiting:
                return 0
            if name not in depth:
                below = max((of(token) for token in waiting[name] if token != name), default=0)
                depth[name] = below if name in joined else below + 1
            return depth[name]

        joined = {new for join in self._joins for new in join.names.values()}
        for name in waiting:
            of(name)
        return depth


def _join_name(number: int) -> str:
    return f"join {number}"


def _tokens(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text) if token[0] != "'"]


def _replaced(text: str, inline: dict[str, str]) -> str:
    return _TOKEN.sub(lambda found: f"({inline[found[0]]})" if found[0] in inline else found[0], text)


def _atomic(text: str) -> bool:
    """A column, a keyword, or a literal too short to be worth a column."""
    return text.isidentifier() or (len(text) < 60 and text.startswith(("CAST(", "DATE '")) and "(" not in text[5:])
