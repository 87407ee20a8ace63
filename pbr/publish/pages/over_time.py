"""Over time and side by side: results against their target, each provider against all, and payments against what limits them."""

from __future__ import annotations

from fractions import Fraction

from pbr.publish import addresses
from pbr.publish.charts.against_target import Bar, against_target
from pbr.publish.charts.funnel import Spot, funnel, standing
from pbr.publish.pages.figures import Figures
from pbr.publish.pages.frame import Sheet, around, as_at, crumbs_of, heading, page
from pbr.publish.pages.html import Child, Element, Node, el, short
from pbr.publish.pages.tables import Column, table
from pbr.publish.site import Contract, Limit, Point, Series, Slot

NAME = 120
BETTER = {"higher": "Higher is better.", "lower": "Lower is better."}


def over_time(sheet: Sheet, contract: Contract) -> bytes:
    """CONTRACT/over-time.html."""
    newest = contract.assessments[0] if contract.assessments else None
    parts: list[Child] = [_series(sheet, one, f"series-{at}") for at, one in enumerate(contract.series)]
    parts += [_funnel(sheet, one, f"funnel-{at}") for at, one in enumerate(contract.funnels)]
    parts += _payments(sheet, contract)
    content = [
        el(
            "div",
            heading(sheet, "Over time and side by side", contract.title),
            el(
                "p",
                "Results against their targets, and payments against what limits them. Below each chart stands a table with the same figures.",
                class_="lead",
            ),
            class_="opening",
        ),
        around(sheet, contract, newest),
        el("div", parts if any(part is not None for part in parts) else el("p", "Nothing has been assessed yet."), class_="body"),
    ]
    return page(sheet, f"Over time and side by side: {contract.title}", crumbs_of(sheet.site, contract), content, kind="over")


def _section(name: str, title: str, *parts: Child) -> Element:
    return el("section", el("h2", title, id=f"{name}-h"), parts)


def _value(figures: Figures, point: Point) -> list[Child]:
    state = figures.sign(point.state.strip("[]"), in_table=True) if point.state else None
    return [figures.show(point.value, in_table=True), [" ", state] if state else None]


def _series(sheet: Sheet, series: Series, name: str) -> Element:
    figures = sheet.figures
    bars = [
        Bar(point.label, figures.number(point.value), figures.text(point.value), figures.number(point.low), figures.number(point.high))
        for point in series.points
    ]
    target_text = figures.text(series.target) if series.target is not None else ""
    title = short(series.title, NAME)
    better = BETTER.get(series.better, "")
    description = " ".join(
        words
        for words in (
            f"A bar for each group{f', and a line at the target, {target_text}' if target_text else ''}.",
            better,
            "The table below has the same figures.",
        )
        if words
    )
    chart = against_target(name, title, description, bars, figures.number(series.target), target_text)
    rows: list[list[Child]] = []
    counted = any(point.denominator is not None for point in series.points)
    for point in series.points:
        row: list[Child] = [short(point.label, NAME), _value(figures, point)]
        if counted:
            row.append(_or_none(figures, point.denominator))
        if series.target is not None:
            row.append(figures.show(series.target, in_table=True))
        rows.append(row)
    heads = [Column("Group"), Column("Result", series.unit, True)]
    heads += [Column("Counted", number=True)] if counted else []
    heads += [Column("Target", series.unit, True)] if series.target is not None else []
    told = el("p", better) if better else None
    return _section(name, title, told, el("figure", chart), table(f"{name}-t", f"{title}: the figures", heads, rows))


def _or_none(figures: Figures, slot: Slot | None) -> Child:
    return figures.show(slot, in_table=True) if slot is not None else figures.sign("z", in_table=True)


def _spots(figures: Figures, series: Series) -> dict[int, Spot]:
    """By its place in the series, each point of which both figures are shown."""
    found = {}
    for at, point in enumerate(series.points):
        share, counted = figures.number(point.value), figures.number(point.denominator)
        if share is not None and counted is not None and counted >= 1 and point.denominator is not None:
            found[at] = Spot(point.label, share, int(counted), figures.text(point.value), figures.text(point.denominator))
    return found


