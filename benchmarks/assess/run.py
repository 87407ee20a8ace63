"""Times ``pbr assess`` against the same work by hand (floor.py), against a bare copy of the same files to Parquet (copy_files.py), and against other tools (others/).

    python benchmarks/assess/run.py [--sizes 10000,100000] [--formats csv,parquet] [--dirty 0,0.002] [--times 3] [--verify-up-to 10000]
        [--others PYTHON] [--others-up-to 1000000] [--write docs/performance.md]

Prints Markdown, and with ``--write`` puts it between the marks in that page. Each is a process of its own, started in turn (copy, floor, pbr, copy, floor, pbr, ...), and each figure is the median. Seconds are
of the clock and of the processor: the second says what the work costs on a machine that does other things too. Peak memory is that of the whole process.

The other tools are run by the Python given with ``--others``, by this one without it. Of a tool that is not installed there, or that did not finish,
a line says so.

Nothing is only timed. After each run of pbr: its digests are those of the runs before it; those of floor.py, so every value of every traced row and
every payment line is the same; and so are the rows with something wrong, by table, row, column and value, and the totals. ``pbr verify`` passes
(recomputed by the reference engine in the last turn, up to ``--verify-up-to`` people; beyond that digests only, and the table says so), and ``pbr explain`` answers
for 100 people picked by a seed. What the other tools wrote is compared too: by digests where they make them, and else by values (answers.py).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import answers  # noqa: E402
import beside  # noqa: E402
import generate  # noqa: E402

CONTRACT = HERE / "contract"
ASKED = 100
ASK = """
import contextlib, io, json, sys
from pbr.cli.main import cli
for words in json.load(sys.stdin):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        cli.main(["explain", sys.argv[1], *words], standalone_mode=False)
    assert words[-1] in out.getvalue(), words
