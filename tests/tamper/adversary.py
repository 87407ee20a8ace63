"""What is done to a log, and where: each attack changes a sound log's files and says what it planted.

Two sorts of adversary. One has only the disk: he changes bytes and can sign nothing. The other knows the format and holds every key but the
witness's: he makes the whole folder again around his change, signed and consistent.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from writing import (
    ORIGIN,
    START,
    STEP,
    WIDTH,
    Files,
    Key,
    Keys,
    Log,
    bundles_of,
    digest,
    envelope,
    log_of,
    payload_of,
    place,
    signer_of,
    sound,
    time_text,
)

NO_EVIDENCE = "no evidence, so nobody asks: "


@dataclass(frozen=True)
class Planted:
    """``attack``: the class of the table in docs/proof.md. ``entry`` and ``file``: where it was planted, as far as it has such a place. ``files``:
    the folder as it is now. ``view``: what the reader kept of the log before. ``unseen``: the reader had not seen the entry, and it is in order: only a witness
    could contradict it. Then nothing need be broken, but no verifier may say that the entry was witnessed, nor call the log verified."""

    attack: str
    entry: int | None
    file: str | None
    files: Files
    view: Files
    unseen: bool = False


def _bundle(number: int, size: int) -> str:
    first = number // WIDTH
    width = min(WIDTH, size - first * WIDTH)
    return f"tile/entries/{place(first)}" + ("" if width == WIDTH else f".p/{width}")


def _entry_at(log: Log, path: str, offset: int) -> int | None:
    """The entry whose bytes, or whose hash at level 0, stand at ``offset`` of a file."""
    parts = path.split("/")
    if parts[0] != "tile" or parts[1] not in ("entries", "0"):
        return None
    number = int("".join(part.lstrip("x") for part in path.split(".p/")[0].split("/")[2:]))
    if parts[1] == "0":
        return number * WIDTH + offset // 32
    entry, start = number * WIDTH, 0
    while start + 2 + len(log.entries[entry]) <= offset:
        start += 2 + len(log.entries[entry])
        entry += 1
    return entry


# The disk alone -------------------------------------------------------------------------------------------------------------------


def _protected(log: Log) -> list[str]:
    """The files that something vouches for: all but the policy that the log itself proposes."""
    return sorted(path for path in log.files if path != "policy")


def flip(rng: Random, log: Log) -> Planted:
    path = rng.choice(_protected(log))
    data = bytearray(log.files[path])
    at = rng.randrange(len(data))
    data[at] ^= 1 << rng.randrange(8)
    return Planted("flip a bit of a file", _entry_at(log, path, at), path, log.files | {path: bytes(data)}, log.view())


def delete_file(rng: Random, log: Log) -> Planted:
    path = rng.choice([path for path in _protected(log) if not path.startswith("cosigned/")])
    return Planted("delete a file", None, path, {name: data for name, data in log.files.items() if name != path}, log.view())


def insert_file(rng: Random, log: Log) -> Planted:
    path = rng.choice(
        [
            "notes.txt",
            "tile/notes",
            "cosigned/0001",
            "cosigned/x",
            "tile/9/000",
            "tile/0/000.p/300",
            "tile/0/000.p/0",
            "tile/entries/0",
            "receipts/1.tlog-proof",
        ]
    )
    return Planted("insert a file", None, path, log.files | {path: b"x" * rng.randrange(1, 40)}, log.view())


def truncate_file(rng: Random, log: Log) -> Planted:
    path = rng.choice(_protected(log))
    keep = rng.randrange(len(log.files[path]))
    left = log.files[path][:keep]
    # what is left of a note ends with a whole line of a signature: a log need not keep every cosignature
    shorter = (path == "checkpoint" or path.startswith("cosigned/")) and "\n\n\u2014 ".encode() in left and left.endswith(b"\n")
    attack = f"{NO_EVIDENCE}cut off a cosignature, at the end of a file" if shorter else "truncate a file"
    return Planted(attack, _entry_at(log, path, keep), path, log.files | {path: left}, log.view())


def swap_bytes_of_entries(rng: Random, log: Log) -> Planted:
    first, second = _two(rng, log)
    entries = list(log.entries)
    entries[first], entries[second] = entries[second], entries[first]
    changed = log.files | bundles_of(entries)
    return Planted("swap two entries on the disk", first, _bundle(first, len(entries)), changed, log.view())


def _two(rng: Random, log: Log) -> tuple[int, int]:
    first, second = sorted(rng.sample(range(len(log.entries)), 2))
    return first, second


# Everything made again and signed --------------------------------------------------------------------------------------------------


def _rewritten(rng: Random, log: Log, attack: str, entries: list[bytes], first: int, view: Files | None = None) -> Planted:
    """The folder made again around ``entries``. What only the witness could make again is dropped, or left as it was."""
    keys = Keys()
    kept = {path: data for path, data in log.files.items() if path.startswith("cosigned/")} if rng.random() < 0.5 else {}
    made = log_of(entries, keys, witnessed=False, kept=kept)
    if rng.random() < 0.5:
        old = log.files["checkpoint"].rstrip(b"\n").split(b"\n")[-1] + b"\n"
        made.files["checkpoint"] += old
    return Planted(attack, first, None, made.files, log.view() if view is None else view)


def _signed_again(payload: dict[str, object], number: int) -> bytes:
    return envelope(payload, signer_of(payload, Keys(), number))


def rewrite_entry(rng: Random, log: Log) -> Planted:
    at = rng.randrange(len(log.entries))
    payload = payload_of(log.entries[at])
    if "commitment" in payload:
        payload["commitment"] = digest("forged", rng.random())
    else:
        payload["terms"]["sha256"] = digest("forged", rng.random())
    entries = list(log.entries)
    entries[at] = _signed_again(payload, at)
    return _rewritten(rng, log, "change what an entry says", entries, at)


def delete_entry(rng: Random, log: Log) -> Planted:
    at = rng.randrange(len(log.entries))
    return _rewritten(rng, log, "delete an entry", log.entries[:at] + log.entries[at + 1 :], at)


def insert_entry(rng: Random, log: Log) -> Planted:
    at = rng.randrange(len(log.entries) + 1)
    seed = {
        "format": "pbr-log/1",
        "origin": ORIGIN,
        "kind": "seed",
        "at": time_text(START + max(0, at - 1) * STEP),
        "contract": 0,
        "commitment": digest("slipped in", rng.random()),
    }
    # at the very end it is an ordinary new entry, that no witness has seen
    planted = _rewritten(rng, log, "insert an entry", [*log.entries[:at], _signed_again(seed, at), *log.entries[at:]], at)
    return replace(planted, attack="add an entry that no witness has seen", unseen=True) if at == len(log.entries) else planted


def swap_entries(rng: Random, log: Log) -> Planted:
    first, second = _two(rng, log)
    entries = list(log.entries)
    entries[first], entries[second] = entries[second], entries[first]
    return _rewritten(rng, log, "swap two entries", entries, first)


def cut_off(rng: Random, log: Log) -> Planted:
    size = rng.randrange(len(log.entries))
    return _rewritten(rng, log, "cut off the end", log.entries[:size], size)


def roll_back(rng: Random, log: Log) -> Planted:
    """The log as it truly was once: every signature on it is right, the witness's too."""
    sizes = [int(path.split("/")[1]) for path in log.files if path.startswith("cosigned/") and int(path.split("/")[1]) < len(log.entries)]
    size = rng.choice(sizes)
    old = log_of(log.entries[:size], Keys(), witnessed=True, cosigned=tuple(each for each in sizes if each <= size))
    return Planted("roll back to an earlier log", size, None, old.files, log.view())


