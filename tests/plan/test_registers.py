"""A table that is a register: who is on the list is asked without a window, and is settled when the list is complete to the day."""

from __future__ import annotations

import pytest

from pbr.examples import run_examples
from pbr.plan.build import build
from pbr.plan.plan import Plan
from pbr.problem import Refused
from pbr.terms.loading import load_text
from tests.shared import shared

# What the language spells otherwise than the design: the register; a day that is certainly as late as the days before the start; and what decides the attachment.
SPELT = {
    "    supplied_by: commissioner  ": "    supplied_by: commissioner\n    register: yes  ",
    "or any members where child)\n    settles: claimed_on": "or any members where child)\n    settles: greatest(started_on, claimed_on)",
    "      families: [f1, f2, f3]\n": "      started_on: {f1: 2012-05-01, f2: 2012-05-01, f3: 2012-05-01}\n",
}

FROM_ROWS = """
  - name: from rows
    complete_to: 2012-12-31
    rows:
      families: [[family_id, started_on, claimed_on, volunteered], [f1, 2012-05-01, 2012-12-31, no], [f2, 2012-05-01, 2012-12-31, no]]
      members: [[person_id, family_id, born_on], [m1, f1, 2002-01-01], [m2, f2, 2002-01-01], [m3, f2, 1970-01-01]]
      school_terms:
        - [person_id, term_no, sessions, unauthorised, exclusions]
        - [m1, 1, 100, 14, 2]
        - [m2, 1, 100, 15, 0]
    expect:
      child: {m1: yes, m2: yes, m3: no}
      turned_round: {f1: yes, f2: no}
      result: {f1: £700.00, f2: £0.00}
      total: {gross: "£7,100.00", deducted: "£1,183.33", paid: "£5,916.67"}
  - name: a list that is older than the claim settles nothing
    complete_to: {families: 2012-12-31, members: 2012-12-30, school_terms: 2012-12-31, incidents: 2012-12-31, offences: 2012-12-31, jobs: 2012-12-31}
    rows:
      families: [[family_id, started_on, claimed_on, volunteered], [f1, 2012-05-01, 2012-12-31, no]]
      members: [[person_id, family_id, born_on], [m1, f1, 2002-01-01]]
      school_terms: [[person_id, term_no, sessions, unauthorised, exclusions], [m1, 1, 100, 14, 2]]
    expect_held: {turned_round: [f1], result: [f1]}
"""


def troubled_families() -> str:
    text = shared("design/examples/troubled-families.yaml").read_text(encoding="utf-8")
    for old, new in SPELT.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def compiled(text: str) -> Plan:
    return build(load_text(text.encode(), "families.yaml"))


def test_the_troubled_families_contract_comes_out_as_published() -> None:
    loaded = load_text((troubled_families() + FROM_ROWS.lstrip("\n")).encode(), "families.yaml")
    results = run_examples(loaded, build(loaded))
    assert len(results) == 3 and [problem for result in results for problem in result.problems] == []


def test_a_list_of_events_is_still_asked_for_its_window() -> None:
    text = troubled_families().replace("register: yes", "register: no")
    with pytest.raises(Refused) as caught:
        compiled(text)
    assert {problem.code for problem in caught.value.problems} == {"PBR347"}
    assert all("`register: yes`" in (problem.hint or "") for problem in caught.value.problems)


def test_a_register_is_not_final_of_itself() -> None:
    """Nobody on the list is still an absence: money that it decides needs an outcome with its day."""
    text = troubled_families().replace(
        "    pays: attachment_fee\n    only_if: started_on", "    pays: attachment_fee\n    only_if: count of members = 0 and started_on"
    )
    with pytest.raises(Refused) as caught:
        compiled(text)
    assert [problem.code for problem in caught.value.problems] == ["PBR345"]
    assert "window" not in (caught.value.problems[0].hint or "")


def test_only_a_register_changes_the_digest_of_a_plan() -> None:
    assert compiled(troubled_families()).table("members").register == "yes"
    assert '"register"' not in str(compiled(troubled_families()).to_json()["tables"][0])
