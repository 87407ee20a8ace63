"""Evidence packs: one is made, checked and taken apart again; whatever is changed in it is found where it was changed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pbr.audit.bag import PACK
from pbr.audit.canonical import canonical, readable
from pbr.audit.pack import pack
from pbr.audit.pack_check import check_pack
from pbr.audit.unpack import unpack
from pbr.platform.clock import FixedClock
from pbr.platform.files import RealFiles
from pbr.problem import Refused
from tests.audit.quarters_case import JUNE, settle
from tests.audit.tiny import FailingFiles, bytes_of
from tests.golden import assert_golden

SAMPLE = Path(__file__).parents[1] / "samples" / "pbr-trail-1"
CLOCK = FixedClock(datetime(2015, 7, 2, 9, 0, tzinfo=UTC))
Found = list[tuple[str, str | None, str | None]]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("packs") / "pack"
    pack(SAMPLE, out, clock=CLOCK)
    return out


@pytest.fixture
def copy(packed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(packed, tmp_path / "pack"))


def found(folder: Path) -> Found:
    return [(one.kind, one.file, one.key) for one in check_pack(folder, RealFiles()).findings]


def reseal(folder: Path) -> None:
    """All manifests as they would be for what the folder now holds: an adversary makes them so."""
    for tag in ("", "tag"):
        for name in PACK.algorithms:
            paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
            names = [path.relative_to(folder).as_posix() for path in paths]
            wanted = [one for one in names if (one.startswith("data/") if not tag else "/" not in one and not one.startswith("tag"))]
            lines = [f"{hashlib.new(name, (folder / one).read_bytes()).hexdigest()}  {one}\n" for one in wanted]
            (folder / f"{tag}manifest-{name}.txt").write_text("".join(lines))


def reseal_run(folder: Path) -> None:
    home = folder / "data" / "assessment"
    run = json.loads((home / "run.json").read_bytes())
    run["files"] = {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for name, data in bytes_of(home).items() if name != "run.json"
    }
    (home / "run.json").write_bytes(readable(run))


def test_a_pack_is_checked_and_gives_the_folder_again(packed: Path, tmp_path: Path) -> None:
    checked = check_pack(packed, RealFiles())
    assert (checked.verdict, checked.findings) == ("internally consistent", ())
    unpack(packed, tmp_path / "again")
    assert bytes_of(tmp_path / "again") == bytes_of(SAMPLE)


def test_the_same_assessment_gives_the_same_pack(packed: Path, tmp_path: Path) -> None:
    pack(SAMPLE, tmp_path / "pack", clock=CLOCK)
    assert bytes_of(tmp_path / "pack") == bytes_of(packed)


def test_a_pack_of_what_is_due(tmp_path: Path) -> None:
    first = settle(tmp_path / "q1", "2023-06-30", JUNE, first=True)
    settle(tmp_path / "q2", "2023-09-30", JUNE[:2], previous=first.folder)
    pack(tmp_path / "q2", tmp_path / "pack", clock=CLOCK)
    assert found(tmp_path / "pack") == []
    assert (tmp_path / "pack/data/text/due.txt").read_text().startswith('["entry","payment"')
    assert "pbr verify . --previous BEFORE\n" in (tmp_path / "pack/data/README.txt").read_text()


def test_the_readme_shows_the_way_with_a_line_of_this_pack(packed: Path) -> None:
    text = (packed / "data/README.txt").read_text()
    assert "Line 1 of data/text/payments.txt is fee_at_risk[2011/12], -£1,660,000.00." in text
    contract = (packed / "data/assessment/contract/contract.yaml").read_text().splitlines()
    assert "contract.yaml, line 96" in " ".join(text.split()) and contract[95].strip() == "fee_at_risk:"
    assert "pbr explain data/assessment fee_at_risk 2011/12" in text
    name = hashlib.sha256((packed / "data/assessment/manifest.json").read_bytes()).hexdigest()
    assert name in text
    assert_golden(text.replace(name, "<SHA-256>"), Path(__file__).parent / "pack_words" / "README-without-a-log.txt")


def flip(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        data = bytearray((folder / name).read_bytes())
        data[len(data) // 2] ^= 1
        (folder / name).write_bytes(data)

    return change


def written(name: str, data: bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)

    return change


def edited(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1))

    return change


def linked(folder: Path) -> None:
    (folder / "data/README.txt").unlink()
    (folder / "data/README.txt").symlink_to(SAMPLE / "statement.txt")


INPUTS = "data/assessment/inputs/releases.csv"
CHANGES: list[tuple[Callable[[Path], Any], Found]] = [
    (flip(INPUTS), [("file", INPUTS, None), ("assessment", INPUTS, None)]),
    (flip("bag-info.txt"), [("file", "bag-info.txt", None)]),
    (written("data/text/payments.txt", b""), [("file", "data/text/payments.txt", None), ("table", "data/text/payments.txt", None)]),
    (lambda folder: (folder / INPUTS).unlink(), [("file", INPUTS, None), ("assessment", INPUTS, None), ("assessment", "data/assessment/run.json", None)]),
    (written("data/more.txt", b"x"), [("file", "data/more.txt", None)]),
    (written("more.txt", b"x"), [("file", "more.txt", None)]),
    (written("fetch.txt", b"https://x 1 data/y\n"), [("file", "fetch.txt", None)]),
    (lambda folder: (folder / "data/none").mkdir(), [("file", "data/none", None)]),
    (linked, [("file", "data/README.txt", None)]),
    (written("bagit.txt", b"\xef\xbb\xbfBagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"), [("bag", "bagit.txt", None), ("file", "bagit.txt", None)]),
    (edited("tagmanifest-sha512.txt", "  bagit.txt", " bagit.txt"), [("bag", "tagmanifest-sha512.txt", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_a_change_is_found_where_it_was_made(copy: Path, change: Callable[[Path], None], expected: Found, tmp_path: Path) -> None:
    change(copy)
    assert found(copy) == expected
    with pytest.raises(Refused) as caught:
        unpack(copy, tmp_path / "out")
    assert caught.value.problems[0].code == "PBR654" and not (tmp_path / "out").exists()


RESEALED: list[tuple[Callable[[Path], Any], Found]] = [
    (written("data/pack.json", b"{}"), [("pack", "data/pack.json", None)]),
    (written("data/pack.json", canonical({"format": "pbr-pack/1", "redacted": False, "log": True, "receipts": []})), [("pack", "data/pack.json", None)]),
    (written("data/receipts/3.tlog-proof", b"x"), [("pack", "data/pack.json", None), ("receipt", "data/receipts/3.tlog-proof", None)]),
    (written("data/log/checkpoint", b"x"), [("pack", "data/pack.json", None), ("checkpoint", "data/log/checkpoint", None)]),
    (written("data/other/x", b"x"), [("file", "data/other/x", None)]),
    (written("data/text/trace/other.txt", b"[]\n"), [("file", "data/text/trace/other.txt", None)]),
    (written("data/assessment/more.txt", b"x"), [("assessment", "data/assessment/more.txt", None), ("assessment", "data/assessment/run.json", None)]),
    (flip(INPUTS), [("assessment", INPUTS, None)]),
    (edited("data/text/payments.txt", "i10:-166000000i10:-166000000", "i10:-166000001i10:-166000000"), [("table", "data/text/payments.txt", None), ("sum", None, "line 1")]),
    (edited("data/assessment/statement.json", '"paid": "-3320000.00"', '"paid": "-3320000.01"'), [("assessment", "data/assessment/statement.json", None), ("sum", None, "totals.paid")]),
    (edited("data/assessment/manifest.json", '{"complete_to"', '{ "complete_to"'), [("assessment", "data/assessment/manifest.json", None)]),
    (written("data/assessment/manifest.json", b"[" * 5000 + b"]" * 5000), [("assessment", "data/assessment/manifest.json", None)]),
    (edited("data/assessment/manifest.json", '"version":"2011.1"', '"version":"\\ud800"'), [("assessment", "data/assessment/manifest.json", None)]),
    (written("data/assessment/manifest.json", b"[]"), [("assessment", "data/assessment/manifest.json", None)]),
    (written("data/text/Payments.txt", b"[]\n"), [("path", "manifest-sha256.txt", None), ("path", "manifest-sha512.txt", None), ("file", "data/text/Payments.txt", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), RESEALED)
def test_so_is_one_whose_bag_was_made_again(copy: Path, change: Callable[[Path], None], expected: Found) -> None:
    change(copy)
    reseal(copy)
    assert found(copy) == expected


def test_a_slipped_in_file_is_found_though_run_json_names_it(copy: Path) -> None:
    (copy / "data/assessment/notes.txt").write_text("approved")
    reseal_run(copy)
    reseal(copy)
    assert found(copy) == [("assessment", "data/assessment/notes.txt", None)]


@pytest.mark.parametrize(
    "path",
    [
        "data/../../x",
        "../x",
        "/etc/passwd",
        "~/x",
        "data/a\\b",
        "data/a:b",
        "data//x",
        "data/./x",
        "data/a%2e",
        "data/con.txt",
        "data/x.",
        "data/é",
        "x",
    ],
)
def test_no_manifest_names_a_path_that_leads_elsewhere(copy: Path, path: str, tmp_path: Path) -> None:
    for name in PACK.algorithms:
        with (copy / f"manifest-{name}.txt").open("a") as file:
            file.write(f"{hashlib.new(name, b'').hexdigest()}  {path}\n")
    kinds = {(kind, file) for kind, file, _ in found(copy)}
    assert {("path", f"manifest-{name}.txt") for name in PACK.algorithms} <= kinds
    with pytest.raises(Refused):
        unpack(copy, tmp_path / "deep" / "er" / "out")
    assert sorted(os.listdir(tmp_path)) == ["pack"]


def test_a_huge_file_is_not_read_whole(copy: Path) -> None:
    for name in ("manifest-sha256.txt", "data/pack.json", "bagit.txt"):
        os.truncate(copy / name, 1 << 32)
    (copy / "manifest-sha512.txt").unlink()
    (copy / "tagmanifest-sha256.txt").unlink()  # no digest of the large ones is asked for
    (copy / "tagmanifest-sha512.txt").unlink()
    assert ("bag", "manifest-sha256.txt", None) in found(copy) and ("pack", "data/pack.json", None) in found(copy)


def test_packing_is_whole_or_absent_at_every_failure(tmp_path: Path) -> None:
    counting = FailingFiles()
    pack(SAMPLE, tmp_path / "counted", files=counting, clock=CLOCK)
    shutil.rmtree(tmp_path / "counted")
    for at in range(1, counting.done, 23):
        with pytest.raises((OSError, Refused)):
            pack(SAMPLE, tmp_path / "out", files=FailingFiles(at), clock=CLOCK)
        assert os.listdir(tmp_path) == [], at


def test_what_is_no_assessment_or_not_whole_is_not_packed(tmp_path: Path) -> None:
    broken = Path(shutil.copytree(SAMPLE, tmp_path / "broken"))
    flip("inputs/releases.csv")(broken)
    (tmp_path / "empty").mkdir()
    for folder, code in ((broken, "PBR651"), (tmp_path / "empty", "PBR650")):
        with pytest.raises(Refused) as caught:
            pack(folder, tmp_path / "out", clock=CLOCK)
        assert caught.value.problems[0].code == code and not (tmp_path / "out").exists()
    with pytest.raises(Refused) as caught:
        unpack(tmp_path / "empty", tmp_path / "out")
    assert caught.value.problems[0].code == "PBR653"
