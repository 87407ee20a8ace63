"""``pbr publish`` on a real contract: the site it makes, what it says, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import pbr
from pbr.cli.main import cli
from pbr.disclosure.cells import Table
from pbr.disclosure.release import release
from pbr.disclosure.rule import Rule
from pbr.disclosure.writing import from_json
from pbr.platform.files import RealFiles
from pbr.problem import Refused
from pbr.publish.kept import ASSESSMENTS, FIGURES, carried, earlier
from pbr.publish.publishing import everything, told
from pbr.publish.reading import read
from pbr.publish.totals import in_all
from tests.contracts.catalogue import ROOT, assessed
from tests.golden import assert_golden
from tests.publish.portfolio import portfolio

DONCASTER = "contracts/justice/hmp-doncaster"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("publish") / "assessment"
    assessed(DONCASTER, out)
    return out


def test_a_contract_is_published_again_to_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    sites = [tmp_path / "one", tmp_path / "two"]
    for site in sites:
        run = CliRunner().invoke(cli, ["publish", str(folder), "--out", str(site)])
        assert run.exit_code == 0, run.output
        assert "payment lines with sum, result and reason shown" in run.output and f"Open {site / 'index.html'}" in run.output
    first, second = ({path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()} for site in sites)
    assert first == second
    again = CliRunner().invoke(cli, ["publish", str(folder), "--out", str(tmp_path / "three"), "--previous", str(sites[0]), "--json"])
    assert again.exit_code == 0, again.output
    said = json.loads(again.output)
    assert said["unchecked"] == [] and said["percent_of_sums_shown"] == {"GBP": 100}
    assert 100 * said["lines"]["shown"] >= 80 * said["lines"]["all"]
    page = (sites[0] / "contracts/hmp-doncaster/2015-06-30/index.html").read_text(encoding="utf-8")
    assert '<data value="-1660000.00">-£1,660,000.00</data>' in page
    assert sum(len(first[Path(name)]) for name in ("index.html", "style.css")) < 100_000


def test_a_site_is_not_written_over_another(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    run = CliRunner().invoke(cli, ["publish", str(folder), "--out", str(tmp_path / "site")])
    assert run.exit_code == 1 and "PBR601" in run.output and list((tmp_path / "site").iterdir()) == []


def carry(folder: Path) -> None:
    for name, data in carried(*portfolio()):
        (folder / name).write_bytes(data)


def test_the_list_of_figures_comes_back_as_it_was(tmp_path: Path) -> None:
    site, released = portfolio()
    carry(tmp_path)
    back = earlier(RealFiles(), tmp_path, site, Table(), 1)
    assert back.released.figures == released.figures
    assert back.same == {cell for cell in released.figures if "/20" in cell and "/series/" not in cell}
    changed = replace(site, contracts=tuple(replace(one, assessments=one.assessments[1:]) for one in site.contracts))
    assert not any(cell.startswith("northmoor/2015-06-30") for cell in earlier(RealFiles(), tmp_path, changed, Table(), 1).same)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("other-version", b'{"format": "pbr-figures/9", "figures": []}'),
        ("cut-off", b'{"format": "pbr-figures/1", "figures": ['),
        ("not-figures", b'{"format": "pbr-figures/1", "figures": [{"cell": 1}]}'),
    ],
)
def test_what_is_said_of_a_list_that_cannot_be_read(name: str, data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        from_json(data, "site-2014/figures.json")
    assert_golden(f"{refused.value}\n", Path(__file__).parent / "golden" / f"earlier-{name}.txt")


HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> & אבג '


@pytest.mark.parametrize("title", [HOSTILE, HOSTILE * 200])
def test_a_title_of_a_contract_is_text_wherever_it_stands(title: str, tmp_path: Path) -> None:
    source = (ROOT / DONCASTER / "contract.yaml").read_text(encoding="utf-8")
    (tmp_path / "contract.yaml").write_text(
        source.replace("title: HMP Doncaster payment by results pilot", f"title: '{title}'"), encoding="utf-8"
    )
    data = {name: ROOT / DONCASTER / "submission" / f"{name}.csv" for name in ("releases", "offences")}
    pbr.assess(tmp_path / "contract.yaml", data, "2015-06-30", tmp_path / "assessment")
    run = CliRunner().invoke(cli, ["publish", str(tmp_path / "assessment"), "--out", str(tmp_path / "site")])
    assert run.exit_code == 0, run.output
    pages = {path: path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.html")}
    assert len(pages) > 5 and any("&lt;script&gt;alert(" in page for page in pages.values())
    for page in pages.values():
        assert "<script>alert" not in page and "<img src=x" not in page
    assert max(len(part) for path in (tmp_path / "site").rglob("*") for part in [path.name]) < 100


def test_what_is_said_of_a_folder_that_is_no_site() -> None:
    with pytest.raises(Refused) as refused:
        earlier(RealFiles(), Path("earlier-site"), portfolio()[0], Table(), 1)
    assert_golden(f"{refused.value}\n", Path(__file__).parent / "golden" / "no-earlier-site.txt")


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        (ASSESSMENTS, "", "PBR686"),
        (ASSESSMENTS, "[1]", "PBR686"),
        (ASSESSMENTS, None, "PBR686"),
        (FIGURES, None, "PBR686"),
        (FIGURES, "{}", "PBR667"),
    ],
)
def test_an_earlier_site_that_cannot_be_read_is_refused(tmp_path: Path, name: str, text: str | None, code: str) -> None:
    carry(tmp_path)
    (tmp_path / name).unlink()
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        earlier(RealFiles(), tmp_path, portfolio()[0], Table(), 1)
    assert refused.value.problems[0].code == code


def test_lines_that_are_told_whole_are_counted() -> None:
    site, released = portfolio()
    lines = sum(len(payment.lines) for contract in site.contracts for one in contract.assessments for payment in one.payments)
    assert told(site, released) == (lines, lines - 3)  # Evesham, in each of three quarters


def test_every_file_of_a_site_has_its_place() -> None:
    names = [name for name, _ in everything(*portfolio())]
    assert names[0] == "index.html" and FIGURES in names and len(names) == len(set(names))


def test_what_all_contracts_come_to_is_the_sum_of_what_is_shown() -> None:
    site, released = portfolio()
    first, second = (contract.assessments[0].paid.cell for contract in site.contracts)
    summed, figures = in_all(site, released)
    assert [figures.figures[slot.cell].text for slot in summed.paid] == ["-£760,000.00"] == [figures.figures["paid"].text]
    hidden = replace(released.figures[second], how="withheld", text="[c]", value=None)
    assert in_all(site, replace(released, figures={**released.figures, second: hidden}))[0].paid == ()
    none = replace(released.figures[second], kind="term", text="[z]", value=None)
    assert [slot.cell for slot in in_all(site, replace(released, figures={**released.figures, second: none}))[0].paid] == [first]


def test_what_an_earlier_site_gives_away_is_told_to_whoever_publishes(folder: Path, tmp_path: Path) -> None:
    site, table = read([folder])
    careless = tmp_path / "careless"
    careless.mkdir()
    for name, data in carried(site, release(table, Rule(1, 1))):
        (careless / name).write_bytes(data)
    before = ["--previous", str(careless)]
    run = CliRunner().invoke(cli, ["publish", str(folder), "--out", str(tmp_path / "site"), *before, "--json"])
    assert run.exit_code == 0, run.output
    gone = json.loads(run.output)["given_away_earlier"]
    assert "rows of releases: unused" in gone
    run = CliRunner().invoke(cli, ["publish", str(folder), "--out", str(tmp_path / "again"), *before])
    assert f"given away by what was published earlier, and nothing withheld now can help: {gone[0]}" in run.output
    run = CliRunner().invoke(cli, ["disclosure", "explain", str(folder), *before])
    assert run.exit_code == 0 and f"nothing withheld now can help: {gone[0]}" in run.output
    run = CliRunner().invoke(cli, ["disclosure", "explain", str(folder), *before, "--json"])
    assert json.loads(run.output)["given_away_earlier"] == gone and json.loads(run.output)["could_be_guessed"] == []
    run = CliRunner().invoke(cli, ["disclosure", "explain", str(folder), "--json"])
    assert json.loads(run.output)["given_away_earlier"] == []
