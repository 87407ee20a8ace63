"""Where the time of ``pbr assess`` goes: each query of a run, by the function that asks for it.

    python benchmarks/assess/where.py SUBMISSION [--queries]

SUBMISSION is a folder made by generate.py. Prints a table in Markdown: processor seconds of the whole process, all threads together, and seconds of
the clock, by stage and function; Python's own time beside the queries is a line of its own. ``--queries``: the longest queries too, with their text.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import generate  # noqa: E402

PACKAGE = str(HERE.parents[1] / "pbr")
SKIPPED = ("engine/columns/database.py", "statement/stored.py")  # they pass on what others ask


class Recording:
    """A connection that says how long each query took."""

    def __init__(self, con: Any, record: Callable[[str, str, float, float], None]) -> None:
        self._con, self._record = con, record

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)

    def execute(self, query: str, *given: Any) -> Any:
        return _Result(self, self._timed(query, lambda: self._con.execute(query, *given)), query)

    def _timed(self, query: str, work: Callable[[], Any]) -> Any:
        processor, clock = time.process_time(), time.perf_counter()
        try:
            return work()
        finally:
            self._record(_asker(), query, time.process_time() - processor, time.perf_counter() - clock)


class _Result:
    """Fetching is part of the query: DuckDB may only then do its work."""

    def __init__(self, recording: Recording, result: Any, query: str) -> None:
        self._recording, self._result, self._query = recording, result, query

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._result, name)
        return (lambda *given: self._recording._timed(self._query, lambda: found(*given))) if name.startswith("fetch") else found


def _asker() -> str:
    frame: Any = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(PACKAGE):
            short = file[len(PACKAGE) + 1 :]
            if short not in SKIPPED:
                return f"{short} {frame.f_code.co_name}"
        frame = frame.f_back
    return "?"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("submission", type=Path)
    parser.add_argument("--queries", action="store_true")
    given = parser.parse_args()
    from pbr import assessment
    from pbr.platform.limits import Limits

    Limits.beside = property(lambda limits: False)  # type: ignore[assignment]  # of two queries at once it cannot be told which took what

    taken: list[tuple[str, str, str, float, float]] = []
    stages: list[tuple[str, float, float]] = []

    def connect(*arguments: Any, **named: Any) -> Any:
        return Recording(opened(*arguments, **named), lambda asker, *rest: taken.append((stages[-1][0], asker, *rest)))

    opened = assessment.connect
    assessment.connect = connect  # type: ignore[assignment]
    files = [path for path in sorted(given.submission.iterdir()) if path.stem in generate.TABLES]
    with tempfile.TemporaryDirectory() as home:
        assessment.assess(
            HERE / "contract",
            list(files),
            generate.COMPLETE_TO,
            Path(home) / "out",
            progress=lambda doing: stages.append((doing, time.process_time(), time.perf_counter())),
        )
        stages.append(("", time.process_time(), time.perf_counter()))
    print("| stage | asked by | queries | processor seconds | seconds |\n|---|---|---|---|---|")
    for (stage, processor, clock), (_, ended, stopped) in pairwise(stages):
        total, seconds = ended - processor, stopped - clock
        sums: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0])
        for which, asker, _, spent, passed in taken:
            if which == stage:
                sums[asker] = [sum(pair) for pair in zip(sums[asker], (1, spent, passed), strict=True)]
        print(f"| **{stage}** | | {sum(int(one[0]) for one in sums.values())} | **{total:.2f}** | **{seconds:.2f}** |")
        for asker, (number, spent, passed) in sorted(sums.items(), key=lambda one: -one[1][1]):
            if spent >= 0.005 * (stages[-1][1] - stages[0][1]):
                print(f"| | {asker} | {number:.0f} | {spent:.2f} | {passed:.2f} |")
        rest = [total - sum(one[1] for one in sums.values()), seconds - sum(one[2] for one in sums.values())]
        print(f"| | not in a query | | {rest[0]:.2f} | {rest[1]:.2f} |")
    print(f"| **in all** | | {len(taken)} | **{stages[-1][1] - stages[0][1]:.2f}** | **{stages[-1][2] - stages[0][2]:.2f}** |")
    if given.queries:
        for stage, asker, query, spent, passed in sorted(taken, key=lambda one: -one[3])[:25]:
            print(f"\n{spent:.2f} ({passed:.2f}) {stage}, {asker}\n{query}")


if __name__ == "__main__":
    main()
