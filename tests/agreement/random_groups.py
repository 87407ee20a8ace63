"""Random items about groups within groups, and about rows whose parent is in a cohort. They have a die of their own: what they
add moves no other item of a seed."""

from __future__ import annotations

import random

# (block, name, the rest of its line of YAML)
Line = tuple[str, str, str]

_EVENTS = ("count of events where flagged", "count of events where (size >= 1)", "sum of size over events", "count of events", "sum of people.n over events",
           "(largest of size over events where (flagged) else 0)")  # fmt: skip
_HELD = ("", "", "", ", when_held: leave out", ", when_held: hold", ", when_rejected: leave out")
_PAUSED = ("3", "varied", "varied + 1")
_RESTS = ("changing[grp].rate", "changing[grp].rate on born_on", "changing[a].rate on 2020-10-01", "changing[grp].rate * n")
_OVER = ("sum of {0} over {1}", "count of {1} where ({0} >= 2)", "(largest of {0} over {1} else 0)", "mean of {0} over {1}", "median of {0} over {1}",
         "count of {1} where ({1}.first_day >= 2020-01-01 and {0} > 0)", "({0} of last {1} by last_day where ({0} > 0) else 7)", "count different {0} over {1}")  # fmt: skip


_EARLIER = ("sum of {0} over earlier {1}", "(largest of {0} over earlier {1} else 7)", "count of earlier {1} where ({0} >= 1)", "count of earlier {1}",
            "({0} of last earlier {1} by first_day else 9)", "(if any earlier {1} where ({0} >= 2) then 1 else 2)", "count different {0} over earlier {1}",
            "sum of {0} over earlier {1} within {2}", "count of earlier {1} within {2} where ({0} >= 1 and {1}.last_day >= 2019-06-30)",
            "(if (every earlier {1} satisfies ({0} >= 1), if none yes) then 1 else 0)", "sum of outer_0 over earlier {1}")  # fmt: skip


def _before(r: random.Random) -> list[Line]:
    """Of the groups before a group: of one key, or of all rows."""
    out: list[Line] = []
    for number, (cohort, value) in enumerate((("quarter", "inner_0"), ("year", "outer_0"), (r.choice(["quarter", "kind_quarter"]), ""))):
        value = value or ("inner_0" if (cohort == "quarter") else "inner_1")
        back = r.choice(["6 months", "92 days", "1 year", "13 weeks"])
        told = r.choice(_EARLIER[: 10 if cohort != "year" else 11]).replace("{0}", value).replace("{1}", cohort).replace("{2}", back)
        out.append(("measures", f"so_far_{number}", f'{{per: {cohort}, equals: "{told}"{r.choice(_HELD[:5])}}}'))
        out.append(("measures", f"more_{number}", f'{{per: {cohort}, equals: "so_far_{number} + 1"}}'))
    return out


def group_lines(seed: int) -> list[Line]:
    """Items of the cohorts ``quarter`` (within ``year``), ``kind_quarter`` (within ``kinds``) and ``claimed``."""
    r = random.Random(f"groups {seed}")
    out: list[Line] = []
    for number, (inner, outer) in enumerate((("quarter", "year"), ("kind_quarter", r.choice(["kinds", "quarter"])))):
        name = f"inner_{number}"
        out.append(("measures", name, f'{{per: {inner}, equals: "{r.choice(_EVENTS)}"{r.choice(_HELD)}}}'))
        value = name if "sum of" not in r.choice(_OVER) else f"({name} * 2)"
        over = r.choice(_OVER).replace("{1}", inner)
        over = over.replace("{0}", name if "of last" in over or "count different" in over else value)
        out.append(("measures", f"outer_{number}", f'{{per: {outer}, equals: "{over}"{r.choice(_HELD)}}}'))
        up = r.choice([f"outer_{number}", f"(if {name} > 1 then outer_{number} else 0)", f"{outer}.last_day - last_day"])
        out.append(("facts", f"up_{number}", f'{{per: {inner}, equals: "{up}"}}'))
        whole = r.choice([f"mean of {name} over {inner}", f"median of {name} over {inner}", f"count different {name} over {inner}", f"share of {inner} where ({name} >= 1)"])  # fmt: skip
        out.append(("measures", f"whole_{number}", f'{{per: contract, equals: "{whole}"}}'))
    out += _before(r)
    start, end = r.choice([("2019-01-31", "2020-02-29"), ("2020-03-01", "2020-12-31"), ("2019-04-01", "2019-04-01")])
    pause = f"not_used: [{{from: {start}, to: {end}}}]"
    out.append(("measures", "paused", f'{{per: {r.choice(["year", "quarter", "lots"])}, equals: "{r.choice(_PAUSED)}", {pause}}}'))
    grain = out[-1][2].split(",")[0].split(": ")[1]
    out.append(("measures", "resumed", f'{{per: {grain}, equals: "(paused else varied)"}}'))
    out.append(
        ("facts", "rest", f'{{per: people, equals: "{r.choice(_RESTS)}", dated_by: {r.choice(["started_on", "born_on"])}, {pause}}}')
    )
    out.append(("facts", "rested", '{per: people, equals: "(exists(rest) and rest > £1.00)"}'))
    out.append(
        (
            "outcomes",
            "judged",
            f'{{per: people, yes_when: "ok", settles: "{r.choice(["started_on", "born_on"])} + 12 months", dated_by: started_on, {pause}}}',
        )
    )
    out.append(
        (
            "measures",
            "of_lots",
            f'{{per: lots, equals: "{r.choice(["count of people where ok", "sum of people.n over people", "varied * count of people"])}"}}',
        )
    )
    child = r.choice(["size + 1", "people.n * 2", "(if flagged then 1 else size)"])
    cohort = r.choice(["claimed", "older"])
    out.append(("facts", "of_child", f'{{per: events in {cohort}, equals: "{child}"}}'))
    over = r.choice(["sum of of_child over events", "count of events where (of_child >= 1)", "(of_child of first events by on_day else 0)"])
    out.append(("facts", "of_children", f'{{per: people in {cohort}, equals: "{over}"{r.choice(_HELD)}}}'))
    return out
