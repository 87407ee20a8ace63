"""A new log: a folder with a signed checkpoint over no entries, and its private side. Codes: PBR551, PBR552, and those of a whole
folder."""

from __future__ import annotations

from pathlib import Path

from pbr.log import tree
from pbr.log.checkpoints import Checkpoint, origin_trouble, sign_checkpoint
from pbr.log.folder import CHECKPOINT
from pbr.log.private import Step
from pbr.log.store import Log
from pbr.log.times import seconds_of, time_text
from pbr.platform.clock import Clock
from pbr.platform.files import Files, WholeFolder
from pbr.platform.vkeys import NOTE, SigningKey
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
