"""``pbr log append``: what was agreed, received and assessed, put into a log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pbr.cli.deciding import FOLDER, adopted_option, logbook, print_unlogged, private_option, signing_options
from pbr.cli.keyring import keys_option
from pbr.cli.options import TableFile, json_option, rules_option
from pbr.cli.printing import print_json

ROLES = ("commissioner", "assessor", "approver", "provider", "auditor")


def role_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for role in reversed(ROLES):
        function = click.option(
            f"--{role}", role, multiple=True, metavar="VKEY", help=f"A public key of a {role}, or its file; repeat for each."
        )(function)
    return function


class _Append(click.Group):
    """The log stands before what is appended to it: ``pbr log append LOG contract ...``."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, f"LOG {'|'.join(self.commands)} [OPTIONS] ...")


@click.group("append", cls=_Append)
@click.argument("log", metavar="LOG", type=FOLDER)
@click.pass_context
def command(ctx: click.Context, log: Path) -> None:
    """Put something into the log LOG, signed: a contract or variation, what was received, a sample's seed, an assessment.

    The log holds hashes and commitments only, and what is in it can never be taken back. What they are commitments to is kept beside it, in LOG.private.
    Whoever appends needs two keys: the one named by --key, whose holder says it, and the log's own, which signs the new checkpoint. Who has not the second signs with
    --unlogged FILE, and who keeps the log appends that file as it is (entry).

    \b
    Examples:
      pbr log append log contract contracts/justice/hmp-doncaster --key ministry \\
          --commissioner ministry.vkey --assessor analyst.vkey --approver finance.vkey --provider serco.vkey
      pbr log append log submission releases.csv offences.csv --key serco
      pbr log append log assessment assessments/2015-06 --key analyst
      pbr log append log seed --key audit-office --opening seed-2015-06.json
      pbr log append log submission releases.csv --key serco --unlogged received.json
      pbr log append log entry received.json --receipt received.tlog-proof

    \b
    Exit codes: 0 appended; 1 refused, and nothing is appended; 2 usage; 5 the machine.
    """
    ctx.obj = log


@command.command("contract")
@click.argument("contract", type=click.Path(exists=True, path_type=Path))
@signing_options
@role_options
@click.option("--another", is_flag=True, help="It truly is another contract than the log's of the same id.")
@rules_option
@json_option
@click.pass_obj
def contract_command(
    log: Path,
    /,
    contract: Path,
    key: str,
    keys: Path | None,
    private: Path | None,
    unlogged: Path | None,
    opened: tuple[Path, ...],
    another: bool,
    rules: tuple[Path, ...],
    as_json: bool,
    **roles: tuple[str, ...],
) -> None:
    """Log that a contract is adopted, and who may do what under it. Before any data is received.

    CONTRACT is a folder or a YAML file.

    --key is the name of a commissioner's key. Who may: a commissioner varies the contract; an assessor logs assessments; an approver approves them; provider,
    commissioner and assessor log what was received; everybody listed may challenge, and plant the seed of a sample.

    \b
    Example:
      pbr log append log contract contracts/justice/hmp-doncaster --key ministry \\
          --commissioner ministry.vkey --assessor analyst.vkey --approver finance.vkey --provider serco.vkey
    """
    from pbr.audit.logged.adopting import adopt
    from pbr.audit.logged.logbook import vkeys
    from pbr.terms.loading import load_contract

    book = logbook(log, keys, private, unlogged, opened)
    loaded = load_contract(contract, rules)
    number = adopt(book, loaded, key, {role: vkeys(given) for role, given in roles.items()}, another)
    terms = loaded.contract
    said = f"The contract {terms.contract.text}, version {terms.version.text}, is adopted: entry {number} of {log}."
    _print(unlogged, as_json, said, {"entry": number})


@command.command("variation")
@click.argument("contract", type=click.Path(exists=True, path_type=Path))
@signing_options
@adopted_option
@role_options
@rules_option
@json_option
@click.pass_obj
def variation_command(
    log: Path,
    /,
    contract: Path,
    key: str,
    keys: Path | None,
    private: Path | None,
    unlogged: Path | None,
    opened: tuple[Path, ...],
    adopted: int | None,
    rules: tuple[Path, ...],
    as_json: bool,
    **roles: tuple[str, ...],
) -> None:
    """Log that the contract has changed, or who may do what under it.

    CONTRACT is the contract as it is now. A role for which no key is given keeps its keys.

    \b
    Example:
      pbr log append log variation contracts/justice/hmp-doncaster --key ministry --approver director.vkey
    """
    from pbr.audit.logged.adopting import vary
    from pbr.audit.logged.logbook import vkeys
    from pbr.terms.loading import load_contract

    book = logbook(log, keys, private, unlogged, opened)
    number = vary(book, load_contract(contract, rules), key, {role: vkeys(given) for role, given in roles.items()}, adopted)
    _print(unlogged, as_json, f"The contract is varied: entry {number} of {log} is how it holds from now on.", {"entry": number})


