"""Random contracts and random data for the two engines to disagree about.

One seed gives one contract (YAML text, through the real loader and compiler) and one submission (rows of text, through the
real reader). Candidates that the compiler refuses are left out, so what remains is well-typed, well-bounded and settled.
The data is built to hit edges: ties, month ends, blanks of every kind, negatives, bounds, duplicates, empty cohorts.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from pbr.plan.build import build
from pbr.plan.plan import Plan
from pbr.problem import Refused
from pbr.terms.loading import Loaded, load_text

ROUNDING = ("half up", "half even", "toward zero", "away from zero", "floor", "ceiling")
HELD = ("hold", "leave out", "take as yes", "take as no", "only if it cannot matter")

HEAD = """\
pbr: 1
contract: random
title: Random
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2019-01-31, to: 2021-06-30}
parameters:
  fee: {value: "£12.34"}
  quota: {value: 40%}
  gap: {value: 5.0 percentage points}
  sixth: {value: 1/6}
  day_price: {value: "£3.50 per day"}
  indexed:
    dated_by: term.first_day
    values:
      - {from: 2019-01-01, value: "£10.00"}
      - {from: 2020-02-29, value: "£20.50"}
  by_group:
    by: [people.grp]
    columns: [grp, fee, most, weeks]
    rows:
      - [a, "£1.00", 1, 2 weeks]
      - [b, "£2.55", 2, 3 weeks]
      - ["7", "£0.01", 3, 26 weeks]
data:
  people:
    one_row_per: person_id
    supplied_by: provider
    columns:
      person_id: {type: identifier, identifies: person}
      started_on: {type: date}
      ended_on: {type: date, blank: not yet}
      claimed_on: {type: date, blank: none}
      born_on: {type: date, blank: unknown}
      grp: {type: code, one_of: [a, b, "7"]}
      tags: {type: codes, one_of: [x, y, z], blank: unknown}
      score: {type: number, decimals: 2, round_on_reading: half up, blank: none}
      gain: {type: number, decimals: 1, at_least: -50, at_most: 50, blank: unknown}
      amount: {type: money, blank: unknown}
      part: {type: percent, decimals: 1, blank: unknown}
      n: {type: whole number, at_least: 0, at_most: 20}
      stay: {type: days, at_least: 0 days, blank: unknown}
      ok: {type: yes or no, blank: unknown}
      sure: {type: yes or no}
  events:
    one_row_per: event_id
    belongs_to: people by person_id
    supplied_by: commissioner
    columns:
      event_id: {type: identifier}
      on_day: {type: date}
      done_on: {type: date, blank: not yet}
      kind: {type: code, one_of: [k1, k2, k3]}
      size: {type: whole number, at_least: -5, at_most: 9, blank: unknown}
      worth: {type: money, at_least: £0.00}
      flagged: {type: yes or no, blank: unknown}
    checks:
      - {code: E1, reject: size = 9}
  sightings:
    one_row_per: sighting_id
    matched_to: people by person_id
    supplied_by: independent
    columns:
      sighting_id: {type: identifier}
      seen_on: {type: date}
      sure_of: {type: yes or no, blank: unknown}
cohorts:
  year: {of: people, each: "year from 1 April, by started_on", exclude: [{code: X1, when: ok}, {code: X2, when: n = 3}]}
  kinds: {of: events, by: [kind, people.grp]}
  claimed: {of: people, only: exists(claimed_on)}
  older: {of: people, only: born_on <= 2000-02-29}
