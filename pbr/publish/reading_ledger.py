"""The one list that every number of the site goes through, while it is written: cells, the unknowns behind them, what is known of those."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from pbr.disclosure.cells import ANSWER, COUNT, MONEY, TERM, Cell, Form, Relation, Table, Unknown
from pbr.publish.reading_forms import Lineage, value_of
from pbr.publish.site import Slot


@dataclass
class Ledger:
    """``root``: the address under which names are made: contract/assessment. ``currency``: of its sums. Equal things asked for twice are one cell."""

    table: Table
    root: str
    currency: str
    names: set[object] = field(default_factory=set)  # every name given, and what else is said once
    cells: dict[object, str] = field(default_factory=dict)  # what identifies a cell -> its name
    unknowns: dict[object, str] = field(default_factory=dict)

    def name(self, *parts: str) -> str:
        """An address that nothing else has: root/part/part."""
        path = "/".join([self.root, *(slug(part) for part in parts if part)])
        found, n = path, 1
        while found in self.names:
            n += 1
            found = f"{path}~{n}"
        self.names.add(found)
        return found

    def first(self, thing: object) -> bool:
        """Whether this is asked for the first time."""
        new = thing not in self.names
        self.names.add(thing)
        return new

    def unknown(self, identity: object, parts: Iterable[str], value: int, what: str, people: bool = True, zero: bool = True) -> str:
        if identity not in self.unknowns:
            name = self.unknowns[identity] = self.name(*parts)
            self.table.unknowns[name] = Unknown(name, value, what, people, zero)
        return self.unknowns[identity]

    def known(self, form: Mapping[str, Fraction | int], low: Fraction | int | None, high: Fraction | int | None) -> None:
        """What everybody knows of unknowns. Raises AssertionError where it is not so."""
        whole = {name: Fraction(part) for name, part in form.items() if part}
        ends = tuple(None if end is None else Fraction(end) for end in (low, high))
        value = value_of(whole, self.table.unknowns)
        assert (ends[0] is None or ends[0] <= value) and (ends[1] is None or value <= ends[1]), f"not so: {ends[0]} <= {whole} <= {ends[1]}"
        self.table.relations.append(Relation(whole, *ends))

    def cell(
        self, identity: object, parts: Iterable[str], kind: str, value: Fraction | int, label: str, lineage: Lineage | None = None,
        *, unit: str = "", places: int = 0, text: str = "", worth: int = 10, together: str = "",
    ) -> Slot:  # fmt: skip
        """A cell, made when it is first asked for. Of a lineage that does not come to the value, its unknowns are taken to be given away."""
        if identity in self.cells:
            return Slot(self.cells[identity])
        name = self.cells[identity] = self.name(*parts)
        found = (lineage or Lineage()).checked(Fraction(value), self.table.unknowns)
        self.table.cells.append(
            Cell(
                name, kind, Fraction(value), label, unit, places, form=found.num, over=found.den, reveals=found.reveals,
                implies=found.implies, text=text, worth=worth, together=together,
            )
        )  # fmt: skip
        return Slot(name)

    def term(self, text: str, name: str = "", value: Fraction | int = 0) -> Slot:
        """A figure of the contract as it is written."""
        return self.cell(("term", name, text), ("term", name or text), TERM, value, name or "a figure of the contract", text=text, worth=0)

    def count(self, identity: object, parts: Iterable[str], value: int, label: str, lineage: Lineage, of: str, worth: int = 10) -> Slot:
        return self.cell(identity, parts, COUNT, value, label, lineage, unit=of, worth=worth)

    def money(
        self, identity: object, parts: Iterable[str], minor: int, label: str, lineage: Lineage, worth: int, together: str = ""
    ) -> Slot:
        return self.cell(identity, parts, MONEY, minor, label, lineage, unit=self.currency, places=2, worth=worth, together=together)

    def answer(
        self, identity: object, parts: Iterable[str], text: str, label: str, lineage: Lineage, worth: int, together: str = ""
    ) -> Slot:
        return self.cell(identity, parts, ANSWER, 0, label, lineage.as_answer(), text=text, worth=worth, together=together)


def slug(text: str) -> str:
    """2012/13 -> 2012-13: letters, digits and _ . of any text; never empty."""
    return re.sub(r"[^\w.]+", "-", text).strip("-.") or "-"


def single(name: str, factor: Fraction | int = 1) -> Form:
    return {name: Fraction(factor)}
