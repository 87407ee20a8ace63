"""Digests are not salted: of few people, whoever knows all rows but one can try what is in that one. No byte of a site of few people holds such a digest, whole or in part; and a site is measured against an earlier one without them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pbr.audit.logged.recording import Recorder
from pbr.disclosure.release import release
from pbr.log.tiles import read_path, split_entries
from pbr.platform.files import RealFiles
from pbr.publish.kept import ASSESSMENTS, carried, earlier
from pbr.publish.publishing import everything, publish
from pbr.publish.reading import read
from tests.audit.logged_case import adopted, assess_it, book
from tests.audit.tiny import TINY
from tests.contracts.catalogue import assessed
from tests.publish.numbers import stray_numbers

SHA = re.compile(rb"[0-9a-f]{64}")
PUBLIC = ("contract/", "plan.json", "run.json")  # what follows from the contract alone, and what nobody can guess
Files = Mapping[str, bytes]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A log; ``a``, which is in it; and ``b``, of the same day, with other rows."""
    home = tmp_path_factory.mktemp("digests")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        adopted()
        assess_it("a", recorder=Recorder(book(), "analyst"))
        rows = (TINY / "jobs.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        Path("jobs.csv").write_text("".join(rows[:-1]), encoding="utf-8")
        assess_it("b", jobs="jobs.csv")
        yield home


def guessable(folder: Path) -> set[str]:
    """Every digest that follows from the rows: of each file, and each that stands in one of them."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    public = {hashlib.sha256(data).hexdigest() for name, data in files.items() if name.startswith(PUBLIC)}
    public |= {found.decode() for name in ("plan.json", "contract/contract.yaml") for found in SHA.findall(files[name])}
    public.add(json.loads(files["manifest.json"])["plan"]["sha256"])
    private = {name: data for name, data in files.items() if not name.startswith(PUBLIC)}
    return {
        *(hashlib.sha256(data).hexdigest() for data in private.values()),
        *(found.decode() for data in private.values() for found in SHA.findall(data)),
    } - public


def found_in(site: Files, digests: set[str]) -> set[str]:
    """The files that hold one of the digests: whole or the beginning of it, in hex, base64 or as bytes, in their name or in what they say."""
    signs: set[bytes] = set()
    for one in digests:
        signs |= {one[:8].encode(), one[:8].upper().encode(), bytes.fromhex(one), base64.b64encode(bytes.fromhex(one))[:-2]}
    every = re.compile(b"|".join(re.escape(sign) for sign in sorted(signs)))
    return {name for name, data in site.items() if any(every.search(part) for part in (name.encode(), data, *_said(name, data)))}


def _said(name: str, data: bytes) -> Iterator[bytes]:
    """What the entries of a log say, which stands there in base64."""
    tile = read_path(name.removeprefix("log/")) if name.startswith("log/") else None
    if tile is not None and tile.is_bundle:
        for entry in split_entries(data)[0]:
            yield base64.b64decode(json.loads(entry)["payload"])


def published(home: Path, out: Path, *names: str, log: bool = False) -> dict[str, bytes]:
    publish(
        RealFiles(),
        [home / name for name in names],
        out,
        title="Few",
        log=home / "log" if log else None,
        private=home / "log.private" if log else None,
    )
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


@pytest.mark.parametrize("log", [False, True])
def test_no_byte_of_a_small_site_is_of_a_digest_that_could_be_guessed(folders: Path, tmp_path: Path, log: bool) -> None:
    names = ["a"] if log else ["a", "b"]
    site = published(folders, tmp_path / "site", *names, log=log)
    digests = {one for name in names for one in guessable(folders / name)}
    assert len(digests) > 8 and any(name.startswith("log/tile/entries/") for name in site) == log
    assert found_in(site, digests) == set()
    root = next(name.rpartition("/")[0] for name in site if name.endswith("/worked-out.html"))
    for page in ("check.html", f"{root}/check.html", f"{root}/worked-out.html"):
        text = site[page].decode()
        assert "its digest is not shown" in text and ("The log holds a salted one" in text) == log, page
    # planted, each in another place and another way: all are found
    one = sorted(digests)[0]
    entry = json.dumps({"payload": base64.b64encode(json.dumps({"of": one}).encode()).decode()}).encode()
    planted = {
        f"contracts/tiny-jobs/undated-{one[:8]}/index.html": b"",
        "whole.json": one.encode(),
        "bytes": bytes.fromhex(one),
        "base64": base64.b64encode(bytes.fromhex(one)),
        "log/tile/entries/000.p/1": len(entry).to_bytes(2, "big") + entry,
    }
    assert found_in({**site, **planted}, digests) == set(planted)


def test_two_of_a_day_are_counted_and_the_first_stays_where_it_was(folders: Path) -> None:
    """They were worked out at one time here, so that the names of their folders decide."""
    alone = [one.slug for one in read([folders / "a"])[0].contracts[0].assessments]
    both = [one.slug for one in read([folders / "b", folders / "a"])[0].contracts[0].assessments]
    assert (alone, both) == (["2022-06-30"], ["2022-06-30-2", "2022-06-30"])
    started = [json.loads((folders / name / "run.json").read_bytes())["started"] for name in "ab"]
    assert started[0] == started[1]
    assert strange(folders / "a") == strange(folders / "b", folders / "a") == {"(2)", "(4)", "(5)", "4", "5"}  # its clauses


def strange(*names: Path) -> set[str]:
    site, table = read(names)
    released = release(table)
    return {one.text for one in stray_numbers(dict(everything(site, released)), site, released)}


def test_an_earlier_site_without_digests_is_known_by_its_figures(folders: Path, tmp_path: Path) -> None:
    published(folders, tmp_path / "first", "a")
    assert json.loads((tmp_path / "first" / ASSESSMENTS).read_bytes()) == {"tiny-jobs/2022-06-30": None}

    def known(*names: str) -> set[str]:
        site, table = read([folders / name for name in names])
        return {
            cell.rpartition("tiny-jobs/")[2].partition("/")[0] for cell in earlier(RealFiles(), tmp_path / "first", site, table, 1).same
        }

    assert known("a") == known("a", "b") == {"2022-06-30"}
    assert known("b") == set()  # at the same address, and it gives other figures
    (tmp_path / "first" / ASSESSMENTS).write_text(json.dumps({"tiny-jobs/2022-06-30": "0" * 64}), encoding="utf-8")  # as sites did before
    assert known("a") == {"2022-06-30"} and known("b") == set()
    again = publish(RealFiles(), [folders / "a"], tmp_path / "again", title="Few", previous=[tmp_path / "first"])
    other = publish(RealFiles(), [folders / "b"], tmp_path / "other", title="Few", previous=[tmp_path / "first"])
    assert not any("earlier site" in one for one in again.unchecked)
    assert any(one.startswith("Some figures of the earlier site are of assessments that are not among") for one in other.unchecked)


def test_an_earlier_site_that_names_a_digest_is_known_by_it_wherever_it_lay(tmp_path: Path) -> None:
    """As sites did before: of two of a day, each with the beginning of its digest in its address; of few people too."""
    out = tmp_path / "doncaster"
    assessed("contracts/justice/hmp-doncaster", out)
    site, table = read([out])
    (one,) = site.contracts[0].assessments
    assert one.digest == hashlib.sha256((out / "manifest.json").read_bytes()).hexdigest()
    before = tmp_path / "before"
    before.mkdir()
    figures = release(table)
    (_, named), (name, listed) = carried(site, figures)
    old = f"{one.slug}-{one.digest[:8]}"
    (before / ASSESSMENTS).write_bytes(named.replace(one.slug.encode(), old.encode()))
    (before / name).write_bytes(listed.replace(f"/{one.slug}/".encode(), f"/{old}/".encode()))
    back = earlier(RealFiles(), before, site, table, 1)
    assert back.released.figures == figures.figures and len(back.same) == len(figures.figures)
    (before / ASSESSMENTS).write_bytes(named.replace(one.digest[:6].encode(), b"000000"))
    (before / name).write_bytes(listed)
    assert earlier(RealFiles(), before, site, table, 1).same == set()  # another digest is another assessment, whatever it shows
