"""What two versions of a contract say differently, by their plans: parameters, definitions, cohorts, caps, tables."""

from __future__ import annotations

from dataclasses import dataclass

from pbr.plan.plan import Plan, Step

WRITTEN = ("check", "flag", "exclusion", "fact", "outcome", "measure", "condition", "payment")


@dataclass(frozen=True)
class TermChange:
    """``what`` it is about, as a name of the contract; ``was`` and ``now``: as written, empty where it was not there, or is gone."""

    what: str
    was: str
    now: str
    clause: str = ""

    def __str__(self) -> str:
        clause = f" ({self.clause})" if self.clause else ""
        if not self.was or not self.now:
            return f"{self.what}{clause} {'is new' if not self.was else 'is gone'}: {self.now or self.was}"
        return f"{self.what}{clause} was {self.was}, is {self.now}"

    def to_json(self) -> dict[str, str]:
        return {"what": self.what, "was": self.was, "now": self.now, "clause": self.clause}


def changed_terms(old: Plan, new: Plan) -> list[TermChange]:
    """Every term that is not the same, in the order of the new contract, then what is gone. None where the plans are one."""
    if old.digest == new.digest:
        return []
    was, now = _terms(old), _terms(new)
    out = []
    for what in [*now, *(what for what in was if what not in now)]:
        before, after = was.get(what, ("", "", "")), now.get(what, ("", "", ""))
        if before[:2] != after[:2]:
            # the text may be the same and its meaning not: a column it reads was given other bounds, for example
            same = before[0] == after[0]
            if not same or not before[1]:
                out.append(TermChange(what, before[0], after[0], after[2] or before[2]))
    if old.version != new.version:
        out.insert(0, TermChange("version", old.version, new.version))
    return out


def _terms(plan: Plan) -> dict[str, tuple[str, str, str]]:
    """Name -> (as written, what tells it apart besides, clause)."""
    out: dict[str, tuple[str, str, str]] = {"term": (f"{plan.first_day} to {plan.last_day}", "", "")}
    out |= {term.name: (term.value, "", term.clause) for term in plan.terms}
    for step in plan.steps:
        if step.kind in WRITTEN:
            out[_named(plan, step)] = (step.text or step.name, step.node.identity, step.clause)
            if step.settles is not None:
                out[f"{step.name} settles"] = (plan.step(step.settles.day).text or step.settles.how, step.settles.how, step.clause)
    for cohort in plan.cohorts:
        out[cohort.name] = (plan.step(cohort.member).text or cohort.name, str(len(cohort.groups)), cohort.clause)
    for one in plan.then:
        told = (one.kind, one.amount, one.share, one.of, one.per_name, one.last_line, one.mode_and_unit, one.over)
        out[f"step {one.number} of the statement"] = (one.text or str(one.amount), str(told), one.clause)
    for table in plan.tables:
        out[f"table {table.name}"] = (", ".join(column.name for column in table.columns), "", "")
    return out


def _named(plan: Plan, step: Step) -> str:
    """A payment's own name for its sum and its condition."""
    for payment in plan.payments:
        if step.name == payment.amount:
            return payment.name
        if step.name == payment.condition:
            return f"{payment.name} only if"
    return step.name
