"""Random contracts and random data for the two engines to disagree about.

One seed gives one contract (YAML text, through the real loader and compiler) and one submission (rows of text, through the
real reader). Items that the compiler refuses are left out, so what remains is well-typed, well-bounded and settled.
Three operations are favourites of each seed, so that any run of consecutive seeds works on all of them.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field, replace
from datetime import date
from zlib import crc32

from favoured import CONDITIONS, FAVOURITES, SOME
from random_days import random_days
from random_expressions import HELD, ROUNDING, Maker
from random_groups import group_lines
from random_rows import Missing, Tables, random_complete_to, random_missing, random_rows

from pbr.plan.build import build
from pbr.plan.operations import OPERATIONS
from pbr.plan.plan import Plan
from pbr.problem import Refused
from pbr.terms.loading import Loaded, load_text

# Favourites of operations that came later, each with seeds of its own (from 200 on): a new one does not move what the other seeds generate.
ADDED: dict[str, tuple[int, ...]] = {
    "exp": (208,),
    "ln": (209,),
    "sqrt": (204,),
    "logistic": (201,),
    "weigh": (211,),
    "verdict": (214, 228),
    "day_sum": (217,),
}
ANYTHING = 1_000  # from this seed on any favourite may come

# The seeds that every run takes: together they generate everything that the tests ask for.
FIXED = (
    *range(21), 25, 26, 28, 30, 31, 34, 35, 38, 39, 43, 45, 46, 49, 54, 57, 80, 89, 98, 105, 108, 122, *sorted({seed for seeds in ADDED.values() for seed in seeds}),
)  # fmt: skip

MEASURED = ("year", "kinds", "contract", "wards")
REJECTED = ("hold", "leave out", "leave out", "leave out up to 10%")
TOTALS = ("sum", "mean", "median", "smallest", "largest", "first_of", "last_of", "day_sum")

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
  loads: {coefficients: load, columns: [load, coefficient], rows: [[gain, 0.25], [n, -1/3]]}
  loads_by: {coefficients: load, by: people.grp, columns: [load, a, b, "7"], rows: [[n, 1, 2.5, -3], [gain, 0, 0.1, 7]]}
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
  by_ward:
    by: [people.ward]
    columns: [ward, rate, level]
    rows:
      - [w1, "£3.33", 1]
      - [w2, "£0.99", 2]
  changing:
    by: [people.grp]
    dated_by: started_on
    columns: [grp, rate]
    versions:
      - {from: 2019-01-31, rows: [[a, "£1.00"], [b, "£2.50"], ["7", "£0.10"]]}
      - {from: 2020-02-29, rows: [[a, "£1.10"], [b, "£2.00"], ["7", "£0.00"]]}
  varied: {value: 3}
variations:
  - {from: 2020-04-01, replaces: {varied: 5}}
  - {from: 2020-10-01, replaces: {varied: 8, changing: [[a, "£9.00"], [b, "£9.01"], ["7", "£9.02"]]}}
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
      ward: {type: code, one_of: [w1, w2], blank: unknown}
      tags: {type: codes, one_of: [x, y, z], blank: unknown}
      score: {type: number, decimals: 2, round_on_reading: half up, blank: none}
      gain: {type: number, decimals: 1, at_least: -50, at_most: 50, blank: unknown, family: load}
      amount: {type: money, blank: unknown}
      part: {type: percent, decimals: 1, blank: unknown}
      n: {type: whole number, at_least: 0, at_most: 20, family: load}
      stay: {type: days, at_least: 0 days, blank: unknown}
      ok: {type: yes or no, blank: unknown}
      sure: {type: yes or no}
{people_checks}  events:
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
{checks}  sightings:
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
  wards: {of: people, by: [grp], exclude: [{code: W1, when: n = 20}, {code: W2, when: sure}]}
  older: {of: people, only: born_on <= 2000-02-29}
  lots: {of: people, each: "period, by started_on", by: [sure, n], periods: [{name: lot 1, from: 2019-01-31, to: 2020-02-28}, {name: lot 2, from: 2020-03-01, to: 2021-06-30}]}
  quarter: {of: events, each: "quarter from 1 April, by on_day"}
  kind_quarter: {of: events, each: "quarter from 1 April, by on_day", by: [kind, people.grp], exclude: [{code: Q1, when: flagged}]}
"""


