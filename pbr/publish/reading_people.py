"""Which rows are of people: nothing that names one of them is published, and what is counted over them is protected."""

from __future__ import annotations

from collections.abc import Collection

from pbr.plan.plan import Plan, Table

PERSON = "person"


def tables_of_people(plan: Plan, also: Collection[str] = ()) -> frozenset[str]:
    """Tables of which a column identifies a person, those of which the contract says that each row counts as one (``also``), and tables that belong to such a one, are matched to it or are made from it."""
    found: set[str] = set(also)
    tables = plan.every_table
    while True:
        more = {table.name for table in tables if table.name not in found and (_names_one(table) or found.intersection(_above(table)))}
        if not more:
            return frozenset(found)
        found |= more


def grain_of_people(plan: Plan, grain: str, people: frozenset[str]) -> bool:
    """Whether each row of a grain is a person's: one of such a table, or a group whose key identifies a person."""
    for cohort in plan.cohorts:
        if cohort.name == grain:
            return any(type_.names == PERSON for type_ in cohort.part_types)
    return grain in people


def _names_one(table: Table) -> bool:
    return any(column.type.names == PERSON for column in table.columns)


def _above(table: Table) -> list[str]:
    """What a table belongs to (of a made one: what it is made from) and what it is matched to."""
    return [link.table for link in (table.parent, table.matched) if link is not None]
