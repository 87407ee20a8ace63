"""The log that a site carries: looked at before anything of it is published, then copied as it is, so that other tools can read it where it lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pbr.log.auditing import open_log_folder
from pbr.log.checking import CheckedLog, check_log
from pbr.log.contents import CHECKPOINT, COSIGNED, LONGEST_BUNDLE, POLICY, Folder, expected
from pbr.log.findings import BROKEN
from pbr.log.notes import LONGEST
from pbr.log.tiles import read_path, split_entries
from pbr.platform.files import Files
from pbr.problem import Place, Refused, refuse
from pbr.publish.check.leaves import Told, Words, told, told_by_checkpoint, told_by_policy
from pbr.publish.site import Site

LARGEST: Final = 64_000_000  # bytes of a log that a page can take in: what is larger is served beside the site


@dataclass(frozen=True)
class CarriedLog:
    """``size``: entries. ``root``: in hex. ``files``: path in the log and bytes, in the order of their names. ``states``: of each assessment, by its entry."""

    origin: str
    size: int
    root: str
    files: tuple[tuple[str, bytes], ...]
    states: Mapping[int, str]


def carried(folder: Path, files: Files, site: Site) -> CarriedLog:
    """The log in ``folder``, as a site about ``site`` may carry it. What a write that was cut off has left behind stays where it is. Refused PBR530 (no log there),
    PBR690 (something is wrong with it), PBR691 (it tells a number that could be a sum or a count), PBR692 (too large)."""
    open_log_folder(folder, files)
    seen = check_log(folder, files)
    if seen.answer.verdict == BROKEN or seen.checkpoint is None or seen.signed is None:
        raise _broken(folder, seen)
    log = Folder(folder, files)
    found = {CHECKPOINT: seen.checkpoint, **dict(_copied(log, seen, seen.signed.checkpoint.size))}
    if (total := sum(map(len, found.values()))) > LARGEST:
        raise refuse(
            "PBR692",
            f"the log has {total:,} bytes, and a site carries at most {LARGEST:,}: a browser could not take it in",
            "publish without --log, and put the log's own folder on the server as it is: the commands read it there",
            Place(str(folder)),
        )
    _told_by(found, Words.of(site), folder)
    checkpoint = seen.signed.checkpoint
    return CarriedLog(checkpoint.origin, checkpoint.size, checkpoint.root.hex(), tuple(sorted(found.items())), seen.answer.states)


def _copied(log: Folder, seen: CheckedLog, size: int) -> Iterator[tuple[str, bytes]]:
    """The tiles and bundles that a tree of this size needs, the policy, and the cosigned checkpoints."""
    if log.is_plain(POLICY):
        yield POLICY, log.read(POLICY, LONGEST + 1)
    for tile in expected(size):
        yield tile.path, log.read(tile.path, LONGEST_BUNDLE)
    if log.files.kind(log.root / COSIGNED) != "folder":
        return
    for path, kind in log.walk(COSIGNED):
        name = path.rpartition("/")[2]
        if kind == "file" and name.isascii() and name.isdigit() and int(name) <= size:
            yield path, log.read(path, LONGEST + 1)


def _told_by(found: Mapping[str, bytes], words: Words, folder: Path) -> None:
    for path, data in found.items():
        if path == POLICY:
            _refuse_any(told_by_policy(data, words), "the log's policy", folder / path)
        elif path == CHECKPOINT or path.startswith(f"{COSIGNED}/"):
            _refuse_any(told_by_checkpoint(data, words), f"the checkpoint {path}", folder / path)
        elif (tile := read_path(path)) is not None and tile.is_bundle:
            for number, entry in enumerate(split_entries(data)[0], tile.start):
                _refuse_any(told(entry, number, words), f"entry {number} of the log", folder / path)


def _refuse_any(found: Iterator[Told], what: str, path: Path) -> None:
    for where, value in found:
        raise refuse(
            "PBR691",
            f"{what} tells what could be a sum or a count: {where} is {value}",
            "a log cannot take anything back: publish without --log, and show the log only to those who may know",
            Place(str(path)),
        )


def _broken(folder: Path, seen: CheckedLog) -> Refused:
    finding = seen.answer.findings[0] if seen.answer.findings else None
    first = finding.says if finding is not None else "its checkpoint cannot be read"
    file = finding.file if finding is not None and finding.file is not None else ""
    return refuse(
        "PBR690",
        f"something is wrong with the log, and a site does not carry such a log: {first}",
        f"`pbr log audit {folder.name}` says everything that is wrong; take what is damaged from a copy",
        Place(str(folder / file)),
    )
