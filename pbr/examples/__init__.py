"""Worked examples of a contract, run with the reference engine: the drafter's own tests, in the contract's own words."""

from pbr.examples.coverage import Coverage, coverage
from pbr.examples.running import ExampleResult, run_examples, unreached

__all__ = ["Coverage", "ExampleResult", "coverage", "run_examples", "unreached"]
