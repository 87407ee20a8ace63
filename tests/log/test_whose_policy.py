"""What an answer calls the policy that it was judged by: the log's own proposal is never one from elsewhere, however often it was kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from pbr.log.auditing import audit
from pbr.log.kept import MARK
from pbr.platform.files import RealFiles
from tests.audit.logged_case import adopted

LOG = Path("log")


def test_where_the_policy_is_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    adopted()
    own = (LOG / "policy").read_bytes()
    Path("copied").write_bytes(own)
    Path("mine").write_bytes(b"# printed in the contract\n" + own)

    def whose(policy: str | None = None, kept: str | None = None) -> str:
        found = audit(LOG, RealFiles(), policy=Path(policy) if policy else None, kept=Path(kept) if kept else None)
        return " ".join(found.answer.anchors).partition(" (")[0]

    proposed = "the policy that the log itself proposed when it was first seen"
    assert (whose("mine"), whose("copied")) == ("a policy from elsewhere", "a policy that is the same as the log's own, whoever it is from")
    assert [whose(kept="first") for _ in range(3)] == ["", proposed, proposed]
    assert Path("first/policy").read_bytes() == MARK + own
    assert (whose("first/policy"), whose("mine", "first")) == (proposed, "a policy from elsewhere")
    assert whose(kept="first") == "the policy that was kept with the view of it"
