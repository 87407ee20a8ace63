"""``pbr show``: the contract read out, clause by clause, in sentences. What it says, not what it computed."""

from __future__ import annotations

from typing import Any

from pbr.plan.plan import Plan
from pbr.plan.then import kind_of
from pbr.statement import words
from pbr.statement.reading_items import cohort_lines, item_lines, payment_lines, span_lines, steps_lines, table_lines
from pbr.statement.reading_tables import layout_lines
from pbr.statement.reading_words import grid, reference, says
from pbr.terms.loading import Loaded
from pbr.terms.models import Contract, Parameter, Scalar, Then, Use
from pbr.terms.names import ALL_FROM_ONE_FILE


def reading_copy(loaded: Loaded, plan: Plan) -> str:
    """The contract as plain text with Markdown headings. ``plan`` adds what was derived: keys of cohorts, days, sources."""
    contract = loaded.contract
    blocks = [_head(contract, plan)]
    if contract.uses:
        blocks.append(["## Rules", *[line for name, use in contract.uses.items() for line in _use(name, use)]])
    if contract.parameters:
        blocks.append(["## Terms", *[line for name, model in contract.parameters.items() for line in _parameter(name, model)]])
    if contract.variations:
        blocks.append(_variations(contract))
    blocks.append(_data(contract, plan))
    if contract.cohorts:
        blocks.append(
            [
                "## Cohorts",
                *[
                    line
                    for cohort in plan.cohorts
                    if cohort.name in contract.cohorts
                    for line in cohort_lines(cohort, contract.cohorts[cohort.name], plan)
                ],
            ]
        )
    if contract.spans:
        blocks.append(["## Spans", *[line for name, item in contract.spans.items() for line in span_lines(name, item, plan)]])
    if contract.steps:
        blocks.append(["## Rows that are made", *[line for name, made in contract.steps.items() for line in steps_lines(name, made)]])
    for title, items in (("Facts", contract.facts), ("Outcomes", contract.outcomes), ("Measures", contract.measures)):
        if items:
            blocks.append([f"## {title}", *[line for name, item in items.items() for line in item_lines(name, item, plan)]])
    blocks.append(["## Payments", *[line for name, payment in contract.payments.items() for line in payment_lines(name, payment, plan)]])
    blocks.append(_statement(contract))
    if contract.examples:
        blocks.append(["## Worked examples", *[line for example in contract.examples for line in _example(example.name.text, example)]])
    blocks.append(_unverified(plan))
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks if block) + "\n"


def _head(contract: Contract, plan: Plan) -> list[str]:
    term = f"It runs from {words.day(plan.first_day)} to {words.day(plan.last_day)}; sums are in {plan.currency}."
    parties = f"Commissioner: {contract.parties.commissioner.text}. Provider: {contract.parties.provider.text}."
    return [
        f"# {plan.title}",
        "",
        f"Contract {plan.contract}, version {plan.version}.",
        parties,
        term,
        *_approval(contract),
        *_publish(contract),
    ]


def _approval(contract: Contract) -> list[str]:
    """Who must sign, where the contract says it; under its own words, so that nothing is hidden in a default."""
    if contract.approval is None:
        return []
    number = contract.approval.approvers.text if contract.approval.approvers is not None else "1"
    never = contract.approval.assessor is not None and contract.approval.assessor.text == "may not approve"
    clause = f" ({contract.approval.clause.text})" if contract.approval.clause is not None else ""
    if number == "1":
        text = "A statement counts as approved when one approver has signed it, who is not who ran the assessment"
    else:
        who = "who ran the assessment may not be one of them" if never else "who ran the assessment may be one of them"
        text = f"A statement counts as approved when {number} approvers have signed it; {who}"
    return [f"{text}{clause}.", *says(contract.approval)]


def _publish(contract: Contract) -> list[str]:
    """What is not shown of few people, where the contract says more than the usual rule."""
    publish = contract.publish
    if publish is None:
        return []
    threshold, base = ("" if text is None else text.text for text in (publish.threshold, publish.base))
    clause = f" ({publish.clause.text})" if publish.clause is not None else ""
    text = f"Where its figures are published, numbers of people from 1 to {threshold or '7'} are not shown, and others to the nearest {base or '5'}"
    rows = [f"Each row of {words.listed([words.plural(one.text) for one in publish.people])} counts as a person."] if publish.people else []
    return [f"{text}{clause}.", *rows, *says(publish)]


def _use(name: str, use: Use) -> list[str]:
    """What the rule gives stands among the contract's own items, each with the rule's name and line."""
    given = [f"  - {key} is {_told(value)}" for key, value in use.with_.items()]
    return [f"- {name} is the rule {use.rule.text}{reference(use)}, where", *says(use), *given]


def _parameter(name: str, model: Parameter) -> list[str]:
    if model.value is not None:
        return [f"- {name} is {model.value.text}{reference(model)}.", *says(model)]
    if model.values is not None:
        picked = f", by {model.dated_by.text}" if model.dated_by is not None else ""
        out = [f"- {name} depends on the day{picked}{reference(model)}:", *says(model)]
        return out + [f"  - from {words.day(entry.from_.text)}: {entry.value.text}{reference(entry)}" for entry in model.values]
    keys = ", ".join(leaf.text for leaf in model.by or [])
    header = [leaf.text for leaf in model.columns or []]
    if model.versions is not None:
        picked = f"; the version in force is picked by {model.dated_by.text}" if model.dated_by is not None else ""
        out = [f"- {name} is a card by {keys}{picked}{reference(model)}:", *says(model)]
        for version in model.versions:
            out += [
                f"  - from {words.day(version.from_.text)}{reference(version)}:",
                *(f"    {line}" for line in grid(header, version.rows)),
            ]
        return out
    out = [f"- {name} is a card by {keys}{reference(model)}:", *says(model)]
    return out + [f"  {line}" for line in grid([leaf.text for leaf in model.columns or []], model.rows or [])]


