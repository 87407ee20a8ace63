"""Folders that cannot be published, and what is said of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pbr.platform.files import RealFiles
from pbr.problem import Refused
from pbr.publish.publishing import publish
from pbr.publish.reading import read
from tests.contracts.catalogue import assessed
from tests.golden import assert_golden


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = Path(tmp_path_factory.mktemp("refused")) / "a"
    assessed("contracts/environment/amazon-fund", out)
    return out


@pytest.fixture
def copied(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "a"))


def refusal(*folders: Path, only_approved: bool = False) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        read(folders, only_approved=only_approved)
    problem = refused.value.problems[0]
    return problem.code, problem.says


def test_another_version(copied: Path) -> None:
    manifest = json.loads((copied / "manifest.json").read_bytes()) | {"format": "pbr-trail/9"}
    (copied / "manifest.json").write_text(json.dumps(manifest))
    assert refusal(copied) == ("PBR681", f"{copied} is of the version 'pbr-trail/9'; this program publishes pbr-trail/1.")


def test_without_a_trace(copied: Path) -> None:
    shutil.rmtree(copied / "trace")
    assert refusal(copied) == ("PBR682", f"{copied} has no trace: nothing in it says what its sums follow from.")


def test_without_a_part_of_the_trace(copied: Path) -> None:
    part = sorted((copied / "trace").iterdir())[0]
    part.unlink()
    assert refusal(copied) == (
        "PBR682",
        f"{copied} has no trace/{part.name}, which its manifest names: what it says of the sums is not whole.",
    )


def test_a_document_that_is_missing_or_damaged(copied: Path) -> None:
    (copied / "statement.json").write_text("{", encoding="utf-8")
    assert refusal(copied)[0] == "PBR753"
    (copied / "statement.json").unlink()
    assert refusal(copied) == ("PBR752", f"{copied} has no statement.json, so it is not an assessment.")


@pytest.mark.parametrize("inside", ["assessment", "log", "earlier"])
def test_a_site_inside_what_it_is_made_from(inside: str) -> None:
    assessment, log, before = Path("assessment"), Path("log"), Path("earlier")
    with pytest.raises(Refused) as refused:
        publish(RealFiles(), [assessment], Path(inside) / "site", title="A", log=log, previous=[before])
    assert_golden(f"{refused.value}\n", Path(__file__).parent / "golden" / f"PBR687-{inside}.txt")


def test_a_manifest_of_another_contract(copied: Path) -> None:
    manifest = json.loads((copied / "manifest.json").read_bytes())
    manifest["contract"]["id"] = "another"
    (copied / "manifest.json").write_text(json.dumps(manifest))
    assert refusal(copied) == ("PBR684", f"{copied} says in its manifest that it is of another contract than the one it holds.")


def test_not_approved(good: Path) -> None:
    assert refusal(good, only_approved=True) == ("PBR683", f"{good} is not approved: it is not logged.")


def test_two_contracts_of_one_page(good: Path, copied: Path) -> None:
    plan = json.loads((copied / "plan.json").read_bytes()) | {"title": "Another", "parties": [["commissioner", "A"], ["provider", "B"]]}
    (copied / "plan.json").write_text(json.dumps(plan))
    manifest = json.loads((copied / "manifest.json").read_bytes()) | {"complete_to": {"clearings": "2011-07-31"}}
    (copied / "manifest.json").write_text(json.dumps(manifest))
    said = "'Amazon Fund, payments for deforestation that did not happen' and 'Another' are two contracts, and both would be amazon-fund-2006/."
    assert refusal(good, copied) == ("PBR684", said)


def test_given_twice(good: Path) -> None:
    assert refusal(good, good) == ("PBR685", f"{good} is given twice.")


def test_no_assessment(tmp_path: Path) -> None:
    assert refusal(tmp_path)[0] == "PBR752"
