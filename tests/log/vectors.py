"""Published vectors, one function for each set: ``(checked, exempt)``, the exempt cases by name. A case that is not as published raises
AssertionError. ``make vectors`` prints the counts."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from pbr.audit.bag import ANY, read_bag
from pbr.log import checkpoints, notes, tree
from pbr.log.entries import pae
from pbr.log.receipts import NotAReceipt, read_receipt
from pbr.platform import signing, vkeys
from pbr.platform.canonical import canonical
from pbr.platform.files import RealFiles
from tests.shared import shared

Counted = tuple[int, tuple[str, ...]]


def _json(path: str) -> Any:
    return json.loads(shared(f"vectors/{path}").read_text(encoding="utf-8"))


def _cases(kind: str) -> list[tuple[str, Any]]:
    folder = shared(f"vectors/rfc6962-transparency-dev/testdata/{kind}")
    return [(path.relative_to(folder).as_posix(), json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.rglob("*.json"))]


def _decoded(texts: list[str] | None) -> list[bytes]:
    return [base64.b64decode(text) for text in texts or []]


def inclusion() -> Counted:
    """RFC 6962 inclusion proofs, good and bad (transparency-dev)."""
    cases = _cases("inclusion")
    for name, case in cases:
        leaf, root = base64.b64decode(case["leafHash"] or ""), base64.b64decode(case["root"] or "")
        held = tree.check_inclusion(leaf, case["leafIdx"], case["treeSize"], _decoded(case["proof"]), root)
        assert held != case["wantErr"], f"inclusion/{name}"
    return len(cases), ()


# Its roots are the 12 bytes "don't care 2". A reader that is given a root of another length than 32 bytes has been given no root.
ROOTS_NOT_32_BYTES = "additional/sizes-are-equal-one-and-proof-is-empty.json"


def consistency() -> Counted:
    """RFC 6962 consistency proofs, good and bad (transparency-dev)."""
    cases = _cases("consistency")
    exempt = []
    for name, case in cases:
        roots = [base64.b64decode(case[root] or "") for root in ("root1", "root2")]
        held = tree.check_consistency(case["size1"], roots[0], case["size2"], roots[1], _decoded(case["proof"]))
        if name == ROOTS_NOT_32_BYTES and not held:
            exempt.append(f"consistency/{name}")
        else:
            assert held != case["wantErr"], f"consistency/{name}"
    return len(cases) - len(exempt), tuple(exempt)


def trees() -> Counted:
    """Roots of the trees of 0 to 8 leaves, and how leaves and nodes are hashed (transparency-dev)."""
    given = _json("rfc6962-transparency-dev/tree.json")
    leaves = [tree.leaf_hash(bytes.fromhex(text)) for text in given["leaf_inputs_hex"]]
    for size, root in enumerate(given["root_hashes_by_size_hex"]):
        assert tree.root(leaves[:size]).hex() == root, f"size {size}"
    hashed = {
        "empty_leaf": tree.leaf_hash(b""),
        "leaf_L123456": tree.leaf_hash(b"L123456"),
        "node_N123_N456": tree.node_hash(b"N123", b"N456"),
    }
    assert {name: value.hex() for name, value in hashed.items()} == given["hasher"]
    return len(given["root_hashes_by_size_hex"]) + len(hashed), ()


def real_log() -> Counted:
    """An entry and a consistency proof of a certificate log of 961,984,013 entries (Google Argon 2020)."""
    given = _json("ct-argon2020/argon2020.json")
    size, root = given["sth"]["tree_size"], base64.b64decode(given["sth"]["sha256_root_hash"])
    checked = 0
    for entry in given["entries"]:
        leaf, proof = tree.leaf_hash(base64.b64decode(entry["leaf_input"])), _decoded(given["audit_path"])
        assert tree.check_inclusion(leaf, 10_000, size, proof, root)
        assert not tree.check_inclusion(leaf, 10_001, size, proof, root)
        checked += 1
    old, proof = base64.b64decode(given["old_root"]), _decoded(given["consistency"])
    assert tree.check_consistency(given["old_size"], old, size, root, proof)
    assert not tree.check_consistency(given["old_size"], old, size, root, [*proof[:-1], bytes(32)])
    return checked + 1, ()


def signed_notes() -> Counted:
    """Notes, keys and a cosignature's time as Go's sumdb/note and transparency-dev/formats write them."""
    given = _json("signed-note/vectors.json")
    sign, second = given["sign"], given["sign"]["second_signer"]
    key = notes.read_vkey(sign["vkey"])
    note = notes.read_note(sign["note"].encode())
    assert str(key) == sign["vkey"] and note.text == sign["text"] and bytes(note) == sign["note"].encode()
    assert [notes.verifies(note.text, line, key) for line in note.signatures] == [True]
    assert not notes.verifies(note.text + "x", note.signatures[0], key)
    other = notes.SigningKey(second["name"], vkeys.NOTE, bytes.fromhex(second["seed_hex"]))
    assert f"{notes.sign_note(sign['text'], other)}\n" == second["line"]
    assert vkeys.read_secret(other.secret_text()) == other
    for text in given["vkeys_ok"]:
        assert str(notes.read_vkey(text)) == text
    timed = given["cosignature_timestamp"]
    data = base64.b64decode(timed["base64"])
    assert int.from_bytes(data[4:12], "big") == timed["unix"] and len(data) == 4 + 8 + 64
    return 3 + len(given["vkeys_ok"]), ()


def bad_checkpoints() -> Counted:
    """Texts that are no checkpoint (transparency-dev/formats)."""
    texts = _json("signed-note/vectors.json")["checkpoint_bad"]
    for text in texts:
        for data in (text.encode(), f"{text}\n— example.org/log AAAAAAA=\n".encode()):
            try:
                checkpoints.read_checkpoint(data)
            except checkpoints.NotACheckpoint:
                continue
            raise AssertionError(f"taken for a checkpoint: {text!r}")
    return len(texts), ()


def bad_proofs() -> Counted:
    """Texts that are no tlog-proof (transparency-dev/formats)."""
    texts = _json("signed-note/vectors.json")["tlog_proof_bad"]
    for text in texts:
        try:
            read_receipt(text.encode())
        except NotAReceipt:
            continue
        raise AssertionError(f"taken for a proof: {text!r}")
    return len(texts), ()


def rekor() -> Counted:
    """Checkpoints and proofs of a Rekor log as Sigstore clients must judge them."""
    folders = sorted(shared("vectors/sigstore-conformance/test/assets/bundle-verify").glob("rekor2-checkpoint-*"))
    for folder in folders:
        trusted = json.loads((folder / "trusted_root.json").read_text())["tlogs"]
        entry = json.loads((folder / "bundle.sigstore.json").read_text())["verificationMaterial"]["tlogEntries"][0]
        log = next(one for one in trusted if one["logId"]["keyId"] == entry["logId"]["keyId"])
        name = log["baseUrl"].removeprefix("https://")
        key = notes.VerifierKey(name, vkeys.NOTE, base64.b64decode(log["publicKey"]["rawBytes"])[-32:])
        assert base64.b64decode(log["logId"]["keyId"])[:4] == key.id
        proof = entry["inclusionProof"]
        try:
            signed = checkpoints.read_checkpoint(proof["checkpoint"]["envelope"].encode())
        except checkpoints.NotACheckpoint:
            held = False
        else:
            stated = signed.checkpoint
            held = stated.origin == name and any(checkpoints.signed_by(stated, line, key) for line in signed.signatures)
            leaf = tree.leaf_hash(base64.b64decode(entry["canonicalizedBody"]))
            held = held and tree.check_inclusion(leaf, int(proof["logIndex"]), stated.size, _decoded(proof["hashes"]), stated.root)
        assert held != folder.name.endswith("_fail"), folder.name
    return len(folders), ()


def dsse() -> Counted:
    """What DSSE signs (secure-systems-lab)."""
    given = _json("dsse/vectors.json")
    assert pae(given["payloadType"], given["payload"].encode()).decode() == given["pae"]
    return 1, ()


def canonical_json() -> Counted:
    """RFC 8785 files; no number with a point is ever written here."""
    folder = shared("vectors/jcs-rfc8785/testdata")
    names = sorted(path.stem for path in (folder / "input").glob("*.json"))
    exempt = []
    for name in names:
        value = json.loads((folder / "input" / f"{name}.json").read_bytes())
        try:
            written = canonical(value)
        except TypeError:
            exempt.append(f"{name} (numbers with a point)")
        else:
            assert written == (folder / "output" / f"{name}.json").read_bytes(), name
    return len(names) - len(exempt), tuple(exempt)


def bags() -> Counted:
    """BagIt bags, good and bad (Library of Congress)."""
    folders = [
        path for path in sorted(shared("vectors/bagit-conformance-suite").glob("v*/*/*")) if path.is_dir() and path.parent.name != "warning"
    ]
    exempt = []
    for folder in folders:
        name = "/".join(folder.parts[-3:])
        found = read_bag(folder, RealFiles(), ANY).found
        if name == FETCHED:
            assert found
            exempt.append(f"{name} (files that must be fetched are refused)")
        else:
            assert bool(found) != (folder.parent.name == "valid"), name
    return len(folders) - len(exempt), tuple(exempt)


FETCHED = "v0.97/valid/holey-bag"


def ml_dsa() -> Counted:
    """A cosignature of type 0x06 on a subtree, made by torchwood."""
    given = _json("signed-note/mldsa44-subtree-cosignature.json")
    key = notes.read_vkey(given["vkey"])
    note = notes.read_note(f"text\n\n{given['sig_line']}".encode())
    (line,) = note.by(key)
    time, root = int.from_bytes(line.signature[:8], "big"), base64.b64decode(given["root_b64"])
    for origin, good in ((given["origin"], True), ("example.com/other", False)):
        message = checkpoints.subtree_message(key.name, time, origin, given["start"], given["end"], root)
        assert key.verifies(line.signature[8:], message) == good
    return 1, ()


def ed25519_edges() -> Counted:
    """Signatures at the edges of Ed25519 (C2SP/CCTV). The library alone accepts 208 of 914; with keys read as they are here, none under a
    key of low order."""
    cases = _json("cctv-ed25519/ed25519/ed25519vectors.json")
    plain = ours = 0
    for case in cases:
        key, signature, message = bytes.fromhex(case["key"]), bytes.fromhex(case["sig"]), case["msg"].encode()
        library = signing.plainly_verifies(signing.ED25519, key, signature, message)
        here = signing.verifies(signing.ED25519, key, signature, message)
        flags = set(case["flags"] or [])
        assert library == (not flags & {"low_order_residue", "non_canonical_R"}), case["number"]
        assert here == (library and not flags & {"low_order_A", "non_canonical_A"}), case["number"]
        plain, ours = plain + library, ours + here
    assert (len(cases), plain) == (914, 208) and ours > 0
    return len(cases), ()


SETS: tuple[Callable[[], Counted], ...] = (
    inclusion, consistency, trees, real_log, signed_notes, bad_checkpoints, bad_proofs, rekor, ml_dsa, ed25519_edges, dsse, canonical_json, bags,
)  # fmt: skip


def main() -> None:
    for counted in SETS:
        try:
            checked, exempt = counted()
        except pytest.skip.Exception as absent:
            print(f"     -  {counted.__name__.replace('_', ' '):16} {absent}")
            continue
        said = " ".join((counted.__doc__ or "").split()).partition(". ")[0].removesuffix(".")
        print(f"{checked:6,}  {counted.__name__.replace('_', ' '):16} {said}" + (f"; exempt: {', '.join(exempt)}" if exempt else ""))


if __name__ == "__main__":
    main()
