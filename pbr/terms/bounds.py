"""What is refused before any YAML is read: too large, not text, characters that hide something, nesting without end."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from pbr.problem import Place, Problem, Refused
from pbr.terms.source import Lines

MOST_BYTES: Final = 1024 * 1024
MOST_DEPTH: Final = 40
MOST_VALUES: Final = 200_000
# Brackets in prose count here too, so this bound is far above the real one, which the reader of the events keeps.
_MOST_OPEN_BRACKETS: Final = 5 * MOST_DEPTH
_MOST_REPORTED: Final = 20
_BYTE_ORDER_MARK: Final = "\ufeff"
# Controls, other line ends than YAML's, zero-width characters, and those that turn the direction of reading: what is
# shown would not be what is read.
HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_TAB: Final = re.compile("\t+")


def decode(data: bytes, file: str) -> str:
    """The text of the bytes, without a byte order mark. Raises Refused: PBR102 (too large), PBR103 (not UTF-8)."""
    place = Place(file)
    if len(data) > MOST_BYTES:
        raise Refused(
            [
                Problem(
                    "PBR102",
                    f"the file has more than {MOST_BYTES:,} bytes, the most a contract may have",
                    "give a contract, not data",
                    place,
                )
            ]
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        says = f"byte {error.start + 1:,} of the file is 0x{data[error.start]:02x}, which is not UTF-8 text"
        raise Refused([Problem("PBR103", says, "save the file as UTF-8", Place(file, line))]) from None
    return text.removeprefix(_BYTE_ORDER_MARK)


def hidden(text: str) -> re.Match[str] | None:
    """The first character of a text that no contract may hold."""
    return HIDDEN.search(text)


def name_of(character: str) -> str:
    return "the character NUL" if character == "\0" else f"the character U+{ord(character):04X}, which cannot be seen"


def check_characters(text: str, file: str, lines: Lines) -> None:
    """Raises Refused: PBR104 (hidden characters) and PBR105 (tabs), the first twenty of them, in order."""
    found = sorted(
        [*islice(HIDDEN.finditer(text), _MOST_REPORTED), *islice(_TAB.finditer(text), _MOST_REPORTED)], key=lambda match: match.start()
    )
    problems: list[Problem] = []
    for match in found[:_MOST_REPORTED]:
        place = lines.place(file, match.start(), match.end())
        # The excerpt shows a hidden character as a full stop, so that it neither hides nor moves the marker.
        line = lines.excerpt(place)
        excerpt = None if line is None else HIDDEN.sub("·", line.replace("\t", " "))
        if match.group().startswith("\t"):
            problems.append(
                Problem("PBR105", "a tab stands here; a contract has only spaces", "replace the tab with spaces", place, excerpt)
            )
        else:
            says = f"{name_of(match.group())}, stands here"
            problems.append(Problem("PBR104", says.replace("NUL, ", "NUL "), "delete it", place, excerpt))
    if problems:
        raise Refused(problems)


def check_nesting(text: str, file: str, lines: Lines) -> None:
    """Raises Refused PBR106 where far more brackets are open than any contract has. Linear, and does not read YAML."""
    depth = 0
    for match in re.finditer(r"[\[\]{}]", text):
        depth = depth + 1 if match.group() in "[{" else max(0, depth - 1)
        if depth > _MOST_OPEN_BRACKETS:
            place = lines.place(file, match.start(), match.end())
            says = f"more than {_MOST_OPEN_BRACKETS} brackets are open here; a contract may nest {MOST_DEPTH} deep"
            raise Refused([Problem("PBR106", says, "close the brackets, or quote the text they stand in", place)])
