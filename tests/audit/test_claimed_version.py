"""A folder says itself which version made it. Whatever it says, that must never make ``verify`` more lenient."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pbr import __version__
from pbr.audit import layout
from pbr.audit.difference import Verification
from pbr.audit.verify import verify
from pbr.audit.versions import SAME_RESULTS
from pbr.cli.main import cli
from pbr.plan.plan import Plan
from tests.audit.tiny import TINY, assess_tiny, change_json, change_table, reseal, reseal_run


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("version") / "whole"
    assess_tiny(out)
    return out


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def claim(folder: Path, **engine: str) -> None:
    change_json(folder, layout.MANIFEST, lambda manifest: manifest["engine"].update(engine))
    reseal(folder)


def with_plan(folder: Path, change: Callable[[str], str]) -> Verification:
    """The folder as another version might have written it, which compiled the contract to a somewhat different plan."""
    plan = (folder / layout.PLAN).read_text()
    changed = change(plan)
    assert changed != plan
    (folder / layout.PLAN).write_text(changed)
    digest = Plan.from_json(json.loads(changed)).digest
    change_json(folder, layout.MANIFEST, lambda manifest: manifest["plan"].update(sha256=digest))
    claim(folder, version="0.0.9")
    return verify(folder)


def test_the_version_of_today_is_known() -> None:
    assert __version__ in SAME_RESULTS


@pytest.mark.parametrize("version", ["0.0.9", "0.1.0", "0.2.1", "9.9.9", "0.2.0.dev1"])
@pytest.mark.parametrize("digests_only", [False, True])
def test_an_unknown_version_is_never_consistent(version: str, digests_only: bool, folder: Path) -> None:
    claim(folder, version=version)
    verification = verify(folder, digests_only=digests_only)
    text = verification.text()
    assert verification.state == "digests only" and not verification.differences, text
    assert f"pbr {version} made it, which pbr {__version__} cannot compute again exactly" in text.splitlines()[0]
    assert "internally consistent" not in text and "not compared: " in text
    assert ("computed again by the reference engine" in text) != digests_only
    assert verification.to_json()["made_by_unknown_version"] == f"pbr {version}"


def test_the_command_ends_with_4(folder: Path) -> None:
    claim(folder, version="0.0.9")
    result = CliRunner().invoke(cli, ["verify", str(folder)])
    assert result.exit_code == 4 and "0.0.9" in result.stdout


@pytest.mark.parametrize("version", ["", "0.2.0 ", "0.2.0\nall is well", "\u0660.1.0", "\x1b[2J", "1" * 50])
def test_what_is_no_version_is_broken(version: str, folder: Path) -> None:
    claim(folder, version=version)
    verification = verify(folder)
    assert verification.state == "broken" and "engine" in verification.text()
    assert version == "" or version not in verification.text() or version == "0.2.0 "


def test_another_programs_name_is_broken(folder: Path) -> None:
    claim(folder, name="pbr2")
    assert verify(folder).state == "broken"


def _sentences(folder: Path) -> None:
    def because(statement: dict[str, Any]) -> None:
        for line in statement["payments"]:
            line["because"], line["clause"] = "the minister said so", "99"

    change_json(folder, layout.STATEMENT, because)


def _printed(folder: Path) -> None:
    (folder / layout.STATEMENT_TEXT).write_text((folder / layout.STATEMENT_TEXT).read_text().replace("1,000.00", "9,000.00"))


def _rejected(folder: Path) -> None:
    (folder / layout.REJECTED).write_text("nothing was rejected\n")


def _measures(folder: Path) -> None:
    change_json(folder, layout.MEASURES, lambda measures: measures["measures"].clear())


@pytest.mark.parametrize("change", [_sentences, _printed, _rejected, _measures])
def test_what_an_unknown_version_hides_is_not_vouched_for(change: Callable[[Path], None], folder: Path) -> None:
    """The same change is found under a known version; under an unknown one it is said not to have been looked at."""
    change(folder)
    reseal(folder)
    assert verify(folder).state == "broken"
    claim(folder, version="0.0.9")
    verification = verify(folder)
    assert verification.state == "digests only"
    told = next(text for text in verification.done if text.startswith("not compared: "))
    assert all(name in told for name in (layout.REJECTED, layout.MEASURES, layout.STATEMENT_TEXT, layout.STATEMENT))


def test_another_versions_plan_is_computed_and_not_vouched_for(folder: Path) -> None:
    verification = with_plan(folder, lambda plan: plan.replace("the first reason for leaving the row out", "why it is left out"))
    assert verification.state == "digests only", verification.text()
    assert "plan.json is not what this version compiles the contract to; what this one compiles it to pays the same" in verification.text()
    assert "what plan.json computes with what the contract says" in verification.text()


def test_a_plan_that_pays_otherwise_is_found_whatever_version_it_claims(folder: Path) -> None:
    verification = with_plan(folder, lambda plan: plan.replace('"n": "100000"', '"n": "100001"'))
    assert verification.state == "broken"
    assert (layout.PAYMENTS, "job_found p1", "low") in {(one.file, one.key, one.column) for one in verification.differences}
    assert "pays the same" not in verification.text() and "cannot make again exactly" in verification.text()


def test_a_changed_amount_is_broken_whatever_version_it_claims(folder: Path) -> None:
    change_table(folder, layout.PAYMENTS, "SELECT * REPLACE (CASE WHEN line = 1 THEN amount + 1 ELSE amount END AS amount) FROM this")
    claim(folder, version="0.0.9")
    assert verify(folder).state == "broken"


@pytest.mark.parametrize(
    ("part", "value"),
    [("size", 1), ("name", "people-final.csv"), ("sha256", "0" * 64), ("table", "jobs")],
)
def test_what_the_manifest_says_of_an_input_is_compared(part: str, value: Any, folder: Path) -> None:
    def change(manifest: dict[str, Any]) -> None:
        one = next(one for one in manifest["inputs"] if one["name"] == "people.csv")
        one[part] = value

    change_json(folder, layout.MANIFEST, change)
    reseal_run(folder)
    assert verify(folder).state == "broken"


def test_the_size_of_an_input_given_by_reference_is_compared(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assess_tiny(out, by_reference=True)
    change_json(out, layout.MANIFEST, lambda manifest: manifest["inputs"][0].update(size=1))
    reseal_run(out)
    assert verify(out, [(None, TINY / "people.csv"), (None, TINY / "jobs.csv")]).state == "broken"


def test_an_input_whose_table_was_said_cannot_be_given_another_name(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assess_tiny(out, tables={"people": TINY / "people.csv", "jobs": TINY / "jobs.csv"})
    assert verify(out).state == "internally consistent"
    change_json(out, layout.MANIFEST, lambda manifest: manifest["inputs"][1].update(name="people-final.csv"))
    reseal_run(out)
    verification = verify(out)
    assert verification.state == "broken" and "inputs.name" in {one.column for one in verification.differences}
