"""``pbr key`` and ``pbr log init``: what they write, what they print, and what they refuse."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pbr.cli.main import cli
from pbr.log.checkpoints import read_checkpoint, signed_by
from pbr.platform.files import RealFiles
from pbr.platform.keys import KeyFolder, MemoryKeys, keys_folder, make_keys
from pbr.platform.signing import LOW_ORDER
from pbr.platform.vkeys import COSIGNATURE, NOTE, key_id, read_vkey
from pbr.problem import Refused
from tests.golden import assert_golden

GOLDEN = Path(__file__).parent / "keys.txt"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to work in, where chance is always the same."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PBR_KEYS", "keys")
    drawn = iter(range(1, 1000))
    monkeypatch.setattr(secrets, "token_bytes", lambda count: next(drawn).to_bytes(count, "big"))
    yield tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), prog_name="pbr")


def vkey(name: str, kind: int, public: bytes) -> str:
    import base64

    return f"{name}+{key_id(name, kind, public).hex()}+{base64.b64encode(bytes([kind]) + public).decode()}"


def test_every_word_of_it(here: Path) -> None:
    told = []

    def say(*words: str, code: int = 0) -> str:
        result = run(*words)
        assert result.exit_code == code, result.output
        shown = " ".join(word if len(word) < 100 else f"{word[:60]}..." for word in words)
        told.append(f"$ pbr {shown}\n{result.stdout}{result.stderr}\n".replace(f"{here}{os.sep}", ""))
        return result.stdout

    say("key", "list")
    say("key", "new", "pbr.example/justice", "--for", "log", "--ml-dsa")
    say("key", "new", "commissioner")
    say("key", "new", "auditor/witness", "--for", "witness")
    say("key", "list")
    witness = say("key", "show", "auditor/witness").strip()
    say("log", "init", "new", "--origin", "pbr.example/justice", "--witness", witness)
    for refused in (
        ["key", "new", "commissioner"],
        ["key", "show", "provider"],
        ["key", "new", "a b"],
        ["key", "new", "x" * 201],
        ["log", "init", "new", "--origin", "pbr.example/justice"],
        ["log", "init", "other", "--origin", "pbr.example/health"],
        ["log", "init", "other", "--origin", "pbr.example/health", "--key", "pbr.example/justice"],
        ["log", "init", "other", "--origin", "auditor/witness"],
        ["log", "init", "other", "--origin", "commissioner", "--witness", witness[:-4]],
        ["log", "init", "other", "--origin", "commissioner", "--witness", run("key", "show", "commissioner").stdout.strip()],
        ["log", "init", "other", "--origin", "commissioner", "--witness", vkey("w", COSIGNATURE, sorted(LOW_ORDER)[0])],
        ["log", "init", "other", "--origin", "commissioner", "--witness", witness, "--witness", witness],
        ["log", "init", "other", "--origin", "commissioner", "--witness", witness, "--quorum", "2"],
    ):
        say(*refused, code=1)
    assert not (here / "other").exists()
    secret = here / "keys/commissioner.secret"
    public = here / "keys/commissioner.vkey"
    whole, shown = secret.read_bytes(), public.read_bytes()
    if os.name == "posix":
        secret.chmod(0o640)
        say("log", "init", "other", "--origin", "commissioner", code=1)
        secret.chmod(0o600)
        (here / "keys").chmod(0o770)
        say("log", "init", "other", "--origin", "commissioner", code=1)
        (here / "keys").chmod(0o700)
    for damaged in (
        whole[:-1],
        whole[:30] + b"\n",
        whole[:-10] + b"AAAAAAAA=\n",
        b"\xff\n",
        (here / "keys/auditor%2Fwitness.secret").read_bytes(),
        whole * 2,
    ):
        secret.write_bytes(damaged)
        public.unlink(missing_ok=True)
        say("log", "init", "other", "--origin", "commissioner", code=1)
    secret.write_bytes(whole)
    public.write_bytes(run("key", "show", "auditor/witness").stdout.encode())
    say("key", "show", "commissioner", code=1)
    public.write_text(vkey("commissioner", NOTE, sorted(LOW_ORDER)[3]) + "\n")
    say("key", "show", "commissioner", code=1)
    public.write_text(str(make_keys("commissioner", "party", False, lambda count: bytes(count))[0].verifier) + "\n")
    say("log", "init", "other", "--origin", "commissioner", code=1)
    public.write_bytes(shown)
    secret.unlink()
    say("log", "init", "other", "--origin", "commissioner", code=1)
    say("key", "list")
    assert_golden("\n".join(told), GOLDEN)
    assert "PRIVATE" not in GOLDEN.read_text()


def test_what_a_new_log_holds(here: Path) -> None:
    run("key", "new", "pbr.example/justice", "--for", "log", "--ml-dsa")
    vkeys = []
    for name in ("w/one", "w/two"):
        told = json.loads(run("key", "new", name, "--for", "witness", "--ml-dsa", "--json").stdout)
        vkeys += [key["vkey"] for key in told["keys"]]
    words = [word for text in vkeys for word in ("--witness", text)]
    made = run("log", "init", "log", "--origin", "pbr.example/justice", "--quorum", "1", *words, "--private", "elsewhere", "--json")
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    newest = read_checkpoint((here / "log/checkpoint").read_bytes())
    assert newest.checkpoint.size == 0 and newest.checkpoint.origin == told["origin"]
    for line, text in zip(newest.signatures, told["keys"], strict=True):
        assert signed_by(newest.checkpoint, line, read_vkey(text))
    logs = [f"log {text}" for text in told["keys"]]
    listed = [f"witness w{number}.{part} {vkeys[2 * number + part - 3]}" for number in (1, 2) for part in (1, 2)]
    groups = ["group w1 any w1.1 w1.2", "group w2 any w2.1 w2.2"]
    policy = [*logs, *listed[:2], groups[0], *listed[2:], groups[1], "group witnesses 1 w1 w2", "quorum witnesses"]
    assert (here / "log/policy").read_text().splitlines() == policy
    assert sorted(path.name for path in here.iterdir()) == ["elsewhere", "keys", "log"]
    if os.name == "posix":
        modes = {path.name: path.stat().st_mode & 0o777 for path in (here / "keys").iterdir()}
        assert {mode for name, mode in modes.items() if name.endswith(".secret")} == {0o600}
        assert (here / "keys").stat().st_mode & 0o777 == (here / "elsewhere").stat().st_mode & 0o777 == 0o700


def test_a_disk_that_is_full_leaves_no_half_key(tmp_path: Path) -> None:
    class Full(RealFiles):
        def write(self, path: Path, data: bytes, *, private: bool = False, new: bool = False) -> None:
            super().write(path, data[:20], private=private, new=new)
            raise OSError(28, "No space left on device")

    keys = make_keys("a", "party", False, lambda count: bytes(count))
    with pytest.raises(OSError, match="No space"):
        KeyFolder(Full(), tmp_path / "deep/keys").keep(keys)
    assert list((tmp_path / "deep/keys").iterdir()) == []
    folder = KeyFolder(RealFiles(), tmp_path / "deep/keys")
    folder.keep(keys)
    folder.public_path("a").unlink()
    assert folder.signing("a") == keys and folder.verifying("a") == (keys[0].verifier,)


@pytest.mark.parametrize(("number", "says"), [(28, "No space left on device"), (30, "Read-only file system"), (13, "Permission denied")])
def test_what_a_disk_that_would_not_makes_commands_say(here: Path, monkeypatch: pytest.MonkeyPatch, number: int, says: str) -> None:
    class Unwilling(RealFiles):
        def make_folder(self, path: Path, *, private: bool = True) -> None:
            raise OSError(number, says, str(path))

        def make_hidden_sibling(self, path: Path) -> Path:
            raise OSError(number, says, str(path))

    run("key", "new", "log")
    monkeypatch.setattr("pbr.platform.files.files_here", Unwilling)
    made = run("log", "init", "made", "--origin", "log")
    assert made.exit_code == 5 and f"PBR603\n   {here / 'made'} cannot be written: {says}" in made.stderr
    key = run("key", "new", "other", "--keys", "elsewhere")
    assert key.exit_code == 5 and f"While reading or writing keys: {says} (elsewhere).\nNothing was half-written." in key.stderr
    assert sorted(path.name for path in here.iterdir()) == ["keys"]


@pytest.mark.parametrize("name", ["pbr.example/\u202ejustice", "a\u200bb", "a\x7fb", "a\ud800b"])
def test_a_name_that_reads_as_another_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="PBR564"):
        make_keys(name, "party", False, lambda count: bytes(count))


@pytest.mark.skipif(os.name != "posix", reason="a pipe among the files of a folder")
def test_a_pipe_or_a_device_is_no_key(here: Path) -> None:
    run("key", "new", "a")
    public = here / "keys/a.vkey"
    kept = public.read_bytes()
    for make in (lambda: os.mkfifo(public), lambda: public.symlink_to("/dev/zero"), lambda: public.symlink_to(public.name)):
        public.unlink()
        make()
        result = run("key", "show", "a")
        assert result.exit_code == 1 and "PBR563" in result.stderr, result.output
    public.unlink()
    (here / "elsewhere").write_bytes(kept)
    public.symlink_to(here / "elsewhere")  # some keep theirs behind a link
    assert run("key", "show", "a").exit_code == 0


def test_keys_that_are_held_in_memory() -> None:
    held = MemoryKeys()
    keys = make_keys("a", "witness", False, lambda count: b"s" * count)
    held.keep(keys)
    assert held.names() == ["a"] and held.signing("a", COSIGNATURE) == keys and held.verifying("a") == (keys[0].verifier,)
    assert "ssss" not in repr(held) + repr(keys)
    for code, ask in (("PBR560", lambda: held.signing("b")), ("PBR561", lambda: held.keep(keys)), ("PBR565", lambda: held.signing("a"))):
        with pytest.raises(Refused, match=code):
            ask()


def test_where_keys_are() -> None:
    home = Path("home")
    assert keys_folder(Path("given"), {"PBR_KEYS": "named"}, home) == Path("given")
    assert keys_folder(None, {"PBR_KEYS": "named"}, home) == Path("named")
    assert keys_folder(None, {"PBR_KEYS": ""}, home) == keys_folder(None, {}, home) == Path("home/.config/pbr/keys")
