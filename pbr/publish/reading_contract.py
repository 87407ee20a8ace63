"""A contract as the site shows it: its parties, what it says clause by clause, its own text. Everything here stands in the contract."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.disclosure.release import USUAL
from pbr.disclosure.rule import Rule as DisclosureRule
from pbr.plan.build import build
from pbr.plan.plan import Plan
from pbr.publish.reading_people import tables_of_people
from pbr.publish.reading_results import Results
from pbr.publish.site import Clause, Contract, Rule
from pbr.statement import words
from pbr.statement.reading_copy import reading_copy
from pbr.statement.reading_items import payment_lines
from pbr.terms.loading import Loaded, load_text
from pbr.terms.rulebook.files import Library

UNSAID = ("Statement", "Worked examples", "Not verified")
_NUMBERS = re.compile(r"\d[\d,.]*")


@dataclass(frozen=True)
class Shown:
    """A contract without its assessments. ``plan``: its digest; ``forms``: how each payment pays; ``public``: numbers that stand in it; ``people``: its tables of people; ``results``: by payment, what its lines can come to. ``rule``: what of them is not shown."""

    contract: Contract
    plan: str
    forms: Mapping[str, str]
    public: frozenset[str]
    people: frozenset[str]
    results: Mapping[str, Results]
    rule: DisclosureRule = USUAL


def shown_of(folder: Path, plan: Plan, page: str, before: Shown | None) -> Shown:
    """The contract that an assessment's folder holds. ``before``: of the one read before it: mostly the same. Raises Refused."""
    source = (folder / layout.CONTRACT).read_bytes()
    if before is not None and before.contract.source == source and before.plan == plan.digest:
        return before
    loaded = load_text(source, layout.CONTRACT, Library([folder / layout.RULES]))
    rules = [path.read_text(encoding="utf-8") for path in sorted((folder / layout.RULES).rglob("*.yaml"))]
    about = tuple(
        dict.fromkeys(f"{says[:1].upper()}{says[1:].rstrip('.')}." for says in (payment.says for payment in plan.payments) if says)
    )
    contract = Contract(
        page, plan.title, plan.version, plan.parties, plan.currency, (plan.first_day, plan.last_day), about, clauses(loaded, plan),
        source, hashlib.sha256(source).hexdigest(), (), rules=rules_of(loaded, folder, () if before is None else before.contract.rules),
    )  # fmt: skip
    return Shown(
        contract,
        plan.digest,
        forms(loaded, plan),
        public_numbers(plan, [source.decode(), *rules]),
        tables_of_people(plan, _counted(loaded)),
        {payment.name: Results(plan, payment) for payment in plan.payments},
        _rule(loaded),
    )


def _counted(loaded: Loaded) -> tuple[str, ...]:
    publish = loaded.contract.publish
    return tuple(one.text for one in publish.people or ()) if publish is not None else ()


def _rule(loaded: Loaded) -> DisclosureRule:
    """The contract's own disclosure rule, or the usual one."""
    publish = loaded.contract.publish
    if publish is None:
        return USUAL
    threshold, base = (
        int(text.text) if text is not None else usual for text, usual in ((publish.threshold, USUAL.threshold), (publish.base, USUAL.base))
    )
    return DisclosureRule(threshold, base)


def rules_of(loaded: Loaded, folder: Path, known: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules that a contract uses, beside those that an older assessment of it does (``known``). Each is read out in its own frame, as it is tested. Raises Refused."""
    found = {(rule.name, rule.digest): rule for rule in known}
    for file in loaded.rules:
        if (file.name, file.source.sha256) in found:
            continue
        own = load_text(file.source.data, f"{file.name}.yaml", Library([folder / layout.RULES]))
        plan = build(own)
        taken = any(rule.name == file.name for rule in found.values())
        says = getattr(file.tree.get("says"), "text", "")
        found[file.name, file.source.sha256] = Rule(
            file.name, f"{file.name}-{file.source.sha256[:8]}" if taken else file.name, plan.title, says,
            tuple(clause for clause in _parts(clauses(own, plan))), file.source.data, file.source.sha256,
        )  # fmt: skip
    return tuple(found[key] for key in sorted(found))


def _parts(reading: tuple[Clause, ...]) -> Iterator[Clause]:
    """What a rule says, without who its frame is between and its worked examples: these stand in its file."""
    for clause in reading[1:]:
        if clause.heading in UNSAID:
            return
        if clause.sentences:
            yield clause


def clauses(loaded: Loaded, plan: Plan) -> tuple[Clause, ...]:
    """The reading copy, a part for each heading."""
    out: list[tuple[str, list[str]]] = []
    for line in reading_copy(loaded, plan).splitlines():
        if line.startswith("#"):
            out.append((line.lstrip("# ").strip(), []))
        elif line.strip():
            out[-1][1].append(line.strip().removeprefix("- "))
    return tuple(Clause(heading, tuple(sentences)) for heading, sentences in out if sentences or heading)


def forms(loaded: Loaded, plan: Plan) -> dict[str, str]:
    """How each payment pays, in the words of the reading copy: what stands between whom it is for and whose word it rests on."""
    return {name: _form(payment_lines(name, payment, plan), payment) for name, payment in loaded.contract.payments.items()}


def _form(lines: list[str], payment: Any) -> str:
    said = payment.says.text if payment.says is not None else ""
    told = [
        line.strip()
        for line in lines
        if not line.startswith(("#", "Decided by", "Rests on", "One line for")) and line.strip() not in ("", said)
    ]
    return " ".join(told)


def public_numbers(plan: Plan, texts: list[str]) -> frozenset[str]:
    """Every number that stands in the contract's words, in names of groups and in days of the term."""
    return frozenset(found.rstrip(".,") for text in (*texts, *_words_of(plan)) for found in _NUMBERS.findall(text))


def _words_of(plan: Plan) -> Iterator[str]:
    yield plan.title
    yield from (words.day(day) for day in (plan.first_day, plan.last_day))
    for cohort in plan.cohorts:
        for group in cohort.groups:
            yield from group.key
            yield from (words.day(day) for day in (group.first_day, group.last_day) if day)
    for step in plan.steps:
        yield step.text
        yield from (node.phrase for node in step.node.walk() if node.phrase)
    yield from (term.value for term in plan.terms)
