"""README.txt of a pack: what it is and how to check it, for an auditor who has never seen one; with an example out of this very pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Example:
    """A payment line of this pack. ``line``: its number. ``name``: payment and key, as the statement names it. ``words``: what
    `pbr explain` is given for it. ``clause`` and ``at``: its rule in the contract and the line of contract.yaml where that begins. ``grain``: its table of values."""

    line: int
    name: str
    words: tuple[str, ...]
    comes_to: str
    clause: str
    at: int
    grain: str


def readme(about: Mapping[str, Any], example: Example | None, receipts: Mapping[int, str], log: bool) -> str:
    """``about``: title, version, days, inputs (how many), sha256 (of manifest.json), verify (what `pbr verify` has to be
    given besides). ``receipts``: entry -> what it is, in words."""
    anchored = bool(receipts)
    parts = [
        f"{about['title']}, version {about['version']}: evidence of one assessment\n",
        _wrapped(
            f"This folder holds everything that is needed to check one set of payments: the contract, the data as submitted "
            f"({about['inputs']}), every value that was worked out from them, the payments, and the statement. Nothing of ours is needed "
            f"to read it. It holds the data of persons: it is for those who are entitled to see them, and not for publication."
        ),
        f"The name of the result is the SHA-256 of data/assessment/manifest.json:\n  {about['sha256']}\n",
        "HOW TO CHECK IT, in this order. Run each command in the folder that holds bagit.txt.\n",
        _numbered([
            ("Nothing was altered or lost since it was packed.", ["sha256sum -c manifest-sha256.txt     (or any BagIt tool)"]),
            (
                "The parts belong together: digests, the text of every table, the arithmetic of every line and total"
                + (", receipts" if anchored else "")
                + (", the log" if log else "")
                + ".",
                ["pbr unpack . --check", "python verify.py pack .     or     node verify.js pack ."],
            ),
            ("The payments follow from the contract and the data: every value is computed again, by a second engine.", [f"pbr verify .{about['verify']}", *_needed(about["verify"])]),
        ]),
        _wrapped(_anchor(anchored, log)),
        "FROM A PAYMENT TO WHAT IT RESTS ON, in three steps.\n",
    ]  # fmt: skip
    return "\n".join([*parts, _steps(example, receipts), _files(anchored, log)])


def _needed(words: str) -> list[str]:
    """What the reader has to have for it that is not in the pack."""
    needed = ["FILE: each file of the data, which is kept elsewhere"] if "--data" in words else []
    return needed + (["BEFORE: the folder of the assessment that this one follows"] if "--previous" in words else [])


def _anchor(anchored: bool, log: bool) -> str:
    if not anchored:
        return (
            "No log was packed with it. So these checks show that it is consistent in itself; whoever made up all of it, data included, would "
            "pass them. Compare the name of the result with one that you were given by another way."
        )
    return (
        "Give the policy file that your office keeps (--policy FILE), which says whose signatures count. Without one of your own, given or kept with "
        "a view of the log, the answer is at most 'internally consistent'"
        + (
            "; the policy in data/log is the log's own word. It is so too where the witnesses had not seen the assessment yet when this was packed."
            if log
            else ", and it is so here in any case, as the log is not in the pack."
        )
    )


def _steps(example: Example | None, receipts: Mapping[int, str]) -> str:
    if example is None:
        return "This assessment has no payment lines.\n"
    rule = f"Line {example.line} of data/text/payments.txt is {example.name}, {example.comes_to}."
    where = f"Its rule is {example.clause or 'in the contract'}: data/assessment/contract/contract.yaml, line {example.at}."
    values = f"Every value that it was made of stands in data/text/trace/{example.grain}.txt; the formulas in data/assessment/plan.json."
    approved = [f"{what}: data/receipts/{entry}.tlog-proof" for entry, what in sorted(receipts.items())]
    return _numbered([
        (f"{rule} {where}", []),
        (
            f"{values} The data as submitted are in data/assessment/inputs; what was found wrong with each row, and which rows were not used, in "
            "data/assessment/rejected.csv and data/text/findings.txt. In sentences, down to one row:",
            [f"pbr explain data/assessment {' '.join(_quoted(word) for word in example.words)}"],
        ),
        ("Who submitted, assessed and approved it:" if approved else "Who approved it: no log was packed, so nothing here says.", approved),
    ])  # fmt: skip


def _files(anchored: bool, log: bool) -> str:
    told = [
        ("data/assessment/statement.txt", "begin here: what is paid, and why"),
        ("data/assessment/", "the folder of the assessment, byte for byte; docs/trail-format.md describes it"),
        ("data/text/", "the same tables as text: cells are told by their lengths; docs/pack-format.md"),
        *([("data/receipts/", "what was logged about it, each with its proof")] if anchored else []),
        *([("data/log/", "the log, whole, as it was when this was packed; docs/log-format.md")] if log else []),
        ("data/ro-crate-metadata.json", "this description for machines (RO-Crate 1.1)"),
        ("manifest-sha256.txt, -sha512.txt", "the digest of every file (BagIt, RFC 8493)"),
    ]
    width = max(len(name) for name, _ in told)
    return "WHAT IS WHERE\n\n" + "".join(f"  {name:<{width}}   {what}\n" for name, what in told)


def _numbered(items: list[tuple[str, list[str]]]) -> str:
    out = []
    for number, (says, below) in enumerate(items, 1):
        first, *rest = _wrapped(says, 95).rstrip("\n").split("\n")
        out += [f"  {number}. {first}", *(f"     {line}" for line in rest), *(f"       {line}" for line in below), ""]
    return "\n".join(out)


def _quoted(word: str) -> str:
    plain = bool(word) and all(letter.isalnum() or letter in "._-/:+@%" for letter in word)
    return word if plain else "'" + word.replace("'", "'\\''") + "'"


def _wrapped(text: str, width: int = 100) -> str:
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".lstrip()
    return "\n".join(lines) + "\n"


def readme_redacted(about: Mapping[str, Any], shown: Mapping[str, list[tuple[str, str]]], key_id: str, logged: bool) -> str:
    """README.txt of a redacted pack. ``shown``: for each file its columns and what is shown of each."""
    parts = [
        f"{about['title']}, version {about['version']}: redacted evidence of one assessment\n",
        _wrapped(
            "This folder holds every row of one assessment of a payment-by-results contract, without saying who the people are. An identifier stands as a "
            f"pseudonym (HMAC-SHA-256 under the commissioner's key {key_id}, which is not here): the same person has the same one everywhere. Free text is "
            "left out. Numbers, dates, answers and codes are as they were. Rows of persons may still be recognised by who knows something about "
            "them: it is for those who are entitled to check the payments, and not for publication."
        ),
        "HOW TO CHECK IT, in this order. Run each command in the folder that holds bagit.txt.\n",
        _numbered([
            ("Nothing was altered or lost since it was packed.", ["sha256sum -c manifest-sha256.txt     (or any BagIt tool)"]),
            (
                "Every row is one of those that the log committed to." if logged else "Every row gives the roots in data/redacted/disclosure.json.",
                ["pbr unpack . --check", "python verify.py pack .     or     node verify.js pack ."],
            ),
        ]),
        _wrapped(
            "When the assessment was logged, the log committed to the roots in data/redacted/disclosure.json, before anybody asked for this pack. So no row can "
            "have been changed, left out or added since. That a pseudonym stands for the identifier in its cell is the commissioner's word: who "
            "doubts it asks for that cell to be opened."
            if logged
            else "No log was packed with it, so nothing from elsewhere says that these are the rows that were paid for."
        ),
        "WHAT IS SHOWN\n",
    ]  # fmt: skip
    for file, columns in shown.items():
        parts.append(f"  {file}")
        for how in ("open", "pseudonym", "withheld"):
            names = [name for name, treatment in columns if treatment == how]
            if names:
                first, *rest = _wrapped(", ".join(names), 80).rstrip("\n").split("\n")
                parts += [f"    {how:<9}   {first}", *(f"                {line}" for line in rest)]
        parts.append("")
    parts.append("The contract and its rules are in data/redacted/contract.yaml and data/redacted/rules.\n")
    return "\n".join(parts)
