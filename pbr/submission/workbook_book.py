"""What a workbook says of itself: its sheets, its way of counting days, what its number formats mean."""

from __future__ import annotations

import difflib
import posixpath
import re
import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

from pbr.problem import Place, refuse
from pbr.submission.raw import BLANKS
from pbr.submission.workbook_parts import Parts
from pbr.submission.workbook_xml import is_true, parse, plain_attributes
from pbr.terms.models import Scalar

_MOST_ABOUT = 20_000_000  # bytes of a part that is held: the workbook's own, its relations, its styles
MOST_TEXT = 200_000_000  # bytes of XML of the shared texts
MOST_STRINGS = 4_000_000
LONGEST_TEXT = 1_000_000  # characters of a cell; Excel has 32,767

# what a number format makes of a number
NUMBER, PERCENT, DATE, TIME, DURATION = "number", "percent", "date", "time", "duration"
_BUILT_IN = {
    9: PERCENT,
    10: PERCENT,
    **dict.fromkeys((14, 15, 16, 17, 22, *range(27, 32), 34, 35, 36, *range(50, 59)), DATE),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 45, 47), TIME),
    46: DURATION,
}
_WORDS = re.compile(r'"[^"]*"?|\\.|_.|\*.')  # quoted words, letters that stand for themselves, room as wide as a letter, fillers
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_ZEROS = re.compile("0{2,60}")
_ESCAPED = re.compile("_x[0-9A-Fa-f]{4}_")


@dataclass(frozen=True)
class Sheet:
    """``part``: its name in the archive. ``seen``: visible | hidden | very hidden."""

    name: str
    part: str
    seen: str


@dataclass
class Book:
    """``from_1904``: day 0 is 1904-01-01. ``formats``: per style what its number format makes of a number
    (``meaning_of``)."""

    sheets: list[Sheet]
    from_1904: bool
    formats: list[str]
    strings: str | None
    styles: str | None


@dataclass
class Strings:
    """The shared texts, of which only this is kept: per text its length, and a check sum of it without blanks (-1: blank, -2: it has
    escaped characters)."""

    lengths: array[int] = field(default_factory=lambda: array("L"))
    sums: array[int] = field(default_factory=lambda: array("q"))


def read_book(parts: Parts) -> Book:
    """Raises Refused PBR423 (an archive that is no workbook), PBR424, PBR425."""
    if "mimetype" in parts and "content.xml" in parts:
        raise refuse("PBR423", f"{parts.name} is an OpenDocument file", "save it as XLSX or as CSV UTF-8", Place(parts.name))
    if "_rels/.rels" not in parts:
        says = f"{parts.name} is a ZIP archive and not a workbook"
        raise refuse("PBR423", says, "unpack it and give the table it holds", Place(parts.name))
    main = next((target for kind, target in _relations(parts, "").values() if kind == "officeDocument"), None)
    if main is None or not main.lower().endswith(".xml"):
        says = f"{parts.name} is an Office file of another kind than XLSX (no workbook of XML in it)"
        raise refuse("PBR423", says, "save it as XLSX or as CSV UTF-8", Place(parts.name))
    relations = _relations(parts, main)
    listed: list[dict[str, str]] = []
    from_1904 = False
    root = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal from_1904, root
        root = root or name
        if name == "sheet":
            listed.append(plain_attributes(attributes))
        elif name == "workbookPr":
            from_1904 = is_true(attributes.get("date1904"))

    _parse(parts, main, start)
    if root != "workbook":
        says = f"{parts.name} is an Office document and not a workbook"
        raise refuse("PBR423", says, "save the table as XLSX or as CSV UTF-8", Place(parts.name))
    sheets = []
    for about in listed:
        kind, target = relations.get(about.get("id", ""), ("", ""))
        if not target:
            raise parts.damaged(f"its sheet {about.get('name', '')[:60]!r} is listed, and there is no such part")
        if kind == "worksheet":  # others are charts, dialogs and macros
            seen = {"hidden": "hidden", "veryHidden": "very hidden"}.get(about.get("state", ""), "visible")
            sheets.append(Sheet(about.get("name", ""), target, seen))
    by_kind = dict(relations.values())
    styles = by_kind.get("styles")
    return Book(sheets, from_1904, _formats(parts, styles) if styles else [], by_kind.get("sharedStrings"), styles)


def choose_sheet(book: Book, wanted: Scalar | None, name: str) -> Sheet:
    """The sheet that the layout names, else the only one to be seen. Raises Refused PBR426."""
    all_of_them = _listed(book.sheets)
    if wanted is not None:
        found = [sheet for sheet in book.sheets if sheet.name == wanted.text]
        if len(found) == 1:
            return found[0]
        near = difflib.get_close_matches(wanted.text.casefold(), [sheet.name.casefold() for sheet in book.sheets], 1)
        meant = next((sheet.name for sheet in book.sheets if near and sheet.name.casefold() == near[0]), None)
        hint = f"did you mean {meant!r}? " if meant is not None else ""
        says = (
            f"{name} has no sheet {wanted.text!r}; its sheets are {all_of_them}" if not found else f"{name} has two sheets {wanted.text!r}"
        )
        raise refuse("PBR426", says, hint + "Rename the sheet, or correct `sheet` in the contract's layout", Place(name))
    seen = [sheet for sheet in book.sheets if sheet.seen == "visible"]
    if len(seen) == 1:
        return seen[0]
    if not book.sheets:
        raise refuse("PBR426", f"{name} has no sheet with cells", "give a workbook with the table", Place(name))
    many = f"has {len(seen)} sheets, and it is not clear which to read" if seen else "has no sheet that is not hidden"
    says = f"{name} {many}: {all_of_them}"
    raise refuse("PBR426", says, "keep the one with the table, or say `sheet: NAME` in the contract's layout", Place(name))


