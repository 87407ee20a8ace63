"""For every operation, expressions in which it does its work at the edge: what chance alone would write too rarely.

A favourite is a list of items, each (grain, type, text); ``{0}`` in a text is the name of the favourite's first item.
"""

from __future__ import annotations

from collections.abc import Callable

from random_expressions import ROUNDING, Maker

Item = tuple[str, str, str]
Favourite = Callable[[Maker], list[Item]]

SOME = "@"  # a condition on people, chosen where the text is used
OK = f"share of people where ({SOME})"
COUNT = f"count of people where ({SOME})"
OTHER = COUNT
CONDITIONS = ("ok", "tags has x", "tags has x", "gain >= 0.5", "gain >= 0", "born_on <= 2000-02-28", "ended_on <= 2020-12-31")

# The days that tables of random cases are complete to, and the day after each: where a date that is not yet is decided, or not.
NEAR = ("2020-02-29", "2020-03-01", "2020-12-31", "2021-01-01", "2021-06-30", "2021-07-01", "2022-01-01", "2022-01-02")


def _one(grain: str, kind: str, *texts: str) -> Favourite:
    return lambda m: [(grain, kind, m.pick(*texts))]


def _either(*favourites: Favourite) -> Favourite:
    return lambda m: m.r.choice(favourites)(m)


def _item(m: Maker) -> list[Item]:
    measure = m.pick(OK, f"round({OK}, 1 decimals, floor)", "share of people where (sure)")
    return [("year", "percent", measure), m.r.choice([("people", "percent", "{0}"), ("contract", "number", "count of year where ({0} > 40%)"),
            ("people", "truth", "{0} >= 50%"), ("events", "percent", "rest of ({0})")])]  # fmt: skip


def _compare(m: Maker, sign: str) -> list[Item]:
    near, few = m.pick(*NEAR), m.pick("0", "1", "2", "3", "4", "5")
    people = (
        f"gain {sign} 0.5", f"(gain / n) {sign} (n / 2)", f"ended_on {sign} born_on", f"started_on {sign} 2020-02-29", f"amount {sign} £1.25", f"part {sign} 50%",
        f"ended_on {sign} (started_on + 1 month)", f"(ended_on - started_on) {sign} 0 days", f"ended_on {sign} {near}", f"ended_on {sign} {near}", f"{near} {sign} ended_on",
        f"{near} {sign} ended_on", *((f"grp {sign} a",) if sign in ("=", "!=") else ()),
    )  # fmt: skip
    groups = (
        f"{OK} {sign} {m.pick('0%', '50%', '100%')}", f"{COUNT} {sign} {few}", f"{COUNT} {sign} {OTHER}", f"{OK} {sign} {OK}", f"{few} {sign} {COUNT}",
        f"{COUNT} {sign} count of people",
    )  # fmt: skip
    events = (
        f"done_on {sign} people.ended_on",
        f"done_on {sign} on_day",
        f"size {sign} 1",
        f"done_on {sign} {near}",
        f"{near} {sign} done_on",
    )
    grain = m.pick("people", "year", "contract", "events")
    return [(grain, "truth", m.pick(*{"people": people, "events": events}.get(grain, groups)))]


def _window(m: Maker) -> list[Item]:
    mode = m.pick("from", "after", "before")
    if m.r.random() < 0.4:  # both ends are among the days that random data likes best
        span, start = m.r.choice([("1 month", "2020-01-31"), ("2 months", "2020-01-31"), ("12 months", "2020-02-29"), ("3 months", "2020-12-31"), ("1 day", "2020-02-28"),
                                  ("1 month", "2020-03-31"), ("1 month", "2021-03-31"), ("1 year", "2021-03-31"), ("3 months", "2021-03-31")])  # fmt: skip
        return [m.r.choice([("people", "truth", f"started_on within {span} {mode} {start}"), ("events", "truth", f"on_day within {span} {mode} {start}"),
                            ("events", "truth", f"done_on within {span} {mode} {start}")])]  # fmt: skip
    start = m.pick("2020-01-31", "2020-02-29", "2020-03-31", "2021-02-28", "born_on", "ended_on", "started_on", "2019-03-31")
    d = m.pick("started_on", "started_on", "ended_on", "(claimed_on else started_on)", "born_on")
    span = m.pick("1 month", "12 months", "2 months", "1 day", "29 days", "1 year", "31 days")
    events = (
        f"{m.pick('on_day', 'done_on')} within {span} {mode} {m.pick('people.started_on', 'people.ended_on', 'people.born_on', 'done_on')}"
    )
    return [("people", "truth", f"{d} within {span} {mode} {start}") if m.r.random() < 0.6 else ("events", "truth", events)]


