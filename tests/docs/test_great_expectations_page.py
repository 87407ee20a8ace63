"""docs/great-expectations.md against the program: its table is the mapping, its programs run. PBR_UPDATE_GOLDEN=1 writes the table anew."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

from pbr.expectations.mapping import Expected, expected
from pbr.expectations.writing import write_suites
from pbr.platform.files import RealFiles
from pbr.submission.codes import FINDINGS, STOPS
from tests.docs.pages import DOCS, UPDATE, between, page
from tests.expectations.wide import FAULTY, PLAN, RIGHT, WIDE, read
from tests.submission.submitting import plan_of

NAME = "great-expectations.md"
OWN = "the contract's own"
# With pyspark half installed, as in an environment with many things in it, importing the library ends the program.
FIRST = 'import sys\nsys.modules["pyspark"] = None\n'


def _row(one: Expected) -> str:
    if not one.codes:
        return "| | nothing takes the row away, whatever the check | yes/no | `critical` |"
    own = one.codes[0] not in FINDINGS and one.codes[0] not in STOPS
    codes = OWN if own else ", ".join(one.codes)
    words = (
        "checks and flags on rows and between rows"
        if own
        else "; ".join({**STOPS, **{code: FINDINGS[code][1] for code in FINDINGS}}[code] for code in one.codes)
    )
    severity = "`critical` or `warning`" if own else f"`{one.severity}`"
    return f"| {codes} | {words} | {'yes/no' if one.told else f'`{one.kind}`'} | {severity} |"


def _table() -> str:
    rows = {_row(one) for table in PLAN.tables for one in expected(PLAN, table)}
    return "".join(f"{row}\n" for row in sorted(rows, key=lambda row: (row.startswith("| |"), row.startswith(f"| {OWN}"), row)))


def test_the_table_is_the_mapping() -> None:
    text = page(NAME)
    start, end = between(text, "|---|---|---|---|", "<!-- end of table -->")
    if UPDATE:
        text = text[:start] + _table() + text[end:]
        (DOCS / NAME).write_text(text, encoding="utf-8")
        start, end = between(text, "|---|---|---|---|", "<!-- end of table -->")
    assert text[start:end] == _table()


def _program(marker: str) -> str:
    text = page(NAME)
    start = text.index("```python\n", text.index(f"<!-- run: {marker} -->")) + len("```python\n")
    return text[start : text.index("```", start)]


def test_its_programs_run_and_find_what_we_find(tmp_path: Path) -> None:
    """On the rows that we write, and on the file itself: the second may not differ in what is mapped."""
    plan = plan_of(WIDE)
    rows = [RIGHT, *FAULTY]
    with (tmp_path / "releases.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[column.name for column in WIDE.columns], *rows])
    with read(rows, [], []) as accepted:
        write_suites(plan, {"wide": tmp_path / "releases.json"}, RealFiles(), accepted)
        found = accepted.con.execute('SELECT DISTINCT CODE FROM findings WHERE "ROW" IS NOT NULL').fetchall()
    first, own = _program("the rows that pbr wrote"), _program("a file of one's own")
    opening, running = first.split("\ncontext = ", 1)
    for number, program in enumerate((first, f"{opening}\n{own}\ncontext = {running}")):
        (tmp_path / f"run{number}.py").write_text(FIRST + program, encoding="utf-8")
    (tmp_path / "both.py").write_text(
        "import runpy\nfor number in (0, 1):\n    runpy.run_path(f'run{number}.py')\n    print('---')\n", encoding="utf-8"
    )
    run = subprocess.run([sys.executable, "both.py"], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=120, env=None)
    assert run.returncode == 0, run.stderr[-2000:]
    told, mapped, _ = (part.strip().splitlines() for part in run.stdout.split("---"))
    assert {code for (code,) in found} <= {word for line in told for word in line.split() if word.startswith("PBR")}
    assert mapped == [line for line in told if line in mapped] and len(mapped) > 15
    assert set(told) - set(mapped) and not any(line.startswith(("PBR443", "PBR454", "PBR459", " ")) for line in mapped)
