"""Canonical JSON against the published RFC 8785 files, and its refusals."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbr.audit.canonical import LARGEST, canonical, read_json, readable
from pbr.platform.canonical import parse_canonical
from pbr.problem import Refused

values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_reading_gives_back_what_was_written(value: object) -> None:
    assert read_json(canonical(value), "x.json") == value
    assert read_json(readable(value), "x.json") == value


@given(values)
def test_agrees_with_the_standard_library_where_that_is_canonical(value: object) -> None:
    """For keys of the basic plane the order of code points is the order of UTF-16 code units, and so json's own order."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if all(ord(letter) < 0x10000 for letter in text):
        assert canonical(value).decode() == text


def test_keys_are_sorted_by_utf16_code_units() -> None:
    # the RFC's own example, section 3.2.3: U+1F600 sorts before U+FB33 though its code point is larger
    value = {"€": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "ö": 7}
    assert list(json.loads(canonical(value))) == ["\r", "1", "\x80", "ö", "€", "\U0001f600", "\ufb33"]


def test_escapes_are_those_of_the_rfc() -> None:
    assert canonical('€$\x0f\nA\'B"\\\\"/') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()


@pytest.mark.parametrize("value", [1.0, float("nan"), 2**53, -(2**53), b"x", {1: 2}, [object()]])
def test_what_a_trail_may_not_hold_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b'{"a":1,"a":2}', b"1.0", b"1e3", b"NaN", b"-Infinity", b"9007199254740992", b"9" * 5000, b"\xff", b"[" * 100_000],
)
def test_reading_is_strict(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        read_json(data, "x.json")
    assert caught.value.problems[0].code == "PBR701"
    assert "x.json" in str(caught.value)


def test_published_vectors() -> None:
    from tests.shared import shared

    folder = shared("vectors/jcs-rfc8785/testdata")
    # exempt: values and structures, which hold numbers with a point; no trail or log does
    for name in ("arrays", "french", "unicode", "weird"):
        source = (folder / "input" / f"{name}.json").read_bytes()
        assert canonical(json.loads(source)) == (folder / "output" / f"{name}.json").read_bytes(), name


@pytest.mark.parametrize("data", [b'{"b":1,"a":2}', b"[1, 2]", b"[-1]", b"[-0]", b'"\\u00e9"', b'"\\ud800"', b"[1]\n", b"[" * 100_000])
def test_what_would_be_written_otherwise_is_no_canonical_json(data: bytes) -> None:
    with pytest.raises(ValueError):
        parse_canonical(data)


def test_digest_is_stable() -> None:
    assert (
        hashlib.sha256(canonical({"b": [1, None, True], "a": "£"})).hexdigest()
        == hashlib.sha256('{"a":"£","b":[1,null,true]}'.encode()).hexdigest()
    )
