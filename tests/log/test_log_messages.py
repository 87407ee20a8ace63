"""What is said about a log that cannot be written to: each message once, beside what provokes it. Nothing is added by any of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from pbr.log.checkpoints import SignedCheckpoint, cosign
from pbr.log.creating import create
from pbr.log.store import Log
from pbr.platform.files import RealFiles
from pbr.platform.locking import Locked, locked
from pbr.platform.vkeys import NOTE, SigningKey
from pbr.problem import Refused
from tests.golden import assert_golden
from tests.log.faults import Killed
from tests.log.logs import LOG_KEY, WITNESS, clock, new_log, open_log

LOG = Path("log")


def append(log: Log | None = None) -> None:
    (log or open_log(LOG)).append([b"x"])


def other(key: SigningKey) -> Log:
    return Log(LOG, files=RealFiles(), clock=clock(), keys=(key,))


def change(path: str, edit: Callable[[bytes], bytes]) -> None:
    (LOG / path).write_bytes(edit((LOG / path).read_bytes()))


def no_log() -> None:
    Path("empty").mkdir()
    append(open_log(Path("empty")))


def truncated() -> None:
    change("checkpoint", lambda data: data[:-20])
    append()


def no_checkpoint_at_all() -> None:
    change("checkpoint", lambda data: b"\x00\xff" * 200_000)
    append()


def foreign() -> None:
    append(other(SigningKey("pbr.example/other", NOTE, bytes(32))))


def wrong_key() -> None:
    append(other(SigningKey(LOG_KEY.name, NOTE, bytes(32))))


def resized() -> None:
    change("checkpoint", lambda data: data.replace(b"\n3\n", b"\n2\n"))
    append()


def tile_gone() -> None:
    (LOG / "tile/0/000.p/3").unlink()
    append()


def tile_short() -> None:
    change("tile/0/000.p/3", lambda data: data[:-1])
    append()


def tile_changed() -> None:
    change("tile/0/000.p/3", lambda data: data[:-1] + b"!")
    append()


def entry_changed() -> None:
    change("tile/entries/000.p/3", lambda data: data[:-1] + b"!")
    append()


def clock_back() -> None:
    append(open_log(LOG, minutes=-90))


def empty_entry() -> None:
    open_log(LOG).append([b"x", b""])


def long_entry() -> None:
    open_log(LOG).append([b"x" * 65_536])


def busy() -> None:
    def never(path: Path) -> AbstractContextManager[None]:
        return locked(path, tries=2, wait=lambda milliseconds: None)

    with locked(Path("log.private/lock")):
        append(Log(LOG, files=RealFiles(), clock=clock(), keys=(LOG_KEY,), lock=never))


def older() -> None:
    before = (LOG / "checkpoint").read_bytes()
    append()
    (LOG / "checkpoint").write_bytes(before)
    append()


def disk_fails_at_the_end() -> None:
    class Full(RealFiles):
        def replace(self, old: Path, new: Path) -> None:
            if new.name == "checkpoint":
                raise OSError(5, "Input/output error")
            super().replace(old, new)

    append(open_log(LOG, Full()))


def disk_lies() -> None:
    class Lying(RealFiles):
        def read_again(self, path: Path) -> bytes:
            return super().read_again(path)[:-1] + b"!"

    append(open_log(LOG, Lying()))


def private_gone() -> None:
    shutil.rmtree("log.private")
    append()


def private_of_another() -> None:
    create(Path("new"), files=RealFiles(), clock=clock(), keys=(SigningKey("pbr.example/new", NOTE, bytes(32)),))
    append(Log(LOG, files=RealFiles(), clock=clock(), keys=(LOG_KEY,), private=Path("new.private")))


def private_of_another_before_it_said_so() -> None:
    private_step = Path("log.private/signed")
    step = json.loads(private_step.read_text())
    del step["origin"]
    private_step.write_text(json.dumps(step))  # as earlier versions wrote it, of the same log: nothing is said
    append()
    private_step.write_text(json.dumps(step | {"root": "00" * 32}))
    append()


def private_damaged() -> None:
    Path("log.private/signed").write_text('{"since": 0, "size": 3')
    append()


def private_taken() -> None:
    Path("new.private").mkdir()
    Path("new.private/diary").write_text("x")
    new_log(Path("new"))


def origin() -> None:
    create(Path("new"), files=RealFiles(), clock=clock(), keys=(SigningKey("é" * 128, NOTE, bytes(32)),))


def cosigned_elsewhere() -> None:
    checkpoint = open_log(LOG).checkpoint().checkpoint
    moved = type(checkpoint)(checkpoint.origin, 2, checkpoint.root)
    open_log(LOG).add_cosignatures(SignedCheckpoint(moved, (cosign(moved, WITNESS, 1),)), (WITNESS.verifier,))


def unknown_witness() -> None:
    newest = open_log(LOG).checkpoint()
    open_log(LOG).add_cosignatures(SignedCheckpoint(newest.checkpoint, (cosign(newest.checkpoint, WITNESS, 1),)), ())


class Dying(RealFiles):
    def replace(self, old: Path, new: Path) -> None:
        if new.name == "checkpoint":
            raise Killed
        super().replace(old, new)


def unfinished_without_key() -> None:
    log = open_log(LOG, Dying())
    with pytest.raises(Killed):
        append(log)
    with Log(LOG, files=RealFiles(), clock=clock()).opened():
        pass


CASES = (
    no_log, truncated, no_checkpoint_at_all, foreign, wrong_key, resized, tile_gone, tile_short, tile_changed, entry_changed, clock_back, empty_entry,
    long_entry, busy, older, disk_fails_at_the_end, disk_lies, private_gone, private_of_another,
    private_of_another_before_it_said_so, private_damaged, private_taken, origin, cosigned_elsewhere,
    unknown_witness, unfinished_without_key,
)  # fmt: skip


def test_every_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = []
    for case in CASES:
        folder = tmp_path / case.__name__
        folder.mkdir()
        monkeypatch.chdir(folder)
        new_log(LOG).append([b"a", b"b", b"c"])
        with pytest.raises(Refused) as caught:
            case()
        said.append(f"# {case.__name__.replace('_', ' ')}\n\n{caught.value}\n\n")
    assert_golden("".join(said), Path(__file__).parent / "messages.txt")


def test_a_process_that_goes_on_for_too_long_is_not_waited_for(tmp_path: Path) -> None:
    waits: list[int] = []
    with locked(tmp_path / "lock"), pytest.raises(Locked), locked(tmp_path / "lock", wait=waits.append):
        raise AssertionError
    assert sum(waits) == 4_900
