"""How the text of a column is written: its length, its picture and its check digit."""

from __future__ import annotations

from dataclasses import dataclass

from pbr.language.phrases import MOST_CHARACTERS, LengthPhrase, parse_length
from pbr.plan.checkdigits import SCHEMES
from pbr.plan.leaves import Problems
from pbr.plan.spelling import closest
from pbr.plan.trouble import Mistake
from pbr.terms import models

_HOLDS = ("text", "identifier")
_PICTURE = "A stands for one letter A to Z, 9 for one digit, and anything else for itself: AA999999A."


@dataclass(frozen=True)
class Writing:
    """The fields of ``plan.Column`` of the same names."""

    shortest: int | None = None
    longest: int | None = None
    written_as: str = ""
    check_digit: str = ""


def writing(problems: Problems, model: models.Column, kind: str) -> Writing:
    """What a column says about how its text is written. Raises Silent after reporting what cannot be met."""
    for word, leaf in (("length", model.length), ("written_as", model.written_as)):
        with problems.about(leaf):
            if leaf is not None and kind not in _HOLDS:
                raise Mistake(
                    "PBR371", f"`{word}` does not belong to {model.type.text}.", "It says how an identifier or a text is written."
                )
    length = problems.read(model.length, parse_length) if model.length is not None else None
    picture = _picture(problems, model.written_as, length) if model.written_as is not None else ""
    scheme = _scheme(problems, model, kind) if model.check_digit is not None else ""
    found = Writing(length.shortest if length else None, length.longest if length else None, picture, scheme)
    if model.blank is not None and kind in _HOLDS and model.blank.text not in ("refused", "unknown", "none", "not yet"):
        _blank(problems, model.blank, found)
    return found


def _picture(problems: Problems, leaf: models.Scalar, length: LengthPhrase | None) -> str:
    picture = leaf.text
    with problems.about(leaf):
        if not any(sign in "A9" for sign in picture):
            raise Mistake("PBR350", f"`{picture[:40]}` has neither A nor 9, so it could only ever be that one text.", _PICTURE)
        if picture != picture.strip() or not picture.isprintable() or len(picture) > MOST_CHARACTERS:
            raise Mistake(
                "PBR350",
                "No cell can be written like this: cells have no blanks at their ends, only characters that can be seen, "
                f"and at most {MOST_CHARACTERS:,} of them.",
                _PICTURE,
            )
        if length is not None and not length.shortest <= len(picture) <= length.longest:
            raise Mistake(
                "PBR350",
                f"`{picture[:40]}` has {len(picture)} characters, which `length` does not allow: nothing could be read.",
                "Take `length` away: the picture says it too.",
            )
    return picture


def _scheme(problems: Problems, model: models.Column, kind: str) -> str:
    leaf = model.check_digit
    assert leaf is not None
    with problems.about(leaf):
        if kind != "identifier":
            raise Mistake("PBR371", f"`check_digit` does not belong to {model.type.text}.", "Only an identifier has a check digit.")
        if leaf.text not in SCHEMES:
            near = next((name for name in SCHEMES if name.lower() == leaf.text.lower()), None)
            hint = f"Did you mean `{near}`?" if near else closest(leaf.text, SCHEMES)
            raise Mistake("PBR351", f"`{leaf.text[:40]}` is not a scheme of check digits.", f"{hint}\nSchemes: {', '.join(SCHEMES)}.")
    return leaf.text


def _blank(problems: Problems, leaf: models.Scalar, found: Writing) -> None:
    """A blank that stands for a text must be written as the column asks."""
    text = leaf.text
    with problems.about(leaf):
        why = ""
        if found.shortest is not None and found.longest is not None and not found.shortest <= len(text) <= found.longest:
            why = f"it has {len(text)} characters"
        elif found.written_as and not fits(found.written_as, text):
            why = f"it is not written as {found.written_as}"
        elif found.check_digit:
            why = "it has no check digit"
        if why:
            raise Mistake("PBR309", f"`blank: {text[:40]}` is not a value this column can hold: {why}.", "Write refused, unknown or none.")


def fits(picture: str, text: str) -> bool:
    """Whether a text is written as a picture says."""
    signs = {"A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "9": "0123456789"}
    return len(text) == len(picture) and all(letter in signs.get(sign, sign) for sign, letter in zip(picture, text, strict=True))
