"""``pbr log audit``: is the log whole, is its history the one that was seen before, and does what it says hold?"""

from __future__ import annotations

import json
from pathlib import Path

import click

from pbr.cli import exits
from pbr.cli.options import json_option
from pbr.cli.printing import Progress

CODES = {"verified": exits.OK, "internally consistent": exits.OK, "broken": exits.BROKEN}


@click.command("audit")
@click.argument("log", metavar="LOG", type=click.Path(path_type=Path))
@click.option("--policy", type=click.Path(path_type=Path), help="Whose signatures you trust: a file that you did not get from the log.")
@click.option("--kept", type=click.Path(path_type=Path), help="The folder in which you keep what you saw; else PBR_KEPT says where.")
@json_option
def command(log: Path, policy: Path | None, kept: Path | None, as_json: bool) -> None:
    """Check the log in the folder LOG: every file, its history, what its entries say, who signed them, and when.

    Says "verified" only where your policy (the one given, or the one kept with what you saw last time) finds the witnesses' signatures over all
    of it; and else from which entry on nobody has witnessed it yet. The log's own policy is its owner's word; with --kept it is kept the first time,
    and trusted from then on.

    \b
    Examples:
      pbr log audit logs/justice
      pbr log audit logs/justice --policy trusted --kept ~/.config/pbr/seen/justice

    \b
    Exit codes: 0 verified, or internally consistent; 3 broken; 2 usage; 1 something given cannot be read, or nothing could be kept as there is no
    policy; 5 the machine.
    """
    import os

    from pbr.audit.logged.reading import kept_by_default
    from pbr.log.auditing import audit
    from pbr.log.wording import answer_text
    from pbr.platform.files import files_here

    progress = Progress(quiet=as_json)
    try:
        kept = kept or kept_by_default(log, os.environ.get("PBR_KEPT"))
        audited = audit(log, files_here(), policy=policy, kept=kept, progress=progress)
    finally:
        progress.done()
    if as_json:
        click.echo(json.dumps(audited.answer.to_json()))
        if audited.unkept:
            click.echo(audited.kept, err=True)
    else:
        click.echo(answer_text(audited.answer))
        if audited.kept:
            click.echo(f"\n{audited.kept}")
    click.get_current_context().exit(exits.PROBLEMS if audited.unkept else CODES[audited.answer.verdict])