def _listed(sheets: list[Sheet]) -> str:
    names = [repr(sheet.name[:60]) + (f" ({sheet.seen})" if sheet.seen != "visible" else "") for sheet in sheets[:20]]
    return ", ".join(names) + (f" and {len(sheets) - 20} more" if len(sheets) > 20 else "")


def read_strings(parts: Parts, part: str, pieces: Iterable[bytes]) -> Strings:
    """Raises Refused PBR424, PBR425."""
    strings = Strings()
    pick = TextPicker(parts)

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            pick.begin()
            if len(strings.sums) >= MOST_STRINGS:
                raise parts.too_large(f"has more than {MOST_STRINGS:,} different texts")
        else:
            pick.start(name)

    def end(name: str) -> None:
        if name == "si":
            text = pick.taken()
            strings.lengths.append(len(text))
            strings.sums.append(sum_of(text))
        else:
            pick.end(name)

    parse(parts, part, pieces, start, end, pick.text)
    return strings


class TextPicker:
    """Takes the text of ``t`` elements together, those that say how it is pronounced left out."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.begin()

    def begin(self) -> None:
        self.found: list[str] = []
        self.length = 0
        self.inside = self.aside = False

    def start(self, name: str) -> None:
        if name == "t":
            self.inside = not self.aside
        elif name == "rPh":
            self.aside = True

    def end(self, name: str) -> None:
        if name == "t":
            self.inside = False
        elif name == "rPh":
            self.aside = False

    def text(self, data: str) -> None:
        if self.inside:
            self.length += len(data)
            if self.length > LONGEST_TEXT:
                raise self.parts.too_large(f"has a cell with more than {LONGEST_TEXT:,} characters; Excel itself has at most 32,767")
            self.found.append(data)

    def taken(self) -> str:
        return "".join(self.found)


def sum_of(text: str) -> int:
    """A check sum by which two readers of one text are compared. Blanks take no part, for readers differ in which of them they keep."""
    if not text.strip(BLANKS):
        return -1
    if "_x" in text and _ESCAPED.search(text):
        return -2
    return zlib.crc32("".join(text.split()).encode("utf-8", "replace"))


def meaning_of(code: str) -> str:
    """What a number format such as ``0.0%`` or ``dd/mm/yyyy`` makes of a number. One of zeros alone, such as ``00000``, stands for itself:
    it shows a whole number with so many digits."""
    if _ZEROS.fullmatch(code):
        return code
    bare = _WORDS.sub("", code)
    if _ELAPSED.search(bare):
        return DURATION
    bare = re.sub(r"\[[^\]]*\]?", "", bare).casefold().replace("general", "")
    if any(letter in bare for letter in "dy"):
        return DATE
    if any(letter in bare for letter in "hs"):
        return TIME
    if "m" in bare:
        return DATE  # months alone
    return PERCENT if "%" in bare else NUMBER


def _formats(parts: Parts, part: str) -> list[str]:
    own: dict[str, str] = {}
    formats: list[str] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if name == "numFmt":
            own.setdefault(attributes.get("numFmtId", ""), attributes.get("formatCode", ""))
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            number = attributes.get("numFmtId", "0")
            built_in = _BUILT_IN.get(int(number), NUMBER) if number.isascii() and number.isdigit() and len(number) < 10 else NUMBER
            formats.append(meaning_of(own[number]) if number in own else built_in)

    def end(name: str) -> None:
        nonlocal inside
        if name == "cellXfs":
            inside = False

    parse(parts, part, parts.pieces(part, _MOST_ABOUT), start, end, lambda data: None)
    return formats


def _parse(parts: Parts, part: str, start: object) -> None:
    parse(parts, part, parts.pieces(part, _MOST_ABOUT), start, lambda name: None, lambda data: None)  # type: ignore[arg-type]


def _relations(parts: Parts, part: str) -> dict[str, tuple[str, str]]:
    """Relations of a part by their id: what they are for, and the part's name in the archive. Those that lead outside are left out."""
    folder, base = posixpath.split(part)
    where = posixpath.join(folder, "_rels", base + ".rels")
    out: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        about = plain_attributes(attributes)
        if name != "Relationship" or about.get("TargetMode") == "External":
            return
        target = about.get("Target", "").replace("\\", "/")
        full = posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target))
        if about.get("Id", "") in out:
            raise parts.damaged(f"its part {where!r} has two relations of one name")
        out[about.get("Id", "")] = (about.get("Type", "").rpartition("/")[2], full)

    if where not in parts:
        raise parts.damaged(f"its part {where[:80]!r} is missing")
    _parse(parts, where, start)
    return out
