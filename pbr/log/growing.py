"""What a log's folder gains when entries are added, and whether it is really there: the files of the larger tree, and the same read again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pbr.log import tiles, tree
from pbr.log.folder import Tree
from pbr.log.tiles import HEIGHT, WIDTH, Tile


def grown_root(edge: dict[int, list[bytes]], leaves: Sequence[bytes]) -> bytes:
    """The root of the tree whose partial tiles are ``edge`` after these leaf hashes were added: worked out without its files."""
    stack = tiles.subtrees(edge)
    for leaf in leaves:
        tree.push(stack, 0, leaf)
    return tree.fold(stack)


def new_files(size: int, edge: dict[int, list[bytes]], bundle: list[bytes], entries: Sequence[bytes]) -> Iterator[tuple[Tile, bytes]]:
    """Every bundle and tile that a log of ``size`` entries gains with ``entries``, bundles first, then level by level.
    ``edge``: the hashes of its partial tiles, by level; ``bundle``: the entries of its partial bundle."""
    grown = size + len(entries)
    first = size // WIDTH * WIDTH  # the number of the first entry in what is written anew
    standing = [*bundle, *entries]
    hashes = [*edge.get(0, []), *(tree.leaf_hash(entry) for entry in entries)]
    level = -1
    for tile in tiles.needed(grown, size):
        if tile.level < 0:
            at = tile.start - first
            yield tile, tiles.join_entries(standing[at : at + tile.width])
            continue
        while level < tile.level:
            if level >= 0:
                # the full tiles of the level below become hashes of this one, after those that its partial tile has
                full = [tree.root(hashes[at : at + WIDTH]) for at in range(0, len(hashes) - WIDTH + 1, WIDTH)]
                hashes = [*edge.get(level + 1, []), *full]
            level += 1
        at = tile.start - (size >> (HEIGHT * level)) // WIDTH * WIDTH
        yield tile, b"".join(hashes[at : at + tile.width])


def fault_on_disk(written: Tree, since: int) -> Tile | None:
    """The first file, of those that the log gained since it had ``since`` entries, that does not agree with the others; None where all do. Each
    is read from the disk: entries against the level-0 tiles, tiles against those above them. The root of all this is ``written.root()``."""
    for tile in tiles.needed(written.size, since):
        if tile.level < 0:
            if [tree.leaf_hash(entry) for entry in written.entries(tile.number)] != written.hashes(0, tile.number):
                return tile
        elif tile.level > 0:
            hashes = written.hashes(tile.level, tile.number)
            old = since >> (HEIGHT * tile.level)
            for at in range(max(0, old - tile.start), tile.width):
                if tree.root(written.hashes(tile.level - 1, tile.start + at)) != hashes[at]:
                    return tile
    return None
