"""Bad expressions, each with the message it gets: ``bad_expressions.txt`` holds the input, its underline and the message.

To see what changed after changing a message, read the difference the test prints; then correct the file by hand.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pbr.language.parser import parse
from pbr.language.trouble import CODES, Trouble

GOLDEN = Path(__file__).parent / "bad_expressions.txt"
BLOCKS = GOLDEN.read_text(encoding="utf-8").strip("\n").split("\n\n")


def message(text: str) -> str:
    with pytest.raises(Trouble) as caught:
        parse(text)
    trouble = caught.value
    marks = " " * trouble.at + "^" * max(1, trouble.end - trouble.at)
    return "\n".join(line for line in (text, marks, f"{trouble.code} {trouble.says}", trouble.hint) if line)


@pytest.mark.parametrize("block", BLOCKS, ids=[block.split("\n")[0] for block in BLOCKS])
def test_a_bad_expression_gets_its_message(block: str) -> None:
    assert message(block.split("\n")[0]) == block


def test_every_code_of_an_expression_is_met() -> None:
    met = {block.split("\n")[2].split()[0] for block in BLOCKS}
    elsewhere = {"PBR200", "PBR214", "PBR220"}  # nothing to show on one line; phrases
    assert met | elsewhere == set(CODES)


@pytest.mark.parametrize(
    ("text", "code", "says", "hint", "at", "end"),
    [
        ("", "PBR200", "There is nothing here; an expression was expected.", "", 0, 0),
        (" \n ", "PBR200", "There is nothing here; an expression was expected.", "", 0, 3),
        (
            "a\u00a0= b",
            "PBR201",
            "The language does not have a no-break space.",
            "This is a no-break space. Replace it by an ordinary space.",
            1,
            2,
        ),
        ("a\x00b", "PBR201", "Found the character U+0000, which cannot be seen.", "Take it out.", 1, 2),
        ("a" * 20_001, "PBR214", "This is 20,001 characters long; 20,000 is the most.", "Name a part of it as a fact.", 20_000, 20_001),
        (
            "(" * 201 + "a" + ")" * 201,
            "PBR214",
            "More than 200 brackets stand inside one another.",
            "Name a part of it as a fact.",
            200,
            201,
        ),
        ("(" * 9_999, "PBR214", "More than 200 brackets stand inside one another.", "Name a part of it as a fact.", 200, 201),
        (
            "a" + " + a" * 100,
            "PBR214",
            "More than 100 operations stand inside or after one another.",
            "Name a part of it as a fact.",
            0,
            401,
        ),
        (
            "rest of " * 100 + "a",
            "PBR214",
            "More than 100 operations stand inside or after one another.",
            "Name a part of it as a fact.",
            0,
            801,
        ),
        ("9" * 39, "PBR203", "This number has more than 38 digits.", "", 0, 39),
    ],
)
def test_what_cannot_stand_on_one_line(text: str, code: str, says: str, hint: str, at: int, end: int) -> None:
    with pytest.raises(Trouble) as caught:
        parse(text)
    trouble = caught.value
    assert (trouble.code, trouble.says, trouble.hint, trouble.at, trouble.end) == (code, says, hint, at, end)
