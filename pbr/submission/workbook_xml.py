"""XML of a workbook's parts as a stream of tags. No part is held, nothing is expanded, nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.parsers import expat

from pbr.problem import Refused
from pbr.submission.workbook_parts import Parts

_UTF8 = ("utf-8", "utf8", "us-ascii", "ascii")

DEEPEST = 64  # elements within elements; sheets have six

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


def parse(parts: Parts, part: str, pieces: Iterable[bytes], start: Start, end: End, text: Callable[[str], None]) -> None:
    """As ``parse_flat``, for names without their prefixes, and with a limit to how deep elements may lie within one another (PBR424)."""
    depth = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise too_deep(parts, part)
        start(local(name), attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(local(name))

    parse_flat(parts, part, pieces, opened, closed, text)


def parse_flat(parts: Parts, part: str, pieces: Iterable[bytes], start: Start, end: End, text: Callable[[str], None]) -> None:
    """Calls ``start``, ``end`` (names as they are written, perhaps with a prefix) and ``text`` (one text may come in pieces) in the order
    of the part. Raises Refused PBR424 for XML that is broken, not UTF-8, or has a document type (whose entities could grow without
    end). ``start`` must see to the depth: an open element costs the parser a hundred bytes."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def declared(version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _UTF8:
            raise parts.damaged(f"its part {part!r} is not UTF-8")

    def doctype(*about: object) -> None:
        raise parts.damaged(f"its part {part!r} has a document type, which no workbook has and which could hide what it says")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.XmlDeclHandler = declared
    parser.StartDoctypeDeclHandler = doctype
    first = True
    try:
        for data in pieces:
            if first and data:
                first = False
                if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
                    raise parts.damaged(f"its part {part!r} is not UTF-8")
            parser.Parse(data, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        told = expat.ErrorString(error.code)
        raise parts.damaged(f"its part {part!r} is broken XML in line {error.lineno}: {told}") from error


def too_deep(parts: Parts, part: str) -> Refused:
    return parts.damaged(f"its part {part!r} has elements within elements, more than {DEEPEST} deep")


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def plain_attributes(attributes: dict[str, str]) -> dict[str, str]:
    """By names without prefixes (``r:id`` as ``id``)."""
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}


def is_true(text: str | None) -> bool:
    return text is not None and text.strip().lower() in ("1", "true", "on")
