"""Reading a BagIt bag (RFC 8493): its declaration, its manifests, and whether what stands in the folder is what they name.

Two readers in one. ``PACK`` takes what an evidence pack may be (``docs/pack-format.md``, step 1), which is much less than BagIt allows.
``ANY`` takes bags of versions 0.97 and 1.0 as others make them, but for bags whose files are elsewhere (``fetch.txt``): nothing is fetched.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pbr.audit.finding import Finding
from pbr.platform.files import Files

CHUNK = 1 << 20
MOST_TAG = 64 << 20  # bytes of a manifest or of bagit.txt
ALGORITHMS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}  # hex digits
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt")
OURS = re.compile(r"[A-Za-z0-9._+-]+(/[A-Za-z0-9._+-]+)*")
ESCAPE = re.compile(r"%(?!25|0[AaDd])")
DEVICES = re.compile(r"(con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Profile:
    """What a bag may be. ``algorithms``: of its manifests, all of them needed where ``exactly``. ``versions`` and ``encodings`` of bagit.txt."""

    versions: tuple[str, ...]
    encodings: tuple[str, ...]
    algorithms: tuple[str, ...]
    exactly: bool


PACK = Profile(("1.0",), ("UTF-8",), ("sha256", "sha512"), True)
ANY = Profile(("0.97", "1.0"), ("UTF-8", "ISO-8859-1", "UTF-16"), tuple(ALGORITHMS), False)
PACK_TAGS = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt")


@dataclass
class Bag:
    """``found``: what is wrong with it. ``payload``: the files under ``data/`` that a manifest names and that are there as it says, whose paths
    are safe to use. ``there``: every plain file under ``data/`` with such a path, named or not. ``named``: path -> algorithm -> digest."""

    found: list[Finding] = field(default_factory=list)
    payload: set[str] = field(default_factory=set)
    there: set[str] = field(default_factory=set)
    named: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, kind: str, file: str, says: str) -> None:
        self.found.append(Finding(kind, says, file=file))


def read_bag(folder: Path, files: Files, profile: Profile = PACK) -> Bag:
    """Everything that is wrong with the bag ``folder``. No link is followed, nothing outside is looked at. Raises OSError of the machine."""
    bag = Bag()
    there = dict(_below(folder))
    version, encoding = _declared(folder, there, files, profile, bag)
    manifests = {
        file: (bool(found[1]), found[2])
        for file in there
        if (found := MANIFEST.fullmatch(file)) and (found[2] in ALGORITHMS or profile.exactly)
    }
    if profile.exactly:
        manifests = {f"{tag}manifest-{name}.txt": (bool(tag), name) for tag in ("", "tag") for name in profile.algorithms}
    elif not any(not tag for tag, _ in manifests.values()):
        bag.add("bag", "manifest-sha256.txt", "no manifest names the payload")
    lists: dict[str, set[str]] = {}
    for file, (tag, algorithm) in sorted(manifests.items()):
        read = _manifest(folder, file, there, files, algorithm, encoding, version, profile, bag)
        lists[file] = set()
        for path, digest in read.items():
            if _may_be(path, tag, file, version, profile, bag):
                lists[file].add(path)
                bag.named.setdefault(path, {})[algorithm] = digest
    _agreeing(lists, manifests, version, profile, bag)
    if "fetch.txt" in there and not profile.exactly:
        bag.add("file", "fetch.txt", "it says that files are elsewhere; nothing is fetched")
    bag.there = {file for file, kind in there.items() if kind == "file" and file.startswith("data/") and is_ours(file)}
    tags = {file for file, (tag, _) in manifests.items() if tag}
    for file, kind in sorted(there.items()):
        free = file in tags or (not profile.exactly and not file.startswith("data/"))  # BagIt lets tag files be, named or not
        if kind != "file":
            bag.add("file", file, f"this is {kind}, not a file")
        elif file not in bag.named and not free:
            bag.add("file", file, "no manifest names this file")
    for file, digests in sorted(bag.named.items()):
        if there.get(file) != "file":
            if file not in there:
                bag.add("file", file, "a manifest names it, and it is not there")
        elif _digests(folder / file, digests, files) == digests:
            if file.startswith("data/"):
                bag.payload.add(file)
        else:
            bag.add("file", file, "its bytes are not those whose digest the manifest holds")
    return bag


def _below(folder: Path, above: str = "") -> Iterator[tuple[str, str]]:
    """Everything that is no ordinary folder with something in it: path and kind. A name that is not UTF-8 is shown with U+FFFD."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = above + os.fsencode(entry.name).decode("utf-8", "replace")
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode):
            inner = list(_below(Path(entry.path), f"{path}/"))
            yield from inner or [(path, "an empty folder")]
        else:
            yield (
                path,
                "file" if stat.S_ISREG(mode) else "a link" if stat.S_ISLNK(mode) else "a pipe" if stat.S_ISFIFO(mode) else "a device",
            )


