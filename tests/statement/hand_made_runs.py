"""Plans and stored runs made by hand: a small copy of the Doncaster contract, a rate card under a cap, and a factor."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from pbr.language.types import Type
from pbr.plan.columns import step_columns
from pbr.plan.node import Node, Shape
from pbr.plan.plan import Cohort, Column, Group, Link, Part, Payment, Plan, Reason, Settles, Step, Table, Term
from pbr.plan.then import StatementStep
from pbr.platform.sqltext import quote_name
from pbr.statement.making import make_statement

UNKNOWN = frozenset({"unknown"})
DATE, TRUTH, TEXT = Type("date"), Type("truth"), Type("text")
ID = Type("identifier")
WHOLE, MONEY = Shape(1, 10**9), Shape(1, 10**13)
RATIO = Shape(None, 10**15, 10**12)


def figure(kind: str, value: str, phrase: str, name: str = "") -> Node:
    exact = Fraction(value)
    params: dict[str, Any] = {"value": {"n": str(exact.numerator), "d": str(exact.denominator)}}
    if name:
        params["name"] = name
    return Node("literal", Type(kind), (), params, Shape(exact.denominator, abs(exact.numerator)), phrase)


def column(table: str, name: str, type_: Type, row: str = "own", via: tuple[tuple[str, str], ...] = (), reason: int | None = None) -> Node:
    params: dict[str, Any] = {"table": table, "column": name, "row": row, "via": [list(hop) for hop in via]}
    if reason is not None:
        params["reason"] = reason
    return Node("column", type_, (), params, None, name)


def item(
    step: str,
    table: str,
    type_: Type,
    shape: Shape | None = None,
    *,
    row: str = "own",
    via: tuple[tuple[str, str], ...] = (),
    reason: int | None = None,
) -> Node:
    params: dict[str, Any] = {"step": step, "table": table, "row": row, "via": [list(hop) for hop in via]}
    if reason is not None:
        params["reason"] = reason
    return Node("item", type_, (), params, shape, step)


def aggregate(over: str, link: Link, *, has_where: bool, reasons: tuple[int, int, int]) -> dict[str, Any]:
    where = {"kind": link.kind, "table": link.table, "columns": list(link.columns), "onto": list(link.onto)}
    bits = dict(zip(("held", "rejected", "empty"), reasons, strict=True))
    more = {"when_held": "only if it cannot matter", "when_rejected": {"how": "hold", "up_to": None}, "reasons": bits}
    return {"aggregate": {"over": over, "subset": None, "link": where, "has_where": has_where, **more}}


# ---- Doncaster -----------------------------------------------------------------------------------------------------

YEAR = (("2011/12", "2011-10-01", "2012-09-30"), ("2012/13", "2012-10-01", "2013-09-30"))
MATCH = Link("matched", "offences", ("person_id",), ("person_id",))


def doncaster() -> Plan:
    ratio = Type("percent", absent=UNKNOWN, ranged=True)
    gap = Type("points", absent=UNKNOWN, ranged=True)
    maybe = Type("truth", absent=UNKNOWN)
    conviction = column("offences", "convicted_on", Type("date", absent=frozenset({"not yet"})), "counted")
    window = Node(
        "within",
        TRUTH,
        (conviction, figure("months", "18", "18 months"), column("releases", "released_on", DATE)),
        {},
        None,
        "{0} within {1} from {2}",
    )
    any_ = Node("any", maybe, (window,), aggregate("offences", MATCH, has_where=True, reasons=(0, 1, 2)), None, "any offences where {0}")
    settles = Node(
        "date_add",
        DATE,
        (column("releases", "released_on", DATE), figure("months", "18", "18 months")),
        {"unit": "months"},
        None,
        "{0} + {1}",
    )
    share = Node(
        "share",
        ratio,
        (item("reconvicted", "releases", maybe, row="counted"),),
        aggregate("releases", Link("group", "releases"), has_where=True, reasons=(0, 1, 2)),
        RATIO,
        "share of releases where {0}",
    )
    change = Node(
        "sub",
        gap,
        (figure("percent", "29/50", "baseline", "baseline"), item("reconviction_rate", "year", ratio, RATIO, reason=0)),
        {},
        RATIO,
        "{0} - {1}",
    )
    keep = Node(
        "ge", maybe, (item("change", "year", gap, RATIO, reason=0), figure("points", "1/20", "target", "target")), {}, None, "{0} >= {1}"
    )
    fee = Node(
        "dated",
        Type("money"),
        (column("year", "first_day", DATE),),
        {"name": "annual_fee", "entries": [["2011-10-01", {"n": "1660000000", "d": "1"}]]},
        MONEY,
        "annual_fee on {0}",
    )
    stake = Node("mul", Type("money"), (figure("percent", "1/10", "10%"), fee), {}, MONEY, "{0} * {1}")
    zero = figure("money", "0", "£0.00")
    back = Node("sub", Type("money"), (zero, item("fee_at_risk.stake", "year", Type("money"), MONEY)), {}, MONEY, "{0} - {1}")
    condition = item("fee_at_risk.keep_if", "year", maybe, reason=0)
    amount = Node("if", Type("money", absent=UNKNOWN), (condition, zero, back), {}, MONEY, "if {0} then {1} else {2}")
    held = (Reason("held", "releases where reconvicted"), Reason("rejected", "releases"), Reason("empty", "releases where reconvicted"))
    member = Node("not", maybe, (item("year.exclude.D1", "releases", maybe, reason=0),), {}, None, "not {0}")
    key = Node("period", Type("code"), (column("releases", "released_on", DATE),), {"periods": []}, None, "the year of {0}")
    grades = {"decided_by": "independent", "rests_on": "provider"}
    steps = (
        Step(1, "year.key.year", "key", "releases", key, "year from 1 October, by released_on"),
        Step(
            2,
            "year.exclude.D1",
            "exclusion",
            "releases",
            column("releases", "deported", maybe, reason=0),
            "deported",
            reasons=(Reason("missing", "releases.deported"),),
        ),
        Step(
            3,
            "year.excluded",
            "hidden",
            "releases",
            Node("literal", Type("text", absent=frozenset({"none"})), (), {"value": None}),
            "the first reason",
        ),
        Step(4, "year.member", "member", "releases", member, "in year", reasons=(Reason("item", "year.exclude.D1"),)),
        Step(5, "reconvicted.settles", "day", "releases", settles, "released_on + 18 months"),
        Step(
            6,
            "reconvicted",
            "outcome",
            "releases",
            any_,
            "any offences where (convicted_on within 18 months from released_on)",
            settles=Settles("day", "reconvicted.settles", ("offences",), 3),
            reasons=(
                Reason("held", "offences"),
                Reason("rejected", "offences"),
                Reason("empty", "offences"),
                Reason("immature", "reconvicted"),
            ),
            parts=(Part(1, (), "aggregate"),),
            clause="Sch 2 para 6",
            **grades,
        ),
        Step(
            7,
            "reconviction_rate",
            "measure",
            "year",
            share,
            "share of releases where reconvicted",
            reasons=held,
            parts=(Part(1, (), "aggregate"),),
            **grades,
        ),
        Step(
            8, "change", "measure", "year", change, "baseline - reconviction_rate", reasons=(Reason("item", "reconviction_rate"),), **grades
        ),
        Step(9, "fee_at_risk.keep_if", "condition", "year", keep, "change >= target", reasons=(Reason("item", "change"),), **grades),
        Step(10, "fee_at_risk.stake", "hidden", "year", stake, "10% of annual_fee", parts=(Part(1, (1,), "read"),)),
        Step(
            11,
            "fee_at_risk",
            "payment",
            "year",
            amount,
            "annual_fee",
            reasons=(Reason("item", "fee_at_risk.keep_if"),),
            clause="Sch 5 para 3",
            **grades,
        ),
    )
    releases = Table(
        "releases",
        ("release_id",),
        (Column("release_id", ID), Column("person_id", ID), Column("released_on", DATE), Column("deported", maybe, blank="unknown")),
        "provider",
        use="cohorts",
    )
    offences = Table(
        "offences",
        ("offence_id",),
        (Column("offence_id", ID), Column("person_id", ID), Column("convicted_on", conviction.type, blank="not yet")),
        "independent",
        matched=Link("matched", "releases", ("person_id",), ("person_id",)),
        use="matches",
    )
    return Plan(
        "pbr-plan/1",
        "hmp-doncaster",
        "HMP Doncaster payment by results pilot",
        "2011.1",
        "GBP",
        "2011-10-01",
        "2013-09-30",
        (("commissioner", "Ministry of Justice"), ("provider", "Serco")),
        (releases, offences),
        (
            Cohort(
                "year",
                "releases",
                "year.member",
                "year.excluded",
                ("year",),
                ("year.key.year",),
                (Type("code"),),
                tuple(Group((key,), first, last) for key, first, last in YEAR),
                (("D1", "year.exclude.D1", "deported"),),
            ),
        ),
        steps,
        (Payment("fee_at_risk", "at_risk", "year", None, "fee_at_risk", "fee_at_risk.keep_if", "Sch 5 para 3"),),
        (),
        (Term("baseline", "58.0%", "Sch 3 para 1", "", "M"), Term("target", "5.0 percentage points", "Sch 3 para 2", "", "S")),
        ("offences",),
    )


def release(key: str, year: str, day: date, reconvicted: bool | None, *, deported: bool | None = False, why: int = 0) -> dict[str, Any]:
    return {
        "release_id": key,
        "person_id": f"p-{key}",
        "released_on": day,
        "deported": deported,
        "_row": int(key[1:]),
        "_place": "excluded" if deported else "used",
        "_code": "D1" if deported else None,
        "year.key.year": year,
        "year.exclude.D1": deported,
        "year.exclude.D1.why": 1 if deported is None else 0,
        "year.excluded": "D1" if deported else None,
        "year.member": None if deported is None else not deported,
        "year.member.why": 1 if deported is None else 0,
        "reconvicted.settles": date(day.year + 2, day.month - 6, day.day),
        "reconvicted": reconvicted,
        "reconvicted.why": why,
        "reconvicted.1": reconvicted,
        "reconvicted.1.why": why,
    }


def group(key: str, first: str, last: str, rate: tuple[int, int, int, int], kept: bool | None, amount: int | None) -> dict[str, Any]:
    """``rate``: the stored low and high counts. A group whose rate is a range is held where ``kept`` is None."""
    low, of, high, high_of = rate
    why = 1 if rate[:2] != rate[2:] else 0
    gaps = [(29 * high_of - 50 * high, 50 * high_of), (29 * of - 50 * low, 50 * of)]
    ratio = {"": low, ".of": of, ".hi": high, ".hi.of": high_of, ".why": why}
    return {
        "year": key,
        "first_day": date.fromisoformat(first),
        "last_day": date.fromisoformat(last),
        **{f"reconviction_rate{end}": value for end, value in ratio.items()},
        **{f"reconviction_rate.1{end}": value for end, value in ratio.items()},
        "change": gaps[0][0],
        "change.of": gaps[0][1],
        "change.hi": gaps[1][0],
        "change.hi.of": gaps[1][1],
        "change.why": why,
        "fee_at_risk.keep_if": kept,
        "fee_at_risk.keep_if.why": 0 if kept is not None else 1,
        "fee_at_risk.stake": 166000000,
        "fee_at_risk.stake.1": 1660000000,
        "fee_at_risk": amount,
        "fee_at_risk.why": 0 if amount is not None else 1,
    }


def offence(key: str, person: str, convicted: date | None) -> dict[str, Any]:
    return {"offence_id": key, "person_id": person, "convicted_on": convicted, "_row": int(key[1:]), "_place": "used", "_code": None}


def doncaster_rows(*, held: bool = False) -> dict[str, list[dict[str, Any]]]:
    """Ten releases a year; three and then five reconvicted (of ten and nine). ``held``: one answer of the second year is not settled."""
    first = [release(f"r{n:02}", "2011/12", date(2011, 10, n), n <= 3) for n in range(1, 11)]
    second = [release(f"r{n}", "2012/13", date(2012, 10, n), n <= 15) for n in range(11, 20)]
    second.append(release("r20", "2012/13", date(2012, 10, 20), False, deported=True))
    if held:
        second[8] = release("r19", "2012/13", date(2012, 10, 19), None, why=8)
    rates = [(3, 10, 3, 10), (5, 9, 6, 9) if held else (5, 9, 5, 9)]
    years = [
        group(*YEAR[0], rates[0], True, 0),
        group(*YEAR[1], rates[1], None if held else False, None if held else -166000000),
    ]
    offences = [offence("o1", "p-r01", date(2012, 3, 5)), offence("o2", "p-r01", None), offence("o3", "nobody", date(2012, 3, 5))]
    return {"releases": first + second, "offences": offences, "year": years}


def doncaster_lines(*, held: bool = False) -> list[dict[str, Any]]:
    first = line(1, "fee_at_risk", "year", ["2011/12"], 0, "pays_nothing")
    if held:
        return [first, {**line(2, "fee_at_risk", "year", ["2012/13"], None, "held"), "low": -166000000, "high": 0, "why": 1}]
    return [first, line(2, "fee_at_risk", "year", ["2012/13"], -166000000, "deducts")]


COUNTS = {
    "releases": {"submitted": 22, "used": 19, "excluded": {"D1": 1}, "rejected": 2, "unused": 0},
    "offences": {"submitted": 3, "used": 2, "excluded": {}, "rejected": 0, "unused": 1},
}
COMPLETE: dict[str, str | None] = {"releases": None, "offences": "2015-06-30"}


def line(number: int, payment: str, grain: str, key: list[str], amount: int | None, result: str) -> dict[str, Any]:
    base = {"line": number, "payment": payment, "grain": grain, "key": json.dumps(key), "low": amount, "high": amount}
    return base | {"of": 1, "amount": amount, "result": result, "why": 0}


# ---- a rate card under a cap ---------------------------------------------------------------------------------------


def card() -> Plan:
    code = Type("code", codes=("begins", "level_1"))
    yes = figure("money", "0", "£0.00")
    outcome = column("claims", "outcome", code)
    times = Node("lookup", Type("whole"), (outcome,), {"name": "claim_payment.card.times", "rows": []}, WHOLE, "times for {0}")
    place_type = Type("whole", absent=UNKNOWN, ranged=True)
    place = Node("place", place_type, (), {"reason": 0}, WHOLE, "its place among this subject's claims of the same code")
    within = Node(
        "le", TRUTH.also("unknown"), (item("claim_payment.place", "claims", place_type, WHOLE, reason=0), times), {}, None, "{0} <= {1}"
    )
    price = Node("lookup", Type("money"), (outcome,), {"name": "claim_payment.card.price", "rows": []}, MONEY, "price of {0}")
    amount = Node(
        "if", Type("money"), (item("claim_payment.condition", "claims", TRUTH), price, yes), {}, MONEY, "if {0} then {1} else {2}"
    )
    steps = (
        Step(
            1,
            "claim_payment.place",
            "hidden",
            "claims",
            place,
            "its place among this subject's claims of the same code",
            reasons=(Reason("missing", "the day"),),
        ),
        Step(
            2,
            "claim_payment.condition",
            "condition",
            "claims",
            within,
            "within its limit",
            reasons=(Reason("item", "claim_payment.place"),),
            parts=(Part(1, (1,), "side"),),
        ),
        Step(
            3,
            "claim_payment",
            "payment",
            "claims",
            amount,
            "tariff",
            parts=(Part(1, (1,), "read"),),
            decided_by="provider",
            rests_on="provider",
        ),
    )
    table = Table("claims", ("claim_id",), (Column("claim_id", ID), Column("outcome", code)), "provider")
    cap = StatementStep(1, 300000, ("claim_payment",), (("claim_payment", ()),), clause="Contract maximum")
    payment = Payment("claim_payment", "tariff", "claims", None, "claim_payment", "claim_payment.condition", "Rate card")
    return Plan(
        "pbr-plan/1", "leavers", "Care leavers", "1", "GBP", "2018-04-01", "2022-03-31", (), (table,), (), steps, (payment,), (cap,)
    )


def card_rows(number: int = 3) -> dict[str, list[dict[str, Any]]]:
    def claim(n: int) -> dict[str, Any]:
        out: dict[str, Any] = {"claim_id": f"c{n}", "outcome": "level_1", "_row": n, "_place": "used", "_code": None}
        out |= {"claim_payment.place": n, "claim_payment.place.hi": n, "claim_payment.place.why": 0}
        out |= {"claim_payment.condition": n <= 2, "claim_payment.condition.why": 0, "claim_payment.condition.1": 2}
        return out | {"claim_payment": 176000 if n <= 2 else 0, "claim_payment.1": 176000}

    return {"claims": [claim(n) for n in range(1, number + 1)]}


def card_lines(number: int = 3) -> list[dict[str, Any]]:
    sums = [176000, 124000, *[0] * (number - 2)]
    out = []
    for n in range(1, number + 1):
        before = 176000 if n <= 2 else 0
        after = sums[n - 1]
        one = line(n, "claim_payment", "claims", [f"c{n}"], after, "pays" if after else "pays_nothing")
        out.append(one | {"low": before, "high": before, "low_1": after, "high_1": after})
    return out


CARD_COUNTS = {"claims": {"submitted": 3, "used": 3, "excluded": {}, "rejected": 0, "unused": 0}}

# ---- writing a run -------------------------------------------------------------------------------------------------

SQL_TYPES = {bool: "BOOLEAN", int: "BIGINT", date: "DATE", str: "VARCHAR"}


def write_table(con: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, Any]], file: Path, order: str) -> None:
    """A Parquet file whose columns have the types of the values in ``rows``."""
    names = list(rows[0])
    types = {n: next((SQL_TYPES[type(row[n])] for row in rows if row[n] is not None), "VARCHAR") for n in names}
    con.execute(f"CREATE TABLE {quote_name(name)} ({', '.join(f'{quote_name(n)} {types[n]}' for n in names)})")
    con.executemany(f"INSERT INTO {quote_name(name)} VALUES ({', '.join('?' for _ in names)})", [[row[n] for n in names] for row in rows])
    con.execute(f"COPY (SELECT * FROM {quote_name(name)} ORDER BY {order}) TO '{file}' (FORMAT parquet)")


def write_run(
    folder: Path,
    plan: Plan,
    rows: dict[str, list[dict[str, Any]]],
    lines: list[dict[str, Any]],
    counts: dict[str, dict[str, Any]],
    complete_to: dict[str, str | None],
) -> dict[str, Any]:
    """A folder as an assessment writes it, as far as explanations read it. Gives its statement."""
    (folder / "trace").mkdir(parents=True)
    con = duckdb.connect()
    for step in plan.steps:
        assert set(step_columns(step)) <= set(rows[step.grain][0]), (step.name, set(step_columns(step)) - set(rows[step.grain][0]))
    for grain, held in rows.items():
        write_table(
            con, f"trace_{grain}", held, folder / "trace" / f"{grain}.parquet", ", ".join(quote_name(n) for n in plan.key_of(grain))
        )
    write_table(con, "payments", lines, folder / "payments.parquet", "line")
    findings = [
        {
            "TABLE_NAME": "releases",
            "ROW": n,
            "LINE": n + 1,
            "COLUMN_NAME": "released_on",
            "CODE": "PBR430",
            "SEVERITY": "reject",
            "VALUE": "n/k",
            "SAYS": "not a date",
        }
        for n in (21, 22)
    ]
    write_table(con, "findings", findings, folder / "findings.parquet", '"ROW"')
    statement = make_statement(plan, con, folder, counts, complete_to)
    (folder / "plan.json").write_text(json.dumps(plan.to_json()))
    (folder / "statement.json").write_text(json.dumps(statement))
    con.close()
    return statement
