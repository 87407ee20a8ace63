"""``python -m pbr``: the command, for where it is not on the path."""

from pbr.cli.main import main

main()
