"""A mistake found while a leaf is typed: offsets in the leaf's text, turned into a ``Problem`` with a place by the builder."""

from __future__ import annotations

from pbr.language.tree import Syntax


class Mistake(Exception):
    """``code`` PBR3nn. ``at`` and ``end`` are offsets in the leaf's text; None: the whole leaf."""

    def __init__(self, code: str, says: str, hint: str = "", syntax: Syntax | None = None) -> None:
        super().__init__(says)
        self.code, self.says, self.hint = code, says, hint
        self.at: int | None = syntax.at if syntax is not None else None
        self.end: int | None = syntax.end if syntax is not None else None

    def here(self, syntax: Syntax) -> Mistake:
        """The same mistake, placed at ``syntax`` unless it has a place already."""
        if self.at is None:
            self.at, self.end = syntax.at, syntax.end
        return self


class Silent(Exception):
    """The leaf reads something that already failed: nothing more to say about it."""
