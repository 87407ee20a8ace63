"""What is done to an assessment's folder, and where. ``changing.py`` has the changes to its content; here they are left on the disk as they are, made
consistent in the folder, or made consistent everywhere: the log written again and signed with every key but the witness's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import adversary
from bases import ATTACKED, COSIGNED, HOWS, STORY, Tied, assessed, data_of, entry_of, every_folder, folder_of, sound_log, tied
from changing import CHANGES, Change, Place, cell_of_csv
from resealing import seal
from writing import Files, Log

BROKEN, LESS, SAID, NOTHING = "broken", "less", "said", "nothing"


@dataclass(frozen=True)
class Planted:
    """``files``: the folder, or the pack. ``log``: None where the reader has none. ``view``: what the reader kept of it, or None. ``previous``: the
    assessment before, where it is given. ``places``: any of them locates it, or with ``every`` all. ``expects``: broken; less than verified; or
    nothing: it is no evidence, and the table says so. ``unseen``: the reader kept no view, so from this entry on only a witness could contradict what the log
    says: it is found when it is not called verified, and located when it is said that no witness has seen that entry."""

    attack: str
    base: str
    places: tuple[Place, ...]
    files: Files
    log: Files | None = None
    private: Files | None = None
    view: Files | None = None
    previous: str | None = None
    expects: str = BROKEN
    every: bool = False
    unseen: int | None = None


def planted(
    rng: Random, attack: str, name: str, places: tuple[Place, ...], files: Files, its: Tied | None = None, **more: object
) -> Planted:
    """With the log as it is, or the one given; a reader who kept a view of it, or in half of the cases none."""
    now, sound = its or sound_log(), sound_log()
    given: dict[str, object] = {
        "log": now.log.files,
        "private": now.private,
        "view": sound.log.view() if rng.random() < 0.5 else None,
        "previous": HOWS[name].previous,
    }
    return Planted(attack, name, places, files, **(given | more))  # type: ignore[arg-type]


def rewritten(rng: Random, name: str, folder: Files) -> tuple[Tied, int]:
    """The log signed again around another folder of ``name``, and the first entry that is another then."""
    folders = every_folder() | {name: folder}
    sound = sound_log().log
    kept = {path: data for path, data in sound.files.items() if path.startswith("cosigned/")} if rng.random() < 0.5 else {}
    made = tied(folders, witnessed=False, kept=kept)
    if rng.random() < 0.5:
        made.log.files["checkpoint"] += sound.files["checkpoint"].rstrip(b"\n").split(b"\n")[-1] + b"\n"
    differing = [number for number, (one, two) in enumerate(zip(made.log.entries, sound.entries, strict=True)) if one != two]
    return made, differing[0]


# The disk alone ---------------------------------------------------------------------------------------------------------------------


def bytes_changed(rng: Random, files: Files, paths: list[str]) -> tuple[str, str, Files]:
    """Bytes of one of the files: its class, the file, and what is there now."""
    path = rng.choice(paths)
    data = bytearray(files[path])
    what = rng.choice(["flip", "truncate", "delete", "insert"]) if data else "insert"
    if what == "flip":
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        return "flip a bit of a file", path, files | {path: bytes(data)}
    if what == "truncate":
        return "truncate a file", path, files | {path: bytes(data[: rng.randrange(len(data))])}
    if what == "delete":
        return "delete a file", path, {name: held for name, held in files.items() if name != path}
    at = rng.randrange(len(data) + 1)
    return "insert bytes into a file", path, files | {path: bytes(data[:at]) + bytes([rng.randrange(256)]) + bytes(data[at:])}


def on_the_disk(rng: Random, name: str) -> Planted:
    folder = folder_of(name)
    kind, path, changed = bytes_changed(rng, folder, sorted(folder))
    return planted(rng, kind, name, (Place(path),), changed)


def insert_file(rng: Random, name: str) -> Planted:
    path = rng.choice(["notes.txt", "inputs/more.csv", "trace/other.parquet", ".hidden", "contract/rules/a/b/1.yaml", "due2.parquet"])
    return planted(rng, "insert a file", name, (Place(path),), folder_of(name) | {path: b"x"})


def swap_files(rng: Random, name: str) -> Planted:
    folder = folder_of(name)
    one, two = rng.sample(sorted(folder), 2)
    if folder[one] == folder[two]:
        return swap_files(rng, name)
    # where one of the two describes the others, it may be that nothing else can be looked at
    every = not {one, two} & {"manifest.json", "run.json"}
    swapped = folder | {one: folder[two], two: folder[one]}
    return planted(rng, "swap two files", name, (Place(one), Place(two)), swapped, every=every)


def on_disk(rng: Random, name: str) -> Planted:
    change = rng.choice(CHANGES)(rng, folder_of(name))
    return planted(rng, f"{change.name}: on the disk", name, change.places, change.folder)


# Made consistent --------------------------------------------------------------------------------------------------------------------


def consistent(rng: Random, name: str) -> Planted:
    change = rng.choice(CHANGES)(rng, folder_of(name))
    return planted(rng, f"{change.name}: every digest made again", name, change.places, change.seal(change.folder))


def signed(rng: Random, name: str) -> Planted:
    change: Change = rng.choice(CHANGES)(rng, folder_of(name))
    folder = change.seal(change.folder)
    log, first = rewritten(rng, name, folder)
    places = change.places
    view = sound_log().log.view() if rng.random() < 0.5 else None
    if change.anchored:
        places = (*places[:-1], *in_the_log(view, first)) if change.name.startswith("change the text") else in_the_log(view, first)
    elif change.name == "change a cell of an input":
        places = (*places, *in_the_log(view, first))
    attack = f"{change.name}: every digest made again, the log signed again"
    logged_alone = change.anchored or change.name == "change a cell of an input"  # nothing else need speak against it
    unseen = first if logged_alone and view is None else None
    return planted(rng, attack, name, places, folder, log, view=view, unseen=unseen)


def in_the_log(view: Files | None, first: int) -> tuple[Place, ...]:
    """Where a log that was signed again is found out: at the entry by what the reader kept, else nowhere: it is only not witnessed."""
    return (Place(entry=first),) if view is not None else ()


def made_up_folder(rng: Random, name: str) -> Files:
    """What the program makes of data in which one cell is another."""
    from pbr.problem import Refused

    while True:
        data = data_of(name)
        file = rng.choice(sorted(data))
        data[file] = cell_of_csv(rng, data[file])
        try:
            return assessed(name, data)
        except Refused:
            continue


def made_up(rng: Random, name: str) -> Planted:
    return planted(rng, "make up a whole folder from altered data", name, (Place("manifest.json"),), made_up_folder(rng, name))


def made_up_and_logged(rng: Random, name: str) -> Planted:
    folder = made_up_folder(rng, name)
    log, first = rewritten(rng, name, folder)
    view = sound_log().log.view() if rng.random() < 0.5 else None
    attack = "make up a whole folder from altered data, the log signed again"
    return planted(rng, attack, name, in_the_log(view, first), folder, log, view=view, unseen=first if view is None else None)


def made_up_and_no_log(rng: Random, name: str) -> Planted:
    attack = "nothing to hold it against: a whole folder made up, and no log given (the answer promises no more)"
    return Planted(attack, name, (), made_up_folder(rng, name), previous=HOWS[name].previous, expects=NOTHING)


def run_and_no_log(rng: Random, name: str) -> Planted:
    from changing import run_leaf

    attack = "nothing to hold it against: who and when in run.json, and no log given"
    change = run_leaf(rng, folder_of(name))
    return Planted(attack, name, (), change.folder, previous=HOWS[name].previous, expects=NOTHING)


def swap_evidence(rng: Random, name: str) -> Planted:
    """An input of another assessment in the place of this one's, every digest made again."""
    names = ["q1", "q2", "q3"] if name.startswith("q") else ["totals", "q3"] if name == "totals" else []
    folder = folder_of(name)
    files = sorted(path for path in folder if path.startswith("inputs/"))
    if not names:
        one, two = files
        changed = seal(folder | {one: folder[two], two: folder[one]})
    else:
        choices = [(path, folder_of(each)[path]) for each in names for path in files if folder_of(each)[path] != folder[path]]
        path, data = rng.choice(choices)
        changed = seal(folder | {path: data})
    return planted(rng, "exchange an input for another", name, (Place("manifest.json"),), changed)


