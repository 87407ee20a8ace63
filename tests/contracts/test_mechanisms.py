"""Every mechanism of the language is used by shipped contracts of at least two fields."""

from __future__ import annotations

from tests.contracts.catalogue import SHIPPED, compiled
from tests.contracts.mechanisms import ALL, used


def test_every_mechanism_is_used_in_two_fields() -> None:
    fields: dict[str, set[str]] = {mechanism: set() for mechanism in ALL}
    for name in SHIPPED:
        for mechanism in used(*compiled(name)):
            fields[mechanism].add(name.split("/")[1])
    assert {mechanism: sorted(seen) for mechanism, seen in sorted(fields.items()) if len(seen) < 2} == {}
