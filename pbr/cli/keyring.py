"""The keys of whoever runs a command: ``--keys DIR``, else PBR_KEYS, else ``~/.config/pbr/keys``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

MOST = 1 << 16  # bytes of a file that holds a key

if TYPE_CHECKING:
    from pbr.platform.keys import KeyFolder


def keys_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--keys",
        type=click.Path(file_okay=False, path_type=Path),
        help="The folder of keys; without it PBR_KEYS says which, or it is ~/.config/pbr/keys.",
    )(function)


def key_folder(keys: Path | None) -> KeyFolder:
    import os

    from pbr.platform.files import files_here
    from pbr.platform.keys import KeyFolder, keys_folder

    return KeyFolder(files_here(), keys_folder(keys, os.environ, Path.home()))


def witness_keys(given: tuple[str, ...]) -> tuple[str, ...]:
    """Witnesses' keys as they were given, or as the file of that name has them: what `pbr key new` wrote to give to others, with both its keys where it has two."""
    found: list[str] = []
    for one in given:
        path = Path(one)
        is_file = path.is_file() and path.stat().st_size <= MOST
        found += (path.read_text(encoding="utf-8", errors="replace").split() or [one]) if is_file else [one]
    return tuple(found)
