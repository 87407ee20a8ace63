"""Identifiers and codes that look alike are alike: what cannot be seen is refused, by its number."""

from __future__ import annotations

import unicodedata

import duckdb
import pytest

from pbr.plan.plan import Table
from pbr.submission.typed import INVISIBLE, UNASSIGNED
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
LETTERS += ["\u034f", "\u115f", "\u17b4", "\u180b", "\u2065", "\u2800", "\u3164", "\ufe0f", "\uffa0", "\ufff0", "\U000e0100", "\U000e0fff"]
LETTERS += ["\ufffc", "\U00016fe4", "\U00013441", "\U0001d159", "\ue000", "\U000f0000", "\U0010fffd"]
# Default_Ignorable_Code_Point, as DerivedCoreProperties.txt of Unicode 15.0 has it
IGNORED = (
    "00AD 034F 061C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164 FE00-FE0F FEFF FFA0 FFF0-FFF8 1BCA0-1BCA3 1D173-1D17A "
    "E0000-E0FFF"
)


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


def test_all_that_unicode_has_for_it_is_in_the_pattern() -> None:
    con = duckdb.connect()
    letters = "SELECT CAST(n AS INTEGER) AS n FROM range(1, 1114112) t(n) WHERE n NOT BETWEEN 55296 AND 57343"
    unseen, unassigned = (
        {n for (n,) in con.execute(f"SELECT n FROM ({letters}) WHERE regexp_matches(chr(n), ?)", [pattern]).fetchall()}
        for pattern in (INVISIBLE, UNASSIGNED)
    )
    con.close()
    for part in IGNORED.split():
        first, _, last = part.partition("-")
        assert set(range(int(first, 16), int(last or first, 16) + 1)) <= unseen, part
    ours = {n: unicodedata.category(chr(n)) for n in range(1, 0x110000) if not 0xD800 <= n < 0xE000}
    assert {n for n, kind in ours.items() if kind in ("Cf", "Co", "Zl", "Zp") or (kind == "Zs" and n != 32)} <= unseen
    assert not any(chr(n).isalnum() for n in unseen - {0x115F, 0x1160, 0x3164, 0xFFA0, 0x13441, 0x13442})  # letters that are blank
    # Python's Unicode may be older than the pattern's, which is 15.0, or newer
    if unicodedata.unidata_version < "15.1":
        assert unassigned <= {n for n, kind in ours.items() if kind == "Cn"}
    assert {0x378, 0xFFFE, 0x10FFFF, 0xE01F0 + 0x1000} <= unassigned


FORMS = ["e\u0301", "\u212b", "\u1100\u1161", "\u0958", "q\u0307\u0323", "\u0378"]


@pytest.mark.parametrize("letters", FORMS, ids=ascii)
def test_another_form_is_refused_and_named(letters: str) -> None:
    rows = [["id", "who", "kind", "kinds", "note"], ["1", "é Å 각 ạ", "c", "c", "á"]]
    for place in range(5):
        rows.append([str(place + 2), "p", "c", "c", ""])
        rows[-1][place] = f"a{letters}b"
    with submitted(plan_of(TABLE), ("t", rows)) as result:
        unassigned = letters == "\u0378"
        places = ["id", "who", "kind", "kinds", *([] if unassigned else ["note"])]  # a note may hold characters newer than our Unicode
        told = found(result, '"ROW", COLUMN_NAME, CODE, SAYS')
        assert [one[:3] for one in told if one[0] > 1] == [(n + 2, name, "PBR464") for n, name in enumerate(places)]
        assert told == [one for one in told if one[0] > 1]
        assert all(one[3].endswith("does not have (U+0378)" if unassigned else "an accented letter is one character") for one in told)


def test_a_picture_makes_no_exception() -> None:
    table = Table("t", ("id",), (text("id", "text"), text("who", written_as="A9e\u0301"), text("what", written_as="A9\u3164")), "provider")
    with submitted(plan_of(table), ("t", [["id", "who", "what"], ["1", "A9e\u0301", "A9\u3164"]])) as result:
        assert [code for *_, code in found(result)] == ["PBR456", "PBR464"]
