"""From the folders of assessments to what is to be published: texts with slots, and the cells that fill them. One folder is read at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pbr
from pbr.audit import layout
from pbr.disclosure.cells import Table
from pbr.problem import Place, refuse
from pbr.publish.reading_contract import clauses, forms, loaded_in, public_numbers
from pbr.publish.reading_counts import Counts
from pbr.publish.reading_first import MOST, achieved, bought, who_says_so, why_not_more
from pbr.publish.reading_forms import Lineage, known, mixed, of, plus, total
from pbr.publish.reading_ledger import Ledger, slug
from pbr.publish.reading_lineage import Lineages
from pbr.publish.reading_lines import Lines
from pbr.publish.reading_people import tables_of_people
from pbr.publish.reading_portfolio import in_all
from pbr.publish.reading_rows import groups_add_up, limits_of, outcomes_of, rows_of
from pbr.publish.reading_series import Measured, measured, over_time
from pbr.publish.reading_status import Register, Standing
from pbr.publish.reading_texts import Marking, Texts
from pbr.publish.site import Assessment, Contract, Site, Slot
from pbr.statement import words
from pbr.statement.making import FORMAT
from pbr.statement.opening import Opened, json_of, open_folder

HEADLINE = 100


@dataclass
class Of_contract:
    """What the assessments of one contract have in common, while they are read. ``contract``: as of the newest of them."""

    contract: Contract
    assessments: list[tuple[Assessment, Measured]]
    people: bool


def read(
    folders: Iterable[Path],
    title: str = "Payment by results",
    log: Path | None = None,
    private: Path | None = None,
    only_approved: bool = False,
) -> tuple[Site, Table]:
    """Everything that is to be published of these assessments. ``log``: says who approved them (``private``: where its openings are kept).

    Raises Refused PBR681 another version, PBR682 no trace, PBR683 one that is not approved where ``only_approved``, PBR684 and PBR685 two of the same page; PBR575 and PBR576
    a folder that is not the one logged."""
    table, register = Table(), Register(log, private)
    contracts: dict[str, Of_contract] = {}
    for folder in folders:
        _read_one(folder, table, contracts, register.standing(folder, only_approved))
    found = [_finished(contracts[name]) for name in sorted(contracts)]
    return in_all(Site(title, tuple(found), f"pbr {pbr.__version__}", register.origin), table), table


def _read_one(folder: Path, table: Table, contracts: dict[str, Of_contract], standing: Standing) -> None:
    manifest = json_of(folder, layout.MANIFEST)
    if manifest.get("format") != FORMAT:
        says = f"{folder} is of the version {manifest.get('format')!r}; this program publishes {FORMAT}."
        raise refuse("PBR681", says, "Assess it again, or publish it with the program that made it.", Place(str(folder)))
    if not any((folder / layout.TRACE).glob("*.parquet")):
        raise refuse(
            "PBR682", f"{folder} has no trace: nothing in it says what its sums follow from.", "Give the whole folder.", Place(str(folder))
        )
    digest = hashlib.sha256((folder / layout.MANIFEST).read_bytes()).hexdigest()
    with open_folder(folder) as opened:
        plan = opened.plan
        page = slug(plan.contract)
        so_far = contracts.get(page)
        if so_far is not None and so_far.contract.title != plan.title:
            says = f"{so_far.contract.title!r} and {plan.title!r} would both be {page}/."
            raise refuse("PBR684", says, "Give one of them another `contract:`, or publish them apart.", Place(str(folder)))
        if so_far is not None and any(one.digest == digest for one, _ in so_far.assessments):
            raise refuse("PBR685", f"{folder} is given twice.", "Give each assessment once.", Place(str(folder)))
        loaded = loaded_in(folder)
        source = (folder / layout.CONTRACT).read_bytes()
        complete = max((day for day in opened.complete_to.values() if day), default=plan.last_day)
        taken = {one.slug for one, _ in so_far.assessments} if so_far is not None else set()
        address = complete if complete not in taken else f"{complete}-{digest[:8]}"
        ledger = Ledger(table, f"{page}/{address}", plan.currency)
        marking = Marking()
        opened.trail.mark = marking
        rules = [path.read_text(encoding="utf-8") for path in sorted((folder / layout.RULES).rglob("*.yaml"))]
        lineages = Lineages(opened.trail, tables_of_people(plan), ledger, Counts(opened.trail, ledger))
        public = public_numbers(plan, [source.decode(), *rules])
        texts = Texts(opened.trail, ledger, lineages, marking, public)
        assessment = _assessment(opened, texts, address, digest, complete, forms(loaded, plan), manifest, standing)
        if so_far is None:
            about = tuple(dict.fromkeys(payment.says for payment in plan.payments if payment.says))
            contract = Contract(
                page, plan.title, plan.version, plan.parties, plan.currency, (plan.first_day, plan.last_day), about, clauses(loaded, plan),
                source, hashlib.sha256(source).hexdigest(), (),
            )  # fmt: skip
            so_far = contracts[page] = Of_contract(contract, [], bool(lineages.people))
        so_far.assessments.append((assessment, measured(texts, address)))


def _assessment(
    opened: Opened,
    texts: Texts,
    address: str,
    digest: str,
    complete: str,
    says: dict[str, str],
    manifest: dict[str, Any],
    standing: Standing,
) -> Assessment:
    plan, statement = opened.plan, opened.statement
    rows = tuple(rows_of(texts, statement))
    outcomes = tuple(outcomes_of(texts, statement))
    lines = Lines(texts, says)
    payments = tuple(lines.payments())
    limits = tuple(limits_of(texts, statement, lines.money))
    groups_add_up(texts)
    number = sum(len(payment.lines) for payment in payments) - MOST
    more = (
        texts.ledger.count(
            "more", ("lines", "not told first"), number, "lines that the first sentences do not tell", known(number), "lines"
        )
        if number > 0
        else None
    )
    sums = _sums(texts, statement, lines.money, lines.held)
    return Assessment(
        address, digest, complete, standing.state, standing.says, *sums, bought(plan), tuple(achieved(payments, outcomes, lines.values)), tuple(why_not_more(payments, plan, lines.results, lines.taken, more)),
        tuple(who_says_so(payments, [one["name"] for one in statement["unverified_terms"]], standing.says)), payments, rows, outcomes, limits,
        tuple((one["name"], one["clause"], one["source"]) for one in statement["unverified_terms"]),
        tuple((str(rule.get("rule", rule.get("name", ""))), str(rule.get("sha256", ""))) for rule in manifest.get("rules", ())),
        tuple((str(one["name"]), str(one["sha256"])) for one in manifest["inputs"]),
    )  # fmt: skip


def _sums(
    texts: Texts, statement: dict[str, Any], money: dict[str, list[tuple[int, Lineage]]], held: list[Lineage]
) -> tuple[Slot, Slot, Slot, Slot, Slot]:
    """Paid, gross, deducted; lines that are held, and all lines."""
    ledger, totals = texts.ledger, statement["totals"]
    each = [one for lines in money.values() for one in lines]
    whole = total(lineage for _, lineage in each)
    signs = Lineage({}, None, frozenset(), whole.implies)  # which line is on which side of nothing
    more, less = (plus(signs, total(lineage for minor, lineage in each if minor * sign > 0)) for sign in (1, -1))
    if "paid" in totals:
        paid = ledger.money("paid", ("paid",), words.minor_units(totals["paid"]), "paid in all", whole, HEADLINE)
        gross = ledger.money("gross", ("gross",), words.minor_units(totals["gross"]), "paid, without what is taken back", more, 60)
        deducted = ledger.money("deducted", ("deducted",), words.minor_units(totals["deducted"]), "taken back", less, 60)
    else:
        paid = gross = deducted = ledger.term("[z]", "not applicable")
    lines_held, lines_all = plus(_lines(texts, "held"), Lineage({}, None, mixed(held).names, mixed(held).implies)), _lines(texts, "")
    return (
        paid, gross, deducted,
        ledger.count("held", ("held",), totals["held"], "lines that are held", lines_held, "lines"),
        ledger.count("lines", ("lines",), statement["lines"], "lines in all", lines_all, "lines"),
    )  # fmt: skip


def _lines(texts: Texts, result: str) -> Lineage:
    """How many lines there are in all: those of people, and those that are no secret."""
    unknowns, where = texts.ledger.unknowns, " AND result = ?" if result else ""
    each = []
    for name in texts.trail.plan.money_lines() + [payment.name for payment in texts.trail.plan.payments if payment.form == "factor"]:
        if ("lines", name) in unknowns:
            each += [of(unknowns[key]) for key in [("lines", name, result) if result else ("lines", name)] if key in unknowns]
        else:
            number = texts.trail.select(f"SELECT count(*) FROM payments WHERE payment = ?{where}", [name, *([result] if result else [])])[
                0
            ][0]
            each.append(known(int(number)))
    return total(each)


def _finished(found: Of_contract) -> Contract:
    oldest_first = sorted(found.assessments, key=lambda one: (one[0].complete_to, one[0].slug))
    newest = oldest_first[-1][1]
    protects = "Nothing on these pages is about one person." if found.people else "No table of this contract names people."
    series = (*newest.over, *over_time(oldest_first, found.contract.currency))
    assessments = tuple(one for one, _ in reversed(oldest_first))
    return replace(found.contract, assessments=assessments, series=series, funnels=newest.between, protects=protects)
