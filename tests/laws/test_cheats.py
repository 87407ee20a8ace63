"""Ways to be paid more than honesty would, each tried: what is paid is never more, and the statement shows what was done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import pbr
from pbr.audit.verify import verify
from pbr.problem import Refused

CHARGES = """
pbr: 1
contract: charges
title: A day's charge
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2012-04-01, to: 2013-03-31}
data:
  orders:
    one_row_per: order_id
    supplied_by: commissioner
    columns:
      order_id: {type: identifier}
      price: {type: money, at_least: £0.00}
  charges:
    one_row_per: charge_id
    belongs_to: orders by order_id
    supplied_by: provider
    EXTRA
    columns:
      charge_id: {type: identifier}
      person_id: {type: identifier, identifies: person}
      day: {type: date}
payments:
  fee: {per: charges, pays: PAYS}
statement: {then: []}
"""
SHARES = """
pbr: 1
contract: shares
title: A share of people
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2012-04-01, to: 2013-03-31}
data:
  register:
    one_row_per: person_id
    supplied_by: commissioner
    columns:
      person_id: {type: identifier, identifies: person}
  visits:
    one_row_per: visit_id
    matched_to: register by person_id
    supplied_by: provider
    EXTRA
    columns:
      visit_id: {type: identifier}
      case_id: {type: identifier}
      day: {type: date}
      ok: {type: yes or no}
outcomes:
  done: {per: visits, yes_when: ok, settles: day}
measures:
  rate: {per: contract, equals: share of visits where done, when_rejected: REJECTED}
payments:
  fee: {per: contract, pays: "£1,000.00", only_if: rate >= 75%}
statement: {then: []}
"""
ORDERS = "order_id,price\nA,10.00\nB,100.00\n"
REGISTER = "person_id\np1\np2\np3\np4\n"
VISITS = "visit_id,person_id,case_id,day,ok\n"
HONEST = ["v1,p1,k1,2012-05-01,yes", "v2,p2,k2,2012-05-01,yes", "v3,p3,k3,2012-05-01,no", "v4,p4,k4,2012-05-01,no"]


def assessed(folder: Path, contract: str, files: dict[str, str], **words: str) -> dict[str, Any]:
    for word, text in words.items():
        contract = contract.replace(word, text)
    (folder / "contract.yaml").write_text(contract, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    tables = {name: folder / f"{name}.csv" for name in files}
    assessment = pbr.assess(folder / "contract.yaml", tables, complete_to="2013-06-30", out=folder / "out")
    assert verify(folder / "out").state == "internally consistent"
    return assessment.statement


def visits(*rows: str) -> dict[str, str]:
    return {"register": REGISTER, "visits": VISITS + "".join(row + "\n" for row in rows)}


def test_naming_orders_anew_does_not_choose_the_price(tmp_path: Path) -> None:
    for number, pair in enumerate((("c1", "c2"), ("c2", "c1"))):
        folder = tmp_path / str(number)
        folder.mkdir()
        charges = f"charge_id,order_id,person_id,day\n{pair[0]},A,p1,2012-05-20\n{pair[1]},B,p1,2012-05-20\n"
        words = {"EXTRA": "charged_once_per: [person_id, day]", "PAYS": "orders.price"}
        statement = assessed(folder, CHARGES, {"orders": ORDERS, "charges": charges}, **words)
        assert statement["totals"]["paid"] == "0.00" and statement["rows"]["charges"]["rejected"] == 2


def test_one_price_for_all_orders_is_paid_once(tmp_path: Path) -> None:
    charges = "charge_id,order_id,person_id,day\nc1,A,p1,2012-05-20\nc2,B,p1,2012-05-20\n"
    words = {"EXTRA": "charged_once_per: [person_id, day]", "PAYS": "£13.00"}
    statement = assessed(tmp_path, CHARGES, {"orders": ORDERS, "charges": charges}, **words)
    assert statement["totals"]["paid"] == "13.00" and statement["rows"]["charges"]["unused"] == 1


def test_a_failure_hung_on_another_s_case_is_not_covered(tmp_path: Path) -> None:
    extra = "must_cover: register by person_id\n    charged_once_per: [case_id, day]"
    cheat = [*HONEST[:2], "v3,p3,k1,2012-05-01,yes", "v4,p4,k1,2012-05-01,yes"]
    statement = assessed(tmp_path, SHARES, visits(*cheat), EXTRA=extra, REJECTED="hold")
    assert statement["totals"]["paid"] == "0.00" and statement["totals"]["held"] == 1
    assert statement["rows"]["visits"]["rejected"] == 3


@pytest.mark.parametrize("copies", [0, 400])
def test_copies_do_not_widen_what_may_be_left_out(tmp_path: Path, copies: int) -> None:
    spoilt = [*HONEST[:2], HONEST[2].replace("2012-05-01", "?"), HONEST[3].replace("2012-05-01", "?")]
    rows = [*spoilt, *[HONEST[0]] * copies]
    statement = assessed(tmp_path, SHARES, visits(*rows), EXTRA="", REJECTED="leave out up to 0.5%")
    assert statement["totals"]["paid"] == "0.00" and statement["totals"]["held"] == 1
    assert statement["rows"]["visits"]["unused"] == copies


@pytest.mark.parametrize("copies", [0, 3])
def test_copies_do_not_widen_what_may_be_rejected(tmp_path: Path, copies: int) -> None:
    rows = [*HONEST[:3], HONEST[3].replace("2012-05-01", "?"), *[HONEST[0]] * copies]
    with pytest.raises(Refused, match="PBR418") as caught:
        assessed(tmp_path, SHARES, visits(*rows), EXTRA="refused_over: 20%", REJECTED="hold")
    assert "1 of 4 rows" in str(caught.value)
