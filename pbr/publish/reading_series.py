"""Measures side by side: over the groups of a cohort, over assessments, and between those who provide (for a funnel plot)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pbr.plan.plan import Cohort, Plan, Step
from pbr.publish.reading_achieved import called
from pbr.publish.reading_ledger import slug
from pbr.publish.reading_people import grain_of_people
from pbr.publish.reading_texts import Texts
from pbr.publish.site import Assessment, Point, Series, Slot
from pbr.statement import words
from pbr.statement.marks import COUNTED, OUT_OF
from pbr.statement.saying import Reader, say
from pbr.statement.stored import Row
from pbr.statement.sums import alone
from pbr.statement.truth import VERBS

MOST_POINTS = 400  # of a measure: more are no picture
PROVISIONAL = "[p]"
UNITS = {"percent": "%", "points": "percentage points"}
HIGHER = {"ge": "higher", "gt": "higher", "le": "lower", "lt": "lower"}


@dataclass(frozen=True)
class Measured:
    """``over``: series over groups of days; ``between``: those who provide, at one time; ``once``: the one value that the contract has of it, for a series over assessments."""

    over: tuple[Series, ...] = ()
    between: tuple[Series, ...] = ()
    once: tuple[Series, ...] = ()


def measured(texts: Texts, assessment: str) -> Measured:
    """Shares, and what is compared with a target, wherever their rows are no people's."""
    plan = texts.trail.plan
    targets = dict(_targets(texts))
    over: list[Series] = []
    between: list[Series] = []
    once: list[Series] = []
    for step in plan.steps:
        if step.kind != "measure" or step.type.kind not in UNITS or grain_of_people(plan, step.grain, texts.lineages.people):
            continue
        if step.node.op != "share" and step.name not in targets:
            continue
        rows = texts.trail.rows(step.grain, limit=MOST_POINTS + 1)
        if not rows or len(rows) > MOST_POINTS:
            continue
        said = called(step)
        target, better = targets.get(step.name, (None, ""))
        whole = Series(slug(step.name), f"{said[:1].upper()}{said[1:]}", UNITS[step.type.kind], (), target, better)
        points = [(row.key, _point(texts, row, step, assessment)) for row in rows]
        if not plan.key_of(step.grain):
            once.append(replace(whole, points=(points[0][1],)))
            continue
        cohort = next((one for one in plan.cohorts if one.name == step.grain and one.groups), None)
        at = period_part(cohort) if cohort is not None else None
        over += _apart(whole, points, at, by_period=False) if at is not None else []
        between += _apart(whole, points, at, by_period=True)
    return Measured(tuple(over), tuple(one for one in between if len(one.points) > 1), tuple(once))


def over_time(assessments: list[tuple[Assessment, Measured]], currency: str) -> Iterator[Series]:
    """A series over the assessments of a contract, where there are several: what was paid, and each measure that the contract has one value of. Oldest first."""
    if len(assessments) < 2:
        return
    paid = [
        Point(words.day(one.complete_to), one.paid, assessment=one.slug, state=PROVISIONAL if one.state == "draft" else "")
        for one, _ in assessments
    ]
    yield Series("paid", "Paid, as each assessment stood", currency, tuple(paid))
    found: dict[str, list[Series]] = {}
    for _, told in assessments:
        for one in told.once:
            found.setdefault(one.name, []).append(one)
    for series in found.values():
        if len(series) > 1:
            yield replace(series[-1], points=tuple(point for one in series for point in one.points))


def period_part(cohort: Cohort) -> int | None:
    """The part of a group's key that says its days: each value of it stands for the same ones. None where no part does."""
    for part in range(len(cohort.parts)):
        days: dict[str, set[tuple[str, str]]] = {}
        for group in cohort.groups:
            days.setdefault(group.key[part], set()).add((group.first_day, group.last_day))
        if all(len(each) == 1 and ("", "") not in each for each in days.values()):
            return part
    return None


def _apart(whole: Series, points: list[tuple[tuple[str, ...], Point]], at: int | None, by_period: bool) -> list[Series]:
    """A series for each of those who provide, over time; or for each time, between those who provide."""
    found: dict[str, list[Point]] = {}
    for key, point in points:
        period = key[at] if at is not None else ""
        others = ", ".join(part for n, part in enumerate(key) if n != at)
        label, series = (others, period) if by_period else (period, others)
        if label:
            found.setdefault(series, []).append(replace(point, label=label))
    return [
        replace(
            whole,
            name=slug(f"{whole.name}-{name}") if name else whole.name,
            title=f"{whole.title}, {name}" if name else whole.title,
            points=tuple(each),
        )
        for name, each in found.items()
    ]


def _point(texts: Texts, row: Row, step: Step, assessment: str) -> Point:
    found = texts.trail.of_step(row, step)
    label = words.key(row.key) if row.key else words.day(assessment[:10])
    if found is None or found.value.low is None:
        gives_away = texts.lineages.of(row, step).as_answer()
        nothing = texts.ledger.answer(
            (row.grain, row.key, step.name, "none"),
            (row.grain, *row.key, step.name, "none"),
            "[x]",
            f"{called(step)}, {label}",
            gives_away,
            10,
        )
        return Point(label, nothing, assessment=assessment, state=PROVISIONAL)
    slots = texts.slots(say(found, texts.trail.plan.currency))
    state = "" if found.value.is_known else PROVISIONAL
    numerator = denominator = None
    if found.counts is not None:
        numerator, denominator = (
            texts.slots(found.shown(words.count(n), "count", n, how))[0] for n, how in zip(found.counts, (COUNTED, OUT_OF), strict=True)
        )
    return Point(label, slots[0], denominator=denominator, assessment=assessment, state=state, numerator=numerator)


def _targets(texts: Texts) -> Iterator[tuple[str, tuple[Slot | None, str]]]:
    """Measures that a payment's condition compares with a figure of the contract."""
    plan = texts.trail.plan
    for payment in plan.payments:
        step = plan.step(payment.condition) if payment.condition else None
        for node in step.node.walk() if step is not None else ():
            if node.op in VERBS and node.args[0].op == "item" and node.args[1].op == "literal":
                yield str(node.args[0].params["step"]), (_figure(texts, plan, step, node.args[1]), HIGHER.get(node.op, ""))


def _figure(texts: Texts, plan: Plan, step: Any, literal: Any) -> Slot | None:
    rows = texts.trail.rows(step.grain, limit=1)
    if not rows:
        return None
    found = Reader(texts.trail, rows[0], alone(literal)).value()
    slots = texts.slots(say(found, plan.currency)) if found is not None else []
    return slots[0] if slots else None
