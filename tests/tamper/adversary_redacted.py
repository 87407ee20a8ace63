"""What is done to a redacted pack, and where. The pack is the program's; its salted digests are taken again here from the format page alone."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from adversary_folders import NOTHING, bytes_changed
from adversary_packs import RECEIPT, Planted, planted
from bases import COSIGNED, REDACTED, Tied, disclosure_opening, entry_of, every_folder, files_of, folder_of, sound_log, tied, write
from changing import Place
from resealing import BLOCK, SHM, bag_again, canonical, sha256, tree, under
from writing import Files

HEAD = "data/redacted/"
DOCUMENT = f"{HEAD}disclosure.json"
A_PSEUDONYM = "nothing to hold it against: a pseudonym (it is the commissioner's word)"
PSEUDONYM = re.compile("[0-9a-f]{32}")
Row = list[list[str]]


@cache
def _pack(name: str) -> tuple[tuple[str, bytes], ...]:
    from pbr.audit.pack import pack
    from pbr.platform.pseudonyms import PseudonymKey

    log = sound_log()
    with tempfile.TemporaryDirectory(dir=SHM) as temp:
        home = Path(temp)
        folders = {"folder": folder_of(name), "log": log.log.files, "private": log.private}
        for each, files in folders.items():
            write(home / each, files)
        key = PseudonymKey("persons", bytes(32))
        pack(home / "folder", home / "pack", log=home / "log", private=home / "private", pseudonyms=key)
        return tuple(files_of(home / "pack").items())


def sound_pack(name: str) -> Files:
    return dict(_pack(name))


def lines_of(pack: Files, path: str) -> tuple[dict[str, Any], list[Row]]:
    first, *rows = [json.loads(line) for line in pack[path].decode().split("\n") if line]
    return first, rows


def lines_again(first: dict[str, Any], rows: list[Row]) -> bytes:
    return b"".join(canonical(each) + b"\n" for each in (first, *rows))


def root_of(first: dict[str, Any], rows: list[Row]) -> str:
    """A table's root: cells' commitments, rows' digests, blocks of 1,024, the tree."""

    def commitment(cell: list[str], treatment: str) -> bytes:
        if len(cell) == 1:
            return bytes.fromhex(cell[0])
        return hashlib.sha256(bytes.fromhex(cell[1]) + cell[0].encode()).digest() if treatment == "open" else bytes.fromhex(cell[1])

    digests = [
        hashlib.sha256(b"".join(commitment(cell, how) for cell, how in zip(row, first["treatment"], strict=True))).digest() for row in rows
    ]
    return tree([b"".join(digests[at : at + BLOCK]) for at in range(0, len(digests), BLOCK)]).hex()


def table(rng: Random, pack: Files) -> tuple[str, dict[str, Any], list[Row]]:
    while True:
        path = rng.choice([path for path in sorted(pack) if path.startswith(HEAD) and path.endswith(".jsonl")])
        first, rows = lines_of(pack, path)
        if rows:
            return path, first, rows


def content(rng: Random, name: str) -> tuple[str, str, Files]:
    """A change of what the rows say: its class, the file, and the pack then."""
    pack = sound_pack(name)
    path, first, rows = table(rng, pack)
    at = rng.randrange(len(rows))
    opened = [place for place, cell in enumerate(rows[at]) if len(cell) == 2 and first["treatment"][place] == "open" and cell[0] != "n"]
    what = rng.choice(["cell", "cell", "cell", "delete", "double", "commitment"])
    if what == "cell" and opened:
        cell = rows[at][rng.choice(opened)]
        tag, length, text = cell[0][0], *cell[0][1:].split(":", 1)
        digit = next((place for place, letter in enumerate(text) if letter.isdigit() and letter != "0"), None)
        if digit is None or tag == "l":
            return content(rng, name)
        cell[0] = f"{tag}{length}:{text[:digit]}{1 + int(text[digit]) % 9}{text[digit + 1 :]}"
        kind = "change a cell of a redacted row"
    elif what == "delete":
        del rows[at]
        kind = "delete a redacted row"
    elif what == "double":
        rows.insert(at, rows[at])
        kind = "put a redacted row in twice"
    else:
        cell = rng.choice(rows[at])
        cell[-1] = sha256(cell[-1].encode())
        kind = "change a commitment or salt of a redacted row"
    return kind, path, pack | {path: lines_again(first, rows)}


def on_the_disk(rng: Random, name: str) -> Planted:
    kind, path, changed = bytes_changed(rng, sound_pack(name), [path for path in sorted(sound_pack(name)) if path.startswith("data/")])
    return planted(rng, f"{kind}", name, (Place(path),), changed)


def bag_made_again(rng: Random, name: str) -> Planted:
    pack = sound_pack(name)
    paths = [path for path in sorted(pack) if path.startswith(HEAD)]
    kind, path, changed = bytes_changed(rng, pack, paths)
    if only_pseudonyms(pack, changed, path):
        return planted(rng, A_PSEUDONYM, name, (), bag_again(changed), expects=NOTHING)
    # the document itself is also what the log commits to
    places = (Place(path), Place(entry=entry_of(name)))
    return planted(rng, f"{kind}, the bag made again", name, places, bag_again(changed))


