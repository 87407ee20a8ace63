"""What vouches from outside for a log, a receipt or a consistency proof, and what does not yet: in words, for every answer alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pbr.log.kept import Kept, is_proposed
from pbr.log.policy import Policy

GIVEN: Final = "a policy from elsewhere"
KEPT: Final = "the policy that was kept with the view of it"
PROPOSED: Final = "the policy that the log itself proposed when it was first seen"
OWN: Final = "a policy that is the same as the log's own, whoever it is from"


@dataclass(frozen=True)
class Vouched:
    """``whole``: all of it is witnessed, by the reader's own policy. ``anchors``: by what, in words. ``lacking``: what was lacking, in sentences."""

    whole: bool
    anchors: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()

    @classmethod
    def of(cls, policy: Policy | None, whose: str, witnessed: int, size: int, kept: int) -> Vouched:
        """Of a log of ``size`` entries. ``whose``: where the reader's policy is from; ``kept``: how many entries the reader saw before."""
        view = (f"a view kept when the log had {kept:,} entries",) if kept else ()
        if policy is None:
            went_on = "Its history is the one that was kept. Whoever it is that went on with it: no policy was kept of those who may."
            made_up = "Nothing from elsewhere vouches for it: whoever made up all of it would get this answer too."
            return cls(False, (), (went_on if kept else made_up,))
        if witnessed < size:
            first = f"Not witnessed yet from entry {witnessed:,} on"
            which = f"entry {witnessed:,}" if witnessed == size - 1 else f"entries {witnessed:,} to {size - 1:,}"
            says = f"{first}: only the log's owner vouches for {which}, and could still change them without a witness to contradict it."
            return cls(False, (f"{whose} ({policy.said()}), up to entry {witnessed - 1:,}", *view) if witnessed else (), (says,))
        return cls(True, (f"{whose} ({policy.said()})", *view))

    @classmethod
    def of_proof(cls, policy: Policy | None, whose: str, witnessed: int, kept: int = 0) -> Vouched:
        """Of the one checkpoint that a receipt or a consistency proof stands on."""
        if policy is None:
            return cls(
                False, (), ("No policy says whose signatures on its checkpoint count: whoever made it up would get this answer too.",)
            )
        if not witnessed:
            says = "The witnesses that the policy asks for had not looked when it was made: it proves more when it is asked for again."
            return cls(False, (), (says,))
        return cls(True, (f"{whose} ({policy.said()})", *((f"a view kept when the log had {kept:,} entries",) if kept else ())))


def whose_policy(given: Policy | None, kept: Kept | None, own: Policy | None = None) -> str:
    """Where the reader's policy is from, in words. ``own``: the one that the log itself proposes, where it does."""
    readers = given or (kept.policy if kept is not None else None)
    if readers is not None and is_proposed(readers.data):
        return PROPOSED
    if given is not None and own is not None and given.data == own.data:
        return OWN
    return GIVEN if given is not None or kept is None else KEPT
