"""Whom a reader trusts: a file of C2SP tlog-policy, with its logs, its witnesses, and how many of them must have cosigned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pbr.log.notes import LONGEST
from pbr.platform.files import Files, never_ends
from pbr.platform.vkeys import COSIGNATURE, COSIGNATURE_ML_DSA, NOTE, NoKey, VerifierKey, read_vkey
from pbr.problem import Place, refuse

LOG_KEYS: Final = (NOTE, COSIGNATURE_ML_DSA)
WITNESS_KEYS: Final = (COSIGNATURE, COSIGNATURE_ML_DSA)
_SPACE = re.compile(r"[ \t]+")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class NotAPolicy(ValueError):
    """The bytes are no policy. The message says why, as a sentence without a full stop."""


@dataclass(frozen=True)
class Group:
    """At least ``needed`` of its members, witnesses or groups by their names in the policy."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """``witnesses`` and ``groups`` by their names in the policy; ``quorum`` one of these names, or ``none``. ``data``: the file that it was read from."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey]
    groups: Mapping[str, Group]
    quorum: str
    data: bytes = field(default=b"", compare=False, repr=False)

    def met(self, cosigned: set[str]) -> bool:
        """Whether these witnesses are enough."""
        have = {"none", *(cosigned & self.witnesses.keys())}
        for name, group in self.groups.items():  # a group's members stand before it
            if sum(member in have for member in group.members) >= group.needed:
                have.add(name)
        return self.quorum in have

    def said(self) -> str:
        """What it asks of a checkpoint, for people."""
        if self.quorum == "none":
            return "signed by the log; no witness is asked for"
        group = self.groups.get(self.quorum, Group(1, (self.quorum,)))
        names = [self._witness(name) for name in group.members]
        if None in names:
            return f"signed by the log and cosigned by the witnesses that the group {self.quorum} asks for"
        if len(names) == 1:
            return f"signed by the log and cosigned by {names[0]}"
        return f"signed by the log and cosigned by {group.needed} of {len(group.members)} witnesses"

    def _witness(self, name: str) -> str | None:
        """The one witness that a name in the policy stands for: it may sign by one of two algorithms."""
        group = self.groups.get(name, Group(1, (name,)))
        names = {self.witnesses[one].name if one in self.witnesses else "" for one in group.members}
        return names.pop() or None if group.needed == len(names) == 1 else None


def open_policy(path: Path, files: Files) -> Policy:
    """The policy in the file ``path``. Raises Refused (PBR531) when there is none."""
    try:
        if never_ends(files, path):
            raise NotAPolicy("it is a pipe or a device, and not a file")
        with files.open_read(path) as file:
            return read_policy(file.read(LONGEST + 1))
    except (FileNotFoundError, IsADirectoryError):
        says = "There is no policy: no such file."
    except NotAPolicy as trouble:
        says = f"The policy cannot be used: {trouble}."
    hint = "A policy lists the log's key and its witnesses, and how many of them must have signed; get it from somebody you trust."
    raise refuse("PBR531", says, hint, Place(str(path)))


def read_policy(data: bytes) -> Policy:
    """The policy that ``data`` is. Raises NotAPolicy with the line that is wrong."""
    if len(data) > LONGEST:
        raise NotAPolicy(f"it has {len(data):,} bytes, and at most {LONGEST:,} are read")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotAPolicy(f"it is not UTF-8 (byte {error.start:,})") from None
    if any((letter < " " and letter not in "\t\n") or letter == "\x7f" for letter in text):
        raise NotAPolicy("it has a control character in it (lines end with a newline alone)")
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        words = [word for word in _SPACE.split(line) if word]
        if words and not words[0].startswith("#"):
            try:
                reader.line(words)
            except NotAPolicy as trouble:
                raise NotAPolicy(f"line {number}: {trouble}") from None
    return reader.done(data)


class _Reader:
    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.members: set[str] = set()
        self.named: dict[str, VerifierKey] = {}
        self.quorum: str | None = None

    def line(self, words: list[str]) -> None:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                key = self._key(vkey, LOG_KEYS)
                if any(key.public == other.public for other in self.logs):
                    raise NotAPolicy("this log's key is listed twice")
                self.logs.append(key)
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                key = self._key(vkey, WITNESS_KEYS)
                self._new(name)
                if any(key.public == other.public for other in self.witnesses.values()):
                    raise NotAPolicy("this witness's key is listed twice")
                self.witnesses[name] = key
            case ["group", name, threshold, *members] if members:
                self._group(name, threshold, members)
            case ["quorum", name]:
                if self.quorum is not None:
                    raise NotAPolicy("there is a quorum already")
                if name != "none" and name not in self.witnesses and name not in self.groups:
                    raise NotAPolicy(f"no line before it defines {name[:80]}")
                self.quorum = name
            case _:
                raise NotAPolicy("it is no line of a policy (log, witness, group or quorum, with what belongs to it)")

    def _group(self, name: str, threshold: str, members: list[str]) -> None:
        self._new(name)
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                raise NotAPolicy(f"no line before it defines {member[:80]}")
            if member in self.members:
                raise NotAPolicy(f"{member[:80]} is a member already")
            self.members.add(member)
        if threshold in ("all", "any"):
            needed = len(members) if threshold == "all" else 1
        elif _NUMBER.fullmatch(threshold) and int(threshold) <= len(members):
            needed = int(threshold)
        else:
            raise NotAPolicy(f"a group needs all, any, or a number from 1 to {len(members)}")
        self.groups[name] = Group(needed, tuple(members))

    def _new(self, name: str) -> None:
        if name == "none" or name in self.witnesses or name in self.groups:
            raise NotAPolicy(f"the name {name[:80]} is taken")

    def _key(self, text: str, kinds: tuple[int, ...]) -> VerifierKey:
        try:
            key = read_vkey(text)
        except NoKey as trouble:
            raise NotAPolicy(str(trouble)) from None
        if key.kind not in kinds:
            raise NotAPolicy(f"a key of type 0x{key.kind:02x} does not sign here")
        if self.named.setdefault(key.keyid, key) != key:
            raise NotAPolicy("two different keys have the same name and key ID")
        return key

    def done(self, data: bytes) -> Policy:
        if self.quorum is None:
            raise NotAPolicy("it has no quorum line")
        return Policy(tuple(self.logs), self.witnesses, self.groups, self.quorum, data)
