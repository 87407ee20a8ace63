"""Where YAML reads an unquoted value otherwise than its author meant. Each trap was measured; each is refused, never repaired."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pbr.language.currencies import ANY_SIGN

_LONGEST_HINT: Final = 200  # characters of a value that are repeated in a hint
_THOUSANDS: Final = re.compile(rf"[-+]?{ANY_SIGN}?\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?%?(?=\s*(?:[,}}\]\n\r#]|$))")
_MONEY: Final = re.compile(rf"[-+]?{ANY_SIGN}\d[\d,]*,[\d,.]*")
_ENDS_OPEN: Final = re.compile(r"(?:[-+*/=<>(,%]|(?:^|\s)(?:and|or|not|where|of|by|if|then|else|in|on|over|from|to|within|than))$")
_LEADING_OPERATOR: Final = re.compile(r"(?:[=<>/*]|[+-](?=\s)|!=|(?:and|or)(?=\s))")
_COLON_LATER: Final = re.compile(r":\s")
_VALUE_OF_LINE: Final = re.compile(r"(?:^\s*(?:-\s+)*|:\s+|[\[{,]\s*)([>|*&!%@`?-].*)$")

# Keys whose value is an expression: here a value that begins with an operator is a lost half.
EXPRESSIONS: Final = frozenset(
    {
        "equals",
        "yes_when",
        "when",
        "only",
        "only_if",
        "pays",
        "factor",
        "keep_if",
        "of",
        "share",
        "settles",
        "reject",
        "flag",
        "value",
        "yes",
        "no",
    }
)


@dataclass(frozen=True)
class Trap:
    """``start`` and ``end``: the stretch of the file meant as one value. What starts before ``end`` is part of it."""

    code: str
    says: str
    hint: str
    start: int
    end: int


def _short(text: str) -> str:
    return " ".join(text[:_LONGEST_HINT].split()) + ("..." if len(text) > _LONGEST_HINT else "")


def quoted(text: str) -> str:
    """The text as a YAML author would quote it: on one line, in double quotes, or single where it holds double ones."""
    flat = _short(text)
    if '"' in flat or "\\" in flat:
        return "'" + flat.replace("'", "''") + "'"
    return f'"{flat}"'


def in_brackets(source: str, start: int, end: int) -> Trap | None:
    """A plain value inside YAML brackets that ended at a comma of its own: ``£2,750.00`` or ``round(x, 1 penny)``."""
    number = _MONEY.match(source, start) or _THOUSANDS.match(source, start)
    whole = number.group().rstrip(",.") if number else ""
    if start + len(whole) > end:  # a comma after a whole value loses nothing: `{value: £20, clause: 1}`
        says = f"inside brackets YAML ends a value at a comma: it reads {_short(source[start:end])!r} and loses the rest of {whole}"
        return Trap("PBR120", says, f"quote it: {quoted(whole)}", start, start + len(whole))
    value = source[start:end]
    if value.count("(") > value.count(")") and source[end : end + 1] == ",":
        stop = _end_of_value(source, start)
        says = f"inside brackets YAML ends a value at a comma: it reads only {_short(value)!r} here"
        return Trap("PBR120", says, f"quote the whole value: {quoted(source[start:stop])}", start, stop)
    return None


def _end_of_value(source: str, start: int) -> int:
    """Where a value that holds round brackets ends: before the comma or closing bracket outside them, or at the line's end."""
    depth = 0
    for at in range(start, len(source)):
        character = source[at]
        if character in "\r\n" or (depth <= 0 and character in ",}]"):
            return at
        depth += (character == "(") - (character == ")")
        if character in "}]" and depth > 0 and ")" not in source[at : at + 200].split("\n")[0]:
            return at
    return len(source)


def lost_to_comment(source: str, start: int, end: int) -> Trap | None:
    """A plain value followed by one space and ``#``, where the value cannot end or the ``#`` belongs to a word.

    An ordinary comment, with two spaces before it or after a finished value, is left alone.
    """
    if source[end : end + 2] != " #" or source[end + 2 : end + 3] == "#":
        return None
    value = source[start:end]
    glued = source[end + 2 : end + 3] not in ("", " ", "\n", "\r")
    if not glued and not _ENDS_OPEN.search(value):
        return None
    stop = next((at for at in range(end, len(source)) if source[at] in "\r\n"), len(source))
    says = f"YAML takes what follows ` #` for a comment: the value would be {_short(value)!r}"
    hint = f"quote the value if `#` is part of it: {quoted(source[start:stop])}; put two spaces before `#` if it is a comment"
    return Trap("PBR121", says, hint, start, stop)


def leading_operator(value: str, key: str | int | None, start: int, end: int) -> Trap | None:
    """A plain value of an expression that begins with an operator."""
    if key not in EXPRESSIONS:
        return None
    found = _LEADING_OPERATOR.match(value)
    if not found:
        return None
    says = f"the expression begins with `{found.group()}`; what stands before it is missing"
    return Trap("PBR122", says, "write both sides of the operator", start, end)


def colon_in_key(key: str) -> tuple[str, str] | None:
    """Name and value of a key without a value that holds a colon YAML did not take for one: ``{a:b}``."""
    name, colon, value = key.partition(":")
    return (name, value) if colon and name and value else None


def of_syntax(problem: str, context: str, line: str, column: int) -> tuple[str, str, str]:
    """Code, sentence and hint for a YAML error, from its words and the line (column from 1) it stands in."""
    character = line[column - 1 : column]
    found = f"`{character}`" if character.strip() else "the end of the line" if line else "the end of the file"
    starts = _VALUE_OF_LINE.search(line)
    begins_badly = ("cannot start any token", "sequence entries are not allowed")
    if any(words in problem for words in begins_badly) or any(
        words in context for words in ("a block scalar", "an alias", "an anchor", "a tag")
    ):
        text = starts.group(1) if starts else line[column - 1 :].strip()
        says = f"a value may not begin with `{text[:1]}`: YAML gives that character a meaning of its own"
        hint = f"if it is a text, quote it: {quoted(text)}; an expression needs something before its operator"
        return "PBR122", says, hint
    if "mapping values are not allowed" in problem:
        return "PBR124", "a second `: ` stands in an unquoted value", "quote the value, or put this key on a line of its own"
    if problem.startswith("expected ',' or") and character in ("[", "{", "]", "}"):
        says = f"found {found} inside an unquoted value in brackets, where YAML expects a comma or the closing bracket"
        return "PBR120", says, "quote a value that holds brackets, commas or braces"
    if problem.startswith("expected ',' or"):
        says = f"found {found} where YAML expects a comma or the closing bracket of a list or map"
        return "PBR108", says, "close the bracket, or quote the value it belongs to"
    if "unexpected end of stream" in problem:
        return "PBR108", "a quotation mark is opened and not closed", "close it, or write a quotation mark inside quotes twice"
    if "could not find expected ':'" in problem:
        return (
            "PBR108",
            "a key without a colon, or a text that goes on at the wrong depth",
            "write `key: value`, with a space after the colon",
        )
    if "expected <block end>" in problem and line[: column - 1].rstrip().endswith(("]", "}", '"', "'")):
        return "PBR120", f"found {found} after YAML had ended the value at its bracket or quotation mark", "quote the whole value"
    if "expected <block end>" in problem:
        return "PBR108", f"found {found} where the block of lines before it had ended", "give the keys of one block the same indentation"
    return "PBR108", f"this is not YAML: {problem or context}", "see the line above it too: brackets, quotes and indentation"
