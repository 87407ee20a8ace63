"""Sentences that once misled: caps that pay whole lines only, two caps, claims that wait for a claim, rows counted against the supplier."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pbr.assessment import assess
from pbr.statement.explain import explain
from pbr.statement.missing import told_once
from pbr.statement.text import statement_text

HEAD = """pbr: 1
contract: t
title: T
version: "1"
parties: {commissioner: a, provider: b}
currency: GBP
term: {from: 2023-04-01, to: 2025-03-31}
data:
"""
PEOPLE = """  people:
    one_row_per: person_id
    supplied_by: provider
    columns:
      person_id: {type: identifier, identifies: person}
      d: {type: date}
      ok: {type: yes or no, blank: unknown}
      n: {type: whole number, at_least: 0, at_most: 100, blank: unknown}
      c: {type: text, blank: unknown}
"""
ROWS = "person_id,d,ok,n,c\n"
CLAIMS = """  people:
    one_row_per: person_id
    supplied_by: provider
    columns: {person_id: {type: identifier, identifies: person}}
  claims:
    one_row_per: claim_id
    belongs_to: people by person_id
    supplied_by: provider
    columns:
      claim_id: {type: identifier}
      outcome:  {type: code, one_of: tariff.card.code}
      on_day:   {type: date}
      ok: {type: yes or no, blank: unknown}
payments:
  tariff:
    per: claims
    kind: tariff
    code: outcome
    subject: person_id
    on: on_day
    only_if: ok
    card:
      columns: [code, price, times, after_achieved]
      rows:
        - [start, £200.00, 1, none]
        - [weeks, "£1,100.00", no limit, start]
statement: {then: []}
"""


def run(folder: Path, contract: str, **tables: str) -> Path:
    (folder / "contract.yaml").write_text(HEAD + contract, encoding="utf-8")
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    assess(folder / "contract.yaml", [folder / f"{name}.csv" for name in tables], out=folder / "out")
    return folder / "out"


def because(out: Path) -> dict[str, str]:
    return {line["id"]: line["because"] for line in json.loads((out / "statement.json").read_text(encoding="utf-8"))["payments"]}


def test_a_line_that_does_not_fit_whole_is_not_said_to_have_no_room(tmp_path: Path) -> None:
    contract = (
        PEOPLE
        + """payments: {fee: {per: people, pays: £10.00 * n, only_if: ok}}
statement: {then: [{cap: £100.00, per: contract, allocate: by d, last_line: not at all}]}
"""
    )
    rows = ROWS + "p0,2023-04-01,yes,6,\np1,2023-04-02,yes,6,\np2,2023-04-03,yes,1,\n"
    found = because(run(tmp_path, contract, people=rows))
    assert found["fee[p0]"] == "ok is yes, so £10.00 × 6 = £60.00"
    whole = "the cap of £100.00 per contract pays whole lines only: this line of {} or an earlier one did not fit"
    assert [found["fee[p1]"], found["fee[p2]"]] == [whole.format("£60.00"), whole.format("£10.00")]


def test_of_two_caps_each_is_named_for_what_it_did(tmp_path: Path) -> None:
    contract = (
        PEOPLE
        + """payments: {a: {per: people, only_if: ok, pays: £60.00}}
statement:
  then:
    - {cap: £100.00, per: n_or_0, allocate: by d, last_line: in part, clause: "1"}
    - {cap: £90.00, per: contract, allocate: by d, last_line: not at all, clause: "2"}
facts: {n_or_0: {per: people, equals: (if d >= 2023-05-03 then 2023-05-03 else 2023-05-01)}}
"""
    )
    rows = ROWS + "p1,2023-05-01,yes,,\np2,2023-05-02,yes,,\np4,2023-05-03,,,\np5,2023-05-04,yes,,\n"
    found = because(run(tmp_path, contract, people=rows))
    second = "the cap of £90.00 per contract (2) pays whole lines only: this line{} or an earlier one did not fit"
    assert found["a[p2]"] == f"the cap of £100.00 per n_or_0 (1) leaves £40.00 of £60.00; then {second.format(' of £40.00')}"
    assert found["a[p5]"] == f"the cap of £100.00 per n_or_0 (1) leaves £40.00 to £60.00 of £60.00; then {second.format('')}"
    # the first left all that the line could be
    assert found["a[p4]"] == f"people.ok is missing; {second.format('')}, whatever the answer"


@pytest.mark.parametrize(("better", "word"), [("lower", "yes"), ("higher", "no")])
def test_rows_counted_against_the_supplier_are_counted(tmp_path: Path, better: str, word: str) -> None:
    how = f"when_held: take as no, when_rejected: count against the supplier, better: {better}"
    contract = (
        PEOPLE
        + f"""measures: {{m: {{per: contract, equals: share of people where (n >= 1), {how}}}}}
