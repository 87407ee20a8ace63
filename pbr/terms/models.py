"""The closed vocabulary of a contract, as pydantic models. Shape only: what the words mean is the plan's business.

Every leaf is a ``Scalar``: the text the author wrote, with its place. Nothing is typed here.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from pbr.terms.payments import Alternative as Alternative
from pbr.terms.payments import AtRisk as AtRisk
from pbr.terms.payments import Card as Card
from pbr.terms.payments import Choose, Evidence, Needs
from pbr.terms.payments import Payment as Payment
from pbr.terms.payments import Rung as Rung
from pbr.terms.scalars import Item as Item
from pbr.terms.scalars import Leaf, Leaves
from pbr.terms.scalars import Model as Model
from pbr.terms.scalars import NotUsed as NotUsed
from pbr.terms.scalars import Scalar as Scalar


class Parties(Model):
    commissioner: Leaf
    provider: Leaf


class Approval(Model):
    """Who must have signed before a statement counts as approved (in the log): ``approvers`` how many, from 1; ``assessor``: whether who
    ran the assessment may be one of them. It is about people: no step of the plan reads it."""

    approvers: Leaf | None = None  # 1 when left out
    assessor: Leaf | None = None  # "may be one of them" (when left out) or "may not approve"
    clause: Leaf | None = None
    says: Leaf | None = None


class Publish(Model):
    """How the contract's figures are published: a number of people from 1 to ``threshold`` is not shown, others to the nearest ``base``. ``people``: tables of which each row counts as a person,
    beside those that identify one. It is about what is shown: no step of the plan reads it."""

    threshold: Leaf | None = None  # 7 when left out
    base: Leaf | None = None  # 5 when left out
    people: list[Leaf] | None = None
    clause: Leaf | None = None
    says: Leaf | None = None


class Term(Model):
    from_: Leaf = Field(alias="from")
    to: Leaf


class DatedValue(Item):
    from_: Leaf = Field(alias="from")
    value: Leaf


class Measured(Model):
    """The days over which a baseline was measured."""

    from_: Leaf = Field(alias="from")
    to: Leaf


class DatedRows(Item):
    from_: Leaf = Field(alias="from")
    rows: list[list[Leaf]]


class Parameter(Item):
    """One of: ``value``; ``dated_by`` (optional) with ``values``; ``by`` with ``columns`` and ``rows``, or ``dated_by`` and ``versions``."""

    value: Leaf | None = None
    dated_by: Leaf | None = None
    values: list[DatedValue] | None = None
    by: Leaves | None = None
    columns: list[Leaf] | None = None
    rows: list[list[Leaf]] | None = None
    coefficients: Leaf | None = None  # the name of a family: one row for each of its columns
    measured: Measured | None = None
    versions: list[DatedRows] | None = None


class Variation(Item):
    """A variation of the contract: from a day on, ``replaces`` holds the new value of each parameter it names, or a card's new rows."""

    from_: Leaf = Field(alias="from")
    replaces: dict[str, Leaf | list[list[Leaf]]]


class Cells(Item):
    """What a column and a family of columns say of their cells."""

    type: Leaf
    one_of: Leaves | None = None  # a list of codes, or one scalar PAYMENT.card.code
    blank: Leaf | None = None
    at_least: Leaf | None = None
    at_most: Leaf | None = None
    decimals: Leaf | None = None
    round_on_reading: Leaf | None = None
    take: Leaf | None = None
    identifies: Leaf | None = None
    separator: Leaf | None = None
    length: Leaf | None = None  # "10" or "2 to 10": characters
    written_as: Leaf | None = None  # a picture, such as AA999999A
    check_digit: Leaf | None = None  # the name of a scheme, such as "NHS number"


class Column(Cells):
    family: Leaf | None = None  # the name of the family that it belongs to


class Family(Cells):
    """Columns that are declared alike: ``columns`` names them."""

    columns: Leaves


class OutOfOrder(Model):
    """``milestones`` in their order, codes of the column ``of``; ``by``: the date column; ``per``: the columns that say whose they are."""

    milestones: Leaves
    of: Leaf
    by: Leaf
    per: Leaves


class BetweenRows(Model):
    """What is wrong between rows of a table; exactly one."""

    repeated: Leaves | None = None
    out_of_order: OutOfOrder | None = None


