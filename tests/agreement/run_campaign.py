"""``make agreement``: compares the engines on many seeds, in two processes, and writes what came of it into docs/agreement.md.

Exits with 1, and names seeds and values, when the engines differ. ``--minutes`` stops early: only what was compared is told.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from multiprocessing import get_context

from both import compare
from page import write_section
from random_contracts import make_case

Result = tuple[int, int, int, int, list[str]]  # seed, items proposed, items that compiled, values, differences


def one(seed: int) -> Result:
    case = make_case(seed)
    found = compare(case)
    return seed, case.proposed, case.accepted, found.values, [str(difference) for difference in found.differences[:3]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=1_000)
    parser.add_argument("--seeds", type=int, default=2_000)
    parser.add_argument("--minutes", type=int, default=60)
    told = parser.parse_args()
    ends = time.monotonic() + 60 * told.minutes
    done: list[Result] = []
    with get_context("spawn").Pool(2) as pool:
        for result in pool.imap(one, range(told.first, told.first + told.seeds)):
            done.append(result)
            for difference in result[4]:
                print(f"seed {result[0]}: {difference}", flush=True)
            if time.monotonic() > ends:
                pool.terminate()
                break
    total = Counter[str]()
    for _, proposed, accepted, values, differences in done:
        total.update(proposed=proposed, accepted=accepted, values=values, different=bool(differences))
    write_section(
        "campaign",
        [
            f"Seeds {told.first:,} to {done[-1][0]:,}: {len(done):,} contracts with {total['accepted']:,} random items ({total['proposed']:,} were "
            f"written, the compiler refused the rest), {total['values']:,} values compared, {total['different']} contracts on which the engines differ."
        ],
    )
    return 1 if total["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
