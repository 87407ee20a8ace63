"""Writing a BagIt bag of version 1.0: files go in one by one, and their digests are taken on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pbr.audit.bag import CHUNK, DECLARATION, PACK
from pbr.platform.files import Files


class BagWriter:
    """A bag in ``folder``, which is empty. ``sizes``: of the files of the payload that are in it, in bytes, by their paths with slashes."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._folder, self._files = folder, files
        self._digests: dict[str, dict[str, str]] = {}
        self.sizes: dict[str, int] = {}

    def put(self, path: str, pieces: Iterable[bytes]) -> None:
        """A file of the payload (``data/...``)."""
        self.sizes[path] = self._write(path, pieces)

    def copy(self, path: str, source: Path) -> None:
        """A file of the payload with the bytes of another file."""
        self.put(path, read_pieces(source, self._files))

    def sha256(self, path: str) -> str:
        return self._digests[path]["sha256"]

    def finish(self, info: Mapping[str, str]) -> None:
        """Everything beside the payload. ``info``: what bag-info.txt says; how much there is of the payload is added."""
        payload = sorted(self.sizes)
        told = dict(info) | {"Payload-Oxum": f"{sum(self.sizes.values())}.{len(payload)}"}
        self._write("bagit.txt", [DECLARATION])
        self._write("bag-info.txt", ["".join(f"{name}: {text}\n" for name, text in sorted(told.items())).encode()])
        for name in PACK.algorithms:
            self._write(f"manifest-{name}.txt", [self._lines(payload, name)])
        tags = sorted(set(self._digests) - set(payload))
        for name in PACK.algorithms:
            self._write(f"tagmanifest-{name}.txt", [self._lines(tags, name)])

    def _lines(self, paths: Iterable[str], algorithm: str) -> bytes:
        return "".join(f"{self._digests[path][algorithm]}  {path}\n" for path in paths).encode()

    def _write(self, path: str, pieces: Iterable[bytes]) -> int:
        target = self._folder / path
        self._make(target.parent)
        running = {name: hashlib.new(name) for name in PACK.algorithms}
        size = 0

        def through() -> Iterator[bytes]:
            nonlocal size
            for piece in pieces:
                size += len(piece)
                for one in running.values():
                    one.update(piece)
                yield piece

        self._files.write_pieces(target, through())
        self._digests[path] = {name: one.hexdigest() for name, one in running.items()}
        return size

    def _make(self, folder: Path) -> None:
        if not self._files.exists(folder):
            self._make(folder.parent)
            self._files.make_folder(folder)


def read_pieces(path: Path, files: Files) -> Iterator[bytes]:
    with files.open_read(path) as source:
        while data := source.read(CHUNK):
            yield data
