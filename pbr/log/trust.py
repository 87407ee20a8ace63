"""Whose signatures stand under a checkpoint, judged by a policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pbr.log.checkpoints import SignedCheckpoint, cosigned_at, signed_by
from pbr.log.notes import SignatureLine
from pbr.log.policy import Policy
from pbr.platform.vkeys import NOTE


@dataclass(frozen=True)
class Judged:
    """``strangers``: who stands there though neither the policy nor the log's own knows them. ``by_log``: a note signature by a log of the policy whose name is the origin holds. ``false``: who stands there without having signed.
    ``witnesses``: the names, in the policy, of those whose cosignature holds; ``times``: each cosignature's time, with the key's name.
    ``quorum``: the policy has enough of them; that it has not is no fault, as a log is always a little ahead of its witnesses."""

    by_log: bool
    false: tuple[str, ...]
    witnesses: frozenset[str]
    times: tuple[tuple[int, str], ...]
    quorum: bool
    strangers: tuple[str, ...] = ()

    @property
    def witnessed(self) -> bool:
        """Whether the log and enough witnesses stand by it."""
        return self.by_log and self.quorum

    def faults(self) -> Iterator[tuple[str, str]]:
        """What is wrong with the signatures: class of the finding and sentence."""
        if not self.by_log:
            yield "unsigned", "no signature of the log that the policy names holds"
        for says in self.troubles():
            yield "signature", says

    def troubles(self) -> Iterator[str]:
        """What makes a finding of the class ``signature``, in sentences."""
        if self.false:
            yield f"a signature by {self.false[0]} does not hold"
        if self.strangers:
            yield f"it has a signature line by {self.strangers[0]}, of a key that the log's own policy does not list"


def judge(signed: SignedCheckpoint, policy: Policy, own: Policy | None) -> Judged:
    """Every signature line of a key that ``policy`` knows is checked. ``own``: what the log itself lists, where it does: a line of a key that
    neither knows could be one that was made unreadable."""
    checkpoint = signed.checkpoint
    by_log = False
    false: list[str] = []
    witnesses: set[str] = set()
    times: list[tuple[int, str]] = []
    for line in signed.signatures:
        for key in policy.logs:
            if line.is_by(key):
                if not signed_by(checkpoint, line, key):
                    false.append(line.name)
                elif key.kind == NOTE and key.name == checkpoint.origin:
                    by_log = True
        for name, key in policy.witnesses.items():
            if line.is_by(key):
                time = cosigned_at(checkpoint, line, key)
                if time is None:
                    false.append(line.name)
                else:
                    witnesses.add(name)
                    times.append((time, line.name))
    strangers = [line.name for line in signed.signatures if own is not None and not is_known(line, policy) and not is_known(line, own)]
    return Judged(by_log, tuple(false), frozenset(witnesses), tuple(times), policy.met(witnesses), tuple(strangers))


def is_known(line: SignatureLine, policy: Policy) -> bool:
    """Whether the policy has a key that this line names."""
    return any(line.is_by(key) for key in (*policy.logs, *policy.witnesses.values()))
