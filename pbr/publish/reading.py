"""From the folders of assessments to what is to be published: texts with slots, and the cells that fill them. One folder is read at a time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pbr
from pbr.audit import layout
from pbr.disclosure.cells import Form, Relation, Table
from pbr.disclosure.release import USUAL
from pbr.disclosure.rule import Rule
from pbr.problem import Place, refuse
from pbr.publish.reading_contract import Shown, shown_of
from pbr.publish.reading_counts import Counts
from pbr.publish.reading_digests import digest_of_all, digests_of_files
from pbr.publish.reading_first import achieved, bought, who_says_so, why_not_more
from pbr.publish.reading_forms import Lineage, known, mixed, of, plus, summed, total, value_of
from pbr.publish.reading_groups import groups_add_up
from pbr.publish.reading_ledger import Ledger, slug
from pbr.publish.reading_lineage import Lineages
from pbr.publish.reading_lines import Lines
from pbr.publish.reading_rows import limits_of, outcomes_of, rows_of
from pbr.publish.reading_series import Measured, measured, over_time
from pbr.publish.reading_status import Register, Standing
from pbr.publish.reading_texts import Marking, Texts
from pbr.publish.reading_ties import tie
from pbr.publish.site import Assessment, Contract, Site, Slot
from pbr.statement import words
from pbr.statement.at_hand import AtHand, at_hand
from pbr.statement.making import FORMAT
from pbr.statement.opening import Opened, json_of

HEADLINE = 100


@dataclass(frozen=True)
class Seen:
    """A folder at first look. ``digest``: SHA-256 of its manifest; ``complete_to``: the latest day that any of its data is complete to. ``started``: when it was worked out."""

    folder: Path
    digest: str
    contract: str
    complete_to: str
    started: str


@dataclass
class Gathered:
    """What has been read of one contract so far, the oldest assessment first. ``shown``: the contract as of the last of them."""

    shown: Shown
    parties: object
    assessments: list[tuple[Assessment, Measured]] = field(default_factory=list)


@dataclass(frozen=True)
class Folders:
    """The assessments of one contract, the oldest first: each with its address below the contract, and what a log says of it."""

    page: str
    each: tuple[tuple[Seen, str, Standing], ...]


def read(
    folders: Iterable[Path],
    title: str = "Payment by results",
    log: Path | None = None,
    private: Path | None = None,
    only_approved: bool = False,
) -> tuple[Site, Table]:
    """Everything that is to be published of these assessments, in whatever order they are given. ``log``: says who approved them (``private``: where its openings are kept).

    Raises Refused PBR681 another version, PBR682 no trace, PBR683 one that is not approved where ``only_approved``, PBR684 and PBR685 two of the same page; PBR575 and PBR576
    a folder that is not the one logged."""
    found, origin = by_contract(folders, log, private, only_approved)
    table = Table()
    return site_of(title, [read_contract(one, table) for one in found], origin), table


def by_contract(folders: Iterable[Path], log: Path | None, private: Path | None, only_approved: bool) -> tuple[list[Folders], str]:
    """The folders, contract by contract, and the log's name. Raises Refused as ``read`` does."""
    register = Register(log, private)
    found: dict[str, list[tuple[Seen, str, Standing]]] = {}
    for seen, address in _addresses([_look(folder) for folder in folders]):
        found.setdefault(slug(seen.contract), []).append((seen, address, register.standing(seen.folder, only_approved)))
    return [Folders(page, tuple(each)) for page, each in found.items()], register.origin


def read_contract(folders: Folders, table: Table) -> Contract:
    """One contract with its assessments; their cells are added to ``table``. Raises Refused."""
    contracts: dict[str, Gathered] = {}
    with at_hand([seen.folder for seen, _, _ in folders.each]) as near:
        for seen, address, standing in folders.each:
            _read_one(near, seen, address, table, contracts, standing)
    if list(contracts) != [folders.page]:
        (seen, _, _), *_ = folders.each
        says = f"{seen.folder} says in its manifest that it is of another contract than the one it holds."
        raise refuse("PBR684", says, "Give the folder as pbr assess wrote it.", Place(str(seen.folder)))
    return _finished(contracts[folders.page], Rule(*table.own.get(folders.page, (USUAL.threshold, USUAL.base))))


def site_of(title: str, contracts: Iterable[Contract], log: str) -> Site:
    """The site of these contracts, by their addresses."""
    return Site(title, tuple(sorted(contracts, key=lambda contract: contract.slug)), f"pbr {pbr.__version__}", log)


