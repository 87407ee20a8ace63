"""The ten laws of the language as properties of whole random contracts, one test for each, named after it.

Law 1, agreement, is ``tests/agreement``.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_cases import Answers, Case, answers, blanks, depends, make_case, plain, refines, shuffled, with_cell
from random_contracts import with_items
from random_rows import AMOUNTS, GAINS, PARTS

from pbr.plan.build import build
from pbr.plan.plan import Plan
from pbr.problem import Refused
from pbr.terms.loading import load_text
from pbr.values.value import KNOWN, NONE, UNKNOWN, Value

SEEDS = st.integers(0, 2**30)
VALUES = {
    "born_on": ("1990-02-28", "2000-02-29", "2001-02-01"), "ward": ("w1", "w2"), "tags": ("x", "y", "z|x"), "gain": GAINS, "amount": AMOUNTS, "part": PARTS,
    "stay": ("0", "1", "30", "366"), "ok": ("yes", "no"), "size": ("-4", "0", "1", "8"), "flagged": ("yes", "no"), "sure_of": ("yes", "no"),
}  # fmt: skip


def examples(number: int) -> settings:
    return settings(
        max_examples=number, deadline=None, database=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip


@examples(4)
@given(SEEDS)
def test_order_is_meaningless(seed: int) -> None:
    """Law 2: rows, columns, tables and entries of the contract in any order give the same values and lines."""
    case, r = make_case(seed), random.Random(seed)
    first, second = answers(case), answers(shuffled(case, r))
    assert first.values == second.values
    assert first.lines == second.lines
    lines = case.text.split("\n")
    for block in ("facts:", "measures:"):
        if block in lines:
            start = lines.index(block) + 1
            end = next(i for i in range(start, len(lines)) if not lines[i].startswith("  "))
            lines[start:end] = lines[start:end][::-1]
    loaded = load_text("\n".join(lines), "random.yaml")
    turned = answers(replace(case, plan=build(loaded)))
    assert {(where, value.state, value.low, value.high) for where, value in first.values.items()} == {
        (where, value.state, value.low, value.high) for where, value in turned.values.items()}  # fmt: skip
    assert {key: (line.amount, line.after) for key, line in first.lines.items()} == {
        key: (line.amount, line.after) for key, line in turned.lines.items()
    }


@examples(6)
@given(SEEDS)
def test_conservation(seed: int) -> None:
    """Law 3: rows add up to those submitted; no cap is passed, and no line grows under one."""
    case = make_case(seed)
    found = answers(case)
    for table in case.plan.tables:
        places = Counter(place for _, place, _ in found.machine.place_of(table.name))
        rejected = len(found.machine.rejected(table.name))
        keys = [row[0] for row in case.rows[table.name][1:]]
        without_copies = found.machine.rows.submitted[table.name]
        assert sum(places.values()) + rejected == without_copies
        assert 0 <= len(keys) - without_copies <= len(keys) - len(set(keys)), "only duplicates are set aside"
    for index, cap in enumerate(case.plan.then):
        per, total = dict(cap.per), Counter[object]()
        for line in found.lines.values():
            low, high = line.after[index]
            before_low, before_high = (line.low, line.high) if index == 0 else line.after[index - 1]
            if line.payment not in cap.over:
                assert (low, high) == (before_low, before_high)
                continue
            assert low is not None
            assert high is not None
            assert 0 <= low <= (before_low or 0)
            assert low <= high <= (cap.amount if before_high is None else before_high)
            key = next(key for key in found.machine.keys(line.grain) if tuple(map(str, key)) == line.key)
            total[found.machine.value(per[line.payment], key).low if line.payment in per else None] += low
        assert all(paid <= cap.amount for paid in total.values())
    for line in found.lines.values():
        ends = line.after[-1] if line.after else (line.low, line.high)
        assert (line.amount is None) == (ends[0] is None or ends[0] != ends[1]) == (line.result == "held")


def _filled(case: Case, r: random.Random) -> tuple[Case, tuple[str, int, int]] | None:
    found = blanks(case)
    if not found:
        return None
    table, row, column = r.choice(found)
    text = r.choice(VALUES[case.rows[table][0][column]])
    return with_cell(case, table, row, column, text), (table, row, column)


def _left(case: Case, step: str, after: Value) -> bool:
    """Whether a row has left the cohort that a step is restricted to: there it has no value any more, settled or not."""
    return case.plan.step(step).within is not None and after.state == NONE


def _so_far(plan: Plan) -> set[str]:
    """Steps that say how many days there have been so far: a spell that is still open grows with the day the table is complete to. What settles on
    a day is not among them, nor what reads only that."""
    found: set[str] = set()
    for step in plan.steps:
        grows = step.type.kind == "dayset" or plan.made_table(step.grain) is not None or bool(found & set(step.reads))
        if grows and step.settles is None:
            found.add(step.name)
    return found


def _alike(case: Case, *found: Answers) -> bool:
    """Whether the same rows stand in all: a check that becomes yes takes its row away, which is not what these laws are about."""
    return all(one.machine.keys(table.name) == found[0].machine.keys(table.name) for one in found for table in case.plan.tables)


@examples(6)
@given(SEEDS)
def test_unknown_is_monotone(seed: int) -> None:
    """Law 4: putting a value where an unknown stood changes no settled answer, widens no range, and changes no settled line."""
    case, r = make_case(seed), random.Random(seed)
    settled = plain(case.plan)
    before = answers(case)
    for _ in range(3):
        changed = _filled(case, r)
        if changed is None:
            return
        after = answers(changed[0])
        if not _alike(case, before, after):
            continue
        for where, value in before.values.items():
            if where not in after.values:
                assert case.plan.made_table(where[0]) is not None  # a row that the plan makes, and that was only perhaps there
                assert before.values[where[0], where[1], f"{where[0]}.member"].state != KNOWN
                continue
            if where[2] in settled and not _left(case, where[2], after.values[where]):
                assert refines(value, after.values[where]), f"{where}: {value} became {after.values[where]} by {changed[1]}"
        payments = {payment.name: payment.amount for payment in case.plan.payments}
        capped = {name for cap in case.plan.then for name in cap.over}
        for place, line in before.lines.items():
            steps = {payments[line.payment]} if line.payment not in capped else {payments[name] for name in capped}
            if steps <= settled and line.amount is not None:
                # a line of somebody who may be in a cohort, and then is not, was never worth anything
                amount = after.lines[place].amount if place in after.lines else 0
                assert amount == line.amount, f"{place}: {line} became {after.lines.get(place)} by {changed[1]}"


@examples(6)
@given(SEEDS)
def test_blank_is_nothing_else(seed: int) -> None:
    """Law 5: a blank pays no more than the best value that could stand in its place. (Lines that may deduct are no gain to hold.)"""
    case, r = make_case(seed), random.Random(seed)
    yes_or_no = [place for place in blanks(case) if case.rows[place[0]][0][place[2]] in ("ok", "flagged", "sure_of")]
    if not yes_or_no:
        return
    place = r.choice(yes_or_no)
    found = [answers(one) for one in (case, *(with_cell(case, *place, text) for text in ("yes", "no")))]
    if not _alike(case, *found):
        return
    settled = plain(case.plan)
    payments = {payment.name: payment for payment in case.plan.payments}
    blank, *filled = [one.lines for one in found]
    for where, line in blank.items():
        capped = any(line.payment in cap.over for cap in case.plan.then)
        if payments[line.payment].form != "factor" and payments[line.payment].amount in settled and not capped:
            best = max((one[where].amount or 0) if where in one else 0 for one in filled)
            assert (line.amount or 0) <= max(best, 0), f"{where}: blank {line.amount}, best {best}"


@examples(5)
@given(SEEDS)
def test_units_scale_exactly(seed: int) -> None:
    """Law 6: the same spans and days in other units give the same values."""
    case = make_case(seed)
    text = (
        case.text.replace("2 weeks", "14 days")
        .replace("1 year ", "12 months ")
        .replace("20 years", "240 months")
        .replace("26 weeks", "182 days")
        .replace("3 weeks", "21 days")
    )
    other = replace(case, plan=build(load_text(text, "random.yaml")))
    assert answers(case).values == answers(other).values


@pytest.mark.parametrize(
    "text", ["fee + quota", "fee + n", "gap + n", "stay + 1 month", "fee > quota", "quota = gap", "fee * fee", "as percent(fee)"]
)
def test_mixed_units_do_not_compile(text: str) -> None:
    """Law 6, its other half."""
    assert with_items(make_case(0), ("facts", "mixed", f'{{per: people, equals: "{text}"}}')) is None
    assert with_items(make_case(0), ("facts", "alike", '{per: people, equals: "n + 1"}')) is not None


@examples(5)
@given(SEEDS, st.sampled_from([3, 7, 11, 97]))
def test_exact_until_told(seed: int, by: int) -> None:
    """Law 7: dividing and multiplying back changes nothing, to the last place."""
    written = ("gain", "(gain * n)", "(score else 0.01)")
    items = [("facts", f"there_{i}", f'{{per: people, equals: "{text}"}}') for i, text in enumerate(written)]
    items += [("facts", f"back_{i}", f'{{per: people, equals: "({text} / {by}) * {by}"}}') for i, text in enumerate(written)]
    case = with_items(make_case(seed), *items)
    assert case is not None
    found = answers(case).values
    for (_, key, name), value in found.items():
        if name.startswith("there_"):
            back = found["people", key, name.replace("there", "back")]
            assert (value.state, value.low) == (back.state, back.low)


@examples(6)
@given(SEEDS, st.integers(1, 2_000))
def test_time_only_settles(seed: int, days: int) -> None:
    """Law 8: with the same rows, tables complete to a later day never unsettle an answer."""
    case = make_case(seed)
    later = {table: None if day is None else day + timedelta(days=days) for table, day in case.complete_to.items()}
    before, after = answers(case), answers(replace(case, complete_to=later))
    if not _alike(case, before, after):
        return
    settled = plain(case.plan) - _so_far(case.plan)
    for where, value in before.values.items():
        if where[2] in settled and not _left(case, where[2], after.values[where]):
            assert refines(value, after.values[where]), f"{where}: {value} became {after.values[where]}"


@examples(6)
@given(SEEDS)
def test_tables_are_total(seed: int) -> None:
    """Law 9: a keyed or dated parameter and a card have one result for each value there can be, and the groups of a year are disjoint days that
    cover the term."""
    case = with_items(
        make_case(seed),
        ("facts", "keyed", '{per: people, equals: "by_group[grp].fee"}'),
        ("facts", "on_a_day", '{per: people, equals: "indexed on greatest(started_on, 2019-01-01)"}'),
    )
    assert case is not None
    for (_, _, name), value in answers(case).values.items():
        if name in ("keyed", "on_a_day", "kinds.member"):
            assert value.state == KNOWN
    for step in case.plan.steps:
        for node in step.node.walk():
            if node.op == "period":
                held = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last, _ in node.params["periods"]]
                assert all(after[0] > before[1] for before, after in pairwise(held))
                if all(
                    key[:4].isdigit() for _, _, key in node.params["periods"]
                ):  # periods of the calendar; those that a contract lists may leave days out
                    assert all(after[0] == before[1] + timedelta(days=1) for before, after in pairwise(held))
                    assert (held[0][0].isoformat(), held[-1][1].isoformat()) == (case.plan.first_day, case.plan.last_day)
            if node.op == "lookup":
                keys = [tuple(key) for key, _ in node.params["rows"]]
                assert len(keys) == len(set(keys))


@examples(6)
@given(SEEDS)
def test_locality(seed: int) -> None:
    """Law 10: changing a cell changes only the steps that read its column, directly or through others."""
    case, r = make_case(seed), random.Random(seed)
    header, *rows = case.rows["people"]
    checked = {column for step in case.plan.steps if step.kind == "check" for column in depends(case.plan)[step.name][1]}
    columns = [name for name in ("gain", "amount", "part", "stay", "ok", "born_on", "tags") if ("people", name) not in checked]
    keys = [row[0] for row in rows]
    alone = [index for index, row in enumerate(rows, 1) if keys.count(row[0]) == 1]
    if not alone:
        return
    column = r.choice(columns)
    changed = with_cell(case, "people", r.choice(alone), header.index(column), r.choice(["", *VALUES[column]]))
    before, after = answers(case).values, answers(changed).values
    below = depends(case.plan)
    moved = defaultdict[str, int](int)
    for where, value in before.items():
        if after.get(where) != value:
            moved[where[2]] += 1
    strangers = {name for name in moved if ("people", column) not in below[name][1]}
    assert strangers == set(), f"{column} is read by none of these"


def test_what_refines_means() -> None:
    low, high = Fraction(1), Fraction(3)
    assert refines(Value.range(low, high, 1), Value.known(2))
    assert not refines(Value.range(low, high, 1), Value.known(4))
    assert not refines(Value.range(low, high, 1), Value.unknown(1))
    assert refines(Value(UNKNOWN, why=1), Value.known(2))
    assert not refines(Value.known(2), Value.unknown(1))


def test_a_case_that_cannot_compile_is_refused_and_not_dropped() -> None:
    with pytest.raises(Refused):
        build(load_text(make_case(0).text.replace("per: year, at_risk", "per: nowhere, at_risk"), "random.yaml"))
