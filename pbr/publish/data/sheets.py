"""The tables of the open data: a row for each payment line, comparison, outcome, kind of row received, and figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pbr.disclosure.released import Figure
from pbr.publish import addresses
from pbr.publish.data.csv_files import DATE, DECIMAL, NONE, Column, Sheet
from pbr.publish.data.figures import Shown, day_of, decimal_of, unit_of
from pbr.publish.site import Assessment, Contract, Line, Slot

Assessed = tuple[Contract, Assessment]
Row = tuple[str, ...]

OF_WHAT: Final = (
    Column("contract", "Contract", "The contract's name in addresses."),
    Column("version", "Version", "The version of the contract that was assessed."),
    Column("assessment", "Assessment", "The assessment's name in addresses: the day that its data is complete to, and more where there are two of a day."),
)  # fmt: skip
HOW: Final = "How the number is shown: exact, rounded (cells.csv says to what), or withheld."


def lines(assessed: Iterable[Assessed], shown: Shown) -> Sheet:
    """lines.csv."""
    columns = (
        *OF_WHAT,
        Column("payment", "Payment", "The payment's name in the contract."),
        Column("line", "Line", "The line's name in addresses."),
        Column("for", "What the line is for", "Its key, name: value; name: value. [z] where a payment has one line, or where the lines of people are told together."),
        Column("result", "Result", "What became of it, in a word: pays, pays nothing, deducts, held, sets; or [c]."),
        Column("amount", "Amount", "What the line comes to, in whole units of the currency. Negative where it is deducted. A sum for all of them where a row stands for several lines.", DECIMAL, "currency of the row", True),
        Column("amount_high", "Amount, at most", "The other end, where the amount is a range.", DECIMAL, "currency of the row", True),
        Column("currency", "Currency", "ISO 4217."),
        Column("how", "How it is shown", HOW),
        Column("number", "Number of lines", "Of lines of people: how many the row stands for.", DECIMAL, "lines", True),
        Column("clause", "Clause", "Of the contract."),
        Column("why", "Why", "The reason, in one sentence."),
        Column("page", "Page", "Where in the site the line stands."),
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for contract, assessment in assessed:
            page = addresses.of_assessment(contract, assessment)
            for payment in assessment.payments:
                for line in payment.lines:
                    yield (
                        *_of_what(contract, assessment),
                        payment.name,
                        line.slug,
                        _key(line),
                        shown.written(line.result),
                        shown.number(line.amount),
                        shown.high(line.amount),
                        contract.currency,
                        shown.how(line.amount),
                        shown.number(line.number),
                        payment.clause or NONE,
                        shown.sentence(line.why) or NONE,
                        f"{page}#{addresses.part(payment.name, line.slug)}",
                    )

    return Sheet("lines", "A row for each payment line that is published.", columns, ("contract", "assessment", "payment", "line"), tuple(rows()))  # fmt: skip


def comparisons(assessed: Iterable[Assessed], shown: Shown) -> Sheet:
    """comparisons.csv."""
    columns = (
        *OF_WHAT,
        Column("payment", "Payment", "The payment's name in the contract."),
        Column("line", "Line", "The line's name in addresses."),
        Column("comparison", "Comparison", "Which of the line's comparisons, from 1.", DECIMAL),
        Column("measure", "Measure", "What was compared, as the contract names it."),
        Column("verb", "How it stands to the target", "In words: is at least, is below."),
        Column("met", "Met", "yes, no, or [x] where it is not known yet."),
        Column("result", "Result", "As it stands on the page."),
        Column("result_value", "Result, number", "As a plain decimal; [z] where it is a day or a word.", DECIMAL, "unit of the row", True),
        Column("target", "Target", "As it stands on the page."),
        Column("target_value", "Target, number", "As a plain decimal; [z] where it is a day or a word.", DECIMAL, "unit of the row", True),
        Column("unit", "Unit", "Of result and target."),
        Column("distance", "Distance", "How far the result is from the target, as it stands on the page."),
        Column("numerator", "Numerator", "Of a share: how many did.", DECIMAL, "what was counted", True),
        Column("denominator", "Denominator", "Of a share: of how many.", DECIMAL, "what was counted", True),
        Column("counted", "What was counted", "In words."),
        Column("how", "How it is shown", HOW + " Of the result."),
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for contract, assessment in assessed:
            for payment in assessment.payments:
                for line in payment.lines:
                    for at, one in enumerate(line.comparisons, 1):
                        yield (
                            *_of_what(contract, assessment),
                            payment.name,
                            line.slug,
                            str(at),
                            one.label or NONE,
                            one.verb or NONE,
                            {True: "yes", False: "no", None: "[x]"}[one.met],
                            shown.written(one.result),
                            shown.number(one.result),
                            shown.written(one.target),
                            shown.number(one.target),
                            shown.unit(one.result),
                            shown.written(one.by),
                            shown.number(one.numerator),
                            shown.number(one.denominator),
                            one.counted or NONE,
                            shown.how(one.result),
                        )

    says = "A row for each comparison of a result with a target that decided a payment line. Lines of which the result is withheld have none here."
    return Sheet("comparisons", says, columns, ("contract", "assessment", "payment", "line", "comparison"), tuple(rows()))


def rows_received(assessed: Iterable[Assessed], shown: Shown) -> Sheet:
    """rows.csv."""
    columns = (
        *OF_WHAT,
        Column("table", "Table", "The table of the contract that the rows are of."),
        Column("supplied_by", "Supplied by", "Who supplied it."),
        Column("what", "What became of them", "submitted, used, unused, excluded (by the contract), rejected (by a check), rejected in all."),
        Column("why", "Why", "Of rows excluded or rejected: why, in the contract's words or with the check's code."),
        Column("number", "Number of rows", "How many rows.", DECIMAL, "rows", True),
        Column("how", "How it is shown", HOW),
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for contract, assessment in assessed:
            for one in assessment.rows:
                told: list[tuple[str, str, Slot]] = [
                    ("submitted", NONE, one.submitted),
                    ("used", NONE, one.used),
                    ("unused", NONE, one.unused),
                ]
                told += [("excluded", why or NONE, number) for why, number in one.excluded]
                told += [("rejected", why or NONE, number) for why, number in one.rejected]
                told += [("rejected in all", NONE, one.rejected_all)] if one.rejected_all is not None else []
                for what, why, number in told:
                    yield (
                        *_of_what(contract, assessment),
                        one.table,
                        one.supplied_by or NONE,
                        what,
                        why,
                        shown.number(number),
                        shown.how(number),
                    )

    says = "Where every row went that was received: a row for each table and what became of its rows. Numbers are rounded each by itself, so parts need not add up."
    return Sheet("rows", says, columns, ("contract", "assessment", "table", "what", "why"), tuple(rows()))


def outcomes(assessed: Iterable[Assessed], shown: Shown) -> Sheet:
    """outcomes.csv."""
    columns = (
        *OF_WHAT,
        Column("outcome", "Outcome", "Its name in the contract."),
        Column("says", "What it is", "In the contract's words."),
        Column("table", "Table", "Whose rows have it or not."),
        Column("yes", "Yes", "How many have it.", DECIMAL, "rows of the table", True),
        Column("no", "No", "How many have it not.", DECIMAL, "rows of the table", True),
        Column("held", "Not known yet", "Of how many it is not known yet.", DECIMAL, "rows of the table", True),
        Column("decided_by", "Decided by", "Whose records decide it."),
        Column("rests_on", "Rests also on", "Whose word it rests on besides."),
    )  # fmt: skip
    found = (
        (
            *_of_what(contract, assessment),
            one.name,
            one.says or NONE,
            one.table or NONE,
            shown.number(one.yes),
            shown.number(one.no),
            shown.number(one.held),
            one.decided_by or NONE,
            one.rests_on or NONE,
        )
        for contract, assessment in assessed
        for one in assessment.outcomes
    )
    return Sheet("outcomes", "A row for each outcome: how it was answered.", columns, ("contract", "assessment", "outcome"), tuple(found))


def cells(figures: Iterable[Figure]) -> Sheet:
    """cells.csv: the list of every figure, withheld ones too."""
    columns = (
        Column("cell", "Cell", "The figure's address: path/like/this."),
        Column("kind", "Kind", "count, money, share, points (a difference of shares), number, day, answer (a word that follows from numbers), term (stands in the contract)."),
        Column("text", "Text", "As it stands on a page."),
        Column("value", "Value", "As a plain decimal: money in whole units of its currency, a share as a ratio; [z] where it is a day or a word.", DECIMAL, "unit of the row", True),
        Column("high", "Value, at most", "The other end, where it is a range.", DECIMAL, "unit of the row", True),
        Column("day", "Day", "Of a day: the day.", DATE, "", True),
        Column("unit", "Unit", "The currency, what is counted, or what the value is measured in."),
        Column("how", "How it is shown", "exact, rounded, or withheld."),
        Column("base", "Rounded to", "Of a rounded figure: the nearest what, in the unit of its text.", DECIMAL, "", True),
        Column("why", "Why it is withheld", "In words that give nothing away."),
    )  # fmt: skip
    found = (
        (
            one.cell,
            one.kind,
            one.text or NONE,
            decimal_of(one),
            one.high if one.high is not None and decimal_of(one) == one.value else NONE,
            day_of(one),
            unit_of(one),
            one.how,
            one.base or NONE,
            one.why or NONE,
        )
        for one in sorted(figures, key=lambda figure: figure.cell)
    )
    return Sheet("cells", "Every published figure, and every one that is withheld: no other number that follows from data is in the site.", columns, ("cell",), tuple(found))  # fmt: skip


def _of_what(contract: Contract, assessment: Assessment) -> Row:
    return contract.slug, contract.version, assessment.slug


def _key(line: Line) -> str:
    return "; ".join(f"{name}: {value}" for name, value in line.key) or NONE
