"""Typing of aggregates: which rows are reached, in what scope their conditions stand, and how wide the sum can grow."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pbr.language import printer
from pbr.language.tree import Aggregate, Syntax
from pbr.language.types import NONE, Type
from pbr.plan import shapes
from pbr.plan.enclosing import coded_parts, rows_before
from pbr.plan.node import Node, Shape
from pbr.plan.operators import hole, truth
from pbr.plan.plan import Link
from pbr.plan.running_sums import reached_within, sum_to_reach
from pbr.plan.spelling import closest
from pbr.plan.trouble import Mistake, Silent
from pbr.plan.typer import Typer, proved

RANGED = ("count", "count_different", "share")  # default: only if it cannot matter
ONCE = ("count", "count_different", "sum", "any")  # what counts events, and so can count each of them once
DEFAULT_REJECTED = {"how": "hold", "up_to": None}
_WORDS = {"count": "count of", "share": "share of", "count_different": "count different", "first_of": "first", "last_of": "last"}


def aggregate(typer: Typer, syntax: Aggregate) -> Node:
    over = syntax.over.parts[0]
    world = typer.world
    if (
        len(syntax.over.parts) == 1
        and over not in world.tables
        and over not in world.cohorts
        and world.declared.get(over) in ("data", "cohorts")
    ):
        raise Silent  # said where it is declared
    if len(syntax.over.parts) != 1 or (over not in world.tables and over not in world.cohorts):
        raise Mistake(
            "PBR336",
            f"`{printer.show(syntax.over)}` is not a table or a cohort.",
            closest(over, [*world.tables, *world.cohorts]),
            syntax.over,
        )
    found = _before(typer, syntax, over) if syntax.earlier else world.link(typer.own, over)
    if found is None:
        single = world.path(typer.own, over) is not None
        raise Mistake(
            "PBR337",
            f"From a row of {typer.own}, no rows of {over} can be reached.",
            f"This is one of {over}. Those before it are `earlier {over}`: `sum of x over earlier {over}`."
            if over == typer.own and over in world.cohorts
            else f"A row of {typer.own} has one row of {over}: read its columns as `{over}.COLUMN`."
            if single
            else f"Rows are reached when {over} belongs_to or is matched_to {typer.own}, or {typer.own} is a cohort of {over}; otherwise add up in two steps, a fact for each.",
            syntax.over,
        )
    link, subset = found
    if link.kind == "inside":
        _whole(typer, over, syntax)
    before = typer.counted, typer.counted_subset, typer.many_to_many, typer.earlier
    # the cohort that every counted row is in: children of a row that is in one, or whose parent is, are in it too
    inside = subset or (typer.own if link.kind == "group" else typer.within if link.kind == "children" else None)
    typer.counted, typer.counted_subset, typer.many_to_many = link.table, inside, link.kind == "matched"
    typer.earlier = syntax.earlier
    existing = frozenset(i.replace("own:", "counted:", 1) for i in world.only.get(inside or "", frozenset()))
    try:
        with typer.given(existing):
            return _typed(typer, syntax, link, subset, over)
    finally:
        typer.counted, typer.counted_subset, typer.many_to_many, typer.earlier = before


def _before(typer: Typer, syntax: Aggregate, over: str) -> tuple[Link, None]:
    """The groups of a cohort before the one of the row. Raises Mistake where no group is before another, or the row is of something else."""
    cohort = typer.world.cohorts.get(over)
    if cohort is None or not cohort.groups or rows_before(cohort, typer.world.steps) == 0:
        raise Mistake(
            "PBR857",
            f"No group of {over} is earlier than another."
            if cohort is not None and cohort.groups
            else f"{over} has no groups, so none of them is earlier than another.",
            "`earlier` goes over the groups of a cohort with `each:` or `periods:`: those of the same other keys that end before this one begins.",
            syntax.over,
        )
    if typer.own != over:
        raise Mistake(
            "PBR858",
            f"`earlier {over}` means the groups before one of {over}, and this is stated per {typer.own}.",
            f"State it per {over} as a measure of its own, and read that.",
            syntax.over,
        )
    back: tuple[str, ...] = ()
    if syntax.back is not None:
        span = typer.expression(syntax.back)
        if span.type.kind not in ("months", "days") or not isinstance(span.params.get("value"), dict) or span.params["value"]["d"] != "1":
            raise Mistake(
                "PBR859",
                f"`{printer.show(syntax.back)}` is no number of days, weeks, months or years.",
                "How far back the earlier groups go is counted in days or months: over earlier year within 3 years.",
                syntax.back,
            )
        back = (span.type.kind, span.params["value"]["n"])
    parts = coded_parts(cohort, typer.world.steps)
    return Link("earlier", over, parts, parts, back), None


def _whole(typer: Typer, over: str, syntax: Aggregate) -> None:
    """Refuses to add up groups of which one lies only in part within a group of the grain: it would be left out without a word."""
    within = typer.world.enclosed(over, typer.own)
    if within is not None and within.torn is not None:
        part, whole = within.torn
        raise Mistake(
            "PBR890",
            f"{' | '.join(part.key)} of {over} ({part.first_day} to {part.last_day}) lies only in part within {' | '.join(whole.key)} of {typer.own} "
            f"({whole.first_day} to {whole.last_day}).",
            "Each group must lie wholly within another or wholly outside it: let both begin on the same day of the year.",
            syntax.over,
        )


def _typed(typer: Typer, syntax: Aggregate, link: Link, subset: str | None, over: str) -> Node:
    op = syntax.op
    where = _condition(typer, syntax.where) if syntax.where is not None else None
    shown: list[tuple[str, Syntax]] = []
    args: list[Node] = []
    own: dict[str, Any] = {}
    with typer.given(proved(where, True) if where is not None else frozenset()):
        if op == "every":
            assert syntax.value is not None
            args.append(_condition(typer, syntax.value))
        elif syntax.value is not None:
            args.append(_value(typer, syntax.value, op))
            shown.append(("x", syntax.value))
        if op in ("first_of", "last_of", "day_sum"):
            args.append(_day(typer, syntax))
        if op == "day_sum":
            args.append(sum_to_reach(typer, syntax, args[0]))
        if op == "spells":
            from pbr.plan.days import ends_of_spell

            args, own = ends_of_spell(typer, syntax)
    if where is not None:
        args.append(where)
    params: dict[str, Any] = {"aggregate": _params(typer, syntax, link, subset, over, has_where=where is not None), **own}
    if op == "every":
        params["if_none"] = syntax.words[0]
    type_, shape = _result(typer, op, args, link, syntax)
    node = Node(op, type_, tuple(args), params, shape, _phrase(op, over, args, syntax))
    return node


def _condition(typer: Typer, syntax: Syntax) -> Node:
    node = truth(typer, syntax)
    return typer.strict(node, syntax)


def _value(typer: Typer, syntax: Syntax, op: str) -> Node:
    node = typer.expression(syntax)
    if op in ("first_of", "last_of"):
        return typer.settled_date(node)
    node = typer.strict(node, syntax)
    if op == "count_different":
        return node
    if not (node.type.numeric or (node.type.kind == "date" and op in ("smallest", "largest"))):
        raise Mistake(
            "PBR338",
            f"`{op.replace('_', ' ')} of` needs numbers; `{printer.show(syntax)}` is {node.type.phrase}.",
            "Count it instead: `count different x over T`.",
            syntax,
        )
    if node.type.kind in ("percent",) and op == "mean":
        raise Mistake("PBR339", "The mean of ratios is not the ratio of sums: a small group would count as much as a large one.",
                      "A pooled ratio is `share of`, or a sum divided by a sum; if a plain mean is really meant, take `mean of (as number(...))`.", syntax)  # fmt: skip
    if node.shape is not None and node.shape.den is None:
        raise Mistake("PBR342", f"`{printer.show(syntax)}` is a quotient with a different denominator on each row; such values cannot be added up or put in order exactly.",
                      "Round it first: round(x, 12 decimals, half up).", syntax)  # fmt: skip
    return node


def _day(typer: Typer, syntax: Aggregate) -> Node:
    from pbr.language.tree import Name

    name = Name((syntax.words[0],), at=syntax.at, end=syntax.end)
    node = typer.name(name)
    if node.type.kind != "date" or node.params.get("row") != "counted":
        raise Mistake(
            "PBR335",
            f"`{syntax.words[0]}` is not a date of {typer.counted}.",
            "A running sum is taken in the order of a date column of the rows themselves."
            if syntax.op == "day_sum"
            else "First and last are by a date column of the rows themselves.",
            syntax,
        )
    return typer.strict(node, name)


def _params(typer: Typer, syntax: Aggregate, link: Link, subset: str | None, over: str, *, has_where: bool) -> dict[str, Any]:
    op = syntax.op
    held = typer.held or ("only if it cannot matter" if op in RANGED else "hold")
    if held == "only if it cannot matter" and op not in RANGED:
        held = "hold"  # any, every, sums: an answer that rows could still change is unknown, which is the same test
    if held in ("take as yes", "take as no") and op in ("sum", "mean", "median", "smallest", "largest", "first_of", "last_of", "day_sum"):
        raise Mistake(
            "PBR343",
            f"`when_held: {held}` says what an answer counts as; `{op} of` adds up values, which have none.",
            "Use hold or leave out.",
            syntax,
        )
    _bounded(typer, syntax, link)
    where = ("earlier " if syntax.earlier else "") + over + (f" where {printer.show(syntax.where)}" if syntax.where is not None else "")
    reasons = {"held": typer.reason("held", where), "rejected": typer.reason("rejected", link.table), "empty": typer.reason("empty", where)}
    once = {"once": {"by": typer.once, "within": typer.within}} if _once(typer, syntax, link) else {}
    return once | {
        "over": over, "subset": subset, "link": {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(link).items() if k != "back" or v}, "has_where": has_where,
        "when_held": held, "when_rejected": typer.rejected or DEFAULT_REJECTED, "reasons": reasons,
    }  # fmt: skip


def _once(typer: Typer, syntax: Aggregate, link: Link) -> bool:
    """Whether an event counts for the first row only. Raises Mistake where that has no meaning."""
    if typer.once is None or link.kind != "matched":
        return False
    if syntax.op not in ONCE:
        raise Mistake(
            "PBR896",
            f"`counts_once` says which row an event counts for, and `{syntax.op.replace('_', ' ')} of` does not count events."
            if syntax.op in ("first_of", "last_of", "day_sum")
            else f"`counts_once` takes events away from later rows, and here `{syntax.op}` would be of whatever is left of them.",
            "Count them, add them up, or ask whether there is any.",
            syntax,
        )
    return True


def _bounded(typer: Typer, syntax: Aggregate, link: Link) -> None:
    """Refuses to leave rejected rows out without a limit where the table must cover another: what is missing counts as rejected."""
    rejected, table = typer.rejected, typer.world.tables.get(link.table)
    if rejected is None or rejected["how"] != "leave out" or table is None or table.cover is None or typer.reports:
        return
    limit = rejected["up_to"]
    if limit is None or int(limit["n"]) >= int(limit["d"]):
        raise Mistake(
            "PBR379",
            f"{link.table} must cover {table.cover.table}, and `when_rejected: leave out` without a limit would leave out whatever is missing: "
            "who leaves rows out would lose nothing by it.",
            "Write `leave out up to 0.5%`, with the part that the contract can bear; or take it away: rejected and missing rows then hold what "
            "they could change.",
            syntax.over,
        )


def rows_bound(typer: Typer, link: Link, op: str) -> int:
    """The most rows of one group (language page, "widths"): the code lists' sizes where the key gives it. A sum goes over one row where the
    link is the whole key; a count may also come to count rows that were rejected, of which there can be several."""
    table = typer.world.tables.get(link.table)
    if link.kind == "groups":
        return len(typer.world.cohorts[link.table].groups)
    if link.kind == "earlier":
        return rows_before(typer.world.cohorts[link.table], typer.world.steps)
    if link.kind == "inside":
        within = typer.world.enclosed(link.table, typer.own)
        return within.most if within is not None else 1
    if table is None or link.kind in ("all", "group"):
        return shapes.ROWS
    rest = [table.column(name).type for name in table.key if name not in link.columns]
    if link.kind == "children" and (rest or op == "sum") and all(type_.kind == "code" and type_.codes for type_ in rest):
        size = 1
        for type_ in rest:
            size *= len(type_.codes)
        return size
    return shapes.CHILDREN


def _result(typer: Typer, op: str, args: list[Node], link: Link, syntax: Aggregate) -> tuple[Type, Shape | None]:
    rows = rows_bound(typer, link, op)
    value = args[0] if args else None
    ranged = bool(op in RANGED and typer.held in (None, "only if it cannot matter")) or (
        op in RANGED and (typer.rejected or DEFAULT_REJECTED)["how"] != "leave out" and typer.held != "hold"
    )
    if (
        op in RANGED
        and typer.rejected is not None
        and typer.rejected["how"] == "leave out"
        and typer.rejected["up_to"] is not None
        and typer.held != "hold"
    ):
        ranged = True  # over the limit, rejected rows widen it
    unknown = frozenset({"unknown"})
    if op in ("count", "count_different"):
        return Type("whole", absent=unknown, ranged=ranged), shapes.count(rows)
    if op == "share":
        return Type("percent", absent=unknown, ranged=ranged), shapes.share(rows)
    if op in ("any", "every"):
        return Type("truth", absent=unknown), None
    assert value is not None
    if op == "day_sum":
        reached_within(args, rows)
        return Type("date", absent=unknown | {NONE}), None
    if op == "spells":
        return Type("dayset", ranged=True), None
    kind, shape = value.type, value.shape
    if op in ("smallest", "largest", "first_of", "last_of"):
        return Type(kind.kind, kind.per, kind.codes, kind.names, unknown | {NONE}), shape
    assert shape is not None
    if op == "sum":
        return Type(kind.kind, per=kind.per, absent=unknown, ranged=kind.ranged), shapes.total(shape, rows)
    exact = "number" if kind.kind == "whole" else kind.kind
    return Type(exact, per=kind.per, absent=unknown), shapes.mean(shape, rows) if op == "mean" else shapes.median(shape)


def _phrase(op: str, over: str, args: list[Node], syntax: Aggregate) -> str:
    has_where = syntax.where is not None
    if syntax.earlier:
        over = f"earlier {over}" + (f" within {printer.show(syntax.back)}" if syntax.back is not None else "")
    condition = f" where {{{len(args) - 1}}}" if has_where else ""
    if op in ("count", "share"):
        return f"{op} of {over}{condition}"
    if op == "count_different":
        return f"count different {{0}} over {over}{condition}"
    if op in ("first_of", "last_of"):
        return f"{{0}} of {_WORDS[op]} {over} by {syntax.words[0]}{condition}"
    if op == "day_sum":
        return f"day sum of {{0}} over {over} by {syntax.words[0]} reaches {hole(tuple(args), 2)}{condition}"
    if op == "spells":
        return f"days of {over} from {{0}} to {{1}}{condition}"
    if op == "any":
        return f"any {over}{condition}"
    if op == "every":
        return f"every {over}{condition} satisfies {{0}}, if none {syntax.words[0]}"
    return f"{op} of {{0}} over {over}{condition}"
