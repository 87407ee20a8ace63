"""One entry of a log, as docs/log-format.md writes it: a DSSE envelope in canonical JSON whose payload says what was done about a contract.

Reading is byte for byte: what parses but would be written otherwise is no entry. Nothing here knows a log: whether what an entry refers
to is there, and whether its signatures hold, is the affair of ``pbr/log/ledger.py``.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from pbr.log.times import seconds_of
from pbr.platform.canonical import LARGEST, canonical
from pbr.platform.signing import ED25519, ML_DSA_44, SIGNATURE
from pbr.platform.vkeys import COSIGNATURE_ML_DSA, NOTE, NoKey, SigningKey, VerifierKey, name_trouble, read_base64, read_vkey

FORMAT: Final = "pbr-log/1"
PAYLOAD_TYPE: Final = "application/vnd.pbr-log.entry.v1+json"
ROLES: Final = ("commissioner", "assessor", "approver", "provider", "auditor")
LONGEST: Final = 65_535  # bytes of an entry: its length stands in two
NUMBERS: Final = ("contract", "previous", "assessment")
LISTS: Final = ("submissions", "answers")

# what each kind has beside format, origin, kind and at; and who may sign it
MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "contract": ("approval", "keys", "terms"),
    "variation": ("approval", "contract", "keys", "terms"),
    "submission": ("commitment", "contract"),
    "seed": ("commitment", "contract"),
    "assessment": ("commitment", "contract", "disclosure", "previous", "submissions"),
    "approval": ("answers", "assessment", "commitment", "contract"),
    "challenge": ("assessment", "commitment", "contract"),
}
SIGNERS: Final[Mapping[str, tuple[str, ...]]] = {
    "contract": ("commissioner",),
    "variation": ("commissioner",),
    "submission": ("provider", "commissioner", "assessor"),
    "seed": ROLES,
    "assessment": ("assessor",),
    "approval": ("approver",),
    "challenge": ROLES,
}
KEY_ID = re.compile(r"[0-9a-f]{8}")
HEX_32 = re.compile(r"[0-9a-f]{64}")


class NotAnEntry(ValueError):
    """The bytes are no entry of this format; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Signature:
    """``keyid`` is NAME+ID; ``sig`` has 64 bytes (Ed25519) or 2,420 (ML-DSA-44)."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """``at`` in seconds since 1970; ``payload`` the bytes that are signed, ``members`` the same as a map; ``keys`` the verifier keys of each
    role, for a contract or variation only."""

    kind: str
    origin: str
    at: int
    members: Mapping[str, Any]
    payload: bytes
    signatures: tuple[Signature, ...]
    keys: Mapping[str, tuple[VerifierKey, ...]] | None = None

    @property
    def signed(self) -> bytes:
        """What the signatures are over."""
        return pae(PAYLOAD_TYPE, self.payload)


def pae(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding of DSSE v1: no two pairs of type and payload have the same."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def parse_entry(data: bytes) -> Entry:
    """The entry that ``data`` is. Raises NotAnEntry with the first reason why it is none."""
    if not 1 <= len(data) <= LONGEST:
        raise NotAnEntry(f"it has {len(data):,} bytes; an entry has 1 to {LONGEST:,}")
    envelope = _json(data, "the envelope")
    _map(envelope, {"payload", "payloadType", "signatures"}, "the envelope")
    if envelope["payloadType"] != PAYLOAD_TYPE:
        raise NotAnEntry(f"its payloadType is not {PAYLOAD_TYPE}")
    payload = _bytes(envelope["payload"], "its payload")
    signatures = _signatures(envelope["signatures"])
    _as_written(envelope, data, "the envelope")
    members = _json(payload, "the payload")
    kind = members.get("kind") if isinstance(members, dict) else None
    if not isinstance(kind, str) or kind not in MEMBERS:
        raise NotAnEntry("it is of no kind that there is")
    _map(members, {"format", "origin", "kind", "at", *MEMBERS[kind]}, f"the payload of a {kind}")
    keys = _members(members)
    _as_written(members, payload, "the payload")
    at = seconds_of(members["at"])
    assert at is not None
    return Entry(kind, members["origin"], at, members, payload, signatures, keys)


def make_entry(kind: str, origin: str, at: str, members: Mapping[str, Any], signer: SigningKey, second: SigningKey | None = None) -> bytes:
    """The bytes of a signed entry. ``at``: its time, as the log writes it. ``members``: what this kind has beside format, origin, kind and at. ``signer`` is an Ed25519 key,
    ``second`` an ML-DSA-44 key of the same name. Raises NotAnEntry when this would be none."""
    payload = canonical({**members, "format": FORMAT, "origin": origin, "kind": kind, "at": at})
    message = pae(PAYLOAD_TYPE, payload)
    signatures = [
        {"keyid": key.verifier.keyid, "sig": base64.b64encode(key.sign(message)).decode()} for key in (signer, second) if key is not None
    ]
    data = canonical({"payload": base64.b64encode(payload).decode(), "payloadType": PAYLOAD_TYPE, "signatures": signatures})
    parse_entry(data)
    return data


def _json(data: bytes, what: str) -> Any:
    # floats and doubled keys need no care here: every member has a type of its own, and the bytes are compared
    try:
        return json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as trouble:
        raise NotAnEntry(f"{what} cannot be read as JSON") from trouble


def _as_written(value: Any, data: bytes, what: str) -> None:
    try:
        if data.isascii():  # then code points and UTF-16 sort alike, and the fast writer gives the same bytes
            again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        else:
            again = canonical(value)
    except ValueError as lone:
        raise NotAnEntry(f"{what} holds text that is no Unicode") from lone
    if again != data:
        raise NotAnEntry(f"{what} is not written as canonical JSON")


def _map(value: Any, members: set[str], what: str) -> None:
    if not isinstance(value, dict):
        raise NotAnEntry(f"{what} is not a map")
    if value.keys() != members:
        wrong = sorted(value.keys() ^ members)[0]
        raise NotAnEntry(f"{what} {'has no' if wrong in members else 'has an unknown'} member {_short(wrong)}")


def _short(text: str) -> str:
    shown = text.encode("utf-8", "replace").decode()
    return f"“{shown[:40]}”"


def _bytes(value: Any, what: str) -> bytes:
    data = read_base64(value) if isinstance(value, str) else None
    if data is None:
        raise NotAnEntry(f"{what} is not base64")
    return data


def _signatures(value: Any) -> tuple[Signature, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= 2:
        raise NotAnEntry("it has not one signature or two")
    found = []
    for number, one in enumerate(value):
        _map(one, {"keyid", "sig"}, "a signature")
        keyid = one["keyid"]
        if not isinstance(keyid, str) or keyid.count("+") != 1:
            raise NotAnEntry("the keyid of a signature is not a name, + and a key ID")
        name, key_id = keyid.split("+")
        if name_trouble(name) or not KEY_ID.fullmatch(key_id):
            raise NotAnEntry("the keyid of a signature is not a name, + and a key ID")
        sig = _bytes(one["sig"], "a signature")
        if len(sig) != SIGNATURE[(ED25519, ML_DSA_44)[number]]:
            raise NotAnEntry(f"a signature has {len(sig):,} bytes; the first has 64 (Ed25519), a second 2,420 (ML-DSA-44)")
        found.append(Signature(keyid, sig))
    if len(found) == 2 and found[0].keyid.split("+")[0] != found[1].keyid.split("+")[0]:
        raise NotAnEntry("its two signatures are by keys of two names")
    return tuple(found)


def _members(members: dict[str, Any]) -> dict[str, tuple[VerifierKey, ...]] | None:
    if members["format"] != FORMAT:
        raise NotAnEntry(f"its format is not {FORMAT}")
    for name, value in members.items():
        if (test := TESTS.get(name)) is not None and (wrong := test(value)):
            raise NotAnEntry(f"its {name} {wrong}")
    return _keys(members["keys"]) if "keys" in members else None


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else "is not text"


def _time(value: Any) -> str:
    return "" if isinstance(value, str) and seconds_of(value) is not None else "is not a time such as 2026-03-31T17:00:00Z"


def _hex(value: Any) -> str:
    return "" if isinstance(value, str) and HEX_32.fullmatch(value) else "is not 64 digits of hex"


def _number(value: Any) -> str:
    return "" if type(value) is int and 0 <= value <= LARGEST else "is not a number of an entry"


def _rising(value: Any) -> str:
    if not isinstance(value, list) or any(_number(one) for one in value):
        return "is not a list of numbers of entries"
    return "" if all(a < b for a, b in pairwise(value)) else "is not a rising list"


def _exactly(value: Any, tests: Mapping[str, Callable[[Any], str]]) -> bool:
    return isinstance(value, dict) and value.keys() == tests.keys() and not any(test(value[name]) for name, test in tests.items())


def _terms(value: Any) -> str:
    fine = _exactly(value, {"id": _text, "version": _text, "sha256": _hex, "rules": _rules})
    return "" if fine else "are not an id, a version, a sha256 and rules"


def _rules(value: Any) -> str:
    fine = isinstance(value, list) and all(_exactly(one, {"rule": _text, "sha256": _hex}) for one in value)
    return "" if fine else "are not a list of rules"


def _approval(value: Any) -> str:
    tests = {"approvers": lambda n: "" if type(n) is int and 1 <= n <= LARGEST else "no", "assessor": _assessor}
    return "" if _exactly(value, tests) else "is not approvers and assessor"


def _assessor(value: Any) -> str:
    return "" if value in ("may be one", "may not") else "is neither “may be one” nor “may not”"


TESTS: Final[Mapping[str, Callable[[Any], str]]] = {
    "origin": _text,
    "at": _time,
    "terms": _terms,
    "approval": _approval,
    "contract": _number,
    "assessment": _number,
    "previous": lambda value: "" if value is None else _number(value),
    "submissions": _rising,
    "answers": _rising,
    "commitment": _hex,
    "disclosure": _hex,
}


def _keys(value: Any) -> dict[str, tuple[VerifierKey, ...]]:
    _map(value, set(ROLES), "its keys")
    found: dict[str, tuple[VerifierKey, ...]] = {}
    named: dict[str, str] = {}
    for role in ROLES:
        listed = value[role]
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            raise NotAnEntry(f"its keys of the {role} are not a list of verifier keys")
        if len(set(listed)) != len(listed):
            raise NotAnEntry(f"its keys of the {role} name one twice")
        for one in listed:
            if named.setdefault(one.rpartition("+")[0], one) != one:
                raise NotAnEntry("two different keys in it have the same name and key ID")
        found[role] = tuple(_vkey(one, role) for one in listed)
    if not found["commissioner"]:
        raise NotAnEntry("its keys name no commissioner")
    return found


def _vkey(text: str, role: str) -> VerifierKey:
    try:
        key = read_vkey(text)
    except (NoKey, UnicodeEncodeError) as wrong:
        raise NotAnEntry(f"a key of the {role} is refused: {wrong}") from wrong
    if key.kind not in (NOTE, COSIGNATURE_ML_DSA):
        raise NotAnEntry(f"a key of the {role} is not of a type that signs entries")
    return key
