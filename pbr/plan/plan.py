"""The plan: what a contract compiles to. Typed, numbered steps; pure data; one digest.

An engine needs a plan, the accepted tables and the days they are complete to; nothing else. ``plan.json`` in an
assessment's folder is this, whole: explanations and verification start from it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from typing import Any

from pbr.language.types import Type
from pbr.plan.node import Node, Shape
from pbr.plan.then import StatementStep


@dataclass(frozen=True)
class Column:
    """A declared column. ``shape`` for numeric kinds. ``blank``: refused | unknown | none | not yet | literal (its text in
    ``blank_is``). ``type.absent`` says the same as ``blank`` for the engines. ``decimals`` and ``round_on_reading`` for numbers
    (number, percent, points, price); money has two. ``at_least`` / ``at_most``: exact rationals in base units as "n/d" text. ``separator`` for
    codes. ``take``: "" or "date part"."""

    name: str
    type: Type
    shape: Shape | None = None
    blank: str = "refused"
    blank_is: str | None = None
    decimals: int | None = None
    round_on_reading: str = "refuse"
    at_least: str | None = None
    at_most: str | None = None
    separator: str = ""
    take: str = ""
    link: bool = False  # a column named in belongs_to or matched_to
    shortest: int | None = None  # characters after trimming, of text and identifiers
    longest: int | None = None
    written_as: str = ""  # a picture: A one letter A-Z, 9 one digit, anything else itself
    check_digit: str = ""  # a scheme of ``plan.checkdigits``
    family: str = ""  # the family of columns it belongs to
    priced_per: str = ""  # of a price: the unit as the contract writes it, such as week; its type has the one that is kept, such as day


@dataclass(frozen=True)
class Link:
    """How rows of one table are reached from a row of another (params.link of aggregates, and links of tables).

    kind      rows of ``table`` reached from a row of the grain        R, the rejected rows that might belong
    all       every row (the grain is ``contract``)                     all rejected rows of the table
    children  ``table`` belongs to the grain; ``columns`` of it hold     rejected rows whose ``columns`` equal the key, and
              the grain's key, in the key's order                       those of which one of ``columns`` is not readable
    matched   ``table`` is matched_to the grain: its ``columns`` equal   as children
              the grain's ``onto`` columns
    group     the grain is a cohort's table of groups and ``table`` is   all rejected rows of the table
              the cohort's table: rows in that group
    groups    ``table`` is a cohort's table of groups, the grain is      0
              ``contract``
    inside    ``table`` and the grain are tables of groups: the groups   0
              of ``table`` whose days lie wholly within those of the
              grain's group, and whose ``columns`` equal its ``onto``
    earlier   ``table`` is the grain, a table of groups: the groups      0
              whose last_day is before this one's first_day and whose
              ``columns`` equal its; with ``back``, ("months" or
              "days", n), those whose first_day is on or after this
              one's less that span
    """

    kind: str
    table: str
    columns: tuple[str, ...] = ()
    onto: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowRule:
    """A check between rows of one table, judged while the submission is read; ``out of order`` with ``reject`` once more by the engines,
    when checks have taken rows away. ``severity``: reject | flag.

    repeated      rows that agree in every one of ``columns`` (blank in none) and differ in their key: all of them, none is chosen
    out of order  a row whose ``milestone`` column has the code ``codes[k]``, k > 0, and that has no standing row of the same ``columns`` with
                  the code ``codes[k - 1]`` on the same ``day`` or an earlier one. Rows whose code is not listed, or with a blank in one of these columns,
                  are not asked. With ``reject`` a row that was taken away is no standing row for the next milestone.
    """

    kind: str
    code: str
    severity: str
    columns: tuple[str, ...]
    milestone: str = ""
    day: str = ""
    codes: tuple[str, ...] = ()
    says: str = ""
    correct: str = ""
    clause: str = ""
    line: int = 0


@dataclass(frozen=True)
class Cover:
    """``must_cover``: every accepted row of ``table`` (supplied by somebody else) must have a row here. ``columns`` of this table equal
    ``onto`` columns of that one."""

    table: str
    columns: tuple[str, ...]
    onto: tuple[str, ...]
    clause: str = ""
    line: int = 0


@dataclass(frozen=True)
class ControlTotal:
    """A total that whoever submits must state. ``what``: rows | different | sum; ``column`` of the last two."""

    name: str
    what: str
    column: str = ""


@dataclass(frozen=True)
class Table:
    """A data table. ``register``: a list as it stood on the day it is complete to, whose dates are no days of events. ``once``: ``charged_once_per``; rows of one
    service must be alike in every column but the key, ``once``, identifiers and text, and in ``once_alike``: those of the latter by which something is decided. ``refused_over``: the share of its rows ("n/d") above which, when rejected, the whole
    submission is refused. ``parent``: belongs_to (kind children, table = the parent, columns of this table, onto the parent's key).
    ``matched``: matched_to (kind matched, table = the other). ``use`` says when an accepted row counts as used: "every row";
    "cohorts" (a member, or perhaps a member, of a cohort of the table; else excluded, with the first code that an ``exclude`` of
    one of its cohorts gives, in the cohorts' order, or where none does with what the first cohort's ``excluded`` step gives); "matches" (it matches a row of the other table; else unused)."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    supplied_by: str
    parent: Link | None = None
    matched: Link | None = None
    use: str = "every row"
    line: int = 0
    once: tuple[str, ...] = ()
    once_alike: tuple[str, ...] = ()
    rules: tuple[RowRule, ...] = ()
    cover: Cover | None = None
    control_totals: tuple[ControlTotal, ...] = ()
    refused_over: str = ""
    register: str = ""  # "yes"

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Made:
    """A table of which the plan makes the rows: ``steps``. ``table``: its key is that of ``table.parent``'s table and step_no; its columns
    the key, first_day, last_day and made. ``rows``: the step (``days_cut``) at the parent's rows: its low set's periods are surely rows, those
    of its high set beyond as many perhaps (made: yes, or unknown). first_day and last_day are known where both sets agree. ``cohort``: the subset
    that everything per this table is within, whose membership is made."""

    table: Table
    rows: str
    cohort: str
    clause: str = ""


@dataclass(frozen=True)
class Group:
    """A row of a cohort's table of groups: its key (codes, one per part) and its days."""

    key: tuple[str, ...]
    first_day: str
    last_day: str


@dataclass(frozen=True)
class Cohort:
    """``of`` a data table. ``member``: the truth step at ``of`` that says whether a row is in it. ``excluded``: the text step with
    the code of the reason it is not (none: it is in). ``parts``: names of the key's parts; ``keys``: the code steps at ``of`` that
    give a row's group, one per part. A subset has no parts and no groups; else ``groups`` lists every group there is, in order."""

    name: str
    of: str
    member: str
    excluded: str
    parts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    part_types: tuple[Type, ...] = ()
    groups: tuple[Group, ...] = ()
    codes: tuple[tuple[str, str, str], ...] = ()  # code, step of its condition, what it says
    clause: str = ""


@dataclass(frozen=True)
class Reason:
    """Why a value may be unknown: the bits of ``why``, in order. ``kind``: missing (a blank field) | item (a named item that
    is itself unknown) | zero (a division by 0) | not yet | held (rows under an aggregate) | rejected (rows rejected) |
    empty (no rows) | immature (not settled) | domain | group (in no group). ``what``: the name to show."""

    kind: str
    what: str


@dataclass(frozen=True)
class Part:
    """A node of a step's expression that the trace records: an aggregate, either side of a comparison, or a value read from
    another table. ``path``: argument numbers from the step's node down to it. Its column in the trace is STEP.NUMBER."""

    number: int
    path: tuple[int, ...]
    role: str  # aggregate | side | read


@dataclass(frozen=True)
class Settles:
    """When an outcome's answer is final. ``how``: "day" (yes and no alike) or "when seen" (yes as soon as it is seen; no on the
    day). ``day``: name of the date step. ``tables``: every table the answer reads; it is settled when each is complete to the
    day or later. None of an outcome that is no day is none on any day. Not settled, or the day or a complete_to unknown: unknown, with bit ``reason``."""

    how: str
    day: str
    tables: tuple[str, ...]
    reason: int


@dataclass(frozen=True)
class Told:
    """A sentence for the value of a step where ``when`` holds (a comparison of leaves; none: always). ``says`` has a place for each of ``of``,
    leaves of the step's own row, by number: {0} its value; {0:label} its name and value; {0:percent} a number as a percentage; {0:minus} its
    value with the other sign; {0:told} the sentence of that step. Every number in it is a stored value or a figure of the contract."""

    says: str
    of: tuple[Node, ...] = ()
    when: Node | None = None


@dataclass(frozen=True)
class Step:
    """A named value for each row of ``grain`` (a data table, a cohort's table of groups, or ``contract``).

    ``kind``: check | flag | exclusion | member | key | day | fact | outcome | measure | condition | payment | order | hidden.
    ``within``: a subset cohort; rows that are not members (membership no) have no value at all here: state none, even though
    the type does not say so. ``settles``: of outcomes, and of facts and measures that say it; applied to the node's answer.
    ``hidden`` steps are made by the compiler; their names hold a dot. A check or flag is named check.TABLE.CODE; a flag's grain may be a
    cohort's table of groups or ``contract`` (a rate is looked at, ``per:``), a check's is its table. ``correct``: what to do about it.
    """

    number: int
    name: str
    kind: str
    grain: str
    node: Node
    text: str
    within: str | None = None
    settles: Settles | None = None
    reasons: tuple[Reason, ...] = ()
    parts: tuple[Part, ...] = ()
    decided_by: str = ""
    rests_on: str = ""
    reads: tuple[str, ...] = ()
    clause: str = ""
    says: str = ""
    source: str = ""
    mark: str = ""
    line: int = 0
    correct: str = ""
    told: tuple[Told, ...] = ()  # the first that holds says its value; none: its formula does

    @property
    def type(self) -> Type:
        """The type of its value: of its node, and for an outcome also unknown while it is not settled."""
        return self.node.type.also("unknown") if self.settles is not None else self.node.type


@dataclass(frozen=True)
class Payment:
    """Lines of a payment: one per row of ``grain``. ``amount``: the step with its sum (money in whole minor units, or a number for
    ``factor``); ``condition``: the truth step behind it, if it has one. ``form``: pays | at_risk | factor | tariff."""

    name: str
    form: str
    grain: str
    within: str | None
    amount: str
    condition: str | None = None
    clause: str = ""
    says: str = ""
    line: int = 0


@dataclass(frozen=True)
class Term:
    """A term whose figure is not verified (mark M), or any parameter: shown by ``show`` and listed by the statement."""

    name: str
    value: str
    clause: str
    source: str
    mark: str
    line: int = 0


@dataclass(frozen=True)
class Plan:
    """``tables`` parents first; ``steps`` in an order in which each reads only earlier ones (aggregates included)."""

    format: str  # pbr-plan/1
    contract: str
    title: str
    version: str
    currency: str
    first_day: str
    last_day: str
    parties: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    cohorts: tuple[Cohort, ...]
    steps: tuple[Step, ...]
    payments: tuple[Payment, ...]
    then: tuple[StatementStep, ...]
    terms: tuple[Term, ...] = ()
    complete_to: tuple[str, ...] = ()  # tables whose complete_to some step reads
    made: tuple[Made, ...] = ()

    def table(self, name: str) -> Table:
        return next(table for table in self.every_table if table.name == name)

    @property
    def every_table(self) -> tuple[Table, ...]:
        """The data tables, and those that the plan makes."""
        return (*self.tables, *(made.table for made in self.made))

    def made_table(self, name: str) -> Made | None:
        return next((made for made in self.made if made.table.name == name), None)

    def step(self, name: str) -> Step:
        return self._by_name()[name]

    def cohort(self, name: str) -> Cohort:
        return next(cohort for cohort in self.cohorts if cohort.name == name)

    def __getstate__(self) -> dict[str, Any]:
        # the fields alone: what is kept beside them is about the objects of this process
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def _by_name(self) -> dict[str, Step]:
        if "_steps" not in self.__dict__:
            object.__setattr__(self, "_steps", {step.name: step for step in self.steps})
        return self.__dict__["_steps"]  # type: ignore[no-any-return]

    def key_of(self, grain: str) -> tuple[str, ...]:
        """The key columns of a grain: a table's key, a cohort's parts, or nothing for ``contract``."""
        if grain == "contract":
            return ()
        for cohort in self.cohorts:
            if cohort.name == grain:
                return cohort.parts
        return self.table(grain).key

    def adjustment(self, name: str) -> StatementStep | None:
        """The step of the statement whose own lines bear this name, or None."""
        return next((step for step in self.then if step.name and step.name == name), None)

    def money_lines(self) -> list[str]:
        """Names of everything that has lines of money: payments, then the steps of the statement with lines of their own."""
        return [*(payment.name for payment in self.payments if payment.form != "factor"), *(step.name for step in self.then if step.name)]

    def line_key(self, name: str) -> tuple[str, ...]:
        """The parts of the key of a payment's lines, or of a step's own."""
        step = self.adjustment(name)
        if step is not None:
            return step.key
        return self.key_of(next(payment.grain for payment in self.payments if payment.name == name))

    def to_json(self) -> dict[str, Any]:
        return _encode(self)  # type: ignore[no-any-return]

    @staticmethod
    def from_json(data: dict[str, Any]) -> Plan:
        from pbr.plan.reading import plan_from_json

        return plan_from_json(data)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON (sorted keys, no spaces, UTF-8): the identity of what was computed."""
        text = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


_LARGEST = 2**53 - 1  # a whole number beyond this is no JSON number that every reader takes to be the same; it is written as text


def _encode(value: Any) -> Any:
    if isinstance(value, (Node, Type, Shape)):
        return value.to_json()
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _encode(getattr(value, f.name)) for f in fields(value) if getattr(value, f.name) not in (None, (), "")}
    if isinstance(value, (tuple, list)):
        return [_encode(item) for item in value]
    if isinstance(value, int) and abs(value) > _LARGEST:
        return str(value)
    return value
