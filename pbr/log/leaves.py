"""The entries and tiles of a log against each other, tile by tile (docs/log-format.md, steps 4 and 5): what changed, an entry or a tile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pbr.log.contents import LONGEST_BUNDLE, Folder
from pbr.log.findings import Finding, Findings
from pbr.log.tiles import WIDTH, Tile, counts, split_entries, split_hashes, width_at
from pbr.log.tree import HASH, fold, leaf_hash, push, root


@dataclass
class Leaves:
    """What was found. ``hashes``: of each entry its leaf hash, 32 bytes each, from its bundle, else from its tile; ``known``: whether there was
    either. ``from_tiles`` and ``from_entries``: the roots that they give, None where not all of them are there. ``sound``: of each bundle how many
    entries come before its first finding."""

    hashes: bytearray = field(default_factory=bytearray)
    known: bytearray = field(default_factory=bytearray)
    from_tiles: bytes | None = None
    from_entries: bytes | None = None
    sound: list[int] = field(default_factory=list)

    def hash_of(self, number: int) -> bytes | None:
        return bytes(self.hashes[number * HASH : (number + 1) * HASH]) if self.known[number] else None

    def roots(self, sizes: Iterable[int]) -> dict[int, bytes | None]:
        """The root of the first so many entries, for each of the sizes, none larger than the log; None where a hash is missing."""
        wanted = sorted(set(sizes))
        missing = self.known.find(0)
        found: dict[int, bytes | None] = {}
        stack: list[tuple[int, bytes]] = []
        at = 0
        for size in wanted:
            if 0 <= missing < size:
                found[size] = None
                continue
            for number in range(at, size):
                push(stack, 0, bytes(self.hashes[number * HASH : (number + 1) * HASH]))
            at = size
            found[size] = fold(stack)
        return found


class Reading:
    """One pass over the level-0 tiles and bundles; ``entries`` hands each entry on as it comes, None for one that is not to be looked at."""

    def __init__(self, folder: Folder, size: int, missing: set[str], findings: Findings) -> None:
        self.folder, self.size, self.missing, self.findings = folder, size, missing, findings
        self.leaves = Leaves()
        self._right: list[bytes | None] = []  # roots of the full tiles of a level; None where a tile is not as it should be

    def entries(self, *, whole: bool) -> Iterator[bytes | None]:
        """Every entry in order, read to the end by the caller; then ``leaves`` is whole. Entries from the first finding of their bundle on are
        not to be looked at, unless ``whole``: then it is known that they are what was signed."""
        leaves = self.leaves
        tiles: list[tuple[int, bytes]] | None = []
        bundles: list[tuple[int, bytes]] | None = []
        for number in range(-(-self.size // WIDTH)):
            width = width_at(self.size, 0, number)
            hashes = self._tile(Tile(0, number, width))
            entries = self._bundle(Tile(-1, number, width), hashes)
            taken = [leaf_hash(entry) for entry in entries]
            tiles = _pushed(tiles, hashes, width)
            bundles = _pushed(bundles, taken, width)
            for place in range(width):
                leaf = taken[place] if place < len(taken) else hashes[place] if hashes is not None else None
                leaves.hashes += leaf or bytes(HASH)
                leaves.known.append(leaf is not None)
            sound = len(entries) if whole else leaves.sound[-1]
            yield from entries[:sound]
            yield from (None for _ in range(width - sound))
            if width == WIDTH:
                self._right.append(root(hashes) if hashes is not None else None)
        leaves.from_tiles = fold(tiles) if tiles is not None else None
        leaves.from_entries = fold(bundles) if bundles is not None else None

    def _tile(self, tile: Tile) -> list[bytes] | None:
        """A tile's hashes; None where it is not there or has another length, which is a finding."""
        if tile.path in self.missing:
            return None
        data = self.folder.read(tile.path, tile.width * HASH + 1)
        if len(data) != tile.width * HASH:
            self.findings.add(3, Finding("file", f"a tile of {tile.width} hashes has {tile.width * HASH:,} bytes", file=tile.path))
            return None
        return split_hashes(data)

    def _bundle(self, bundle: Tile, hashes: list[bytes] | None) -> list[bytes]:
        """The entries of a bundle that can be taken; what is wrong with it goes to the findings of step 4."""
        if bundle.path in self.missing:
            self.leaves.sound.append(0)
            return []
        data = self.folder.read(bundle.path, LONGEST_BUNDLE + 1)
        entries, left = split_entries(data, bundle.width)
        sound = next(
            (place for place, entry in enumerate(entries) if hashes is not None and leaf_hash(entry) != hashes[place]), len(entries)
        )
        self.leaves.sound.append(sound)
        if sound < len(entries):
            self._found("entry", "its bytes are not those whose hash the tree holds", bundle, bundle.start + sound)
        elif sound < bundle.width:
            self._found("entry", "it is not there whole, or is empty", bundle, bundle.start + sound)
        if len(entries) == bundle.width and left:
            self._found("file", "there are bytes after its last entry", bundle, None)
        return entries

    def _found(self, kind: str, says: str, tile: Tile, entry: int | None) -> None:
        self.findings.add(4, Finding(kind, says, entry, tile.path))

    def upper_tiles(self) -> None:
        """Every hash of the tiles above level 0 against the tile below it."""
        below = self._right
        for level, count in list(counts(self.size))[1:]:
            above: list[bytes | None] = []
            for number in range(-(-count // WIDTH)):
                width = min(WIDTH, count - number * WIDTH)
                tile = Tile(level, number, width)
                hashes = self._tile(tile)
                if hashes is not None:
                    start = number * WIDTH
                    if any(right is not None and right != hash for right, hash in zip(below[start : start + width], hashes, strict=True)):
                        self._found("file", "a hash in it is not that of the tile below", tile, None)
                if width == WIDTH:
                    above.append(root(hashes) if hashes is not None else None)
            below = above


def _pushed(stack: list[tuple[int, bytes]] | None, hashes: list[bytes] | None, width: int) -> list[tuple[int, bytes]] | None:
    if stack is None or hashes is None or len(hashes) != width:
        return None
    for hash in hashes:
        push(stack, 0, hash)
    return stack
