"""For every operation one deliberate break in one engine. A break that no comparison notices is a hole in the generator.

``old`` stands exactly once in its file and is replaced by ``new``. Breaks are mistakes that somebody could make, not vandalism.
"""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS, RECORD = "columns", "record"


@dataclass(frozen=True)
class Break:
    """``file``: a module of the engine's folder. ``says``: what is wrong then."""

    op: str
    engine: str
    file: str
    old: str
    new: str
    says: str

    @property
    def path(self) -> str:
        return f"pbr/engine/{self.engine}/{self.file}.py"


BREAKS = (
    # ---- leaves
    Break("literal", RECORD, "leaves", 'Fraction(int(raw["n"]), int(raw["d"])))', 'Fraction(int(raw["n"]) // int(raw["d"])))', "a literal loses what stands after its point"),
    Break("column", COLUMNS, "leaves", 'why = caused(sql("{} IS NULL", v), own)', 'why = caused(sql("{} IS NULL AND FALSE", v), own)', "a blank that is unknown passes for none"),
    Break("item", RECORD, "machine", "return Value.range(value.low, value.high, own_mask(params))", "return Value.known(value.low)", "an item that is a range is taken at its low end"),
    Break("dated", RECORD, "leaves", "date.fromisoformat(start) <= day.low]", "date.fromisoformat(start) < day.low]", "a dated value begins a day late"),
    Break("lookup", COLUMNS, "leaves", "for keys, value in node.params[\"rows\"]:", "for keys, value in node.params[\"rows\"][:-1]:", "the last row of a keyed parameter is missed"),
    Break("period", COLUMNS, "leaves", '(sql("{} BETWEEN {} AND {}", on.v, day(first), day(last)),', '(sql("{} >= {} AND {} < {}", on.v, day(first), on.v, day(last)),', "a period without its last day"),
    Break("certain", RECORD, "leaves", "return Value.unknown(call.own) if day.state == NOT_YET else day", "return NO_SUCH if day.state == NOT_YET else day", "a day that is not yet passes for none"),
    # ---- truth
    Break("not", COLUMNS, "truth", 'sql("NOT {}", args[0].v)', 'sql("NOT coalesce({}, FALSE)", args[0].v)', "not of an unknown is yes"),
    Break("and", RECORD, "machine", '(op == "and" and args[-1] == NO)', '(op == "and" and args[-1] != YES)', "an unknown decides before a later no is looked at"),
    Break("or", COLUMNS, "truth", "any_of([arg.v for arg in args])", "any_of([sql(\"coalesce({}, FALSE)\", arg.v) for arg in args])", "an unknown in or counts as no"),
    Break("if", COLUMNS, "truth", "WHEN {3} THEN {1} END\", c.v, a, b, same)", "ELSE {2} END\", c.v, a, b, same)", "an unknown condition takes the else branch"),
    Break("known", RECORD, "truth", "call.args[0].state not in (UNKNOWN, RANGE)", "call.args[0].state != UNKNOWN", "a range is known"),
    Break("exists", COLUMNS, "truth", "WHEN {} THEN FALSE END\", x.v, x.is_none)", "WHEN {} THEN NULL END\", x.v, x.is_none)", "what does not exist is not said to be so"),
    Break("else", RECORD, "machine", "return 1 if first.state == NONE else 0", "return 1 if first.state in (NONE, UNKNOWN) else 0", "else hides an unknown"),
    Break("in", RECORD, "truth", 'for item in call.params["items"]))', 'for item in call.params["items"][:1]))', "only the first item of a list is looked at"),
    Break("has", COLUMNS, "truth", 'sql("list_contains({}, {})", x.v,', 'sql("list_extract({}, 1) = {}", x.v,', "only the first code of a set is looked at"),
    # ---- comparisons
    Break("eq", RECORD, "comparison", "return False if a.high < b.low or b.high < a.low else None", "return False if a.low != b.low else None", "two ranges differ where their low ends do"),
    Break("ne", COLUMNS, "comparison", 'if op in ("eq", "ne"):\n        one', 'if op == "ne":\n        return compared("<>", a.low, b.low)\n    if op in ("eq", "ne"):\n        one', "two ranges differ where their low ends do"),
    Break("lt", COLUMNS, "comparison", 'if op in ("lt", "ge"):\n        first, second = below, compared(">=", a.low, b.high)', 'if op in ("lt", "ge"):\n        first, second = below, above', "a range at its boundary is left unknown"),
    Break("le", RECORD, "comparison", 'if sign in ("eq", "le", "ne", "gt") and day.low <= complete:', 'if sign in ("eq", "le", "ne", "gt") and day.low < complete:', "the day the table is complete to counts as still open"),
    Break("gt", RECORD, "comparison", '"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}', '"lt": "gt", "le": "ge", "gt": "gt", "ge": "le"}', "sides are not turned round where the right one is not yet"),
    Break("ge", COLUMNS, "comparison", 'if op in ("ge", "lt"):', 'if op in ("lt",):', "the first day that may still come is not counted as reached"),
    # ---- dates
    Break("within", COLUMNS, "dates", 'near, far = dates("ge", d, e), dates("lt", d, edge)', 'near, far = dates("ge", d, e), dates("le", d, edge)', "`within from` takes in its last day"),
    Break("between", RECORD, "dates", 'from_e = compare("ge", d, e,', 'from_e = compare("gt", d, e,', "between leaves out its first day"),
    Break("date_add", RECORD, "dates", "return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))",
          "return date.fromordinal(date(years, month + 1, 1).toordinal() + day.day - 1)", "months run over instead of clamping to the month's end"),
    Break("date_sub", COLUMNS, "dates", "day = moved(at, start.v, span, node.params[\"unit\"], sign)", "day = moved(at, start.v, span, node.params[\"unit\"], 1)", "a span is added that should be taken away"),
    Break("days_between", COLUMNS, "dates", 'sql("CAST({} - {} AS BIGINT)", a.v, b.v)', 'sql("CAST(abs({} - {}) AS BIGINT)", a.v, b.v)', "days backwards count as days forwards"),
    Break("whole_months", COLUMNS, "dates", "CASE WHEN {0} <= {1} THEN {2} ELSE {2} - 1 END", "CASE WHEN {0} < {1} THEN {2} ELSE {2} - 1 END", "the day on which a month is full does not count"),
    Break("whole_years", RECORD, "dates", "Value.known(months // months_in_one)", "Value.known((b.low - a.low).days // 365 if months_in_one == 12 else months)", "a year is 365 days"),
    # ---- sets of days
    Break("spells", RECORD, "spells", "perhaps if open_row else sure", "sure", "a row that is held is surely there"),
    Break("days_both", COLUMNS, "spells", "both(a.low, b.low), both(a.high, b.high), a.w, b.w)", "both(a.low, b.low), both(a.low, b.high), a.w, b.w)", "what is perhaps in the first set is left out of both"),
    Break("days_either", RECORD, "spells", "return runs_of([*a, *b])", "return runs_of(a) if a else b", "the second set is left out where the first has a day"),
    Break("days_less", RECORD, "spells", '"days_less": _pairwise(less, crossed=True)', '"days_less": _pairwise(less)', "only the days surely in the second set are taken from those surely in the first"),
    Break("days_joined", RECORD, "spells", "gap = max(0, int(call.args[1].low))", "gap = 0", "no gap is filled"),
    Break("days_begin", RECORD, "spells", "if run[0] <= last and around[run][0] >= first)", "if run[0] <= last)", "a run that began before the window counts"),
    Break("days_within", COLUMNS, "spells", '"from": (start.v, sql("CAST({} - 1 AS DATE)", edge)),', '"from": (start.v, edge),', "the window from a day has one day too many"),
    Break("days_cut", RECORD, "spells", "first = after + ONE", "first = after", "the day after which days count is itself counted"),
    Break("days_in", COLUMNS, "spells", "lambda x: x.l - x.f + 1)) AS BIGINT), 0)", "lambda x: x.l - x.f)) AS BIGINT), 0)", "the last day of a run does not count"),
    Break("day_reaches", RECORD, "spells", "return first + timedelta(days=size - 1)", "return first + timedelta(days=size)", "the length is reached a day late"),
    Break("day_lasted", RECORD, "spells", "if after is not None and after - ONE <= last:", "if after is not None and after <= last:", "a run that is just long enough is not"),
    Break("covers", COLUMNS, "spells", "WHEN {} THEN NULL ELSE FALSE END END", "WHEN {} THEN TRUE ELSE FALSE END END", "days that are perhaps there cover"),
    # ---- numbers
    Break("add", RECORD, "numbers", "return _ends(call, a.low + b.low, a.high + b.high)", "return _ends(call, a.low + b.low, a.low + b.high)", "the high end is added to the low one"),
    Break("sub", COLUMNS, "numbers", "minus(a.low, b.high), minus(a.high, b.low), why)", "minus(a.low, b.high), minus(a.high, b.high), why)", "the high end is less the other's high end, not its low one"),
    Break("mul", RECORD, "numbers", "return _ends(call, min(products), max(products))", "return _ends(call, *sorted((products[0], products[-1])))", "only two of the four products of the ends are looked at"),
    Break("div", COLUMNS, "numbers", "return Frac(a.n * b.d * b.n.sign(), a.d * b.n.absolute())", "return Frac(a.n * b.d, a.d * b.n.absolute())", "the sign of the divisor is lost"),
    Break("fall", RECORD, "numbers", "(sign * (b.low / a.low - 1), sign * (b.high / a.low - 1))", "(sign * (b.low - a.low) / (b.low or 1), sign * (b.high - a.low) / (b.high or 1)) if sign < 0 else (b.low / a.low - 1, b.high / a.low - 1)", "a fall is divided by where it ends"),
    Break("rise", COLUMNS, "numbers", "gap = (base.n * to.d - to.n * base.d) * base.n.sign()", "gap = base.n * to.d - to.n * base.d", "a rise from below 0 has the wrong sign"),
    Break("rest", COLUMNS, "numbers", "left(p.high), left(p.low), why)", "left(p.low), left(p.low), why)", "the rest of a range is one value"),
    Break("as_percent", RECORD, "numbers", '"as_percent": _same,', '"as_percent": lambda call: _same(call) if call.args[0].low is None else Value.known(call.args[0].low / 100),', "a number turned into percent is divided by 100"),
    Break("as_number", COLUMNS, "lowering", '"as_number": numbers.same_ratio,', '"as_number": lambda at, node, args: numbers.number(at, node, args[0].low, args[0].low, args[0].w),', "a range turned into a number is taken at its low end"),
    Break("least", COLUMNS, "lowering", '"least": numbers.extreme("<="),', '"least": lambda at, node, args: numbers.extreme("<=")(at, node, args[:2] if node.type.kind != "date" else args[:1]),', "the least of two days is the first"),
    Break("greatest", RECORD, "numbers", "_ends(call, low, max(arg.high for arg in call.args))", "_ends(call, low, min(arg.high for arg in call.args))", "the high end of the greatest is the least of the highs"),
    Break("round", RECORD, "numbers", "count = below if below % 2 == 0 else below + 1", "count = below + 1 if quotient > 0 else below", "half even rounds ties away from zero"),
    Break("exp", COLUMNS, "curves", "return number(at, node, low, low if x.hi is None else end(x.high), why)", "return number(at, node, low, low if x.hi is None or op == \"exp\" else end(x.high), why)", "a range raised to a power is taken at its low end"),
    Break("ln", RECORD, "curves", "return without_value(call.args, call.own)\n        places", "return without_value(call.args)\n        places", "what has no logarithm passes for none"),
    Break("sqrt", COLUMNS, "curves", '"sqrt": "{} < 0"}', '"sqrt": "{} <= 0"}', "0 has no square root"),
    Break("logistic", RECORD, "curves", "places = call.params[\"places\"]", "places = min(call.params[\"places\"], 8)", "a logistic value keeps 8 decimals at most"),
    Break("weigh", RECORD, "curves", "zip(call.args[::2], call.args[1::2], strict=True)), Fraction(0))", "zip(call.args[:-2:2], call.args[1:-2:2], strict=True)), Fraction(0))", "the last column of a family is left out"),
    Break("verdict", COLUMNS, "curves", "low_first = [pair[0 if down else 1] for pair in ends]", "low_first = [pair[0] for pair in ends]", "held rows cannot raise a share"),
    # ---- aggregates
    Break("count", COLUMNS, "aggregates", 'widening = held if words == "only if it cannot matter" else const(0)', "widening = const(0)", "held rows do not widen a count"),
    Break("count_different", RECORD, "aggregates", "high = len(certain | possible) + nameless + surely + maybe", "high = len(certain) + len(possible) + nameless + surely + maybe", "a held row's value counts again though another row has it"),
    Break("share", RECORD, "aggregates", "low, low_of = y, y + n + h + mn + mh", "low, low_of = y, y + n + mn", "held rows are left out of the denominator of the low end"),
    Break("sum", COLUMNS, "totals", "return at.count(sql(\"{} OR ({} AND NOT {})\", at.maybe, at.t, there))", "return at.count(sql(\"{} AND NOT {}\", at.t, there))", "rows that may count are passed over in a sum"),
    Break("mean", COLUMNS, "totals", 'held, rows = _open(at, there), at.count(sql("{} AND {}", at.t, there))\n    added', 'held, rows = _open(at, there), at.count(at.t)\n    added', "a mean is divided by rows without a value too"),
    Break("median", RECORD, "summaries", "(ordered[middle - 1] + ordered[middle]) / 2", "ordered[middle - 1]", "an even number of rows gives the lower of the two middle values"),
    Break("smallest", RECORD, "summaries", '"smallest": _of_values(min, _none_empty)', '"smallest": _of_values(lambda values: values[0], _none_empty)', "the smallest is that of the first row"),
    Break("largest", COLUMNS, "totals", 'found = at.total(f"{function}({{}}) FILTER (WHERE {{}} AND {{}})", x.v, at.t, there)', 'found = at.total(f"coalesce({function}({{}}) FILTER (WHERE {{}} AND {{}}), CAST(0 AS BIGINT))" if at.node.type.numeric else f"{function}({{}}) FILTER (WHERE {{}} AND {{}})", x.v, at.t, there)', "no rows have a largest value of 0"),
    Break("any", RECORD, "aggregates", "held = None in belong and group.when_held != LEAVE_OUT\n", "held = False\n", "a held row is no row"),
    Break("every", COLUMNS, "totals", 'maybe = at.count(sql("({0} IS NULL AND {1} IS DISTINCT FROM TRUE) OR ({0} AND {1} IS NULL)", t, d))', 'maybe = at.count(sql("{0} IS NULL AND {1} IS DISTINCT FROM TRUE", t, d))', "a row of which it is unknown whether it satisfies is passed over"),
    Break("first_of", RECORD, "summaries", "min(rows, key=_order))", "min(rows, key=lambda row: (row.args[1].low, tuple(-ord(c) for part in row.key for c in str(part)))))", "days that tie are decided by the last key"),
    Break("last_of", COLUMNS, "totals", 'by = ", ".join(f"{{{number}}} {order}" for number in range(1, len(at.key) + 2))', 'by = ", ".join(f"{{{number}}} {order if number == 1 else chr(65) + chr(83) + chr(67)}" for number in range(1, len(at.key) + 2))', "days that tie are decided by the first key"),
    Break("day_sum", COLUMNS, "running", "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING", "the rows of the day itself do not count"),
    # ---- windows
    Break("place", COLUMNS, "windows", "order = [on.v, *key]", "order = [*key]", "places go by key and not by day"),
    Break("achieved", RECORD, "windows", "before = bisect_right(days, on)", "before = bisect_right([one for one in days if one != on], on)", "what was achieved on the same day does not count"),
    Break("divide", COLUMNS, "dividing", 'order = f"rest DESC', 'order = f"rest', "pennies left over go to the smallest remainders"),
)  # fmt: skip
