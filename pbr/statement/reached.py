"""The rows under an aggregate: how many were counted, how many were not and why, and what each of a few of them holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pbr.plan.month_ends import add_months
from pbr.plan.node import Node
from pbr.plan.plan import Cohort
from pbr.platform.sqltext import quote_name as quote
from pbr.statement import words
from pbr.statement.saying import say, written
from pbr.statement.stored import Row, Stored, Trail, cell_text

MOST_ROWS = 8


@dataclass(frozen=True)
class Reach:
    """Stored conditions that select the rows under an aggregate at one row of its grain. ``table``: whose trace they are in."""

    table: str
    where: tuple[str, ...]
    values: tuple[Any, ...]
    cohort: Cohort | None = None  # the cohort that is the grain, or the subset counted over

    def members(self) -> tuple[str, ...]:
        return (*self.where, f"{quote(self.cohort.member)}") if self.cohort is not None else self.where


def reach(trail: Trail, row: Row, node: Node) -> Reach | None:
    """How the rows counted by an aggregate node are found again from ``row``; None when a link value is not known."""
    params = node.params["aggregate"]
    link = params["link"]
    table = link["table"]
    subset = next((c for c in trail.plan.cohorts if c.name == params.get("subset")), None)
    if link["kind"] in ("all", "groups"):
        return Reach(table, (), (), subset)
    if link["kind"] == "group":
        cohort = trail.plan.cohort(row.grain)
        where = tuple(f"CAST({quote(name)} AS VARCHAR) = ?" for name in cohort.keys)
        more = (quote(subset.member),) if subset is not None else ()
        return Reach(table, (*where, *more), row.key, cohort)
    if link["kind"] == "inside":
        days = ('"first_day" >= CAST(? AS DATE)', '"last_day" <= CAST(? AS DATE)')
        same = tuple(f"CAST({quote(name)} AS VARCHAR) = ?" for name in link["columns"])
        return Reach(table, (*days, *same), tuple(cell_text(row.cells[name]) for name in ("first_day", "last_day", *link["columns"])))
    if link["kind"] == "earlier":
        return _earlier(row, link)
    onto = link["onto"] or trail.plan.key_of(row.grain)
    held = [row.cells.get(name) for name in onto]
    if any(value is None for value in held):
        return None
    where = tuple(f"CAST({quote(name)} AS VARCHAR) = ?" for name in link["columns"])
    return Reach(table, where, tuple(cell_text(value) for value in held), subset)


def _earlier(row: Row, link: Mapping[str, Any]) -> Reach:
    """The groups of the row's own cohort that ended before it began."""
    where, values = ['"last_day" < CAST(? AS DATE)'], [cell_text(row.cells["first_day"])]
    if link.get("back"):
        unit, size = link["back"][0], int(link["back"][1])
        begins = date.fromisoformat(values[0])
        since = add_months(begins, -size) if unit == "months" else begins - timedelta(days=size)
        if since is not None:
            where.append('"first_day" >= CAST(? AS DATE)')
            values.append(since.isoformat())
    where += [f"CAST({quote(name)} AS VARCHAR) = ?" for name in link["columns"]]
    return Reach(link["table"], tuple(where), (*values, *(cell_text(row.cells[name]) for name in link["columns"])))


def counted_leaves(node: Node) -> list[Node]:
    """What the conditions and values of an aggregate read of each row it counts: columns and items, each once."""
    found: dict[str, Node] = {}
    for arg in node.args:
        for leaf in arg.walk():
            if leaf.op in ("column", "item") and leaf.params.get("row") == "counted":
                found.setdefault(leaf.identity, leaf)
    return list(found.values())


