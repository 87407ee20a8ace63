"""Exit codes of every command: the one list (``docs/commands.md`` prints it)."""

from __future__ import annotations

OK = 0
PROBLEMS = 1
USAGE = 2
BROKEN = 3
DIGESTS_ONLY = 4
MACHINE = 5
STOPPED = 130

MEANINGS = {
    OK: "done; for `verify`: recomputed, and internally consistent, or verified",
    PROBLEMS: "something is wrong in what was given: the contract, the data, or a name that is not there",
    USAGE: "the command was not written as its --help says",
    BROKEN: "`verify`, `unpack --check` and `log audit`: what was checked is broken; of a folder, a value in it is not what its inputs give, or it is not what was logged",
    DIGESTS_ONLY: "`verify` only: the digests agree; nothing was recomputed, or the assessment before was not given, or the folder names a version of pbr that this one does not know, or with --log something could not be compared, or with --approved it is not verified, or not approved",
    MACHINE: "the machine would not: disk full, no permission, out of memory",
    STOPPED: "stopped by Ctrl-C; 143: by another program (SIGTERM); 129: its terminal was closed (SIGHUP)",
}