@dataclass(frozen=True)
class Case:
    """``loaded`` and ``plan`` of the contract, ``rows`` of each table (header first), ``complete_to`` per table. ``proposed`` items were
    tried, ``accepted`` of them compiled; ``favourites`` are operations. ``missing``: per table the links of rows that should be there and are not."""

    seed: int
    text: str
    loaded: Loaded
    plan: Plan
    rows: Tables
    complete_to: dict[str, date | None]
    favourites: tuple[str, ...] = ()
    accepted: int = 0
    proposed: int = 0
    missing: Missing = field(default_factory=dict)


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
      columns: [code, price, times, after_achieved, window]
      rows:
        - [k1, "£5.00", {times}, none, none]
        - [k2, "£7.77", 1, k1, {window}]
        - [k3, "£0.50", no limit, {after}, {later}]
  unit_fee: {{per: {unit_per}, pays: "{unit}", round: "1 penny, {mode}", may_be: negative, only_if: "{condition}"}}
  at_risk_fee: {{per: year, at_risk: {{share: 10%, of: fee, already_paid: {paid}, keep_if: "{keep}"}}, round: "1 penny, {mode}", if_empty: {empty}}}
  pot_fee: {{per: {unit_per}, divide: {{pot: "£9.99", by: n, at_least: £0.10, at_most: 40%, left_over: kept}}}}
  multiplier: {{per: {grain}, factor: "round({factor}, 4 decimals, {mode})"}}
statement:
  then:
    - {{cap: "{cap}", per: {cap_per}, over: [claim_fee], allocate: by on_day then event_id, last_line: {last}}}
    - {{cap: "£60.00", per: contract, over: [claim_fee], allocate: by event_id, last_line: in part}}
