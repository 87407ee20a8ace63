"""Contracts are read and decided one by one, in one process or in several: the site has the same bytes, and what is shown is what all of them together would show."""

from __future__ import annotations

from pathlib import Path

import pytest

import pbr
from pbr.audit.logged.recording import Recorder
from pbr.disclosure.release import release
from pbr.platform.files import RealFiles
from pbr.publish import publishing
from pbr.publish.by_contract import read_and_decide, side_by_side, size_of, together
from pbr.publish.publishing import publish
from pbr.publish.reading import by_contract, read
from tests.audit.logged_case import adopted, assess_it, book
from tests.contracts.catalogue import ROOT

CONTRACTS = {"environment/amazon-fund": "2010-07-31", "employment/restart-scheme": "2024-06-30"}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    home = tmp_path_factory.mktemp("apart")
    for name, day in CONTRACTS.items():
        own = ROOT / "contracts" / name
        pbr.assess(own, {path.stem: path for path in sorted((own / "submission").glob("*.csv"))}, day, home / own.name)
    return sorted(home.iterdir())


def test_in_two_processes_the_bytes_are_the_same(folders: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "ENOUGH", 2)
    one = publish(RealFiles(), folders, tmp_path / "one", title="A", processes=1)
    two = publish(RealFiles(), folders, tmp_path / "two", title="A", processes=2)
    assert one.files == two.files and one.to_json() | {"out": "", "open": ""} == two.to_json() | {"out": "", "open": ""}
    assert all((tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes() for path in one.files)
    assert len({(tmp_path / name).stat().st_mode for name in ("one", "two", "one/contracts", "two/contracts")}) == 1


def test_a_site_that_carries_a_log_has_the_same_bytes_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    adopted()
    assess_it("assessment", recorder=Recorder(book(), "analyst"))
    monkeypatch.setattr(publishing, "ENOUGH", 1)
    one, two = (
        publish(RealFiles(), [tmp_path / "assessment"], tmp_path / str(number), title="A", log=tmp_path / "log", processes=number)
        for number in (1, 2)
    )
    assert one.files == two.files and any(path.startswith("log/") for path in one.files)
    assert all((tmp_path / "1" / path).read_bytes() == (tmp_path / "2" / path).read_bytes() for path in one.files)


class Full(RealFiles):
    """A disk that has no room for the terms of a contract."""

    def write(self, path: Path, data: bytes, *, private: bool = False, new: bool = False) -> None:
        if path.name == "terms.html":
            raise OSError(28, "No space left on device", str(path))
        super().write(path, data, private=private, new=new)


@pytest.mark.parametrize("processes", [1, 2])
def test_what_another_process_cannot_write_leaves_no_site(
    folders: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    monkeypatch.setattr(publishing, "ENOUGH", 2)
    with pytest.raises(OSError, match="No space left"):
        publish(Full(), folders, tmp_path / "site", title="A", processes=processes)
    assert list(tmp_path.iterdir()) == []


def test_the_largest_are_begun_first_and_given_back_in_their_order(folders: list[Path]) -> None:
    each = by_contract(folders, None, None, False)[0]
    assert [size_of(one) for one in each] == [sum((seen.folder / "plan.json").stat().st_size for seen, _, _ in one.each) for one in each]
    assert list(side_by_side(abs, [1, -3, 2], 2, abs)) == [1, 3, 2]


def test_it_shows_what_all_together_would_show(folders: list[Path]) -> None:
    apart = together([read_and_decide(one) for one in by_contract(folders, None, None, False)[0]])
    whole = release(read(folders)[1])
    assert apart == whole and list(apart.figures) == list(whole.figures)


def test_an_earlier_site_is_put_together_with_each_contract(folders: list[Path], tmp_path: Path) -> None:
    publish(RealFiles(), folders, tmp_path / "first", title="A")
    again = publish(RealFiles(), folders, tmp_path / "again", title="A", previous=[tmp_path / "first"])
    assert not any("not among those published" in sentence for sentence in again.unchecked)
    less = publish(RealFiles(), folders[:1], tmp_path / "less", title="A", previous=[tmp_path / "first"])
    assert any("not among those published" in sentence for sentence in less.unchecked)
