"""Every number in every byte of a site, and where it comes from: the list of figures, a word of a contract, or a short list of those that belong to the form. What comes from nowhere is found.

Nothing here asks the renderers what they meant: files are parsed as anybody would parse them. Only the lengths in charts are compared with a chart that is drawn again from the site's own list.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from decimal import Decimal
from html.parser import HTMLParser
from importlib.resources import files as files_of
from typing import Any

from pbr.disclosure.released import Figure, Released
from pbr.publish import addresses
from pbr.publish.check.verifiers import JAVASCRIPT, PYTHON, verifier
from pbr.publish.only_shown import only_listed, only_shown
from pbr.publish.pages.frame import day_in_words
from pbr.publish.site import Site, Slot
from pbr.publish.writing import pages
from tests.publish.numbers_log import is_of_the_log, stray_in_log

NUMBER = re.compile(r"\d")
PLAIN = re.compile(r"\d{1,2}")  # too short to be looked for within a text: it must be all of it
SIGNS = re.compile(r"\[(?:c|z|x|low|p|r)\]")
# Numbers that belong to the form of a file, each with its reason. Looked for within a text.
OF_THE_FORM = (
    (r"SHA-256", "the name of an algorithm"),
    (r"\[note \d+\]", "notes are counted"),
    (r"\bPart \d+\b", "parts of a long page are counted"),
    (r", assessment \d+\b|\bAssessment \d+\b", "assessments of one day are counted"),
    (r"\b95%|\b99\.8%", "the limits of a funnel plot: not of the data"),
    (r"sha256sum", "a command"),
    (r"\bUTF-8\b|\butf-8\b", "an encoding"),
    (r"\bISO 4217\b", "a standard"),
    (r"\bratio \(1 is 100%\)", "what a share is counted in"),
    (r"\bpbr-figures/1\b", "the format of a file"),
    (r"\bOCDS 1\.1\.5\b", "the version of a standard"),
    (r"\bML-DSA-44\b|\bEd25519\b|\bC2SP\b", "names of standards"),
    (r"http://www\.w3\.org/ns/csvw", "the address of a standard"),
)
IDS = re.compile(r"(p|t|series|funnel|limit|part|left)(-[a-z]+)*-\d+(-[a-z]+)*")  # ids of parts of a page are counted
GEOMETRY = {"x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "d", "dx", "width", "height", "viewBox"}
FIXED_ATTRIBUTES = {("content", "width=device-width, initial-scale=1"), ("tabindex", "0"), ("tabindex", "-1"), ("charset", "utf-8")}
NAMES = {"dd", "h3", "a", "th"}  # where a word of a contract that is a short number may stand: a version, a band
KEPT_WORDS = {"href", "id", "aria-labelledby", "value", "title", "aria-label", "content"}  # attributes that may hold a number at all


@dataclass(frozen=True)
class Finding:
    """``where``: file, and the part of it. ``text``: what holds a number that comes from nowhere."""

    where: str
    text: str


@dataclass
class Known:
    """``figures``: the list. ``words``: the strings of the site, whole. ``within``: what may stand within a longer text."""

    released: Released
    words: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str | None]] = field(default_factory=set)
    also: tuple[str, ...] = ()
    entries: set[str] = field(default_factory=set)  # of the log, which assessments are: everybody sees them there
    within: re.Pattern[str] = field(default_factory=lambda: re.compile(r"(?!)"))
    form: re.Pattern[str] = field(default_factory=lambda: re.compile("|".join(pattern for pattern, _ in OF_THE_FORM)))

    def says(self, text: str) -> bool:
        """Whether every number of a text is known."""
        text = text.strip()
        if not NUMBER.search(text) or text in self.words or text in self.texts:
            return True
        left = self.within.sub(" ", self.form.sub(" ", text))
        return not NUMBER.search(left)


def known(site: Site, released: Released, also: tuple[str, ...] = ()) -> Known:
    """Everything that a number may come from."""
    found = Known(released, also=also)
    found.words = {word.strip() for word in _words(site) if NUMBER.search(word)}
    found.words |= set(also)
    found.words |= {sentence for sentence in (*released.checked, *released.unchecked) if NUMBER.search(sentence)}
    for figure in released.figures.values():
        for part in (figure.text, *SIGNS.split(figure.text)):
            found.texts.add(part.strip())
            found.pairs.add((part.strip(), figure.value))
        found.values |= {value for value in (figure.value, figure.high, figure.base) if value}
    longer = {_unsplit(text) for text in (*found.words, *found.texts) if not PLAIN.fullmatch(text) and NUMBER.search(text)}
    found.entries = {str(one.entry) for contract in site.contracts for one in contract.assessments if one.entry is not None}
    found.words |= {hashlib.sha256(verifier(name)).hexdigest() for name in (JAVASCRIPT, PYTHON)}
    for contract in site.contracts:
        longer |= {day_in_words(day) for day in contract.term}
        for rule in contract.rules:
            found.words |= set(addresses.file_of_rule(contract, rule).split("/"))
            longer.add(addresses.part(rule.slug))
            longer.add(addresses.file_of_rule(contract, rule).partition("/rules/")[2].removesuffix(".yaml"))
        for assessment in contract.assessments:
            longer |= {day_in_words(assessment.complete_to), *(day_in_words(rows.complete_to) for rows in assessment.rows)}
            for payment in assessment.payments:
                for line in payment.lines:
                    longer |= {addresses.part(payment.name, line.slug), addresses.part(payment.name), _sentence(line.why, released)}
                    longer |= {", ".join(value for _, value in line.key), "; ".join(f"{name}: {value}" for name, value in line.key)}
                    keys = [value for _, value in line.key]
                    longer |= {", ".join([payment.title, *keys]), f": {payment.title}, {', '.join(keys)}".strip()}
                    longer.add("; ".join(f"{one.label}: {_text(one.target, released)}" for one in line.comparisons))
                    for one in line.comparisons:
                        if one.numerator is not None and one.denominator is not None:
                            longer.add(f"{_text(one.numerator, released)} of {_text(one.denominator, released)} {one.counted}".strip())
    longer |= {_sentence(text, released) for text in _texts(site)}
    for contract in site.contracts:
        for series in (*contract.series, *contract.funnels):
            if series.target is not None:
                longer.add(f"target {_text(series.target, released)}")
    ordered = sorted((text for text in longer if NUMBER.search(text)), key=len, reverse=True)
    if ordered:
        found.within = re.compile(r"(?<![0-9A-Za-z])(?<![0-9][.,])(?:" + "|".join(map(re.escape, ordered)) + r")(?![0-9A-Za-z]|[.,][0-9])")
    return found


def _unsplit(text: str) -> str:
    return " ".join(text.split())


def _words(thing: Any) -> Iterator[str]:
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, tuple):
        for one in thing:
            yield from _words(one)
    elif is_dataclass(thing) and not isinstance(thing, (Slot, type)):
        for part in fields(thing):
            yield from _words(getattr(thing, part.name))


def _texts(thing: Any) -> Iterator[tuple[Any, ...]]:
    if isinstance(thing, tuple) and any(isinstance(one, Slot) for one in thing) and all(isinstance(one, (str, Slot)) for one in thing):
        yield thing
    elif isinstance(thing, tuple):
        for one in thing:
            yield from _texts(one)
    elif is_dataclass(thing) and not isinstance(thing, (Slot, type)):
        for part in fields(thing):
            yield from _texts(getattr(thing, part.name))


def _text(slot: Slot, released: Released) -> str:
    return released.figures[slot.cell].text


def _sentence(text: tuple[Any, ...], released: Released) -> str:
    return "".join(_text(one, released) if isinstance(one, Slot) else one for one in text).strip()


# ---- files -----------------------------------------------------------------------------------------------------------------------


def stray_numbers(files: Mapping[str, bytes], site: Site, released: Released, also: tuple[str, ...] = ()) -> list[Finding]:
    """What is in the files of a site and comes from nowhere. A file of a kind that nobody reads here is found too. ``also``: words that the publisher gave."""
    found: list[Finding] = []
    site, released = only_shown(site, released), only_listed(site, released)
    all_known = known(site, released, also)
    sources = {addresses.of_contract(contract, "contract.yaml"): contract.source for contract in site.contracts}
    sources |= {addresses.file_of_rule(contract, rule): rule.source for contract in site.contracts for rule in contract.rules}
    again: dict[str, bytes] = {}
    found += [Finding(path, what) for path, what in stray_in_log(files, site)] if site.log else []
    for path, data in files.items():
        if site.log and is_of_the_log(path):
            continue
        if not _path_is_known(path, all_known):
            found.append(Finding(path, "its name"))
        if path == addresses.STYLE:
            if data != files_of("pbr.publish").joinpath("style.css").read_bytes():
                found.append(Finding(path, "is not the style that ships"))
        elif path in sources:
            if data != sources[path]:
                found.append(Finding(path, "is not the contract"))
        elif path.endswith(".html"):
            again = again or dict(pages(site, _read_back(files, released)))
            found += _in_html(path, data.decode(), again.get(path, b"").decode(), all_known)
        elif path.endswith(".csv"):
            found += _in_csv(path, data, json.loads(files[f"{path}-metadata.json"]), all_known)
        elif path.endswith(".csv-metadata.json"):
            found += _in_metadata(path, json.loads(data), all_known)
        elif path.endswith(".json"):
            found += [Finding(f"{path} {where}", text) for where, text in _in_json(_loaded(data), "", all_known)]
        else:
            found.append(Finding(path, "is of a kind that is not read here"))
    return found


def _path_is_known(path: str, all_known: Known) -> bool:
    left = [part for part in path.split("/") if part not in all_known.words]
    return not any(NUMBER.search(re.sub(r"^worked-out-\d+\.html$", "", part)) for part in left)


def _read_back(files: Mapping[str, bytes], released: Released) -> Released:
    """The list as the site itself carries it: charts are drawn again from this alone."""
    rows = list(csv.DictReader(io.StringIO(files["data/cells.csv"].decode(), newline="")))
    figures = {}
    for row in rows:
        plain = {name: cell[1:] if cell.startswith("'") else cell for name, cell in row.items()}
        told = {name: None if cell == "[z]" else cell for name, cell in plain.items()}
        figure = released.figures[plain["cell"]]
        value = told["value"] if told["value"] not in ("[c]", "[x]") else None
        figures[plain["cell"]] = Figure(
            plain["cell"], plain["kind"], plain["how"], plain["text"], value if value is not None else told["day"] if told["day"] != "[c]" else None,
            "" if plain["unit"].startswith(("ratio", "[z]")) else plain["unit"], told["high"], told["base"] or "", told["why"] or "",
        )  # fmt: skip
        if value is None and figure.kind in ("answer", "term", "day"):
            figures[plain["cell"]] = figure
    return Released(figures, released.shown, released.withheld, released.checked, released.unchecked, released.threshold, released.base, released.rules)  # fmt: skip


# ---- HTML and SVG ----------------------------------------------------------------------------------------------------------------

CHART = re.compile(r"<figure\b.*?</figure>", re.DOTALL)
HEADS = {"h1", "h2", "h3", "h4"}


class _Page(HTMLParser):
    def __init__(self, path: str, all_known: Known, same_charts: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.path, self.known, self.same = path, all_known, same_charts
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.found: list[Finding] = []

    def fault(self, where: str, text: str) -> None:
        self.found.append(Finding(f"{self.path} {where}", text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if NUMBER.search(tag) and tag not in HEADS:
            self.fault("an element", tag)
        for name, value in attrs:
            self._attribute(tag, name, value or "")
        if tag not in ("meta", "link", "br", "hr"):
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self.open:
            self.open.pop()

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if not NUMBER.search(value) or (name, value) in FIXED_ATTRIBUTES:
            return
        inside = tag == "svg" or any(one == "svg" for one, _ in self.open)
        if inside and name.lower() in {one.lower() for one in GEOMETRY}:
            if not self.same:
                self.fault(f"<{tag} {name}>", value)
        elif name == "value" and tag == "data":
            pass  # with its text, below
        elif name in ("id", "aria-labelledby", "href"):
            parts = re.split(r"[ #/]", value)
            if not all(self._name(part) for part in parts):
                self.fault(f"<{tag} {name}>", value)
        elif name == "data-entry" and value in self.known.entries:
            pass
        elif name not in KEPT_WORDS or not self.known.says(value):
            self.fault(f"<{tag} {name}>", value)

    def _name(self, part: str) -> bool:
        return not NUMBER.search(part) or part in self.known.words or bool(IDS.fullmatch(part)) or bool(re.fullmatch(r"worked-out-\d+\.html", part)) or self.known.says(re.sub(r"-(caption|title|desc|t|h)$", "", part.removeprefix("t-")))  # fmt: skip

    def handle_data(self, data: str) -> None:
        tag, attributes = self.open[-1] if self.open else ("", {})
        text = data.strip().strip("\u2068\u2069")
        if tag == "data":
            if (text, attributes.get("value")) not in self.known.pairs:
                self.fault("<data>", f"{text} value={attributes.get('value')}")
        elif attributes.get("class") == "figure" or tag == "text":
            if not self.known.says(text):
                self.fault(f"<{tag}>", text)
        elif PLAIN.fullmatch(text):
            if not (text in self.known.words and tag in NAMES) and not (text in self.known.entries and self.path == addresses.CHECK):
                self.fault(f"<{tag}>", text)
        elif not self.known.says(text) and not self._cut(text):
            self.fault(f"<{tag}>", text)

    def _cut(self, text: str) -> bool:
        """Whether it is the beginning of a longer word of the site, and an ellipsis."""
        before, ellipsis, after = text.partition("…")
        start = before.split(": ")[-1]
        return bool(ellipsis) and not NUMBER.search(after) and any(_unsplit(word).startswith(start) for word in self.known.words)

    def handle_comment(self, data: str) -> None:
        self.fault("a comment", data)

    def handle_decl(self, decl: str) -> None:
        if decl != "DOCTYPE html":
            self.fault("a declaration", decl)

    def handle_pi(self, data: str) -> None:
        self.fault("an instruction", data)

    def unknown_decl(self, data: str) -> None:
        self.fault("a declaration", data)


def _in_html(path: str, text: str, again: str, all_known: Known) -> list[Finding]:
    page = _Page(path, all_known, CHART.findall(text) == CHART.findall(again))
    page.feed(text)
    page.close()
    return page.found


# ---- CSV -------------------------------------------------------------------------------------------------------------------------

OF_FIGURES = {"text", "result", "target", "distance"}
COUNTED_COLUMNS = {"comparison"}  # list numbering


def _in_csv(path: str, data: bytes, metadata: Mapping[str, Any], all_known: Known) -> Iterator[Finding]:
    columns = metadata["tableSchema"]["columns"]
    rows = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    for name in rows[0]:
        if NUMBER.search(name):
            yield Finding(f"{path} header", name)
    for at, row in enumerate(rows[1:], 1):
        if rows[0][0] == "cell" and not _same_figure(dict(zip(rows[0], row, strict=True)), all_known.released):
            yield Finding(f"{path} row {at}", ",".join(row))
        for cell, column in zip(row, columns, strict=True):
            name, plain = column["name"], cell.removeprefix("'")
            if not NUMBER.search(cell):
                continue
            if column["datatype"] != "string":
                good = plain in all_known.values or (name in COUNTED_COLUMNS and 0 < int(plain) < 100)
            elif name == "cell":
                good = plain in all_known.released.figures
            elif PLAIN.fullmatch(plain) and name not in OF_FIGURES:
                good = plain in all_known.words
            elif name == "page":
                good = all(not NUMBER.search(part) or part in all_known.words or all_known.says(part) for part in re.split("[#/]", plain))
            else:
                good = all_known.says(plain)
            if not good:
                yield Finding(f"{path} row {at}, {name}", cell)


def _same_figure(row: dict[str, str], released: Released) -> bool:
    figure = released.figures.get(row["cell"].removeprefix("'"))
    if figure is None or row["text"].removeprefix("'") != figure.text or row["how"] != figure.how:
        return False
    return (
        row["value"] in ("[c]", "[x]", "[z]", figure.value) and row["high"] in ("[z]", figure.high) and row["base"] in ("[z]", figure.base)
    )


def _in_metadata(path: str, said: Mapping[str, Any], all_known: Known) -> Iterator[Finding]:
    """It is about columns and holds nothing of any assessment: the same for all. The licence is the publisher's."""
    for where, text in _strings(said, ""):
        if where == "/dc:license/@id" and text in all_known.also:
            continue
        left = re.sub("|".join(pattern for pattern, _ in OF_THE_FORM), "", text)
        if NUMBER.search(left) and text not in ("-5",) and not re.fullmatch(r".*\bfrom 1\.", text):
            yield Finding(f"{path} {where}", text)


