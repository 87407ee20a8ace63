"""The tamper campaign on logs: ``python tests/tamper/run_logs.py --cases 100000``. Writes ``build/tamper-logs.json``, from which docs/proof.md is made.

Each case is written to a folder, with what the reader kept of the log before, and given to all three verifiers. Untouched logs are among them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from random import Random

from adversary import NO_EVIDENCE, Planted, attack, possible
from judging import Asked, Result, located, said, stand_alone, unwitnessed
from writing import Files, Keys, sound

# how often a log of each size is attacked, of 10,000; the largest takes as long as thousands of the smallest
SHARES = {1: 4_200, 2: 4_200, 255: 520, 256: 520, 257: 558, 65_537: 2}
UNTOUCHED = "untouched"
HOME = Path("/dev/shm") if Path("/dev/shm").is_dir() else None


def write(folder: Path, files: Files) -> None:
    """The folder, and nothing else in it."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def case(seed: int, only: str | None = None) -> tuple[int, Planted]:
    """The size of the log and what is done to it; one in twenty is left as it is. ``only``: this attack alone, on logs of 12 entries."""
    rng = Random(seed)
    if only is not None:
        return 12, attack(rng, 12, only)
    size = rng.choices(list(SHARES), list(SHARES.values()))[0]
    if rng.randrange(20) == 0:
        log = sound(size)
        return size, Planted(UNTOUCHED, None, None, log.files, log.view(rng.randrange(size + 1)))
    return size, attack(rng, size)


class Program:
    """The program's own checking, asked as the others are."""

    name = "pbr"

    def __init__(self, policy: Path) -> None:
        self._policy = policy

    def ask(self, folder: Path, view: Path) -> dict[str, object]:
        from asking import ask_program

        return ask_program(folder, self._policy, view)


def judge(
    number: int, size: int, planted: Planted, folder: Path, view: Path, program: Program, others: list[Asked], result: Result
) -> None:
    write(folder, planted.files)
    write(view, planted.view)
    answers = [("pbr", program.ask(folder, view)), *((one.name, one.ask(f"log {folder}\t{view}")) for one in others)]
    tally = result.of(planted.attack)
    tally.tried += 1
    sound_one = planted.attack == UNTOUCHED
    broken = [answer["verdict"] == "broken" for _, answer in answers]
    if planted.unseen:
        found = [answer["verdict"] != "verified" for _, answer in answers]
        where = [unwitnessed(answer, planted.entry) for _, answer in answers]
    else:
        found, where = broken, [located(answer, planted.entry, planted.file) for _, answer in answers]
    tally.found += not sound_one and all(found)
    tally.located += not sound_one and all(where)
    tally.alarms += sound_one and any(broken)
    unasked = planted.attack.startswith(NO_EVIDENCE)  # what is left vouches for as much, or the answer is less than verified
    where_planted = f"case {number} ({planted.attack}, {size} entries), planted at {planted.entry} {planted.file}: "
    if len({said(answer) for _, answer in answers}) > 1:
        tally.disagreed += 1
        result.miss(where_planted + " | ".join(f"{name} {said(answer)[:2]}" for name, answer in answers)[:600])
    elif (sound_one and any(broken)) or (not sound_one and not unasked and not (all(found) and all(where))):
        result.miss(where_planted + str(said(answers[0][1])[:2])[:600])


def work(first: int, last: int, worker: int, only: str | None = None) -> Result:
    result = Result()
    with tempfile.TemporaryDirectory(prefix="pbr-tamper-", dir=HOME) as home:
        base = Path(home)
        policy = base / "policy"
        policy.write_bytes(Keys().policy())
        program, others = Program(policy), stand_alone(policy)
        began = time.monotonic()
        for number in range(first, last):
            size, planted = case(number, only)
            judge(number, size, planted, base / "log", base / "view", program, others, result)
            if worker == 0 and sys.stderr.isatty() and number % 50 == 0:
                done = (number - first + 1) / (last - first)
                print(f"\r{done:.1%} after {time.monotonic() - began:.0f} s", end="", file=sys.stderr)
        for one in others:
            one.close()
    return result


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--cases", type=int, default=100_000)
    reader.add_argument("--first", type=int, default=0)
    reader.add_argument("--workers", type=int, default=2)
    reader.add_argument("--only", choices=sorted({each.__name__ for each in possible(12)}), help="this attack alone, on logs of 12 entries")
    reader.add_argument("--out", type=Path, default=Path("build/tamper-logs.json"))
    given = reader.parse_args()
    began = time.monotonic()
    total = Result()
    edges = [given.first + given.cases * n // given.workers for n in range(given.workers + 1)]
    with ProcessPoolExecutor(given.workers) as pool:
        for part in pool.map(work, edges, edges[1:], range(given.workers), [given.only] * given.workers):
            total.add(part)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    tallies = {name: asdict(total.tallies[name]) for name in sorted(total.tallies)}
    given.out.write_text(json.dumps({"cases": given.cases, "tallies": tallies, "misses": total.misses}, indent=2) + "\n")
    for name, tally in tallies.items():
        print(f"{name:52} {tally}")
    for text in total.misses[:20]:
        print(text)
    print(f"{given.cases} cases in {time.monotonic() - began:.0f} s")
    wrong = [
        tally
        for name, tally in tallies.items()
        if tally["disagreed"]
        or tally["alarms"]
        or (name != UNTOUCHED and not name.startswith(NO_EVIDENCE) and tally["located"] < tally["tried"])
    ]
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
