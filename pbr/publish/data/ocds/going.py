"""How a contract went, by one assessment: payment milestones, transactions, and performance failures with what was deducted.

Two things hold of each release. Where a payment milestone is met there is a transaction. And the transactions come to what is published as paid: line by line where every line's sum is shown
exactly and they add up to it; else (a cap, a sum that is withheld) there is one transaction for all. What is withheld is left out, and never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pbr.disclosure.cells import MONEY
from pbr.disclosure.released import EXACT, WITHHELD, Figure
from pbr.publish import addresses
from pbr.publish.data.figures import Shown
from pbr.publish.data.ocds.naming import Naming, moment
from pbr.publish.site import Assessment, Contract, Line, Payment

PAYS = "pays"
DEDUCTS = ("deducts", "deducted")
HELD = "held"
SETS = "sets"


def milestone_id(assessment: Assessment, payment: Payment, line: Line) -> str:
    return f"{assessment.slug}/{payment.name}/{line.slug}"


@dataclass(frozen=True)
class Going:
    contract: Contract
    assessment: Assessment
    shown: Shown
    naming: Naming
    buyers: list[dict[str, str]]
    suppliers: list[dict[str, str]]

    def milestones(self) -> list[dict[str, Any]]:
        """contracts/implementation/milestones: one for each line that could pay."""
        return [self._milestone(payment, line) for payment, line in self._lines() if self._result(line) != SETS]

    def transactions(self) -> list[dict[str, Any]]:
        paid = self.shown.of(self.assessment.paid)
        if self._by_line(paid):
            return [
                self._transaction(milestone_id(self.assessment, payment, line), self.shown.of(line.amount), addresses.part(payment.name, line.slug))
                for payment, line in self._lines()
                if self._status(line) == "met" or _sum(self.shown.of(line.amount))
            ]  # fmt: skip
        if _sum(paid) or any(self._status(line) == "met" for _, line in self._lines()):
            return [self._transaction(f"{self.assessment.slug}/paid", paid, "")]
        return []

    def failures(self) -> list[dict[str, Any]]:
        """contracts/implementation/performanceFailures: one for each line that deducts."""
        return [
            self._failure(payment, line)
            for payment, line in self._lines()
            if self._result(line) in DEDUCTS and not self._perhaps_none(line)
        ]

    def _lines(self) -> list[tuple[Payment, Line]]:
        return [(payment, line) for payment in self.assessment.payments for line in payment.lines]

    def _result(self, line: Line) -> str:
        return self.shown.of(line.result).text

    def _perhaps_none(self, line: Line) -> bool:
        """Whether a line stands for so many lines of people as are withheld. Every result that is possible has one (but for held), so there may be none."""
        return line.people and line.number is not None and self.shown.of(line.number).how == WITHHELD

    def _status(self, line: Line) -> str | None:
        """Of its milestone; None where the result is withheld, or of how many people it is the result: perhaps of none. A line whose comparisons are all met is met, though there be nothing more to pay."""
        result = self._result(line)
        if result == HELD:
            return "scheduled"
        if result.startswith("[") or self._perhaps_none(line):
            return None
        return "met" if result == PAYS or (line.comparisons and all(one.met for one in line.comparisons)) else "notMet"

    def _milestone(self, payment: Payment, line: Line) -> dict[str, Any]:
        status = self._status(line)
        return {
            "id": milestone_id(self.assessment, payment, line),
            "title": ", ".join([payment.title, *(value for _, value in line.key)]),
            "type": "payment",
            "description": self.shown.sentence(line.why),
            **({"code": payment.clause} if payment.clause else {}),
            **({"dateModified": moment(self.assessment.complete_to)} if self.assessment.complete_to else {}),
            **({"status": status} if status else {}),
        }

    def _by_line(self, paid: Figure) -> bool:
        """Whether the lines' sums are all shown exactly, and come to what was paid. A line that is held has no sum yet."""
        amounts = [self.shown.of(line.amount) for _, line in self._lines() if self._result(line) not in (HELD, SETS)]
        sums = [_sum(one) for one in amounts]
        whole = _sum(paid)
        return (
            whole is not None
            and all(one is not None for one in sums)
            and sum((one for one in sums if one is not None), Decimal(0)) == whole
        )

    def _transaction(self, name: str, amount: Figure, part: str) -> dict[str, Any]:
        """From the buyer to the supplier; of a negative sum the other way."""
        value = _sum(amount)
        page = addresses.of_assessment(self.contract, self.assessment)
        payer, payee = (self.suppliers, self.buyers) if value is not None and value < 0 else (self.buyers, self.suppliers)
        return {
            "id": name,
            "source": self.naming.url(f"{page}#{part}" if part else page),
            **({"value": _value(value, amount)} if value is not None else {}),
            **({"payer": payer[0]} if len(payer) == 1 else {}),
            **({"payee": payee[0]} if len(payee) == 1 else {}),
        }

    def _failure(self, payment: Payment, line: Line) -> dict[str, Any]:
        amount = self.shown.of(line.amount)
        value = _sum(amount)
        required = "; ".join(f"{one.label}: {self.shown.written(one.target)}" for one in line.comparisons)
        return {
            "id": milestone_id(self.assessment, payment, line),
            "category": payment.title,
            **({"requirement": required} if required else {}),
            "description": self.shown.sentence(line.why),
            **({"penaltyContracted": payment.form} if payment.form else {}),
            "penaltyType": "contracted",
            **({"penaltyValue": _value(value, amount)} if value is not None else {}),
            **({"suppliers": self.suppliers} if self.suppliers else {}),
        }


def _sum(figure: Figure) -> Decimal | None:
    """An exact sum of money that is shown."""
    if figure.kind != MONEY or figure.how != EXACT or figure.value is None or figure.high is not None:
        return None
    return Decimal(figure.value)


def _value(value: Decimal, figure: Figure) -> dict[str, Any]:
    return {"amount": abs(value), "currency": figure.unit}
