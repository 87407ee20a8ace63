"""What everybody knows of groups of rows: those that lie apart are together no more than the whole, and where every row is in one of them, as much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pbr.plan.enclosing import coded_parts, enclosed
from pbr.plan.plan import Cohort, Group
from pbr.publish.reading_cohorts import not_in
from pbr.publish.reading_counts import Counted, identity_of
from pbr.publish.reading_ledger import Ledger
from pbr.publish.reading_texts import Texts
from pbr.statement.reached import Reach

EQUALS = " = ?"  # how a condition ends that says which group it is, or whose rows they are


@dataclass(frozen=True)
class Family:
    """Groups of one table that lie apart: those of a cohort, or the rows of each row of another table. ``chosen_by``: cohorts with a condition that all of these rows are in."""

    groups: tuple[tuple[Reach, tuple[str, ...]], ...]  # each with the unknowns of its rows, and of those that may be in it
    chosen_by: tuple[Cohort, ...]

    @property
    def names(self) -> list[str]:
        return [name for _, each in self.groups for name in each]

    @property
    def cohort(self) -> Cohort | None:
        """The cohort of which they are the groups, and nothing less."""
        rows, _ = self.groups[0]
        whole = rows.cohort is not None and rows.cohort.groups and len(rows.where) == len(rows.values)
        return rows.cohort if whole else None


def groups_add_up(texts: Texts) -> None:
    """All rows are the used ones, a part of a table is no more than those, and groups that lie apart add up to them; groups that lie within others, to these.
    The same of an outcome's yes and no: who counted them for a payment and who counted them for the table of outcomes counted the same rows."""
    ledger = texts.ledger
    for table, found in texts.lineages.counts.populations.items():
        used = ledger.unknowns.get(("rows", table, "used"))
        if used is None:
            continue
        families = list(_families(texts, found))
        for rows, counted in found:
            _part(ledger, _names(counted), used, all_rows=not rows.members())
        _of_cohorts(texts, table, found, used)
        for family in families:
            _of_table(texts, table, family, used)
        for inner in families:
            for outer in families:
                _within(texts, table, inner, outer)


def _families(texts: Texts, found: Sequence[tuple[Reach, Counted]]) -> Iterator[Family]:
    together: dict[object, list[tuple[Reach, tuple[str, ...]]]] = {}
    for rows, counted in found:
        apart = any(one.endswith(EQUALS) for one in rows.where) and all(one.endswith(EQUALS) or "?" not in one for one in rows.where)
        cohort = rows.cohort.name if rows.cohort is not None else ""
        place = (cohort, rows.where) if apart else identity_of(rows)
        together.setdefault(place, []).append((rows, tuple(_names(counted))))
    for groups in together.values():
        yield Family(tuple(groups), tuple(texts.lineages.counts.chosen_by(groups[0][0])))


def _of_table(texts: Texts, table: str, family: Family, used: str) -> None:
    """Groups that lie apart, and all rows of their table."""
    ledger, cohort = texts.ledger, family.groups[0][0].cohort
    names = family.names
    whole = ledger.table.unknowns[used].value
    everybody = not family.chosen_by and sum(ledger.table.unknowns[name].value for name in names) == whole
    if len(names) > 1:
        _part(ledger, names, used, all_rows=everybody)
    if cohort is not None and cohort.groups and family.chosen_by == (cohort,):  # with those who are in no group they are all rows
        inside = [ledger.unknowns[identity_of(rows)] for rows, _ in family.groups]
        _part(ledger, [*inside, *texts.lineages.counts.left_out(cohort)], used, all_rows=True)
    for outcome, word in _answers(texts, table):
        counts = [_counted(ledger, rows, outcome, word) for rows, _ in family.groups]
        _part(ledger, [name for name in counts if name], ledger.unknowns["outcome", outcome, word], all_rows=everybody and all(counts))


