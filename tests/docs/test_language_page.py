"""docs/language.md against the program: each example is run, each closed list compared. PBR_UPDATE_GOLDEN=1 writes the definitions anew."""

from __future__ import annotations

import re

import pytest

from pbr.examples import run_examples
from pbr.language.currencies import CURRENCIES
from pbr.language.tokens import RESERVED
from pbr.language.vocabulary import ROUNDING, WHEN_HELD
from pbr.plan.build import build
from pbr.plan.checkdigits import SCHEMES
from pbr.plan.operations import OPERATIONS
from pbr.plan.plan import Plan
from pbr.plan.tables import ABSENCES, DEFAULT_TOP, TYPES
from pbr.problem import Refused
from pbr.terms import layouts, models
from pbr.terms.bounds import MOST_BYTES, MOST_DEPTH, MOST_VALUES
from pbr.terms.loading import Loaded, load_text
from pbr.terms.names import BUILT_IN
from pbr.terms.names import RESERVED as NEVER_NAMES
from pbr.terms.vocabulary import keys_of
from tests.docs.pages import DOCS, UPDATE, Block, between, blocks, framed, page, sections

PAGE = page("language.md")
BLOCKS = blocks(PAGE)
WHOLE = next(block for block in BLOCKS if block.tag == "yaml contract").text
OWN = ("outcomes", "payments", "statement", "examples")
FRAME = "".join(part for name, part in sections(WHOLE).items() if name not in OWN) + (
    "payments:\n  nothing: {per: contract, pays: £0.00}\nstatement:\n  then: []\n"
)


def named(block: Block) -> str:
    return f"line {block.line}: {block.tag}"


def contract_of(block: Block) -> str:
    return block.text if block.text == WHOLE else framed(FRAME, block.text)


def compiled(text: str) -> tuple[Loaded, Plan]:
    loaded = load_text(text, "example.yaml")
    return loaded, build(loaded)


def expression(per: str, text: str) -> str:
    return framed(FRAME, f"facts:\n  tried:\n    per: {per}\n    equals: >-\n      {text}\n")


def marked(name: str) -> str:
    start, end = between(PAGE, f"<!-- {name} -->", f"<!-- end of {name} -->")
    return PAGE[start:end]


def cells(table: str) -> list[list[str]]:
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows[1:]]


# ---- the examples ---------------------------------------------------------------------------------------------------
GOOD = [block for block in BLOCKS if block.tag == "yaml contract"]
BAD = [block for block in BLOCKS if block.tag.startswith("yaml refused ")]
LINES = [(block, line) for block in BLOCKS if block.tag.startswith("expr ") for line in block.text.splitlines() if line.strip()]


@pytest.mark.parametrize("block", GOOD, ids=named)
def test_a_contract_compiles_and_its_worked_examples_come_out(block: Block) -> None:
    loaded, plan = compiled(contract_of(block))
    assert [str(problem) for result in run_examples(loaded, plan) for problem in result.problems] == []


@pytest.mark.parametrize("block", BAD, ids=named)
def test_a_bad_contract_is_refused_with_its_code(block: Block) -> None:
    with pytest.raises(Refused) as caught:
        compiled(contract_of(block))
    assert {problem.code for problem in caught.value.problems} == {block.tag.split()[2]}, str(caught.value)


@pytest.mark.parametrize(("block", "line"), LINES, ids=lambda value: value.strip() if isinstance(value, str) else value.tag)
def test_an_expression_has_its_type_or_is_refused(block: Block, line: str) -> None:
    words = block.tag.split()
    text, _, wanted = line.partition(" -> ")
    if "refused" in words:
        with pytest.raises(Refused) as caught:
            compiled(expression(words[1], text.strip()))
        assert [problem.code for problem in caught.value.problems] == [words[3]], str(caught.value)
    else:
        _, plan = compiled(expression(words[1], text.strip()))
        assert plan.step("tried").type.phrase == wanted.strip()


