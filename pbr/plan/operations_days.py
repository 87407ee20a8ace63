"""The operations on sets of days, as ``pbr.plan.operations`` has the others.

A SET OF DAYS is never unknown. It is known, or a range of two sets: low, the days that are surely in it, and high, the days that are
perhaps in it; low is a part of high. EVERY DAY is 0001-01-01 to 9999-12-31. A RUN is a longest row of days without a gap.
"""

from __future__ import annotations

from pbr.plan.operation import Operation

_WINDOW = (
    "from: e to the day before e + span; after: the day after e to e + span; before: e - span to the day before e; months are added "
    "in one step and clamp to the month's end"
)

DAYS_OPERATIONS = (
    Operation(
        "spells",
        "aggregate",
        "days_of: T from d to e where (c)",
        "args (d, e, then c). The days from d to e, both included, of the rows with t yes; a day of two rows is one day; e before d: no day. "
        "params.not_yet: for d and e the table, where it may be not yet. d not yet: no day, for those after C have not been; e not yet: C; C not given: as if unknown. "
        "K, the day that T itself is complete to, where given: the days after K are only said to come. (range) low: of the rows with t yes and d and e known, the days up to K. "
        "high: low; and of each row held, that is with t unknown, or t yes and d or e unknown, or e after K, the days from d "
        "(unknown: the first of every day) to e (unknown: the last); R > 0: every day. when_held is always hold",
        ("aggregate", "not_yet"),
        "interval; none no day",
    ),
    Operation(
        "days_both", "days", "and_also:", "(range) args (A, B): the days in both. low: of the lows; high: of the highs", empty="interval"
    ),
    Operation(
        "days_either",
        "days",
        "days_of: [.., ..]",
        "(range) args (A, B): the days in either. low: of the lows; high: of the highs",
        empty="interval",
    ),
    Operation(
        "days_less",
        "days",
        "less:",
        "(range) args (A, B): the days of A that are not in B. low: low of A less high of B; high: high of A less low of B",
        empty="interval",
    ),
    Operation(
        "days_joined",
        "days",
        "join_gaps_up_to: 7 days",
        "(range) args (A, n): A with every gap between two runs of at most n days filled, in low and in high alike; n < 1: none is. n is never unknown",
        empty="interval",
    ),
    Operation(
        "days_begin",
        "days",
        "runs_begin: within SPAN from e",
        f"args (A, span, e); params.mode, unit. Those runs of A that begin in the window; a run may go on past it. The window, {_WINDOW}. "
        "(range) low: the runs of low that begin before the window's end, and lie in a run of high that begins in the window or later. high: the runs of high that begin before the "
        "window's end, without their days before the window, and without the runs of low that begin before the window. The window unknown (span or e is, or an edge is "
        "outside every day; then with own reason): low: no day, high: high of A",
        ("mode", "unit", "reason"),
        "interval",
    ),
    Operation(
        "days_within",
        "days",
        "within: SPAN from e",
        "(range) args (A, span, e); params.mode, unit: the days of A that are in the window, as days_begin has it, in low and in high alike. The window unknown: low: no day, high: high of A",
        ("mode", "unit", "reason"),
        "interval",
    ),
    Operation(
        "days_cut",
        "days",
        "(the steps that a span is cut into)",
        "args (S, after: date or none, every, most); params.unit of every, unbroken, limit. Periods, in order, at most `most` of them; they may touch, and are written as runs are. "
        "Only days of S after `after` count. unbroken: in each run (what is left of it) one period after the other, the k-th ending on first + k * every - 1 day, while that day is in the run, and beginning the day after the one before it; months are added in one step from `first`, the first day of what is left of the run. "
        "Else: the days in order, every so many of them a period, from the first to the last of these; a rest is none. (range) low of low, high of high. "
        "after none: no period. after unknown: low: no period; high: as if every day counted. every < 1 or most unknown: low: no period; high: as if every day counted, with every at least 1 and most params.limit. every is never unknown",
        ("unit", "unbroken", "limit"),
        "interval",
    ),
    Operation(
        "days_in",
        "days",
        "days in S within SPAN from e",
        "(range) args (S): how many days: of low, of high; no more than params.most, the longest that the window can be, where it has one",
        ("most?",),
        empty="interval",
    ),
    Operation(
        "day_reaches",
        "days",
        "day S reaches 26 weeks",
        "args (S, n): the n-th day of S in order: runs are added up; fewer than n days: none. n unknown or a range: unknown; n < 1: unknown, own reason. "
        "S a range: worked out of low and of high; both the same: that; else unknown",
        ("reason",),
        "none if it is not reached",
    ),
    Operation(
        "day_lasted",
        "days",
        "day S has lasted 3 months unbroken",
        "args (S, span); params.unit: of the first run long enough, begin + span - 1 day: on that day it has lasted so long; a run is long enough when that day is in it. No such run: none. "
        "span unknown or a range: unknown; span < 1: unknown, own reason. S a range: as day_reaches",
        ("unit", "reason"),
        "none if no run is",
    ),
    Operation(
        "covers",
        "days",
        "S covers SPAN from e",
        "args (S, span, e); params.mode, unit: whether every day of the window is in S; the window as days_begin has it. span or e unknown, or a window with an edge outside every day or with no day "
        "(the latter two with own reason): unknown. All in low: yes; one not in high: no; else unknown",
        ("mode", "unit", "reason"),
        "a known gap is no",
    ),
)
