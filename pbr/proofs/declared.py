"""What the compiler has already proved, and what is plain from a contract: cards, order, units, whose word decides, baselines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pbr.plan.aggregates import ONCE
from pbr.plan.node import Node
from pbr.plan.plan import Plan
from pbr.plan.points import Point, cards
from pbr.problem import Place, Problem
from pbr.proofs.complete import complete
from pbr.proofs.proof import COUNTEREXAMPLE, NOT_DECIDED, PROVED, Proof
from pbr.proofs.search import Search
from pbr.proofs.showing import show
from pbr.terms.loading import Loaded
from pbr.terms.models import Measured
from pbr.terms.source import Source

OLD_AFTER = 5  # years between the end of a baseline and the first day of the term
_COMPARED = ("eq", "ne", "lt", "le", "gt", "ge")


def declared(loaded: Loaded, plan: Plan, search: Search, problems: list[Problem]) -> Iterable[Proof]:
    source = loaded.source
    yield from _cards(plan, source)
    yield from complete(loaded, plan)
    for cap in plan.then:
        if cap.name:
            continue  # a step on a total pays no line first
        ordered = any(steps for _, steps in cap.order)
        why = "by the order that the contract writes, then the payment, then the key" if ordered else "one line at most counts under it"
        yield Proof(
            "order",
            f"{cap.kind} {cap.number}",
            Place(source.file, cap.line),
            f"which lines the {cap.kind} of {cap.text} pays first is stated",
            PROVED,
            why,
        )
    yield from _rounding(loaded, plan)
    yield from _units(plan, source)
    yield from _evidence(plan, search, source)
    yield from baselines(loaded, plan, problems)
    yield from _windows(loaded, plan)


def _cards(plan: Plan, source: Source) -> Iterable[Proof]:
    seen: set[str] = set()
    for card in cards(plan):
        name = str(card.node.params["name"]).rpartition(".")[0] or str(card.node.params["name"])
        if name in seen:
            continue
        seen.add(name)
        owner = name.partition(".")[0]
        place = source.place("payments", owner, "card") if name.endswith(".card") else source.place("parameters", owner)
        rows = len(card.node.params["rows"])
        yield Proof(
            "cards",
            name,
            place,
            f"every code has one row of `{name}`, and only one",
            PROVED,
            f"all {rows} of them" if rows > 1 else "the one there is",
        )


def _rounding(loaded: Loaded, plan: Plan) -> Iterable[Proof]:
    for payment in plan.payments:
        if payment.form != "factor":
            model = loaded.contract.payments[payment.name]
            place = loaded.source.place("payments", payment.name)
            claim = f"where `{payment.name}` is rounded, and how, is stated"
            why = f"to {model.round.text}" if model.round is not None else "it is whole pence already, by what it is made of"
            yield Proof("order", payment.name, place, claim, PROVED, why)


def _units(plan: Plan, source: Source) -> Iterable[Proof]:
    for step in plan.steps:
        kinds = {arg.type.kind for node in step.node.walk() if node.op in _COMPARED for arg in node.args}
        if kinds & {"percent", "points"} and step.line:
            item = step.name.partition(".")[0]
            yield Proof(
                "units",
                item,
                Place(source.file, step.line),
                f"`{step.text}` compares percentages with percentages and points with points",
                PROVED,
                "by their types",
            )


def _evidence(plan: Plan, search: Search, source: Source) -> Iterable[Proof]:
    for payment in plan.payments:
        place = source.place("payments", payment.name)
        claim = f"`{payment.name}` is decided by more than the provider's own word"
        grade = plan.step(payment.name).decided_by
        if grade != "provider":
            why = (
                f"rows that the {grade} supplier gives decide it"
                if grade == "independent"
                else "rows of the commissioner decide it"
                if grade
                else "no rows decide it"
            )
            yield Proof("evidence", payment.name, place, claim, PROVED, why)
            continue
        words = [Point("result", payment.name, word) for word in ("pays", "deducts", "sets")]
        found = next((search.witnesses[word] for word in words if word in search.witnesses), None)
        if found is None:
            yield Proof(
                "evidence", payment.name, place, claim, NOT_DECIDED, "the provider supplies what decides it; no rows were found that pay"
            )
        else:
            why = "the provider alone supplies what decides it"
            yield Proof("evidence", payment.name, place, claim, COUNTEREXAMPLE, why, shown=show(plan, found, [payment.name]))


def _windows(loaded: Loaded, plan: Plan) -> Iterable[Proof]:
    """Events of a register that two rows can see: the contract says whose they are, or that each may count them."""
    for kind in ("facts", "outcomes"):
        for name, model in getattr(loaded.contract, kind).items():
            step = plan.step(name)
            told = [node.params["aggregate"] for node in step.node.walk() if node.op in ONCE and "aggregate" in node.params]
            seen = [
                one for one in told if one["link"]["kind"] == "matched" and not set(plan.key_of(step.grain)) <= set(one["link"]["onto"])
            ]
            if not seen:
                continue
            table, shared = seen[0]["link"]["table"], " and ".join(seen[0]["link"]["onto"])
            claim = f"`{name}`: no row of {table} counts for two rows of {step.grain}, unless the contract means it"
            place = loaded.source.place(kind, name)
            if model.counts_once is not None:
                why = "the contract means it" if "once" not in seen[0] else f"it counts for the {model.counts_once.text}"
                yield Proof("windows", name, place, claim, PROVED, why)
            else:
                why = f"rows of {step.grain} with one {shared} see the same ones; write `counts_once: first by DATE`, or `counts_once: no`"
                yield Proof("windows", name, place, claim, NOT_DECIDED, why)


def baselines(loaded: Loaded, plan: Plan, problems: list[Problem]) -> Iterable[Proof]:
    """One proof for each parameter that a change is reckoned from. Days that cannot be read go to ``problems``."""
    first = date.fromisoformat(plan.first_day)
    compared = {name for step in plan.steps for node in step.node.walk() for name in _starts(node)}
    for name, parameter in loaded.contract.parameters.items():
        place = loaded.source.place("parameters", name)
        claim = f"the baseline `{name}` was measured within {OLD_AFTER} years before the term"
        if parameter.measured is None:
            if name in compared:
                yield Proof(
                    "baselines",
                    name,
                    place,
                    claim,
                    NOT_DECIDED,
                    "a result is compared with it, and `measured: {from, to}` does not say when it was measured",
                )
            continue
        last = _measured(loaded, parameter.measured, problems)
        if last is None:
            continue
        limit = date(first.year - OLD_AFTER, first.month, min(first.day, 28))
        answer = PROVED if last >= limit else COUNTEREXAMPLE
        yield Proof(
            "baselines", name, place, claim, answer, f"it was measured to {last.isoformat()}, and the term begins on {first.isoformat()}"
        )


def _measured(loaded: Loaded, model: Measured, problems: list[Problem]) -> date | None:
    """The last day of the measurement, or None after saying what is wrong."""
    days: list[date] = []
    for leaf in (model.from_, model.to):
        try:
            days.append(date.fromisoformat(leaf.text))
        except ValueError:
            problems.append(loaded.source.problem("PBR936", f"`{leaf.text}` is not a date.", "Write it as 2012-04-01.", leaf.place))
            return None
    if days[0] > days[1]:
        says = f"The measurement ends on {days[1]}, before it begins on {days[0]}."
        problems.append(loaded.source.problem("PBR936", says, "`from` is its first day and `to` its last.", model.to.place))
        return None
    return days[1]


def _starts(node: Node) -> Iterable[str]:
    """Names of the parameters that a change is measured from."""
    start = node.args[0] if node.args else None
    change = node.op in ("fall", "rise") or (node.op == "sub" and node.type.kind == "points")
    if change and start is not None and start.op == "literal" and "name" in start.params:
        yield str(start.params["name"])
