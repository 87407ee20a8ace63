"""Tables as the rows of a worked example, ready to be pasted, with what comes out of them."""

from __future__ import annotations

from collections.abc import Iterable

from pbr.plan.plan import Plan
from pbr.plan.quantities import SIGNS
from pbr.proofs.proof import Shown
from pbr.proofs.trying import Tried, differs

_QUOTED = set(",:{}[]#&*!|>'\"%@`")


def pounds(plan: Plan, amount: int) -> str:
    return f"{'-' if amount < 0 else ''}{SIGNS[plan.currency]}{abs(amount) // 100:,}.{abs(amount) % 100:02d}"


def show(plan: Plan, tried: Tried, names: Iterable[str]) -> Shown:
    expect: dict[str, dict[str, str]] = {}
    for line in tried.lines_of(names):
        if line.result != "sets":
            expect.setdefault(line.payment, {})[" | ".join(line.key)] = "held" if line.amount is None else pounds(plan, line.amount)
    return Shown(tried.tables.complete_to.isoformat(), tried.written, {}, expect)


def show_pair(plan: Plan, before: Tried, after: Tried, names: list[str]) -> Shown:
    first, second = show(plan, before, names), show(plan, after, names)
    return Shown(first.complete_to, first.rows, {}, first.expect, tuple(differs(first.rows, second.rows)), second)


def yaml_lines(shown: Shown, name: str, most: int | None = None) -> list[str]:
    """The lines of an example, as ``examples:`` takes them. ``most``: how many rows of a table are written; the rest are only counted."""
    out = [f"- name: {name}"]
    if shown.given:
        out.append("  given:")
        out += [f"    {item}: {_map(values)}" for item, values in shown.given.items()]
    else:
        out += [f"  complete_to: {shown.complete_to}", "  rows:"]
        for table, rows in shown.rows.items():
            if len(rows) == 1:
                out.append(f"    {table}: [{_list(rows[0])}]")
            else:
                out += [f"    {table}:", *(f"      - {_list(row)}" for row in rows[: None if most is None else most + 1])]
                if most is not None and len(rows) - 1 > most:
                    out.append(f"      # and {len(rows) - 1 - most} more rows (all of them: --json)")
    if shown.expect:
        out.append("  expect:")
        out += [f"    {item}: {_map(values)}" for item, values in shown.expect.items()]
    return out


def changes(shown: Shown) -> list[str]:
    """How the neighbouring table differs, and what comes out there."""
    out = []
    for table, gone, come in shown.changed:
        if gone is not None and come is not None:
            out.append(f"{table}: {_list(gone)} becomes {_list(come)}")
        elif gone is not None:
            out.append(f"{table}: without {_list(gone)}")
        elif come is not None:
            out.append(f"{table}: and also {_list(come)}")
    if shown.neighbour is not None:
        before = shown.expect
        for item, values in shown.neighbour.expect.items():
            moved = {key: value for key, value in values.items() if before.get(item, {}).get(key) != value}
            out.append(f"then {item}: {_map(moved or values)}")
    return out


def _list(cells: list[str]) -> str:
    return f"[{', '.join(_scalar(cell) for cell in cells)}]"


def _map(values: object) -> str:
    assert isinstance(values, dict)
    if list(values) == [""]:
        return _scalar(values[""])
    return "{" + ", ".join(f"{_scalar(key)}: {_scalar(value)}" for key, value in values.items()) + "}"


def _scalar(text: str) -> str:
    return f'"{text}"' if text == "" or set(text) & _QUOTED or text != text.strip() or text.startswith("-") else text
