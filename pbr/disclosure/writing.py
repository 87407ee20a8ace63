"""How a figure is written: its text for a page and its value for open data, both from what the rule lets be seen and from nothing else. And the list of figures as a file.

A figure of POINTS is written without its unit (3.3), which stands in ``unit``: sentences add the words, tables have them in their heads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from fractions import Fraction
from typing import Any, Final

from pbr.disclosure.cells import ANSWER, COUNT, DAY, MONEY, POINTS, SHARE, TERM, Cell, Unknown
from pbr.disclosure.knowledge import exact, nearest, step_of
from pbr.disclosure.released import CONFIDENTIAL, EXACT, ROUNDED, WITHHELD, Figure, Released
from pbr.disclosure.rule import Rule, people_in
from pbr.problem import Place, refuse
from pbr.statement import words

NUMBERS: Final = re.compile(r"((?<![\w.])-(?:\D(?=\d))?)?(\d[\d,]*(?:\.\d+)?)(%?)")
BASE: Final = re.compile(r"(?:[1-9][\d,]{0,30}(?:\.\d{1,30})?|0\.\d{1,30})?")  # to what a figure was rounded, as it is written in the list
WHY: Final = "a small number of people, or a figure from which one could be worked out"


def withheld(cell: Cell) -> Figure:
    """One sign for all that is withheld, so that it does not tell a small number from one withheld for another's sake, or a sum from one that is not known yet."""
    return Figure(cell.name, cell.instead or cell.kind, WITHHELD, CONFIDENTIAL, None, _unit(cell), why=WHY)


def shown(cell: Cell, unknowns: Mapping[str, Unknown], rule: Rule) -> Figure:
    """The figure of a cell that is shown."""
    if cell.kind == ANSWER or (cell.kind == TERM and cell.text):
        return Figure(cell.name, cell.kind, EXACT, cell.text, _term_value(cell), cell.unit)
    people = cell.kind == COUNT and _of_people(cell, unknowns)
    text, value = _written(cell, cell.value, rule if people else None)
    high = None
    if cell.high is not None:
        high_text, high = _written(cell, cell.high, rule if people else None)
        text = f"{text} to {high_text}"
    base = _base(cell, rule) if people or cell.kind in (SHARE, POINTS) or not exact(cell) else ""
    return Figure(cell.name, cell.kind, ROUNDED if base else EXACT, text, value, _unit(cell), high, base)


def roughly(cell: Cell, step: int) -> Figure:
    """A sum of money to the nearest ``step`` minor units: about £42,000. Where nothing is left of it, to what it was rounded says what that means: £0 to the nearest £50,000."""
    value = nearest(cell.value, Fraction(step))
    text, base = (words.money(sum_, cell.unit).removesuffix(".00") for sum_ in (value, Fraction(step)))
    return Figure(
        cell.name,
        cell.kind,
        ROUNDED,
        f"about {text}" if value else f"{text} to the nearest {base}",
        _plain(words.decimals(value / 100, 2)),
        cell.unit,
        base=_plain(words.plain(Fraction(step, 100))),
    )


def _of_people(cell: Cell, unknowns: Mapping[str, Unknown]) -> bool:
    return any(people_in(form, unknowns) for form in (cell.form, cell.high_form, dict.fromkeys(cell.reveals, Fraction(1))) if form)


def _unit(cell: Cell) -> str:
    return cell.unit or ("percentage points" if cell.kind == POINTS else "")


def _base(cell: Cell, rule: Rule) -> str:
    if cell.kind == COUNT:
        return str(rule.base)
    step = step_of(cell) * (100 if cell.kind == POINTS else 1)
    return words.plain(step)


def _plain(text: str) -> str:
    return text.replace(",", "")


def _written(cell: Cell, value: Fraction, rule: Rule | None) -> tuple[str, str]:
    """(as on a page, as a plain decimal or day)."""
    if cell.kind == COUNT:
        text = words.count(rule.rounded(int(value)) if rule else int(value))
        return text, _plain(text)
    if cell.kind == MONEY:
        places = words.places_needed(value / 100)
        return words.money(value, cell.unit), _plain(
            words.decimals(value / 100, max(places if places is not None else words.MOST_PLACES, 2))
        )
    if cell.kind == DAY:
        found = date.fromordinal(int(value))
        return words.day(found), found.isoformat()
    if cell.kind == SHARE:
        return words.percent(value, cell.places), _plain(words.decimals(value, cell.places + 2))
    if cell.kind == POINTS:
        text = words.bare_points(value, cell.places)
        return text, _plain(text)
    text = words.decimals(value, cell.places)
    return text, _plain(text)


def _term_value(cell: Cell) -> str | None:
    """Of an answer the word itself; of a term the one number in its text, in the unit of its text (5.0 percentage points is 5.0, £1,200.00 each 1200.00, but 58.0% is 0.580, as of a
    share). None where its text has no number, or more than one."""
    if cell.kind == ANSWER:
        return cell.text
    if cell.unit == "day":
        return date.fromordinal(int(cell.value)).isoformat()
    numbers = NUMBERS.findall(cell.text)
    if len(numbers) != 1:
        return None
    sign, digits, percent = numbers[0]
    places = len(digits.partition(".")[2]) + (2 if percent else 0)
    value = Fraction(_plain(digits)) * (-1 if sign else 1) / (100 if percent else 1)
    return _plain(words.decimals(value, places))


FORMAT: Final = "pbr-figures/1"


def to_json(released: Released) -> bytes:
    """The list of published figures as a file: what an earlier site is known by. Sorted, so that equal lists are equal bytes."""
    told = {field.name: getattr(released, field.name) for field in fields(released) if field.name != "figures"}
    told["format"] = FORMAT
    told["figures"] = [
        {name: value for name, value in asdict(released.figures[cell]).items() if value not in ("", None)}
        for cell in sorted(released.figures)
    ]
    return (json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def from_json(data: bytes, place: str) -> Released:
    """The list again. Refused (PBR667) where it is none, or one of another version."""
    try:
        told: dict[str, Any] = json.loads(data.decode())
        if (version := told.pop("format")) != FORMAT:
            raise refuse(
                "PBR667",
                f"the list of published figures is of the format {str(version)[:40]!r}, and this program reads {FORMAT!r}: what was shown before is not known",
                "publish with the version of pbr that reads it; leaving --previous out does not make the difference safe, it leaves it unchecked",
                Place(place),
            )
        figures = [Figure(**{"value": None, **figure}) for figure in told.pop("figures")]
        for name in ("checked", "unchecked"):
            told[name] = tuple(told[name])
        told["rules"] = {contract: (int(threshold), int(base)) for contract, (threshold, base) in told["rules"].items()}
        found = Released(figures={figure.cell: figure for figure in figures}, **told)
        known = {EXACT, ROUNDED, WITHHELD}
        for figure in figures:
            if (
                figure.how not in known
                or not all(isinstance(getattr(figure, part), str) for part in ("cell", "kind", "text", "unit", "base"))
                or not BASE.fullmatch(figure.base)
            ):
                raise ValueError(f"the figure {figure.cell!r} is {figure.how!r}")
        if not isinstance(found.threshold, int) or not isinstance(found.base, int):
            raise ValueError("the threshold and the base are whole numbers")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise refuse(
            "PBR667",
            "this is not a list of published figures, or not a whole one, so what an earlier site has shown is not known",
            "give the folder of a site as `pbr publish` wrote it",
            Place(place),
        ) from error
    return found
