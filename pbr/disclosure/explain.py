"""Why a cell is shown as it is, with true values: for the commissioner, who may know them, and for nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pbr.disclosure.cells import ANSWER, COUNT, TERM, Cell
from pbr.disclosure.protect import LISTED, blamed, left
from pbr.disclosure.protection import Protection
from pbr.disclosure.released import Figure, Released
from pbr.disclosure.rule import Rule, by_contract, people_in
from pbr.disclosure.writing import shown
from pbr.problem import refuse


@dataclass(frozen=True)
class Explained:
    """``cell``: its name. ``label``: what it is. ``figure``: what is published. ``true``: as it would be shown if it were not withheld or rounded. ``why``: in sentences."""

    cell: str
    label: str
    figure: Figure
    true: str
    why: str

    def to_json(self) -> dict[str, Any]:
        return {
            "cell": self.cell,
            "label": self.label,
            "published": self.figure.text,
            "how": self.figure.how,
            "true": self.true,
            "why": self.why,
        }

    def text(self) -> str:
        return f"{self.cell}\n  {self.label}\n  published: {self.figure.text}    true: {self.true}\n  {self.why}"


def explain(protection: Protection, released: Released, name: str) -> Explained:
    """Why one cell is shown, rounded or withheld. Refused (PBR668) where no cell has that name."""
    cells = protection.table.cells
    for number, cell in enumerate(cells):
        if cell.name == name:
            return _explained(protection, released, number)
    near = get_close_matches(name, [cell.name for cell in cells], 3, 0.4)
    hint = f"the nearest: {', '.join(near)}" if near else "leave --cell out: then everything is listed that is withheld"
    raise refuse("PBR668", f"nothing that is to be published is called {name}", hint)


def all_withheld(protection: Protection, released: Released) -> list[Explained]:
    """Every cell that is withheld, or rounded for another's sake, in the order of the table."""
    return [
        _explained(protection, released, number)
        for number in range(len(protection.table.cells))
        if number in protection.own or number in protection.secondary
    ]


def in_words(gone: Sequence[str], known_anyway: Sequence[str], guessed: Sequence[str]) -> list[str]:
    """What withholding cannot help, in lines: what earlier sites give away by themselves, what is known without any figure, and what might be guessed. Without true values."""
    said = []
    for names, what in (
        (gone, "given away by what was published earlier, and nothing withheld now can help"),
        (known_anyway, "known whatever is withheld, from the terms and from how numbers hang together"),
        (guessed, "narrower for somebody who guesses which withheld figures are small numbers"),
    ):
        said += [f"  {what}: {one}" for one in names[:LISTED]]
        if len(names) > LISTED:
            said.append(f"  {what}: {len(names) - LISTED} more; --json lists all")
    return said


def _explained(protection: Protection, released: Released, number: int) -> Explained:
    cell = protection.table.cells[number]
    true = shown(cell, protection.table.unknowns, Rule(1, 1)).text
    return Explained(
        cell.name,
        cell.label,
        released.figures[cell.name],
        true,
        _why(protection, released, number, by_contract(cell.name, protection.rule, protection.rules)),
    )


def _why(protection: Protection, released: Released, number: int, rule: Rule) -> str:
    cell = protection.table.cells[number]
    if number in protection.own:
        return f"Withheld: {protection.own[number]}."
    if number in protection.secondary:
        return _for_another(protection, released, number)
    if cell.kind == TERM:
        return "Shown: it stands in the contract, or everybody knows it."
    if cell.kind == ANSWER:
        return "Shown: what it implies leaves every small number possible."
    people = _people(cell, protection)
    if cell.kind == COUNT and people:
        return f"Shown to the nearest {rule.base}: a number of people above {rule.threshold}."
    if released.figures[cell.name].base:
        return f"Shown to the nearest {released.figures[cell.name].base}." + (
            " No small number of people follows from it." if people else " It counts no people."
        )
    return "Shown exactly: no small number of people follows from it." if people else "Shown exactly: it counts no people."


def _people(cell: Cell, protection: Protection) -> bool:
    forms = [form for form in (cell.form, cell.over, cell.high_form, cell.high_over) if form]
    unknowns = protection.table.unknowns
    return any(people_in(form, unknowns) for form in forms) or any(unknowns[name].people for name in cell.reveals)


def _for_another(protection: Protection, released: Released, number: int) -> str:
    """Shows the cell once more, privately, and says what would follow."""
    attack, cells = protection.attack, protection.table.cells
    target_number, _ = protection.secondary[number]
    target = attack.targets[target_number]
    unit = protection.unit_of[number]
    step = protection.steps.get(number)
    done = "Rounded" if step else "Withheld"
    with protection.shown_exactly(unit):
        safe = attack.judge(target_number)
        if safe:  # it was given back for this one, and is withheld for one that was looked at later
            harmed = [each for each in range(len(attack.targets)) if not attack.judge(each)]
            target_number = harmed[0] if harmed else target_number
            target = attack.targets[target_number]
        said = left(protection, target_number)
        places = attack.risks.get(target_number, [])
        others: dict[str, None] = {}
        for place in places:
            for other in blamed(protection, target_number, place):
                for cell in protection.units[other][:1]:
                    if other != unit:
                        others[f"{cells[cell].label} ({released.figures[cells[cell].name].text})"] = None
        attack.risks.pop(target_number, None)
    beside = f"with {' and '.join(list(others)[:4])} it" if others else "it"
    return f"{done}, because {beside} would give away {target.what} ({target.value}): {said}."