def only_pseudonyms(pack: Files, changed: Files, path: str) -> bool:
    """Whether what was hit happens to be a pseudonym that still reads as one: it proves nothing, and so nothing speaks against another."""
    try:
        (first, before), (again, after) = lines_of(pack, path), lines_of(changed, path)
        if first != again or len(before) != len(after) or lines_again(again, after) != changed[path]:
            return False
        differing = [
            (how, one, two)
            for old, new in zip(before, after, strict=True)
            for how, one, two in zip(first["treatment"], old, new, strict=True)
            if one != two
        ]
        return all(how == "pseudonym" and one[1:] == two[1:] and PSEUDONYM.fullmatch(two[0]) for how, one, two in differing)
    except (ValueError, KeyError, TypeError, IndexError):
        return False


def rows_changed(rng: Random, name: str) -> Planted:
    kind, path, changed = content(rng, name)
    return planted(rng, f"{kind}, the bag made again", name, (Place(path),), bag_again(changed))


def document_again(pack: Files, path: str) -> Files:
    """The document with the roots and numbers of rows that the table at ``path`` gives."""
    document = json.loads(pack[DOCUMENT])
    first, rows = lines_of(pack, path)
    file = path.removeprefix(HEAD).removesuffix(".jsonl") + ".parquet"
    document["tables"][file] |= {"rows": len(rows), "root": root_of(first, rows)}
    return pack | {DOCUMENT: canonical(document)}


def consistent(rng: Random, name: str) -> Planted:
    kind, path, changed = content(rng, name)
    pack = bag_again(document_again(changed, path))
    return planted(rng, f"{kind}, every digest and the bag made again", name, (Place(entry=entry_of(name)),), pack)


def signed(rng: Random, name: str) -> Planted:
    kind, path, changed = content(rng, name)
    changed = document_again(changed, path)
    opening = disclosure_opening(name, json.loads(changed[DOCUMENT]))
    log: Tied = tied(every_folder(), witnessed=False, disclosed={name: opening})
    changed = {path: data for path, data in changed.items() if not path.startswith("data/log/")} | under("data/log/", log.log.files)
    for number, data in log.receipts(name, redacted=True).items():
        changed[RECEIPT.format(number)] = data
    kept = rng.random() < 0.5
    first = entry_of(name)
    places, unseen = ((Place(entry=first),), None) if kept else ((), first)
    attack = f"{kind}, everything made again, log and receipts signed again"
    return planted(rng, attack, name, places, bag_again(changed), kept=kept, unseen=unseen)


def contract(rng: Random, name: str) -> Planted:
    pack = sound_pack(name)
    path = f"{HEAD}contract.yaml"
    changed = pack | {path: pack[path] + b"# as agreed\n"}
    places: tuple[Place, ...] = (Place(path),)
    attack = "change the text of the contract, the bag made again"
    if rng.random() < 0.5:
        document = json.loads(pack[DOCUMENT])
        document["contract"]["sha256"] = sha256(changed[path])
        changed[DOCUMENT] = canonical(document)
        places = (Place(entry=entry_of(name)),)
        attack = "change the text of the contract, every digest and the bag made again"
    return planted(rng, attack, name, places, bag_again(changed))


def tables_of_another(rng: Random, name: str) -> Planted:
    """The rows and document of another assessment, with these receipts and this log."""
    other = next(each for each in REDACTED if each != name)
    pack = {path: data for path, data in sound_pack(name).items() if not path.startswith(HEAD)}
    pack |= {path: data for path, data in sound_pack(other).items() if path.startswith(HEAD)}
    return planted(rng, "another assessment's rows, the bag made again", name, (Place(entry=entry_of(name)),), bag_again(pack))


def roll_back_log(rng: Random, name: str) -> Planted:
    size = COSIGNED[0]
    log = tied(every_folder(), size=size)
    pack = {path: data for path, data in sound_pack("q1").items() if not path.startswith("data/log/")} | under("data/log/", log.log.files)
    return planted(rng, "roll the log back, the bag made again", "q1", (Place(entry=size),), bag_again(pack), kept=True)


def not_proved(rng: Random, name: str) -> Planted:
    """What a redacted pack does not claim: who a pseudonym is; and it may show less than it could."""
    pack = sound_pack(name)
    while True:
        path, first, rows = table(rng, pack)
        row = rng.choice(rows)
        place = rng.randrange(len(row))
        if len(row[place]) == 2:
            break
    if first["treatment"][place] == "pseudonym":
        row[place][0] = sha256(row[place][0].encode())[:32]
        attack = A_PSEUDONYM
    else:
        row[place] = [hashlib.sha256(bytes.fromhex(row[place][1]) + row[place][0].encode()).hexdigest()]
        attack = "no evidence, so nobody asks: a cell that was open is withheld"
    return planted(rng, attack, name, (), bag_again(pack | {path: lines_again(first, rows)}), expects=NOTHING)


Attack = Callable[[Random, str], Planted]
ATTACKS: tuple[tuple[Attack, int], ...] = (
    (on_the_disk, 4),
    (bag_made_again, 6),
    (rows_changed, 6),
    (consistent, 6),
    (signed, 4),
    (contract, 2),
    (tables_of_another, 1),
    (roll_back_log, 1),
    (not_proved, 2),
)


def attack(rng: Random) -> Planted:
    one = rng.choices([each for each, _ in ATTACKS], [weight for _, weight in ATTACKS])[0]
    return one(rng, rng.choice(REDACTED))


def untouched(rng: Random) -> Planted:
    name = rng.choice(REDACTED)
    return planted(rng, "untouched", name, (), sound_pack(name))
