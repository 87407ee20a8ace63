"""Random rows for a random contract: blanks of every kind, ties, month ends, negatives, bounds, duplicates, conflicts, orphans."""

from __future__ import annotations

import random
from datetime import date, timedelta

PEOPLE = (
    "person_id",
    "started_on",
    "ended_on",
    "claimed_on",
    "born_on",
    "grp",
    "ward",
    "tags",
    "score",
    "gain",
    "amount",
    "part",
    "n",
    "stay",
    "ok",
    "sure",
)
EVENTS = ("event_id", "person_id", "on_day", "done_on", "kind", "size", "worth", "flagged")
SIGHTINGS = ("sighting_id", "person_id", "seen_on", "sure_of")

# Month ends, the days around them, the ends of the term and of its years: half of the random days fall on these.
DAYS = (
    "2019-01-01", "2019-01-31", "2019-03-31", "2019-04-01", "2020-01-31", "2020-02-28", "2020-02-29", "2020-03-31", "2020-04-01", "2020-12-31",
    "2021-02-28", "2021-03-31", "2021-06-30", "2021-07-01",
)  # fmt: skip
COMPLETE = (
    date(2019, 1, 31),
    date(2020, 2, 29),
    date(2020, 12, 31),
    date(2021, 6, 30),
    date(2022, 1, 1),
    date(2024, 1, 1),
    date(2042, 1, 1),
)
SCORES = ("0.5", "-1.005", "2.675", "0.125", "7.9e-05", "999999.99", "-999999.99")
GAINS = ("0", "-50", "50", "0.5", "-0.5", "-2.5", "2.5", "12.3")
AMOUNTS = ("£0.00", "£1.25", "-£3.33", "1,000.00", "99999999999.99", "-99,999,999,999.99")
PARTS = ("0%", "50%", "33.3%", "100%")
Tables = dict[str, list[list[str]]]
Missing = dict[str, list[str | None]]  # per table, whose each missing row is; None: a register that does not say


def random_day(r: random.Random) -> str:
    return r.choice(DAYS) if r.random() < 0.8 else (date(2019, 1, 1) + timedelta(days=r.randrange(950))).isoformat()


def maybe(r: random.Random, text: str, chance: float) -> str:
    return "" if r.random() < chance else text


def random_rows(r: random.Random) -> Tables:
    """Rows of text for each table, the header first."""
    blank = r.choice([0.05, 0.15, 0.3])
    ids = [f"p{i}" for i in range(r.choice([0, 4, 9, 14, 14, 14, 18]))]
    people = [_person(r, person, blank) for person in ids]
    events = []
    for i in range(r.choice([0, 12, 25, 25, 36])):
        # most events belong to a few people, so that places among their like are taken more than once
        person = r.choice(ids if r.random() < 0.4 else ids[:3]) if ids and r.random() < 0.99 else "stranger"
        events.append([
            f"e{i}", person, random_day(r), maybe(r, random_day(r), blank), r.choice(["k1", "k1", "k2", "k3"]),
            maybe(r, str(r.choice([-5, -1, 0, 1, 1, 2, 4, 8, r.randrange(-5, 10)])), blank), r.choice(["£0.00", "£1.01", "£2.50"]), maybe(r, r.choice(["yes", "no"]), blank),
        ])  # fmt: skip
    sightings = [
        [f"s{i}", r.choice([*ids, "nobody"]), random_day(r), maybe(r, r.choice(["yes", "no"]), blank)] for i in range(r.choice([0, 12, 20]))
    ]
    tables = {"people": [list(PEOPLE), *people], "events": [list(EVENTS), *events], "sightings": [list(SIGHTINGS), *sightings]}
    for rows in tables.values():
        _spoil(r, rows)
    return tables


def _person(r: random.Random, person: str, blank: float) -> list[str]:
    return [
        person, random_day(r), maybe(r, random_day(r), blank), maybe(r, random_day(r), blank),
        maybe(r, f"{r.choice([1990, 2000, 2001])}-02-{r.choice(['28', '01'])}" if r.random() < 0.8 else "2000-02-29", blank), r.choice(["a", "b", "7"]), maybe(r, r.choice(["w1", "w2"]), blank),
        maybe(r, r.choice(["x", "x|y", "z|x", "y"]), blank), maybe(r, r.choice(SCORES), blank), maybe(r, r.choice(GAINS), blank),
        maybe(r, r.choice(AMOUNTS), blank), maybe(r, r.choice(PARTS), blank), str(r.choice([0, 0, 1, 2, 3, 20])), maybe(r, str(r.choice([0, 1, 30, 366])), blank),
        maybe(r, r.choice(["yes", "no"]), blank), r.choice(["yes", "no"]),
    ]  # fmt: skip


def _spoil(r: random.Random, rows: list[list[str]]) -> None:
    """Duplicates (which leave one row), conflicts (which leave none) and rows that cannot be read."""
    if len(rows) > 2 and r.random() < 0.3:
        copy = list(rows[r.randrange(1, len(rows))])
        if r.random() < 0.4:
            copy[2] = "2020-02-30" if r.random() < 0.5 else copy[2]
        if r.random() < 0.3:
            copy[-1] = {"yes": "no", "no": "yes"}.get(copy[-1], copy[-1])
        rows.append(copy)
    if len(rows) > 2 and r.random() < 0.15:
        rows[r.randrange(1, len(rows))][1] = r.choice(["", "31/02/2013"])


def random_complete_to(r: random.Random) -> dict[str, date | None]:
    return {name: r.choice(COMPLETE) for name in ("people", "events", "sightings")}


def random_missing(r: random.Random, rows: Tables) -> Missing:
    """Rows that should have been submitted: of people, who belong to nobody, and of what belongs to them or matches them."""
    ids: list[str | None] = [row[0] for row in rows["people"][1:]]
    some = {"people": [None], "events": [*ids, "stranger", None], "sightings": [*ids, "nobody", None]}
    return {table: [r.choice(whose) for _ in range(r.choice([1, 1, 2, 4]))] for table, whose in some.items() if r.random() < 0.12}
