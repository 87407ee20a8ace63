"""What is wrong with a file as a whole, read off what is wrong with its rows: a header that does not fit, no match, columns swapped."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from pbr.plan.plan import Column, Plan, Table
from pbr.platform.sqltext import quote_name, quote_text
from pbr.submission.accepted import Accepted
from pbr.submission.codes import in_short
from pbr.submission.typed import NOT_ONE, pattern_of
from pbr.validation.matching import no_match
from pbr.validation.shapes import cut_short, uneven

SAMPLE = 500  # rejected rows that are looked at for swapped columns
MOST = Fraction(9, 10)  # of them, the share that must fit the other column
FEWEST = 2  # rows below which nothing is concluded
ANY_TEXT = ("text", "identifier")


def suspicions_of(plan: Plan, accepted: Accepted, rejected: dict[str, int]) -> list[dict[str, str]]:
    """{kind, table, says, do} for each. ``rejected``: rows rejected per table, those that checks took away included. The findings must have
    their lines."""
    out = []
    for table in plan.tables:
        submitted = accepted.submitted[table.name]
        source = next(one for one in accepted.sources if table.name in one.tables)
        # the most telling first: a header that does not fit explains why no row can be used, two columns swapped why nothing matches, and
        # that nothing matches why no row can be used
        found = _told("uneven header", table, uneven(accepted, table, source)) or _swapped(plan, accepted, table)
        found = found or _told("no match", table, no_match(plan, accepted, table))
        if not found and submitted and rejected[table.name] == submitted:
            found = [_nothing_usable(accepted, table, submitted)]
        out += found + _told("cut short", table, cut_short(accepted, table, source))
    return out


def _told(kind: str, table: Table, found: tuple[str, str] | None) -> list[dict[str, str]]:
    return [_suspicion(kind, table, *found)] if found is not None else []


def _suspicion(kind: str, table: Table, says: str, do: str) -> dict[str, str]:
    return {"kind": kind, "table": table.name, "says": says, "do": do}


def _nothing_usable(accepted: Accepted, table: Table, submitted: int) -> dict[str, str]:
    column, code, says, rows = accepted.con.execute(
        "SELECT coalesce(COLUMN_NAME, ''), CODE, min(SAYS), count(DISTINCT \"ROW\") AS n FROM findings WHERE TABLE_NAME = ? "
        "AND SEVERITY = 'reject' AND \"ROW\" IS NOT NULL GROUP BY ALL ORDER BY n DESC, CODE, 1 LIMIT 1",
        [table.name],
    ).fetchone()
    why = f"{column}: {in_short(code)}" if column and in_short(code) else in_short(code) or str(says)
    each = "the only row" if submitted == 1 else f"not one of the {submitted:,} rows"
    can = "cannot be used" if submitted == 1 else "can be used"
    text = f"{each} of {table.name} {can}: most often ({int(rows):,}) because of {why}"
    do = "look at the file as a whole before single rows: is it the right file, and are its columns and formats what the contract asks?"
    return _suspicion("nothing usable", table, text, do)


def _swapped(plan: Plan, accepted: Accepted, table: Table) -> list[dict[str, str]]:
    """Two columns each of which holds, in rejected rows, what the other asks for. Only where reading kept the text of the rows."""
    texts = accepted.texts
    if table.name not in texts:
        return []
    failing = [
        name
        for (name,) in accepted.con.execute(
            "SELECT COLUMN_NAME FROM findings WHERE TABLE_NAME = ? AND SEVERITY = 'reject' AND list_contains(?, CODE) GROUP BY 1 "
            'HAVING count(DISTINCT "ROW") >= ? ORDER BY 1',
            [table.name, sorted({*NOT_ONE.values(), "PBR457", "PBR458", "PBR459"}), FEWEST],
        ).fetchall()
    ]
    out, told = [], set()
    for name in failing:
        one = next((number for number, column in enumerate(table.columns) if column.name == name), None)
        for other, column in enumerate(table.columns):
            if one is None or other == one or frozenset((one, other)) in told or column.type.kind == table.columns[one].type.kind:
                continue
            if _fits(plan, accepted, texts[table.name], table, one, other):
                told.add(frozenset((one, other)))
                says = f"the columns {name} and {column.name} of {table.name} may be swapped: each holds what the other asks for"
                out.append(_suspicion("swapped columns", table, says, "see that the values stand under the right headers"))
    return out


def _fits(plan: Plan, accepted: Accepted, sql: str, table: Table, one: int, other: int) -> bool:
    own, strange = (_fit(table.columns[number], plan.currency) for number in (one, other))
    first, second = (quote_name(table.columns[number].name) for number in (one, other))
    if own is None:
        return False
    swapped = f"{own(second)} AND NOT {own(first)}" + (f" AND {strange(first)}" if strange is not None else "")
    rejected = f"SELECT DISTINCT \"ROW\" FROM findings WHERE TABLE_NAME = {quote_text(table.name)} AND SEVERITY = 'reject'"
    rows, fitting = accepted.con.execute(
        f"SELECT count(*), count(*) FILTER ({swapped}) FROM (SELECT * FROM ({sql}) WHERE _row IN ({rejected}) "
        f"AND {first} IS NOT NULL AND {second} IS NOT NULL ORDER BY _row LIMIT {SAMPLE})"
    ).fetchone()
    return rows >= FEWEST and Fraction(fitting, rows) >= MOST


def _fit(column: Column, currency: str) -> Any:
    """A function from SQL text to the SQL condition that it has the form the column asks for; None where every text has."""
    kind = column.type.kind
    if kind in ANY_TEXT or kind == "codes":
        return None
    if kind == "code":
        listed = ", ".join(quote_text(code) for code in column.type.codes)
        return lambda text: f"coalesce({text} IN ({listed}), false)"
    if kind == "truth":
        return lambda text: f"coalesce({text} IN ('yes', 'no'), false)"
    pattern = quote_text(pattern_of(column, currency))
    return lambda text: f"coalesce(regexp_full_match({text}, {pattern}), false)"
