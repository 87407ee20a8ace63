"""What opens the commitments of a log's entries, as it is kept beside the log: read when it is asked for, and believed only where it fits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pbr.audit.logged.history import APPROVAL, ASSESSMENT, CHALLENGE, SEED, SUBMISSION
from pbr.log.commitments import Opening, read_opening
from pbr.log.entries import HEX_32
from pbr.problem import Place, refuse

COMMITMENT, DISCLOSURE, CELLS = "commitment", "disclosure", "cells"


def is_shaped(kind: str, document: Mapping[str, Any]) -> bool:
    """Whether a document is one that an entry of this kind commits to (docs/log-format.md). It may have been written by any program."""
    if kind == SUBMISSION:
        return document.keys() == {"files"} and isinstance(document["files"], list) and all(_is_file(one) for one in document["files"])
    if kind in (APPROVAL, CHALLENGE):
        texts = (
            document.keys() == {"manifest", "line", "reason"} and _is_digest(document["manifest"]) and isinstance(document["reason"], str)
        )
        return texts and (document["line"] is None or _is_line(document["line"]))
    names = {ASSESSMENT: {"manifest", "run"}, SEED: {"seed"}}.get(kind, set())
    return document.keys() == names and all(_is_digest(text) for text in document.values())


def _is_file(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"name", "table", "sha256", "size"}:
        return False
    texts = isinstance(value["name"], str) and (value["table"] is None or isinstance(value["table"], str))
    return texts and _is_digest(value["sha256"]) and type(value["size"]) is int


def _is_line(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"payment", "grain", "key"} or not isinstance(value["key"], list):
        return False
    return all(isinstance(text, str) for text in (value["payment"], value["grain"], *value["key"]))


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and HEX_32.fullmatch(value) is not None


class Openings(Mapping[int, Mapping[str, Any]]):
    """By entry, the document that its ``commitment`` is to, for those whose opening is at hand and says what it should. ``size``: how many entries there are; ``read``: the bytes kept
    for an entry, or None; ``place``: where they stand; ``committed``: what the entry itself says. Raises Refused PBR585 for an opening that is not of its entry."""

    def __init__(
        self,
        size: Callable[[], int],
        read: Callable[[int], bytes | None],
        place: Callable[[int], Path],
        committed: Callable[[int], Mapping[str, Any]],
    ) -> None:
        self._size, self._read, self._place, self._committed = size, read, place, committed
        self._known: dict[int, Mapping[str, Any] | None] = {}

    def __getitem__(self, number: int) -> Mapping[str, Any]:
        if self._known.get(number) is None:  # one that was not there may be there now
            opening = self.opening(number, COMMITMENT)
            usable = opening is not None and is_shaped(str(self._committed(number)["kind"]), opening.document)
            self._known[number] = opening.document if usable and opening is not None else None
        found = self._known[number]
        if found is None:
            raise KeyError(number)
        return found

    def __iter__(self) -> Iterator[int]:
        return (number for number in range(self._size()) if self.get(number) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def opening(self, number: int, name: str) -> Opening | None:
        """The opening of that name; None where it was not kept here."""
        data = self._read(number)
        if data is None:
            return None
        place = Place(str(self._place(number)))
        try:
            kept = json.loads(data)
            if not isinstance(kept, dict):
                raise ValueError("it is not a map")
            opening = read_opening(kept[name]) if name in kept else None
        except (ValueError, TypeError, RecursionError) as trouble:
            raise refuse("PBR585", f"This opening cannot be read: {str(trouble).splitlines()[0]}.", "Take it from a copy.", place) from None
        if opening is not None and self._committed(number).get(name) != opening.commitment:
            says = f"This is not what entry {number} of the log commits to."
            raise refuse("PBR585", says, "Take it from a copy; or it belongs to another log.", place)
        return opening

    def cells(self, number: int) -> bytes | None:
        """What the cells of the entry's disclosure were salted with, 32 bytes; None where it was not kept here, or is none."""
        data = self._read(number)
        try:
            kept = json.loads(data) if data is not None else None
        except (ValueError, RecursionError):
            return None  # who asks for the opening is told
        told = kept.get(CELLS) if isinstance(kept, dict) else None
        secret = told.get("secret") if isinstance(told, dict) else None
        return bytes.fromhex(secret) if isinstance(secret, str) and _is_digest(secret) else None