# Roll back --------------------------------------------------------------------------------------------------------------------------


def older_log(size: int) -> Tied:
    """The log as it truly was once: every signature on it is right, the witness's too."""
    return tied(every_folder(), size=size)


def roll_back_folder(rng: Random, name: str) -> Planted:
    """An earlier assessment in the place of the third quarter's. The reader has the one before the third."""
    old = rng.choice(["q1", "q2"])
    return planted(rng, "an earlier assessment in the place of the later", "q3", (Place("manifest.json"),), folder_of(old), previous="q2")


def roll_back_folder_alone(rng: Random, name: str) -> Planted:
    attack = "an earlier assessment in the place of the later, the one before it not given: the answer names the later one"
    return planted(rng, attack, "q3", (Place(entry=entry_of("q2")),), folder_of("q1"), previous=None, expects=SAID)


def roll_back_log(rng: Random, name: str) -> Planted:
    size = COSIGNED[1]
    view = sound_log().log.view() if rng.random() < 0.5 else None
    places = (Place(entry=size),) if view is not None else (Place("manifest.json"),)
    return planted(rng, "roll the log back", "q3", places, folder_of("q3"), older_log(size), view=view)


def roll_back_both(rng: Random, name: str) -> Planted:
    size = COSIGNED[1]
    view = sound_log().log.view() if rng.random() < 0.5 else None
    places = (Place(entry=size),) if view is not None else (Place("manifest.json"),)
    return planted(rng, "roll the log and the folder back", "q3", places, folder_of("q2"), older_log(size), view=view, previous="q2")