"""


@dataclass
class Case:
    """``loaded`` and ``plan`` of the contract, ``rows`` of each table (header first), ``complete_to`` per table."""

    seed: int
    text: str
    loaded: Loaded
    plan: Plan
    rows: dict[str, list[list[str]]]
    complete_to: dict[str, date | None]
    accepted_items: int = 0
    tried: int = 0
    notes: list[str] = field(default_factory=list)


class Maker:
    """Writes typed expressions as text. ``scope`` is one of people, events, sightings (inside aggregates), year, kinds, contract."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.named: dict[str, dict[str, list[str]]] = {}  # grain -> type -> names of items

    def pick(self, *options: str) -> str:
        return self.r.choice(options)

    def item(self, grain: str, kind: str) -> list[str]:
        return self.named.get(grain, {}).get(kind, [])

    # ---- by type ------------------------------------------------------------------------------------------------
    def truth(self, grain: str, depth: int) -> str:
        r = self.r
        options = ["compare"] * 4 + ["dates"] * 3
        if depth > 0:
            options += ["not", "and", "or", "if", "known", "aggregate", "junction"]
        options += ["item"] if self.item(grain, "truth") else []
        if grain == "people":
            options += ["column", "codes", "exists"]
        if grain == "events":
            options += ["column", "codes"]
        what = r.choice(options)
        if what == "not":
            return f"not ({self.truth(grain, depth - 1)})"
        if what in ("and", "or"):
            return f"({self.truth(grain, depth - 1)}) {what} ({self.truth(grain, depth - 1)})"
        if what == "junction":
            word = self.pick("and", "or")
            return f" {word} ".join(f"({self.truth(grain, depth - 1)})" for _ in range(3))
        if what == "if":
            return f"(if {self.truth(grain, depth - 1)} then ({self.truth(grain, depth - 1)}) else ({self.truth(grain, depth - 1)}))"
        if what == "known":
            return f"known({self.pick(self.number(grain, depth - 1), self.truth(grain, depth - 1), self.day(grain, 0))})"
        if what == "aggregate" and grain in ("people", "year", "kinds", "contract"):
            return self.truth_aggregate(grain)
        if what == "item":
            return self.r.choice(self.item(grain, "truth"))
        if what == "column":
            return {"people": self.pick("ok", "sure"), "events": "flagged"}[grain]
        if what == "codes":
            return {
                "people": self.pick("grp = a", "grp != b", 'grp in (a, "7")', "tags has x", "tags has z"),
                "events": self.pick("kind = k1", "kind in (k2, k3)", "kind != k1"),
            }[grain]
        if what == "exists":
            return self.pick(
                "exists(score)",
                "exists(claimed_on)",
                "(exists(score) and score > 0.50)",
                "(not exists(claimed_on) or claimed_on >= started_on)",
            )
        if what == "dates":
            return self.window(grain)
        sign = self.pick("=", "!=", "<", "<=", ">", ">=")
        make = r.choice([self.number, self.number, self.money, self.percent, self.points, self.days, self.day])
        return f"{make(grain, depth - 1)} {sign} {make(grain, depth - 1)}"

    def window(self, grain: str) -> str:
        span = self.pick("12 months", "1 month", "30 days", "2 weeks", "1 day", "1 year", "6 months")
        d = self.day(grain, 0, columns=True)
        if self.r.random() < 0.3:
            return f"{d} between {self.day(grain, 0)} and {self.day(grain, 0)}"
        return f"{d} within {span} {self.pick('from', 'after', 'before')} {self.day(grain, 0)}"

    def day(self, grain: str, depth: int, columns: bool = False) -> str:
        of = {
            "people": ["started_on", "ended_on", "born_on", "started_on", "(claimed_on else started_on)"],
            "events": ["on_day", "done_on", "people.started_on", "people.born_on"],
            "sightings": ["seen_on"],
            "year": ["year.first_day", "last day of year"],
        }.get(grain, [])
        if columns:
            of = [name for name in of if "(" not in name and "day of" not in name] or of
        options = [*of, "2020-02-29", "2019-08-31", "term.last_day"] if not columns or not of else of
        if self.item(grain, "date") and not columns:
            options += self.item(grain, "date")
        base = self.r.choice(options)
        if depth > 0 and self.r.random() < 0.5:
            how = self.pick("+", "-")
            return self.pick(
                f"({base} {how} {self.pick('1 month', '12 months', '31 days', '2 weeks')})",
                f"least({base}, {self.day(grain, 0)})",
                f"greatest({base}, {self.day(grain, 0)})",
            )
        return base

    def days(self, grain: str, depth: int) -> str:
        options = ["10 days", "2 weeks", f"({self.day(grain, 0)} - {self.day(grain, 0)})"]
        if grain == "people":
            options += ["stay", "(2 * stay)", "by_group[grp].weeks"]
        if grain in ("contract", "year"):
            options += ["sum of stay over people where sure"]
        return self.r.choice(options)

    def number(self, grain: str, depth: int) -> str:
        r = self.r
        options = [self.pick("0", "1", "3", "2.50", "0.05", "1/6", "100", "sixth")]
        if grain == "people":
            options += [
                "n",
                "gain",
                "(score else 0.00)",
                "by_group[grp].most",
                f"whole months from {self.day(grain, 0)} to {self.day(grain, 0)}",
                f"whole years from born_on to {self.day(grain, 0)}",
            ]
        if grain == "events":
            options += ["size", "people.n", "people.gain"]
        options += self.item(grain, "number") * 2
        if depth <= 0:
            return r.choice(options)
        inner = self.number(grain, depth - 1)
        other = self.number(grain, depth - 1)
        options += [
            f"({inner} + {other})", f"({inner} - {other})", f"({inner} * {other})", f"({inner} / {other})", f"least({inner}, {other})", f"greatest({inner}, {other})",
            f"round({inner}, {self.pick('0', '1', '2')} decimals, {self.pick(*ROUNDING)})", f"(if {self.truth(grain, 0)} then {inner} else {other})",
            f"as number({self.percent(grain, 0)})", f"({self.money(grain, 0)} / {self.money(grain, 0)})", f"({self.days(grain, 0)} / {self.days(grain, 0)})",
        ]  # fmt: skip
        if grain in ("people", "year", "kinds", "contract"):
            options += [self.number_aggregate(grain, depth)] * 4
        return r.choice(options)

    def percent(self, grain: str, depth: int) -> str:
        options = [
            "10%",
            "quota",
            "33.3%",
            f"fall from {self.number(grain, 0)} to {self.number(grain, 0)}",
            f"rise from {self.number(grain, 0)} to {self.number(grain, 0)}",
        ]
        if grain == "people":
            options += ["part", "rest of part", "(part + gap)", "(part * part)"]
        options += [f"as percent({self.number(grain, 0)})"]
        if grain in ("year", "kinds", "contract", "people"):
            options += [self.share(grain)] * 4
        if depth > 0:
            options += [
                f"round({self.percent(grain, depth - 1)}, 1 decimals, {self.pick(*ROUNDING)})",
                f"(if {self.truth(grain, 0)} then 5% else {self.percent(grain, depth - 1)})",
            ]
        return self.r.choice(options + self.item(grain, "percent") * 2)

    def points(self, grain: str, depth: int) -> str:
        return self.pick(
            "gap",
            "-2.5 percentage points",
            f"({self.percent(grain, 0)} - {self.percent(grain, 0)})",
            f"({self.percent(grain, depth - 1)} - quota)",
        )

    def money(self, grain: str, depth: int) -> str:
        options = [
            "fee",
            "£0.00",
            "indexed on 2020-02-28",
            "indexed on 2020-02-29",
            f"(fee * {self.number(grain, 0)})",
            f"({self.percent(grain, 0)} * fee)",
            f"(day_price * {self.days(grain, 0)})",
        ]
        if grain == "people":
            options += ["amount", "indexed on started_on", "by_group[grp].fee", "(by_group[grp].fee * n)"]
        if grain == "events":
            options += ["worth", "by_group[people.grp].fee", "people.amount"]
        if grain in ("people", "year", "kinds", "contract"):
            options += [self.money_aggregate(grain)] * 3
        if depth > 0:
            options += [
                f"round({self.money(grain, depth - 1)}, {self.pick('1 penny', '1 pound')}, {self.pick(*ROUNDING)})",
                f"least({self.money(grain, depth - 1)}, fee)",
            ]
        return self.r.choice(options + self.item(grain, "money"))

    # ---- aggregates ---------------------------------------------------------------------------------------------
    def over(self, grain: str) -> str:
        return self.r.choice(
            {
                "people": ["events", "sightings"],
                "year": ["people", "claimed"],
                "kinds": ["events"],
                "contract": ["people", "events", "sightings", "claimed", "older", "year", "kinds"],
            }[grain]
        )

    def inner(self, over: str) -> str:
        return {"claimed": "people", "older": "people"}.get(over, over)

    def where(self, over: str, always: bool = False) -> str:
        if not always and self.r.random() < 0.3:
            return ""
        grain = self.inner(over)
        names = self.item(grain, "truth")
        if names and self.r.random() < 0.4:
            return f" where {self.r.choice(names)}"
        return f" where ({self.truth(grain, 0)})"

    def value(self, over: str, kind: str) -> str | None:
        grain = self.inner(over)
        options = {
            "number": {
                "people": ["n", "gain", "(n * 2)", "(score else 1.00)"],
                "events": ["size", "(size - 3)"],
                "sightings": [],
                "year": [],
                "kinds": [],
            },
            "money": {"people": ["amount", "(fee * n)"], "events": ["worth", "(worth * 2)"], "sightings": [], "year": [], "kinds": []},
        }[kind][grain] + self.item(grain, kind)
        return f"{self.r.choice(options)}" if options else None

    def truth_aggregate(self, grain: str) -> str:
        over = self.over(grain)
        if self.r.random() < 0.5:
            return f"any {over}{self.where(over, always=True)}"
        return f"every {over}{self.where(over)} satisfies ({self.truth(self.inner(over), 0)}), if none {self.pick('yes', 'no', 'hold')}"

    def number_aggregate(self, grain: str, depth: int) -> str:
        over = self.over(grain)
        value = self.value(over, "number")
        options = [f"count of {over}{self.where(over)}"]
        if self.inner(over) in ("people", "events"):
            name = {"people": self.pick("grp", "n", "born_on"), "events": self.pick("kind", "size", "person_id")}[self.inner(over)]
            options += [f"count different {name} over {over}{self.where(over)}"]
        if value is not None:
            options += [f"{self.pick('sum', 'mean', 'median')} of ({value}) over {over}{self.where(over)}"] * 3
            options += [f"({self.pick('smallest', 'largest')} of ({value}) over {over}{self.where(over)} else 0)"] * 2
        if self.inner(over) == "events":
            options += [f"(size of {self.pick('first', 'last')} events by on_day{self.where('events')} else 0)"]
        if self.inner(over) == "people":
            options += [f"(gain of {self.pick('first', 'last')} {over} by started_on{self.where(over)} else 0)"]
        return self.r.choice(options)

    def money_aggregate(self, grain: str) -> str:
        over = self.over(grain)
        value = self.value(over, "money")
        if value is None:
            return "fee"
        if self.r.random() < 0.5:
            return f"sum of ({value}) over {over}{self.where(over)}"
        how = self.pick("mean", "median", "smallest", "largest")
        text = f"{how} of ({value}) over {over}{self.where(over)}"
        return f"({text} else £0.00)" if how in ("smallest", "largest") else text

    def share(self, grain: str) -> str:
        over = self.over(grain)
        return f"share of {over}{self.where(over, always=True)}"

    # ---- items --------------------------------------------------------------------------------------------------
    def candidate(self, index: int) -> tuple[str, str, str, str, str]:
        """(block, name, grain, type, YAML line)."""
        r = self.r
        block = r.choice(["facts", "facts", "facts", "measures", "measures", "outcomes"])
        grain = r.choice(["people", "people", "events"] if block != "measures" else ["year", "year", "kinds", "contract"])
        kind = r.choice(["truth", "number", "number", "money", "percent", "date"])
        name = f"{block[:-1]}_{index}"
        within = " in " + r.choice(["claimed", "older"]) if grain == "people" and r.random() < 0.2 else ""
        held = f", when_held: {r.choice(HELD)}" if r.random() < 0.6 and block != "outcomes" else ""
        rejected = f", when_rejected: {r.choice(['hold', 'leave out', 'leave out up to 10%'])}" if r.random() < 0.5 else ""
        if block == "outcomes":
            kind = "truth"
            day = (
                r.choice(["started_on", "2020-12-31", "greatest(started_on + 24 months, 2021-03-31)", "born_on + 20 years"])
                if grain == "people"
                else r.choice(["on_day + 13 months", "2020-12-31"])
            )
            settles = day if r.random() < 0.6 else f"{{yes: when seen, no: {day}}}"
            line = (
                f'{name}: {{per: {grain}{within}, yes_when: "{self.truth(grain, 2).replace(chr(34), chr(92) + chr(34))}", settles: "{day}"'
            )
            if settles != day:
                line = line.replace(f'settles: "{day}"', f'settles: {{yes: when seen, no: "{day}"}}')
            return block, name, grain, kind, f"  {line}{rejected}}}"
        make = {"truth": self.truth, "number": self.number, "money": self.money, "percent": self.percent, "date": self.day}[kind]
        expression = make(grain, 2).replace('"', '\\"')
        return block, name, grain, kind, f'  {name}: {{per: {grain}{within}, equals: "{expression}"{held}{rejected}}}'


