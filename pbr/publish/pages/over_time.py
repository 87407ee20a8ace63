"""Over time and side by side: results against their target, payments against the cap, and each provider against all."""

from __future__ import annotations

from pbr.publish.charts.against_target import Bar, against_target
from pbr.publish.pages.frame import Sheet, around, as_at, crumbs_of, heading, page
from pbr.publish.pages.html import Child, Element, el, short
from pbr.publish.pages.tables import Column, table
from pbr.publish.site import Contract, Series


def over_time(sheet: Sheet, contract: Contract) -> bytes:
    """CONTRACT/over-time.html."""
    newest = contract.assessments[0] if contract.assessments else None
    parts: list[Child] = [_series(sheet, one, f"series-{at}") for at, one in enumerate(contract.series)]
    parts.append(_payments(sheet, contract))
    content = [
        el(
            "div",
            heading(sheet, "Over time and side by side", contract.title),
            el(
                "p",
                "Results against their targets, and payments against what limits them. Beside each chart stands a table with the same figures.",
                class_="lead",
            ),
            class_="opening",
        ),
        around(sheet, contract, newest),
        el("div", *parts, class_="body"),
    ]
    return page(sheet, f"Over time and side by side: {contract.title}", crumbs_of(sheet.site, contract), content, kind="over")


def _series(sheet: Sheet, series: Series, name: str) -> Element:
    figures = sheet.figures
    bars = []
    for point in series.points:
        bars.append(
            Bar(point.label, figures.number(point.value), figures.text(point.value), figures.number(point.low), figures.number(point.high))
        )
    target = figures.number(series.target)
    target_text = figures.text(series.target) if series.target is not None else ""
    title = short(series.title, 120)
    better = {"higher": "Higher is better.", "lower": "Lower is better."}.get(series.better, "")
    description = f"A bar for each of them{f', and a line at the target, {target_text}' if target_text else ''}. {better} The table below has the same figures.".replace(
        "  ", " "
    )
    chart = against_target(name, title, description, bars, target, target_text)
    rows: list[list[Child]] = []
    counted = any(point.denominator is not None for point in series.points)
    for point in series.points:
        state = figures.sign(point.state.strip("[]"), in_table=True) if point.state else None
        row: list[Child] = [short(point.label, 80), [figures.show(point.value, in_table=True), [" ", state] if state else None]]
        if counted:
            row.append(
                figures.show(point.denominator, in_table=True) if point.denominator is not None else figures.sign("z", in_table=True)
            )
        if series.target is not None:
            row.append(figures.show(series.target, in_table=True))
        rows.append(row)
    heads = [Column("Group"), Column("Result", series.unit, True)]
    heads += [Column("Counted", number=True)] if counted else []
    heads += [Column("Target", series.unit, True)] if series.target is not None else []
    return el(
        "section",
        el("h2", title, id=f"{name}-h"),
        el("p", better) if better else None,
        el("figure", chart),
        table(f"{name}-t", f"{title}: the figures", heads, rows),
        aria_labelledby=f"{name}-h",
    )


def _payments(sheet: Sheet, contract: Contract) -> Element | None:
    if not contract.assessments:
        return None
    figures = sheet.figures
    oldest_first = list(reversed(contract.assessments))
    bars = [Bar(as_at(one).removeprefix("Data to "), figures.number(one.paid), figures.text(one.paid)) for one in oldest_first]
    limits = [limit for limit in contract.assessments[0].limits if limit.limit is not None]
    cap = limits[0].limit if limits else None
    cap_text = figures.text(cap) if cap is not None else ""
    description = f"A bar for what was paid in all by each assessment{f', and a line at the cap, {cap_text}' if cap_text else ''}. The table below has the same figures."
    chart = against_target(
        "payments", "Payments against the cap" if cap else "Payments", description, bars, figures.number(cap), cap_text, "cap"
    )
    rows: list[list[Child]] = [
        [as_at(one), figures.show(one.paid, in_table=True), *([figures.show(cap, in_table=True)] if cap is not None else [])]
        for one in oldest_first
    ]
    heads = [
        Column("Assessment"),
        Column("Paid in all", contract.currency, True),
        *([Column("Cap", contract.currency, True)] if cap is not None else []),
    ]
    return el(
        "section",
        el("h2", "Payments against the cap" if cap else "Payments", id="payments-h"),
        el("figure", chart),
        table("payments-t", "What was paid in all, by assessment", heads, rows),
        aria_labelledby="payments-h",
    )
