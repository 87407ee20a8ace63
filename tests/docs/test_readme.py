"""The demo on README's first screen is what `make demo` prints. PBR_UPDATE_GOLDEN=1 writes it anew: read the difference."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.consoles import run
from tests.docs.pages import ROOT, UPDATE, between

README = ROOT / "README.md"
BEGIN, END = "<!-- demo: what `make demo` prints; a test keeps it true -->", "<!-- end of demo -->"


def recipe(makefile: str) -> list[str]:
    """The lines of the demo's recipe, joined where they go on, with the Makefile's variables filled in."""
    found = re.search(r"^demo:[^\n]*\n((?:\t[^\n]*\n)+)", makefile, re.MULTILINE)
    assert found
    variables = dict(re.findall(r"^([A-Z]+) := ([^\n$]*)$", makefile, re.MULTILINE))
    lines = [line.strip().lstrip("@") for line in found.group(1).replace("\\\n", " ").splitlines()]
    return [" ".join(re.sub(r"\$\(([A-Z]+)\)", lambda name: variables.get(name[1], name[0]), line).split()) for line in lines]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the recipe prints, its programs being this checkout's."""
    folder: Path = tmp_path_factory.mktemp("demo")
    (folder / "contracts").symlink_to(ROOT / "contracts")
    out = ""
    for line in recipe((ROOT / "Makefile").read_text(encoding="utf-8")):
        program, _, rest = line.partition(" ")
        if program == "rm":
            continue
        if program == "echo":
            out += rest + "\n"
            continue
        assert program.endswith("/pbr"), f"the demo runs {program}"
        text, code = run(f"pbr {rest}", folder)
        assert code == 0, text
        out += text
    return out


def test_the_demo_on_the_first_screen_is_what_make_demo_prints(printed: str) -> None:
    text = README.read_text(encoding="utf-8")
    start, end = between(text, BEGIN, END)
    shown = f"```\n{printed}```\n"
    if UPDATE:
        text = text[:start] + shown + text[end:]
        README.write_text(text, encoding="utf-8")
        start, end = between(text, BEGIN, END)
    assert text[start:end] == shown, "run this test with PBR_UPDATE_GOLDEN=1"


def test_the_demo_explains_a_payment_and_stands_early() -> None:
    text = README.read_text(encoding="utf-8")
    start, end = between(text, BEGIN, END)
    assert "is repaid" in text[start:end] and "Written to demo" in text[start:end]
    assert text.count("\n", 0, start) < 15, "the demo belongs on the first screen"
    assert "make demo" in text and "make test" in text
