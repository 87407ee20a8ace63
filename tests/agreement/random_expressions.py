"""Random typed expressions, as text: what a drafter might write at a leaf, and much that only a machine would."""

from __future__ import annotations

import random

ROUNDING = ("half up", "half even", "toward zero", "away from zero", "floor", "ceiling")
HELD = ("hold", "leave out", "take as yes", "take as no", "only if it cannot matter")


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
        if what == "aggregate" and grain in ("people", "year", "wards", "kinds", "contract"):
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
        if grain in ("people", "year", "wards", "kinds", "contract"):
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
        if grain in ("year", "wards", "kinds", "contract", "people"):
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
        if grain in ("people", "year", "wards", "kinds", "contract"):
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
                "wards": ["people", "older"],
                "kinds": ["events"],
                "contract": ["people", "events", "sightings", "claimed", "older", "year", "wards", "kinds"],
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
                "wards": [],
                "kinds": [],
            },
            "money": {
                "people": ["amount", "(fee * n)"],
                "events": ["worth", "(worth * 2)"],
                "sightings": [],
                "year": [],
                "wards": [],
                "kinds": [],
            },
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
