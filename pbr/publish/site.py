"""The site before any number stands in it: texts with slots. What fills a slot is the published figure of its cell, and nothing else reaches a page.

Every ``str`` in here is public: words of the contract, names, clauses, days that everybody knows, digests. A number that follows from data is a ``Slot``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Slot:
    """``cell``: the address of a cell (``pbr/disclosure/cells.py``)."""

    cell: str


INSIDE: Final = MappingProxyType({"inside": True})  # of a field that no file of the site holds

Text = tuple[str | Slot, ...]  # a sentence, or part of one


@dataclass(frozen=True)
class Comparison:
    """One comparison that decided a line: ``label`` (change) ``verb`` (is below) ``target``. ``by``: how far from it, in the same unit; None where that is not said.
    ``numerator`` and ``denominator``: of a share, what was counted. ``met``: yes, no, or not known yet."""

    label: str
    verb: str
    result: Slot
    target: Slot
    by: Slot | None = None
    numerator: Slot | None = None
    denominator: Slot | None = None
    counted: str = ""  # of what: "people released" or the table's name
    met: bool | None = None
    unit: str = ""  # that stands after result and target in a sentence: percentage points, days
    says: str = ""  # what the contract says of the result, where that can stand for its name in a sentence
    own: bool = True  # the two counts are those of the result itself; if not, of the one share that it is made of


@dataclass(frozen=True)
class Derived:
    """A named value on the way to a payment: as the contract writes it, with its figures, its clause, what it says of itself. ``notes``: (label, text) of what was counted and what not."""

    name: str
    written: str
    values: Text
    clause: str = ""
    says: str = ""
    notes: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True)
class Line:
    """A payment line. ``slug``: of its part of a page, unique in the assessment. ``key``: (name, value) of what it is for, public words. ``result``: a slot whose text is pays, pays nothing, deducts, held,
    sets. ``why``: the one sentence. A line of people (``people``) stands for all lines of its payment with this result: ``number`` of them.

    The words of ``why``, of ``comparisons`` and of ``derived`` say what the result is: they are shown only where the figure of ``result`` is (not withheld): ``only_shown.py`` takes
    them out."""

    slug: str
    key: tuple[tuple[str, str], ...]
    result: Slot
    amount: Slot
    why: Text
    comparisons: tuple[Comparison, ...] = ()
    derived: tuple[Derived, ...] = ()
    people: bool = False
    number: Slot | None = None


@dataclass(frozen=True)
class Payment:
    """``form``: how it pays, one plain sentence out of the contract's reading copy. ``decided_by``, ``rests_on``: whose word (independent, commissioner, provider)."""

    name: str
    title: str
    clause: str
    form: str
    lines: tuple[Line, ...]
    total: Slot | None
    decided_by: str = ""
    rests_on: str = ""


@dataclass(frozen=True)
class Rows:
    """Of a table: where every row went. ``excluded`` and ``rejected``: (why, number)."""

    table: str
    supplied_by: str
    submitted: Slot
    used: Slot
    unused: Slot
    excluded: tuple[tuple[str, Slot], ...] = ()
    rejected: tuple[tuple[str, Slot], ...] = ()
    rejected_all: Slot | None = None
    complete_to: str = ""


@dataclass(frozen=True)
class Outcome:
    """How an outcome was answered: yes, no, not known yet (held). ``share_held``: the immature share."""

    name: str
    says: str
    table: str
    yes: Slot
    no: Slot
    held: Slot
    decided_by: str = ""
    rests_on: str = ""


@dataclass(frozen=True)
class Limit:
    """A step of the statement that limits payments: a cap against what was paid. ``says``: in the contract's words."""

    says: str
    clause: str
    limit: Slot | None
    before: Slot
    after: Slot