PAYMENTS = """\
payments:
  claim_fee:
    kind: tariff
    per: events
    code: kind
    subject: person_id
    on: on_day
    {only_if}
    card:
      columns: [code, price, times, after_achieved]
      rows:
        - [k1, "£5.00", {times}, none]
        - [k2, "£7.77", 1, k1]
        - [k3, "£0.50", no limit, {after}]
  unit_fee: {{per: people, pays: "{unit}", round: "1 penny, {mode}", may_be: negative, only_if: "{condition}"}}
  at_risk_fee: {{per: year, at_risk: {{share: 10%, of: fee, already_paid: {paid}, keep_if: "{keep}"}}, round: "1 penny, {mode}", if_empty: {empty}}}
  multiplier: {{per: {grain}, factor: "round({factor}, 4 decimals, {mode})"}}
statement:
  then:
    - {{cap: "{cap}", per: {cap_per}, over: [claim_fee], allocate: by on_day then event_id, last_line: {last}}}
    - {{cap: "£60.00", per: contract, over: [claim_fee], allocate: by event_id, last_line: in part}}
"""


def make_case(seed: int, items: int = 8) -> Case:
    """A contract that compiles and a submission for it."""
    maker = Maker(seed)
    r = maker.r
    blocks: dict[str, list[str]] = {"facts": [], "outcomes": [], "measures": []}
    text = _write(blocks, _plain_payments())
    loaded = load_text(text, "random.yaml")
    plan = build(loaded)
    tried = accepted = 0
    while tried < items * 2 and accepted < items:
        tried += 1
        block, name, grain, kind, line = maker.candidate(tried)
        blocks[block].append(line)
        attempt = _write(blocks, _plain_payments())
        try:
            loaded = load_text(attempt, "random.yaml")
            plan = build(loaded)
            text = attempt
            accepted += 1
            if " in " not in line.split(", ")[0]:
                maker.named.setdefault(grain, {}).setdefault(kind, []).append(name)
        except Refused:
            blocks[block].pop()
    for _ in range(12):
        attempt = _write(blocks, _payments(maker))
        try:
            loaded = load_text(attempt, "random.yaml")
            plan = build(loaded)
            text = attempt
            break
        except Refused:
            continue
    return Case(seed, text, loaded, plan, _rows(r), _complete(r), accepted, tried)


