"""How far tables that speak of the same people or events agree: rows that match, strangers, and rows of the other table that none matches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pbr.plan.node import Node
from pbr.plan.plan import Plan, Step, Table
from pbr.platform.sqltext import quote_name as quote
from pbr.statement import words
from pbr.statement.stored import Trail

MATCHED, COVERS = "matched_to", "must_cover"
Link = tuple[str, str, tuple[str, ...], tuple[str, ...]]  # how, the other table, columns here, columns there


def links(plan: Plan, table: Table) -> list[Link]:
    """The other tables that rows of a table are held against, each once."""
    out: list[Link] = []
    if table.cover is not None:
        out.append((COVERS, table.cover.table, table.cover.columns, table.cover.onto))
    if table.matched is not None:
        out.append((MATCHED, table.matched.table, table.matched.columns, table.matched.onto or plan.key_of(table.matched.table)))
    return [link for n, link in enumerate(out) if link[1:] not in [before[1:] for before in out[:n]]]


def match_rates(trail: Trail, table: Table) -> list[dict[str, Any]]:
    """As statement.json shows them: rows here that match a row there or not, rows there that have a match or not; rejected rows are in none."""
    out = []
    for how, other, columns, onto in links(trail.plan, table):
        if not trail.columns(table.name) or not trail.columns(other):
            continue
        here, there = trail.how_many(table.name), trail.how_many(other)
        matched = _matching(trail, table.name, columns, other, onto)
        out.append(
            {
                "table": other,
                "by": how,
                "matched": matched,
                "strangers": here - matched,
                "others_matched": _matching(trail, other, onto, table.name, columns),
                "others": there,
            }
        )
    return out


def _matching(trail: Trail, table: str, columns: tuple[str, ...], other: str, onto: tuple[str, ...]) -> int:
    on = " AND ".join(f"t.{quote(a)} = o.{quote(b)}" for a, b in zip(columns, onto, strict=True))
    return int(trail.select(f"SELECT count(*) FROM {trail.view(table)} t SEMI JOIN {trail.view(other)} o ON {on}")[0][0])


def said(rate: dict[str, Any], counts: dict[str, Any]) -> str:
    """A match rate in words. ``counts``: the rows block of the table."""
    other, matched, strangers = words.plural(rate["table"]), rate["matched"], rate["strangers"]
    have = "has one" if rate["others_matched"] == 1 else "have one"
    if rate["by"] == MATCHED:
        match, are = ("matches" if matched == 1 else "match"), ("is a stranger" if strangers == 1 else "are strangers")
        here = f"{words.count(matched)} {match} {other}, {words.count(strangers)} {are}"
        return f"{here}; {words.count(rate['others_matched'])} of {words.count(rate['others'])} {other} {have}"
    found = f"{words.count(rate['others_matched'])} of {words.count(rate['others'])} {other} {have.replace('one', 'a row here')}"
    missing, extra = counts.get("missing", 0), counts.get("extra", 0)
    if missing or extra:
        found += f"; {words.count(missing)} missing, {words.count(extra)} extra"
    return found


def tables_read(plan: Plan, step: Step) -> list[str]:
    """The data tables that a value looks at, itself or through what it reads, in the plan's order."""
    found: set[str] = set()
    waiting, seen = [step.name], {step.name}
    while waiting:
        here = plan.step(waiting.pop())
        found.add(here.grain)
        cohorts = [cohort for cohort in plan.cohorts if cohort.name in (here.grain, here.within)]
        found |= {cohort.of for cohort in cohorts}
        more = [*here.reads, *(name for cohort in cohorts for name in (cohort.member, *cohort.keys))]
        for node in here.node.walk():
            found |= set(_tables(plan, node))
            more += [node.params["step"]] if node.op == "item" else []
        more = [name for name in more if name not in seen]
        waiting += dict.fromkeys(more)
        seen |= set(more)
    return [table.name for table in plan.tables if table.name in found]


def _tables(plan: Plan, node: Node) -> Iterator[str]:
    aggregate = node.params.get("aggregate")
    if aggregate is not None:
        yield str(aggregate["link"]["table"])
    yield from (str(hop[1]) for hop in node.params.get("via", ()) if hop[0] == "parent")


def registers_read(plan: Plan, step: Step, statement: dict[str, Any]) -> list[tuple[str, str]]:
    """(table, match rate in words) of each table that a value looks at and that is held against another, as the statement has stored them."""
    out = []
    for table in tables_read(plan, step):
        counts = statement.get("rows", {}).get(table, {})
        out += [(words.plural(table), said(rate, counts)) for rate in counts.get("registers", [])]
    return out
