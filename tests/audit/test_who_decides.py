"""A contract adopted, data received, an assessment made, challenged, approved and made again: what the log then says."""

from __future__ import annotations

import base64
import json
import re
import shutil
from pathlib import Path

import pytest

from pbr.audit.logged import adopting, deciding, drafts
from pbr.audit.logged.listing import Wanted, listed, listed_text, sum_of
from pbr.audit.logged.reading import status_in, verify_with_log
from pbr.audit.logged.recording import Recorder, record
from pbr.audit.logged.tying import whole
from pbr.audit.verify import verify
from pbr.log.auditing import audit
from pbr.log.entries import parse_entry
from pbr.log.kept import CHECKPOINT
from pbr.log.tree import leaf_hash
from pbr.platform.files import RealFiles
from pbr.platform.keys import MemoryKeys
from pbr.platform.vkeys import COSIGNATURE_ML_DSA, SigningKey
from pbr.problem import Refused
from tests.audit.logged_case import ROLES, SIGNING, VKEYS, adopted, assess_it, book, contract, new_log, text_of
from tests.audit.tiny import TINY, change_json
from tests.golden import assert_golden

GOLDENS = Path(__file__).parent / "logged"
LOG = Path("log")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("decides")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        adopted()
        assess_it("a", recorder=Recorder(book(), "analyst"))
    return home


@pytest.fixture
def logged(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``log``: the contract (0), people.csv (1), jobs.csv (2), the assessment in the folder ``a`` (3)."""
    shutil.copytree(made, tmp_path / "w")
    monkeypatch.chdir(tmp_path / "w")
    return tmp_path / "w"


def told(name: str) -> str:
    return "\n".join(status_in(Path(name), LOG).lines()) + "\n"


def test_the_whole_story(here: Path) -> None:
    """Adopt, receive, assess, challenge, approve, answer, assess again. The log is checked at the end, and a view that was kept in the middle is continued."""
    story = adopted("{approvers: 2}")
    first = assess_it("a", recorder=Recorder(book(), "analyst"))
    assert first.entry == 3  # people.csv was entry 1; jobs.csv is logged with the assessment
    said = [told("a")]
    audit(LOG, RealFiles(), policy=None, kept=Path("kept"))

    deciding.challenge(book(), Path("a"), "agency", "p4 had left by then", "job_found[p4]")
    deciding.approve(book(), Path("a"), "analyst", "as I computed it")
    said.append(told("a"))
    deciding.approve(book(), Path("a"), "clerk", "agrees with the invoice")
    deciding.approve(book(), Path("a"), "mayor", "p4 is held, so nothing is paid for p4", [4])
    said.append(told("a"))
    assert json.loads((here / "a" / "statement.json").read_text())["status"] == "draft"  # as it was made: the log decides

    rows = (TINY / "jobs.csv").read_text(encoding="utf-8")
    (here / "jobs.csv").write_text(rows + "j9,p5,2021-03-01\n", encoding="utf-8")
    assert adopting.receive(story_again := book(), [("jobs", here / "jobs.csv")], "agency") == 8
    assert story_again.history.newest(0).number == 0
    again = assess_it("b", jobs="jobs.csv", recorder=Recorder(book(), "analyst"))
    assert again.entry == 9  # both of its files were received before: nothing but the assessment is appended
    said += [told("a"), told("b")]
    found = verify_with_log(Path("b"), LOG, kept=Path("kept"))
    assert (found.verdict, found.status and found.status.state) == ("verified", "draft"), found.text()
    said.append(found.text() + "\n")
    assert_golden("\n".join(said), GOLDENS / "story.txt")
    assert story.name == "log"


def test_an_assessment_that_follows_another(logged: Path) -> None:
    """It does not supersede the one that it follows. One with the same past takes that one's place, and that of all that follow it."""
    assess_it("b", day="2022-07-31", previous="a", recorder=Recorder(book(), "analyst"))
    assert [status_in(Path(name), LOG).state for name in "ab"] == ["draft", "draft"]
    found = verify_with_log(Path("b"), LOG, previous=Path("a"), digests_only=True)
    assert found.verdict == "digests only" and "it follows the assessment of entry 3" in found.said
    earlier = verify_with_log(Path("a"), LOG, digests_only=True)
    assert [text for text in earlier.said if text.startswith("a later assessment follows it: entry 4, ")]
    shutil.copytree("a", "c")
    change_json(Path("c"), "run.json", lambda run: run.update(by="another"))
    assert record(book(), Path("c"), "analyst") == 5
    assert [status_in(Path(name), LOG).state for name in "abc"] == ["superseded", "superseded", "draft"]


def test_a_variation_changes_who_may_and_keeps_the_rest(here: Path) -> None:
    adopted("{approvers: 1}")
    number = adopting.vary(book(), contract(text_of("{approvers: 1, assessor: may not approve}")), "town", {"approver": [VKEYS["clerk"]]})
    now = book().history.newest(0)
    assert (number, now.number, now.said.approvers, now.said.assessor_may) == (2, 2, 1, False)
    assert now.keys == ROLES | {"approver": [VKEYS["clerk"]]}


def test_a_seed_shows_nothing(here: Path) -> None:
    adopted()
    assert adopting.plant(book(), "auditor", Path("seed.json")) == 2
    kept = json.loads((here / "seed.json").read_text())
    assert len(kept["document"]["seed"]) == 64
    assert not (here / "log.private" / "openings" / "2.json").exists() and not (here / "log" / "openings").exists()


def test_nothing_of_the_data_is_in_the_log(logged: Path) -> None:
    deciding.challenge(book(), Path("a"), "agency", "p4 had left by then", "job_found[p4]")
    files = b"".join(path.read_bytes() for path in LOG.rglob("*") if path.is_file())
    # what entries say, without the signatures, in whose base64 any two letters may stand side by side
    public = b"".join(base64.b64decode(payload) for payload in re.findall(rb'"payload":"([^"]+)"', files))
    assert b"submission" in public
    for word in (b"people.csv", b"p4", b"job_found", b"had left", b"reason", b"manifest"):
        assert word not in public


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("none", "entry 3 of log, logged by analyst"),
        ("run", "run.json: entry 3 commits to this manifest.json with another run.json"),
        ("other", "manifest.json: no assessment in the log commits to this manifest.json"),
        ("openings", "the openings of entry 3 are not here"),
        ("received", "it is not known whether its inputs are what was received: the openings of entry 1 are not here"),
        ("log", "its bytes are not those whose hash the tree holds"),
    ],
)
def test_a_folder_is_compared_with_the_log(logged: Path, change: str, says: str) -> None:
    log, bundle = LOG, LOG / "tile" / "entries" / "000.p" / "4"
    if change == "run":
        change_json(Path("a"), "run.json", lambda run: run.update(by="nobody"))
    elif change == "other":
        adopted(log="another")
        log = Path("another")
    elif change == "openings":
        Path("log.private/openings/3.json").unlink()
    elif change == "received":
        Path("log.private/openings/1.json").unlink()
    elif change == "log":
        data = bundle.read_bytes()  # a signature follows from timings: what stands there now may be any letter
        bundle.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    found = verify_with_log(Path("a"), log, digests_only=True)
    assert says in found.text().lower()
    assert found.verdict == {"none": "digests only", "openings": "digests only", "received": "digests only"}.get(change, "broken")
    assert json.dumps(found.to_json())
    assert verify(Path("a"), digests_only=True).state == "digests only"  # nothing is wrong with the folder by itself


