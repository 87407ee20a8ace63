"""``pbr disclosure explain``: why a figure of the public site is withheld or rounded."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.options import json_option
from pbr.cli.printing import print_json


@click.command("explain")
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--cell", "name", metavar="NAME", help="Only this figure, by its name in the open data.")
@click.option(
    "--previous",
    multiple=True,
    metavar="SITE",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A site published before, as it is given to pbr publish. Repeat for each.",
)
@json_option
def command(folders: tuple[Path, ...], name: str | None, previous: tuple[Path, ...], as_json: bool) -> None:
    """Say why figures are withheld or rounded. DIR are folders of assessments, those that are published together. Give the same --previous as to pbr publish: what was shown before decides with.

    It also says whose number earlier sites give away by themselves: nothing that is withheld now can help them.

    Without --cell: everything that is withheld, or rounded for another's sake. What is printed holds true values: it is for the commissioner, and must not be published.

    \b
    Examples:
      pbr disclosure explain assessments/2015-06
      pbr disclosure explain assessments/2015-* --cell hmp-doncaster/2015-06-30/releases/submitted
      pbr disclosure explain assessments/2015-* --previous site-2015-06

    Exit codes: 0 it was said; 1 nothing has that name, or it cannot be published at all, and why.
    """
    from pbr.disclosure.explain import all_withheld, explain, in_words
    from pbr.disclosure.release import decide, released
    from pbr.platform.files import files_here
    from pbr.publish.kept import earlier
    from pbr.publish.only_shown import only_listed
    from pbr.publish.reading import read

    site, table = read(folders)
    before = [earlier(files_here(), folder, site, table, number) for number, folder in enumerate(previous, 1)]
    protection = decide(table, earlier=before)
    public = released(protection, earlier=before)
    listed = only_listed(site, public)
    found = [explain(protection, public, name)] if name is not None else all_withheld(protection, public)
    if as_json:
        print_json(
            {
                "figures": [one.to_json() for one in found],
                "shown": listed.shown,
                "withheld": listed.withheld,
                "given_away_earlier": protection.gone,
                "known_whatever_is_withheld": protection.known_anyway,
                "could_be_guessed": protection.guessed,
            }
        )
        return
    click.echo("These lines hold true values: they are not for publication.\n")
    click.echo("\n\n".join(one.text() for one in found) if found else "Nothing is withheld, and nothing is rounded for another's sake.")
    if name is None:
        click.echo(f"\n{listed.shown:,} figures are shown, {listed.withheld:,} are withheld.")
        for line in in_words(protection.gone, protection.known_anyway, protection.guessed):
            click.echo(line)
