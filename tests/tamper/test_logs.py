"""A little of the campaign on logs: every attack a few times, on small logs, and three verifiers that agree (docs/proof.md has the whole of it)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from adversary import Planted, attack, possible
from judging import Result, stand_alone
from run_logs import UNTOUCHED, Program, judge
from writing import Keys, sound

TIMES = 3


@pytest.mark.skipif(shutil.which("node") is None, reason="not checked: the JavaScript verifier (node is not installed)")
def test_every_attack_is_found_where_it_was_planted_by_all_three(tmp_path: Path) -> None:
    from random import Random

    policy = tmp_path / "policy"
    policy.write_bytes(Keys().policy())
    program, others, result = Program(policy), stand_alone(policy), Result()
    cases: list[tuple[int, Planted]] = []
    for size in (1, 2, 12):
        names = sorted({each.__name__ for each in possible(size)})
        cases += [(size, attack(Random(seed), size, name)) for name in names for seed in range(TIMES)]
        cases.append((size, Planted(UNTOUCHED, None, None, sound(size).files, sound(size).view())))
    for number, (size, planted) in enumerate(cases):
        judge(number, size, planted, tmp_path / "log", tmp_path / "view", program, others, result)
    for one in others:
        one.close()
    assert result.misses == []
    assert sum(tally.tried for tally in result.tallies.values()) == len(cases) > 150
    assert all(tally.located == tally.tried for name, tally in result.tallies.items() if name != UNTOUCHED)
