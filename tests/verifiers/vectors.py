"""The published vectors, put through both stand-alone verifiers: ``python -m tests.verifiers.vectors`` prints how many of each set.

A case that is not as published raises AssertionError, or, for JavaScript, CalledProcessError.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.shared import shared

ROOT = Path(__file__).parents[2]
Counted = dict[str, tuple[int, list[str]]]
EXEMPT = "additional/sizes-are-equal-one-and-proof-is-empty.json"  # its roots are not of 32 bytes


def _verify_py() -> ModuleType:
    spec = importlib.util.spec_from_file_location("stand_alone_verify", ROOT / "verifiers" / "verify.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _json(path: str) -> Any:
    return json.loads(shared(f"vectors/{path}").read_text(encoding="utf-8"))


def _cases(kind: str) -> list[tuple[str, Any]]:
    folder = shared(f"vectors/rfc6962-transparency-dev/testdata/{kind}")
    return [(path.relative_to(folder).as_posix(), json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.rglob("*.json"))]


def _bytes(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def python() -> Counted:
    """verify.py."""
    verify = _verify_py()
    out: Counted = {}
    cases = _cases("inclusion")
    for name, one in cases:
        held = verify.check_inclusion(
            one["leafIdx"], one["treeSize"], _bytes(one["leafHash"]), [_bytes(each) for each in one["proof"] or []], _bytes(one["root"])
        )
        assert held != one["wantErr"], name
    out["inclusion"] = (len(cases), [])
    cases, exempt = _cases("consistency"), []
    for name, one in cases:
        proof = [_bytes(each) for each in one["proof"] or []]
        held = verify.check_consistency(one["size1"], one["size2"], _bytes(one["root1"]), _bytes(one["root2"]), proof)
        if name == EXEMPT and not held:
            exempt.append(f"consistency/{name}")
        else:
            assert held != one["wantErr"], name
    out["consistency"] = (len(cases) - len(exempt), exempt)
    given = _json("rfc6962-transparency-dev/tree.json")
    leaves = [verify.leaf_hash(bytes.fromhex(text)) for text in given["leaf_inputs_hex"]]
    for size, root in enumerate(given["root_hashes_by_size_hex"]):
        assert verify.tree_root(leaves[:size]).hex() == root, size
    out["trees"] = (len(given["root_hashes_by_size_hex"]), [])
    out["real log"] = _real_log(verify)
    signed = _json("signed-note/vectors.json")
    for name, reader in (("checkpoint", verify.parse_checkpoint), ("tlog_proof", verify.parse_proof)):
        for text in signed[f"{name}_bad"]:
            with pytest.raises(ValueError):
                reader(text.encode())
        out[{"checkpoint": "bad checkpoints", "tlog_proof": "bad proofs"}[name]] = (len(signed[f"{name}_bad"]), [])
    edges = _json("cctv-ed25519/ed25519/ed25519vectors.json")
    for one in edges:
        flags = set(one["flags"] or [])
        held = verify.check_ed25519(bytes.fromhex(one["key"]), one["msg"].encode(), bytes.fromhex(one["sig"]))
        assert held == (not flags & {"low_order_residue", "non_canonical_R", "low_order_A", "non_canonical_A"}), one["number"]
    out["ed25519 edges"] = (len(edges), [])
    return out


def _real_log(verify: ModuleType) -> tuple[int, list[str]]:
    given = _json("ct-argon2020/argon2020.json")
    size, root = given["sth"]["tree_size"], _bytes(given["sth"]["sha256_root_hash"])
    path = [_bytes(each) for each in given["audit_path"]]
    for entry in given["entries"]:
        leaf = verify.leaf_hash(_bytes(entry["leaf_input"]))
        assert verify.check_inclusion(10_000, size, leaf, path, root) and not verify.check_inclusion(10_001, size, leaf, path, root)
    assert verify.check_consistency(
        given["old_size"], size, _bytes(given["old_root"]), root, [_bytes(each) for each in given["consistency"]]
    )
    return len(given["entries"]) + 1, []


def javascript() -> Counted:
    """verify.js."""
    folder = shared("vectors")
    if shutil.which("node") is None:
        pytest.skip("not checked: the JavaScript verifier (node is not installed)")
    script = Path(__file__).with_name("vectors.js")
    done = subprocess.run(["node", str(script), str(folder)], capture_output=True, text=True, check=True, timeout=120)
    return {name: (checked, exempt) for name, (checked, exempt) in json.loads(done.stdout).items()}


def main() -> None:
    for asked in (python, javascript):
        try:
            found = asked()
        except pytest.skip.Exception as absent:
            print(f"     -  {absent}")
            continue
        for name, (checked, exempt) in found.items():
            print(f"{checked:6,}  {name:16} {asked.__doc__}" + (f" exempt: {', '.join(exempt)}" if exempt else ""))


if __name__ == "__main__":
    main()
