"""The rules that a contract uses: each read out, with its file and its digest. No payment is more than three clicks from them."""

from __future__ import annotations

from pbr.publish import addresses
from pbr.publish.pages.frame import Sheet, around, crumbs_of, heading, page
from pbr.publish.pages.html import Child, Element, el, short
from pbr.publish.site import Contract, Rule


def rules_page(sheet: Sheet, contract: Contract) -> bytes:
    """CONTRACT/rules.html."""
    content = [
        el(
            "div",
            heading(sheet, "The rules it uses", contract.title),
            el("p", "Rules that more than one contract uses, each in the exact version that this one names.", class_="lead"),
            class_="opening",
        ),
        around(sheet, contract, contract.assessments[0] if contract.assessments else None),
        el("div", [_rule(sheet, contract, rule) for rule in contract.rules], class_="body reading"),
    ]
    return page(sheet, f"The rules it uses: {contract.title}", crumbs_of(sheet.site, contract), content, kind="rules-page")


def _rule(sheet: Sheet, contract: Contract, rule: Rule) -> Element:
    parts: list[Child] = [[el("h3", short(clause.heading, 160)), [el("p", one) for one in clause.sentences]] for clause in rule.reading]
    return el(
        "section",
        el("h2", short(rule.title, 160), id=addresses.part(rule.slug)),
        el("p", el("code", rule.name), class_="aside"),
        el("p", rule.says) if rule.says else None,
        el(
            "p",
            el("a", "The rule as it is run", href=sheet.to(addresses.file_of_rule(contract, rule))),
            " is a text file, with its worked examples.",
        ),
        el("dl", el("div", el("dt", "Digest (SHA-256)"), el("dd", el("code", rule.digest))), class_="facts"),
        el("p", "Below it is read out with names that stand in for those that a contract gives it.", class_="aside"),
        parts,
    )


def named(sheet: Sheet, contract: Contract, name: str, digest: str) -> Child:
    """A rule by its exact version, with a link to where it is read out."""
    for rule in contract.rules:
        if (rule.name, rule.digest) == (name, digest):
            return ["Rule ", el("a", name, href=sheet.to(addresses.of_rule(contract, rule)))]
    return f"Rule {name}"


def clause_by_rule(sheet: Sheet, contract: Contract, rules: tuple[tuple[str, str], ...], clause: str) -> Child:
    """A clause; where it says that a rule gave it (rule FIELD/NAME/VERSION, line), with a link to the rule. ``rules``: of the assessment, with their digests."""
    for rule in contract.rules:
        if (rule.name, rule.digest) in rules and clause.startswith(f"rule {rule.name},"):
            return ["rule ", el("a", rule.name, href=sheet.to(addresses.of_rule(contract, rule))), clause.removeprefix(f"rule {rule.name}")]
    return clause
