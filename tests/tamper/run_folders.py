"""The tamper campaign on assessments' folders and evidence packs: ``python tests/tamper/run_folders.py --cases 5000``. Writes
``build/tamper-folders.json``, from which docs/proof.md is made.

A folder is given to ``pbr verify``, with the log that it stands in, a policy and the assessment before it, in half of the cases also with what the reader
kept of the log. A pack, redacted or not, is given to all three verifiers. Untouched ones are among them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import adversary_folders
import adversary_packs
import adversary_redacted
from adversary_folders import BROKEN, LESS, NOTHING, SAID, Planted
from bases import folder_of, sound_log, write
from judging import Answer, Asked, Result, said, unwitnessed
from run_logs import HOME, UNTOUCHED
from writing import Files, Keys

AT_ONCE = 100  # cases of a worker before what came out of them is written down
# of 100 cases
SHARES = {"folder": 40, "pack": 45, "redacted": 15}
WHO = {"folder": adversary_folders, "pack": adversary_packs, "redacted": adversary_redacted}


def case(seed: int) -> tuple[str, Planted]:
    """A folder, a pack or a redacted pack, and what is done to it; one in twenty is left as it is."""
    rng = Random(seed)
    (of,) = rng.choices(list(SHARES), list(SHARES.values()))
    return of, WHO[of].untouched(rng) if rng.randrange(20) == 0 else WHO[of].attack(rng)


class Scene:
    """The folders that a case is laid out in: only files that differ from the case before are written."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self._there: dict[str, Files] = {}

    def lay(self, name: str, files: Files) -> Path:
        folder, old = self.base / name, self._there.get(name)
        if old is None or set(old) != set(files):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            old = {}
        write(folder, {path: data for path, data in files.items() if old.get(path) != data})
        self._there[name] = files
        return folder

    def drop(self, name: str) -> None:
        self._there.pop(name, None)


@dataclass
class Readers:
    """Everybody who is asked. ``others``: the stand-alone verifiers, without and with a kept view."""

    policy: Path
    view: Path
    others: dict[bool, list[Asked]]

    def close(self) -> None:
        for each in self.others.values():
            for one in each:
                one.close()


def readers(base: Path) -> Readers:
    write(base, {"policy": Keys().policy()})
    view = write(base / "packs-view", sound_log().log.view())
    others: dict[bool, list[Asked]] = {}
    for kept in (False, True):
        more = ["--policy", str(base / "policy"), *(["--kept", str(view)] if kept else [])]
        others[kept] = [
            Asked("verify.py", [sys.executable, "verifiers/verify.py", "batch", *more]),
            Asked("verify.js", ["node", "verifiers/verify.js", "batch", *more]),
        ]
    return Readers(base / "policy", view, others)


def answers_about_folder(planted: Planted, scene: Scene, policy: Path) -> list[tuple[str, Answer]]:
    from asking import ask_about_folder

    log = None if planted.log is None else scene.lay("log", planted.log)
    view = None if planted.view is None else scene.lay("view", planted.view)
    scene.drop("view")  # the program keeps what it sees
    private = scene.lay("private", planted.private or {})
    previous = None if planted.previous is None else scene.lay(f"previous-{planted.previous}", folder_of(planted.previous))
    return [("pbr", ask_about_folder(scene.lay("folder", planted.files), log, policy, view, private, previous))]


def answers_about_pack(planted: Planted, scene: Scene, asked: Readers) -> list[tuple[str, Answer]]:
    from asking import ask_about_pack

    pack, kept = scene.lay("pack", planted.files), planted.view is not None
    program: tuple[str, Answer] = ("pbr", ask_about_pack(pack, asked.policy, asked.view if kept else None))
    return [program, *((one.name, one.ask(f"pack {pack}")) for one in asked.others[kept])]


def is_found(planted: Planted, answer: Answer) -> bool:
    """Whether an answer is not what it would be if nothing had been done."""
    if planted.expects == SAID:
        return any(f"entry {place.entry}" in text for place in planted.places for text in answer["said"] if "follows" in text)
    return answer["verdict"] in (
        ("broken", "refused")
        if planted.expects == BROKEN and planted.unseen is None
        else ("broken", "refused", "internally consistent", "digests only")
    )


def is_located(planted: Planted, answer: Answer) -> bool:
    if planted.expects in (LESS, SAID):
        return is_found(planted, answer)
    if planted.unseen is not None and unwitnessed(answer, planted.unseen):
        return True
    fits = [any(place.fits(finding) for finding in answer["findings"]) for place in planted.places]
    return all(fits) if planted.every else any(fits)


