"""Files that no checkpoint needs: what an interrupted append wrote, and partial tiles that became full."""

from __future__ import annotations

from pathlib import Path

from pbr.log import tiles
from pbr.log.private import half_written
from pbr.log.tiles import HEIGHT, WIDTH, Tile
from pbr.platform.files import Files


def clear_leftovers(files: Files, folder: Path, since: int, size: int) -> None:
    """Removes what a log of ``size`` entries has and one of ``since`` does not need, with the folders that this leaves empty."""
    paths = [folder / tile.path for tile in tiles.needed(size, since)]
    for path in [*paths, *map(half_written, paths)]:
        if files.exists(path):
            files.remove(path)
    above = {parent for path in paths for parent in path.parents if parent != folder and parent.is_relative_to(folder)}
    for parent in sorted(above, key=lambda path: (-len(path.parts), path)):
        if files.is_folder(parent) and not files.list(parent):
            files.remove_folder(parent)
    for parent in sorted({*above, folder}):
        if files.is_folder(parent):
            files.fsync(parent)


def clear_partials(files: Files, folder: Path, since: int, size: int) -> None:
    """Removes the partial tiles of those that were partial in the tree of ``since`` and are full in that of ``size``: until then a reader of an
    earlier checkpoint may want them."""
    for level, had in [(-1, since), *tiles.counts(since)]:
        number = had // WIDTH
        grown = size >> (HEIGHT * max(level, 0))
        if had % WIDTH and grown >= (number + 1) * WIDTH:
            partials = folder / (Tile(level, number).path + ".p")
            if files.is_folder(partials):
                for path in files.list(partials):
                    files.remove(path)
                files.remove_folder(partials)
                files.fsync(partials.parent)
