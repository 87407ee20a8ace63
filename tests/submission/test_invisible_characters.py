"""Identifiers and codes that look alike are alike: what cannot be seen is refused, by its number."""

from __future__ import annotations

import pytest

from pbr.plan.plan import Table
from tests.submission.submitting import accepted, found, plan_of, submitted, text

TABLE = Table(
    "t",
    ("id",),
    (
        text("id", "text"),
        text("who", blank="none"),
        text("kind", "code", codes=("a b", "c"), blank="none"),
        text("kinds", "codes", codes=("a b", "c"), separator=";", blank="none"),
        text("note", "text", blank="none"),
    ),
    "provider",
)
LETTERS = ["\u200b", "\ufeff", "\u00ad", "\u202e", "\u2028", "\u2029", "\u00a0", "\u2003", "\u3000", "\U000e0041"]


@pytest.mark.parametrize("letter", LETTERS, ids=[f"U+{ord(letter):04X}" for letter in LETTERS])
def test_each_is_named(letter: str) -> None:
    seen = f"a{letter}b"
    rows = [["id", "who", "kind", "kinds", "note"], ["1", "a b", "a b", "a b;c", seen]]
    for place in range(4):
        rows.append([str(place + 2), "p", "c", "c", ""])
        rows[-1][place] = seen
    with submitted(plan_of(TABLE), ("t", rows)) as result:
        assert accepted(result, "t") == [(1, "1", "a b", "a b", ["a b", "c"], seen)]
        told = found(result, '"ROW", COLUMN_NAME, CODE, SAYS')
        assert [one[:3] for one in told] == [(n + 2, name, "PBR456") for n, name in enumerate(["id", "who", "kind", "kinds"])]
        assert all(one[3].endswith(f"(U+{ord(letter):04X})") for one in told)


def test_at_an_end_it_is_seen_too() -> None:
    with submitted(plan_of(TABLE), ("t", [["id", "who", "kind", "kinds", "note"], ["1", "p\u200b", "\u200bc", "c;\ufeff", ""]])) as result:
        assert [code for *_, code in found(result)] == ["PBR456"] * 3
