"""The table of operations: every ``op`` a plan's node can have, and what it means. Both engines are written from it.

THE STATES OF A VALUE
  known      a value; ``why`` is 0
  range      numeric and sets of days, type.ranged: low < high, and ``why`` is not 0. A result with low = high is known, ``why`` 0
  unknown    no value, ``why`` is not 0
  none       there is no such thing; definite; ``why`` is 0
  not yet    dates of a column with ``blank: not yet``: some day after C, the day its table is complete to. It reaches
             only ``eq ne lt le gt ge within between`` (which say the table in params.not_yet, one entry per argument,
             null where the argument cannot be not yet) and ``certain`` and ``known``.
The builder proves that ``none`` reaches only ``exists``, ``else``, ``known`` and the branches and operands that pass a
value on (``if``, ``else``); every other operation sees known, range or unknown arguments only.

WHY: a bit mask. Each step lists its reasons; bit i of a mask is reason i of that step. A node that can itself be the
cause has params.reason (its bit number). RULE: a result that is known or none has why 0; otherwise why is the OR of the
whys of all its arguments, and of its own bit if the node itself is a cause. Exceptions: ``if`` with a known condition
takes only the chosen branch's why; ``else`` takes y's why when x is none, else x's.

S (strict): any unknown argument makes the result unknown. RANGES in strict operations: those marked (range) compute
both ends as said; all others treat a range as unknown. NUMBERS are exact rationals in base units (``language.types``).
"""

from __future__ import annotations

from pbr.language.vocabulary import ROUNDING, WHEN_HELD
from pbr.plan.operation import Operation
from pbr.plan.operations_days import DAYS_OPERATIONS
from pbr.plan.operations_windows import WINDOW_OPERATIONS

