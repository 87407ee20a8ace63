"""The money-unit sample: as many units as asked for, one in each interval, every penny as likely as any other, and the same for everybody."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.audit.sampling import draw
from pbr.problem import Refused
from pbr.statement.lines import Line

SEED = bytes(range(32))
MANIFEST = "ab" * 32


def line(number: int, amount: int | None, result: str | None = None) -> Line:
    result = result or ("held" if amount is None else "pays" if amount > 0 else "deducts" if amount else "pays_nothing")
    return Line(number, "each", "people", (f"p{number}",), amount, amount, 1, (), amount, result, 0)


amounts = st.lists(st.one_of(st.none(), st.integers(-5_000, 5_000)), min_size=1, max_size=40)


@settings(max_examples=60)
@given(amounts, st.integers(1, 30), st.binary(min_size=32, max_size=32))
def test_one_unit_is_drawn_in_each_interval_and_large_lines_for_certain(sums: list[int | None], items: int, seed: bytes) -> None:
    lines = [line(number, amount) for number, amount in enumerate(sums, 1)]
    total = sum(abs(amount or 0) for amount in sums)
    if total < items:
        with pytest.raises(Refused, match="PBR590"):
            draw(lines, seed, MANIFEST, items)
        return
    found = draw(lines, seed, MANIFEST, items, others=3)
    units = [unit for each in found.drawn for unit in each.units]
    assert [unit // found.interval for unit in units] == list(range(items))
    starts, start = {}, 0
    for one in lines:
        starts[one.number] = start
        start += abs(one.amount or 0)
    for each in found.drawn:
        assert all(starts[each.line.number] <= unit < starts[each.line.number] + abs(each.line.amount or 0) for unit in each.units)
    # a line that holds a whole interval, wherever intervals begin, cannot be missed
    drawn = {each.line.number for each in found.drawn}
    assert all(
        one.number in drawn
        for one in lines
        if abs(one.amount or 0) >= 2 * found.interval and starts[one.number] < items * found.interval - 2 * found.interval
    )
    assert {one.result for one in found.others} <= {"held", "pays_nothing"}
    assert draw(lines, seed, MANIFEST, items, others=3) == found


def test_it_can_be_drawn_by_hand() -> None:
    """The formula of docs/proof.md, written out once more."""
    lines = [line(1, 400), line(2, -300), line(3, 0), line(4, None), line(5, 300)]
    found = draw(lines, SEED, MANIFEST, 2)
    units = []
    for number in range(2):
        text = b"pbr-sample/1\n" + SEED + f"{MANIFEST} unit {number}".encode()
        units.append(number * 500 + int(hashlib.sha256(text).hexdigest(), 16) % 500)
    assert (found.total, found.interval, found.nothing, found.held) == (1000, 500, 1, 1)
    assert [unit for each in found.drawn for unit in each.units] == units
    edges = {1: range(400), 2: range(400, 700), 5: range(700, 1000)}
    assert [each.line.number for each in found.drawn] == list(
        dict.fromkeys(n for unit in units for n, held in edges.items() if unit in held)
    )


def test_every_penny_is_as_likely() -> None:
    """A line of a tenth of the money is drawn in a tenth of the draws: 2,000 seeds, within five standard deviations."""
    lines = [line(1, 900), line(2, 100)]
    hits = sum(
        draw(lines, hashlib.sha256(bytes([n % 256, n // 256])).digest(), MANIFEST, 1).drawn[0].line.number == 2 for n in range(2_000)
    )
    assert abs(hits - 200) < 5 * (2_000 * 0.1 * 0.9) ** 0.5


def test_another_assessment_is_drawn_from_otherwise() -> None:
    lines = [line(number, 10) for number in range(1, 1_000)]
    assert draw(lines, SEED, MANIFEST, 5).drawn != draw(lines, SEED, "cd" * 32, 5).drawn