def _plain_payments() -> str:
    return PAYMENTS.format(only_if="only_if: flagged", times=2, after="k2", unit="fee * n", mode="half up", condition="sure", paid="yes", keep="count of people >= 1",
                           empty="hold", grain="people", factor="n / 7", cap="£11.00", cap_per="person_id", last="in part")  # fmt: skip


def _payments(maker: Maker) -> str:
    r = maker.r

    def safe(text: str) -> str:
        return text.replace('"', '\\"')

    grain = r.choice(["people", "year", "contract"])
    return PAYMENTS.format(
        only_if=f'only_if: "{safe(maker.truth("events", 1))}"' if r.random() < 0.7 else "", times=r.choice(["1", "2", "no limit"]), after=r.choice(["none", "k1", "k2"]),
        unit=safe(maker.money("people", 1)), mode=r.choice(ROUNDING), condition=safe(maker.truth("people", 1)), paid=r.choice(["yes", "no"]),
        keep=safe(maker.truth("year", 1)), empty=r.choice(["hold", "nothing", "as missed"]), grain=grain, factor=safe(maker.number(grain, 1)),
        cap=r.choice(["£11.00", "£0.00", "£26.00"]), cap_per=r.choice(["person_id", "contract"]), last=r.choice(["in part", "not at all"]),
    )  # fmt: skip