@command.command("submission")
@click.argument("files", nargs=-1, required=True, type=TableFile())
@signing_options
@adopted_option
@click.option(
    "--receipt", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the receipt: a file that is not there yet."
)
@json_option
@click.pass_obj
def submission_command(
    log: Path,
    /,
    files: tuple[tuple[str | None, Path], ...],
    key: str,
    keys: Path | None,
    private: Path | None,
    unlogged: Path | None,
    opened: tuple[Path, ...],
    adopted: int | None,
    receipt: Path | None,
    as_json: bool,
) -> None:
    """Log that files were received, each by its SHA-256 and size in a commitment.

    With --receipt, a proof of it for who handed them in: it is checked without this log and without pbr (pbr verify FILE --data releases.csv,
    or either program in verifiers/).

    \b
    Example:
      pbr log append log submission releases.csv offences.csv --key serco --receipt received.tlog-proof
    """
    from pbr.audit.logged.adopting import receive
    from pbr.submission.parts import files_of

    if receipt is not None and unlogged is not None:
        raise click.UsageError("what is not in the log has no receipt yet: --receipt goes with `pbr log append LOG entry FILE`")
    book = logbook(log, keys, private, unlogged, opened)
    if receipt is not None:
        book.free(receipt)
    received = [(table, path) for table, given in files for path in files_of(given)]
    number = receive(book, received, key, adopted)
    count = "1 file is" if len(received) == 1 else f"{len(received)} files are"
    said = f"{count} logged as received: entry {number} of {log}."
    if receipt is not None:
        book.write_receipt(number, receipt)
        said = f"{said}\nThe receipt is {receipt}: it proves, without this log, that they were received, and when."
    elif unlogged is None:
        said = f"{said}\nFor a receipt: pbr log prove {log} {number} --out {number}.tlog-proof"
    _print(unlogged, as_json, said, {"entry": number, "receipt": None if receipt is None else str(receipt)})


@command.command("seed")
@click.option("--opening", required=True, type=click.Path(path_type=Path), help="The new file to keep the seed in. Keep it to yourself.")
@signing_options
@adopted_option
@json_option
@click.pass_obj
def seed_command(
    log: Path,
    /,
    opening: Path,
    key: str,
    keys: Path | None,
    private: Path | None,
    unlogged: Path | None,
    opened: tuple[Path, ...],
    adopted: int | None,
    as_json: bool,
) -> None:
    """Log a commitment to the seed of a sample that will be drawn later.

    The seed is 32 random bytes, written to the file --opening and nowhere else. Whoever reads that file before the next assessment is logged
    knows which lines will be looked at: keep it where those cannot see it who assess. Log one for each assessment: a seed that was shown once is known.

    \b
    Example:
      pbr log append log seed --key audit-office --opening seed-2015-06.json
    """
    from pbr.audit.logged.adopting import plant

    number = plant(logbook(log, keys, private, unlogged, opened), key, opening, adopted)
    _print(
        unlogged,
        as_json,
        f"A seed is committed to: entry {number} of {log}. What opens it is in {opening}: show it to nobody before the sample is drawn.",
        {"entry": number},
    )


@command.command("assessment")
@click.argument("folder", metavar="DIR", type=FOLDER)
@signing_options
@adopted_option
@click.option("--previous", type=FOLDER, help="The assessment that it follows, where it follows one.")
@json_option
@click.pass_obj
def assessment_command(
    log: Path,
    /,
    folder: Path,
    key: str,
    keys: Path | None,
    private: Path | None,
    unlogged: Path | None,
    opened: tuple[Path, ...],
    adopted: int | None,
    previous: Path | None,
    as_json: bool,
) -> None:
    """Log an assessment, and those of its inputs that were not logged as received yet.

    DIR is its folder. `pbr assess --log` does the same at once.

    \b
    Example:
      pbr log append log assessment assessments/2015-06 --key analyst
    """
    from pbr.audit.logged.recording import record

    number = record(logbook(log, keys, private, unlogged, opened), folder, key, previous, adopted)
    _print(
        unlogged,
        as_json,
        f"{folder} is logged: entry {number} of {log}. It is a draft until it is approved: pbr approve {folder} --log {log} --key NAME --reason TEXT",
        {"entry": number},
    )


@command.command("entry")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@keys_option
@private_option
@click.option("--another", is_flag=True, help="Of a contract: it truly is another one than the log's of the same id.")
@click.option(
    "--receipt", type=click.Path(dir_okay=False, path_type=Path), help="Where to write its receipt: a file that is not there yet."
)
@json_option
@click.pass_obj
def entry_command(
    log: Path, /, file: Path, keys: Path | None, private: Path | None, another: bool, receipt: Path | None, as_json: bool
) -> None:
    """Append the entry in FILE, which a party without the log's key has signed (--unlogged), as it is.

    It is looked at as if it was made here: its form, its signature and who may sign it, what it refers to, and its time. It must not be older than the last entry, nor
    than 23 hours, nor later than now; else it has to be signed again. What its commitments are to is kept in LOG.private, as for any other.

    \b
    Example:
      pbr log append log entry challenge.json --receipt challenge.tlog-proof
    """
    from pbr.audit.logged.taking import take
    from pbr.audit.logged.unlogged import read_unlogged
    from pbr.platform.files import files_here

    given = read_unlogged(file, files_here())
    book = logbook(log, keys, private)
    if receipt is not None:
        book.free(receipt)
    number = take(book, given, another)
    kind = given.entry.kind
    said = f"{'An' if kind[0] in 'aeiou' else 'A'} {kind} by {given.by}, signed {given.entry.members['at']}, is entry {number} of {log}."
    if receipt is not None:
        book.write_receipt(number, receipt)
        said = f"{said}\nThe receipt is {receipt}: give it to who signed it."
    else:
        said = f"{said}\nWho signed it should have a receipt: pbr log prove {log} {number} --out {number}.tlog-proof"
    _print(None, as_json, said, {"entry": number, "receipt": None if receipt is None else str(receipt)})


def _print(unlogged: Path | None, as_json: bool, text: str, data: dict[str, Any]) -> None:
    if unlogged is not None:
        print_unlogged(unlogged, as_json)
    elif as_json:
        print_json(data)
    else:
        click.echo(text)