def _variations(contract: Contract) -> list[str]:
    """What each variation replaces. It counts for groups that begin on its day or later, and for rows whose dated day is that day or later."""
    out = ["## Variations"]
    for variation in contract.variations:
        out += [f"- From {words.day(variation.from_.text)}{reference(variation)}:", *says(variation)]
        for name, value in variation.replaces.items():
            if isinstance(value, list):
                header = [leaf.text for leaf in contract.parameters[name].columns or []]
                out += [f"  - {name} is the card:", *(f"    {line}" for line in grid(header, value))]
            else:
                out.append(f"  - {name} is {value.text}.")
    return out


def _data(contract: Contract, plan: Plan) -> list[str]:
    shared = layout_lines(contract.layout.get(ALL_FROM_ONE_FILE))
    out = ["## Data", *(["All tables come from one file.", *shared] if ALL_FROM_ONE_FILE in contract.layout else [])]
    for table in plan.tables:
        out += [*table_lines(table, contract.data[table.name], plan), *layout_lines(contract.layout.get(table.name))]
    return out


def _statement(contract: Contract) -> list[str]:
    steps = contract.statement.then
    if not steps:
        return ["## Statement", "Every line stands as it is: no cap and no other step over all lines."]
    out = ["## Statement", "Over all lines, in this order, each step on what the one before it left:"]
    return out + [f"{number}. {_then(step)}" for number, step in enumerate(steps, 1)]


def _then(step: Then) -> str:
    kind = kind_of(step)
    over = step.mix or step.over or step.from_
    payments = words.listed([leaf.text for leaf in over]) if over else "all payments"
    on = f"the {step.on.text.replace('total of contract', 'total of the contract')}" if step.on is not None else ""
    if kind == "mix":
        text = f"{payments} may be at most {_said(step.at_most)} of {_said(step.of)}, per {_said(step.per)}"
    elif kind == "cap" and step.on is None:
        text = f"At most {_said(step.cap)} per {_said(step.per)}, over {payments}"
    else:
        text = {
            "cap": f"What {on} is over {_said(step.cap)} is taken off",
            "floor": f"What {on} is short of {_said(step.floor)} is added",
            "deduct": f"{_said(step.deduct)} is taken off {on}",
            "net": f"Where {on} is below zero, nothing is taken back",
            "round": f"{on[:1].upper()}{on[1:]} is rounded to {_said(step.round)}",
        }[kind]
        text += f", in a line of its own, over {payments}"
        if kind == "deduct" and step.round is not None:
            text += f"; rounded to {step.round.text}"
    if step.allocate is not None:
        text += f"; lines are counted {step.allocate.text}"
    if step.last_line is not None:
        text += f"; the line that reaches it is paid {step.last_line.text}"
    if step.for_ is not None:
        text += "; it counts what earlier assessments paid"
    return f"{text}{reference(step)}."


def _said(leaf: Scalar | None) -> str:
    return leaf.text if leaf is not None else ""


def _example(name: str, example: Any) -> list[str]:
    out = [f"- {name}{reference(example)}"]
    if example.complete_to is not None:
        out.append(f"  complete to {_told(example.complete_to)}")
    if example.given:
        out += _by_name("given", example.given)
    for table, rows in (example.rows or {}).items():
        out += [f"  {table}:", *[f"    {line}" for line in grid([leaf.text for leaf in rows[0]], rows[1:])]] if rows else []
    if example.expect:
        out += _by_name("expected", example.expect)
    if example.expect_held:
        out += _by_name("held", example.expect_held)
    return out


def _by_name(word: str, values: Any) -> list[str]:
    """One line for each name: expected fee: a £5.00, b £0.00."""
    if not isinstance(values, dict):
        return [f"  {word} {_told(values)}"]
    out = []
    for name, value in values.items():
        if isinstance(value, dict):
            out.append(f"  {word} {name}: {', '.join(f'{key} {_told(each)}' for key, each in value.items())}")
        else:
            out.append(f"  {word} {name}: {_told(value)}")
    return out


def _told(value: Any) -> str:
    """Values as written: name: {key: value} becomes name for key is value."""
    if isinstance(value, Scalar):
        return value.text
    if isinstance(value, dict):
        parts = []
        for name, inner in value.items():
            if isinstance(inner, dict):
                parts += [f"{name} of {key} is {_told(each)}" for key, each in inner.items()]
            else:
                parts.append(f"{name} is {_told(inner)}")
        return "; ".join(parts)
    return ", ".join(_told(each) for each in value) if isinstance(value, list) else str(value)


def _unverified(plan: Plan) -> list[str]:
    terms = [term for term in plan.terms if term.mark == "M"]
    if not terms:
        return ["Every figure that carries a mark is seen or derived; none rests on memory."] if plan.terms else []
    return [
        "## Not verified",
        *[f"- {term.name}{f' ({term.value})' if term.value else ''}: from memory; check it before anything is paid" for term in terms],
    ]