def _write(blocks: dict[str, list[str]], payments: str) -> str:
    middle = "".join(f"{block}:\n" + "\n".join(lines) + "\n" for block, lines in blocks.items() if lines)
    return HEAD + middle + payments


DAYS = [
    date(2019, 1, 31),
    date(2019, 3, 31),
    date(2019, 4, 1),
    date(2020, 1, 31),
    date(2020, 2, 28),
    date(2020, 2, 29),
    date(2020, 3, 31),
    date(2020, 4, 1),
    date(2020, 12, 31),
    date(2021, 3, 31),
    date(2021, 6, 30),
    date(2021, 7, 1),
]


def _day(r: random.Random) -> str:
    return (r.choice(DAYS) if r.random() < 0.7 else date(2019, 1, 1) + timedelta(days=r.randrange(950))).isoformat()


def _maybe(r: random.Random, text: str, chance: float = 0.25) -> str:
    return "" if r.random() < chance else text


def _rows(r: random.Random) -> dict[str, list[list[str]]]:
    people = [
        [
            "person_id",
            "started_on",
            "ended_on",
            "claimed_on",
            "born_on",
            "grp",
            "tags",
            "score",
            "gain",
            "amount",
            "part",
            "n",
            "stay",
            "ok",
            "sure",
        ]
    ]
    count = r.choice([0, 1, 3, 8, 14])
    ids = [f"p{i}" for i in range(count)]
    for person in ids:
        people.append([
            person, _day(r), _maybe(r, _day(r)), _maybe(r, _day(r)), _maybe(r, f"{r.choice([1990, 2000, 2001])}-02-{r.choice(['28', '01'])}"), r.choice(["a", "b", "7"]),
            _maybe(r, r.choice(["x", "x|y", "z|x", "y"])), _maybe(r, r.choice(["0.5", "-1.005", "2.675", "0.125", "7.9e-05"])), _maybe(r, r.choice(["0", "-50", "50", "0.5", "-2.5", "12.3"])),
            _maybe(r, r.choice(["£0.00", "£1.25", "-£3.33", "1,000.00", "99999999999.99"])), _maybe(r, r.choice(["0%", "50%", "33.3%", "100%"])), str(r.choice([0, 0, 1, 2, 3, 20])),
            _maybe(r, str(r.choice([0, 1, 30]))), _maybe(r, r.choice(["yes", "no"])), r.choice(["yes", "no"]),
        ])  # fmt: skip
    events = [["event_id", "person_id", "on_day", "done_on", "kind", "size", "worth", "flagged"]]
    for i in range(r.choice([0, 2, 10, 25])):
        person = r.choice(ids) if ids and r.random() < 0.95 else "stranger"
        events.append(
            [
                f"e{i}",
                person,
                _day(r),
                _maybe(r, _day(r)),
                r.choice(["k1", "k1", "k2", "k3"]),
                _maybe(r, str(r.randrange(-5, 10))),
                r.choice(["£0.00", "£1.01", "£2.50"]),
                _maybe(r, r.choice(["yes", "no"])),
            ]
        )
    sightings = [["sighting_id", "person_id", "seen_on", "sure_of"]]
    for i in range(r.choice([0, 3, 12])):
        sightings.append([f"s{i}", r.choice([*ids, "nobody"]), _day(r), _maybe(r, r.choice(["yes", "no"]))])
    for rows in (people, events, sightings):
        _spoil(r, rows)
    return {"people": people, "events": events, "sightings": sightings}


def _spoil(r: random.Random, rows: list[list[str]]) -> None:
    """Duplicates, conflicts and rows that cannot be read."""
    if len(rows) > 2 and r.random() < 0.5:
        copy = list(rows[r.randrange(1, len(rows))])
        if r.random() < 0.4:
            copy[2] = "2020-02-30" if r.random() < 0.5 else copy[2]
        if r.random() < 0.3:
            copy[-1] = {"yes": "no", "no": "yes"}.get(copy[-1], copy[-1])
        rows.append(copy)
    if len(rows) > 2 and r.random() < 0.3:
        rows[r.randrange(1, len(rows))][1] = r.choice(["", "31/02/2013"])


def _complete(r: random.Random) -> dict[str, date | None]:
    days = [date(2020, 2, 29), date(2020, 12, 31), date(2021, 6, 30), date(2022, 1, 1), date(2024, 1, 1)]
    return {name: r.choice(days) for name in ("people", "events", "sightings")}
