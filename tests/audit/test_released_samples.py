"""A sample folder of every trail format that was ever released: today's ``verify`` accepts each of them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from pbr.audit.difference import CONSISTENT, DIGESTS
from pbr.audit.layout import FORMAT
from pbr.audit.verify import verify

TESTS = Path(__file__).parents[1]
SAMPLES = sorted((TESTS / "samples").glob("pbr-trail-*"))


def test_the_format_of_today_has_its_sample() -> None:
    assert FORMAT.replace("/", "-") in {path.name for path in SAMPLES}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_verify_accepts_it(sample: Path) -> None:
    """One of an earlier version is computed again all the same: its values agree, and the sentences that are written otherwise now are
    named as not compared."""
    verification = verify(sample)
    assert not verification.differences, verification.text()
    earlier = "made-by" in sample.name
    assert verification.state == (DIGESTS if earlier else CONSISTENT), verification.text()
    assert any("computed again" in line for line in verification.done)
    assert any(line.startswith("not compared") for line in verification.done) == earlier


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize("name", ["manifest", "run", "plan", "statement", "measures"])
def test_it_agrees_with_the_published_schema(sample: Path, name: str) -> None:
    schema = json.loads((TESTS.parent / "docs" / "schema" / f"{name}.json").read_text())
    jsonschema.validate(json.loads((sample / f"{name}.json").read_text()), schema, jsonschema.Draft202012Validator)
