"""Which digests are published. They are not salted: of few people, somebody who knows all rows but one can try what could stand in that one, and compare. Such digests are not shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pbr.disclosure.released import CONFIDENTIAL
from pbr.publish.reading_texts import Texts

GUESSED = 100  # rows of people: no digest of what follows from fewer is published


def digest_of_all(digest: str, statement: Mapping[str, Any], texts: Texts) -> str:
    """Of an assessment, which follows from all its rows."""
    return CONFIDENTIAL if _few(_people(statement, texts).values()) else digest


def digests_of_files(inputs: Sequence[Mapping[str, Any]], statement: Mapping[str, Any], texts: Texts) -> tuple[tuple[str, str], ...]:
    """The name of each file and its SHA-256. A table has one file; one that was given for no table may be about any of them.

    Which digests are shown tells of each table of people whether it has so many rows: everybody knows that now."""
    people = _people(statement, texts)
    for table, number in people.items():
        name = texts.ledger.unknowns.get(("rows", table, "submitted"))
        if name is not None:
            texts.ledger.known({name: 1}, *((None, GUESSED - 1) if number < GUESSED else (GUESSED, None)))
    found = []
    for one in inputs:
        rows = [number for table, number in people.items() if one["table"] in (None, table)]
        found.append((str(one["name"]), CONFIDENTIAL if _few(rows) else str(one["sha256"])))
    return tuple(found)


def _people(statement: Mapping[str, Any], texts: Texts) -> dict[str, int]:
    """By table of people, how many rows were submitted."""
    return {table: int(counts["submitted"]) for table, counts in statement["rows"].items() if table in texts.lineages.people}


def _few(rows: Iterable[int]) -> bool:
    return any(number < GUESSED for number in rows)
