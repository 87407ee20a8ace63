"""``pbr verify``: is it whole, does everything in it follow from its inputs, and is it what was logged?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from pbr.cli import exits
from pbr.cli.deciding import FOLDER, private_option, warn_of_private
from pbr.cli.options import TableFile, json_option, progress_option, sharing_limits_options
from pbr.cli.printing import Progress, print_json

if TYPE_CHECKING:
    from pbr.platform.limits import Limits

LONGEST_RECEIPT = 262_144  # bytes
CODES = {"internally consistent": exits.OK, "verified": exits.OK, "digests only": exits.DIGESTS_ONLY, "broken": exits.BROKEN}


@click.command("verify")
@click.argument("what", metavar="DIR", type=click.Path(exists=True, path_type=Path))
@click.option("--data", multiple=True, type=TableFile(), help="The data, where the folder does not hold it; or your own copy of it.")
@click.option(
    "--previous",
    type=click.Path(path_type=Path),
    help="The assessment before this one, where it names one: what is due is compared. Of a pack: its folder or its pack.",
)
@click.option("--digests-only", is_flag=True, help="Check the digests; compute nothing again.")
@click.option(
    "--log", type=FOLDER, help="The log: is the folder what was logged, under the contract that was adopted, from what was received?"
)
@click.option("--policy", type=click.Path(path_type=Path), help="Whose signatures you trust: a file that you did not get from the log.")
@click.option(
    "--kept", type=click.Path(path_type=Path), help="The folder in which you keep what you saw of the log; else PBR_KEPT says where."
)
@click.option("--approved", is_flag=True, help="Ask that it is verified, and approved by the log: exit code 4 where it is not both.")
@private_option
@sharing_limits_options
@progress_option
@json_option
def command(
    what: Path,
    data: tuple[tuple[str | None, Path], ...],
    previous: Path | None,
    digests_only: bool,
    log: Path | None,
    policy: Path | None,
    kept: Path | None,
    approved: bool,
    private: Path | None,
    memory: str | None,
    threads: int | None,
    shown: bool | None,
    as_json: bool,
) -> None:
    """Check an assessment's folder DIR: every digest, then every value of every row computed again by a second engine.

    Names the first difference by file, row and column. Says at most "internally consistent": nothing outside the folder is consulted, so a
    folder made up whole, inputs included, would pass.

    With --log the log is checked too, and that the folder is the one that was logged, under the contract that was adopted, from what was received. It says
    "verified" only where your own --policy, or the view that you kept of the log (--kept), vouches for the log; and then what that does not rule out.

    DIR may also be an evidence pack: it is checked as `pbr unpack --check` does, the assessment in it is computed again (not with --digests-only), and is held
    against the log in it. Or a log: then it does what `pbr log audit` does. Or the file of a receipt: is the entry in the log that
    was signed, and are the files given with --data those that were received?

    \b
    Examples:
      pbr verify assessments/2015-06
      pbr verify assessments/2015-06 --log log --policy trusted --kept seen/log
      pbr verify assessments/2015-06 --log log --policy trusted --approved && pay
      pbr verify packs/2015-06 --policy trusted
      pbr verify received.tlog-proof --data releases.csv --policy trusted

    \b
    Exit codes: 0 recomputed and internally consistent, or verified; 4 digests only, or something that was asked for was not compared, 3 broken;
    2 usage; 1 bad input; 5 the machine. With --approved 0 only where it is verified, by your own policy, and approved; 4 where it is not both.
    """
    from pbr.platform.limits import limits_of

    limits = limits_of(memory, threads)
    if log is None and _another(what, policy, kept, as_json, data, previous, digests_only, approved, private, limits):
        return
    if log is None and ((policy, kept, private) != (None, None, None) or approved):
        raise click.UsageError("--policy, --kept, --approved and --private are about a log: give --log too")
    if what.is_file():
        raise click.UsageError(f"{what} is a file: give the folder of an assessment, or a receipt without --log")
    progress = Progress(quiet=as_json, wanted=shown)
    try:
        if log is None:
            from pbr.audit.verify import verify

            verification = verify(
                what,
                list(data),
                previous=previous,
                digests_only=digests_only,
                progress=progress,
                limits=limits,
                processes=limits.processes,
            )
            answer: dict[str, Any] = verification.to_json()
            text, code = verification.text(), CODES[verification.state]
        else:
            from pbr.audit.logged.reading import kept_by_default, verify_with_log

            warn_of_private(log, private)
            found = verify_with_log(
                what,
                log,
                list(data),
                previous=previous,
                digests_only=digests_only,
                policy=policy,
                kept=kept or kept_by_default(log, os.environ.get("PBR_KEPT")),
                private=private,
                progress=progress,
                limits=limits,
                processes=limits.processes,
            )
            answer, text = found.to_json(), found.text()
            code = _code(found, approved)
    finally:
        progress.done()
    if as_json:
        print_json(answer)
    else:
        click.echo(text)
    click.get_current_context().exit(code)


def _another(
    what: Path,
    policy: Path | None,
    kept: Path | None,
    as_json: bool,
    data: tuple[tuple[str | None, Path], ...],
    previous: Path | None,
    digests_only: bool,
    approved: bool,
    private: Path | None,
    limits: Limits,
) -> bool:
    """Whether ``what`` is no assessment's folder but a log, a pack or a receipt, which then was checked."""
    context = click.get_current_context()
    kind = "receipt" if what.is_file() else "pack" if (what / "bagit.txt").exists() else "log"
    if kind == "log" and (not (what / "checkpoint").exists() or (what / "manifest.json").exists()):
        return False
    limited = limits.memory is not None or limits.threads is not None
    others = private is not None or (kind != "pack" and limited) or (kind != "pack" and (previous is not None or digests_only or approved))
    if others or (data and kind == "log") or (kept is not None and kind == "receipt"):
        raise click.UsageError(f"{what} is a {kind}: give it without the options that are not about one")
    if kind == "log":
        from pbr.cli.log_audit import command as audit

        context.invoke(audit, log=what, policy=policy, kept=kept, as_json=as_json)
    elif kind == "pack":
        _pack(what, policy, kept, as_json, data, previous, digests_only, approved, limits)
    else:
        from pbr.submission.parts import files_of

        _receipt(what, policy, [path for _, given in data for path in files_of(given)], as_json)
    return True


