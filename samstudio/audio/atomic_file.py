"""Files that appear when they are whole, or not at all."""

import errno
import os
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from samstudio.audio.errors import AudioError

if sys.platform != "win32":
    import fcntl

PREFIX, SUFFIX = ".samstudio-", ".part"
SECOND_NAME = ".old"
"""Ending of a second name of a file that is about to be replaced, so that it can be brought back."""
ONLY_NAME = ".kept"
"""The same on a disk where a file has but one name: never swept, for it may be all that is left of it."""
STALE_SECONDS = 60.0
_BUFFER = 1 << 18


class AtomicFile:
    """A file written under a hidden name in `goal`'s folder and moved there by `place_all`.

    Raises AudioError at once where `goal` could not be written in the end: its folder is missing or read-only, it is
    a folder itself, or it exists and `overwrite` is False.
    """

    def __init__(self, goal: Path, overwrite: bool = False) -> None:
        with clear_errors(goal):
            # A link stays a link; the file it points to is what gets replaced.
            self.goal = Path(os.path.realpath(goal))
            self.overwrite = overwrite
            self._check_goal()
            _sweep(self.goal.parent)
            self._part = self._hidden(SUFFIX)
            # Not mkstemp: its files are for their owner's eyes only, and stay so after the move.
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            # Encoders write in small pieces, and every one would be a call of the system's.
            self.file = os.fdopen(os.open(self._part, flags, 0o666), "w+b", buffering=_BUFFER)
            self._backup: Path | None = None
            with suppress(OSError):
                _lock(self.file)

    def _check_goal(self) -> None:
        try:
            self.goal.stat()
        except FileNotFoundError:
            return
        if self.goal.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        if not self.overwrite:
            raise FileExistsError(errno.EEXIST, "exists")
        if not os.access(self.goal, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise PermissionError(errno.EACCES, "is write-protected")

    def _hidden(self, suffix: str) -> Path:
        return self.goal.with_name(f"{PREFIX}{secrets.token_hex(6)}{suffix}")

    def finish(self) -> None:
        """Bring everything written to the disk and close the file. Raises AudioError."""
        with clear_errors(self.goal):
            self.file.flush()
            os.fsync(self.file.fileno())
            self.file.close()

    def place(self, keep_old: bool) -> None:
        """Move the finished file to its goal; with `keep_old`, `take_back` can still undo it. Raises AudioError."""
        with clear_errors(self.goal):
            if not self.overwrite:
                _move_without_replacing(self._part, self.goal)
                return
            if keep_old and self.goal.exists():
                self._backup = self._set_aside()
            self._part.replace(self.goal)

    def _set_aside(self) -> Path:
        backup = self._hidden(SECOND_NAME)
        try:
            os.link(self.goal, backup)
        except OSError:
            # A disk without links (FAT): for a moment the old file has only its hidden name.
            backup = self._hidden(ONLY_NAME)
            self.goal.replace(backup)
        return backup

    def take_back(self) -> None:
        """Undo `place`: the old file stands again where it was."""
        if self._backup:
            self._backup.replace(self.goal)
        else:
            self.goal.unlink()

    def discard(self) -> None:
        """Remove what is left of the work beside the goal."""
        with suppress(OSError):
            self.file.close()
        for path in (self._part, self._backup):
            if path:
                with suppress(OSError):
                    path.unlink(missing_ok=True)


def place_all(files: Sequence[AtomicFile]) -> None:
    """Finish all files, then move all of them to their goals; on failure none. Raises AudioError."""
    placed: list[AtomicFile] = []
    try:
        for file in files:
            file.finish()
        for file in files:
            file.place(keep_old=file is not files[-1])
            placed.append(file)
    except BaseException:
        for file in reversed(placed):
            with suppress(OSError):
                file.take_back()
        raise
    finally:
        for file in files:
            file.discard()


def _move_without_replacing(part: Path, goal: Path) -> None:
    try:
        os.link(part, goal)
    except FileExistsError:
        raise
    except OSError:
        # A disk without links. Windows refuses to rename onto a file; elsewhere a look has to do.
        if goal.exists():
            raise FileExistsError(errno.EEXIST, "exists") from None
        part.rename(goal)
    else:
        part.unlink()


def _sweep(folder: Path) -> None:
    """Remove what a killed process left in `folder`: files half written, and second names of files it replaced.

    A living process holds a lock on the file it writes; what it set aside is younger than any that is swept.
    """
    for path in [*folder.glob(f"{PREFIX}*{SUFFIX}"), *folder.glob(f"{PREFIX}*{SECOND_NAME}")]:
        with suppress(OSError):
            facts = path.stat()
            # The second name of an old file is young all the same: only the time of the last change knows.
            touched = facts.st_mtime if path.suffix == SUFFIX else facts.st_ctime
            if time.time() - touched < STALE_SECONDS:
                continue
            with path.open("rb") as file:
                _lock(file)
            path.unlink()


def _lock(file: BinaryIO) -> None:
    """Mark a file as being worked on until it is closed. Raises OSError where another process has done so."""
    # Windows does not remove a file that is open anyway.
    if sys.platform != "win32":
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def clear_errors(goal: Path) -> Iterator[None]:
    """Turn the system's errors while writing `goal` into AudioErrors."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise AudioError(_sentence(goal, error)) from error


def _sentence(goal: Path, error: OSError | ValueError) -> str:
    name = "“" + goal.name.encode(errors="replace").decode() + "”"
    folder = "“" + str(goal.parent).encode(errors="replace").decode() + "”"
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
    return f"{name} is no possible file name: choose another."