@dataclass(frozen=True)
class Assessment:
    """``slug``: 2015-06-30, and a number more of a further one of that day. ``digest``: SHA-256 of its manifest, or [c] where few people are in its data. ``complete_to``: the latest day data is complete to. ``state``: draft, approved, challenged,
    superseded, or not logged; ``state_says``: by whom and when, in a sentence. ``bought``, ``achieved``,
    ``why_not_more``, ``who_says_so``: the plain sentences of the first screen. ``entry``: of the log."""

    slug: str
    digest: str
    complete_to: str
    state: str
    state_says: str
    paid: Slot
    gross: Slot
    deducted: Slot
    held_lines: Slot
    lines: Slot
    bought: Text
    achieved: tuple[Text, ...]
    why_not_more: tuple[Text, ...]
    who_says_so: tuple[Text, ...]
    payments: tuple[Payment, ...]
    rows: tuple[Rows, ...]
    outcomes: tuple[Outcome, ...]
    limits: tuple[Limit, ...]
    unverified: tuple[tuple[str, str, str], ...] = ()  # name, clause, source
    rules: tuple[tuple[str, str], ...] = ()  # rule by exact version, digest
    inputs: tuple[
        tuple[str, str], ...
    ] = ()  # name of a file, SHA-256 (only of files that are not small enough to be guessed: salted in the log otherwise)
    entry: int | None = None
    why_lines: tuple[tuple[str, ...], ...] = field(
        default=(), metadata=INSIDE
    )  # by sentence of why_not_more, the slugs of the lines that it tells; until the first of those that are shown have been chosen


@dataclass(frozen=True)
class Clause:
    """A part of the reading copy: heading, sentences."""

    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """A rule that a contract uses. ``name``: FIELD/NAME/VERSION. ``reading``: what it says, read out as a contract is. ``source``: its file, to download; ``digest``: SHA-256 of it.
    ``slug``: of its file and of its part of the page, without an end."""

    name: str
    slug: str
    title: str
    says: str
    reading: tuple[Clause, ...]
    source: bytes
    digest: str


@dataclass(frozen=True)
class Point:
    """A value in a series or a funnel plot. ``label``: cohort, or provider."""

    label: str
    value: Slot
    low: Slot | None = None
    high: Slot | None = None
    denominator: Slot | None = None
    assessment: str = ""
    numerator: Slot | None = None
    state: str = ""  # [p] provisional while any of it is held, [r] revised


@dataclass(frozen=True)
class Series:
    """A measure over its groups or over assessments, against its target. ``unit``: for the axis and the table's head, in round brackets."""

    name: str
    title: str
    unit: str
    points: tuple[Point, ...]
    target: Slot | None = None
    better: str = ""  # higher, lower


@dataclass(frozen=True)
class Contract:
    """``slug``: its id. ``parties``: (role, name). ``about``: what is bought, out of the contract. ``source``: contract.yaml, to download. ``assessments``: newest first. ``protects``: whose privacy, in a sentence."""

    slug: str
    title: str
    version: str
    parties: tuple[tuple[str, str], ...]
    currency: str
    term: tuple[str, str]
    about: tuple[str, ...]
    reading: tuple[Clause, ...]
    source: bytes
    digest: str
    assessments: tuple[Assessment, ...]
    series: tuple[Series, ...] = ()
    funnels: tuple[Series, ...] = ()
    protects: str = ""
    rule: str = ""  # the disclosure rule in words
    rules: tuple[Rule, ...] = ()  # that any of its assessments uses


@dataclass(frozen=True)
class Site:
    """``title``: of the portfolio. ``made_by``: pbr and its version. ``log``: the origin of the log that the site carries, or none."""

    title: str
    contracts: tuple[Contract, ...]
    made_by: str
    log: str = ""
    notes: tuple[str, ...] = field(default=())
    paid: tuple[Slot, ...] = ()  # what the newest assessments of all contracts come to, a sum for each currency


@dataclass(frozen=True)
class Download:
    """A file of open data that a page offers. ``path``: in the site. ``contract``, ``assessment``: the slugs of what it is about; empty: of all."""

    path: str
    label: str
    says: str = ""
    contract: str = ""
    assessment: str = ""