# ---- JSON ------------------------------------------------------------------------------------------------------------------------

OF_THE_RULE = {"threshold", "base", "figures_shown", "figures_withheld", "shown", "withheld"}


def _in_json(told: Any, where: str, all_known: Known) -> Iterator[tuple[str, str]]:
    released = all_known.released
    if isinstance(told, dict) and "cell" in told and "kind" in told:
        figure = released.figures.get(told["cell"])
        mine = {name: value for name, value in vars(figure).items() if value not in ("", None)} if figure is not None else None
        if told != mine:
            yield where, json.dumps(told, default=str)
    elif isinstance(told, dict):
        for name, one in told.items():
            here = f"{where}/{name}"
            if NUMBER.search(name) and not all(not NUMBER.search(part) or part in all_known.words for part in name.split("/")):
                yield where, name
            if isinstance(one, (int, Decimal)) and not isinstance(one, bool):
                if not _number_is_known(name, one, here, all_known):
                    yield here, str(one)
            else:
                yield from _in_json(one, here, all_known)
    elif isinstance(told, list):
        for at, one in enumerate(told):
            yield from _in_json(one, f"{where}/{at}", all_known)
    elif isinstance(told, (int, Decimal)) and not isinstance(told, bool):
        if where.count("/rules/") == 0 or int(told) not in {part for pair in released.rules.values() for part in pair}:
            yield where, str(told)
    elif isinstance(told, str) and NUMBER.search(told) and not _string_is_known(told, all_known):
        yield where, told


