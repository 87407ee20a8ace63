"""Random syntax trees: every tree the parser can give, names that are also words of the language included."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from pbr.language.currencies import COIN_WORDS, SIGNS
from pbr.language.tokens import RESERVED
from pbr.language.tree import Aggregate, Date, Name, Number, Operation, Quoted, Syntax, YesNo

# Words that begin an operation somewhere and are names elsewhere: the hardest names there are.
WORDS = [
    "day",
    "days",
    "sum",
    "count",
    "share",
    "mean",
    "median",
    "smallest",
    "largest",
    "known",
    "exists",
    "paid",
    "least",
    "greatest",
    "round",
    "exp",
    "as",
    "percent",
    "whole",
    "months",
    "years",
    "fall",
    "rise",
    "rest",
    "weigh",
    "verdict",
    "different",
    "over_",
    "unbroken",
    "lasted",
    "per",
    "points",
    "percentage",
    "decimals",
    "up",
    "hold",
    "against",
    "better",
    "lower",
    "penny",
    "month",
    "minutes",
    "floor",
    "satisfied",
    "a",
    "b",
    "x",
    "T",
    "people",
    "committed_on",
    "Reading",
    "OR",
    "IN",
]

words = st.sampled_from(WORDS) | st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,5}", fullmatch=True).filter(lambda w: w not in RESERVED)
parts = st.lists(words, min_size=1, max_size=3).map(tuple)
dotted = parts.map(Name)
one_word = words.map(lambda w: Name((w,)))
dotted_text = parts.map(".".join)


def _scaled(kind: str, places: SearchStrategy[int], unit: SearchStrategy[str], per: SearchStrategy[str]) -> SearchStrategy[Number]:
    return st.builds(
        lambda n, p, u, q: Number(kind, Fraction(n, 10**p), p, u, q),
        st.integers(-(10**12), 10**12) | st.integers(-9, 9),
        places,
        unit,
        per,
    )


_no, _zero, _two = st.just(""), st.just(0), st.just(2)
_decimals, _currency = st.integers(0, 6), st.sampled_from(sorted(SIGNS.values()))
spans = _scaled("span", _zero, st.sampled_from(["days", "weeks", "months", "years", "minutes", "hours"]), _no)
numbers = st.one_of(
    _scaled("whole", _zero, _no, _no),
    _scaled("number", st.integers(1, 6), _no, _no),
    st.builds(lambda f: Number("number", f, -1), st.fractions(max_denominator=10**6).filter(lambda f: abs(f) < 10**12)),
    _scaled("percent", _decimals, _no, _no),
    _scaled("points", _decimals, _no, _no),
    _scaled("money", _two, _currency, _no),
    _scaled("price", _two, _currency, words),
    spans,
)
quoted = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters='"') | st.just(" "), min_size=1, max_size=8)
literals: SearchStrategy[Syntax] = st.one_of(
    numbers,
    st.dates().map(lambda d: Date(d.isoformat())),
    st.booleans().map(YesNo),
    quoted.filter(lambda s: bool(s.strip())).map(Quoted),
)
codes: SearchStrategy[Syntax] = literals | one_word
modes = st.sampled_from(["from", "after", "before"]).map(lambda w: (w,))
places = st.integers(0, 38).map(str)
rounding = st.tuples(
    st.sampled_from(COIN_WORDS) | places.map(lambda p: f"{p} decimals"),
    st.sampled_from(["half up", "half even", "toward zero", "away from zero", "floor", "ceiling"]),
)
NOTHING: SearchStrategy[tuple[str, ...]] = st.just(())


def _operations(x: SearchStrategy[Syntax]) -> SearchStrategy[Syntax]:
    def op(names: str, *args: SearchStrategy[Syntax], w: SearchStrategy[tuple[str, ...]] = NOTHING) -> SearchStrategy[Syntax]:
        return st.builds(Operation, st.sampled_from(names.split()), st.tuples(*args), w)

    several = st.lists(x, min_size=2, max_size=4).map(tuple)
    items = st.lists(codes, min_size=1, max_size=3)
    return st.one_of(
        op("not known exists rest as_percent as_number", x),
        op("eq ne lt le gt ge add sub mul div add sub mul div else fall rise whole_months whole_years", x, x),
        op("if between if", x, x, x),
        st.builds(Operation, st.sampled_from(["and", "or", "least", "greatest"]), several),
        st.builds(lambda a, bs: Operation("in", (a, *bs)), x, items),
        op("has", x, codes),
        op("within covers", x, x | spans, x, w=modes),
        op("round", x, w=rounding),
        op("exp ln sqrt logistic", x, w=places.map(lambda p: (p,))),
        op("first_day last_day paid", dotted),
        op("verdict", dotted, x, w=st.tuples(st.sampled_from(["1.96", "2", "1.645"]), st.sampled_from(["lower", "higher"]))),
    )


def _names(x: SearchStrategy[Syntax]) -> SearchStrategy[Syntax]:
    keys = st.lists(x, min_size=1, max_size=2).map(tuple)
    keyed = st.builds(Name, parts, keys, st.just(()) | parts, st.none() | x)
    return keyed | st.builds(lambda p, on: Name(p, on=on), parts, x)


def _aggregates(x: SearchStrategy[Syntax]) -> SearchStrategy[Syntax]:
    maybe = st.none() | dotted | x
    arg = dotted | x
    none = st.just(None)
    by = dotted_text.map(lambda t: (t,))

    def agg(
        names: str, value: SearchStrategy[Syntax | None], where: SearchStrategy[Syntax | None], **more: SearchStrategy
    ) -> SearchStrategy:
        return st.builds(Aggregate, st.sampled_from(names.split()), dotted, value, where, **more)

    back = {
        "earlier": st.just(True),
        "back": none | st.sampled_from([Number("span", Fraction(3), 0, "years"), Number("span", Fraction(1), 0, "days")]),
    }
    return st.one_of(
        agg("count", none, maybe, **back),
        agg("sum largest", arg, maybe, **back),
        agg("any", none, arg, **back),
        agg("every", arg, maybe, words=st.sampled_from([("yes",), ("no",), ("hold",)]), **back),
        agg("last_of", dotted, maybe, words=by, **back),
        agg("count", none, maybe),
        agg("count_different", dotted, maybe),
        agg("share any", none, arg),
        agg("sum mean median smallest largest", arg, maybe),
        agg("every", arg, maybe, words=st.sampled_from([("yes",), ("no",), ("hold",)])),
        agg("first_of last_of", dotted, maybe, words=by),
        agg("weigh", dotted, none, extra=st.tuples(x)),
        agg("day_sum", arg, maybe, words=by, extra=st.tuples(x)),
        agg("day_reaches", none, none, extra=st.tuples(x)),
        agg("day_lasted", none, none, extra=st.tuples(x | spans)),
        agg("days_in", none, none),
        agg("days_in", none, none, words=modes, extra=st.tuples(x | spans, x)),
    )


def _larger(x: SearchStrategy[Syntax]) -> SearchStrategy[Syntax]:
    return _operations(x) | _aggregates(x) | _names(x)


leaves: SearchStrategy[Syntax] = literals | dotted
trees: SearchStrategy[Syntax] = st.recursive(leaves, _larger, max_leaves=12)