def _round(m: Maker) -> list[Item]:
    mode = m.pick(*ROUNDING)
    return [m.r.choice([
        ("people", "number", f"round(gain, 0 decimals, {mode})"), ("people", "number", f"round((gain * 0.05), 1 decimals, {mode})"),
        ("people", "number", f"round((gain / n), 0 decimals, {mode})"), ("people", "number", f"round((gain / (n + 3)), 1 decimals, {mode})"),
        ("people", "money", f"round((part * amount), {m.pick('1 penny', '1 pound')}, {mode})"), ("year", "percent", f"round({OK}, {m.pick('0', '1')} decimals, {mode})"),
        ("contract", "number", f"round(({COUNT} / 2), 0 decimals, {mode})"), ("people", "number", f"round((score else 0.00), 1 decimals, {mode})"),
        ("contract", "number", f"round(((1 - {COUNT}) / 2), 0 decimals, {mode})"),
    ])]  # fmt: skip


def _over(m: Maker) -> tuple[str, str, str]:
    """A grain, what it adds up, and a condition over it."""
    grain, over = m.r.choice(
        [
            ("year", "people"),
            ("year", "claimed"),
            ("contract", "people"),
            ("contract", "older"),
            ("kinds", "events"),
            ("people", "events"),
            ("contract", "events"),
        ]
    )
    conditions = {
        "events": ["flagged", "size > 0", "kind = k1", "done_on <= 2021-06-30"],
        "people": ["ok", "sure", "tags has x", "gain > 0", "ended_on <= 2020-12-31"],
    }
    return grain, over, m.pick(*conditions["events" if over == "events" else "people"])


def _total(how: str) -> Favourite:
    def made(m: Maker) -> list[Item]:
        grain, over, where = _over(m)
        where = f" where ({where})" if m.r.random() < 0.5 else ""
        if m.r.random() < 0.45 and how == "sum":
            return [("year", "number", COUNT), ("contract", "number", "sum of ({0}) over year")]
        kind, value = m.r.choice(
            [("number", "size"), ("money", "worth"), ("number", "people.n")]
            if over == "events"
            else [("number", "gain"), ("number", "n"), ("money", "amount")]
        )
        text = f"{how} of ({value}) over {over}{where}"
        if how in ("smallest", "largest"):
            text = f"({text} else {'£0.00' if kind == 'money' else '0'})"
        return [(grain, kind, text)]

    return made


def _counted(m: Maker, how: str) -> list[Item]:
    grain, over, where = _over(m)
    if how == "count":
        return [(grain, "number", f"count of {over} where ({where})")]
    if how == "share":
        return [(grain, "percent", f"share of {over} where ({where})")]
    if how == "any":
        return [(grain, "truth", f"any {over} where ({where})")]
    if how == "every":
        _, satisfied = (
            where,
            m.pick("flagged", "size < 4", "size <= 9", "size >= -5", "worth > £0.00")
            if over == "events"
            else m.pick("ok", "gain <= 0.5", "gain <= 50", "born_on <= 2010-01-01", "n >= 0"),
        )
        start = f"every {over} where ({where})" if m.r.random() < 0.6 else f"every {over}"
        return [(grain, "truth", f"{start} satisfies ({satisfied}), if none {m.pick('yes', 'no', 'hold')}")]
    name = m.pick("size", "kind", "person_id") if over == "events" else m.pick("grp", "n", "born_on", "gain")
    return [(grain, "number", f"count different {name} over {over}" + (f" where ({where})" if m.r.random() < 0.6 else ""))]


def _chosen(end: str) -> Favourite:
    def made(m: Maker) -> list[Item]:
        grain, over, where = _over(m)
        name, by = m.r.choice(
            [("size", "on_day"), ("worth", "on_day"), ("size", "done_on")]
            if over == "events"
            else [("gain", "started_on"), ("n", "born_on"), ("n", "started_on")]
        )
        text = f"{name} of {end} {over} by {by}" + (f" where ({where})" if m.r.random() < 0.6 else "")
        money = name == "worth"
        return [(grain, "money" if money else "number", f"({text} else {'£0.00' if money else '0'})")]

    return made


