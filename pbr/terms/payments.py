"""The vocabulary of payments: one model for each form, and the table of forms.

To add a form: its model here (if it has words of its own), a field of ``Payment``, a line in ``FORMS``, and a module in ``pbr/plan/forms/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Final, Literal

from pydantic import Field

from pbr.terms.scalars import Item, Leaf, Model, NotUsed

Evidence = dict[Literal["decided_by", "rests_on"], Leaf]


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


class Rung(FormModel):
    NOUN = "a rung"

    from_: Leaf = Field(alias="from")
    pays: Leaf


class Ladder(FormModel):
    NOUN = "`ladder`"
    WORDS = MappingProxyType({"takes": ("whole", "marginal", "per_point"), "amounts": ("may fall",)})

    on: Leaf
    takes: Leaf
    below: Leaf
    rungs: list[Rung]
    of: Leaf | None = None
    amounts: Leaf | None = None


class Linear(FormModel):
    NOUN = "`linear`"
    WORDS = MappingProxyType({"better": ("higher", "lower")})

    on: Leaf
    from_: Leaf = Field(alias="from")
    to: Leaf
    pays: Leaf
    starts_at: Leaf | None = None
    better: Leaf | None = None  # lower: `from` is above `to`


class Choose(FormModel):
    """Also a way to write the value of a fact or measure."""

    NOUN = "`choose`"

    by: Leaf
    cases: dict[str, Leaf]


class Alternative(FormModel):
    """``name``, ``when`` and ``pays``; the last one ``otherwise`` alone."""

    NOUN = "an alternative of `one_of`"
    WORDS = MappingProxyType({})

    name: Leaf | None = None
    when: Leaf | None = None
    pays: Leaf | None = None
    otherwise: Leaf | None = None
    evidence: Evidence | None = None
    clause: Leaf | None = None


class Difference(FormModel):
    NOUN = "`difference`"
    WORDS = MappingProxyType({"better": ("higher", "lower")})

    actual: Leaf
    benchmark: Leaf
    better: Leaf
    each_better: Leaf
    each_worse: Leaf
    most_paid: Leaf | None = None
    most_repaid: Leaf | None = None


class Losses(FormModel):
    NOUN = "`losses`"

    above: Leaf
    share: Leaf


class Share(FormModel):
    NOUN = "`share`"
    WORDS = MappingProxyType({"takes": ("whole", "beyond")})

    of: Leaf
    above: Leaf
    benchmark: Leaf
    share: Leaf
    takes: Leaf
    losses: Losses | None = None
    most_paid: Leaf | None = None
    most_repaid: Leaf | None = None


class Divide(FormModel):
    """``each``: one pot for each row of that table or cohort."""

    NOUN = "`divide`"
    WORDS = MappingProxyType({"left_over": ("kept", "refused")})

    pot: Leaf
    by: Leaf
    each: Leaf | None = None
    at_least: Leaf | None = None
    at_most: Leaf | None = None
    left_over: Leaf | None = None


class Needs(FormModel):
    """``else``: nothing (a payment of money) | hold | the value that holds instead."""

    NOUN = "`needs`"

    at_least: Leaf
    of: Leaf
    else_: Leaf = Field(alias="else")


class Payment(Item):
    """One form each (``FORMS``), and what any form may read."""

    per: Leaf
    only_if: Leaf | None = None
    round: Leaf | None = None
    may_be: Leaf | None = None
    if_empty: Leaf | None = None
    when_held: Leaf | None = None
    when_rejected: Leaf | None = None
    evidence: Evidence | None = None
    unless: Leaf | None = None
    needs: Needs | None = None
    settles: Leaf | None = None
    not_used: list[NotUsed] = []
    dated_by: Leaf | None = None  # the day that not_used is about
    kind: Leaf | None = None
    code: Leaf | None = None
    subject: Leaf | None = None
    on: Leaf | None = None
    card: Card | None = None
    pays: Leaf | None = None
    at_risk: AtRisk | None = None
    factor: Leaf | None = None
    ladder: Ladder | None = None
    linear: Linear | None = None
    choose: Choose | None = None
    one_of: list[Alternative] | None = None
    difference: Difference | None = None
    share: Share | None = None
    divide: Divide | None = None


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
                "needs": "Each claim is priced alone: write what must hold in `only_if`.",
                "settles": "Each claim is priced once: write the final figure as a payment of its own.",
            },
        ),
        "pays": Form("pays"),
        "at_risk": Form(
            "at_risk",
            idle={
                "only_if": "Write the whole condition in `keep_if`.",
                "may_be": "Missed is repaid by the form itself: take it away.",
                "unless": "Write the whole condition in `keep_if`.",
                "needs": "Give it to the measure that `keep_if` reads, and say there what holds instead.",
                "settles": "A fee at risk is kept or repaid: write the final figure as a payment of its own.",
            },
        ),
        "factor": Form(
            "factor",
            idle={
                "may_be": "A factor is not money: take it away.",
                "unless": "Write the condition inside: `if ... then ... else 1.0`.",
                "settles": "A factor is not money: nothing was paid before it.",
            },
        ),
        "ladder": Form("ladder"),
        "linear": Form("linear"),
        "choose": Form("choose"),
        "one_of": Form("one_of"),
        "difference": Form("difference"),
        "share": Form("share"),
        "divide": Form(
            "divide",
            idle={
                "round": "A pot is divided into whole pence already: take it away.",
                "may_be": "A part of a pot is never negative: take it away.",
                "if_empty": "A pot without members is not divided: take it away.",
                "needs": "Give it to the measure that is the pot, and say there what holds instead.",
                "settles": "A pot is divided once: write the final figure as a payment of its own.",
            },
        ),
    }
)


def form_of(payment: Payment) -> str:
    """The name of a payment's form. The terms were checked: it has exactly one."""
    return next(name for name, form in FORMS.items() if getattr(payment, form.word) is not None)
