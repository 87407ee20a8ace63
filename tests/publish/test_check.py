"""The log that a site carries: what it may tell, what is copied, and the page that checks it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pbr.platform.files import RealFiles
from pbr.problem import Refused
from pbr.publish.check.carried import CarriedLog, carried
from pbr.publish.check.leaves import Words, told, told_by_checkpoint, told_by_policy
from pbr.publish.check.parts import check_files
from pbr.publish.check.verifiers import verifier
from pbr.publish.publishing import everything
from pbr.publish.site import Site
from tests.golden import assert_golden
from tests.publish.portfolio import portfolio
from tests.verifiers.making import OFFICES, POLICY, Making, canonical, envelope

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "samples" / "pbr-log-1" / "log-12"
HERE = Path(__file__).parent
HASH = hashlib.sha256(b"salted").hexdigest()
NOTHING = Site("Nothing", (), "pbr")


def small() -> Making:
    """A log of every kind but the variation and the challenge."""
    making = Making()
    making.contract()
    making.submission()
    making.assessment(submissions=[1])
    making.approval(2, commitment=HASH)
    return making


def planted(**says: Any) -> bytes:
    """A submission's entry with other members than it has, signed as it should be."""
    whole = {"format": "pbr-log/1", "origin": "pbr.example/test", "kind": "submission", "at": "2026-02-02T02:40:00Z"}
    return envelope({**whole, "contract": 0, "commitment": HASH, **says}, OFFICES["provider"])


def found(data: bytes, number: int = 1, words: Words = Words()) -> list[str]:  # noqa: B008
    return [where for where, _ in told(data, number, words)]


def test_the_entries_of_a_log_tell_nothing() -> None:
    assert [found(entry, number) for number, entry in enumerate(small().entries)] == [[]] * 4
    assert list(told_by_policy(POLICY.encode(), Words())) == []
    assert list(told_by_checkpoint(small().checkpoint(), Words())) == []


@pytest.mark.parametrize(
    ("says", "where"),
    [
        ({"sum": 166000000}, "sum"),
        ({"says": "£1,660,000 is repaid"}, "says"),
        ({"people": 3}, "people"),
        ({"contract": 3}, "contract"),  # no entry before it: a number of something else
        ({"contract": -1}, "contract"),
        ({"contract": True}, "contract"),
        ({"submissions": [0, 789]}, "submissions[]"),
        ({"previous": 1443}, "previous"),
        ({"commitment": f"{166000000:064d}"}, "commitment"),
        ({"commitment": "1660000"}, "commitment"),
        ({"at": "2026-02-02T02:40:00Z, 789 people"}, "at"),
        ({"origin": "pbr.example/test-1660000"}, "origin"),
        ({"terms": {"id": "c", "version": "789 of 1443", "sha256": HASH, "rules": []}}, "terms.version"),
        (
            {"terms": {"id": "c", "version": "1", "sha256": HASH, "rules": [{"rule": "54.7% of them", "sha256": HASH}]}},
            "terms.rules[].rule",
        ),
        ({"approval": {"approvers": 789, "assessor": "may not"}}, "approval.approvers"),
        ({"keys": {"provider": ["serco.example/1,660,000+12345678+AQID"]}}, "keys.provider[]"),
    ],
)
def test_a_planted_number_is_found(says: dict[str, Any], where: str) -> None:
    assert found(planted(**says)) == [where]


def test_numbers_hidden_outside_the_payload_are_found() -> None:
    envelope_ = json.loads(planted())
    assert found(canonical({**envelope_, "people": 3})) == ["the entry"]
    signature = envelope_["signatures"][0]
    assert found(canonical({**envelope_, "signatures": [{**signature, "people": 3}]})) == ["signatures[0]"]
    assert found(canonical({**envelope_, "signatures": [{**signature, "keyid": "paid £789+12345678"}]})) == ["signatures[0]"]
    assert found(canonical({**envelope_, "payloadType": "789"})) == ["payloadType"]
    assert found(b"789") == ["the entry"]
    assert [where for where, _ in told_by_policy((POLICY + "# 1,443 people\n").encode(), Words())] == ["line 9"]
    assert list(told_by_checkpoint(b"pbr.example/1660000\n1\nAA==\n\n\xe2\x80\x94 pbr.example AA==\n", Words()))


def test_words_of_the_contract_may_hold_numbers() -> None:
    terms = {"id": "reform-1660000", "version": "789 of 1443", "sha256": HASH, "rules": [{"rule": "tariff/band@2015.1", "sha256": HASH}]}
    assert found(planted(terms=terms)) == ["terms.id", "terms.version"]
    assert found(planted(terms=terms), words=Words(frozenset({"reform-1660000", "789 of 1443"}))) == []


