"""A new log: a folder with a signed checkpoint over no entries, and its private side. Codes: PBR542, PBR551 to PBR553, and those of a whole
folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pbr.log import tree
from pbr.log.checkpoints import Checkpoint, origin_trouble, sign_checkpoint
from pbr.log.folder import CHECKPOINT
from pbr.log.private import Step
from pbr.log.store import Log
from pbr.log.times import seconds_of, time_text
from pbr.platform.clock import Clock
from pbr.platform.files import Files, WholeFolder
from pbr.platform.vkeys import NOTE, NoKey, SigningKey, VerifierKey, read_vkey
from pbr.problem import Place, refuse


def create(
    folder: Path, *, files: Files, clock: Clock, keys: tuple[SigningKey, ...], policy: bytes | None = None, private: Path | None = None
) -> Log:
    """A new log without entries, with a signed checkpoint of size 0. ``keys``: the log's own, the Ed25519 one first; their name is its origin.
    ``policy``: what the log proposes to trust. The folder is whole or absent; raises Refused as :class:`WholeFolder` does, and PBR551, PBR552."""
    origin = keys[0].name
    if trouble := origin_trouble(origin):
        raise refuse(
            "PBR552", f"a log cannot have the origin {origin!r}: it {trouble}", "choose one like pbr.example/justice", Place(str(folder))
        )
    if keys[0].kind != NOTE or any(key.name != origin for key in keys):
        raise ValueError("the keys of a log are an Ed25519 key for notes and others of the same name")
    log = Log(folder, files=files, clock=clock, keys=keys, private=private)
    moment = time_text(clock.now())
    seconds = seconds_of(moment)
    assert seconds is not None
    with WholeFolder(files, folder) as making:
        there = files.is_folder(log.private.folder)
        if files.exists(log.private.folder) and (not there or files.list(log.private.folder)):
            raise refuse(
                "PBR551",
                f"the private folder of the new log would be {log.private.folder}, and that is there and not empty",
                "choose another place with --private; it holds what another log keeps from its readers",
                Place(str(folder)),
            )
        if not there:
            files.make_folder(log.private.folder)
        files.write(making / CHECKPOINT, bytes(sign_checkpoint(Checkpoint(origin, 0, tree.EMPTY_ROOT), keys, seconds)))
        if policy is not None:
            files.write(making / "policy", policy)
    log.private.write("signed", Step(0, 0, tree.EMPTY_ROOT.hex(), moment, origin))
    return log


def own_policy(origin: str, keys: tuple[SigningKey, ...], witnesses: Sequence[str], quorum: int | None) -> str:
    """The policy (C2SP tlog-policy) that a log proposes: its own keys, these witnesses (vkeys), and how many of them are needed, all without
    ``quorum``. Two vkeys of one name are one witness with two algorithms. Raises Refused PBR542 and PBR553."""
    if keys[0].name != origin:
        raise refuse(
            "PBR542",
            f"the key of the log {origin} has that name, and the key that was given is {keys[0].name}",
            f"`pbr key new {origin} --for log` makes one",
        )
    lines = [f"log {key.verifier}" for key in keys]
    known: dict[str, list[VerifierKey]] = {}
    seen: dict[bytes, str] = {key.verifier.public: "the log's own key" for key in keys}
    for text in witnesses:
        key = _witness(text)
        if key.public in seen:
            raise refuse(
                "PBR553", f"the witness {key.name} has the same public key as {seen[key.public]}", "every witness has a key of its own"
            )
        seen[key.public] = f"the witness {key.name}"
        known.setdefault(key.name, []).append(key)
    names = []
    for number, held in enumerate(known.values(), 1):
        parts = [f"w{number}"] if len(held) == 1 else [f"w{number}.{part}" for part in range(1, len(held) + 1)]
        lines += [f"witness {part} {key}" for part, key in zip(parts, held, strict=True)]
        if len(held) > 1:
            lines.append(f"group w{number} any {' '.join(parts)}")
        names.append(f"w{number}")
    needed = len(names) if quorum is None else quorum
    if needed > len(names):
        raise refuse(
            "PBR553",
            f"{needed} of {len(names)} witnesses cannot have cosigned",
            "name more witnesses with --witness, or ask for fewer with --quorum",
        )
    if needed:
        lines.append(f"group witnesses {needed} {' '.join(names)}")
    lines.append(f"quorum {'witnesses' if needed else 'none'}")
    return "".join(f"{line}\n" for line in lines)


def _witness(text: str) -> VerifierKey:
    try:
        key = read_vkey(text)
    except NoKey as trouble:
        raise refuse(
            "PBR553", f"this is no key of a witness: {trouble}", "give it exactly as `pbr key show` prints it to its owner"
        ) from None
    if key.kind == NOTE:
        raise refuse(
            "PBR553",
            f"{key.name} is a key of a log or a party, and a witness cosigns",
            "ask for a key made with `pbr key new NAME --for witness`",
        )
    return key
