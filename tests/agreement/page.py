"""``docs/agreement.md``: two sections that programs write, each between its marks; everything else is written by hand."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "agreement.md"


def _marks(name: str) -> tuple[str, str]:
    return f"<!-- {name} -->\n", f"<!-- end of {name} -->"


def section(name: str) -> str:
    """The text of a section. Raises ValueError where the page has no such section."""
    start, end = _marks(name)
    text = PAGE.read_text(encoding="utf-8")
    return text[text.index(start) + len(start) : text.index(end)]


def write_section(name: str, lines: list[str]) -> None:
    start, end = _marks(name)
    text = PAGE.read_text(encoding="utf-8")
    before, after = text[: text.index(start) + len(start)], text[text.index(end) :]
    PAGE.write_text(before + "".join(f"{line}\n" for line in lines) + after, encoding="utf-8")


def cell(text: str) -> str:
    """Text inside a table."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
