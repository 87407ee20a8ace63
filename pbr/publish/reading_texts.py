"""Sentences of the statement with slots in the place of their numbers. The statement says where each number stands: nothing is looked for in text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from pbr.disclosure.cells import COUNT, DAY, MONEY, NUMBER, POINTS, SHARE
from pbr.plan.columns import node_at
from pbr.publish.reading_forms import Lineage, known, minus, mixed
from pbr.publish.reading_ledger import Ledger
from pbr.publish.reading_lineage import Lineages
from pbr.publish.reading_results import Results
from pbr.publish.site import Slot, Text
from pbr.statement import words
from pbr.statement.marks import APART, BETWEEN, CLOSE, COUNTED, HIGH, LINE, LOW, MINUS, OPEN, OUT_OF, Origin, Printed, unmarked, wrapped
from pbr.statement.stored import Row, Trail

_MARKED = re.compile(f"{OPEN}([0-9]+){BETWEEN}([^{OPEN}-{CLOSE}]*){CLOSE}")
_DIGITS = re.compile(r"\d[\d,.]*")
NOT_NAMED = (
    LOW,
    MINUS,
)  # that it is one end of a range, or has the other sign, follows from the value: the name is the same, as that of a withheld figure is seen
KINDS = {"money": MONEY, "price": MONEY, "percent": SHARE, "points": POINTS, "count": COUNT, "date": DAY}


@dataclass
class Marking:
    """The mark of a trail: it keeps what was printed."""

    printed: list[Printed] = field(default_factory=list)

    def __call__(self, one: Printed) -> str:
        self.printed.append(one)
        return wrapped(len(self.printed) - 1, one.text)


@dataclass
class Texts:
    """``public``: words of the contract in which digits may stand outside a slot. ``results``: by payment, what its lines can come to. ``strange``: sentences that were not published because of one that may not."""

    trail: Trail
    ledger: Ledger
    lineages: Lineages
    marking: Marking
    public: frozenset[str]
    results: Mapping[str, Results]
    strange: list[str] = field(default_factory=list)

    def of(self, marked: str, together: str = "", worth: int = 10) -> Text | None:
        """A sentence as text and slots. None where a digit in it is neither of a value nor of the contract, and that is kept."""
        pieces: list[str | Slot] = []
        end = 0
        for match in _MARKED.finditer(marked):
            number = int(match[1])
            printed = self.marking.printed[number] if number < len(self.marking.printed) else None
            if printed is None or match[2] not in (printed.text, printed.text.removeprefix("-")):
                break
            pieces += [marked[end : match.start()], self.slot(printed, match[2] != printed.text, together, worth)]
            end = match.end()
        pieces.append(marked[end:])
        left = [piece for piece in pieces if isinstance(piece, str)]
        if any(OPEN in piece or not self.may_stand(piece) for piece in left):
            self.strange.append(unmarked(marked))
            return None
        return tuple(piece for piece in pieces if piece)

    def may_stand(self, text: str) -> bool:
        """Whether every number in a text is one of the contract's words."""
        return all(found.rstrip(".,") in self.public for found in _DIGITS.findall(text))

    def slots(self, marked: str, together: str = "") -> list[Slot]:
        """The slots of a text, in their order."""
        found = self.of(marked, together)
        return [piece for piece in found or () if isinstance(piece, Slot)]

    # ---- cells -------------------------------------------------------------------------------------------------------------

    def slot(self, printed: Printed, unsigned: bool = False, together: str = "", worth: int = 10) -> Slot:
        """The cell of a printed value."""
        text = printed.text.removeprefix("-") if unsigned else printed.text
        if printed.origin is None:
            value = printed.value if isinstance(printed.value, (int, Fraction)) else Fraction(0)
            return self.ledger.term(spoken(text), printed.name, value, self._unit(KINDS.get(printed.kind, NUMBER)))
        how = " ".join(dict.fromkeys([printed.how, *([MINUS] if unsigned else [])])).strip()
        value = -printed.value if unsigned else printed.value
        at, parts, label = self._address(printed.origin)
        lineage = self._lineage(printed, how)
        kind = KINDS.get(printed.kind, NUMBER)
        if kind == DAY:
            value, lineage = Fraction(value.toordinal()) if isinstance(value, date) else Fraction(0), lineage.hidden()
        if not isinstance(value, (int, Fraction)):
            return self.ledger.answer((at, how, text), (*parts, how), text, label, lineage.hidden(), worth, together)
        if not lineage.names and not lineage.implies and self._stands_in_contract(printed.origin):
            return self.ledger.term(text, self._name(printed.origin) or label, value, self._unit(kind))
        places = _places(text)
        named = " ".join(word for word in how.split(" ") if word not in NOT_NAMED)
        unit = self.ledger.currency if kind == MONEY else printed.kind if kind == NUMBER and printed.kind != "number" else ""
        return self.ledger.cell(
            (at, how, kind, places),
            (*parts, named),
            kind,
            Fraction(value),
            label,
            lineage,
            unit=unit,
            places=places,
            worth=worth,
            together=together,
        )

    def _address(self, origin: Origin) -> tuple[object, list[str], str]:
        if isinstance(origin.row, Row):
            name = origin.step if isinstance(origin.step, str) else origin.step.name
            key = " ".join(origin.row.key)
            other = self._address(origin.other)[0] if origin.other is not None else None
            path = ".".join(map(str, origin.path))
            label = f"{name.replace('_', ' ').replace('.', ' ')}{f', {key}' if key else ''}"
            return (origin.row.grain, origin.row.key, name, origin.path, other), [origin.row.grain, *origin.row.key, name, path], label
        line = origin.row
        key = " ".join(line.key)
        label = f"{words.plural(line.payment)}{f', {key}' if key else ''}"
        return ("line", line.payment, line.grain, line.key, origin.step), [line.payment, *line.key, str(origin.step)], label

    def _lineage(self, printed: Printed, how: str) -> Lineage:
        origin = printed.origin
        assert origin is not None
        if printed.how == LINE:
            return self.of_line(origin.row)
        if how == APART:
            return self._apart(origin, printed)
        end = HIGH if HIGH in how.split() else LOW
        found = self._stored(origin, printed.value, end)
        if COUNTED in how:
            return Lineage(found.num, None, found.reveals, found.implies) if found.num is not None else found
        if OUT_OF in how:
            return Lineage(found.den, None, found.reveals, found.implies) if found.den is not None else found.hidden()
        return found.scaled(Fraction(-1)) if MINUS in how else found

    def of_line(self, line: object) -> Lineage:
        """What a line's sum follows from."""
        amount = self.ledger.unknowns.get((line.number, "amount"))  # type: ignore[attr-defined]
        if amount is not None:
            return Lineage({amount: Fraction(1)})
        payment = next((one for one in self.trail.plan.payments if one.name == line.payment), None)  # type: ignore[attr-defined]
        if payment is None:
            return Lineage()
        row = self.trail.row(payment.grain, line.key)  # type: ignore[attr-defined]
        return Lineage() if row is None else self.lineages.of(row, self.trail.plan.step(payment.amount))

    def _apart(self, origin: Origin, printed: Printed) -> Lineage:
        """Of two sides the ends that lie as far apart as was printed."""
        ends = [[self._stored(one, None, end) for end in (LOW, HIGH)] for one in (origin, origin.other) if one is not None]
        if len(ends) == 1 and printed.name:
            ends.append([known(Fraction(printed.name.replace(",", "")))])
        if len(ends) == 2:
            for one, other in ((one, other) for one in ends[0] for other in ends[1]):
                for apart in (minus(one, other), minus(other, one)):
                    if apart.checked(Fraction(printed.value), self.ledger.table.unknowns).num is not None:
                        return apart
        return mixed([one for side in ends for one in side])

    def _stored(self, origin: Origin, value: object = None, end: str = LOW) -> Lineage:
        if isinstance(origin.step, str):  # a cell of the data, of a row that is of no people
            return known(value) if isinstance(value, (int, Fraction)) else Lineage()
        return self.lineages.of(origin.row, origin.step, origin.path, end)

    def _unit(self, kind: str) -> str:
        """What a figure of the contract is measured in."""
        return {MONEY: self.ledger.currency, POINTS: "percentage points", DAY: "day"}.get(kind, "")

    def _name(self, origin: Origin) -> str:
        """The parameter that a figure is read off."""
        return str(node_at(origin.step.node, origin.path).params.get("name") or "")

    def _stands_in_contract(self, origin: Origin) -> bool:
        if not isinstance(origin.row, Row) or isinstance(origin.step, str):
            return False
        return node_at(origin.step.node, origin.path).op in ("dated", "lookup", "literal")


def spoken(text: str) -> str:
    """Names without their underscores, as they are said: £207.56 per qof point."""
    return re.sub(r"(?<=[a-z])_(?=[a-z])", " ", text)


def _places(text: str) -> int:
    """Decimals that were printed."""
    digits = text.rstrip("%").rpartition(".")
    return len(digits[2]) if digits[1] and digits[2].isdecimal() else 0
