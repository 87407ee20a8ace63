"""Types: what a value is, in which unit, and which absences it can have. Checked before any data is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

# Numeric kinds hold an exact rational in the base unit named here; the others hold what they say.
NUMERIC = {
    "whole": "a count",
    "number": "a plain number",
    "percent": "the ratio: 5% is 1/20",
    "points": "the ratio: 5 percentage points is 1/20",
    "money": "minor units (pence, cents)",
    "price": "minor units for one unit of the quantity",
    "days": "days",
    "months": "months",
    "minutes": "minutes",
}
OTHERS = ("date", "truth", "code", "codes", "identifier", "text", "dayset")
KINDS = (*NUMERIC, *OTHERS)

UNKNOWN, NONE, NOT_YET = "unknown", "none", "not yet"

PHRASES = {
    "whole": "a whole number",
    "number": "a number",
    "percent": "a percentage",
    "points": "percentage points",
    "money": "money",
    "price": "a price",
    "days": "a span in days",
    "months": "a span in months",
    "minutes": "a span in minutes",
    "date": "a date",
    "truth": "yes or no",
    "code": "a code",
    "codes": "a set of codes",
    "identifier": "an identifier",
    "text": "text",
    "dayset": "a set of days",
}


@dataclass(frozen=True)
class Type:
    """``kind`` is one of ``KINDS``.

    ``per``    price only: the quantity it multiplies: day | month | minute | person | point | a name.
    ``codes``  code and codes only: the closed list, in the order written.
    ``names``  identifier only: what it identifies: person | organisation | event | "" when not said.
    ``absent`` which absences a value can have, a subset of {"unknown", "none", "not yet"}.
    ``ranged`` numeric and sets of days: the value may be a range (low, high) because rows under it are held or rejected.
    """

    kind: str
    per: str = ""
    codes: tuple[str, ...] = ()
    names: str = ""
    absent: frozenset[str] = frozenset()
    ranged: bool = False

    def __post_init__(self) -> None:
        assert self.kind in KINDS, self.kind
        assert not (self.ranged and self.kind not in NUMERIC and self.kind != "dayset")

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def phrase(self) -> str:
        """How a person says this type: "percentage points", "a price per day"."""
        return f"a price per {self.per}" if self.kind == "price" else PHRASES[self.kind]

    def may_be(self, absence: str) -> bool:
        return absence in self.absent

    def without(self, *absences: str) -> Type:
        return replace(self, absent=self.absent - set(absences))

    def also(self, *absences: str) -> Type:
        return replace(self, absent=self.absent | set(absences))

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"kind": self.kind}
        if self.per:
            out["per"] = self.per
        if self.codes:
            out["codes"] = list(self.codes)
        if self.names:
            out["names"] = self.names
        if self.absent:
            out["absent"] = sorted(self.absent)
        if self.ranged:
            out["ranged"] = True
        return out

    @staticmethod
    def from_json(data: dict[str, Any]) -> Type:
        return Type(
            data["kind"],
            data.get("per", ""),
            tuple(data.get("codes", ())),
            data.get("names", ""),
            frozenset(data.get("absent", ())),
            data.get("ranged", False),
        )
