"""The files of a log as they lie in its folder: which a tree of a size needs, which are there besides, and whether those may be.

Nothing is read further than the format allows it to be long, no link is followed, and a folder of strangers is listed, never opened.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

from pbr.log.findings import MOST, Finding, Findings
from pbr.log.notes import LONGEST
from pbr.log.tiles import HEIGHT, LONGEST_ENTRY, WIDTH, Tile, counts, read_path, split_entries, width_at
from pbr.log.tree import HASH
from pbr.platform.files import Files

CHECKPOINT: Final = "checkpoint"
POLICY: Final = "policy"
COSIGNED: Final = "cosigned"
LONGEST_BUNDLE: Final = WIDTH * (2 + LONGEST_ENTRY)
LARGEST_SIZE: Final = 2**53 - 1
HIGHEST: Final = 6  # the level of tiles of the largest tree


class Folder:
    """A log's folder. Paths in it are written with ``/``; a name that is not UTF-8 has lone surrogates for what is not."""

    def __init__(self, root: Path, files: Files) -> None:
        self.root = root
        self.files = files

    def is_plain(self, path: str) -> bool:
        """Whether a file stands there, in folders that are no links either."""
        parts = path.split("/")
        inside = all(self.files.kind(self.root.joinpath(*parts[:depth])) == "folder" for depth in range(1, len(parts)))
        return inside and self.files.kind(self.root.joinpath(*parts)) == "file"

    def size(self, path: str) -> int:
        return self.files.size(self.root / path)

    def read(self, path: str, most: int) -> bytes:
        """The first ``most`` bytes of a plain file, fewer where it has fewer. FileNotFoundError where it is none."""
        if not self.is_plain(path):
            raise FileNotFoundError(2, "there is no such file", path)
        with self.files.open_read(self.root / path) as file:
            return file.read(most)

    def checkpoint(self) -> bytes | None:
        """The bytes of the newest checkpoint, as far as one may be long; None where there is no such file."""
        try:
            return self.read(CHECKPOINT, LONGEST + 1)
        except FileNotFoundError:
            return None

    def walk(self, under: str = "") -> Iterator[tuple[str, str]]:
        """Everything in it: (path, ``file``, ``link``, ``other`` or ``empty``), folders entered in the order of their names."""
        waiting = [under]
        while waiting:
            folder = waiting.pop()
            try:
                inside = self.files.list(self.root / folder)
            except FileNotFoundError:
                if not folder:
                    raise
                continue  # it went away while we looked
            if not inside and folder:
                yield folder, "empty"
            deeper = []
            for path in inside:
                name = f"{folder}/{path.name}" if folder else path.name
                kind = self.files.kind(path)
                if kind == "folder":
                    deeper.append(name)
                else:
                    yield name, kind
            waiting += reversed(deeper)


def shown(path: str) -> str:
    """A path as it can be written in an answer: U+FFFD for what is not UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def expected(size: int) -> Iterator[Tile]:
    """What a tree of this size needs: its tiles by level and number, then its bundles."""
    for level, count in [*counts(size), (-1, size)]:
        for number in range(-(-count // WIDTH)):
            yield Tile(level, number, min(WIDTH, count - number * WIDTH))


def absent(folder: Folder, size: int, findings: Findings) -> set[str] | None:
    """The paths of needed tiles and bundles that are not there, a finding for each; None where there are too many to go on."""
    missing: set[str] = set()
    lacking = (tile for tile in expected(size) if not folder.is_plain(tile.path))
    for tile in islice(lacking, MOST + 1):
        if len(missing) == MOST:
            return None
        missing.add(tile.path)
        what = "the bundle of entries" if tile.is_bundle else "the tile"
        findings.add(3, Finding("file", f"{what} is not there, or is no plain file", file=tile.path))
    return missing


class Besides:
    """What is in the folder without being needed: allowed, only to be noted, or a finding."""

    def __init__(self, folder: Folder, size: int, missing: set[str], findings: Findings) -> None:
        self.folder, self.tree, self.missing, self.findings = folder, size, missing, findings
        self.beyond = 0  # tiles and bundles of a larger tree
        self.cut_off = 0  # files that a write has left behind
        self.empty = 0  # folders

    def look(self) -> None:
        for path, kind in self.folder.walk():
            if path == CHECKPOINT or path.split("/")[0] == COSIGNED:
                continue
            if kind == "empty":
                self.empty += 1
            elif kind == "nothing":
                continue  # it went away while we looked: a log is added to
            elif kind != "file":
                self._finding(path, "it is a link, not a file" if kind == "link" else "it is not a plain file")
            elif path != POLICY:
                with suppress(FileNotFoundError):  # smaller tiles go away after the checkpoint over the full one is there
                    self._file(path)

    def notes(self) -> Iterator[str]:
        if self.beyond:
            yield f"{_files(self.beyond)} of a larger tree lie there that no checkpoint covers yet: an append is under way, or was cut off"
        if self.cut_off:
            yield f"{_files(self.cut_off)} with a name that begins with a point lie there: a write that was cut off"
        if self.empty:
            yield f"{self.empty:,} empty folder{'s' if self.empty != 1 else ''} lie there"

    def _file(self, path: str) -> None:
        tile = read_path(path)
        if path.rpartition("/")[2].startswith("."):
            self.cut_off += 1
        elif tile is None or tile.level > HIGHEST:
            self._finding(path, "it does not belong in a log")
        elif (here := width_at(self.tree, tile.level, tile.number)) == tile.width:
            return  # the one that is needed
        elif tile.width < here:
            self._smaller(tile, Tile(tile.level, tile.number, here))
        elif tile.start + tile.width > LARGEST_SIZE >> (HEIGHT * max(tile.level, 0)):
            self._finding(path, "no log is as large as this tile says")
        else:
            self._larger(tile, Tile(tile.level, tile.number, here))

    def _smaller(self, tile: Tile, whole: Tile) -> None:
        """A tile or bundle of an earlier size: the beginning of what this tree has there."""
        longest = LONGEST_BUNDLE if tile.is_bundle else tile.width * HASH
        data = self.folder.read(tile.path, longest + 1)
        if tile.is_bundle:
            entries, left = split_entries(data, tile.width)
            right = len(entries) == tile.width and left == 0
        else:
            right = len(data) == longest
        if not right:
            self._finding(tile.path, f"it does not hold {tile.width} {'entries' if tile.is_bundle else 'hashes'}")
        elif whole.path not in self.missing and self.folder.read(whole.path, len(data)) != data:
            self._finding(tile.path, f"it is not the beginning of {whole.path}")

    def _larger(self, tile: Tile, here: Tile) -> None:
        """A tile or bundle that reaches beyond this tree: it goes on from what this tree has there."""
        if here.width > 0 and here.path not in self.missing:
            ours = self.folder.read(here.path, LONGEST_BUNDLE if tile.is_bundle else here.width * HASH)
            if self.folder.read(tile.path, len(ours)) != ours:
                self._finding(tile.path, f"it does not begin with {here.path}")
                return
        self.beyond += 1

    def _finding(self, path: str, says: str) -> None:
        self.findings.add(3, Finding("file", says, file=shown(path)))


def _files(number: int) -> str:
    return f"{number:,} file{'s' if number != 1 else ''}"
