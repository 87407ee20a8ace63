"""docs/errors.md is made from the codes: each with its meaning, what to do, and a message that a test provokes."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping
from pathlib import Path

import pbr
from tests.docs.pages import DOCS, ROOT, UPDATE

CODE = re.compile(r"PBR\d{3}")
SEVERITIES = {
    "reject": "The row is rejected: it takes no part, and each of its reasons is in `rejected.csv`.",
    "unused": "The row is set aside: another one like it is used.",
    "flag": "Only said: it rejects nothing.",
    "missing": "A row that should have been submitted was not; it counts as a rejected one.",
}
INTRO = """# Codes

Every message has a code that stays the same from version to version. Find yours in the list, or search this page for it: below the lists each code has what it
means, what to do, and a message as it is printed. A contract's own checks have codes of their own; their sentences are in the contract.

This page is made from the program by a test; each message shown is one that a test provokes.
"""


def code_modules() -> dict[str, object]:
    """Every module that lists codes, by name."""
    names = [found.name for found in pkgutil.walk_packages(pbr.__path__, "pbr.") if found.name.rpartition(".")[2] in ("codes", "trouble")]
    modules = {name: importlib.import_module(name) for name in sorted(names)}
    return {name: module for name, module in modules.items() if hasattr(module, "CODES") or hasattr(module, "STOPS")}


def meanings() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, module in code_modules().items():
        for listed in ("CODES", "STOPS", "FINDINGS"):
            table: Mapping[str, object] = getattr(module, listed, {})
            for code, meaning in table.items():
                assert code not in found, f"{code} is listed twice, again in {name}"
                found[code] = meaning[1] if isinstance(meaning, tuple) else str(meaning)
    return dict(sorted(found.items()))


def examples() -> dict[str, str]:
    """For each code the shortest golden message that holds it."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "tests").rglob("*.txt")):
        text = path.read_text(encoding="utf-8", errors="replace")
        for part in re.split(r"\n\s*\n|(?=^\S+:\d+(?::\d+)?   PBR)", text, flags=re.MULTILINE):
            codes = set(CODE.findall(part))
            message = part.strip("\n")
            if len(codes) == 1 and len(message) < 1_200 and (code := codes.pop()) in message.splitlines()[0]:
                found[code] = min(message, found.get(code, message), key=len)
    return found


def page() -> str:
    from pbr.submission.codes import FINDINGS, what_to_do

    shown = examples()
    parts = [INTRO]
    headings = {
        "1": "The contract's text", "2": "Expressions", "3": "What a contract means", "4": "The submission",
        "5": "Worked examples, engines, keys and logs", "6": "Places to write to", "7": "Assessments", "8": "More of the language", "9": "More of the language, and time",
    }  # fmt: skip
    known = meanings()
    for first, heading in headings.items():
        parts.append(f"**{heading}** (PBR{first}..)\n")
        parts.append("".join(f"- [{code}](#{code.lower()}) {meaning}\n" for code, meaning in known.items() if code[3] == first))
    last = ""
    for code, meaning in known.items():
        if code[3] != last:
            last = code[3]
            parts.append(f"## PBR{last}: {headings[last]}\n")
        parts.append(f"### {code}\n\n{meaning[:1].upper()}{meaning[1:]}.\n")
        if code in FINDINGS:
            parts.append(f"{SEVERITIES[FINDINGS[code][0]]} What to do: {what_to_do(code)}.\n")
        if code in shown:
            parts.append(f"```\n{shown[code]}\n```\n")
    return "\n".join(parts)


def test_the_page_is_what_the_program_says() -> None:
    path = DOCS / "errors.md"
    made = page()
    if UPDATE:
        path.write_text(made, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == made, "run: PBR_UPDATE_GOLDEN=1 pytest tests/docs/test_errors_page.py"


def test_every_code_is_listed_and_every_listed_code_is_used() -> None:
    listed = set(meanings())
    homes = {Path(str(module.__file__)).resolve() for module in code_modules().values()}  # type: ignore[attr-defined]
    used: dict[str, str] = {}
    for path in sorted((ROOT / "pbr").rglob("*.py")):
        if path.resolve() not in homes or path.name == "trouble.py":
            for code in re.findall(r"""["'](PBR\d{3})["']""", path.read_text(encoding="utf-8")):
                used.setdefault(code, str(path.relative_to(ROOT)))
    assert {code: where for code, where in used.items() if code not in listed} == {}
    assert sorted(listed - set(used)) == []