def test_there_are_no_blocks_that_nothing_runs() -> None:
    known = ("yaml contract", "yaml refused PBR", "expr ")
    assert [block.line for block in BLOCKS if block.tag and not block.tag.startswith(known)] == []
    assert (len(GOOD), len(BAD), len(LINES)) >= (10, 12, 40)


def comes_out(text: str) -> None:
    """The contract compiles and its worked examples come out."""
    assert [str(problem) for result in run_examples(*compiled(text)) for problem in result.problems] == []


def test_the_rounding_table() -> None:
    facts, expected = [], []
    rows = cells(marked("rounding"))
    for row in rows:
        for number, value, result in zip("abcd", ("0.5", "1.5", "-0.5", "-1.2"), row[2:], strict=True):
            name = f"{row[0].strip('`').replace(' ', '_')}_{number}"
            facts.append(f'  {name}: {{per: contract, equals: "round({value}, 0 decimals, {row[0].strip("`")})"}}\n')
            expected.append(f"{name}: {result}")
    assert [row[0].strip("`") for row in rows] == list(ROUNDING)
    examples = f"examples:\n  - name: the table\n    given: {{people: [p1]}}\n    expect: {{{', '.join(expected)}}}\n"
    comes_out(framed(FRAME, "facts:\n" + "".join(facts) + examples))


TRUTH = """data:
  lines:
    one_row_per: id
    supplied_by: provider
    columns:
      id: {type: identifier}
      a: {type: yes or no, blank: unknown}
      b: {type: yes or no, blank: unknown}
facts:
  both: {per: lines, equals: a and b}
  both_back: {per: lines, equals: b and a}
  either: {per: lines, equals: a or b}
  either_back: {per: lines, equals: b or a}
  denied: {per: lines, equals: not a}
"""


def test_the_table_of_yes_no_and_unknown() -> None:
    rows = cells(marked("truth"))
    values = "".join(
        f"        - [r{i}, {', '.join(value.replace('unknown', chr(34) * 2) for value in row[:2])}]\n" for i, row in enumerate(rows)
    )
    names = {"both": 2, "both_back": 2, "either": 3, "either_back": 3, "denied": 4}
    expect = "".join(f"      {name}: {{{', '.join(f'r{i}: {row[at]}' for i, row in enumerate(rows))}}}\n" for name, at in names.items())
    comes_out(
        framed(
            FRAME, f"{TRUTH}examples:\n  - name: the table\n    rows:\n      lines:\n        - [id, a, b]\n{values}    expect:\n{expect}"
        )
    )


# ---- the closed lists -----------------------------------------------------------------------------------------------
def test_each_operation_stands_once_in_the_table_with_its_phrase_and_meaning() -> None:
    rows = cells(marked("operations"))
    assert [row[0] for row in rows] == [f"`{name}`" for name in OPERATIONS]
    for row in rows:
        operation = OPERATIONS[row[0].strip("`")]
        assert row[1] == f"`{operation.phrase}`"
        assert len(row[2]) >= 10
        assert row[3] == operation.empty
    assert len({row[2] for row in rows}) == len(rows)


def definitions() -> str:
    out = []
    for group in dict.fromkeys(operation.group for operation in OPERATIONS.values()):
        out.append(f"### Definitions: {group}\n")
        for operation in OPERATIONS.values():
            if operation.group == group:
                params = f" *params: {', '.join(operation.params)}.*" if operation.params else ""
                out.append(f"- **`{operation.name}`**: {operation.means.replace('*', chr(92) + '*')}.{params}")
        out.append("")
    return "\n".join(out)


def test_the_definitions_are_those_of_the_program() -> None:
    start, end = between(PAGE, "<!-- definitions -->", "<!-- end of definitions -->")
    if UPDATE:
        (DOCS / "language.md").write_text(PAGE[:start] + definitions() + PAGE[end:], encoding="utf-8")
        start, end = between(page("language.md"), "<!-- definitions -->", "<!-- end of definitions -->")
    assert page("language.md")[start:end] == definitions(), "run this test with PBR_UPDATE_GOLDEN=1"


