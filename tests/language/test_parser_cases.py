"""One worked case or more for every production, each written down as the tree it must give, and back again."""

from __future__ import annotations

import contextlib
import time
from fractions import Fraction
from typing import Any

import pytest

from pbr.language.parser import parse
from pbr.language.printer import show
from pbr.language.tokens import RESERVED
from pbr.language.tree import Aggregate, Date, Name, Number, Operation, Quoted, Syntax, YesNo
from pbr.language.trouble import Trouble


def n(*parts: str, **more: Any) -> Name:
    return Name(parts, **more)


def op(key: str, *args: Syntax, words: tuple[str, ...] = ()) -> Operation:
    return Operation(key, args, words)


def agg(key: str, over: str, value: Syntax | None = None, where: Syntax | None = None, words: Any = (), extra: Any = ()) -> Aggregate:
    return Aggregate(key, n(over), value, where, words, extra)


def whole(value: int) -> Number:
    return Number("whole", Fraction(value))


def span(value: int, unit: str) -> Number:
    return Number("span", Fraction(value), unit=unit)


a, b, c, d, e, f, x, y = (n(w) for w in "abcdefxy")
MONTHS_12, ZERO = span(12, "months"), whole(0)

CASES: list[tuple[str, Syntax]] = [
    # literals
    ("12", whole(12)),
    ("-12", whole(-12)),
    ("0.03", Number("number", Fraction(3, 100), 2)),
    ("1.0", Number("number", Fraction(1), 1)),
    ("1/6", Number("number", Fraction(1, 6), -1)),
    ("10%", Number("percent", Fraction(10), 0)),
    ("58.0%", Number("percent", Fraction(58), 1)),
    ("5.0 percentage points", Number("points", Fraction(5), 1)),
    ("1 percentage point", Number("points", Fraction(1), 0)),
    ("£15.12", Number("money", Fraction(1512, 100), 2, "£")),
    ("-£1,660,000.00", Number("money", Fraction(-1660000), 2, "£")),
    ("€0.05", Number("money", Fraction(5, 100), 2, "€")),
    ("£15.12 per day", Number("price", Fraction(1512, 100), 2, "£", "day")),
    ("$1.00 per session", Number("price", Fraction(1), 2, "$", "session")),
    ("13 weeks", span(13, "weeks")),
    ("0 days", span(0, "days")),
    ("1 month", span(1, "months")),
    ("2012-04-01", Date("2012-04-01")),
    ("yes", YesNo(True)),
    ("no", YesNo(False)),
    ('"J44.1"', Quoted("J44.1")),
    ('"2011/12"', Quoted("2011/12")),
    # names
    ("discharges", n("discharges")),
    ("offences.committed_on", n("offences", "committed_on")),
    ("by_group[group].fee on started_on", Name(("by_group",), (n("group"),), ("fee",), n("started_on"))),
    ('prices["MOCK | pneumonia", 2]', Name(("prices",), (Quoted("MOCK | pneumonia"), whole(2)))),
    ("fee on (d + 1 day)", n("fee", on=op("add", d, span(1, "days")))),
    ("a on (b on c)", n("a", on=n("b", on=c))),
    # truth
    ("not a = b", op("not", op("eq", a, b))),
    ("not (a and b)", op("not", op("and", a, b))),
    ("a and b and not c", op("and", a, b, op("not", c))),
    ("a and (b and c)", op("and", a, op("and", b, c))),
    ("(a and b) or c", op("or", op("and", a, b), c)),
    ("a and (b or c)", op("and", a, op("or", b, c))),
    ("if c then x else y", op("if", c, x, y)),
    ("if c then x else if d then y else 0", op("if", c, x, op("if", d, y, ZERO))),
    ("if c then (if d then x else y) else 0", op("if", c, op("if", d, x, y), ZERO)),
    ("if c then -£5.00 else £0.00", op("if", c, Number("money", Fraction(-5), 2, "£"), Number("money", Fraction(0), 2, "£"))),
    ("(if c then x else y) > 0", op("gt", op("if", c, x, y), ZERO)),
    # tests
    ("a != -1", op("ne", a, whole(-1))),
    ("a < b", op("lt", a, b)),
    ("a <= b", op("le", a, b)),
    ("a >= b", op("ge", a, b)),
    ("(a = b) = c", op("eq", op("eq", a, b), c)),
    ('x in (a, "J44.1", 3)', op("in", x, a, Quoted("J44.1"), whole(3))),
    ("x has a", op("has", x, a)),
    ("d within 12 months from e", op("within", d, MONTHS_12, e, words=("from",))),
    ("d within x after e", op("within", d, x, e, words=("after",))),
    ("d within (months) before e", op("within", d, n("months"), e, words=("before",))),
    ("d within (12 months + x) from e", op("within", d, op("add", MONTHS_12, x), e, words=("from",))),
    ("d within by_group[b].weeks_needed from e", op("within", d, Name(("by_group",), (b,), ("weeks_needed",)), e, words=("from",))),
    ("d between e and f and x", op("and", op("between", d, e, f), x)),
    ("in_work covers 13 weeks before e", op("covers", n("in_work"), span(13, "weeks"), e, words=("before",))),
    # arithmetic
    ("a + b * c - d", op("sub", op("add", a, op("mul", b, c)), d)),
    ("a - (b - c)", op("sub", a, op("sub", b, c))),
    ("(a + b) * c * d", op("mul", op("mul", op("add", a, b), c), d)),
    ("(a / b) * c", op("mul", op("div", a, b), c)),
    ("a / b + c / d", op("add", op("div", a, b), op("div", c, d))),
    ("1 / 6", op("div", whole(1), whole(6))),
    ("-5 + a", op("add", whole(-5), a)),
    ("a * (-5)", op("mul", a, whole(-5))),
    ("(x else 0) + 1", op("add", op("else", x, ZERO), whole(1))),
    ("((x else y) else 0)", op("else", op("else", x, y), ZERO)),
    # calls
    ("known(x)", op("known", x)),
    ("exists(x)", op("exists", x)),
    ("paid(attachment)", op("paid", n("attachment"))),
    ("least(x else 0, y)", op("least", op("else", x, ZERO), y)),
    ("greatest(x, y, -1)", op("greatest", x, y, whole(-1))),
    ("round(x, 1 penny, half up)", op("round", x, words=("1 penny", "half up"))),
    ("round(x + y, 18 decimals, toward zero)", op("round", op("add", x, y), words=("18 decimals", "toward zero"))),
    ("logistic(x, 14 decimals)", op("logistic", x, words=("14",))),
    ("exp(x, 9 decimals) + ln(x, 9 decimals)", op("add", op("exp", x, words=("9",)), op("ln", x, words=("9",)))),
    ("sqrt(x, 9 decimals)", op("sqrt", x, words=("9",))),
    ("fall from a to b >= 60%", op("ge", op("fall", a, b), Number("percent", Fraction(60)))),
    ("rise from (a + b) to c", op("rise", op("add", a, b), c)),
    ("rest of 10%", op("rest", Number("percent", Fraction(10)))),
    ("rest of first day of year", op("rest", op("first_day", n("year")))),
    ("as percent(x)", op("as_percent", x)),
    ("as number(x)", op("as_number", x)),
    ("first day of year", op("first_day", n("year"))),
    ("last day of year", op("last_day", n("year"))),
    ("whole months from a to b", op("whole_months", a, b)),
    ("whole years from a to b >= 18", op("ge", op("whole_years", a, b), whole(18))),
    ("verdict(x, against: 58.0%, z: 1.96, better: lower)", op("verdict", x, Number("percent", Fraction(58), 1), words=("1.96", "lower"))),
    # aggregates
    ("count of T", agg("count", "T")),
    ("count of T >= 3", op("ge", agg("count", "T"), whole(3))),
    ("count of T where (a = b) >= 3", op("ge", agg("count", "T", where=op("eq", a, b)), whole(3))),
    ("count different x over T where c", agg("count_different", "T", x, c)),
    ("share of T where reconvicted", agg("share", "T", where=n("reconvicted"))),
    ("sum of x over T", agg("sum", "T", x)),
    ("sum of (x * y) over T where (a and b)", agg("sum", "T", op("mul", x, y), op("and", a, b))),
    ("mean of x over T", agg("mean", "T", x)),
    ("median of x over T where (exists(x))", agg("median", "T", x, op("exists", x))),
    ("smallest of x over T", agg("smallest", "T", x)),
    ("largest of x over T", agg("largest", "T", x)),
    ("any T where (not c and x)", agg("any", "T", where=op("and", op("not", c), x))),
    ("a or any T where c", op("or", a, agg("any", "T", where=c))),
    ("any T where (c) or a", op("or", agg("any", "T", where=c), a)),
    ("every T satisfies c, if none yes", agg("every", "T", c, words=("yes",))),
    ("every T where c satisfies (x > y), if none hold", agg("every", "T", op("gt", x, y), c, words=("hold",))),
    ("x of first T by t.d", agg("first_of", "T", x, words=("t.d",))),
    ("x of last T by d where c", agg("last_of", "T", x, c, words=("d",))),
    ("weigh risk by factors[x]", agg("weigh", "factors", n("risk"), extra=(x,))),
    ("day sum of x over T by d reaches £100.00", agg("day_sum", "T", x, words=("d",), extra=(Number("money", Fraction(100), 2, "£"),))),
    ("day sum of x over T by d reaches x where c", agg("day_sum", "T", x, c, words=("d",), extra=(x,))),
    ("day sum of x over T by d reaches (count of T) where c", agg("day_sum", "T", x, c, words=("d",), extra=(agg("count", "T"),))),
    ("day S reaches 26 weeks", agg("day_reaches", "S", extra=(span(26, "weeks"),))),
    ("day S has lasted 3 months unbroken", agg("day_lasted", "S", extra=(span(3, "months"),))),
    ("days in S", agg("days_in", "S")),
    ("days in S within 12 months from d", agg("days_in", "S", words=("from",), extra=(MONTHS_12, d))),
    ("(days in S) within 12 months from d", op("within", agg("days_in", "S"), MONTHS_12, d, words=("from",))),
    # words of the language as names, where no operation begins
    ("day + days + sum", op("add", op("add", n("day"), n("days")), n("sum"))),
    ("days in (a)", op("in", n("days"), a)),
    ("months > 3", op("gt", n("months"), whole(3))),
    ("state in (OR, IN)", op("in", n("state"), n("OR"), n("IN"))),
]


