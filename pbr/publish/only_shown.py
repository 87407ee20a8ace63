"""The words that would say what a withheld figure does not: they are taken out of the site before anything is made of it.

What a line compares, and how it was worked out, say whether it pays. Where its result is withheld they go with it; so does a sentence of the first screen in which any figure is withheld, and the sign for provisional beside a withheld
point of a series. And the list of figures is without those of such words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

from pbr.disclosure.cells import TERM
from pbr.disclosure.released import EXACT, WITHHELD, Figure, Released
from pbr.publish.site import Assessment, Contract, Line, Payment, Series, Site, Slot, Text

NOT_SHOWN: Final[Text] = ("Why is not shown, as it would say what the result is.",)

MOST: Final = 6  # sentences that answer a question
MORE: Final = "lines/not-told-first"  # the end of the name of a figure: how many lines the first sentences do not tell
SOME_LEFT_OUT: Final[Text] = ("Some reasons are not shown: few people may be behind them, or none.",)


def only_shown(site: Site, released: Released) -> Site:
    """The site without those words; what has none of them stays the same object's equal. Doing it twice changes nothing."""
    return replace(
        site,
        contracts=tuple(
            replace(
                contract,
                assessments=tuple(_assessment(contract, one, released) for one in contract.assessments),
                series=tuple(_series(one, released) for one in contract.series),
                funnels=tuple(_series(one, released) for one in contract.funnels),
            )
            for contract in site.contracts
        ),
    )


def only_listed(site: Site, released: Released) -> Released:
    """The list without the figures that nothing on the site shows: those that stood only in words that are taken out. Which there are would say what those words were."""
    there = set(_cells(only_shown(site, released)))
    counted = {
        _more(contract, one): Figure(_more(contract, one), TERM, EXACT, f"{number:,}", str(number), "lines")
        for contract in site.contracts
        for one in contract.assessments
        if one.why_lines and (number := _untold(one, released))
    }
    kept = counted | {cell: figure for cell, figure in released.figures.items() if cell in there}
    gone = [figure for cell, figure in released.figures.items() if cell not in there and figure.kind != TERM]
    hidden = sum(figure.how == WITHHELD for figure in gone)
    return replace(released, figures=kept, shown=released.shown - len(gone) + hidden, withheld=released.withheld - hidden)


def _cells(thing: Any) -> Iterator[str]:
    """Of every slot in a part of a site."""
    if isinstance(thing, Slot):
        yield thing.cell
    elif isinstance(thing, tuple):
        for one in thing:
            yield from _cells(one)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from _cells(getattr(thing, field.name))


def _series(one: Series, released: Released) -> Series:
    """A point that is not shown does not say either whether anything of it is not known yet."""
    return replace(
        one, points=tuple(replace(point, state="") if released.figures[point.value.cell].how == WITHHELD else point for point in one.points)
    )


def _assessment(contract: Contract, one: Assessment, released: Released) -> Assessment:
    return replace(
        one,
        bought=one.bought if _all_shown(one.bought, released) else (),
        achieved=_sentences(one.achieved, released)[:MOST],
        why_not_more=_why_not_more(contract, one, released),
        why_lines=(),
        who_says_so=_sentences(one.who_says_so, released),
        payments=tuple(_payment(payment, released) for payment in one.payments),
    )


def _why_not_more(contract: Contract, one: Assessment, released: Released) -> tuple[Text, ...]:
    """The first of the reasons that are shown, and how many more lines have one."""
    kept = _sentences(one.why_not_more, released)
    out = (SOME_LEFT_OUT,) if len(kept) < len(one.why_not_more) else ()
    if not one.why_lines:  # they have been chosen
        return (*kept, *out)
    more = (("And ", Slot(_more(contract, one)), " more lines, each with its reason below."),) if _untold(one, released) else ()
    return (*kept[:MOST], *more, *out)


def _untold(one: Assessment, released: Released) -> int:
    """Lines of which result and reason are shown, but not among the first sentences. Whoever reads the page can count them."""
    first = [lines for text, lines in zip(one.why_not_more, one.why_lines, strict=True) if _all_shown(text, released)][:MOST]
    told = {slug for lines in first for slug in lines}
    lines = (line for payment in one.payments for line in payment.lines if line.slug not in told)
    return sum(_all_shown((line.result, *line.why), released) for line in lines)


def _more(contract: Contract, one: Assessment) -> str:
    return f"{contract.slug}/{one.slug}/{MORE}"


def _payment(payment: Payment, released: Released) -> Payment:
    return replace(payment, lines=tuple(_line(line, released) for line in payment.lines))


def _line(line: Line, released: Released) -> Line:
    if released.figures[line.result.cell].how != WITHHELD:
        return line
    return replace(line, why=NOT_SHOWN, comparisons=(), derived=())


def _sentences(sentences: tuple[Text, ...], released: Released) -> tuple[Text, ...]:
    return tuple(one for one in sentences if _all_shown(one, released))


def _all_shown(text: Text, released: Released) -> bool:
    return all(released.figures[piece.cell].how != WITHHELD for piece in text if isinstance(piece, Slot))
