"""Spans of random contracts: sets of days put together in every way, and everything that can be read out of them.

They are drawn by a generator of their own, so that what a seed makes otherwise stays as it is.
"""

from __future__ import annotations

import random

ROWS = (
    "events from on_day to done_on",
    "events from on_day to done_on",
    "events from on_day to done_on where flagged",
    "events from on_day to done_on where (size > 2)",
    "events from people.born_on to done_on",
    "events from on_day to people.ended_on",
    "events from done_on to people.ended_on where (kind in (k1, k2))",
    "events from people.started_on to done_on where (size > 2)",
    "sightings from seen_on to seen_on",
    "sightings from people.started_on to seen_on where sure_of",
)
ALL_ROWS = (
    "people from started_on to ended_on",
    "people from born_on to started_on where ok",
    "people from started_on to ended_on where (n > 3)",
)
DAYS = ("started_on", "2020-02-29", "born_on", "ended_on", "(started_on + 2 weeks)", "9999-12-20")
LENGTHS = ("1 month", "12 months", "30 days", "3 weeks", "1 day", "by_group[grp].weeks", "stay", "(stay - 5 days)", "by_group[grp].weeks")
MODES = ("from", "after", "before")
GAPS = ("0 days", "400 days", "14 days", "60 days")  # some long enough to be filled

Made = list[tuple[str, str, str]]  # block, name, line of YAML


def random_days(seed: int) -> Made:
    """Items that a contract may have: spans, and facts and an outcome that read them. The compiler refuses some."""
    r = random.Random(f"days {seed}")
    out: Made = []
    for number in range(3):
        name = f"span_{number}"
        out.append(("spans", name, f"  {name}: {_span(r, 'people', ROWS)}"))
        for index in range(4):
            fact = f"of_{name}_{index}"
            out.append(("facts", fact, f'  {fact}: {{per: people, equals: "{_read(r, name)}"}}'))
        day = r.choice([f"day {name} reaches {r.choice(LENGTHS)}", f"day {name} has lasted {r.choice(LENGTHS)} unbroken"])
        settles = r.choice(["2042-01-01", "2020-12-31", "started_on + 40 months"])
        how = f'"{settles}"' if r.random() < 0.4 else f'{{yes: when seen, no: "{settles}"}}'
        reached = f"reached_{number}"
        out.append(("outcomes", reached, f'  {reached}: {{per: people, date: "{day}", settles: {how}}}'))
        out.append(("facts", f"is_{reached}", f'  is_{reached}: {{per: people, equals: "exists({reached})"}}'))
        out += _steps(r, number)
    grain = r.choice(["year", "contract"])
    out.append(("spans", "span_all", f"  span_all: {_span(r, grain, ALL_ROWS, plain=True)}"))
    out.append(("measures", "days_all", f'  days_all: {{per: {grain}, equals: "days in span_all"}}'))
    return out


def _steps(r: random.Random, number: int) -> Made:
    """A table of steps made out of a span, and facts that read its rows, there and from the row they are made out of."""
    name = f"made_{number}"
    after = r.choice(["", f", after: reached_{number}", ", after: started_on", ", after: born_on", ", after: claimed_on"])
    every, unbroken = r.choice(
        [("1 month", "yes"), ("2 weeks", "yes"), ("3 days", "no"), ("10 days", "yes"), ("1 day", "no"), ("5 weeks", "no")]
    )
    most = r.choice(["3", "40", "by_group[grp].most", "by_ward[ward].level"])
    line = f'{{per: people, of: span_{number}{after}, every: {every}, unbroken: {unbroken}, at_most: "{most}"}}'
    out: Made = [("steps", name, f"  {name}: {line}")]
    for index, text in enumerate((r.choice(("last_day", "first_day + 1 month", "last_day - first_day")), "step_no * people.n")):
        out.append(("facts", f"on_{name}_{index}", f'  on_{name}_{index}: {{per: {name}, equals: "{text}"}}'))
    read = r.choice(
        (
            f"count of {name}",
            f"sum of step_no over {name}",
            f"any {name} where (last_day > 2020-02-29)",
            f"last_day of last {name} by last_day",
        )
    )
    out.append(("facts", f"of_{name}", f'  of_{name}: {{per: people, equals: "{read}"}}'))
    out.append(("facts", f"few_{name}", f'  few_{name}: {{per: people, equals: "count of {name} where (on_{name}_1 > 3)"}}'))
    return out


def _window(r: random.Random, plain: bool) -> str:
    day = r.choice(("2020-02-29", "term.first_day") if plain else DAYS)
    return f"{r.choice(LENGTHS[:5] if plain else LENGTHS)} {r.choice(MODES)} {day}"


def _span(r: random.Random, grain: str, rows: tuple[str, ...], plain: bool = False) -> str:
    keys = [f"per: {grain}{' in claimed' if grain == 'people' and r.random() < 0.1 else ''}"]
    keys.append(f'days_of: "{r.choice(rows)}"' if r.random() < 0.6 else f'days_of: ["{r.choice(rows)}", "{r.choice(rows)}"]')
    for word in ("and_also", "less"):
        if r.random() < 0.35:
            keys.append(f'{word}: "{r.choice(rows)}"')
    if r.random() < 0.35:
        keys.append(f"join_gaps_up_to: {r.choice(GAPS)}")
    if r.random() < 0.35:
        keys.append(f'runs_begin: "within {_window(r, plain)}"')
    if r.random() < 0.35:
        keys.append(f'within: "{_window(r, plain)}"')
    return f"{{{', '.join(keys)}}}"


def _read(r: random.Random, name: str) -> str:
    return r.choice(
        (
            f"days in {name}",
            f"days in {name} within {_window(r, False)}",
            f"day {name} reaches {r.choice(LENGTHS)}",
            f"day {name} has lasted {r.choice(LENGTHS)} unbroken",
            f"{name} covers {_window(r, False)}",
            f"(days in {name} >= 20 days) and {name} covers {_window(r, False)}",
            f"count of events where (days in {name} > 10 days)",
        )
    )
