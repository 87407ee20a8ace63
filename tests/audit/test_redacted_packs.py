"""Redacted packs: nobody is in them, every row is proved, and what is changed, left out or shown falsely is found."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pbr.assessment import assess
from pbr.audit.pack import pack
from pbr.audit.pack_check import check_pack
from pbr.audit.redact import keys_are_open, treatments
from pbr.audit.unpack import unpack
from pbr.plan.build import build
from pbr.platform.files import RealFiles
from pbr.platform.pseudonyms import PseudonymKey, new_pseudonym_key, read_pseudonym_key
from pbr.problem import Refused
from pbr.terms.loading import load_contract
from tests.audit.quarters_case import CONTRACT
from tests.audit.test_packs import CLOCK, reseal

KEY = PseudonymKey("persons", b"k" * 32)
SECRET = bytes(range(32))
PLANTED = ("ALICE-1", "BOB-2", "JOB-ALICE", "Alice Smith", "Bobby", "Carol", "31 of Bob")
PEOPLE = "data/redacted/trace/people.jsonl"
PAYMENTS = "data/redacted/payments.jsonl"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An assessment with names wherever a file can have them: identifiers, text, cells that cannot be read, a column nobody asked for."""
    home = tmp_path_factory.mktemp("redacted")
    text = CONTRACT.read_text().replace(
        "      started_on: {type: date}\n", "      started_on: {type: date}\n      called: {type: text}\n      agency: {type: identifier, identifies: organisation}\n"
    )  # fmt: skip
    (home / "contract.yaml").write_text(text)
    people = [
        "person_id,started_on,called,agency,Carol's notes",
        "ALICE-1,2023-04-10,Alice Smith,north,x",
        "BOB-2,31 of Bob,Bobby,south,Carol",
    ]
    people.append("DORA-3,2023-05-02,Dora,south,")
    (home / "people.csv").write_text("\n".join(people) + "\n")
    (home / "jobs.csv").write_text("job_id,person_id,began_on,checked\nJOB-ALICE,ALICE-1,2023-05-01,yes\nj2,DORA-3,2023-06-01,yes\n")
    assess(home / "contract.yaml", [home / "people.csv", home / "jobs.csv"], "2023-09-30", home / "out", who="Zoe", first=True)
    return home / "out"


@pytest.fixture(scope="module")
def packed(folder: Path) -> Path:
    pack(folder, folder.parent / "pack", pseudonyms=KEY, random=lambda count: SECRET, clock=CLOCK)
    return folder.parent / "pack"


@pytest.fixture
def copy(packed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(packed, tmp_path / "pack"))


def lines(pack: Path, file: str) -> list[Any]:
    return [json.loads(line) for line in (pack / file).read_text().splitlines()]


def shown(pack: Path, file: str) -> dict[str, str]:
    head = lines(pack, file)[0]
    return dict(zip(head["columns"], head["treatment"], strict=True))


def test_nobody_is_in_it(folder: Path, packed: Path) -> None:
    data = {path: path.read_bytes() for path in packed.rglob("*") if path.is_file()}
    whole = b"".join(path.read_bytes() for path in (folder / "inputs").iterdir())
    for name in PLANTED:
        assert name.encode() in whole, name
        for said in (name.encode(), name.encode().hex().encode(), hashlib.sha256(name.encode()).hexdigest().encode()):
            assert [str(path) for path, text in data.items() if said in text] == []
    # nor who assessed it, the name of the result, any secret
    manifest = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    for said in ("Zoe", manifest, KEY.secret.hex(), SECRET.hex()):
        assert not any(said.encode() in text for text in data.values()), said


def test_it_is_checked_and_gives_no_folder(packed: Path, tmp_path: Path) -> None:
    checked = check_pack(packed, RealFiles())
    assert (checked.verdict, checked.findings, checked.redacted) == ("internally consistent", (), True)
    with pytest.raises(Refused) as caught:
        unpack(packed, tmp_path / "out")
    assert caught.value.problems[0].code == "PBR655"


def test_what_is_shown_of_each_column(packed: Path) -> None:
    people = shown(packed, PEOPLE)
    assert {name: people[name] for name in ("person_id", "started_on", "called", "agency", "in_work", "_place")} == {
        "person_id": "pseudonym", "started_on": "open", "called": "withheld", "agency": "open", "in_work": "open", "_place": "open"
    }  # fmt: skip
    payments = shown(packed, PAYMENTS)
    # lines are numbered in the order of their keys: beside a pseudonym the number would say whose it is
    assert (payments["key"], payments["line"], payments["amount"], payments["payment"]) == ("pseudonym", "withheld", "open", "open")
    findings = shown(packed, "data/redacted/findings.jsonl")
    assert findings["VALUE"] == findings["SAYS"] == "withheld" and findings["CODE"] == "open"
    due = shown(packed, "data/redacted/due.jsonl")
    assert (due["key"], due["entry"], due["line"], due["sum"], due["of_assessment"]) == (
        "pseudonym",
        "withheld",
        "withheld",
        "open",
        "withheld",
    )


def test_the_same_person_has_the_same_pseudonym_everywhere(packed: Path) -> None:
    alice = KEY("ALICE-1")
    found = {file: [cell[0] for row in lines(packed, file)[1:] for cell in row if len(cell) == 2] for file in (PEOPLE, PAYMENTS)}
    found["jobs"] = [cell[0] for row in lines(packed, "data/redacted/trace/jobs.jsonl")[1:] for cell in row if len(cell) == 2]
    assert all(alice in cells for cells in found.values())
    assert PseudonymKey("other", b"o" * 32)("ALICE-1") != alice and len(alice) == 32