payments: {{a: {{per: contract, only_if: m <= 60%, pays: £10.00}}}}
statement: {{then: []}}
"""
    )
    rows = ROWS + "p1,2023-05-01,yes,1,\np2,2023-5-1,yes,1,\np3,2023-05-01,yes,,\n"
    text = explain(run(tmp_path, contract, people=rows), ["m"]).text
    assert f"counted too  1 rejected, taken as {word} against the supplier" in text
    assert "not counted" not in text


def test_a_claim_names_the_open_claim_it_waits_for(tmp_path: Path) -> None:
    rows = (
        "claim_id,person_id,outcome,on_day,ok\nc1,p1,start,2023-05-01,\nc2,p1,start,2023-05-01,yes\nc3,p1,start,2023-04-01,no\n"
        "c4,p2,start,2023-05-01,\nc5,p2,weeks,2023-06-01,yes\nc6,p2,start,2023-07-01,\n"
    )
    out = run(tmp_path, CLAIMS, people="person_id\np1\np2\n", claims=rows)
    found = because(out)
    number = "it is not known which number it is among the claims for start (between 1 and 2); at most 1 is paid"
    assert found["tariff[c2]"] == f"{number}: claims c1 (for start) is still open"
    assert found["tariff[c5]"] == "it is not known whether start was achieved first: claims c4 (for start) is still open"
    text = explain(out, ["tariff", "c5"]).text
    waits = "  It waits for:\n    claims c4 (for start) is still open\n      ok is blank\n"
    assert waits in text and "the subject" not in text.partition("tariff place")[0]
    assert "claims c1 (for start) is still open\n      ok is blank\n" in explain(out, ["tariff", "c2"]).text


def test_a_card_speaks_without_double_negatives(tmp_path: Path) -> None:
    rows = "claim_id,person_id,outcome,on_day,ok\nc1,p1,start,2023-05-01,yes\nc2,p1,start,2023-06-01,yes\nc3,p2,weeks,2023-06-01,yes\n"
    found = because(run(tmp_path, CLAIMS, people="person_id\np1\np2\n", claims=rows))
    assert found["tariff[c1]"] == "ok is yes and it is claim number 1 for start; at most 1 is paid, so the price of start, £200.00"
    assert found["tariff[c2]"] == "it is claim number 2 for start; at most 1 is paid"
    assert found["tariff[c3]"] == "start was not achieved first"


def test_braces_in_texts_are_printed_as_they_are(tmp_path: Path) -> None:
    contract = (
        PEOPLE
        + """payments: {x: {per: people, only_if: 'c in ("a''b", "{0}", "({0})")', pays: £1.00}}
statement: {then: []}
"""
    )
    found = because(run(tmp_path, contract, people=ROWS + "p1,2023-05-01,yes,1,x\np2,2023-05-01,yes,1,{0}\n"))
    assert found["x[p1]"] == """c (x) is not in ("a'b", "{0}", "({0})")"""
    assert found["x[p2]"] == """c ({0}) is in ("a'b", "{0}", "({0})")"""


def test_what_is_waited_for_is_told_once() -> None:
    twice = [(0, "a is not known"), (1, "b is blank"), (0, "c is blank"), (0, "a is not known"), (1, "d is blank"), (0, "c is blank")]
    assert told_once(twice) == [(0, "a is not known"), (1, "b is blank"), (1, "d is blank"), (0, "c is blank")]
    rows = [(0, "1 row of t held:"), (1, "t r1"), (2, "x is blank"), (0, "1 row of t held:"), (1, "t r2"), (2, "y is blank")]
    assert told_once([*rows, *rows]) == [(0 if n < 2 else 1, text) for n, text in [(0, rows[0][1]), (0, "t r1"), (2, "x is blank")]] + [
        (0, rows[0][1]), (0, "t r2"), (1, "y is blank"),
    ]  # fmt: skip


def test_evidence_of_several_payments_agrees_in_number(runs: Path) -> None:
    statement = json.loads((runs / "decided" / "statement.json").read_text(encoding="utf-8"))
    word, record = {"decided_by": "provider", "rests_on": "commissioner"}, {"decided_by": "commissioner", "rests_on": "commissioner"}
    text = statement_text({**statement, "evidence": {"a": word, "b": word, "c": record}}, "x")
    assert "a and b are decided by the provider's word and rest also on the commissioner's records; c is decided by" in text
