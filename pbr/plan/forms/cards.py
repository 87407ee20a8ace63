"""A rate card, read and proved: each code once and all of them, prerequisites that exist and do not run in a circle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pbr.plan.leaves import Problems
from pbr.plan.naming import World
from pbr.plan.parameters import value_of
from pbr.plan.spelling import closest
from pbr.plan.trouble import Mistake
from pbr.terms import models

COLUMNS = ("code", "price", "times", "after_achieved", "window", "after_paid", "no_later_than")
MOST_DAYS, MOST_MONTHS = 36_600, 1_200  # of a window: a hundred years


@dataclass(frozen=True)
class CardRow:
    """``price`` in minor units. ``times``: how often one subject can be paid for it; None: no limit. ``after``, ``after_paid``: code,
    or None. ``no_later_than``: ISO day, or None. ``window``: ("days" or "months", how many) within which it must follow ``after``, or None."""

    code: str
    price: Fraction
    times: int | None
    after: str | None
    after_paid: str | None = None
    no_later_than: str | None = None
    window: tuple[str, int] | None = None


def read_card(world: World, problems: Problems, model: models.Card, codes: tuple[str, ...]) -> tuple[CardRow, ...]:
    """The rows of a card, complete over ``codes``. Raises Silent after reporting what is wrong."""
    heads = [leaf.text for leaf in model.columns]
    for leaf in model.columns:
        with problems.about(leaf):
            if leaf.text not in COLUMNS:
                raise Mistake(
                    "PBR384",
                    f"A card has no column `{leaf.text}`.",
                    f"{closest(leaf.text, list(COLUMNS))} Columns: {', '.join(COLUMNS)}.",
                )
    with problems.about(model.columns[0]):
        if "code" not in heads or "price" not in heads:
            raise Mistake(
                "PBR384",
                "A card needs the columns code and price.",
                "`columns: [code, price, times, after_achieved]`; the last two may be left out.",
            )
    rows: list[CardRow] = []
    for cells in model.rows:
        cell = dict(zip(heads, cells, strict=False))
        code = cell["code"].text
        with problems.about(cell["code"]):
            if code in [row.code for row in rows]:
                raise Mistake("PBR355", f"`{code}` has two rows in this card.", "Each code has one row.")
            if code not in codes:
                raise Mistake(
                    "PBR385",
                    f"`{code}` is priced here, but no claim can have it: the column's codes are {', '.join(codes[:12])}.",
                    closest(code, codes, "Take the row away, or add the code to the column."),
                )
        if cell["price"].text == "":
            with problems.about(cell["price"]):
                raise Mistake("PBR386", f"`{code}` has no price.", "Every line is priced: write £0.00 if it pays nothing.")
        tree = problems.literal(cell["price"])
        with problems.about(cell["price"]):
            type_, price = value_of(world, tree)
            if type_.kind != "money":
                raise Mistake("PBR386", f"The price of `{code}` is {type_.phrase}.", "A price on a card is money, for example £220.00.")
            if price < 0 or Fraction(price).denominator != 1:
                raise Mistake(
                    "PBR386",
                    f"The price of `{code}` is not a sum of whole pence from zero upwards.",
                    "Write the price of one claim, for example £220.00; what takes money back is a payment of its own.",
                )
        rows.append(CardRow(code, Fraction(price), _times(problems, cell.get("times")), _after(cell.get("after_achieved")),
                            _after(cell.get("after_paid")), _last_day(problems, cell.get("no_later_than")), _window(world, problems, cell)))  # fmt: skip
    _complete(problems, model, rows, codes)
    _orderly(problems, model, heads, "after_achieved", {row.code: row.after for row in rows})
    _orderly(problems, model, heads, "after_paid", {row.code: row.after_paid for row in rows})
    return tuple(rows)


def _times(problems: Problems, leaf: models.Scalar | None) -> int | None:
    if leaf is None or leaf.text == "no limit":
        return None
    with problems.about(leaf):
        if not leaf.text.isdecimal() or int(leaf.text) == 0 or len(leaf.text) > 6:
            raise Mistake("PBR387", f"`{leaf.text}` does not say how often.", "Write a whole number from 1, or `no limit`.")
    return int(leaf.text)


def _after(leaf: models.Scalar | None) -> str | None:
    return None if leaf is None or leaf.text == "none" else leaf.text


def _complete(problems: Problems, model: models.Card, rows: list[CardRow], codes: tuple[str, ...]) -> None:
    missing = [code for code in codes if code not in {row.code for row in rows}]
    if missing:
        with problems.about(model.columns[0]):
            raise Mistake(
                "PBR356",
                f"This card has no row for {', '.join(missing[:5])}{' and others' if len(missing) > 5 else ''}.",
                "Every code needs a row: what is not priced is never taken as zero.",
            )


def _window(world: World, problems: Problems, cell: dict[str, models.Scalar]) -> tuple[str, int] | None:
    """The span within which a line must follow what it comes after."""
    leaf = cell.get("window")
    if leaf is None or leaf.text == "none":
        return None
    with problems.about(leaf):
        if _after(cell.get("after_achieved")) is None:
            raise Mistake(
                "PBR855",
                f"`{cell['code'].text}` must come within {leaf.text} of a claim, but no claim has to come before it.",
                "Name that claim in `after_achieved`, or write `none` here.",
            )
        type_, value = value_of(world, problems.literal(leaf))
        most = {"days": MOST_DAYS, "months": MOST_MONTHS}.get(type_.kind, 0)
        if not 0 < value <= most:
            raise Mistake(
                "PBR856",
                f"`{leaf.text}` is no span in which a claim can follow another.",
                "Write days, weeks, months or years, such as `26 weeks` or `12 months`, up to a hundred years; or `none`.",
            )
        return type_.kind, int(value)
    raise AssertionError


def _last_day(problems: Problems, leaf: models.Scalar | None) -> str | None:
    if leaf is None or leaf.text == "none":
        return None
    with problems.about(leaf):
        try:
            return date.fromisoformat(leaf.text).isoformat()
        except ValueError:
            raise Mistake(
                "PBR852", f"`{leaf.text}` is not a day of the calendar.", "Write the last day as 2025-03-31, or `none`."
            ) from None
    raise AssertionError


def _orderly(problems: Problems, model: models.Card, heads: list[str], column: str, needs: dict[str, str | None]) -> None:
    """Whoever must come first is on the card, and nothing comes after itself."""
    if column not in heads:
        return
    at = heads.index(column)
    for (code, first), cells in zip(needs.items(), model.rows, strict=True):
        with problems.about(cells[at]):
            if first is not None and first not in needs:
                raise Mistake("PBR388", f"`{first}` is not on this card.", closest(first, list(needs)))
            seen, here = [code], first
            while here is not None:
                if here in seen:
                    raise Mistake(
                        "PBR388",
                        f"`{code}` must come after itself: {' after '.join([*seen, here])}.",
                        "Prerequisites cannot run in a circle.",
                    )
                seen.append(here)
                here = needs.get(here)