class Check(Item):
    """``reject`` or ``flag``: a condition on a row, or what is wrong between rows. ``per``: for flags only, a cohort or ``contract``: the
    condition is on its rows (a rate is plausible). ``correct``: what the supplier should do about it."""

    code: Leaf
    reject: Leaf | BetweenRows | None = None
    flag: Leaf | BetweenRows | None = None
    per: Leaf | None = None
    correct: Leaf | None = None


class Table(Item):
    one_row_per: Leaves
    belongs_to: Leaf | None = None
    matched_to: Leaf | None = None
    supplied_by: Leaf
    register_: Leaf | None = Field(
        default=None, alias="register"
    )  # yes: a list as it stood on the day it is complete to, and no list of events
    charged_once_per: Leaves | None = None
    must_cover: Leaf | None = None  # "referrals by person_id"
    control_totals: dict[str, Leaf] | None = None  # name -> rows | "count different COLUMN" | "sum of COLUMN"
    refused_over: Leaf | None = None  # "5%" of the rows submitted
    columns: dict[str, Column]
    families: dict[str, Family] = {}
    checks: list[Check] = []

    @model_validator(mode="after")
    def _written_out(self) -> Table:
        """The columns of the families join the others. One that stands twice was reported by the rules."""
        for name, family in self.families.items():
            said = {key: getattr(family, key) for key in Cells.model_fields}
            for leaf in family.columns:
                self.columns.setdefault(leaf.text, Column.model_construct(**said, family=Scalar(name, leaf.place)))
        return self


class WideToLong(Model):
    key: Leaf
    columns: dict[str, Leaf]


class TableLayout(Model):
    """How one table is found in a file. ``columns``: contract's column -> header in the file."""

    sheet: Leaf | None = None  # of a workbook; needed when it has several
    delimiter: Leaf | None = None  # comma (the default) | semicolon | tab | pipe
    encoding: Leaf | None = None  # utf-8 | utf-16 | windows-1252; left out: told by mark, else UTF-8, else Windows-1252 with a flag
    allow: Leaves | None = None  # of a workbook: hidden rows | merged cells | error cells
    header_row: Leaf | None = None
    footer_rows: Leaf | None = None  # how many rows at the end are not records
    missing: Leaves | None = None
    skip_rows_where: dict[str, Leaf] | None = None
    columns: dict[str, Leaf] | None = None
    wide_to_long: WideToLong | None = None
    only_rows_where: dict[str, Leaf] | None = None  # the opposite of skip_rows_where: all others are another table's
    fixed: dict[str, Leaf] | None = None  # column -> the text that stands in it for every row


class Exclusion(Item):
    code: Leaf
    when: Leaf


class Period(Item):
    name: Leaf
    from_: Leaf = Field(alias="from")
    to: Leaf


class Cohort(Item):
    of: Leaf
    each: Leaf | None = None  # "year from 1 October, by released_on"; "period, by released_on" with ``periods``
    periods: list[Period] | None = None
    by: Leaves | None = None
    only: Leaf | None = None
    exclude: list[Exclusion] = []


class Chosen(Model):
    """``equals: {choose: ...}``: a value for each code."""

    choose: Choose


class Fact(Item):
    per: Leaf
    equals: Leaf | Chosen
    settles: Leaf | None = None  # the day on which the value is final; until then it is unknown
    when_held: Leaf | None = None
    when_rejected: Leaf | None = None
    better: Leaf | None = None  # with `count against the supplier`
    if_none: Leaf | None = None  # what it is when there are no rows, or a denominator is 0
    counts_once: Leaf | None = None  # "first by released_on": an event belongs to the first row that it counts for; or "no"
    needs: Needs | None = None
    not_used: list[NotUsed] = []
    dated_by: Leaf | None = None  # the day that not_used is about


class Span(Item):
    """A set of days: ``days_of`` "jobs from began_on to ended_on"; the rest narrows it, in this order."""

    per: Leaf
    days_of: Leaves
    and_also: Leaves | None = None
    less: Leaves | None = None
    join_gaps_up_to: Leaf | None = None
    runs_begin: Leaf | None = None  # "within 104 weeks from attached_on"
    within: Leaf | None = None  # "12 months from started_on"


