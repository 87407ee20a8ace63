"""What was found of a log, a receipt or a consistency proof, in sentences for people: the verdict first."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from pbr.log.findings import BROKEN, VERIFIED, Checked, Finding
from pbr.log.times import time_text

UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # categories of Unicode
MOST = 20  # findings that are printed
FEW = 3  # looks of witnesses that are printed, and the last one


def answer_text(answer: Checked, what: str = "log") -> str:
    """``what``: the log, the receipt or the proof, as it is called in the first sentence."""
    return "\n".join(map(printable, _lines(answer, what)))


def printable(text: str) -> str:
    """Text of a log as a terminal may be given it: what would move the cursor or turn the line round is written as an escape."""
    return "".join(letter if unicodedata.category(letter) not in UNSEEN else f"\\u{ord(letter):04x}" for letter in text)


def _lines(answer: Checked, what: str) -> Iterator[str]:
    if answer.verdict == BROKEN:
        number = len(answer.findings)
        yield f"Broken: {number:,} thing{' is' if number == 1 else 's are'} wrong with this {what}." + _about(answer)
        yield ""
        for finding in answer.findings[:MOST]:
            yield f"  {_place(finding)}: {finding.says}"
        if number > MOST:
            yield f"  ... and {number - MOST:,} more (--json gives the first 1,000)"
    elif answer.verdict == VERIFIED:
        yield f"Verified: nothing is wrong with this {what}." + _about(answer)
    else:
        yield f"Internally consistent: nothing is wrong with this {what}." + _about(answer)
    yield from _looked(answer)
    yield from _states(answer)
    if answer.verdict == VERIFIED:
        yield ""
        for anchor in answer.anchors:
            yield f"  vouched for by {anchor}"
        yield "  not ruled out: " + not_ruled_out(answer)
    elif answer.verdict != BROKEN:
        yield ""
        for says in answer.lacking:
            yield f"  {says}"
        for anchor in answer.anchors:
            yield f"  vouched for by {anchor}"
        if not answer.judged:
            yield "  To have more: --policy FILE (whose signatures you trust)" + (
                ", --kept DIR (what you saw last time)." if what == "log" else "."
            )
    for note in answer.notes:
        yield f"  note: {note}"


def _looked(answer: Checked) -> Iterator[str]:
    """By when a witness had seen what: first where that was so late that the times before are nobody else's word."""
    if answer.verdict == BROKEN or not answer.seen.steps:
        return
    if answer.late is not None:
        many, first, own = answer.late
        time = answer.seen.at(first)
        assert time is not None
        noun = "entry is" if many == 1 else "entries are"
        yield f"  {many:,} {noun} more than a day older than any witness's look, by the log's own word: entry {first:,} is of {_moment(own)}, and no witness saw it before {_moment(time)}"
    first = 0
    for place, (size, time) in enumerate(answer.seen.steps):
        if place < FEW or place == len(answer.seen.steps) - 1:
            which = f"entry {first:,}" if size == first + 1 else f"entries {first:,} to {size - 1:,}"
            yield f"  seen by a witness at the latest {_moment(time)}: {which}"
        elif place == FEW:
            yield f"  ... and {len(answer.seen.steps) - FEW - 1:,} looks more, then"
        first = size


def _moment(time: int) -> str:
    return time_text(datetime.fromtimestamp(time, UTC)).replace("T", " ").removesuffix("Z")


def _about(answer: Checked) -> str:
    if answer.origin is None or answer.size is None:
        return ""
    return f" {answer.origin}, {answer.size:,} {'entry' if answer.size == 1 else 'entries'}."


def _place(finding: Finding) -> str:
    parts = [] if finding.entry is None else [f"entry {finding.entry:,}"]
    parts += [] if finding.file is None else [finding.file if finding.entry is None else f"({finding.file})"]
    return f"{' '.join(parts) or 'the whole'}   {finding.kind}"


def _states(answer: Checked) -> Iterator[str]:
    if answer.states:
        counts = Counter(answer.states.values())
        said = ", ".join(f"{counts[state]:,} {state}" for state in ("approved", "draft", "challenged", "superseded") if counts[state])
        yield f"  assessments   {len(answer.states):,}: {said}"


def not_ruled_out(answer: Checked) -> str:
    said = "that something was never put into the log"
    if any("no witness" in anchor for anchor in answer.anchors):
        return f"{said}; that others are shown another history"
    return f"{said}; that those who signed it work together"
