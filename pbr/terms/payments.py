"""The vocabulary of payments: one model for each form, and the table of forms.

To add a form: its model here (if it has words of its own), a field of ``Payment``, a line in ``FORMS``, and a module in ``pbr/plan/forms/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Final, Literal

from pbr.terms.scalars import Item, Leaf, Model


class FormModel(Model):
    """The words of one form. ``NOUN``: how messages call this map; ``WORDS``: keys whose value is one word of a short list."""

    NOUN: ClassVar[str] = "this map"
    WORDS: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})


class Card(FormModel):
    NOUN = "a card"

    columns: list[Leaf]
    rows: list[list[Leaf]]


class AtRisk(FormModel):
    NOUN = "`at_risk`"
    WORDS = MappingProxyType({"already_paid": ("yes", "no")})

    share: Leaf
    of: Leaf
    already_paid: Leaf
    keep_if: Leaf


class Payment(Item):
    """One form each (``FORMS``), and what any form may read."""

    per: Leaf
    only_if: Leaf | None = None
    round: Leaf | None = None
    may_be: Leaf | None = None
    if_empty: Leaf | None = None
    when_held: Leaf | None = None
    when_rejected: Leaf | None = None
    evidence: dict[Literal["decided_by", "rests_on"], Leaf] | None = None
    kind: Leaf | None = None
    code: Leaf | None = None
    subject: Leaf | None = None
    on: Leaf | None = None
    card: Card | None = None
    pays: Leaf | None = None
    at_risk: AtRisk | None = None
    factor: Leaf | None = None


@dataclass(frozen=True)
class Form:
    """A form of payment. ``word``: the key of a payment that says it. ``needs``: the other keys that it must have; no other form has them.
    ``idle``: modifiers that would change nothing in it, each with what to do instead (PBR307)."""

    word: str
    needs: tuple[str, ...] = ()
    idle: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def written(self) -> str:
        """As it stands in a contract."""
        return "kind: tariff" if self.word == "kind" else self.word


FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "tariff": Form(
            "kind",
            ("code", "subject", "on", "card"),
            {
                "round": "A card's prices are whole pence already: take it away.",
                "may_be": "A card never takes money back: take it away.",
                "if_empty": "A tariff has a line for each claim, so no group can be empty: take it away.",
            },
        ),
        "pays": Form("pays"),
        "at_risk": Form(
            "at_risk",
            idle={
                "only_if": "Write the whole condition in `keep_if`.",
                "may_be": "Missed is repaid by the form itself: take it away.",
            },
        ),
        "factor": Form("factor", idle={"may_be": "A factor is not money: take it away."}),
    }
)


def form_of(payment: Payment) -> str:
    """The name of a payment's form. The terms were checked: it has exactly one."""
    return next(name for name, form in FORMS.items() if getattr(payment, form.word) is not None)