"""


@dataclass(frozen=True)
class Item:
    """An item of a contract: its block, name and line of YAML."""

    block: str
    name: str
    line: str


@dataclass
class Draft:
    """A contract on its way: ``payments`` are versions of that block, the last is known to compile."""

    head: str
    items: list[Item]
    payments: list[str] = field(default_factory=list)

    def written(self) -> tuple[str, dict[int, Item]]:
        """The text, and the item on each of its lines."""
        lines = self.head.rstrip("\n").split("\n")
        places: dict[int, Item] = {}
        for block in ("spans", "steps", "facts", "outcomes", "measures"):
            mine = [item for item in self.items if item.block == block]
            lines += [f"{block}:"] if mine else []
            for item in mine:
                lines.append(item.line)
                places[len(lines)] = item
        return "\n".join(lines) + "\n" + self.payments[0], places


def favourites_of(seed: int) -> tuple[str, ...]:
    mine = tuple(op for op, seeds in ADDED.items() if seed in seeds)
    names = [name for name in FAVOURITES if seed >= ANYTHING or name not in ADDED]
    return mine or tuple(names[(3 * seed + i) % len(names)] for i in range(3))


def make_case(seed: int, items: int = 24) -> Case:
    """A contract that compiles and a submission for it."""
    maker = Maker(seed)
    r = maker.r
    favourites = favourites_of(seed)
    draft = Draft(_head(maker), [], [])
    for favourite in favourites:
        texts: set[str] = set()
        for _ in range(9):
            more = _favourite(maker, favourite, len(draft.items))
            if more[-1].line.split("equals: ")[1].split('"')[1] not in texts:
                texts.add(more[-1].line.split("equals: ")[1].split('"')[1])
                draft.items += more
    while len(draft.items) < items:
        draft.items.append(_candidate(maker, len(draft.items)))
    draft.items += [Item(block, name, f"  {name}: {rest}") for block, name, rest in group_lines(seed)]
    draft.items += [Item(*made) for made in random_days(seed)]
    settled = Maker(seed + 1_000_000)  # of its own: what else a seed gives stays as it was
    draft.items += [
        Item("measures", f"kept_{n}", f'  kept_{n}: {{per: year, equals: "{_safe(settled.truth("year", 1))}", settles: last_day}}')
        for n in range(3)
    ]
    narrow = r.random() < 0.25
    if narrow:
        draft.items = [replace(item, line=_narrowed(item.line)) for item in draft.items]
    draft.payments = [_payments(maker, narrow) for _ in range(8)] + [_plain_payments()]
    proposed = len(draft.items)
    loaded, plan, text = compiled(draft)
    rows, days = random_rows(r), random_complete_to(r)
    return Case(seed, text, loaded, plan, rows, days, favourites, len(draft.items), proposed, random_missing(r, rows))


def compiled(draft: Draft) -> tuple[Loaded, Plan, str]:
    """What compiles of a draft: items and payments that the compiler refuses are dropped. Raises Refused where the rest is at fault."""
    while True:
        text, places = draft.written()
        try:
            loaded = load_text(text, "random.yaml")
            return loaded, build(loaded), text
        except Refused as refused:
            wrong = {problem.place.line for problem in refused.problems if problem.place is not None}
            bad = [places[line] for line in wrong if line in places]
            if bad:
                draft.items = [item for item in draft.items if item not in bad]
            elif len(draft.payments) > 1:
                draft.payments.pop(0)
            elif draft.items:  # said of a place that is not an item's own line
                draft.items.pop()
            else:
                raise


def with_items(case: Case, *items: tuple[str, str, str]) -> Case | None:
    """The case with more items (block, name, line of YAML), or None where the compiler refuses them."""
    text = case.text
    for block, name, line in items:
        start = f"\n{block}:\n"
        text = (
            text.replace(start, f"{start}  {name}: {line}\n", 1)
            if start in text
            else text.replace("\npayments:\n", f"{start}  {name}: {line}\npayments:\n", 1)
        )
    try:
        loaded = load_text(text, "random.yaml")
        return replace(case, text=text, loaded=loaded, plan=build(loaded))
    except Refused:
        return None


def _head(maker: Maker) -> str:
    """The tables, with checks or without: a check takes rows away, and what was under them becomes unknown."""
    r = maker.r
    flags = "    checks:\n      - {code: F2, flag: size >= 1 and people.gain < 0}\n"
    checks = "      - {code: E1, reject: size = 9}\n      - {code: E2, reject: worth = £2.50 and size < -4}\n" if r.random() < 0.5 else ""
    people = "      - {code: P1, reject: n = 20 and not sure}\n" if r.random() < 0.3 else ""
    checks = f"{flags}{checks}"
    people = f"    checks:\n      - {{code: F1, flag: amount < £0.00 or part = 50%}}\n{people}"
    return HEAD.replace("{checks}", checks).replace("{people_checks}", people)


def _favourite(maker: Maker, op: str, index: int) -> list[Item]:
    first = ""
    out: list[Item] = []
    favourite = FAVOURITES[op](maker)
    for number, (grain, kind, text) in enumerate(favourite):
        block = "measures" if grain in MEASURED else "facts"
        if grain == "year" and op not in ("item", "sum") and maker.r.random() < 0.3:
            grain = "wards"
        name = f"{op}_{index + number}"
        first = first or name
        words = _held(maker, "share" if op == "verdict" else op) if number == (0 if op == "verdict" else len(favourite) - 1) else [""]
        out.append(Item(block, name, _line(maker, name, grain, kind, _filled(maker, text).replace("{0}", first), number == 0, words)))
        maker.named.setdefault(grain, {}).setdefault(kind, []).append(name)
    return out


def _filled(maker: Maker, text: str) -> str:
    """A favourite's text with its conditions written in."""
    while SOME in text:
        text = text.replace(SOME, maker.pick(*CONDITIONS), 1)
    return text


def _held(maker: Maker, op: str) -> list[str]:
    """Words for held rows that an operation takes. Ranges come of the default, so that most operations on numbers see some."""
    if op in TOTALS:
        return ["", "hold", "leave out", "leave out"]
    return ["", "", *HELD] if OPERATIONS[op].group == "aggregate" else ["", "", "", *HELD]


def _line(maker: Maker, name: str, grain: str, kind: str, expression: str, narrow: bool = True, words: list[str] | None = None) -> str:
    r = maker.r
    word = r.choice(words or ["", "", *HELD])
    within = " in " + r.choice(["claimed", "older"]) if narrow and grain == "people" and r.random() < 0.15 else ""
    held = f", when_held: {word}" if word else ""
    rejected = f", when_rejected: {r.choice(REJECTED)}" if r.random() < 0.6 else ""
    if grain in MEASURED and r.random() < 0.25:
        rejected = f", when_rejected: count against the supplier, better: {r.choice(['lower', 'higher'])}"
    return f'  {name}: {{per: {grain}{within}, equals: "{_safe(expression)}"{held}{rejected}}}'


