"""Amounts that follow from the same few people, added up: two payments for the share of those three, say. Each by itself can be any sum; what they come to together tells as much as one of them alone would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pbr.disclosure.cells import MONEY, Form, Table
from pbr.disclosure.rule import Rule, by_contract, is_amount, small_behind, value_of


@dataclass(frozen=True)
class Together:
    """``form``: of amounts, at least two, as a total has them; ``value``: what they come to, in minor units. ``what``: in words, with whose it is."""

    form: Form
    value: int
    what: str


def amounts_together(table: Table, rule: Rule, rules: Mapping[str, Rule]) -> Iterator[Together]:
    """Of every sum of money, the parts that follow from one small number of people, where there are several. Each once."""
    unknowns, seen = table.unknowns, set()
    for cell in table.cells:
        if cell.kind != MONEY or cell.form is None or cell.over is not None:
            continue
        own = by_contract(cell.name, rule, rules)
        parts: dict[str, Form] = {}
        for name, factor in cell.form.items():
            if name and factor and is_amount(unknowns[name]):
                for each in small_behind(name, unknowns, own):
                    parts[each.name] = {**parts.get(each.name, {}), name: factor}
        for people, form in parts.items():
            value = value_of(form, unknowns)
            key = frozenset(form.items())
            if len(form) > 1 and value.denominator == 1 and key not in seen:
                seen.add(key)
                whose = unknowns[people]
                yield Together(form, int(value), f"what is paid by one number together (of {whose.value}: {whose.what})")
