"""Times ``pbr publish`` on 100, 200 and 400 assessments: seconds in all, peak memory, how much is shown; and in one process the attacker's share.

    python benchmarks/publish/run.py [FOLDER]
    python benchmarks/publish/run.py --one NUMBER FOLDER [PROCESSES]

Prints Markdown. FOLDER holds the assessments that ``portfolio.py`` makes, and is filled where it is not; making them is not timed. Each size is a process of its own: peak memory is
that of the whole process, and includes Python and what it imports. Seconds are of the clock, and of the processor, which says what it costs on a machine that does other things too.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import portfolio  # noqa: E402

SIZES = (100, 200, 400)


def publish(home: Path, number: int, processes: int) -> dict[str, Any]:
    """Publishes the first ``number`` assessments, and says what it took. What reading and deciding take is known only in one process."""
    from pbr.platform.files import files_here
    from pbr.publish import by_contract, publishing

    took: dict[str, tuple[float, float]] = {}

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            clock, processor = time.perf_counter(), _processor()
            try:
                return work(*given, **named)
            finally:
                before = took.get(name, (0.0, 0.0))
                took[name] = before[0] + time.perf_counter() - clock, before[1] + _processor() - processor

        return run

    if processes == 1:
        for name in ("read_contract", "decide"):
            setattr(by_contract, name, timed(name, getattr(by_contract, name)))
    publishing.write_site = timed("write_site", publishing.write_site)
    folders = [portfolio.folder_of(home, job) for job in list(portfolio.jobs())[:number]]
    with tempfile.TemporaryDirectory() as out:
        site = Path(out) / "site"
        made = timed("all", publishing.publish)(files_here(), folders, site, title="A benchmark", processes=processes)
        size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    return {
        "number": number,
        "processes": processes,
        "took": took,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "worker": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,
        "bytes": size,
        **made.to_json(),
    }


def _processor() -> float:
    """Seconds of the processor, those of processes that have ended too."""
    both = (resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def row(told: dict[str, Any]) -> str:
    clock, processor = told["took"]["all"]
    figures, lines = told["figures"], told["lines"]
    return (
        f"| {told['number']} | {told['processes']} | {clock:.0f} | {processor:.0f} | {told['took']['write_site'][1]:.0f} "
        f"| {told['peak'] / 1024:,.0f} | {told['worker'] / 1024:,.0f} | {told['files']:,} | {told['bytes'] / 1e6:,.0f} "
        f"| {100 * figures['shown'] / (figures['shown'] + figures['withheld']):.1f}% of {figures['shown'] + figures['withheld']:,} | {100 * lines['shown'] / lines['all']:.1f}% of {lines['all']:,} |"
    )


def share(told: dict[str, Any]) -> str:
    """Where the processor seconds go, in one process."""
    whole = told["took"]["all"][1]
    parts = (("reading", "read_contract"), ("disclosure control", "decide"), ("writing", "write_site"))
    said = ", ".join(f"{label} {told['took'][name][1]:.0f} ({100 * told['took'][name][1] / whole:.0f}%)" for label, name in parts)
    return f"{told['number']} in one process: {whole:.0f} processor seconds: {said}; peak {told['peak'] / 1024:,.0f} MiB"


def _one(home: Path, number: int, processes: int) -> dict[str, Any]:
    """In a process of its own."""
    done = subprocess.run([sys.executable, __file__, "--one", str(number), str(home), str(processes)], stdout=subprocess.PIPE, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def main() -> int:
    given = sys.argv[1:]
    if given[:1] == ["--one"]:
        print(json.dumps(publish(Path(given[2]), int(given[1]), int(given[3]) if given[3:] else 2)))
        return 0
    home = Path(given[0]) if given else HERE.parents[1] / "build" / "bench-publish"
    sys.argv[1:] = [str(home)]
    if any(not portfolio.folder_of(home, job).exists() for job in portfolio.jobs()) and portfolio.main():
        return 1
    print(
        "| assessments | processes | seconds | processor seconds | writing, of that | peak MiB | of the largest other process | files | MB | figures shown | payment lines shown |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for number in SIZES:
        print(row(_one(home, number, 2)), flush=True)
    print(f"\n{share(_one(home, SIZES[0], 1))}")
    print(f"\nload of the machine at the end: {os.getloadavg()[0]:.1f}, with {os.cpu_count()} cores")
    return 0


if __name__ == "__main__":
    sys.exit(main())
