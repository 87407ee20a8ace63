"""Our reader of bags against the BagIt conformance suite of the Library of Congress: every bag judged, exemptions by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from pbr.audit.bag import ANY, read_bag
from pbr.platform.files import RealFiles
from tests.shared import shared

SUITE = "bagit-conformance-suite"
# a bag whose files are elsewhere is valid BagIt, and refused: an auditor's evidence is not fetched
REFUSED = {"v0.97/valid/holey-bag"}


def bags(kind: str) -> list[Path]:
    return sorted(path for path in shared(f"vectors/{SUITE}").glob(f"v*/{kind}/*") if path.is_dir())


def named(path: Path) -> str:
    return "/".join(path.parts[-3:])


def test_every_valid_bag_is_accepted() -> None:
    found = {named(bag): [str(one) for one in read_bag(bag, RealFiles(), ANY).found] for bag in bags("valid")}
    assert len(found) == 13
    assert {name for name, wrong in found.items() if wrong} == REFUSED, found


@pytest.mark.parametrize("kind", ["invalid", "linux-only", "windows-only"])
def test_every_invalid_bag_is_refused(kind: str) -> None:
    found = {named(bag): read_bag(bag, RealFiles(), ANY).found for bag in bags(kind)}
    assert len(found) == {"invalid": 15, "linux-only": 4, "windows-only": 6}[kind]
    assert [name for name, wrong in found.items() if not wrong] == []