def fork(rng: Random, log: Log) -> Planted:
    at = rng.randrange(len(log.entries))
    payloads = [payload_of(entry) for entry in log.entries[at:]]
    for payload in payloads:
        if "commitment" in payload:
            payload["commitment"] = digest("other", rng.random())
        else:
            payload["terms"]["sha256"] = digest("other", rng.random())
    other = [_signed_again(payload, at + number) for number, payload in enumerate(payloads)]
    return _rewritten(rng, log, "fork: another history from an entry on", log.entries[:at] + other, at)


def back_date(rng: Random, log: Log) -> Planted:
    at = rng.randrange(len(log.entries))
    payload = payload_of(log.entries[at])
    payload["at"] = time_text(START + at * STEP - rng.choice([1, STEP - 1, 3600, 86_400, 30 * 86_400]))
    entries = list(log.entries)
    entries[at] = _signed_again(payload, at)
    return _rewritten(rng, log, "back-date an entry", entries, at)


def sign_as_another(rng: Random, log: Log) -> Planted:
    keys = Keys()
    at = rng.randrange(len(log.entries))
    entries = list(log.entries)
    entries[at] = envelope(payload_of(log.entries[at]), rng.choice([keys.assessor, keys.auditor, Key("stranger.example/office")]))
    if entries[at] == log.entries[at]:
        entries[at] = envelope(payload_of(log.entries[at]), Key("stranger.example/office"))
    return _rewritten(rng, log, "sign an entry with another's key", entries, at)


def swap_evidence(rng: Random, log: Log) -> Planted:
    with_evidence = [number for number, entry in enumerate(log.entries) if "commitment" in payload_of(entry)]
    first, second = sorted(rng.sample(with_evidence, 2))
    one, other = payload_of(log.entries[first]), payload_of(log.entries[second])
    one["commitment"], other["commitment"] = other["commitment"], one["commitment"]
    entries = list(log.entries)
    entries[first], entries[second] = _signed_again(one, first), _signed_again(other, second)
    return _rewritten(rng, log, "exchange the evidence of two entries", entries, first)


