"""Reading a log's folder: its checkpoint, entries, hashes and proofs. Few files are read for each answer, however long the log is.

Nothing is checked here beyond what is needed to go on: ``pbr.log.checking`` is what finds out whether a log is whole. Codes: PBR540, PBR541, PBR544.
"""

from __future__ import annotations

from pathlib import Path

from pbr.log import tiles, tree
from pbr.log.checkpoints import NotACheckpoint, SignedCheckpoint, read_checkpoint
from pbr.log.notes import LONGEST
from pbr.log.tiles import LONGEST_ENTRY, Tile
from pbr.platform.files import Files
from pbr.problem import Place, Refused, refuse

CHECKPOINT = "checkpoint"
_LONGEST_BUNDLE = tiles.WIDTH * (LONGEST_ENTRY + 2)


class Unreadable(ValueError):
    """A file that is not read: what it is instead, as a sentence without a full stop."""


def read_newest(files: Files, folder: Path) -> SignedCheckpoint:
    """The log's newest checkpoint, its signatures not checked. Raises Refused PBR540, PBR541."""
    path = folder / CHECKPOINT
    if not files.exists(path):
        raise refuse(
            "PBR540",
            f"{folder} is no log: there is no file named checkpoint in it",
            "look at how the folder's name is spelt",
            Place(str(folder)),
        )
    try:
        return read_checkpoint(read_limited(files, path, LONGEST))
    except (NotACheckpoint, Unreadable) as trouble:
        raise refuse(
            "PBR541",
            f"this checkpoint cannot be read: {trouble}",
            "take the log from a copy that is whole; entries cannot be added to it as it is",
            Place(str(path)),
        ) from None


def read_limited(files: Files, path: Path, most: int, *, again: bool = False) -> bytes:
    """The bytes of a plain file of at most ``most``; of a longer one, or what is none, nothing is read: a pipe would never end. Raises Unreadable,
    FileNotFoundError."""
    if (kind := files.kind(path)) not in ("file", "nothing"):
        raise Unreadable({"folder": "it is a folder", "link": "it is a link"}.get(kind, "it is no plain file"))
    if (size := files.size(path)) > most:
        raise Unreadable(f"it has {size:,} bytes, and at most {most:,} are read")
    return files.read_again(path) if again else files.read_bytes(path)


class Tree:
    """The tree of a log's first ``size`` entries, read from its folder. Raises Refused PBR544 where a file is not as that size wants it.
    ``again``: read from the disk, and not from what memory still has of it."""

    def __init__(self, files: Files, folder: Path, size: int, *, again: bool = False) -> None:
        self.size = size
        self._files = files
        self._folder = folder
        self._again = again

    def hashes(self, level: int, number: int) -> list[bytes]:
        """The hashes of a tile, as many as a tree of this size has there."""
        tile = self._tile(level, number)
        found = self._bytes(tile)
        if len(found) != tile.width * tree.HASH:
            raise self._damaged(tile, f"it has {len(found):,} bytes and should have {tile.width * tree.HASH:,}")
        return tiles.split_hashes(found)

    def entries(self, number: int) -> list[bytes]:
        """The entries of a bundle."""
        tile = self._tile(-1, number)
        found, left = tiles.split_entries(self._bytes(tile), tile.width)
        if len(found) != tile.width or left:
            raise self._damaged(tile, f"it should hold exactly {tile.width} entries")
        return found

    def entry(self, index: int) -> bytes:
        """Entry ``index``, counted from 0. It is compared with its leaf hash: damage is not read as something that was said."""
        number, place = divmod(index, tiles.WIDTH)
        found = self.entries(number)[place]
        if tree.leaf_hash(found) != self.hashes(0, number)[place]:
            raise self._damaged(self._tile(-1, number), f"its entry {index} is not the one that the tree holds")
        return found

    def leaf(self, index: int) -> bytes:
        return self.hashes(0, index // tiles.WIDTH)[index % tiles.WIDTH]

    def subtree(self, height: int, number: int) -> bytes:
        """The root of the complete subtree of 2^height leaves that begins at leaf number * 2^height."""
        level, above = divmod(height, tiles.HEIGHT)
        first = number << above
        hashes = self.hashes(level, first // tiles.WIDTH)
        at = first % tiles.WIDTH
        return tree.root(hashes[at : at + (1 << above)])

    def root(self, size: int | None = None) -> bytes:
        """The root of the tree of the first ``size`` entries, of all of them without it."""
        return tree.part_root(0, self.size if size is None else size, self.subtree)

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        parts = tree.inclusion_parts(index, self.size if size is None else size)
        return [tree.part_root(lo, hi, self.subtree) for lo, hi in parts]

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        parts = tree.consistency_parts(old, self.size if new is None else new)
        return [tree.part_root(lo, hi, self.subtree) for lo, hi in parts]

    def edge(self) -> dict[int, list[bytes]]:
        """The hashes of the partial tiles, by level."""
        return {tile.level: self.hashes(tile.level, tile.number) for tile in tiles.edge(self.size)}

    def _tile(self, level: int, number: int) -> Tile:
        width = tiles.width_at(self.size, level, number)
        if not width:
            raise ValueError(f"a tree of {self.size} has no tile {number} at level {level}")
        return Tile(level, number, width)

    def _bytes(self, tile: Tile) -> bytes:
        data = self._read(tile, tile.path, tile.width)
        if data is None and tile.width < tiles.WIDTH:
            # somebody added to the log since its checkpoint was read here: the full tile stands for all its beginnings
            whole = self._read(tile, tile.full, tiles.WIDTH)
            if whole is not None:
                data = tiles.beginning(whole, tile)
        if data is None:
            raise self._damaged(tile, "it is not there")
        return data

    def _read(self, tile: Tile, path: str, width: int) -> bytes | None:
        try:
            return read_limited(
                self._files, self._folder / path, _LONGEST_BUNDLE if tile.is_bundle else width * tree.HASH, again=self._again
            )
        except (FileNotFoundError, NotADirectoryError):
            return None
        except Unreadable as trouble:
            raise self._damaged(tile, str(trouble)) from None

    def _damaged(self, tile: Tile, why: str) -> Refused:
        return refuse(
            "PBR544",
            f"the log needs this file for its {self.size:,} entries: {why}",
            f"`pbr log audit {self._folder}` says everything that is wrong; take what is damaged from a copy of the log",
            Place(str(self._folder / tile.path)),
        )
