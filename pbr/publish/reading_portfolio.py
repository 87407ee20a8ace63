"""What all contracts together come to: for each currency a sum of what their newest assessments pay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from pbr.disclosure.cells import MONEY, Cell, Form, Table
from pbr.publish.site import Site, Slot

WORTH = 15  # it is withheld before anything that a contract's own page leads with


def in_all(site: Site, table: Table) -> Site:
    """The site with its totals. A currency of one contract needs no cell of its own: its total is that contract's. Contracts whose newest assessment has no sum of money are in no total."""
    cells = {cell.name: cell for cell in table.cells}
    by_currency: dict[str, list[Slot]] = {}
    for contract in site.contracts:
        if contract.assessments and cells[contract.assessments[0].paid.cell].kind == MONEY:
            by_currency.setdefault(contract.currency, []).append(contract.assessments[0].paid)
    totals = []
    for currency, slots in sorted(by_currency.items()):
        if len(slots) == 1:
            totals.append(slots[0])
        else:
            total = _total(f"all-contracts/paid/{currency.lower()}", currency, [cells[slot.cell] for slot in slots])
            table.cells.append(total)
            totals.append(Slot(total.name))
    return replace(site, paid=tuple(totals))


def _total(name: str, currency: str, parts: list[Cell]) -> Cell:
    """Where one part has no form, or is a range, whoever sees the total is taken to know everything that any of the parts follows from: more than he can."""
    ranges = any(part.high is not None for part in parts)
    forms = [part.form for part in parts] + [part.high_form for part in parts if ranges]
    form: dict[str, Fraction] | None = None
    reveals = frozenset(unknown for part in parts for unknown in part.reveals)
    if not ranges and all(one is not None for one in forms):
        form = {}
        for unknown, coefficient in _terms(forms):
            form[unknown] = form.get(unknown, Fraction(0)) + coefficient
    else:
        reveals |= {unknown for unknown, _ in _terms(forms) if unknown}
    value, high = sum((part.value for part in parts), Fraction(0)), None
    if ranges:
        high = sum((part.value if part.high is None else part.high for part in parts), Fraction(0))
    implies = tuple(relation for part in parts for relation in part.implies)
    return Cell(
        name,
        MONEY,
        value,
        f"what all contracts in {currency} come to",
        currency,
        high=high,
        form=form,
        reveals=reveals,
        implies=implies,
        worth=WORTH,
    )


def _terms(forms: list[Form | None]) -> Iterator[tuple[str, Fraction]]:
    for form in forms:
        known: Mapping[str, Fraction] = form or {}
        yield from known.items()
