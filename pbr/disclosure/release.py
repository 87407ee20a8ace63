"""``release``: from a table with true values to what is shown of it. The one door between what is private and what is public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pbr.disclosure.cells import TERM, Table
from pbr.disclosure.earlier import Earlier, recall
from pbr.disclosure.protect import protect
from pbr.disclosure.protection import Protection
from pbr.disclosure.released import Released
from pbr.disclosure.rule import Rule, by_contract
from pbr.disclosure.writing import roughly, shown, withheld
from pbr.platform.quiet import quiet

USUAL = Rule()
NONE: Mapping[str, Rule] = MappingProxyType({})


def release(table: Table, rule: Rule = USUAL, rules: Mapping[str, Rule] = NONE, earlier: Sequence[Earlier] = ()) -> Released:
    """What is shown of each cell. ``rules``: of contracts that have one of their own, by the first part of the names of their cells and unknowns (contract/...), beside those that the table brings (``own``). ``earlier``: sites published before.

    Raises Refused: PBR665 somebody could be found and nothing more can be withheld; PBR666 that could not be found out in time. ValueError: the table contradicts itself, a fault of whoever made it."""
    return released(decide(table, rule, rules, earlier), earlier)


def decide(table: Table, rule: Rule = USUAL, rules: Mapping[str, Rule] = NONE, earlier: Sequence[Earlier] = ()) -> Protection:
    """The same with the reasons, which hold true values: for the commissioner only."""
    own = {name: Rule(*pair) for name, pair in sorted(table.own.items())}
    with quiet():  # the solver writes to standard output by itself
        return protect(table, rule, {**own, **rules}, lambda attack: recall(attack, table, earlier))


def released(protection: Protection, earlier: Sequence[Earlier] = ()) -> Released:
    """The public part of a decision."""
    table, rule, rules = protection.table, protection.rule, protection.rules
    figures = {}
    hidden = seen = 0
    for number, cell in enumerate(table.cells):
        if protection.withheld(number):
            figures[cell.name] = withheld(cell)
            hidden += 1
        elif number in protection.steps:
            figures[cell.name] = roughly(cell, protection.steps[number])
            seen += 1
        else:
            figures[cell.name] = shown(cell, table.unknowns, by_contract(cell.name, rule, rules))
            seen += cell.kind != TERM
    checked = (
        "Everything that is shown was put together as somebody would who wants to find out about one person: totals, parts, percentages, sums of money with their prices, results, and how figures are rounded.",
        "Whoever knows all that, and the rule, is still left with every small number that could stand where one is withheld.",
        *(("What was shown earlier was put together with it.",) if earlier else ()),
    )
    unchecked = [sentence for each in earlier for sentence in each.unchecked(table)]
    if not earlier:
        unchecked.append("No earlier site was given, so what could be learned from the difference between two sites was not checked.")
    own = {contract: (each.threshold, each.base) for contract, each in sorted(rules.items())}
    return Released(figures, seen, hidden, checked, tuple(unchecked), rule.threshold, rule.base, own)