def _funnel(sheet: Sheet, series: Series, name: str) -> Element | None:
    """Needs a target that is a share between none and all, and two spots: with one there is nothing beside it."""
    figures = sheet.figures
    target = figures.number(series.target)
    spots = _spots(figures, series)
    if series.target is None or target is None or not Fraction(0) < target < Fraction(1) or len(spots) < 2:
        return None
    title = short(series.title, NAME)
    target_text = figures.text(series.target)
    description = (
        f"A point for each: across, how many were counted; up, the share. A line at the target, {target_text}, and limits on both sides of it, "
        "which come closer as more are counted. The table below says of each point where it lies."
    )
    chart = funnel(name, title, description, list(spots.values()), target, target_text, "number counted")
    rows: list[list[Child]] = []
    for at, point in enumerate(series.points):
        where = standing(spots[at], target) if at in spots else figures.sign("z", in_table=True)
        rows.append([short(point.label, NAME), _value(figures, point), _or_none(figures, point.denominator), where])
    heads = [Column("Who"), Column("Share", series.unit, True), Column("Counted", number=True), Column("Where it lies")]
    return _section(
        name,
        title,
        el(
            "p",
            "Even if all were equally good, chance alone would set them apart, and most where few were counted. Whoever lies within the inner limits differs from the target by no more than chance would often explain.",
        ),
        el("figure", chart),
        el("p", "Limits are exact binomial limits around the target, from the figures as they are shown here.", class_="aside"),
        table(f"{name}-t", f"{title}: the figures", heads, rows),
    )


def _payments(sheet: Sheet, contract: Contract) -> list[Node]:
    """Payments against each limit that is shown; where there is none, payments."""
    if not contract.assessments:
        return []
    found: list[Node] = []
    for at, limit in enumerate(contract.assessments[0].limits):
        if limit.limit is not None:
            found.append(_against_limit(sheet, contract, limit, f"limit-{at}"))
    found.append(_paid(sheet, contract))
    return found


def _against_limit(sheet: Sheet, contract: Contract, limit: Limit, name: str) -> Element:
    figures = sheet.figures
    same = [
        (assessment, one)
        for assessment in reversed(contract.assessments)
        for one in assessment.limits
        if (one.says, one.clause) == (limit.says, limit.clause)
    ]
    assert limit.limit is not None
    cap_text = figures.text(limit.limit)
    bars = [Bar(as_at(assessment), figures.number(one.after), figures.text(one.after)) for assessment, one in same]
    description = f"A bar for what was left to pay under the limit by each assessment, and a line at the limit, {cap_text}. The table below has the same figures."
    title = short(limit.says, NAME) or "Payments against the limit"
    chart = against_target(name, title, description, bars, figures.number(limit.limit), cap_text, "limit")
    rows: list[list[Child]] = [
        [as_at(assessment), figures.show(one.before, in_table=True), figures.show(one.after, in_table=True), _or_none(figures, one.limit)]
        for assessment, one in same
    ]
    unit = contract.currency
    heads = [Column("Assessment"), Column("Before it", unit, True), Column("After it", unit, True), Column("Limit", unit, True)]
    said = el("p", limit.clause, class_="clause") if limit.clause else None
    return _section(name, title, said, el("figure", chart), table(f"{name}-t", "Payments before and after the limit", heads, rows))


def _paid(sheet: Sheet, contract: Contract) -> Element:
    figures = sheet.figures
    oldest_first = list(reversed(contract.assessments))
    bars = [Bar(as_at(one), figures.number(one.paid), figures.text(one.paid)) for one in oldest_first]
    chart = against_target(
        "paid", "What was paid", "A bar for what was paid in all by each assessment. The table below has the same figures.", bars, None, ""
    )
    rows: list[list[Child]] = [
        [
            el("a", as_at(one), href=sheet.to(addresses.of_assessment(contract, one))),
            figures.show(one.paid, in_table=True),
            figures.show(one.held_lines, in_table=True),
            one.state,
        ]
        for one in oldest_first
    ]
    heads = [Column("Assessment"), Column("Paid in all", contract.currency, True), Column("Held", "lines", True), Column("State")]
    return _section(
        "paid",
        "What was paid",
        el("figure", chart) if len(bars) > 1 else None,
        table("paid-t", "What was paid in all, by assessment, oldest first", heads, rows),
    )