def tampered_log(rng: Random, name: str) -> Planted:
    """The folder as it is, and one of the attacks on logs on its log."""
    known = adversary.ANY_SIZE + adversary.FROM_TWO + adversary.FROM_TEN
    log = sound_log()
    done = seen(rng, known, log.log)
    places = tuple(place for place in (Place(done.file), Place(entry=done.entry)) if place != Place())
    more = {"log": done.files, "view": done.view}
    return planted(rng, f"its log: {done.attack}", name, places, folder_of(name), **more)


def seen(rng: Random, known: tuple[adversary.Attack, ...], log: Log) -> adversary.Planted:
    """An attack that does not rest on what nobody has witnessed yet: that is about the log, and may come after the assessment."""
    while (done := rng.choice(known)(rng, log)).unseen:
        pass
    return done


def opening_of_another(rng: Random, name: str) -> Planted:
    """The opening of the assessment's commitment is another's: it says what was not logged."""
    log = sound_log()
    private = dict(log.private)
    number = entry_of(name)
    others = [each for each, (kind, _) in enumerate(STORY) if kind == "assessment" and each != number]
    private[f"openings/{number}.json"] = private[f"openings/{rng.choice(others)}.json"]
    attack = "exchange the opening of a commitment"
    return planted(rng, attack, name, (Place(f"openings/{number}.json"),), folder_of(name), private=private)


Attack = Callable[[Random, str], Planted]
ATTACKS: tuple[tuple[Attack, int], ...] = (
    (on_the_disk, 12),
    (insert_file, 3),
    (swap_files, 4),
    (on_disk, 16),
    (consistent, 24),
    (signed, 16),
    (made_up, 3),
    (made_up_and_logged, 3),
    (made_up_and_no_log, 1),
    (run_and_no_log, 1),
    (swap_evidence, 3),
    (roll_back_folder, 2),
    (roll_back_folder_alone, 1),
    (roll_back_log, 2),
    (roll_back_both, 2),
    (tampered_log, 6),
    (opening_of_another, 2),
)


def attack(rng: Random) -> Planted:
    one = rng.choices([each for each, _ in ATTACKS], [weight for _, weight in ATTACKS])[0]
    return one(rng, rng.choice(ATTACKED))


def untouched(rng: Random) -> Planted:
    name = rng.choice(ATTACKED)
    return planted(rng, "untouched", name, (), folder_of(name))