@pytest.mark.parametrize(("text", "tree"), CASES, ids=[text for text, _ in CASES])
def test_a_text_gives_its_tree_and_the_tree_its_text(text: str, tree: Syntax) -> None:
    assert parse(text) == tree
    assert show(tree) == text


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("  a\n+\tb ", "a + b"),
        ("((a))", "a"),
        ("(a * b) + c", "a * b + c"),
        ("a-1", "a - 1"),
        ("£1660000.00", "£1,660,000.00"),
        ("12 month", "12 months"),
        ("2/4", "1/2"),
        ("4/2", "2/1"),
        ("-0", "0"),
        ("any T where (c)", "any T where c"),
        ("if a then b else (if c then d else e)", "if a then b else if c then d else e"),
        ("d within (12 months) from e", "d within 12 months from e"),
        ("round(x, 1 decimal, floor)", "round(x, 1 decimals, floor)"),
        ("in_work covers x.y before first day of year", "in_work covers x.y before first day of year"),
    ],
)
def test_other_spellings_become_the_canonical_one(written: str, canonical: str) -> None:
    assert show(parse(written)) == canonical
    assert parse(canonical) == parse(written)


# For each reserved word a sentence that uses it.
USES = {
    "from to": "fall from a to b",
    "of first by": "x of first T by d",
    "of last day": "last day of year",
    "last": "x of last T by d",
    "in": "x in (a)",
    "on": "a on b",
    "over where": "sum of x over T where c",
    "within after": "d within 1 day after e",
    "before": "d within 1 day before e",
    "none every satisfies": "every T satisfies c, if none no",
    "if then else": "if a then b else c",
    "and not": "a and not b",
    "or": "a or b",
    "any": "any T where c",
    "has": "x has a",
    "between": "d between e and f",
    "covers": "s covers 1 day from d",
    "reaches": "day s reaches 1 week",
    "yes": "a = yes",
    "no": "a = no",
}


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_a_reserved_word_is_used_and_is_never_a_name(word: str) -> None:
    sentences = [sentence for words, sentence in USES.items() if word in words.split()]
    assert sentences
    for sentence in sentences:
        assert word in sentence.replace("(", " ").replace(",", " ").split()
        assert show(parse(sentence)) == sentence
    for use in (f"{word}.x + 1", f"x.{word} = 1", f"sum of {word} over T", f"count of {word}", f"x in ({word}.y)"):
        with pytest.raises(Trouble):
            parse(use)


