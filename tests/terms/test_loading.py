"""Contracts that load: what is in the model, and where everything stands."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pbr.problem import Place
from pbr.terms.loading import Loaded, load_contract, load_text
from pbr.terms.models import Scalar

ROOT = Path(__file__).parents[2]
WHOLE = ("care-leavers-reboot-west", "hmp-doncaster", "readmissions-fy2025")


def path_of(name: str) -> Path:
    return next((ROOT / "contracts").glob(f"*/{name}/contract.yaml"))


def example(name: str) -> Loaded:
    return load_contract(path_of(name))


def scalars(node: object) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    if isinstance(node, dict):
        return [found for inner in node.values() for found in scalars(inner)]
    if isinstance(node, list):
        return [found for inner in node for found in scalars(inner)]
    if hasattr(node, "model_fields_set"):
        return [found for name in type(node).model_fields for found in scalars(getattr(node, name))]
    return []


@pytest.mark.parametrize("name", WHOLE)
def test_loads_whole(name: str) -> None:
    loaded = example(name)
    assert loaded.contract.contract.text == name
    assert loaded.source.sha256 == hashlib.sha256(path_of(name).read_bytes()).hexdigest()
    assert loaded.source.data == path_of(name).read_bytes()


@pytest.mark.parametrize("name", WHOLE)
def test_every_character_of_a_scalar_stands_where_its_offset_says(name: str) -> None:
    loaded = example(name)
    lines = loaded.source.text.split("\n")
    found = scalars(loaded.contract)
    assert len(found) > 60
    for scalar in found:
        assert len(scalar.offsets) == len(scalar.text)
        for character, (line, column) in zip(scalar.text, scalar.offsets, strict=True):
            if not character.isspace():
                assert lines[line - 1][column - 1] == character


def test_scalars_stay_as_written() -> None:
    text = path_of("hmp-doncaster").read_text("utf-8")
    for written in ("yes", "no", "010", "12:30", "1e3", "2018.1", "0x1F", "null", "~", "1_000", ".5", "2011-10-01", "on"):
        loaded = load_text(text.replace("version: 2011.1", f"version: {written}"), "c.yaml")
        assert loaded.contract.version.text == written
        assert not loaded.contract.version.quoted


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("'it''s 5%'", "it's 5%"),
        ('"a \\"b\\" \\u00a3 \\\\c"', 'a "b" £ \\c'),
        ('"one \\\n    two"', "one two"),
        ("one\n    two\n\n    three", "one two\nthree"),
        (">-   # why\n    one\n    two\n\n      three", "one two\n\n  three"),
        ("|\n    one\n    two\n", "one\ntwo\n"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_offsets_follow_every_style(written: str, text: str, newline: str) -> None:
    contract = path_of("hmp-doncaster").read_text("utf-8")
    title = "title: HMP Doncaster payment by results pilot"
    loaded = load_text(contract.replace(title, f"title: {written}").replace("\n", newline), "c.yaml")
    scalar = loaded.contract.title
    assert scalar.text == text
    assert scalar.place == Place("c.yaml", 3, 8, scalar.place.length)
    assert len(scalar.offsets) == len(text)
    for character, (line, column) in zip(text, scalar.offsets, strict=True):
        there = loaded.source.line_text(line)[column - 1 : column]
        assert character.isspace() or there == character or there == "\\"


def test_place_of_part_of_a_folded_expression() -> None:
    loaded = example("hmp-doncaster")
    scalar = loaded.contract.outcomes["reconvicted"].yes_when
    start = scalar.text.index("offences.convicted_on")
    place = scalar.at(start, start + len("offences.convicted_on"))
    line = loaded.source.line_text(place.line)
    assert line[place.column - 1 : place.column - 1 + place.length] == "offences.convicted_on"
    assert line.strip().startswith("and offences.convicted_on")


def test_places_of_keys_values_and_list_entries() -> None:
    source = example("care-leavers-reboot-west").source

    def shown(place: Place) -> str:
        return source.line_text(place.line)[place.column - 1 : place.column - 1 + place.length]

    assert shown(source.place("payments", "outcome_payment")) == "outcome_payment"
    assert shown(source.place("payments", "outcome_payment", "card", "rows", 8)) == "["
    assert shown(source.value_place("payments", "outcome_payment", "card", "rows", 8, 1)) == '"£1,760.00"'
    assert shown(source.place("term", "to")) == "to"
    assert shown(source.value_place("term", "to")) == "2022-03-31"
    assert source.place("term", "nothing") == source.place("term")


def test_a_problem_carries_its_line() -> None:
    source = example("hmp-doncaster").source
    problem = source.problem("PBR999", "says", "hint", source.place("term"))
    assert problem.excerpt == "term: {from: 2011-10-01, to: 2013-09-30}"
    assert str(problem).splitlines()[2].endswith("| ^^^^")


def test_a_folder_means_its_contract(tmp_path: Path) -> None:
    (tmp_path / "contract.yaml").write_bytes(path_of("hmp-doncaster").read_bytes())
    loaded = load_contract(tmp_path)
    assert loaded.source.file == str(tmp_path / "contract.yaml")
    assert loaded.contract == load_contract(tmp_path / "contract.yaml").contract


def test_ordinary_comments_are_comments() -> None:
    text = path_of("hmp-doncaster").read_text("utf-8")
    for comment in ("GBP # pounds", "GBP   # pounds", "GBP  #pounds", "GBP ## pounds", "GBP #\n"):
        assert load_text(text.replace("currency: GBP", f"currency: {comment}"), "c").contract.currency.text == "GBP"
    loaded = load_text(text.replace("value: 58.0%,", "value: 58.0%  # of all\n  ,"), "c")
    value = loaded.contract.parameters["baseline"].value
    assert value is not None
    assert value.text == "58.0%"


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    data = path_of("hmp-doncaster").read_bytes()
    loaded = load_text(b"\xef\xbb\xbf" + data, "c")
    assert loaded.contract == load_text(data, "c").contract
    assert loaded.source.sha256 == hashlib.sha256(b"\xef\xbb\xbf" + data).hexdigest()


def test_text_and_bytes_give_the_same() -> None:
    data = path_of("hmp-doncaster").read_bytes()
    assert load_text(data.decode("utf-8"), "c") == load_text(data, "c")
