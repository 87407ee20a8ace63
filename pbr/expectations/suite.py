"""Suites: the checks of each table as plain data that ``great_expectations.ExpectationSuite(**data)`` takes."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any

from pbr.expectations.mapping import Expected, expected
from pbr.expectations.patterns import CONTROL, INVISIBLE
from pbr.plan.plan import Plan, Table
from pbr.submission.raw import BLANKS
from pbr.terms.models import TableLayout

FORMAT = "pbr-suite/1"
FRAME = (
    "every cell as text; the blanks around it trimmed (space, tab, line ends, no-break space); null where nothing is left or where it is one of "
    "`missing`; columns named as in the contract (`columns` says what the file calls them); and the columns named `pbr: ...`, which pbr writes"
)
_NAMES = uuid.uuid5(uuid.NAMESPACE_OID, FORMAT)


def suites(plan: Plan, layout: Mapping[str, TableLayout] | None = None) -> dict[str, dict[str, Any]]:
    """Table -> suite. ``layout``: as the contract's; it tells missing markers and the names that files give to columns, for ``meta``."""
    return {table.name: _suite(plan, table, (layout or {}).get(table.name)) for table in plan.tables}


def suite_name(plan: Plan, table: str) -> str:
    return f"{plan.contract}-{table}"


def _suite(plan: Plan, table: Table, layout: TableLayout | None) -> dict[str, Any]:
    about: dict[str, Any] = {
        "format": FORMAT,
        "contract": plan.contract,
        "version": plan.version,
        "table": table.name,
        "plan": plan.digest,
        "frame": FRAME,
        "blanks": BLANKS,
        "missing": [leaf.text.strip(BLANKS) for leaf in layout.missing or ()] if layout is not None else [],
        "columns": {ours: leaf.text for ours, leaf in (layout.columns or {}).items()} if layout is not None else {},
    }
    asked = [_expectation(plan, table, one) for one in expected(plan, table)]
    return {"name": suite_name(plan, table.name), "expectations": asked, "meta": {"pbr": about}}


def _expectation(plan: Plan, table: Table, one: Expected) -> dict[str, Any]:
    identity = identity_of(plan, table, one)
    about: dict[str, Any] = {
        "id": identity,  # again: GX gives an expectation another when its suite is kept in a store
        "code": " ".join(one.codes),
        "column": ", ".join(one.columns),
        "clause": one.clause,
        "says": one.says,
        "mapped": not one.told,
    }
    if one.line:
        about["line"] = one.line
    codes = f" ({', '.join(one.codes)})" if one.codes else ""
    return {
        "type": one.kind,
        "kwargs": one.arguments,
        "meta": {"pbr": about},
        "id": identity,
        "severity": one.severity,
        "description": f"{one.told.removeprefix('pbr: ') if one.told else one.says}{'' if one.told else codes}",
    }


def identity_of(plan: Plan, table: Table, one: Expected) -> str:
    """The same for the same check in every version of a contract, whatever its bounds, lists and sentences are there."""
    parts = [plan.contract, table.name, one.kind, *one.columns, "", *one.codes, "told" if one.told else "mapped"]
    return str(uuid.uuid5(_NAMES, json.dumps(parts, ensure_ascii=False)))


def suite_json(suite: Mapping[str, Any]) -> bytes:
    """UTF-8, the same bytes each time; a character that cannot be seen is written as its number."""
    text = json.dumps(suite, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    unseen = re.compile(f"{INVISIBLE}|{CONTROL}")
    return "".join(_seen(letter) if letter != "\n" and unseen.match(letter) else letter for letter in text).encode()


def _seen(letter: str) -> str:
    return json.dumps(letter)[1:-1]
