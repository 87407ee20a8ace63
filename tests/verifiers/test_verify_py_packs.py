"""The stand-alone verifier in Python, on a small evidence pack that is written apart from it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.verifiers.making import POLICY, canonical
from tests.verifiers.packing import CONTRACT, Packing, bag, write
from tests.verifiers.test_verify_py import kept_view, run, verify

Found = list[tuple[object, ...]]
TRUSTED = verify.parse_policy(POLICY.encode())


def check(files: dict[str, bytes], folder: Path, policy: Any = TRUSTED, kept: Any = None) -> tuple[str, Found]:
    answer = verify.run_pack(str(write(folder / "pack", files)), policy, kept).answer()
    return answer["verdict"], [
        (item["class"], *(item[name] for name in ("entry", "file", "key") if name in item)) for item in answer["findings"]
    ]


def test_a_good_pack_is_verified(tmp_path: Path) -> None:
    assert check(bag(Packing().payload()), tmp_path / "a") == ("verified", [])
    assert check(bag(Packing().redacted()), tmp_path / "b") == ("verified", [])
    assert check(bag(Packing().payload()), tmp_path / "c", None) == ("internally consistent", [])
    closed = Packing()
    closed.openings = False
    assert check(bag(closed.payload()), tmp_path / "d") == ("internally consistent", [])
    packing = Packing()
    log = packing.logged(packing.assessment())
    assert check(bag(packing.payload()), tmp_path / "e", None, kept_view(log, tmp_path / "bare")) == ("internally consistent", [])
    kept = kept_view(log, tmp_path / "kept", policy=POLICY)
    assert check(bag(packing.payload()), tmp_path / "f", None, kept) == ("verified", [])
    code, text = run("pack", tmp_path / "a" / "pack")
    assert code == 0 and text.startswith(
        "internally consistent: the assessment, entry 2, is approved; its payments were not computed again"
    )
    assert run("pack", tmp_path / "d" / "pack")[1].startswith("internally consistent: of no known assessment; ")
    code, text = run("batch", given=f"pack {tmp_path / 'a' / 'pack'}\npack /none\n")
    assert code == 1 and [json.loads(line)["verdict"] for line in text.splitlines()] == ["internally consistent", None]


def judged(payload: dict[str, bytes], folder: Path) -> tuple[object, ...]:
    """Verdict, assessment, witnessed, and how much was lacking."""
    answer = verify.run_pack(str(write(folder, bag(payload))), TRUSTED, None).answer()
    return answer["verdict"], answer["assessment"], answer["witnessed"], sum(note.startswith("lacking: ") for note in answer["notes"])


def test_a_pack_is_verified_with_its_inputs_and_all_of_its_log_witnessed(tmp_path: Path) -> None:
    good, lacking = {"entry": 2, "state": "approved"}, "internally consistent"
    packing = Packing()
    log = packing.log = packing.logged(packing.assessment())
    assert judged(packing.payload(), tmp_path / "a") == ("verified", good, 4, 0)
    log.times, log.cosigned = (), [3]
    assert judged(packing.payload(), tmp_path / "b") == (lacking, good, 3, 1)
    log.cosigned = [4]
    assert judged(packing.payload(), tmp_path / "c") == ("verified", good, 4, 0)
    packing = Packing()
    without = {name: data for name, data in packing.payload().items() if not name.startswith("data/log/")}
    says = json.loads(without["data/pack.json"])
    without["data/pack.json"] = canonical({**says, "log": False})
    assert judged(without, tmp_path / "d") == (lacking, {"entry": 2, "state": None}, None, 1)
    payload = Packing().payload()
    del payload["data/receipts/1.tlog-proof"]
    payload["data/pack.json"] = canonical({**says, "receipts": [0, 2, 3]})
    assert judged(payload, tmp_path / "e") == (lacking, good, 4, 1)  # nothing shows that the inputs were submitted
    redacted = Packing().redacted()
    del redacted["data/receipts/1.tlog-proof"]
    redacted["data/pack.json"] = canonical({**says, "redacted": True, "receipts": [0, 2, 3]})
    assert judged(redacted, tmp_path / "f") == ("verified", good, 4, 0)
    closed = Packing()
    closed.openings = False
    assert judged(closed.payload(), tmp_path / "g") == (lacking, None, 4, 2)
    assert judged({**payload, "data/log/policy": b""}, tmp_path / "h") == ("broken", {"entry": 2, "state": None}, 4, 1)
    assert judged({**payload, "data/README.txt": b"", "data/pack.json": b""}, tmp_path / "i") == ("broken", None, None, 0)


def test_inputs_of_a_submission_that_the_assessment_does_not_list(tmp_path: Path) -> None:
    packing = Packing()
    packing.submissions = []
    assert judged(packing.payload(), tmp_path) == ("internally consistent", {"entry": 2, "state": "approved"}, 4, 1)


def test_of_several_assessments_that_agree_it_is_the_newest(tmp_path: Path) -> None:
    packing = Packing()
    log = packing.log = packing.logged(packing.assessment())
    log.assessment(document=packing.documents[2], submissions=[1], previous=2)  # 4
    log.challenge(4)  # 5
    packing.documents[4], packing.receipts = packing.documents[2], [0, 1, 2, 3, 4]
    assert judged(packing.payload(), tmp_path / "a") == ("verified", {"entry": 4, "state": "challenged"}, 6, 0)
    other = packing.logged(packing.assessment())
    other.assessment(document=packing.documents[2], previous=2)
    packing.documents[4] = packing.documents[2]
    payload = packing.payload()
    payload |= {f"data/log/{name}": data for name, data in other.files().items()}
    payload = {name: data for name, data in payload.items() if not name.endswith(".p/6")}
    assert judged(payload, tmp_path / "b") == ("broken", {"entry": 4, "state": None}, 5, 0)  # the log has another entry there


# ---- the bag

BAGS: list[tuple[Callable[[dict[str, bytes]], object], Found]] = [
    (lambda files: files.update({"bagit.txt": files["bagit.txt"].replace(b"\n", b"\r\n")}), [("bag", "bagit.txt"), ("file", "bagit.txt")]),
    (lambda files: files.pop("manifest-sha512.txt"), [("bag", "manifest-sha512.txt"), ("file", "manifest-sha512.txt")]),
    (lambda files: files.update({"tagmanifest-sha256.txt": b""}), [("bag", "tagmanifest-sha256.txt")]),
    (lambda files: files.update({"tagmanifest-sha256.txt": files["tagmanifest-sha256.txt"][:-1]}), [("bag", "tagmanifest-sha256.txt")]),
    (lambda files: files.update({"more": b""}), [("file", "more")]),
    (lambda files: files.update({"fetch.txt": b""}), [("file", "fetch.txt")]),
    (lambda files: files.pop("data/README.txt"), [("file", "data/README.txt")]),
    (lambda files: files.update({"data/README.txt": b""}), [("file", "data/README.txt")]),
    (lambda files: files.update({"data/assessment/a b": b""}), [("file", "data/assessment/a b")]),
]


@pytest.mark.parametrize("number", range(len(BAGS)))
def test_each_change_of_the_bag_is_found(number: int, tmp_path: Path) -> None:
    change, expected = BAGS[number]
    files = bag(Packing().payload())
    change(files)
    assert check(files, tmp_path)[1] == expected


PATHS = [
    "../x",
    "/x",
    "data/../x",
    "data//x",
    "data/con.txt",
    "data/a.",
    "data/a:b",
    "data/a\\b",
    "data/~",
    "data/%0A",
    "bagit.txt",
    "data/",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_may_not_be(path: str, tmp_path: Path) -> None:
    payload = Packing().payload()
    files = bag(payload)
    written = {name: data for name, data in bag({**payload, path: b""}).items() if name != path or path in files}
    written["bagit.txt"] = files["bagit.txt"]
    assert ("path", "manifest-sha256.txt") in check(written, tmp_path)[1]


def test_manifests_that_name_other_files_and_names_that_differ_in_capitals(tmp_path: Path) -> None:
    files = bag({**Packing().payload(), "data/assessment/Statement.json": b""})
    found = check(files, tmp_path / "a")[1]
    assert found[:2] == [("path", "manifest-sha256.txt"), ("path", "manifest-sha512.txt")]
    files = bag(Packing().payload())
    files["manifest-sha512.txt"] = b"".join(files["manifest-sha512.txt"].splitlines(keepends=True)[1:])
    assert check(files, tmp_path / "b")[1] == [("bag", "manifest-sha512.txt"), ("file", "manifest-sha512.txt")]


def test_a_table_of_more_than_a_block(tmp_path: Path) -> None:
    packing = Packing()
    packing.rows["trace/people"] = [[number, None, None] for number in range(2049)]
    assert check(bag(packing.payload()), tmp_path / "a") == ("verified", [])
    packing.rows["trace/people"] = packing.rows["trace/people"][:2048]
    assert check(bag(packing.redacted()), tmp_path / "b") == ("verified", [])


def test_links_and_empty_folders(tmp_path: Path) -> None:
    files = bag(Packing().payload())
    folder = write(tmp_path / "pack", files)
    (folder / "data/assessment/more").symlink_to(folder / "bagit.txt")
    (folder / "data/empty").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "data/README.txt").unlink()
    (folder / "data/README.txt").symlink_to("pack.json")
    found = check({}, tmp_path)[1]
    assert found == [("file", name) for name in ("data/README.txt", "data/assessment/more", "data/empty", "pipe")]


# ---- the assessment, its texts, what ties it to the log


def _payload(**changed: bytes | None) -> Callable[[dict[str, bytes]], object]:
    def change(payload: dict[str, bytes]) -> None:
        for name, data in changed.items():
            if data is None:
                del payload[name]
            else:
                payload[name] = data

    return change


A, T, R = "data/assessment/", "data/text/", "data/receipts/"
BAD = ("anchor", 2)
PAYLOADS: list[tuple[Callable[[dict[str, bytes]], object], Found]] = [
    (_payload(**{"data/pack.json": b"{}"}), [("pack", "data/pack.json")]),
    (_payload(**{R + "3.tlog-proof": None}), [("pack", "data/pack.json")]),
    (_payload(**{R + "3.tlog-proof": None, R + "1.tlog-proof": b""}), [("pack", "data/pack.json"), ("receipt", R + "1.tlog-proof")]),
    (_payload(**{"data/more": b""}), [("file", "data/more")]),
    (_payload(**{A + "more": b""}), [("assessment", A + "more"), ("assessment", A + "run.json")]),
    (_payload(**{A + "inputs/rows.csv": b"id\n2\n"}), [("assessment", A + "inputs/rows.csv")]),
    (_payload(**{A + "inputs/rows.csv": None}), [("assessment", A + "inputs/rows.csv"), ("assessment", A + "run.json")]),
    (_payload(**{A + "payments.parquet": b""}), [("assessment", A + "payments.parquet")]),
    (_payload(**{A + "manifest.json": b"{}"}), [("assessment", A + "manifest.json"), BAD, ("anchor", 3)]),
    (_payload(**{A + "run.json": b"{}"}), [("assessment", A + "run.json"), BAD]),
    (_payload(**{A + "statement.json": b"[]"}), [("assessment", A + "statement.json")]),
    (_payload(**{A + "contract/contract.yaml": b""}), [("assessment", A + "contract/contract.yaml")]),
    (_payload(**{T + "trace/people.txt": b'["id","name","tags"]\n'}), [("table", T + "trace/people.txt")]),
    (_payload(**{T + "trace/people.txt": b'["id","name","tags"]\nx'}), [("table", T + "trace/people.txt")]),
    (_payload(**{T + "trace/people.txt": None}), [("table", T + "trace/people.txt")]),
    (_payload(**{T + "more.txt": b""}), [("file", T + "more.txt")]),
    (_payload(**{T + "due.txt": None}), [("table", T + "due.txt")]),
    (_payload(**{R + "1.tlog-proof": b""}), [("receipt", R + "1.tlog-proof")]),
    (lambda payload: payload.update({R + "1.tlog-proof": payload[R + "0.tlog-proof"]}), [("receipt", R + "1.tlog-proof")]),
    (_payload(**{"data/log/checkpoint": b""}), [("checkpoint", "data/log/checkpoint")]),
]


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_each_change_of_the_payload_is_found_though_the_bag_is_made_again(number: int, tmp_path: Path) -> None:
    change, expected = PAYLOADS[number]
    payload = Packing().payload()
    change(payload)
    assert check(bag(payload), tmp_path)[1] == expected


def test_another_assessment_than_the_one_that_was_logged(tmp_path: Path) -> None:
    packing, other = Packing(), Packing()
    other.log = packing.logged(packing.assessment())
    other.documents = packing.documents
    other.rows["trace/people"].append([3, "c", None])
    assert check(bag(other.payload()), tmp_path / "a")[1] == [("anchor", 2), ("anchor", 3)]
    other = Packing()
    other.log, other.documents = packing.log or packing.logged(packing.assessment()), packing.documents
    other.inputs[0]["size"] = 4
    assert ("anchor", 1) in check(bag(other.payload()), tmp_path / "b")[1]
    other = Packing()
    other.log, other.documents = packing.logged(packing.assessment()), packing.documents
    other.manifest = {"rules": []}
    assert ("anchor", 0) in check(bag(other.payload()), tmp_path / "c")[1]


def test_inputs_that_are_only_referred_to(tmp_path: Path) -> None:
    packing = Packing()
    packing.inputs[0]["file"] = None
    payload = packing.payload()
    assert check(bag(payload), tmp_path)[1] == [("assessment", A + "inputs/rows.csv")]  # manifest.json does not say that it is there


def test_a_log_that_is_not_that_of_the_receipts(tmp_path: Path) -> None:
    packing = Packing()
    payload = packing.payload()
    log = packing.logged(packing.assessment())
    log.entries[3] = log.entries[2]
    payload.update({f"data/log/{name}": data for name, data in log.files().items()})
    assert [item for item in check(bag(payload), tmp_path / "a")[1] if item[0] == "anchor"] == [("anchor", 3)]
    payload = Packing().payload()
    payload["data/log/tile/entries/000.p/4"] = payload["data/log/tile/entries/000.p/4"][:9]  # the tile still has the hashes
    assert check(bag(payload), tmp_path / "b")[1] == [("entry", 0, "data/log/tile/entries/000.p/4")]
    packing = Packing()
    payload, log = packing.payload(), packing.logged(packing.assessment())
    log.entries.pop()
    payload = {name: data for name, data in payload.items() if not name.startswith("data/log/")}
    payload.update({f"data/log/{name}": data for name, data in log.files().items()})
    assert check(bag(payload), tmp_path / "c")[1] == [("anchor", 3)]


# ---- redacted packs

P = "data/redacted/"
REDACTED: list[tuple[Callable[[dict[str, bytes]], object], Found]] = [
    (_payload(**{P + "contract.yaml": b""}), [("assessment", P + "contract.yaml"), ("anchor", 0)]),
    (_payload(**{P + "rules/f/r/1.yaml": b""}), [("anchor", 0)]),
    (_payload(**{P + "rules/f/r/2.yaml": b""}), [("anchor", 0)]),
    (_payload(**{P + "more.jsonl": b""}), [("file", P + "more.jsonl")]),
    (_payload(**{P + "due.jsonl": None}), [("table", P + "due.jsonl")]),
    (lambda files: files.update({P + "due.jsonl": files[P + "due.jsonl"][:-1]}), [("table", P + "due.jsonl")]),
    (lambda files: files.update({P + "due.jsonl": files[P + "due.jsonl"].replace(b"i1:1", b"i1:7")}), [("table", P + "due.jsonl")]),
    (
        lambda files: files.update({P + "due.jsonl": files[P + "due.jsonl"].replace(b'"withheld"', b'"hidden"')}),
        [("table", P + "due.jsonl")],
    ),
    (lambda files: files.update({P + "due.jsonl": files[P + "due.jsonl"].replace(b"0f0f", b"0f")}), [("table", P + "due.jsonl")]),
    (lambda files: files.update({P + "disclosure.json": files[P + "disclosure.json"].replace(b"GBP", b"EUR")}), [("anchor", 2)]),
    (_payload(**{P + "disclosure.json": b"{}"}), [("assessment", P + "disclosure.json")]),
    (_payload(**{A + "run.json": b"{}"}), [("pack", "data/pack.json")]),
]


@pytest.mark.parametrize("number", range(len(REDACTED)))
def test_each_change_of_a_redacted_pack_is_found(number: int, tmp_path: Path) -> None:
    change, expected = REDACTED[number]
    payload = Packing().redacted()
    change(payload)
    assert check(bag(payload), tmp_path)[1] == expected


# ---- arithmetic: the folder, its digests and the log agree with each other, and the figures do not


def _set(*path: Any) -> Callable[[Packing], object]:
    """Sets what stands at a place of the statement; ... takes it away."""

    def change(packing: Packing) -> None:
        *way, last, value = path
        place: Any = packing.statement
        for step in way:
            place = place[step]
        if value is ...:
            del place[last]
        else:
            place[last] = value

    return change


def _row(table: str, number: int, **changed: Any) -> Callable[[Packing], object]:
    def change(packing: Packing) -> None:
        for name, value in changed.items():
            packing.rows[table][number - 1][packing.columns[table].index(name)] = value

    return change


SUMS: list[tuple[Callable[[Packing], object], list[str]]] = [
    (_set("lines", 5), ["lines"]),
    (_set("lines", True), ["lines"]),
    (_set("payments", []), ["payments"]),
    (_set("payments", ...), ["payments"]),
    (_set("payments", None), ["payments"]),
    (lambda packing: packing.statement["payments"].pop(0), ["payments", "payments 1", "payments 2", "payments 3"]),
    (_set("payments", 0, "amount", "100.000"), ["payments 1"]),
    (_row("payments", 1, line=2), ["line 1"]),
    (_row("payments", 1, why="x"), ["line 1", "totals.gross", "totals.paid", "totals.fee.lines", "totals.fee.pays", "totals.fee.gross",
                                    "totals.fee.paid", "totals.steps 1", "evidence_totals.decided_by.provider", "entry 1", "entry 2"]),
    (_row("payments", 2, low=None), ["line 2"]),
    (_row("payments", 2, low=-1), ["totals.steps 1"]),
    (_row("payments", 2, low=5001), ["line 2", "totals.steps 1"]),
    (_row("payments", 2, amount=0), ["entry 3", "line 2", "payments 2"]),
    (_row("payments", 3, of=0), ["line 3", "payments 3"]),
    (_row("payments", 3, low_1=0, high_1=0, amount=0), ["line 3", "payments 3"]),
    (_row("payments", 3, key="[]"), ["payments 3"]),
    (_row("payments", 4, low=1, high=1), ["line 4", "totals.steps 1"]),
    (_set("payments", 2, "amount", "1/2"), []),
    (_set("payments", 2, "amount", "2/4"), []),
    (_set("payments", 2, "amount", None), []),
    (_set("payments", 2, "amount", "1/0"), ["payments 3"]),
    (_set("payments", 2, "amount", "0.50000000000000000001"), ["payments 3"]),
    (_set("payments", 1, "amount", "0.00"), ["payments 2"]),
    (_set("payments", 0, "for", {"id": "b"}), ["payments 1"]),
    (_set("totals", "gross", "100.01"), ["totals.gross"]),
    (_set("totals", "paid", ...), ["totals.paid"]),
    (_set("totals", "held", 0), ["totals.held"]),
    (_set("totals", "payments", "fee", "held", 2), ["totals.fee.held"]),
    (_set("totals", "payments", "rate", "paid", "0.00"), ["totals.rate.paid"]),
    (_set("totals", "payments", "cut", "deducted", "20.00"), ["totals.cut.deducted"]),
    (_set("totals", "steps", 0, "before", "150.01"), ["totals.steps 1"]),
    (_set("totals", "steps", 0, "lines_cut", 1), ["totals.steps 1"]),
    (_set("totals", "steps", 0, "holds", {"lines": 0, "sum": "0.00"}), ["totals.steps 1"]),
    (lambda packing: (_row("payments", 1, high_1=None)(packing), _set("totals", "steps", 0, "lines_cut", 1)(packing)), ["line 1"]),
    (_set("totals", "steps", 0, "step", 2), ["totals.steps"]),
    (lambda packing: packing.statement["totals"]["steps"].append({"step": 2, "name": "rate", "over": ["cut"]}), ["totals.steps"]),
    (_set("totals", "payments", "cut", ...), ["line 4", "payments 4", "totals.deducted", "totals.paid", "entry 4"]),
    (_set("evidence_totals", "decided_by", "provider", "paid", "0.00"), ["evidence_totals.decided_by.provider"]),
    (_set("evidence_totals", "rests_on", {"provider": {"lines": 0, "held": 0}}), ["evidence_totals.rests_on.provider"]),
    (_set("evidence_totals", "decided_by", "independent", "paid", "0.00"), ["evidence_totals.decided_by.independent"]),
    (_set("evidence_totals", ...), []),
    (_row("due", 1, entry=2), ["entry 1"]),
    (_row("due", 1, kind="paid"), ["entry 1", "entry 2", "settlement.fee"]),
    (_row("due", 1, sum=-10000), ["entry 2", "settlement.due", "settlement.fee", "settlement.paid_before"]),
    (_row("due", 1, of_line=None), ["entry 1", "entry 2", "settlement.due", "settlement.fee", "settlement.paid_before"]),
    (_row("due", 2, standing=9999, sum=9999), ["entry 2", "settlement.due", "settlement.fee", "settlement.to_date"]),
    (_row("due", 2, of_line=2), ["entry 2"]),
    (_row("due", 3, standing=5001), ["entry 3", "settlement.fee", "settlement.kept_while_held", "settlement.paid_before", "settlement.to_date"]),
    (_row("due", 4, of_assessment="x", of_line=1), ["entry 4"]),
    (_row("due", 4, line=3), ["entry 4", "entry 6"]),
    (_row("due", 5, key='["a"]'), ["entry 5"]),
    (_row("due", 5, line=4), ["entry 5"]),
    (lambda packing: packing.rows["due"].pop(3), ["entry 4", "entry 5", "settlement.cut", "settlement.due", "settlement.to_date"]),
    (_set("settlement", "due", "20.00"), ["settlement.due"]),
    (_set("settlement", "previous", None), ["entry 1", "entry 2", "entry 3", "entry 5"]),
    (_set("settlement", "payments", "rate", {}), ["settlement.rate"]),
    (_set("settlement", "entries_file", ...), ["settlement.entries"]),
    (_set("settlement", "entries", []), ["settlement.entries"]),
    (_set("payments", 0, "for", {"id": 1}), ["payments 1"]),
    (_row("payments", 1, key="["), ["payments 1", "entry 1", "entry 2"]),
    (lambda packing: packing.rows["due"].insert(0, packing.rows["due"].pop()), [f"entry {number}" for number in range(1, 6)]),
    (lambda packing: (packing.rows.pop("due"), packing.columns.pop("due")), ["settlement"]),
    (lambda packing: packing.columns["payments"].__setitem__(0, "number"), ["columns"]),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(SUMS)))
def test_each_wrong_figure_is_found(number: int, tmp_path: Path) -> None:
    change, expected = SUMS[number]
    packing = Packing()
    change(packing)
    packing.statement.setdefault("payments_file", "x")
    found = check(bag(packing.payload()), tmp_path)[1]
    assert {kind for kind, *_ in found} <= {"sum"}
    assert sorted(str(place[-1]) for _, *place in found) == sorted(expected)


def test_the_entries_of_a_settlement(tmp_path: Path) -> None:
    packing = Packing()
    entries = []
    for row in packing.rows["due"]:
        said = dict(zip(packing.columns["due"], row, strict=True))
        said["sum"], said["stands"] = (f"{said[name] / 100:.2f}" for name in ("sum", "standing"))
        entries.append(said)
    packing.statement["settlement"]["entries"] = entries
    assert check(bag(packing.payload()), tmp_path / "a") == ("verified", [])
    entries[0]["stands"] = "0.01"
    assert check(bag(packing.payload()), tmp_path / "b")[1] == [("sum", "settlement.entries")]


def test_what_cannot_be_parsed_is_not_calculated_with(tmp_path: Path) -> None:
    packing = Packing()
    payload = packing.payload()
    for bad in (
        b"i01:1",
        b"i2:-0",
        b"i1:x",
        b"t1:\xff",
        b"t9999999999:",
        b"l1:i1:1",
        b"b1:z",
        b"d10:2015/06/30",
        b"i39:" + b"9" * 39,
        b"z",
    ):
        text = canonical(["a"]) + b"\n" + bad + b"\n"
        with pytest.raises(ValueError):
            verify.read_table(str(write(tmp_path, {"x.txt": text}) / "x.txt"), False)
    payload["data/text/payments.txt"] += b"x"
    assert check(bag(payload), tmp_path)[1] == [("table", "data/text/payments.txt")]
    assert CONTRACT in payload.values()