"""


@dataclass(frozen=True)
class Took:
    """``clock`` and ``processor`` in seconds, ``peak`` in MiB."""

    clock: float
    processor: float
    peak: float


def timed(command: list[str]) -> Took:
    """One process, measured by the system's own accounting. Raises SystemExit with what it said where it fails."""
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=said, env=os.environ | {"PYTHONPATH": str(HERE.parents[1])})
        _, status, used = os.wait4(process.pid, 0)
        clock = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)}\n{said.read().decode()}")
    return Took(clock, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def assess(files: list[Path], out: Path) -> list[str]:
    given = [word for path in files for word in ("--data", str(path))]
    return [sys.executable, "-m", "pbr", "assess", str(CONTRACT), *given, "--complete-to", generate.COMPLETE_TO, "--out", str(out)]


def manifest(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return read


def compare(mine: Path, hand: Path) -> None:
    """pbr's folder with the one of floor.py. Raises SystemExit where they are not the same."""
    import duckdb

    ours, theirs = manifest(mine), manifest(hand)
    tables = [name for name in ours["tables"] if name != "findings.parquet"]
    for name in tables:
        one, other = ({key: told["tables"][name][key] for key in ("rows", "root")} for told in (ours, theirs))
        if one != other:
            raise SystemExit(f"{name}: pbr {one}, floor {other}")
    for name, counts in theirs["rows"].items():
        if counts != {key: ours["rows"][name][key] for key in counts}:
            raise SystemExit(f"rows of {name}: pbr {ours['rows'][name]}, floor {counts}")
    for name in generate.TABLES:  # where each row stood in its file is in no digest
        numbers = "SELECT count(*), bit_xor(hash({}, _row)) FROM read_parquet('{}/trace/{}.parquet')"
        key = f"{name[:-1]}_id" if name != "people" else "person_id"
        if len({duckdb.sql(numbers.format(key, folder, name)).fetchall()[0] for folder in (mine, hand)}) > 1:
            raise SystemExit(f"{name}: rows are numbered differently")
    rows = "SELECT TABLE_NAME, {}, COLUMN_NAME, SEVERITY, VALUE FROM read_parquet('{}/findings.parquet')"
    one, other = rows.format("ROW", mine), rows.format("_row", hand)
    both = f"(({one} EXCEPT ALL {other}) UNION ALL ({other} EXCEPT ALL {one}))"
    differ = duckdb.sql(f"SELECT * FROM {both} LIMIT 3").fetchall()
    if differ:
        raise SystemExit(f"findings that only one has: {differ}")
    stated = json.loads((mine / "statement.json").read_bytes())["totals"]["payments"]
    for name, total in theirs["statement"].items():
        pence = {key: int(stated[name][key].replace(".", "")) for key in ("gross", "deducted")}
        if pence != {key: total[key] for key in pence} or stated[name]["held"] != total["held"]:
            raise SystemExit(f"{name}: pbr {stated[name]}, floor {total}")


def people_to_ask(folder: Path, seed: int) -> list[list[str]]:
    """What is asked of 100 people: why they are paid for staying out, or not."""
    import duckdb

    keys = f"SELECT person_id FROM read_parquet('{folder}/trace/people.parquet') ORDER BY md5('{seed}' || person_id) LIMIT {ASKED}"
    return [["stayed_out", key] for (key,) in duckdb.sql(keys).fetchall()]


def check(folder: Path, full: bool) -> tuple[str, float, float]:
    """``pbr verify`` and ``pbr explain`` of a folder: what verify did, its processor seconds, and those of explaining 100 people."""
    began = os.times()
    words = [sys.executable, "-m", "pbr", "verify", str(folder), *([] if full else ["--digests-only"])]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != (0 if full else 4):
        raise SystemExit(f"pbr verify gave {done.returncode}\n{done.stdout}{done.stderr}")
    verified = os.times()
    asked = json.dumps(people_to_ask(folder, 1))
    done = subprocess.run([sys.executable, "-c", ASK, str(folder)], input=asked, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"pbr explain\n{done.stdout}{done.stderr}")
    ended = os.times()

    def between(first: os.times_result, last: os.times_result) -> float:
        return last.children_user + last.children_system - first.children_user - first.children_system

    return "recomputed" if full else "digests only", between(began, verified), between(verified, ended)


def columns_of(folder: Path) -> int:
    return sum(len(told["columns"]) for name, told in manifest(folder)["tables"].items() if name.startswith("trace/"))


@dataclass(frozen=True)
class Case:
    """``times``: turns; ``full``: whether ``pbr verify`` recomputes; ``python``: the one that runs the other tools, None where they are left out."""

    people: int
    kind: str
    dirty: float
    times: int
    full: bool
    python: str | None


def run_other(case: Case, tool: beside.Tool, submission: Path, folders: dict[str, Path]) -> Took | str:
    """One run of another tool, its answers compared; or why there is none."""
    assert case.python is not None
    try:
        took = timed(beside.command(case.python, tool, submission, folders[tool.script]))
    except SystemExit as failed:
        return f"it did not finish: {str(failed).strip().splitlines()[-1]}"
    (compare if tool.same_outputs else answers.compare)(folders["pbr"], folders[tool.script])
    return took


def one_case(home: Path, case: Case, found: dict[str, str | None], say: Callable[[str], None]) -> None:
    people, kind, dirty, times = case.people, case.kind, case.dirty, case.times
    submission = home / f"{people}-{kind}-{dirty}"
    files = generate.write(submission, people, kind, dirty)
    tools = beside.TOOLS if case.python else ()
    unmeasured = {tool.script: beside.why_not(tool, kind, found) for tool in tools}
    runs: dict[str, list[Took]] = {"copy": [], "floor": [], "pbr": [], **{tool.script: [] for tool in tools if not unmeasured[tool.script]}}
    first = ""
    for turn in range(times):
        folders = {name: home / f"{name}-{turn}" for name in runs}
        runs["copy"].append(timed([sys.executable, str(HERE / "copy_files.py"), str(submission), str(folders["copy"])]))
        runs["floor"].append(timed([sys.executable, str(HERE / "floor.py"), str(submission), str(folders["floor"])]))
        runs["pbr"].append(timed(assess(files, folders["pbr"])))
        compare(folders["pbr"], folders["floor"])
        text = (folders["pbr"] / "manifest.json").read_text()
        first = first or text
        if text != first:
            raise SystemExit("two runs of pbr gave two manifests")
        for tool in tools:
            if not unmeasured[tool.script]:
                took = run_other(case, tool, submission, folders)
                if isinstance(took, str):
                    unmeasured[tool.script] = took
                    del runs[tool.script]
                else:
                    runs[tool.script].append(took)
        did, verify, explain = check(folders["pbr"], case.full and turn == times - 1)
        for name, folder in folders.items():
            if folder.exists() and (turn < times - 1 or name != "pbr"):
                remove(folder)
    last = home / f"pbr-{times - 1}"
    told = manifest(last)
    dirt = f"{100 * dirty:g}% dirty" if dirty else "clean"
    size = sum(path.stat().st_size for path in files) / 1e6
    say(f"\n### {people:,} people, {kind}, {dirt}: {size:,.1f} MB\n")
    against = ("copy", "floor", "pbr")
    say(
        f"| | {' | '.join([unit, *('to ' + other for other in against)][n] for unit in ('seconds', 'processor seconds') for n in range(4))} | peak MiB |\n|{'---|' * 10}"
    )
    middle = {
        name: Took(*(statistics.median(getattr(run, what) for run in taken) for what in ("clock", "processor", "peak")))
        for name, taken in runs.items()
    }
    named = {
        "copy": "copied to Parquet",
        "floor": "by hand (floor.py)",
        "pbr": "`pbr assess`",
        **{tool.script: tool.says for tool in tools},
    }
    for name in runs:
        cells = []
        for unit in ("clock", "processor"):
            seconds = getattr(middle[name], unit)
            cells += [f"{seconds:.2f}", *(f"{seconds / getattr(middle[other], unit):.2f}" for other in against)]
        say(f"| {named[name]} | {' | '.join(cells)} | {middle[name].peak:.0f} |")
    for name, why in unmeasured.items():
        if why:
            say(f"\nNot measured: {named[name]}: {why}.")
    rows = ", ".join(
        f"{told['rows'][name]['submitted']:,} {name} ({told['rows'][name]['rejected']:,} rejected)" for name in generate.TABLES
    )
    lines = told["tables"]["payments.parquet"]["rows"]
    say(
        f"\nRows: {rows}; {lines:,} payment lines; {columns_of(last)} columns of trace. Root of the payment lines: `{told['tables']['payments.parquet']['root']}`."
    )
    say(f"Then `pbr verify` ({did}): {verify:.1f} processor seconds; `pbr explain` of {ASKED} people: {explain:.1f}.")
    for folder in (submission, last):
        remove(folder)


def write_page(page: Path, text: str) -> None:
    """Puts what was printed into the page, in the place of what was printed last."""
    begin, end = "<!-- measured -->\n", "<!-- end of measured -->"
    before, _, rest = page.read_text().partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}{text}{end}{after}")


def remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--formats", default="csv,parquet")
    parser.add_argument("--dirty", default="0,0.002")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--verify-up-to", type=int, default=10_000)
    parser.add_argument("--others", default=sys.executable, help="the Python that runs the other tools")
    parser.add_argument("--others-up-to", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder when left out")
    parser.add_argument("--write", type=Path, help="the page that what is printed goes into")
    given = parser.parse_args()
    said: list[str] = []

    def say(text: str) -> None:
        said.append(text + "\n")
        print(text, flush=True)

    import duckdb

    from pbr import __version__

    say(
        f"pbr {__version__}, DuckDB {duckdb.__version__}, Python {platform.python_version()}, {os.cpu_count()} cores. "
        f"Load when it began: {os.getloadavg()[0]:.1f}. {given.times} times each, in turn; medians."
    )
    found = beside.installed(given.others)
    say("Other tools: " + ", ".join(f"{name} {version}" if version else f"no {name}" for name, version in found.items()) + ".")
    with tempfile.TemporaryDirectory(dir=given.folder) as home:
        for people in map(int, given.sizes.split(",")):
            for kind in given.formats.split(","):
                for dirty in map(float, given.dirty.split(",")):
                    python = given.others if people <= given.others_up_to else None
                    one_case(Path(home), Case(people, kind, dirty, given.times, people <= given.verify_up_to, python), found, say)
    if given.write is not None:
        write_page(given.write, "".join(said))


if __name__ == "__main__":
    main()
