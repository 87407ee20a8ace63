"""What every page has: its head, the way back, landmarks, and the foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pbr.disclosure.released import Released
from pbr.publish import addresses
from pbr.publish.pages.figures import Figures
from pbr.publish.pages.html import Child, Element, Node, document, el, markup, short
from pbr.publish.site import Assessment, Contract, Site

# Nothing is loaded but the style beside the pages; nothing is run. Blocks what a mistake of ours could let in.
POLICY: Final = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'"
TITLE: Final = 68  # characters of a page's title: what a tab, a bookmark and a list of results can show
CRUMB: Final = 42
HEADING: Final = 120


@dataclass(frozen=True)
class Sheet:
    """A page that is being made: where it lies, and what it is made from. ``address``: of the page in the site."""

    address: str
    site: Site
    released: Released

    @property
    def figures(self) -> Figures:
        return Figures(self.released, self.address)

    def to(self, target: str) -> str:
        """The address of another page or file as written on this one."""
        return addresses.link(self.address, target)


Crumb = tuple[str, str]  # words, address in the site


def page(
    sheet: Sheet, title: str, crumbs: Sequence[Crumb], content: Child, *, kind: str = "", policy: str = POLICY, scripts: Sequence[str] = ()
) -> bytes:
    """A whole page. ``title``: what it is, in a few words; ``crumbs``: the pages above it; ``content``: of main, with its one h1; ``kind``: a class, for the print style.
    ``policy``: what it may load and run; ``scripts``: addresses of those that it runs, in their order (only the check of the log has any)."""
    site = sheet.site
    trail = [
        el("li", el("a", short(words, CRUMB), href=sheet.to(address)))
        for words, address in crumbs
    ]  # fmt: skip
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", _title(title)),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="color-scheme", content="light dark"),
        el("link", rel="icon", href="data:,"),
        el("link", rel="stylesheet", href=sheet.to(addresses.STYLE)),
        [el("script", src=sheet.to(address), defer=True) for address in scripts],
    )
    top = el(
        "header",
        el("nav", el("ol", trail), aria_label="Where this page is"),
        class_="top",
    )
    foot = el(
        "footer",
        el(
            "p",
            "The numbers on these pages are published so that ",
            el("a", "nobody can be identified", href=sheet.to(addresses.FIGURES)),
            ".",
        ),
        el("p", f"Made by {site.made_by}. The same assessments give the same pages, byte for byte."),
        class_="foot",
    )
    body = el(
        "body",
        el("a", "Skip to the main content", class_="skip", href="#main"),
        top if trail else None,  # the first page's heading is the site's name
        el("main", content, id="main"),
        foot,
        class_=kind or None,
    )
    return document(el("html", head, body, lang="en-GB"))


def _title(title: str) -> str:
    """Short enough as it is written, too: signs that are escaped count for what they are written with."""
    return next(
        (cut for most in range(TITLE, 10, -1) if len(markup(el("title", cut := short(title, most)))) <= TITLE + len("<title></title>")),
        short(title, 10),
    )


def crumbs_of(site: Site, contract: Contract | None = None, assessment: Assessment | None = None) -> list[Crumb]:
    """The pages above one of a contract, or of an assessment."""
    found = [(site.title, addresses.FRONT)]
    if contract is not None:
        found.append((contract.title, addresses.of_contract(contract)))
    if contract is not None and assessment is not None:
        found.append((as_at(assessment), addresses.of_assessment(contract, assessment)))
    return found


def as_at(assessment: Assessment) -> str:
    """What an assessment is called: by the day to which its data is complete, where one is given; a further one of that day by its number too."""
    _, _, number = assessment.slug.removeprefix(assessment.complete_to or "undated").partition("-")
    if assessment.complete_to:
        return f"Data to {day_in_words(assessment.complete_to)}{f', assessment {number}' if number else ''}"
    return f"Assessment {number}" if number else "The assessment"


def day_in_words(day: str) -> str:
    """30 June 2015, of 2015-06-30; anything else stays as it is."""
    parts = day.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts) or not 1 <= int(parts[1]) <= 12:
        return day
    return f"{int(parts[2])} {MONTHS[int(parts[1]) - 1]} {parts[0]}"


MONTHS: Final = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]


def heading(sheet: Sheet, above: str, title: str) -> Element:
    """The one h1: a few words that say which kind of page, and the title under them."""
    return el("h1", el("span", f"{above}", class_="above"), " ", short(title, HEADING))


def around(sheet: Sheet, contract: Contract, assessment: Assessment | None) -> Node:
    """The other pages about the same assessment, or the same contract."""
    places: list[tuple[str, str]] = []
    if assessment is not None:
        places = [
            ("What was paid and why", addresses.of_assessment(contract, assessment)),
            ("How it was worked out", addresses.of_assessment(contract, assessment, "worked-out.html")),
            ("Data quality", addresses.of_assessment(contract, assessment, "data-quality.html")),
            ("Check it yourself", addresses.of_assessment(contract, assessment, "check.html")),
        ]
    places += [
        ("Over time and side by side", addresses.of_contract(contract, "over-time.html")),
        ("The contract in plain words", addresses.of_contract(contract, "terms.html")),
    ]
    places += [("The rules it uses", addresses.of_contract(contract, addresses.RULES))] if contract.rules else []
    items = []
    for words, address in places:
        here = address == sheet.address
        items.append(el("li", el("a", words, href=sheet.to(address), aria_current="page" if here else None)))
    return el("nav", el("ul", items), aria_label="More about this", class_="around")
