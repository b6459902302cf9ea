"""Keeps two windows from saving to the same session."""

from collections.abc import Collection
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QLockFile

from samstudio.session.private_files import private_folder


def lock_file(path: Path) -> QLockFile:
    """A lock that lasts until the process that holds it ends, however long that is."""
    lock = QLockFile(str(path))
    lock.setStaleLockTime(0)
    return lock


class SessionLocks:
    """The sessions that this window has open. The locks lie in `folder`, so that none is left in a session."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[Path, QLockFile] = {}
        self._remove_stale()

    def _remove_stale(self) -> None:
        """Remove locks of processes that crashed; those of living ones cannot be taken, and stay."""
        with suppress(OSError):
            for path in list(self._folder.glob("*.lock")):
                lock = lock_file(path)
                if not path.is_symlink() and lock.tryLock(0):
                    lock.unlock()

    def take(self, session: Path) -> bool:
        """Hold a session; whether no other window does."""
        if session in self._held:
            return True
        name = sha256(str(session.resolve()).encode(errors="surrogateescape")).hexdigest()[:32]
        with suppress(OSError):
            private_folder(self._folder.parent)
            private_folder(self._folder)
        lock = lock_file(self._folder / f"{name}.lock")
        if lock.tryLock(0):
            self._held[session] = lock
            return True
        # Where no lock can be written (a read-only home), work goes on without locks.
        return lock.error() != QLockFile.LockError.LockFailedError

    def keep_only(self, sessions: Collection[Path]) -> None:
        """Release all others."""
        for held in [held for held in self._held if held not in sessions]:
            self._held.pop(held).unlock()
