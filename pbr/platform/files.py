"""The file system, injected: every operation with which the project touches the outside, and output that is whole or absent.

Codes: PBR601 the output exists already; PBR602 its parent folder is missing; PBR603 it cannot be written; PBR604 it cannot have that
name.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol

from pbr.platform.stopping import held
from pbr.problem import Place, refuse


class Files(Protocol):
    """What is asked of a file system. All raise OSError when it cannot be done."""

    def read_bytes(self, path: Path) -> bytes: ...
    def open_read(self, path: Path) -> BinaryIO: ...
    def write_pieces(self, path: Path, pieces: Iterable[bytes]) -> None:
        """Writes a new file piece by piece, for what is too large to hold. Not atomic, and not forced to the disk: for folders that are whole or absent."""
        ...

    def write_atomic(self, path: Path, data: bytes) -> None:
        """After it, and after a crash in it, ``path`` holds all of ``data`` or what it held before."""
        ...

    def write(self, path: Path, data: bytes, *, private: bool = False, new: bool = False) -> None:
        """Writes a plain file in place, over what it held unless it must be ``new`` (FileExistsError); a link is not followed. Not atomic, and
        not forced to the disk: for files that nothing refers to yet. ``private``: mode 0600, else what the umask leaves of 0666."""
        ...

    def read_again(self, path: Path) -> bytes:
        """What a file holds on the disk, and not what memory still has of it, where the system can be told so. It was forced to the disk before."""
        ...

    def replace(self, old: Path, new: Path) -> None:
        """Renames a file over another, or to a free name, atomically."""
        ...

    def remove(self, path: Path) -> None:
        """Removes a file."""
        ...

    def remove_folder(self, path: Path) -> None:
        """Removes an empty folder."""
        ...

    def make_folder(self, path: Path, *, private: bool = True) -> None:
        """Makes a folder of mode 0700, or, not private, of what the umask leaves of 0777; its parent exists and it does not."""
        ...

    def make_hidden_sibling(self, path: Path) -> Path:
        """A new empty folder of mode 0700 beside ``path``, on the same file system, under a name nobody else has."""
        ...

    def open_like(self, path: Path, other: Path) -> None:
        """Lets others do with a folder what they may do with ``other``: for what was made hidden and is meant for everybody."""
        ...

    def rename(self, old: Path, new: Path) -> None:
        """Renames a file or folder to a name that is free: FileExistsError when it is not."""
        ...

    def fsync(self, path: Path) -> None:
        """Forces a file, or a folder's list of names, to the disk."""
        ...

    def remove_tree(self, path: Path) -> None: ...
    def exists(self, path: Path) -> bool: ...
    def is_folder(self, path: Path) -> bool: ...
    def kind(self, path: Path) -> str:
        """What stands there: ``file``, ``folder``, ``link``, ``other`` or ``nothing``. No link is followed but in the path's parents."""
        ...

    def list(self, path: Path) -> list[Path]:
        """What the folder holds, sorted by name."""
        ...

    def size(self, path: Path) -> int: ...
    def open_to(self, path: Path) -> int:
        """What others than the owner may do with a file or folder: the six low bits of its mode. 0 on Windows, whose lists of rights are others."""
        ...


class RealFiles:
    """The file system of this computer."""

    def read_bytes(self, path: Path) -> bytes:
        return path.read_bytes()

    def open_read(self, path: Path) -> BinaryIO:
        return path.open("rb")

    def write_pieces(self, path: Path, pieces: Iterable[bytes]) -> None:
        with open(self.named(path), "xb") as file:
            for piece in pieces:
                file.write(piece)

    def write_atomic(self, path: Path, data: bytes) -> None:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            self.replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        self.fsync(path.parent)

    def write(self, path: Path, data: bytes, *, private: bool = False, new: bool = False) -> None:
        flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if new else os.O_TRUNC) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(self.named(path), flags, 0o600 if private else 0o666), "wb") as file:
            file.write(data)

    def read_again(self, path: Path) -> bytes:
        with self.open_read(path) as file:
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            return file.read()

    def remove(self, path: Path) -> None:
        os.unlink(self.named(path))

    def remove_folder(self, path: Path) -> None:
        os.rmdir(self.named(path))

    def named(self, path: Path) -> str:
        """The path as the system's calls take it."""
        return str(path)

    def make_folder(self, path: Path, *, private: bool = True) -> None:
        path.mkdir(mode=0o700 if private else 0o777)

    def make_hidden_sibling(self, path: Path) -> Path:
        return Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent))  # mkdtemp gives 0700

    def replace(self, old: Path, new: Path) -> None:
        os.replace(old, new)

    def open_like(self, path: Path, other: Path) -> None:
        os.chmod(path, stat.S_IMODE(os.stat(other).st_mode))

    def rename(self, old: Path, new: Path) -> None:
        # os.rename would replace an empty folder or a file without a word
        if os.path.lexists(new):
            raise FileExistsError(17, "File exists", str(new))
        os.rename(old, new)

    def fsync(self, path: Path) -> None:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def remove_tree(self, path: Path) -> None:
        shutil.rmtree(path)

    def exists(self, path: Path) -> bool:
        # os.path.lexists says that nothing is there where it may not look
        try:
            os.lstat(path)
        except PermissionError:
            raise
        except (OSError, ValueError):
            return False
        return True

    def is_folder(self, path: Path) -> bool:
        return path.is_dir() and not path.is_symlink()

    def kind(self, path: Path) -> str:
        try:
            mode = os.lstat(path).st_mode
        except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: no name can be so
            return "nothing"
        if stat.S_ISLNK(mode):
            return "link"
        return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"

    def list(self, path: Path) -> list[Path]:
        return sorted(path.iterdir())

    def size(self, path: Path) -> int:
        return path.stat().st_size

    def open_to(self, path: Path) -> int:
        return path.stat().st_mode & 0o077


