"""Files that appear complete or not at all: written under a hidden name, then moved into place."""

import errno
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from samstudio.audio.errors import AudioError
from samstudio.audio.regular_file import open_regular

if sys.platform != "win32":
    import fcntl

PREFIX, SUFFIX = ".samstudio-", ".part"
SECOND_NAME = ".old"
"""Ending of a second name of a file that is about to be replaced, so that it can be brought back."""
ONLY_NAME = ".kept"
"""The same on a disk without links: never removed as stale, because it may be the only copy of the old file."""
STALE_SECONDS = 60.0
_BUFFER = 1 << 18
_unfinished: set[Path] = set()
"""Temporary files of this process. An interrupt may come before whoever made one is able to remove it."""


class AtomicFile:
    """A file written under a hidden name in the folder of `destination` and moved there by `place_all`.

    Raises AudioError at once if `destination` could not be written in the end: its folder is missing or read-only, it
    is a folder itself, or it exists and `overwrite` is False.
    """

    def __init__(self, destination: Path, overwrite: bool = False) -> None:
        with clear_errors(destination):
            # A link stays a link; the file it points to is what gets replaced.
            self.destination = Path(os.path.realpath(destination))
            self.overwrite = overwrite
            self._check_destination()
            _remove_stale(self.destination.parent)
            self._part = self._hidden(SUFFIX)
            _unfinished.add(self._part)
            # Not mkstemp: its files are readable by their owner only, and stay so after the move.
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            # Encoders write in small pieces, and each one would be a system call.
            self.file = os.fdopen(os.open(self._part, flags, 0o666), "w+b", buffering=_BUFFER)
            self._backup: Path | None = None
            with suppress(OSError):
                _lock(self.file)

    def _check_destination(self) -> None:
        try:
            self.destination.stat()
        except FileNotFoundError:
            return
        if self.destination.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        if not self.overwrite:
            raise FileExistsError(errno.EEXIST, "exists")
        if not os.access(self.destination, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise PermissionError(errno.EACCES, "is write-protected")

    def _hidden(self, suffix: str) -> Path:
        return self.destination.with_name(f"{PREFIX}{secrets.token_hex(6)}{suffix}")

    def finish(self) -> None:
        """Flush everything to the disk and close the file. Raises AudioError."""
        with clear_errors(self.destination):
            self.file.flush()
            os.fsync(self.file.fileno())
            self.file.close()

    def place(self, keep_old: bool) -> None:
        """Move the finished file into place; with `keep_old`, `take_back` can still undo it. Raises AudioError."""
        with clear_errors(self.destination):
            if not self.overwrite:
                _move_without_replacing(self._part, self.destination)
                return
            if keep_old and self.destination.exists():
                self._backup = self._set_aside()
            self._part.replace(self.destination)

    def _set_aside(self) -> Path:
        backup = self._hidden(SECOND_NAME)
        try:
            os.link(self.destination, backup)
        except OSError:
            # A disk without links (FAT): until the move is done the old file has only its hidden name.
            backup = self._hidden(ONLY_NAME)
            self.destination.replace(backup)
        return backup

    def take_back(self) -> None:
        """Undo `place`: the old file is back where it was."""
        if self._backup:
            self._backup.replace(self.destination)
        else:
            self.destination.unlink()

    def discard(self) -> None:
        """Remove the temporary files beside the destination."""
        with suppress(OSError):
            self.file.close()
        for path in (self._part, self._backup):
            if path:
                with suppress(OSError):
                    path.unlink(missing_ok=True)
        _unfinished.discard(self._part)


def discard_unfinished() -> None:
    """Remove the temporary files of this process, which is about to end after an interrupt."""
    for path in tuple(_unfinished):
        with suppress(OSError):
            path.unlink(missing_ok=True)
    _unfinished.clear()


def place_all(files: Sequence[AtomicFile]) -> None:
    """Finish all files, then move all of them into place; on failure none. Raises AudioError.

    An interrupt (Ctrl+C, SIGTERM) comes before the moves or after all of them.
    """
    try:
        for file in files:
            file.finish()
        with _interrupts_deferred():
            _move_all(files)
    finally:
        for file in files:
            file.discard()


def write_whole(path: Path, data: bytes) -> None:
    """Put a file of these bytes in its place, or in that of one that is there. Raises AudioError."""
    file = AtomicFile(path, overwrite=True)
    try:
        with clear_errors(path):
            file.file.write(data)
        place_all([file])
    finally:
        file.discard()


def _move_all(files: Sequence[AtomicFile]) -> None:
    placed: list[AtomicFile] = []
    try:
        for file in files:
            file.place(keep_old=file is not files[-1])
            placed.append(file)
    except BaseException:
        for file in reversed(placed):
            with suppress(OSError):
                file.take_back()
        raise


@contextmanager
def _interrupts_deferred() -> Iterator[None]:
    """Let SIGINT and SIGTERM wait until the end. Python handles them on the main thread alone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for late in received:
            signal.raise_signal(late)


def _move_without_replacing(part: Path, destination: Path) -> None:
    try:
        os.link(part, destination)
    except FileExistsError:
        raise
    except OSError:
        # A disk without links. Windows refuses to rename onto a file; elsewhere checking first has to do.
        if destination.exists():
            raise FileExistsError(errno.EEXIST, "exists") from None
        part.rename(destination)
    else:
        part.unlink()


def _remove_stale(folder: Path) -> None:
    """Remove files left in `folder` by a process that crashed: incomplete ones, and second names of replaced ones.

    A running process holds a lock on the file it writes; its second names are younger than STALE_SECONDS.
    """
    for path in [*folder.glob(f"{PREFIX}*{SUFFIX}"), *folder.glob(f"{PREFIX}*{SECOND_NAME}")]:
        with suppress(OSError):
            facts = path.lstat()
            # A link keeps the old file's mtime: only ctime says when the second name was made.
            touched = facts.st_mtime if path.suffix == SUFFIX else facts.st_ctime
            if time.time() - touched < STALE_SECONDS:
                continue
            with open_regular(path) as file:
                _lock(file)
                path.unlink()


def _lock(file: BinaryIO) -> None:
    """Lock a file until it is closed. Raises OSError if another process has locked it."""
    # Not needed on Windows, which does not remove an open file.
    if sys.platform != "win32":
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def clear_errors(destination: Path) -> Iterator[None]:
    """Turn the system's errors while writing `destination` into AudioErrors."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise AudioError(_sentence(destination, error)) from error


def _sentence(destination: Path, error: OSError | ValueError) -> str:
    name = "“" + destination.name.encode(errors="replace").decode() + "”"
    folder = "“" + str(destination.parent).encode(errors="replace").decode() + "”"
    number = error.errno if isinstance(error, OSError) else None
    if number in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}:
        return f"The disk is full: {name} was not written; free some space or choose another folder than {folder}."
    if number == errno.EFBIG:
        return f"{name} grew larger than this disk allows for one file: choose another folder than {folder}."
    if number == errno.EEXIST:
        return f"{name} exists already in {folder}: choose another name, or allow it to be replaced."
    if number == errno.EISDIR:
        return f"{name} is a folder in {folder}: choose another name."
    if number in {errno.ENOENT, errno.ENOTDIR}:
        return f"There is no folder {folder}: make it first, or choose another."
    if number in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"{name} may not be written in {folder}: choose a folder of your own, or take off the write protection."
    if number == errno.ENAMETOOLONG:
        return f"The name {name[:40]}… is too long for this disk: choose a shorter one."
    if isinstance(error, OSError):
        return f"{name} could not be written in {folder} ({error.strerror}): choose another folder."
    return f"{name} is not a valid file name: choose another."
