"""Every byte of a site: each number in it is on the list, or a word of the contract, or belongs to the form. And leaks that are planted are found."""

from __future__ import annotations

import base64
import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pbr.disclosure.release import release
from pbr.disclosure.released import Released
from pbr.platform.files import RealFiles
from pbr.publish.check.carried import carried
from pbr.publish.data.ocds.naming import Naming
from pbr.publish.publishing import everything
from pbr.publish.reading import read
from pbr.publish.site import Site
from pbr.publish.writing import write_site
from tests.contracts.catalogue import assessed
from tests.publish import test_exact_means
from tests.publish.families import assess
from tests.publish.numbers import stray_numbers
from tests.publish.portfolio import hostile, portfolio

SAMPLE = Path(__file__).parents[1] / "samples" / "pbr-log-1" / "log-12"
PAGE = "contracts/northmoor/2015-06-30/index.html"
OVER_TIME = "contracts/riverside-homes/over-time.html"
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The made-up portfolio, as it lies on the disk."""
    target = tmp_path_factory.mktemp("numbers") / "site"
    write_site(RealFiles(), target, everything(*portfolio()))
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in sorted(target.rglob("*")) if path.is_file()}


def test_every_number_of_the_made_up_portfolio_is_known(made: Files) -> None:
    assert stray_numbers(made, *portfolio()) == []


def test_hostile_titles_bring_no_number_that_is_not_theirs() -> None:
    assert stray_numbers(dict(everything(*hostile())), *hostile()) == []


def test_what_only_the_publisher_knows_is_known_too() -> None:
    parties = {"Harbour Trust": "GB-COH-00000001"}
    naming = Naming("ocds-a1b2c3", "https://open2.example.org/4/", "Council 9", "2024-11-01", "https://licences.example/4.0", parties)
    files = dict(everything(*portfolio(), naming))
    words = (
        "ocds-a1b2c3",
        "https://open2.example.org/4/",
        "Council 9",
        "2024-11-01",
        "https://licences.example/4.0",
        "GB-COH-00000001",
        "00000001",
    )
    assert stray_numbers(files, *portfolio(), words) == []
    assert stray_numbers(files, *portfolio()) != []


def test_a_target_that_is_a_whole_number_is_known_and_another_is_not(tmp_path: Path) -> None:
    text = test_exact_means.CONTRACT.replace("m >= 200", "m >= 5").replace("mean of days over people, if_none: 0", "count of people")
    site, table = read([assess(tmp_path / "a", text, test_exact_means.short(60))])
    released = release(table)
    files = dict(everything(site, released))
    (path,) = (path for path in files if path.endswith("ocds.json"))
    target = re.compile(rb'"measure": 5(?=[,\n])')
    assert len(target.findall(files[path])) == 1
    assert stray_numbers(files, site, released) == []
    planted = {**files, path: target.sub(b'"measure": 6', files[path])}
    assert [one.text for one in stray_numbers(planted, site, released)] == ["6"]


def test_the_log_that_a_site_carries_is_read_too() -> None:
    log = carried(SAMPLE, RealFiles(), Site("Nothing", (), "pbr"))
    site, released = portfolio()
    site = replace(site, log=log.origin)
    files = dict(everything(site, released, log=log))
    assert stray_numbers(files, site, released) == []
    bundle = next(path for path in files if path.startswith("log/tile/entries/"))
    entry = json.dumps({"payload": base64.b64encode(b'{"paid": 1660000}').decode(), "payloadType": "x", "signatures": []}).encode()
    for path, data in (
        (bundle, len(entry).to_bytes(2, "big") + entry),
        ("check/log.js", files["check/log.js"] + b"// 4"),
        ("check/run.js", files["check/run.js"] + b"// 4"),
        ("log/4-people", b""),
        ("log/checkpoint", files["log/checkpoint"] + b"4 people\n"),
        ("log/cosigned/4", files["log/cosigned/4"].replace(b"\n4\n", b"\n5\n", 1)),
    ):
        assert path in {one.where for one in stray_numbers({**files, path: data}, site, released)}, path


@pytest.fixture(scope="module")
def doncaster(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Released]:
    out = Path(tmp_path_factory.mktemp("numbers")) / "doncaster"
    assessed("contracts/justice/hmp-doncaster", out)
    site, table = read([out])
    return site, release(table)


def test_every_number_of_a_real_contract_is_known(doncaster: tuple[Site, Released]) -> None:
    assert stray_numbers(dict(everything(*doncaster)), *doncaster) == []


def test_a_true_value_of_a_real_contract_is_found(doncaster: tuple[Site, Released]) -> None:
    """1,443 people were released and 789 convicted: what is published is 1,445 and 790."""
    files = dict(everything(*doncaster))
    path = "contracts/hmp-doncaster/2015-06-30/index.html"
    assert b">1,445<" in files[path] and b"1,443" not in b"".join(files.values())
    files[path] = files[path].replace(b'<data value="1445">1,445</data>', b'<data value="1443">1,443</data>')
    assert [one.text for one in stray_numbers(files, *doncaster)] == ["1,443 value=1443"]


def _swap(path: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    def planted(files: Files) -> None:
        assert old in files[path], old
        files[path] = files[path].replace(old, new, 1)

    return planted


def _rename(old: str, new: str) -> Callable[[Files], None]:
    def planted(files: Files) -> None:
        files[new] = files.pop(old)

    return planted


def _add(path: str, data: bytes) -> Callable[[Files], None]:
    def planted(files: Files) -> None:
        files[path] = data

    return planted


# By where it is planted: how, and the file in which it is found. The number is 4, or another that nobody published.
LEAKS = {
    "a page's title": (_swap(PAGE, b"</title>", b", 4 people</title>"), PAGE),
    "a chart's label": (_swap(OVER_TIME, b">65.5%</text>", b">65.4%</text>"), OVER_TIME),
    "a chart's description": (_swap(OVER_TIME, b"</desc>", b" 4 of them.</desc>"), OVER_TIME),
    "the length of a bar": (_swap(OVER_TIME, b'height="16" class="bar"', b'height="14" class="bar"'), OVER_TIME),
    "an attribute in a chart": (
        _swap(OVER_TIME, b'class="end quiet">99.8%', b'data-n="4" class="end quiet">99.8%'),
        OVER_TIME,
    ),
    "a cell of a CSV": (_swap("data/rows.csv", b"unused,[z],[c]", b"unused,[z],4"), "data/rows.csv"),
    "a word of a CSV": (_swap("data/lines.csv", b",kept,", b",kept (4),"), "data/lines.csv"),
    "the list itself": (_swap("data/cells.csv", b"count,[c],[c]", b"count,[c],4"), "data/cells.csv"),
    "an attribute": (_swap(PAGE, b"<main", b'<main data-count="4"'), PAGE),
    "the value beside a figure": (_swap(PAGE, b'<data value="1445">', b'<data value="1443">'), PAGE),
    "a figure": (_swap("contracts/northmoor/2015-06-30/data-quality.html", b">2,985<", b">2,981<"), "contracts/northmoor/2015-06-30/data-quality.html"),
    "a cell of a table": (_swap("contracts/northmoor/2015-06-30/data-quality.html", b"<td", b"<td>3</td><td"), "contracts/northmoor/2015-06-30/data-quality.html"),
    "the name of a file": (_rename(PAGE, "contracts/northmoor/2015-06-30/4-people.html"), "contracts/northmoor/2015-06-30/4-people.html"),
    "an amount in OCDS": (_swap("data/ocds.json", b'"amount": 1660000.00', b'"amount": 1660004.00'), "data/ocds.json"),
    "a measure in OCDS": (_swap("data/ocds.json", b'"measure": 0.033', b'"measure": 0.0331'), "data/ocds.json"),
    "a field of OCDS": (_swap("data/ocds.json", b'"type": "payment",', b'"type": "payment", "events": 4,'), "data/ocds.json"),
    "a sentence in OCDS": (_swap("data/ocds.json", b"Because reconvictions", b"Because 4 reconvictions"), "data/ocds.json"),
    "a figure in JSON": (_swap("data/site.json", b'"text": "1,445"', b'"text": "1,443"'), "data/site.json"),
    "a number in JSON": (_swap("data/site.json", b'"figures_shown"', b'"people": 4, "figures_shown"'), "data/site.json"),
    "a name that stands twice in JSON": (_swap("data/site.json", b'"format"', b'"format": 4, "format"'), "data/site.json"),
    "the list in JSON": (_swap("figures.json", b'"1,445"', b'"1,443"'), "figures.json"),
    "the style": (_swap("style.css", b"}", b"} /* 4 */"), "style.css"),
    "a comment": (_swap(PAGE, b"</body>", b"<!-- 4 -->\n</body>"), PAGE),
    "a script": (_swap(PAGE, b"</body>", b"<script>4</script></body>"), PAGE),
    "the metadata of a CSV": (_swap("data/rows.csv-metadata.json", b"How many rows.", b"How many rows: 4."), "data/rows.csv-metadata.json"),
    "the contract": (_swap("contracts/northmoor/contract.yaml", b"\n", b" # 4 people\n"), "contracts/northmoor/contract.yaml"),
    "a file of another kind": (_add("notes.txt", b"4"), "notes.txt"),
}  # fmt: skip


@pytest.mark.parametrize("where", LEAKS)
def test_a_leak_that_is_planted_is_found(made: Files, where: str) -> None:
    plant, path = LEAKS[where]
    files = dict(made)
    plant(files)
    found = {one.where.split(" ")[0] for one in stray_numbers(files, *portfolio())}
    assert path in found, where


def test_a_digit_that_is_changed_anywhere_is_found(made: Files) -> None:
    """Any digit of any file: 150 places, drawn the same each time. What is not found must have become another number of the list, which happens seldom."""
    draw = random.Random(6)
    places = [(path, one.start()) for path, data in made.items() for one in re.finditer(rb"(?<!<h)(?<!</h)\d", data)]  # h1 is no number
    needed = ("data/cells.csv", "data/cells.csv-metadata.json")
    missed = []
    for path, at in draw.sample(places, 150):
        data = made[path]
        other = str((int(data[at : at + 1]) + draw.randint(1, 9)) % 10).encode()
        files = {name: made[name] for name in (path, f"{path}-metadata.json", *needed) if name in made}
        files[path] = data[:at] + other + data[at + 1 :]
        try:
            found = bool(stray_numbers(files, *portfolio()))
        except ValueError:  # no JSON any more
            found = True
        if not found:
            missed.append(f"{path}: {data[max(0, at - 40) : at].decode(errors='replace')!r} {other!r}")
    assert len(missed) <= 3, missed
