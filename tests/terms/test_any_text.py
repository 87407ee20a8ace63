"""Any text gives a contract or a refusal, never anything else; so do the shipped examples with anything changed in them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.problem import Refused
from pbr.terms.codes import CODES
from pbr.terms.loading import Loaded, load_text
from pbr.terms.rulebook.codes import CODES as OF_RULES

_SHIPPED = sorted((Path(__file__).parents[2] / "contracts").glob("*/*/contract.yaml"))
EXAMPLES = [text for path in _SHIPPED if len(text := path.read_text("utf-8")) < 20_000]  # of one of 60,000 characters nothing else comes
PIECES = [
    *("a", "pbr", "1", "x: ", "from: ", "- ", ": ", ", ", "[", "]", "{", "}", "(", ")", "\n", "\n  ", "\n    ", "'", '"', "# ", " #x"),
    *(" # ", "%", "&a ", "*a", "!t ", "!", "| ", ">-\n", "? ", "---\n", "...\n", "<<: ", "£2,750.00", "\\", "\\x", '"\\ud800"', "\t", "\0"),
    *("\r\n", "\r", "\x85", "\u2028", "\ufeff", "é", "😀", "null", "~", "=", "@", "`", "round(x, 1 penny)", '"\\U00110000"', "%YAML 9.9\n"),
    *("!<", "!!", "!e!x ", "%TAG ! tag:x\n", "spans", "payments:", "\n  fee: {value: ", "data: ", "examples:\n  - rows: {t: [[a]]}\n"),
]


def outcome(text: str | bytes) -> Loaded | Refused:
    try:
        return load_text(text, "c.yaml")
    except Refused as refused:
        assert refused.problems
        for problem in refused.problems:
            assert problem.code in CODES or problem.code in OF_RULES
            assert problem.says
            assert problem.place is not None
            assert str(problem)
        return refused


@settings(max_examples=300, deadline=10_000)
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    outcome(text)


@settings(max_examples=200, deadline=10_000)
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    outcome(data)


@settings(max_examples=1000, deadline=10_000)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_pieces_of_yaml(pieces: list[str]) -> None:
    outcome("".join(pieces))


@settings(max_examples=100, deadline=10_000)
@given(st.data())
def test_any_change_of_an_example(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(EXAMPLES))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.sampled_from([0, 0, 1, 2, 5, 20, 200]))
        piece = data.draw(st.sampled_from([*PIECES, ""]))
        text = text[:at] + piece + text[at + cut :]
    loaded = outcome(text)
    if isinstance(loaded, Loaded):
        assert loaded.source.text == text.removeprefix("\ufeff")


@settings(max_examples=60, deadline=10_000)
@given(st.data())
def test_lines_taken_out_or_doubled(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(EXAMPLES)).split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    times = data.draw(st.sampled_from([0, 2]))
    outcome("\n".join([*lines[:at], *[lines[at]] * times, *lines[at + 1 :]]))


def test_a_block_or_a_table_that_is_no_map_is_refused_beside_a_rule() -> None:
    text = next(text for text in EXAMPLES if "\nuses:\n" in text)
    for block in ("parameters:", "data:", "measures:", "payments:"):
        lines = text.split("\n")
        at = lines.index(block)
        end = next(line for line in range(at + 1, len(lines)) if lines[line][:1].isalpha())
        assert isinstance(outcome("\n".join([*lines[:at], f"{block} x", *lines[end:]])), Refused)
    assert isinstance(outcome(text.replace("    columns:\n", "    columns: x\n", 1)), Refused)
