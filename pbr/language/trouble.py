"""What can be wrong with the text of one leaf or phrase, before it has a place in a file."""

from __future__ import annotations

from dataclasses import dataclass

# Every code the language raises, and what it is about; ``docs/errors.md`` lists the same codes.
CODES: dict[str, str] = {
    "PBR200": "there is nothing to read",
    "PBR201": "a sign the language does not have",
    "PBR202": "a word or sign in the wrong place",
    "PBR203": "a number that is not written as numbers are",
    "PBR204": "money that is not written as money is",
    "PBR205": "a percentage or percentage points not written as such",
    "PBR206": "a date that is not written as dates are, or does not exist",
    "PBR207": "quotation marks",
    "PBR208": "a span without its number or unit",
    "PBR209": "and and or mixed without brackets",
    "PBR210": "comparisons in a chain",
    "PBR211": "a division in a chain",
    "PBR212": "brackets missing inside an aggregate",
    "PBR213": "if, then and else",
    "PBR214": "too long, or nested too deeply",
    "PBR215": "a sign before something that is not a number",
    "PBR216": "a word of the language used as a name",
    "PBR217": "a bracket that is not closed",
    "PBR218": "an operation that does not exist",
    "PBR219": "a rounding that does not exist",
    "PBR220": "a phrase that is not one of the words allowed here",
    "PBR221": "an operator after a form whose last operand could take it in",
}


@dataclass(eq=False)
class Trouble(Exception):
    """Text that is not the language. ``at`` and ``end`` are offsets into the text given, 0 <= at <= end <= its length.

    ``code`` is a key of ``CODES``; ``says`` what was found and what was expected; ``hint`` what to write instead, or "".
    """

    code: str
    says: str
    hint: str
    at: int
    end: int

    def __str__(self) -> str:
        return " ".join(part for part in (self.says, self.hint) if part)