def _reached(m: Maker) -> list[Item]:
    """Sums that few rows reach, of rows with a blank, a range or a day that is not yet; what must be reached is fixed, of the row, or a range."""
    grain, over, where = _over(m)
    people = [("n", "3", "started_on"), ("greatest(gain, 0)", "0.5", "started_on"), ("greatest(amount, £0.00)", "£1.25", "born_on"), ("1", "2", "ended_on")]  # fmt: skip
    events = [("worth", "£2.50", "on_day"), ("greatest(size, 0)", "4", "on_day"), ("worth", "£5.00", "done_on"), ("1", "2", "on_day")]
    value, limit, by = m.r.choice(events if over == "events" else people)
    items: list[Item] = []
    if grain in ("year", "contract") and limit in ("3", "2", "4") and m.r.random() < 0.6:
        items.append((grain, "number", f"(1 + {COUNT})"))
        limit = "greatest({0}, 1)"
    elif grain == "people" and limit in ("3", "2", "4") and m.r.random() < 0.6:
        limit = m.pick("(1 + greatest(people.gain, 0))", "(people.n + 1)", "(1 + 1/6)")
    tail = f" where ({where})" if m.r.random() < 0.6 else ""
    return [*items, (grain, "date", f"(day sum of ({value}) over {over} by {by} reaches {limit}{tail} else 2042-01-01)")]


def _truths(word: str) -> Favourite:
    return lambda m: [(g := m.pick("people", "events", "year"), "truth", f"({m.truth(g, 0)}) {word} ({m.pick(*_UNSURE[g])})")]


_UNSURE = {
    "people": ("ok", "born_on <= 2000-02-28", "tags has x"),
    "events": ("flagged", "size > 0"),
    "year": (f"{COUNT} >= 2", f"{OK} > 40%"),
}


def _verdict(m: Maker) -> list[Item]:
    """Shares of few rows, so that a small z is what tells them apart."""
    grain = m.pick("year", "contract", "year")
    better, z = m.pick("lower", "higher"), m.pick("0.1", "0.5", "1", "1.96", "3")
    share = (grain, "percent", m.pick(OK, OK, "share of people where (ok)", f"as percent({COUNT} / count of people)"))
    against = m.pick("0%", "10%", "50%", "100%", "quota", f"({OK})", f"(10% + {OK})", "{0}")
    if grain == "contract" and m.r.random() < 0.4:  # another row's share is not of the same row
        against = "quota"
    return [share, (grain, "code", f"verdict({{0}}, against: {against}, z: {z}, better: {better})")]


