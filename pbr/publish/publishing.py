"""The whole way from folders of assessments to a site that anybody may read: ``pbr publish`` is this function and a printed summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pbr.disclosure.cells import Table, joined
from pbr.disclosure.explain import in_words
from pbr.disclosure.released import WITHHELD, Released
from pbr.platform.files import Files
from pbr.problem import Place, refuse
from pbr.publish import addresses
from pbr.publish.by_contract import ENOUGH, Decided, decided, read_and_decide, side_by_side, size_of, sizes, together
from pbr.publish.check.carried import CarriedLog
from pbr.publish.check.carried import carried as carried_log
from pbr.publish.data.files import NAMELESS
from pbr.publish.data.ocds.naming import Naming
from pbr.publish.kept import earlier, of_contract
from pbr.publish.only_shown import only_listed, only_shown
from pbr.publish.reading import Folders, by_contract, read_contract, site_of
from pbr.publish.sharing import of_all, shares, write_share
from pbr.publish.sharing import of_contract as files_of_contract
from pbr.publish.sharing import size_of as size_of_share
from pbr.publish.site import Site
from pbr.publish.totals import in_all
from pbr.publish.writing import File, write_site


@dataclass(frozen=True)
class Published:
    """``lines``, ``whole_lines``: payment lines, and those of which sum, result and reason are all shown. ``unchecked``: what could not be checked.
    ``gone``: whose number the earlier sites give away by themselves; ``known_anyway``: whose is known whatever is withheld; ``guessed``: whose would be narrower for somebody who is told which withheld figures are small.
    All name people's groups, and no number."""

    out: Path
    files: tuple[str, ...]
    shown: int
    withheld: int
    lines: int
    whole_lines: int
    unchecked: tuple[str, ...]
    gone: tuple[str, ...] = ()
    known_anyway: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
    sums: Mapping[str, int] = field(
        default_factory=dict
    )  # by currency: how much of the sums of all payment lines is shown, in whole percent
    confidential: tuple[str, ...] = ()  # assessments (CONTRACT/DAY) of which it is not shown what was paid

    def to_json(self) -> dict[str, Any]:
        return {
            "out": str(self.out),
            "open": str(self.out / addresses.FRONT),
            "files": len(self.files),
            "figures": {"shown": self.shown, "withheld": self.withheld},
            "lines": {"shown": self.whole_lines, "all": self.lines},
            "percent_of_sums_shown": dict(self.sums),
            "unchecked": list(self.unchecked),
            "given_away_earlier": list(self.gone),
            "known_whatever_is_withheld": list(self.known_anyway),
            "could_be_guessed": list(self.guessed),
            "paid_not_shown": list(self.confidential),
        }

    def text(self) -> str:
        def share(part: int, whole: int) -> str:
            return f"{part:,} of {whole:,}" + (f" ({100 * part // whole}%)" if whole else "")

        said = [
            f"Published {len(self.files):,} files to {self.out}",
            f"  figures shown      {share(self.shown, self.shown + self.withheld)}",
            f"  payment lines with sum, result and reason shown      {share(self.whole_lines, self.lines)}",
            *(f"  of the sums of payment lines, in {currency}, shown      {percent}%" for currency, percent in self.sums.items()),
            *(f"  not checked: {one}" for one in self.unchecked),
            *(f"  what was paid is confidential: {one}; pbr disclosure explain says why" for one in self.confidential),
            *in_words(self.gone, self.known_anyway, self.guessed),
            f"Open {self.out / addresses.FRONT}",
        ]
        return "\n".join(said)


def publish(
    files: Files,
    folders: Sequence[Path],
    out: Path,
    *,
    title: str,
    log: Path | None = None,
    private: Path | None = None,
    only_approved: bool = False,
    previous: Sequence[Path] = (),
    naming: Naming = NAMELESS,
    processes: int = 1,
) -> Published:
    """Makes the site. ``naming``: what open data asks for that only the publisher knows. ``log`` says who approved what, and is carried by the site; ``private``: where its openings are kept.
    ``processes``: how many may read contracts and write their files side by side, where there are many; the bytes are the same. Raises Refused as reading, disclosure, the log and writing do; then nothing stands at ``out``."""
    _apart(out, [*folders, *previous, *([log] if log is not None else ())])
    found, origin = by_contract(folders, log, private, only_approved)
    processes = processes if len(folders) >= ENOUGH else 1
    each = _decided(files, found, previous, processes)
    site = site_of(title, [one.contract for one in each], origin)
    with_log = carried_log(log, files, site) if log is not None else None
    if with_log is not None:
        site = replace(site, log=with_log.origin)
    site, released = in_all(site, together(each))
    gone, anyway, guessed = (tuple(name for one in each for name in getattr(one, part)) for part in ("gone", "known_anyway", "guessed"))
    sums, (lines, whole) = _percent(one.sizes for one in each), told(site, released)
    site, released = only_shown(site, released), only_listed(site, released)
    confidential = tuple(
        f"{contract.slug}/{one.slug}"
        for contract in site.contracts
        for one in contract.assessments
        if released.figures[one.paid.cell].how == WITHHELD
    )
    del each
    written = _written(files, out, site, released, naming, with_log, processes)
    return Published(
        out, tuple(written), released.shown, released.withheld, lines, whole, released.unchecked, gone, anyway, guessed, sums, confidential
    )


