"""Patterns that mean the same wherever a suite is run: in Python's ``re``, in RE2 (pandas on Arrow text, DuckDB) and in Java's.

So: no look-around, no ``\\d`` or ``\\w`` (Unicode in one, ASCII in another), no ``\\p``, no ``\\Z``, and hexadecimal escapes of two digits only.
Every pattern is anchored. ``$`` also allows a newline at the very end in some engines; the cells of a suite are trimmed, so there is none.
"""

from __future__ import annotations

from pbr.plan.plan import Column
from pbr.submission.raw import BLANKS
from pbr.submission.typed import pattern_of

CONTROL = r"[\x00-\x1f\x7f-\x9f]"
# Format characters, private use, line and paragraph separators, every space but the ordinary one, and what else is blank or shown as nothing, as
# Unicode 15.0 has them. Written out, because ``re`` knows no classes and engines differ in their version of Unicode. A test compares it
# with what our own reading refuses.
_UNSEEN = (
    (0xA0, 0xA0), (0xAD, 0xAD), (0x34F, 0x34F), (0x600, 0x605), (0x61C, 0x61C), (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891),
    (0x8E2, 0x8E2), (0x115F, 0x1160), (0x1680, 0x1680), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2000, 0x200F), (0x2028, 0x202F),
    (0x205F, 0x206F), (0x2800, 0x2800), (0x3000, 0x3000), (0x3164, 0x3164), (0xE000, 0xF8FF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFC), (0x110BD, 0x110BD), (0x110CD, 0x110CD), (0x13430, 0x1343F), (0x13441, 0x13442),
    (0x16FE4, 0x16FE4), (0x1BCA0, 0x1BCA3), (0x1D159, 0x1D159), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF), (0xF0000, 0xFFFFD),
    (0x100000, 0x10FFFD),
)  # fmt: skip
INVISIBLE = "[" + "".join(chr(low) if low == high else f"{chr(low)}-{chr(high)}" for low, high in _UNSEEN) + "]"

_YEAR = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9][0-9]|[0-9][1-9][0-9]{2}|[1-9][0-9]{3})"  # 0001 to 9999
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DAY = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP}-02-29)"
)
_YES_OR_NO = "|".join("".join(f"[{letter.upper()}{letter}]" for letter in word) for word in ("yes", "y", "true", "no", "n", "false"))


def whole(pattern: str) -> str:
    """The pattern, for the whole of a cell."""
    return f"^(?:{pattern})$"


def literal(text: str) -> str:
    """A pattern that matches this text alone."""
    return "".join("\\" + letter if letter in "\\.+*?()|[]{}^$" else letter for letter in text)


def written(column: Column, currency: str) -> str:
    """How a cell of a numeric kind or a date is written."""
    return whole(pattern_of(column, currency))


def existing_day(column: Column) -> str:
    """A day that there is; with ``take: date part`` whatever follows it."""
    return f"^{_DAY}(?:[T ].*)?$" if column.take else whole(_DAY)


def yes_or_no() -> str:
    return whole(f"{_YES_OR_NO}|[10]")


def codes_of_list(column: Column) -> str | None:
    """A set of codes parted by the column's separator; None where no pattern says it: a separator of several characters, or a blank."""
    separator = column.separator
    if len(separator) != 1 or separator in BLANKS:
        return None
    blanks = "[" + "".join({"\t": r"\t", "\r": r"\r", "\n": r"\n"}.get(letter, letter) for letter in BLANKS) + "]*"
    # a part is trimmed before it is looked for, so a code with blanks around it, or with the separator in it, is never found
    known = [code for code in column.type.codes if code.strip(BLANKS) == code and separator not in code]
    if not known:
        return None
    one = f"{blanks}(?:{'|'.join(literal(code) for code in known)}){blanks}"
    return f"^{one}(?:{literal(separator)}{one})*$"


def picture(column: Column) -> str:
    """``written_as``: A stands for one letter A to Z, 9 for one digit, anything else for itself."""
    return whole("".join({"A": "[A-Z]", "9": "[0-9]"}.get(letter, literal(letter)) for letter in column.written_as))
