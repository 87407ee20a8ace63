"""Days that a contract writes beside things: variations, versions of cards, periods of a cohort, and when an item is not used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pbr.problem import Problem
from pbr.terms.forms import date_problem, twice
from pbr.terms.source import Source
from pbr.terms.views import day, entries, leaf, maps


def dated_problems(tree: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    """PBR143 for what is no day or ends before it begins, PBR153 for two of one name or day."""
    yield from _days(tree, "variations", source)
    for _, parameter in maps(tree, "parameters"):
        yield from _days(parameter, "versions", source)
    for _, cohort in maps(tree, "cohorts"):
        yield from _days(cohort, "periods", source)
        names = [(name.text, name.place) for _, period in entries(cohort, "periods") if (name := leaf(period, "name"))]
        yield from twice(names, "period", source)
    for block in ("facts", "outcomes", "measures", "payments"):
        for _, item in maps(tree, block):
            yield from _days(item, "not_used", source)


def _days(owner: Mapping[str, Any], key: str, source: Source) -> Iterator[Problem]:
    for _, item in entries(owner, key):
        first, last = leaf(item, "from"), leaf(item, "to")
        for text in (first, last):
            if text is not None and day(text.text) is None:
                yield date_problem(text.text, text.place, source)
        if first is not None and last is not None and (begins := day(first.text)) and (ends := day(last.text)) and ends < begins:
            yield source.problem(
                "PBR143", f"this ends on {ends}, before it begins on {begins}", "`to` is the last day, itself included", last.place
            )