class Steps(Item):
    """Rows made out of a span: one for each further ``every`` of it, after ``after``."""

    per: Leaf
    of: Leaf
    after: Leaf | None = None
    every: Leaf
    unbroken: Leaf
    at_most: Leaf


class SettlesWhenSeen(Model):
    yes: Leaf
    no: Leaf


class Outcome(Item):
    per: Leaf
    yes_when: Leaf | None = None
    date: Leaf | None = None  # the day it was reached; then whether it exists is the yes or no
    settles: Leaf | SettlesWhenSeen
    when_held: Leaf | None = None
    when_rejected: Leaf | None = None
    evidence: Evidence | None = None
    counts_once: Leaf | None = None
    needs: Needs | None = None
    not_used: list[NotUsed] = []
    dated_by: Leaf | None = None


class Then(Item):
    """A step of the statement: one of ``cap``, ``floor``, ``mix``, ``deduct``, ``net``, and ``round`` where it stands alone."""

    cap: Leaf | None = None
    floor: Leaf | None = None
    mix: Leaves | None = None  # the payments that are limited
    deduct: Leaf | None = None
    net: Leaf | None = None  # nothing below zero
    round: Leaf | None = None  # a step, or how a deduction is rounded
    name: Leaf | None = None  # of the step's own lines
    per: Leaf | None = None
    on: Leaf | None = None  # "total of contract": the step has lines of its own
    over: Leaves | None = None  # payment names; all of them when left out
    from_: Leaves | None = Field(default=None, alias="from")
    at_most: Leaf | None = None
    of: Leaf | None = None
    allocate: Leaf | None = None  # "by achieved_on then claim_id"
    last_line: Leaf | None = None
    for_: Leaf | None = Field(default=None, alias="for")  # life


class Statement(Model):
    then: list[Then] = []


class ExpectMaximum(Model):
    """The most that all payments together can come to for one row of ``per``; with ``by``, a code of that table: for each of its codes."""

    per: Leaf
    by: Leaf | None = None
    values: Leaf | dict[str, Leaf]


class Law(Item):
    """What an author says of the payments as a whole; exactly one of the first four. ``of``: payments (all of money when left out).
    ``per``: a table, a cohort or ``contract``. ``direction`` goes with ``monotone_in``: rising | falling."""

    never_pays_more_than: Leaf | None = None
    never_pays_less_than: Leaf | None = None
    monotone_in: Leaf | None = None
    at_most_one_pays: Leaves | None = None
    direction: Leaf | None = None
    of: Leaves | None = None
    per: Leaf | None = None


class Cliffs(Item):
    """``more_than``: no threshold may move a payment by more than this."""

    more_than: Leaf


class Example(Item):
    """``given`` and ``expect`` hold scalars, lists and maps as written; the plan's example runner types them."""

    name: Leaf
    complete_to: Leaf | dict[str, Leaf] | None = None
    rows: dict[str, list[list[Leaf]]] | None = None
    given: dict[str, Any] | None = None
    expect: dict[str, Any] | None = None
    expect_held: Any = None
    expect_maximum: ExpectMaximum | None = None


class Use(Item):
    """A rule by its exact name, FIELD/NAME/VERSION, and what it is given: values and maps as written."""

    rule: Leaf
    with_: dict[str, Any] = Field(default={}, alias="with")


class Contract(Model):
    pbr: Leaf
    contract: Leaf
    title: Leaf
    version: Leaf
    currency: Leaf
    term: Term
    parties: Parties
    approval: Approval | None = None
    publish: Publish | None = None
    uses: dict[str, Use] = {}
    parameters: dict[str, Parameter] = {}
    variations: list[Variation] = []
    data: dict[str, Table]
    layout: dict[str, TableLayout] = {}
    cohorts: dict[str, Cohort] = {}
    spans: dict[str, Span] = {}
    steps: dict[str, Steps] = {}
    facts: dict[str, Fact] = {}
    outcomes: dict[str, Outcome] = {}
    measures: dict[str, Fact] = {}
    payments: dict[str, Payment]
    statement: Statement
    laws: list[Law] = []
    cliffs: Cliffs | None = None
    examples: list[Example] = []


# Words of the language that this version does not run yet, by the block they stand in ("" is the top of the file).
# The loader names them instead of calling them misspelt.
LATER: dict[str, tuple[str, ...]] = {
    "cohort": ("first_day_from",),
    "payment": ("equals",),
}