def test_a_column_of_the_file_that_nobody_asked_for_is_not_named(packed: Path) -> None:
    """Its heading stands in COLUMN_NAME of a finding, which is open only for the contract's own names."""
    rows = lines(packed, "data/redacted/findings.jsonl")[1:]
    assert any(len(row[1]) == 1 for row in rows) and any(row[1][0] == "t10:started_on" for row in rows if len(row[1]) == 2)


def test_keys_of_groups_are_open() -> None:
    plan = build(load_contract(Path(__file__).parents[2] / "contracts/justice/hmp-doncaster"))
    assert keys_are_open(plan)
    assert treatments(plan, "payments.parquet", ["line", "key", "amount", "strange"]) == ["open", "open", "open", "withheld"]


def rewritten(file: str, change: Callable[[list[Any]], Any]) -> Callable[[Path], None]:
    def apply(pack: Path) -> None:
        rows = lines(pack, file)
        change(rows)
        (pack / file).write_text("".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows))

    return apply


def at(name: str) -> int:
    return ["person_id", "started_on", "called", "agency"].index(name)


CHANGES: list[tuple[Callable[[Path], Any], tuple[str, str]]] = [
    (rewritten(PEOPLE, lambda rows: rows[1].__setitem__(at("started_on"), ["d10:2023-04-11", rows[1][at("started_on")][1]])), ("table", PEOPLE)),
    (rewritten(PEOPLE, lambda rows: rows[1][at("started_on")].__setitem__(1, "0" * 64)), ("table", PEOPLE)),
    (rewritten(PEOPLE, lambda rows: rows[1][at("called")].__setitem__(0, "0" * 64)), ("table", PEOPLE)),
    (rewritten(PEOPLE, lambda rows: rows.append(rows.pop(1))), ("table", PEOPLE)),
    (rewritten(PEOPLE, lambda rows: rows.pop()), ("table", PEOPLE)),
    (rewritten(PEOPLE, lambda rows: rows.append(rows[1])), ("table", PEOPLE)),
    (rewritten(PEOPLE, lambda rows: rows[0]["columns"].reverse()), ("table", PEOPLE)),
    (rewritten(PEOPLE, lambda rows: rows[0]["treatment"].__setitem__(0, "open")), ("table", PEOPLE)),
    (rewritten(PEOPLE, lambda rows: rows[1][at("person_id")].__setitem__(0, "Alice")), ("table", PEOPLE)),
    (rewritten(PEOPLE, lambda rows: rows[1].pop()), ("table", PEOPLE)),
    (lambda pack: (pack / PEOPLE).unlink(), ("table", PEOPLE)),
    (lambda pack: (pack / PEOPLE).write_bytes((pack / PEOPLE).read_bytes() + b"[]"), ("table", PEOPLE)),
    (lambda pack: (pack / PEOPLE).write_text((pack / PEOPLE).read_text().replace(",", ", ", 1)), ("table", PEOPLE)),
    (lambda pack: (pack / "data/redacted/more.jsonl").write_text("[]\n"), ("file", "data/redacted/more.jsonl")),
    (lambda pack: (pack / "data/redacted/contract.yaml").write_text("pbr: 1\n"), ("assessment", "data/redacted/contract.yaml")),
    (lambda pack: (pack / "data/redacted/disclosure.json").write_text("{}"), ("assessment", "data/redacted/disclosure.json")),
    (lambda pack: (pack / "data/assessment").mkdir() or (pack / "data/assessment/run.json").write_text("{}"), ("pack", "data/pack.json")),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_a_change_is_found(copy: Path, change: Callable[[Path], Any], expected: tuple[str, str]) -> None:
    change(copy)
    reseal(copy)
    assert [(one.kind, one.file) for one in check_pack(copy, RealFiles()).findings] == [expected]


def test_a_pseudonym_is_the_commissioners_word(copy: Path) -> None:
    """The page says so: no reader can tell, and so nobody is told that it was checked."""
    rewritten(PEOPLE, lambda rows: rows[1][at("person_id")].__setitem__(0, "0" * 32))(copy)
    reseal(copy)
    assert check_pack(copy, RealFiles()).findings == ()


def test_a_key_is_made_once_and_read_only_where_nobody_else_can(tmp_path: Path) -> None:
    files = RealFiles()
    made = new_pseudonym_key(tmp_path, "office/persons", files, lambda count: b"r" * count)
    assert read_pseudonym_key(tmp_path, "office/persons", files) == made and made.secret == b"r" * 32
    assert made.key_id in repr(made.key_id) and "rrrr" not in repr(made)
    path = tmp_path / "office%2Fpersons.pseudonyms"
    assert path.stat().st_mode & 0o777 == 0o600
    refusals: list[tuple[Callable[[], Any], str]] = [
        (lambda: new_pseudonym_key(tmp_path, "office/persons", files, lambda count: b"s" * count), "PBR659"),
        (lambda: new_pseudonym_key(tmp_path, "x" * 300, files, lambda count: b"s" * count), "PBR659"),
        (lambda: read_pseudonym_key(tmp_path, "nobody", files), "PBR657"),
        (lambda: path.chmod(0o640) or read_pseudonym_key(tmp_path, "office/persons", files), "PBR658"),
        (lambda: path.chmod(0o600) or (path.write_text("short\n") and read_pseudonym_key(tmp_path, "office/persons", files)), "PBR658"),
    ]
    for act, code in refusals:
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.problems[0].code == code
