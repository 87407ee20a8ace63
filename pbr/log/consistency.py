"""Consistency proofs: that a newer tree goes on from an older one, as the body of ``add-checkpoint`` of C2SP tlog-witness."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path

from pbr.log.checkpoints import LARGEST, Checkpoint, NotACheckpoint, SignedCheckpoint, read_checkpoint
from pbr.log.findings import Checked, Finding, Findings, verdict_of
from pbr.log.folder import Tree, read_newest
from pbr.log.notes import LONGEST
from pbr.log.policy import Policy
from pbr.log.tree import HASH, check_consistency
from pbr.log.trust import judge
from pbr.log.vouching import GIVEN, Vouched
from pbr.platform.files import Files
from pbr.platform.vkeys import read_base64
from pbr.problem import Place, refuse

MOST_HASHES = 63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,15})")


class NotAProof(ValueError):
    """The bytes are no consistency proof. The message says why, as a sentence without a full stop."""


@dataclass(frozen=True)
class Continuation:
    """``old``: the size that it goes on from."""

    old: int
    hashes: tuple[bytes, ...]
    signed: SignedCheckpoint

    def __bytes__(self) -> bytes:
        lines = [f"old {self.old}", *(base64.b64encode(hash).decode() for hash in self.hashes)]
        return ("\n".join(lines) + "\n\n").encode() + bytes(self.signed)


def make_continuation(log: Path, old: Checkpoint, files: Files) -> Continuation:
    """The proof that the log goes on from the checkpoint ``old``. Raises Refused PBR538 when it does not."""
    newest = read_newest(files, log)
    now = newest.checkpoint
    place = Place(str(log))
    hint = "Keep both checkpoints: together they show that the log was changed, or that one of them is of another log."
    if now.origin != old.origin:
        raise refuse("PBR538", f"The older checkpoint is of the log {old.origin}, and this is {now.origin}.", hint, place)
    if now.size < old.size:
        raise refuse("PBR538", f"The log has {now.size:,} entries, and the older checkpoint {old.size:,}.", hint, place)
    proof = Continuation(old.size, tuple(Tree(files, log, now.size).consistency(old.size)), newest)
    if not check_consistency(old.size, old.root, now.size, now.root, proof.hashes):
        raise refuse("PBR538", f"The log does not go on from the older checkpoint of {old.size:,} entries.", hint, place)
    return proof


def read_continuation(data: bytes) -> Continuation:
    """The proof that ``data`` is; nothing in it is checked yet. Raises NotAProof."""
    if len(data) > LONGEST:
        raise NotAProof(f"it has more than {LONGEST:,} bytes")
    head, empty, rest = data.partition(b"\n\n")
    if not empty or not head.isascii():
        raise NotAProof("it has not a proof, an empty line and a checkpoint")
    first, *lines = head.decode().split("\n")
    found = _OLD.fullmatch(first)
    if found is None or int(found.group(1)) > LARGEST:
        raise NotAProof("its first line does not say the size that it goes on from")
    if len(lines) > MOST_HASHES:
        raise NotAProof(f"it has more than {MOST_HASHES} hashes")
    hashes = [read_base64(line) for line in lines]
    if any(hash is None or len(hash) != HASH for hash in hashes):
        raise NotAProof("a line of its proof is not base64 of a hash")
    try:
        signed = read_checkpoint(rest)
    except NotACheckpoint as why:
        raise NotAProof(f"its checkpoint cannot be read: {why}") from None
    return Continuation(int(found.group(1)), tuple(hash for hash in hashes if hash is not None), signed)


def check_continuation(data: bytes, old: Checkpoint, policy: Policy | None = None, *, whose: str = GIVEN) -> Checked:
    """The answer about a consistency proof. ``old``: the checkpoint that the reader kept. ``policy``: the reader's; ``whose``: where it is from."""
    findings = Findings()
    try:
        proof = read_continuation(data)
    except NotAProof as why:
        findings.add(1, Finding("consistency", str(why)))
        found = findings.all()
        return Checked(verdict_of(found, False), None, None, None, found, {}, ())
    now = proof.signed.checkpoint
    judged = judge(proof.signed, policy, None) if policy is not None else None
    notes = () if judged is not None else ("the signatures on its checkpoint were not checked: no policy was given",)
    for kind, says in judged.faults() if judged is not None else ():
        findings.add(2, Finding(kind, says))
    if proof.old != old.size:
        findings.add(3, Finding("consistency", f"it goes on from {proof.old:,} entries, and the kept checkpoint has {old.size:,}"))
    if now.origin != old.origin:
        findings.add(4, Finding("origin", f"it is of the log {now.origin}; the kept checkpoint is of {old.origin}"))
    if not check_consistency(proof.old, old.root, now.size, now.root, proof.hashes):
        findings.add(5, Finding("consistency", "its hashes do not prove that the newer tree goes on from the kept one"))
    found = findings.all()
    witnessed = now.size if judged is not None and judged.witnessed else 0
    vouched = Vouched.of_proof(policy, whose, witnessed, old.size)
    verdict = verdict_of(found, vouched.whole)
    return Checked(
        verdict, now.origin, now.size, now.root.hex(), found, {}, notes, vouched.anchors, vouched.lacking, witnessed, policy is not None
    )