def _loaded(data: bytes) -> Any:
    """Both of two fields with one name are kept, so that none hides the other."""

    def pairs(told: list[tuple[str, Any]]) -> Any:
        names = [name for name, _ in told]
        return dict(told) if len(set(names)) == len(names) else [list(one) for one in told]

    return json.loads(data, parse_float=Decimal, object_pairs_hook=pairs)


def _number_is_known(name: str, one: int | Decimal, where: str, all_known: Known) -> bool:
    released = all_known.released
    if name in OF_THE_RULE:
        pairs = [(released.threshold, released.base), *released.rules.values()]
        return one in {released.shown, released.withheld, *(part for pair in pairs for part in pair)}
    if name == "entry":
        return str(one) in all_known.entries
    size = Decimal(one).copy_abs()  # a target of 5 is written as a whole number
    return name in ("amount", "measure") and any(Decimal(value).copy_abs() == size for value in all_known.values if _decimal(value))


def _decimal(value: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", value) is not None


ADDRESSES = re.compile(r"https?://[^\s]+")
OCDS_WORDS = {"1.1", "pbr-open-data/1", "pbr-site/1"}


def _string_is_known(text: str, all_known: Known) -> bool:
    if text in OCDS_WORDS or all_known.says(text):
        return True
    if text.startswith("unregistered-"):  # a party's name, with the signs that an identifier cannot have as their code points
        return all_known.says(re.sub(r"_([0-9a-f]+)_", lambda found: chr(int(found.group(1), 16)), text))
    text = re.sub(r"(?<=\d\d)T(00:00:00|23:59:59)Z$", "", text)  # the beginning and the end of a day
    text = text.removeprefix(next((one for one in all_known.also if "://" in one and text.startswith(one)), ""))
    address = ADDRESSES.fullmatch(text) or text.startswith("contracts/")
    parts = (text.partition("//")[2] if address else text).split("/")
    if len(parts) == 4 and re.fullmatch(r"[1-9]\d?", parts[3]) and parts[0] in all_known.words:
        parts.pop()  # observations of a line are counted
    return all(all_known.says(piece) or piece in all_known.words for part in parts for piece in (part.split("#") if address else [part]))


def _strings(told: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(told, dict):
        for name, one in told.items():
            yield from _strings(one, f"{where}/{name}")
    elif isinstance(told, list):
        for at, one in enumerate(told):
            yield from _strings(one, f"{where}/{at}")
    elif isinstance(told, str):
        yield where, told
    elif isinstance(told, (int, Decimal)) and not isinstance(told, bool):
        yield where, str(told)