def _declared(folder: Path, there: dict[str, str], files: Files, profile: Profile, bag: Bag) -> tuple[str, str]:
    """The version and encoding that bagit.txt declares; 1.0 and UTF-8 where it does not, which is then said."""
    data = read_small(folder / "bagit.txt", files) if there.get("bagit.txt") == "file" else None
    if profile.exactly:
        if data != DECLARATION:
            bag.add("bag", "bagit.txt", "it is not the declaration of a bag of version 1.0 in UTF-8")
        return "1.0", "UTF-8"
    text = (data or b"").decode("utf-8", "replace")
    found = re.fullmatch(r"BagIt-Version: ([0-9]+\.[0-9]+)(?:\r\n|\r|\n)Tag-File-Character-Encoding: ([^\s]+)(?:\r\n|\r|\n)?", text)
    if found is None or found[1] not in profile.versions or found[2].upper() not in profile.encodings:
        bag.add("bag", "bagit.txt", "it is not the declaration of a bag that can be read here")
        return "1.0", "UTF-8"
    return found[1], found[2].upper()


def _manifest(
    folder: Path, file: str, there: dict[str, str], files: Files, algorithm: str, encoding: str, version: str, profile: Profile, bag: Bag
) -> dict[str, str]:
    """Path -> digest as a manifest lists them; nothing, and a finding, where it cannot be read or lists a path twice."""
    data = read_small(folder / file, files) if there.get(file) == "file" else None
    if data is None:
        bag.add("bag", file, "it is not there, or no file, or too large for a manifest")
        return {}
    try:
        lines = _lines(data, encoding, profile)
    except UnicodeError:
        bag.add("bag", file, f"it is not text in {encoding}")
        return {}
    hex_, between, path_ = ("0-9a-f", "  ", r"[^\r]") if profile.exactly else ("0-9a-fA-F", r"[ \t]+\*?", ".")
    shape = re.compile(rf"([{hex_}]{{{ALGORITHMS.get(algorithm, 1)}}}){between}({path_}+)", re.DOTALL)
    out: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        found = shape.fullmatch(line)
        if found is None:
            bag.add("bag", file, f"line {number} is not a digest and a path")
            return {}
        path = found[2]
        if not profile.exactly:
            path = (
                path.removeprefix("./") if version == "0.97" else re.sub("%0[dD]", "\r", re.sub("%0[aA]", "\n", path)).replace("%25", "%")
            )
        if path in out and (out[path] != found[1].lower() or version != "0.97"):
            bag.add("bag", file, f"line {number} names {path} again")
            return {}
        out[path] = found[1].lower()
    return out


def _lines(data: bytes, encoding: str, profile: Profile) -> list[str]:
    text = data.decode(encoding.lower())
    if profile.exactly:
        lines = text.split("\n")
        return lines[:-1] if not lines[-1] else [*lines[:-1], ""]  # a last line that is cut off is said as one that is none
    return [line for line in re.split("\r\n|\r|\n", text) if line]


def _may_be(path: str, tag: bool, file: str, version: str, profile: Profile, bag: Bag) -> bool:
    """Whether a path may stand in a manifest; else a finding of the manifest. What may be points into the bag and nowhere else."""
    parts = path.split("/")
    bad = (
        "" in parts
        or "." in parts
        or ".." in parts
        or "\\" in path
        or any(ord(letter) < 32 and not (letter in "\r\n" and version == "1.0") for letter in path)
    )
    bad = bad or path.startswith("~") or re.match(r"[A-Za-z]:", path) is not None or (not tag and not path.startswith("data/"))
    if bad or (profile.exactly and not is_ours(path)):
        bag.add("path", file, f"it names {path[:80]!r}, which is no path that a bag may name")
        return False
    return True


def is_ours(path: str) -> bool:
    """Whether a file of a pack may be called so: names that every file system bears, and no two systems take for different ones."""
    return OURS.fullmatch(path) is not None and not any(DEVICES.fullmatch(part) or part.endswith(".") for part in path.split("/"))


def _agreeing(lists: dict[str, set[str]], manifests: dict[str, tuple[bool, str]], version: str, profile: Profile, bag: Bag) -> None:
    """Manifests that must name the same files do, and no two names differ in nothing but capitals."""
    said = {(one.kind, one.file) for one in bag.found}
    payload = [file for file, (tag, _) in sorted(manifests.items()) if not tag]
    for file in payload[1:]:
        if version != "0.97" and lists[file] != lists[payload[0]] and not {("bag", payload[0]), ("bag", file)} & said:
            bag.add("bag", file, f"it does not name the same files as {payload[0]}")
    if not profile.exactly:
        return
    for file, paths in lists.items():
        if manifests[file][0]:
            if paths != set(PACK_TAGS) and ("bag", file) not in said:
                bag.add("bag", file, f"it does not name exactly {', '.join(PACK_TAGS)}")
        elif len({path.lower() for path in paths}) != len(paths):
            bag.add("path", file, "two of its paths differ in nothing but capitals")


def read_small(path: Path, files: Files, most: int = MOST_TAG) -> bytes | None:
    """The bytes of a file of at most ``most`` bytes; None where it has more."""
    if files.size(path) > most:
        return None  # not even ``most`` bytes of it are read: that may be a thousand million
    with files.open_read(path) as source:
        data = source.read(most + 1)
    return data if len(data) <= most else None


def _digests(path: Path, wanted: dict[str, str], files: Files) -> dict[str, str]:
    running = {name: hashlib.new(name, usedforsecurity=False) for name in wanted}
    with files.open_read(path) as source:
        while data := source.read(CHUNK):
            for one in running.values():
                one.update(data)
    return {name: one.hexdigest() for name, one in running.items()}
