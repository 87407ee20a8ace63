"""A page of Data Docs made fit for a browser: words and tables alone, nothing from elsewhere, nothing that runs.

GX's own pages load scripts, styles, fonts and pictures from seven hosts, and hold what stands in the cells. A page is taken apart and put
together from a short list of elements that are allowed; whatever is not on the list is left out. A policy in the page forbids the rest again.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser

POLICY = "default-src 'none'; style-src 'unsafe-inline' 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
WARNING = "This folder shows values from the submission: it may hold personal data. Keep it as you keep the submission."
INDEX = "index.html"
STYLE = """
body { font: 16px/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 72rem; margin: 0 auto; padding: 1rem; }
.privacy { border: 2px solid #8a5300; background: #fff6e5; padding: .6rem .8rem; font-weight: 600; }
h1, h2, h3, h4, h5, h6 { margin: 1.4rem 0 .4rem; line-height: 1.2; }
h4, h5 { font-size: 1.15rem; border-bottom: 1px solid #bbb; }
table { border-collapse: collapse; margin: .4rem 0 1rem; max-width: 100%; }
td, th { border: 1px solid #bbb; padding: .25rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #f2f2f2; }
li { margin: .15rem 0; }
a { color: #0b5394; }
"""
# element -> attributes that are kept
_KEPT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("div", "span", "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li"), ("id",)),
    **dict.fromkeys(("table", "thead", "tbody", "tr"), ("id",)),
    **dict.fromkeys(("td", "th"), ("id", "colspan", "rowspan")),
    **dict.fromkeys(("strong", "em", "b", "code", "pre", "small"), ()),
    "a": ("href",),
}
_EMPTY = ("br", "hr")  # kept, and never closed
_GONE = (
    "head",
    "script",
    "style",
    "footer",
    "label",
    "button",
    "select",
    "textarea",
    "svg",
    "iframe",
    "object",
    "noscript",
    "template",
    "title",
)
# "collapse": when and by which machinery GX ran, which changes with each run and says nothing about the submission
_GONE_CLASSES = ("navbar-brand", "ge-breadcrumbs", "btn-group", "card-text", "modal", "collapse")
_NEVER_CLOSED = ("area", "base", "col", "embed", "img", "input", "link", "meta", "source", "track", "wbr")
_ICONS = {"fa-check-circle": "met", "fa-times": "not met", "fa-exclamation-triangle": "could not be tried", "fa-question-circle": ""}


def document(title: str, body: str) -> bytes:
    """A whole page around ``body``, which is HTML already."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<p class="privacy" role="note">{escape(WARNING)}</p>\n{body}\n</body>\n</html>\n'
    ).encode()


def cleaned(title: str, page: str, links: Mapping[str, str]) -> bytes:
    """A page as GX made it, made fit. ``links``: how the ends of its links to other pages are called here; other links are taken away."""
    cleaner = _Cleaner(links)
    cleaner.feed(page)
    cleaner.close()
    heading = f'<p><a href="{INDEX}">All tables</a></p>\n<h1>{escape(title)}</h1>\n'
    return document(title, heading + "".join(cleaner.out).strip())


class _Cleaner(HTMLParser):
    def __init__(self, links: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.links = links
        self.out: list[str] = []
        self.leaving = ""  # the element that is being left out with all that is in it
        self.depth = 0
        self.anchors: list[bool] = []
        self.cells = 0  # open cells of tables: an icon outside of one stands beside the same word

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if self.leaving:
            self.depth += tag == self.leaving
            return
        given = {name: value or "" for name, value in attributes}
        classes = given.get("class", "").split()
        self.cells += tag in ("td", "th")
        if tag == "i" and self.cells:
            self.out += [escape(word) for name, word in _ICONS.items() if name in classes]
        elif tag not in _NEVER_CLOSED and (tag in _GONE or _gone(classes) or _toggles(given)):
            self.leaving, self.depth = tag, 1
        elif tag in _EMPTY:
            self.out.append(f"<{tag}>")
        elif tag == "a":
            target = self._target(given.get("href", ""))
            self.anchors.append(bool(target))
            if target:
                self.out.append(f'<a href="{escape(target)}">')
        elif tag in _KEPT:
            kept = "".join(f' {name}="{escape(given[name])}"' for name in _KEPT[tag] if name in given)
            self.out.append(f"<{tag}{kept}>")

    def handle_endtag(self, tag: str) -> None:
        if self.leaving:
            self.depth -= tag == self.leaving
            if not self.depth:
                self.leaving = ""
        elif tag == "a":
            if self.anchors and self.anchors.pop():
                self.out.append("</a>")
        elif tag in _KEPT:
            self.cells -= tag in ("td", "th")
            self.out.append(f"</{tag}>")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if not self.leaving and tag in _EMPTY:
            self.out.append(f"<{tag}>")

    def handle_data(self, data: str) -> None:
        if not self.leaving:
            # the many lines of blanks between GX's elements say nothing
            self.out.append(escape(data, quote=False) if data.strip() else ("\n" if "\n" in data else " "))

    def _target(self, href: str) -> str:
        if href.startswith("#"):
            return href
        return next((ours for end, ours in self.links.items() if href.endswith(end) and ":" not in href), "")


def _gone(classes: list[str]) -> bool:
    actions = "card" in classes and "mb-3" in classes  # the box of buttons
    return actions or any(name in _GONE_CLASSES for name in classes)


def _toggles(given: Mapping[str, str]) -> bool:
    """Something to click that would open what is open already."""
    return given.get("data-toggle") == "collapse"
