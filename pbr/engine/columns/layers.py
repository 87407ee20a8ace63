"""Layered queries: every expression becomes a named column of a layer, and later layers read it by name.

The text of a query stays linear in the size of what it computes, however often a value is used.
"""

from __future__ import annotations

from pbr.engine.columns.text import Sql, sql


class Layers:
    """Collects columns; equal expressions become one column. ``source``: the query of layer 0. Names begin with ``prefix``."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._named: dict[str, Sql] = {}
        self._layers: dict[int, list[tuple[str, str]]] = {}
        self._joins: dict[int, list[str]] = {}

    @property
    def height(self) -> int:
        return max((*self._layers, *self._joins), default=0)

    def let(self, expression: Sql) -> Sql:
        """The expression as a column, one layer above what it reads. A column or a literal is itself."""
        if _atomic(expression.text):
            return expression
        known = self._named.get(expression.text)
        if known is None:
            depth = expression.depth + 1
            name = f"n{len(self._named) + 1}"
            self._layers.setdefault(depth, []).append((name, expression.text))
            known = self._named[expression.text] = Sql(name, depth)
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


def _atomic(text: str) -> bool:
    return text.replace("_", "a").isalnum() or (len(text) < 60 and text.startswith(("CAST(", "DATE '")) and text[5:].count("(") == 0 and "{" not in text)


def chosen(at: Layers, conditions: list[tuple[Sql, Sql]], otherwise: Sql) -> Sql:
    """CASE over conditions in order."""
    whens = " ".join("WHEN {} THEN {}" for _ in conditions)
    operands = [part for pair in conditions for part in pair]
    return at.let(sql(f"CASE {whens} ELSE {{}} END", *operands, otherwise))
