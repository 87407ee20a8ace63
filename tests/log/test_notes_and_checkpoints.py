"""Keys, notes, checkpoints and cosignatures: what is written is read again, and what is not exactly so is refused."""

from __future__ import annotations

import base64

import pytest

from pbr.log.checkpoints import (
    Checkpoint,
    NotACheckpoint,
    cosign,
    cosigned_at,
    origin_trouble,
    read_checkpoint,
    sign_checkpoint,
    signed_by,
    with_signature,
)
from pbr.log.notes import NotANote, SigningKey, read_note, read_vkey
from pbr.platform.signing import LOW_ORDER
from pbr.platform.vkeys import COSIGNATURE, COSIGNATURE_ML_DSA, NOTE, NoKey, key_id, read_secret

ORIGIN = "pbr.example/log"
LOG = SigningKey(ORIGIN, NOTE, bytes(31) + b"\1")
LOG_ML_DSA = SigningKey(ORIGIN, COSIGNATURE_ML_DSA, bytes(31) + b"\2")
WITNESS = SigningKey("witness.example/w", COSIGNATURE, bytes(31) + b"\3")
CHECKPOINT = Checkpoint(ORIGIN, 5, bytes(range(32)))


def test_a_checkpoint_is_read_as_it_was_signed() -> None:
    signed = with_signature(sign_checkpoint(CHECKPOINT, (LOG, LOG_ML_DSA), 7), cosign(CHECKPOINT, WITNESS, 9))
    again = read_checkpoint(bytes(signed))
    assert again == signed and bytes(again) == bytes(signed)
    for key in (LOG, LOG_ML_DSA, WITNESS):
        (line,) = again.note.by(key.verifier)
        assert signed_by(CHECKPOINT, line, key.verifier)
        for other in (
            Checkpoint("x" + ORIGIN, 5, CHECKPOINT.root),
            Checkpoint(ORIGIN, 6, CHECKPOINT.root),
            Checkpoint(ORIGIN, 5, bytes(32)),
        ):
            assert not signed_by(other, line, key.verifier)
    assert cosigned_at(CHECKPOINT, again.signatures[1], LOG_ML_DSA.verifier) == 7
    assert cosigned_at(CHECKPOINT, again.signatures[2], WITNESS.verifier) == 9
    assert cosigned_at(CHECKPOINT, again.signatures[0], WITNESS.verifier) is None
    assert len(with_signature(again, cosign(CHECKPOINT, WITNESS, 10)).signatures) == 3  # the later one takes its place


def test_a_cosignature_says_its_own_time() -> None:
    line = cosign(CHECKPOINT, WITNESS, 9)
    moved = type(line)(line.name, line.id, (10).to_bytes(8, "big") + line.signature[8:])
    assert cosigned_at(CHECKPOINT, moved, WITNESS.verifier) is None
    with pytest.raises(ValueError, match="no time"):
        cosign(CHECKPOINT, WITNESS, 2**63)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{ORIGIN}\n5\n", "2 lines"),
        (f"{ORIGIN}\n5\n{base64.b64encode(bytes(32)).decode()}\nmore\n", "4 lines"),
        (f"\n5\n{base64.b64encode(bytes(32)).decode()}\n", "origin"),
        (f"{ORIGIN}\n05\n{base64.b64encode(bytes(32)).decode()}\n", "size"),
        (f"{ORIGIN}\n9007199254740992\n{base64.b64encode(bytes(32)).decode()}\n", "size"),
        (f"{ORIGIN}\n٥\n{base64.b64encode(bytes(32)).decode()}\n", "size"),
        (f"{ORIGIN}\n5\n{base64.b64encode(bytes(31)).decode()}\n", "root"),
        (f"{ORIGIN}\n5\n{base64.b64encode(bytes(32)).decode()[:-1]}\n", "root"),
        (f"{ORIGIN}\n5\n{base64.b64encode(bytes(32)).decode()[:-2]}B=\n", "root"),
    ],
)
def test_what_is_no_checkpoint(text: str, why: str) -> None:
    with pytest.raises(NotACheckpoint, match=why):
        read_checkpoint(f"{text}\n{cosign(CHECKPOINT, WITNESS, 0)}\n".encode())


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"text\n", "empty line"),
        (b"text\n\n", "no signature"),
        ("text\n\n— a AAAAAAA=".encode(), "cut short"),
        (b"text\n\n- a AAAAAAA=\n", "line 1"),
        ("text\n\n— a AAAAAAA=\n— b+c AAAAAAA=\n".encode(), "line 2"),
        ("text\n\n— a AAAAAA==\n".encode(), "line 1"),  # the ID and no signature
        ("text\n\n— a AAAAAAB=\n".encode(), "line 1"),  # base64 that decodes to what is written otherwise
        ("te\txt\n\n— a AAAAAAA=\n".encode(), "control"),
        (b"te\xffxt\n\n\n", "UTF-8"),
        (b"x" * 262_145, "at most 262,144"),
        (("text\n\n" + "— a AAAAAAA=\n" * 65).encode(), "65 signature lines"),
    ],
)
def test_what_is_no_note(data: bytes, why: str) -> None:
    with pytest.raises(NotANote, match=why):
        read_note(data)


def test_a_text_may_have_empty_lines_of_its_own() -> None:
    note = read_note("a\n\nb\n\n— a AAAAAAA=\n".encode())
    assert note.text == "a\n\nb\n"


def test_keys_are_written_and_read() -> None:
    for key in (LOG, LOG_ML_DSA, WITNESS):
        assert read_vkey(str(key.verifier)) == key.verifier
        assert read_secret(key.secret_text()) == key
        assert key.seed.hex() not in repr(key) and base64.b64encode(key.seed).decode()[:40] not in repr(key)


def vkey(name: str, kind: int, public: bytes) -> str:
    return f"{name}+{key_id(name, kind, public).hex()}+{base64.b64encode(bytes([kind]) + public).decode()}"


@pytest.mark.parametrize("public", sorted(LOW_ORDER))
def test_keys_of_low_order_are_refused(public: bytes) -> None:
    with pytest.raises(NoKey, match=r"low order|not canonical"):
        read_vkey(vkey("a", COSIGNATURE, public))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (str(LOG.verifier).replace("+", "+0", 1), "eight digits"),
        (str(LOG.verifier).replace(LOG.verifier.id.hex(), "00000000"), "the key's ID is 00000000"),
        (str(LOG.verifier)[:-1], "base64"),
        ("name+00000000", "three parts"),
        (vkey("", NOTE, LOG.verifier.public), "empty"),
        (vkey("a b", NOTE, LOG.verifier.public), "space"),
        (vkey("a", 2, LOG.verifier.public), "type 0x02"),
        (vkey("a", NOTE, LOG.verifier.public + b"\0"), "33 bytes"),
        (vkey("a", NOTE, (2**255 - 19 + 3).to_bytes(32, "little")), "not canonical"),
    ],
)
def test_what_is_no_key(text: str, why: str) -> None:
    with pytest.raises(NoKey, match=why):
        read_vkey(text)


def test_an_origin_is_a_name_that_keys_can_have() -> None:
    assert origin_trouble(ORIGIN) is None
    assert [origin_trouble(text) is None for text in ("", "a b", "a+b", "a\nb", "é" * 127, "é" * 128)] == [
        False,
        False,
        False,
        False,
        True,
        False,
    ]
