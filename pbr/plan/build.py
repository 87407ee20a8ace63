"""``build``: a contract's terms become a plan, or every problem in them is reported together.

The order of work: tables, parameters, then cohorts, facts, outcomes, measures and payments in the order in which they read each
other, then the statement. What fails is reported once; what reads it stays silent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pbr.language.phrases import PerPhrase, parse_held, parse_once, parse_per, parse_rejected
from pbr.plan import evidence
from pbr.plan.asked import not_as_asked
from pbr.plan.cohorts import CohortBuilder
from pbr.plan.forms.choose import chosen, chosen_text
from pbr.plan.lacking import with_if_none
from pbr.plan.leaves import Problems
from pbr.plan.made import StepsBuilder
from pbr.plan.naming import World
from pbr.plan.needs import fulfilled
from pbr.plan.node import Node
from pbr.plan.operators import truth
from pbr.plan.ordering import in_order
from pbr.plan.outcomes import OutcomeBuilder, settling_day
from pbr.plan.parameters import define
from pbr.plan.parts import parts_of
from pbr.plan.payments import PaymentBuilder
from pbr.plan.plan import Payment, Plan, Settles, Step, Table
from pbr.plan.quantities import SIGNS
from pbr.plan.services import columns_that_decide
from pbr.plan.settling import latest
from pbr.plan.signs import never_negative
from pbr.plan.spans import SpanBuilder
from pbr.plan.spelling import closest
from pbr.plan.statement import build_statement
from pbr.plan.statement_days import DATED_BY
from pbr.plan.suspension import none_while, suspended
from pbr.plan.tables import define_tables
from pbr.plan.terms import unverified
from pbr.plan.then import StatementStep
from pbr.plan.trouble import Mistake, Silent
from pbr.plan.typer import Typer
from pbr.plan.variations import varied
from pbr.plan.ways import what_it_reads
from pbr.problem import Place, Refused
from pbr.terms import models
from pbr.terms.loading import Loaded


def build(loaded: Loaded) -> Plan:
    """The plan of a loaded contract.

    Raises Refused with every problem found, in the order of the file.
    """
    return Builder(loaded).build()


class Builder:
    """Holds what is being built; lives for one call of ``build``."""

    def __init__(self, loaded: Loaded) -> None:
        contract = loaded.contract
        self.contract, self.source, self.asked = contract, loaded.source, loaded.asked
        self.problems = Problems(loaded.source)
        self.world = World(contract.currency.text, SIGNS[contract.currency.text], contract.term.from_.text, contract.term.to.text)
        for kind in ("parameters", "data", "cohorts", "spans", "steps", "facts", "outcomes", "measures", "payments"):
            self.world.declared.update(dict.fromkeys(getattr(contract, kind), kind))
        self.world.finish = self.finish
        self.world.dated = any(DATED_BY in leaf.text for step in contract.statement.then for leaf in (step.allocate, step.per) if leaf)
        self.payments: list[Payment] = []
        self.failed = False

    def build(self) -> Plan:
        self.contract = varied(self.contract, self.problems)
        contract, world = self.contract, self.world
        define_tables(world, self.problems, contract)
        for name, parameter in contract.parameters.items():
            world.parameters[name] = None
            self._try(lambda name=name, parameter=parameter: define(world, self.problems, name, parameter))  # type: ignore[misc]
        for name, table in contract.data.items():
            for check in table.checks:
                if check.per is None:
                    self._try(lambda name=name, check=check: self._check(name, check))  # type: ignore[misc]
        for kind, name in in_order(contract, self.problems, world):
            self._try(lambda kind=kind, name=name: getattr(self, f"_{kind}")(name))  # type: ignore[misc]
        for name, table in contract.data.items():
            for check in table.checks:
                if check.per is not None:  # after everything that it may read
                    self._try(lambda name=name, check=check: self._rate(name, check))  # type: ignore[misc]
        order = list(contract.payments)
        self.payments.sort(key=lambda payment: order.index(payment.name))
        then: list[StatementStep] = []
        self._try(lambda: then.extend(build_statement(world, self.problems, contract, self.payments, self.finish)))
        not_as_asked(world, self.problems, self.contract, self.asked)
        if self.problems.found or self.failed:
            assert self.problems.found, "something failed without saying why"
            raise Refused(
                sorted(self.problems.found, key=lambda p: (p.place.file, p.place.line, p.place.column) if p.place else ("", 0, 0))
            )
        return Plan(
            "pbr-plan/1", contract.contract.text, contract.title.text, contract.version.text, contract.currency.text, world.first_day, world.last_day,
            (("commissioner", contract.parties.commissioner.text), ("provider", contract.parties.provider.text)),
            tuple(self._served(self._used(table)) for table in world.tables.values() if table.name not in world.made), tuple(world.cohorts.values()), tuple(world.steps.values()),
            tuple(self.payments), tuple(then), unverified(contract, self.source), self._complete_to(then), tuple(world.made.values()),
        )  # fmt: skip

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Silent:
            self.failed = True
        except Mistake as mistake:
            self.failed = True
            self.problems.add(mistake.code, mistake.says, mistake.hint, None)

    # ---- steps --------------------------------------------------------------------------------------------------
    def finish(
        self, name: str, kind: str, grain: str, node: Node, typer: Typer, text: str, *,
        within: str | None = None, item: models.Item | None = None, place: Place | None = None, settles: Settles | None = None,
    ) -> Step:  # fmt: skip
        """Number a typed expression as a step of the plan and note what it reads."""
        world = self.world
        if name in world.steps:
            raise Mistake("PBR367", f"`{name}` would stand for two things.", "Give one of them another name or code.")
        steps, tables = what_it_reads(world, node, grain)
        words: dict[str, Any] = {
            key: (leaf.text if (leaf := getattr(item, key, None)) is not None else "")
            for key in ("clause", "says", "source", "mark", "correct")
        }
        step = Step(
            len(world.steps) + 1, name, kind, grain, node, text, within, settles, tuple(typer.reasons), parts_of(node),
            evidence.decided_by(world, node, grain), evidence.rests_on(world, node, grain, within), tuple(steps),
            **words, line=place.line if place is not None else 0,
        )  # fmt: skip
        world.steps[name] = step
        world.reads[name] = frozenset(tables)
        world.needs[name] = latest(world, node, grain)
        if node.type.numeric and never_negative(world, node):
            world.nonnegative.add(name)
        return step

    def _grain(self, leaf: models.Scalar) -> tuple[str, str | None]:
        phrase: PerPhrase = self.problems.read(leaf, parse_per)
        world = self.world
        with self.problems.about(leaf):
            if phrase.cohort is not None and phrase.table in world.made:
                raise Mistake(
                    "PBR811",
                    f"`{leaf.text}`: the rows of {phrase.table} are made by this contract, and are not taken from a cohort.",
                    f"Write `per: {phrase.table}`, and the condition in `only_if`.",
                )
            if phrase.cohort is not None:
                cohort = world.cohorts.get(phrase.cohort)
                if cohort is None:
                    if world.declared.get(phrase.cohort) == "cohorts":
                        raise Silent  # said where the cohort is
                    raise Mistake("PBR364", f"There is no cohort `{phrase.cohort}`.", closest(phrase.cohort, list(world.cohorts)))
                if phrase.table not in world.tables and world.declared.get(phrase.table) == "data":
                    raise Silent  # said where the table is
                if cohort.of not in world.ancestors(phrase.table):
                    raise Mistake(
                        "PBR891",
                        f"`{phrase.table} in {phrase.cohort}`: {phrase.cohort} is a cohort of {cohort.of}, and a row of {phrase.table} belongs to no row of {cohort.of}.",
                        f"Make it a cohort of {phrase.table} with `only:`, or state the item per {cohort.of} in {phrase.cohort}.",
                    )
                return phrase.table, phrase.cohort
            if phrase.table in world.made:
                return phrase.table, world.made[phrase.table].cohort
            if phrase.table in world.grains():
                return phrase.table, None
            cohort = world.cohorts.get(phrase.table)
            if cohort is not None:
                raise Mistake(
                    "PBR306",
                    f"`{phrase.table}` has no groups: it is a part of {cohort.of}.",
                    f"Write `per: {cohort.of} in {phrase.table}`.",
                )
            if world.declared.get(phrase.table) in ("data", "cohorts", "steps"):
                raise Silent  # said where it is declared
            raise Mistake(
                "PBR364", f"There is no table or cohort `{phrase.table}`.", closest(phrase.table, sorted({*world.grains(), *world.cohorts}))
            )
        raise AssertionError

    def _typer(self, model: Any, grain: str, within: str | None, existing: frozenset[str] = frozenset()) -> Typer:
        when_held, when_rejected = (getattr(model, key, None) for key in ("when_held", "when_rejected"))
        held = self.problems.read(when_held, parse_held) if when_held is not None else None
        rejected: dict[str, Any] | None = None
        if when_rejected is not None:
            phrase = self.problems.read(when_rejected, parse_rejected)
            up_to = None if phrase.up_to is None else {"n": str(phrase.up_to.numerator), "d": str(phrase.up_to.denominator)}
            how = phrase.how if phrase.how != "count against the supplier" else self._against(model)
            rejected = {"how": how, "up_to": up_to}
        known = self.world.only.get(within, frozenset()) if within is not None else frozenset()
        typer = Typer(self.world, grain, held=held, rejected=rejected, existing=known | existing, once=self._once(model, grain))
        typer.within = within
        return typer

    def _once(self, model: Any, grain: str) -> str | None:
        """``counts_once: first by DATE``: the date column. A row without that day could not be put in order, so none may be blank."""
        leaf = getattr(model, "counts_once", None)
        name = self.problems.read(leaf, parse_once) if leaf is not None else None
        if name is None:
            return None
        with self.problems.about(leaf):
            type_ = self.world.column_type(grain, name) if grain in self.world.tables else None
            if type_ is None or type_.kind != "date" or type_.absent:
                raise Mistake(
                    "PBR895",
                    f"`{name}` is not a date of every row of {grain}.",
                    f"Name a date column of {grain} that is never blank: it says which row comes first.",
                )
        return name

    def _against(self, model: Any) -> str:
        """``count against the supplier``: rejected rows count as what pays the supplier less, which ``better`` says."""
        better = getattr(model, "better", None)
        if better is None:
            with self.problems.about(model.when_rejected):
                raise Mistake(
                    "PBR379",
                    "Nothing says whether more or fewer of these is better for the supplier.",
                    "Add `better: lower` (each counts as one more that failed) or `better: higher` (as one more that did not succeed).",
                )
        return "count as yes" if better.text == "lower" else "count as no"

    def _place(self, name: str, per: models.Scalar) -> tuple[str, str | None]:
        """The grain of a named item, and the cohort it is restricted to; its name must not be a column there."""
        grain, within = self._grain(per)
        if self.world.column_type(grain, name) is not None:
            with self.problems.about(None, self.source.place(self.world.declared[name], name)):
                raise Mistake(
                    "PBR303", f"`{name}` is already a column of {grain}, and one name cannot stand for both.", "Rename one of them."
                )
        return grain, within

    # ---- blocks -------------------------------------------------------------------------------------------------
    def _check(self, table: str, model: models.Check) -> None:
        leaf, kind = (model.reject, "check") if model.reject is not None else (model.flag, "flag")
        if isinstance(leaf, models.BetweenRows):
            return  # checks between rows belong to the table, and are judged while it is read
        if leaf is None or table not in self.world.tables:
            raise Silent
        typer = Typer(self.world, table, columns_only="checks run on the submitted rows, before anything is decided")
        self._finish_check(table, model, leaf, kind, table, typer)

    def _rate(self, table: str, model: models.Check) -> None:
        """A flag ``per`` the contract or the groups of a cohort. What it adds up leaves out held and rejected rows: it says what the rows that
        stand show, and a bad row must not silence it."""
        assert model.per is not None and isinstance(model.flag, models.Scalar)
        if table not in self.world.tables:
            raise Silent
        phrase = self.problems.read(model.per, parse_per)
        cohort = self.world.cohorts.get(phrase.table)
        with self.problems.about(model.per):
            if phrase.cohort is not None or phrase.table in self.world.tables or (cohort is not None and not cohort.groups):
                raise Mistake(
                    "PBR306",
                    f"`{model.per.text}` has no groups; a flag with `per` looks at the contract as a whole, or at each group of a cohort.",
                    "Write `per: contract` or `per: COHORT`. A flag on single rows has no `per`.",
                )
        grain, _ = self._grain(model.per)
        typer = Typer(self.world, grain, held="leave out", rejected={"how": "leave out", "up_to": None}, reports=True)
        self._finish_check(table, model, model.flag, "flag", grain, typer)

    def _finish_check(self, table: str, model: models.Check, leaf: models.Scalar, kind: str, grain: str, typer: Typer) -> None:
        tree = self.problems.tree(leaf)
        with self.problems.about(leaf):
            node = typer.strict(truth(typer, tree), tree)
        self.finish(f"check.{table}.{model.code.text}", kind, grain, node, typer, leaf.text, item=model, place=leaf.place)

    def _cohorts(self, name: str) -> None:
        CohortBuilder(self.world, self.problems, name, self.contract.cohorts[name], self.finish).build()

    def _facts(self, name: str) -> None:
        self._equals(name, "fact", self.contract.facts[name])

    def _measures(self, name: str) -> None:
        self._equals(name, "measure", self.contract.measures[name])

    def _equals(self, name: str, kind: str, model: models.Fact) -> None:
        grain, within = self._place(name, model.per)
        typer = self._typer(model, grain, within)
        if isinstance(model.equals, models.Chosen):
            leaf = model.equals.choose.by
            node = chosen(typer, self.problems, model.equals.choose)
            text = chosen_text(model.equals.choose)
        else:
            leaf, text = model.equals, model.equals.text
            tree = self.problems.tree(leaf)
            with self.problems.about(leaf):
                node = typer.settled_date(typer.expression(tree))
        if model.if_none is not None:
            node = with_if_none(typer, self.problems, model.if_none, node)
        node = fulfilled(typer, self.problems, model, node)
        node = none_while(typer, suspended(typer, self.problems, name, model, self.finish, within), node)
        settles = self._settled(name, model, grain, within, node, typer)
        self.finish(name, kind, grain, node, typer, text, within=within, item=model, place=leaf.place, settles=settles)

    def _settled(self, name: str, model: models.Fact, grain: str, within: str | None, node: Node, typer: Typer) -> Settles | None:
        """A value that is unknown until the day on which it is final, as an outcome is."""
        if model.settles is None:
            return None
        day = settling_day(self.world, self.problems, model.settles, node, grain, self._typer(model, grain, within))
        step = self.finish(f"{name}.settles", "day", grain, *day, model.settles.text, within=within, place=model.settles.place)
        _, tables = what_it_reads(self.world, node, grain)
        return Settles("day", step.name, tuple(t for t in self.world.tables if t in tables), typer.reason("immature", name))

    def _spans(self, name: str) -> None:
        model = self.contract.spans[name]
        grain, within = self._place(name, model.per)
        typer = self._typer(model, grain, within)
        node = SpanBuilder(self.problems, typer, model).build()
        text = "; ".join(leaf.text for leaf in model.days_of)
        self.finish(name, "span", grain, node, typer, text, within=within, item=model, place=model.days_of[0].place)

    def _steps(self, name: str) -> None:
        model = self.contract.steps[name]
        grain, within = self._place(name, model.per)
        StepsBuilder(self.world, self.problems, self.contract, name, grain, within, self._typer(model, grain, within), self.finish).build()

    def _outcomes(self, name: str) -> None:
        model = self.contract.outcomes[name]
        grain, within = self._place(name, model.per)

        def typer() -> Typer:
            return self._typer(model, grain, within)

        def tables(node: Node) -> set[str]:
            return what_it_reads(self.world, node, grain)[1]

        step = OutcomeBuilder(self.world, self.problems, name, model, grain, within, typer, self.finish, tables).build()
        evidence.demand(self.problems, name, step.decided_by, step.rests_on, model.evidence or {})

    def _payments(self, name: str) -> None:
        model = self.contract.payments[name]
        grain, within = self._place(name, model.per)

        def typer(existing: frozenset[str] = frozenset()) -> Typer:
            return self._typer(model, grain, within, existing)

        payment = PaymentBuilder(self.world, self.problems, name, model, grain, within, typer, self.finish).build()
        self.payments.append(payment)

    # ---- whole-plan facts ---------------------------------------------------------------------------------------
    def _used(self, table: Table) -> Table:
        """When an accepted row of a table counts as used (``Table.use``)."""
        if table.matched is not None:
            return replace(table, use="matches")
        if not any(cohort.of == table.name for cohort in self.world.cohorts.values()):
            return table
        if any(payment.grain == table.name and payment.within is None for payment in self.payments):
            return table
        for step in self.world.steps.values():
            for node in step.node.walk() if step.kind != "flag" else ():  # a flag moves nothing: it uses no row up
                told = node.params.get("aggregate")
                if told and told["link"]["table"] == table.name and told["link"]["kind"] in ("all", "children") and told["subset"] is None:
                    return table
        return replace(table, use="cohorts")

    def _served(self, table: Table) -> Table:
        return replace(table, once_alike=columns_that_decide(table, self.world.steps.values())) if table.once else table

    def _complete_to(self, then: list[StatementStep]) -> tuple[str, ...]:
        wanted = {table for one in then for later in one.later for table in later[3]}
        for step in self.world.steps.values():
            if step.settles is not None:
                wanted |= set(step.settles.tables)
            for node in step.node.walk():
                wanted |= {name for name in node.params.get("not_yet", ()) if name}
        return tuple(name for name in self.world.tables if name in wanted)
