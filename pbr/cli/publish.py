"""``pbr publish``: the public site of one or many assessments."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from pbr.cli.options import json_option
from pbr.cli.printing import print_json

PROCESSES: Final = 4  # at most, side by side


@click.command("publish")
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", required=True, metavar="SITE", type=click.Path(path_type=Path), help="The folder to make; its name must be free.")
@click.option("--title", default="Payment by results", show_default=True, help="What the site is called.")
@click.option(
    "--log",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The log that says who approved each of them. The site carries it, for everybody to check.",
)
@click.option(
    "--private", type=click.Path(file_okay=False, path_type=Path), help="What is kept beside the log, where it is not LOG.private."
)
@click.option("--approved", "only_approved", is_flag=True, help="With --log: refuse what is not approved.")
@click.option(
    "--previous",
    multiple=True,
    metavar="SITE",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A site published before: what it shows is known, and is reckoned with. Repeat for each.",
)
@click.option("--ocid-prefix", default="", metavar="PREFIX", help="For the OCDS file: the prefix as registered, ocds-a1b2c3.")
@click.option(
    "--party",
    "parties",
    multiple=True,
    metavar="NAME=ID",
    help="For the OCDS file: an organisation's identifier, Harbour Trust=GB-COH-00000001. Repeat for each.",
)
@click.option("--address", default="", metavar="URL", help="Where the site will be found; its files name it.")
@click.option("--publisher", default="", metavar="NAME", help="Who publishes it, for the OCDS file.")
@click.option("--published", default="", metavar="DAY", help="The day of publication, for the OCDS file: 2026-11-23.")
@click.option("--licence", default="", metavar="URL", help="The licence of the open data; without it the files name none.")
@json_option
def command(
    folders: tuple[Path, ...],
    out: Path,
    title: str,
    log: Path | None,
    private: Path | None,
    only_approved: bool,
    previous: tuple[Path, ...],
    ocid_prefix: str,
    parties: tuple[str, ...],
    address: str,
    publisher: str,
    published: str,
    licence: str,
    as_json: bool,
) -> None:
    """Make the public site of the assessments DIR...: what was bought, what was achieved, what was paid, and why, with nobody identifiable.

    Small numbers of people are withheld and others rounded, in pages, charts, sums and files alike. Then the program tries to find out what is
    withheld from all that is shown, and withholds more until nobody can be found; where that would take the figures that matter most, nothing is
    published, and it says why. What was withheld and why: pbr disclosure explain.

    The site is a folder of plain files. It can be opened where it is, and put on any web server as it stands.

    \b
    Examples:
      pbr publish assessments/2015-06 --out site
      pbr publish assessments/2015-* --out site-2015-09 --log log --previous site-2015-06

    \b
    Exit codes: 0 published; 1 it cannot be published, and why; 2 usage; 5 the machine.
    """
    if not title.strip():
        raise click.UsageError("--title is empty: a site is called something")
    if log is None and (private is not None or only_approved):
        raise click.UsageError(
            "--private is of --log" if private is not None else "--approved needs --log: only a log says what is approved"
        )
    from pbr.platform.files import files_here
    from pbr.publish.data.ocds.naming import Naming
    from pbr.publish.publishing import publish

    if wrong := [one for one in parties if not all(part.strip() for part in (one.partition("=")[0], one.partition("=")[2]))]:
        raise click.UsageError(f"--party is NAME=ID, and not {wrong[0]!r}")
    named = {name.strip(): number.strip() for name, _, number in (one.rpartition("=") for one in parties)}
    naming = Naming(ocid_prefix, address, publisher, published, licence, named)
    made = publish(
        files_here(), folders, out, title=title, log=log, private=private, only_approved=only_approved, previous=previous, naming=naming,
        processes=min(os.cpu_count() or 1, PROCESSES),
    )  # fmt: skip
    if as_json:
        print_json(made.to_json())
    else:
        click.echo(made.text())
