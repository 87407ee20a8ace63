"""Cohorts: membership, coded exclusions, and groups whose keys come from the contract and never from the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

from pbr.language.parser import parse
from pbr.language.phrases import EachPhrase, parse_each
from pbr.language.tree import Name, Syntax
from pbr.language.types import NONE, UNKNOWN, Type
from pbr.plan.keys import as_code
from pbr.plan.leaves import Problems
from pbr.plan.naming import World
from pbr.plan.node import Node
from pbr.plan.operators import truth
from pbr.plan.plan import Cohort, Group, Step
from pbr.plan.spelling import closest
from pbr.plan.trouble import Mistake, Silent
from pbr.plan.typer import Typer, proved
from pbr.terms import models

MOST_GROUPS = 10_000
EARLIEST, LATEST = 1900, 2200  # a term outside these is a slip of the pen, and its weeks alone would be many
Finish = Callable[..., Step]


def periods(each: EachPhrase, first: date, last: date) -> list[tuple[date, date, str]]:
    """The periods of the term, in order: first day, last day (both inside the term), key.

    Keys: a year from 1 January is ``2011``, from another day ``2011/12``; a quarter ``2011 Q1`` or ``2011/12 Q1``; a month
    ``2011-10``; a week the ISO date of its first day, counted from the term's first day.
    """
    out = []
    for start, end, key in _endless(each, first):
        if start > last:
            break
        if end >= first:
            out.append((max(start, first), min(end, last), key))
    return out


def _endless(each: EachPhrase, first: date) -> Iterator[tuple[date, date, str]]:
    if each.unit == "week":
        start = first
        while True:
            yield start, start + timedelta(days=6), start.isoformat()
            start += timedelta(days=7)
    months = {"year": 12, "quarter": 3, "month": 1}[each.unit]
    begin_month, begin_day = (each.month or 1), (each.day or 1)
    if each.unit == "month":
        begin_month, begin_day = first.month, 1
    year = first.year - 1
    index = 0
    while True:
        total = begin_month - 1 + index * months
        start = date(year + total // 12, total % 12 + 1, begin_day)
        after = begin_month - 1 + (index + 1) * months
        end = date(year + after // 12, after % 12 + 1, begin_day) - timedelta(days=1)
        named = year + (index * months) // 12
        span = str(named) if (begin_month, begin_day) == (1, 1) else f"{named}/{(named + 1) % 100:02d}"
        key = {"year": span, "quarter": f"{span} Q{(index * months) % 12 // 3 + 1}", "month": f"{start.year}-{start.month:02d}"}[each.unit]
        yield start, end, key
        index += 1


class CohortBuilder:
    """Types one cohort: its steps (through ``finish``, which numbers them) and its ``Cohort``."""

    def __init__(self, world: World, problems: Problems, name: str, model: models.Cohort, finish: Finish) -> None:
        self.world, self.problems, self.name, self.model, self.finish = world, problems, name, model, finish

    def build(self) -> None:
        model, world = self.model, self.world
        with self.problems.about(model.of):
            if model.of.text not in world.tables and world.declared.get(model.of.text) == "data":
                raise Silent  # said where the table is
            if world.declared.get(model.of.text) == "steps":
                raise Mistake(
                    "PBR364",
                    f"`{model.of.text}` is a table of steps: its rows are made out of the data, after the cohorts, and a cohort is of rows of the data.",
                    "Count them with `where` in a fact or measure. For a limit on what is paid for them in each year: `cap: ...`, `per: year from 1 July, by dated_by`.",
                )
            if model.of.text not in world.tables:
                raise Mistake("PBR364", f"There is no table `{model.of.text}`.", closest(model.of.text, list(world.tables)))
        of = model.of.text
        periods_ = self._period_keys(of)
        keys = [*periods_, *self._code_keys(of, {"first_day", "last_day", *(key[0] for key in periods_)})]
        stages: list[tuple[str, str]] = []  # step of the condition for leaving, code
        if model.each is not None:
            stages.append((self._outside(of, keys[0][2]), "outside term"))
        existing: frozenset[str] = frozenset()
        if model.only is not None:
            step = self._condition(of, f"{self.name}.only", "hidden", model.only, model)
            existing = proved(step.node, True)
            stages.append((self._negated(of, step), f"not in {self.name}"))
        codes: list[tuple[str, str, str]] = []
        for item in model.exclude:
            code = item.code.text
            with self.problems.about(item.code):
                if code in [c for c, _, _ in codes]:
                    raise Mistake("PBR367", f"The exclusion {code} is written twice.", "Each code once.")
            step = self._condition(of, f"{self.name}.exclude.{code}", "exclusion", item.when, item, existing)
            codes.append((code, step.name, item.says.text if item.says is not None else ""))
            stages.append((step.name, code))
        member, excluded = self._membership(of, stages)
        groups = self._groups(keys)
        world.cohorts[self.name] = Cohort(
            self.name, of, member, excluded, tuple(k[0] for k in keys), tuple(k[2] for k in keys), tuple(k[1] for k in keys), groups, tuple(codes),
            model.clause.text if model.clause is not None else "",
        )  # fmt: skip
        world.only[self.name] = existing
        if not stages:
            world.total.add(self.name)

    def _typer(self, of: str) -> Typer:
        return Typer(self.world, of)

    def _condition(
        self, of: str, name: str, kind: str, leaf: models.Scalar, item: models.Item, existing: frozenset[str] = frozenset()
    ) -> Step:
        tree = self.problems.tree(leaf)
        typer = Typer(self.world, of, existing=existing)
        with self.problems.about(leaf):
            node = typer.strict(truth(typer, tree), tree)
        return self.finish(name, kind, of, node, typer, leaf.text, item=item, place=leaf.place)

    def _item(self, typer: Typer, step: str) -> Node:
        found = self.world.steps[step]
        params: dict[str, Any] = {"step": step, "table": found.grain, "row": "own", "via": []}
        if UNKNOWN in found.type.absent:
            params["reason"] = typer.reason("item", step)
        return Node("item", found.type, (), params, None, step)

    def _certainly(self, typer: Typer, step: str) -> Node:
        """The condition of a step, no where it is unknown: the code of a row that leaves is the first that certainly holds."""
        item = self._item(typer, step)
        if UNKNOWN not in item.type.absent:
            return item
        known = Node("known", Type("truth"), (item,), {}, None, "known({0})")
        return typer.make("and", Type("truth"), (known, item), phrase="{0} and {1}")

    def _outside(self, of: str, key: str) -> str:
        typer = self._typer(of)
        inside = typer.make("exists", Type("truth"), (self._item(typer, key),), phrase="exists({0})")
        node = typer.make("not", Type("truth"), (inside,), phrase="not {0}")
        return self.finish(
            f"{self.name}.outside", "hidden", of, node, typer, f"outside the term ({self.model.each.text if self.model.each else ''})"
        ).name

    def _negated(self, of: str, step: Step) -> str:
        typer = self._typer(of)
        node = typer.make("not", Type("truth"), (self._item(typer, step.name),), phrase="not {0}")
        return self.finish(f"{self.name}.left_out", "hidden", of, node, typer, f"not ({step.text})").name

    def _membership(self, of: str, stages: list[tuple[str, str]]) -> tuple[str, str]:
        typer = self._typer(of)
        node = Node("literal", Type("text", absent=frozenset({NONE})), (), {"value": None}, None, "none")
        for step, code in reversed(stages):
            text = typer.literal(Type("text"), code, code)
            node = typer.make(
                "if", Type("text", absent=frozenset({NONE})), (self._certainly(typer, step), text, node), phrase="if {0} then {1} else {2}"
            )
        excluded = self.finish(f"{self.name}.excluded", "hidden", of, node, typer, "the first reason for leaving the row out")
        typer = self._typer(of)
        parts = tuple(typer.make("not", Type("truth"), (self._item(typer, step),), phrase="not {0}") for step, _ in stages)
        if not parts:
            inside = typer.literal(Type("truth"), True, "yes")
        elif len(parts) == 1:
            inside = parts[0]
        else:
            inside = typer.make("and", Type("truth"), parts, phrase=" and ".join(f"({{{i}}})" for i in range(len(parts))))
        member = self.finish(f"{self.name}.member", "member", of, inside, typer, f"in {self.name}")
        return member.name, excluded.name

    # ---- groups -------------------------------------------------------------------------------------------------
    def _period_keys(self, of: str) -> list[tuple[str, Type, str, list[tuple[date, date, str]]]]:
        if self.model.each is None:
            return []
        each = self.problems.read(self.model.each, parse_each)
        with self.problems.about(self.model.each):
            first, last = date.fromisoformat(self.world.first_day), date.fromisoformat(self.world.last_day)
            if not EARLIEST <= first.year <= last.year <= LATEST:
                raise Mistake("PBR380", f"Periods are laid out for terms from {EARLIEST} to {LATEST}.", "Is the term right?")
            self._listed_or_laid_out(each.unit)
            try:
                found = self._listed() if each.unit == "period" else periods(each, first, last)
            except ValueError:
                raise Mistake("PBR380", f"Not every {each.unit} could begin on this day.", "Begin on a day from 1 to 28.") from None
            if len(found) > MOST_GROUPS:
                raise Mistake(
                    "PBR381",
                    f"The term has {len(found):,} of these periods; {MOST_GROUPS:,} is the most.",
                    "Is the term right? Longer periods are fewer.",
                )
            tree: Syntax = parse(".".join(each.by))
            typer = self._typer(of)
            assert isinstance(tree, Name)
            day = typer.name(tree)
            if day.type.kind != "date":
                raise Mistake(
                    "PBR335",
                    f"`{'.'.join(each.by)}` is {day.type.phrase}; a date puts a row into its period.",
                    "Name a date column: `year from 1 October, by released_on`.",
                )
            if day.type.absent:
                raise Mistake(
                    "PBR382",
                    f"`{'.'.join(each.by)}` may be blank, so a row could be in no {each.unit} at all.",
                    "The day that puts rows into cohorts cannot be blank: declare it `blank: refused`.",
                )
        keys = tuple(key for _, _, key in found)
        type_ = Type("code", codes=keys, absent=frozenset({NONE}))
        rows = [[start.isoformat(), end.isoformat(), key] for start, end, key in found]
        node = typer.make("period", type_, (day,), {"periods": rows}, None, f"the {each.unit} of {{0}}")
        step = self.finish(f"{self.name}.key.{each.unit}", "key", of, node, typer, self.model.each.text)
        return [(each.unit, Type("code", codes=keys), step.name, found)]

    def _listed_or_laid_out(self, unit: str) -> None:
        listed = self.model.periods
        if (unit == "period") != bool(listed):
            raise Mistake(
                "PBR892",
                "The periods are not listed." if unit == "period" else f"The periods are listed, and laid out as each {unit} as well.",
                "Write `each: period, by DATE` and beside it `periods:`, each with `name`, `from` and `to`.",
            )

    def _listed(self) -> list[tuple[date, date, str]]:
        """The periods that the contract lists: in order, none sharing a day with another, all within the term."""
        out: list[tuple[date, date, str]] = []
        for period in self.model.periods or []:
            first, last = date.fromisoformat(period.from_.text), date.fromisoformat(period.to.text)
            with self.problems.about(period.from_):
                if out and first <= out[-1][1]:
                    raise Mistake(
                        "PBR892",
                        f"{first} does not come after {out[-1][1]}, the last day of {out[-1][2]}.",
                        "Periods are listed in order and share no day: a row is in one of them at most. For periods that overlap make a cohort of each.",
                    )
                if first.isoformat() < self.world.first_day:
                    raise Mistake(
                        "PBR892", f"{first} is before the term's first day, {self.world.first_day}.", "A period lies within the term."
                    )
            with self.problems.about(period.to):
                if last.isoformat() > self.world.last_day:
                    raise Mistake(
                        "PBR892", f"{last} is after the term's last day, {self.world.last_day}.", "A period lies within the term."
                    )
            out.append((first, last, period.name.text))
        return out

    def _code_keys(self, of: str, taken: set[str]) -> list[tuple[str, Type, str, list[tuple[date, date, str]]]]:
        out = []
        if self.model.each is None and self.model.periods is not None:
            with self.problems.about(None, self.problems.source.place("cohorts", self.name, "periods")):
                raise Mistake("PBR892", "Nothing says which day puts a row into one of these periods.", "Write `each: period, by DATE`.")
        whole = (date.fromisoformat(self.world.first_day), date.fromisoformat(self.world.last_day))
        for leaf in self.model.by or []:
            tree = self.problems.tree(leaf)
            with self.problems.about(leaf):
                if not isinstance(tree, Name):
                    raise Mistake("PBR383", "A cohort's key is the name of a column.", "Write `by: [condition, hospitals.peer_group]`.")
                typer = self._typer(of)
                node = typer.name(tree)
                if node.op not in ("column", "item"):
                    raise Mistake("PBR383", f"`{leaf.text}` is the same for every row.", "Write `by: [condition, hospitals.peer_group]`.")
                node = as_code(typer, node)
                if node.type.kind != "code" or not node.type.codes:
                    raise Mistake(
                        "PBR383",
                        f"`{leaf.text}` is {node.type.phrase}; the keys of a cohort come from a closed list of codes.",
                        "Declare the column `type: code, one_of: [...]`, yes or no, or a whole number with `at_least` and `at_most`: a group with no rows must exist too.",
                    )
                if node.type.absent:
                    raise Mistake(
                        "PBR382", f"`{leaf.text}` may be blank, so a row could be in no group at all.", "Declare it `blank: refused`."
                    )
                part = tree.parts[-1]
                if part in taken:
                    raise Mistake(
                        "PBR367",
                        f"The groups of this cohort would have two things called `{part}`.",
                        "Each part of the key has a name of its own, and first_day and last_day are the group's days: rename the column.",
                    )
                taken.add(part)
            step = self.finish(f"{self.name}.key.{part}", "key", of, node, typer, leaf.text)
            out.append((part, Type("code", codes=node.type.codes), step.name, [(*whole, code) for code in node.type.codes]))
        return out

    def _groups(self, keys: list[tuple[str, Type, str, list[tuple[date, date, str]]]]) -> tuple[Group, ...]:
        if not keys:
            return ()
        size = 1
        for key in keys:
            size *= len(key[3])
        if size > MOST_GROUPS:
            self.problems.add(
                "PBR381",
                f"This cohort has {size:,} groups; {MOST_GROUPS:,} is the most.",
                "Every combination of codes and periods is a group. Take one of the keys away, or make two cohorts.",
                self.problems.source.place("cohorts", self.name),
            )
            raise Silent
        groups = []
        for combination in product(*(key[3] for key in keys)):
            groups.append(
                Group(
                    tuple(part[2] for part in combination),
                    max(p[0] for p in combination).isoformat(),
                    min(p[1] for p in combination).isoformat(),
                )
            )
        return tuple(groups)
