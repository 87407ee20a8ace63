"""The one list that every number of the site goes through, while it is written: cells, the unknowns behind them, what is known of those."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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
            self.table.unknowns[name] = self._in_series(Unknown(name, value, what, people, zero))
        return self.unknowns[identity]

    def amount(self, identity: object, parts: Iterable[str], value: int, people: str) -> str:
        """An unknown sum that belongs to the people whom another unknown counts."""
        if identity not in self.unknowns:
            name = self.unknowns[identity] = self.name(*parts)
            what = f"what {self.table.unknowns[people].what} come to"
            self.table.unknowns[name] = self._in_series(Unknown(name, value, what, False, False, None if value < 0 else 0, of=people))
        return self.unknowns[identity]

    def chosen(self, identity: object, parts: Iterable[str], value: int, what: str, lineage: Lineage, side: int = 0) -> str:
        """An unknown sum that follows from counts by a choice, or by a formula that is not modelled. ``side``: -1 where it can only be nothing or below."""
        if identity not in self.unknowns:
            name = self.unknowns[identity] = self.name(*parts)
            least, most = (None, 0) if side < 0 else (None if value < 0 else 0, None)
            one = Unknown(name, value, what, False, False, least, most, reveals=lineage.reveals, implies=lineage.implies)
            self.table.unknowns[name] = self._in_series(one)
        return self.unknowns[identity]

    def near(self, identity: object, parts: Iterable[str], value: int, what: str, side: int) -> str:
        """An unknown sum of which relations say what it is near to. ``side``: as in ``chosen``; 0: either."""
        if identity not in self.unknowns:
            name = self.unknowns[identity] = self.name(*parts)
            least, most = (None, 0) if side < 0 else (0, None) if side > 0 else (None, None)
            self.table.unknowns[name] = self._in_series(Unknown(name, value, what, False, False, least, most))
        return self.unknowns[identity]

    def switch(self, identity: object, parts: Iterable[str], value: bool, what: str) -> str:
        """An unknown that is 1 or 0: whether something is so."""
        if identity not in self.unknowns:
            name = self.unknowns[identity] = self.name(*parts)
            self.table.unknowns[name] = Unknown(name, int(value), what, False, False, 0, 1)
        return self.unknowns[identity]

    def paid_for(self, identity: object, answer: str, people: str) -> str:
        """How many of some people something is paid for that is paid if an answer is 1: all of them, or none. That it is none of them is told by the answer alone."""
        if identity not in self.unknowns:
            counted = self.table.unknowns[people]
            name = self.unknowns[identity] = self.name(self.tail(people), "paid for")
            value = self.table.unknowns[answer].value * counted.value
            self.table.unknowns[name] = Unknown(name, value, f"{counted.what}, as far as they are paid for", counted.people, False)
        return self.unknowns[identity]

    def _in_series(self, one: Unknown) -> Unknown:
        """The same thing at another time has the same address below another assessment."""
        contract, _, at = self.root.partition("/")
        return replace(one, series=f"{contract}/{self.tail(one.name)}", at=at)

    def tail(self, name: str) -> str:
        return name[len(self.root) + 1 :]

    def relation(self, form: Mapping[str, Fraction | int], low: Fraction | int | None, high: Fraction | int | None) -> Relation:
        return Relation(
            {name: Fraction(part) for name, part in form.items() if part}, *(None if end is None else Fraction(end) for end in (low, high))
        )

    def known(self, form: Mapping[str, Fraction | int], low: Fraction | int | None, high: Fraction | int | None) -> None:
        """What everybody knows of unknowns. Raises AssertionError where it is not so."""
        found = self.relation(form, low, high)
        value = value_of(found.form, self.table.unknowns)
        assert (found.low is None or found.low <= value) and (found.high is None or value <= found.high), f"not so: {found}"
        self.table.relations.append(found)

    def cell(
        self, identity: object, parts: Iterable[str], kind: str, value: Fraction | int, label: str, lineage: Lineage | None = None,
        *, unit: str = "", places: int = 0, text: str = "", worth: int = 10, together: str = "", instead: str = "",
    ) -> Slot:  # fmt: skip
        """A cell, made when it is first asked for. Of a lineage that does not come to the value, its unknowns are taken to be given away."""
        if identity in self.cells:
            return Slot(self.cells[identity])
        name = self.cells[identity] = self.name(*parts)
        found = (lineage or Lineage()).checked(Fraction(value), self.table.unknowns)
        self.table.cells.append(
            Cell(
                name, kind, Fraction(value), label, unit, places, form=found.num, over=found.den, reveals=found.reveals,
                implies=found.implies, text=text, worth=worth, together=together, instead=instead,
            )
        )  # fmt: skip
        return Slot(name)

    def term(self, text: str, name: str = "", value: Fraction | int = 0, unit: str = "") -> Slot:
        """A figure of the contract as it is written. ``unit``: the currency of a sum (``value`` in minor units), percentage points (a ratio), day (an ordinal), or none."""
        label = name or "a figure of the contract"
        return self.cell(("term", name, text), ("term", name or text), TERM, value, label, text=text, worth=0, unit=unit)

    def count(self, identity: object, parts: Iterable[str], value: int, label: str, lineage: Lineage, of: str, worth: int = 10) -> Slot:
        return self.cell(identity, parts, COUNT, value, label, lineage, unit=of, worth=worth)

    def money(
        self, identity: object, parts: Iterable[str], minor: int, label: str, lineage: Lineage, worth: int, together: str = ""
    ) -> Slot:
        return self.cell(identity, parts, MONEY, minor, label, lineage, unit=self.currency, places=2, worth=worth, together=together)

    def answer(
        self, identity: object, parts: Iterable[str], text: str, label: str, lineage: Lineage, worth: int, together: str = "", *, instead: str = ""
    ) -> Slot:  # fmt: skip
        """A word that follows from numbers. ``instead``: it stands where otherwise a figure of this kind would."""
        unit = self.currency if instead == MONEY else ""
        slot = self.cell(
            identity, parts, ANSWER, 0, label, lineage.as_answer(), unit=unit, text=text, worth=worth, together=together, instead=instead
        )
        return slot


def slug(text: str) -> str:
    """2012/13 -> 2012-13: letters, digits and _ . of any text; never empty."""
    return re.sub(r"[^\w.]+", "-", text).strip("-.") or "-"


def single(name: str, factor: Fraction | int = 1) -> Form:
    return {name: Fraction(factor)}
