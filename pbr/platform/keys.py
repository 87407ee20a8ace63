"""Keys kept by name, each in two files of one folder: ``NAME.secret``, mode 0600, and ``NAME.vkey``, which is for everybody.

A name that cannot be a file's is written with per cent signs: ``pbr.example%2Fjustice.secret``. Each line of a file is a key as
:mod:`pbr.platform.vkeys` writes it: an Ed25519 one, then perhaps an ML-DSA-44 one. Codes: PBR560 to PBR566.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import quote, unquote

from pbr.platform.files import Files, names_here
from pbr.platform.vkeys import (
    COSIGNATURE,
    COSIGNATURE_ML_DSA,
    NOTE,
    NoKey,
    SigningKey,
    VerifierKey,
    name_trouble,
    new_key,
    read_secret,
    read_vkey,
)
from pbr.problem import Place, Refused, refuse

# What a key is for: the type of its Ed25519 signatures. A log and a party of a contract sign alike.
PURPOSES: Mapping[str, int] = {"log": NOTE, "party": NOTE, "witness": COSIGNATURE}
LONGEST_FILE = 65_536  # bytes of a key's file
LONGEST_NAME = 200  # letters of a file's name without its ending

_Key = TypeVar("_Key", SigningKey, VerifierKey)


class KeyStore(Protocol):
    """Where keys are. All raise Refused: PBR560 for a name that is not there."""

    def names(self) -> list[str]:
        """Names of the keys whose secret half is here, sorted."""
        ...

    def signing(self, name: str, kind: int = NOTE) -> tuple[SigningKey, ...]:
        """The secret keys of this name: one for Ed25519 signatures of this kind (else PBR565), then the ML-DSA one, if there is one."""
        ...

    def verifying(self, name: str) -> tuple[VerifierKey, ...]:
        """The public keys of this name."""
        ...

    def keep(self, keys: tuple[SigningKey, ...]) -> None:
        """Keeps new keys of one name. PBR561 when the name is taken: a key is never written over."""
        ...


@dataclass
class MemoryKeys:
    """Keys that live as long as the process. ``repr`` shows none."""

    _held: dict[str, tuple[SigningKey, ...]] = field(default_factory=dict, repr=False)

    def names(self) -> list[str]:
        return sorted(self._held)

    def signing(self, name: str, kind: int = NOTE) -> tuple[SigningKey, ...]:
        if name not in self._held:
            raise _unknown(name, self.names(), Place("memory"))
        return _for(kind, self._held[name], Place("memory"))

    def verifying(self, name: str) -> tuple[VerifierKey, ...]:
        if name not in self._held:
            raise _unknown(name, self.names(), Place("memory"))
        return tuple(key.verifier for key in self._held[name])

    def keep(self, keys: tuple[SigningKey, ...]) -> None:
        if keys[0].name in self._held:
            raise _taken(keys[0].name, Place("memory"))
        self._held[keys[0].name] = keys


class KeyFolder:
    """Keys in a folder, which need not be there until one is kept."""

    def __init__(self, files: Files, folder: Path) -> None:
        self._files = files
        self.folder = folder

    def secret_path(self, name: str) -> Path:
        return self.folder / f"{_file_name(name)}.secret"

    def public_path(self, name: str) -> Path:
        return self.folder / f"{_file_name(name)}.vkey"

    def names(self) -> list[str]:
        return self._named(".secret")

    def public_names(self) -> list[str]:
        """Names of the keys whose public half is here."""
        return self._named(".vkey")

    def signing(self, name: str, kind: int = NOTE) -> tuple[SigningKey, ...]:
        path = self.secret_path(name)
        place = Place(str(path))
        if not self._files.exists(path):
            if self._files.exists(self.public_path(name)):
                raise refuse(
                    "PBR560", f"only the public half of the key {name} is here", "signing needs its secret half, which its owner has", place
                )
            raise _unknown(name, self.names(), Place(str(self.folder)))
        self._refuse_open(path, 0o077)
        self._refuse_open(self.folder, 0o022)
        keys = self._read(path, read_secret)
        if self._files.exists(self.public_path(name)) and self.verifying(name) != tuple(key.verifier for key in keys):
            raise refuse(
                "PBR566",
                f"this file and {self.public_path(name)} are not the two halves of one key",
                "put back the one that was changed; `pbr key show` prints the public half that others may hold already",
                place,
            )
        if any(key.name != name for key in keys):
            raise _unreadable(path, f"it holds the key {keys[0].name}, and its name says {name}")
        return _for(kind, keys, place)

    def verifying(self, name: str) -> tuple[VerifierKey, ...]:
        path = self.public_path(name)
        if self._files.exists(path):
            keys = self._read(path, read_vkey)
            if any(key.name != name for key in keys):
                raise _unreadable(path, f"it holds the key {keys[0].name}, and its name says {name}")
            return keys
        if self._files.exists(self.secret_path(name)):  # an interruption came between the two files, or somebody removed the public one
            self._refuse_open(self.secret_path(name), 0o077)
            return tuple(key.verifier for key in self._read(self.secret_path(name), read_secret))
        raise _unknown(name, self.public_names(), Place(str(self.folder)))

    def keep(self, keys: tuple[SigningKey, ...]) -> None:
        name = keys[0].name
        secret, public = self.secret_path(name), self.public_path(name)
        if len(secret.stem) > LONGEST_NAME:
            raise refuse(
                "PBR564",
                f"a key cannot be called {name!r}: its files' names would be too long",
                "choose a shorter name",
                Place(str(self.folder)),
            )
        if trouble := names_here()(secret.name):
            raise refuse("PBR564", f"a key cannot be called {name!r} here: {trouble}", "choose another name", Place(str(self.folder)))
        for path in (secret, public):
            if self._files.exists(path):
                raise _taken(name, Place(str(path)))
        self.make()
        self._refuse_open(self.folder, 0o022)
        try:
            self._files.write(secret, "".join(f"{key.secret_text()}\n" for key in keys).encode(), private=True, new=True)
        except FileExistsError:
            raise _taken(name, Place(str(secret))) from None
        except OSError:
            if self._files.exists(secret) and self._files.size(secret) < len(keys[0].secret_text()):
                self._files.remove(secret)  # cut short by a full disk; whoever else might have made it would have made all of it
            raise
        self._files.fsync(secret)
        self._files.write(public, "".join(f"{key.verifier}\n" for key in keys).encode())
        self._files.fsync(public)
        self._files.fsync(self.folder)

    def make(self) -> None:
        """Makes the folder, where it is not there yet."""
        missing = []
        folder = self.folder
        while not self._files.exists(folder):
            missing.append(folder)
            folder = folder.parent
        for made in reversed(missing):
            self._files.make_folder(made)
            self._files.fsync(made.parent)

    def _named(self, ending: str) -> list[str]:
        if not self._files.exists(self.folder):
            return []
        found = (path.name for path in self._files.list(self.folder) if path.name.endswith(ending) and not path.name.startswith("."))
        return sorted(unquote(name.removesuffix(ending)) for name in found)

    def _refuse_open(self, path: Path, bits: int) -> None:
        open_to = self._files.open_to(path) & bits
        if not open_to:
            return
        if bits == 0o022:
            says, mode = "others can write in this folder of keys, and put keys of theirs in the place of yours", 700
        else:
            says, mode = "others on this computer can read or write this secret key", 600
        hint = f"`chmod {mode} {path}` makes it yours alone; if others may have read a key already, make a new one"
        raise refuse("PBR562", says, hint, Place(str(path)))

    def _read(self, path: Path, read: Callable[[str], _Key]) -> tuple[_Key, ...]:
        # a link is followed, as some keep their keys behind one; a pipe or a device would never end
        if self._files.kind(Path(os.path.realpath(path))) != "file" or self._files.size(path) > LONGEST_FILE:
            raise _unreadable(path, "it is no file of a few lines")
        try:
            text = self._files.read_bytes(path).decode("utf-8")
        except UnicodeDecodeError:
            raise _unreadable(path, "it is not text") from None
        if not text.endswith("\n"):
            raise _unreadable(path, "its last line does not end: it has been cut short")
        found = []
        for number, line in enumerate(text[:-1].split("\n"), 1):
            try:
                found.append(read(line))
            except NoKey as trouble:
                raise _unreadable(path, str(trouble), number) from None
        kinds = [key.kind for key in found]
        if kinds[0] not in (NOTE, COSIGNATURE) or kinds[1:] not in ([], [COSIGNATURE_ML_DSA]) or len({key.name for key in found}) != 1:
            raise _unreadable(path, "it should hold an Ed25519 key and perhaps, after it, an ML-DSA-44 key of the same name")
        return tuple(found)


def make_keys(name: str, purpose: str, ml_dsa: bool, random: Callable[[int], bytes]) -> tuple[SigningKey, ...]:
    """New keys of a name, not kept yet. ``purpose``: one of PURPOSES. Raises Refused PBR564 for a name that no key can have."""
    trouble = name_trouble(name)
    if trouble is None and (not name.isprintable() or len(name.encode()) > 255):
        trouble = "is too long, or has a character that cannot be printed"
    if trouble:
        raise refuse(
            "PBR564",
            f"a key cannot be called {name!r}: the name {trouble}",
            "choose one like pbr.example/commissioner: an office, not a person",
        )
    kinds = (PURPOSES[purpose], *((COSIGNATURE_ML_DSA,) if ml_dsa else ()))
    return tuple(new_key(name, kind, random) for kind in kinds)


def keys_folder(given: Path | None, environment: Mapping[str, str], home: Path) -> Path:
    """The folder of keys: the one that was given, else the one that PBR_KEYS names, else ``~/.config/pbr/keys``."""
    if given is not None:
        return given
    named = environment.get("PBR_KEYS")
    return Path(named) if named else home / ".config" / "pbr" / "keys"


def _file_name(name: str) -> str:
    escaped = quote(name, safe="")
    return "%2E" + escaped[1:] if escaped.startswith(".") else escaped


def _for(kind: int, keys: tuple[SigningKey, ...], place: Place) -> tuple[SigningKey, ...]:
    if keys[0].kind != kind:
        is_witness = keys[0].kind == COSIGNATURE
        raise refuse(
            "PBR565",
            f"{keys[0].name} is a {'witness' if is_witness else 'log or party'}'s key, and a {'log or party' if is_witness else 'witness'}'s is needed here",
            f"give another key, or make one: `pbr key new NAME --for {'party' if is_witness else 'witness'}`",
            place,
        )
    return keys


def _unknown(name: str, names: list[str], place: Place) -> Refused:
    known = f"here are {', '.join(names[:10])}{' and more' if len(names) > 10 else ''}" if names else "there are no keys here"
    return refuse(
        "PBR560",
        f"there is no key named {name}: {known}",
        f"`pbr key new {name}` makes it; --keys or PBR_KEYS says in which folder keys are",
        place,
    )


def _taken(name: str, place: Place) -> Refused:
    return refuse(
        "PBR561",
        f"there is a key named {name} already; a key is never written over",
        "choose another name, or move the old key away yourself",
        place,
    )


def _unreadable(path: Path, why: str, line: int = 0) -> Refused:
    return refuse(
        "PBR563", f"this is no file of a key: {why}", "put back a copy of it, or move it away and make a new key", Place(str(path), line)
    )
