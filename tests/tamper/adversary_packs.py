"""What is done to an evidence pack, and where: on the disk; with the bag's manifests made again; with everything in the folder, its texts and the bag made
again; and with the log and all receipts signed again with every key but the witness's."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

import adversary
from adversary_folders import LESS, NOTHING, Planted, bytes_changed, made_up_folder, older_log, rewritten, seen
from bases import ATTACKED, COSIGNED, STORY, Tied, entry_of, folder_of, sound_log, sound_pack
from changing import CHANGES, Place
from resealing import CRATE, PACK, README, bag_again, below, canonical, pack_of, read_table, table_bytes, texts_of, under
from writing import Files

RECEIPT = "data/receipts/{}.tlog-proof"


def planted(
    rng: Random,
    attack: str,
    name: str,
    places: tuple[Place, ...],
    pack: Files,
    *,
    kept: bool | None = None,
    expects: str = "broken",
    every: bool = False,
    unseen: int | None = None,
) -> Planted:
    """In half of the cases the reader kept a view of the log, unless it is said."""
    with_view = rng.random() < 0.5 if kept is None else kept
    return Planted(attack, name, places, pack, view={} if with_view else None, expects=expects, every=every, unseen=unseen)


# The disk alone ---------------------------------------------------------------------------------------------------------------------


def on_the_disk(rng: Random, name: str) -> Planted:
    pack = sound_pack(name)
    kind, path, changed = bytes_changed(rng, pack, sorted(pack))
    places = [Place(path)]
    if path.startswith("tagmanifest") and path in changed:
        # a digest that was changed there is found at the file that it is of
        old, new = pack[path].split(b"\n"), set(changed[path].split(b"\n"))
        places += [Place(line.split(b"  ")[1].decode()) for line in old if line and line not in new]
    return planted(rng, kind, name, tuple(places), changed)


def insert_file(rng: Random, name: str) -> Planted:
    path = rng.choice(
        [
            "data/notes.txt",
            "notes.txt",
            "data/assessment/.x",
            "data/text/more.txt",
            "data/log/x",
            "data/receipts/99.tlog-proof",
            "fetch.txt",
        ]
    )
    return planted(rng, "insert a file", name, (Place(path),), sound_pack(name) | {path: b"x"})


def swap_files(rng: Random, name: str) -> Planted:
    pack = sound_pack(name)
    one, two = rng.sample([path for path in sorted(pack) if path.startswith("data/") and path != PACK], 2)
    if pack[one] == pack[two]:
        return swap_files(rng, name)
    return planted(rng, "swap two files", name, (Place(one), Place(two)), pack | {one: pack[two], two: pack[one]}, every=True)


def text_cell(rng: Random, name: str, again: bool) -> Planted:
    """A cell of a table's canonical text, its length made right."""
    from changing import other

    pack = sound_pack(name)
    folder = below(pack, "data/assessment/")
    file = rng.choice([each for each in sorted(folder) if each.endswith(".parquet") and read_table(folder[each]).rows])
    table = read_table(folder[file])
    row, column = rng.randrange(len(table.rows)), rng.randrange(len(table.columns))
    changed = table.with_cell(row, column, other(rng, table.rows[row][column], table.types[column]))
    texts = texts_of({file: table_bytes(changed)})
    (path,) = texts
    if texts[path] == pack[path]:
        return text_cell(rng, name, again)
    made = pack | texts
    attack = "change a cell of a table's text" + (": the bag made again" if again else ": on the disk")
    return planted(rng, attack, name, (Place(path),), bag_again(made) if again else made)


# The bag made again -----------------------------------------------------------------------------------------------------------------


def bag_made_again(rng: Random, name: str) -> Planted:
    pack = sound_pack(name)
    paths = [path for path in sorted(pack) if path.startswith("data/") and path not in (README, CRATE) and not path.startswith("data/log/")]
    kind, path, changed = bytes_changed(rng, pack, paths)
    places = [Place(path)]
    if path.startswith("data/assessment/"):
        places.append(Place(entry=entry_of(name)))
    elif path.startswith("data/receipts/"):
        places += [Place(entry=int(path[14:].split(".")[0])), Place(PACK)]
    elif path == PACK and path not in changed:
        pass
    return planted(rng, f"{kind}, the bag made again", name, tuple(places), bag_again(changed))


