"""Proofs about a contract: each claim is proved, or has a counterexample that runs, or is not decided."""

from pbr.proofs.proof import COUNTEREXAMPLE, NOT_DECIDED, PROVED, Proof
from pbr.proofs.proving import prove

__all__ = ["COUNTEREXAMPLE", "NOT_DECIDED", "PROVED", "Proof", "prove"]
