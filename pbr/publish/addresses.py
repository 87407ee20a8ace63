"""Where each page and file of the site lies. Every link between them is relative, so that the site works from any folder, and from no server at all.

Pages are named in full (``index.html`` too): from ``file://`` nobody adds it.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import Final

from pbr.publish.site import Assessment, Contract, Rule

FRONT: Final = "index.html"
FIGURES: Final = "about-the-figures.html"
CHECK: Final = "check.html"
RULES: Final = "rules.html"
STYLE: Final = "style.css"
CONTRACTS: Final = "contracts"  # the folder with one of each
SLUG: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,119}")


def _slug(slug: str) -> str:
    """The slug. Raises ValueError where it could be no folder's name: whoever reads assessments makes slugs, not their authors."""
    if not SLUG.fullmatch(slug) or slug.endswith("."):
        raise ValueError(f"{slug!r} is no slug")
    return slug


def of_contract(contract: Contract, page: str = FRONT) -> str:
    """A page or a file of a contract: index.html, terms.html, over-time.html, contract.yaml."""
    return f"{CONTRACTS}/{_slug(contract.slug)}/{page}"


def of_assessment(contract: Contract, assessment: Assessment, page: str = FRONT) -> str:
    """A page or a file of an assessment: index.html (what was paid and why), worked-out.html, data-quality.html, check.html."""
    return f"{CONTRACTS}/{_slug(contract.slug)}/{_slug(assessment.slug)}/{page}"


def of_rule(contract: Contract, rule: Rule) -> str:
    """Where a rule of a contract is read out."""
    return f"{of_contract(contract, RULES)}#{part(rule.slug)}"


def file_of_rule(contract: Contract, rule: Rule) -> str:
    """The file of a rule."""
    return of_contract(contract, f"rules/{'/'.join(_slug(one) for one in rule.slug.split('/'))}.yaml")


def link(source: str, target: str) -> str:
    """The relative address of ``target`` (which may end with #part) as written on the page ``source``."""
    path, sign, part = target.partition("#")
    if path == source and sign:
        return f"#{part}"
    return _relative(path, posixpath.dirname(source)) + sign + part


@lru_cache(maxsize=4096)  # pages of one folder link to the same ones, and it asks the system where it is run
def _relative(path: str, folder: str) -> str:
    return posixpath.relpath(path, folder or ".")


def part(*names: str) -> str:
    """The id of a part of a page, out of slugs or names of the contract: letters, digits and hyphens, a letter first. Other characters become their code point."""
    joined = "--".join(names)
    return "p-" + "".join(letter if letter.isascii() and (letter.isalnum() or letter in "_-") else f"_{ord(letter):x}" for letter in joined)
