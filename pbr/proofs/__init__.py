"""Proofs about a contract: each claim is proved, or has a counterexample that runs, or is not decided."""

from pbr.proofs.proof import COUNTEREXAMPLE, NOT_DECIDED, PROVED, Proof
from pbr.proofs.proving import prove, stated
from pbr.proofs.stating import stated_sum

__all__ = ["COUNTEREXAMPLE", "NOT_DECIDED", "PROVED", "Proof", "prove", "stated", "stated_sum"]