def _look(folder: Path) -> Seen:
    manifest = json_of(folder, layout.MANIFEST)
    if manifest.get("format") != FORMAT:
        says = f"{folder} is of the version {manifest.get('format')!r}; this program publishes {FORMAT}."
        raise refuse("PBR681", says, "Assess it again, or publish it with the program that made it.", Place(str(folder)))
    if not any((folder / layout.TRACE).glob("*.parquet")):
        says = f"{folder} has no trace: nothing in it says what its sums follow from."
        raise refuse("PBR682", says, "Give the whole folder.", Place(str(folder)))
    missing = [name for name in sorted(manifest.get("tables") or ()) if not (folder / str(name)).is_file()]
    if missing:
        says = f"{folder} has no {missing[0]}, which its manifest names: what it says of the sums is not whole."
        raise refuse("PBR682", says, "Give the whole folder.", Place(str(folder / missing[0])))
    complete = max((str(day) for day in dict(manifest.get("complete_to") or {}).values() if day), default="")
    digest = hashlib.sha256((folder / layout.MANIFEST).read_bytes()).hexdigest()
    started = str(json_of(folder, layout.RUN).get("started", ""))
    return Seen(folder, digest, str(dict(manifest.get("contract") or {}).get("id", "")), complete, started)


def _addresses(found: list[Seen]) -> Iterator[tuple[Seen, str]]:
    """Each with its address below its contract, the oldest first: its day; of further ones of that day a number too. They are counted in the order in which they were worked out, which
    tells nothing of what is in them (the order of their digests would) and which a later one does not change."""
    once: set[str] = set()
    days: Counter[tuple[str, str]] = Counter()
    for one in sorted(found, key=lambda one: (one.contract, one.complete_to, one.started, one.folder.name)):
        if one.digest in once:
            raise refuse("PBR685", f"{one.folder} is given twice.", "Give each assessment once.", Place(str(one.folder)))
        once.add(one.digest)
        days[one.contract, one.complete_to] += 1
        number = days[one.contract, one.complete_to]
        yield one, f"{one.complete_to or 'undated'}{f'-{number}' if number > 1 else ''}"


def _read_one(near: AtHand, seen: Seen, address: str, table: Table, contracts: dict[str, Gathered], standing: Standing) -> None:
    with near.opened(seen.folder) as opened:
        plan, page = opened.plan, slug(opened.plan.contract)
        so_far, same = contracts.get(page), (plan.contract, plan.parties)
        if so_far is not None and so_far.parties != same:
            says = f"{so_far.shown.contract.title!r} and {plan.title!r} are two contracts, and both would be {page}/."
            raise refuse("PBR684", says, "Give one of them another `contract:`, or publish them apart.", Place(str(seen.folder)))
        shown = shown_of(seen.folder, plan, page, None if so_far is None else so_far.shown)
        ledger, marking = Ledger(table, f"{page}/{address}", plan.currency), Marking()
        opened.trail.mark = marking
        lineages = Lineages(opened.trail, shown.people, ledger, Counts(opened.trail, ledger))
        texts = Texts(opened.trail, ledger, lineages, marking, shown.public, shown.results)
        if so_far is None:
            so_far = contracts[page] = Gathered(shown, same)
        assessment = _assessment(opened, texts, seen, address, shown.forms, standing)
        so_far.shown = shown
        _strictest(table, page, shown.rule)
        so_far.assessments.append((assessment, measured(texts, address)))
        groups_add_up(texts)  # last: every number is there now
        tie(texts)


def _strictest(table: Table, page: str, rule: Rule) -> None:
    """A contract whose versions have different rules is shown by the strictest: each of its pages tells of the same people."""
    threshold, base = table.own.get(page, (USUAL.threshold, USUAL.base))
    strictest = max(threshold, rule.threshold), max(base, rule.base)
    if strictest != (USUAL.threshold, USUAL.base):
        table.own[page] = strictest