def population(trail: Trail, row: Row, node: Node) -> list[tuple[str, str]]:
    """("counted", ...), ("not counted", ...) and, where they are few, the rows one by one."""
    rows = reach(trail, row, node)
    if rows is None or not trail.columns(rows.table):
        return []
    number = trail.how_many(rows.table, rows.members(), rows.values)
    left_out = _left_out(trail, rows, node)
    out = [("counted", _counted(trail, row, rows, node, number - left_out))]
    missing = _not_counted(trail, rows, node)
    against = _against(trail, rows, node)
    if left_out:
        missing.insert(0, f"{words.count(left_out)} held, which the contract leaves out")
    if 0 < number <= MOST_ROWS:
        out += [("", text) for text in one_by_one(trail, rows, node)]
    if against:
        out.append(("counted too", against))
    if missing:
        out.append(("not counted", ", ".join(missing)))
    own = _own_columns(trail, row, node)
    return [("of this row", ", ".join(own)), *out] if own else out


def _own_columns(trail: Trail, row: Row, node: Node) -> list[str]:
    """What the condition of an aggregate reads of the row it is asked for, by name and stored value."""
    found: dict[str, str] = {}
    for arg in node.args:
        for leaf in arg.walk():
            if leaf.op == "column" and leaf.params.get("row") == "own":
                held = leaf_value(trail, row, leaf)
                if held is not None:
                    found[written(leaf, trail.plan.currency)] = say(held, trail.plan.currency)
    return [f"{name} {value}" for name, value in found.items()]


def _left_out(trail: Trail, rows: Reach, node: Node) -> int:
    """Rows whose answer is held where the contract says to leave such rows out."""
    name = condition_item(node)
    if node.params["aggregate"].get("when_held") != "leave out" or name is None or name not in trail.columns(rows.table):
        return 0
    return trail.how_many(rows.table, (*rows.members(), f"{quote(name)} IS NULL"), rows.values)


def _counted(trail: Trail, row: Row, rows: Reach, node: Node, number: int) -> str:
    if node.params["aggregate"]["link"]["kind"] == "earlier":
        return f"{words.count(number)} earlier {words.plural(rows.table)}"
    text = f"{words.count(number)} {words.plural(rows.table)}" if number != 1 else f"1 row of {rows.table}"
    first, last = row.cells.get("first_day"), row.cells.get("last_day")
    if rows.cohort is not None and first is not None and last is not None:
        text += f" between {words.day(first)} and {words.day(last)}"
    answers = _answers(trail, rows, node)
    if answers and number:
        return f"{text}: {answers}"
    if number and node.params["aggregate"].get("has_where") and condition_item(node) is None and node.args:
        return f"of {text}, those where {written(node.args[-1], trail.plan.currency)}"
    return text


def condition_item(node: Node) -> str | None:
    """The one named truth an aggregate's condition is, if it is one: ``reconvicted`` of share of releases where reconvicted."""
    if not node.params["aggregate"].get("has_where") or not node.args:
        return None
    where = node.args[-1]
    return str(where.params["step"]) if where.op == "item" and where.params["row"] == "counted" and not where.params.get("via") else None


def answered_yes(trail: Trail, row: Row, node: Node) -> str:
    """How many of the counted rows have a stored yes for the condition, in words; "" where that is not stored."""
    name, rows = condition_item(node), reach(trail, row, node)
    if name is None or rows is None or name not in trail.columns(rows.table):
        return ""
    return words.count(trail.how_many(rows.table, (*rows.members(), quote(name)), rows.values))


def _answers(trail: Trail, rows: Reach, node: Node) -> str:
    name = condition_item(node)
    if name is None or name not in trail.columns(rows.table):
        return ""
    parts = []
    tests = [("yes", f"{quote(name)}"), ("no", f"NOT {quote(name)}"), ("held", f"{quote(name)} IS NULL")]
    for word, test in tests[: 2 if node.params["aggregate"].get("when_held") == "leave out" else 3]:
        number = trail.how_many(rows.table, (*rows.members(), test), rows.values)
        if number or word != "held":
            parts.append(f"{words.count(number)} {word}")
    return f"{words.plural(name)} {', '.join(parts)}"


def _against(trail: Trail, rows: Reach, node: Node) -> str:
    """Rejected and missing rows where the contract counts them against the supplier; "" where it does not, or there are none."""
    how = {"count as yes": "yes", "count as no": "no"}.get((node.params["aggregate"].get("when_rejected") or {}).get("how", ""))
    found = lost(trail, rows.table) if how else ""
    if not found or node.params["aggregate"]["link"]["kind"] in ("groups", "inside", "earlier"):
        return ""
    if node.params["aggregate"]["link"]["kind"] in ("all", "group"):
        return f"{found}, taken as {how} against the supplier"
    return f"of {found} in the whole table those that could belong here, taken as {how} against the supplier"