def refused(folder: Path, site: Site = NOTHING) -> str:
    with pytest.raises(Refused) as caught:
        carried(folder, RealFiles(), site)
    return f"{caught.value}\n".replace(str(folder), "log").replace("\\", "/")


def test_publishing_refuses_a_log_that_tells_a_number(tmp_path: Path) -> None:
    making = small()
    making.contract(terms={"id": "second", "version": "£1,660,000.00", "sha256": HASH, "rules": []})
    assert_golden(refused(making.write(tmp_path / "log")), HERE / "golden" / "PBR691.txt")


def test_publishing_refuses_a_log_that_is_broken(tmp_path: Path) -> None:
    folder = small().write(tmp_path / "log")
    bundle = folder / "tile" / "entries" / "000.p" / "4"
    data = bytearray(bundle.read_bytes())
    data[700] ^= 1
    bundle.write_bytes(data)
    assert_golden(refused(folder), HERE / "golden" / "PBR690.txt")
    assert refused(tmp_path / "absent").startswith("log   PBR530")


def test_publishing_refuses_a_log_that_no_browser_could_take_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pbr.publish.check.carried.LARGEST", 5_000)
    said = refused(small().write(tmp_path / "log"))
    assert_golden(re.sub(r"has [\d,]+ bytes", "has 70,000,000 bytes", said.replace("5,000", "64,000,000")), HERE / "golden" / "PBR692.txt")


def test_only_what_belongs_to_the_log_is_carried(tmp_path: Path) -> None:
    making = small()
    making.cosigned = [2, 4]
    folder = making.write(tmp_path / "log")
    (folder / ".half-written").write_bytes(b"789 people")
    assert {path for path, _ in carried(folder, RealFiles(), NOTHING).files} == {*making.files(), "policy"}


@pytest.fixture(scope="module")
def log() -> CarriedLog:
    return carried(SAMPLE, RealFiles(), NOTHING)


def test_the_log_is_carried_as_it_is_and_embedded_whole(log: CarriedLog) -> None:
    site, released = portfolio()
    made = dict(check_files(site, released, log))
    there = {f"log/{path.relative_to(SAMPLE).as_posix()}": path.read_bytes() for path in SAMPLE.rglob("*") if path.is_file()}
    assert {path: data for path, data in made.items() if path.startswith("log/")} == there
    text = made["check/log.js"].decode()
    assert text.startswith("globalThis.carriedLog={") and text.endswith("};\n") and text.isascii()
    map_ = json.loads(text.removeprefix("globalThis.carriedLog=").removesuffix(";\n"))
    assert {f"log/{path}": base64.b64decode(data) for path, data in map_.items()} == there
    assert dict(check_files(site, released, log)) == made


def test_the_verifiers_are_the_files_of_the_project_and_their_digests_are_on_the_page(log: CarriedLog) -> None:
    site, released = portfolio()
    made = dict(check_files(site, released, log))
    page = made["check.html"].decode()
    for name in ("verify.js", "verify.py"):
        data = (ROOT / "verifiers" / name).read_bytes()
        assert made[f"check/{name}"] == data == verifier(name)
        assert hashlib.sha256(data).hexdigest() in page
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {f"verifiers/{name}": f"pbr/verifiers/{name}" for name in ("verify.js", "verify.py")}.items() <= wheel["force-include"].items()


def test_the_page_runs_nothing_but_the_files_beside_it(log: CarriedLog) -> None:
    site, released = portfolio()
    page = dict(check_files(site, released, log))["check.html"].decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert "default-src 'none'; script-src 'self'" in policy and "unsafe" not in policy and "http" not in policy
    assert re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL) == [
        (' src="check/verify.js" defer', ""),
        (' src="check/run.js" defer', ""),
    ]
    assert "http" not in (ROOT / "pbr" / "publish" / "check" / "run.js").read_text(encoding="utf-8")


def test_an_entry_that_the_site_names_is_on_the_page(log: CarriedLog) -> None:
    site, released = portfolio()
    contract = site.contracts[0]
    named = replace(contract.assessments[0], entry=3, state="approved")
    site = replace(site, contracts=(replace(contract, assessments=(named, *contract.assessments[1:])), *site.contracts[1:]))
    page = dict(check_files(site, released, log))["check.html"].decode()
    assert '<span data-entry="3" data-state="approved">3</span>' in page


def test_a_site_has_one_page_for_the_check_with_a_log_and_without(log: CarriedLog) -> None:
    site, released = portfolio()
    for names in (
        [name for name, _ in everything(replace(site, log=log.origin), released, log=log)],
        [name for name, _ in everything(site, released)],
    ):
        assert names.count("check.html") == 1 and len(names) == len(set(names))
