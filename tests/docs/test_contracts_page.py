"""docs/contracts.md is what running the contracts gives. PBR_UPDATE_GOLDEN=1 writes it anew."""

from __future__ import annotations

import pytest

from tests.contracts.page import page, said
from tests.docs.pages import DOCS, UPDATE

PATH = DOCS / "contracts.md"


def test_the_page_is_what_running_every_contract_gives() -> None:
    now = PATH.read_text(encoding="utf-8") if PATH.exists() else ""
    text, skipped = page(said(now))
    if UPDATE:
        assert not skipped, f"the shared data is needed to write this page: {skipped}"
        PATH.write_text(text, encoding="utf-8")
    assert text == PATH.read_text(encoding="utf-8")
    if skipped:
        pytest.skip(f"checked but for figures from shared data: {'; '.join(skipped)}")
