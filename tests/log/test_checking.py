"""Each way in which a log can be wrong is found, with its class and place; what is right gives no alarm."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import BinaryIO

import pytest

from pbr.log.checking import check_log
from pbr.log.findings import MOST
from pbr.platform.files import RealFiles, files_here
from tests.log.written import KEYS, POLICY, Files, Key, Log, Payload, check, found, logged, placed, story, writing

BUNDLE, TILE = "tile/entries/000.p/12", "tile/0/000.p/12"
WITNESS = KEYS.witness


@pytest.mark.parametrize("size", [1, 2, 12, 255, 256, 257])
def test_no_alarm_for_a_log_that_is_right(size: int, tmp_path: Path) -> None:
    log = writing.sound(size)
    checked = check(tmp_path, log.files, log.view())
    assert (checked.answer.verdict, found(checked), checked.answer.size) == ("verified", [], size)
    assert checked.leaves is not None and bytes(checked.leaves.hashes) == b"".join(log.leaves)


def test_a_log_of_nothing_is_a_log(tmp_path: Path) -> None:
    checked = check(tmp_path, logged([]).files)
    assert (checked.answer.verdict, checked.answer.size) == ("verified", 0)


def test_words_without_an_anchor_are_internally_consistent(tmp_path: Path) -> None:
    files = writing.sound(12).files
    checked = check(tmp_path, files, policy=False)
    assert checked.answer.verdict == "internally consistent" and "owner's word" in checked.answer.notes[0]
    bare = check(tmp_path / "bare", {path: data for path, data in files.items() if path != "policy"}, policy=False)
    assert bare.answer.verdict == "internally consistent" and "not checked" in bare.answer.notes[0]


def _flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _later(log: Log, at: int) -> bytes:
    """The checkpoint of the whole log, cosigned at another time."""
    text = writing.checkpoint_text(len(log.entries), writing.root_of(log.leaves))
    return text + b"\n" + KEYS.log.note_line(text) + WITNESS.cosignature_line(text, at)


def _line(checkpoint: bytes, number: int) -> bytes:
    return checkpoint.split(b"\n")[number]


def _at_entry(log: Log, number: int) -> int:
    return sum(2 + len(entry) for entry in log.entries[:number]) + 2


# what is done to the files of a log of 12 entries, and what must be said: class, entry, file
EDITS: dict[str, tuple[Callable[[Log], Files], list[tuple[str, int | None, str | None]]]] = {
    "no checkpoint": (lambda log: {"checkpoint": b""}, [("checkpoint", None, "checkpoint")]),
    "extension line": (
        lambda log: {"checkpoint": log.files["checkpoint"].replace(b"\n\n", b"\nmore\n\n")},
        [("checkpoint", None, "checkpoint")],
    ),
    "too many lines": (
        lambda log: {"checkpoint": log.files["checkpoint"] + 64 * (_line(log.files["checkpoint"], 4) + b"\n")},
        [("checkpoint", None, "checkpoint")],
    ),
    "log's line gone": (
        lambda log: {"checkpoint": log.files["checkpoint"].replace(_line(log.files["checkpoint"], 4) + b"\n", b"")},
        [("unsigned", None, "checkpoint")],
    ),
    "witness's line gone": (
        lambda log: {"checkpoint": log.files["checkpoint"].replace(_line(log.files["checkpoint"], 5) + b"\n", b"")},
        [],
    ),
    "false line": (
        lambda log: {"checkpoint": log.files["checkpoint"].replace(_line(log.files["checkpoint"], 4), KEYS.log.note_line(b"else")[:-1])},
        [("signature", None, "checkpoint"), ("unsigned", None, "checkpoint")],
    ),
    "tile cut": (lambda log: {TILE: log.files[TILE][:-1]}, [("file", None, TILE)]),
    "hash of a tile changed": (lambda log: {TILE: _flip(log.files[TILE], 5 * 32)}, [("entry", 5, BUNDLE)]),
    "entry changed": (
        lambda log: {BUNDLE: _flip(log.files[BUNDLE], _at_entry(log, 5) + 100)},
        [("entry", 5, BUNDLE), ("history", 4, "cosigned/12"), ("history", 4, "cosigned/6")],
    ),
    "bundle cut": (lambda log: {BUNDLE: log.files[BUNDLE][:-1]}, [("entry", 11, BUNDLE)]),
    "bundle goes on": (lambda log: {BUNDLE: log.files[BUNDLE] + b"x"}, [("file", None, BUNDLE)]),
    "stranger": (lambda log: {"notes.txt": b"x"}, [("file", None, "notes.txt")]),
    "level too high": (lambda log: {"tile/7/000": b"x"}, [("file", None, "tile/7/000")]),
    "older tile": (lambda log: {"tile/0/000.p/5": log.files[TILE][:160]}, []),
    "older tile changed": (lambda log: {"tile/0/000.p/5": bytes(160)}, [("file", None, "tile/0/000.p/5")]),
    "older bundle": (lambda log: {"tile/entries/000.p/1": log.files[BUNDLE][: _at_entry(log, 1) - 2]}, []),
    "older bundle goes on": (
        lambda log: {"tile/entries/000.p/1": log.files[BUNDLE][: _at_entry(log, 2) - 2]},
        [("file", None, "tile/entries/000.p/1")],
    ),
    "larger tile": (lambda log: {"tile/0/000.p/13": log.files[TILE] + bytes(32)}, []),
    "larger tile changed": (lambda log: {"tile/0/000": bytes(8192)}, [("file", None, "tile/0/000")]),
    "a write cut off": (lambda log: {".checkpoint.new": b"x", "cosigned/.5.new": b"x"}, []),
    "policy garbled": (lambda log: {"policy": b"quorum\n"}, [("file", None, "policy")]),
    "a stranger's line": (
        lambda log: {"checkpoint": log.files["checkpoint"] + Key("x").note_line(b"")},
        [("signature", None, "checkpoint")],
    ),
    "root changed": (
        lambda log: {"checkpoint": writing.signed(12, bytes(32), KEYS.log, WITNESS), "cosigned/12": b""},
        [("root", None, "checkpoint"), ("file", None, "cosigned/12")],
    ),
    "cosigned by name": (lambda log: {"cosigned/012": b"x"}, [("file", None, "cosigned/012")]),
    "cosigned another size": (lambda log: {"cosigned/3": log.files["cosigned/4"]}, [("file", None, "cosigned/3")]),
    "cosigned another tree": (
        lambda log: {"cosigned/6": writing.signed(6, bytes(32), KEYS.log, WITNESS)},
        [("history", 4, "cosigned/6")],
    ),
    "cosigned ahead": (lambda log: {"cosigned/13": writing.signed(13, bytes(32), KEYS.log, WITNESS)}, [("rollback", 12, "cosigned/13")]),
    "cosigned by nobody known": (
        lambda log: {"cosigned/4": log.files["cosigned/4"].replace(b"pbr.example/tampered ", b"x ").replace(b"auditor", b"another")},
        [("signature", None, "cosigned/4"), ("unsigned", None, "cosigned/4")],
    ),
    "cosigned early": (lambda log: {"checkpoint": _later(log, writing.START)}, [("time-ahead", 6, None)]),
    "cosigned late": (
        lambda log: {
            "cosigned/4": writing.checkpoint_text(4, writing.root_of(log.leaves[:4]))
            + b"\n"
            + WITNESS.cosignature_line(writing.checkpoint_text(4, writing.root_of(log.leaves[:4])), writing.START + 90_000)
        },
        [("back-dated", 4, None)],
    ),
}


WITNESSED = {"no checkpoint": None, "extension line": None, "too many lines": None}  # else all of it: cosigned/12 is as it was


@pytest.mark.parametrize("name", EDITS)
def test_a_change_of_the_files_is_found_where_it_is(name: str, tmp_path: Path) -> None:
    log = writing.sound(12)
    edit, expected = EDITS[name]
    checked = check(tmp_path, log.files | edit(log))
    assert found(checked) == expected
    assert checked.answer.verdict == ("broken" if expected else "verified") and checked.answer.witnessed == (WITNESSED.get(name, 12))


def _witnessed(folder: Path, files: Files, view: Files | None = None, *, policy: bool = True) -> tuple[str, int | None]:
    answer = check(folder, files, view, policy=policy).answer
    assert answer.findings == ()
    return answer.verdict, answer.witnessed


def test_what_nobody_has_witnessed_yet_is_said_and_is_no_alarm(tmp_path: Path) -> None:
    """Witnessed is the largest size at which the log and enough witnesses of the reader's policy stand by one checkpoint."""
    sound, less = writing.sound(12), "internally consistent"
    bare = writing.log_of(sound.entries, KEYS, witnessed=False, cosigned=(4, 6)).files
    assert _witnessed(tmp_path / "a", bare) == (less, 6)
    says = check(tmp_path / "a", bare).answer.lacking
    assert len(says) == 1 and says[0].startswith("Not witnessed yet from entry 6 on: only the log's owner vouches for entries 6 to 11")
    assert _witnessed(tmp_path / "b", writing.log_of(sound.entries, KEYS, witnessed=False).files) == (less, 0)
    assert _witnessed(tmp_path / "c", bare, policy=False) == (less, 0)
    # the witness's line alone, without the log's own, is not enough; at the log's size it is, beside the log's on the checkpoint of that size
    alone = sound.files["cosigned/6"].split(b"\n")
    assert _witnessed(tmp_path / "d", bare | {"cosigned/6": b"\n".join([*alone[:4], *alone[5:]])}) == (less, 4)
    assert _witnessed(tmp_path / "e", bare | {"cosigned/12": sound.files["cosigned/12"]}) == ("verified", 12)