def ticked(text: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", text))


def test_the_schemes_of_check_digits_are_those_of_the_program() -> None:
    assert ticked(marked("schemes")) == set(SCHEMES)


ROW_WORDS = ("used", "excluded", "rejected", "unused")
RESULT_WORDS = ("pays", "pays_nothing", "deducts", "sets", "held")


@pytest.mark.parametrize(
    "words",
    [
        ROUNDING,
        WHEN_HELD,
        tuple(ABSENCES),
        tuple(TYPES),
        RESULT_WORDS,
        ("in part", "not at all"),
        layouts.DELIMITERS,
        layouts.ENCODINGS,
        layouts.ALLOWED,
    ],
    ids=str,
)
def test_each_word_of_a_closed_list_is_on_the_page(words: tuple[str, ...]) -> None:
    assert set(words) - ticked(PAGE) == set()


def test_each_word_for_a_row_is_in_its_table() -> None:
    assert first_cells("| word | when |") == list(ROW_WORDS)


def first_cells(head: str) -> list[str]:
    """The first cells of the one table that begins with ``head``, without their tick marks."""
    assert PAGE.count(head) == 1
    return [row[0].strip("`") for row in cells(PAGE[PAGE.index(head) :].split("\n\n")[0])]


def test_each_way_with_held_rows_and_each_meaning_of_a_blank_has_its_row() -> None:
    assert sorted(first_cells("| word | count | share |")) == sorted(WHEN_HELD)
    assert first_cells("| word | a blank cell |") == [*ABSENCES, "a literal"]


def test_the_grades_that_the_page_names() -> None:
    _, plan = compiled(WHOLE)
    for name in ("arrested", "stayed_out"):
        assert (plan.step(name).decided_by, plan.step(name).rests_on) == ("independent", "commissioner")


def test_each_key_of_each_block_is_on_the_page() -> None:
    every = [getattr(models, name) for name in dir(models)]
    kinds = [kind for kind in every if isinstance(kind, type) and issubclass(kind, models.Model) and kind is not models.Model]
    assert {key for kind in kinds for key in keys_of(kind)} - ticked(PAGE) == set()


def test_the_reserved_words_are_those_of_the_program() -> None:
    assert ticked(marked("reserved")) == NEVER_NAMES == RESERVED
    assert ticked(PAGE) >= BUILT_IN


def test_what_is_not_yet_supported_is_named() -> None:
    listed = ticked(marked("later"))
    assert {word for words in models.LATER.values() for word in words} <= listed


@pytest.mark.parametrize("block", [name for name in models.LATER if name])
def test_each_later_word_stands_in_the_row_of_its_block(block: str) -> None:
    titles = {"statement": "the statement", "example": "an example", "fact": "a fact or measure", "outcome": "an outcome"}
    row = next(row for row in cells(marked("later")) if row[0] == titles.get(block, f"a {block}"))
    assert ticked(row[1]) == set(models.LATER[block])


def test_bounds_on_the_page_are_those_of_the_program() -> None:
    assert (MOST_BYTES, MOST_DEPTH, MOST_VALUES) == (1024 * 1024, 40, 200_000)
    tops = {
        "whole": 10**9,
        "number": 10**6,
        "percent": 10**4,
        "points": 10**4,
        "money": 10**13,
        "price": 10**10,
        "days": 10**6,
        "months": 10**5,
    }
    assert {**tops, "minutes": 10**10} == DEFAULT_TOP


def test_the_table_of_currencies_is_the_programs() -> None:
    said = [row for row in cells(marked("currencies")) if set(row[0]) != {"-"}]
    made = [[one.code, f"`{one.sign}1,200.00`", ", ".join(f"`{coin}`" for coin in one.coins)] for one in CURRENCIES.values()]
    assert said == made