def test_places_are_offsets_into_the_text_brackets_included() -> None:
    text = "a + (b - 12 months)"
    tree = parse(text)
    assert isinstance(tree, Operation)
    right = tree.args[1]
    assert isinstance(right, Operation)
    assert [text[node.at : node.end] for node in (tree, right, *right.args)] == [text, "(b - 12 months)", "b", "12 months"]


def test_deep_but_allowed() -> None:
    assert parse("(" * 200 + "a" + ")" * 200) == a
    tall = parse("a" + " + a" * 99)
    assert parse(show(tall)) == tall
    assert show(parse("not (" * 99 + "a" + ")" * 99)).startswith("not (not (")


LONG = [
    lambda size: " and ".join(["a"] * size),
    lambda size: "x in (" + ", ".join(["a"] * size) + ")",
    lambda size: "least(" + ", ".join(["a + b"] * size) + ")",
    lambda size: "(" * size,
    lambda size: "rest of " * size,
    lambda size: '"' * size,
    lambda size: "1" * size,
    lambda size: "£" + "1," * size,
    lambda size: "a." * size + "a",
    lambda size: "1-" * size,
]


def seconds(text: str) -> float:
    best = 9.0
    for _ in range(3):
        start = time.perf_counter()
        with contextlib.suppress(Trouble):
            parse(text)
        best = min(best, time.perf_counter() - start)
    return best


@pytest.mark.parametrize("make", LONG)
def test_time_is_linear_in_the_length(make: Any) -> None:
    size = 18_000 // (len(make(100)) // 100 or 1)
    assert seconds(make(size)) < 12 * seconds(make(size // 4)) + 0.05  # quadratic would be 16 times, and seconds