def _assessment(opened: Opened, texts: Texts, seen: Seen, address: str, says: Mapping[str, str], standing: Standing) -> Assessment:
    plan, statement = opened.plan, opened.statement
    rows = tuple(rows_of(texts, statement))
    outcomes = tuple(outcomes_of(texts, statement))
    lines = Lines(texts, says)
    payments = tuple(lines.payments())
    limits = tuple(limits_of(texts, statement, lines.money))
    why, why_lines = why_not_more(payments, plan, lines.results, lines.taken)
    sums = _sums(statement, lines)
    manifest = json_of(seen.folder, layout.MANIFEST)
    return Assessment(
        address, digest_of_all(seen.digest, statement, texts), seen.complete_to, standing.state, standing.says, *sums, bought(plan), tuple(achieved(payments, outcomes, lines.values, lines.results)), why,
        tuple(who_says_so(payments, [one["name"] for one in statement["unverified_terms"]], standing.says)), payments, rows, outcomes, limits,
        tuple((one["name"], one["clause"], one["source"]) for one in statement["unverified_terms"]),
        tuple((str(rule.get("rule", rule.get("name", ""))), str(rule.get("sha256", ""))) for rule in manifest.get("rules", ())),
        digests_of_files(manifest["inputs"], statement, texts), standing.entry, why_lines,
    )  # fmt: skip


def _sums(statement: dict[str, Any], lines: Lines) -> tuple[Slot, Slot, Slot, Slot, Slot]:
    """Paid, gross, deducted; lines that are held, and all lines."""
    ledger, totals = lines.texts.ledger, statement["totals"]
    each = [one for found in lines.money.values() for one in found]
    whole = summed(lineage for _, lineage in each)
    more, less = (_on_side(ledger, each, side) for side in (1, -1))
    if "paid" in totals:
        paid = ledger.money("paid", ("paid",), words.minor_units(totals["paid"]), "paid in all", whole, HEADLINE)
        gross = ledger.money("gross", ("gross",), words.minor_units(totals["gross"]), "paid, without what is taken back", more, 60)
        deducted = ledger.money("deducted", ("deducted",), words.minor_units(totals["deducted"]), "taken back", less, 60)
    else:
        paid = gross = deducted = ledger.term("[z]", "not applicable")
    lines_held, lines_all = (
        plus(_lines(lines, "held"), Lineage({}, None, mixed(lines.held).names, mixed(lines.held).implies)),
        _lines(lines, ""),
    )
    return (
        paid, gross, deducted,
        ledger.count("held", ("held",), totals["held"], "lines that are held", lines_held, "lines"),
        ledger.count("lines", ("lines",), statement["lines"], "lines in all", lines_all, "lines"),
    )  # fmt: skip


def _on_side(ledger: Ledger, each: list[tuple[int, Lineage]], side: int) -> Lineage:
    """What lines come to that are above nothing, or below it. Of one of which it is not known that it is always on one side, this tells on which it is, and so how it was decided."""
    lines = [lineage for minor, lineage in each if lineage.side == side or (not lineage.side and minor * side > 0)]
    unsure = [lineage for _, lineage in each if not lineage.side]
    told = (
        *(relation for one in unsure for relation in one.implies),
        *(_side_of(ledger, one.num) for one in unsure if one.num is not None and one.den is None),
    )
    return plus(summed(lines), Lineage({}, None, frozenset(), told))


def _side_of(ledger: Ledger, form: Form) -> Relation:
    """That a sum is below nothing, or not."""
    below = value_of(form, ledger.table.unknowns) < 0
    return ledger.relation(form, None if below else 0, Fraction(-1, 1000) if below else None)


def _lines(lines: Lines, result: str) -> Lineage:
    """How many lines there are in all: those of people, and those that are no secret."""
    unknowns, plan = lines.texts.ledger.unknowns, lines.texts.trail.plan
    each = []
    for name in plan.money_lines() + [payment.name for payment in plan.payments if payment.form == "factor"]:
        if ("lines", name) in unknowns:
            each += [of(unknowns[key]) for key in [("lines", name, result) if result else ("lines", name)] if key in unknowns]
        else:
            counted = (number for (payment, found), (number, _) in lines.stored.items() if payment == name and result in ("", found))
            each.append(known(sum(counted)))
    return total(each)


def _finished(found: Gathered, rule: Rule) -> Contract:
    newest = found.assessments[-1][1]
    protects = "Nothing on these pages is about one person." if found.shown.people else "No table of this contract names people."
    series = (*newest.over, *over_time(found.assessments, found.shown.contract.currency))
    assessments = tuple(one for one, _ in reversed(found.assessments))
    return replace(
        found.shown.contract,
        assessments=assessments,
        series=series,
        funnels=newest.between,
        protects=protects,
        rule=" ".join(rule.words()[:2]) if found.shown.people else "",
    )