def test_the_policy_that_was_kept_is_the_readers_where_none_is_given(tmp_path: Path) -> None:
    log = writing.sound(12)
    kept = log.view(8) | {"policy": KEYS.policy()}
    bare = {path: data for path, data in log.files.items() if path != "policy"}
    assert _witnessed(tmp_path / "a", bare, kept, policy=False) == ("verified", 12)
    assert _witnessed(tmp_path / "b", log.files, log.view(8), policy=False) == ("internally consistent", 0)
    other = Key(writing.ORIGIN, again="other")
    text = writing.checkpoint_text(12, writing.root_of(log.leaves))
    taken = {"checkpoint": text + b"\n" + other.note_line(text), "policy": f"log {other.vkey}\nquorum none\n".encode()}
    files = {path: data for path, data in log.files.items() if not path.startswith("cosigned")} | taken
    assert _witnessed(tmp_path / "c", files, log.view(8), policy=False) == ("internally consistent", 0)
    assert found(check(tmp_path / "d", files, kept, policy=False)) == [("unsigned", None, "checkpoint")]


def _set(number: int, **members: object) -> Callable[[list[Payload]], None]:
    return lambda payloads: payloads[number].update(members)


def _new_keys(role: str, listed: list[str]) -> Callable[[list[Payload]], None]:
    return lambda payloads: payloads[0]["keys"].update({role: listed})