def test_what_others_wrote_cannot_mislead_the_eye(logged: Path) -> None:
    """An entry made by another program holds what pbr would refuse: it is printed on one line, without what cannot be seen."""
    log = book()
    digests = whole(Path("a"), RealFiles())
    reason = "why\x1b[2K\n\napproved: entry 3\u202e of the log"
    log.append([drafts.challenge(digests["manifest"], reason, 0, 3, None)], log.signer("agency", "challenge", log.history.newest(0)))
    assert told("a").splitlines()[1].endswith("(entry 4): the whole statement: why·[2K approved: entry 3· of the log")


def test_a_challenge_is_not_lost_when_another_assessment_takes_its_place(logged: Path) -> None:
    """The very same folder, logged once more by a program that allows it, is a draft again: what was never answered is still said."""
    deciding.challenge(book(), Path("a"), "agency", "p4 had left by then")
    log = book()
    under, digests = log.history.newest(0), whole(Path("a"), RealFiles())
    log.append([drafts.assessment(digests, {}, 0, [1, 2], 0, None)], log.signer("analyst", "assessment", under))
    assert told("a").splitlines()[:2] == [
        "draft: entry 5 of the log, by analyst, 1 July 2022, 06:00",
        "  it took the place of entry 3, whose challenge in entry 4 nobody answered",
    ]
    deciding.approve(book(), Path("a"), "clerk", "it is in order", again=None)
    deciding.approve(book(), Path("a"), "mayor", "so it is", again=None)
    found = verify_with_log(Path("a"), LOG, digests_only=True)
    assert (
        found.status
        and found.status.standing == "it is approved, but it took the place of entry 3, whose challenge in entry 4 nobody answered"
    )
    assert (found.status.state, found.approved) == ("approved", False)