def tampered_log(rng: Random, name: str) -> Planted:
    log = sound_log()
    done = seen(rng, adversary.ANY_SIZE + adversary.FROM_TWO + adversary.FROM_TEN, log.log)
    pack = {path: data for path, data in sound_pack(name).items() if not path.startswith("data/log/")}
    file = None if done.file is None else f"data/log/{done.file}"
    places = tuple(place for place in (Place(file), Place(entry=done.entry)) if place != Place())
    return planted(
        rng, f"its log: {done.attack}, the bag made again", name, places, bag_again(pack | under("data/log/", done.files)), kept=True
    )


def swap_receipts(rng: Random, name: str) -> Planted:
    pack = sound_pack(name)
    one, two = rng.sample([path for path in sorted(pack) if path.startswith("data/receipts/")], 2)
    changed = bag_again(pack | {one: pack[two], two: pack[one]})
    return planted(rng, "swap two receipts, the bag made again", name, (Place(one), Place(two)), changed, every=True)


def receipt_of_another(rng: Random, name: str) -> Planted:
    """A true receipt, of another assessment's entry, in the place of one of this one's."""
    pack = sound_pack(name)
    kind = rng.choice(["submission", "assessment"])
    foreign = rng.choice([each for each in ("q1", "q2", "q3", "totals", "covered") if each != name])
    own, path = entry_of(name, kind), RECEIPT.format(entry_of(name, kind))
    data = sound_log().receipts(foreign)[entry_of(foreign, kind)]
    changed = bag_again(pack | {path: data})
    return planted(rng, "exchange a receipt for another's, the bag made again", name, (Place(path), Place(entry=own)), changed)


def not_evidence(rng: Random, name: str) -> Planted:
    pack = sound_pack(name)
    which = rng.choice([README, CRATE, "bag-info.txt", "data/log/policy"])
    if which == "bag-info.txt":
        changed = bag_again(pack | {which: pack[which].replace(b"campaign", b"carnival")})
    elif which == "data/log/policy":
        text = pack[which] + b"# as agreed\n"
        changed = bag_again(pack | {which: text})
    else:
        changed = bag_again(pack | {which: pack[which] + b"\n"})
    told = {
        README: "the README",
        CRATE: "the description for machines",
        "bag-info.txt": "bag-info.txt",
        "data/log/policy": "a comment in the log's own policy",
    }
    return planted(rng, f"no evidence, so nobody asks: {told[which]}, the bag made again", name, (), changed, expects=NOTHING)


# Everything made again --------------------------------------------------------------------------------------------------------------


def consistent(rng: Random, name: str) -> Planted:
    """The folder, its texts and the bag; receipts and log are what they were."""
    change = rng.choice(CHANGES)(rng, folder_of(name))
    pack = pack_of(change.seal(change.folder), sound_log().log.files, sound_log().receipts(name))
    attack = f"{change.name}: every digest, text and the bag made again"
    return planted(rng, attack, name, (Place(entry=entry_of(name)),), pack)


def signed(rng: Random, name: str) -> Planted:
    change = rng.choice(CHANGES)(rng, folder_of(name))
    attack = f"{change.name}: everything made again, log and receipts signed again"
    return _signed(rng, name, attack, change.seal(change.folder))


def _signed(rng: Random, name: str, attack: str, folder: Files) -> Planted:
    log, first = rewritten(rng, name, folder)
    kept = rng.random() < 0.5
    places, unseen = ((Place(entry=first),), None) if kept else ((), first)
    return planted(rng, attack, name, places, pack_of(folder, log.log.files, log.receipts(name)), kept=kept, unseen=unseen)


def made_up(rng: Random, name: str) -> Planted:
    folder = made_up_folder(rng, name)
    if rng.random() < 0.5:
        return _signed(rng, name, "make up a whole folder from altered data, log and receipts signed again", folder)
    pack = pack_of(folder, sound_log().log.files, sound_log().receipts(name))
    return planted(rng, "make up a whole folder from altered data", name, (Place(entry=entry_of(name)),), pack)


