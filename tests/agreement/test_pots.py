"""A pot divided: the parts as a plain rule has them, in both engines; they come to the pot, and keep between the least and the most."""

from __future__ import annotations

from both import compare, machine_of
from hypothesis import given, settings
from hypothesis import strategies as st
from random_pots import make_pot, parts
from test_statements import SETTINGS

SEEDS = st.integers(0, 2**40)


@settings(max_examples=80, **SETTINGS)
@given(SEEDS)
def test_each_part_is_what_a_plain_rule_says(seed: int) -> None:
    pot = make_pot(seed)
    wanted = parts(pot)
    for line in machine_of(pot.case).lines():
        assert line.amount == wanted[line.key[0]], f"seed {seed}: {line.key} {line.amount}, not {wanted[line.key[0]]}"


@settings(max_examples=25, **SETTINGS)
@given(SEEDS)
def test_both_engines_divide_alike(seed: int) -> None:
    found = compare(make_pot(seed, 12).case)
    assert not found.differences, f"seed {seed}: " + "\n".join(map(str, found.differences[:5]))


@settings(max_examples=40, **SETTINGS)
@given(SEEDS)
def test_parts_come_to_the_pot_and_keep_between_their_ends(seed: int) -> None:
    pot = make_pot(seed)
    found = parts(pot)
    by_id = {row["id"]: row for row in pot.rows}
    members = [one for one in found if not pot.only_fine or by_id[one]["fine"]]
    if pot.each == "" and members and all(found[one] is not None for one in found):
        total = sum(found[one] or 0 for one in members)
        assert total <= pot.fixed
        if not pot.most and any(by_id[one]["score"] for one in members):
            assert total == pot.fixed
    for one in members:
        if found[one] is not None and pot.least:
            assert found[one] >= by_id[one]["low"]  # type: ignore[operator]
        if found[one] is not None and pot.most == "high":
            assert found[one] <= by_id[one]["high"]  # type: ignore[operator]


def test_pots_of_every_kind_were_generated() -> None:
    pots = [make_pot(seed) for seed in range(300)]
    results = {(pot.each, part is None) for pot in pots for part in parts(pot).values()}
    assert results == {(each, held) for each in ("", "areas", "kinds") for held in (True, False)}
