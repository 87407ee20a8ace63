"""From text to tokens: the longest token wins, and what is nearly right is named by what should stand there.

A date comes before a number, a fraction (no spaces) before a quotient (spaces). Signs and unit words are put to their
numbers later, in ``literals``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from pbr.language.currencies import ANY_SIGN
from pbr.language.trouble import Trouble

LONGEST = 20_000  # characters of one leaf
MOST_DIGITS = 38  # of one number: what the engines can hold

_WORDS = """
from to of by in on over where within after before first last none if then else and or not any every
has between covers satisfies reaches yes no
"""
RESERVED = frozenset(_WORDS.split())  # never names; all other words of the language are, where no operation begins
UNITS = {one: many for many in ("days", "weeks", "months", "years", "minutes", "hours") for one in (many[:-1], many)}

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SPACE = re.compile(r"[ \t\r\n]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![-/.:0-9A-Za-z_])")
_NEARLY_DATE = re.compile(r"[0-9]+([-/.])[0-9]+\1[0-9]+[-/.:0-9A-Za-z_]*")
_FRACTION = re.compile(r"[0-9]+/[0-9]+")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SIGN = re.compile(ANY_SIGN)
_MONEY = re.compile(rf"{ANY_SIGN}([0-9]+(?:,[0-9]+)*)(\.[0-9]+)?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_COMMAS = re.compile(r"(?:,[0-9]{3})+(?![0-9])")
_TAIL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPS = ("!=", "<=", ">=", "(", ")", "[", "]", ",", ".", "=", "<", ">", "+", "-", "*", "/", ":")

# Signs of other languages and of word processors, and what is written here. Longer ones stand first.
_FOREIGN: tuple[tuple[str, str], ...] = (
    ("==", "Write one sign: a = b."),
    ("<>", "Write a != b."),
    ("=<", "Write a <= b."),
    ("=>", "Write a >= b."),
    ("&&", "Write the word: a and b."),
    ("||", "Write the word: a or b."),
    ("**", "There are no powers; write a * a."),
    ("//", "Write a / b and round the result."),
    ("≤", "Write a <= b."),
    ("≥", "Write a >= b."),
    ("≠", "Write a != b."),
    ("×", "Write a * b."),
    ("÷", "Write a / b."),
    ("−", "Write an ordinary minus sign: -"),
    ("–", "This is a dash. Write an ordinary minus sign: -"),
    ("—", "This is a dash. Write an ordinary minus sign: -"),
    ("&", "Write the word: a and b."),
    ("|", 'Write the word: a or b. A key of several parts is quoted: "MOCK | pneumonia".'),
    ("!", "Write the word: not (a)."),
    ("^", "There are no powers; write a * a."),
    ("%", "A percent sign stands right after its number: 5%."),
    ("\u00a0", "This is a no-break space. Replace it by an ordinary space."),
    ("#", "Remarks do not stand inside an expression."),
    (";", "An item has one expression."),
    ("{", "Use round brackets: ( and )."),
    ("}", "Use round brackets: ( and )."),
)
_QUOTES = "“”„‟«»‘’‚'`"


@dataclass(frozen=True)
class Token:
    """``kind``: word, whole, decimal, fraction, percent, money, date, quoted, op, end. ``text``: as written; quoted: without its marks."""

    kind: str
    text: str
    at: int
    end: int

    @property
    def said(self) -> str:
        """How a message names it."""
        return "the end" if self.kind == "end" else f'"{self.text}"' if self.kind == "quoted" else f"`{self.text}`"


def tokens_of(text: str) -> list[Token]:
    """All tokens of ``text`` and an ``end`` token. Raises ``Trouble``."""
    if len(text) > LONGEST:
        raise Trouble(
            "PBR214", f"This is {len(text):,} characters long; {LONGEST:,} is the most.", "Name a part of it as a fact.", LONGEST, len(text)
        )
    out: list[Token] = []
    at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
            continue
        out.append(_token(text, at, out[-1] if out else None))
        at = out[-1].end
    out.append(Token("end", "", len(text), len(text)))
    return out


def _token(text: str, at: int, before: Token | None) -> Token:
    ch = text[at]
    if ch in "0123456789":
        return _number(text, at)
    if (money := _SIGN.match(text, at)) and (not money.group()[0].isalpha() or text[money.end() : money.end() + 1].isdecimal()):
        return _money(text, at, money.group())  # CHF and a space, without an amount, is a name
    if word := _WORD.match(text, at):
        return Token("word", word.group(), at, word.end())
    if ch == '"':
        return _quoted(text, at)
    if ch == "." and at + 1 < len(text) and text[at + 1] in "0123456789":
        return _dot(text, at, before)
    for sign, hint in _FOREIGN:
        if text.startswith(sign, at) and not text.startswith("!=", at):
            said = "a no-break space" if sign == "\u00a0" else f"`{sign}`"
            raise Trouble("PBR201", f"The language does not have {said}.", hint, at, at + len(sign))
    for op in _OPS:
        if text.startswith(op, at):
            return Token("op", op, at, at + len(op))
    if ch in _QUOTES:
        raise Trouble("PBR207", f"Found the quotation mark {ch}.", 'Codes are written between straight double marks: "J44.1".', at, at + 1)
    if ch.isprintable():
        hint = ""
        if ch.isalpha():
            hint = "Names are written with the letters a to z, digits and _. Any other code is quoted."
        raise Trouble("PBR201", f"The language does not have `{ch}`.", hint, at, at + 1)
    raise Trouble("PBR201", f"Found the character U+{ord(ch):04X}, which cannot be seen.", "Take it out.", at, at + 1)


def _quoted(text: str, at: int) -> Token:
    close = text.find('"', at + 1)
    if close < 0:
        raise Trouble("PBR207", "This quotation mark is not closed.", "", at, at + 1)
    inside = text[at + 1 : close]
    if not inside.strip():
        raise Trouble("PBR207", "There is nothing between the quotation marks.", "", at, close + 1)
    if not inside.isprintable():
        raise Trouble(
            "PBR207", "There is a line end or a character that cannot be seen between the quotation marks.", "Take it out.", at, close + 1
        )
    return Token("quoted", inside, at, close + 1)


def _dot(text: str, at: int, before: Token | None) -> Token:
    digits = _NUMBER.match(text, at + 1)
    end = digits.end() if digits else at + 1
    if before and before.kind == "word" and before.end == at:
        written = text[before.at : end]
        raise Trouble("PBR207", f"`{written}` is not a name.", f'If it is a code, quote it: "{written}".', before.at, end)
    raise Trouble("PBR203", f"Found `{text[at:end]}`.", f"Write 0{text[at:end]}.", at, end)


def _number(text: str, at: int) -> Token:
    if found := _DATE.match(text, at):
        try:
            date.fromisoformat(found.group())
        except ValueError:
            raise Trouble("PBR206", f"There is no day {found.group()}.", "Dates are year-month-day: 2012-04-01.", at, found.end()) from None
        return Token("date", found.group(), at, found.end())
    if nearly := _NEARLY_DATE.match(text, at):
        raise Trouble(
            "PBR206",
            f"`{nearly.group()}` looks like a date, and dates are written 2012-04-01.",
            "A code is quoted; in a calculation spaces stand round each sign.",
            at,
            nearly.end(),
        )
    found = _FRACTION.match(text, at) or _NUMBER.match(text, at)
    assert found
    written, end = found.group(), found.end()
    if any(len(digits) > 1 and digits[0] == "0" for digits in written.split(".")[0].split("/")):
        raise Trouble("PBR203", f"`{written}` begins with 0.", f'Write it without the 0; if it is a code, quote it: "{written}".', at, end)
    _not_too_long(written, at, end)
    if "/" in written:
        if int(written.split("/")[1]) == 0:
            raise Trouble("PBR203", f"`{written}` divides by 0.", "", at, end)
        kind = "fraction"
    else:
        kind = "decimal" if "." in written else "whole"
    after = text[end : end + 1]
    if after == "%" and kind != "fraction":
        kind, end = "percent", end + 1
        if _TAIL.match(text, end) or text[end : end + 1] == "%":
            raise Trouble("PBR205", f"Something touches `{written}%`.", f"Write {written}% and a space.", at, end + 1)
    elif after == "%" or (after in "./" and after and kind == "fraction"):
        raise Trouble(
            "PBR203", f"Something touches the fraction `{written}`.", "Write a fraction alone (1/6), or a percentage (5%).", at, end + 1
        )
    elif after == ".":
        raise Trouble("PBR203", f"`{written}.` is not a number.", f"Write {written}, or digits after the point.", at, end + 1)
    elif after == "," and kind == "whole" and (commas := _COMMAS.match(text, end)):
        whole = text[at : commas.end()]
        raise Trouble(
            "PBR203",
            f"`{whole}` has commas between its digits, which only money has.",
            f"Write {whole.replace(',', '')}; in a list, a space follows each comma.",
            at,
            commas.end(),
        )
    elif tail := _TAIL.match(text, end):
        _touching(written, tail.group(), at, tail.end())
    return Token(kind, text[at:end], at, end)


def _touching(written: str, tail: str, at: int, end: int) -> None:
    if re.fullmatch(r"[eE][0-9]*", tail):
        raise Trouble("PBR203", f"`{written}{tail}` has an exponent.", "Write the number in full: exponents stand only in data.", at, end)
    if tail in UNITS:
        raise Trouble("PBR208", f"`{written}{tail}` needs a space.", f"Write {written} {tail}.", at, end)
    if tail == "p" and written.isdecimal():
        pounds, pence = divmod(int(written), 100)
        raise Trouble("PBR204", f"`{written}p` is not how money is written.", f"Write £{pounds:,}.{pence:02d}.", at, end)
    raise Trouble("PBR203", f"`{written}{tail}` is neither a number nor a name.", f'If it is a code, quote it: "{written}{tail}".', at, end)


def _not_too_long(written: str, at: int, end: int) -> None:
    if sum(ch.isdecimal() for ch in written) > MOST_DIGITS:
        raise Trouble("PBR203", f"This number has more than {MOST_DIGITS} digits.", "", at, end)


def _money(text: str, at: int, sign: str) -> Token:
    found = _MONEY.match(text, at)
    if not found:
        rest = re.compile(r"[ -]*[0-9][0-9,.]*").match(text, at + len(sign))
        minus = "-" if rest and "-" in rest.group() else ""
        amount = rest.group().strip(" -.,") if rest else "5.00"
        hint = f"Write {minus}{sign}{amount}, without a space." if rest else f"The amount follows the sign: {sign}5.00."
        raise Trouble("PBR204", f"`{sign}` has no amount right after it.", hint, at, rest.end() if rest else at + len(sign))
    written, end = found.group(), found.end()
    whole, cents = found.group(1), found.group(2) or ""
    if tail := _TAIL.match(text, end):
        raise Trouble("PBR204", f"`{written}{tail.group()}` is not an amount.", "Write it in full, in figures.", at, tail.end())
    _not_too_long(written, at, end)
    if "," in whole and not _GROUPED.fullmatch(whole):
        fits = len(cents) == 3
        hint = f"Write {sign}{int(whole.replace(',', '')):,}{cents if fits else '.00'}." if fits or not cents else ""
        raise Trouble("PBR204", f"The commas of `{written}` do not stand before each three digits.", hint, at, end)
    if len(whole) > 1 and whole[0] == "0":
        raise Trouble("PBR204", f"`{written}` begins with 0.", "Write the amount without it.", at, end)
    if len(cents) != 3:
        hint = (
            f"Write {sign}{whole}{(cents or '.').ljust(3, '0')}."
            if len(cents) < 3
            else f"Write it as a calculation, for example {sign}1.00 / 8."
        )
        raise Trouble("PBR204", f"`{written}` is money, and money has two decimals.", hint, at, end)
    if text[end : end + 1] in (",", ".") and re.compile(r"[,.][0-9]").match(text, end):
        hint = "The point stands before the pence; in a list, a space follows each comma."
        raise Trouble("PBR204", f"Something touches `{written}`.", hint, at, end + 2)
    return Token("money", written, at, end)