def test_entries_that_the_checkpoint_was_not_signed_for_are_not_read(logged: Path) -> None:
    """Entry and tile are changed together, so that they fit each other: the root does not."""
    bundle, tile = LOG / "tile" / "entries" / "000.p" / "4", LOG / "tile" / "0" / "000.p" / "4"
    data = bundle.read_bytes()
    last = data[-10:-3] + b"x" + data[-2:]
    changed = data[:-10] + last
    first = 0
    for _ in range(3):
        first += 2 + int.from_bytes(changed[first : first + 2], "big")
    bundle.write_bytes(changed)
    tile.write_bytes(tile.read_bytes()[:96] + leaf_hash(changed[first + 2 :]))
    with pytest.raises(Refused) as caught:
        book()
    assert [problem.code for problem in caught.value.problems] == ["PBR544"]


def test_an_opening_of_another_shape_is_not_read(logged: Path) -> None:
    log = book()
    signer, under = log.signer("agency", "challenge", log.history.newest(0)), {"contract": 0, "assessment": 3}
    for document in ({"reason": "x"}, {"manifest": "0" * 64, "line": {"payment": 1}, "reason": "x"}):
        log.append([drafts.Draft("challenge", under, document)], signer)
    log.append(
        [drafts.Draft("submission", {"contract": 0}, {"files": [{"name": "x"}]})], log.signer("agency", "submission", log.history.newest(0))
    )
    assert told("a").count("what about is not opened here") == 2
    found = verify_with_log(Path("a"), LOG, digests_only=True)
    assert found.findings == [] and found.status is not None and len(found.status.challenges) == 2


def test_what_was_kept_beside_a_broken_log_need_not_fit_it(logged: Path) -> None:
    shutil.copy("log.private/openings/1.json", "log.private/openings/3.json")
    with pytest.raises(Refused, match="not what entry 3"):
        verify_with_log(Path("a"), LOG, digests_only=True)
    (LOG / "notes").write_bytes(b"x")
    found = verify_with_log(Path("a"), LOG, digests_only=True)
    assert found.verdict == "broken" and "not what entry 3 of the log commits to" in found.text()


def test_two_algorithms_sign_where_the_contract_lists_both(here: Path) -> None:
    """A key of the second algorithm that is not listed does not sign: its signature would make the entry wrong."""
    new_log()
    log = book()
    second = SigningKey("agency", COSIGNATURE_ML_DSA, b"2" * 32)
    held = MemoryKeys()
    for name, key in SIGNING.items():
        held.keep((key, second) if name == "agency" else (key,))
    log._keys = held
    adopting.adopt(log, contract(text_of()), "town", ROLES | {"provider": [VKEYS["agency"], str(second.verifier)]})
    adopting.receive(log, [(None, TINY / "people.csv")], "agency")
    adopting.vary(log, contract(text_of()), "town", {"provider": [VKEYS["agency"]]})
    adopting.receive(log, [(None, TINY / "jobs.csv")], "agency")
    assert [len(parse_entry(log._entries[number]).signatures) for number in (1, 3)] == [2, 1]
    assert audit(LOG, RealFiles(), policy=None, kept=None).answer.findings == ()


def test_lines_of_logged_assessments_are_listed(logged: Path) -> None:
    log = book()

    def lines(**wanted: object) -> list[str]:
        return [one.line for one in listed([Path("a")], "log", log.history, log.opened, RealFiles(), Wanted(**wanted))]  # type: ignore[arg-type]

    assert lines(result="held", contract="0", state="draft", provider="agency") == ["job_found[p4]", "job_found[p5]"]
    assert lines(period="2021", contract="tiny-jobs") == ["bonus[2021]"]
    assert len(lines(period="2022-06")) == 7
    assert lines(at_least=sum_of("£500.01")) == ["job_found[p1]", "job_found[p2]"]
    assert lines(contract="1") == lines(provider="town") == []
    every = listed([Path("a")], "log", log.history, log.opened, RealFiles(), Wanted(result="pays"))
    assert_golden(listed_text(every), GOLDENS / "lines.txt")
    assert every[0].to_json()["sum"] == "£1,000.00"


def test_the_view_is_kept_only_of_a_log_that_holds(logged: Path) -> None:
    assert verify_with_log(Path("a"), LOG, kept=Path("kept"), digests_only=True).verdict == "digests only"
    before = (logged / "kept" / CHECKPOINT).read_bytes()
    Path("log/tile/0/000.p/4").write_bytes(bytes(128))
    assert verify_with_log(Path("a"), LOG, kept=Path("kept"), digests_only=True).verdict == "broken"
    assert (logged / "kept" / CHECKPOINT).read_bytes() == before
