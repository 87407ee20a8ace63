"""The unknowns behind what was counted over rows of people: how many rows, and of a condition how many yes, no and not known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

from pbr.plan.node import Node
from pbr.plan.plan import Cohort
from pbr.platform.sqltext import quote_name as quote
from pbr.publish.reading_cohorts import conditions_of, is_secret
from pbr.publish.reading_conditions import test_of
from pbr.publish.reading_forms import Lineage
from pbr.publish.reading_ledger import Ledger
from pbr.publish.reading_results import Known, Terms
from pbr.statement.reached import Reach, condition_item, missing_rows, rejected_rows
from pbr.statement.stored import Trail


@dataclass(frozen=True)
class Counted:
    """Names of unknowns: ``rows`` that were counted; of a condition the answers; ``maybe``: rows of which it is not known whether they belong, and of a condition their
    answers, yes and no; ``lost``: rows of the table that were rejected or are missing, which a share may count too. ``hidden``: those that a condition chose that cannot be counted again."""

    rows: str
    yes: str = ""
    no: str = ""
    open: str = ""
    maybe: str = ""
    maybe_yes: str = ""
    maybe_no: str = ""
    lost: tuple[str, ...] = ()
    hidden: str = ""

    @property
    def names(self) -> frozenset[str]:
        named = (self.rows, self.yes, self.no, self.open, self.maybe, self.maybe_yes, self.maybe_no, self.hidden)
        return frozenset(name for name in named if name)

    def share(self, counts: tuple[int, int], ledger: Ledger) -> Lineage:
        """How many of how many, by the parts that come to these two counts."""
        if self.hidden:
            return Lineage(None, None, self.names)
        more = (self.open, self.maybe_yes, *self.lost)
        above = parts(counts[0], (self.yes,), more, ledger) if self.yes else None
        below = parts(counts[1], (self.yes, self.no), (*more, self.maybe_no), ledger) if self.yes else None
        return Lineage(None, None, self.names) if above is None or below is None else Lineage(above, below)

    def count(self, number: int, ledger: Ledger) -> Lineage:
        if self.hidden:
            return Lineage(None, None, self.names)
        sure, more = ((self.yes,), (self.open, self.maybe_yes)) if self.yes else ((self.rows,), (self.maybe,))
        form = parts(number, sure, (*more, *self.lost), ledger)
        return Lineage(None, None, self.names) if form is None else Lineage(form)


def parts(number: int, sure: tuple[str, ...], more: tuple[str, ...], ledger: Ledger) -> dict[str, Fraction] | None:
    """What is sure, and of what may be counted too as few parts as it takes; None where that does not come to the number. With any of those it is a count of its own:
    a figure that counts some few with many others does not follow from the few alone."""
    extra, unknowns = [name for name in more if name], ledger.table.unknowns
    for size in range(len(extra) + 1):
        for some in combinations(extra, size):
            if sum(unknowns[name].value for name in (*sure, *some)) == number:
                return dict.fromkeys((*sure, *some), Fraction(1)) if not some else {_together(sure, some, number, ledger): Fraction(1)}
    return None


def _together(sure: tuple[str, ...], some: tuple[str, ...], number: int, ledger: Ledger) -> str:
    identity = ("together", sure, some)
    what = " and ".join(ledger.table.unknowns[name].what for name in (*sure, *some))
    name = ledger.unknown(identity, (ledger.tail(sure[0]), "with others"), number, what, zero=len(sure) == 1)
    if ledger.first(("adds up", identity)):
        ledger.known({**dict.fromkeys((*sure, *some), 1), name: -1}, 0, 0)
    return name


@dataclass
class Counts:
    """``populations``: by table what was counted in it, with the unknowns of its rows and of those that may belong."""

    trail: Trail
    ledger: Ledger
    populations: dict[str, list[tuple[Reach, Counted]]] = field(default_factory=dict)
    told: list[tuple[Reach, str, Known]] = field(
        default_factory=list
    )  # rows, an unknown that counts some of them, what is known of each of these
    losses: dict[str, tuple[str, ...]] = field(default_factory=dict)  # table -> unknowns of its rows that were rejected or are missing

    def counted(self, rows: Reach, node: Node, stored: tuple[int, int] | None) -> Counted:
        """The unknowns of rows of people, made when they are first asked for. ``stored``: of a condition that no named value is, how many of how many."""
        whole = self._whole(rows)
        if not node.params["aggregate"].get("has_where"):
            return whole
        number, identity, where = self.ledger.table.unknowns[whole.rows].value, identity_of(rows), _where(rows)
        item, test = condition_item(node), test_of(self.trail, rows.table, node.args[-1])
        about: Any = item or node.args[-1].identity
        if test is not None:
            yes, no, left = self.trail.how_many_each(rows.table, (test, f"NOT {test}", f"{test} IS NULL"), rows.members(), rows.values)
        elif stored is not None:
            yes, no = stored[0], (number if stored[1] < 0 else stored[1]) - stored[0]
            left, about = number - yes - no, node.args[-1].identity
        else:
            return replace(whole, hidden=self.hidden(rows, node.args[-1].identity))
        if min(yes, no, left) < 0:
            return replace(
                whole, hidden=self.hidden(rows, about)
            )  # rows that were lost were counted too: the share is of no rows that are here
        label = item or "condition"
        names = []
        for word, value in (("yes", yes), ("no", no), ("open", left)):
            what = f"{rows.table}{_said(where)} where {label} is {'not known' if word == 'open' else word}"
            names.append(self.ledger.unknown((*identity, about, word), (rows.table, *where, label, word), value, what, zero=word != "open"))
        if self.ledger.first((*identity, about)):
            self.ledger.known({**dict.fromkeys(names, 1), whole.rows: -1}, 0, 0)
            if not left:  # a line that is decided says that no answer is open, and how many lines are held is shown
                self.ledger.known({names[2]: 1}, 0, 0)
        maybes = self._maybe_answers(rows, item, whole.maybe) if item is not None and about == item else ("", "")
        return Counted(whole.rows, names[0], names[1], names[2], whole.maybe, *maybes, lost=whole.lost)

    def hidden(self, rows: Reach, about: object) -> str:
        """Those behind a figure of whom nobody knows how many they are: they may be few, so they are taken to be."""
        what = f"rows of {rows.table} that a condition or a value without a name chose, which may be few"
        return self.ledger.unknown((*identity_of(rows), about, "hidden"), (rows.table, *_where(rows), "not counted"), 1, what)

    def waits(self, rows: Reach, node: Node) -> Lineage:
        """What it gives away that a count or share is not known at all: that an answer or a member is open, where there is one."""
        counted = self.counted(rows, node, None)
        names = [name for name in (counted.open, counted.maybe, *counted.lost) if name]
        if sum(self.ledger.table.unknowns[name].value for name in names) < 1:
            return Lineage()
        return Lineage(None, None, frozenset(), (self.ledger.relation(dict.fromkeys(names, 1), 1, None),))

    def _whole(self, rows: Reach) -> Counted:
        identity, where = identity_of(rows), _where(rows)
        fresh = identity not in self.ledger.unknowns
        number = self.trail.how_many(rows.table, rows.members(), rows.values) if fresh else 0
        chosen_by = self.chosen_by(rows)
        secret = any(is_secret(self.trail.plan, cohort) for cohort in chosen_by)
        name = self.ledger.unknown(identity, (rows.table, *where), number, f"rows of {rows.table}{_said(where)}", zero=secret)
        maybe = self._maybe(rows, where) if fresh else self.ledger.unknowns.get((*identity, "maybe"), "")
        if fresh:
            self.populations.setdefault(rows.table, []).append((rows, Counted(name, maybe=maybe)))
            self._apart(rows, name, [cohort for cohort in chosen_by if not cohort.groups])
        return Counted(name, maybe=maybe, lost=self._lost(rows))

    def within(self, cohort: Cohort) -> Counted:
        """All rows of a cohort that has no groups."""
        return self._whole(Reach(cohort.of, (), (), cohort))

    def chosen_by(self, rows: Reach) -> list[Cohort]:
        """The cohorts with a condition that all of these rows are in."""
        plan, members = self.trail.plan, rows.members()
        return [
            cohort for cohort in plan.cohorts if cohort.of == rows.table and quote(cohort.member) in members and conditions_of(plan, cohort)
        ]

    def _apart(self, rows: Reach, inside: str, cohorts: list[Cohort]) -> None:
        """Who would be counted too if these cohorts had no condition: with those who were counted they are the rows, and as few of them are as much of a secret."""
        if not cohorts:
            return
        plan, members = self.trail.plan, [quote(cohort.member) for cohort in cohorts]
        kept = rows.cohort if rows.cohort is not None and rows.cohort.name not in {cohort.name for cohort in cohorts} else None
        without = replace(rows, where=tuple(one for one in rows.where if one not in members), cohort=kept)
        whole = self._whole(without).rows
        left = self._left(without, identity_of(rows), " AND ".join(members), cohorts)
        self.ledger.known({inside: 1, **dict.fromkeys(left, 1), whole: -1}, 0, 0)
        only = [plan.step(f"{cohort.name}.only").node for cohort in cohorts if f"{cohort.name}.only" in conditions_of(plan, cohort)]
        if len(cohorts) == 1 and only:
            terms = Terms(plan, rows.table)
            self.told.append((without, inside, terms.truth(only[0], True) or frozenset()))
            if not cohorts[0].codes:
                self.told.append((without, left[0], terms.truth(only[0], False) or frozenset()))

    def left_out(self, cohort: Cohort) -> list[str]:
        """The rows of a table that are not in a cohort, and where there are any those of which it is not known."""
        return self._left(Reach(cohort.of, (), ()), (cohort.of, cohort.name), quote(cohort.member), [cohort])

    def _left(self, rows: Reach, about: tuple[object, ...], member: str, cohorts: list[Cohort]) -> list[str]:
        secret = any(is_secret(self.trail.plan, cohort) for cohort in cohorts)
        out, unsure = self.trail.how_many_each(rows.table, (f"NOT ({member})", f"({member}) IS NULL"), rows.members(), rows.values)
        said, where = " and ".join(cohort.name for cohort in cohorts), (rows.table, *_where(rows), *(cohort.name for cohort in cohorts))
        names = [
            self.ledger.unknown((*about, "outside"), (*where, "outside"), out, f"rows of {rows.table} that are not in {said}", zero=secret)
        ]
        if unsure:
            what = f"rows of {rows.table} of which it is not known whether they are in {said}"
            maybe = self.ledger.unknowns.get((*about, "maybe"), "")
            if not maybe or self.ledger.table.unknowns[maybe].value != unsure:
                maybe = self.ledger.unknown((*about, "unsure"), (*where, "unsure"), unsure, what, zero=False)
            names.append(maybe)
        return names

    def _maybe(self, rows: Reach, where: list[str]) -> str:
        """Rows of which it is not known whether they belong to the cohort."""
        if rows.cohort is None or rows.cohort.member not in self.trail.columns(rows.table):
            return ""
        unsure = self.trail.how_many(rows.table, (*rows.where, f"{quote(rows.cohort.member)} IS NULL"), rows.values)
        if not unsure:
            return ""
        what = f"rows of {rows.table}{_said(where)} of which it is not known whether they belong"
        return self.ledger.unknown((*identity_of(rows), "maybe"), (rows.table, *where, "maybe"), unsure, what, zero=False)

    def _maybe_answers(self, rows: Reach, item: str, maybe: str) -> tuple[str, str]:
        """Of the rows that may belong, those of which the answer is yes and no."""
        if not maybe:
            return "", ""
        assert rows.cohort is not None
        tests = (quote(item), f"NOT {quote(item)}")
        found = self.trail.how_many_each(rows.table, tests, (*rows.where, f"{quote(rows.cohort.member)} IS NULL"), rows.values)
        identity, where = (*identity_of(rows), "maybe", item), _where(rows)
        names = []
        for word, number in zip(("yes", "no"), found, strict=True):
            what = f"rows of {rows.table}{_said(where)} that may belong, of which {item} is {word}"
            names.append(self.ledger.unknown((*identity, word), (rows.table, *where, "maybe", item, word), number, what, zero=False))
        if self.ledger.first(identity):
            whole = sum(found) == self.ledger.table.unknowns[maybe].value
            self.ledger.known({**dict.fromkeys(names, 1), maybe: -1}, 0 if whole else None, 0)
        return names[0], names[1]

    def _lost(self, rows: Reach) -> tuple[str, ...]:
        """Rows of the table that were rejected or are missing."""
        if rows.table in self.losses:
            return self.losses[rows.table]
        names = []
        for part, number in (("rejected", rejected_rows(self.trail, rows.table)), ("missing", missing_rows(self.trail, rows.table))):
            if number:
                what = f"rows of {rows.table} that are {part}" if part == "missing" else f"rows of {rows.table}: rejected"
                names.append(self.ledger.unknown(("rows", rows.table, part), (rows.table, "rows", part), number, what, zero=False))
        self.losses[rows.table] = tuple(names)
        return self.losses[rows.table]


def identity_of(rows: Reach) -> tuple[object, ...]:
    """What the unknowns of rows are kept under: the table, and which of its rows."""
    return (rows.table, rows.members(), tuple(str(value) for value in rows.values))


def _where(rows: Reach) -> list[str]:
    subset = [rows.cohort.name] if rows.cohort is not None and not rows.cohort.groups else []
    return [*map(str, rows.values), *subset]


def _said(where: list[str]) -> str:
    return f" ({', '.join(where)})" if where else ""
