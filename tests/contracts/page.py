"""docs/contracts.md, made by running every shipped contract."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path

from pytest import skip

from pbr.plan.quantities import SIGNS
from tests.contracts.catalogue import ROOT, SHIPPED, Figure, assessed, compiled, mechanisms, ours, published, runs_from

HEAD = """# The contracts

Made by running every contract that is shipped: `PBR_UPDATE_GOLDEN=1 python -m pytest tests/docs/test_contracts_page.py` writes it anew, and the test of it fails when it no longer comes out.

Marks: **S** seen in the source named, **D** derived from such figures by arithmetic. A figure that somebody remembers (M) is never a published figure here; the terms that rest on one are listed by `pbr show` and on every statement.
*Rows* means that worked examples or a submission are computed from rows of data; *injected values* that the published inputs are themselves totals or rates.
"""


def page(known: dict[tuple[str, str], str]) -> tuple[str, list[str]]:
    """The page, and what could not be computed here. ``known``: what the page says already of figures from shared data."""
    out, skipped = [HEAD], []
    out += [f"\n{len(SHIPPED)} contracts, {len({name.split('/')[1] for name in SHIPPED})} fields, "
            f"{len({published(name).country for name in SHIPPED})} countries; {sum(runs_from(name) == 'rows' for name in SHIPPED)} run from rows. "
            f"{sum(bool(published(name).figures) for name in SHIPPED)} have a published figure; the others are made up, in the form of contracts of their kind.\n"]  # fmt: skip
    out += ["\n| contract | field | country | runs from | published figures | synthetic submission pays |", "|---|---|---|---|---|---|"]
    totals = {name: _total(name) for name in SHIPPED}
    for name in SHIPPED:
        _, field, short = name.split("/")
        out.append(
            f"| [{short}](#{short}) | {field} | {published(name).country} | {runs_from(name)} | {len(published(name).figures) or 'none: made up'} | {totals[name]} |"
        )
    out += ["\n## What was published, and what comes out"]
    for name in SHIPPED:
        told = published(name)
        loaded, _ = compiled(name)
        short = name.split("/")[2]
        out += [f"\n### {short}", f"\n{loaded.contract.title.text}. {told.about}", f"\n[contract.yaml](../{name}/contract.yaml)"]
        out += [f"\nMechanisms: {', '.join(mechanisms(name))}."]
        out += ["\n| what | published | ours | mark | source |", "|---|---|---|---|---|"] if told.figures else []
        for figure in told.figures:
            out.append(_row(name, figure, totals[name], known, skipped))
        notes = [f"{figure.what}: {figure.note}" for figure in told.figures if figure.note]
        out += ["\n" + "  \n".join(f"*{note}.*" for note in notes)] if notes else []
    out += [
        "\n## Which contract uses what",
        "\nEach mechanism, and each operation of the language, is used by contracts of at least two fields. Operations without a name of their own here are not listed.",
    ]
    out += ["\n| mechanism | contracts |", "|---|---|"]
    users = defaultdict(list)
    for name in SHIPPED:
        for mechanism in mechanisms(name):
            users[mechanism].append(name.split("/")[2])
    out += [f"| {mechanism} | {', '.join(names)} |" for mechanism, names in sorted(users.items())]
    return "\n".join(out) + "\n", skipped


def _row(name: str, figure: Figure, total: str, known: dict[tuple[str, str], str], skipped: list[str]) -> str:
    try:
        mine = ours(name, figure, total)
    except skip.Exception as reason:
        skipped.append(f"{name}: {figure.what} ({reason})")
        mine = known.get((name.split("/")[2], figure.what), "not computed here")
    return f"| {figure.what} | {figure.published} | {mine} | {figure.mark} | {figure.source} |"


def _total(name: str) -> str:
    if not (ROOT / name / "submission").is_dir():
        return ""
    with tempfile.TemporaryDirectory() as folder:
        paid = assessed(name, Path(folder) / "out")["totals"].get("paid")
    if paid is None:  # a contract that only sets factors pays nothing by itself
        return ""
    sign = SIGNS[compiled(name)[1].currency]
    whole, _, rest = paid.lstrip("-").partition(".")
    return f"{'-' if paid.startswith('-') else ''}{sign}{int(whole):,}.{rest}"


def said(text: str) -> dict[tuple[str, str], str]:
    """Our figures as a page says them, by contract and what."""
    found: dict[tuple[str, str], str] = {}
    short = ""
    for line in text.splitlines():
        if line.startswith("### "):
            short = line[4:].strip()
        elif line.startswith("| ") and line.count("|") == 6 and short:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            found[short, cells[0]] = cells[2]
    return found
