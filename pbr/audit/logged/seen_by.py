"""The times that a payment rests on, and by when a witness had seen each: what was back-dated before the first look says so first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from pbr.audit.logged.history import CONTRACT, VARIATION, Entry, History
from pbr.audit.logged.status import Status
from pbr.log.seen import Seen
from pbr.statement import words

MOST = 10  # entries of one time that are named

Mark = tuple[str, Entry]


def marks_of(history: History, status: Status) -> list[Mark]:
    """What was adopted, varied, received, assessed and approved, of an assessment."""
    one = status.assessment
    terms = [entry for entry in history.of_kind(CONTRACT, VARIATION, first=one.said.first) if entry.number <= one.said.contract]
    received = [entry for number in one.said.submissions if (entry := history.entry(number)) is not None]
    out = [("adopted" if entry.kind == CONTRACT else "varied", entry) for entry in terms]
    out += [("received", entry) for entry in received]
    return [*out, ("assessed", one), *(("approved", approval.entry) for approval in status.approvals)]


def own_word(marks: Sequence[Mark], seen: Seen) -> list[str]:
    """Sentences, without a full stop: of what no witness saw within a day, that its time is the log's own word."""
    late = [mark for mark in marks if seen.is_late(mark[1].number, mark[1].said.at)]
    return [
        f"{_listed(group, dated=True)}, by the log's own word: no witness saw {'it' if len(group) == 1 else 'them'} before {_day(time)}"
        for time, group in _by_time(late, seen)
    ]


def looked(marks: Sequence[Mark], seen: Seen) -> list[str]:
    """By when a witness had seen each."""
    return [f"seen by a witness at the latest {_moment(time)}: {_listed(group, dated=False)}" for time, group in _by_time(marks, seen)]


def _by_time(marks: Sequence[Mark], seen: Seen) -> Iterator[tuple[int, list[Mark]]]:
    times = {number: time for _, entry in marks if (time := seen.at(number := entry.number)) is not None}
    for time in sorted(set(times.values())):
        yield time, [mark for mark in marks if times.get(mark[1].number) == time]


def _listed(marks: Sequence[Mark], *, dated: bool) -> str:
    told = [f"{word}{f' {_day(entry.said.at)}' if dated else ''} (entry {entry.number})" for word, entry in marks[:MOST]]
    return words.listed([*told, *([f"{len(marks) - MOST:,} more"] if len(marks) > MOST else [])])


def _day(time: int) -> str:
    return words.day(datetime.fromtimestamp(time, UTC).date())


def _moment(time: int) -> str:
    return f"{_day(time)}, {datetime.fromtimestamp(time, UTC):%H:%M}"
