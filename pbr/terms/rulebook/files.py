"""Rules where they are kept: folders ``rules/FIELD/NAME/VERSION.yaml``, and ``rules.lock`` beside a contract, which pins each one's digest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pbr
from pbr.problem import Place, Refused, refuse
from pbr.terms.bounds import MOST_BYTES
from pbr.terms.source import Source
from pbr.terms.texts import ordered, read_text

FOLDER: Final = "rules"
LOCK_NAME: Final = "rules.lock"
NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*/[0-9]{1,4}(?:\.[0-9]{1,4}){0,2}", re.ASCII)
_LINE: Final = re.compile(rf"({NAME.pattern}) +sha256:([0-9a-f]{{64}})", re.ASCII)
_HEAD: Final = "# The rules that this contract uses, and the SHA-256 of the file of each. Written by `pbr lock`.\n"


@dataclass(frozen=True)
class RuleFile:
    """A rule as it was read. ``name``: FIELD/NAME/VERSION. ``folder``: the rules folder in which it was found."""

    name: str
    tree: Mapping[str, Any]
    source: Source
    folder: Path | None = None


def shown(name: str) -> str:
    """How messages call a rule's file, wherever it was found; it has the same path in the folder of an assessment."""
    return f"{FOLDER}/{name}.yaml"


def shipped() -> Path:
    """The rules that come with the program: beside its modules when it is installed, beside its folder in a checkout."""
    package = Path(pbr.__file__).resolve().parent
    return package / FOLDER if (package / FOLDER).is_dir() else package.parent / FOLDER


def above(place: Path) -> list[Path]:
    """The folders called ``rules`` beside a file or folder and further up, the nearest first."""
    return [here / FOLDER for here in (place, *place.parents) if (here / FOLDER).is_dir()]


class Library:
    """Finds rules by their exact names and reads each once. ``lock``: digests that they must have, by name; None: any. ``this``: the rule in
    whose own frame a contract stands."""

    def __init__(
        self, folders: Iterable[Path] = (), lock: Mapping[str, str] | None = None, lock_file: str = LOCK_NAME, this: RuleFile | None = None
    ) -> None:
        self.folders = list(dict.fromkeys(folders))
        self.lock, self.lock_file, self.this = lock, lock_file, this
        self._read: dict[str, RuleFile] = {}

    def find(self, name: str) -> RuleFile | None:
        """The rule of an exact name; None where there is none. Raises Refused where its file cannot be read, or is not YAML."""
        if self.this is not None and name == "this":
            return self.this
        if name not in self._read:
            for folder in self.folders:
                path = folder / f"{name}.yaml"
                if path.is_file():
                    self._read[name] = _read(name, path, folder)
                    break
        return self._read.get(name)

    def versions(self, name: str) -> list[str]:
        """The versions that there are of the rule of a full name."""
        rule = name.rpartition("/")[0]
        found = {path.stem for folder in self.folders for path in (folder / rule).glob("*.yaml")}
        return sorted((version for version in found if NAME.fullmatch(f"{rule}/{version}")), key=_in_order)

    def names(self) -> list[str]:
        """Every rule that can be found."""
        paths = [(path, folder) for folder in self.folders for path in folder.glob("*/*/*.yaml")]
        return sorted({name for path, folder in paths if NAME.fullmatch(name := path.relative_to(folder).as_posix().removesuffix(".yaml"))})


def _in_order(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _read(name: str, path: Path, folder: Path) -> RuleFile:
    place = Place(shown(name))
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise refuse("PBR101", f"the rule's file cannot be read: {error.strerror}", f"look at {path}", place) from None
    tree, source, problems = read_text(data, shown(name), "a rule begins with `pbr_rule: 1`")
    if problems:
        raise Refused(ordered(problems))
    return RuleFile(name, tree, source, folder)


def read_lock(path: Path) -> dict[str, str]:
    """Rule name -> digest. A file that is not there has none. Raises Refused PBR164."""
    try:
        text = path.read_bytes().decode("utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError):
        raise refuse("PBR164", f"{path} cannot be read.", "Write it anew with `pbr lock`.", Place(str(path))) from None
    out: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None or found.group(1) in out:
            says = "this line is not a rule and its digest" if found is None else f"`{found.group(1)}` stands here twice"
            raise refuse("PBR164", says, "write the file anew with `pbr lock`", Place(str(path), number, 1, max(1, len(line))), line)
        out[found.group(1)] = found.group(2)
    return out


def lock_text(rules: Iterable[RuleFile]) -> str:
    """What ``rules.lock`` holds for these rules."""
    lines = {rule.name: rule.source.sha256 for rule in rules}
    return _HEAD + "".join(f"{name} sha256:{digest}\n" for name, digest in sorted(lines.items()))