LOW = "low.example+7a4d8c43+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
STRANGER = Key("stranger.example")

# what the entries of a log of 12 say, all of it signed and consistent, and what must be said of it: the class and the entry.
# 0 contract, 1-2 submissions, 3 assessment, 4 approval, 5 challenge, 6 approval, 7 seed, 8 submission, 9 assessment, 10 variation, 11 submission
SAID: dict[str, tuple[Callable[[list[Payload]], None], dict[int, Key], list[tuple[str, int]]]] = {
    "another member": (_set(11, more=1), {}, [("form", 11)]),
    "another origin": (_set(7, origin="pbr.example/other"), {}, [("form", 7)]),
    "no real day": (_set(7, at="2026-02-30T00:00:00Z"), {}, [("form", 7)]),
    "not rising": (_set(3, submissions=[2, 1]), {}, [("form", 3), ("references", 4), ("references", 5), ("references", 6), ("references", 9)]),
    "commitment in capitals": (_set(7, commitment="A" * 64), {}, [("form", 7)]),
    "a true for a number": (_set(11, contract=True), {}, [("form", 11)]),
    "clock goes back": (_set(7, at=writing.time_text(writing.START)), {}, [("time", 7)]),
    "not before it": (_set(3, submissions=[1, 3]), {}, [("references", 3), ("references", 4), ("references", 5), ("references", 6), ("references", 9)]),
    "no such kind there": (_set(9, submissions=[3]), {}, [("references", 9)]),
    "of another kind": (_set(11, contract=1), {}, [("references", 11)]),
    "contract was varied": (_set(11, contract=0), {}, [("references", 11)]),
    "answers another's challenge": (_set(6, assessment=3, answers=[4]), {}, [("references", 6)]),
    "a stranger signs": (lambda payloads: None, {7: STRANGER}, [("signer", 7)]),
    "provider approves": (lambda payloads: None, {4: KEYS.provider}, [("signer", 4)]),
    "variation by no commissioner": (lambda payloads: None, {10: KEYS.assessor}, [("signer", 10)]),
    "another key of that name": (lambda payloads: None, {7: Key(KEYS.auditor.name, again="x")}, [("signer", 7)]),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_what_an_entry_may_not_say_is_found_though_all_is_signed(name: str, tmp_path: Path) -> None:
    change, signers, expected = SAID[name]
    checked = check(tmp_path, logged(story(12, change), signers).files)
    assert [(kind, entry) for kind, entry, _ in found(checked)] == expected


@pytest.mark.parametrize(
    "change",
    [
        _new_keys("auditor", [LOW]),
        _new_keys("auditor", [KEYS.auditor.vkey, KEYS.auditor.vkey]),
        _new_keys("auditor", [KEYS.witness.vkey]),
        _new_keys("commissioner", []),
        _set(0, approval={"approvers": 0, "assessor": "may not"}),
        _set(0, approval={"approvers": 1, "assessor": "may"}),
        _set(0, terms={"id": "a", "version": "1", "sha256": "0" * 64}),
    ],
)
def test_a_contract_of_another_form_holds_for_nothing(change: Callable[[list[Payload]], None], tmp_path: Path) -> None:
    payloads = story(2)
    change(payloads)
    entries = [writing.envelope(payloads[0], KEYS.commissioner), writing.envelope(payloads[1], KEYS.provider)]
    assert found(check(tmp_path, writing.log_of(entries, KEYS, witnessed=True).files)) == [("form", 0, None), ("references", 1, None)]


def test_a_false_signature_is_the_entrys(tmp_path: Path) -> None:
    log = writing.sound(12)
    entries = list(log.entries)
    entries[7] = _resigned(entries[7])
    assert found(check(tmp_path, writing.log_of(entries, KEYS, witnessed=True).files)) == [("signature", 7, None)]


def _resigned(entry: bytes) -> bytes:
    """The same entry with the signature of another payload by the same key."""
    payload = writing.payload_of(entry)
    other = writing.envelope(payload | {"commitment": "0" * 64}, KEYS.auditor)
    return entry[: entry.index(b'"sig"')] + other[other.index(b'"sig"') :]


def test_entries_behind_a_changed_one_are_unknown_and_not_blamed(tmp_path: Path) -> None:
    log = writing.sound(12)
    checked = check(tmp_path, log.files | {BUNDLE: _flip(log.files[BUNDLE], _at_entry(log, 0) + 100)})
    assert found(checked)[0] == ("entry", 0, BUNDLE) and {kind for kind, _, _ in found(checked)} == {"entry", "history"}
    assert checked.answer.states == {}
    assert "entries were changed" in " ".join(checked.answer.notes)


def test_a_view_kept_before_finds_what_became_of_it(tmp_path: Path) -> None:
    log = writing.sound(12)
    other = logged(story(12, _set(5, commitment="0" * 64)))
    assert found(check(tmp_path / "fork", other.files, log.view(8))) == [("history", 5, None)]
    assert found(check(tmp_path / "alone", other.files | {"cosigned/4": log.files["cosigned/4"]}, None)) == []
    short = writing.sound(5)
    assert found(check(tmp_path / "back", {k: v for k, v in short.files.items() if "cosigned" not in k}, log.view())) == [
        ("rollback", 5, None)
    ]
    view = {"checkpoint": log.view(8)["checkpoint"].replace(b"pbr.example/tampered\n", b"pbr.example/other\n")}
    assert found(check(tmp_path / "other", log.files, view | {"hashes": log.view(8)["hashes"]})) == [("origin", None, "checkpoint")]


def test_a_checkpoint_kept_alone_says_from_where_on(tmp_path: Path) -> None:
    from pbr.log.kept import read_kept

    log, other = writing.sound(12), logged(story(12, _set(5, commitment="0" * 64)), cosigned=(4,))
    placed(tmp_path / "log", other.files)
    (tmp_path / "seen").write_bytes(log.view(8)["checkpoint"])
    checked = check_log(tmp_path / "log", files_here(), policy=POLICY, kept=read_kept(tmp_path / "seen", files_here()))
    assert found(checked) == [("history", 4, None)]


def test_any_changed_byte_of_a_log_is_found(tmp_path: Path) -> None:
    """Every file of a log of five entries but the policy, which nothing vouches for; of each byte one other value."""
    log, rng = writing.sound(5), Random(5)
    folder = placed(tmp_path / "log", log.files)
    for path, data in log.files.items():
        if path != "policy":
            for at in rng.sample(range(len(data)), min(len(data), 60)):
                (folder / path).write_bytes(data[:at] + bytes([data[at] ^ rng.randrange(1, 256)]) + data[at + 1 :])
                answer = check_log(folder, files_here(), policy=POLICY).answer
                assert answer.findings or answer.verdict != "verified" or path in ("checkpoint", "cosigned/5"), (path, at)
            (folder / path).write_bytes(data)


@pytest.mark.parametrize("path", ["checkpoint", BUNDLE, TILE, "tile/entries/000.p/3", "cosigned/4", "policy"])
def test_an_enormous_file_is_not_read_whole(path: str, tmp_path: Path) -> None:
    log = writing.sound(12)
    folder = placed(tmp_path / "log", log.files)
    with (folder / path).open("ab") as file:
        file.truncate(4 << 30)
    checked = check_log(folder, files_here())
    assert path in {file for _, _, file in found(checked)}


def test_what_is_no_file_is_not_followed(tmp_path: Path) -> None:
    log = writing.sound(12)
    folder = placed(tmp_path / "log", log.files)
    (folder / TILE).rename(tmp_path / "elsewhere")
    (folder / TILE).symlink_to(tmp_path / "elsewhere")
    (folder / "cosigned" / "4").unlink()
    (folder / "cosigned" / "4").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to(folder)
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe")).write_bytes(b"x")
    assert found(check_log(folder, files_here(), policy=POLICY)) == [
        ("file", None, "loop"),
        ("file", None, "pipe"),
        ("file", None, TILE),
        ("file", None, "��"),
    ]


def test_a_size_that_nothing_backs_ends_at_once(tmp_path: Path) -> None:
    log = writing.sound(12)
    checked = check(tmp_path, log.files | {"checkpoint": writing.signed(2**53 - 1, bytes(32), KEYS.log, WITNESS)})
    assert len(found(checked)) == MOST and checked.answer.findings[0].file == "tile/0/000"
    assert "nothing further" in checked.answer.notes[-1]


@pytest.mark.parametrize("gone", ["tile/0/000.p/255", "tile/entries/000.p/255"])
def test_a_log_that_is_added_to_while_it_is_read_is_read_again(gone: str, tmp_path: Path) -> None:
    """Its full tile takes the place of the partial one that the older checkpoint needs."""
    folder, older, newer = tmp_path / "log", writing.sound(255), writing.sound(256)

    class Busy(RealFiles):
        added = False

        def open_read(self, path: Path) -> BinaryIO:
            if path == folder / "policy" and not self.added:
                self.added = True
                placed(folder, newer.files)
                (folder / gone).unlink()
            return super().open_read(path)

    placed(folder, {path: data for path, data in older.files.items() if not path.startswith("cosigned")})
    checked = check_log(folder, Busy(), policy=POLICY)
    assert (checked.answer.verdict, checked.answer.size, found(checked)) == ("verified", 256, [])