def judge(number: int, of: str, planted: Planted, answers: list[tuple[str, Answer]], result: Result) -> None:
    tally = result.of(f"{of}: {planted.attack}")
    tally.tried += 1
    agreed = len({said(answer) for _, answer in answers}) == 1
    tally.disagreed += not agreed
    told = f"{answers[0][1]['verdict']} {_places(answers[0][1])}" if agreed else differing(answers)
    where = f"case {number} ({of} {planted.base}: {planted.attack}), planted at {planted.places}: {told}"[:1500]
    if planted.attack == UNTOUCHED or planted.expects == NOTHING:
        broken = any(answer["verdict"] in ("broken", "refused") for _, answer in answers)
        less = planted.attack == UNTOUCHED and any(answer["verdict"] != "verified" for _, answer in answers)
        tally.alarms += broken or less
        right = not (broken or less)
    else:
        found, located = all(is_found(planted, one) for _, one in answers), all(is_located(planted, one) for _, one in answers)
        tally.found += found
        tally.located += found and located
        right = found and located
    if not (right and agreed):
        result.miss(where)


def differing(answers: list[tuple[str, Answer]]) -> str:
    """Of answers that do not agree, what each says that not all say."""
    told = [
        set(map(str, (verdict, *places, *states, size, root, f"witnessed {witnessed}")))
        for verdict, places, states, size, root, witnessed in (said(one) for _, one in answers)
    ]
    common = set.intersection(*told)
    return " | ".join(f"{name} {sorted(each - common)}" for (name, _), each in zip(answers, told, strict=True))


def _places(answer: Answer) -> list[Any]:
    return [{name: one[name] for name in ("class", "entry", "file", "key", "column") if name in one} for one in answer["findings"][:6]]


def work(first: int, last: int) -> tuple[int, Result]:
    """Those cases; gives how many there were too."""
    result = Result()
    with tempfile.TemporaryDirectory(prefix="pbr-tamper-", dir=HOME) as home:
        base = Path(home)
        asked, scene = readers(base), Scene(base)
        for number in range(first, last):
            of, planted = case(number)
            try:
                answers = (
                    answers_about_folder(planted, scene, asked.policy) if of == "folder" else answers_about_pack(planted, scene, asked)
                )
            except Exception:  # noqa: BLE001 - a verifier that stops is a miss like any other, and the campaign goes on
                answers = [("stopped", {"verdict": traceback.format_exc()[-700:], "findings": [], "said": []})]
            judge(number, of, planted, answers, result)
        asked.close()
    return last - first, result


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--cases", type=int, default=5_000)
    reader.add_argument("--first", type=int, default=0)
    reader.add_argument("--workers", type=int, default=2)
    reader.add_argument("--out", type=Path, default=Path("build/tamper-folders.json"))
    given = reader.parse_args()
    began = time.monotonic()
    done, total = 0, Result()
    starts = range(given.first, given.first + given.cases, AT_ONCE)
    ends = [min(start + AT_ONCE, given.first + given.cases) for start in starts]
    given.out.parent.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(given.workers) as pool:
        for number, part in pool.map(work, starts, ends):
            done += number
            total.add(part)
            keep(given.out, done, total)  # a campaign that is cut off has not been for nothing
            print(f"{done} of {given.cases} cases after {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    tallies = keep(given.out, done, total)
    for name, tally in tallies.items():
        print(f"{name:130} {tally}")
    for text in total.misses[:40]:
        print(text)
    print(f"{given.cases} cases in {time.monotonic() - began:.0f} s")
    sys.exit(1 if any(is_wrong(name, tally) for name, tally in tallies.items()) else 0)


def keep(out: Path, done: int, total: Result) -> dict[str, dict[str, int]]:
    tallies = {name: asdict(total.tallies[name]) for name in sorted(total.tallies)}
    out.write_text(json.dumps({"cases": done, "tallies": tallies, "misses": total.misses}, indent=2) + "\n")
    return tallies


def is_wrong(name: str, tally: dict[str, int]) -> bool:
    """Whether a class has a case that did not come out as it must. What is no evidence ("nothing to hold it against") is not found by anybody."""
    open_end = UNTOUCHED in name or "nothing to hold it against" in name or "no evidence" in name
    return bool(tally["disagreed"] or tally["alarms"] or (not open_end and tally["located"] < tally["tried"]))


if __name__ == "__main__":
    main()
