"""Values written alone in YAML."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pbr.language.literals import parse_literal
from pbr.language.tree import Date, Name, Number, Quoted, Syntax, YesNo
from pbr.language.trouble import Trouble


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("58.0%", Number("percent", Fraction(58), 1)),
        ("5.0 percentage points", Number("points", Fraction(5), 1)),
        ("-£1,660,000.00", Number("money", Fraction(-1_660_000), 2, "£")),
        ("£15.12 per day", Number("price", Fraction(1512, 100), 2, "£", "day")),
        ("2011-10-01", Date("2011-10-01")),
        ("26 weeks", Number("span", Fraction(26), unit="weeks")),
        ("1/6", Number("number", Fraction(1, 6), -1)),
        ("0.03", Number("number", Fraction(3, 100), 2)),
        ("13", Number("whole", Fraction(13))),
        ("yes", YesNo(True)),
        ("no", YesNo(False)),
        ("jsa_18_24", Name(("jsa_18_24",))),
        ("none", Name(("none",))),
        ("Yes", Name(("Yes",))),
        ("J44.1", Quoted("J44.1")),
        ("tha-tka", Quoted("tha-tka")),
        ('"a b"', Quoted("a b")),
        ("010", Quoted("010")),
        ("18-24", Quoted("18-24")),
        ("12:30", Quoted("12:30")),
        ("2b", Quoted("2b")),
    ],
)
def test_a_value_is_read(text: str, value: Syntax) -> None:
    for spaced, shift in ((text, 0), (f" {text}\n", 1)):
        read = parse_literal(spaced)
        assert read == value
        assert (read.at, read.end) == (shift, shift + len(text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "PBR200"),
        ("£5", "PBR204"),
        ("50p", "PBR204"),
        ("£2,750", "PBR204"),
        ("5 %", "PBR201"),
        ("5 points", "PBR205"),
        ("1e3", "PBR203"),
        ("1,000", "PBR203"),
        ("2.", "PBR203"),
        ("12months", "PBR208"),
        ("2011-13-01", "PBR206"),
        ("2011-1-1", "PBR206"),
        ("01/10/2011", "PBR206"),
        ("two words", "PBR202"),
        ("1 + 1", "PBR202"),
        ("(1)", "PBR202"),
        ("- 5", "PBR215"),
        ("+5", "PBR215"),
        ("5 6", "PBR202"),
    ],
)
def test_what_is_nearly_a_value_is_refused(text: str, code: str) -> None:
    with pytest.raises(Trouble) as caught:
        parse_literal(text)
    assert caught.value.code == code
