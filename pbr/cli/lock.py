"""``pbr lock``: the digests of the rules that a contract uses, beside it."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.options import json_option, rules_option
from pbr.cli.printing import counted, print_json


@click.command("lock")
@click.argument("contract", type=click.Path(exists=True, path_type=Path))
@rules_option
@json_option
def command(contract: Path, rules: tuple[Path, ...], as_json: bool) -> None:
    """Write rules.lock beside CONTRACT (a folder or a YAML file): each rule it uses, with the SHA-256 of the rule's file.

    From then on the contract is refused where one of these files is another. Read a rule before you pin it.

    \b
    Example:
      pbr lock contracts/justice/hmp-doncaster
    """
    from pbr.platform.files import files_here
    from pbr.terms.loading import load_contract, lock_of
    from pbr.terms.rulebook.files import lock_text, read_lock

    loaded = load_contract(contract, rules, locked=False)
    place = lock_of(contract)
    before = read_lock(place)
    digests = {rule.name: rule.source.sha256 for rule in loaded.rules}
    if before != digests or not place.exists():
        files_here().write_atomic(place, lock_text(loaded.rules).encode())
    if as_json:
        print_json({"lock": str(place), "rules": [{"rule": name, "sha256": digest} for name, digest in digests.items()]})
        return
    click.echo(f"{place}   {counted(len(digests), 'rule')}")
    for name, digest in digests.items():
        news = "as before" if before.get(name) == digest else "changed" if name in before else "new"
        click.echo(f"  {name}  sha256:{digest[:12]}...  {news}")
    for name in sorted(set(before) - set(digests)):
        click.echo(f"  {name}  no longer used")