def _candidate(maker: Maker, index: int) -> Item:
    r = maker.r
    block = r.choice(["facts", "facts", "facts", "measures", "measures", "outcomes"])
    grain = r.choice(["people", "people", "events"] if block != "measures" else ["year", "wards", "kinds", "contract"])
    kind = "truth" if block == "outcomes" else r.choice(["truth", "number", "number", "money", "percent", "date"])
    name = f"{block[:-1]}_{index}"
    if block == "outcomes":
        line = _outcome(maker, name, grain)
    else:
        make = {"truth": maker.truth, "number": maker.number, "money": maker.money, "percent": maker.percent, "date": maker.day}[kind]
        line = _settled(_line(maker, name, grain, kind, make(grain, 2)), grain)
    if " in claimed, " not in line and " in older, " not in line:
        maker.named.setdefault(grain, {}).setdefault(kind, []).append(name)
    return Item(block, name, line)


def _settled(line: str, grain: str) -> str:
    """Some values are final on a day only. Which ones the line itself decides, so that nothing else is drawn otherwise."""
    days = {"people": ["started_on + 24 months", "2042-01-01", "2020-12-31"], "events": ["on_day + 13 months", "2020-12-31", "2042-01-01"]}
    drawn = crc32(line.encode())
    return line[:-1] + f', settles: "{days[grain][drawn // 3 % 3]}"}}' if drawn % 3 == 0 and grain in days else line


def _outcome(maker: Maker, name: str, grain: str) -> str:
    r = maker.r
    people = ["started_on", "2020-12-31", "greatest(started_on + 24 months, 2021-03-31)", "born_on + 20 years", "2042-01-01"]
    day = r.choice(people if grain == "people" else ["on_day + 13 months", "2020-12-31", "2021-06-30"])
    settles = f'"{day}"' if r.random() < 0.6 else f'{{yes: when seen, no: "{day}"}}'
    within = " in " + r.choice(["claimed", "older"]) if grain == "people" and r.random() < 0.2 else ""
    rejected = f", when_rejected: {r.choice(['hold', 'leave out', 'leave out up to 10%'])}" if r.random() < 0.5 else ""
    return f'  {name}: {{per: {grain}{within}, yes_when: "{_safe(maker.truth(grain, 2))}", settles: {settles}{rejected}}}'


WINDOWS = ("none", "none", "1 day", "30 days", "26 weeks", "1 month", "12 months")  # within which a claim follows another


def _safe(text: str) -> str:
    return text.replace('"', '\\"')


def _plain_payments() -> str:
    return PAYMENTS.format(only_if="only_if: flagged", times=2, after="k2", window="none", later="none", unit="fee * n", mode="half up", condition="sure", paid="yes", keep="first_day <= 2014-01-01",
                           empty="hold", grain="people", unit_per="people", factor="n / 7", cap="£11.00", cap_per="person_id", last="in part")  # fmt: skip


def _narrowed(line: str) -> str:
    """Nothing of the whole contract reads all people: then those who are in no cohort are excluded rows."""
    return re.sub(r"\b(of|over|any|every) people\b", r"\1 claimed", line) if "{per: contract" in line else line


def _payments(maker: Maker, narrow: bool) -> str:
    r = maker.r
    grain = "year" if narrow else r.choice(["people", "year", "contract"])
    unit_per = r.choice(["people in claimed", "people in older"] if narrow else ["people", "people in claimed"])
    windows = random.Random(str(r.getstate()[1][:3]))  # of its own: what else a seed gives stays as it was
    window, later = windows.choice(WINDOWS), windows.choice(WINDOWS)
    text = PAYMENTS.format(
        unit_per=unit_per, 
        only_if=f'only_if: "{_safe(maker.truth("events", 1))}"' if r.random() < 0.7 else "", times=r.choice(["1", "2", "no limit"]), after=r.choice(["none", "k1", "k2"]),
        unit=_safe(maker.money("people", 1)), mode=r.choice(ROUNDING), condition=_safe(maker.truth("people", 1)), paid=r.choice(["yes", "no"]),
        keep=windows.choice([_safe(maker.truth("year", 1)), "kept_0", "kept_1", "kept_2"]), empty=r.choice(["hold", "nothing", "as missed"]), grain=grain, factor=_safe(maker.number(grain, 1)),
        cap=r.choice(["£11.00", "£0.00", "£26.00"]), cap_per=r.choice(["person_id", "contract"]), last=r.choice(["in part", "not at all"]),
        window=window, later=later,
    )  # fmt: skip
    return re.sub(r"no limit, none, [^]]+]", "no limit, none, none]", text)  # what follows nothing has no window
