"""Layered queries: every expression becomes a named column of a layer, and later layers read it by name.

The text of a query stays linear in the size of what it computes, however often a value is used.
"""

from __future__ import annotations

import re

from pbr.engine.columns.text import Sql


class Layers:
    """Collects columns; equal expressions become one column. ``source``: the query of layer 0. Names begin with ``prefix``."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._named: dict[str, Sql] = {}
        self._layers: dict[int, list[tuple[str, str]]] = {}
        self._joins: dict[int, list[str]] = {}
        self._types: dict[str, str] = {}

    def know(self, name: str, type_: str) -> None:
        """A column of the source is of this SQL type: a cast to it is the column itself, and not another that joins and sorts carry along."""
        self._types[name] = type_

    @property
    def height(self) -> int:
        return max((*self._layers, *self._joins), default=0)

    def let(self, expression: Sql, always: bool = False) -> Sql:
        """The expression as a column, one layer above what it reads. A column is itself, and so is a short literal unless
        ``always``. A column that was cast is not cast to the same type again."""
        bare = expression.text
        if (bare.isidentifier() and not (always and bare in _WORDS)) or (_atomic(bare) and not always):
            return expression
        cast = _CAST.fullmatch(bare)
        if cast is not None and self._types.get(cast[1]) == cast[2]:
            return Sql(cast[1], expression.depth)
        known = self._named.get(expression.text)
        if known is None:
            depth = expression.depth + 1
            name = f"n{len(self._named) + 1}"
            self._layers.setdefault(depth, []).append((name, expression.text))
            known = self._named[expression.text] = Sql(name, depth)
            # operands of more than a name stand in brackets: the cast is the whole expression
            if bare.startswith("CAST(") and _TYPE.search(bare):
                self._types[name] = _TYPE.findall(bare)[-1]
        return known

    def join(self, depth: int, query: str, names: list[str], on: Sql) -> list[Sql]:
        """Columns ``names`` of ``query`` (which may read the layer ``{layer}`` below, at ``depth``), joined to every row by ``on``,
        where the query is called ``m``."""
        alias = [f"j{len(self._joins.get(depth + 1, []))}_{depth}_{name}" for name in names]
        picked = ", ".join(f"m.{name} AS {new}" for name, new in zip(names, alias, strict=True))
        below = f"{self.prefix}{depth}"
        self._joins.setdefault(depth + 1, []).append(
            f"SELECT l.*, {picked} FROM {{below}} AS l LEFT JOIN ({query.replace('{layer}', below)}) AS m ON {on.text}"
        )
        return [Sql(name, depth + 1) for name in alias]

    def ctes(self, source: str) -> list[str]:
        """``NAME AS (query)`` for each layer; the last is called PREFIX followed by ``height``."""
        out = [f"{self.prefix}0 AS NOT MATERIALIZED ({source})"]
        for depth in range(1, self.height + 1):
            below = f"{self.prefix}{depth - 1}"
            for number, join in enumerate(self._joins.get(depth, [])):
                name = f"{self.prefix}{depth}_{number}"
                out.append(f"{name} AS NOT MATERIALIZED ({join.replace('{below}', below)})")
                below = name
            columns = "".join(f", {text} AS {name}" for name, text in self._layers.get(depth, []))
            out.append(f"{self.prefix}{depth} AS NOT MATERIALIZED (SELECT *{columns} FROM {below})")
        return out

    @property
    def top(self) -> str:
        return f"{self.prefix}{self.height}"


_WORDS = frozenset({"TRUE", "FALSE", "NULL"})
_CAST = re.compile(r"CAST\(([a-z][a-z0-9_]*) AS ([A-Z]+)\)")
_TYPE = re.compile(r" AS ([A-Z]+)\)$")


def _atomic(text: str) -> bool:
    """A column, a keyword, or a literal too short to be worth a column."""
    literal = len(text) < 60 and text.startswith(("CAST(", "DATE '")) and "(" not in text[5:]
    return text.isidentifier() or (literal and _CAST.fullmatch(text) is None)
