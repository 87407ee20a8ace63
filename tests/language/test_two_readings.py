"""A form that ends with an operand without brackets, and an operator after it: refused, whichever way the grammar would read it."""

from __future__ import annotations

import pytest

from pbr.language.parser import parse
from pbr.language.printer import show
from pbr.language.trouble import Trouble

ARITHMETIC = ("+", "-", "*", "/")
# each form, its last operand, and the signs that read two ways after it
FORMS: list[tuple[str, str, tuple[str, ...]]] = [
    ("rest of {}", "p", (*ARITHMETIC, "else")),
    ("fall from a to {}", "b", (*ARITHMETIC, "else")),
    ("rise from a to {}", "b", (*ARITHMETIC, "else")),
    ("whole months from a to {}", "b", (*ARITHMETIC, "else")),
    ("whole years from a to {}", "b", (*ARITHMETIC, "else")),
    ("day s reaches {}", "26 weeks", ARITHMETIC),
    ("day sum of (x) over t by d reaches {}", "5", ARITHMETIC),
    ("days in s within 3 months from {}", "d", (*ARITHMETIC, "else")),
    ("x of first t by {}", "d", ARITHMETIC),
    ("x of last t by {}", "d", ARITHMETIC),
    ("fee on {}", "d", ("+", "-")),
    ("a else {}", "b", ("+", "-", "*", "/")),
]
CASES = [(form, last, sign) for form, last, signs in FORMS for sign in signs]


@pytest.mark.parametrize(("form", "last", "sign"), CASES)
def test_an_operator_after_an_open_form_is_refused_without_brackets(form: str, last: str, sign: str) -> None:
    whole = form.format(last)
    for text in (f"({whole} {sign} y)", f"(1 + {whole} {sign} y)" if "else" not in (form.split()[1], sign) else f"({whole} {sign} y)"):
        with pytest.raises(Trouble) as caught:
            parse(text)
        assert caught.value.code == "PBR221"
    readings = [f"(({whole}) {sign} y)"]
    if not last[0].isdigit() and " by " not in form:  # `by` takes a name alone
        readings.append(form.format(f"({last} {sign} y)"))
    trees = []
    for text in readings:
        tree = parse(text if text.startswith("(") else f"({text})")
        assert parse(show(tree)) == tree
        trees.append(tree)
    assert len(trees) == 1 or trees[0] != trees[1]


@pytest.mark.parametrize(
    "text", ["a * rest of p", "1 + fall from a to b > 5%", "fee on d * q", "x of first t by d where (c) + y", "-5 - rest of p"]
)
def test_what_reads_one_way_needs_no_brackets(text: str) -> None:
    parse(text)
