"""Whether all that should be here is here: rows missing from what must be covered, and whether too much cannot be used.

``must_cover`` is judged once all tables are read, on the rows as they stand then. The contract's own checks run later and may still take
rows away. A row of the register that a check takes away had to be covered all the same, so that nothing that was missing stops being so;
a row here that a check takes away is rejected and was never missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from pbr.plan.plan import Cover, Plan, Table
from pbr.platform.sqltext import quote_name, quote_text
from pbr.problem import Place, Problem, Refused
from pbr.submission.accepted import Accepted
from pbr.submission.codes import in_short
from pbr.submission.raw import SHOWN
from pbr.submission.written import named_sql, values_sql

if TYPE_CHECKING:
    import duckdb


def judge_covers(con: duckdb.DuckDBPyConnection, plan: Plan) -> tuple[dict[str, int], dict[str, int]]:
    """Missing and extra rows of each table that must cover another; adds to ``rejected_T`` and to ``findings``.

    A row here whose columns cannot be read covers nobody, nor does one that is set aside: it charges for a service that is charged already, and
    naming one person's service for another must not hide the other. Where the columns hold the table's whole key, it can have only one row for each of
    their values, and a value that the register repeats is missing once; otherwise each row of the register is.
    """
    missing: dict[str, int] = {}
    extra: dict[str, int] = {}
    for table in plan.tables:
        if table.cover is not None:
            register = plan.table(table.cover.table)
            missing[table.name] = _missing(con, table, table.cover, register)
            extra[table.name] = _extra(con, table, table.cover, register)
    return missing, extra


def _missing(con: duckdb.DuckDBPyConnection, table: Table, cover: Cover, register: Table) -> int:
    gone, pairs = f"_missing_{table.name}", tuple(zip(cover.columns, cover.onto, strict=True))
    once = set(table.key) <= set(cover.columns)
    values = ", ".join(f"r.{quote_name(onto)} AS v{number}" for number, onto in enumerate(cover.onto))
    row = "NULL" if once or set(register.key) <= set(cover.onto) else named_sql(register, register.key, "r.")
    readable = " AND ".join(f"r.{quote_name(onto)} IS NOT NULL" for onto in cover.onto)
    con.execute(
        f"CREATE TEMP TABLE {gone} AS SELECT {'DISTINCT' if once else ''} {values}, {values_sql(register, cover.onto, 'r.', ' | ')} AS _value, "
        f"{named_sql(register, cover.onto, 'r.')} AS _named, {row} AS _of FROM {quote_name('accepted_' + register.name)} r "
        f"ANTI JOIN (SELECT * FROM {_all_rows(table)} WHERE _row NOT IN (SELECT _row FROM _out_{table.name} WHERE _how = 'unused')) t "
        f"ON {_on(cover)} WHERE {readable}"
    )
    found = con.execute(f"SELECT count(*) FROM {gone}").fetchone()
    assert found is not None
    if number := int(found[0]):
        links = [column.name for column in table.columns if column.link]
        given = {name: f"v{position}" for position, (name, _) in enumerate(pairs)}
        cells = "".join(f", {given.get(name, 'NULL')} AS {quote_name(name)}" for name in links)
        lost, fresh = quote_name("rejected_" + table.name), quote_name(f"whole rejected_{table.name}")
        kept = ", ".join(["_row", *map(quote_name, links)])
        con.execute(f"CREATE TABLE {fresh} AS SELECT {kept} FROM {lost} UNION ALL SELECT CAST(NULL AS BIGINT) AS _row{cells} FROM {gone}")
        con.execute(f"DROP VIEW {lost}")
        con.execute(f"ALTER TABLE {fresh} RENAME TO {lost}")
        listed = f"{quote_text(register.name + ' lists ')} || _named"
        says = f"CASE WHEN _of IS NULL THEN {listed} ELSE {listed} || ' (the row with ' || _of || ')' END || ', and no row here has it'"
        columns = quote_text(", ".join(cover.columns))
        con.execute(
            f"INSERT INTO findings SELECT {quote_text(table.name)}, NULL, NULL, {columns}, 'PBR490', 'missing', left(_value, {SHOWN}), {says} "
            f"FROM {gone} ORDER BY _value"
        )
    con.execute(f"DROP TABLE {gone}")
    return number


def _extra(con: duckdb.DuckDBPyConnection, table: Table, cover: Cover, register: Table) -> int:
    """Rows here that no accepted row of the register asks for: flagged. Copies are not, nor rows rejected because they belong to none."""
    readable = " AND ".join(f"t.{quote_name(name)} IS NOT NULL" for name in cover.columns)
    told = (
        f'SELECT "ROW" FROM findings WHERE TABLE_NAME = {quote_text(table.name)} AND "ROW" IS NOT NULL '
        "AND (SEVERITY = 'unused' OR CODE IN ('PBR461', 'PBR462'))"
    )
    lost = f"EXISTS (SELECT 1 FROM {_lost_rows(register)} r WHERE {_on(cover)})"
    named = f"{quote_text(' row of ' + register.name + ' with ')} || {named_sql(table, cover.columns, 't.')}"
    says = f"CASE WHEN {lost} THEN 'the' || {named} || ' was rejected' ELSE 'there is no' || {named} END"
    rows = con.execute(
        f"INSERT INTO findings SELECT {quote_text(table.name)}, t._row, NULL, {quote_text(', '.join(cover.columns))}, 'PBR491', 'flag', "
        f"left({values_sql(table, cover.columns, 't.', ' | ')}, {SHOWN}), {says} FROM (SELECT t.* FROM {_all_rows(table)} t ANTI JOIN "
        f"{quote_name('accepted_' + register.name)} r ON {_on(cover)}) t WHERE {readable} AND t._row NOT IN ({told})"
    ).fetchone()
    assert rows is not None  # DuckDB answers an INSERT with the number of its rows
    return int(rows[0])


def _on(cover: Cover) -> str:
    return " AND ".join(f"t.{quote_name(own)} = r.{quote_name(onto)}" for own, onto in zip(cover.columns, cover.onto, strict=True))


def _all_rows(table: Table) -> str:
    """The typed rows of a table that its verdicts leave behind: accepted, rejected and unused alike; NULL where not readable."""
    return f"_typed_{table.name}"


def _lost_rows(table: Table) -> str:
    return f"_lost_{table.name}"


def over_limit(table: Table, submitted: int, rejected: int) -> bool:
    """Whether ``rejected`` rows are more than the contract lets be, of ``submitted``; missing rows are in both."""
    return bool(table.refused_over) and rejected > Fraction(table.refused_over) * submitted


def over_problems(plan: Plan, submitted: Mapping[str, int], rejected: Mapping[str, int], accepted: Accepted | None = None) -> list[Problem]:
    """PBR418 for each table of which too much is rejected or missing. ``submitted`` and ``rejected``: rows per table, without the
    missing ones; ``accepted`` gives those, the copies, which count nowhere, and the reasons."""
    problems = []
    for table in plan.tables:
        missing = accepted.missing.get(table.name, 0) if accepted is not None else 0
        unused = accepted.unused.get(table.name, 0) if accepted is not None else 0
        bad, whole = rejected.get(table.name, 0) + missing, submitted.get(table.name, 0) - unused + missing
        if over_limit(table, whole, bad):
            limit = Fraction(table.refused_over)
            rows = (
                f"{bad:,} of the {whole:,} rows that should be there"
                if missing
                else f"{bad:,} of {whole:,} rows{' (copies left out)' if unused else ''}"
            )
            what = "rejected" if not missing else "missing" if bad == missing else "rejected or missing"
            allowed = limit * whole // 1
            says = (
                f"{table.name}: {rows} {'is' if bad == 1 else 'are'} {what}; "
                f"the contract allows at most {_share(limit)}, which is {allowed:,} {'row' if allowed == 1 else 'rows'}"
            )
            if accepted is not None and (reasons := _reasons(accepted, table.name)):
                says += "\nMost often: " + "; ".join(reasons)
            hint = "Correct the rows and submit them again. If they are right, ask the commissioner what to do"
            place = next((Place(source.name) for source in accepted.sources if table.name in source.tables), None) if accepted else None
            problems.append(Problem("PBR418", says, hint, place))
    return problems


def refuse_over(plan: Plan, submitted: Mapping[str, int], rejected: Mapping[str, int], accepted: Accepted | None = None) -> None:
    """Raises Refused with ``over_problems``, if there are any. To be called once the contract's checks have taken their rows away."""
    if problems := over_problems(plan, submitted, rejected, accepted):
        raise Refused(problems)


def _reasons(accepted: Accepted, table: str) -> list[str]:
    """The three most frequent reasons, with how many rows have each."""
    rows = accepted.con.execute(
        'SELECT CODE, COLUMN_NAME, min(SAYS), count(DISTINCT "ROW") + count(*) FILTER ("ROW" IS NULL) AS n FROM findings '
        "WHERE TABLE_NAME = ? AND SEVERITY IN ('reject', 'missing') GROUP BY 1, 2 ORDER BY n DESC, 1, 2 LIMIT 3",
        [table],
    ).fetchall()
    out = []
    for code, column, says, number in rows:
        short = in_short(code)
        about = f"{column}: {short}" if short and column else short or f"{code} {says}"
        out.append(f"{about} ({number:,} {'row' if number == 1 else 'rows'})")
    return out


def _share(value: Fraction) -> str:
    """A share as a percentage; exact where decimals can be."""
    percent = value * 100
    for places in range(12):
        if (percent * 10**places).denominator == 1:
            digits = str((percent * 10**places).numerator).rjust(places + 1, "0")
            return (f"{digits[:-places]}.{digits[-places:]}" if places else digits) + "%"
    return f"{value.numerator} in {value.denominator}"
