"""What a log tells anybody who reads it. Its entries were written before disclosure control ran and can never be taken back, so a site carries a log only
when no number in it could be a sum or a count of people.

Every value of every entry is looked at by where it stands: numbers of entries, times, hashes, keys, names. This is apart from the log's own reading of entries,
which asks whether an entry has the right form; here the question is what it gives away.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pbr.publish.site import Site

MONEY = re.compile(r"[£$€¥₹₦₱¢%]|\b(GBP|USD|EUR)\b")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
SEVERAL = re.compile(r"\d{3}|\d[.,' \u00a0\u202f]\d")  # 1660000, 1,660, 54.7
VERSION = re.compile(r"\d{1,4}(\.\d{1,3}){0,3}")
RULE = re.compile(r"([a-z0-9_/-]+)@\d{1,4}(\.\d{1,3}){0,3}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
HASH = re.compile(r"(?!0{16})[0-9a-f]{64}(?<!0{16})")  # a number made 64 digits long is no hash
LONGEST: Final = 120  # characters of a name
SIGNATURES: Final = (64, 2_420)  # bytes: Ed25519, ML-DSA-44
ROLES: Final = ("commissioner", "assessor", "approver", "provider", "auditor")
KINDS: Final = ("contract", "variation", "submission", "seed", "assessment", "approval", "challenge")


@dataclass(frozen=True)
class Words:
    """Texts that are public anyway, numbers and all: ids, versions and rules of the contracts that the site is about."""

    texts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, site: Site) -> Words:
        contracts = {text for contract in site.contracts for text in (contract.slug, contract.version)}
        rules = {name for contract in site.contracts for one in contract.assessments for name, _ in one.rules}
        return cls(frozenset(contracts | rules))

    def may_stand(self, text: Any) -> bool:
        """Whether a name tells no number: it is a public word, or holds nothing but letters, single digits and years."""
        if not isinstance(text, str):
            return False
        return text in self.texts or (len(text) <= LONGEST and not MONEY.search(text) and not SEVERAL.search(YEAR.sub("", text)))


Told = tuple[str, str]  # where in the entry, and what stands there
Fits = Callable[[Any], bool]


def told(data: bytes, number: int, words: Words) -> Iterator[Told]:
    """What could be a sum or a count in the entry of this number: where it stands, and what. ``data``: the entry's bytes."""
    envelope = _read(data)
    if not isinstance(envelope, dict) or envelope.keys() != {"payload", "payloadType", "signatures"}:
        yield "the entry", "it has other members than an entry has"
        return
    for at, one in enumerate(_list(envelope["signatures"])):
        fits = isinstance(one, dict) and one.keys() == {"keyid", "sig"}
        if not fits or not _keyid(one["keyid"], words) or len(_base64(one["sig"])) not in SIGNATURES:
            yield f"signatures[{at}]", _short(one)
    if envelope["payloadType"] != "application/vnd.pbr-log.entry.v1+json":
        yield "payloadType", _short(envelope["payloadType"])
    payload = _read(_base64(envelope["payload"]))
    if not isinstance(payload, dict):
        yield "payload", "it cannot be read"
        return
    tests = _tests(payload, number, words)
    for path, value in _values(payload, ""):
        if path not in tests or not tests[path](value):
            yield path, _short(value)


def _tests(payload: Mapping[str, Any], number: int, words: Words) -> Mapping[str, Fits]:
    """By its path, whether a value of an entry is what log-format.md says may stand there, and tells nothing else."""

    def earlier(one: Any) -> bool:
        return type(one) is int and 0 <= one < number

    return {
        "format": lambda one: one == "pbr-log/1",
        "origin": words.may_stand,
        "kind": lambda one: one in KINDS,
        "at": lambda one: isinstance(one, str) and TIME.fullmatch(one) is not None,
        "terms.id": words.may_stand,
        "terms.version": lambda one: words.may_stand(one) or (isinstance(one, str) and VERSION.fullmatch(one) is not None),
        "terms.sha256": _hash,
        "terms.rules[].rule": lambda one: words.may_stand(one) or _rule(one, words),
        "terms.rules[].sha256": _hash,
        **{f"keys.{role}[]": lambda one: _vkey(one, words) for role in ROLES},
        "approval.approvers": lambda one: type(one) is int and 1 <= one <= _approvers(payload),
        "approval.assessor": lambda one: one in ("may be one", "may not"),
        "contract": earlier,
        "assessment": earlier,
        "previous": lambda one: one is None or earlier(one),
        "submissions[]": earlier,
        "answers[]": earlier,
        "commitment": _hash,
        "disclosure": _hash,
    }


def told_by_policy(data: bytes, words: Words) -> Iterator[Told]:
    """The same of the log's policy: names, addresses and comments. The number of a group is at most that of its members."""
    for at, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        parts = line.split()
        if parts[:1] == ["group"] and len(parts) > 3 and parts[2].isascii() and parts[2].isdigit() and int(parts[2]) <= len(parts) - 3:
            parts[2] = ""
        for part in parts:
            if not words.may_stand(part) and not _vkey(part, words):
                yield f"line {at}", _short(line)
                break


def told_by_checkpoint(data: bytes, words: Words) -> Iterator[Told]:
    """The same of a checkpoint that has been read: its origin and the names under it. Size, root and signatures are what every tree has."""
    lines = data.decode("utf-8", "replace").split("\n")
    names = [lines[0], *(line.split(" ")[1] for line in lines[4:] if line.count(" ") == 2)]
    yield from (("a name on it", _short(name)) for name in names if not words.may_stand(name))


def _values(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value that is no map and no list, with its path. An empty list tells nothing."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _values(one, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for one in value:
            yield from _values(one, f"{path}[]")
    else:
        yield path, value


def _read(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _base64(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        return b""


def _hash(value: Any) -> bool:
    return isinstance(value, str) and HASH.fullmatch(value) is not None


def _keyid(value: Any, words: Words) -> bool:
    name, plus, key_id = value.partition("+") if isinstance(value, str) else ("", "", "")
    return bool(plus) and words.may_stand(name) and re.fullmatch(r"[0-9a-f]{8}", key_id) is not None


def _vkey(value: Any, words: Words) -> bool:
    """NAME+ID+KEY: the key is the type's byte and 32 bytes of Ed25519, or the 1,312 of ML-DSA-44."""
    if not isinstance(value, str) or value.count("+") < 2:
        return False
    name, key_id, key = value.split("+", 2)  # base64 has plus signs of its own
    return _keyid(f"{name}+{key_id}", words) and len(_base64(key)) in (33, 1_313)


def _rule(value: Any, words: Words) -> bool:
    found = RULE.fullmatch(value) if isinstance(value, str) else None
    return found is not None and words.may_stand(found[1])


def _approvers(payload: Mapping[str, Any]) -> int:
    keys = payload.get("keys")
    listed = keys.get("approver") if isinstance(keys, dict) else None
    return len(listed) if isinstance(listed, list) else 0


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True)
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:60])
