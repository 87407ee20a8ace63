"""SQL text: the only two ways in which a name or a value from outside gets into a query."""

from __future__ import annotations


def quote_name(name: str) -> str:
    """An SQL identifier: ``released on`` becomes ``"released on"``. Raises ValueError for an empty name or a NUL character."""
    if not name or "\0" in name:
        raise ValueError("a name in SQL has at least one character and no NUL")
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """An SQL string literal: ``it's`` becomes ``'it''s'``. Raises ValueError for a NUL character, which no literal can hold."""
    if "\0" in text:
        raise ValueError("a literal in SQL cannot hold a NUL character")
    return "'" + text.replace("'", "''") + "'"