def _decided(files: Files, found: Sequence[Folders], previous: Sequence[Path], processes: int) -> list[Decided]:
    """What is public of each contract. Where earlier sites are given, all contracts are read first: an assessment may lie elsewhere in them."""
    if not previous:
        return list(side_by_side(read_and_decide, found, processes, size_of))
    tables = [Table() for _ in found]
    contracts = [read_contract(one, table) for one, table in zip(found, tables, strict=True)]
    site, table = site_of("", contracts, ""), joined(tables)
    before = [earlier(files, folder, site, table, number) for number, folder in enumerate(previous, 1)]
    unchecked = tuple(sentence for one in before for sentence in one.unchecked(table))
    each = [
        decided(contract, own, [of_contract(one, contract.slug) for one in before]) for contract, own in zip(contracts, tables, strict=True)
    ]
    return [replace(one, released=replace(one.released, unchecked=unchecked)) for one in each]


def _written(files: Files, out: Path, site: Site, released: Released, naming: Naming, log: CarriedLog | None, processes: int) -> list[str]:
    """Writes a site without the words that are not shown: the same bytes, however many processes share it."""
    if processes < 2:
        return write_site(files, out, _each_file(site, released, naming, log))

    def others(folder: Path) -> Iterator[list[str]]:
        return side_by_side(write_share, list(shares(files, folder, site, released, naming, log)), processes, size_of_share)

    return write_site(files, out, (), others)


def _apart(out: Path, folders: Sequence[Path]) -> None:
    """A site inside an assessment, a log or an earlier site would change what it is made from. Raises Refused PBR687."""
    for folder in folders:
        if folder.resolve() in (out.resolve(), *out.resolve().parents) and out.resolve() != folder.resolve():
            says = f"{out} lies inside {folder}, which the site is made from and which must stay as it is"
            raise refuse("PBR687", says, "choose a place beside it for --out", Place(str(out)))


def everything(site: Site, released: Released, naming: Naming = NAMELESS, log: CarriedLog | None = None) -> Iterator[File]:
    """Every file of a site, in a stable order: a function of what is public alone. ``log``: the one that ``site.log`` names."""
    site, released = only_shown(site, released), only_listed(site, released)
    return _each_file(site, released, naming, log)


def _each_file(site: Site, released: Released, naming: Naming, log: CarriedLog | None) -> Iterator[File]:
    yield from of_all(site, released, naming, log)
    for contract in site.contracts:
        yield from files_of_contract(contract, site, released, naming)


def told(site: Site, released: Released) -> tuple[int, int]:
    """Payment lines, and those of which sum, result and reason are all shown. A line of people counts once: it is one line on the page."""
    lines = whole = 0
    for contract in site.contracts:
        for assessment in contract.assessments:
            for payment in assessment.payments:
                for line in payment.lines:
                    slots = [line.amount, line.result, *(piece for piece in line.why if not isinstance(piece, str))]
                    lines += 1
                    whole += all(released.figures[slot.cell].how != "withheld" for slot in slots)
    return lines, whole


def sums_shown(site: Site, released: Released, table: Table) -> dict[str, int]:
    """By currency, how much of the sums of all payment lines is shown: whole percent, rounded down, of their sizes. It rests on true sums, and goes to whoever publishes, not into the site."""
    return _percent([sizes(site.contracts, released, table)])


def _percent(each: Iterable[Mapping[str, tuple[int, int]]]) -> dict[str, int]:
    shown: dict[str, int] = {}
    whole: dict[str, int] = {}
    for one in each:
        for unit, (part, all_of_it) in one.items():
            shown[unit], whole[unit] = shown.get(unit, 0) + part, whole.get(unit, 0) + all_of_it
    return {unit: 100 * shown[unit] // size for unit, size in sorted(whole.items()) if size}