def _not_counted(trail: Trail, rows: Reach, node: Node) -> list[str]:
    """Excluded rows by code, rows whose membership is not known, and the rejected rows of the table."""
    out = []
    cohort = rows.cohort
    if cohort is not None and cohort.member in trail.columns(rows.table):
        says = {code: text for code, _, text in cohort.codes}
        where = (*rows.where, f"NOT {quote(cohort.member)}")
        code = quote(cohort.excluded) if cohort.excluded in trail.columns(rows.table) else "NULL"
        sql = f"SELECT {code}, count(*) FROM {trail.view(rows.table)} WHERE {' AND '.join(where)} GROUP BY 1 ORDER BY 1"
        for found, number in trail.select(sql, rows.values):
            about = f"{found} {says.get(found, '')}".strip() if found else "not in it"
            out.append(f"{words.count(number)} excluded ({about})")
        unsure = trail.how_many(rows.table, (*rows.where, f"{quote(cohort.member)} IS NULL"), rows.values)
        if unsure:
            out.append(f"{words.count(unsure)} of which it is not known whether they belong")
    found = lost(trail, rows.table)
    if found and not _against(trail, rows, node):
        kind = "rejected" if rejected_rows(trail, rows.table) else "missing"
        group = f" (a {kind} row is in no group)" if cohort is not None and cohort.groups else ""
        out.append(f"{found} in the whole table{group}")
    return out


def rejected_rows(trail: Trail, table: str) -> int:
    """Rows of a table that were rejected, by the findings; 0 where the run has no findings file."""
    return _found(trail, table, 'count(DISTINCT "ROW")', "reject")


def missing_rows(trail: Trail, table: str) -> int:
    """Rows that somebody else's table knows and this one lacks, by the findings."""
    return _found(trail, table, "count(*)", "missing")


def _found(trail: Trail, table: str, counted: str, severity: str) -> int:
    if not trail.columns_of("findings"):
        return 0
    return int(trail.select(f"SELECT {counted} FROM findings WHERE TABLE_NAME = ? AND SEVERITY = ?", [table, severity])[0][0])


def lost(trail: Trail, table: str) -> str:
    """7 rejected; 2 missing; 7 rejected and 2 missing; "" for none."""
    each = ((rejected_rows(trail, table), "rejected"), (missing_rows(trail, table), "missing"))
    return words.listed([f"{words.count(number)} {word}" for number, word in each if number])


def lost_in_words(trail: Trail, table: str) -> str:
    """rows of claims were rejected; or are missing, or both."""
    if not missing_rows(trail, table):
        return f"rows of {table} were rejected"
    return f"rows of {table} {'were rejected or ' if rejected_rows(trail, table) else ''}are missing"


def one_by_one(trail: Trail, rows: Reach, node: Node) -> list[str]:
    """Each row's key with the stored values that the aggregate reads of it."""
    leaves = [leaf for leaf in counted_leaves(node) if not leaf.params.get("via")]
    out = []
    for row in trail.rows(rows.table, rows.members(), rows.values, MOST_ROWS):
        held = [(_leaf_name(leaf), leaf_value(trail, row, leaf)) for leaf in leaves]
        shown = ", ".join(f"{name} {say(value, trail.plan.currency)}" for name, value in held if value is not None)
        out.append(f"{words.key(row.key)}: {shown}" if shown else words.key(row.key))
    return out


def _leaf_name(leaf: Node) -> str:
    return str(leaf.params.get("column") or leaf.params["step"])


def leaf_value(trail: Trail, row: Row, leaf: Node) -> Stored | None:
    """What a leaf reads at a row, following its hops."""
    there = trail.reached(row, leaf.params.get("via", []))
    if there is None:
        return None
    return (
        trail.of_column(there, leaf.params["column"]) if leaf.op == "column" else trail.of_step(there, trail.plan.step(leaf.params["step"]))
    )
