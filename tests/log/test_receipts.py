"""Receipts and consistency proofs: what they prove, and that nothing else passes for one."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from pbr.log.checkpoints import Checkpoint, read_checkpoint
from pbr.log.commitments import Opening, commit
from pbr.log.consistency import NotAProof, check_continuation, make_continuation, read_continuation
from pbr.log.receipts import NotAReceipt, Receipt, Submitted, check_receipt, make_receipt, read_receipt
from pbr.platform.files import files_here
from pbr.problem import Refused
from tests.log.written import KEYS, POLICY, placed, writing
from tests.shared import shared

SAMPLES = Path(__file__).parents[1] / "samples" / "pbr-log-1"
FILES = files_here()


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return placed(tmp_path_factory.mktemp("log"), writing.sound(12).files)


def places(data: bytes, *submitted: Submitted) -> list[tuple[str, int | None, str | None]]:
    return [finding.place for finding in check_receipt(data, POLICY, submitted)[0].findings]


def test_the_samples_are_receipts_and_are_made_again_byte_for_byte() -> None:
    file = (SAMPLES / "receipts" / "returns-1.csv").read_bytes()
    returned = Submitted("returns-1.csv", hashlib.sha256(file).hexdigest(), len(file))
    for number in (1, 3, 6):
        data = (SAMPLES / "receipts" / f"{number}.tlog-proof").read_bytes()
        answer, receipt = check_receipt(data, POLICY, [returned] if number == 1 else [])
        assert (answer.verdict, answer.findings, receipt and receipt.index) == ("verified", (), number)
        assert receipt is not None
        openings = {name: opening.to_json() for name, opening in receipt.openings.items()}
        assert bytes(make_receipt(SAMPLES / "log-12", number, openings, FILES)) == data == bytes(receipt)


def test_without_a_policy_it_is_only_consistent(log: Path) -> None:
    answer, _ = check_receipt(bytes(make_receipt(log, 4, {}, FILES)))
    assert (answer.verdict, answer.witnessed) == ("internally consistent", 0) and len(answer.notes) == 2


def test_every_entry_of_every_size_has_one(tmp_path: Path) -> None:
    for size in (1, 2, 256, 257):
        folder = placed(tmp_path / str(size), writing.sound(size).files)
        for number in {0, size // 2, size - 1}:
            assert places(bytes(make_receipt(folder, number, {}, FILES))) == []


def test_what_is_wrong_with_a_receipt_has_its_class(log: Path) -> None:
    right = make_receipt(log, 1, {"commitment": writing.opening_of("submission", 1)}, FILES)
    other = Opening(bytes(32), {"files": []})

    def but(**changed: object) -> list[tuple[str, int | None, str | None]]:
        return places(bytes(replace(right, **changed)))  # type: ignore[arg-type]

    assert but() == []
    assert but(hashes=(bytes(32), *right.hashes[1:])) == [("proof", 1, None)]
    assert but(hashes=right.hashes[1:]) == [("proof", 1, None)]
    assert but(index=2) == [("proof", 2, None)]
    assert but(index=12) == [("proof", 12, None)]
    assert but(data=make_receipt(log, 2, {}, FILES).data) == [("proof", 1, None), ("opening", 1, None)]
    assert but(openings={"commitment": other}) == [("opening", 1, None)]
    assert but(openings={"disclosure": other}) == [("opening", 1, None)]
    cut = replace(right.signed, signatures=right.signed.signatures[:1])
    assert but(signed=cut) == []
    answer, _ = check_receipt(bytes(replace(right, signed=cut)), POLICY)
    assert (answer.verdict, answer.witnessed) == ("internally consistent", 0) and "had not looked" in answer.lacking[0]
    assert but(signed=replace(right.signed, signatures=right.signed.signatures[1:])) == [("unsigned", None, None)]
    false = replace(right.signed, checkpoint=Checkpoint(writing.ORIGIN, 12, bytes(32)))
    assert but(signed=false) == [("signature", None, None), ("unsigned", None, None), ("proof", 1, None)]
    foreign = replace(right.signed, checkpoint=Checkpoint("pbr.example/other", 12, right.signed.checkpoint.root))
    assert but(signed=foreign) == [("receipt", None, None)]
    strange = Submitted("other.csv", "0" * 64, 1)
    assert places(bytes(right), strange) == [("data", None, "other.csv")]
    assert places(bytes(make_receipt(log, 1, {}, FILES)), strange) == [("data", None, "other.csv")]


def test_what_is_no_receipt_is_refused(log: Path) -> None:
    bad = json.loads(shared("vectors/signed-note/vectors.json").read_text())["tlog_proof_bad"]
    right = bytes(make_receipt(log, 1, {}, FILES))
    extra = right.split(b"\n")[1]
    told = json.loads(base64.b64decode(extra.removeprefix(b"extra ")))

    def with_extra(value: object, text: str | None = None) -> bytes:
        data = (text or json.dumps(value, sort_keys=True, separators=(",", ":"))).encode()
        return right.replace(extra, b"extra " + base64.b64encode(data))

    for data in [
        *(one.encode() for one in bad),
        b"",
        right[:-1],
        right.replace(extra + b"\n", b""),
        right.replace(b"index 1\n", b"index 01\n"),
        right.replace(b"index 1\n", b"index 9007199254740992\n"),
        right.replace(b"\n\n", b"\n" + 64 * (base64.b64encode(bytes(32)) + b"\n") + b"\n", 1),
        right + b"x" * 262_144,
        with_extra(told | {"more": 1}),
        with_extra(told | {"openings": {"seed": {}}}),
        with_extra(told | {"openings": {"commitment": {"document": {"a": -1}, "salt": "0" * 64}}}),
        with_extra(None, json.dumps(told)),
        with_extra(told | {"entry": "AAAA"}),
    ]:
        with pytest.raises(NotAReceipt):
            read_receipt(data)
        assert places(data) == [("receipt", None, None)]


def test_any_changed_byte_of_a_receipt_is_found(log: Path) -> None:
    data, rng = bytes(make_receipt(log, 1, {"commitment": writing.opening_of("submission", 1)}, FILES)), Random(1)
    for at in rng.sample(range(len(data)), 300):
        changed = data[:at] + bytes([data[at] ^ rng.randrange(1, 256)]) + data[at + 1 :]
        answer, _ = check_receipt(changed, POLICY)  # a garbled line of the witness's is as none
        assert answer.verdict == "broken" or not answer.witnessed, (at, data[at - 20 : at + 20])


def test_a_receipt_stands_on_the_newest_checkpoint_that_was_cosigned(tmp_path: Path) -> None:
    sound = writing.sound(12)
    bare = writing.log_of(sound.entries, KEYS, witnessed=False, cosigned=(4, 6))
    folder = placed(tmp_path, bare.files)
    assert make_receipt(folder, 5, {}, FILES).signed.checkpoint.size == 6
    assert make_receipt(folder, 6, {}, FILES).signed.checkpoint.size == 12


@pytest.mark.parametrize(
    ("number", "openings", "code"),
    [(12, {}, "PBR533"), (1, {"commitment": {}}, "PBR537"), (1, {"commitment": {"salt": "0" * 64, "document": {}}}, "PBR537")],
)
def test_a_receipt_that_would_not_hold_is_not_made(log: Path, number: int, openings: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        make_receipt(log, number, openings, FILES)
    assert refused.value.problems[0].code == code


def test_a_commitment_is_that_of_the_page() -> None:
    opening = commit({"b": 1, "a": "£"}, lambda count: bytes(range(count)))
    expected = hashlib.sha256(b"pbr-log/1 commitment\n" + bytes(range(32)) + '{"a":"£","b":1}'.encode()).hexdigest()
    assert opening.commitment == expected == writing.commitment_to(opening.to_json())


def test_continuations(log: Path) -> None:
    older = {size: read_checkpoint(writing.sound(12).view(size)["checkpoint"]).checkpoint for size in range(13)}
    for size, old in older.items():
        data = bytes(make_continuation(log, old, FILES))
        answer = check_continuation(data, old, POLICY)
        assert (answer.verdict, answer.findings, answer.witnessed) == ("verified", (), 12)
        assert bytes(read_continuation(data)) == data
        bare = check_continuation(data, old)
        assert (bare.verdict, bare.witnessed) == ("internally consistent", 0)
        wrong = Checkpoint(old.origin, old.size, hashlib.sha256(b"x").digest())
        assert [finding.kind for finding in check_continuation(data, wrong).findings] == (["consistency"] if size else [])
        another = Checkpoint("pbr.example/other", old.size, old.root)
        assert [finding.kind for finding in check_continuation(data, another).findings] == ["origin"]
    data = bytes(make_continuation(log, older[5], FILES))
    assert [finding.kind for finding in check_continuation(data, older[6]).findings] == ["consistency"]
    for bad in (b"", data[1:], data.replace(b"old 5", b"old 05"), data.replace(b"=\n", b"\n", 1), data[:-2]):
        with pytest.raises(NotAProof):
            read_continuation(bad)
        assert [finding.kind for finding in check_continuation(bad, older[5]).findings] == ["consistency"]
    for old in (Checkpoint(writing.ORIGIN, 13, bytes(32)), Checkpoint(writing.ORIGIN, 5, bytes(32)), Checkpoint("x", 5, older[5].root)):
        with pytest.raises(Refused) as refused:
            make_continuation(log, old, FILES)
        assert refused.value.problems[0].code == "PBR538"


def test_what_a_receipt_says_can_be_read_again(log: Path) -> None:
    receipt = make_receipt(log, 3, {}, FILES)
    assert isinstance(receipt, Receipt) and read_receipt(bytes(receipt)) == receipt
