"""The policy that a log itself proposes: its own keys, its witnesses, and how many of them are needed. It is the log's own word, for a reader's first trust.

Codes: PBR536, PBR542, PBR553, PBR557.
"""

from __future__ import annotations

from collections.abc import Sequence

from pbr.log.contents import POLICY
from pbr.log.policy import Group, Policy
from pbr.log.private import replace_durably
from pbr.log.store import Log
from pbr.log.witnessing import own_policy as read_own_policy
from pbr.platform.files import Files
from pbr.platform.vkeys import NOTE, NoKey, SigningKey, VerifierKey, read_vkey
from pbr.problem import Place, refuse


def own_policy(origin: str, keys: tuple[SigningKey, ...], witnesses: Sequence[str], quorum: int | None) -> str:
    """The policy (C2SP tlog-policy) of a new log: its own keys, these witnesses (vkeys), and how many of them are needed, all without
    ``quorum``. Two vkeys of one name are one witness with two algorithms. Raises Refused PBR542 and PBR553."""
    if keys[0].name != origin:
        raise refuse(
            "PBR542",
            f"the key of the log {origin} has that name, and the key that was given is {keys[0].name}",
            f"`pbr key new {origin} --for log` makes one",
        )
    return _text([key.verifier for key in keys], [_witness(text) for text in witnesses], quorum)


def change_policy(log: Log, witnesses: Sequence[str], quorum: int | None, files: Files) -> Policy:
    """Adds witnesses (vkeys) to the log's own policy, and says how many of them are needed; without ``quorum`` all of them where it was all, or else as many as before.
    None is taken out: its cosignatures would be a stranger's. Nobody vouches for the file, so it takes no key. Raises Refused PBR536, PBR553, PBR557,
    and what opening a log raises."""
    with log.opened():
        old = read_own_policy(log.folder, files)
        had = list(old.witnesses.values())
        names = len({key.name for key in had})
        needed = 0 if old.quorum == "none" else old.groups.get(old.quorum, Group(-1, ())).needed
        if needed < 0 or needed > names or _text(old.logs, had, needed).encode() != old.data:
            raise refuse(
                "PBR557",
                "this policy was not written by pbr, or was changed since: it may ask for something that a list of witnesses and a number cannot say",
                "add the witness to the file yourself, in the form of C2SP tlog-policy; `pbr log audit` says whether it can be read",
                Place(str(log.folder / POLICY)),
            )
        text = _text(old.logs, [*had, *(_witness(text) for text in witnesses)], needed if quorum is None and needed < names else quorum)
        replace_durably(files, log.folder / POLICY, text.encode(), private=False)
    return read_own_policy(log.folder, files)


def _text(logs: Sequence[VerifierKey], witnesses: Sequence[VerifierKey], quorum: int | None) -> str:
    """The file. Raises Refused PBR553 where a key stands twice, or more are asked for than there are."""
    lines = [f"log {key}" for key in logs]
    known: dict[str, list[VerifierKey]] = {}
    seen: dict[bytes, str] = {key.public: "the log's own key" for key in logs}
    for key in witnesses:
        if key.public in seen:
            raise refuse(
                "PBR553", f"the witness {key.name} has the same public key as {seen[key.public]}", "every witness has a key of its own"
            )
        seen[key.public] = f"the witness {key.name}"
        known.setdefault(key.name, []).append(key)
    names = []
    for number, held in enumerate(known.values(), 1):
        parts = [f"w{number}"] if len(held) == 1 else [f"w{number}.{part}" for part in range(1, len(held) + 1)]
        lines += [f"witness {part} {key}" for part, key in zip(parts, held, strict=True)]
        if len(held) > 1:
            lines.append(f"group w{number} any {' '.join(parts)}")
        names.append(f"w{number}")
    needed = len(names) if quorum is None else quorum
    if needed > len(names):
        raise refuse(
            "PBR553",
            f"{needed} of {len(names)} witnesses cannot have cosigned",
            "name more witnesses with --witness, or ask for fewer with --quorum",
        )
    if needed:
        lines.append(f"group witnesses {needed} {' '.join(names)}")
    lines.append(f"quorum {'witnesses' if needed else 'none'}")
    return "".join(f"{line}\n" for line in lines)


def _witness(text: str) -> VerifierKey:
    try:
        key = read_vkey(text)
    except NoKey as trouble:
        raise refuse(
            "PBR553", f"this is no key of a witness: {trouble}", "give it exactly as `pbr key show` prints it to its owner"
        ) from None
    if key.kind == NOTE:
        raise refuse(
            "PBR553",
            f"{key.name} is a key of a log or a party, and a witness cosigns",
            "ask for a key made with `pbr key new NAME --for witness`",
        )
    return key
