"""Signing keys, by name. A placeholder: signing comes with the log; it is injected from the first day so that it can."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


class KeyStore(Protocol):
    def names(self) -> list[str]:
        """Names of the keys held, sorted."""
        ...

    def secret(self, name: str) -> bytes:
        """The secret key's bytes. Raises KeyError for a name that is not held."""
        ...

    def keep(self, name: str, secret: bytes) -> None:
        """Keeps a new key. Raises ValueError when the name is taken: a key is never overwritten."""
        ...


@dataclass
class MemoryKeys:
    """Keys that live as long as the process. ``repr`` shows no secret."""

    _secrets: dict[str, bytes] = field(default_factory=dict, repr=False)

    def names(self) -> list[str]:
        return sorted(self._secrets)

    def secret(self, name: str) -> bytes:
        return self._secrets[name]

    def keep(self, name: str, secret: bytes) -> None:
        if name in self._secrets:
            raise ValueError(f"there is a key named {name} already")
        self._secrets[name] = bytes(secret)
