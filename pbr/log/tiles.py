"""Where the tree stands on disk, as C2SP tlog-tiles says: hashes 256 to a tile, entries 256 to a bundle, the last ones partial."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pbr.log.tree import HASH, push

WIDTH = 256
HEIGHT = 8  # levels of the tree from one level of tiles to the next
LONGEST_ENTRY = 65_535


@dataclass(frozen=True, order=True)
class Tile:
    """A tile, or a bundle of entries (``level`` -1): the ``number``-th of its level, holding its first ``width`` hashes or entries."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its path in the log's folder, with ``/``."""
        return self.full + (f".p/{self.width}" if self.width < WIDTH else "")

    @property
    def full(self) -> str:
        """The path that it has when it is full."""
        return f"tile/{'entries' if self.is_bundle else self.level}/{number_path(self.number)}"

    @property
    def is_bundle(self) -> bool:
        return self.level < 0

    @property
    def start(self) -> int:
        """The number of its first hash at its level, or of its first entry."""
        return self.number * WIDTH


def number_path(number: int) -> str:
    """``1234067`` becomes ``x001/x234/067``."""
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])


def read_path(path: str) -> Tile | None:
    """The tile or bundle whose path this is, or None: every other way to write it is no tile's path."""
    parts = path.split("/")
    width = WIDTH
    if len(parts) > 2 and parts[-2].endswith(".p"):
        last = parts.pop()
        width = _decimal(last)
        if not 1 <= width < WIDTH:
            return None
        parts[-1] = parts[-1].removesuffix(".p")
    if len(parts) < 3 or parts[0] != "tile":
        return None
    level = -1 if parts[1] == "entries" else _decimal(parts[1])
    if parts[1] != "entries" and not 0 <= level <= 63:
        return None
    digits = "".join(part.removeprefix("x") for part in parts[2:])
    if len(digits) > 18 or not digits.isascii() or not digits.isdigit():
        return None
    found = Tile(level, int(digits), width)
    return found if found.path == path else None


def counts(size: int) -> Iterator[tuple[int, int]]:
    """For each level of tiles that a tree of ``size`` leaves has: the level, and how many hashes it holds in all."""
    level = 0
    while (count := size >> (HEIGHT * level)) > 0:
        yield level, count
        level += 1


def needed(size: int, since: int = 0) -> Iterator[Tile]:
    """Every bundle and tile that a tree of ``size`` needs and one of ``since`` does not have, bundles first, then level by level."""
    for level, count in [(-1, size), *counts(size)]:
        had = since if level < 0 else since >> (HEIGHT * level)
        if count > had:
            for number in range(had // WIDTH, -(-count // WIDTH)):
                yield Tile(level, number, min(WIDTH, count - number * WIDTH))


def edge(size: int) -> Iterator[Tile]:
    """The partial tiles of a tree of ``size``, level by level: everything that its root is made of."""
    for level, count in counts(size):
        if count % WIDTH:
            yield Tile(level, count // WIDTH, count % WIDTH)


def width_at(size: int, level: int, number: int) -> int:
    """How many hashes (or entries: ``level`` -1) the tile of that number has in a tree of ``size``; 0 where it has no such tile."""
    count = size >> (HEIGHT * max(level, 0))
    return max(0, min(WIDTH, count - number * WIDTH))


def subtrees(levels: dict[int, list[bytes]]) -> list[tuple[int, bytes]]:
    """The complete subtrees that make up a tree, their heights falling: from the hashes of its partial tiles, by level."""
    stack: list[tuple[int, bytes]] = []
    for level in sorted(levels, reverse=True):
        for node in levels[level]:
            push(stack, level * HEIGHT, node)
    return stack


def split_hashes(data: bytes) -> list[bytes]:
    """A tile's hashes. ValueError where its length is not a multiple of 32."""
    if len(data) % HASH:
        raise ValueError(f"{len(data)} bytes are not whole hashes")
    return [data[at : at + HASH] for at in range(0, len(data), HASH)]


def join_entries(entries: list[bytes]) -> bytes:
    """The bytes of a bundle. ValueError for an entry of 0 bytes or more than 65,535."""
    for entry in entries:
        if not 1 <= len(entry) <= LONGEST_ENTRY:
            raise ValueError(f"an entry has 1 to {LONGEST_ENTRY:,} bytes, not {len(entry):,}")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def split_entries(data: bytes, most: int = WIDTH) -> tuple[list[bytes], int]:
    """The first ``most`` entries of a bundle that are there whole and are not empty, and how many bytes are left after them."""
    entries: list[bytes] = []
    at = 0
    while len(entries) < most and at + 2 <= len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        if length == 0 or at + 2 + length > len(data):
            break
        entries.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    return entries, len(data) - at


def beginning(whole: bytes, tile: Tile) -> bytes:
    """What the partial ``tile`` holds, from the bytes of the full one."""
    return join_entries(split_entries(whole, tile.width)[0]) if tile.is_bundle else whole[: tile.width * HASH]


def _decimal(text: str) -> int:
    """A decimal without leading zeroes, or -1."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 and str(int(text)) == text else -1
