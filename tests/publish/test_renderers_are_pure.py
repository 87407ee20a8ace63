"""What makes pages and files knows the site, what is shown of it, and nothing else: no true value can reach a page, as none can be got at."""

from __future__ import annotations

from pathlib import Path

from tests.test_imports import PACKAGE, Import, imports_of

RENDERERS = ("pages", "charts", "data")  # folders of pbr/publish; check/ knows the log too, all of which is public
BESIDE = ("addresses.py", "only_shown.py", "writing.py")
# By module, the names that may be taken from it; None: any.
MAY_BE_USED: dict[str, set[str] | None] = {
    "pbr.publish.site": None,
    "pbr.disclosure.released": None,
    "pbr.disclosure.cells": {"ANSWER", "COUNT", "DAY", "MONEY", "NUMBER", "POINTS", "SHARE", "TERM"},  # words for kinds; no cell
    "pbr.problem": None,
    "pbr.platform.files": None,
    **{f"pbr.publish.{name.removesuffix('.py')}": None for name in BESIDE},
}


def _renderers() -> list[Path]:
    folders = [path for folder in RENDERERS for path in (PACKAGE / "publish" / folder).rglob("*.py")]
    return sorted([*folders, *(PACKAGE / "publish" / name for name in BESIDE)])


def reaches_too_far(found: Import) -> bool:
    """Whether an import could bring a renderer what is not public."""
    if not found.module.startswith("pbr"):
        return False
    if any(found.module.startswith(f"pbr.publish.{folder}.") for folder in RENDERERS):
        return False
    module, _, name = found.module.rpartition(".")
    if found.module in (f"pbr.publish.{one.removesuffix('.py')}" for one in BESIDE):
        return False
    names = MAY_BE_USED.get(module, set())
    return names is not None and name not in names


def test_renderers_know_the_site_and_what_is_shown_and_nothing_else() -> None:
    files = _renderers()
    assert len(files) > 20
    found = [one for path in files for one in imports_of(path.relative_to(PACKAGE), path.read_text(encoding="utf-8"))]
    assert [str(one) for one in found if reaches_too_far(one)] == []


def test_the_check_itself_sees_what_it_should() -> None:
    for module, far in (
        ("pbr.disclosure.cells.Cell", True),
        ("pbr.disclosure.cells.Table", True),
        ("pbr.disclosure.cells.MONEY", False),
        ("pbr.disclosure.protect.protect", True),
        ("pbr.publish.reading.read", True),
        ("pbr.audit.opening.opened", True),
        ("pbr.statement.words.money", True),
        ("pbr.publish.site.Slot", False),
        ("pbr.publish.addresses", False),
        ("pbr.publish.pages.html.el", False),
        ("json", False),
    ):
        assert reaches_too_far(Import(Path("publish/pages/x.py"), 1, module, False)) is far, module
