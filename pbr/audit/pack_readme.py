"""README.txt of a pack: what it is and how to check it, for an auditor who has never seen one; with an example out of this very pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    anchored, verify = bool(receipts), f"pbr verify .{' --policy POLICY' if receipts else ''}{about['verify']}"
    stand_alone = f" pack .{' --policy POLICY' if receipts else ''}"
    parts = [
        f"{about['title']}, version {about['version']}: evidence of one assessment\n",
        _wrapped(
            f"This folder holds everything that is needed to check one set of payments: the contract, the data as submitted "
            f"({about['inputs']}), every value that was worked out from them, the payments, and the statement. Begin with "
            f"data/assessment/statement.txt: it says what is paid, and why. Nothing of ours is needed to read it. It holds the data of persons: it is "
            f"for those who are entitled to see them, and not for publication."
        ),
        f"The name of the result is the SHA-256 of data/assessment/manifest.json:\n  {about['sha256']}\n",
        "WHAT TO RUN, in this order, in the folder that holds bagit.txt. Nothing of it writes here.\n",
        _numbered([
            ("Was anything altered or lost since it was packed?", ["sha256sum -c manifest-sha256.txt     (or any BagIt tool)"]),
            (
                "Do the parts belong together: digests, the text of every table, the arithmetic of every line and total"
                + (", receipts" if anchored else "")
                + (", the log" if log else "")
                + "? Two programs that were written apart from pbr answer, each by itself.",
                [f"python verify.py{stand_alone}", f"node verify.js{stand_alone}"],
            ),
            ("Do the payments follow from the contract and the data? Every value is computed again, by a second engine; the checks of 2 are made too.", [verify, *_needed(about["verify"], anchored)]),
        ]),
        _meaning(anchored, log),
        _not_in_it(about["verify"], anchored),
        "FROM A PAYMENT TO WHAT IT RESTS ON, in three steps.\n",
    ]  # fmt: skip
    return "\n".join([*parts, _steps(example, receipts), _files(anchored, log)])


def _needed(words: str, anchored: bool) -> list[str]:
    """What the reader has to have for it that is not in the pack."""
    needed = ["POLICY: the file of your office that says whose signatures count"] if anchored else []
    needed += ["DATA: each file of the data, which is kept elsewhere"] if "--data" in words else []
    return needed + (["BEFORE: the folder, or the pack, of the assessment that this one follows"] if "--previous" in words else [])


def _meaning(anchored: bool, log: bool, redacted: bool = False) -> str:
    """What each answer says and does not say. ``anchored``: there are receipts, so there is something to be verified by."""
    what = "the rows" if redacted else "it"
    answers = [
        (
            "verified",
            f"Nothing is wrong, and those whom your policy trusts have signed that {what} {'were' if redacted else 'was'} logged as here.",
        ),
        (
            "internally consistent",
            "Nothing is wrong in it, but something that vouches for it from elsewhere is lacking; the answer says what. "
            + (
                "Without a policy of your own it is never more: the policy in data/log is the log's own word. Nor is it where the witnesses had not seen "
                "the assessment yet when this was packed: ask for the pack again."
                if log
                else "It is never more here, as the log is not in the pack."
                if anchored
                else "It is never more here, as no log was packed: whoever made up all of it, data included, would pass. Compare "
                + ("it with what you were given by another way." if redacted else "the name of the result with one that you were given by another way.")
            ),
        ),
        ("broken", "Something was changed, is lacking, or does not follow. Each place is named. Do not rely on it; ask for it again."),
    ]  # fmt: skip
    parts = [f"WHAT THE ANSWER MEANS\n\n{_described(answers if log else answers[1:])}"]
    if log:
        parts.append(
            _wrapped(
                "Beside it stands what was decided: draft (not approved yet), approved, challenged (a challenge is not answered) or superseded (another assessment took its place). "
                "It is what was known when this was packed; the log itself may say more by now. A draft can be verified: pay by what is approved."
            )
        )
    elif anchored:
        parts.append(_wrapped("Whether it is approved the receipts alone do not say."))
    parts.append(_wrapped("No answer says that the data were true when they were handed in, or that all of them were."))
    return "\n".join(parts)


def _not_in_it(words: str, anchored: bool) -> str:
    """What a reader may look for in vain."""
    told = [
        ("the programs", "verify.py needs Python and its package cryptography, verify.js Node alone. They come with pbr, in its folder verifiers/. pbr itself is needed for 3 only."),
        *([("your policy", "Whose signatures count is for you to say: take it from your office, not from whoever gave you this.")] if anchored else []),
        *([("the data", "They are kept elsewhere; data/assessment/manifest.json has their digests.")] if "--data" in words else []),
        *(
            [("the assessment before", "This one says what is due after it. Without it what was paid before is this one's own word; data/assessment/manifest.json names it (previous), and 3 says no more than that the digests agree.")]
            if "--previous" in words
            else []
        ),
    ]  # fmt: skip
    return f"WHAT IS NOT IN IT\n\n{_described(told)}"


def _described(items: Sequence[tuple[str, str]]) -> str:
    """Names, and beside each what it is."""
    width = max(len(name) for name, _ in items) + 2
    out = []
    for name, says in items:
        first, *rest = _wrapped(says, 97 - width).rstrip("\n").split("\n")
        out += [f"  {name:<{width}} {first}", *(f"  {'':<{width}} {line}" for line in rest)]
    return "\n".join(out) + "\n"


def _steps(example: Example | None, receipts: Mapping[int, str]) -> str:
    if example is None:
        return "This assessment has no payment lines.\n"
    rule = f"Line {example.line} of data/text/payments.txt is {example.name}, {example.comes_to}."
    clause = f" (clause: {example.clause})" if example.clause else ""
    where = f"Its rule stands in data/assessment/contract/contract.yaml, line {example.at}{clause}."
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
    policy = " --policy POLICY" if logged else ""
    parts = [
        f"{about['title']}, version {about['version']}: redacted evidence of one assessment\n",
        _wrapped(
            "This folder holds every row of one assessment of a payment-by-results contract, without saying who the people are. An identifier stands as a "
            f"pseudonym (HMAC-SHA-256 under the commissioner's key {key_id}, which is not here): the same person has the same one everywhere. Free text is "
            "left out. Numbers, dates, answers and codes are as they were. Rows of persons may still be recognised by who knows something about "
            "them: it is for those who are entitled to check the payments, and not for publication."
        ),
        "WHAT TO RUN, in this order, in the folder that holds bagit.txt. Nothing of it writes here.\n",
        _numbered([
            ("Was anything altered or lost since it was packed?", ["sha256sum -c manifest-sha256.txt     (or any BagIt tool)"]),
            (
                "Is every row one of those that the log committed to? Each of these three programs answers by itself."
                if logged
                else "Does every row give the roots in data/redacted/disclosure.json? Each of these three programs answers by itself.",
                [
                    f"python verify.py pack .{policy}",
                    f"node verify.js pack .{policy}",
                    f"pbr verify .{policy}",
                    *(["POLICY: the file of your office that says whose signatures count"] if logged else []),
                ],
            ),
        ]),
        _meaning(logged, logged, redacted=True),
        _wrapped(
            "When the assessment was logged, the log committed to the roots in data/redacted/disclosure.json, before anybody asked for this pack. So no row can "
            "have been changed, left out or added since. That these rows are the assessment's own is the word of whoever ran it, until somebody who holds the full "
            "folder, and what is kept beside the log, checks it (pbr verify DIR --log LOG): ask who did. That a pseudonym stands for the identifier in its cell is the commissioner's word: who "
            "doubts it asks for that cell to be opened."
            if logged
            else "No log was packed with it, so nothing from elsewhere says that these are the rows that were paid for."
        ),
        f"WHAT IS NOT IN IT\n\n{_described(_left_out(logged))}",
        _wrapped(
            "WHAT IS SHOWN. A file has a line for each row, and each line a list with an item for each column: open is [text, salt], pseudonym is [pseudonym, commitment], "
            "withheld is [commitment]. The text of a cell begins with what it is and its length; docs/pack-format.md of pbr says more."
        ),
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


def _left_out(logged: bool) -> list[tuple[str, str]]:
    return [
        ("who the people are", "and the key of the pseudonyms. It stays with the commissioner."),
        ("the data, the statement", "So nothing can be computed again from this pack. The sums are for you to add up: column amount of data/redacted/payments.jsonl."),
        ("the programs", "verify.py needs Python and its package cryptography, verify.js Node alone. They come with pbr, in its folder verifiers/."),
        *([("your policy", "Whose signatures count is for you to say: take it from your office, not from whoever gave you this.")] if logged else []),
    ]  # fmt: skip