def never_ends(files: Files, path: Path) -> bool:
    """Whether a pipe or a device stands there, or a link to one: opened, it might never begin or never end."""
    return files.kind(Path(os.path.realpath(path))) == "other"


def names_here(system: str = os.name) -> Callable[[str], str | None]:
    """Why a name cannot be borne here, or None: on POSIX every name can that a path can hold."""
    if system == "nt":
        from pbr.platform.windows import name_trouble

        return name_trouble
    return lambda name: None


def files_here(system: str = os.name) -> Files:
    """The file system of this computer, as its kind behaves (``os.name``: posix or nt)."""
    if system == "nt":
        from pbr.platform.windows import WindowsFiles

        return WindowsFiles()
    return RealFiles()


class WholeFolder:
    """``with WholeFolder(files, target) as folder:`` gives a hidden folder beside the target to write in. When the block ends well,
    everything in it is forced to the disk and it becomes ``target``; on any exception it is removed. Output is whole or absent.

    Raises Refused PBR601 when the target exists (before and after the work: it may appear meanwhile), PBR602 when its parent
    does not, PBR603 when the disk or the rights do not allow it, PBR604 when ``names`` knows why it cannot bear that name.
    """

    def __init__(self, files: Files, target: Path, names: Callable[[str], str | None] | None = None) -> None:
        self._files = files
        self._names = names or names_here()
        # kept as given but for "." and "..": a name is needed to make a sibling from
        self._target = Path(os.path.abspath(target))
        self._folder: Path | None = None

    def __enter__(self) -> Path:
        self._refuse_existing()
        if trouble := self._names(self._target.name):
            raise refuse("PBR604", f"{self._target.name!r} cannot be made: {trouble}", "choose another name", Place(str(self._target)))
        if not self._files.is_folder(self._target.parent) and not self._target.parent.is_dir():
            raise refuse(
                "PBR602",
                f"the folder {self._target.parent} does not exist, so {self._target.name} cannot be made in it",
                "make it first, or choose another place",
                Place(str(self._target)),
            )
        try:
            with held():
                self._folder = self._files.make_hidden_sibling(self._target)
        except OSError as error:
            raise self._cannot(error) from error
        except BaseException:
            self._remove()
            raise
        return self._folder

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._folder is not None
        if kind is not None:
            self._remove()
            return
        try:
            self._refuse_existing()
            self._sync(self._folder)
            self._files.rename(self._folder, self._target)
            self._files.fsync(self._target.parent)
        except FileExistsError as exists:
            self._remove()
            raise self._exists() from exists
        except OSError as failed:
            self._remove()
            raise self._cannot(failed) from failed
        except BaseException:
            self._remove()
            raise

    def _sync(self, folder: Path) -> None:
        for path in self._files.list(folder):
            if self._files.is_folder(path):
                self._sync(path)
            else:
                self._files.fsync(path)
        self._files.fsync(folder)

    def _remove(self) -> None:
        if self._folder is not None and self._files.exists(self._folder):
            self._files.remove_tree(self._folder)

    def _refuse_existing(self) -> None:
        if self._files.exists(self._target):
            raise self._exists()

    def _exists(self) -> Exception:
        return refuse(
            "PBR601",
            f"{self._target} exists already; a result is never written over",
            "choose a name that is free, or remove it yourself first",
            Place(str(self._target)),
        )

    def _cannot(self, error: OSError) -> Exception:
        return refuse(
            "PBR603",
            f"{self._target} cannot be written: {error.strerror or error}",
            "see that the disk has room and that you may write there",
            Place(str(self._target)),
        )


def write_new(files: Files, path: Path, data: bytes) -> None:
    """One file, whole or absent, where nothing stands yet. Raises Refused PBR601, PBR602, PBR603, PBR604 as a whole folder does."""
    path = Path(os.path.abspath(path))
    place = Place(str(path))
    if files.exists(path):
        raise refuse(
            "PBR601",
            f"{path} exists already; a result is never written over",
            "choose a name that is free, or remove it yourself first",
            place,
        )
    if trouble := names_here()(path.name):
        raise refuse("PBR604", f"{path.name!r} cannot be made: {trouble}", "choose another name", place)
    if not path.parent.is_dir():
        raise refuse(
            "PBR602",
            f"the folder {path.parent} does not exist, so {path.name} cannot be made in it",
            "make it first, or choose another place",
            place,
        )
    try:
        files.write_atomic(path, data)
    except OSError as error:
        raise refuse(
            "PBR603",
            f"{path} cannot be written: {error.strerror or error}",
            "see that the disk has room and that you may write there",
            place,
        ) from error
