"""One row of a batch at a time for one process: several batches may work on one folder."""

import hashlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from samstudio.audio.regular_file import open_regular

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PAUSE = 0.1
"""Seconds between two tries to get a row that another process has."""


@contextmanager
def row_lock(folder: Path, name: str, *, wait: bool) -> Iterator[bool]:
    """Hold the row whose file is called `name`; False where another process has it and `wait` is False.

    The system releases the lock of a process that ends in any way. Raises OSError where no lock can be made.
    """
    path = folder / f".samstudio-batch-{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:16]}.lock"
    file = _locked(path)
    while file is None and wait:
        time.sleep(_PAUSE)
        file = _locked(path)
    if file is None:
        yield False
        return
    with file:
        try:
            yield True
        finally:
            # While it is held: whoever waits for it sees that its file is gone and makes a new one.
            with suppress(OSError):
                path.unlink()


def _locked(path: Path) -> BinaryIO | None:
    """The lock file, locked; None where another process holds it."""
    file = open_regular(path, os.O_RDWR | os.O_CREAT)
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(file.fileno()), os.lstat(path)):
            return file
    except OSError:
        pass
    file.close()
    return None