def _within(texts: Texts, table: str, inner: Family, outer: Family) -> None:
    """Groups of a cohort that lie within those of another, as the quarters of a year: what both count of the same rows."""
    ledger, plan = texts.ledger, texts.trail.plan
    one, other = inner.cohort, outer.cohort
    if one is None or other is None or outer.chosen_by:
        return
    steps = {step.name: step for step in plan.steps}
    if enclosed(one, other, steps) is None:
        return
    parts = coded_parts(other, steps)
    smaller = [(_group(each, one), each, names) for each, names in inner.groups]
    for rows, whole in outer.groups:
        larger = _group(rows, other)
        inside = [(each, names) for group, each, names in smaller if _lies_within(group, one, larger, other, parts)]
        names = [name for _, each in inside for name in each]
        unknowns = ledger.table.unknowns
        everybody = not inner.chosen_by and sum(unknowns[name].value for name in names) == sum(unknowns[name].value for name in whole)
        _part(ledger, names, *whole, all_rows=everybody)
        for outcome, word in _answers(texts, table):
            counts = [_counted(ledger, each, outcome, word) for each, _ in inside]
            there = _counted(ledger, rows, outcome, word)
            if there:
                _part(ledger, [name for name in counts if name], there, all_rows=everybody and all(counts))


def _lies_within(inner: Group, one: Cohort, outer: Group, other: Cohort, parts: Sequence[str]) -> bool:
    alike = all(inner.key[one.parts.index(part)] == outer.key[other.parts.index(part)] for part in parts)
    return alike and outer.first_day <= inner.first_day and inner.last_day <= outer.last_day


def _group(rows: Reach, cohort: Cohort) -> Group:
    return next(group for group in cohort.groups if group.key == tuple(map(str, rows.values)))


def _answers(texts: Texts, table: str) -> Iterator[tuple[str, str]]:
    """Outcomes of the rows of a table that are told, each with yes and no."""
    for step in texts.trail.plan.steps:
        if step.grain == table and ("outcome", step.name, "yes") in texts.ledger.unknowns:
            yield step.name, "yes"
            yield step.name, "no"


def _counted(ledger: Ledger, rows: Reach, outcome: str, word: str) -> str:
    return ledger.unknowns.get((*identity_of(rows), outcome, word), "")


def _names(counted: Counted) -> list[str]:
    return [name for name in (counted.rows, counted.maybe) if name]


def _of_cohorts(texts: Texts, table: str, found: Sequence[tuple[Reach, Counted]], used: str) -> None:
    """Who is left out for a reason is in no cohort that has it; and where rows are used for one cohort alone, they are those who are in it, or may be."""
    ledger, plan = texts.ledger, texts.trail.plan
    cohorts = [cohort for cohort in plan.cohorts if cohort.of == table]
    for rows, counted in found:
        outside = ledger.unknowns.get((*identity_of(rows), "outside"), "")
        if rows.cohort is None or rows.where or not outside:
            continue
        codes = [*not_in(plan, rows.cohort), *(code for code, _, _ in rows.cohort.codes)]
        excluded = [name for code in codes if (name := ledger.unknowns.get(("rows", table, f"excluded {code}"), ""))]
        _part(ledger, excluded, outside, all_rows=False)
        if plan.table(table).use == "cohorts" and cohorts == [rows.cohort]:
            _part(ledger, _names(counted), used, all_rows=True)


def _part(ledger: Ledger, names: Sequence[str], *whole: str, all_rows: bool) -> None:
    """That some numbers are together no more than a whole (of which some may be uncertain); or, where they are all there is of it, as much."""
    unknowns = ledger.table.unknowns
    apart = sum(unknowns[name].value for name in whole) - sum(unknowns[name].value for name in names)
    if names and apart >= 0:
        ledger.known({**dict.fromkeys(names, 1), **dict.fromkeys(whole, -1)}, 0 if all_rows and not apart else None, 0)
