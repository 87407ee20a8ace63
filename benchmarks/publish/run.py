"""Times ``pbr publish`` on 100, 200 and 400 assessments: seconds in all, the attacker's share, peak memory, how much is shown.

    python benchmarks/publish/run.py [FOLDER]

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


def publish(home: Path, number: int) -> dict[str, Any]:
    """Publishes the first ``number`` assessments, and says what it took."""
    from pbr.platform.files import files_here
    from pbr.publish import publishing

    took: dict[str, tuple[float, float]] = {}

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            clock, processor = time.perf_counter(), time.process_time()
            try:
                return work(*given, **named)
            finally:
                took[name] = time.perf_counter() - clock, time.process_time() - processor

        return run

    for name in ("read", "decide", "write_site"):
        setattr(publishing, name, timed(name, getattr(publishing, name)))
    folders = [portfolio.folder_of(home, job) for job in list(portfolio.jobs())[:number]]
    with tempfile.TemporaryDirectory() as out:
        site = Path(out) / "site"
        whole = timed("all", publishing.publish)
        made = whole(files_here(), folders, site, title="A benchmark")
        size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    return {
        "number": number,
        "took": took,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "bytes": size,
        **made.to_json(),
    }


def row(told: dict[str, Any]) -> str:
    clock, processor = zip(*(told["took"][name] for name in ("all", "read", "decide", "write_site")), strict=True)
    figures, lines = told["figures"], told["lines"]
    peak = told["peak"] / 1024
    return (
        f"| {told['number']} | {clock[0]:.0f} | {processor[0]:.0f} | {processor[1]:.0f} | {processor[2]:.0f} ({100 * processor[2] / processor[0]:.0f}%) | {processor[3]:.0f} "
        f"| {peak:,.0f} | {told['files']:,} | {told['bytes'] / 1e6:,.0f} "
        f"| {100 * figures['shown'] / (figures['shown'] + figures['withheld']):.1f}% of {figures['shown'] + figures['withheld']:,} | {100 * lines['shown'] / lines['all']:.1f}% of {lines['all']:,} |"
    )


def main() -> int:
    given = sys.argv[1:]
    if given[:1] == ["--one"]:
        print(json.dumps(publish(Path(given[2]), int(given[1]))))
        return 0
    home = Path(given[0]) if given else HERE.parents[1] / "build" / "bench-publish"
    sys.argv[1:] = [str(home)]
    if any(not portfolio.folder_of(home, job).exists() for job in portfolio.jobs()) and portfolio.main():
        return 1
    print(
        "| assessments | seconds | processor seconds | reading | disclosure control, of that | writing | peak MiB | files | MB | figures shown | payment lines shown |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for number in SIZES:
        done = subprocess.run([sys.executable, __file__, "--one", str(number), str(home)], stdout=subprocess.PIPE, check=True)
        print(row(json.loads(done.stdout.splitlines()[-1])), flush=True)  # the solver may have written lines of its own before
    print(f"\nload of the machine at the end: {os.getloadavg()[0]:.1f}, with {os.cpu_count()} cores")
    return 0


if __name__ == "__main__":
    sys.exit(main())
