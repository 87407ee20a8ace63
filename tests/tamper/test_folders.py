"""A little of the campaign on folders and packs, so that it keeps working. ``make tamper`` runs all of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import adversary_folders
import adversary_packs
import adversary_redacted
import pytest
from bases import folder_of, sound_log, write
from judging import Result
from resealing import digest_of_table, seal_manifest
from run_folders import Planted, Readers, Scene, answers_about_folder, answers_about_pack, case, is_wrong, judge, readers

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not here, and one of the verifiers needs it")
FOLDERS = (
    adversary_folders.on_the_disk,
    adversary_folders.consistent,
    adversary_folders.made_up,
    adversary_folders.roll_back_folder_alone,
    adversary_folders.tampered_log,
)
PACKS = tuple(attack for attack, _ in (*adversary_packs.ATTACKS, *adversary_redacted.ATTACKS))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Readers, Scene]]:
    base = tmp_path_factory.mktemp("tamper")
    all_of_them = readers(base)
    yield all_of_them, Scene(base)
    all_of_them.close()


def judged(of: str, planted: Planted, asked: tuple[Readers, Scene]) -> list[str]:
    result = Result()
    everybody, scene = asked
    answers = answers_about_folder(planted, scene, everybody.policy) if of == "folder" else answers_about_pack(planted, scene, everybody)
    judge(0, of, planted, answers, result)
    return result.misses


@pytest.mark.parametrize("number", range(len(FOLDERS)))
def test_what_is_done_to_a_folder_is_found_where_it_was_done(number: int, asked: tuple[Readers, Scene]) -> None:
    assert judged("folder", FOLDERS[number](Random(number), "q1"), asked) == []


@pytest.mark.parametrize("number", range(len(PACKS)))
def test_what_is_done_to_a_pack_is_found_where_it_was_done_by_all_three(number: int, asked: tuple[Readers, Scene]) -> None:
    assert judged("pack", PACKS[number](Random(number + 300), "q1"), asked) == []


def test_untouched_ones_are_verified(asked: tuple[Readers, Scene]) -> None:
    rng = Random(1)
    assert judged("folder", adversary_folders.untouched(rng), asked) == []
    assert judged("pack", adversary_packs.untouched(rng), asked) == []
    assert judged("redacted", adversary_redacted.untouched(rng), asked) == []


def test_the_adversary_takes_the_digests_that_the_program_took() -> None:
    """They are written from the same page by two hands."""
    folder = folder_of("q1")
    assert seal_manifest(folder)["manifest.json"] == folder["manifest.json"]
    assert digest_of_table("payments.parquet", folder["payments.parquet"])["rows"] == 20


def test_a_case_is_the_same_each_time() -> None:
    assert case(7) == case(7)


def test_a_miss_fails_the_campaign() -> None:
    whole = {"tried": 2, "found": 2, "located": 2, "alarms": 0, "disagreed": 0}
    assert not is_wrong("folder: flip a bit of a file", whole)
    assert is_wrong("folder: flip a bit of a file", whole | {"located": 1})
    assert is_wrong("redacted: untouched", {"tried": 1, "found": 0, "located": 0, "alarms": 1, "disagreed": 0})


def test_the_pack_of_the_campaign_has_the_texts_of_the_program(tmp_path: Path) -> None:
    from bases import Tied, sound_pack

    from pbr.audit.pack import pack

    tied: Tied = sound_log()
    write(tmp_path / "q1", folder_of("q1"))
    write(tmp_path / "log", tied.log.files)
    write(tmp_path / "private", tied.private)
    pack(tmp_path / "q1", tmp_path / "pack", log=tmp_path / "log", private=tmp_path / "private")
    made = {path.relative_to(tmp_path / "pack").as_posix(): path.read_bytes() for path in (tmp_path / "pack").rglob("*") if path.is_file()}
    ours = sound_pack("q1")
    same = {path for path in ours if path.startswith(("data/assessment/", "data/text/", "data/log/", "data/receipts/", "data/pack.json"))}
    assert {
        path for path in made if path.startswith(("data/assessment/", "data/text/", "data/log/", "data/receipts/", "data/pack.json"))
    } == same
    assert [path for path in sorted(same) if made[path] != ours[path]] == []