def another_log_key(rng: Random, log: Log) -> Planted:
    """The same log, its checkpoint signed by a key of the same name that is not the log's."""
    other = Key(ORIGIN, again="other")
    text = log.files["checkpoint"].split(b"\n\n")[0] + b"\n"
    note = text + b"\n" + other.note_line(text) + log.files["checkpoint"].rstrip(b"\n").split(b"\n")[-1] + b"\n"
    return Planted("sign the checkpoint with another key", None, "checkpoint", log.files | {"checkpoint": note}, log.view())


# After what was kept ----------------------------------------------------------------------------------------------------------------


def _continued(rng: Random, log: Log, attack: str, extra: bytes) -> Planted:
    return _rewritten(rng, log, attack, [*log.entries, extra], len(log.entries))


def _next(log: Log, kind: str, at: int) -> dict[str, object]:
    """The payload that the story would have next if it were of ``kind``."""
    payloads = [payload_of(entry) for entry in log.entries]
    holds = max(number for number, payload in enumerate(payloads) if payload["kind"] in ("contract", "variation"))
    base: dict[str, object] = {"format": "pbr-log/1", "origin": ORIGIN, "kind": kind, "at": time_text(at), "contract": holds}
    base["commitment"] = digest("next", len(payloads))
    if kind == "approval":
        assessments = [number for number, payload in enumerate(payloads) if payload["kind"] == "assessment"]
        base |= {"assessment": assessments[-1], "answers": []}
    return base


def append_before_its_time(rng: Random, log: Log) -> Planted:
    end = START + (len(log.entries) - 1) * STEP
    payload = _next(log, "seed", end - rng.choice([1, 60, 3600, 86_400]))
    return _continued(rng, log, "append an entry dated before the last", envelope(payload, Keys().auditor))


def approve_without_the_right(rng: Random, log: Log) -> Planted:
    payload = _next(log, "approval", START + len(log.entries) * STEP)
    return _continued(rng, log, "approve with a key that may not", envelope(payload, Keys().assessor))


def approve_with_a_false_signature(rng: Random, log: Log) -> Planted:
    keys = Keys()
    payload = _next(log, "approval", START + len(log.entries) * STEP)
    made = json.loads(envelope(payload, keys.approver))
    made["signatures"][0]["sig"] = base64.b64encode(keys.approver.sign(b"something else")).decode()
    forged = json.dumps(made, sort_keys=True, separators=(",", ":")).encode()
    return _continued(rng, log, "approve with a false signature", forged)


def refer_to_nothing(rng: Random, log: Log) -> Planted:
    payload = _next(log, "seed", START + len(log.entries) * STEP)
    payload["contract"] = rng.choice([len(log.entries), len(log.entries) + 5, 1])
    return _continued(rng, log, "refer to what is not there", envelope(payload, Keys().auditor))


def garble(rng: Random, log: Log) -> Planted:
    payload = _next(log, "seed", START + len(log.entries) * STEP)
    entry = envelope(payload, Keys().auditor)
    extra = rng.choice(
        [entry + b" ", entry[:-1], b"{}", struct.pack(">Q", rng.getrandbits(60)), entry.replace(b'"', b"'", 1), b" " + entry]
    )
    return _continued(rng, log, "append an entry of a wrong form", extra)


def rewrite_after_an_older_view(rng: Random, log: Log) -> Planted:
    """The reader last looked before the entry that is changed: nothing stands against it but that no witness has signed it."""
    at = rng.randrange(1, len(log.entries))
    planted = rewrite_entry(rng, log)
    while planted.entry is not None and planted.entry < at:
        at = rng.randrange(0, planted.entry + 1)
    return Planted("change an entry that the reader had not seen", planted.entry, None, planted.files, log.view(at), unseen=True)


Attack = Callable[[Random, Log], Planted]
ANY_SIZE: tuple[Attack, ...] = (
    flip,
    flip,
    flip,
    delete_file,
    insert_file,
    truncate_file,
    rewrite_entry,
    delete_entry,
    insert_entry,
    cut_off,
    fork,
    back_date,
    sign_as_another,
    another_log_key,
    append_before_its_time,
    refer_to_nothing,
    garble,
)
FROM_TWO: tuple[Attack, ...] = (swap_bytes_of_entries, swap_entries, rewrite_after_an_older_view, roll_back)
FROM_TEN: tuple[Attack, ...] = (swap_evidence, approve_without_the_right, approve_with_a_false_signature)


def attack(rng: Random, size: int, only: str | None = None) -> Planted:
    """One attack on a sound log of ``size`` entries; ``only``: the name of its function, or any that such a log allows."""
    known = [each for each in possible(size) if only in (None, each.__name__)]
    return rng.choice(known)(rng, sound(size))


def possible(size: int) -> tuple[Attack, ...]:
    return ANY_SIZE + (FROM_TWO if size >= 2 else ()) + (FROM_TEN if size >= 10 else ())
