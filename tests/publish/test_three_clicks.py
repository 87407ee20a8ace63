"""From any payment line to rule text, input digest, validation and approval: three clicks at most, by the links of a built site."""

from __future__ import annotations

import posixpath

import pytest

from pbr.disclosure.release import release
from pbr.publish.only_shown import only_listed, only_shown
from pbr.publish.reading import read as read_folders
from pbr.publish.writing import pages
from tests.contracts.catalogue import assessed
from tests.publish.test_pages import Page, read

CLICKS = 3


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    """A site; of each rule its name and its digest."""
    out = tmp_path_factory.mktemp("three-clicks") / "assessed"
    assessed("contracts/justice/transforming-rehabilitation", out)
    site, table = read_folders([out])
    released = release(table)
    rules = [(rule.name, rule.digest) for contract in only_shown(site, released).contracts for rule in contract.rules]
    return dict(pages(only_shown(site, released), only_listed(site, released))), rules


def reached(parsed: dict[str, Page], start: str, clicks: int) -> set[str]:
    """Addresses of everything that so many clicks lead to from a page, its own with them."""
    found, here = {start}, {start}
    for _ in range(clicks):
        here = {
            posixpath.normpath(posixpath.join(posixpath.dirname(address), href.partition("#")[0])) if not href.startswith("#") else address
            for address in here
            if address in parsed
            for href in parsed[address].links()
        } - found
        found |= here
    return found


def test_from_a_payment_to_rule_text_and_digests(built: tuple[dict[str, bytes], list[tuple[str, str]]]) -> None:
    files, rules = built
    parsed = read(files)
    root = "contracts/transforming-rehabilitation/"
    start = next(address for address in parsed if address.startswith(root) and address.count("/") == 3 and address.endswith("/index.html"))
    found = reached(parsed, start, CLICKS)
    for address in ("data-quality.html", "check.html", "worked-out.html"):
        assert posixpath.join(posixpath.dirname(start), address) in found
    assert rules
    for name, digest in rules:
        file = f"{root}rules/{name}.yaml"
        assert file in found and files[file].startswith(b"pbr_rule: 1")
        assert digest in parsed[f"{root}rules.html"].words()
        assert digest in parsed[posixpath.join(posixpath.dirname(start), "worked-out.html")].words()


def test_a_step_that_a_rule_gave_leads_to_the_rule_itself(built: tuple[dict[str, bytes], list[tuple[str, str]]]) -> None:
    files, rules = built
    parsed = read(files)
    worked = next(page for address, page in parsed.items() if address.endswith("/worked-out.html"))
    ids = set(parsed["contracts/transforming-rehabilitation/rules.html"].ids())
    led = {href.partition("#")[2] for href in worked.links() if "rules.html#" in href}
    assert len(led) == len(rules) and led <= ids
