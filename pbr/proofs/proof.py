"""What is proved of a contract: a claim about one item, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pbr.problem import Place

PROVED: Final = "proved"
COUNTEREXAMPLE: Final = "counterexample"
NOT_DECIDED: Final = "not decided"


@dataclass(frozen=True)
class Shown:
    """Tables that show something when they are run: rows by table as a worked example has them (columns first), the day they are complete
    to. ``expect``: what comes out, by payment and key, as text. ``then``: rows by which neighbouring tables differ, and what comes out there."""

    complete_to: str = ""
    rows: Mapping[str, list[list[str]]] = field(default_factory=dict)
    given: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    expect: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    changed: tuple[tuple[str, list[str] | None, list[str] | None], ...] = ()
    neighbour: Shown | None = None


@dataclass(frozen=True)
class Proof:
    """``name``: of the proof ("cliffs"). ``item``: what it is about, at ``place``. ``claim``: one sentence. ``answer``: one of the three.
    ``why``: the reason, one sentence. ``wanted``: the answer a drafter hopes for: a claim such as "no row reaches this" is good news when
    there is a counterexample. ``stated``: the contract claims it itself. ``sum``: minor units, of cliffs. ``shown``: tables that run."""

    name: str
    item: str
    place: Place | None
    claim: str
    answer: str
    why: str = ""
    wanted: str = PROVED
    stated: bool = False
    sum: int | None = None
    shown: Shown | None = None

    @property
    def fine(self) -> bool:
        return self.answer == self.wanted

    @property
    def trouble(self) -> bool:
        """It is known to be otherwise than hoped for."""
        return not self.fine and self.answer != NOT_DECIDED
