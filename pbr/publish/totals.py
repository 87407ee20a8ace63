"""What all contracts together come to: for each currency the sum of what their newest assessments pay, where every part is shown exactly.

It is worked out from published figures alone, so whoever reads them could do it too, and it gives nothing away. Where a part is withheld there is no total: it would give the part away.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

from pbr.disclosure.cells import MONEY
from pbr.disclosure.released import EXACT, Figure, Released
from pbr.publish.site import Site, Slot
from pbr.statement import words

IN_ALL: Final = "all-contracts/paid"  # the beginning of the names of these figures


def in_all(site: Site, released: Released) -> tuple[Site, Released]:
    """The site with its totals, and the list of figures with theirs. A currency of one contract needs none of its own: its total is that contract's."""
    by_currency: dict[str, list[Slot]] = {}
    for contract in site.contracts:
        if contract.assessments and released.figures[contract.assessments[0].paid.cell].kind == MONEY:
            by_currency.setdefault(contract.currency, []).append(contract.assessments[0].paid)
    totals, figures = [], dict(released.figures)
    for currency, slots in sorted(by_currency.items()):
        parts = [released.figures[slot.cell] for slot in slots]
        if any(part.how != EXACT or part.value is None or part.high is not None for part in parts):
            continue
        if len(slots) == 1:
            totals.append(slots[0])
            continue
        total = _total(f"{IN_ALL}/{currency.lower()}", currency, parts)
        figures[total.cell] = total
        totals.append(Slot(total.cell))
    return replace(site, paid=tuple(totals)), replace(released, figures=figures)


def _total(name: str, currency: str, parts: list[Figure]) -> Figure:
    minor = sum((Fraction(part.value or 0) for part in parts), Fraction(0)) * 100
    text = words.money(minor, currency)
    return Figure(name, MONEY, EXACT, text, words.decimals(minor / 100, 2).replace(",", ""), currency)
