"""From each character of a scalar's text to the character of the file that wrote it."""

from __future__ import annotations

from typing import Final

_BLANK: Final = " \n\r"
_ESCAPE_LENGTHS: Final = (("x", 4), ("u", 6), ("U", 10))


def positions(source: str, start: int, end: int, text: str, style: str | None) -> list[int] | None:
    """For each character of ``text`` its position in ``source``, where source[start:end] is the scalar as written.

    ``style`` is YAML's: none for plain, ``'``, ``"``, ``|`` or ``>``. Text and source are walked together by the characters
    that are not blank, since folding changes only blanks; a blank stands where the walk had come to. None where the
    two do not run together.
    """
    at = start
    if style in ("|", ">"):
        at = _after_header(source, start, end)
    elif style in ("'", '"'):
        at, end = start + 1, end - 1
    out: list[int] = []
    for character in text:
        if style == '"':
            at = _after_continuation(source, at, end)
        if character not in _BLANK:
            while at < end and source[at] in _BLANK:
                at += 1
            if style == '"':
                at = _after_continuation(source, at, end)
        if character in _BLANK and (at >= end or source[at] not in _BLANK + "\\"):
            out.append(min(at, max(start, end - 1)))
            continue
        if at >= end:
            return None
        out.append(at)
        if style == '"' and source[at] == "\\":
            at += _escape_length(source, at)
        elif source[at] == character or character in _BLANK:
            at += 2 if style == "'" and character == "'" else 1
        else:
            return None
    return out


def _after_header(source: str, start: int, end: int) -> int:
    line_end = min((at for at in (source.find("\n", start, end), source.find("\r", start, end)) if at >= 0), default=end)
    return min(line_end + 1, end)


def _after_continuation(source: str, at: int, end: int) -> int:
    """Past a backslash at the end of a line and the indentation after it."""
    while at + 1 < end and source[at] == "\\" and source[at + 1] in "\r\n":
        at += 2
        while at < end and source[at] in _BLANK:
            at += 1
    return at


def _escape_length(source: str, at: int) -> int:
    kind = source[at + 1 : at + 2]
    return next((length for letter, length in _ESCAPE_LENGTHS if letter == kind), 2)