# Roll back and leave out ------------------------------------------------------------------------------------------------------------


def roll_back_pack(rng: Random, name: str) -> Planted:
    """The pack of the second quarter, as it was then, in the place of the third's."""
    log = older_log(COSIGNED[1])
    pack = pack_of(folder_of("q2"), log.log.files, log.receipts("q2"))
    if rng.random() < 0.5:
        return planted(rng, "an earlier pack in the place of the later", "q3", (Place(entry=COSIGNED[1]),), pack, kept=True)
    attack = "nothing to hold it against: an earlier pack, and no view of the log was kept (it is true, and says of itself which it is)"
    return planted(rng, attack, "q3", (), pack, kept=False, expects=NOTHING)


def earlier_assessment(rng: Random, name: str) -> Planted:
    """The folder of the second quarter among the log and receipts of the third."""
    pack = pack_of(folder_of("q2"), sound_log().log.files, sound_log().receipts("q3"))
    return planted(rng, "an earlier assessment in the place of the later", "q3", (Place(entry=entry_of("q3")),), pack)


def roll_back_log(rng: Random, name: str) -> Planted:
    """The log as it once was; the receipts are those of now."""
    log: Tied = older_log(COSIGNED[1])
    pack = pack_of(folder_of("q3"), log.log.files, sound_log().receipts("q3"))
    kept = rng.random() < 0.5
    places = (Place(entry=COSIGNED[1]),) if kept else (Place(entry=entry_of("q3")),)
    return planted(rng, "roll the log back", "q3", places, pack, kept=kept)


def leave_out(rng: Random, name: str) -> Planted:
    """The receipt of the assessment is not there: then nothing ties the pack to the log, and no verifier says more than it knows."""
    pack = dict(sound_pack(name))
    told = json.loads(pack[PACK])
    if rng.random() < 0.5:
        pack = {path: data for path, data in pack.items() if not path.startswith(("data/receipts/", "data/log/"))}
        told |= {"receipts": [], "log": False}
        attack = "leave out the log and every receipt, the bag made again: never called verified"
    else:
        del pack[RECEIPT.format(entry_of(name))]
        told["receipts"].remove(entry_of(name))
        attack = "leave out the assessment's receipt, the bag made again: never called verified"
    pack[PACK] = canonical(told)
    return planted(rng, attack, name, (), bag_again(pack), expects=LESS)


def leave_out_a_challenge(rng: Random, name: str) -> Planted:
    pack = dict(sound_pack("totals"))
    challenge = STORY.index(("challenge", "totals"))
    told = json.loads(pack[PACK])
    told["receipts"].remove(challenge)
    del pack[RECEIPT.format(challenge)]
    attack = "no evidence, so nobody asks: the receipt of a challenge left out, the bag made again (the log has the challenge)"
    return planted(rng, attack, "totals", (), bag_again(pack | {PACK: canonical(told)}), expects=NOTHING)


Attack = Callable[[Random, str], Planted]
ATTACKS: tuple[tuple[Attack, int], ...] = (
    (on_the_disk, 14),
    (insert_file, 3),
    (swap_files, 4),
    (lambda rng, name: text_cell(rng, name, False), 3),
    (lambda rng, name: text_cell(rng, name, True), 6),
    (bag_made_again, 16),
    (tampered_log, 10),
    (swap_receipts, 3),
    (receipt_of_another, 3),
    (not_evidence, 3),
    (consistent, 20),
    (signed, 16),
    (made_up, 3),
    (roll_back_pack, 2),
    (earlier_assessment, 2),
    (roll_back_log, 2),
    (leave_out, 2),
    (leave_out_a_challenge, 1),
)


def attack(rng: Random) -> Planted:
    one = rng.choices([each for each, _ in ATTACKS], [weight for _, weight in ATTACKS])[0]
    return one(rng, rng.choice(ATTACKED))


def untouched(rng: Random) -> Planted:
    name = rng.choice(ATTACKED)
    return planted(rng, "untouched", name, (), sound_pack(name))