FAVOURITES: dict[str, Favourite] = {
    "item": _item,
    "dated": _either(
        _one("people", "money", "indexed on started_on", "indexed on born_on", "indexed on ended_on"),
        _one("events", "money", "indexed on on_day", "indexed on done_on"),
    ),
    "lookup": _either(
        _one("people", "money", "by_group[grp].fee", "by_ward[ward].rate", "by_ward[ward].rate"),
        _one("events", "number", "by_group[people.grp].most", "by_ward[people.ward].level"),
        _one("people", "days", "by_group[grp].weeks"),
    ),
    "certain": _either(
        _one("people", "date", "ended_on", "(ended_on + 1 month)", "least(ended_on, born_on)"), _one("events", "date", "done_on")
    ),
    "not": lambda m: [(g := m.pick("people", "events", "year"), "truth", f"not ({m.pick(*_UNSURE[g])})")],
    "and": _truths("and"),
    "or": _truths("or"),
    "if": _either(
        _one(
            "contract",
            "number",
            f"(if term.first_day <= 2019-02-01 then {COUNT} else 1)",
            f"(if term.first_day > 2019-02-01 then 1 else {COUNT})",
        ),
        _one(
            "people",
            "number",
            "(if ok then n else 2)",
            "(if ok then gain else 0.5)",
            "(if tags has x then 1 else 1)",
            "(if sure then gain else n)",
        ),
        _one("people", "truth", "(if ok then (n > 1) else (sure))", "(if ok then (sure) else (sure))"),
        _one("people", "date", "(if ok then started_on else born_on)"),
        _one("year", "number", f"(if {COUNT} >= 2 then 3 else {OTHER})", f"(if year.first_day >= 2019-04-01 then {COUNT} else 1)"),
    ),
    "known": _either(
        _one("people", "truth", "known(ok)", "known(gain)", "known(ended_on)", "known(claimed_on)"),
        _one("year", "truth", f"known({COUNT})", f"known({OK})"),
    ),
    "exists": _either(
        _one("people", "truth", "exists(score)", "exists(claimed_on)"),
        _one("contract", "truth", "exists(smallest of (gain) over people where (ok))", "exists(largest of (n) over people where (ok))"),
        _one("people", "truth", "exists(smallest of (size) over events)", "exists(size of first events by on_day)"),
    ),
    "else": _either(
        _one("people", "number", "(score else gain)", "(score else 0.00)"),
        _one("people", "date", "(claimed_on else born_on)", "(claimed_on else started_on)"),
        _one("people", "number", "(smallest of (size) over events else 1)", "(smallest of (size) over events else gain)"),
    ),
    "in": _either(
        _one(
            "people",
            "truth",
            "n in (1, 20)",
            "gain in (0.5, 50)",
            "amount in (£1.25, £0.00)",
            "part in (50%, 33.3%)",
            'grp in (a, "7")',
            "born_on in (2000-02-28, 2001-02-01)",
            "(gain / n) in (0.25, 25)",
            "(gain / n) in (1/6, -50, 50)",
        ),
        _one("events", "truth", "size in (1, 2, -5)", "kind in (k2, k3)"),
    ),
    "has": _one("people", "truth", "tags has x", "tags has z", "tags has y"),
    **{
        op: (lambda m, sign=sign: _compare(m, sign))
        for op, sign in (("eq", "="), ("ne", "!="), ("lt", "<"), ("le", "<="), ("gt", ">"), ("ge", ">="))
    },
    "within": _window,
    "between": _either(
        _one(
            "people",
            "truth",
            "started_on between 2020-02-29 and 2020-03-31",
            "ended_on between started_on and 2020-12-31",
            "born_on between 2000-02-28 and 2000-02-29",
            "2020-04-01 between started_on and ended_on",
        ),
        _one("events", "truth", "done_on between on_day and people.ended_on", "on_day between people.started_on and done_on"),
    ),
    "date_add": _either(
        _one(
            "people",
            "date",
            "started_on + 1 month",
            "born_on + 20 years",
            "started_on + stay",
            "ended_on + 12 months",
            "started_on + by_group[grp].weeks",
            "born_on + 7990 years",
        ),
        _one("people", "truth", "(started_on + 1 month) <= ended_on"),
    ),
    "date_sub": _one(
        "people",
        "date",
        "started_on - 1 month",
        "born_on - 12 months",
        "started_on - stay",
        "ended_on - 11 months",
        "born_on - 1999 years",
        "started_on - 13 months",
    ),
    "days_between": _either(
        _one("people", "days", "(ended_on - started_on)", "(started_on - 2020-02-29)", "(born_on - started_on)"),
        _one("events", "days", "(done_on - on_day)"),
    ),
    "whole_months": _one(
        "people",
        "number",
        "whole months from started_on to ended_on",
        "whole months from born_on to started_on",
        "whole months from 2020-01-31 to started_on",
        "whole months from started_on to 2021-02-28",
    ),
    "whole_years": _one(
        "people",
        "number",
        "whole years from born_on to started_on",
        "whole years from 2020-02-29 to 2021-02-28",
        "whole years from born_on to ended_on",
        "whole years from 2019-03-31 to started_on",
        "whole years from started_on to 2021-02-28",
    ),
    "add": _either(
        _one("year", "number", f"({COUNT} + {OTHER})", f"({COUNT} + 1)"),
        _one("people", "number", "(gain + n)", "((gain / n) + gain)"),
        _one("year", "number", f"({COUNT} + {OTHER})"),
        _one("people", "percent", "(part + gap)"),
    ),
    "sub": _either(
        _one("contract", "number", f"({COUNT} - {OTHER})", f"(1 - {COUNT})"),
        _one("people", "number", "(gain - n)", "(n - (gain / n))"),
        _one("year", "number", f"({COUNT} - {OTHER})", f"(1 - {COUNT})"),
        _one("year", "points", f"({OK} - quota)"),
    ),
    "mul": _either(
        _one("people", "number", "(gain * n)", "(gain * gain)"),
        _one("people", "money", "(part * amount)"),
        _one(
            "contract",
            "number",
            f"(({COUNT} - 3) * ({OTHER} - 2))",
            f"(({COUNT} - 5) * ({OTHER} - 4))",
            f"((2 - {COUNT}) * ({OTHER} - 1))",
            f"((0 - 2) * {COUNT})",
        ),
    ),
    "div": _either(
        _one("contract", "number", f"({COUNT} / 3)", f"({COUNT} / (0 - 2))", f"({COUNT} / count of people)", f"((1 - {COUNT}) / (0 - 7))"),
        _one("people", "number", "(gain / n)", "(n / gain)", "(gain / 3)", "((gain / n) / gain)"),
        _one(
            "year",
            "number",
            f"({COUNT} / 3)",
            f"({COUNT} / {OTHER})",
            f"({COUNT} / (0 - 2))",
            f"(2 / {COUNT})",
            "(count of people where (ok) / count of people)",
        ),
        _one("people", "number", "(amount / fee)"),
    ),
    **{
        word: _either(
            _one("contract", "percent", f"{word} from 3 to {COUNT}", f"{word} from 9 to {COUNT}", f"{word} from (0 - 3) to {COUNT}"),
            _one("people", "percent", f"{word} from gain to n", f"{word} from n to gain", f"{word} from n to 3"),
            _one(
                "year",
                "percent",
                f"{word} from 3 to {COUNT}",
                f"{word} from (0 - 3) to {COUNT}",
                f"{word} from {OTHER} to {COUNT}",
                f"{word} from count of people to {COUNT}",
            ),
        )
        for word in ("fall", "rise")
    },
    "rest": _either(
        _one("contract", "percent", f"rest of ({OK})"),
        _one("people", "percent", "rest of part", "rest of (part * part)"),
        _one("year", "percent", f"rest of ({OK})"),
    ),
    "as_percent": _either(
        _one("contract", "percent", f"as percent({COUNT})"),
        _one("people", "percent", "as percent(gain)", "as percent(n / gain)"),
        _one("year", "percent", f"as percent({COUNT})"),
    ),
    "as_number": _either(
        _one("contract", "number", f"as number({OK})"),
        _one("people", "number", "as number(part)"),
        _one("year", "number", f"as number({OK})"),
    ),
    "least": _either(
        _one("contract", "number", f"least({COUNT}, {OTHER})", f"least({COUNT}, 4)"),
        _one("people", "number", "least(gain, n)", "least(gain, 0.5, n)"),
        _one("people", "date", "least(born_on, started_on)"),
        _one("year", "number", f"least({COUNT}, {OTHER})", f"least({COUNT}, 2)"),
        _one("people", "number", "least((gain / n), n)"),
    ),
    "greatest": _either(
        _one("contract", "number", f"greatest({COUNT}, {OTHER})", f"greatest({COUNT}, 4)"),
        _one("people", "number", "greatest(gain, n)", "greatest(gain, 0.5, n)"),
        _one("people", "date", "greatest(born_on, 2000-02-28)"),
        _one("year", "number", f"greatest({COUNT}, {OTHER})", f"greatest({COUNT}, 2)"),
        _one("people", "number", "greatest((gain / n), n)"),
    ),
    "round": _round,
    **{
        word: _either(
            _one(
                "people",
                "number",
                f"{word}(gain, 3 decimals)",
                f"{word}(n, 0 decimals)",
                f"{word}((gain / n), 6 decimals)",
                f"{word}((0 - gain), 1 decimals)",
            ),
            _one(
                "contract",
                "number",
                f"{word}(least({COUNT}, 9), 4 decimals)",
                f"{word}((1 - least({COUNT}, 9)), 20 decimals)",
                f"{word}((least({COUNT}, 9) / 3), 2 decimals)",
            ),
            _one("year", "number", f"{word}(least({COUNT}, 7), 1 decimals)", f"{word}(as number({OK}), 9 decimals)"),
        )
        for word in ("exp", "ln", "sqrt", "logistic")
    },
    "weigh": _either(
        _one("people", "number", "(weigh load by loads)", "(weigh load by loads_by[grp])", "(weigh load by loads_by[b])"),
        _one("events", "number", "(weigh people.load by loads)", "(weigh people.load by loads_by[people.grp])"),
        _one("year", "number", "sum of (weigh load by loads_by[grp]) over people where (ok)", "sum of (weigh load by loads) over people"),
    ),
    "verdict": _verdict,
    **{how: (lambda m, how=how: _counted(m, how)) for how in ("count", "count_different", "share", "any", "every")},
    **{how: _total(how) for how in ("sum", "mean", "median", "smallest", "largest")},
    "day_sum": _reached,
    "first_of": _chosen("first"),
    "last_of": _chosen("last"),
}
