"""Writes a small evidence pack by the page, apart from the program and from the verifiers: every figure in it is worked out by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.verifiers.making import OFFICES, SALT, Making, canonical, commitment, opening, root, sha

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
CONTRACT, RULE, INPUT = b"contract: c\n", b"rule: r\n", b"id\n1\n"
BEFORE = "ab" * 32  # the manifest of the assessment before
PAYMENTS = ["line", "payment", "grain", "key", "low", "high", "of", "low_1", "high_1", "amount", "result", "why"]
DUE = ["entry", "payment", "grain", "key", "kind", "line", "sum", "standing", "of_assessment", "of_line"]


def cell(value: object) -> bytes:
    if value is None:
        return b"n"
    if isinstance(value, bool):
        return b"b1:y" if value else b"b1:n"
    if isinstance(value, list):
        return b"l%d:" % len(value) + b"".join(cell(item) for item in value)
    text = str(value).encode()
    return (b"i" if isinstance(value, int) else b"t") + b"%d:" % len(text) + text


def table_root(digests: list[bytes]) -> str:
    blocks = [b"".join(digests[at : at + 1024]) for at in range(0, len(digests), 1024)]
    return root([sha(b"\x00" + block) for block in blocks]).hex()


def hexed(data: bytes) -> str:
    return sha(data).hex()


class Packing:
    """What stands in the pack before it is written; a test changes it."""

    def __init__(self) -> None:
        self.columns = {"payments": list(PAYMENTS), "due": list(DUE), "trace/people": ["id", "name", "tags"]}
        self.rows: dict[str, list[list[Any]]] = {
            "payments": [
                [1, "fee", "person", '["a"]', 15000, 15000, 1, 10000, 10000, 10000, "pays", 0],
                [2, "fee", "person", '["b"]', 0, 5000, 1, 0, 5000, None, "held", 1],
                [3, "rate", "person", '["a"]', 1, 1, 2, 1, 1, 1, "sets", 0],
                [4, "cut", "contract", "[]", 0, 0, 1, -2000, -2000, -2000, "deducts", None],
            ],
            "due": [
                [1, "fee", "person", '["a"]', "reversal", 1, -9000, 0, BEFORE, 1],
                [2, "fee", "person", '["a"]', "restatement", 1, 10000, 10000, BEFORE, 1],
                [3, "fee", "person", '["b"]', "kept", 2, 0, 4000, BEFORE, 2],
                [4, "cut", "contract", "[]", "paid", 4, -2000, -2000, None, None],
                [5, "fee", "person", '["z"]', "reversal", None, -1000, 0, BEFORE, 9],
            ],
            "trace/people": [[1, "A\nn£", ["x", None, ""]], [2, None, []], [10**37, "b", [""]]],
        }
        none = dict.fromkeys(("pays", "pays_nothing", "deducts", "sets", "held"), 0)
        kinds = dict.fromkeys(("paid", "nothing", "held", "unchanged", "kept", "reversal", "restatement"), 0)
        items = [("fee", {"id": "a"}, "pays", "100.00"), ("fee", {"id": "b"}, "held", None), ("rate", {"id": "a"}, "sets", "0.5"), ("cut", {}, "deducts", "-20.00")]  # fmt: skip
        graded = {"lines": 2, "held": 1, "paid": "100.00"}
        self.statement: dict[str, Any] = {
            "lines": 4,
            "payments": [{"payment": payment, "for": of, "result": result, "amount": amount} for payment, of, result, amount in items],
            "totals": {
                "gross": "100.00",
                "deducted": "-20.00",
                "paid": "80.00",
                "held": 1,
                "payments": {
                    "fee": {"form": "per", "lines": 2, **none, "pays": 1, "held": 1, "gross": "100.00", "deducted": "0.00", "paid": "100.00"},
                    "rate": {"form": "factor", "lines": 1, **none, "sets": 1},
                    "cut": {"form": "step", "lines": 1, **none, "deducts": 1, "gross": "0.00", "deducted": "-20.00", "paid": "-20.00"},
                },
                "steps": [{"step": 1, "name": "cut", "over": ["fee"], "before": "150.00", "after": "80.00", "lines_cut": 2}],
            },
            "evidence": {"fee": {"decided_by": "provider", "rests_on": ""}, "rate": {"decided_by": "independent", "rests_on": ""}},
            "evidence_totals": {"decided_by": {"provider": graded, "independent": {"lines": 1, "held": 0}}, "rests_on": {}},
            "settlement": {
                "previous": {"sha256": BEFORE},
                "due": "-20.00",
                "to_date": "120.00",
                "paid_before": "140.00",
                "kept_while_held": "40.00",
                "payments": {
                    "fee": {"due": "0.00", "to_date": "140.00", "paid_before": "140.00", "kept_while_held": "40.00", **kinds, "reversal": 2, "restatement": 1, "kept": 1},
                    "cut": {"due": "-20.00", "to_date": "-20.00", "paid_before": "0.00", "kept_while_held": "0.00", **kinds, "paid": 1},
                },
                "entries_file": "due.parquet",
            },
        }  # fmt: skip
        self.inputs = [{"name": "rows.csv", "table": None, "file": "inputs/rows.csv", "sha256": hexed(INPUT), "size": len(INPUT)}]
        self.manifest: dict[str, Any] = {}  # members that shall be others
        self.openings = True
        self.log: Making | None = None
        self.submissions = [1]  # those that the assessment lists
        self.receipts = [0, 1, 2, 3]

    def tables(self, name: str) -> tuple[bytes, str]:
        rows = [b"".join(cell(value) for value in row) for row in self.rows[name]]
        return canonical(self.columns[name]) + b"\n" + b"".join(row + b"\n" for row in rows), table_root([sha(row) for row in rows])

    def assessment(self) -> dict[str, bytes]:
        statement = json.dumps(self.statement, indent=2).encode()
        tables = {
            f"{name}.parquet": {"columns": self.columns[name], "rows": len(self.rows[name]), "root": self.tables(name)[1]}
            for name in self.rows
        }
        manifest = {
            "format": "pbr-trail/1",
            "contract": {"id": "c", "version": "1", "sha256": hexed(CONTRACT)},
            "rules": [{"rule": "f/r/1", "file": "contract/rules/f/r/1.yaml", "sha256": hexed(RULE)}],
            "inputs": self.inputs,
            "tables": tables,
            "documents": {"statement.json": hexed(statement), "contract/contract.yaml": hexed(CONTRACT)},
            **self.manifest,
        }  # fmt: skip
        files = {
            "statement.json": statement,
            "contract/contract.yaml": CONTRACT,
            "contract/rules/f/r/1.yaml": RULE,
            "inputs/rows.csv": INPUT,
            "manifest.json": canonical(manifest),
            **{name: b"PAR1" + name.encode() for name in tables},
        }
        run = {"files": {name: {"sha256": hexed(data), "size": len(data)} for name, data in files.items()}}
        return {**files, "run.json": json.dumps(run, indent=1).encode()}

    def logged(self, files: dict[str, bytes], disclosure: Any = None) -> Making:
        """A log with the contract, the submission, this assessment and its approval; and the documents of their commitments."""
        log = Making()
        terms = {"id": "c", "version": "1", "sha256": hexed(CONTRACT), "rules": [{"rule": "f/r/1", "sha256": hexed(RULE)}]}
        log.contract(terms=terms)
        manifest = hexed(files.get("manifest.json", b""))
        documents: list[Any] = [
            {"files": [{"name": "rows.csv", "table": None, "sha256": hexed(INPUT), "size": len(INPUT)}]},
            {"manifest": manifest, "run": hexed(files.get("run.json", b""))},
            {"manifest": manifest, "line": None, "reason": "it is right"},
        ]
        log.submission(document=documents[0])
        log.assessment(document=documents[1], submissions=self.submissions, disclosure=commitment(disclosure or {}))
        log.approval(2, OFFICES["approver"], commitment=commitment(documents[2]))
        self.documents = dict(enumerate(documents, 1))
        return log

    def payload(self) -> dict[str, bytes]:
        files = self.assessment()
        payload = {f"data/assessment/{name}": data for name, data in files.items()}
        payload |= {f"data/text/{name}.txt": self.tables(name)[0] for name in self.rows}
        return payload | self.evidence(files, {})

    def redacted(self) -> dict[str, bytes]:
        """The first cell of each row is open, the second a pseudonym or withheld, others withheld."""
        payload, tables = {"data/redacted/contract.yaml": CONTRACT, "data/redacted/rules/f/r/1.yaml": RULE}, {}
        for name, rows in self.rows.items():
            columns, digests, lines = self.columns[name], [], []
            lines.append({"columns": columns, "treatment": ["open", "pseudonym", *["withheld"] * (len(columns) - 2)]})
            for number, row in enumerate(rows):
                sealed = [sha(bytes.fromhex(SALT) + cell(value)) for value in row]
                digests.append(sha(b"".join(sealed)))
                second = [sealed[1].hex()] if number == 1 else ["0f" * 16, sealed[1].hex()]
                lines.append([[cell(row[0]).decode(), SALT], second, *([item.hex()] for item in sealed[2:])])
            tables[f"{name}.parquet"] = {"columns": columns, "rows": len(rows), "root": table_root(digests)}
            payload[f"data/redacted/{name}.jsonl"] = b"".join(canonical(line) + b"\n" for line in lines)
        contract = {"id": "c", "version": "1", "sha256": hexed(CONTRACT)}
        document = {"format": "pbr-disclosure/1", "contract": contract, "engine": {"name": "pbr", "version": "0"}, "complete_to": {}, "currency": "GBP", "tables": tables}  # fmt: skip
        payload["data/redacted/disclosure.json"] = canonical(document)
        return payload | self.evidence({}, document)

    def evidence(self, files: dict[str, bytes], disclosure: Any) -> dict[str, bytes]:
        log = self.log or self.logged(files, disclosure)
        payload = {f"data/log/{name}": data for name, data in log.files().items()}
        for number in self.receipts:
            opened: dict[str, object] = {}
            if self.openings and number and not disclosure:
                opened["commitment"] = opening(self.documents[number])
            if self.openings and number == 2 and disclosure:
                opened["disclosure"] = opening(disclosure)
            payload[f"data/receipts/{number}.tlog-proof"] = log.receipt(number, opened)
        says = {"format": "pbr-pack/1", "redacted": bool(disclosure), "log": True, "receipts": self.receipts}
        return payload | {"data/pack.json": canonical(says), "data/README.txt": b"read me\n", "data/ro-crate-metadata.json": b"{}"}


def bag(payload: dict[str, bytes]) -> dict[str, bytes]:
    def manifest(files: dict[str, bytes], algorithm: Callable[[bytes], Any]) -> bytes:
        return "".join(f"{algorithm(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())).encode()

    tags = {"bagit.txt": BAGIT, "bag-info.txt": b"Bagging-Date: 2026-03-01\n"}
    tags["manifest-sha256.txt"] = manifest(payload, hashlib.sha256)
    tags["manifest-sha512.txt"] = manifest(payload, hashlib.sha512)
    last = {
        f"tagmanifest-{name}.txt": manifest(tags, algorithm) for name, algorithm in (("sha256", hashlib.sha256), ("sha512", hashlib.sha512))
    }
    return {**payload, **tags, **last}


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder
