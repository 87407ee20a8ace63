"""Published vectors through both stand-alone verifiers: as many as were published, and the exemption by its name."""

from __future__ import annotations

import pytest

from tests.verifiers import vectors

PUBLISHED = {"inclusion": 98, "consistency": 97, "trees": 9, "real log": 2, "bad checkpoints": 7, "bad proofs": 6, "ed25519 edges": 914}


@pytest.mark.parametrize("asked", [vectors.python, vectors.javascript], ids=["py", "js"])
def test_every_case_is_as_published(asked: object) -> None:
    assert callable(asked)
    found = asked()
    assert {name: checked for name, (checked, _) in found.items()} == PUBLISHED
    assert [exempt for _, exempt in found.values() if exempt] == [[f"consistency/{vectors.EXEMPT}"]]