_TABLE = (
    # ---- leaves -------------------------------------------------------------------------------------------------
    Operation(
        "literal",
        "leaf",
        '12, £5.00, 10%, 2012-04-01, yes, "J44.1"',
        "params.value: numeric {n, d} as text (exact rational in base units); date ISO text; truth true|false; code and text a string; codes a list; null: none",
        ("value", "name"),
    ),
    Operation(
        "column",
        "leaf",
        "released_on, people.started_on",
        "a column of the current row (params.row 'own') or, inside an aggregate, of the row being added up "
        "('counted'), after following params.via, a list of hops to one row of another table: ['parent', TABLE] (belongs_to), "
        "['cohort', COHORT] (the group the row is in; not in it: unknown with this node's reason), ['inside', COHORT, PART...] (from a group: the one "
        "group of COHORT whose days hold all of this group's and whose PARTs equal this group's), ['contract']. "
        "Blank: per type.absent: none | unknown (own reason) | not yet",
        ("table", "column", "row", "via", "reason?"),
    ),
    Operation(
        "item",
        "leaf",
        "reconviction_rate, peer_median",
        "the value of the step params.step at the row reached as for column; unknown or range there: the same state here, why = own reason bit only; "
        "a cohort hop of a row in no group: unknown, own reason; type absent 'none' passes none on",
        ("step", "table", "row", "via", "reason?"),
    ),
    Operation(
        "dated",
        "leaf",
        "fee on started_on",
        "args (day). params.entries: [[from ISO, value], ...] rising, value as in literal: the last entry with from <= day; "
        "day before the first: unknown, own reason",
        ("name", "entries", "reason"),
    ),
    Operation(
        "lookup",
        "leaf",
        "by_group[group].fee",
        "args: key values (codes). params.rows: [[[key, ...], value], ...], complete over the code lists (proved); "
        "value as in literal, null: none",
        ("name", "rows"),
    ),
    Operation(
        "period",
        "leaf",
        "the year a day falls in",
        "args (day). params.periods: [[first ISO, last ISO, key], ...] disjoint: the key whose days hold it; none outside all",
        ("periods",),
    ),
    Operation(
        "certain",
        "leaf",
        "(a date that may be not yet, used as a day)",
        "args (date). not yet: unknown with own reason; anything else as it is",
        ("reason",),
    ),
    # ---- truth --------------------------------------------------------------------------------------------------
    Operation("not", "truth", "not x", "Kleene", empty="K"),
    Operation("and", "truth", "a and b", "Kleene, two or more: no if any is no; yes if all are yes; else unknown", empty="K"),
    Operation("or", "truth", "a or b", "Kleene, two or more: yes if any is yes; no if all are no; else unknown", empty="K"),
    Operation(
        "if",
        "truth",
        "if c then x else y",
        "c yes: x; c no: y; c unknown: x if x and y are both known and equal (or both none); else unknown with the whys of c, x and y. Branches pass ranges and none on",
        empty="c unknown: x if x = y",
    ),
    Operation("known", "truth", "known(x)", "no if x is unknown or a range, else yes (none and not yet are known)", empty="never unknown"),
    Operation("exists", "truth", "exists(x)", "none: no; known or range: yes; unknown: unknown", empty="none -> no"),
    Operation("else", "truth", "x else y", "x none: y; otherwise x. Passes ranges on", empty="y for none only"),
    Operation("in", "truth", "x in (a, b)", "params.items: the values, as in literal; yes if x equals one", ("items",)),
    Operation("has", "truth", "x has a", "params.item: yes if the set of codes x holds it", ("item",)),
    # ---- comparisons (range): yes or no when every pair of values in the ranges agrees, else unknown -------------
    *(
        Operation(
            name,
            "compare",
            f"a {sign} b",
            f"same type and unit; a {sign} b, ratios cross-multiplied. Ranges: decided when both ends agree. For a date that is not yet, "
            "some day after C (its table's complete_to): decided when every such day gives the same answer, else unknown with own reason; "
            "both not yet: unknown, own reason; C not given: unknown, own reason. text, codes of one list and identifiers: eq and ne only",
            ("not_yet?", "reason?"),
        )
        for name, sign in (("eq", "="), ("ne", "!="), ("lt", "<"), ("le", "<="), ("gt", ">"), ("ge", ">="))
    ),
    # ---- dates --------------------------------------------------------------------------------------------------
    Operation(
        "within",
        "date",
        "d within SPAN from e",
        "args (d, span, e); params.unit days|months. mode from: d >= e and d < e + span; after: d > e and d <= e + span; "
        "before: d < e and d >= e - span. Each half as the comparison says (not yet included; e + span of a not yet e is unknown), joined by Kleene and. "
        "Months are added in one step from e and clamp to the month's end",
        ("mode", "unit", "not_yet?", "reason?"),
    ),
    Operation(
        "between", "date", "d between e and f", "d >= e and d <= f, each half as the comparison says, Kleene and", ("not_yet?", "reason?")
    ),
    Operation(
        "date_add",
        "date",
        "d + 12 months",
        "args (d, span); params.unit days|months; months clamp to the month's end; a result outside 0001-01-01..9999-12-31: unknown, own reason",
        ("unit", "reason"),
    ),
    Operation("date_sub", "date", "d - 12 months", "as date_add, backwards", ("unit", "reason")),
    Operation("days_between", "date", "d - e", "days from e to d; negative when d < e"),
    Operation(
        "whole_months",
        "date",
        "whole months from a to b",
        "the largest n with a + n months <= b; b < a: unknown, own reason",
        ("reason",),
        "b < a unknown",
    ),
    Operation(
        "whole_years",
        "date",
        "whole years from a to b",
        "the largest n with a + 12n months <= b; b < a: unknown, own reason",
        ("reason",),
        "b < a unknown",
    ),
    # ---- numbers (range) where said -----------------------------------------------------------------------------
    Operation("add", "number", "a + b", "(range) a + b: low + low, high + high"),
    Operation("sub", "number", "a - b", "(range) a - b: low - high, high - low"),
    Operation("mul", "number", "a * b", "(range) a * b: the least and greatest of the four products of the ends"),
    Operation(
        "div",
        "number",
        "a / b",
        "a / b; b = 0: unknown, own reason. (range) a only: a range, b known: ends divided by b, in order; b a range: unknown",
        ("reason",),
        "b = 0 unknown",
    ),
    Operation(
        "fall",
        "number",
        "fall from a to b",
        "(a - b) / a; a = 0: unknown, own reason. (range) b only, and only when a > 0: ends 1 - high/a, 1 - low/a; a a range, or a < 0 and b a range: unknown",
        ("reason",),
        "a = 0 unknown",
    ),
    Operation(
        "rise",
        "number",
        "rise from a to b",
        "(b - a) / a; a = 0: unknown, own reason. (range) as for fall, ends low/a - 1, high/a - 1",
        ("reason",),
        "a = 0 unknown",
    ),
    Operation("rest", "number", "rest of p", "(range) 1 - p"),
    Operation("as_percent", "number", "as percent(x)", "(range) the same ratio, as percent"),
    Operation("as_number", "number", "as number(p)", "(range) the same ratio, as number"),
    Operation("least", "number", "least(a, b)", "(range) least of the lows, least of the highs; dates too"),
    Operation("greatest", "number", "greatest(a, b)", "(range) greatest of the lows, greatest of the highs; dates too"),
    Operation(
        "round",
        "number",
        "round(x, 2 decimals, half up)",
        "(range) the multiple of params.quantum {n, d} (text, base units) that params.mode says: half up = nearest, ties away from zero; half even = nearest, "
        "ties to even; toward zero; away from zero; floor; ceiling",
        ("quantum", "mode"),
    ),
    *(
        Operation(
            name,
            "number",
            f"{name}(x, 14 decimals)",
            f"(range) {what}, correctly rounded to params.places decimals: the nearest, a tie away from zero. Never computed with floats. {domain}",
            ("places", *reason),
            empty,
        )
        for name, what, domain, reason, empty in (
            ("exp", "e to the power x", "Rising, so a range is worked out at its ends", (), "S"),
            (
                "ln",
                "the natural logarithm of x",
                "x <= 0, or the low end of a range <= 0: unknown, own reason",
                ("reason",),
                "x <= 0 unknown",
            ),
            ("sqrt", "the square root of x", "x < 0, or the low end of a range < 0: unknown, own reason", ("reason",), "x < 0 unknown"),
            ("logistic", "1 / (1 + e to the power -x)", "Rising, so a range is worked out at its ends", (), "S"),
        )
    ),
    Operation(
        "weigh",
        "number",
        "weigh FAMILY by TABLE[key]",
        "args x1, b1, x2, b2, ...: a column of the family and its coefficient, in turn: x1 b1 + x2 b2 + ..., exactly",
        (),
        "one blank: unknown",
    ),
    Operation(
        "verdict",
        "number",
        "verdict(share, against: p, z: 1.96, better: lower)",
        "args (yes, no, p): counts and a percentage; or (yes, no, yes2, no2): two shares by their counts. r = yes, n = yes + no. One sample: significant when "
        "(r - n p)^2 > z^2 n p (1 - p), upwards when r > n p. Two: significant when (r1 n2 - r2 n1)^2 (n1 + n2) > z^2 (r1 + r2) (n1 + n2 - r1 - r2) n1 n2, upwards when "
        "r1 n2 > r2 n1. Equality is not significant: no_change. Upwards is better when params.better is higher, worse when it is lower; downwards the other way round. "
        "params.z {n, d} as text. n (or n2) = 0, a count below 0, p < 0 or p > 1: unknown, own reason. (range) at two corners, yes low with no high, p high, yes2 high and "
        "no2 low; and each at its other end: the verdict where both give the same one, else unknown; n at the low ends of yes and no = 0, or so for n2, or the above at a corner: unknown, own reason",
        ("z", "better", "reason"),
        "n = 0 unknown",
    ),
    # ---- aggregates ---------------------------------------------------------------------------------------------
    # params of all: over TABLE (data table or group table), subset COHORT|null (only its members), link (see plan.Link),
    # has_where, when_held, when_rejected {"how": hold|leave out|count as yes|count as no, "up_to": {n,d}|null},
    # reasons {"held": bit, "rejected": bit, "empty": bit}. args: value first (if the operation has one), then where.
    # once {"by": date column of the own table, "within": cohort|null} (count, count_different, sum, any; link matched only): a row belongs to the
    # first own row (by that date, then the own table's key; with "within" among its members) for which t is yes. For a later own row t is no; where
    # for an earlier own row (or one that is perhaps a member) t is unknown and for none earlier it is yes, t of a later one is no or unknown.
    # For each row reached: m = membership (yes without a cohort; unknown membership is kept; rows with no are dropped),
    # c = where (yes if there is none), t = m and c (Kleene). R = rejected rows that might belong (plan.Link says which),
    # 0 after "leave out" when rejected/submitted rows of the table <= up_to (no limit when up_to is null); with "leave out" over
    # the limit, as hold. An unknown arising from held rows has bit held, from R > 0 bit rejected (both, if both), from no
    # rows bit empty. when_held applies to rows whose t (or value) is unknown.
    Operation(
        "count",
        "aggregate",
        "count of T where (c)",
        "Y = rows with t yes, H = rows with t unknown. hold: H > 0 or R > 0: unknown; leave out: H = 0; take as yes: Y + H; take as no: H ignored; "
        "only if it cannot matter: range [Y, Y + H + R] (R: hold as here in all but 'hold'; count as yes adds R, count as no ignores it)",
        ("aggregate",),
        "interval; none 0",
    ),
    Operation(
        "count_different",
        "aggregate",
        "count different x over T where (c)",
        "distinct known values of x (args[0]) among rows with t yes. only if it cannot matter: range [that, distinct known values among rows with t yes or unknown + rows with t not no and x unknown + R]; "
        "hold: any row with t unknown, or t yes and x unknown, or R > 0: unknown; leave out: such rows ignored. take as yes: rows with t unknown as yes (unknown x then as hold); take as no: rows with t unknown ignored, (unknown x as hold). count as yes adds R, count as no ignores it, as for count",
        ("aggregate",),
        "interval; none 0",
    ),
    Operation(
        "share",
        "aggregate",
        "share of T where (c)",
        "members: m yes. Y = m yes, c yes; N = m yes, c no; H = m yes, c unknown; and for m unknown: MY, MN, MH by c. "
        "only if it cannot matter: range [Y / (Y+N+H+MN+MH+R), (Y+H+MY+MH+R) / (Y+N+H+MY+MH+R)]; hold: H+MY+MN+MH+R > 0: unknown, else Y/(Y+N); "
        "leave out: Y/(Y+N) ; take as yes: (Y+H)/(Y+N+H) ; take as no: Y/(Y+N+H) (m unknown ignored in these three), R then as its own rule says: "
        "hold widens to [y/(n+R), (y+R)/(n+R)], count as yes (y+R)/(n+R), count as no y/(n+R). An end whose denominator is 0: the whole is unknown, bit empty when there are no rows at all. "
        "Carries both counts: never reduced",
        ("aggregate",),
        "interval; none unknown",
    ),
    Operation(
        "sum",
        "aggregate",
        "sum of (x) over T where (c)",
        "(range) sum of args[0] over rows with t yes (ends summed apart). A row with t unknown, or t yes and x unknown: hold: unknown; leave out: ignored. R > 0: unknown",
        ("aggregate",),
        "S; none 0",
    ),
    Operation(
        "mean",
        "aggregate",
        "mean of (x) over T where (c)",
        "sum / number of rows with t yes; no rows: unknown, bit empty. Unknown or ranged x, t unknown, R: as sum, no ranges",
        ("aggregate",),
        "S; none unknown",
    ),
    Operation(
        "median",
        "aggregate",
        "median of (x) over T where (c)",
        "the middle value, or the exact mean of the two middle values; otherwise as mean",
        ("aggregate",),
        "S; none unknown",
    ),
    Operation(
        "smallest",
        "aggregate",
        "smallest of (x) over T where (c)",
        "least value (numeric or date); no rows: none; otherwise as mean",
        ("aggregate",),
        "S; none none",
    ),
    Operation(
        "largest",
        "aggregate",
        "largest of (x) over T where (c)",
        "greatest value (numeric or date); no rows: none; otherwise as mean",
        ("aggregate",),
        "S; none none",
    ),
    Operation(
        "any",
        "aggregate",
        "any T where (c)",
        "a row with t yes: yes; else a row with t unknown, or R > 0: unknown; else no. leave out: t unknown ignored; take as yes / no: as said",
        ("aggregate",),
        "K; no rows: no if complete",
    ),
    Operation(
        "every",
        "aggregate",
        "every T where (c) satisfies (d), if none r",
        "args (d, then c if has_where). A row with t yes and d no: no. Else a row with t unknown and d not yes, or t yes and d unknown, or R > 0: unknown. "
        "Else a row with t yes: yes. Else, a row with t unknown (and d yes): yes if r is yes, otherwise unknown. Else r (params.if_none yes|no|hold; hold: unknown, bit empty). when_held as in any, applied to t and d",
        ("aggregate", "if_none"),
        "K; r is mandatory",
    ),
    Operation(
        "first_of",
        "aggregate",
        "x of first T by d where (c)",
        "args (x, d, then c): x of the row with t yes and the smallest d, ties by the table's key; no row: none. A row with t unknown, or t yes and d unknown, or R > 0: unknown (leave out: such rows are passed over, R as ever); the chosen x unknown: unknown, bit held",
        ("aggregate",),
        "none if no row",
    ),
    Operation(
        "last_of",
        "aggregate",
        "x of last T by d where (c)",
        "as first_of with the largest d, ties by the largest key",
        ("aggregate",),
        "none if no row",
    ),
    Operation(
        "day_sum",
        "aggregate",
        "day sum of (x) over T by d reaches L where (c)",
        "args (x, d, L, then c); x is never negative and L is more than 0 (proved); L is of the own row, and so the same for every row. The least d of a row with t yes such that x, added up over the rows "
        "with t yes and the same d or an earlier one, comes to L or more; no such day: none. A row is open when t is unknown, or t yes and x or d unknown (leave out: such rows are passed over). "
        "latest: that day of the rows with t yes that are not open, x at its low end, L at its high end. earliest: that day of these and the open rows, x at its high end and L at its low end; an open row with x unknown "
        "reaches L on its d; those with d unknown come before all others, and where they reach L, or R > 0: a day before every other. earliest = latest, or both none: that; else unknown: held where a row is open or x a range. "
        "L unknown: unknown where a row counts or is open, or R > 0; else none",
        ("aggregate",),
        "none if it is not reached",
    ),
    # ---- sets of days: pbr.plan.operations_days ------------------------------------------------------------------
    *DAYS_OPERATIONS,
    # ---- over the rows of one table: pbr.plan.operations_windows ----------------------------------------------------
    *WINDOW_OPERATIONS,
)

OPERATIONS: dict[str, Operation] = {operation.name: operation for operation in _TABLE}

__all__ = ["OPERATIONS", "ROUNDING", "WHEN_HELD", "Operation"]