def _pack(
    what: Path,
    policy: Path | None,
    kept: Path | None,
    as_json: bool,
    data: tuple[tuple[str | None, Path], ...],
    previous: Path | None,
    digests_only: bool,
    approved: bool,
    limits: Limits,
) -> None:
    from pbr.audit.logged.packed import verify_pack
    from pbr.log.kept import read_kept
    from pbr.log.policy import open_policy
    from pbr.platform.files import files_here

    files, progress = files_here(), Progress(quiet=as_json)
    trusted, view = open_policy(policy, files) if policy else None, read_kept(kept, files) if kept else None
    try:
        found = verify_pack(
            what,
            data,
            previous=previous,
            digests_only=digests_only,
            policy=trusted,
            kept=view,
            files=files,
            progress=progress,
            limits=limits,
            processes=limits.processes,
        )
    finally:
        progress.done()
    if as_json:
        print_json(found.to_json())
    else:
        click.echo(found.text())
    click.get_current_context().exit(_code(found, approved))


class _Found(Protocol):
    """A folder or a pack that was held against a log."""

    @property
    def verdict(self) -> str: ...

    @property
    def incomplete(self) -> bool: ...

    @property
    def approved(self) -> bool: ...


def _code(found: _Found, asked: bool) -> int:
    """``asked``: that it is verified and approved, as somebody pays by it. What is broken is broken first."""
    if found.verdict == "broken":
        return exits.BROKEN
    lacking = asked and not (found.verdict == "verified" and found.approved)
    return exits.DIGESTS_ONLY if found.incomplete or lacking else CODES[found.verdict]


def _receipt(what: Path, policy: Path | None, data: list[Path], as_json: bool) -> None:
    from pbr.audit.sealing import digest_file
    from pbr.log.policy import open_policy
    from pbr.log.receipts import Submitted, check_receipt
    from pbr.log.wording import answer_text
    from pbr.platform.files import files_here

    files = files_here()
    submitted = [Submitted(str(path), *digest_file(path, files)) for path in data]
    with files.open_read(what) as stream:
        found, receipt = check_receipt(
            stream.read(LONGEST_RECEIPT + 1), open_policy(policy, files) if policy is not None else None, submitted
        )
    if as_json:
        print_json(found.to_json())
    else:
        about = (
            [
                f"  entry {receipt.index:,}   {receipt.entry.kind}, {receipt.entry.members['at']}, signed as {receipt.entry.signatures[0].keyid}"
            ]
            if receipt
            else []
        )
        head, *rest = answer_text(found, "receipt").splitlines()
        click.echo(
            "\n".join([head, *about, *(f"  {path} is one of the files that were received" for path in data if not found.findings), *rest])
        )
    click.get_current_context().exit(CODES[found.verdict])
